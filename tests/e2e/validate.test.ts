/** Tests the built `validate`, `explain`, `schema` and `iam-policy` as users and scripts see them. */
import { chmod, link, mkdir, mkdtemp, open, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync, spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { nodeFiles } from '../../src/adapters/files.ts';
import { nodeTerminal } from '../../src/adapters/terminal.ts';
import { cleanEnvironment, PROGRAM, umconfig, type CliResult } from '../support/cli.ts';
import { fakePorts } from '../support/fake-ports.ts';
import { readRuleFixture, ruleFixtures } from '../support/fixtures.ts';
import { run as runSources } from '../support/run.ts';

const SECRET = 'notarealsecretnotarealsecretnotarealsecretnotareal';
const GOOD = `---
port: 8686
data: "./data"
src: "."
database: "local"
modelGateHost: "127.0.0.1"
modelGatePort: "8001"
userManagement: on
region: "us-west-2"
domainName: "scalabel-demo"
clientId: "1fakeclientid0000000000000"
redirectUri: "http://localhost:8686/auth"
logOutUri: "http://localhost:8686/"
clientSecret: "${SECRET}"
awsTokenURL: "https://scalabel-demo.auth.us-west-2.amazoncognito.com/oauth2/token"
awsJwkUrl : "https://cognito-idp.%v.amazonaws.com/%v/.well-known/jwks.json"
userPoolID: "us-west-2_FakePool1"
...
`;
const VERSION = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version;
const BAD = GOOD.replace('userManagement:', 'usermanagement:');

interface Json {
  readonly files: readonly {
    readonly file: string;
    readonly findings: readonly { readonly code: string }[];
  }[];
  readonly summary: { readonly files: number; readonly errors: number; readonly warnings: number };
}

const jsonOf = (result: CliResult): Json => JSON.parse(result.stdout) as Json;

let cwd: string;
const run = (...args: readonly string[]): Promise<CliResult> => umconfig(args, { cwd });
const put = (name: string, text: string | Uint8Array): Promise<void> =>
  writeFile(join(cwd, name), text, { mode: 0o600 });

beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'umconfig-validate-'));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

