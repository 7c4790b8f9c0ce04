/**
 * Runs `npm run release` in a copy of this checkout: its preconditions, its files, reproducible builds, and that the executables behave
 * like the tarball. It downloads Node.
 */
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cleanEnvironment } from '../support/cli.ts';
import { FILE, startScene } from '../support/sign-in-scene.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const VERSION = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;

let directory: string;
let copy: string;

const git = (cwd: string, ...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.test', ...args], {
    cwd,
    encoding: 'utf8',
  });

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'umconfig-release-'));
  copy = join(directory, 'copy');
  for (const name of git(ROOT, 'ls-files', '-z', '--cached', '--others', '--exclude-standard').split('\0')) {
    if (name === '' || !existsSync(join(ROOT, name))) continue;
    mkdirSync(dirname(join(copy, name)), { recursive: true });
    cpSync(join(ROOT, name), join(copy, name));
  }
  symlinkSync(realpathSync(join(ROOT, 'node_modules')), join(copy, 'node_modules'));
  git(copy, 'init', '--quiet');
  writeFileSync(join(copy, '.git/info/exclude'), 'node_modules\n');
  git(copy, 'add', '--all');
  git(copy, 'commit', '--quiet', '--message', 'Everything');
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

function release(): { readonly exitCode: number | null; readonly stdout: string; readonly stderr: string } {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'release'], {
    cwd: copy,
    // Uses npm's settings on this machine, since it downloads Node.
    env: process.env,
    encoding: 'utf8',
  });
  return { exitCode: status, stdout, stderr };
}

function change(name: string, edit: (text: string) => string): void {
  const path = join(copy, name);
  writeFileSync(path, edit(readFileSync(path, 'utf8')));
}

