/** `login` as built, on real sockets, with a browser played by a script. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import type { Layout } from '../../src/core/config/layouts.ts';
import { randomFrom } from '../campaigns/campaign.ts';
import { ABUSES, sendRaw, statusOf, UNFINISHED } from '../support/callback-abuses.ts';
import { inTemporaryDirectory, PROGRAM, umconfig } from '../support/cli.ts';
import { signInByScript } from '../support/local-cognito/scripted-browser.ts';
import { KEY, startInPty } from '../support/pty.ts';
import { callbackFor, secretsIn, startLogin } from '../support/running-login.ts';
import {
  FILE,
  PASSWORD,
  PEOPLE,
  startScene,
  type Scene,
  type SceneOptions,
} from '../support/sign-in-scene.ts';
import { listeningOn, LOOPBACK } from '../support/socket-table.ts';
import { recorders, watched } from '../support/watched.ts';

const scenes: Scene[] = [];
afterEach(async () => {
  await Promise.all(scenes.splice(0).map(({ cognito }) => cognito.close()));
});

async function scene(layout: Layout, options: SceneOptions = {}): Promise<Scene> {
  const made = await startScene(layout, options);
  scenes.push(made);
  return made;
}

/** No token, code, password or secret in anything that was shown. */
function expectNoSecrets(from: Scene, shown: string, callback?: URL): void {
  expect(secretsIn(shown, from, callback)).toEqual([]);
}

describe('a whole sign-in', () => {
  test.each<[Layout, keyof typeof PEOPLE, string | null]>([
    ['flat', 'admin', 'admin'],
    ['flat', 'worker', 'worker'],
    ['flat', 'both', 'worker'],
    ['nested', 'admin', null],
    ['nested', 'worker', null],
    ['nested', 'both', null],
  ])('%s, %s', (layout, who, role) =>
    inTemporaryDirectory(async (cwd) => {
      const from = await scene(layout);
      const running = await startLogin(from, cwd, ['--no-browser', '--format', 'json']);
      const callback = await callbackFor(running, PEOPLE[who]);
      const last = await fetch(callback);
      const page = await last.text();
      expect(await running.ended).toEqual({ exitCode: 0, signal: null });
      expect({ status: last.status, type: last.headers.get('content-type') }).toEqual({
        status: 200,
        type: 'text/html; charset=utf-8',
      });
      const result = JSON.parse(running.stdout()) as Record<string, unknown>;
      expect(result).toMatchObject({ version: 1, file: FILE, layout, email: PEOPLE[who], role });
      expect(Object.keys(result)).toEqual([
        'version',
        'file',
        'layout',
        'email',
        'role',
        'reason',
        'groups',
        'findings',
      ]);
      expectNoSecrets(from, `${running.stdout()}${running.stderr()}${page}`, callback);
    }),
  );

  test('opens the system’s browser at the address, with nothing secret in its environment', () =>
    inTemporaryDirectory(async (root) => {
      const from = await scene('flat');
      const programs = join(root, 'bin');
      await recorders(programs, '{}');
      await writeFile(join(root, FILE), from.text, { mode: 0o600 });
      let address = '';
      const { stderr, exitCode, children } = await watched(
        ['login', '--endpoint-url', from.cognito.url],
        programs,
        {
          cwd: root,
          env: { DISPLAY: ':1', AWS_SECRET_ACCESS_KEY: 'notarealkey', UMCONFIG_CLIENT_SECRET: from.secret },
          browse: async (said) => {
            address = said;
            const person = { username: PEOPLE.admin, password: PASSWORD };
            const { callback } = await signInByScript(said, person);
            if (callback !== undefined) await fetch(callback);
          },
        },
      );
      expect({ stderr, exitCode }).toMatchObject({ exitCode: 0 });
      expect(children.map(({ name }) => name)).toEqual(['xdg-open']);
      const seen = children.map((child) => child.seen).join();
      expect(seen.split('\0')).toEqual(expect.arrayContaining([address, 'DISPLAY=:1']));
      expect(seen).not.toContain('notarealkey');
      expect(seen).not.toContain(from.secret);
    }));

  test('that is refused says so on the page and on the terminal', () =>
    inTemporaryDirectory(async (cwd) => {
      const from = await scene('flat');
      from.cognito.forge({ kind: 'stolen-kid' });
      const running = await startLogin(from, cwd);
      const callback = await callbackFor(running, PEOPLE.admin);
      const page = await (await fetch(callback)).text();
      expect(await running.ended).toEqual({ exitCode: 3, signal: null });
      const [, why = ''] = /^error: (.*)$/m.exec(running.stderr()) ?? [];
      expect(why).toMatchSnapshot();
      expect(page).toContain('signature');
      expect(running.stdout()).toBe('');
      expectNoSecrets(from, `${running.stderr()}${page}`, callback);
    }));
});

