/** The HTTP port on real sockets: servers that are slow, endless, cut off, that speak something else, or that redirect. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { LONGEST_BODY, nodeHttp } from '../../src/adapters/http.ts';
import type { HttpAnswer, HttpRequest } from '../../src/ports.ts';
import { HttpFailure } from '../../src/core/failures.ts';
import { inTemporaryDirectory } from '../support/cli.ts';
import { startLocalCognito } from '../support/local-cognito.ts';

/** Longer than any test may take: only what never ends on its own meets a short one. */
const PATIENT = 1_000_000;
const SHORT = 200;

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function listen(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

const serve = async (answer: RequestListener): Promise<string> =>
  `http://${await listen(createServer(answer))}`;

/** A server that says these bytes to whoever connects and leaves the connection as `then` does. */
const say = async (text: string, then: (socket: Socket) => void = () => undefined): Promise<string> =>
  `http://${await listen(
    createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.write(text, () => {
          then(socket);
        });
      });
    }),
  )}`;

const send = (url: string, request: Partial<HttpRequest> = {}): Promise<HttpAnswer> =>
  nodeHttp({ version: '1.2.3' }).send({ method: 'GET', url, deadlineMs: PATIENT, ...request });

async function failureOf(url: string, request: Partial<HttpRequest> = {}): Promise<HttpFailure> {
  const error: unknown = await send(url, request).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof HttpFailure) return error;
  throw new Error(`${url} did not fail as it should`, { cause: error });
}

describe('an exchange', () => {
  test('gives status, headers in lower case and body, and says who asks', async () => {
    const url = await serve((request, response) => {
      response.writeHead(418, {
        'X-Seen': `${request.method} ${request.url} ${request.headers['user-agent']}`,
      });
      response.end('grüße');
    });
    const answer = await send(`${url}/a?b=c`);
    expect(answer).toMatchObject({ status: 418, body: 'grüße' });
    expect(answer.headers['x-seen']).toBe('GET /a?b=c umconfig/1.2.3');
  });

  test('posts a form with its length, and with the headers that were given', async () => {
    const url = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { authorization = '', 'content-length': length = '' } = request.headers;
        response.end(`${authorization}|${length}|${Buffer.concat(chunks).toString()}`);
      });
    });
    const { body } = await send(url, {
      method: 'POST',
      body: 'ü=1',
      headers: { authorization: 'Basic eDp5' },
    });
    expect(body).toBe('Basic eDp5|4|ü=1');
  });

  test.each([301, 302, 303, 307, 308])('does not follow a %i', async (status) => {
    let isFollowed = false;
    const elsewhere = await serve((_request, response) => {
      isFollowed = true;
      response.end();
    });
    const url = await serve((_request, response) => {
      response.writeHead(status, { location: `${elsewhere}/login` }).end();
    });
    expect(await send(url)).toMatchObject({ status, headers: { location: `${elsewhere}/login` } });
    expect(isFollowed).toBe(false);
  });

  test('keeps no cookie and no connection', async () => {
    const seen: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      seen.push(request.headers.cookie, request.headers.connection);
      response.writeHead(200, { 'set-cookie': ['a=1', 'b=2'] }).end();
    });
    const first = await send(url);
    await send(url);
    expect(first.headers['set-cookie']).toBe('a=1, b=2');
    expect(seen).toEqual([undefined, 'close', undefined, 'close']);
  });

  test('takes a body of the longest size', async () => {
    const url = await serve((_request, response) => {
      response.end('x'.repeat(LONGEST_BODY));
    });
    expect((await send(url)).body).toHaveLength(LONGEST_BODY);
  });
});

