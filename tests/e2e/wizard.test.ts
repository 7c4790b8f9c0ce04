// The wizard as an admin meets it: the built program in a real pseudo-terminal.
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startLocalCognito } from '../support/local-cognito.ts';
import { KEY, screenOf, startInPty, type PtyOptions, type PtySession } from '../support/pty.ts';

const CLI = fileURLToPath(new URL('../../bin/umconfig.js', import.meta.url));
const SECRET = 'notarealsecretnotarealsecretnotarealsecretnotareal12';
const OTHER_SECRET = 'anothernotrealsecretanothernotrealsecretanother34';
const CLIENT_ID = '1a2b3c4d5e6f7g8h9i0j1k2l3m';
const NAME = 'user_management_config.yml';

let folder = '';
let running: PtySession[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'umconfig-wizard-'));
});

afterEach(async () => {
  for (const session of running) session.kill('SIGKILL');
  running = [];
  await rm(folder, { recursive: true });
});

function init(flags: readonly string[] = [], options: Partial<PtyOptions> = {}): PtySession {
  // Which server it is for is asked where nothing shows it, and has a test of its own.
  const isShown = flags.includes('--layout') || flags.includes('--config') || readdirSync(folder).length > 0;
  const server = isShown ? [] : ['--layout', 'flat'];
  const session = startInPty([CLI, 'init', ...server, ...flags], { cwd: folder, ...options });
  running.push(session);
  return session;
}

/** What is on the screen, and what is typed then, if anything. */
type Step = readonly [sees: string, types: string];

const FLAT: readonly Step[] = [
  ['Example: us-west-2_Example01', `us-west-2_AbCdEf123${KEY.enter}`],
  ['Example: 1example', `${CLIENT_ID}${KEY.enter}`],
  ['Show client secret', `${SECRET}${KEY.enter}`],
  ['Allowed callback URLs', KEY.enter],
  ['Allowed sign-out URLs', KEY.enter],
  ['Example: scalabel-demo', `scalabel-x${KEY.enter}`],
  ['Is this right?', KEY.enter],
];

const NESTED: readonly Step[] = [
  ['Example: us-west-2_Example01', `us-west-2_AbCdEf123${KEY.enter}`],
  ['Example: 1example', `${CLIENT_ID}${KEY.enter}`],
  ['Allowed callback URLs', KEY.enter],
  ['Example: scalabel-demo', `scalabel-x${KEY.enter}`],
  ['Is this right?', KEY.enter],
];

async function follow(session: PtySession, steps: readonly Step[]): Promise<void> {
  for (const [sees, types] of steps) {
    await session.shows(sees);
    if (types !== '') session.send(types);
  }
}

/** After a file is written, a check of it is offered. */
const NOT_NOW: Step = ['umconfig doctor', `n${KEY.enter}`];

const FILLED = `\uFEFF# our server\r
port : 8686 # behind nginx\r
data: './data'\r
src: "."\r
database: local\r
userManagement: on\r
region: us-west-2\r
domainName: 'scalabel-x'\r
clientId: "${CLIENT_ID}" # the web client\r
redirectUri: http://localhost:8686/auth\r
logOutUri: http://localhost:8686/\r
clientSecret: "${SECRET}"\r
awsTokenURL: https://scalabel-x.auth.us-west-2.amazoncognito.com/oauth2/token\r
awsJwkUrl: "https://cognito-idp.%v.amazonaws.com/%v/.well-known/jwks.json" # keep the %v\r
userPoolID: us-west-2_AbCdEf123\r
...\r
`;

const at = (path: string): string => join(folder, path);
const read = (path: string): Promise<string> => readFile(at(path), 'utf8');

function expectNoSecret(session: PtySession): void {
  for (const secret of [SECRET, OTHER_SECRET]) {
    expect(session.raw().replace(/\s/g, '')).not.toContain(secret);
    expect(session.raw()).not.toContain(Buffer.from(secret).toString('base64'));
  }
}

