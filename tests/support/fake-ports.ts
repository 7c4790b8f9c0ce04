/** Hand-written fakes of all ports: files in memory, scripted answers, an account as plain data, a terminal that records. */
import { readFile } from 'node:fs/promises';
import type {
  AppClient,
  Aws,
  AwsOptions,
  Choice,
  Clock,
  Cognito,
  CognitoPeople,
  Environment,
  Files,
  GitFacts,
  FileSnapshot,
  PoolDomain,
  PoolUser,
  Ports,
  Prompter,
  Terminal,
  TextQuestion,
  UserPool,
} from '../../src/ports.ts';
import { Cancelled, CognitoFailure, FileFailure, WentBack } from '../../src/core/failures.ts';
import { systemClock } from '../../src/adapters/process.ts';
import type { FakePeople } from './fake-people.ts';

export interface FakeFiles extends Files {
  /** Texts by path. */
  readonly contents: Map<string, string>;
  readonly directories: Set<string>;
  /** Written paths, in order. */
  readonly written: readonly string[];
  /** The paths that were written in place. */
  readonly inPlace: readonly string[];
  /** The number of hard links of each file. */
  links: number;
  /** The next write fails with this. */
  failNextWrite(failure: FileFailure): void;
}

const CWD = '/work';

/** An absolute path also finds the file by its path relative to the working directory. */
const keyOf = (path: string): string => (path.startsWith(`${CWD}/`) ? path.slice(CWD.length + 1) : path);

/** Files in memory, by path as given. The packaged templates are the real ones. */
export function fakeFiles(
  initial: Readonly<Record<string, string>> = {},
  directories: readonly string[] = [],
): FakeFiles {
  const contents = new Map(Object.entries(initial));
  const known = new Set(directories);
  const written: string[] = [];
  let failure: FileFailure | undefined;
  const inPlace: string[] = [];
  const snapshot = (path: string): FileSnapshot | undefined => {
    const text = contents.get(path);
    return text === undefined
      ? undefined
      : { path, bytes: Buffer.from(text), mode: 0o600, links: fake.links };
  };
  const fake: FakeFiles = {
    contents,
    inPlace,
    links: 1,
    directories: known,
    written,
    failNextWrite: (next) => {
      failure = next;
    },
    cwd: CWD,
    readIfThere: (path) =>
      known.has(path)
        ? Promise.reject(new FileFailure('directory', path, 'EISDIR'))
        : Promise.resolve(snapshot(keyOf(path))),
    read: async (path) => snapshot(path) ?? Promise.reject(new FileFailure('missing', path, 'ENOENT')),
    write: (path, bytes, expected, options) => {
      const next = failure;
      failure = undefined;
      if (next !== undefined) return Promise.reject(next);
      const now = contents.get(path);
      if (now !== (expected === undefined ? undefined : Buffer.from(expected.bytes).toString())) {
        return Promise.reject(new FileFailure('changed-on-disk', path, 'changed'));
      }
      contents.set(path, Buffer.from(bytes).toString());
      written.push(path);
      if (options?.inPlace === true) inPlace.push(path);
      return Promise.resolve({ tightenedFrom: undefined });
    },
    sweep: () => Promise.resolve(),
    writeReport: (path, text) => {
      contents.set(path, text);
      return Promise.resolve();
    },
    append: (path, text, maxBytes) => {
      const whole = `${contents.get(path) ?? ''}${text}`;
      if (Buffer.byteLength(whole) > maxBytes) return Promise.resolve(false);
      contents.set(path, whole);
      return Promise.resolve(true);
    },
    packaged: (path) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8'),
    isDirectory: (path) => Promise.resolve(known.has(keyOf(path))),
    identity: (path) => Promise.resolve(path !== 0 && contents.has(path) ? path : undefined),
    makeDirectory: (path) => {
      const isNew = !known.has(path);
      known.add(path);
      return Promise.resolve(isNew);
    },
    glob: (pattern) => Promise.resolve(contents.has(pattern) ? [pattern] : []),
    gitFacts: () => Promise.resolve(new Map<string, GitFacts>()),
    directoriesIn: () => Promise.resolve([]),
  };
  return fake;
}

