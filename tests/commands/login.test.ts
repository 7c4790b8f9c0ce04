/** `login` against the stand-in, with a browser, a terminal and a callback address of the test's own. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { hintText } from '../../src/core/text/hint.ts';
import { nodeHttp } from '../../src/adapters/http.ts';
import { systemClock, systemRandom } from '../../src/adapters/process.ts';
import { verifyToken } from '../../src/adapters/tokens.ts';
import type { OptionValues } from '../../src/commands/options.ts';
import { run as runLogin } from '../../src/commands/login.ts';
import { ExpectedError } from '../../src/core/errors.ts';
import type { Layout } from '../../src/core/config/layouts.ts';
import { knownSecrets } from '../../src/core/text/secrets.ts';
import { guardedPorts } from '../../src/cli/redact.ts';
import type {
  AnswerCallback,
  CallbackAnswer,
  Http,
  HttpAnswer,
  HttpRequest,
  Loopback,
} from '../../src/ports.ts';
import { ListenFailure } from '../../src/core/failures.ts';
import type { LoginReport, Report } from '../../src/report/report.ts';
import { makeStyle } from '../../src/report/style.ts';
import {
  fakeClock,
  fakeFiles,
  fakePorts,
  fakePrompter,
  fakeTerminal,
  type FakePorts,
  type FakePrompter,
} from '../support/fake-ports.ts';
import type { Forgery } from '../support/local-cognito/forgeries.ts';
import { signInByScript } from '../support/local-cognito/scripted-browser.ts';
import { secretsIn } from '../support/running-login.ts';
import { HOSTED_UI_ANSWERS } from '../support/recorded-answers.ts';
import {
  FILE,
  PASSWORD,
  PEOPLE,
  startScene,
  type Scene,
  type SceneOptions,
} from '../support/sign-in-scene.ts';
import { reportJson, reportText } from '../support/reports.ts';

const scenes: Scene[] = [];
afterEach(async () => {
  await Promise.all(scenes.splice(0).map(({ cognito }) => cognito.close()));
});

async function scene(layout: Layout, options: SceneOptions = {}): Promise<Scene> {
  const made = await startScene(layout, options);
  scenes.push(made);
  return made;
}

interface FakeLoopback extends Loopback {
  readonly port: () => number | undefined;
  /** Opens an address as a browser does. */
  readonly visit: (address: URL | string, method?: string) => Promise<CallbackAnswer>;
  readonly isOpen: () => boolean;
}

function fakeLoopback(): FakeLoopback {
  let answer: AnswerCallback | undefined;
  let listening: number | undefined;
  return {
    port: () => listening,
    isOpen: () => answer !== undefined,
    listen: (port, given) => {
      answer = given;
      listening = port;
      return Promise.resolve({
        close: () => {
          answer = undefined;
          return Promise.resolve();
        },
      });
    },
    visit: async (address, method = 'GET') => {
      const { pathname, search, host } = new URL(address);
      if (answer === undefined) throw new Error('nothing listens');
      return answer({ method, target: `${pathname}${search}`, host });
    },
  };
}

interface Run {
  readonly ports: FakePorts;
  readonly loopback: FakeLoopback;
  /** What the browser was sent to. */
  readonly address: Promise<string>;
  readonly report: Promise<Report>;
}

interface RunOptions {
  readonly options?: OptionValues;
  readonly text?: string;
  readonly ports?: Partial<FakePorts>;
  /** Changes the answer of the token endpoint. */
  readonly tokenAnswer?: ((answer: HttpAnswer) => HttpAnswer) | undefined;
}

