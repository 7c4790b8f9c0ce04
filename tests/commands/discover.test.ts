/** `discover` with the world written by hand: which calls it makes, what it asks, what it writes and how it ends. */
import { describe, expect, test } from '@jest/globals';
import { hintText } from '../../src/core/text/hint.ts';
import { run as runDiscover } from '../../src/commands/discover.ts';
import type { OptionValues } from '../../src/commands/options.ts';
import { ExpectedError } from '../../src/core/errors.ts';
import type { Settings } from '../../src/core/config/settings.ts';
import { Cancelled, FileFailure } from '../../src/core/failures.ts';
import type { ChangeReport } from '../../src/report/report.ts';
import { makeStyle } from '../../src/report/style.ts';
import { reportText } from '../support/reports.ts';
import { aClient, aPool, CLIENT_ID, POOL_ID, SECRET } from '../support/account.ts';
import {
  CTRL_C,
  ESCAPE,
  fakeAws,
  fakeFiles,
  fakePorts,
  fakePrompter,
  fakeTerminal,
  type Answer,
  type FakeAws,
  type FakePool,
  type FakePorts,
} from '../support/fake-ports.ts';

const FILE = 'user_management_config.yml';

const thePool = (pool: Partial<FakePool> = {}): FakePool => ({
  pool: aPool(),
  clients: [aClient()],
  groups: ['admin'],
  ...pool,
});

const portsFor = (
  aws: FakeAws | readonly FakePool[],
  files: Readonly<Record<string, string>> = {},
): FakePorts => fakePorts({ aws: 'cognito' in aws ? aws : fakeAws(aws), files: fakeFiles(files) });

/** The same, on a terminal with somebody who answers. */
const withAnswers = (ports: FakePorts, answers: readonly Answer[]): FakePorts => ({
  ...ports,
  terminal: fakeTerminal({ interactive: true }),
  prompter: fakePrompter(answers),
});

interface Outcome {
  readonly exitCode: number;
  readonly body: ChangeReport;
  readonly codes: readonly string[];
}

async function discover(ports: FakePorts, options: OptionValues, fields: Settings = {}): Promise<Outcome> {
  const { exitCode, body } = await runDiscover({ args: [], options, fields }, ports);
  if (body.kind !== 'change') throw new Error(`not a change: ${body.kind}`);
  return { exitCode, body, codes: body.findings.map(({ code }) => code) };
}

async function failure(
  ports: FakePorts,
  options: OptionValues,
  fields: Settings = {},
): Promise<ExpectedError> {
  try {
    await discover(ports, options, fields);
  } catch (error) {
    if (error instanceof ExpectedError) return error;
    throw error;
  }
  throw new Error('nothing went wrong');
}

const YES = { pool: POOL_ID, yes: true } as const;