const released = (name: string): Buffer => readFileSync(join(copy, 'release', name));
const executable = (processor: string): string => `umconfig-${VERSION}-linux-${processor}`;
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe('a release is refused', () => {
  test('with all reasons at once, and nothing is written', () => {
    change('CHANGELOG.md', (text) => text.replace(/^## .*$/m, `## ${VERSION} (unreleased)`));
    change('package-lock.json', (text) => text.replace(`"version": "${VERSION}"`, '"version": "9.9.9"'));
    const { exitCode, stdout } = release();
    expect(exitCode).toBe(1);
    expect(stdout).toContain('M package-lock.json');
    expect(stdout).toContain(`package-lock.json is 9.9.9`);
    expect(stdout).toContain(`CHANGELOG.md begins with "${VERSION} (unreleased)"`);
    expect(existsSync(join(copy, 'release'))).toBe(false);
    git(copy, 'checkout', '--quiet', '.');
  });

  test('if the version is a tag of another commit', () => {
    git(copy, 'tag', `v${VERSION}`);
    change('CHANGELOG.md', (text) => text.replace(/^## .*$/m, `## ${VERSION} (2026-12-24)`));
    git(copy, 'commit', '--quiet', '--all', '--message', 'Release');
    expect(release()).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining(`- v${VERSION} is already a tag`) as unknown,
    });
    git(copy, 'tag', '--delete', `v${VERSION}`);
  });
});

describe('a release', () => {
  const tarball = `umconfig-${VERSION}.tgz`;
  const bill = `umconfig-${VERSION}.cdx.json`;

  beforeAll(() => {
    const { exitCode, stdout, stderr } = release();
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 0,
      stdout: expect.stringContaining('Nothing was published.') as unknown,
      stderr: '',
    });
    execFileSync('tar', ['-xzf', join(copy, 'release', tarball), '-C', directory]);
  }, 600_000);

  test('consists of a tarball, its bill of materials, two executables, their licences, and all checksums', () => {
    const names = [tarball, bill, executable('x64'), executable('arm64'), `umconfig-${VERSION}-LICENSES.txt`];
    expect(readdirSync(join(copy, 'release')).sort()).toEqual(['SHA256SUMS', ...names].sort());
    expect(released('SHA256SUMS').toString()).toBe(
      names.map((name) => `${sha256(released(name))}  ${name}\n`).join(''),
    );
    expect(git(copy, 'status', '--porcelain', '--', '.', ':!release')).toBe('');
  });

  test('has a valid CycloneDX bill of materials with the checksum of the tarball', async () => {
    const text = released(bill).toString();
    expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text)).toBeNull();
    const { metadata, components } = JSON.parse(text) as {
      metadata: { component: { version: string; hashes: readonly { content: string }[] } };
      components: unknown;
    };
    expect(metadata.component.version).toBe(VERSION);
    expect(metadata.component.hashes[0]?.content).toBe(sha256(released(tarball)));
    const packed = readFileSync(join(directory, 'package/dist/sbom.cdx.json'), 'utf8');
    expect((JSON.parse(packed) as { components: unknown }).components).toEqual(components);
  });

  test('has the same bytes as a build in another folder', () => {
    const elsewhere = join(directory, 'some/where else');
    git(directory, 'clone', '--quiet', copy, elsewhere);
    symlinkSync(realpathSync(join(ROOT, 'node_modules')), join(elsewhere, 'node_modules'));
    const before = readFileSync(join(elsewhere, 'package.json'), 'utf8');
    // As pre-commit and users call it; stdout has only the file name.
    const said = execFileSync('npm', ['pack'], {
      cwd: elsewhere,
      env: cleanEnvironment(directory),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    expect(said).toBe(`${tarball}\n`);
    expect(sha256(readFileSync(join(elsewhere, tarball)))).toBe(sha256(released(tarball)));
    expect(readFileSync(join(elsewhere, 'package.json'), 'utf8')).toBe(before);
  });

  test('restores package.json after a run that was killed while packing', () => {
    const step = (name: string): string => {
      execFileSync('npx', ['--no-install', 'tsx', 'scripts/packed-manifest.ts', name], { cwd: copy });
      return readFileSync(join(copy, 'package.json'), 'utf8');
    };
    const before = readFileSync(join(copy, 'package.json'), 'utf8');
    expect(step('strip')).not.toContain('devDependencies');
    expect(step('strip')).not.toContain('devDependencies');
    expect(step('restore')).toBe(before);
    expect(step('restore')).toBe(before);
  });

  const SECRET = 'notarealsecretnotarealsecretnotarealsecretnotareal';
  const VALUES = [
    ...['--user-pool-id', 'us-west-2_AbCdEf123', '--client-id', '1a2b3c4d5e6f7g8h9i0j1k2l3m'],
    ...['--domain-name', 'labels', '--redirect-uri', 'http://localhost:8686/auth'],
    ...['--log-out-uri', 'http://localhost:8686/'],
  ];
  const INIT = ['init', '--yes', '--config', FILE, ...VALUES];
  /** Exit codes and command lines, run in this order in one folder: later ones read what `init` wrote. */
  const FEW: readonly (readonly [number, readonly string[]])[] = [
    [0, INIT],
    [0, ['validate', FILE]],
    [0, ['validate', '*.yml']],
    [0, ['completion', 'bash']],
    [3, ['users', 'list', '--config', FILE]],
  ];
  const MANY: typeof FEW = [
    ...FEW,
    [2, [...INIT, '--schema-comment']],
    [0, ['--version']],
    [0, ['--help']],
    [0, ['init', '--help']],
    [0, ['validate', '--format', 'sarif', FILE]],
    [2, ['validate', 'absent.yml']],
    [0, ['explain']],
    [0, ['schema', '--layout', 'nested']],
    [0, ['completion', 'zsh']],
    [0, ['completion', 'fish']],
    [0, ['provision', '--domain-name', 'labels', '--redirect-uri', 'http://localhost:8686/auth']],
  ];

  interface Ran {
    readonly exitCode: number | string | null | undefined;
    readonly stdout: string;
    readonly stderr: string;
  }

  /** Runs a program with an empty PATH, so that it can find no other program. */
  function runAlone(words: readonly string[], cwd: string, env: Record<string, string> = {}): Promise<Ran> {
    const [program = '', ...args] = words;
    const options = { cwd, env: { ...cleanEnvironment(cwd, env), PATH: join(directory, 'nowhere') } };
    return new Promise((settle) => {
      const { stdin } = execFile(program, args, options, (error, stdout, stderr) => {
        settle({ exitCode: error === null ? 0 : error.code, stdout, stderr });
      });
      stdin?.end();
    });
  }

  /** Returns the output of all runs and the final file. Throws on an unexpected exit code. */
  async function runAll(
    words: readonly string[],
    runs: typeof FEW,
    name: string,
  ): Promise<readonly unknown[]> {
    const cwd = join(directory, name);
    mkdirSync(cwd);
    const shown: unknown[] = [];
    for (const [exitCode, args] of runs) {
      const ran = await runAlone([...words, ...args], cwd, { UMCONFIG_CLIENT_SECRET: SECRET });
      expect([args, ran]).toEqual([args, { ...ran, exitCode }]);
      shown.push(ran);
    }
    return [...shown, readFileSync(join(cwd, FILE), 'utf8')];
  }

  const fromTarball = (): readonly string[] => [process.execPath, join(directory, 'package/bin/umconfig.js')];
  const inRelease = (name: string): string => join(copy, 'release', name);

  test('has an x64 executable that does the same as the tarball without Node', async () => {
    const shown = await runAll([inRelease(executable('x64'))], MANY, 'x64');
    expect(shown).toEqual(await runAll(fromTarball(), MANY, 'tarball'));
  });

  test('has an x64 executable that calls AWS', async () => {
    const scene = await startScene('flat');
    try {
      const cwd = join(directory, 'discover');
      mkdirSync(cwd);
      writeFileSync(join(cwd, FILE), scene.text);
      const values = ['--pool', scene.poolId, '--endpoint-url', scene.cognito.url];
      const args = ['discover', '--yes', '--from', FILE, '--config', 'new.yml', '--dry-run', ...values];
      const env = { AWS_ACCESS_KEY_ID: 'notarealkey', AWS_SECRET_ACCESS_KEY: 'notarealsecret' };
      const [alone, withNode] = await Promise.all(
        [[inRelease(executable('x64'))], fromTarball()].map((words) =>
          runAlone([...words, ...args], cwd, env),
        ),
      );
      expect(alone).toMatchObject({ exitCode: 0 });
      expect(alone).toEqual(withNode);
    } finally {
      await scene.cognito.close();
    }
  });

  const QEMU = '/usr/bin/qemu-aarch64-static';
  const LIBRARIES = '/usr/aarch64-linux-gnu';
  const canEmulate = existsSync(QEMU) && existsSync(LIBRARIES);
  (canEmulate ? test : test.skip)(
    `has an arm64 executable that does the same${canEmulate ? '' : ' (skipped: qemu-user or its libraries are not installed)'}`,
    async () => {
      const shown = await runAll([QEMU, '-L', LIBRARIES, inRelease(executable('arm64'))], FEW, 'arm64');
      expect(shown).toEqual(await runAll(fromTarball(), FEW, 'tarball-for-arm64'));
    },
    600_000,
  );
});
