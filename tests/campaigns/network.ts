/** Breaks the network at every call of every command: the command ends in time, reports the cause, and writes nothing. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { inTemporaryDirectory } from '../support/cli.ts';
import type { Answer } from '../support/local-cognito/delivery.ts';
import type { Fault } from '../support/local-cognito/faults.ts';
import { seededPool } from '../support/local-cognito/state.ts';
import {
  atPace,
  HASTE,
  isMethod,
  MATRIX,
  operationOf,
  runRow,
  sceneFor,
  type Call,
  type Ran,
  type Row,
} from '../support/network-matrix.ts';
import { FILE, freePort, type Scene } from '../support/sign-in-scene.ts';
import { runTrials, type Campaign, type Outcome, type Task, type Trial } from './campaign.ts';

type Mishap = Fault extends infer F ? (F extends Fault ? Omit<F, 'operation'> : never) : never;

/** A fault in a call. */
interface Trouble {
  /** What the local Cognito does for a call to AWS or a web server, or where the call is sent instead. */
  readonly aws: Mishap | 'nowhere' | 'tls';
  readonly web: Mishap | 'nowhere' | 'tls';
  /** The message that must appear. */
  readonly words: RegExp;
  /** The command may still succeed: the fault ends in time or does not affect this call. */
  readonly mayWork?: true;
}

const instead = (status: number, type: string, body: string, headers: Answer['headers'] = {}): Mishap => ({
  kind: 'instead',
  answer: { status, headers: { 'content-type': type, ...headers }, body },
});

const DAY = 24 * 3600 * 1000;
const AWS_TYPE = 'application/x-amz-json-1.1';

/** AWS's response to a request whose date is a day off. */
const skewed = (message: string, difference: number): Mishap =>
  instead(400, AWS_TYPE, JSON.stringify({ __type: 'InvalidSignatureException', message }), {
    date: new Date(Date.now() + difference).toUTCString(),
  });

const TROUBLES = {
  refused: { aws: 'nowhere', web: 'nowhere', words: /refused/ },
  reset: { aws: { kind: 'reset' }, web: { kind: 'reset' }, words: /connection closed/ },
  hanging: { aws: { kind: 'hang' }, web: { kind: 'hang' }, words: /timed out/ },
  'one byte per second': {
    aws: { kind: 'byte-by-byte', everyMs: 1000 / HASTE },
    web: { kind: 'byte-by-byte', everyMs: 1000 / HASTE },
    words: /timed out/,
  },
  'endless body': {
    aws: { kind: 'endless-body' },
    web: { kind: 'endless-body' },
    // On a busy machine the timeout comes before the limit.
    words: /too large|is not Cognito|timed out/,
  },
  '500': {
    aws: { kind: 'internal-error' },
    web: instead(500, 'text/html', '<h1>Oops</h1>'),
    words: /InternalError|HTTP 500/,
  },
  'throttled for 30 s': {
    aws: { kind: 'throttled' },
    web: instead(429, 'application/json', '{"message":"Too many requests"}'),
    // The SDK pauses between attempts in real time, so only a timeout may be reported.
    words: /throttled|HTTP 429|timed out/,
    mayWork: true,
  },
  'bad JSON': {
    aws: instead(200, AWS_TYPE, '{"UserPool":'),
    web: instead(200, 'application/json', '{"keys":'),
    words: /is not Cognito|HTTP 200|is invalid/,
  },
  'wrong content type': {
    aws: { kind: 'wrong-content-type' },
    web: { kind: 'wrong-content-type' },
    words: /is not Cognito|HTTP 200/,
    mayWork: true,
  },
  TLS: { aws: 'tls', web: 'tls', words: /TLS/ },
  // For web requests a wrong clock affects the tokens.
  'clock one day slow': {
    aws: skewed('Signature expired: 20260101T000000Z is now earlier than 20260102T000000Z', DAY),
    web: { kind: 'slow', ms: 0 },
    words: /clock/,
    mayWork: true,
  },
  'clock one day fast': {
    aws: skewed('Signature not yet current: 20260102T000000Z is still later than 20260101T000000Z', -DAY),
    web: { kind: 'slow', ms: 0 },
    words: /clock/,
    mayWork: true,
  },
} as const satisfies Record<string, Trouble>;

