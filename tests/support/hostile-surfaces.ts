/**
 * SURFACES: every way in which outside strings reach a user, one row each. Each puts hostile strings into all its inputs, runs the program
 * with fake ports, and returns what got through.
 */
import type { Random } from '../campaigns/campaign.ts';
import { nodeTerminal } from '../../src/adapters/terminal.ts';
import { COMMANDS } from '../../src/commands/index.ts';
import { FLAG_FIELDS, OPTIONS, type OptionRow } from '../../src/commands/options.ts';
import { withoutCommands } from '../../src/core/text/display.ts';
import { FIELDS } from '../../src/core/config/fields.ts';
import { failedPage, ignoredPage, signedInPage } from '../../src/report/login-page.ts';
import { uriOf } from '../../src/report/location.ts';
import type {
  AnswerCallback,
  AppClient,
  CallbackAnswer,
  HttpAnswer,
  HttpRequest,
  UserPool,
} from '../../src/ports.ts';
import {
  Cancelled,
  FileFailure,
  ListenFailure,
  TokenRefused,
  type FileFailureKind,
} from '../../src/core/failures.ts';
import { aClient, aPool, CLIENT_ID, POOL_ID, SECRET } from './account.ts';
import { fakeAws, fakeFiles, type FakeAws, type FakeFiles, type FakePorts } from './fake-ports.ts';
import { goodFile } from './fixtures.ts';
import { MARK, type Hostile } from './hostile-strings.ts';
import { htmlSkeleton, markdownSkeleton, trickIn, undrawn, xmlSkeleton } from './readers.ts';
import { runnerCommands, type RunnerCommand } from './runner-commands.ts';
import { inTemporaryDirectory, PROGRAM } from './cli.ts';
import { startLocalCognito } from './local-cognito.ts';
import { KEY, startInPty } from './pty.ts';
import { attendedPrompter, onStage, type Shown, type Stage } from './stage.ts';

export interface Surface {
  readonly name: string;
  /** Shows some strings; returns what got through, or nothing. */
  show(hostile: Hostile, random: Random): Promise<readonly string[]>;
}

const FILE = 'user_management_config.yml';
const BUG = /\bbug: /;

interface Expected {
  /** It contains prompts, which move the cursor. */
  readonly isDrawn?: boolean;
  /** The intended runner commands. */
  readonly commands?: readonly Omit<RunnerCommand, 'properties'>[];
}

/** Returns the problems in the output of a run. */
function troublesIn(
  { stdout, stderr, log }: Shown,
  { isDrawn = false, commands = [] }: Expected = {},
): string[] {
  const found = runnerCommands(log).map(({ name, message }) => ({ name, message }));
  return [
    ...[stdout, stderr].flatMap((text) => trickIn(text, { isDrawn }) ?? []),
    ...[stdout, stderr].flatMap((text) => brokenLine(text, isDrawn) ?? []),
    ...(JSON.stringify(found) === JSON.stringify(commands)
      ? []
      : [`a runner sees the commands ${JSON.stringify(found.slice(0, 3))}`]),
    ...(BUG.test(stderr) ? [`exception: ${stderr.slice(stderr.search(BUG), stderr.search(BUG) + 200)}`] : []),
  ];
}

/**
 * Finds a line that a hostile string started: its mark follows every line break in it. Prompts wrap lines anywhere, so there the break must
 * have been escaped, as `\u{a}` or in YAML.
 */
function brokenLine(text: string, isDrawn: boolean): string | undefined {
  const pattern = isDrawn
    ? new RegExp(`[^}[/nrfvNLP\\dx]\\n *(${MARK}.*)`)
    : new RegExp(`^ *(${MARK}.*)`, 'm');
  const [, line] = pattern.exec(undrawn(text)) ?? [];
  return line === undefined ? undefined : `a new line: ${JSON.stringify(line.slice(0, 80))}`;
}

const check = async (argv: readonly string[], stage: Stage): Promise<string[]> =>
  troublesIn(await onStage(argv, stage), { isDrawn: stage.attended === true });