describe('writing', () => {
  test('fills a new file from the only client that fits', async () => {
    const spa = aClient({ id: 'spa', name: 'spa', secret: undefined });
    const ports = portsFor([thePool({ clients: [spa, aClient()] })]);
    const { exitCode, body, codes } = await discover(ports, YES);
    expect({ exitCode, codes, mode: body.mode, written: body.written }).toEqual({
      exitCode: 0,
      codes: ['secret-in-log'],
      mode: 'write',
      written: true,
    });
    const text = ports.files.contents.get(FILE) ?? '';
    expect(text).toContain(`clientId: "${CLIENT_ID}"`);
    expect(text).toContain(`clientSecret: "${SECRET}"`);
    expect(text).toContain('userManagement: on');
    expect(body.changed).toEqual([
      'userManagement',
      'region',
      'domainName',
      'clientId',
      'redirectUri',
      'logOutUri',
      'clientSecret',
      'awsTokenURL',
      'awsJwkUrl',
      'userPoolID',
    ]);
  });

  test('a second run changes nothing and lists nothing', async () => {
    const aws = fakeAws([thePool({ clients: [aClient(), aClient({ id: 'other', name: 'other' })] })]);
    const first = portsFor(aws);
    await discover(first, { ...YES, client: CLIENT_ID });
    const before = aws.calls.length;
    const { body } = await discover(first, YES);
    expect(body).toMatchObject({ written: false, changed: [], mode: 'write' });
    expect(first.files.written).toEqual([FILE]);
    expect(aws.calls.slice(before).map((call) => call.split(' ')[0])).not.toContain('ListUserPoolClients');
  });

  test('the nested layout gets the whole host and no secret', async () => {
    const spa = aClient({ secret: undefined, callbackUrls: ['http://localhost:8686/callback'] });
    const ports = portsFor([thePool({ clients: [aClient({ id: 'web' }), spa] })]);
    const { exitCode } = await discover(ports, { ...YES, layout: 'nested' });
    const text = ports.files.contents.get(FILE) ?? '';
    expect(exitCode).toBe(0);
    expect(text).toContain('userPoolBaseUri: "demo.auth.us-west-2.amazoncognito.com"');
    expect(text).toContain('on: true');
    expect(text).not.toContain(SECRET);
  });

  test('a custom token URL of the file stays', async () => {
    const url = 'https://tokens.internal/oauth2/token';
    const ports = portsFor([thePool()], {
      [FILE]: `port: 8686\ndata: ./data\ndatabase: local\nawsTokenURL: ${url}\n`,
    });
    await discover(ports, YES);
    expect(ports.files.contents.get(FILE)).toContain(`awsTokenURL: ${url}`);
  });

  test('what is wrong with the account but leaves every value known is written, and exits 1', async () => {
    const ports = portsFor([thePool({ clients: [aClient({ scopes: ['openid'] })] })]);
    const { exitCode, codes, body } = await discover(ports, YES);
    expect({ exitCode, codes, written: body.written }).toEqual({
      exitCode: 1,
      codes: ['secret-in-log', 'scope-missing'],
      written: true,
    });
  });

  test('warnings alone exit 0', async () => {
    const { exitCode, codes } = await discover(portsFor([thePool({ groups: [] })]), YES);
    expect({ exitCode, codes }).toEqual({ exitCode: 0, codes: ['secret-in-log', 'no-admin-group'] });
  });

  test('what is true of the server whatever the file holds is said once', async () => {
    const ports = portsFor([thePool()]);
    expect((await discover(ports, YES)).codes).toEqual(['secret-in-log']);
    expect((await discover(ports, YES)).codes).toEqual([]);
  });

  test('values that the account has registered are no placeholders', async () => {
    const client = aClient({ callbackUrls: ['https://scalabel.example.com/auth'] });
    const { exitCode } = await discover(portsFor([thePool({ clients: [client] })]), YES);
    expect(exitCode).toBe(0);
  });

  test('a failed write is a failure', async () => {
    const ports = portsFor([thePool()]);
    ports.files.failNextWrite(new FileFailure('disk-full', FILE, 'ENOSPC'));
    await expect(discover(ports, YES)).rejects.toThrow(FileFailure);
  });

  test('--dry-run writes nothing and shows what would be, the secret masked', async () => {
    const ports = portsFor([thePool()]);
    const { exitCode, body } = await discover(ports, { pool: POOL_ID, dryRun: true });
    expect({ exitCode, mode: body.mode, written: ports.files.written }).toEqual({
      exitCode: 0,
      mode: 'dry-run',
      written: [],
    });
    expect(body.diff.map(({ text }) => text).join('\n')).not.toContain(SECRET);
  });
});

