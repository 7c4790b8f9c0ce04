/**
 * Kills `users import` at random moments, throttles it, and runs it again: each user exists once, with the right role and one invitation.
 */
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cleanEnvironment, inTemporaryDirectory, PROGRAM } from '../support/cli.ts';
import { seededPool, type Pool } from '../support/local-cognito/state.ts';
import { FILE, startScene, type Scene } from '../support/sign-in-scene.ts';
import { runTrials, type Campaign, type Trial } from './campaign.ts';

const COUNTS = ['lines', 'kills', 'throttled answers', 'completed runs'] as const;
type Count = (typeof COUNTS)[number];

const LINES = 40;

export const peopleImport: Campaign = {
  name: 'people-import',
  title: 'A user import is killed, throttled and repeated',
  shows:
    'After any number of kills with SIGKILL, the pool finally matches the file, no user exists twice, and no user got two invitations.',
  trials: { short: 1, long: 40 },
  minutes: 10,
  run: (task) => runTrials(task, COUNTS, trial),
};

interface Line {
  readonly email: string;
  readonly role: 'admin' | 'worker';
}

async function trial(trial: Trial<Count>): Promise<void> {
  const scene = await startScene('flat');
  try {
    await inTemporaryDirectory((cwd) => importAll(trial, scene, cwd));
  } finally {
    await scene.cognito.close();
  }
}

async function importAll({ random, count, fail }: Trial<Count>, scene: Scene, cwd: string): Promise<void> {
  const pool = seededPool(scene.cognito.state, scene.poolId);
  const lines = Array.from({ length: LINES }, (_, at): Line => ({
    email: `person${String(at)}@labels.test`,
    role: random.pick(['admin', 'worker']),
  }));
  // Some users exist already, with either role.
  for (const { email } of lines.filter(() => random.fraction() < 0.2)) {
    scene.cognito.addUser(scene.poolId, { email, groups: random.pick([[], ['admin']]) });
  }
  const expectedMails = lines.filter(({ email }) => !pool.users.has(email)).length;
  await writeFile(join(cwd, FILE), scene.text, { mode: 0o600 });
  await writeFile(join(cwd, 'people.csv'), lines.map(({ email, role }) => `${email},${role}\n`).join(''));
  const throttles = random.below(6);
  if (throttles > 0) {
    scene.cognito.inject({
      operation: random.pick(['AdminCreateUser', 'AdminAddUserToGroup', '*']),
      kind: 'throttled',
      times: throttles,
    });
  }
  scene.cognito.inject({ operation: '*', kind: 'slow', ms: 5 });
  count('throttled answers', throttles);
  count('lines', LINES);
  for (let kills = 1 + random.below(3); kills > 0; kills -= 1) {
    const killAt = scene.cognito.requests.length + 1 + random.below(LINES);
    if ((await runOnce(scene, cwd, killAt)) === undefined) count('kills');
  }
  const exitCode = await runOnce(scene, cwd, Infinity);
  if (exitCode !== 0) fail(`the last run exited with ${String(exitCode)}`);
  else count('completed runs');
  judge(pool, lines, expectedMails, fail);
}

/** One run, killed after this many requests. Returns its exit code; undefined if killed. */
async function runOnce({ cognito }: Scene, cwd: string, killAt: number): Promise<number | undefined> {
  const env = cleanEnvironment(cwd, {
    AWS_ACCESS_KEY_ID: 'AKIAFAKE',
    AWS_SECRET_ACCESS_KEY: 'notarealsecret',
    AWS_ENDPOINT_URL: cognito.url,
  });
  const child = spawn(process.execPath, [PROGRAM, 'users', 'import', 'people.csv', '--yes', '--force'], {
    cwd,
    env,
    stdio: 'ignore',
  });
  const ended = new Promise<number | undefined>((resolve) => {
    child.once('close', (code) => {
      resolve(code ?? undefined);
    });
  });
  while (child.exitCode === null && child.signalCode === null && cognito.requests.length < killAt)
    await new Promise((resolve) => setImmediate(resolve));
  child.kill('SIGKILL');
  return ended;
}

function judge(pool: Pool, lines: readonly Line[], expectedMails: number, fail: Trial<Count>['fail']): void {
  for (const { email, role } of lines) {
    const found = [...pool.users.values()].filter(({ attributes }) => attributes.get('email') === email);
    if (found.length !== 1) fail(`${String(found.length)} users have the same address`);
    if (found[0]?.groups.has('admin') !== (role === 'admin')) fail('a role differs from the file');
  }
  const { invitations } = pool;
  if (new Set(invitations).size !== invitations.length) fail('a user got two invitations');
  if (invitations.length !== expectedMails)
    fail(`${String(invitations.length)} invitations, expected ${String(expectedMails)}`);
}