function start(
  from: Scene,
  { options = {}, text = from.text, ports: given = {}, tokenAnswer }: RunOptions = {},
): Run {
  const loopback = fakeLoopback();
  let opened: (address: string) => void = () => undefined;
  const address = new Promise<string>((resolve) => {
    opened = resolve;
  });
  const network = nodeHttp({ version: 'test' });
  const http: Http = {
    send: async (request) => {
      const answer = await network.send(request);
      return request.url.endsWith('/oauth2/token') ? (tokenAnswer?.(answer) ?? answer) : answer;
    },
  };
  const ports = fakePorts({
    files: fakeFiles({ [FILE]: text }),
    terminal: fakeTerminal({ interactive: true }),
    http,
    clock: fakeClock(systemClock.now()),
    random: systemRandom,
    loopback,
    tokens: { verify: (check) => Promise.resolve().then(() => verifyToken(check, systemClock)) },
    browser: {
      open: (url) => {
        opened(url);
        return Promise.resolve(true);
      },
    },
    ...given,
  });
  const report = runLogin(
    { args: [], options: { endpointUrl: from.cognito.url, ...options }, fields: {} },
    ports,
  );
  // A run that fails before the browser must not leave the test waiting.
  report.catch(() => undefined);
  const sent = Promise.race([address, report.then(() => '')]);
  sent.catch(() => undefined);
  return { ports, loopback, report, address: sent };
}

interface Ended {
  readonly body: LoginReport;
  readonly exitCode: number;
  readonly page: CallbackAnswer;
  readonly ports: FakePorts;
}

/** Signs somebody in, to the last page. */
async function signIn(from: Scene, who: string, options: RunOptions = {}): Promise<Ended> {
  const { address, loopback, report, ports } = start(from, options);
  const { callback, page: shown } = await signInByScript(await address, {
    username: who,
    password: PASSWORD,
  });
  if (callback === undefined) throw new Error(`the login page kept the browser: ${shown}`);
  const page = await loopback.visit(callback);
  const { body, exitCode } = await report;
  expect(loopback.isOpen()).toBe(false);
  return { body: body as LoginReport, exitCode, page, ports };
}

/** Signs somebody in where that fails; gives the error and the last page. */
async function failure(
  from: Scene,
  options: RunOptions = {},
): Promise<{ error: ExpectedError; page: string }> {
  const { address, loopback, report, ports } = start(from, options);
  const url = await address.catch(() => '');
  let page = '';
  if (url !== '') {
    const { callback } = await signInByScript(url, { username: PEOPLE.admin, password: PASSWORD });
    page = callback === undefined ? '' : (await loopback.visit(callback)).html;
  }
  const error: unknown = await report.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ExpectedError);
  expect(loopback.isOpen()).toBe(false);
  const { message, hint } = error as ExpectedError;
  expectNoSecrets(from, [message, hintText(hint ?? ''), page, ...ports.terminal.notes]);
  return { error: error as ExpectedError, page };
}

/** Neither secret nor token in anything that is shown. */
function expectNoSecrets(from: Scene, shown: readonly string[]): void {
  expect(secretsIn(shown.join('\n'), from)).toEqual([]);
}

/** Words without the port, which is another one in each run. */
const steady = (words: string): string => words.replace(/(127\.0\.0\.1:|\bport )\d+/g, '$1PORT');

describe('the role', () => {
  test.each<[Layout, keyof typeof PEOPLE, string | undefined, readonly string[]]>([
    ['flat', 'admin', 'admin', []],
    ['flat', 'worker', 'worker', []],
    ['flat', 'both', 'worker', ['admin-in-second-group']],
    ['nested', 'admin', undefined, []],
    ['nested', 'worker', undefined, []],
    ['nested', 'both', undefined, []],
  ])('%s, %s', async (layout, who, role, codes) => {
    const from = await scene(layout);
    const { body, exitCode, page, ports } = await signIn(from, PEOPLE[who]);
    expect(body).toMatchObject({ file: FILE, layout, email: PEOPLE[who], role });
    expect(body.findings.map(({ code }) => code)).toEqual(codes);
    expect(exitCode).toBe(0);
    expect(page.status).toBe(200);
    expect(page.status).toBe(200);
    const shown = [reportJson(body), reportText(body, makeStyle(0, 80)), page.html, ...ports.terminal.notes];
    expectNoSecrets(from, shown);
    expect(JSON.parse(reportJson(body))).toMatchObject({
      version: 1,
      email: PEOPLE[who],
      role: role ?? null,
    });
    expect(steady(reportText(body, makeStyle(0, 80)))).toMatchSnapshot();
  });

  test('is not given by a server whose switch is off', async () => {
    const from = await scene('flat');
    const { body } = await signIn(from, PEOPLE.admin, {
      text: from.text.replace('userManagement: on', 'userManagement: off'),
    });
    expect(body.findings).toMatchObject([{ code: 'login-not-on', severity: 'warning' }]);
  });

  test('is none where the file has errors that the server stumbles over', async () => {
    const from = await scene('flat');
    const text = from.text.replace('%v.amazonaws.com/%v', 'us-west-2.amazonaws.com/x');
    const { body, exitCode, page } = await signIn(from, PEOPLE.admin, { text });
    expect(body.findings.map(({ code }) => code)).toContain('jwks-url-not-template');
    expect({ role: body.role, exitCode, status: page.status }).toEqual({
      role: undefined,
      exitCode: 1,
      status: 400,
    });
    expect(steady(reportText(body, makeStyle(0, 80)))).toMatchSnapshot();
  });
});