type TroubleName = keyof typeof TROUBLES;
const NAMES = Object.keys(TROUBLES) as readonly TroubleName[];

const PAIRS = MATRIX.flatMap((row) => row.calls.map((call) => ({ row, call })));
const COUNTS = [...MATRIX.map(({ name }) => name), ...NAMES, 'succeeded anyway'] as const;

interface Cell {
  readonly row: Row;
  readonly call: Call;
  readonly name: TroubleName;
}

/** The first cells cover every call of every command, and every fault. */
function cellAt(index: number): Cell {
  const at = index % (PAIRS.length * NAMES.length);
  const pair = PAIRS[at % PAIRS.length];
  const name = NAMES[(at + Math.floor(at / PAIRS.length)) % NAMES.length];
  if (pair === undefined || name === undefined) throw new RangeError(`no cell ${String(index)}`);
  return { ...pair, name };
}

const SLOWEST = 'slowest: seconds of program time';

/** Concurrent cells: they mostly wait. */
const AT_ONCE = 12;

export const network: Campaign = {
  name: 'network',
  title: 'A bad network',
  shows: `Each call of each command is refused, reset, left hanging, sent at one byte per second, answered with an endless body, status 500, bad JSON or a wrong content type, throttled for 30 s, given an untrusted certificate, or made with a clock one day slow or fast. The command ends within its deadline, reports the cause and the call, and writes nothing. (Time runs ${String(HASTE)} times faster.)`,
  trials: { short: PAIRS.length, long: PAIRS.length * NAMES.length },
  minutes: 15,
  run: (task) => atPace(HASTE, () => withBadServers((servers) => runAll(task, servers))),
};

/** Where faulty calls are sent. */
interface BadServers {
  readonly nowhere: string;
  readonly tls: string;
}

async function runAll(task: Task, servers: BadServers): Promise<Outcome> {
  let slowest = 0;
  const started = new Map<number, Promise<Seen>>();
  const seenOf = (seed: number): Promise<Seen> => {
    const seen = started.get(seed) ?? runCell(cellAt(seed - 1), servers);
    started.set(seed, seen);
    return seen;
  };
  const outcome = await runTrials<string>(task, COUNTS, async (trial) => {
    const end = Math.min(trial.seed + AT_ONCE, task.seed + task.trials);
    for (let seed = trial.seed; seed < end; seed += 1) void seenOf(seed);
    const seen = await seenOf(trial.seed);
    started.delete(trial.seed);
    slowest = Math.max(slowest, seen.ran?.took ?? PATIENCE);
    judge(cellAt(trial.seed - 1), seen, trial);
  });
  return { ...outcome, counts: { ...outcome.counts, [SLOWEST]: Math.ceil(slowest / 1000) } };
}

interface Seen {
  readonly ran: Ran | undefined;
  readonly scene: Scene;
  /** The users and groups of the pool as text, to compare before and after. */
  readonly pool: readonly [string, string];
}

/** The deadline of a command in milliseconds of program time. */
const PATIENCE = 120_000;
const THROTTLED_FOR = 30_000;

/** Never rejects. */
async function runCell({ row, call, name }: Cell, servers: BadServers): Promise<Seen> {
  const scene = await sceneFor(row);
  const trouble: Trouble = TROUBLES[name];
  const mishap = isMethod(call) ? trouble.aws : trouble.web;
  const before = poolText(scene);
  let undo = (): void => undefined;
  if (typeof mishap !== 'string') undo = scene.cognito.inject({ ...mishap, operation: operationOf(call) });
  const timer = name === 'throttled for 30 s' ? setTimeout(undo, THROTTLED_FOR / HASTE) : undefined;
  if (!isMethod(call) && name.startsWith('clock')) {
    // Tokens are valid for an hour.
    const difference = name === 'clock one day slow' ? DAY : -DAY;
    scene.cognito.state.now = () => Date.now() + difference;
  }
  let patience: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    patience = setTimeout(resolve, PATIENCE / HASTE, undefined);
  });
  const detour = typeof mishap === 'string' ? { call, url: servers[mishap] } : undefined;
  try {
    const ran = await Promise.race([runRow(row, scene, detour), late]);
    return { ran, scene, pool: [before, poolText(scene)] };
  } finally {
    clearTimeout(timer);
    clearTimeout(patience);
    await scene.cognito.close();
  }
}

