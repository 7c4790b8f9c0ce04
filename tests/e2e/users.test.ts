/** `users` as the built program, against our own Cognito and one that others wrote, in a terminal and without one, and killed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { cleanEnvironment, inTemporaryDirectory, PROGRAM, umconfig, type CliResult } from '../support/cli.ts';
import { startCognitoLocal } from '../support/cognito-local.ts';
import { seededPool, type Pool } from '../support/local-cognito/state.ts';
import { KEY, startInPty, type PtyOptions, type PtySession } from '../support/pty.ts';
import { FILE, PASSWORD, PEOPLE, startScene, type Scene } from '../support/sign-in-scene.ts';

const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'AKIAFAKE', AWS_SECRET_ACCESS_KEY: 'notarealsecret' };

let scene: Scene;
let environment: Readonly<Record<string, string>>;

beforeEach(async () => {
  scene = await startScene('flat');
  environment = { ...CREDENTIALS, AWS_ENDPOINT_URL: scene.cognito.url };
});
afterEach(() => scene.cognito.close());

const pool = (): Pool => seededPool(scene.cognito.state, scene.poolId);
const adminsOf = ({ users }: Pool): readonly string[] =>
  [...users.values()].filter(({ groups }) => groups.has('admin')).map(({ Username }) => Username);

/** Runs it in a directory with the scene's file. */
const users = (args: readonly string[], cwd: string, stdin = ''): Promise<CliResult> =>
  umconfig(['users', ...args], { cwd, env: environment, stdin });

const inScene = <T>(work: (cwd: string) => Promise<T>): Promise<T> =>
  inTemporaryDirectory(async (cwd) => {
    await writeFile(join(cwd, FILE), scene.text, { mode: 0o600 });
    return work(cwd);
  });

const people = (count: number, role: string): string =>
  Array.from({ length: count }, (_, at) => `person${String(at)}@labels.test,${role}\n`).join('');

test('users are listed page by page, with roles', () =>
  inScene(async (cwd) => {
    for (let at = 0; at < 130; at += 1) {
      scene.cognito.addUser(scene.poolId, { email: `more${String(at)}@labels.test` });
    }
    const { exitCode, stdout, stderr } = await users(['list'], cwd);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringMatching(/^Using AWS .*\n$/) });
    expect(scene.cognito.requests.filter(({ operation }) => operation === 'ListUsers')).toHaveLength(3);
    const json = await users(['list', '--format', 'json', '--quiet'], cwd);
    const aws = { account: '123456789012', source: 'environment', region: 'us-west-2' };
    expect({ stderr: json.stderr, ...(JSON.parse(json.stdout) as object) }).toMatchObject({
      stderr: '',
      aws,
    });
    expect(stdout).toMatch(/^ann@labels\.test +confirmed +yes +admin +admin$/m);
    expect(stdout).toMatch(/^bea@labels\.test +confirmed +yes +worker +admin, annotators$/m);
    expect(stdout).toContain(`133 users in the user pool ${scene.poolId}`);
  }));

test('a closed pipe, as of head, ends the reading of the pool', () =>
  inScene(async (cwd) => {
    const pages = 20;
    for (let at = 0; at < pages * 60; at += 1) {
      scene.cognito.addUser(scene.poolId, { email: `more${String(at)}@labels.test` });
    }
    scene.cognito.inject({ operation: 'ListUsers', kind: 'slow', ms: 20 });
    const child = spawn(process.execPath, [PROGRAM, 'users', 'list'], {
      cwd,
      env: cleanEnvironment(cwd, environment),
    });
    child.stdout.once('data', () => child.stdout.destroy());
    const [exitCode] = (await once(child, 'close')) as [number | null];
    expect(exitCode).toBe(0);
    const read = scene.cognito.requests.filter(({ operation }) => operation === 'ListUsers').length;
    expect(read).toBeLessThan(pages / 2);
  }));

