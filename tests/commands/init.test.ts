// init over fakes: every way in which answers come, and what is refused.
import { describe, expect, test } from '@jest/globals';
import { hintText } from '../../src/core/text/hint.ts';
import { run } from '../support/run.ts';
import { run as runInit } from '../../src/commands/init/init.ts';
import type { OptionValues } from '../../src/commands/options.ts';
import { ExpectedError } from '../../src/core/errors.ts';
import type { Settings } from '../../src/core/config/settings.ts';
import { Cancelled, FileFailure } from '../../src/core/failures.ts';
import type { ChangeReport } from '../../src/report/report.ts';
import { makeStyle } from '../../src/report/style.ts';
import { aPool } from '../support/account.ts';
import {
  CTRL_C,
  ESCAPE,
  fakeAws,
  fakeFiles,
  fakePorts,
  fakePrompter,
  fakeTerminal,
  type Answer,
  type FakeFiles,
  type FakePorts,
} from '../support/fake-ports.ts';
import { readAsGoServer, readAsNodeServer } from '../support/server-contract.ts';
import { reportText } from '../support/reports.ts';

const FILE = 'user_management_config.yml';
const SECRET = 'notarealsecretnotarealsecretnotarealsecretnotareal12';
const POOL = 'us-west-2_AbCdEf123';
const CLIENT_ID = '1a2b3c4d5e6f7g8h9i0j1k2l3m';

const FLAGS: Settings = {
  userPoolID: POOL,
  clientId: CLIENT_ID,
  redirectUri: 'http://localhost:8686/auth',
  logOutUri: 'http://localhost:8686/',
  domainName: 'scalabel-x',
};
/** Those that both layouts have. */
const NESTED_FLAGS: Settings = { userPoolID: POOL, clientId: CLIENT_ID, domainName: 'scalabel-x' };
const withSecret = { environment: { clientSecret: SECRET } };

async function init(
  ports: FakePorts,
  options: OptionValues = {},
  fields: Settings = {},
): Promise<{ exitCode: number; body: ChangeReport; text: string | undefined }> {
  // Which server it is for is asked where nothing shows it, and has tests of its own.
  const isUnknown = ports.files.contents.size === 0 && options.layout === undefined;
  const shown: OptionValues = isUnknown ? { ...options, layout: 'flat' } : options;
  const { exitCode, body } = await runInit({ args: [], options: shown, fields }, ports);
  if (body.kind !== 'change') throw new TypeError('init reports a change');
  return { exitCode, body, text: ports.files.contents.get(body.file) };
}

async function failure(work: Promise<unknown>): Promise<ExpectedError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ExpectedError)) throw new Error('it should have been refused', { cause: error });
  return error;
}

/** A terminal with somebody at it. */
const attended = (answers: readonly Answer[], ports: Partial<FakePorts> = {}): FakePorts =>
  fakePorts({ prompter: fakePrompter(answers), terminal: fakeTerminal({ interactive: true }), ...ports });

const FLAT_ANSWERS: readonly Answer[] = [
  'Type them',
  POOL,
  CLIENT_ID,
  SECRET,
  'http://localhost:8686/auth',
  'http://localhost:8686/',
  'scalabel-x',
];

async function filled(): Promise<string> {
  const { text } = await init(fakePorts(withSecret), { yes: true }, FLAGS);
  return text ?? '';
}