describe('the callback address', () => {
  test('outlives 200 wrong callbacks, then takes the right one', () =>
    inTemporaryDirectory(async (cwd) => {
      const from = await scene('flat');
      const running = await startLogin(from, cwd);
      const callback = await callbackFor(running, PEOPLE.admin);
      const statuses = new Set<number>();
      for (let count = 0; count < 200; count += 1) {
        const wrong = new URL(callback);
        // Longer than the right state: with some of its characters changed it would now and then be the right one.
        wrong.searchParams.set('state', `${String(count)}${callback.searchParams.get('state') ?? ''}`);
        statuses.add((await fetch(wrong)).status);
      }
      expect([...statuses]).toEqual([400]);
      expect((await fetch(`${from.redirectUri}?error=access_denied`)).status).toBe(400);
      expect((await fetch(new URL('/', callback))).status).toBe(404);
      expect((await fetch(callback, { method: 'POST' })).status).toBe(405);
      expect((await fetch(callback, { method: 'HEAD' })).status).toBe(200);
      expect((await fetch(callback)).status).toBe(200);
      expect(await running.ended).toEqual({ exitCode: 0, signal: null });
      expect(running.stdout()).toContain('ann@labels.test');
      await expect(fetch(callback)).rejects.toThrow();
    }));

  test('outlives every kind of abuse, shows none of it, then takes the right one', () =>
    inTemporaryDirectory(async (cwd) => {
      const from = await scene('nested');
      const running = await startLogin(from, cwd);
      const callback = await callbackFor(running, PEOPLE.admin);
      const context = { random: randomFrom(1), callback, mark: 'mark1234' };
      const held = UNFINISHED.map(({ bytes }) => sendRaw(from.port, bytes(context)));
      for (const { kind, answer, bytes } of ABUSES) {
        const said = await sendRaw(from.port, bytes(context));
        expect([kind, statusOf(said)]).toEqual([kind, answer]);
        expect(said).not.toContain(context.mark);
      }
      expect((await fetch(callback)).status).toBe(200);
      expect(await running.ended).toEqual({ exitCode: 0, signal: null });
      expect(running.stdout()).toContain('ann@labels.test');
      expect(running.stderr()).not.toContain('Warning');
      await Promise.all(held);
    }));

  test('takes the right one although more connections are held open than it serves', () =>
    inTemporaryDirectory(async (cwd) => {
      const from = await scene('flat');
      const running = await startLogin(from, cwd);
      const callback = await callbackFor(running, PEOPLE.admin);
      const held = Array.from({ length: 40 }, () => connect({ port: from.port, host: '127.0.0.1' }));
      for (const socket of held) socket.on('error', () => undefined);
      await Promise.all(held.map((socket) => once(socket, 'connect')));
      expect((await fetch(callback)).status).toBe(200);
      expect(await running.ended).toEqual({ exitCode: 0, signal: null });
    }));

  test('is on the loopback only', () =>
    inTemporaryDirectory(async (cwd) => {
      const from = await scene('flat');
      const running = await startLogin(from, cwd);
      await running.address;
      const addresses = await listeningOn(from.port);
      expect(addresses).toContain(LOOPBACK.ipv4);
      expect(Object.values(LOOPBACK)).toEqual(expect.arrayContaining([...addresses]));
      running.child.kill('SIGTERM');
      expect((await running.ended).exitCode).toBe(143);
    }));

  test('with a silent connection open does not keep the program', () =>
    inTemporaryDirectory(async (cwd) => {
      const from = await scene('flat');
      const running = await startLogin(from, cwd);
      const callback = await callbackFor(running, PEOPLE.admin);
      const silent = connect({ port: from.port, host: '127.0.0.1' });
      silent.on('error', () => undefined);
      await once(silent, 'connect');
      expect((await fetch(callback)).status).toBe(200);
      expect((await running.ended).exitCode).toBe(0);
    }));

  test('that is taken is said to be, by what', () =>
    inTemporaryDirectory(async (cwd) => {
      const from = await scene('flat');
      const server = createServer();
      server.listen(from.port);
      await once(server, 'listening');
      try {
        const running = await startLogin(from, cwd);
        expect((await running.ended).exitCode).toBe(3);
        expect(running.stderr()).toContain(`port ${String(from.port)} is in use by node`);
        expect(running.stderr()).toContain(`(process ${String(process.pid)})`);
        expect(running.stderr()).toContain('--paste');
      } finally {
        server.close();
      }
    }));
});

describe('the end without a sign-in', () => {
  test('by Ctrl-C: 130, at once', () =>
    inTemporaryDirectory(async (cwd) => {
      const running = await startLogin(await scene('flat'), cwd);
      await running.address;
      running.child.kill('SIGINT');
      expect(await running.ended).toEqual({ exitCode: 130, signal: null });
      expect(running.stdout()).toBe('');
    }));

  test('by time: 3, in words', () =>
    inTemporaryDirectory(async (cwd) => {
      const running = await startLogin(await scene('flat'), cwd, ['--no-browser', '--timeout', '0.3']);
      expect(await running.ended).toEqual({ exitCode: 3, signal: null });
      expect(running.stderr()).toContain('0.3 seconds');
    }));

  test('by time, with standard input open: 3', () =>
    inTemporaryDirectory(async (cwd) => {
      const running = await startLogin(await scene('flat'), cwd, [
        '--no-browser',
        '--paste',
        '--timeout',
        '0.3',
      ]);
      expect(await running.ended).toEqual({ exitCode: 3, signal: null });
      expect(running.stderr()).toContain('0.3 seconds');
    }));
});

