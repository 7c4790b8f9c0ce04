/**
 * Bundles the program into dist/, third-party code included: one file is read far sooner than hundreds of packages, and users install
 * nothing else. What only some runs need (the AWS SDK, prompts, …) becomes a file of its own by being imported with `import()`.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform, type BuildOptions, type Metafile, type Plugin } from 'esbuild';
import packageJson from '../package.json' with { type: 'json' };
import { billOfMaterials } from './bill-of-materials.ts';
import { bundledPackages, licenceTexts } from './bundled-packages.ts';
import { compileSchemas } from './compile-schemas.ts';
import { writeDeclarations } from './declarations.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const PACKAGE_JSON = new RegExp(`^${root}package\\.json$`);

/** Leaves out what packages load at start and this program never uses. */
const slim: Plugin = {
  name: 'slim',
  setup: (bundle) => {
    // Of package.json only the version is used.
    bundle.onLoad({ filter: PACKAGE_JSON }, () => ({
      contents: JSON.stringify({ version: packageJson.version }),
      loader: 'json',
    }));
    // Chalk is told whether to use colours (src/adapters/process.ts) and need not find out.
    bundle.onResolve({ filter: /^#supports-color$/ }, ({ path }) => ({ path, namespace: 'no-colours' }));
    bundle.onLoad({ filter: /.*/, namespace: 'no-colours' }, () => ({
      contents: 'export default { stdout: false, stderr: false };',
    }));
    // Commander starts programs for subcommands that are files of their own; umconfig has none.
    bundle.onResolve({ filter: /^node:child_process$/ }, ({ path, importer }) =>
      importer.includes('/commander/') ? { path, namespace: 'unused' } : undefined,
    );
    // The SDK asks it for the name of the browser that it runs in.
    bundle.onResolve({ filter: /^bowser$/ }, ({ path }) => ({ path, namespace: 'unused' }));
    bundle.onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: '' }));
    // The same code as ES modules, of which only what is used goes into the bundle.
    bundle.onResolve({ filter: /^yaml$/ }, () => ({
      path: `${root}node_modules/yaml/browser/dist/index.js`,
    }));
    // As an ES module it looks at import.meta.url when it is loaded, which nothing in CommonJS has.
    bundle.onResolve({ filter: /^fdir$/ }, () => ({ path: `${root}node_modules/fdir/dist/index.cjs` }));
  },
};

/** What nearly every command needs, help apart. */
const COMMON_PARTS = [
  'src/cli/main.ts',
  'src/cli/wiring.ts',
  'src/commands/shared/write-config.ts',
  'src/report/text.ts',
];
/** What is loaded before any part that the AWS SDK itself loads late. */
const SDK = 'src/adapters/cognito.ts';

/**
 * Makes every file that `import()` loads import the common parts too, so that these and all that they need can be in one file. Otherwise
 * esbuild makes a file of whatever each set of late files has in common: `validate` would read 27 files, most of them tiny, and a tiny
 * file takes as long to load as 5 KB of code.
 */
const late: Plugin = {
  name: 'late',
  setup: (bundle) => {
    bundle.onResolve({ filter: /.*/ }, async ({ kind, path, resolveDir, importer }) => {
      if (kind !== 'dynamic-import' || isBuiltin(path)) return undefined;
      const found = await bundle.resolve(path, { kind: 'import-statement', resolveDir, importer });
      const isInSdk = /node_modules\/@(?:aws-sdk|smithy)\//.test(importer);
      const before = isInSdk ? [...COMMON_PARTS, SDK] : COMMON_PARTS;
      return { path: relative(root, found.path), namespace: 'late', pluginData: before };
    });
    bundle.onLoad({ filter: /.*/, namespace: 'late' }, ({ path, pluginData }) => {
      const before = (pluginData as readonly string[]).filter((file) => file !== path);
      const imports = before.map((file) => `import './${file}';`).join('');
      // None of them has a default export, which would be left out here.
      return { contents: `${imports}export * from './${path}';`, resolveDir: root };
    });
  },
};

/** What both bundles have in common. The same sources give the same bytes, in whatever folder: the checkout's packages may be a link. */
const COMMON = {
  absWorkingDir: root,
  outdir: 'dist',
  preserveSymlinks: true,
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20.17',
  format: 'esm',
  mainFields: ['module', 'main'],
  metafile: true,
  legalComments: 'none',
  logLevel: 'warning',
  plugins: [slim],
} as const satisfies BuildOptions;

/**
 * The program, as CommonJS: Node starts that 7 ms sooner than ES modules, and executables of a single file can be nothing else. esbuild
 * splits only ES modules into files that are loaded late, so they become CommonJS afterwards.
 */
async function buildProgram(): Promise<Metafile> {
  const { outputFiles, metafile } = await build({
    ...COMMON,
    entryPoints: { cli: 'src/cli/main.ts' },
    outExtension: { '.js': '.cjs' },
    define: { 'import.meta.dirname': '__dirname' },
    splitting: true,
    write: false,
    plugins: [slim, late],
  });
  for (const { path, text } of outputFiles) {
    const { code } = await transform(text, {
      format: 'cjs',
      platform: 'node',
      target: COMMON.target,
      minify: true,
      supported: { 'dynamic-import': false },
    });
    await writeFile(path, code);
  }
  return metafile;
}

/** For programs that import the package: apart, since it needs none of the command line's packages. */
async function buildLibrary(): Promise<Metafile> {
  const { metafile } = await build({ ...COMMON, entryPoints: { library: 'src/library.ts' } });
  return metafile;
}

const schemas = await compileSchemas();
await rm(`${root}dist`, { recursive: true, force: true });
await mkdir(`${root}dist`);
const metafiles = [schemas, await buildProgram(), await buildLibrary()];
const packages = await bundledPackages(metafiles);
await writeFile(`${root}dist/THIRD-PARTY-LICENSES.txt`, await licenceTexts(packages));
await writeFile(`${root}dist/sbom.cdx.json`, await billOfMaterials(packageJson, packages));
await writeDeclarations(`${root}dist`);