function poolText({ cognito, poolId }: Scene): string {
  const { users, groups } = seededPool(cognito.state, poolId);
  const people = [...users.values()].map((user) => [user.Username, user.enabled, [...user.groups]]);
  return JSON.stringify([people, [...groups.keys()]]);
}

/** Calls that change the account. If their answer is lost, the result is unknown. */
const WRITES: ReadonlySet<string> = new Set<Call>([
  'createGroup',
  'createUser',
  'inviteAgain',
  'addToGroup',
  'removeFromGroup',
  'enableUser',
  'disableUser',
  'deleteUser',
]);

/** Calls whose answer has no body, so that there is no byte to delay. */
const BODILESS: ReadonlySet<string> = new Set<Call>([
  'addToGroup',
  'removeFromGroup',
  'enableUser',
  'disableUser',
  'deleteUser',
  'Authorize',
  'Logout',
]);

function judge({ row, call, name }: Cell, { ran, scene, pool }: Seen, { count, fail }: Trial<string>): void {
  count(row.name);
  count(name);
  const cell = `${row.name}, ${call}, ${name}`;
  if (ran === undefined) {
    fail(`${cell}: did not end`);
    return;
  }
  const { exitCode, stdout, stderr, files, calls } = ran;
  // Messages are wrapped.
  const said = `${stdout}\n${stderr}`.replace(/\s+/g, ' ');
  const trouble: Trouble = TROUBLES[name];
  if (!calls.has(call)) fail(`${cell}: the call was not made`);
  if (/\bbug: |\n {4}at \S+ \(/.test(stderr)) fail(`${cell}: exception: ${stderr.slice(0, 300)}`);
  const isChanged = pool[0] !== pool[1];
  if (/\b[1-9]\d* changed\b/.test(said) && !isChanged) fail(`${cell}: reports a change: ${said.slice(-400)}`);
  const isSaid = trouble.words.test(said);
  const worked = row.answers === undefined ? exitCode === 0 : !isSaid;
  const mayWork = trouble.mayWork ?? (name === 'one byte per second' && BODILESS.has(call));
  if (mayWork && worked && !isSaid) {
    count('succeeded anyway');
    if (row.calls.some((other) => WRITES.has(other)) && !isChanged) fail(`${cell}: reports success`);
    return;
  }
  if (!(row.failing ?? [3]).includes(exitCode))
    fail(`${cell}: exit ${String(exitCode)}: ${said.slice(-400)}`);
  if (!isSaid) fail(`${cell}: the cause is missing: ${said.slice(-800)}`);
  // The names of doctor's checks say which call failed.
  const place = ['127.0.0.1:', operationOf(call), 'AWS', ...(row.name === 'doctor' ? ['oidc'] : [])];
  if (!place.some((word) => said.includes(word))) fail(`${cell}: the call is missing: ${said.slice(-400)}`);
  if (files.contents.get(FILE) !== scene.text || files.written.length > 0)
    fail(`${cell}: the file was written`);
  if (isChanged && !row.calls.some((other) => WRITES.has(other))) fail(`${cell}: the account was changed`);
}

/** A closed port, and a server with an untrusted certificate. */
async function withBadServers<T>(work: (servers: BadServers) => Promise<T>): Promise<T> {
  const server = await inTemporaryDirectory((directory) => {
    const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
    const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost', '-days', '1'];
    execFileSync('openssl', [...request, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    return Promise.resolve(createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }));
  });
  const port = await listen(server);
  try {
    return await work({
      nowhere: `http://127.0.0.1:${String(await freePort())}`,
      tls: `https://127.0.0.1:${String(port)}`,
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}
