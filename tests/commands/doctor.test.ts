/** `doctor` with the world written by hand: what it asks, what it sends along, and what it says of what it cannot see. */
import { describe, expect, test } from '@jest/globals';
import { hintText } from '../../src/core/text/hint.ts';
import { run as runDoctor } from '../../src/commands/doctor.ts';
import type { OptionValues } from '../../src/commands/options.ts';
import { ExpectedError } from '../../src/core/errors.ts';
import type { Http, HttpAnswer, HttpRequest } from '../../src/ports.ts';
import { HttpFailure } from '../../src/core/failures.ts';
import type { ChecksReport } from '../../src/report/report.ts';
import { makeStyle } from '../../src/report/style.ts';
import { aClient, aPool } from '../support/account.ts';
import {
  fakeAws,
  fakeClock,
  fakeFiles,
  fakePorts,
  fakeTerminal,
  type FakePool,
  type FakePorts,
} from '../support/fake-ports.ts';
import { goodFile } from '../support/fixtures.ts';
import { run } from '../support/run.ts';
import { reportJson, reportText } from '../support/reports.ts';

const FILE = 'user_management_config.yml';
const POOL = 'us-west-2_FakePool1';
const CLIENT = '1fakeclientid0000000000000';
const SECRET = 'notarealsecretnotarealsecretnotarealsecretnotareal';
const HOST = 'https://scalabel-demo.auth.us-west-2.amazoncognito.com';
const ISSUER = `https://cognito-idp.us-west-2.amazonaws.com/${POOL}`;

const flat = goodFile('flat');
const nested = goodFile('nested');

const thePool = (pool: Partial<FakePool> = {}): FakePool => ({
  pool: aPool({ id: POOL, domain: 'scalabel-demo' }),
  clients: [aClient({ id: CLIENT, secret: SECRET })],
  groups: ['admin'],
  users: { ada: ['admin'] },
  ...pool,
});
const spa = aClient({ id: CLIENT, secret: undefined, callbackUrls: ['http://localhost:8686/callback'] });

const json = (body: unknown, status = 200): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const redirect = (location: string): HttpAnswer => ({ status: 302, headers: { location }, body: '' });

const basicOf = (secret: string): string => `Basic ${Buffer.from(`${CLIENT}:${secret}`).toString('base64')}`;

/** A hosted UI and documents as they should be, by path. */
function healthy({ url, headers }: HttpRequest): HttpAnswer {
  const { pathname, searchParams } = new URL(url);
  if (pathname.endsWith('/openid-configuration')) {
    return json({
      issuer: ISSUER,
      jwks_uri: `${ISSUER}/.well-known/jwks.json`,
      token_endpoint: `${HOST}/oauth2/token`,
    });
  }
  if (pathname.endsWith('/jwks.json')) return json({ keys: [{ kty: 'RSA', kid: 'a', n: 'n', e: 'AQAB' }] });
  if (pathname === '/login') return { status: 200, headers: { 'content-type': 'text/html' }, body: '<form>' };
  if (pathname === '/oauth2/authorize') return redirect('/login?x=y');
  if (pathname === '/logout') return redirect(searchParams.get('logout_uri') ?? '');
  if (pathname !== '/oauth2/token') return { status: 404, headers: {}, body: '' };
  const isRight = headers?.['authorization'] === undefined || headers['authorization'] === basicOf(SECRET);
  return json({ error: isRight ? 'invalid_grant' : 'invalid_client' }, 400);
}

interface FakeHttp extends Http {
  readonly requests: readonly HttpRequest[];
  /** How many were under way at once. */
  readonly most: number;
}

function fakeHttp(answer: (request: HttpRequest) => HttpAnswer = healthy): FakeHttp {
  const requests: HttpRequest[] = [];
  const flight = { now: 0, most: 0 };
  return {
    requests,
    get most() {
      return flight.most;
    },
    send: async (request) => {
      requests.push(request);
      flight.most = Math.max(flight.most, (flight.now += 1));
      await new Promise((resolve) => setImmediate(resolve));
      flight.now -= 1;
      return answer(request);
    },
  };
}