test('a user is added, invited again, made an admin, disabled, enabled and removed', () =>
  inScene(async (cwd) => {
    for (const [command, status, groups] of [
      ['add', 'force change password', '–'],
      ['invite', 'force change password', '–'],
      ['grant', 'force change password', 'admin'],
      ['disable', 'force change password', 'admin'],
      ['enable', 'force change password', 'admin'],
      ['revoke', 'force change password', '–'],
    ] as const) {
      expect(await users([command, 'new@labels.test', '--yes'], cwd)).toMatchObject({ exitCode: 0 });
      const { stdout } = await users(['list', '--search', 'new@'], cwd);
      const enabled = command === 'disable' ? 'no' : 'yes';
      expect(stdout).toMatch(new RegExp(`^new@labels\\.test +${status} +${enabled} +\\w+ +${groups}$`, 'm'));
    }
    expect(await users(['remove', 'new@labels.test', '--yes'], cwd)).toMatchObject({ exitCode: 0 });
    expect(pool().users.has('new@labels.test')).toBe(false);
    expect(pool().invitations).toEqual(['new@labels.test', 'new@labels.test']);
  }));

test('an expired invitation is shown as such until it is sent again', () =>
  inScene(async (cwd) => {
    await users(['add', 'new@labels.test', '--yes'], cwd);
    const person = pool().users.get('new@labels.test');
    if (person !== undefined) person.LastModifiedDate -= 8 * 86_400;
    const isExpired = async (): Promise<unknown> =>
      JSON.parse((await users(['list', '--search', 'new@', '--format', 'json'], cwd)).stdout);
    expect(await isExpired()).toMatchObject({ users: [{ isInvitationExpired: true }] });
    await users(['invite', 'new@labels.test', '--yes'], cwd);
    expect(await isExpired()).toMatchObject({ users: [{ isInvitationExpired: false }] });
  }));

test.each(['revoke', 'disable', 'remove'])(
  'two processes that %s each other’s last admin at once leave one',
  (command) =>
    inScene(async (cwd) => {
      scene.cognito.addUser(scene.poolId, {
        email: 'eve@labels.test',
        password: PASSWORD,
        groups: ['admin'],
      });
      // Both have read the pool before either changes it.
      for (const operation of ['AdminRemoveUserFromGroup', 'AdminDisableUser']) {
        scene.cognito.inject({ operation, kind: 'slow', ms: 500 });
      }
      const ran = await Promise.all(
        [PEOPLE.admin, 'eve@labels.test'].map((who) => users([command, who, '--yes'], cwd)),
      );
      const left = [...pool().users.values()].filter(
        ({ groups, enabled }) => enabled && groups.size === 1 && groups.has('admin'),
      );
      expect(left).not.toEqual([]);
      expect(ran.map(({ exitCode }) => exitCode)).toContain(1);
    }),
);

test('no request or output has a password', () =>
  inScene(async (cwd) => {
    const { stdout, stderr } = await users(['add', 'new@labels.test', '--yes', '--debug'], cwd);
    const password = pool().users.get('new@labels.test')?.password ?? '';
    expect(password).not.toBe('');
    expect(stdout + stderr).not.toContain(password);
    const [request] = scene.cognito.requests.filter(({ operation }) => operation === 'AdminCreateUser');
    expect(JSON.stringify(request?.body)).not.toMatch(/password/i);
  }));