describe('what goes over the wire', () => {
  test.each<[Layout]>([['flat'], ['nested']])(
    '%s: as the server would, with state, nonce and PKCE',
    async (layout) => {
      const from = await scene(layout);
      await signIn(from, PEOPLE.admin);
      const authorize = new URL(
        from.cognito.requests.find(({ operation }) => operation === 'Authorize')?.url ?? '',
        'http://x',
      ).searchParams;
      expect(Object.fromEntries(authorize)).toEqual({
        response_type: 'code',
        client_id: from.clientId,
        redirect_uri: from.redirectUri,
        state: expect.stringMatching(/^[\w-]{43}$/) as unknown,
        nonce: expect.stringMatching(/^[\w-]{43}$/) as unknown,
        code_challenge: expect.stringMatching(/^[\w-]{43}$/) as unknown,
        code_challenge_method: 'S256',
      });
      expect(authorize.get('state')).not.toBe(authorize.get('nonce'));
      const tokens = from.cognito.requests.filter(({ operation }) => operation === 'Token');
      expect(tokens).toHaveLength(1);
      expect(tokens[0]?.body).toEqual({
        grant_type: 'authorization_code',
        client_id: from.clientId,
        code: expect.any(String) as unknown,
        redirect_uri: from.redirectUri,
        code_verifier: expect.stringMatching(/^[\w-]{43}$/) as unknown,
      });
    },
  );
});

describe('the wait', () => {
  test('goes on over 200 wrong states and ends with the right one', async () => {
    const from = await scene('flat');
    const { address, loopback, report } = start(from);
    const { callback } = await signInByScript(await address, { username: PEOPLE.admin, password: PASSWORD });
    expect(loopback.port()).toBe(from.port);
    for (let count = 0; count < 200; count += 1) {
      const wrong = new URL(callback ?? '');
      wrong.searchParams.set('state', `wrong${String(count)}`);
      expect((await loopback.visit(wrong)).status).toBe(400);
    }
    expect((await loopback.visit(`${from.redirectUri}?error=access_denied`)).status).toBe(400);
    const last = loopback.visit(callback ?? '');
    // The same again while the code is being exchanged.
    expect((await loopback.visit(callback ?? '')).status).toBe(400);
    expect((await last).status).toBe(200);
    expect((await report).exitCode).toBe(0);
    expect(from.cognito.requests.filter(({ operation }) => operation === 'Token')).toHaveLength(1);
  });

  test('ends in words when nobody comes', async () => {
    const from = await scene('flat');
    const clock = fakeClock();
    const { address, report, loopback } = start(from, { options: { timeout: '90' }, ports: { clock } });
    await address;
    clock.ring();
    await expect(report).rejects.toMatchObject({
      message: expect.stringMatching(/90 seconds/) as unknown,
      exitCode: 3,
    });
    expect(clock.set).toEqual([90_000]);
    expect(loopback.isOpen()).toBe(false);
  });

  test.each(['0', '-1', 'x', '1e9', '', '999999'])('takes no timeout of "%s"', async (timeout) => {
    const from = await scene('flat');
    await expect(start(from, { options: { timeout } }).report).rejects.toMatchObject({ exitCode: 2 });
  });

  test.each([
    ['in-use', 'scalabel (process 4711)'],
    ['in-use', undefined],
    ['not-permitted', undefined],
    ['io', undefined],
  ] as const)('cannot begin if the port is %s (%s)', async (kind, holder) => {
    const from = await scene('flat');
    const loopback: Loopback = { listen: (port) => Promise.reject(new ListenFailure(port, kind, holder)) };
    const error = (await start(from, { ports: { loopback } }).report.catch(
      (caught: unknown) => caught,
    )) as ExpectedError;
    expect([error.message, hintText(error.hint ?? '')].map(steady)).toMatchSnapshot();
    expect(error.exitCode).toBe(3);
  });
});

