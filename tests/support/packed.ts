/** The package as users get it: packed, and installed into an empty project with nothing but npm. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packedManifest } from '../../scripts/packed-manifest.ts';
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

/** Copies what is published, with the package.json that is published, to `folder`. */
function stage(folder: string): void {
  const text = readFileSync(join(ROOT, 'package.json'), 'utf8');
  const { files } = JSON.parse(text) as { readonly files: readonly string[] };
  for (const name of [...files, 'LICENSE', 'README.md'])
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'package.json'), packedManifest(text));
}

/**
 * Packs dist/ as it is and installs the tarball offline into `<directory>/project`. Not in the checkout, where `npm pack` would build
 * dist/ anew and change package.json under other tests; that it makes the same tarball there is for the tests of releases.
 */
export function installPacked(directory: string): Packed {
  const env = cleanEnvironment(directory);
  const npm = (args: readonly string[], cwd: string): string =>
    execFileSync('npm', args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const staged = join(directory, 'staged');
  stage(staged);
  const output = npm(['pack', '--json', '--ignore-scripts', '--pack-destination', directory], staged);
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
