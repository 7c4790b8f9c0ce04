/** Tests the built `login` on real sockets, with a scripted browser. */
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

/** Checks that the output has no token, code, password or secret. */
function expectNoSecrets(from: Scene, shown: string, callback?: URL): void {
  expect(secretsIn(shown, from, callback)).toEqual([]);
}

describe('a complete sign-in', () => {
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

  test('opens the system’s browser at the URL, without secrets in its environment', () =>
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

  test('shows a refusal on the page and in the terminal', () =>
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
  test('survives 200 invalid callbacks, then accepts the valid one', () =>
    inTemporaryDirectory(async (cwd) => {
      const from = await scene('flat');
      const running = await startLogin(from, cwd);
      const callback = await callbackFor(running, PEOPLE.admin);
      const statuses = new Set<number>();
      for (let count = 0; count < 200; count += 1) {
        const wrong = new URL(callback);
        // Longer than the valid state: changing some of its characters could produce the valid state by chance.
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

  test('survives every kind of abuse, shows none of it, then accepts the valid callback', () =>
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

  test('accepts the valid callback although more connections are open than it serves', () =>
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

  test('listens only on the loopback interface', () =>
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

  test('does not keep the program running for an idle connection', () =>
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

  test('names the process that uses its port', () =>
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

describe('ends without a sign-in', () => {
  test('with 130 immediately after Ctrl-C', () =>
    inTemporaryDirectory(async (cwd) => {
      const running = await startLogin(await scene('flat'), cwd);
      await running.address;
      running.child.kill('SIGINT');
      expect(await running.ended).toEqual({ exitCode: 130, signal: null });
      expect(running.stdout()).toBe('');
    }));

  test('with 3 and a message after the timeout', () =>
    inTemporaryDirectory(async (cwd) => {
      const running = await startLogin(await scene('flat'), cwd, ['--no-browser', '--timeout', '0.3']);
      expect(await running.ended).toEqual({ exitCode: 3, signal: null });
      expect(running.stderr()).toContain('0.3 seconds');
    }));

  test('with 3 after the timeout, with standard input open', () =>
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
  test('reads standard input, which may stay open', () =>
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

  test('exits 2 and names the missing URL without standard input', () =>
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

  test('on a terminal observes the timeout and restores the terminal', () =>
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

  test('on a terminal does not leave the code on the screen', () =>
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

test('init ends with doctor and a sign-in for the new file', () =>
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