describe('without questions (--yes)', () => {
  test('flags and the environment make a file that the Go server logs in with', async () => {
    const ports = fakePorts(withSecret);
    const { exitCode, body, text = '' } = await init(ports, { yes: true }, FLAGS);
    expect(exitCode).toBe(0);
    expect(body).toMatchObject({ mode: 'write', written: true });
    const server = readAsGoServer(text);
    expect(server).toMatchObject({ starts: true, loginOn: true, redirectPathServed: true });
    expect(server.jwksUrl).toBe(`https://cognito-idp.us-west-2.amazonaws.com/${POOL}/.well-known/jwks.json`);
    expect(server.tokenRequest.url).toBe('https://scalabel-x.auth.us-west-2.amazoncognito.com/oauth2/token');
    expect(server.settings.clientSecret).toBe(SECRET);
    expect(body.next).toEqual([{ command: `./bin/scalabel --config ${FILE}` }]);
    expect(ports.files.directories).toContain('./data');
    expect(ports.prompter.asked).toEqual([]);
  });

  test('--no-data-dir makes no directory', async () => {
    const ports = fakePorts(withSecret);
    await init(ports, { yes: true, dataDir: false }, FLAGS);
    expect(ports.files.directories).not.toContain('./data');
  });

  test('a data directory that cannot be created is reported as such: the file is written', async () => {
    const files: FakeFiles = {
      ...fakeFiles(),
      makeDirectory: (path) => Promise.reject(new FileFailure('io', path, 'EEXIST')),
    };
    const error = await failure(init(fakePorts({ ...withSecret, files }), { yes: true }, FLAGS));
    expect(error.exitCode).toBe(3);
    expect(error.message).toContain('EEXIST');
    expect(hintText(error.hint ?? '')).toContain(`./bin/scalabel --config ${FILE}`);
    expect(files.written).toEqual([FILE]);
  });

  test('the switch is shown with its value in the file', async () => {
    const shown = async (layout: 'flat' | 'nested'): Promise<string> => {
      const given =
        layout === 'flat' ? FLAGS : { ...NESTED_FLAGS, redirectUri: 'http://localhost:8686/callback' };
      const { body } = await init(
        fakePorts(layout === 'flat' ? withSecret : {}),
        { yes: true, layout },
        given,
      );
      return reportText(body, makeStyle(0, 100));
    };
    expect(await shown('flat')).toMatch(/^userManagement +on$/m);
    expect(await shown('nested')).toMatch(/^user\.on +true$/m);
  });

  test('pastes are cleaned in flags and in the secret', async () => {
    const ports = fakePorts({ terminal: fakeTerminal({ stdin: ` "${SECRET}"\r\n` }) });
    const { text } = await init(
      ports,
      { yes: true, clientSecretStdin: true },
      {
        ...FLAGS,
        userPoolID: `arn:aws:cognito-idp:us-west-2:123456789012:userpool/${POOL}`,
        clientId: `“${CLIENT_ID}” `,
        domainName: 'https://scalabel-x.auth.us-west-2.amazoncognito.com/login',
      },
    );
    expect(text).toBe(await filled());
  });

  test('a prefix becomes a host in the nested layout', async () => {
    const { exitCode, text = '' } = await init(
      fakePorts(),
      { yes: true, layout: 'nested' },
      { ...NESTED_FLAGS, redirectUri: 'http://localhost:8686/callback' },
    );
    expect(exitCode).toBe(0);
    expect(text).toContain('userPoolBaseUri: "scalabel-x.auth.us-west-2.amazoncognito.com"');
    expect(readAsNodeServer(text)).toMatchObject({ starts: true, loginOn: true });
  });

  test('every missing answer is named with its flag, all in one message', async () => {
    const error = await failure(init(fakePorts(), { yes: true }, { clientId: CLIENT_ID }));
    expect(error.exitCode).toBe(2);
    expect(error.message.match(/--[a-z-]+ [A-Z]+|UMCONFIG_\w+/g)).toEqual([
      '--user-pool-id ID',
      'UMCONFIG_CLIENT_SECRET',
      '--redirect-uri URL',
      '--log-out-uri URL',
      '--domain-name PREFIX',
    ]);
  });

  test('without a terminal and without --yes, --yes is one of them', async () => {
    const ports = fakePorts(withSecret);
    const error = await failure(init(ports, {}, FLAGS));
    expect(error.exitCode).toBe(2);
    expect(error.message).toContain('--yes');
    expect(ports.files.written).toEqual([]);
  });

  test.each<[string, Settings, string]>([
    ['another region than the pool’s', { region: 'eu-west-1' }, '--region'],
    ['an identity pool', { userPoolID: 'us-west-2:12345678-1234-1234-1234-123456789012' }, '--user-pool-id'],
    ['example.com', { logOutUri: 'https://example.com/' }, '--log-out-uri'],
    [
      'another token URL',
      { awsTokenURL: 'https://other.auth.us-west-2.amazoncognito.com/oauth2/token' },
      '--aws-token-url',
    ],
    ['a custom domain', { domainName: 'login.mycompany.test' }, '--domain-name'],
  ])('%s is wrong usage of that flag, in one line, and nothing is written', async (_what, wrong, flag) => {
    const before = await filled();
    for (const contents of [{}, { [FILE]: before }]) {
      const ports = fakePorts({ ...withSecret, files: fakeFiles(contents) });
      const { exitCode, message } = await failure(init(ports, { yes: true }, { ...FLAGS, ...wrong }));
      expect(exitCode).toBe(2);
      expect(message).toMatch(new RegExp(`^${flag}: .+$`));
      expect(ports.files.written).toEqual([]);
    }
  });

  test('an error that was there before does not keep another value from being set', async () => {
    const before = (await filled()).replace('database: "local"', 'database: "sqlite"');
    const ports = fakePorts({ files: fakeFiles({ [FILE]: before }) });
    const { exitCode, text } = await init(ports, { yes: true }, { domainName: 'other' });
    expect(exitCode).toBe(1);
    expect(text).toBe(before.replaceAll('scalabel-x', 'other'));
  });

  test('a file that is right keeps its bytes', async () => {
    const before = await filled();
    const ports = fakePorts({ files: fakeFiles({ [FILE]: before }) });
    const { exitCode, body } = await init(ports, { yes: true });
    expect(exitCode).toBe(0);
    expect(body.written).toBe(false);
    expect(ports.files.written).toEqual([]);
  });

  test.each([
    ['userManagement: on', 'userManagement: On'],
    ['userManagement: on', "userManagement: 'ON'"],
    ['userManagement: on', 'userManagement: Off'],
    ['modelGatePort: "8001"', 'modelGatePort: 8001'],
  ])('so does one that says the same in its own way: %s as %s', async (usual, own) => {
    const before = (await filled()).replace(usual, own);
    expect(before).toContain(own);
    const ports = fakePorts({ files: fakeFiles({ [FILE]: before }) });
    const { body } = await init(ports, { yes: true });
    expect(body.changed).toEqual([]);
    expect(ports.files.written).toEqual([]);
  });

  test('--user-management off needs no Cognito value, and such a file stays off', async () => {
    const first = await init(fakePorts(), { yes: true }, { userManagement: 'off' });
    expect(first.exitCode).toBe(0);
    expect(first.text).not.toContain('awsJwkUrl');
    const ports = fakePorts({ files: fakeFiles({ [FILE]: first.text ?? '' }) });
    const again = await init(ports, { yes: true });
    expect([again.exitCode, again.text]).toEqual([0, first.text]);
  });

  test('an untouched copy of the default file is switched on by its first values; a filled one stays off', async () => {
    const off = (await init(fakePorts(), { yes: true }, { userManagement: 'off' })).text ?? '';
    const first = await init(
      fakePorts({ ...withSecret, files: fakeFiles({ [FILE]: off }) }),
      { yes: true },
      FLAGS,
    );
    expect(first.text).toContain('userManagement: on');
    const switchedOff = (first.text ?? '').replace('"on"', '"off"');
    const files = fakeFiles({ [FILE]: switchedOff });
    const second = await init(fakePorts({ files }), { yes: true }, { domainName: 'other' });
    expect(second.text).toBe(switchedOff.replaceAll('scalabel-x', 'other'));
  });

  test('a token URL of one’s own stays when the domain changes, a derived one follows', async () => {
    const before = await filled();
    const custom = before.replace(
      /awsTokenURL: .*/,
      'awsTokenURL: "https://proxy.mycompany.test/oauth2/token"',
    );
    const tokenUrlAfter = async (text: string): Promise<string | undefined> => {
      const ports = fakePorts({ files: fakeFiles({ [FILE]: text }) });
      return (await init(ports, { yes: true }, { domainName: 'other' })).body.settings.awsTokenURL;
    };
    expect(await tokenUrlAfter(custom)).toBe('https://proxy.mycompany.test/oauth2/token');
    expect(await tokenUrlAfter(before)).toBe('https://other.auth.us-west-2.amazoncognito.com/oauth2/token');
  });

  test('--dry-run writes nothing, and needs no --yes since there is nothing to confirm', async () => {
    const ports = fakePorts(withSecret);
    const { exitCode, body } = await init(ports, { dryRun: true }, FLAGS);
    expect([exitCode, body.mode, ports.files.written]).toEqual([0, 'dry-run', []]);
    expect(JSON.stringify(body.diff)).not.toContain(SECRET);
  });

  test('a flag that the layout has no key for is refused', async () => {
    const error = await failure(init(fakePorts(), { yes: true, layout: 'nested' }, FLAGS));
    expect(error.exitCode).toBe(2);
    expect(error.message).toContain('--log-out-uri');
  });
});