describe('import', () => {
  test('from standard input, with throttling; JSON has the results', () =>
    inScene(async (cwd) => {
      scene.cognito.inject({ operation: 'AdminCreateUser', kind: 'throttled', times: 4 });
      const csv = `email,role\n${people(20, 'worker')}wim@labels.test,admin\n`;
      const { exitCode, stdout } = await users(['import', '-', '--yes', '--format', 'json'], cwd, csv);
      expect(exitCode).toBe(0);
      const { summary, result } = JSON.parse(stdout) as {
        readonly summary: unknown;
        readonly result: string;
      };
      expect(summary).toMatchObject({ done: 21, failed: 0, 'not-tried': 0 });
      expect((await readFile(join(cwd, result), 'utf8')).split('\n')).toHaveLength(23);
      expect(pool().invitations).toHaveLength(20);
      expect(adminsOf(pool())).toContain(PEOPLE.worker);
    }));

  test('killed and run again: each user exists once, with the role, and got one email', () =>
    inScene(async (cwd) => {
      await writeFile(join(cwd, 'people.csv'), people(40, 'admin'));
      const made = (): number => pool().invitations.length;
      for (const kill of [8, 20]) {
        const child = spawn(process.execPath, [PROGRAM, 'users', 'import', 'people.csv', '--yes'], {
          cwd,
          env: cleanEnvironment(cwd, environment),
          stdio: 'ignore',
        });
        const ended = new Promise<void>((resolve) =>
          child.once('close', () => {
            resolve();
          }),
        );
        const stop = scene.cognito.inject({ operation: 'AdminCreateUser', kind: 'slow', ms: 20 });
        while (made() < kill) await new Promise((resolve) => setImmediate(resolve));
        child.kill('SIGKILL');
        await ended;
        stop();
        expect(made()).toBeLessThan(40);
      }
      expect(await users(['import', 'people.csv', '--yes'], cwd)).toMatchObject({ exitCode: 0 });
      expect(new Set(pool().invitations).size).toBe(40);
      expect(pool().invitations).toHaveLength(40);
      expect(adminsOf(pool()).filter((name) => name.startsWith('person'))).toHaveLength(40);
      const again = await users(['import', 'people.csv', '--yes', '--format', 'json'], cwd);
      expect(JSON.parse(again.stdout)).toMatchObject({ summary: { done: 0, unchanged: 40 } });
    }));

  test('an invalid line: AWS is not called', () =>
    inScene(async (cwd) => {
      await writeFile(join(cwd, 'people.csv'), 'email,role\nann@labels.test,admin\nnonsense,boss\n');
      const { exitCode, stdout } = await users(['import', 'people.csv', '--yes'], cwd);
      expect(exitCode).toBe(1);
      expect(stdout).toContain('people.csv:3 "nonsense"');
      expect(scene.cognito.requests).toEqual([]);
    }));
});

describe('in a terminal', () => {
  const start = (args: readonly string[], cwd: string, options: Partial<PtyOptions> = {}): PtySession =>
    startInPty([PROGRAM, 'users', ...args], { cwd, env: environment, ...options });

  test('shows, confirms and changes', () =>
    inScene(async (cwd) => {
      const session = start(['add', 'new@labels.test', '--admin'], cwd);
      await session.shows('new@labels.test: create and invite, add to the group admin');
      await session.shows('Change 1 user?');
      session.send(KEY.enter);
      await session.shows('new@labels.test: created and invited, added to the group admin');
      expect(await session.exit).toMatchObject({ exitCode: 0 });
      expect(adminsOf(pool())).toContain('new@labels.test');
    }));

  test('Ctrl-C at the question changes nothing', () =>
    inScene(async (cwd) => {
      const session = start(['remove', 'wim@labels.test'], cwd);
      await session.shows('Change 1 user?');
      session.send(KEY.ctrlC);
      expect(await session.exit).toMatchObject({ exitCode: 130 });
      expect(pool().users.has(PEOPLE.worker)).toBe(true);
    }));

  test('Ctrl-C in an import lets the calls in progress finish, reports the state, and leaves the CSV', () =>
    inScene(async (cwd) => {
      await writeFile(join(cwd, 'people.csv'), people(200, 'worker'));
      scene.cognito.inject({ operation: 'AdminCreateUser', kind: 'slow', ms: 50 });
      const session = start(['import', 'people.csv', '--yes'], cwd);
      await session.shows('of 200');
      session.send(KEY.ctrlC);
      await session.shows('run the same command again, it does only what is left');
      expect(await session.exit).toMatchObject({ exitCode: 130 });
      const result = await readFile(join(cwd, 'people.result.csv'), 'utf8');
      const done = result.split('\n').filter((line) => line.includes('"done"'));
      expect(done).toHaveLength(pool().invitations.length);
      expect(result).toContain('"not-tried"');
    }));

  test('SIGTERM ends an import as Ctrl-C does, with a code of its own', () =>
    inScene(async (cwd) => {
      await writeFile(join(cwd, 'people.csv'), people(200, 'worker'));
      scene.cognito.inject({ operation: 'AdminCreateUser', kind: 'slow', ms: 50 });
      const session = start(['import', 'people.csv', '--yes'], cwd);
      await session.shows('of 200');
      session.kill('SIGTERM');
      await session.shows('run the same command again');
      expect(await session.exit).toMatchObject({ exitCode: 143 });
    }));

  test('the second Ctrl-C does not wait for an answer that never comes', () =>
    inScene(async (cwd) => {
      await writeFile(join(cwd, 'people.csv'), people(3, 'worker'));
      scene.cognito.inject({ operation: 'AdminCreateUser', kind: 'hang' });
      const session = start(['import', 'people.csv'], cwd);
      await session.shows('Change 3 users?');
      session.send(KEY.enter);
      while (!scene.cognito.requests.some(({ operation }) => operation === 'AdminCreateUser')) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      session.send(KEY.ctrlC);
      // Two signals that come before the first one is heard are one.
      await session.shows('Ctrl-C again stops at once');
      session.send(KEY.ctrlC);
      expect(await session.exit).toMatchObject({ exitCode: 130 });
    }));

  test('40 columns hold it', () =>
    inScene(async (cwd) => {
      const session = start(['list'], cwd, { columns: 40 });
      await session.exit;
      const screen = await session.screen();
      expect(screen).toContain('bea@labels.test');
      expect(screen).toContain('  role worker; groups admin, annotators');
      expect(Math.max(...screen.map((line) => line.length))).toBeLessThanOrEqual(40);
    }));
});

