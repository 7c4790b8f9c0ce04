/** The callback address on real sockets: where it listens, what it bounds, and how it ends. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { nodeLoopback } from '../../src/adapters/loopback.ts';
import { ListenFailure, type AnswerCallback, type CallbackRequest, type Listening } from '../../src/ports.ts';
import { freePort } from '../support/sign-in-scene.ts';

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

/** Sends bytes as they are; gives all that comes back until the other side ends. */
function raw(port: number, text: string, host = '127.0.0.1'): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ port, host }, () => socket.write(text));
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      resolve(answer);
    });
  });
}

const get = (target: string): string => `GET ${target} HTTP/1.1\r\nHost: localhost:1\r\n\r\n`;

/** Addresses that listen on the port, as the kernel names them. */
async function listeningOn(port: number): Promise<readonly string[]> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => '')),
  );
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return tables
    .flatMap((table) => table.split('\n').map((line) => line.trim().split(/\s+/)))
    .filter(([, local = '', , state]) => state === '0A' && local.endsWith(suffix))
    .map(([, local = '']) => local.slice(0, -suffix.length))
    .sort();
}

const isLinux = process.platform === 'linux';
const onLinux = isLinux ? describe : describe.skip;

onLinux(`where it listens${isLinux ? '' : ' (skipped: only Linux has /proc/net/tcp)'}`, () => {
  test('on the loopback and nowhere else', async () => {
    const port = await listen();
    const ipv6 = '00000000000000000000000001000000';
    expect(await listeningOn(port)).toEqual(hasIpv6 ? [ipv6, '0100007F'].sort() : ['0100007F']);
  });

  test('on nothing once it is closed', async () => {
    const port = await listen();
    await open.pop()?.close();
    expect(await listeningOn(port)).toEqual([]);
  });
});

describe('requests', () => {
  test.each(addresses)('are answered on %s with the headers given and no kept connection', async (host) => {
    const answer = await raw(await listen(), get('/auth?x=1'), host);
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
    await raw(port, 'HEAD //a/../b?c=%20&c=+ HTTP/1.1\r\nHost: Evil.test:1\r\n\r\n');
    await raw(port, 'DELETE /x HTTP/1.0\r\n\r\n');
    expect(seen).toEqual([
      { method: 'HEAD', target: '//a/../b?c=%20&c=+', host: 'Evil.test:1' },
      { method: 'DELETE', target: '/x', host: undefined },
    ]);
  });

  test('for the headers alone get no body', async () => {
    const answer = await raw(await listen(), get('/').replace('GET', 'HEAD'));
    expect(answer).toMatch(/content-length: 11\r\n/i);
    expect(answer).toMatch(/\r\n\r\n$/);
  });

  test('with a body that never comes are answered at once', async () => {
    const port = await listen();
    const answer = await raw(port, 'POST /auth HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nabc');
    expect(answer).toMatch(/^HTTP\/1\.1 200/);
  });

  test.each([
    [
      'a query of 100 KB',
      `GET /auth?state=${'x'.repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      /^HTTP\/1\.1 431/,
    ],
    [
      'a header of 100 KB',
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`,
      /^HTTP\/1\.1 431/,
    ],
    ['no HTTP', 'hello\r\n\r\n', /^HTTP\/1\.1 400/],
    ['TLS', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000', /^HTTP\/1\.1 400/],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      /^HTTP\/1\.1 400/,
    ],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', /^HTTP\/1\.1 400/],
    ['a tunnel', 'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n', /^$/],
  ])('that are abuse end the connection, and the next one is served: %s', async (_name, bytes, expected) => {
    const port = await listen();
    expect(await raw(port, bytes)).toMatch(expected);
    expect(await raw(port, get('/'))).toMatch(/^HTTP\/1\.1 200/);
  });

  test('whose headers never end are given up', async () => {
    const port = await listen();
    expect(await raw(port, 'GET /auth HTTP/1.1\r\nHost: x\r\nX-Slow: ')).toMatch(/^HTTP\/1\.1 408/);
  });

  test('whose answer fails leave the server running', async () => {
    let isFirst = true;
    const port = await listen(() => {
      if (!isFirst) return { status: 200, headers: {}, html: '' };
      isFirst = false;
      throw new Error('a fault of ours');
    });
    expect(await raw(port, get('/'))).toBe('');
    expect(await raw(port, get('/'))).toMatch(/^HTTP\/1\.1 200/);
  });

  test('beyond the most connections are turned away', async () => {
    const port = await listen();
    const idle: Socket[] = [];
    for (let count = 0; count < 32; count += 1) {
      idle.push(
        await new Promise<Socket>((resolve) => {
          const socket = connect({ port, host: '127.0.0.1' }, () => {
            resolve(socket);
          });
        }),
      );
    }
    expect(await raw(port, get('/'))).toBe('');
    for (const socket of idle) socket.destroy();
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
    const answer = raw(port, get('/'));
    await isHere;
    const closed = open.pop()?.close();
    release();
    expect(await answer).toContain('last words');
    await closed;
    expect(await raw(port, get('/'))).toBe('');
  });

  test('destroys who says nothing', async () => {
    const port = await listen();
    const silent = raw(port, '');
    await raw(port, get('/'));
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
        expect(await raw(port, get('/'), other)).toBe('');
      }
    }
  });
});
