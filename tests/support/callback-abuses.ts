/**
 * Everything that a page or program on the machine can send to the callback address during a sign-in, as bytes on a socket. One table for
 * the tests of the server and the built program, and for the campaign.
 */
import { connect } from 'node:net';
import type { Random } from '../campaigns/campaign.ts';

export interface AbuseContext {
  readonly random: Random;
  /** The valid callback for the running sign-in. */
  readonly callback: URL;
  /** A text that no answer may contain. */
  readonly mark: string;
}

export interface Abuse {
  readonly kind: string;
  /** The status of the answer; `none` if the connection ends without one. */
  readonly answer: number | 'none';
  /** Node's HTTP parser rejects it. */
  readonly isMalformed: boolean;
  readonly bytes: (context: AbuseContext) => string;
}

type Row = readonly [kind: string, answer: Abuse['answer'], bytes: (parts: Parts) => string];

/** The parts of the context. */
interface Parts {
  readonly random: Random;
  readonly host: string;
  readonly path: string;
  readonly state: string;
  readonly code: string;
  /** Markup with the mark, literal and URL-encoded. */
  readonly html: string;
  readonly encoded: string;
  /** The path with code and state, and with a wrong state. */
  readonly right: string;
  readonly wrong: string;
}

const CHARACTERS: readonly string[] = Array.from('abcdefghijklmnopqrstuvwxyz0123456789-_');
const randomText = (random: Random, length: number): string =>
  Array.from({ length }, () => random.pick(CHARACTERS)).join('');

function partsOf({ random, callback, mark }: AbuseContext): Parts {
  const { host, pathname: path, searchParams } = callback;
  const state = searchParams.get('state') ?? '';
  const code = searchParams.get('code') ?? '';
  const html = random.pick([`<script>${mark}</script>`, `"><img src=x onerror=${mark}>`, `<b id=${mark}>`]);
  const right = `${path}?code=${code}&state=${state}`;
  const wrong = `${path}?code=${code}&state=${randomText(random, state.length)}`;
  return { random, host, path, state, code, html, encoded: encodeURIComponent(html), right, wrong };
}

const request = (line: string, host: string | undefined, ...headers: readonly string[]): string =>
  [`${line} HTTP/1.1`, ...(host === undefined ? [] : [`Host: ${host}`]), ...headers, '', ''].join('\r\n');
const get = (target: string, host: string, ...headers: readonly string[]): string =>
  request(`GET ${target}`, host, ...headers);