describe('answering every question', () => {
  test('in an empty folder makes the flat file', async () => {
    const session = init();
    await follow(session, [...FLAT, NOT_NOW]);
    expect(await session.exit).toEqual({ exitCode: 0, signal: 0 });
    expect(await read(NAME)).toMatchInlineSnapshot(`
      "---
      port: 8686
      data: "./data"
      src: "."
      database: "local"
      modelGateHost: "127.0.0.1"
      modelGatePort: "8001"
      userManagement: on
      region: "us-west-2"
      domainName: "scalabel-x"
      clientId: "1a2b3c4d5e6f7g8h9i0j1k2l3m"
      redirectUri: "http://localhost:8686/auth"
      logOutUri: "http://localhost:8686/"
      clientSecret: "notarealsecretnotarealsecretnotarealsecretnotareal12"
      awsTokenURL: "https://scalabel-x.auth.us-west-2.amazoncognito.com/oauth2/token"
      awsJwkUrl: "https://cognito-idp.%v.amazonaws.com/%v/.well-known/jwks.json" # https://cognito-idp.us-west-2.amazonaws.com/us-west-2_AbCdEf123/.well-known/jwks.json
      userPoolID: "us-west-2_AbCdEf123"
      ...
      "
    `);
    expect(await readdir(folder)).toEqual(['data', NAME]);
    expect((await session.screen()).join('\n')).toContain(`./bin/scalabel --config ${NAME}`);
    expectNoSecret(session);
  });

  test('in a checkout of the Node server makes the nested file beside its default file', async () => {
    await mkdir(at('app/config'), { recursive: true });
    await writeFile(
      at('app/config/default_config.yml'),
      'http:\n    port: 8686\nstorage:\n    data: "./local-data/scalabel"\n    itemDir: "./items"\n',
    );
    const session = init();
    await follow(session, [...NESTED, NOT_NOW]);
    expect(await session.exit).toEqual({ exitCode: 0, signal: 0 });
    expect(await read(`app/config/${NAME}`)).toMatchInlineSnapshot(`
      "http:
          port: 8686
      storage:
          data: "./local-data/scalabel"
          itemDir: "./items"
      user:
          on: true
      cognito:
          region: "us-west-2"
          userPoolBaseUri: "scalabel-x.auth.us-west-2.amazoncognito.com"
          clientId: "1a2b3c4d5e6f7g8h9i0j1k2l3m"
          callbackUri: "http://localhost:8686/callback"
          userPool: "us-west-2_AbCdEf123"
      "
    `);
    expect((await session.screen()).join('')).toContain(`app/dist/main.js --config app/config/${NAME}`);
  });
});

/** Questions that were answered, as they stay on the screen. */
const promptsOf = async (session: PtySession): Promise<number> =>
  (await session.screen()).filter((line) => line.startsWith('✔')).length;

describe('from nothing to a right file', () => {
  test('takes eight answers typed by hand', async () => {
    const session = startInPty([CLI, 'init'], { cwd: folder });
    running.push(session);
    await follow(session, [['Which server is it for?', KEY.enter], ...FLAT, ['umconfig doctor', KEY.ctrlC]]);
    await session.exit;
    expect(await promptsOf(session)).toBe(8);
    const { status } = spawnSync(process.execPath, [CLI, 'validate'], { cwd: folder });
    expect(status).toBe(0);
  });

  test('takes four answers where AWS has one user pool', async () => {
    const cognito = await startLocalCognito();
    try {
      const { Id } = cognito.addPool({ Name: 'people' });
      cognito.addDomain(Id, 'scalabel-x');
      cognito.addGroup(Id, 'admin');
      cognito.addClient(Id, { ClientName: 'web' });
      const env = {
        AWS_ENDPOINT_URL: cognito.url,
        AWS_ACCESS_KEY_ID: 'AKIAFAKE',
        AWS_SECRET_ACCESS_KEY: 'notarealsecret',
        AWS_REGION: 'us-west-2',
      };
      const session = startInPty([CLI, 'init'], { cwd: folder, env });
      running.push(session);
      await follow(session, [
        ['Which server is it for?', KEY.enter],
        ['Where do the values come from?', KEY.enter],
        [Id, KEY.enter],
        ['Is this right?', KEY.enter],
        ['umconfig doctor', KEY.ctrlC],
      ]);
      await session.exit;
      expect(await promptsOf(session)).toBe(4);
      const { status } = spawnSync(process.execPath, [CLI, 'validate'], { cwd: folder });
      expect(status).toBe(0);
    } finally {
      await cognito.close();
    }
  });
});