/** A scripted answer that presses Ctrl-C. */
export const CTRL_C = Symbol('Ctrl-C');
/** A scripted answer that presses Escape; ignored if there is no previous prompt. */
export const ESCAPE = Symbol('Escape');
/** A text, yes or no, or part of the name of the choice in a list. */
export type Answer = string | boolean | typeof CTRL_C | typeof ESCAPE;

interface Asked {
  readonly kind: 'text' | 'secret' | 'confirm' | 'select' | 'search';
  readonly message: string;
  readonly choices: readonly string[];
  readonly default: string | boolean | undefined;
  /** The messages of `validate` for refused answers; each refusal consumes one answer. */
  readonly refusals: readonly string[];
}

export interface FakePrompter extends Prompter {
  readonly asked: readonly Asked[];
  /** Unused answers. */
  readonly left: readonly Answer[];
}

/** Gives the answers in order, as if typed. Rejects when none is left. */
export function fakePrompter(answers: readonly Answer[] = []): FakePrompter {
  const asked: Asked[] = [];
  const left = [...answers];
  let canGoBack = false;
  const next = (question: string): Answer => {
    const answer = left.shift();
    const mayEscape = canGoBack;
    canGoBack = false;
    if (answer === undefined) throw new Error(`unexpected prompt "${question}"`);
    if (answer === CTRL_C) throw new Cancelled('SIGINT');
    if (answer !== ESCAPE) return answer;
    if (mayEscape) throw new WentBack();
    return next(question);
  };
  const ask = async (kind: 'text' | 'secret', question: TextQuestion): Promise<string> => {
    const refusals: string[] = [];
    asked.push({ kind, message: question.message, choices: [], default: question.default, refusals });
    for (;;) {
      const typed = await Promise.resolve(String(next(question.message)));
      const answer = typed === '' ? (question.default ?? '') : typed;
      const verdict = question.validate(answer);
      if (verdict === true) return answer;
      refusals.push(verdict);
    }
  };
  const pick = async <T>(
    kind: 'select' | 'search',
    message: string,
    choices: readonly Choice<T>[],
  ): Promise<T> => {
    const names = choices.map(({ name }) => name);
    asked.push({ kind, message, choices: names, default: names[0], refusals: [] });
    const wanted = await Promise.resolve(String(next(message)));
    const found = choices.find(({ name }) => name.includes(wanted));
    if (found === undefined) throw new Error(`"${message}" offers ${names.join(', ')}, not ${wanted}`);
    return found.value;
  };
  const fake: FakePrompter = {
    asked,
    left,
    text: (question) => ask('text', question),
    secret: (question) => ask('secret', question),
    confirm: async (message, byDefault) => {
      asked.push({ kind: 'confirm', message, choices: [], default: byDefault, refusals: [] });
      const answer = await Promise.resolve(next(message));
      return answer === '' ? byDefault : answer === true;
    },
    select: (message, choices) => pick('select', message, choices),
    search: (message, choices) => pick('search', message, choices),
    withBack: () => {
      canGoBack = true;
      return fake;
    },
  };
  return fake;
}

/** A user pool with everything in it. */
export interface FakePool {
  readonly pool: UserPool;
  readonly clients?: readonly AppClient[];
  readonly groups?: readonly string[];
  /** The groups of each user, by username. */
  readonly users?: Readonly<Record<string, readonly string[]>>;
  /** IDs of the client's secrets; one by default. */
  readonly clientSecrets?: readonly string[];
  readonly identityProviders?: readonly string[];
  /** Its users, for tests that change them. */
  readonly people?: FakePeople;
  /** The answer of DescribeUserPoolDomain; by default ACTIVE for the pool's own domains. */
  readonly domains?: readonly PoolDomain[];
}

export interface FakeAws extends Aws {
  /** `DescribeUserPool us-west-2_x`, in call order. */
  readonly calls: readonly string[];
  /** The options of each `cognito()` call. */
  readonly opened: readonly AwsOptions[];
  readonly maxInFlight: number;
  /** Makes the operation fail from now on. */
  fail(operation: string, name: string, message?: string): void;
}

