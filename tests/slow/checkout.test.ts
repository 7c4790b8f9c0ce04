/** Builds a checkout that was never built, as the composite action and pre-commit do: npm packs, installs and runs it. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { BUILD, HOOKS, ROOT, runStep, VALIDATE } from '../support/action.ts';
import { cleanEnvironment } from '../support/cli.ts';
import { goodFile } from '../support/fixtures.ts';

const GOOD = goodFile('flat');
const BAD = GOOD.replace('userManagement:', 'usermanagement:');
const NAME = 'app/config/user_management_config.yml';

describe('a checkout that was never built', () => {
  let cwd: string;
  let directory: string;
  let checkout: string;
  const put = (name: string, text: string): void => {
    writeFileSync(join(cwd, name), text, { mode: 0o600 });
  };
  const read = (name: string): string => readFileSync(join(cwd, name), 'utf8');

  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'umconfig-ci-'));
    directory = mkdtempSync(join(tmpdir(), 'umconfig-checkout-'));
    checkout = join(directory, 'checkout');
    const listed = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
    const names = execFileSync('git', listed, { cwd: ROOT, encoding: 'utf8' }).split('\0');
    for (const name of names.filter((one) => one !== '' && existsSync(join(ROOT, one)))) {
      cpSync(join(ROOT, name), join(checkout, name));
    }
  });
  afterEach(() => {
    for (const path of [cwd, directory]) rmSync(path, { recursive: true, force: true });
  });

  const inCi = process.env['CI'] !== undefined;
  (inCi ? test : test.skip)(
    `is built by the action, which then validates files${inCi ? '' : ' (skipped: installs every package, only in CI)'}`,
    () => {
      // Uses npm's settings on this machine, as on a runner.
      const env = { ...process.env, GITHUB_ACTION_PATH: checkout, NODE_ENV: 'production' };
      expect(runStep(cwd, BUILD, {}, { ...env, npm_config_prefer_offline: 'true' })).toMatchObject({
        exitCode: 0,
      });
      put('a.yml', BAD);
      const { exitCode, stdout, output } = runStep(cwd, VALIDATE, { files: 'a.yml' }, env);
      expect({ exitCode, output }).toEqual({ exitCode: 1, output: 'exit-code=1\n' });
      expect(stdout).toMatch(/^::error file=a\.yml,line=8,/);
      // A second run has nothing to do.
      expect(runStep(cwd, BUILD, {}, env)).toEqual({ exitCode: 0, stdout: '', output: '' });
    },
  );

  test('is packed and installed by pre-commit, whose hooks fail on an invalid file and fix it', () => {
    // pre-commit first installs the packages, which exist here already.
    symlinkSync(join(ROOT, 'node_modules'), join(checkout, 'node_modules'));
    const env = { ...process.env, npm_config_prefix: join(directory, 'node_env') };
    const npm = (args: readonly string[]): string =>
      execFileSync('npm', args, { cwd: checkout, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    // pre_commit/languages/node.py uses the whole output of `npm pack` as the file name.
    const packed = npm(['pack']).trim();
    npm(['install', '-g', join(checkout, packed)]);
    const bin = join(directory, 'node_env/bin');
    /** Runs a hook as pre-commit does: the words of its entry, its args, then the file names, in the root directory. */
    const run = (id: string, files: readonly string[]): number | null => {
      const hook = HOOKS.find((one) => one.id === id);
      const [program = '', ...words] = [...(hook?.entry.split(' ') ?? []), ...(hook?.args ?? [])];
      return spawnSync(join(bin, program), [...words, ...files], {
        cwd,
        env: cleanEnvironment(directory),
        input: '',
      }).status;
    };
    mkdirSync(join(cwd, 'app/config'), { recursive: true });
    put(NAME, BAD);
    put('b c.yml', GOOD);
    put('--fix', GOOD);
    const names = [NAME, 'b c.yml', '--fix'];
    expect(run('umconfig-validate', names)).toBe(1);
    expect(read(NAME)).toBe(BAD);
    expect(run('umconfig-validate-fix', names)).toBe(0);
    expect(read(NAME)).toBe(GOOD);
    expect(run('umconfig-validate', names)).toBe(0);
  });
});