describe('validate', () => {
  test('a valid file passes', async () => {
    await put('user_management_config.yml', GOOD);
    expect(await run('validate')).toMatchObject({
      exitCode: 0,
      stdout: '1 file checked, no problems\n',
      stderr: '',
    });
  });

  test('the default file is in app/config if that exists', async () => {
    await mkdir(join(cwd, 'app/config'), { recursive: true });
    await put('app/config/user_management_config.yml', BAD);
    const { exitCode, stdout } = await run('validate');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('app/config/user_management_config.yml:8:1 error misspelt-key');
  });

  test('an invalid file exits 1 with position, caret and fix, and without the secret', async () => {
    await put('c.yml', BAD.replace(`"${SECRET}"`, ` "${SECRET} "`));
    const { exitCode, stdout, stderr } = await run('validate', 'c.yml');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('8 | usermanagement: on\n      | ^^^^^^^^^^^^^^');
    expect(stdout).toMatchSnapshot();
    expect(stdout + stderr).not.toContain(SECRET);
  });

  test('JSON has the public shape, and stdout has nothing else', async () => {
    await put('c.yml', BAD);
    const result = await run('validate', 'c.yml', '--format', 'json');
    expect(result.stderr).toBe('');
    expect(JSON.parse(result.stdout)).toEqual({
      version: 1,
      files: [
        {
          file: 'c.yml',
          layout: 'flat',
          findings: [
            {
              code: 'misspelt-key',
              severity: 'error',
              path: 'usermanagement',
              line: 8,
              column: 1,
              endLine: 8,
              endColumn: 15,
              message: expect.stringContaining('userManagement') as unknown,
              hint: expect.stringContaining('userManagement') as unknown,
              fixable: true,
            },
          ],
        },
      ],
      summary: { files: 1, errors: 1, warnings: 0 },
    });
  });

  test('--fix repairs, names each fix and changes no other byte', async () => {
    await put('c.yml', BAD.replaceAll('\n', '\r\n'));
    const { exitCode, stdout } = await run('validate', 'c.yml', '--fix');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('fixed c.yml: misspelt-key (usermanagement)');
    expect(await readFile(join(cwd, 'c.yml'), 'utf8')).toBe(GOOD.replaceAll('\n', '\r\n'));
  });

  test('--fix reports the tightened mode', async () => {
    await put('c.yml', BAD);
    await chmod(join(cwd, 'c.yml'), 0o644);
    const { stderr } = await run('validate', 'c.yml', '--fix');
    expect(stderr).toMatch(/c\.yml.* 644 /);
    expect((await stat(join(cwd, 'c.yml'))).mode & 0o777).toBe(0o640);
  });

  test('--strict treats warnings as errors', async () => {
    await put('c.yml', `${GOOD.slice(0, -4)}autosave: false\n...\n`);
    expect((await run('validate', 'c.yml')).exitCode).toBe(0);
    expect((await run('validate', 'c.yml', '--strict')).exitCode).toBe(1);
  });

  test('a file of 250,000 lines needs little memory', async () => {
    await put('long.yml', `a: |\n${'\n'.repeat(250_000)}`);
    const env = { NODE_OPTIONS: '--max-old-space-size=48' };
    const { exitCode, stdout } = await umconfig(['validate', 'long.yml'], { cwd, env });
    expect(stdout).toContain('file-too-large');
    expect(exitCode).toBe(1);
  });

  test('standard input has its own name and the same findings', async () => {
    const args = ['validate', '-', '--stdin-filename', 'deploy/c.yml', '--format', 'json'];
    const { exitCode, stdout } = await umconfig(args, { cwd, stdin: BAD });
    expect(exitCode).toBe(1);
    expect((JSON.parse(stdout) as Json).files[0]?.file).toBe('deploy/c.yml');
  });

  test('standard input cannot be repaired', async () => {
    const { exitCode, stderr } = await umconfig(['validate', '-', '--fix'], { cwd, stdin: BAD });
    expect(exitCode).toBe(2);
    expect(stderr).toMatchSnapshot();
  });

  test('globs skip node_modules and .git, and a repeated file counts once', async () => {
    for (const name of ['a', 'node_modules/x', '.git']) {
      await mkdir(join(cwd, name), { recursive: true });
      await put(`${name}/c.yml`, GOOD);
    }
    await put('d.yml', BAD);
    const names = ['**/*.yml', 'd.yml', './d.yml', 'a/../d.yml', join(cwd, 'd.yml')];
    const { files, summary } = jsonOf(await run('validate', ...names, '--format', 'json'));
    expect(files.map(({ file }) => file)).toEqual(['a/c.yml', 'd.yml']);
    expect(summary).toEqual({ files: 2, errors: 1, warnings: 0 });
  });

  test('--output writes the report to a file in addition to text, and refuses a checked file', async () => {
    await put('c.yml', BAD);
    const { exitCode, stdout } = await run(
      'validate',
      'c.yml',
      '--format',
      'json',
      '--output',
      'report.json',
    );
    expect(exitCode).toBe(1);
    expect(stdout).toContain('error misspelt-key');
    expect(JSON.parse(await readFile(join(cwd, 'report.json'), 'utf8'))).toMatchObject({ version: 1 });
  });

  test.each([
    [['c.yml'], 'c.yml'],
    [['c.yml'], './c.yml'],
    [['*.yml'], 'c.yml'],
    [['c.yml', 'missing.yml'], './c.yml'],
    [[], 'user_management_config.yml'],
    [['c.yml'], 'soft.yml'],
    [['c.yml'], 'hard.yml'],
    [['soft.yml'], 'c.yml'],
  ])('validate %j --output %s is refused, since it would overwrite a checked file', async (names, output) => {
    for (const name of ['c.yml', 'user_management_config.yml']) await put(name, BAD);
    await symlink('c.yml', join(cwd, 'soft.yml'));
    await link(join(cwd, 'c.yml'), join(cwd, 'hard.yml'));
    const { exitCode, stderr } = await run('validate', ...names, '--output', output);
    expect(stderr).toContain('would overwrite');
    expect(exitCode).toBe(2);
    for (const name of ['c.yml', 'user_management_config.yml']) {
      expect(await readFile(join(cwd, name), 'utf8')).toBe(BAD);
    }
  });

  test('--output does not overwrite the file that standard input is read from', async () => {
    await put('c.yml', BAD);
    const input = await open(join(cwd, 'c.yml'));
    const validate = (output: string) =>
      spawnSync(process.execPath, [PROGRAM, 'validate', '-', '--output', output], {
        cwd,
        env: cleanEnvironment(cwd),
        stdio: [input.fd, 'pipe', 'pipe'],
      }).status;
    try {
      expect(validate('./c.yml')).toBe(2);
      expect(await readFile(join(cwd, 'c.yml'), 'utf8')).toBe(BAD);
      expect(validate('report.txt')).toBe(1);
    } finally {
      await input.close();
    }
  });

  test('an unsupported Node gets one sentence and exit code 2', async () => {
    await put('old.cjs', `Object.defineProperty(process, 'versions', { value: { node: '20.16.0' } });`);
    const args = ['--require', join(cwd, 'old.cjs'), PROGRAM, 'validate'];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect({ status, stdout, lines: stderr.split('\n').length }).toEqual({ status: 2, stdout: '', lines: 2 });
    const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      readonly engines: { readonly node: string };
    };
    expect(stderr).toContain(`Node ${engines.node.replace('>=', '')} or later`);
  });

  test.each([
    ['a missing file', 'missing.yml', 2, 'no such file'],
    ['a pattern without a match', 'x/*.yml', 2, 'no such file'],
    ['a directory', 'directory', 2, 'directory'],
    ['a dangling link', 'dangling.yml', 2, 'symbolic link'],
  ])('%s is an error without a stack', async (_what, name, exitCode, words) => {
    await mkdir(join(cwd, 'directory'));
    await symlink(join(cwd, 'nowhere'), join(cwd, 'dangling.yml'));
    const result = await run('validate', name);
    expect(result.exitCode).toBe(exitCode);
    expect(result.stderr).toContain(words);
    expect(result.stderr).not.toContain('    at ');
  });

  test('a missing file does not prevent checking the others', async () => {
    await put('c.yml', BAD);
    const result = await run('validate', 'missing.yml', 'c.yml', '--format', 'json');
    expect(result.exitCode).toBe(2);
    expect(jsonOf(result).files).toHaveLength(1);
  });

  test.each([
    ['file-too-large', Buffer.alloc(256 * 1024 + 1, 'a: 1\n')],
    ['not-text', Buffer.from([0x61, 0x3a, 0x20, 0x00, 0x01])],
    ['not-text', Buffer.from([0x61, 0x3a, 0x20, 0xff, 0xc3])],
    ['not-text', Buffer.from('\ufeffport: 8686\n', 'utf16le')],
  ])('%s is a finding', async (code, bytes) => {
    await put('c.yml', bytes);
    const result = await run('validate', 'c.yml', '--format', 'json');
    expect(result.exitCode).toBe(1);
    expect(jsonOf(result).files[0]?.findings.map((finding) => finding.code)).toEqual([code]);
  });

  test('a secret that others can read or git tracks is a warning with the command to run', async () => {
    await put('c.yml', GOOD);
    await chmod(join(cwd, 'c.yml'), 0o644);
    execFileSync('git', ['init', '-q'], { cwd });
    execFileSync('git', ['add', 'c.yml'], { cwd });
    const { exitCode, stdout } = await run('validate', 'c.yml');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('warning file-mode');
    expect(stdout).toContain('chmod o-rwx c.yml');
    expect(stdout).toContain('warning tracked-by-git');
    expect(stdout).toContain('git restore --staged c.yml');
  });

  test('no colour without a terminal; FORCE_COLOR, NO_COLOR and --color are honoured', async () => {
    await put('c.yml', BAD);
    const isColoured = async (args: readonly string[], env: Record<string, string>): Promise<boolean> =>
      (await umconfig(['validate', 'c.yml', ...args], { cwd, env })).stdout.includes('\u001b[');
    expect(await isColoured([], {})).toBe(false);
    expect(await isColoured([], { FORCE_COLOR: '1' })).toBe(true);
    expect(await isColoured([], { NO_COLOR: '1', FORCE_COLOR: '0' })).toBe(false);
    expect(await isColoured(['--color', 'always'], { NO_COLOR: '1' })).toBe(true);
    expect(await isColoured(['--color', 'never'], { FORCE_COLOR: '1' })).toBe(false);
  });

  test('--quiet prints nothing without findings', async () => {
    await put('c.yml', GOOD);
    expect(await run('validate', 'c.yml', '-q')).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
  });
});