describe('what the account lacks', () => {
  const refused: readonly (readonly [string, FakePool, OptionValues, Settings])[] = [
    ['pool-without-domain', thePool({ pool: aPool({ domain: undefined }) }), {}, {}],
    [
      'custom-domain-only',
      thePool({ pool: aPool({ domain: undefined, customDomain: 'login.acme.org' }) }),
      {},
      {},
    ],
    ['no-fitting-client', thePool({ clients: [] }), {}, {}],
    [
      'client-without-secret',
      thePool({ clients: [aClient({ secret: undefined })] }),
      { client: CLIENT_ID },
      {},
    ],
    [
      'client-with-secret',
      thePool({ clients: [aClient({ callbackUrls: ['http://localhost:8686/callback'] })] }),
      { client: CLIENT_ID, layout: 'nested' },
      {},
    ],
    ['no-fitting-callback', thePool({ clients: [aClient({ callbackUrls: [] })] }), {}, {}],
    ['no-sign-out-url', thePool({ clients: [aClient({ signOutUrls: [] })] }), {}, {}],
    ['callback-not-registered', thePool(), {}, { redirectUri: 'http://localhost:8686/auth/' }],
    ['sign-out-not-registered', thePool(), {}, { logOutUri: 'http://localhost:8686' }],
  ];

  test.each(refused)('%s: nothing is written', async (code, pool, options, fields) => {
    const ports = portsFor([pool]);
    const { exitCode, codes, body } = await discover(ports, { ...YES, ...options }, fields);
    expect(codes).toContain(code);
    expect({ exitCode, mode: body.mode, written: ports.files.written }).toEqual({
      exitCode: 1,
      mode: 'refused',
      written: [],
    });
  });

  test.each(refused)(
    '%s: --partial writes the rest, and still exits 1',
    async (code, pool, options, fields) => {
      const ports = portsFor([pool]);
      const { exitCode, codes, body } = await discover(ports, { ...YES, ...options, partial: true }, fields);
      expect(codes).toContain(code);
      expect({ exitCode, written: ports.files.written }).toEqual({ exitCode: 1, written: [FILE] });
      // The server would not start with it.
      expect(body.next).toEqual([]);
      expect(ports.files.contents.get(FILE)).toContain(POOL_ID);
    },
  );

  test('a GovCloud pool is no use to the flat server, and works with the nested one', async () => {
    const id = 'us-gov-west-1_Gov123456';
    const pool = thePool({
      pool: aPool({ id }),
      clients: [
        aClient({ secret: undefined, callbackUrls: ['https://a.acme.org/callback'] }),
        aClient({ id: 'flat' }),
      ],
    });
    const flat = portsFor([pool]);
    const refusal = await discover(flat, { pool: id, yes: true });
    expect(refusal.codes).toContain('govcloud-flat');
    expect(flat.files.written).toEqual([]);
    const nested = portsFor([pool]);
    expect((await discover(nested, { pool: id, yes: true, layout: 'nested' })).exitCode).toBe(0);
    expect(nested.files.contents.get(FILE)).toContain('demo.auth-fips.us-gov-west-1.amazoncognito.com');
  });
});

