/**
 * Bundles the program into dist/, third-party code included: starting a bundle takes a fraction of the time of loading
 * packages one by one. What only some commands need (the AWS SDK, inquirer, the token verifier) becomes a file of its own, loaded when it is
 * asked for. CommonJS, because Node 20 can only keep compiled code of that; see docs/decisions/0007-start-up-time.md.
 */
import { execFileSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile, type Plugin } from 'esbuild';
import { compileSchemas } from './compile-schemas.ts';
import { writeDeclarations } from './declarations.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Files of dist/ and what each begins with. `ports` is apart because two of them must share its classes. */
const ENTRIES = {
  main: 'src/main.ts',
  ports: 'src/ports.ts',
  cognito: 'src/adapters/cognito.ts',
  tokens: 'src/adapters/tokens.ts',
  prompts: '@inquirer/prompts',
  open: 'open',
} as const;

/** Turns the seams between the files of dist/ into `require` calls. */
const seams: Plugin = {
  name: 'seams',
  setup: (bundle) => {
    const apart = (name: keyof typeof ENTRIES): { path: string; external: true } => ({
      path: `./${name}.cjs`,
      external: true,
    });
    bundle.onResolve({ filter: /\/ports\.ts$/ }, ({ kind }) =>
      kind === 'entry-point' ? undefined : apart('ports'),
    );
    for (const name of ['cognito', 'tokens'] as const) {
      bundle.onResolve({ filter: new RegExp(`/adapters/${name}\\.ts$|^\\./${name}\\.ts$`) }, ({ kind }) =>
        kind === 'dynamic-import' ? apart(name) : undefined,
      );
    }
    bundle.onResolve({ filter: /^@inquirer\/prompts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? apart('prompts') : undefined,
    );
    bundle.onResolve({ filter: /^open$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? apart('open') : undefined,
    );
  },
};

/** Leaves out what packages load at start and this program never uses: 4 ms of Node's own modules. */
const slim: Plugin = {
  name: 'slim',
  setup: (bundle) => {
    // Colours are decided in src/adapters/process.ts.
    bundle.onResolve({ filter: /^#supports-color$/ }, () => ({
      path: `${root}node_modules/chalk/source/vendor/supports-color/browser.js`,
    }));
    // Commander starts programs for subcommands that are files; there are none.
    bundle.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes('/commander/') ? { path: 'nothing', namespace: 'nothing' } : undefined,
    );
    bundle.onLoad({ filter: /.*/, namespace: 'nothing' }, () => ({ contents: 'module.exports = {};' }));
    // The build for browsers is the same code as modules, of which only what is used goes into the bundle.
    bundle.onResolve({ filter: /^yaml$/ }, () => ({
      path: `${root}node_modules/yaml/browser/dist/index.js`,
    }));
  },
};

/** The licence texts of everything that went into the bundles. */
async function licences(metafiles: readonly Metafile[]): Promise<string> {
  const directories = metafiles
    .flatMap(({ outputs }) => Object.values(outputs))
    .flatMap(({ inputs }) => Object.keys(inputs))
    .flatMap((path) => /^.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[0] ?? []);
  const texts = await Promise.all([...new Set(directories)].sort().map(licenceOf));
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

async function licenceOf(directory: string): Promise<string> {
  const manifest = await readFile(`${root}${directory}package.json`, 'utf8');
  const { name, version, license } = JSON.parse(manifest) as Record<
    'name' | 'version' | 'license',
    string | undefined
  >;
  const text = await firstOf(directory, [
    'LICENSE',
    'LICENSE.md',
    'LICENSE.txt',
    'license',
    'LICENCE',
    'LICENSE-MIT',
  ]);
  return `${name ?? basename(directory)} ${version ?? ''} (${license ?? 'see the text'})\n\n${text.trim()}\n`;
}

async function firstOf(directory: string, names: readonly string[]): Promise<string> {
  for (const name of names) {
    const text = await readFile(`${root}${directory}${name}`, 'utf8').catch(() => undefined);
    if (text !== undefined) return text;
  }
  return '(the package ships no licence text beside its package.json)';
}

/** For programs that import the package: one ES module without seams, since nothing of it is loaded late. */
function buildLibrary(): Promise<{ metafile: Metafile }> {
  return build({
    entryPoints: { index: 'src/index.ts' },
    absWorkingDir: root,
    outdir: 'dist',
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.17',
    plugins: [slim],
    metafile: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
}

await compileSchemas();
await rm(`${root}dist`, { recursive: true, force: true });
const library = buildLibrary();
const results = await Promise.all(
  Object.entries(ENTRIES).map(([name, entry]) =>
    build({
      entryPoints: { [name]: entry },
      absWorkingDir: root,
      outdir: 'dist',
      outExtension: { '.js': '.cjs' },
      bundle: true,
      minify: true,
      format: 'cjs',
      platform: 'node',
      // Kept compiled code can `require`, and not import.
      supported: { 'dynamic-import': false },
      target: 'node20.17',
      define: { 'import.meta.dirname': '__dirname', 'import.meta.url': '__fileUrl' },
      banner: { js: "const __fileUrl = require('node:url').pathToFileURL(__filename).href;" },
      plugins: [seams, slim],
      metafile: true,
      legalComments: 'none',
      logLevel: 'warning',
    }),
  ),
);
await writeFile(
  `${root}dist/THIRD-PARTY-LICENSES.txt`,
  await licences([...results, await library].map(({ metafile }) => metafile)),
);
await writeDeclarations(`${root}dist`);
for (const name of Object.keys(ENTRIES)) {
  execFileSync(process.execPath, [`${root}scripts/keep-compiled.cjs`, `${root}dist/${name}.cjs`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