describe('the other offline commands', () => {
  test.each([
    ['jwks-url-not-template', 'fmt.Sprintf'],
    ['JWKS-URL-NOT-TEMPLATE', 'fmt.Sprintf'],
    ['clientSecret', 'UMCONFIG_CLIENT_SECRET'],
    ['cognito.callbackUri', '/callback'],
    ['callbackuri', '/callback'],
  ])('explain %s', async (topic, words) => {
    const { exitCode, stdout } = await run('explain', topic);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(words);
  });

  test('explain suggests the nearest code', async () => {
    const { exitCode, stderr } = await run('explain', 'jwks-not-template');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('umconfig explain jwks-url-not-template');
  });

  test('explain lists every key and code', async () => {
    const { stdout } = await run('explain');
    expect(stdout).toContain('awsJwkUrl');
    expect(stdout).toContain('tracked-by-git');
  });

  test.each(['flat', 'nested'])('schema --layout %s is the file in schemas/', async (layout) => {
    const { stdout } = await run('schema', '--layout', layout);
    const packaged = await readFile(new URL(`../../schemas/${layout}.schema.json`, import.meta.url), 'utf8');
    expect(JSON.parse(stdout)).toEqual(JSON.parse(packaged));
  });

  test('iam-policy names one pool in its partition, and refuses a pool name', async () => {
    const { stdout } = await run('iam-policy', '--pool', 'us-gov-west-1_AbCdEf123');
    const { Statement } = JSON.parse(stdout) as {
      Statement: { Sid: string; Action: string[]; Resource: string }[];
    };
    const arn = 'arn:aws-us-gov:cognito-idp:us-gov-west-1:*:userpool/us-gov-west-1_AbCdEf123';
    expect(Statement.map(({ Sid, Resource }) => [Sid, Resource])).toEqual([
      ['UmconfigFind', '*'],
      ['UmconfigReadPool', arn],
      ['UmconfigDoctor', arn],
    ]);
    expect(Statement[0]?.Action).toEqual(['cognito-idp:ListUserPools', 'cognito-idp:DescribeUserPoolDomain']);
    expect(
      Statement.flatMap(({ Action }) => Action).filter(
        (action) => !/:(?:List|Describe|AdminList)/.test(action),
      ),
    ).toEqual([]);
    expect((await run('iam-policy', '--pool', 'labelling')).exitCode).toBe(2);
  });

  test.each([
    [['--nonsense'], 'unknown option'],
    [['valdate'], 'Did you mean validate?'],
    [['validate', '--format', 'xml'], 'Allowed choices are text, json'],
  ])('wrong usage is 2: %j', async (args, words) => {
    const { exitCode, stderr, stdout } = await run(...args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(words);
    expect(stdout).toBe('');
  });

  test('a removed working directory is an error, not a bug', () => {
    const gone = `mkdir gone && cd gone && rmdir ../gone && exec "$0" "$1" explain port`;
    const { status, stderr } = spawnSync('sh', ['-c', gone, process.execPath, PROGRAM], {
      cwd,
      env: cleanEnvironment(cwd),
      encoding: 'utf8',
    });
    expect(status).toBe(3);
    expect(stderr).toMatch(/^error: the working directory is not there any more\n.* cd /);
  });

  test('help and version go to stdout with exit 0', async () => {
    for (const args of [['--help'], ['validate', '--help'], ['help', 'validate'], ['--version']]) {
      const { exitCode, stdout, stderr } = await run(...args);
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(stdout).not.toBe('');
    }
    expect((await run('validate', '--help')).stdout).toContain('Examples:');
  });
});

/** Bundling must not change the output. The formats are tested on the sources. */
describe('the build prints the same as the sources for every rule', () => {
  test.each([['json', []] as const, ['text', ['--fix']] as const])('%s %j', async (format, more) => {
    const here = await mkdtemp(join(tmpdir(), 'umconfig-sources-'));
    try {
      for (const { name } of ruleFixtures()) {
        await put(name, readRuleFixture(name));
        await writeFile(join(here, name), readRuleFixture(name), { mode: 0o600 });
      }
      const args = ['validate', '*.yml', '--format', format, ...more];
      const texts = { stdout: '', stderr: '' };
      const write = (stream: 'stdout' | 'stderr', text: string): boolean => {
        texts[stream] += text;
        return true;
      };
      const exitCode = await runSources(args, {
        version: VERSION,
        output: {
          colorLevel: () => 0,
          write,
        },
        ports: () => ({
          ...fakePorts(),
          files: nodeFiles(here),
          terminal: nodeTerminal({ quiet: false, write }),
        }),
      });
      const built = await run(...args);
      const inBuilt = (text: string): string => text.replaceAll(here, cwd);
      expect({ ...built, stdout: built.stdout.split('\n') }).toEqual({
        exitCode,
        signal: null,
        stdout: inBuilt(texts.stdout).split('\n'),
        stderr: inBuilt(texts.stderr),
      });
      expect(exitCode).toBe(1);
      for (const { name } of ruleFixtures())
        expect(await readFile(join(cwd, name))).toEqual(await readFile(join(here, name)));
    } finally {
      await rm(here, { recursive: true, force: true });
    }
  });
});