describe('two layouts', () => {
  test.each<[string, OptionValues, Record<string, string>]>([
    ['an existing flat file', { layout: 'nested' }, { [FILE]: 'src: "."\nuserManagement: on\n' }],
    ['an existing nested file', { layout: 'flat' }, { [FILE]: 'http:\n  port: 8686\n' }],
    ['a base', { layout: 'flat', from: 'base.yml' }, { 'base.yml': 'http:\n  port: 8686\n' }],
  ])('%s is not mixed with the other layout', async (_what, options, contents) => {
    const ports = fakePorts({ ...withSecret, files: fakeFiles(contents) });
    const error = await failure(init(ports, { ...options, yes: true }, NESTED_FLAGS));
    expect(error.exitCode).toBe(2);
    expect(ports.files.written).toEqual([]);
  });

  test('a default file of the other server is left aside for --layout', async () => {
    const files = fakeFiles({ 'default_config.yml': 'src: "."\nport: 8686\n' });
    const fields = { ...NESTED_FLAGS, redirectUri: 'http://localhost:8686/callback' };
    const { exitCode, text = '' } = await init(fakePorts({ files }), { yes: true, layout: 'nested' }, fields);
    expect(exitCode).toBe(0);
    expect(text).not.toContain('src');
  });

  test('in the nested layout the hosted UI’s host moves with the pool', async () => {
    const fields = { ...NESTED_FLAGS, redirectUri: 'http://localhost:8686/callback' };
    const { text = '' } = await init(fakePorts(), { yes: true, layout: 'nested' }, fields);
    const ports = fakePorts({ files: fakeFiles({ [FILE]: text }) });
    const moved = await init(ports, { yes: true }, { userPoolID: 'eu-west-1_AbCdEf123' });
    expect(moved.text).toBe(text.replaceAll('us-west-2', 'eu-west-1'));
  });
});