describe('the address', () => {
  test.each([
    ['opened', true, {}],
    ['not opened without a browser', false, {}],
    ['not opened with --no-browser', true, { browser: false }],
  ] as const)('is printed, and %s', async (_name, works, options) => {
    const from = await scene('flat');
    const opened: string[] = [];
    const clock = fakeClock();
    const terminal = fakeTerminal({ interactive: true });
    const noted = new Promise<void>((resolve) => {
      const note = terminal.note.bind(terminal);
      Object.assign(terminal, {
        note: (text: string) => {
          note(text);
          resolve();
        },
      });
    });
    const browser = {
      open: (url: string) => {
        opened.push(url);
        return Promise.resolve(works);
      },
    };
    const { report } = start(from, { options, ports: { browser, clock, terminal } });
    await noted;
    clock.ring();
    await expect(report).rejects.toThrow(/timed out/);
    const [note = ''] = terminal.notes;
    const [words, address = ''] = note.split('\n');
    expect(words).toMatchSnapshot();
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/oauth2\/authorize\?/);
    expect(opened).toEqual('browser' in options ? [] : [address]);
  });

  test('cannot be hidden by --quiet if no browser opens it', async () => {
    const from = await scene('flat');
    const { report } = start(from, { options: { quiet: true, browser: false } });
    await expect(report).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/--quiet/) as unknown,
    });
  });
});

describe('what the account gets wrong is named before the browser opens', () => {
  test.each([
    ['callback-one-character-short', 1],
    ['client-deleted', 1],
    ['code-flow-off', 1],
    ['oauth-off', 1],
    ['domain-deleted', 1],
    ['login-pages-unavailable', 1],
  ] as const)('%s', async (kind, exitCode) => {
    const from = await scene('flat');
    from.cognito.misconfigure(from.clientId, kind);
    const { error } = await failure(from);
    expect(steady(error.message)).toMatchSnapshot();
    expect(error.exitCode).toBe(exitCode);
    expect(error.hint).toBeDefined();
    expect(from.cognito.requests.some(({ operation }) => operation === 'Token')).toBe(false);
  });
});

test('a login page that is none is said before anybody waits for it', async () => {
  const from = await scene('flat');
  const headers = { 'content-type': 'application/json' };
  from.cognito.inject({
    operation: 'LoginPage',
    kind: 'instead',
    answer: { status: 500, headers, body: '' },
  });
  const clock = fakeClock(systemClock.now());
  const { report, address, ports } = start(from, { ports: { clock } });
  await address;
  clock.ring();
  await expect(report).rejects.toThrow(/timed out/);
  expect(ports.terminal.notes.join('\n')).toContain('HTTP 500 (application/json)');
});

test.each(HOSTED_UI_ANSWERS.filter(({ at }) => at === 'callback'))(
  'the words at the callback URL are shown: $error: $description',
  async ({ error, description = '', exitCode }) => {
    const from = await scene('flat');
    const { report, address, loopback } = start(from);
    const state = new URL(await address).searchParams.get('state') ?? '';
    const query = new URLSearchParams({ state, error, error_description: description });
    const page = await loopback.visit(`${from.redirectUri}?${query.toString()}`);
    await expect(report).rejects.toMatchObject({
      exitCode,
      message: expect.stringContaining(`${error}: ${description}`.replace(/[:\s]+$/, '')) as unknown,
    });
    expect(page.html).toContain('Sign-in failed');
  },
);

