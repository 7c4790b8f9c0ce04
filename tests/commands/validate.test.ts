/** `validate` over fakes: what it leaves out and what it is strict about, what is around a file, and very many files. */
import { describe, expect, test } from '@jest/globals';
import type { Runtime } from '../../src/cli/run.ts';
import { run } from '../support/run.ts';
import { Cancelled } from '../../src/core/failures.ts';
import { fakeFiles, fakePorts, fakeTerminal, type FakeFiles } from '../support/fake-ports.ts';
import { goodFile, template } from '../support/fixtures.ts';

const MANY = 1_000;

test('Ctrl-C is heard while files are checked', async () => {
  const files = fakeFiles(
    Object.fromEntries(Array.from({ length: MANY }, (_, at) => [`${at}.yml`, goodFile('flat')])),
  );
  let reads = 0;
  let press: () => void = () => undefined;
  const cancelled = new Promise<never>((_, refuse) => {
    press = () => {
      refuse(new Cancelled('SIGINT'));
    };
  });
  const read: typeof files.read = (...args) => {
    reads += 1;
    // As a signal comes: not before the event loop has its turn.
    if (reads === 1) setImmediate(press);
    return files.read(...args);
  };
  const runtime: Runtime = {
    version: '0',
    output: { colorLevel: () => 0, write: () => true },
    ports: () => fakePorts({ files: { ...files, read } }),
  };
  const names = Array.from({ length: MANY }, (_, at) => `${at}.yml`);
  expect(await run(['validate', ...names], runtime, { cancelled, insisted: cancelled })).toBe(130);
  expect(reads).toBeLessThan(MANY);
});

test('--output - is standard output, which takes the report alone', async () => {
  const files = fakeFiles({ 'c.yml': goodFile('flat'), '-': 'mine' });
  let stdout = '';
  const write = (stream: string, part: string): boolean => {
    if (stream === 'stdout') stdout += part;
    return true;
  };
  const runtime: Runtime = {
    version: '0',
    output: { colorLevel: () => 0, write },
    ports: () => fakePorts({ files }),
  };
  expect(await run(['validate', 'c.yml', '--format', 'json', '--output', '-'], runtime)).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ version: 1, summary: { files: 1 } });
  expect(files.contents.get('-')).toBe('mine');
});

/** The exit code, the codes by file, and the summary. */
async function judged(
  files: FakeFiles,
  ...args: readonly string[]
): Promise<{ exitCode: number; codes: readonly string[]; summary: unknown; stderr: string }> {
  const said = { stdout: '', stderr: '' };
  const exitCode = await run(['validate', '--format', 'json', ...args], {
    version: '0',
    output: {
      colorLevel: () => 0,
      write: (stream, part) => {
        said[stream] += part;
        return true;
      },
    },
    ports: () => fakePorts({ files }),
  });
  const parsed = (said.stdout === '' ? { files: [] } : JSON.parse(said.stdout)) as {
    files: readonly { findings: readonly { code: string; severity: string }[] }[];
    summary?: unknown;
  };
  const codes = parsed.files.flatMap(({ findings }) =>
    findings.map(({ code, severity }) => `${code} ${severity}`),
  );
  return { exitCode, codes, summary: parsed.summary, stderr: said.stderr };
}

describe('login that is off on purpose', () => {
  const OFF = [
    ['flat', 'port: 8686\ndata: "./data"\ndatabase: local\nuserManagement: off\n'],
    [
      'the later Go server',
      'port: 8686\ndata: "./data"\ndatabase: local\nuserManagement: false\nsync: false\n',
    ],
    ['nested', goodFile('nested').replace('on: true', 'on: false')],
    ['the Node server’s default file', template('nested')],
    ['the Node server of spring 2020', 'port: 8686\ndata: "./d"\nitemDir: "./i"\nuserManagement: false\n'],
  ] as const;

  test.each(OFF)('is an information, and an error where login is required: %s', async (_what, text) => {
    const files = fakeFiles({ 'c.yml': text });
    expect(await judged(files, 'c.yml')).toMatchObject({ exitCode: 0, codes: ['login-off info'] });
    expect(await judged(files, 'c.yml', '--require-login')).toMatchObject({
      exitCode: 1,
      codes: ['login-off error'],
    });
  });

  test('with login on, nothing changes', async () => {
    const files = fakeFiles({ 'f.yml': goodFile('flat'), 'n.yml': goodFile('nested') });
    expect(await judged(files, '--require-login', 'f.yml', 'n.yml')).toMatchObject({
      exitCode: 0,
      codes: [],
    });
  });
});