describe('the calls', () => {
  const names = (aws: FakeAws): readonly string[] => aws.calls.map((call) => call.split(' ')[0] ?? '').sort();

  test('with pool and client given nothing but groups is listed', async () => {
    const aws = fakeAws([thePool()]);
    await discover(portsFor(aws), { ...YES, client: CLIENT_ID });
    expect(names(aws)).toEqual([
      'DescribeUserPool',
      'DescribeUserPoolClient',
      'DescribeUserPoolDomain',
      'ListGroups',
    ]);
  });

  test('a client’s name takes the list, and only that client is described', async () => {
    const clients = [aClient({ id: 'x', name: 'other' }), aClient()];
    const aws = fakeAws([thePool({ clients })]);
    await discover(portsFor(aws), { ...YES, client: 'web' });
    expect(aws.calls.filter((call) => call.startsWith('DescribeUserPoolClient'))).toEqual([
      `DescribeUserPoolClient ${POOL_ID} ${CLIENT_ID}`,
    ]);
  });

  test('what looks like an id and is none is looked up as a name, then as an id', async () => {
    const name = 'abcdefghijklmnopqrstuvwxyz';
    const named = portsFor([thePool({ clients: [aClient({ name })] })]);
    expect((await discover(named, { ...YES, client: name })).exitCode).toBe(0);
    const odd = portsFor([thePool({ clients: [aClient({ id: 'Odd_1' }), aClient({ id: 'b' })] })]);
    expect((await discover(odd, { ...YES, client: 'Odd_1' })).body.settings.clientId).toBe('Odd_1');
  });

  test('many clients are described five at a time, with a line that says how far it is', async () => {
    const clients = Array.from({ length: 140 }, (_, at) =>
      aClient({ id: `c${String(at)}`, secret: at === 77 ? SECRET : undefined }),
    );
    const aws = fakeAws([thePool({ clients })]);
    const ports = portsFor(aws);
    const { body } = await discover(ports, YES);
    expect(body.settings.clientId).toBe('c77');
    expect(aws.maxInFlight).toBe(5);
    expect(ports.terminal.progressLines.at(-1)).toContain('140 of 140');
  });

  test('after a failure the clients that wait are not described any more', async () => {
    const clients = Array.from({ length: 100 }, (_, at) => aClient({ id: `c${String(at)}` }));
    const aws = fakeAws([thePool({ clients })]);
    aws.fail('DescribeUserPoolClient', 'TooManyRequestsException');
    expect((await failure(portsFor(aws), YES)).exitCode).toBe(3);
    expect(aws.calls.length).toBeLessThan(15);
  });

  test.each(['DescribeUserPoolDomain', 'ListGroups'])('%s may be denied', async (operation) => {
    const aws = fakeAws([thePool()]);
    aws.fail(operation, 'AccessDeniedException');
    const ports = portsFor(aws);
    const { exitCode, body } = await discover(ports, { ...YES, client: CLIENT_ID });
    expect(exitCode).toBe(0);
    expect(ports.files.written).toEqual([FILE]);
    expect(body.findings.filter(({ code }) => code !== 'secret-in-log')).toMatchObject([
      { code: 'not-visible', severity: 'info', args: { action: operation } },
    ]);
  });

  test.each([
    ['DescribeUserPool', 'AccessDeniedException', /lack cognito-idp:DescribeUserPool$/],
    ['DescribeUserPoolClient', 'AccessDeniedException', /lack cognito-idp:DescribeUserPoolClient$/],
    ['DescribeUserPool', 'ResourceNotFoundException', /user pool us-west-2_Pool12345 .*not found/],
    ['DescribeUserPool', 'ExpiredTokenException', /session has expired/],
    ['DescribeUserPoolDomain', 'TooManyRequestsException', /throttled/],
    ['ListGroups', 'TooManyRequestsException', /throttled/],
  ])('%s failing with %s ends with exit 3 and nothing written', async (operation, name, message) => {
    const aws = fakeAws([thePool()]);
    aws.fail(operation, name);
    const ports = portsFor(aws);
    const error = await failure(ports, { ...YES, client: CLIENT_ID });
    expect(error.exitCode).toBe(3);
    expect(error.message).toMatch(message);
    expect(ports.files.written).toEqual([]);
  });

  test('a client that is not there is named, even where the list is denied', async () => {
    const aws = fakeAws([thePool()]);
    aws.fail('ListUserPoolClients', 'AccessDeniedException');
    const error = await failure(portsFor(aws), { ...YES, client: 'a'.repeat(26) });
    expect(error.message).toContain(`app client ${'a'.repeat(26)}`);
  });
});

