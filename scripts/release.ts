/**
 * Builds a release in release/: the tarball, its bill of materials, executables that need no Node, and their checksums. It publishes
 * nothing and changes nothing else. It checks the preconditions first and exits 1 with all that are not met.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { makeExecutables } from './executables.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = `${root}release`;

const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');
const versionIn = (path: string): string => (JSON.parse(read(path)) as { readonly version: string }).version;

/** Returns what a program prints. Throws if it fails; its stderr has been shown by then. */
function run(program: string, args: readonly string[]): string {
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  return execFileSync(program, args, { cwd: root, encoding: 'utf8', stdio: [...stdio] }).trim();
}

const version = versionIn('package.json');

/** The preconditions; each returns why a release is impossible, or undefined. */
const CONDITIONS: readonly (() => string | undefined)[] = [
  () => {
    const changed = run('git', ['status', '--porcelain']);
    return changed === '' ? undefined : `uncommitted changes:\n${changed}`;
  },
  () => {
    const locked = versionIn('package-lock.json');
    return locked === version
      ? undefined
      : `package.json is ${version}, package-lock.json is ${locked}: run npm install`;
  },
  () => {
    const [, heading = 'nothing'] = /^## (.+)$/m.exec(read('CHANGELOG.md')) ?? [];
    return new RegExp(`^${version.replaceAll('.', '\\.')} \\(\\d{4}-\\d{2}-\\d{2}\\)$`).test(heading)
      ? undefined
      : `CHANGELOG.md begins with "${heading}": expected "${version} (YYYY-MM-DD)" with the release date`;
  },
  () => {
    const tagged = run('git', ['tag', '--list', `v${version}`]);
    return tagged === '' || run('git', ['tag', '--points-at', 'HEAD']).split('\n').includes(tagged)
      ? undefined
      : `${tagged} is already a tag of another commit: choose the next version`;
  },
];

/** Builds and packs. Returns the name of the tarball. */
function pack(): string {
  const output = run('npm', ['pack', '--json', '--pack-destination', FOLDER]);
  const [packed] = JSON.parse(output) as readonly { readonly filename: string }[];
  if (packed === undefined) throw new Error('npm pack made no tarball');
  return packed.filename;
}

const digest = (algorithm: string, name: string): string =>
  createHash(algorithm)
    .update(readFileSync(`${FOLDER}/${name}`))
    .digest('hex');

interface Bill {
  readonly metadata: { readonly component: Readonly<Record<string, unknown>> };
}

/** The bill of materials of the tarball, with the tarball's checksum and commit time added. */
function billFor(tarball: string): string {
  const bill = JSON.parse(read('dist/sbom.cdx.json')) as Bill;
  const hashes = [
    { alg: 'SHA-256', content: digest('sha256', tarball) },
    { alg: 'SHA-512', content: digest('sha512', tarball) },
  ];
  const timestamp = new Date(run('git', ['log', '-1', '--format=%cI'])).toISOString();
  const metadata = { timestamp, ...bill.metadata, component: { ...bill.metadata.component, hashes } };
  return `${JSON.stringify({ ...bill, metadata }, undefined, 2)}\n`;
}

const say = (text: string): boolean => process.stdout.write(`${text}\n`);

const obstacles = CONDITIONS.flatMap((condition) => condition() ?? []);
if (obstacles.length > 0) {
  say(`${version} cannot be released:\n${obstacles.map((each) => `- ${each}`).join('\n')}`);
  process.exitCode = 1;
} else {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER);
  const tarball = pack();
  const bill = tarball.replace(/\.tgz$/, '.cdx.json');
  writeFileSync(`${FOLDER}/${bill}`, billFor(tarball));
  const executables = await makeExecutables(FOLDER, version);
  const sums = [tarball, bill, ...executables].map((name) => `${digest('sha256', name)}  ${name}\n`);
  writeFileSync(`${FOLDER}/SHA256SUMS`, sums.join(''));
  say(`release/:\n${sums.join('')}\nNothing was published.`);
}