describe('no answer', () => {
  test('of a body that does not end', async () => {
    const url = await serve((_request, response) => {
      response.on('error', () => undefined);
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    });
    expect((await failureOf(url)).kind).toBe('too-large');
  });

  test('from a server that never answers', async () => {
    const url = await serve(() => undefined);
    expect(await failureOf(url, { deadlineMs: SHORT })).toMatchObject({
      kind: 'timeout',
      detail: 'no whole answer in 0.2 s',
    });
  });

  test('from one that drips: the deadline is for the whole, not for each byte', async () => {
    const url = await serve((_request, response) => {
      const timer = setInterval(() => response.write('x'), 10);
      response.on('close', () => {
        clearInterval(timer);
      });
    });
    expect((await failureOf(url, { deadlineMs: SHORT })).kind).toBe('timeout');
  });

  test('from one that is cut off in the middle', async () => {
    const url = await say('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf', (socket) => socket.destroy());
    expect((await failureOf(url)).kind).toBe('cut-off');
  });

  test('from one that resets the connection', async () => {
    const url = await say('', (socket) => socket.resetAndDestroy());
    expect((await failureOf(url)).kind).toBe('cut-off');
  });

  test('from one that speaks something else', async () => {
    const url = await say('SSH-2.0-OpenSSH_9.6\r\n');
    expect((await failureOf(url)).kind).toBe('not-http');
  });

  test('where nobody listens', async () => {
    const server = createServer();
    const address = await listen(server);
    await closing.pop()?.();
    expect(await failureOf(`http://${address}`)).toMatchObject({
      kind: 'refused',
      host: address,
      detail: 'ECONNREFUSED',
    });
  });

  test('from a host without an address', async () => {
    expect(await failureOf('https://nobody.invalid/login')).toMatchObject({
      kind: 'unknown-host',
      host: 'nobody.invalid',
    });
  });

  test('from an address that is none, or that brings a password along', async () => {
    for (const url of ['', 'file:///etc/passwd', 'http://a:notarealsecret@127.0.0.1:1/']) {
      const failure = await failureOf(url);
      expect(failure.kind).toBe('io');
      expect(JSON.stringify([failure.message, failure.host, failure.detail])).not.toContain('notarealsecret');
    }
  });

  test.each([
    ['hang', 'timeout'],
    ['reset', 'cut-off'],
    ['cut-off', 'cut-off'],
    ['endless-body', 'too-large'],
  ] as const)('when the stand-in for Cognito is broken: %s', async (kind, expected) => {
    const cognito = await startLocalCognito();
    closing.push(() => cognito.close());
    const { Id } = cognito.addPool();
    cognito.inject({ operation: 'OpenIdConfiguration', kind });
    const url = `${cognito.url}/${Id}/.well-known/openid-configuration`;
    const deadlineMs = kind === 'hang' ? SHORT : PATIENT;
    expect((await failureOf(url, { deadlineMs })).kind).toBe(expected);
  });
});

describe('TLS', () => {
  /** A certificate that nobody vouches for. */
  const selfSigned = (directory: string): { readonly key: Buffer; readonly cert: Buffer } => {
    const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
    const subject = ['-subj', '/CN=localhost', '-days', '1'];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, ...subject],
      { stdio: 'ignore' },
    );
    return { key: readFileSync(key), cert: readFileSync(cert) };
  };

  test('a certificate that nobody vouches for ends it before anything is sent', () =>
    inTemporaryDirectory(async (directory) => {
      let isAsked = false;
      const server = createTlsServer(selfSigned(directory), (_request, response) => {
        isAsked = true;
        response.end();
      });
      const address = await listen(server);
      const failure = await failureOf(`https://${address}/oauth2/token`, {
        method: 'POST',
        headers: { authorization: 'Basic notarealsecret' },
      });
      expect(failure).toMatchObject({
        kind: 'tls',
        detail: 'DEPTH_ZERO_SELF_SIGNED_CERT, issued by localhost',
      });
      expect(isAsked).toBe(false);
      expect(JSON.stringify(failure)).not.toContain('notarealsecret');
    }));

  test('a server without TLS is told apart from one that is not there', async () => {
    const url = await serve((_request, response) => {
      response.end();
    });
    expect((await failureOf(url.replace('http:', 'https:'))).kind).toBe('tls');
  });
});
