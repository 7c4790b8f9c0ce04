/** `npm run release` in a copy of this checkout: what it refuses, what it makes, and that the same sources give the same bytes elsewhere. */
import { execFileSync, spawnSync } from 'node:child_process';
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
    env: cleanEnvironment(directory),
    encoding: 'utf8',
  });
  return { exitCode: status, stdout, stderr };
}

function change(name: string, edit: (text: string) => string): void {
  const path = join(copy, name);
  writeFileSync(path, edit(readFileSync(path, 'utf8')));
}

const released = (name: string): Buffer => readFileSync(join(copy, 'release', name));
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe('what cannot be released', () => {
  test('is said with all reasons at once, and nothing is made', () => {
    change('CHANGELOG.md', (text) => text.replace(/^## .*$/m, `## ${VERSION} (unreleased)`));
    change('package-lock.json', (text) => text.replace(`"version": "${VERSION}"`, '"version": "9.9.9"'));
    const { exitCode, stdout } = release();
    expect(exitCode).toBe(1);
    expect(stdout).toContain('M package-lock.json');
    expect(stdout).toContain(`package.json is ${VERSION} and package-lock.json 9.9.9`);
    expect(stdout).toContain(`CHANGELOG.md begins with "${VERSION} (unreleased)"`);
    expect(existsSync(join(copy, 'release'))).toBe(false);
    git(copy, 'checkout', '--quiet', '.');
  });

  test('a version that another commit was tagged with', () => {
    git(copy, 'tag', `v${VERSION}`);
    change('CHANGELOG.md', (text) => text.replace(/^## .*$/m, `## ${VERSION} (2026-12-24)`));
    git(copy, 'commit', '--quiet', '--all', '--message', 'Release');
    expect(release()).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining(`- v${VERSION} is another commit`) as unknown,
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
  });

  test('is a tarball, its bill of materials and their checksums', () => {
    expect(readdirSync(join(copy, 'release')).sort()).toEqual(['SHA256SUMS', bill, tarball].sort());
    expect(released('SHA256SUMS').toString()).toBe(
      [tarball, bill].map((name) => `${sha256(released(name))}  ${name}\n`).join(''),
    );
    expect(git(copy, 'status', '--porcelain', '--', '.', ':!release')).toBe('');
  });

  test('has a bill of materials that is CycloneDX, and names the tarball by its checksum', async () => {
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

  test('holds the same bytes as a build in another folder', () => {
    const elsewhere = join(directory, 'some/where else');
    git(directory, 'clone', '--quiet', copy, elsewhere);
    symlinkSync(realpathSync(join(ROOT, 'node_modules')), join(elsewhere, 'node_modules'));
    const before = readFileSync(join(elsewhere, 'package.json'), 'utf8');
    // As pre-commit and people call it, and nothing but the name on stdout.
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

  test('gives package.json back after a run that was killed while it packed', () => {
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
});