describe('going back', () => {
  test('Escape returns to the previous question, and so does "back"', async () => {
    const session = init();
    await follow(session, [
      ...FLAT.slice(0, 3),
      ['Allowed callback URLs', KEY.escape],
      ['Show client secret', `back${KEY.enter}`],
      // What was answered there is the default now.
      [`(${CLIENT_ID})`, KEY.enter],
      ...FLAT.slice(2, 4),
      ['Allowed sign-out URLs', `back${KEY.enter}`],
      ...FLAT.slice(3),
      NOT_NOW,
    ]);
    expect(await session.exit).toEqual({ exitCode: 0, signal: 0 });
    expect(await read(NAME)).toContain(`clientId: "${CLIENT_ID}"`);
    expectNoSecret(session);
  });
});

describe('without redrawing', () => {
  const PLAIN: readonly Step[] = [
    ...FLAT.slice(0, -1),
    ['Is this right?', `8${KEY.enter}`],
    ['Example: scalabel-demo', `back${KEY.enter}`],
    ['Is this right?', KEY.enter],
    NOT_NOW,
  ];

  test.each([{ TERM: 'dumb' }, { UMCONFIG_PLAIN_PROMPTS: '1' }])('%j asks line by line', async (env) => {
    const session = init([], { env, terminal: env.TERM });
    await follow(
      session,
      // A value that is there is the default, and no example is shown for it.
      PLAIN.map(([sees, types]) => [
        sees === 'Example: scalabel-demo' && types.startsWith('back') ? 'Enter for' : sees,
        types,
      ]),
    );
    expect(await session.exit).toEqual({ exitCode: 0, signal: 0 });
    expect(await read(NAME)).toContain(`clientSecret: "${SECRET}"`);
    // Colours do not move anything.
    expect(session.raw()).not.toMatch(/\u001b\[[\d;?]*[^\d;?m]/);
    expectNoSecret(session);
  });

  test.each([KEY.ctrlC, KEY.ctrlD])('%j at a question and at a secret leaves nothing behind', async (key) => {
    for (const known of [1, 2]) {
      const session = init([], { env: { UMCONFIG_PLAIN_PROMPTS: '1' } });
      await follow(session, FLAT.slice(0, known));
      await session.shows(FLAT[known]?.[0] ?? '');
      session.send(key);
      expect((await session.exit).exitCode + (await session.exit).signal).toBeGreaterThan(0);
      expect((await session.screen()).join('\n')).toContain('Nothing was written.');
      expect(await readdir(folder)).toEqual([]);
    }
  });
});

test('a file that is right opens the review, and Enter keeps its bytes; its secret stays unseen', async () => {
  await writeFile(at(NAME), FILLED, { mode: 0o600 });
  const session = init();
  await follow(session, [['Is this right?', KEY.enter]]);
  expect(await session.exit).toEqual({ exitCode: 0, signal: 0 });
  expect(await read(NAME)).toBe(FILLED);
  expect((await session.screen()).join('\n')).toContain('up to date');
  expectNoSecret(session);
});

test('Cancel is on the screen of the review in a terminal of 20 lines and 40 columns', async () => {
  await writeFile(at(NAME), FILLED, { mode: 0o600 });
  const session = init([], { columns: 40, rows: 20 });
  await session.shows('more below');
  const shown = await screenOf(session.raw(), 40, 20);
  expect(shown.slice(-20).join('\n')).toContain('Cancel');
  session.send(KEY.ctrlC);
  await session.exit;
});

test('the review goes back to any question, and only what is changed there changes', async () => {
  await writeFile(at(NAME), FILLED, { mode: 0o600 });
  const session = init();
  await follow(session, [
    ['Is this right?', KEY.down.repeat(7)],
    ['❯ Change Cognito domain', KEY.enter],
    ['Branding → Domain', `other-prefix${KEY.enter}`],
    ['Is this right?', KEY.down.repeat(4)],
    ['❯ Change App client secret', KEY.enter],
    ['Enter keeps', `${OTHER_SECRET}${KEY.enter}`],
    ['Is this right?', KEY.enter],
    NOT_NOW,
  ]);
  expect(await session.exit).toEqual({ exitCode: 0, signal: 0 });
  expect(await read(NAME)).toBe(
    FILLED.replace("'scalabel-x'", '"other-prefix"')
      .replace(SECRET, OTHER_SECRET)
      .replace(/https:\/\/scalabel-x(.*token)/, '"https://other-prefix$1"'),
  );
  expectNoSecret(session);
});

describe('Ctrl-C', () => {
  test.each([
    ['flat', FLAT],
    ['nested', NESTED],
  ])('at each question of the %s layout leaves an empty folder empty', async (layout, steps) => {
    for (const [index, [sees]] of steps.entries()) {
      const session = init(['--layout', layout]);
      await follow(session, steps.slice(0, index));
      await session.shows(sees);
      session.send(KEY.ctrlC);
      expect(await session.exit).toEqual({ exitCode: 130, signal: 0 });
      expect((await session.screen()).at(-1)).toBe('Nothing was written.');
      expect(await readdir(folder)).toEqual([]);
    }
  });

  test('and Cancel in the review leave an existing file as it was', async () => {
    await writeFile(at(NAME), FILLED, { mode: 0o600 });
    for (const keys of [KEY.ctrlC, `${KEY.down}${KEY.enter}`]) {
      const session = init();
      await follow(session, [['Is this right?', keys]]);
      expect(await session.exit).toEqual({ exitCode: 130, signal: 0 });
      expect(await read(NAME)).toBe(FILLED);
    }
  });
});

describe('the end from outside', () => {
  test.each([
    ['SIGTERM', { exitCode: 143, signal: 0 }],
    ['SIGINT', { exitCode: 130, signal: 0 }],
    ['SIGHUP', { exitCode: 0, signal: constants.signals.SIGHUP }],
  ] as const)('%s ends a prompt and gives the terminal back', async (signal, exit) => {
    const session = init();
    await follow(session, FLAT.slice(0, 2));
    await session.shows('Show client secret');
    session.kill(signal);
    expect(await session.exit).toEqual(exit);
    expect((await session.screen()).join('\n')).toContain('Nothing was written.');
    // The cursor is visible again.
    expect(session.raw().lastIndexOf('\u001b[?25h')).toBeGreaterThan(
      session.raw().lastIndexOf('\u001b[?25l'),
    );
    expect(await readdir(folder)).toEqual([]);
  });

  test('Ctrl-D does not pass for an answer', async () => {
    const session = init();
    await follow(session, [...FLAT.slice(0, 1), ['Example: 1example', KEY.ctrlD]]);
    expect(await session.exit).toEqual({ exitCode: 129, signal: 0 });
    expect(await readdir(folder)).toEqual([]);
  });

  test('a closed terminal ends it', async () => {
    const session = init();
    await follow(session, FLAT.slice(0, 2));
    await session.shows('Show client secret');
    session.hangUp();
    expect(await session.exit).toEqual({ exitCode: 0, signal: constants.signals.SIGHUP });
    expect(await readdir(folder)).toEqual([]);
  });
});

test('pastes are cleaned, typical mistakes are named, and the right answer then passes', async () => {
  const session = init();
  await follow(session, [
    ['Example: us-west-2_', `us-west-2:12345678-1234-1234-1234-123456789012${KEY.enter}`],
    [
      'is an identity pool',
      `${KEY.ctrlU}  “https://us-west-2.console.aws.amazon.com/cognito/v2/idp/user-pools/us-west-2_AbCdEf123/overview?region=us-west-2” ${KEY.enter}`,
    ],
    ['✔ User pool ID us-west-2_AbCdEf123', ''],
    ['Example: 1example', `${SECRET.slice(0, 51)}${KEY.enter}`],
    ['looks like a client secret', `${KEY.ctrlU} '${CLIENT_ID}', ${KEY.enter}`],
    ['Show client secret', `${CLIENT_ID}${KEY.enter}`],
    ['is the same as the app client ID', `${KEY.ctrlU} "${SECRET}" ${KEY.enter}`],
    ['Allowed callback URLs', `https://example.com/auth${KEY.enter}`],
    ['is a placeholder', `${KEY.ctrlU}http://localhost:8686/auth/${KEY.enter}`],
    ['must have the path', `\u007f${KEY.enter}`],
    ['Allowed sign-out URLs', `http://localhost:8686/${KEY.enter}`],
    ['Example: scalabel-demo', `https://login.mycompany.test/${KEY.enter}`],
    [
      'is a custom domain',
      `${KEY.ctrlU}https://scalabel-x.auth.us-west-2.amazoncognito.com/login?client_id=1${KEY.enter}`,
    ],
    ['Is this right?', KEY.enter],
    NOT_NOW,
  ]);
  expect(await session.exit).toEqual({ exitCode: 0, signal: 0 });
  const text = await read(NAME);
  expect(text).toContain('userPoolID: "us-west-2_AbCdEf123"');
  expect(text).toContain(`clientId: "${CLIENT_ID}"`);
  expect(text).toContain(`clientSecret: "${SECRET}"`);
  expect(text).toContain('domainName: "scalabel-x"');
  expect(text).toContain('redirectUri: "http://localhost:8686/auth"');
});

test('Ctrl-T does not show what was typed at the secret’s prompt', async () => {
  const session = init();
  await follow(session, [
    ...FLAT.slice(0, 2),
    ['Show client secret', SECRET],
    ['•'.repeat(SECRET.length), KEY.ctrlT],
  ]);
  session.send('xy');
  await session.shows('••');
  session.send(KEY.ctrlC);
  await session.exit;
  expectNoSecret(session);
});

test('40 columns are enough: everything can be answered, and no word is broken that fits', async () => {
  const wordsAt = async (columns: number): Promise<readonly string[]> => {
    const session = init([], { columns, rows: 24 });
    await follow(session, [...FLAT.slice(0, -1), ['esc back', KEY.ctrlC]]);
    await session.exit;
    return (await session.screen()).flatMap((line) => line.split(' '));
  };
  const whole = new Set(await wordsAt(200));
  const broken = (await wordsAt(40)).filter((word) => !whole.has(word) && !/[/.:]/.test(word));
  expect(broken).toEqual([]);
});

test('without a terminal nothing is asked, and a pipe brings the secret', async () => {
  const flags = [
    '--user-pool-id',
    'us-west-2_AbCdEf123',
    '--client-id',
    CLIENT_ID,
    '--domain-name',
    'scalabel-x',
  ];
  const urls = ['--redirect-uri', 'http://localhost:8686/auth', '--log-out-uri', 'http://localhost:8686/'];
  const piped = (args: readonly string[], input: string): SpawnSyncReturns<string> =>
    spawnSync(process.execPath, [CLI, 'init', ...args], { cwd: folder, input, encoding: 'utf8' });
  const refused = piped(flags, '');
  expect([refused.status, refused.stdout]).toEqual([2, '']);
  expect(refused.stderr).toContain('--redirect-uri');
  expect(refused.stderr).toContain('--yes');
  expect(await readdir(folder)).toEqual([]);
  const made = piped([...flags, ...urls, '--yes', '--client-secret-stdin'], `${SECRET}\n`);
  expect(made.status).toBe(0);
  expect(made.stdout + made.stderr).not.toContain(SECRET);
  expect(await read(NAME)).toContain(`clientSecret: "${SECRET}"`);
});

test.each([
  ['NO_COLOR', [], { NO_COLOR: '1' }],
  ['--color never', ['--color', 'never'], {}],
] as const)('%s leaves out every colour', async (_name, flags, env) => {
  const session = init(flags, { env });
  await follow(session, [...FLAT.slice(0, 1), ['Example: 1example', `no-id${KEY.enter}`]]);
  await session.shows('letters, digits, _ and +');
  session.send(KEY.ctrlC);
  await session.exit;
  expect(session.raw()).not.toMatch(/\u001b\[[\d;]*m/);
});