const fails = ({ url }: HttpRequest): never => {
  throw new HttpFailure('unknown-host', new URL(url).host, 'ENOTFOUND');
};

interface Outcome {
  readonly exitCode: number;
  readonly body: ChecksReport;
  /** `oidc pass`, in order. */
  readonly statuses: readonly string[];
}

const portsFor = (
  text: string,
  http: Http = fakeHttp(),
  pools: readonly FakePool[] = [thePool()],
): FakePorts => fakePorts({ files: fakeFiles({ [FILE]: text }), http, aws: fakeAws(pools) });

async function doctor(ports: FakePorts, options: OptionValues = {}): Promise<Outcome> {
  const { exitCode, body } = await runDoctor({ args: [], options, fields: {} }, ports);
  if (body.kind !== 'checks') throw new Error(`not checks: ${body.kind}`);
  return { exitCode, body, statuses: body.checks.map(({ check, status }) => `${check} ${status}`) };
}

const troubles = ({ statuses }: Outcome): readonly string[] =>
  statuses.filter((line) => !line.endsWith(' pass') && line !== 'log warning');

describe('a file that names no app client', () => {
  const text = flat.replace(/^clientId:.*$/m, 'clientId: ""');
  const withoutClient = (aws = fakeAws([thePool()])): FakePorts =>
    fakePorts({ files: fakeFiles({ [FILE]: text }), http: fakeHttp(), aws });

  test('skips the check of the app client', async () => {
    const ports = withoutClient();
    const { body } = await doctor(ports);
    expect(body.checks.find(({ check }) => check === 'client')).toMatchObject({
      status: 'skipped',
      seen: expect.stringContaining('`clientId`') as unknown,
    });
    expect(ports.aws.calls).not.toContain(`ListUserPoolClients ${POOL}`);
  });

  test('needs no right to list them to have the rest seen', async () => {
    const aws = fakeAws([thePool()]);
    aws.fail('ListUserPoolClients', 'AccessDeniedException');
    const { body } = await doctor(withoutClient(aws));
    expect(body.checks.find(({ check }) => check === 'group')).toMatchObject({ status: 'pass' });
  });
});