describe('the secret', () => {
  test('as an argument is refused, with the ways that there are', async () => {
    const error = await failure(init(fakePorts(), { yes: true, clientSecret: true }, FLAGS));
    expect(error.exitCode).toBe(2);
    expect(hintText(error.hint ?? '')).toContain('--client-secret-stdin');
  });

  test.each([
    ['init', `--client-secret=${SECRET}`],
    ['init', `--secret=${SECRET}`],
    ['validate', `--client-secret=${SECRET}`],
    ['validate', "--client-secret=it's short"],
  ])('on the command line is not repeated: %s %s', async (command, argument) => {
    let said = '';
    const exitCode = await run([command, argument], {
      version: '0',
      output: { colorLevel: () => 0, write: (_stream, text) => (said += text) !== '' },
      ports: () => fakePorts(),
    });
    expect(exitCode).toBe(2);
    expect(said).toContain('error: ');
    expect(said).not.toContain(argument.slice(argument.indexOf('=') + 1));
  });

  test.each<[string, Partial<FakePorts>]>([
    ['two sources', { ...withSecret, terminal: fakeTerminal({ stdin: SECRET }) }],
    ['more than a secret on standard input', { terminal: fakeTerminal({ stdin: 'x'.repeat(1025) }) }],
    ['the keyboard instead of a pipe', { terminal: fakeTerminal({ interactive: true }) }],
    ['the nested layout', { files: fakeFiles({ 'default_config.yml': 'http:\n    port: 8686\n' }) }],
  ])('from %s is refused', async (_what, ports) => {
    const error = await failure(init(fakePorts(ports), { yes: true, clientSecretStdin: true }, NESTED_FLAGS));
    expect(error.exitCode).toBe(2);
    expect(`${error.message} ${hintText(error.hint ?? '')}`).not.toContain(SECRET);
  });
});

/** A file that a base makes where login is switched on in it without any question. */
async function madeFrom(base: string): Promise<string | undefined> {
  const files = fakeFiles({ 'default_config.yml': base });
  return (await init(fakePorts({ ...withSecret, files }), { yes: true }, FLAGS)).text;
}

