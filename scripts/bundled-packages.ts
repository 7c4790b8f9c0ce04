/** The third-party packages that are inside the bundles of dist/: what users run without seeing it among their dependencies. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Metafile } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What is read of a package.json. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly license?: string;
}

export interface BundledPackage {
  /** Where it lies in a checkout, and its key in the lockfile: `node_modules/a/node_modules/b`. */
  readonly path: string;
  readonly manifest: Manifest;
}

/** Every package that some output of esbuild took a file of, sorted by path. */
export async function bundledPackages(metafiles: readonly Metafile[]): Promise<readonly BundledPackage[]> {
  const inputs = metafiles
    .flatMap(({ outputs }) => Object.values(outputs))
    .flatMap((output) => Object.keys(output.inputs));
  // The last folder of that name is the package's own.
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
  return '(the package ships no licence text beside its package.json)';
}