const IN_WORDS: readonly Row[] = [
  ['wrong state', 400, ({ wrong, host }) => get(wrong, host)],
  [
    'state with one character changed',
    400,
    ({ random, path, code, state, host }) => {
      const at = random.below(state.length);
      const other = random.pick(CHARACTERS.filter((character) => character !== state[at]));
      return get(`${path}?code=${code}&state=${state.slice(0, at)}${other}${state.slice(at + 1)}`, host);
    },
  ],
  [
    'truncated state',
    400,
    ({ random, right, host, state }) => get(right.slice(0, -1 - random.below(state.length)), host),
  ],
  [
    'state with extra characters',
    400,
    ({ random, right, host }) => get(`${right}${randomText(random, 1 + random.below(9))}`, host),
  ],
  [
    'state in upper case',
    400,
    ({ path, code, state, host }) => get(`${path}?code=${code}&state=${state.toUpperCase()}A`, host),
  ],
  ['no state', 400, ({ path, code, host }) => get(`${path}?code=${code}`, host)],
  ['empty state', 400, ({ path, code, host }) => get(`${path}?code=${code}&state=`, host)],
  ['duplicate state', 400, ({ right, state, host }) => get(`${right}&state=${state}`, host)],
  ['wrong state before the valid one', 400, ({ wrong, state, host }) => get(`${wrong}&state=${state}`, host)],
  ['no code', 400, ({ path, state, host }) => get(`${path}?state=${state}`, host)],
  ['empty code', 400, ({ path, state, host }) => get(`${path}?code=&state=${state}`, host)],
  ['two codes', 400, ({ random, right, host }) => get(`${right}&code=${randomText(random, 36)}`, host)],
  [
    'code with a line feed',
    400,
    ({ path, state, encoded, host }) => get(`${path}?code=%0d%0a${encoded}&state=${state}`, host),
  ],
  [
    'code of 3 KB',
    400,
    ({ random, path, state, host }) => get(`${path}?code=${randomText(random, 3000)}&state=${state}`, host),
  ],
  ['code and error', 400, ({ right, encoded, host }) => get(`${right}&error=${encoded}`, host)],
  [
    'HTML in an error without state',
    400,
    ({ path, encoded, host }) => get(`${path}?error=${encoded}&error_description=${encoded}`, host),
  ],
  [
    'HTML in an error with a wrong state',
    400,
    ({ wrong, encoded, host }) => get(`${wrong.replace('code=', 'x=')}&error=${encoded}`, host),
  ],
  ['HTML in a parameter name', 400, ({ path, encoded, host }) => get(`${path}?${encoded}=1`, host)],
  [
    'unescaped HTML in the URL',
    400,
    ({ path, html, host }) => get(`${path}?error=${html.replaceAll(' ', '+')}`, host),
  ],
  ['no query', 400, ({ path, host }) => get(path, host)],
  [
    'wrong Host',
    400,
    ({ random, right, host }) =>
      get(right, host.replace('localhost', random.pick(['evil.test', '192.0.2.7', 'localhost.evil.test']))),
  ],
  ['HTML in the Host', 400, ({ right, html }) => get(right, html)],
  ['wrong port in the Host', 400, ({ random, right }) => get(right, `localhost:${1 + random.below(1023)}`)],
  [
    'another name of this machine as the Host',
    400,
    ({ random, right, host }) =>
      get(right, host.replace('localhost', random.pick(['127.0.0.1', '[::1]', 'localhost.']))),
  ],
  ['wrong Host before the valid one', 400, ({ right, host }) => get(right, 'evil.test', `Host: ${host}`)],
  ['HTTP/1.0 without a Host', 400, ({ right }) => `GET ${right} HTTP/1.0\r\n\r\n`],
  ['form POST', 405, ({ right, host }) => `${request(`POST ${right}`, host, 'Content-Length: 3')}a=b`],
  [
    'other method',
    405,
    ({ random, right, host }) =>
      request(`${random.pick(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND'])} ${right}`, host),
  ],
  ['OPTIONS *', 405, ({ host }) => request('OPTIONS *', host)],
  [
    'POST without its body',
    405,
    ({ right, host }) => `${request(`POST ${right}`, host, 'Content-Length: 1000000')}abc`,
  ],
  ['HEAD with a wrong state', 400, ({ wrong, host }) => request(`HEAD ${wrong}`, host)],
  [
    'wrong path',
    404,
    ({ random, right, path, host }) =>
      get(
        right.replace(
          path,
          random.pick([
            '/',
            '/favicon.ico',
            `${path}/`,
            `/.${path}`,
            `/x/..${path}`,
            `/${path}`,
            '/robots.txt',
          ]),
        ),
        host,
      ),
  ],
  [
    'path in another spelling',
    404,
    ({ random, right, path, host }) =>
      get(
        right.replace(
          path,
          random.pick([
            path.toUpperCase(),
            `/%${path.charCodeAt(1).toString(16)}${path.slice(2)}`,
            `${path}%00`,
            `${path};x`,
          ]),
        ),
        host,
      ),
  ],
  [
    'HTML in the path',
    404,
    ({ encoded, html, random, host }) => get(`/${random.pick([encoded, html.replaceAll(' ', '+')])}`, host),
  ],
  ['absolute URL as the target', 404, ({ right, host }) => get(`http://${host}${right}`, host)],
  [
    'cross-site request',
    400,
    ({ wrong, html, host }) =>
      get(
        wrong,
        host,
        'Origin: https://evil.test',
        'Sec-Fetch-Site: cross-site',
        `Referer: https://evil.test/${html}`,
        `Cookie: a=${html}`,
      ),
  ],
  [
    'WebSocket upgrade',
    400,
    ({ wrong, host }) =>
      get(wrong, host, 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Key: bm90YXJlYWxrZXk='),
  ],
  [
    'hundreds of headers',
    400,
    ({ wrong, host }) => get(wrong, host, ...Array.from({ length: 300 }, (_, at) => `X${at}: 1`)),
  ],
  ['pipelined requests', 400, ({ random, wrong, host }) => get(wrong, host).repeat(2 + random.below(60))],
];

const MALFORMED: readonly Row[] = [
  ['no Host', 400, ({ right }) => request(`GET ${right}`, undefined)],
  [
    'query of 100 KB',
    431,
    ({ random, path, host }) => get(`${path}?state=${randomText(random, 10).repeat(10_000)}`, host),
  ],
  [
    'header of 100 KB',
    431,
    ({ random, right, host }) => get(right, host, `X: ${randomText(random, 10).repeat(10_000)}`),
  ],
  ['not HTTP', 400, ({ html }) => `${html}\r\n\r\n`],
  ['TLS', 400, () => '\u0016\u0003\u0001\u0002\u0000\u0001\u0000'],
  ['method in lower case', 400, ({ right, host }) => request(`get ${right}`, host)],
  [
    'two body lengths',
    400,
    ({ right, host }) => request(`POST ${right}`, host, 'Content-Length: 1', 'Transfer-Encoding: chunked'),
  ],
  [
    'invalid chunked body',
    400,
    ({ right, host }) => `${request(`POST ${right}`, host, 'Transfer-Encoding: chunked')}zz\r\n`,
  ],
  ['negative Content-Length', 400, ({ right, host }) => request(`POST ${right}`, host, 'Content-Length: -1')],
  ['NUL in the URL', 400, ({ right, host }) => get(`${right}\u0000`, host)],
  ['header without a name', 400, ({ right, host, html }) => get(right, host, `: ${html}`)],
  ['unknown Expect header', 417, ({ right, host, html }) => get(right, host, `Expect: ${html}`)],
  ['CONNECT', 'none', ({ host }) => request(`CONNECT ${host}`, host)],
];

const asAbuse =
  (isMalformed: boolean) =>
  ([kind, answer, bytes]: Row): Abuse => ({
    kind,
    answer,
    isMalformed,
    bytes: (context) => bytes(partsOf(context)),
  });

export const ABUSES: readonly Abuse[] = [...IN_WORDS.map(asAbuse(false)), ...MALFORMED.map(asAbuse(true))];

/** Requests that are never completed. */
export const UNFINISHED: readonly Pick<Abuse, 'kind' | 'bytes'>[] = [
  { kind: 'nothing', bytes: () => '' },
  { kind: 'half a line', bytes: ({ callback }) => `GET ${callback.pathname}?state=` },
  {
    kind: 'headers without an end',
    bytes: ({ callback }) => `GET ${callback.pathname} HTTP/1.1\r\nHost: ${callback.host}\r\nX-Slow: `,
  },
];

/** Sends raw bytes to a loopback port; returns everything received until the other side closes. */
export function sendRaw(port: number, bytes: string, host = '127.0.0.1'): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ port, host }, () => socket.write(bytes, 'latin1'));
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      resolve(answer);
    });
  });
}

/** The status of an answer; `none` if there is no answer. */
export function statusOf(answer: string): Abuse['answer'] {
  const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(answer) ?? [];
  return status === undefined ? 'none' : Number(status);
}