describe('which server', () => {
  const SERVER = 'Which server is it for?';
  const PLACE = 'Which file do you start the server with?';
  const asked = async (ports: FakePorts, options: OptionValues = {}): Promise<readonly string[]> => {
    await runInit({ args: [], options, fields: {} }, ports).catch(() => undefined);
    return ports.prompter.asked.map(({ message }) => message);
  };
  const onTerminal = (answers: readonly Answer[], files = fakeFiles()): FakePorts =>
    fakePorts({
      ...withSecret,
      files,
      terminal: fakeTerminal({ interactive: true }),
      prompter: fakePrompter([...answers, CTRL_C]),
    });

  test('is asked where nothing shows it', async () => {
    const ports = onTerminal(['Node server', 'Type them']);
    expect((await asked(ports)).slice(0, 2)).toEqual([SERVER, 'Where do the values come from?']);
    expect(ports.terminal.notes.join()).toContain('for the Node server');
  });

  test.each<[string, FakeFiles, OptionValues]>([
    ['the file itself', fakeFiles({ [FILE]: 'user: {on: false}\n' }), {}],
    ['a default file beside it', fakeFiles({ 'default_config.yml': 'http: {port: 8686}\n' }), {}],
    ['the sources', fakeFiles({}, ['app/src/server']), {}],
    ['--layout', fakeFiles(), { layout: 'nested' }],
  ])('is shown by %s', async (_what, files, options) => {
    expect(await asked(onTerminal([], files), options)).toEqual(['Where do the values come from?']);
  });

  test('and which file it is started with, where its own instructions have another', async () => {
    const files = fakeFiles({ 'data/config.yml': 'port: 8686\nuserManagement: false\n' }, ['server/http']);
    const ports = onTerminal(['data/config.yml', 'Type them'], files);
    expect((await asked(ports)).slice(0, 2)).toEqual([PLACE, 'Where do the values come from?']);
    expect(ports.terminal.notes.join()).toContain('data/config.yml for the Go server');
  });

  test.each([
    ['the later Go server’s base keeps its boolean', 'userManagement: false\nsync: false', 'true'],
    ['the earlier one’s text is written without quotes', 'userManagement: "off"', 'on'],
    ['a base without a switch gets one', '', 'on'],
  ])('%s', async (_what, lines, value) => {
    const base = `port: 8686\ndata: "./data"\ndatabase: local\n${lines}\n`;
    expect(await madeFrom(base)).toMatch(new RegExp(`^userManagement: ${value}$`, 'm'));
  });

  test('is noted without a terminal, where nothing shows it', async () => {
    const made = async (files: FakeFiles): Promise<readonly string[]> => {
      const ports = fakePorts({ ...withSecret, files });
      const { body } = await runInit({ args: [], options: { yes: true }, fields: FLAGS }, ports);
      return body.kind === 'change' ? body.notes : [];
    };
    expect(await made(fakeFiles())).toEqual([expect.stringContaining('--layout nested')]);
    expect(await made(fakeFiles({}, ['server/http']))).toEqual([]);
  });

  test('what starts it, with Docker where the file can be seen there, and the file that is still off', async () => {
    const files = fakeFiles({ 'data/config.yml': 'port: 8686\nuserManagement: false\n' });
    const beside = await init(fakePorts({ ...withSecret, files }), { yes: true, layout: 'flat' }, FLAGS);
    expect(beside.body.next).toEqual([{ command: `./bin/scalabel --config ${FILE}` }]);
    expect(beside.body.notes.join()).toContain('data/config.yml');
    const usual = await init(
      fakePorts({ ...withSecret, files: fakeFiles() }),
      { yes: true, layout: 'nested', config: 'local-data/scalabel/config.yml' },
      { ...NESTED_FLAGS, redirectUri: 'http://localhost:8686/callback' },
    );
    expect(usual.body.next.map(({ command }) => command)).toEqual([
      'node --max-old-space-size=8192 app/dist/main.js --config local-data/scalabel/config.yml',
      'docker run -it -v "$PWD/local-data:/opt/scalabel/local-data" -p 8686:8686 -p 6379:6379 scalabel/www node app/dist/main.js --config /opt/scalabel/local-data/scalabel/config.yml --max-old-space-size=8192',
    ]);
    expect(usual.body.notes).toEqual([]);
    expect(reportText(usual.body, makeStyle(0, 80))).toContain(
      'https://scalabel-x.auth.us-west-2.amazoncognito.com/login?',
    );
  });
});