/** Generates `count` strings. */
const several = (hostile: Hostile, count: number): readonly string[] =>
  Array.from({ length: count }, () => hostile.next());

// --- files -------------------------------------------------------------------------------------------------------------------

/** A file with hostile values at known keys, hostile keys, and hostile bytes where YAML does not expect them. */
function hostileFile(hostile: Hostile, random: Random): string {
  const layout = random.pick(['flat', 'nested'] as const);
  const lines = goodFile(layout).split('\n');
  for (let edit = 0; edit < 4; edit += 1) {
    const at = random.below(lines.length);
    const quoted = JSON.stringify(hostile.next());
    const key = /^\s*[\w ]+:/.exec(lines[at] ?? '')?.[0];
    lines[at] = random.pick([
      `${key ?? '# '} ${quoted}`,
      `${key ?? '# '} ${quoted}`,
      `${JSON.stringify(hostile.next())}: ${quoted}`,
      `${key ?? ''} ${hostile.next()}`,
      `${lines[at] ?? ''} # ${hostile.next()}`,
    ]);
  }
  return lines.join('\n');
}

const FAILURES: readonly FileFailureKind[] = [
  'missing',
  'directory',
  'not-permitted',
  'read-only',
  'disk-full',
  'io',
];

/** Names that are valid path segments; `-` alone is standard input. */
const fileName = (hostile: Hostile): string => hostile.next().replace(/[\0/]|\p{Cs}|^-$/gu, '_');

interface Validation {
  readonly names: readonly string[];
  readonly files: FakeFiles;
}

/** Three files with hostile names, a missing one, and one that cannot be read. */
function hostileFiles(hostile: Hostile, random: Random): Validation {
  const names = Array.from({ length: 3 }, () => fileName(hostile));
  const [missing, unreadable] = [fileName(hostile), fileName(hostile)];
  const contents = [...names, unreadable].map((name) => [name, hostileFile(hostile, random)] as const);
  const files = fakeFiles(Object.fromEntries(contents));
  const failure = random.pick(FAILURES);
  return {
    names: [...names, missing, unreadable],
    files: {
      ...files,
      read: (path, maxBytes) =>
        path === unreadable
          ? Promise.reject(new FileFailure(failure, path, 'EIO'))
          : files.read(path, maxBytes),
    },
  };
}

const CI = {
  clientSecret: undefined,
  ci: { workspace: '/work', stepSummary: '/summary.md' },
};

const validate = ({ names, files }: Validation, options: readonly string[]): Promise<Shown> =>
  onStage(['validate', ...options, '--', ...names], { ports: { files, environment: CI } });

interface JsonReport {
  readonly files: readonly {
    readonly file: string;
    readonly findings: readonly {
      readonly code: string;
      readonly severity: string;
      readonly message: string;
      readonly hint: string;
    }[];
  }[];
  readonly failures?: readonly string[];
}

const jsonReport = async (given: Validation): Promise<JsonReport> =>
  JSON.parse((await validate(given, ['--format', 'json'])).stdout) as JsonReport;

async function validateText(hostile: Hostile, random: Random): Promise<readonly string[]> {
  const given = hostileFiles(hostile, random);
  const options = random.pick([
    [],
    ['--quiet'],
    ['--strict'],
    ['--output', 'report.xml', '--format', 'junit'],
  ]);
  return troublesIn(await validate(given, options));
}

async function validateJson(hostile: Hostile, random: Random): Promise<readonly string[]> {
  const given = hostileFiles(hostile, random);
  const shown = await validate(given, ['--format', 'json']);
  const { files } = JSON.parse(shown.stdout) as JsonReport;
  const isWhole = files.every(({ file }) => given.names.includes(file));
  return [...troublesIn(shown), ...(isWhole ? [] : ['a file name is changed'])];
}

