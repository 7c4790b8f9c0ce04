/** The package as users get it: packed, and installed into an empty project with npm alone. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packedManifest } from '../../scripts/packed-manifest.ts';
import { cleanEnvironment } from './cli.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Packed {
  /** An empty project with the package installed. */
  readonly project: string;
  /** The output of `npm install`. */
  readonly said: string;
  /** Size of the tarball in bytes. */
  readonly size: number;
  /** Paths in the tarball. */
  readonly files: readonly string[];
}

interface PackResult {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** Copies the published files and the published package.json to `folder`. */
function stage(folder: string): void {
  const text = readFileSync(join(ROOT, 'package.json'), 'utf8');
  const { files } = JSON.parse(text) as { readonly files: readonly string[] };
  for (const name of [...files, 'LICENSE', 'README.md'])
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'package.json'), packedManifest(text));
}

/**
 * Packs dist/ without rebuilding it and installs the tarball offline into `<directory>/project`. Not in the checkout, where `npm pack`
 * would rebuild dist/ and change package.json during other tests; the release tests check that it makes the same tarball there.
 */
export function installPacked(directory: string): Packed {
  const env = cleanEnvironment(directory);
  const npm = (args: readonly string[], cwd: string): string =>
    execFileSync('npm', args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const staged = join(directory, 'staged');
  stage(staged);
  const output = npm(['pack', '--json', '--ignore-scripts', '--pack-destination', directory], staged);
  const [result] = JSON.parse(output) as readonly PackResult[];
  if (result === undefined) throw new Error('npm pack made no tarball');
  const tarball = join(directory, result.filename);
  const project = join(directory, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{"private": true, "type": "module"}\n');
  // With scripts enabled, as by default: none may run.
  const said = npm(['install', '--offline', '--no-audit', '--no-fund', tarball], project);
  return { project, said, size: statSync(tarball).size, files: result.files.map(({ path }) => path) };
}