describe('--ignore', () => {
  const files = fakeFiles({
    'c.yml': goodFile('flat').replace('8686/auth', '3000/auth').replace('port: 8686', 'port: 8686\nother: 1'),
  });

  test('leaves findings out, repeatedly, and counts them', async () => {
    expect(await judged(files, 'c.yml')).toMatchObject({
      codes: ['unknown-key warning', 'redirect-port warning'],
    });
    const { codes, summary, exitCode } = await judged(
      files,
      '--strict',
      '--ignore',
      'unknown-key',
      '--ignore',
      'redirect-port',
      'c.yml',
    );
    expect({ exitCode, codes, summary }).toEqual({
      exitCode: 0,
      codes: [],
      summary: { files: 1, errors: 0, warnings: 0, ignored: 2 },
    });
  });

  test('what is left out is not repaired either', async () => {
    const text = goodFile('flat').replace('userManagement: on', 'userManagement: "on"');
    const own = fakeFiles({ 'c.yml': text });
    expect(await judged(own, 'c.yml', '--fix', '--ignore', 'switch-not-boolean')).toMatchObject({
      exitCode: 0,
    });
    expect(own.contents.get('c.yml')).toBe(text);
  });

  test('of no known code is a wrong usage', async () => {
    expect(await judged(files, '--ignore', 'unknown-keys', 'c.yml')).toMatchObject({
      exitCode: 2,
      codes: [],
      stderr: expect.stringContaining('unknown-key') as unknown,
    });
  });
});

describe('the checkout around a file', () => {
  const GO_BASE = 'port: 8686\nuserManagement: false\n';

  test.each<[string, Record<string, string>, readonly string[], readonly string[]]>([
    ['its default file', { 'default_config.yml': 'http: {port: 8686}\n' }, [], ['wrong-server error']],
    ['the sources', {}, ['app/src/server'], ['wrong-server error']],
    ['sources of both', {}, ['app/src/server', 'server/http'], []],
    [
      'sources of both, and a default file',
      { 'default_config.yml': GO_BASE },
      ['app/src/server', 'server/http'],
      [],
    ],
    ['its own server', {}, ['server/go'], []],
  ])('shown by %s', async (_what, others, directories, codes) => {
    const files = fakeFiles({ 'c.yml': goodFile('flat'), ...others }, directories);
    expect((await judged(files, 'c.yml')).codes).toEqual(codes);
    expect((await judged(files, 'c.yml', '--layout', 'flat')).codes).toEqual([]);
  });

  test('decides what a switch means', async () => {
    const text = goodFile('flat').replace('userManagement: on', 'userManagement: true');
    expect((await judged(fakeFiles({ 'c.yml': text }), 'c.yml')).codes).toEqual(['login-off error']);
    const later = fakeFiles({ 'app/config/c.yml': text, 'app/config/default_config.yml': GO_BASE });
    expect((await judged(later, 'app/config/c.yml')).codes).toEqual([]);
    const quoted = fakeFiles({
      'app/config/c.yml': text.replace('true', '"on"'),
      'app/config/default_config.yml': GO_BASE,
    });
    expect((await judged(quoted, 'app/config/c.yml')).codes).toEqual(['switch-not-boolean error']);
  });
});

test('a data directory with which the Node server does not start again', async () => {
  const files = {
    ...fakeFiles({
      'c.yml': goodFile('nested'),
      'off.yml': goodFile('nested').replace('on: true', 'on: false'),
    }),
    directoriesIn: () => Promise.resolve(['demo', 'projects', 'users']),
  };
  expect(await judged(files, 'c.yml')).toMatchObject({ exitCode: 1, codes: ['data-stops-restart error'] });
  expect((await judged(files, 'off.yml')).codes).toEqual(['login-off info']);
});

describe('the command that a hint suggests names the file that it is about', () => {
  async function hintsOf(args: readonly string[], stdin = ''): Promise<readonly string[]> {
    const ports = fakePorts({
      files: fakeFiles({ 'user_management_config.yml': '', 'deploy/x.yml': '' }),
      terminal: fakeTerminal({ stdin }),
    });
    let text = '';
    const write = (_stream: string, part: string): boolean => {
      text += part;
      return true;
    };
    await run(['validate', '--format', 'json', ...args], {
      version: '0',
      output: { colorLevel: () => 0, write },
      ports: () => ports,
    });
    const { files } = JSON.parse(text) as { files: { findings: { hint: string }[] }[] };
    return files.map(({ findings }) => findings[0]?.hint.replace(/^.*: /, '') ?? '');
  }

  test.each<[readonly string[], readonly string[]]>([
    [[], ['umconfig init']],
    [['--config', 'deploy/x.yml'], ['umconfig init --config deploy/x.yml']],
    [['-'], ['umconfig init']],
    [['-', '--stdin-filename', 'a b.yml'], ["umconfig init --config 'a b.yml'"]],
    [
      ['user_management_config.yml', 'deploy/x.yml'],
      ['umconfig init --config user_management_config.yml', 'umconfig init --config deploy/x.yml'],
    ],
  ])('%j', async (args, hints) => {
    expect(await hintsOf(args)).toEqual(hints);
  });
});
