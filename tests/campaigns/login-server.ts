/**
 * Sends everything that a page or program on the machine can send to the callback address of a running sign-in, then the valid callback.
 */
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import type { Layout } from '../../src/core/config/layouts.ts';
import {
  ABUSES,
  sendRaw,
  statusOf,
  UNFINISHED,
  type Abuse,
  type AbuseContext,
} from '../support/callback-abuses.ts';
import { inTemporaryDirectory } from '../support/cli.ts';
import { callbackFor, secretsIn, startLogin, type RunningLogin } from '../support/running-login.ts';
import { PEOPLE, startScene, type Scene } from '../support/sign-in-scene.ts';
import { hasSocketTable, listeningOf, LOOPBACK } from '../support/socket-table.ts';
import { runTrials, type Campaign, type Trial } from './campaign.ts';

const WRONG_STATES = 200;

const ENDS = [
  'the valid callback',
  'the valid callback, sent twice in parallel',
  'the valid callback, repeated during the code exchange',
  'an error callback with HTML',
] as const;

const countOf = ({ kind, answer }: Abuse): string =>
  `${kind} → ${answer === 'none' ? 'no answer' : String(answer)}`;

const COUNTS: readonly string[] = [
  'socket table checks: loopback only',
  'open connections without a complete request',
  'abuses',
  'consecutive wrong states',
  ...ENDS.map((end) => `ended by ${end}`),
  ...ABUSES.map(countOf),
];

export const loginServer: Campaign = {
  name: 'login-server',
  title: 'Abuse of the callback address of a sign-in',
  shows:
    'It listens only on the loopback interface, and its responses to abuse have the expected status and never repeat the input. It survives 200 consecutive wrong states and as many open connections. The valid callback then completes the sign-in exactly once, and no secret is shown.',
  trials: { short: 2, long: 200 },
  minutes: 10,
  run: async (task) => {
    const outcome = await runTrials(task, COUNTS, trial);
    const remark = 'Not on Linux: the socket table was not checked.';
    return hasSocketTable ? outcome : { ...outcome, remarks: [remark] };
  },
};

type Tally = Trial<string>;

/** A sign-in whose callback the browser has received but not sent yet. */
interface Waiting extends AbuseContext {
  readonly scene: Scene;
  readonly running: RunningLogin;
}

async function trial(tally: Tally): Promise<void> {
  const { random } = tally;
  const scene = await startScene(random.pick<Layout>(['flat', 'nested']));
  try {
    await inTemporaryDirectory(async (cwd) => {
      const format = random.pick(['text', 'json']);
      const running = await startLogin(scene, cwd, ['--no-browser', '--format', format]);
      try {
        const callback = await callbackFor(running, random.pick(Object.values(PEOPLE)));
        await signIn(tally, { scene, running, random, callback, mark: `mark${tally.seed}` });
      } finally {
        running.child.kill('SIGKILL');
      }
    });
  } finally {
    await scene.cognito.close();
  }
}

async function signIn(tally: Tally, waiting: Waiting): Promise<void> {
  const { random } = tally;
  await lookAtSockets(tally, waiting);
  const held = await holdOpen(tally, waiting, random.below(80));
  for (let left = 20 + random.below(40); left > 0;) {
    // Some in parallel, as from several pages.
    const together = Math.min(left, random.pick([1, 1, 2, 8]));
    left -= together;
    await Promise.all(Array.from({ length: together }, () => abuse(tally, waiting, random.pick(ABUSES))));
  }
  await giveWrongStates(tally, waiting);
  await lookAtSockets(tally, waiting);
  await end(tally, waiting);
  await Promise.all(held.filter(({ closed }) => !closed).map((socket) => once(socket, 'close')));
}

async function lookAtSockets({ count, fail }: Tally, { scene, running: { child } }: Waiting): Promise<void> {
  if (!hasSocketTable) return;
  const listening = await listeningOf(child.pid ?? 0);
  const addresses: readonly string[] = Object.values(LOOPBACK);
  const strange = listening.filter(
    ({ address, port }) => port !== scene.port || !addresses.includes(address),
  );
  if (listening.length === 0) fail('it does not listen');
  else if (strange.length > 0) fail(`it listens at ${JSON.stringify(strange)}`);
  else count('socket table checks: loopback only');
}

/** Opens connections and keeps them open, as far as the server allows. */
async function holdOpen(
  { random, count }: Tally,
  waiting: Waiting,
  wanted: number,
): Promise<readonly Socket[]> {
  const sockets = Array.from({ length: wanted }, () => {
    const socket = connect({ port: waiting.scene.port, host: '127.0.0.1' });
    socket.on('error', () => undefined);
    socket.write(random.pick(UNFINISHED).bytes(waiting));
    return socket;
  });
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  count('open connections without a complete request', wanted);
  return sockets;
}