test.each(['Client does not exist', 'Required parameters missing', 'teapot'])(
  'an error page ends the sign-in before the browser opens: %s',
  async (error) => {
    const from = await scene('flat');
    const location = `${from.cognito.url}/error?${new URLSearchParams({ error }).toString()}`;
    const answer = { status: 302, headers: { location }, body: '' };
    from.cognito.inject({ operation: 'Authorize', kind: 'instead', answer });
    await expect(start(from).report).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringContaining(`(${error})`) as unknown,
    });
  },
);

describe('an error in the account is shown on page and terminal', () => {
  test.each([
    ['wrong-secret', 1],
    ['openid-scope-missing', 1],
    ['issuer-changed', 1],
    ['jwks-empty', 1],
  ] as const)('%s', async (kind, exitCode) => {
    const from = await scene('flat');
    from.cognito.misconfigure(from.clientId, kind);
    const { error, page } = await failure(from);
    expect(steady(error.message)).toMatchSnapshot();
    expect(error.exitCode).toBe(exitCode);
    expect(page).toContain('Sign-in failed');
  });

  test('a secret, for the server that sends none', async () => {
    const from = await scene('nested');
    from.cognito.misconfigure(from.clientId, 'wrong-secret');
    expect(steady((await failure(from)).error.message)).toMatchSnapshot();
  });

  test.each([['email-scope-missing'], ['email-unreadable']] as const)(
    '%s: accepted by Cognito, refused by the server',
    async (kind) => {
      const from = await scene('flat');
      from.cognito.misconfigure(from.clientId, kind);
      const { body, exitCode } = await signIn(from, PEOPLE.admin);
      expect({ role: body.role, email: body.email, exitCode }).toEqual({
        role: undefined,
        email: undefined,
        exitCode: 1,
      });
      expect(body.findings.map(({ code }) => code)).toEqual(['id-token-without-email']);
      const nested = await scene('nested');
      nested.cognito.misconfigure(nested.clientId, kind);
      expect((await signIn(nested, PEOPLE.admin)).exitCode).toBe(0);
    },
  );
});

describe('forged tokens', () => {
  const KINDS: readonly (readonly [Forgery['kind']])[] = [
    ['alg-none'],
    ['hs256-with-public-key'],
    ['unknown-kid'],
    ['stolen-kid'],
    ['changed-payload'],
    ['other-issuer'],
    ['other-client'],
    ['expired'],
    ['swapped'],
  ];
  test.each([...KINDS, ['other-nonce'], ['no-nonce']] as typeof KINDS)('%s', async (kind) => {
    const from = await scene('flat');
    from.cognito.forge({ kind });
    const { error, page } = await failure(from);
    expect(steady(error.message)).toMatchSnapshot();
    expect(page).toContain('Sign-in failed');
  });

  test.each(KINDS)('%s, in one token of the two', async (kind) => {
    for (const token of ['id', 'access'] as const) {
      const from = await scene('nested');
      from.cognito.forge({ kind, tokens: [token] });
      expect((await failure(from)).error.message).toMatch(new RegExp(`the ${token} token`, 'i'));
    }
  });
});

describe('the clock of this machine', () => {
  const DAY = 24 * 3600_000;

  test.each([
    ['behind', DAY],
    ['ahead', -DAY],
  ])('is blamed when it is %s', async (_name, offset) => {
    const from = await scene('flat', { now: () => systemClock.now() + offset });
    const date = new Date(systemClock.now() + offset).toUTCString();
    const { error } = await failure(from, {
      tokenAnswer: (answer) => ({ ...answer, headers: { ...answer.headers, date } }),
    });
    expect(steady(error.message)).toMatchSnapshot();
    expect(hintText(error.hint ?? '')).toMatchSnapshot();
    expect(error.exitCode).toBe(3);
  });

  test('is not blamed when it agrees with the token endpoint’s', async () => {
    const from = await scene('flat', { now: () => systemClock.now() - DAY });
    expect((await failure(from)).error.message).toMatch(
      /although it is new and the clock of this machine is right/,
    );
  });
});

