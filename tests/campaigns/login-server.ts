/** A sign-in under way gets all that a page or a program on the machine can send to its callback address, then the right answer. */
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
  'the right answer',
  'the right answer twice at once',
  'the right answer, and the same again while it is dealt with',
  'a refusal with HTML in it',
] as const;

const countOf = ({ kind, answer }: Abuse): string =>
  `${kind} → ${answer === 'none' ? 'no answer' : String(answer)}`;

const COUNTS: readonly string[] = [
  'looks at the socket table: on the loopback alone',
  'connections held open with nothing or half a request',
  'abuses',
  'wrong states in a row',
  ...ENDS.map((end) => `ended by ${end}`),
  ...ABUSES.map(countOf),
];

export const loginServer: Campaign = {
  name: 'login-server',
  title: 'The callback address of a sign-in is abused',
  shows:
    'It listens on the loopback alone, answers every abuse as it should without repeating any of it, outlives 200 wrong states in a row and as many open connections, and the right answer then ends the sign-in once, with no secret shown.',
  trials: { short: 2, long: 200 },
  minutes: 10,
  run: async (task) => {
    const outcome = await runTrials(task, COUNTS, trial);
    const remark = 'Not on Linux: the socket table was not looked at.';
    return hasSocketTable ? outcome : { ...outcome, remarks: [remark] };
  },
};

type Tally = Trial<string>;

/** A sign-in whose answer the browser has, and has not given yet. */
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
    // Some at once, as several pages would.
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
  if (listening.length === 0) fail('it listens nowhere');
  else if (strange.length > 0) fail(`it listens at ${JSON.stringify(strange)}`);
  else count('looks at the socket table: on the loopback alone');
}

/** Opens connections that stay open, as far as the server lets them. */
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
  count('connections held open with nothing or half a request', wanted);
  return sockets;
}

async function abuse(tally: Tally, waiting: Waiting, given: Abuse): Promise<void> {
  const answer = await sendRaw(waiting.scene.port, given.bytes(waiting));
  const status = statusOf(answer);
  tally.count('abuses');
  if (status === given.answer) tally.count(countOf(given));
  else tally.fail(`${given.kind}: answered with ${String(status)}`);
  judgeAnswer(tally, waiting, given.kind, answer);
}

/** Neither what was sent nor what only the right side knows is in an answer. */
function judgeAnswer(
  { fail }: Tally,
  { scene, callback, mark }: Waiting,
  kind: string,
  answer: string,
): void {
  if (answer.includes(mark)) fail(`${kind}: what was sent came back`);
  if (answer.includes(callback.searchParams.get('state') ?? mark))
    fail(`${kind}: the answer holds the state`);
  for (const what of secretsIn(answer, scene, callback)) fail(`${kind}: the answer holds ${what}`);
}

async function giveWrongStates(tally: Tally, waiting: Waiting): Promise<void> {
  const [wrong] = ABUSES.filter(({ kind }) => kind === 'another state');
  if (wrong === undefined) throw new Error('there is no such abuse');
  for (let given = 0; given < WRONG_STATES; given += 1) {
    const answer = await sendRaw(waiting.scene.port, wrong.bytes(waiting));
    if (statusOf(answer) !== 400)
      tally.fail(`wrong state ${given}: answered with ${String(statusOf(answer))}`);
    judgeAnswer(tally, waiting, wrong.kind, answer);
  }
  tally.count('wrong states in a row', WRONG_STATES);
}

async function end(tally: Tally, waiting: Waiting): Promise<void> {
  const { random, count, fail } = tally;
  const { scene, running, callback } = waiting;
  const how = random.pick(ENDS);
  const isRefusal = how === 'a refusal with HTML in it';
  const answers = isRefusal ? [await refuse(waiting)] : await answerRightly(waiting, how);
  const ended = await running.ended;
  const statuses = answers.map(({ status }) => status).sort();
  const expected = isRefusal ? [400] : how === 'the right answer' ? [200] : [200, 400];
  if (statuses.join() !== expected.join()) fail(`${how}: answered with ${statuses.join()}`);
  if (ended.exitCode !== (isRefusal ? 3 : 0))
    fail(`${how}: exit ${String(ended.exitCode)}: ${running.stderr()}`);
  const said = running.stdout().includes('@labels.test') ? 'who signed in' : 'nobody';
  if (said !== (isRefusal ? 'nobody' : 'who signed in')) fail(`${how}: stdout names ${said}`);
  if (/Warning|\n\s+at /.test(running.stderr())) fail(`${how}: ${running.stderr()}`);
  const exchanges = scene.cognito.requests.filter(({ operation }) => operation === 'Token').length;
  if (exchanges !== (isRefusal ? 0 : 1)) fail(`${how}: ${exchanges} exchanges of a code`);
  const pages = answers.map(({ page }) => page).join('\n');
  if (/<(?:script|img)/.test(pages)) fail(`${how}: the page has markup of somebody else’s`);
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
  if (how === 'the right answer') return Promise.all([open(callback)]);
  // The exchange takes so long that the second one comes in time.
  scene.cognito.inject({ operation: 'Token', kind: 'slow', ms: 100 });
  const first = open(callback);
  if (how === 'the right answer twice at once') return Promise.all([first, open(callback)]);
  const again = untilAsked(scene).then(() => open(callback));
  return Promise.all([first, again]);
}

/** Until the code is being exchanged. */
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
