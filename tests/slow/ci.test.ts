/** Runs the program as CI systems and hooks do: in GitHub Actions, with the composite action's scripts, and as pre-commit does. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { validateAction, validateWorkflow } from '@action-validator/core';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { ACTION, HOOKS, ROOT, runStep, VALIDATE, type Acted } from '../support/action.ts';
import { cleanEnvironment, umconfig, type CliResult } from '../support/cli.ts';
import { goodFile } from '../support/fixtures.ts';

const GOOD = goodFile('flat');
const BAD = GOOD.replace('userManagement:', 'usermanagement:');
const NAME = 'app/config/user_management_config.yml';

const INJECTION = 'userManagement: "x ::add-mask::a ##[error]b"\n';

let cwd: string;
const put = (name: string, text: string): void => {
  writeFileSync(join(cwd, name), text, { mode: 0o600 });
};
const read = (name: string): string => readFileSync(join(cwd, name), 'utf8');

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'umconfig-ci-'));
});
afterEach(() => {
  rmSync(cwd, { recursive: true, force: true });
});

describe('in GitHub Actions', () => {
  const run = (args: readonly string[], summary = 'summary.md'): Promise<CliResult> =>
    umconfig(['validate', ...args], {
      cwd,
      env: { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: cwd, GITHUB_STEP_SUMMARY: join(cwd, summary) },
    });

  test('adds a table to the job summary', async () => {
    put('c.yml', BAD);
    put('summary.md', 'before\n');
    expect((await run(['c.yml'])).exitCode).toBe(1);
    expect(read('summary.md')).toMatch(
      /^before\n### umconfig validate\n[^]*\| c\\.yml\\:8\\:1 \| error \| misspelt-key \|/,
    );
  });

  test.each([
    ['is in a missing directory', 'nowhere/summary.md', () => undefined, 'the step summary was not written'],
    [
      'is a directory',
      'd',
      () => {
        mkdirSync(join(cwd, 'd'));
      },
      'the step summary was not written',
    ],
    [
      'is a FIFO without a reader',
      'fifo',
      () => {
        execFileSync('mkfifo', [join(cwd, 'fifo')]);
      },
      'the step summary was not written',
    ],
    [
      'is full',
      'full',
      () => {
        put('full', 'x'.repeat(1024 * 1024 - 10));
      },
      'the step summary is full',
    ],
  ])('a job summary that %s does not fail the run', async (_, name, prepare, words) => {
    put('c.yml', GOOD);
    prepare();
    const { exitCode, stdout, stderr } = await run(['c.yml'], name);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '1 file checked, no problems\n' });
    expect(stderr).toContain(words);
  });

  test.each(['text', 'json', 'sarif', 'junit', 'gitlab'])(
    'file names and contents are never runner commands in %s or on stderr',
    async (format) => {
      put('::add-mask::x.yml', INJECTION);
      put('##[group]y.yml', INJECTION);
      const args = [
        '::add-mask::x.yml',
        '##[group]y.yml',
        '::error::no.yml',
        '##[no].yml',
        '--format',
        format,
      ];
      const { exitCode, stdout, stderr } = await run(args);
      expect(exitCode).toBe(2);
      expect(stdout + stderr).not.toMatch(/^\s*::|##\[/m);
      expect(stdout).not.toBe('');
    },
  );

  test('outside GitHub Actions names are shown unchanged', async () => {
    put('::x.yml', BAD);
    expect((await umconfig(['validate', '::x.yml'], { cwd })).stdout).toContain('::x.yml:8:1');
  });

  test('annotations are commands with paths from the root of the checkout', async () => {
    mkdirSync(join(cwd, 'sub'));
    put('sub/c.yml', BAD);
    const { stdout } = await umconfig(['validate', 'c.yml', '--format', 'github'], {
      cwd: join(cwd, 'sub'),
      env: { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: cwd },
    });
    expect(stdout).toMatch(/^::error file=sub\/c\.yml,line=8,col=1,/);
  });
});

test('GitLab reports have paths from the root of the checkout', async () => {
  mkdirSync(join(cwd, 'sub'));
  put('sub/c.yml', BAD);
  const { stdout } = await umconfig(['validate', 'c.yml', '--format', 'gitlab'], {
    cwd: join(cwd, 'sub'),
    env: { GITLAB_CI: 'true', CI_PROJECT_DIR: cwd },
  });
  expect(JSON.parse(stdout)).toMatchObject([{ location: { path: 'sub/c.yml' } }]);
});

test('many files give one report with a summary by code and nothing on stderr', async () => {
  for (let at = 0; at < 70; at += 1) put(`c${String(at)}.yml`, at < 3 ? BAD : GOOD);
  const { exitCode, stdout, stderr } = await umconfig(['validate', '*.yml'], { cwd });
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
  expect(stdout).toMatch(
    /\n70 files checked: 3 errors, 0 warnings \(3 fixable with --fix\)\n {2}misspelt-key 3\n$/,
  );
});

describe('the composite action', () => {
  const act = (inputs: Readonly<Record<string, string>>): Acted =>
    runStep(cwd, VALIDATE, inputs, cleanEnvironment(cwd));

  test('is a valid action, and the workflows in docs/ci.md are valid', () => {
    const text = readFileSync(join(ROOT, 'action.yml'), 'utf8');
    expect(validateAction(text)).toEqual({ actionType: 'action', errors: [] });
    expect(validateAction(text.replace('using: composite', 'using: node1')).errors).not.toEqual([]);
    const blocks = [...readFileSync(join(ROOT, 'docs/ci.md'), 'utf8').matchAll(/```yaml\n([^]*?)```/g)];
    const workflows = blocks.flatMap(([, code = '']) => (/^on:/m.test(code) ? [code] : []));
    expect(workflows).toHaveLength(2);
    for (const workflow of workflows) {
      expect(validateWorkflow(workflow)).toEqual({ actionType: 'workflow', errors: [] });
      expect(validateWorkflow(workflow.replace('runs-on:', 'run-on:')).errors).not.toEqual([]);
    }
    const { jobs } = parse(workflows[0] ?? '') as {
      jobs: { validate: { steps: readonly { readonly with?: Readonly<Record<string, unknown>> }[] } };
    };
    const given = jobs.validate.steps.flatMap(({ with: inputs = {} }) => Object.keys(inputs));
    expect(given.length).toBeGreaterThan(2);
    expect(Object.keys(ACTION.inputs)).toEqual(expect.arrayContaining(given));
  });

  test('no script contains an expression', () => {
    const scripts = ACTION.runs.steps.flatMap(({ run }) => run ?? []);
    expect(scripts).toHaveLength(2);
    for (const text of scripts) expect(text).not.toContain('${{');
  });

  test('annotates, fails and outputs the exit code', () => {
    put('a.yml', BAD);
    put('b c.yml', GOOD);
    const { exitCode, stdout, output } = act({ files: 'a.yml\nb c.yml\r\n\n' });
    expect({ exitCode, output }).toEqual({ exitCode: 1, output: 'exit-code=1\n' });
    expect(stdout).toMatch(/^::error file=a\.yml,line=8,[^]*\n2 files checked: 1 error, 0 warnings\n$/);
  });

  test('passes, also in strict mode; checks the default file if no file is named', () => {
    put('user_management_config.yml', GOOD);
    expect(act({})).toMatchObject({ exitCode: 0, output: 'exit-code=0\n' });
    chmodSync(join(cwd, 'user_management_config.yml'), 0o644);
    expect(act({})).toMatchObject({ exitCode: 0 });
    expect(act({ strict: 'true' })).toMatchObject({ exitCode: 1 });
  });

  test('writes SARIF in addition to the annotations, and the job summary once', () => {
    mkdirSync(join(cwd, 'sub'));
    put('sub/a.yml', BAD);
    const { exitCode, stdout } = act({
      files: 'a.yml',
      'working-directory': 'sub',
      'sarif-file': 'out.sarif',
    });
    expect(exitCode).toBe(1);
    expect(stdout.match(/^::error/gm)).toHaveLength(1);
    expect(JSON.parse(read('sub/out.sarif'))).toMatchObject({
      runs: [{ artifacts: [{ location: { uri: 'sub/a.yml' } }] }],
    });
    expect(read('summary.md').match(/### umconfig/g)).toHaveLength(1);
  });

  test('reports a missing working directory as wrong usage', () => {
    const { exitCode, output } = act({ files: 'a.yml', 'working-directory': 'no where' });
    expect({ exitCode, output }).toEqual({ exitCode: 2, output: 'exit-code=2\n' });
    mkdirSync(join(cwd, 'some where'));
    put('some where/a.yml', GOOD);
    expect(act({ files: 'a.yml', 'working-directory': 'some where' }).exitCode).toBe(0);
  });

  test('fails and names the path if SARIF cannot be written', () => {
    put('a.yml', GOOD);
    const { exitCode, stdout } = act({ files: 'a.yml', 'sarif-file': 'nowhere/out.sarif' });
    expect(exitCode).not.toBe(0);
    expect(stdout).toContain('nowhere');
  });

  test.each([
    '$(touch pwned)',
    '`touch pwned`',
    '"; touch pwned; "',
    "'; touch pwned; '",
    'a\n$(touch pwned)\n--fix',
    '--output=pwned',
    '-n\n-e',
    '$INPUT_STRICT',
    '\\',
  ])('an input is never part of the script: %j', (hostile) => {
    put('a.yml', BAD);
    for (const input of ['files', 'layout', 'strict', 'annotations', 'sarif-file', 'working-directory']) {
      act({ files: 'a.yml', [input]: hostile });
    }
    expect(existsSync(join(cwd, 'pwned'))).toBe(false);
    expect(read('a.yml')).toBe(BAD);
  });
});

describe('pre-commit', () => {
  test('hooks match the file by name in any directory', () => {
    expect(HOOKS.map(({ id }) => id)).toEqual(['umconfig-validate', 'umconfig-validate-fix']);
    for (const { files, language } of HOOKS) {
      expect(language).toBe('node');
      for (const name of [NAME, 'user_management_config.yaml']) expect(name).toMatch(new RegExp(files));
      for (const name of ['default_config.yml', 'my_user_management_config.yml']) {
        expect(name).not.toMatch(new RegExp(files));
      }
    }
  });
});