async function validateSarif(hostile: Hostile, random: Random): Promise<readonly string[]> {
  const given = hostileFiles(hostile, random);
  const shown = await validate(given, ['--format', 'sarif']);
  const { runs } = JSON.parse(shown.stdout) as {
    readonly runs: readonly {
      readonly artifacts: readonly { readonly location: { readonly uri: string } }[];
    }[];
  };
  const uris = (runs[0]?.artifacts ?? []).map(({ location }) => location.uri);
  const known = new Set(given.names.map((name) => uriOf(name)));
  const links = JSON.stringify(runs).match(/"text":"(?:[^"\\]|\\.)*?\]\((?:[^"\\]|\\.)*?"/g) ?? [];
  return [
    ...troublesIn(shown),
    ...(uris.every((uri) => known.has(uri) || uri === '.') ? [] : ['a file name is changed']),
    ...(links.length === 0 ? [] : [`a message has a link: ${links[0] ?? ''}`]),
  ];
}

async function validateGitlab(hostile: Hostile, random: Random): Promise<readonly string[]> {
  const shown = await validate(hostileFiles(hostile, random), ['--format', 'gitlab']);
  return Array.isArray(JSON.parse(shown.stdout)) ? troublesIn(shown) : ['not a list'];
}

const LEVELS: Readonly<Record<string, string>> = { error: 'error', warning: 'warning', info: 'notice' };

async function validateGithub(hostile: Hostile, random: Random): Promise<readonly string[]> {
  const given = hostileFiles(hostile, random);
  const shown = await validate(given, ['--format', 'github']);
  const { files, failures = [] } = await jsonReport(given);
  const commands = [
    ...failures.map((message) => ({ name: 'error', message: withoutCommands(message) })),
    ...files.flatMap(({ findings }) =>
      findings.map(({ severity, message, hint }) => ({
        name: LEVELS[severity] ?? '',
        message: withoutCommands(`${message}\n${hint}`),
      })),
    ),
  ];
  return troublesIn(shown, { commands });
}

const XML =
  /^(?:testsuites|testsuite|testcase|failure|error|system-out)(?: (?:name|tests|failures|errors|classname|file|line|type|message))*$/;

async function validateJunit(hostile: Hostile, random: Random): Promise<readonly string[]> {
  const given = hostileFiles(hostile, random);
  const shown = await validate(given, ['--format', 'junit']);
  const { files, failures = [] } = await jsonReport(given);
  const skeleton = xmlSkeleton(shown.stdout);
  const cases = files.reduce((sum, { findings }) => sum + Math.max(1, findings.length), failures.length);
  return [
    ...troublesIn(shown),
    ...skeleton.filter((element) => !XML.test(element)).map((element) => `unexpected element ${element}`),
    ...(skeleton.filter((element) => element.startsWith('testcase ')).length === cases
      ? []
      : ['wrong number of cases']),
  ];
}

const MARKDOWN = new Set(['h3', 'p', 'ul', 'li', 'table', 'thead', 'tbody', 'tr', 'th', 'td', '#comment']);

async function stepSummary(hostile: Hostile, random: Random): Promise<readonly string[]> {
  const given = hostileFiles(hostile, random);
  await validate(given, ['--quiet']);
  const markdown = given.files.contents.get('/summary.md') ?? '';
  const { files, failures = [] } = await jsonReport(given);
  const skeleton = markdownSkeleton(markdown);
  const count = (name: string): number => skeleton.filter((element) => element === name).length;
  const findings = files.reduce((sum, file) => sum + file.findings.length, 0);
  const wrong = skeleton.filter((element) => !MARKDOWN.has(element));
  const trick = trickIn(markdown);
  return [
    ...wrong.map((element) => `unexpected element ${element}`),
    ...(count('tr') === findings + (findings > 0 ? 1 : 0) && count('td') === findings * 4
      ? []
      : ['unexpected table']),
    ...(count('li') === failures.length ? [] : ['unexpected list']),
    ...(trick === undefined ? [] : [trick]),
  ];
}

// --- accounts ----------------------------------------------------------------------------------------------------------------

/** A URL with a hostile part, or one that the server could use. */
const hostileUrl = (hostile: Hostile, random: Random): string =>
  random.pick([
    () => `https://labels.test/${hostile.next()}`,
    () => `https://${hostile.next()}/auth`,
    () => hostile.next(),
    () => 'http://localhost:8686/auth',
  ])();

function hostileClient(hostile: Hostile, random: Random, id: string): AppClient {
  const urls = (): readonly string[] => [
    'http://localhost:8686/auth',
    'http://localhost:8686/',
    hostileUrl(hostile, random),
    hostileUrl(hostile, random),
  ];
  return aClient({
    id,
    name: hostile.next(),
    callbackUrls: urls(),
    signOutUrls: urls(),
    defaultRedirectUri: random.pick([undefined, hostileUrl(hostile, random)]),
    flows: random.pick([['code'], ['code'], ['implicit', hostile.next()]]),
    oauthEnabled: random.below(5) > 0,
    scopes: random.pick([['openid', 'email', hostile.next()], [hostile.next()]]),
    identityProviders: ['COGNITO', hostile.next()],
    secret: random.pick([SECRET, SECRET, undefined]),
    readAttributes: random.pick([undefined, ['email'], [hostile.next()]]),
  });
}

function hostilePool(hostile: Hostile, random: Random, id: string): UserPool {
  return aPool({
    id,
    name: hostile.next(),
    domain: random.pick(['demo', hostile.next(), undefined]),
    customDomain: random.pick([undefined, hostile.next()]),
    issuerType: random.pick([undefined, 'UPDATED', hostile.next()]),
  });
}

function hostileAccount(hostile: Hostile, random: Random): FakeAws {
  const pool = hostilePool(hostile, random, POOL_ID);
  const ids = [CLIENT_ID, hostile.next(), hostile.next()];
  return fakeAws(
    [
      {
        pool,
        clients: ids.map((id) => hostileClient(hostile, random, id)),
        groups: ['admin', hostile.next()],
        users: { [hostile.next()]: ['admin', hostile.next()], [hostile.next()]: ['admin'] },
        identityProviders: several(hostile, 1),
        domains: [pool.domain, pool.customDomain].flatMap((domain) =>
          domain === undefined || random.below(2) === 0
            ? []
            : [{ domain, userPoolId: hostile.next(), status: hostile.next() }],
        ),
      },
      { pool: hostilePool(hostile, random, hostile.next()), clients: [] },
    ],
    'us-west-2',
  );
}

const OPERATIONS = [
  'ListUserPools',
  'DescribeUserPool',
  'ListUserPoolClients',
  'DescribeUserPoolClient',
  'DescribeUserPoolDomain',
  'ListGroups',
  'ListUsersInGroup',
  'AdminListGroupsForUser',
  'ListUserPoolClientSecrets',
  'ListIdentityProviders',
] as const;

const ERRORS = [
  'AccessDeniedException',
  'InvalidParameterException',
  'ResourceNotFoundException',
  'TooManyRequestsException',
  'InternalErrorException',
  'CredentialsProviderError',
  'UnexpectedAnswer',
] as const;

const onDisk = (hostile: Hostile, random: Random): FakeFiles =>
  fakeFiles(random.pick([{}, { [FILE]: goodFile('flat') }, { [FILE]: hostileFile(hostile, random) }]));

const POOLS = ['--pool', POOL_ID] as const;

async function discover(hostile: Hostile, random: Random, format: string): Promise<readonly string[]> {
  const mode = random.pick(['--check', '--dry-run', '--yes']);
  const which = random.pick([
    [],
    ['--client', CLIENT_ID],
    ['--client', hostile.next()],
    ['--layout', 'nested'],
  ]);
  const pool = random.pick([POOLS, POOLS, ['--pool', hostile.next()]]);
  const argv = ['discover', ...pool, mode, ...which, '--format', format];
  return check(argv, { ports: { aws: hostileAccount(hostile, random), files: onDisk(hostile, random) } });
}

async function discoverAsked(hostile: Hostile, random: Random): Promise<readonly string[]> {
  const argv = ['discover', ...random.pick([[], POOLS])];
  const ports = { aws: hostileAccount(hostile, random), files: onDisk(hostile, random) };
  return check(argv, { attended: true, colorLevel: random.pick([0, 1] as const), ports });
}

async function refusedByAws(hostile: Hostile, random: Random): Promise<readonly string[]> {
  const aws = hostileAccount(hostile, random);
  const name = random.pick([...ERRORS, hostile.next()]);
  for (const operation of OPERATIONS) {
    if (random.below(2) === 0) aws.fail(operation, name, hostile.next());
  }
  const ports = { aws, files: fakeFiles({ [FILE]: goodFile('flat') }), http: { send: () => unanswered() } };
  const argv = random.pick([
    ['discover', ...POOLS, '--check'],
    ['discover', '--pool', hostile.next(), '--dry-run', '--region', 'us-west-2', '--profile', hostile.next()],
    ['doctor', '--profile', hostile.next()],
    ['doctor', '--format', 'json'],
  ]);
  return check(argv, { ports });
}

// --- the network -------------------------------------------------------------------------------------------------------------

const unanswered = (): Promise<HttpAnswer> => Promise.resolve({ status: 500, headers: {}, body: '' });

/** As part of a query. */
const encoded = (hostile: Hostile): string =>
  encodeURIComponent(hostile.next().replace(/\p{Cs}/gu, '\ufffd'));

/** A hostile string in every part of an answer that is read. */
function hostileAnswer({ url }: HttpRequest, hostile: Hostile, random: Random): HttpAnswer {
  const { pathname, searchParams } = new URL(url);
  const redirectUri = searchParams.get('redirect_uri') ?? '';
  const location = random.pick([
    () => `/login?${hostile.next()}`,
    () => `/error?error=${hostile.next()}`,
    () => `/error?error=invalid_request&error_description=${encoded(hostile)}`,
    () => `${redirectUri}?error=${encoded(hostile)}&error_description=${hostile.next()}`,
    () => `https://${hostile.next()}/`,
    () => hostile.next(),
  ])();
  const value = (): unknown => random.pick([hostile.next(), [hostile.next()], { a: hostile.next() }, null]);
  const names = [
    'issuer',
    'jwks_uri',
    'token_endpoint',
    'authorization_endpoint',
    'keys',
    'error',
    'error_description',
  ];
  const json = JSON.stringify(Object.fromEntries(names.map((name) => [name, value()])));
  const error = JSON.stringify({ error: 'invalid_request', error_description: hostile.next() });
  return {
    status: pathname.includes('.well-known')
      ? random.pick([200, 404, 503])
      : random.pick([200, 302, 302, 400, 404]),
    headers: {
      'content-type': random.pick(['text/html', 'application/json', hostile.next()]),
      ...(random.below(3) > 0 ? { location } : {}),
      date: hostile.next(),
    },
    body: random.pick([json, json, error, hostile.next()]),
  };
}

async function doctor(hostile: Hostile, random: Random, format: string): Promise<readonly string[]> {
  const text = random.pick([goodFile('flat'), goodFile('nested'), hostileFile(hostile, random)]);
  const http = { send: (request: HttpRequest) => Promise.resolve(hostileAnswer(request, hostile, random)) };
  const ports = { files: fakeFiles({ [FILE]: text }), http, aws: hostileAccount(hostile, random) };
  return check(['doctor', '--format', format, ...random.pick([[], ['--quiet']])], { ports });
}

// --- signing in --------------------------------------------------------------------------------------------------------------

/** The state and nonce that `fakePorts` generates. */
const DRAWN = Buffer.alloc(32, 7).toString('base64url');

/** A sign-in of a user with a hostile address and groups, or one that fails with a hostile error. */
async function login(hostile: Hostile, random: Random, format: string): Promise<readonly string[]> {
  const pages: CallbackAnswer[] = [];
  const layout = random.pick(['flat', 'nested'] as const);
  const path = layout === 'flat' ? '/auth' : '/callback';
  const ends = [
    `${path}?state=${DRAWN}&code=abc`,
    `${path}?state=${DRAWN}&code=abc`,
    `${path}?state=${DRAWN}&error=${encoded(hostile)}&error_description=${encoded(hostile)}`,
    `${path}?state=${DRAWN}&error=access_denied&error_description=${encoded(hostile)}`,
  ];
  const end = random.pick(ends);
  const browse = async (answer: AnswerCallback): Promise<void> => {
    for (const target of [
      hostile.next(),
      `${path}?${hostile.next()}`,
      `${path}?state=${hostile.next()}&code=x`,
    ]) {
      pages.push(await answer({ method: random.pick(['GET', 'POST']), target, host: 'localhost:8686' }));
    }
    pages.push(await answer({ method: 'GET', target: '/', host: hostile.next() }));
    pages.push(await answer({ method: 'GET', target: end, host: 'localhost:8686' }));
  };
  let browsed: Promise<void> = Promise.resolve();
  let answer: AnswerCallback | undefined;
  const ports: Partial<FakePorts> = {
    files: fakeFiles({ [FILE]: goodFile(layout).replace(`localhost:8686/x`, '') }),
    http: { send: (request) => Promise.resolve(signInAnswer(request, hostile, random)) },
    loopback: {
      listen: (port, given) => {
        if (random.below(8) === 0) return Promise.reject(new ListenFailure(port, 'in-use', hostile.next()));
        answer = given;
        return Promise.resolve({ close: () => browsed });
      },
    },
    browser: {
      open: () => {
        if (answer !== undefined) browsed = browse(answer);
        return Promise.resolve(true);
      },
    },
    tokens: {
      verify: ({ use }) =>
        random.below(6) === 0
          ? Promise.reject(
              new TokenRefused(random.pick(['issuer', 'client', 'use', 'algorithm']), use, hostile.next()),
            )
          : Promise.resolve({
              nonce: DRAWN,
              email: random.pick([hostile.next(), undefined]),
              'cognito:groups': random.pick([
                ['admin'],
                ['admin', hostile.next()],
                [hostile.next()],
                hostile.next(),
              ]),
            }),
    },
  };
  const shown = await onStage(['login', '--format', format], { ports });
  await browsed;
  return [...troublesIn(shown), ...pages.flatMap(({ html }) => pageTroubles(html))];
}

function signInAnswer(request: HttpRequest, hostile: Hostile, random: Random): HttpAnswer {
  const { pathname } = new URL(request.url);
  if (random.below(10) === 0) return hostileAnswer(request, hostile, random);
  if (pathname.endsWith('/jwks.json')) {
    return { status: 200, headers: {}, body: '{"keys":[{"kty":"RSA","kid":"a","n":"n","e":"AQAB"}]}' };
  }
  if (pathname !== '/oauth2/token') return { status: 302, headers: { location: '/login?x=y' }, body: '' };
  const [id, access, refresh] = several(hostile, 3);
  const tokens = { id_token: id, access_token: access, refresh_token: refresh, token_type: 'Bearer' };
  const refusal = {
    error: random.pick(['invalid_grant', hostile.next()]),
    error_description: hostile.next(),
  };
  return random.below(4) > 0
    ? { status: 200, headers: { date: hostile.next() }, body: JSON.stringify(tokens) }
    : { status: 400, headers: {}, body: JSON.stringify(refusal) };
}

/** The elements of the page with harmless words; the number of paragraphs varies. */
const PAGE = new Set(
  [failedPage('x', 'x'), signedInPage({ email: 'x', role: 'admin' }), ignoredPage('state')].flatMap(
    ({ html }) => htmlSkeleton(html),
  ),
);

function pageTroubles(html: string): readonly string[] {
  const wrong = htmlSkeleton(html).filter((element) => !PAGE.has(element));
  const trick = trickIn(html);
  return [
    ...wrong.map((element) => `unexpected element ${element} on a page`),
    ...(trick === undefined ? [] : [`a page has ${trick}`]),
  ];
}

function loginPages(hostile: Hostile, random: Random): Promise<readonly string[]> {
  const pages = [
    failedPage(hostile.next(), hostile.next()),
    signedInPage({ email: hostile.next(), role: random.pick(['admin', 'worker', undefined]) }),
  ];
  const paragraphs = pages.map(({ html }) => htmlSkeleton(html).filter((element) => element === 'p').length);
  return Promise.resolve([
    ...pages.flatMap(({ html }) => pageTroubles(html)),
    ...(paragraphs.join() === '3,2' ? [] : ['wrong number of paragraphs on a page']),
  ]);
}

// --- prompts -----------------------------------------------------------------------------------------------------------------

async function initAsked(hostile: Hostile, random: Random): Promise<readonly string[]> {
  const files = fakeFiles({ [FILE]: hostileFile(hostile, random) });
  const argv = ['init', `--config=${random.pick([FILE, fileName(hostile)])}`, '--dry-run'];
  return check(argv, { attended: true, colorLevel: random.pick([0, 1] as const), ports: { files } });
}

async function init(hostile: Hostile, random: Random): Promise<readonly string[]> {
  const flags = FIELDS.filter(
    ({ name, flag }) => FLAG_FIELDS.includes(name) && flag?.value.includes('|') !== true,
  );
  const given = flags.flatMap(({ flag }) =>
    random.below(2) === 0 ? [] : [`--${flag?.name ?? ''}=${hostile.next()}`],
  );
  const name = fileName(hostile);
  const mode = random.pick(['--yes', '--dry-run']);
  const files = fakeFiles(random.pick([{}, { [name]: hostileFile(hostile, random) }]));
  const environment = { clientSecret: random.pick([SECRET, hostile.next()]) };
  return check(['init', mode, `--config=${name}`, ...given], { ports: { files, environment } });
}

/** Every kind of prompt with hostile strings in each part. */
async function prompts(hostile: Hostile, random: Random): Promise<readonly string[]> {
  let stderr = '';
  const prompter = attendedPrompter(random.pick([0, 1] as const), (text) => {
    stderr += text;
  });
  const choices = (): { name: string; value: number; description: string }[] =>
    several(hostile, 6).map((name, value) => ({ name, value, description: hostile.next() }));
  const question = (): Parameters<typeof prompter.text>[0] => {
    const [message = '', help = '', refusal = '', value = ''] = several(hostile, 4);
    const validate = (answer: string): true | string => answer === 'us-west-2' || refusal;
    // Help may contain line breaks, so the mark proves nothing there.
    return {
      message,
      help: help.replaceAll('\n', ' ').replaceAll(MARK, ''),
      default: value,
      validate,
      shown: () => value,
    };
  };
  const ask = [
    () => prompter.text(question()),
    () => prompter.secret(question()),
    () => prompter.confirm(hostile.next(), true),
    () => prompter.select(hostile.next(), choices()),
    () => prompter.search(hostile.next(), choices()),
  ];
  try {
    await random.pick(ask)();
  } catch (error) {
    // A search without a match ends with Ctrl-C.
    if (!(error instanceof Cancelled)) throw error;
  }
  return troublesIn({ exitCode: 0, stdout: '', stderr, log: '' }, { isDrawn: true });
}

/** As many pools from the API as fit on a real terminal. */
async function onTerminal(hostile: Hostile): Promise<readonly string[]> {
  const cognito = await startLocalCognito();
  try {
    for (const Name of several(hostile, POOLS_SHOWN)) cognito.addPool({ Name });
    const raw = await inTemporaryDirectory(async (cwd) => {
      const session = startInPty(
        [PROGRAM, 'discover', '--region', 'us-west-2', '--endpoint-url', cognito.url],
        { cwd, env: CREDENTIALS, columns: 200, rows: POOLS_SHOWN * 2 },
      );
      await session.shows('navigate');
      session.send(KEY.ctrlC);
      await session.exit;
      // A progress line is drawn over itself.
      return session.raw().replaceAll('\r\u001b[2K', '').replaceAll('\r\n', '\n');
    });
    return troublesIn({ exitCode: 130, stdout: raw, stderr: '', log: '' }, { isDrawn: true });
  } finally {
    await cognito.close();
  }
}

const POOLS_SHOWN = 100;
const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'AKIAFAKE', AWS_SECRET_ACCESS_KEY: 'notarealsecret' };

