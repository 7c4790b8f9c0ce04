/** The package as users get it: packed, and installed into an empty project with nothing but npm. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment } from './cli.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Packed {
  /** An empty project that has the package installed. */
  readonly project: string;
  /** What `npm install` said. */
  readonly said: string;
  /** Bytes of the tarball. */
  readonly size: number;
  /** Paths in the tarball. */
  readonly files: readonly string[];
}

interface PackResult {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/**
 * Packs dist/ as it is (building it anew would pull it away from under other tests) and installs the tarball offline
 * into `<directory>/project`.
 */
export function installPacked(directory: string): Packed {
  const env = cleanEnvironment(directory);
  const npm = (args: readonly string[], cwd: string): string =>
    execFileSync('npm', args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const output = npm(['pack', '--json', '--ignore-scripts', '--pack-destination', directory], ROOT);
  const [result] = JSON.parse(output) as readonly PackResult[];
  if (result === undefined) throw new Error('npm packed nothing');
  const tarball = join(directory, result.filename);
  const project = join(directory, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{"private": true, "type": "module"}\n');
  // With the package's own scripts on, as by default: none may run.
  const said = npm(['install', '--offline', '--no-audit', '--no-fund', tarball], project);
  return { project, said, size: statSync(tarball).size, files: result.files.map(({ path }) => path) };
}