test('cognito-local, which others wrote, gives the same roles', () =>
  inTemporaryDirectory(async (cwd) => {
    const other = await startCognitoLocal(cwd);
    try {
      const call = async (
        operation: string,
        body: unknown,
      ): Promise<{ readonly UserPool: { readonly Id: string } }> => {
        const answer = await fetch(other.url, {
          method: 'POST',
          headers: {
            'X-Amz-Target': `AWSCognitoIdentityProviderService.${operation}`,
            'Content-Type': 'application/x-amz-json-1.1',
          },
          body: JSON.stringify(body),
        });
        return (await answer.json()) as { readonly UserPool: { readonly Id: string } };
      };
      const { Id } = (await call('CreateUserPool', { PoolName: 'people' })).UserPool;
      for (const GroupName of ['admin', 'annotators'])
        await call('CreateGroup', { UserPoolId: Id, GroupName });
      await writeFile(join(cwd, FILE), scene.text.replace(scene.poolId, Id), { mode: 0o600 });
      environment = { ...CREDENTIALS, AWS_ENDPOINT_URL: other.url, AWS_REGION: 'us-west-2' };
      await writeFile(
        join(cwd, 'people.csv'),
        'ann@labels.test,admin\nwim@labels.test,worker\nbea@labels.test,admin\n',
      );
      expect(await users(['import', 'people.csv', '--yes', '--no-invite'], cwd)).toMatchObject({
        exitCode: 0,
      });
      await call('AdminAddUserToGroup', {
        UserPoolId: Id,
        Username: 'bea@labels.test',
        GroupName: 'annotators',
      });
      const { stdout } = await users(['list', '--format', 'json'], cwd);
      const { users: found } = JSON.parse(stdout) as {
        readonly users: readonly { readonly email: string; readonly role: string }[];
      };
      expect(Object.fromEntries(found.map(({ email, role }) => [email, role]))).toEqual({
        'ann@labels.test': 'admin',
        'wim@labels.test': 'worker',
        'bea@labels.test': 'worker',
      });
      expect(await users(['revoke', 'ann@labels.test', '--yes', '--force'], cwd)).toMatchObject({
        exitCode: 0,
      });
      expect(await users(['disable', 'wim@labels.test', '--yes'], cwd)).toMatchObject({ exitCode: 0 });
      expect(await users(['remove', 'bea@labels.test', '--yes'], cwd)).toMatchObject({ exitCode: 0 });
      const left = await users(['list'], cwd);
      expect(left.stdout).toMatch(/^wim@labels\.test +\S.* +no +worker +–$/m);
      expect(left.stdout).toContain('2 users');
    } finally {
      await other.close();
    }
  }));