describe('pasting', () => {
  test('from standard input, which may stay open', () =>
    inTemporaryDirectory(async (cwd) => {
      const from = await scene('flat', { redirectUri: 'https://labels.example.test/auth' });
      const running = await startLogin(from, cwd, ['--no-browser', '--format', 'json']);
      const callback = await callbackFor(running, PEOPLE.both);
      running.child.stdin?.write(`${callback.href}\n`);
      expect((await running.ended).exitCode).toBe(0);
      expect(JSON.parse(running.stdout())).toMatchObject({
        role: 'worker',
        groups: ['admin', 'annotators'],
        findings: [{ code: 'admin-in-second-group', severity: 'warning' }],
      });
      expectNoSecrets(from, `${running.stdout()}${running.stderr()}`, callback);
    }));

  test('with nothing on standard input: 2, saying what is needed', () =>
    inTemporaryDirectory(async (cwd) => {
      const from = await scene('flat');
      await writeFile(join(cwd, FILE), from.text);
      const { exitCode, stderr } = await umconfig(
        ['login', '--paste', '--no-browser', '--endpoint-url', from.cognito.url],
        { cwd },
      );
      expect(exitCode).toBe(2);
      expect(stderr.slice(stderr.indexOf('error: '))).toMatchSnapshot();
    }));

  test('on a terminal waits no longer than it is told, and leaves it as it was', () =>
    inTemporaryDirectory(async (cwd) => {
      const from = await scene('flat');
      await writeFile(join(cwd, FILE), from.text);
      const args = [
        'login',
        '--paste',
        '--no-browser',
        '--timeout',
        '0.3',
        '--endpoint-url',
        from.cognito.url,
      ];
      const session = startInPty([PROGRAM, ...args], { cwd, columns: 400 });
      expect(await session.exit).toEqual({ exitCode: 3, signal: 0 });
      expect((await session.screen()).join('\n')).toContain('0.3 seconds');
      expect(session.raw().lastIndexOf('\u001b[?25h')).toBeGreaterThanOrEqual(
        session.raw().lastIndexOf('\u001b[?25l'),
      );
    }));

  test('on a terminal, where the code is not left on the screen', () =>
    inTemporaryDirectory(async (cwd) => {
      const from = await scene('nested', { redirectUri: 'https://labels.example.test/callback' });
      await writeFile(join(cwd, FILE), from.text);
      const session = startInPty(
        [PROGRAM, 'login', '--no-browser', '--endpoint-url', from.cognito.url, '--color', 'never'],
        { cwd, columns: 400 },
      );
      await session.shows('Address of the last page');
      const [address = ''] = /http:\S+\/oauth2\/authorize\S+/.exec(session.raw()) ?? [];
      session.send(`nonsense${KEY.enter}`);
      await session.shows('not a URL');
      const { callback } = await signInByScript(address, { username: PEOPLE.worker, password: PASSWORD });
      session.send(`${KEY.ctrlU}${String(callback)}${KEY.enter}`);
      expect(await session.exit).toEqual({ exitCode: 0, signal: 0 });
      const screen = (await session.screen()).join('\n');
      expect(screen).toContain('wim@labels.test');
      expect(screen).not.toContain(callback?.searchParams.get('code'));
    }));
});

test('init ends with it: what was just written is proved without a user, then with one', () =>
  inTemporaryDirectory(async (cwd) => {
    const from = await scene('flat');
    await writeFile(join(cwd, FILE), from.text.replace('userManagement: on', 'userManagement: off'));
    const session = startInPty(
      [PROGRAM, 'init', '--endpoint-url', from.cognito.url, '--user-management', 'on', '--color', 'never'],
      { cwd, columns: 500, rows: 200 },
    );
    await session.shows('Is this right?');
    session.send(KEY.enter);
    await session.shows('umconfig doctor');
    expect(await readFile(join(cwd, FILE), 'utf8')).toContain('userManagement: on');
    session.send(KEY.enter);
    await session.shows('umconfig login');
    session.send(KEY.enter);
    await session.shows('Waiting for the sign-in');
    const [address = ''] = /http:\S+\/oauth2\/authorize\?[\w%&=.~-]+/.exec(session.raw()) ?? [];
    const { callback } = await signInByScript(address, { username: PEOPLE.admin, password: PASSWORD });
    expect((await fetch(callback ?? '')).status).toBe(200);
    expect(await session.exit).toEqual({ exitCode: 0, signal: 0 });
    const screen = (await session.screen()).join('\n');
    expect(screen).toContain('ann@labels.test');
    expectNoSecrets(from, screen, callback);
  }));