describe('which pool', () => {
  const arn = `arn:aws:cognito-idp:us-west-2:123456789012:userpool/${POOL_ID}`;
  test.each([
    POOL_ID,
    ` "${POOL_ID}" `,
    arn,
    `https://us-west-2.console.aws.amazon.com/cognito/v2/idp/user-pools/${POOL_ID}/overview?region=us-west-2`,
  ])('%s', async (pool) => {
    const aws = fakeAws([thePool()]);
    expect((await discover(portsFor(aws), { pool, yes: true })).exitCode).toBe(0);
    expect(aws.opened).toEqual([{ region: 'us-west-2' }]);
    expect(aws.calls).not.toContain('ListUserPools');
  });

  test('by name, in the default region', async () => {
    const aws = fakeAws([thePool()], 'us-west-2');
    expect((await discover(portsFor(aws), { pool: 'people', yes: true })).exitCode).toBe(0);
    expect(aws.opened).toEqual([{ region: 'us-west-2' }]);
  });

  test('by the id of an emulator, in the region that was named', async () => {
    const aws = fakeAws([thePool({ pool: aPool({ id: 'local_abc' }) })]);
    const options = { pool: 'local_abc', region: 'us-west-2', yes: true, partial: true } as const;
    expect((await discover(portsFor(aws), options)).body.settings.userPoolID).toBe('local_abc');
  });

  test.each([
    ['people', {}, 2, '--region'],
    ['nobody', { region: 'us-west-2' }, 3, '"nobody"'],
    ['us-west-2:12345678-1234-1234-1234-123456789012', {}, 2, 'identity pool'],
    [POOL_ID, { region: 'eu-west-1' }, 2, 'us-west-2'],
    ['cn-north-1_Abc123', {}, 2, 'China'],
    ['people', { region: 'cn-north-1' }, 2, 'China'],
    ['people', { region: 'nowhere' }, 2, 'not an AWS region'],
    [POOL_ID, { endpointUrl: 'localhost:9229' }, 2, '--endpoint-url'],
  ] as const)('%s with %j ends with exit %i and says %s', async (pool, options, exitCode, words) => {
    const aws = fakeAws([thePool()]);
    const error = await failure(portsFor(aws), { pool, yes: true, ...options });
    expect(error.exitCode).toBe(exitCode);
    expect(`${error.message} ${hintText(error.hint ?? '')}`).toContain(words);
    expect(aws.calls.filter((call) => !call.startsWith('ListUserPools'))).toEqual([]);
  });

  test('several pools of one name are listed by id', async () => {
    const twin = thePool({ pool: aPool({ id: 'us-west-2_Twin1' }) });
    const error = await failure(portsFor([thePool(), twin]), {
      pool: 'people',
      region: 'us-west-2',
      yes: true,
    });
    expect(error.exitCode).toBe(2);
    expect(error.message).toContain(POOL_ID);
    expect(error.message).toContain('us-west-2_Twin1');
  });

  test('what AWS sends is made harmless before it is shown', async () => {
    const evil = thePool({
      pool: aPool({ name: 'people' }),
      clients: [aClient({ id: 'a', name: '\u001b[2Jweb' }), aClient({ id: 'b' })],
    });
    expect((await failure(portsFor([evil]), YES)).message).not.toContain('\u001b');
  });
});

describe('without a terminal', () => {
  test('every missing answer is named in one message', async () => {
    const error = await failure(portsFor([thePool()]), {});
    expect(error.exitCode).toBe(2);
    for (const flag of ['--pool', '--yes', '--dry-run', '--check']) expect(error.message).toContain(flag);
  });

  test('several clients that fit are listed with those that do not', async () => {
    const clients = [
      aClient({ id: 'one', name: 'first' }),
      aClient({ id: 'two', name: 'second' }),
      aClient({ id: 'three', name: 'third', secret: undefined }),
    ];
    const error = await failure(portsFor([thePool({ clients })]), YES);
    expect(error.exitCode).toBe(2);
    expect(error.message).toContain('"first" (one): fits');
    expect(error.message).toContain('"third" (three): has no secret');
    expect(hintText(error.hint ?? '')).toContain('--client');
  });

  const urls = aClient({
    callbackUrls: ['http://localhost:8686/auth', 'https://label.acme.org/auth'],
    signOutUrls: ['https://a.acme.org/', 'https://b.acme.org/'],
  });

  test('several URLs are listed with both flags at once', async () => {
    const error = await failure(portsFor([thePool({ clients: [urls] })]), { pool: POOL_ID, dryRun: true });
    expect(error.exitCode).toBe(2);
    expect(error.message).toContain('--redirect-uri');
    expect(error.message).toContain('--log-out-uri');
    expect(error.message).toContain('https://b.acme.org/');
  });

  test('--yes guesses nothing between equals', async () => {
    const ports = portsFor([thePool({ clients: [urls] })]);
    const { exitCode, message } = await failure(ports, YES);
    expect(exitCode).toBe(2);
    for (const url of [...urls.callbackUrls, ...urls.signOutUrls]) expect(message).toContain(url);
    expect(ports.files.written).toEqual([]);
  });

  test('of several callback URLs the only one on the server’s port is taken', async () => {
    const callbackUrls = ['http://localhost:3000/auth', 'http://localhost:8686/auth'];
    const { body } = await discover(portsFor([thePool({ clients: [aClient({ callbackUrls })] })]), YES);
    expect(body.settings.redirectUri).toBe('http://localhost:8686/auth');
  });

  test('a pasted URL is forgiven its quotes', async () => {
    const fields = { redirectUri: ' "http://localhost:8686/auth" ' };
    const { exitCode, body } = await discover(portsFor([thePool()]), YES, fields);
    expect({ exitCode, url: body.settings.redirectUri }).toEqual({
      exitCode: 0,
      url: 'http://localhost:8686/auth',
    });
  });

  test('the flags choose', async () => {
    const fields = { redirectUri: 'http://localhost:8686/auth', logOutUri: 'https://b.acme.org/' };
    const { body } = await discover(portsFor([thePool({ clients: [urls] })]), YES, fields);
    expect(body.settings).toMatchObject(fields);
  });
});

