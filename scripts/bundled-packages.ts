/** Lists the third-party packages inside the bundles of dist/, which users run without seeing them as dependencies. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Metafile } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The fields of package.json that are used. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly license?: string;
}

export interface BundledPackage {
  /** The path in a checkout, which is also the lockfile key: `node_modules/a/node_modules/b`. */
  readonly path: string;
  readonly manifest: Manifest;
}

/** Every package of which esbuild bundled a file, sorted by path. */
export async function bundledPackages(metafiles: readonly Metafile[]): Promise<readonly BundledPackage[]> {
  const inputs = metafiles
    .flatMap(({ outputs }) => Object.values(outputs))
    .flatMap((output) => Object.keys(output.inputs));
  // The last `node_modules` in the path belongs to the package.
  const paths = inputs.flatMap(
    (path) => /node_modules\/(?:.*node_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [],
  );
  return Promise.all(
    [...new Set(paths)].sort().map(async (path) => {
      const text = await readFile(`${root}${path}/package.json`, 'utf8');
      return { path, manifest: JSON.parse(text) as Manifest };
    }),
  );
}

const LICENCE_FILES = ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'license', 'LICENCE', 'LICENSE-MIT'];

/** The licence texts of the packages. */
export async function licenceTexts(packages: readonly BundledPackage[]): Promise<string> {
  const texts = await Promise.all(
    packages.map(async ({ path, manifest: { name, version, license } }) => {
      const text = await licenceText(path);
      return `${name} ${version} (${license ?? 'see the text'})\n\n${text.trim()}\n`;
    }),
  );
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

async function licenceText(path: string): Promise<string> {
  for (const name of LICENCE_FILES) {
    const text = await readFile(`${root}${path}/${name}`, 'utf8').catch(() => undefined);
    if (text !== undefined) return text;
  }
  return '(no licence text in the package)';
}