describe('on a terminal', () => {
  test('typing walks the fields in the console’s order, then the review writes', async () => {
    const ports = attended([...FLAT_ANSWERS, 'write']);
    const { exitCode, text } = await init(ports);
    expect(exitCode).toBe(0);
    expect(text).toBe(await filled());
    expect(ports.prompter.asked.map(({ message }) => message)).toEqual([
      'Where do the values come from?',
      'User pool ID',
      'App client ID',
      'App client secret',
      'Callback URL',
      'Sign-out URL',
      'Cognito domain',
      'Is this right?',
    ]);
    expect(ports.prompter.left).toEqual([]);
  });

  test('an answer is judged by the rules, and by those of its own key alone', async () => {
    const ports = attended([
      'Type them',
      ...['us-west-2:12345678-1234-1234-1234-123456789012', 'cn-north-1_AbCdEf123', '', POOL],
      ...[SECRET.slice(0, 51), CLIENT_ID],
      ...[CLIENT_ID, 'two words', SECRET],
      ...['https://example.com/auth', 'http://localhost:8686/auth/', 'http://localhost:8686/auth'],
      'http://localhost:8686/',
      ...['login.mycompany.test', 'scalabel-x'],
      'write',
    ]);
    const { text } = await init(ports);
    expect(text).toBe(await filled());
    const refusals = ports.prompter.asked.map(({ refusals: said }) => said.length);
    expect(refusals).toEqual([0, 3, 1, 2, 2, 0, 1, 0]);
    expect(ports.prompter.asked.flatMap(({ refusals: said }) => said).join()).not.toContain(SECRET);
  });

  test('an unusual secret is noted and accepted', async () => {
    const answers = FLAT_ANSWERS.map((answer) => (answer === SECRET ? 'notarealsecret' : answer));
    const ports = attended([...answers, 'write']);
    expect((await init(ports)).exitCode).toBe(0);
    expect(ports.terminal.notes.join()).toContain('14 characters long');
  });

  test('the changed keys are shown once before they are written, the secret masked', async () => {
    const ports = attended([...FLAT_ANSWERS, 'write']);
    const { body } = await init(ports);
    const notes = ports.terminal.notes.join('\n');
    for (const path of body.changed) expect(notes.match(new RegExp(`^${path} `, 'gm'))).toHaveLength(1);
    expect(notes).not.toContain(SECRET);
    const after = reportText(body, makeStyle(0, 100));
    // The result, the start command, and the note about the log.
    expect(after.trimEnd().split('\n')).toHaveLength(3);
  });

  test('Enter accepts the callback and sign-out URL of a server on this machine, or of the host that is given', async () => {
    const answers = FLAT_ANSWERS.map((answer) => (String(answer).startsWith('http') ? '' : answer));
    expect((await init(attended([...answers, 'write']))).text).toBe(await filled());
    const base = 'port: 9000\ndata: "./data"\ndatabase: local\n';
    const files = fakeFiles({ 'default_config.yml': base });
    const local = await init(attended([...answers, 'write'], { files }));
    expect(local.body.settings).toMatchObject({
      redirectUri: 'http://localhost:9000/auth',
      logOutUri: 'http://localhost:9000/',
    });
    const hosted = await init(
      attended([...answers, 'write']),
      {},
      { redirectUri: 'https://labels.acme.dev/auth' },
    );
    expect(hosted.body.settings.logOutUri).toBe('https://labels.acme.dev/');
  });

  test('without credentials nothing is asked about AWS', async () => {
    const aws = { ...fakeAws(), hasCredentials: () => Promise.resolve(false) };
    const ports = attended([...FLAT_ANSWERS.slice(1), 'write'], { aws });
    expect((await init(ports)).text).toBe(await filled());
  });

  test('Escape returns to the previous question, from each of them', async () => {
    for (let at = 1; at <= FLAT_ANSWERS.length; at += 1) {
      const known = FLAT_ANSWERS.slice(0, at);
      const ports = attended([...known, ESCAPE, ...FLAT_ANSWERS.slice(at - 1), 'write']);
      expect((await init(ports)).text).toBe(await filled());
      expect(ports.prompter.left).toEqual([]);
    }
  });

  test('a filled-in file opens the review, where Enter leaves it as it is, its secret unseen', async () => {
    const before = await filled();
    const ports = attended([''], { files: fakeFiles({ [FILE]: before }) });
    const { exitCode, body } = await init(ports);
    expect([exitCode, body.written, ports.files.written]).toEqual([0, false, []]);
    expect(ports.prompter.asked.map(({ message }) => message)).toEqual(['Is this right?']);
    expect(JSON.stringify([ports.prompter.asked, ports.terminal.notes])).not.toContain(SECRET);
  });

  test('the review of an unfinished file asks for what is missing, and for nothing else', async () => {
    const before = (await filled()).replace(/^clientId: .*\n/m, '').replace(/^domainName: .*\n/m, '');
    const ports = attended(['', CLIENT_ID, 'scalabel-x', 'write'], { files: fakeFiles({ [FILE]: before }) });
    expect((await init(ports)).exitCode).toBe(0);
    expect(ports.prompter.asked.map(({ message }) => message)).toEqual([
      'Is this right?',
      'App client ID',
      'Cognito domain',
      'Is this right?',
    ]);
  });

  test('the review changes any field, a custom token URL and back again', async () => {
    const ports = attended([
      ...FLAT_ANSWERS,
      ...['Change Token URL', 'https://proxy.mycompany.test', 'Change Cognito domain', 'other'],
      ...['Change User management', false, 'Change User management', true, 'write'],
    ]);
    const { body } = await init(ports);
    expect(body.settings).toMatchObject({
      awsTokenURL: 'https://proxy.mycompany.test/oauth2/token',
      domainName: 'other',
      userManagement: 'on',
    });
    const again = attended(
      [
        ...['Change Token URL', 'https://other.auth.us-west-2.amazoncognito.com/oauth2/token'],
        ...['Change Cognito domain', 'third', 'write'],
      ],
      { files: ports.files },
    );
    expect((await init(again)).body.settings.awsTokenURL).toBe(
      'https://third.auth.us-west-2.amazoncognito.com/oauth2/token',
    );
  });

  test.each(Array.from({ length: FLAT_ANSWERS.length + 1 }, (_, index) => index))(
    'Ctrl-C at question %i leaves the file as it was',
    async (index) => {
      const before = 'port: 8686\n';
      const ports = attended([...FLAT_ANSWERS.slice(0, index), CTRL_C], {
        files: fakeFiles({ [FILE]: before }),
      });
      await expect(init(ports)).rejects.toThrow(Cancelled);
      expect(ports.files.written).toEqual([]);
      expect(ports.terminal.notes.at(-1)).toBe('Nothing was written.');
    },
  );

  test('Cancel in the review is like Ctrl-C', async () => {
    const ports = attended([...FLAT_ANSWERS, 'Cancel']);
    await expect(init(ports)).rejects.toThrow(Cancelled);
    expect(ports.files.written).toEqual([]);
  });

  test('--user-management off goes straight to the review', async () => {
    const ports = attended(['write']);
    const { exitCode, text } = await init(ports, {}, { userManagement: 'off' });
    expect(exitCode).toBe(0);
    expect(text).toContain('userManagement: off');
  });
});