describe('on a terminal', () => {
  test('asks for region, pool, client and URLs, shows what will be written and asks once', async () => {
    const clients = [
      aClient({ id: 'one', name: 'first' }),
      aClient({
        name: 'second',
        callbackUrls: ['http://localhost:8686/auth', 'https://label.acme.org/auth'],
      }),
    ];
    const other = thePool({ pool: aPool({ id: 'us-west-2_Other', name: 'other', domain: 'other' }) });
    const ports = withAnswers(portsFor([other, thePool({ clients })]), [
      'not a region',
      'us-west-2',
      'people',
      'second',
      'localhost:8686/auth',
      true,
    ]);
    const { exitCode, body } = await discover(ports, {});
    expect(exitCode).toBe(0);
    expect(body.settings).toMatchObject({ clientId: CLIENT_ID, redirectUri: 'http://localhost:8686/auth' });
    expect(ports.prompter.asked.map(({ kind }) => kind)).toEqual([
      'text',
      'search',
      'select',
      'select',
      'confirm',
    ]);
    expect(ports.prompter.asked[0]?.refusals).toHaveLength(1);
    expect(ports.prompter.left).toEqual([]);
    const shown = ports.terminal.notes.join('\n');
    expect(shown).toMatch(/^clientId +\S/m);
    expect(shown).not.toContain(SECRET);
  });

  test('--yes asks nothing', async () => {
    const ports = withAnswers(portsFor([thePool()]), []);
    expect((await discover(ports, YES)).body.written).toBe(true);
  });

  test('what is wrong is shown before the question, and not once more afterwards', async () => {
    const ports = withAnswers(portsFor([thePool({ clients: [aClient({ scopes: [] })] })]), [true]);
    const { exitCode, body } = await discover(ports, { pool: POOL_ID });
    expect(exitCode).toBe(1);
    expect(ports.terminal.notes.join('\n')).toContain('scope-missing');
    expect(reportText(body, makeStyle(0, 100))).not.toContain('scope-missing');
  });

  test('that --quiet hides is not asked for', async () => {
    const ports = withAnswers(portsFor([thePool()]), []);
    const refused = discover(ports, { pool: POOL_ID, quiet: true });
    await expect(refused).rejects.toMatchObject({
      exitCode: 2,
    });
    expect(ports.files.written).toEqual([]);
  });

  test('a no leaves everything as it was', async () => {
    const ports = withAnswers(portsFor([thePool()]), [false]);
    await expect(discover(ports, { pool: POOL_ID })).rejects.toThrow(Cancelled);
    expect(ports.files.written).toEqual([]);
  });

  test.each([0, 1, 2])('Ctrl-C at question %i leaves everything as it was', async (at) => {
    const client = aClient({ callbackUrls: ['http://localhost:8686/auth', 'https://label.acme.org/auth'] });
    const answers: Answer[] = ['people', 'localhost', true];
    const aws = fakeAws([thePool({ clients: [client] })], 'us-west-2');
    const ports = withAnswers(portsFor(aws), [...answers.slice(0, at), CTRL_C]);
    await expect(discover(ports, {})).rejects.toThrow(Cancelled);
    expect(ports.files.written).toEqual([]);
  });

  test('where the region has no user pool, another one is asked for', async () => {
    const ports = withAnswers(portsFor(fakeAws([], 'us-west-2')), ['eu-west-1', CTRL_C]);
    await expect(discover(ports, {})).rejects.toThrow(Cancelled);
    expect(ports.aws.opened).toEqual([{ region: 'us-west-2' }, { region: 'eu-west-1' }]);
  });

  test('another region can be chosen, and the region of the file comes before that of the environment', async () => {
    const aws = fakeAws([thePool()], 'eu-west-1');
    const ports = withAnswers(portsFor(aws, { [FILE]: 'port: 8686\nregion: us-east-1\n' }), [
      ...['another region', 'us-west-2', 'people', true],
    ]);
    expect((await discover(ports, {})).body.settings.region).toBe('us-west-2');
    expect(aws.opened).toEqual([{ region: 'us-east-1' }, { region: 'us-west-2' }]);
  });

  test('Escape returns to the previous question', async () => {
    const other = thePool({ pool: aPool({ id: 'us-west-2_Other', name: 'other' }) });
    const ports = withAnswers(portsFor(fakeAws([other, thePool()], 'us-west-2')), [
      'other',
      ESCAPE,
      'people',
      true,
    ]);
    expect((await discover(ports, {})).body.settings.userPoolID).toBe(POOL_ID);
  });
});