describe('the token endpoint', () => {
  const changed =
    (change: (body: Record<string, unknown>) => unknown): RunOptions['tokenAnswer'] =>
    (answer) => ({
      ...answer,
      body: JSON.stringify(change(JSON.parse(answer.body) as Record<string, unknown>)),
    });

  test.each<[string, RunOptions['tokenAnswer']]>([
    [
      'access token first',
      changed(({ id_token, ...rest }) => ({ access_token: rest['access_token'], id_token, ...rest })),
    ],
    ['blanks', (answer) => ({ ...answer, body: JSON.stringify(JSON.parse(answer.body), undefined, 2) })],
    ['two parts', changed(({ id_token, access_token }) => ({ id_token, access_token }))],
  ])('whose reply the Go server cannot cut: %s', async (_name, tokenAnswer) => {
    const { body, exitCode } = await signIn(await scene('flat'), PEOPLE.admin, { tokenAnswer });
    expect(body.findings.map(({ code }) => code)).toEqual(['token-reply-unusable']);
    expect(exitCode).toBe(1);
  });

  test.each<[string, Partial<HttpAnswer>]>([
    ['HTML', { body: '<html>eyJnotatoken</html>' }],
    ['an error of its own', { status: 500, body: 'oops' }],
    ['a redirect', { status: 302, body: '' }],
    ['a used code', { status: 400, body: '{"error":"invalid_grant"}' }],
  ])('that answers with %s', async (_name, answer) => {
    const { error } = await failure(await scene('flat'), { tokenAnswer: (real) => ({ ...real, ...answer }) });
    expect(steady(error.message)).toMatchSnapshot();
    expect(error.exitCode).toBe(3);
  });

  test('that cannot be reached', async () => {
    const from = await scene('flat');
    from.cognito.inject({ operation: 'Token', kind: 'cut-off' });
    const { error } = await failure(from);
    expect(steady(error.message)).toMatchSnapshot();
  });
});