describe('discovering in AWS', () => {
  const account = fakeAws([
    {
      pool: aPool({ id: POOL, domain: 'scalabel-x' }),
      groups: ['admin'],
      clients: [
        {
          id: CLIENT_ID,
          name: 'server',
          secret: SECRET,
          callbackUrls: ['http://localhost:8686/auth'],
          signOutUrls: ['http://localhost:8686/'],
          defaultRedirectUri: undefined,
          flows: ['code'],
          oauthEnabled: true,
          scopes: ['openid', 'email'],
          identityProviders: ['COGNITO'],
          readAttributes: undefined,
        },
      ],
    },
  ]);

  test('goes straight to the review with the account’s values', async () => {
    const ports = attended(['Discover', 'write'], { aws: account });
    const { exitCode, text } = await init(ports, {}, { userPoolID: POOL });
    expect(exitCode).toBe(0);
    expect(text).toBe(await filled());
    expect(JSON.stringify([ports.prompter.asked, ports.terminal.notes])).not.toContain(SECRET);
  });

  test('after a failure of AWS the values are typed', async () => {
    const aws = fakeAws([]);
    aws.fail('DescribeUserPool', 'ExpiredTokenException');
    const ports = attended(['Discover', ...FLAT_ANSWERS.slice(1), 'write'], { aws });
    expect((await init(ports, {}, { userPoolID: POOL })).text).toBe(await filled());
    expect(ports.terminal.notes.join()).toContain('expired');
  });
});