describe('--check', () => {
  const CHECK = { pool: POOL_ID, check: true } as const;

  async function writtenFile(pool: FakePool): Promise<string> {
    const ports = portsFor([pool]);
    await discover(ports, { ...YES, client: CLIENT_ID });
    return ports.files.contents.get(FILE) ?? '';
  }

  test('exits 0 for the same, without writing or listing clients', async () => {
    const pool = thePool({ clients: [aClient(), aClient({ id: 'other' })] });
    const aws = fakeAws([pool]);
    const ports = portsFor(aws, { [FILE]: await writtenFile(pool) });
    const { exitCode, body } = await discover(ports, CHECK);
    expect({ exitCode, changed: body.changed, written: ports.files.written }).toEqual({
      exitCode: 0,
      changed: [],
      written: [],
    });
  });

  test('names each key that differs, at its place, the secret only as differing', async () => {
    const text = (await writtenFile(thePool())).replace('"demo"', '"old"').replace(SECRET, `${SECRET}x`);
    const ports = portsFor([thePool()], { [FILE]: text });
    const { exitCode, body, codes } = await discover(ports, CHECK);
    expect({ exitCode, codes, changed: body.changed }).toEqual({
      exitCode: 1,
      codes: ['differs-from-account', 'differs-from-account'],
      changed: ['domainName', 'clientSecret'],
    });
    const { span } = body.findings[0] ?? {};
    expect(body.document.text.slice(span?.start, span?.end)).toBe('"old"');
    expect(JSON.stringify(body.findings)).not.toContain(SECRET);
    expect(ports.files.contents.get(FILE)).toBe(text);
  });

  test('is not fooled by a line that only some servers read', async () => {
    const text = (await writtenFile(thePool())).replace(
      'userManagement:',
      '<<: {awsTokenURL: "x"}\nuserManagement:',
    );
    const ports = portsFor([thePool()], { [FILE]: text });
    const { exitCode, codes } = await discover(ports, CHECK);
    expect({ exitCode, codes }).toEqual({ exitCode: 1, codes: ['yaml-not-portable'] });
  });

  test.each([
    ['nothing', thePool()],
    ['a missing group', thePool({ groups: [] })],
  ])('of a file with the account’s values ends with what was found: %s', async (_, pool) => {
    const { body } = await discover(portsFor([pool], { [FILE]: await writtenFile(pool) }), CHECK);
    expect(reportText(body, makeStyle(0, 80)).trimEnd().split('\n').at(-1)).toMatchSnapshot();
  });

  test('one of several registered callback URLs is no difference', async () => {
    const client = aClient({ callbackUrls: ['http://localhost:8686/auth', 'https://label.acme.org/auth'] });
    const text = await writtenFile(thePool());
    const ports = portsFor([thePool({ clients: [client] })], { [FILE]: text });
    expect((await discover(ports, CHECK)).exitCode).toBe(0);
  });

  test('a missing file is wrong usage', async () => {
    const aws = fakeAws([thePool()]);
    expect((await failure(portsFor(aws), CHECK)).exitCode).toBe(2);
    expect(aws.calls).toEqual([]);
  });

  test('what the account lacks is said too', async () => {
    const ports = portsFor([thePool({ pool: aPool({ domain: undefined }) })], {
      [FILE]: await writtenFile(thePool()),
    });
    const { exitCode, codes } = await discover(ports, CHECK);
    expect({ exitCode, codes }).toEqual({ exitCode: 1, codes: ['pool-without-domain'] });
  });
});