// --- the rest ----------------------------------------------------------------------------------------------------------------

function notes(hostile: Hostile): Promise<readonly string[]> {
  let stderr = '';
  const terminal = nodeTerminal({
    quiet: false,
    write: (_stream, text) => {
      stderr += text;
      return true;
    },
  });
  for (const text of several(hostile, 5)) {
    // Notes may contain line breaks, so the mark proves nothing here.
    terminal.note(text.replaceAll(MARK, ''));
    terminal.progress(text.replaceAll(MARK, ''));
  }
  return Promise.resolve(troublesIn({ exitCode: 0, stdout: '', stderr, log: withoutCommands(stderr) }));
}

const takesValue = ({ flags }: OptionRow): boolean => /[<[]/.test(flags);
const longOf = ({ flags }: OptionRow): string => /--[\w-]+/.exec(flags)?.[0] ?? '';

/** Any command with hostile arguments, expected or not. */
async function commandLine(hostile: Hostile, random: Random): Promise<readonly string[]> {
  const { name } = random.pick(COMMANDS);
  const word = (): string =>
    random.pick([
      () => {
        const option = random.pick<OptionRow>(Object.values(OPTIONS));
        return takesValue(option) ? `${longOf(option)}=${hostile.next()}` : longOf(option);
      },
      () => hostile.next(),
      () => `--${hostile.next()}`,
      () => `-${hostile.next()}`,
    ])();
  const argv = [
    random.pick([name, name, name, hostile.next()]),
    ...Array.from({ length: 1 + random.below(3) }, word),
  ];
  return check(argv, { ports: { files: onDisk(hostile, random), http: { send: unanswered } } });
}

async function profiles(hostile: Hostile, random: Random): Promise<readonly string[]> {
  const config = several(hostile, 5).map((name) => `[profile ${name}]\n`);
  const files = fakeFiles({
    '/home/.aws/config': config.join(''),
    '/home/.aws/credentials': `[${hostile.next()}]\n`,
  });
  const shell = random.pick(['bash', 'zsh', 'fish']);
  return check(['completion', shell, '--', 'discover', '--profile', ''], { ports: { files } });
}

export const SURFACES: readonly Surface[] = [
  { name: 'validate, text', show: validateText },
  { name: 'validate, JSON', show: validateJson },
  { name: 'validate, SARIF', show: validateSarif },
  { name: 'validate, GitHub', show: validateGithub },
  { name: 'validate, JUnit', show: validateJunit },
  { name: 'validate, GitLab', show: validateGitlab },
  { name: 'GitHub step summary', show: stepSummary },
  { name: 'discover, text', show: (hostile, random) => discover(hostile, random, 'text') },
  { name: 'discover, JSON', show: (hostile, random) => discover(hostile, random, 'json') },
  { name: 'discover, prompts', show: discoverAsked },
  { name: 'AWS errors', show: refusedByAws },
  { name: 'doctor, text', show: (hostile, random) => doctor(hostile, random, 'text') },
  { name: 'doctor, JSON', show: (hostile, random) => doctor(hostile, random, 'json') },
  { name: 'login, text', show: (hostile, random) => login(hostile, random, 'text') },
  { name: 'login, JSON', show: (hostile, random) => login(hostile, random, 'json') },
  { name: 'login pages', show: loginPages },
  { name: 'init', show: init },
  { name: 'init, prompts', show: initAsked },
  { name: 'prompts', show: prompts },
  { name: 'prompts on a real terminal', show: onTerminal },
  { name: 'notes and progress', show: notes },
  { name: 'command line', show: commandLine },
  { name: 'AWS profiles in shell completion', show: profiles },
];