describe('with nothing wrong', () => {
  test('the Go server’s file passes; every question is put at once, each with five seconds', async () => {
    const http = fakeHttp();
    const ports = portsFor(flat, http);
    const outcome = await doctor(ports);
    expect({ exitCode: outcome.exitCode, troubles: troubles(outcome) }).toEqual({
      exitCode: 0,
      troubles: [],
    });
    expect(http.requests.map(({ method, url }) => `${method} ${url.replace(/\?.*$/, '')}`)).toEqual([
      `GET ${ISSUER}/.well-known/openid-configuration`,
      `GET ${ISSUER}/.well-known/jwks.json`,
      `GET ${HOST}/login`,
      `GET ${HOST}/oauth2/authorize`,
      `POST ${HOST}/oauth2/token`,
      `POST ${HOST}/oauth2/token`,
      `GET ${HOST}/logout`,
    ]);
    expect(http.most).toBe(7);
    expect(new Set(http.requests.map(({ deadlineMs }) => deadlineMs))).toEqual(new Set([5000]));
  });

  test('the Node server’s file passes with one request to the token endpoint and no secret', async () => {
    const http = fakeHttp();
    const outcome = await doctor(portsFor(nested, http, [thePool({ clients: [spa] })]));
    expect({ exitCode: outcome.exitCode, troubles: troubles(outcome) }).toEqual({
      exitCode: 0,
      troubles: [],
    });
    const posts = http.requests.filter(({ method }) => method === 'POST');
    expect(posts).toHaveLength(1);
    expect(posts[0]?.headers).not.toHaveProperty('authorization');
  });

  test('the probe sends two codes that nobody has: once the secret, once with one character changed', async () => {
    const http = fakeHttp();
    await doctor(portsFor(flat, http));
    const posts = http.requests.filter(({ method }) => method === 'POST');
    const secrets = posts.map(({ headers }) =>
      Buffer.from(headers?.['authorization']?.slice('Basic '.length) ?? '', 'base64')
        .toString()
        .slice(CLIENT.length + 1),
    );
    expect(secrets[0]).toBe(SECRET);
    expect(secrets[1]).toHaveLength(SECRET.length);
    expect(Array.from(secrets[1] ?? '').filter((character, at) => character !== SECRET[at])).toHaveLength(1);
    for (const { body } of posts) {
      const form = new URLSearchParams(body);
      expect(form.get('code')).toMatch(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      expect(body).not.toContain(SECRET);
    }
  });

  test('with --endpoint-url everything goes there, and the file keeps the values of AWS', async () => {
    const http = fakeHttp();
    const outcome = await doctor(portsFor(flat, http), { endpointUrl: 'http://127.0.0.1:9229' });
    expect(troubles(outcome)).toEqual([]);
    expect(http.requests.map(({ url }) => new URL(url).origin)).toEqual(
      Array.from({ length: 7 }, () => 'http://127.0.0.1:9229'),
    );
    expect(http.requests.map(({ url }) => new URL(url).pathname)).toContain(`/${POOL}/.well-known/jwks.json`);
  });

  test('progress names what is being waited for', async () => {
    const ports = portsFor(flat);
    await doctor(ports);
    expect(ports.terminal.progressLines[0]).toMatchSnapshot();
    expect(ports.terminal.progressLines.at(-1)).toMatch(/^6 of 7 /);
  });
});

describe('the secret', () => {
  test.each([
    ['a host that is not the domain’s', 'https://evil.test/oauth2/other'],
    ['the clear', `${HOST.replace('https', 'http')}/oauth2/token`],
    ['another domain', 'https://elsewhere.auth.us-west-2.amazoncognito.com/oauth2/token'],
  ])('is not sent to %s', async (_, url) => {
    const http = fakeHttp();
    const text = flat.replace(/awsTokenURL: .*/, `awsTokenURL: "${url}"`);
    const outcome = await doctor(portsFor(text, http));
    expect(http.requests.filter(({ method }) => method === 'POST')).toEqual([]);
    expect(troubles(outcome)).toEqual(expect.arrayContaining(['file fail', 'secret skipped']));
  });

  test('is in no report, whatever goes wrong', async () => {
    const worlds: readonly ((request: HttpRequest) => HttpAnswer)[] = [
      healthy,
      fails,
      ({ headers, body = '' }) =>
        json(
          {
            error: 'invalid_client',
            error_description: `${SECRET} ${headers?.['authorization'] ?? ''} ${body}`,
          },
          401,
        ),
      ({ headers }) => redirect(`/error?error=${SECRET}&a=${headers?.['authorization'] ?? ''}`),
      () => ({ status: 200, headers: { 'content-type': SECRET }, body: SECRET }),
      ({ url }) => {
        throw new HttpFailure('tls', new URL(url).host, 'DEPTH_ZERO_SELF_SIGNED_CERT');
      },
    ];
    for (const world of worlds) {
      const ports = portsFor(flat, fakeHttp(world));
      const { body } = await doctor(ports);
      const shown = [
        reportJson(body),
        reportText(body, makeStyle(0, 80)),
        ...ports.terminal.progressLines,
      ].join('\n');
      expect(shown).not.toContain(SECRET.slice(0, 24));
      expect(shown).not.toContain(basicOf(SECRET).slice(6, 46));
    }
  });
});

describe('what cannot be seen', () => {
  test('without credentials the public checks still run, and the rest says what to do', async () => {
    const ports = portsFor(flat);
    ports.aws.fail('DescribeUserPool', 'CredentialsProviderError', 'Could not load credentials');
    const outcome = await doctor(ports);
    expect({ exitCode: outcome.exitCode, troubles: troubles(outcome) }).toEqual({
      exitCode: 0,
      troubles: ['client skipped', 'group skipped'],
    });
    const client = outcome.body.checks.find(({ check }) => check === 'client');
    expect(client?.seen).toMatchSnapshot();
    expect(hintText(client?.hint ?? '')).toMatchSnapshot();
  });

  test('an account that does not answer in time is skipped', async () => {
    const clock = fakeClock();
    const ports = { ...portsFor(flat), clock };
    const hanging: FakePorts = {
      ...ports,
      aws: { ...ports.aws, cognito: () => new Promise(() => undefined), fail: () => undefined },
    };
    const running = doctor(hanging);
    await new Promise((resolve) => setImmediate(resolve));
    clock.ring();
    expect(troubles(await running)).toEqual(['client skipped', 'group skipped']);
    expect(clock.set).toEqual([10_000]);
  });

  test.each(['UnexpectedAnswer', 'InternalErrorException', 'TooManyRequestsException'])(
    'an API that fails at what is not essential (%s) does not hide the rest',
    async (name) => {
      const ports = portsFor(flat);
      for (const operation of ['ListUsersInGroup', 'ListUserPoolClientSecrets'])
        ports.aws.fail(operation, name);
      const { body } = await doctor(ports);
      const statusOf = (check: string): string | undefined =>
        body.checks.find((result) => result.check === check)?.status;
      expect(statusOf('client')).toBe('pass');
      expect(statusOf('group')).not.toBe('fail');
    },
  );

  test('what failed on the way is said so, and not laid to the credentials', async () => {
    const ports = portsFor(flat);
    for (const operation of ['ListUsersInGroup', 'ListUserPoolClientSecrets'])
      ports.aws.fail(operation, 'TimeoutError');
    const { body } = await doctor(ports);
    for (const name of ['client', 'group']) {
      const found = body.checks.find(({ check }) => check === name);
      expect(found?.seen).toMatchSnapshot();
      expect(hintText(found?.hint ?? '')).toMatchSnapshot();
    }
  });

  test('single denied reads leave the rest', async () => {
    const ports = portsFor(flat);
    for (const operation of ['ListUsersInGroup', 'ListUserPoolClientSecrets'])
      ports.aws.fail(operation, 'AccessDeniedException');
    const outcome = await doctor(ports);
    expect(troubles(outcome)).toEqual(['group skipped']);
    expect(outcome.body.checks.find(({ check }) => check === 'client')?.seen).toContain(
      'cognito-idp:ListUserPoolClientSecrets',
    );
  });

  test('an emulator that does not know the newer calls is no reason to stop', async () => {
    const ports = portsFor(flat);
    for (const operation of [
      'ListUserPoolClientSecrets',
      'DescribeUserPoolDomain',
      'ListGroups',
      'ListUsersInGroup',
    ])
      ports.aws.fail(operation, 'UnknownOperationException');
    expect(troubles(await doctor(ports))).toEqual(['group skipped']);
  });

  test('offline is one check and exit 3', async () => {
    const ports = portsFor(flat, fakeHttp(fails));
    ports.aws.fail('DescribeUserPool', 'NetworkError');
    const { exitCode, statuses, body } = await doctor(ports);
    expect({ exitCode, statuses }).toEqual({ exitCode: 3, statuses: ['network fail'] });
    expect(JSON.parse(reportJson(body))).toMatchObject({
      checks: [{ check: 'network', status: 'fail', code: 'no-network' }],
      summary: { checks: 1, fail: 1 },
    });
  });

  test('a file without values asks nothing and says which keys it lacks', async () => {
    const http = fakeHttp();
    const outcome = await doctor(portsFor('userManagement: on\nport: 8686\n', http));
    expect(http.requests).toEqual([]);
    expect(outcome.exitCode).toBe(1);
    expect(outcome.statuses[0]).toBe('file fail');
    const seen = (name: string): string | undefined =>
      outcome.body.checks.find(({ check }) => check === name)?.seen;
    expect(seen('oidc')).toMatchSnapshot();
    expect(seen('secret')).toMatchSnapshot();
  });

  test('a file with login off is said to be open to everybody', async () => {
    const outcome = await doctor(portsFor(flat.replace('userManagement: on', 'userManagement: off')));
    expect(troubles(outcome)).toEqual(['file warning']);
  });
});

describe('the account', () => {
  test('is asked for the groups of the admins only where there is another group', async () => {
    const alone = portsFor(flat);
    await doctor(alone);
    expect(alone.aws.calls.filter((call) => call.startsWith('AdminListGroupsForUser'))).toEqual([]);
    const torn = portsFor(flat, fakeHttp(), [
      thePool({ groups: ['admin', 'night'], users: { ada: ['admin'], bob: ['admin', 'night'] } }),
    ]);
    const outcome = await doctor(torn);
    expect(torn.aws.calls.filter((call) => call.startsWith('AdminListGroupsForUser'))).toHaveLength(2);
    expect(troubles(outcome)).toEqual(['group warning']);
    expect(reportText(outcome.body, makeStyle(0, 200))).toMatchSnapshot();
  });

  test('is asked for five admins at once and no more', async () => {
    const users = Object.fromEntries(Array.from({ length: 23 }, (_, at) => [`user${String(at)}`, ['admin']]));
    const ports = portsFor(flat, fakeHttp(), [thePool({ groups: ['admin', 'night'], users })]);
    await doctor(ports);
    expect(ports.aws.calls.filter((call) => call.startsWith('AdminListGroupsForUser'))).toHaveLength(23);
    expect(ports.aws.maxInFlight).toBeLessThanOrEqual(7);
  });

  test('lists neither pools nor clients', async () => {
    const ports = portsFor(flat);
    await doctor(ports);
    expect(ports.aws.calls.filter((call) => /^ListUserPool(?:s|Clients) /.test(`${call} `))).toEqual([]);
  });

  test('a client that is not there is the cause of what the login page says', async () => {
    const gone = (request: HttpRequest): HttpAnswer =>
      /authorize|login/.test(request.url) ? redirect('/error?error=invalid_request') : healthy(request);
    const outcome = await doctor(portsFor(flat, fakeHttp(gone), [thePool({ clients: [] })]));
    expect(outcome.exitCode).toBe(1);
    expect(outcome.body.checks.filter(({ status }) => status === 'fail')).toMatchObject([
      { check: 'client', findings: [{ code: 'client-not-found' }] },
      { check: 'authorize', follows: 'client' },
    ]);
  });

  test('providers that the pool does not have are found', async () => {
    const client = aClient({ id: CLIENT, secret: SECRET, identityProviders: ['COGNITO', 'Google', 'Acme'] });
    const outcome = await doctor(
      portsFor(flat, fakeHttp(), [thePool({ clients: [client], identityProviders: ['Acme'] })]),
    );
    expect(troubles(outcome)).toEqual(['client warning']);
    expect(reportText(outcome.body, makeStyle(0, 200))).toMatchSnapshot();
  });

  test('a second secret, working or not, is for the token endpoint to judge', async () => {
    const client = aClient({ id: CLIENT, secret: SECRET.replace(/.$/, 'X') });
    const working = await doctor(
      portsFor(flat, fakeHttp(), [thePool({ clients: [client], clientSecrets: ['a', 'b'] })]),
    );
    expect({ exitCode: working.exitCode, troubles: troubles(working) }).toEqual({
      exitCode: 0,
      troubles: ['secret warning'],
    });
    const refuse = (request: HttpRequest): HttpAnswer =>
      request.method === 'POST' ? json({ error: 'invalid_client' }, 400) : healthy(request);
    const broken = await doctor(portsFor(flat, fakeHttp(refuse), [thePool({ clients: [client] })]));
    expect({ exitCode: broken.exitCode, troubles: troubles(broken) }).toEqual({
      exitCode: 1,
      troubles: ['secret fail'],
    });
  });
});

describe('the report', () => {
  test('is JSON of a fixed shape', async () => {
    const wrong = (request: HttpRequest): HttpAnswer =>
      request.url.includes('/oauth2/authorize')
        ? redirect('/error?error=redirect_mismatch')
        : healthy(request);
    const client = aClient({ id: CLIENT, secret: SECRET, callbackUrls: ['https://localhost:8686/auth/'] });
    const { body } = await doctor(portsFor(flat, fakeHttp(wrong), [thePool({ clients: [client] })]));
    const parsed = JSON.parse(reportJson(body)) as { readonly checks: readonly Record<string, unknown>[] };
    expect(parsed).toMatchObject({
      version: 1,
      file: FILE,
      layout: 'flat',
      summary: { checks: 9, pass: 7, fail: 2, warning: 0, skipped: 0, inconclusive: 0 },
    });
    expect(parsed.checks.find(({ check }) => check === 'client')).toMatchObject({
      status: 'fail',
      code: 'callback-not-registered',
      message: expect.stringContaining('https://localhost:8686/auth/, differs in the scheme and the path'),
      hint: expect.stringContaining('Allowed callback URLs'),
    });
    expect(parsed.checks.find(({ check }) => check === 'authorize')).toMatchObject({ follows: 'client' });
    for (const check of parsed.checks) {
      expect(Object.keys(check)).toEqual(
        expect.arrayContaining(['check', 'status', 'seen', 'message', 'hint', 'findings']),
      );
    }
  });

  test('for the Node server has no check of groups, and ends with the link for people', async () => {
    const { body, exitCode } = await doctor(portsFor(nested, fakeHttp(), [thePool({ clients: [spa] })]));
    expect(exitCode).toBe(0);
    const link = `https://scalabel-demo.auth.us-west-2.amazoncognito.com/login?response_type=code&client_id=${CLIENT}&redirect_uri=http://localhost:8686/callback`;
    expect(body.checks.filter(({ status }) => status !== 'pass')).toEqual([]);
    expect(body.checks.map(({ check }) => check)).not.toContain('group');
    expect(JSON.parse(reportJson(body))).toMatchObject({ loginUrl: link });
    const text = reportText(body, makeStyle(0, 80));
    expect(text.split('\n')).toContain(`  ${link}`);
    expect((await doctor(portsFor(flat))).body.loginUrl).toBeUndefined();
  });

  test('fits a narrow terminal and has no hints for consequences', async () => {
    const { body } = await doctor(
      portsFor(
        flat,
        fakeHttp(() => ({ status: 404, headers: {}, body: '' })),
      ),
    );
    const text = reportText(body, makeStyle(0, 60));
    for (const line of text.split('\n')) {
      const isOneWord = /^\s*(?:→ )?\S+$/.test(line);
      expect(isOneWord ? 0 : line.length).toBeLessThanOrEqual(60);
    }
    expect(text).toMatchSnapshot();
  });

  test('quiet shows only warnings and errors', async () => {
    const { body } = await doctor(portsFor(flat));
    expect(reportText(body, makeStyle(0, 200, true))).toBe('');
  });
});

test('a file that git tracks has a warning from validate', async () => {
  const files = {
    ...fakeFiles({ [FILE]: flat }),
    gitFacts: (paths: readonly string[]) =>
      Promise.resolve(
        new Map(
          paths.map(
            (path) =>
              [path, { isTracked: true, isIgnored: false, committed: undefined, staged: undefined }] as const,
          ),
        ),
      ),
  };
  const { body } = await doctor(fakePorts({ files, http: fakeHttp(), aws: fakeAws([thePool()]) }));
  expect(body.checks.find(({ check }) => check === 'file')).toMatchObject({
    status: 'pass',
    seen: expect.stringContaining('1 warning') as unknown,
    hint: [{ command: 'validate', args: '' }],
  });
});

describe('what is suggested works on the file that was checked', () => {
  const CONFIG = "deploy/it's.yml";
  const SUGGESTED = `umconfig discover --config 'deploy/it'\\''s.yml' --pool`;

  /** What `umconfig doctor` prints with these arguments, of a file whose domain is another one than the pool’s. */
  async function printed(file: string, ...args: readonly string[]): Promise<string> {
    let text = '';
    const write = (_stream: 'stdout' | 'stderr', part: string): boolean => {
      text += part;
      return true;
    };
    const pool = aPool({ id: POOL, domain: 'another-domain' });
    const ports = fakePorts({
      files: fakeFiles({ [file]: flat }),
      http: fakeHttp(),
      aws: fakeAws([thePool({ pool })]),
      terminal: fakeTerminal({ columns: 300 }),
    });
    await run(['doctor', ...args], {
      version: '0',
      output: { colorLevel: () => 0, write },
      ports: () => ports,
    });
    return text;
  }

  test.each([[[]], [['--format', 'json']]])('with %j', async (format: readonly string[]) => {
    const isJson = format.length > 0;
    const text = await printed(CONFIG, '--config', CONFIG, ...format);
    expect(text).toContain(isJson ? JSON.stringify(SUGGESTED).slice(1, -1) : SUGGESTED);
    expect(text).not.toContain('umconfig discover --pool');
    expect(await printed(FILE, ...format)).toContain('umconfig discover --pool');
  });

  test('after an error too', async () => {
    const text = await printed(FILE, '--config', 'no such.yml');
    expect(text).toContain("umconfig init --config 'no such.yml'");
    expect(await printed(CONFIG)).toContain('umconfig init or umconfig discover, or');
  });
});

describe('wrong usage', () => {
  const failure = (
    options: OptionValues,
    files: Readonly<Record<string, string>> = { [FILE]: flat },
  ): Promise<unknown> =>
    doctor(fakePorts({ files: fakeFiles(files), http: fakeHttp(), aws: fakeAws([thePool()]) }), options).then(
      () => undefined,
      (error: unknown) => error,
    );

  test.each<[string, OptionValues, Readonly<Record<string, string>> | undefined, number]>([
    ['no file', {}, {}, 2],
    ['a file that is no YAML', {}, { [FILE]: 'a: [' }, 1],
    ['an endpoint that is no address', { endpointUrl: '127.0.0.1:9229' }, undefined, 2],
    ['another region than the pool’s', { region: 'eu-central-1' }, undefined, 2],
  ])('%s', async (_, options, files, exitCode) => {
    const error = await failure(options, files);
    expect(error).toBeInstanceOf(ExpectedError);
    expect(error).toMatchObject({ exitCode, message: expect.stringMatching(/./) });
  });

  test('a file with invalid YAML is refused, with the command to check it', async () => {
    const config = "it's mine.yml";
    expect(await failure({ config }, { [config]: 'a: [' })).toMatchObject({
      message: expect.stringContaining(config) as unknown,
      hint: expect.stringContaining("umconfig validate --config 'it'\\''s mine.yml'") as unknown,
    });
  });

  test('after an error no progress is shown, even if answers still arrive', async () => {
    let answer: (value: HttpAnswer) => void = () => undefined;
    const late = new Promise<HttpAnswer>((resolve) => (answer = resolve));
    const ports = portsFor(flat, { send: () => late });
    await expect(doctor(ports, { region: 'eu-central-1' })).rejects.toThrow('is not the region');
    const before = ports.terminal.progressLines.length;
    answer(json({}));
    await new Promise((resolve) => setImmediate(resolve));
    expect(ports.terminal.progressLines).toHaveLength(before);
  });
});