/** An account as plain data, without separate regions. */
export function fakeAws(pools: readonly FakePool[] = [], defaultRegion?: string): FakeAws {
  const calls: string[] = [];
  const opened: AwsOptions[] = [];
  const failures = new Map<string, { name: string; message: string }>();
  const flight = { now: 0, most: 0 };
  const call = async <T>(operation: string, detail: string, answer: () => T | undefined): Promise<T> => {
    calls.push(`${operation} ${detail}`.trim());
    flight.most = Math.max(flight.most, (flight.now += 1));
    await new Promise((resolve) => setImmediate(resolve));
    flight.now -= 1;
    const failure = failures.get(operation);
    if (failure !== undefined) throw new CognitoFailure(operation, { ...failure, attempts: 1 });
    const found = answer();
    if (found !== undefined) return found;
    throw new CognitoFailure(operation, {
      name: 'ResourceNotFoundException',
      message: `${detail} does not exist.`,
      attempts: 1,
    });
  };
  const poolOf = (id: string): FakePool | undefined => pools.find(({ pool }) => pool.id === id);
  return {
    calls,
    opened,
    hasCredentials: () => Promise.resolve(true),
    profileFiles: () =>
      Promise.resolve({ config: '/home/.aws/config', credentials: '/home/.aws/credentials' }),
    get maxInFlight() {
      return flight.most;
    },
    fail: (operation, name, message = 'refused') => {
      failures.set(operation, { name, message });
    },
    defaultRegion: ({ region }) => Promise.resolve(region ?? defaultRegion),
    cognito: (options) => {
      opened.push(options);
      return Promise.resolve(cognitoOf(options.region, pools, poolOf, call));
    },
  };
}

function cognitoOf(
  region: string,
  pools: readonly FakePool[],
  poolOf: (id: string) => FakePool | undefined,
  call: <T>(operation: string, detail: string, answer: () => T | undefined) => Promise<T>,
): Cognito {
  const named = ({ id, name }: { id: string; name: string }): { id: string; name: string } => ({ id, name });
  const people = pools.find((pool) => pool.people !== undefined)?.people;
  return {
    region,
    ...NO_PEOPLE,
    listUserPools: () => call('ListUserPools', '', () => pools.map(({ pool }) => named(pool))),
    describeUserPool: (id) => call('DescribeUserPool', id, () => poolOf(id)?.pool),
    listAppClients: (id) => call('ListUserPoolClients', id, () => (poolOf(id)?.clients ?? []).map(named)),
    describeAppClient: (id, clientId) =>
      call('DescribeUserPoolClient', `${id} ${clientId}`, () =>
        poolOf(id)?.clients?.find((client) => client.id === clientId),
      ),
    listGroups: (id) => call('ListGroups', id, () => poolOf(id)?.groups ?? []),
    listUsersInGroup: (id, group) =>
      call('ListUsersInGroup', `${id} ${group}`, () => membersOf(poolOf(id), group)),
    listGroupsForUser: (id, username) =>
      call('AdminListGroupsForUser', `${id} ${username}`, () => poolOf(id)?.users?.[username]),
    listClientSecrets: (id, clientId) =>
      call(
        'ListUserPoolClientSecrets',
        `${id} ${clientId}`,
        () => poolOf(id)?.clientSecrets ?? [`${clientId}--1`],
      ),
    listIdentityProviders: (id) =>
      call('ListIdentityProviders', id, () => poolOf(id)?.identityProviders ?? []),
    describeDomain: async (domain) => {
      const answer = await call('DescribeUserPoolDomain', domain, () => ({ found: domainOf(pools, domain) }));
      return answer.found;
    },
    ...people?.operations,
  };
}

const NO_PEOPLE: CognitoPeople = {
  listUsers: () => {
    throw new Error('unexpected use of people');
  },
  listUsersWithEmail: () => unexpected('people'),
  getUser: () => unexpected('people'),
  createGroup: () => unexpected('people'),
  createUser: () => unexpected('people'),
  inviteAgain: () => unexpected('people'),
  addToGroup: () => unexpected('people'),
  removeFromGroup: () => unexpected('people'),
  enableUser: () => unexpected('people'),
  disableUser: () => unexpected('people'),
  deleteUser: () => unexpected('people'),
};

