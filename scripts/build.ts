/**
 * Bundles the program and its third-party packages into dist/. One file loads much faster than hundreds of packages, and users install
 * nothing else. Code that only some commands need (the AWS SDK, prompts, …) is imported with `import()` and becomes a separate file.
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

/** Removes code that packages load at start and this program never uses. */
const slim: Plugin = {
  name: 'slim',
  setup: (bundle) => {
    // Only the version in package.json is used.
    bundle.onLoad({ filter: PACKAGE_JSON }, () => ({
      contents: JSON.stringify({ version: packageJson.version }),
      loader: 'json',
    }));
    // src/adapters/process.ts decides about colours, so chalk need not detect them.
    bundle.onResolve({ filter: /^#supports-color$/ }, ({ path }) => ({ path, namespace: 'no-colours' }));
    bundle.onLoad({ filter: /.*/, namespace: 'no-colours' }, () => ({
      contents: 'export default { stdout: false, stderr: false };',
    }));
    // Commander starts executable subcommands as processes; umconfig has none.
    bundle.onResolve({ filter: /^node:child_process$/ }, ({ path, importer }) =>
      importer.includes('/commander/') ? { path, namespace: 'unused' } : undefined,
    );
    // The SDK detects the browser with it.
    bundle.onResolve({ filter: /^bowser$/ }, ({ path }) => ({ path, namespace: 'unused' }));
    bundle.onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: '' }));
    // The same code as ES modules, which esbuild can tree-shake.
    bundle.onResolve({ filter: /^yaml$/ }, () => ({
      path: `${root}node_modules/yaml/browser/dist/index.js`,
    }));
    // As an ES module it reads import.meta.url at load time, which does not exist in CommonJS.
    bundle.onResolve({ filter: /^fdir$/ }, () => ({ path: `${root}node_modules/fdir/dist/index.cjs` }));
  },
};

/** Files that nearly every command needs, except for help. */
const COMMON_PARTS = [
  'src/cli/main.ts',
  'src/cli/wiring.ts',
  'src/commands/shared/write-config.ts',
  'src/report/text.ts',
];
/** Files loaded before any part that the AWS SDK loads late. */
const SDK = 'src/adapters/cognito.ts';

/**
 * Makes each file loaded with `import()` import the common parts too, so that esbuild puts them into one file. Otherwise it creates a file
 * for each combination of shared code: `validate` would read 27 mostly tiny files, and a tiny file takes as long to load as 5 KB of code.
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
      // `export *` omits a default export; these files have none.
      return { contents: `${imports}export * from './${path}';`, resolveDir: root };
    });
  },
};

/** Options of both bundles. The same sources give the same bytes in any folder, even if node_modules is a link. */
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
 * Builds the program as CommonJS: Node starts it 7 ms faster than ES modules, and single-file executables require it. esbuild splits only
 * ES modules, so the output is converted afterwards.
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

/** Builds the library separately, since it needs none of the command line's packages. */
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