describe('pasting', () => {
  const REMOTE = 'https://labels.example.test/auth';

  test('is chosen by itself for a callback URL elsewhere, and asks again until it is right', async () => {
    const from = await scene('flat', { redirectUri: REMOTE });
    const prompter = fakePrompter([]);
    const answers: string[] = ['not an address', `${REMOTE}?code=x&state=wrong`];
    const refusals: string[] = [];
    const { address, report, ports } = start(from, {
      ports: {
        prompter: {
          ...prompter,
          text: async (question) => {
            const { callback } = await signInByScript(await address, {
              username: PEOPLE.worker,
              password: PASSWORD,
            });
            for (const typed of answers) refusals.push(String(question.validate(typed)));
            const right = String(callback);
            expect(question.validate(right)).toBe(true);
            expect(question.shown?.(right)).not.toContain(right);
            return right;
          },
        },
      },
    });
    expect((await report).body).toMatchObject({ email: PEOPLE.worker, role: 'worker' });
    expect(refusals).toMatchSnapshot();
    expect([ports.terminal.notes[0], ports.terminal.notes[2]]).toMatchSnapshot();
  });

  test('is chosen by itself where this machine would need a certificate', async () => {
    const from = await scene('flat', { redirectUri: 'https://localhost:8686/auth' });
    const { report, ports } = start(from, { ports: { terminal: fakeTerminal() } });
    await expect(report).rejects.toMatchObject({ exitCode: 2 });
    expect(ports.terminal.notes[0]).toMatchSnapshot();
  });

  test.each([
    ['nothing', undefined],
    ['an empty line', '\n'],
    ['something else', 'hello\n'],
    ['another sign-in', `${REMOTE}?code=x&state=y\n`],
  ])('from standard input, with %s there', async (_name, stdin) => {
    const from = await scene('flat', { redirectUri: REMOTE });
    const terminal = fakeTerminal(stdin === undefined ? {} : { stdin });
    const { report } = start(from, { options: { paste: true }, ports: { terminal } });
    const error = (await report.catch((caught: unknown) => caught)) as ExpectedError;
    expect([error.exitCode, error.message]).toMatchSnapshot();
  });

  test('of the hosted UI’s error page ends the sign-in', async () => {
    const from = await scene('flat', { redirectUri: REMOTE });
    const stdin = `${from.cognito.url}/error?error=Client+does+not+exist\n`;
    const { report } = start(from, {
      options: { paste: true },
      ports: { terminal: fakeTerminal({ stdin }) },
    });
    await expect(report).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringContaining('Client does not exist') as unknown,
    });
  });

  test('on a terminal waits no longer than it is told', async () => {
    const from = await scene('flat', { redirectUri: REMOTE });
    const clock = fakeClock();
    const prompter: FakePrompter = {
      ...fakePrompter(),
      text: ({ stop }) => {
        clock.ring();
        return stop ?? Promise.resolve('');
      },
    };
    const { report } = start(from, {
      options: { paste: true, timeout: '20' },
      ports: {
        prompter: guardedPorts(fakePorts({ prompter }), knownSecrets()).prompter as FakePrompter,
        clock,
      },
    });
    await expect(report).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(/20 seconds/) as unknown,
    });
    expect(clock.set).toEqual([20_000]);
  });

  test('from standard input waits no longer than it is told', async () => {
    const from = await scene('flat', { redirectUri: REMOTE });
    const clock = fakeClock();
    const terminal = {
      ...fakeTerminal(),
      readLine: (_most: number, stop: Promise<never>) => {
        clock.ring();
        return stop;
      },
    };
    const { report } = start(from, { options: { paste: true }, ports: { terminal, clock } });
    await expect(report).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(/180 seconds/) as unknown,
    });
  });
});

describe('the file', () => {
  test.each([
    ['none', undefined, 2, /: no such file$/],
    [
      'without a secret',
      (text: string) => text.replace(/clientSecret: ".*"/, 'clientSecret: ""'),
      1,
      /clientSecret/,
    ],
    ['without Cognito keys', () => 'userManagement: on\n', 1, /region.*domainName.*clientId/],
    [
      'with no address',
      (text: string) => text.replace(/redirectUri: ".*"/, 'redirectUri: "localhost"'),
      1,
      /callback URL/,
    ],
    [
      'with a domain that is no prefix',
      (text: string) => text.replace('"scalabel-demo"', '"a b"'),
      1,
      /callback URL/,
    ],
  ])('%s', async (_name, change, exitCode, words) => {
    const from = await scene('flat');
    const files =
      change === undefined ? { files: fakeFiles() } : { files: fakeFiles({ [FILE]: change(from.text) }) };
    const { report } = start(from, { ports: files });
    await expect(report).rejects.toMatchObject({
      exitCode,
      message: expect.stringMatching(words) as unknown,
    });
  });

  test('with a token URL that is not https gets no secret sent', async () => {
    const from = await scene('flat');
    const sent: HttpRequest[] = [];
    const http: Http = {
      send: (request) => {
        sent.push(request);
        const isPage = new URL(request.url).pathname === '/login';
        const headers: Record<string, string> = isPage
          ? { 'content-type': 'text/html' }
          : { location: '/login' };
        return Promise.resolve({ status: isPage ? 200 : 302, headers, body: '' });
      },
    };
    const files = fakeFiles({ [FILE]: from.text.replace('"https://', '"http://') });
    const { report, address, loopback } = start(from, {
      options: { endpointUrl: undefined } as unknown as OptionValues,
      ports: { files, http },
    });
    const state = new URL((await address.catch(() => '')) || 'http://none').searchParams.get('state');
    if (state !== null)
      await Promise.race([report, loopback.visit(`${from.redirectUri}?code=x&state=${state}`)]);
    await expect(report).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringMatching(/awsTokenURL/) as unknown,
    });
    expect(sent).toEqual([]);
  });
});