/** Undefined if the pool has no such group. */
function membersOf(pool: FakePool | undefined, group: string): readonly PoolUser[] | undefined {
  if (pool?.groups?.includes(group) !== true) return undefined;
  return Object.entries(pool.users ?? {})
    .filter(([, groups]) => groups.includes(group))
    .map(([username]) => ({
      username,
      email: `${username}@labels.test`,
      status: 'CONFIRMED',
      enabled: true,
    }));
}

function domainOf(pools: readonly FakePool[], domain: string): PoolDomain | undefined {
  const told = pools
    .flatMap(({ domains }) => domains ?? [])
    .find((description) => description.domain === domain);
  const owner = pools.find(({ pool }) => pool.domain === domain || pool.customDomain === domain)?.pool;
  if (told !== undefined || owner === undefined) return told;
  return { domain, userPoolId: owner.id, status: 'ACTIVE' };
}

export interface FakeTerminal extends Terminal {
  readonly notes: readonly string[];
  readonly progressLines: readonly string[];
}

/** A terminal that records stderr. */
export function fakeTerminal(
  options: { readonly interactive?: boolean; readonly stdin?: string; readonly columns?: number } = {},
): FakeTerminal {
  const notes: string[] = [];
  const progressLines: string[] = [];
  return {
    notes,
    progressLines,
    interactive: options.interactive ?? false,
    columns: options.columns ?? 100,
    readStdin: () => Promise.resolve(Buffer.from(options.stdin ?? '')),
    readLine: () => Promise.resolve(options.stdin?.split('\n')[0]),
    note: (text) => {
      notes.push(text);
    },
    progress: (text) => {
      if (text !== undefined) progressLines.push(text);
    },
  };
}

export interface FakePorts extends Ports {
  readonly files: FakeFiles;
  readonly prompter: FakePrompter;
  readonly aws: FakeAws;
  readonly terminal: FakeTerminal;
  readonly environment: Environment;
}

/** All ports; each can be replaced. */
export function fakePorts(ports: Partial<FakePorts> = {}): FakePorts {
  return {
    secrets: { keep: () => undefined },
    files: fakeFiles(),
    prompter: fakePrompter(),
    aws: fakeAws(),
    terminal: fakeTerminal(),
    environment: { clientSecret: undefined },
    stop: new AbortController().signal,
    http: { send: () => unexpected('http') },
    clock: fakeClock(),
    random: { bytes: (count) => new Uint8Array(count).fill(7) },
    browser: { open: () => unexpected('browser') },
    loopback: { listen: () => unexpected('loopback') },
    tokens: { verify: () => unexpected('tokens') },
    ...ports,
  };
}

/** A stopped clock. `ring` fires its pending alarms. */
export function fakeClock(
  now = Date.UTC(2026, 0, 1),
): Clock & { ring(): void; readonly set: readonly number[] } {
  const set: number[] = [];
  const waiting = new Set<() => void>();
  return {
    set,
    now: () => now,
    ring: () => {
      for (const one of waiting) one();
    },
    turn: () => systemClock.turn(),
    timer: (milliseconds) => {
      set.push(milliseconds);
      let ring: () => void = () => undefined;
      const done = new Promise<void>((resolve) => {
        ring = resolve;
      });
      waiting.add(ring);
      return { done, cancel: () => waiting.delete(ring) };
    },
  };
}

/** A clock that advances to the earliest timer when nothing else is left to do. */
export function swiftClock(start = Date.UTC(2026, 0, 1)): Clock {
  let now = start;
  const waiting = new Map<() => void, number>();
  const passTime = (): void => {
    const [next] = [...waiting].sort(([, a], [, b]) => a - b);
    if (next === undefined) return;
    const [ring, at] = next;
    now = Math.max(now, at);
    waiting.delete(ring);
    ring();
    if (waiting.size > 0) setImmediate(passTime);
  };
  return {
    now: () => now,
    turn: () => systemClock.turn(),
    timer: (milliseconds) => {
      let ring: () => void = () => undefined;
      const done = new Promise<void>((resolve) => {
        ring = resolve;
      });
      if (waiting.size === 0) setImmediate(passTime);
      waiting.set(ring, now + milliseconds);
      return { done, cancel: () => waiting.delete(ring) };
    },
  };
}

/** For ports that a test must not use. */
function unexpected(port: string): Promise<never> {
  return Promise.reject(new Error(`unexpected use of ${port}`));
}
