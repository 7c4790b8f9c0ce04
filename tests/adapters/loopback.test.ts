/** The callback address on real sockets: where it listens, what it bounds, and how it ends. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { nodeLoopback } from '../../src/adapters/loopback.ts';
import type { AnswerCallback, CallbackRequest, Listening } from '../../src/ports.ts';
import { ListenFailure } from '../../src/core/failures.ts';
import { randomFrom } from '../campaigns/campaign.ts';
import { ABUSES, sendRaw, statusOf } from '../support/callback-abuses.ts';
import { until } from '../support/files-scratch.ts';
import { freePort } from '../support/sign-in-scene.ts';
import { hasSocketTable, listeningOn, LOOPBACK } from '../support/socket-table.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
);
const addresses = hasIpv6 ? ['127.0.0.1', '::1'] : ['127.0.0.1'];

const open: Listening[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((listening) => listening.close()));
});

const fine: AnswerCallback = () => ({ status: 200, headers: { 'x-test': 'yes' }, html: '<p>fine</p>' });

async function listen(answer: AnswerCallback = fine): Promise<number> {
  const port = await freePort();
  open.push(await nodeLoopback().listen(port, answer));
  return port;
}

const get = (target: string): string => `GET ${target} HTTP/1.1\r\nHost: localhost:1\r\n\r\n`;

const onLinux = hasSocketTable ? describe : describe.skip;

onLinux(`where it listens${hasSocketTable ? '' : ' (skipped: only Linux has /proc/net/tcp)'}`, () => {
  test('on the loopback and nowhere else', async () => {
    const port = await listen();
    const { ipv4, ipv6 } = LOOPBACK;
    expect(await listeningOn(port)).toEqual(hasIpv6 ? [ipv6, ipv4].sort() : [ipv4]);
  });

  test('on nothing once it is closed', async () => {
    const port = await listen();
    await open.pop()?.close();
    expect(await listeningOn(port)).toEqual([]);
  });
});

describe('requests', () => {
  test.each(addresses)('are answered on %s with the headers given and no kept connection', async (host) => {
    const answer = await sendRaw(await listen(), get('/auth?x=1'), host);
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toMatch(/\r\nx-test: yes\r\n/);
    expect(answer).toMatch(/\r\nconnection: close\r\n/i);
    expect(answer).toMatch(/\r\n\r\n<p>fine<\/p>$/);
  });

  test('reach the answer as they came', async () => {
    const seen: CallbackRequest[] = [];
    const port = await listen((request) => {
      seen.push(request);
      return { status: 404, headers: {}, html: '' };
    });
    await sendRaw(port, 'HEAD //a/../b?c=%20&c=+ HTTP/1.1\r\nHost: Evil.test:1\r\n\r\n');
    await sendRaw(port, 'DELETE /x HTTP/1.0\r\n\r\n');
    expect(seen).toEqual([
      { method: 'HEAD', target: '//a/../b?c=%20&c=+', host: 'Evil.test:1' },
      { method: 'DELETE', target: '/x', host: undefined },
    ]);
  });

  test('for the headers alone get no body', async () => {
    const answer = await sendRaw(await listen(), get('/').replace('GET', 'HEAD'));
    expect(answer).toMatch(/content-length: 11\r\n/i);
    expect(answer).toMatch(/\r\n\r\n$/);
  });

  test('with a body that never comes are answered at once', async () => {
    const port = await listen();
    const answer = await sendRaw(
      port,
      'POST /auth HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nabc',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200/);
  });

  test.each(ABUSES.filter(({ isMalformed }) => isMalformed))(
    'that are abuse end the connection, and the next one is served: $kind',
    async ({ answer, bytes }) => {
      const port = await listen();
      const callback = new URL(`http://localhost:${String(port)}/auth?code=c&state=s`);
      const said = await sendRaw(port, bytes({ random: randomFrom(1), callback, mark: 'mark1234' }));
      expect(statusOf(said)).toBe(answer);
      expect(said).not.toContain('mark1234');
      expect(await sendRaw(port, get('/'))).toMatch(/^HTTP\/1\.1 200/);
    },
  );

  test('whose answer fails leave the server running', async () => {
    let isFirst = true;
    const port = await listen(() => {
      if (!isFirst) return { status: 200, headers: {}, html: '' };
      isFirst = false;
      throw new Error('a fault of ours');
    });
    expect(await sendRaw(port, get('/'))).toBe('');
    expect(await sendRaw(port, get('/'))).toMatch(/^HTTP\/1\.1 200/);
  });

  test('are served although more connections are held open than there may be: the oldest goes', async () => {
    const port = await listen();
    const held: Socket[] = [];
    const ends: number[] = [];
    for (let count = 0; count < 40; count += 1) {
      const socket = connect({ port, host: '127.0.0.1' });
      held.push(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => ends.push(count));
      await once(socket, 'connect');
    }
    expect(await sendRaw(port, get('/'))).toMatch(/^HTTP\/1\.1 200/);
    // 40 and that of the request, of which 32 may be.
    await until(() => (ends.length < 9 ? undefined : true));
    expect(ends).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    for (const socket of held) socket.destroy();
  });

  test('that wait for their answer keep their connection, however many come', async () => {
    let release: () => void = () => undefined;
    let arrived: () => void = () => undefined;
    const isHere = new Promise<void>((resolve) => (arrived = resolve));
    const released = new Promise<void>((resolve) => (release = resolve));
    const port = await listen(async () => {
      arrived();
      await released;
      return { status: 200, headers: {}, html: 'at last' };
    });
    const answer = sendRaw(port, get('/'));
    await isHere;
    const others = Array.from({ length: 40 }, () => sendRaw(port, 'GET'));
    await Promise.race(others);
    release();
    expect(await answer).toContain('at last');
  });
});

describe('closing', () => {
  test('sends the answer that is under way, and takes nothing new', async () => {
    let release: () => void = () => undefined;
    let arrived: () => void = () => undefined;
    const isHere = new Promise<void>((resolve) => (arrived = resolve));
    const port = await listen(
      () =>
        new Promise((resolve) => {
          release = () => {
            resolve({ status: 200, headers: {}, html: 'last words' });
          };
          arrived();
        }),
    );
    const answer = sendRaw(port, get('/'));
    await isHere;
    const closed = open.pop()?.close();
    release();
    expect(await answer).toContain('last words');
    await closed;
    expect(await sendRaw(port, get('/'))).toBe('');
  });

  test('does not wait for a second request on a connection that is over', async () => {
    const port = await listen();
    await sendRaw(port, `${get('/')}${get('/')}`);
    await open.pop()?.close();
    expect(await sendRaw(port, get('/'))).toBe('');
  });

  test('destroys who says nothing', async () => {
    const port = await listen();
    const silent = sendRaw(port, '');
    await sendRaw(port, get('/'));
    await open.pop()?.close();
    expect(await silent).toBe('');
  });

  test('does not wait for an answer that never comes', async () => {
    let arrived: () => void = () => undefined;
    const isHere = new Promise<void>((resolve) => (arrived = resolve));
    const port = await listen(() => {
      arrived();
      return new Promise(() => undefined);
    });
    const request = httpRequest({ port, host: '127.0.0.1' });
    const gone = new Promise((resolve) =>
      request.on('error', ({ code }: NodeJS.ErrnoException) => {
        resolve(code);
      }),
    );
    request.end();
    await isHere;
    await open.pop()?.close();
    expect(await gone).toBe('ECONNRESET');
  });
});

describe('a port that is taken', () => {
  const holders: Server[] = [];
  afterEach(() => {
    for (const holder of holders.splice(0)) holder.close();
  });

  async function take(host: string | undefined): Promise<number> {
    const server = createServer();
    holders.push(server);
    await new Promise<void>((resolve) => server.listen({ port: 0, host }, resolve));
    return (server.address() as { port: number }).port;
  }

  test.each([...addresses, undefined])('on %s is said to be, with who has it', async (host) => {
    const port = await take(host);
    const failure = await nodeLoopback()
      .listen(port, fine)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ListenFailure);
    expect(failure).toMatchObject({ kind: 'in-use', port });
    if (process.platform === 'linux') {
      expect((failure as ListenFailure).holder).toMatch(
        new RegExp(`^node .*\\(process ${String(process.pid)}\\)$`),
      );
    }
    // What did not fail was given back.
    if (host !== undefined) {
      for (const other of addresses.filter((address) => address !== host)) {
        expect(await sendRaw(port, get('/'), other)).toBe('');
      }
    }
  });
});
