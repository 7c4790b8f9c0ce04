/**
 * Makes what a release consists of, in release/: the tarball, its bill of materials, executables that need no Node, and the checksums
 * of all. It publishes nothing and changes nothing else; what it needs of the tree is looked at first. Exits 1 when that is not so, with all reasons in one message.
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

/** What a program prints. Throws when it fails, with what it said on stderr already shown. */
function run(program: string, args: readonly string[]): string {
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  return execFileSync(program, args, { cwd: root, encoding: 'utf8', stdio: [...stdio] }).trim();
}

const version = versionIn('package.json');

/** Each gives what is in the way of a release, or undefined. */
const CONDITIONS: readonly (() => string | undefined)[] = [
  () => {
    const changed = run('git', ['status', '--porcelain']);
    return changed === '' ? undefined : `what is released must be committed, and this is not:\n${changed}`;
  },
  () => {
    const locked = versionIn('package-lock.json');
    return locked === version
      ? undefined
      : `package.json is ${version} and package-lock.json ${locked}: run npm install`;
  },
  () => {
    const [, heading = 'nothing'] = /^## (.+)$/m.exec(read('CHANGELOG.md')) ?? [];
    return new RegExp(`^${version.replaceAll('.', '\\.')} \\(\\d{4}-\\d{2}-\\d{2}\\)$`).test(heading)
      ? undefined
      : `CHANGELOG.md begins with "${heading}": make it "${version} (the day of the release as YYYY-MM-DD)"`;
  },
  () => {
    const tagged = run('git', ['tag', '--list', `v${version}`]);
    return tagged === '' || run('git', ['tag', '--points-at', 'HEAD']).split('\n').includes(tagged)
      ? undefined
      : `${tagged} is another commit: a version is released once, so choose the next one`;
  },
];

/** Builds and packs. Returns the name of the tarball. */
function pack(): string {
  const output = run('npm', ['pack', '--json', '--pack-destination', FOLDER]);
  const [packed] = JSON.parse(output) as readonly { readonly filename: string }[];
  if (packed === undefined) throw new Error('npm packed nothing');
  return packed.filename;
}

const digest = (algorithm: string, name: string): string =>
  createHash(algorithm)
    .update(readFileSync(`${FOLDER}/${name}`))
    .digest('hex');

interface Bill {
  readonly metadata: { readonly component: Readonly<Record<string, unknown>> };
}

/** The bill of materials that is in the tarball, and with it the tarball's own checksum and the time of its commit. */
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
  say(`release/:\n${sums.join('')}\nNothing was published. To do so: npm publish release/${tarball}`);
}