async function abuse(tally: Tally, waiting: Waiting, given: Abuse): Promise<void> {
  const answer = await sendRaw(waiting.scene.port, given.bytes(waiting));
  const status = statusOf(answer);
  tally.count('abuses');
  if (status === given.answer) tally.count(countOf(given));
  else tally.fail(`${given.kind}: status ${String(status)}`);
  judgeAnswer(tally, waiting, given.kind, answer);
}

/** Checks that an answer contains neither the input nor anything only the valid sender knows. */
function judgeAnswer(
  { fail }: Tally,
  { scene, callback, mark }: Waiting,
  kind: string,
  answer: string,
): void {
  if (answer.includes(mark)) fail(`${kind}: the answer repeats the input`);
  if (answer.includes(callback.searchParams.get('state') ?? mark))
    fail(`${kind}: the answer contains the state`);
  for (const what of secretsIn(answer, scene, callback)) fail(`${kind}: the answer contains ${what}`);
}

async function giveWrongStates(tally: Tally, waiting: Waiting): Promise<void> {
  const [wrong] = ABUSES.filter(({ kind }) => kind === 'wrong state');
  if (wrong === undefined) throw new Error('unknown abuse');
  for (let given = 0; given < WRONG_STATES; given += 1) {
    const answer = await sendRaw(waiting.scene.port, wrong.bytes(waiting));
    if (statusOf(answer) !== 400) tally.fail(`wrong state ${given}: status ${String(statusOf(answer))}`);
    judgeAnswer(tally, waiting, wrong.kind, answer);
  }
  tally.count('consecutive wrong states', WRONG_STATES);
}

async function end(tally: Tally, waiting: Waiting): Promise<void> {
  const { random, count, fail } = tally;
  const { scene, running, callback } = waiting;
  const how = random.pick(ENDS);
  const isRefusal = how === 'an error callback with HTML';
  const answers = isRefusal ? [await refuse(waiting)] : await answerRightly(waiting, how);
  const ended = await running.ended;
  const statuses = answers.map(({ status }) => status).sort();
  const expected = isRefusal ? [400] : how === 'the valid callback' ? [200] : [200, 400];
  if (statuses.join() !== expected.join()) fail(`${how}: status ${statuses.join()}`);
  if (ended.exitCode !== (isRefusal ? 3 : 0))
    fail(`${how}: exit ${String(ended.exitCode)}: ${running.stderr()}`);
  const said = running.stdout().includes('@labels.test') ? 'who signed in' : 'nobody';
  if (said !== (isRefusal ? 'nobody' : 'who signed in')) fail(`${how}: stdout names ${said}`);
  if (/Warning|\n\s+at /.test(running.stderr())) fail(`${how}: ${running.stderr()}`);
  const exchanges = scene.cognito.requests.filter(({ operation }) => operation === 'Token').length;
  if (exchanges !== (isRefusal ? 0 : 1)) fail(`${how}: ${exchanges} code exchanges`);
  const pages = answers.map(({ page }) => page).join('\n');
  if (/<(?:script|img)/.test(pages)) fail(`${how}: the page has injected markup`);
  const shown = `${running.stdout()}${running.stderr()}${pages}`;
  for (const what of secretsIn(shown, scene, callback)) fail(`${how}: it shows ${what}`);
  count(`ended by ${how}`);
}

interface Answer {
  readonly status: number;
  readonly page: string;
}

async function open(address: URL): Promise<Answer> {
  const response = await fetch(address);
  return { status: response.status, page: await response.text() };
}

function answerRightly({ scene, callback }: Waiting, how: (typeof ENDS)[number]): Promise<readonly Answer[]> {
  if (how === 'the valid callback') return Promise.all([open(callback)]);
  // The exchange takes long enough for the second callback to arrive.
  scene.cognito.inject({ operation: 'Token', kind: 'slow', ms: 100 });
  const first = open(callback);
  if (how === 'the valid callback, sent twice in parallel') return Promise.all([first, open(callback)]);
  const again = untilAsked(scene).then(() => open(callback));
  return Promise.all([first, again]);
}

/** Waits until the code exchange has started. */
async function untilAsked({ cognito }: Scene): Promise<void> {
  while (!cognito.requests.some(({ operation }) => operation === 'Token'))
    await new Promise((resolve) => setImmediate(resolve));
}

function refuse({ callback, mark }: Waiting): Promise<Answer> {
  const refusal = new URL(callback);
  refusal.searchParams.delete('code');
  refusal.searchParams.set('error', 'access_denied');
  refusal.searchParams.set('error_description', `<script>${mark}</script><img src=x onerror=${mark}>`);
  return open(refusal);
}
