/**
 * Bundles the program into dist/, third-party code included: starting a bundle takes a fraction of the time of loading
 * packages one by one. What only some runs need (the AWS SDK, inquirer, the token verifier, the reader of all YAML) becomes a file of its
 * own, loaded when it is asked for. CommonJS, because Node 20 can only keep compiled code of that. See docs/decisions, 7 and 18.
 */
import { execFileSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild';
import packageJson from '../package.json' with { type: 'json' };
import { billOfMaterials } from './bill-of-materials.ts';
import { bundledPackages, licenceTexts } from './bundled-packages.ts';
import { compileSchemas } from './compile-schemas.ts';
import { writeDeclarations } from './declarations.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Files of dist/ and what each begins with. */
const ENTRIES = {
  main: 'src/main.ts',
  'command-line': 'src/command-line.ts',
  validate: 'src/only-validate.ts',
  every: 'src/every.ts',
  yaml: 'src/core/yaml-reading.ts',
  chalk: 'chalk',
  cognito: 'src/adapters/cognito.ts',
  tokens: 'src/adapters/tokens.ts',
  prompts: '@inquirer/prompts',
  opener: 'src/adapters/opener.ts',
  glob: 'tinyglobby',
} as const;

/** Turns the seams between the files of dist/ into `require` calls. */
const seams: Plugin = {
  name: 'seams',
  setup: (bundle) => {
    const apart = (name: keyof typeof ENTRIES): { path: string; external: true } => ({
      path: `./${name}.cjs`,
      external: true,
    });
    // Its classes must be the same in all files: the part that has loaded the others hands on its own.
    bundle.onResolve({ filter: /\/ports\.ts$/ }, () =>
      ['main', 'command-line', 'validate', 'every'].some(
        (name) => name in (bundle.initialOptions.entryPoints ?? {}),
      )
        ? undefined
        : apart('every'),
    );
    for (const name of ['command-line', 'every'] as const) {
      bundle.onResolve({ filter: new RegExp(`/${name}\\.ts$`) }, ({ kind }) =>
        kind === 'dynamic-import' ? apart(name) : undefined,
      );
    }
    for (const name of ['cognito', 'tokens', 'opener'] as const) {
      bundle.onResolve({ filter: new RegExp(`/adapters/${name}\\.ts$|^\\./${name}\\.ts$`) }, ({ kind }) =>
        kind === 'dynamic-import' ? apart(name) : undefined,
      );
    }
    for (const name of ['prompts', 'glob'] as const) {
      bundle.onResolve({ filter: new RegExp(`^${ENTRIES[name]}$`) }, ({ kind }) =>
        kind === 'dynamic-import' ? apart(name) : undefined,
      );
    }
  },
};

/** Code that is loaded with its first use: the reader of all YAML when a file is not one of plain lines, chalk when there are colours. */
const LATER = {
  yaml: `export const readYaml = (text) => require('./yaml.cjs').readYaml(text);`,
  chalk: `export function Chalk(options) { return new (require('./chalk.cjs').Chalk)(options); }`,
} as const;

const later: Plugin = {
  name: 'later',
  setup: (bundle) => {
    bundle.onResolve({ filter: /\/yaml-reading\.ts$|^chalk$/ }, ({ path, kind }) =>
      kind === 'entry-point' ? undefined : { path: path === 'chalk' ? 'chalk' : 'yaml', namespace: 'later' },
    );
    bundle.onResolve({ filter: /^\.\/(?:yaml|chalk)\.cjs$/ }, ({ path }) => ({ path, external: true }));
    bundle.onLoad({ filter: /.*/, namespace: 'later' }, ({ path }) => ({
      contents: LATER[path as keyof typeof LATER],
    }));
  },
};

/** What `validate` has no use for: rules over an account, which no file can break, templates, the network. */
const withoutAccounts: Plugin = {
  name: 'without-accounts',
  setup: (bundle) => {
    if (!('validate' in (bundle.initialOptions.entryPoints ?? {}))) return;
    const leaveOut = (filter: RegExp, contents: string): void => {
      bundle.onLoad({ filter }, () => ({ contents }));
    };
    leaveOut(/\/core\/rules\/account\.ts$/, 'export const ACCOUNT_RULES = [];');
    leaveOut(/\/core\/rules\/live\.ts$/, 'export const LIVE_RULES = [];');
    leaveOut(/\/core\/rules\/sign-in\.ts$/, 'export const SIGN_IN_RULES = [];');
    leaveOut(/\/report\/cloudformation\.ts$/, 'export let cloudFormationText;');
    leaveOut(/\/report\/terraform\.ts$/, 'export let terraformText;');
    leaveOut(/\/adapters\/(?:http|loopback)\.ts$/, '');
  },
};

/** Puts the data of the command line in the place of the tables that it is made of. */
const commandLines: Plugin = {
  name: 'command-lines',
  setup: (bundle) => {
    bundle.onLoad({ filter: /\/src\/command-lines\.ts$/ }, () => ({
      contents: `export const COMMAND_LINES = JSON.parse(${JSON.stringify(JSON.stringify(COMMAND_LINES))});`,
    }));
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
    // Nobody asks for anything else that is in it.
    bundle.onLoad({ filter: new RegExp(`^${root}package\\.json$`) }, () => ({
      contents: JSON.stringify({ version: packageJson.version }),
      loader: 'json',
    }));
    // The build for browsers is the same code as modules, of which only what is used goes into the bundle.
    bundle.onResolve({ filter: /^yaml$/ }, () => ({
      path: `${root}node_modules/yaml/browser/dist/index.js`,
    }));
  },
};

/** What all bundles have in common. The same sources give the same bytes, in whatever folder: the checkout's packages may be a link. */
const COMMON = {
  absWorkingDir: root,
  outdir: 'dist',
  preserveSymlinks: true,
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20.17',
  metafile: true,
  legalComments: 'none',
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** A file is a function for those who run it as a script, as bin/ does, and a module for `require`. */
const PARAMETERS = 'exports, require, module, __filename, __dirname';
const BEGIN = `((run) => (typeof module === 'undefined' ? run : run(${PARAMETERS})))((${PARAMETERS}) => {`;
const END = '});';
/** What packages ask for their own address with. */
const FILE_URL = "const __fileUrl = require('node:url').pathToFileURL(__filename).href;";
/** The files with such packages in them; it takes a while to load. */
const ASKING: readonly string[] = ['glob', 'opener'];

/** For programs that import the package: one ES module without seams, since nothing of it is loaded late. */
function buildLibrary(): Promise<{ metafile: Metafile }> {
  return build({
    ...COMMON,
    entryPoints: { index: 'src/index.ts' },
    format: 'esm',
    plugins: [slim],
  });
}

/** Loading counts on it. esbuild leaves letters of other alphabets in regular expressions, where an escape means the same. */
async function makeAscii(file: string): Promise<void> {
  const code = await readFile(file, 'utf8');
  const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  await writeFile(file, code.replace(/[^\0-\x7f]/g, escaped));
}

const schemas = await compileSchemas();
// Not before: it imports what has just been written.
const { COMMAND_LINES } = await import('../src/command-lines.ts');
await rm(`${root}dist`, { recursive: true, force: true });
const library = buildLibrary();
const results = await Promise.all(
  Object.entries(ENTRIES).map(([name, entry]) =>
    build({
      ...COMMON,
      entryPoints: { [name]: entry },
      outExtension: { '.js': '.cjs' },
      format: 'cjs',
      // Kept compiled code can `require`, and not import.
      supported: { 'dynamic-import': false },
      define: { 'import.meta.dirname': '__dirname', 'import.meta.url': '__fileUrl' },
      // The SDK's modules, of which only what is used goes into the bundle: two thirds of what its CommonJS would be.
      ...(name === 'cognito' ? { mainFields: ['module', 'main'] } : {}),
      banner: { js: ASKING.includes(name) ? BEGIN + FILE_URL : BEGIN },
      footer: { js: END },
      plugins: [seams, commandLines, later, withoutAccounts, slim],
    }),
  ),
);
const metafiles = [schemas, ...results.map(({ metafile }) => metafile), (await library).metafile];
const packages = await bundledPackages(metafiles);
await writeFile(`${root}dist/THIRD-PARTY-LICENSES.txt`, await licenceTexts(packages));
await writeFile(`${root}dist/sbom.cdx.json`, await billOfMaterials(packageJson, packages));
await writeDeclarations(`${root}dist`);
for (const name of Object.keys(ENTRIES)) {
  await makeAscii(`${root}dist/${name}.cjs`);
  execFileSync(process.execPath, [`${root}scripts/keep-compiled.cjs`, `${root}dist/${name}.cjs`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
