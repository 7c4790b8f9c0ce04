/**
 * HTTP as `doctor` and `login` need it: one exchange at a time, bounded in time and size, redirects never followed, nothing kept.
 * Requests go through the proxy of the environment, and trust the CA bundle of AWS.
 */
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Http, HttpAnswer, HttpRequest, Secrets } from '../ports.ts';
import { HttpFailure, type HttpFailureKind } from '../core/failures.ts';
import type { Agents } from './agents.ts';
import { agentsFor, certificateIssuer } from './network.ts';
import { proxySecrets } from './proxy.ts';

/** Bytes of a body. Discovery documents, JWKS and login pages are far smaller. */
export const LONGEST_BODY = 256 * 1024;

/** The `Http` port on sockets of its own. `version` goes into the User-Agent; the profile of AWS may name a CA bundle. */
export function nodeHttp({
  version,
  profile,
  secrets,
}: {
  readonly version: string;
  readonly profile?: string | undefined;
  readonly secrets?: Secrets;
}): Http {
  for (const secret of proxySecrets(process.env)) secrets?.keep(secret);
  let agents: Promise<Agents | undefined> | undefined;
  return {
    send: async (request) => {
      agents ??= agentsFor(profile, false);
      const known = await agents.catch((error: unknown) => {
        throw new HttpFailure('settings', hostOf(request.url), (error as Error).message);
      });
      return exchange(request, `umconfig/${version}`, known).catch(async (error: unknown) => {
        throw await withIssuer(error, request, known);
      });
    },
  };
}

/** A refused certificate together with the name of its issuer. */
async function withIssuer(
  error: unknown,
  { url }: HttpRequest,
  agents: Agents | undefined,
): Promise<unknown> {
  if (!(error instanceof HttpFailure) || error.kind !== 'tls') return error;
  const issuer = await certificateIssuer(new URL(url), agents?.https);
  return issuer === undefined
    ? error
    : new HttpFailure('tls', error.host, `${error.detail}, issued by ${issuer}`);
}

const hostOf = (url: string): string => parse(url)?.host ?? '';

function exchange(request: HttpRequest, userAgent: string, agents: Agents | undefined): Promise<HttpAnswer> {
  const { method, body, headers, deadlineMs } = request;
  return new Promise((resolve, reject) => {
    const url = parse(request.url);
    const fail = (kind: HttpFailureKind, detail: string): void => {
      end();
      reject(new HttpFailure(kind, url?.host ?? '', detail));
    };
    if (url === undefined) {
      reject(new HttpFailure('io', '', 'not an http address'));
      return;
    }
    const isSecure = url.protocol === 'https:';
    const sent = (isSecure ? requestHttps : requestHttp)(url, {
      method,
      // Node's own agent would keep the connection open.
      agent: (isSecure ? agents?.https : agents?.http) ?? false,
      headers: {
        'user-agent': userAgent,
        accept: '*/*',
        'accept-encoding': 'identity',
        ...headers,
        ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
      },
    });
    const timer = setTimeout(() => {
      fail('timeout', `no whole answer in ${deadlineMs / 1000} s`);
    }, deadlineMs);
    const end = (): void => {
      clearTimeout(timer);
      sent.destroy();
    };
    sent.on('error', (error: NodeJS.ErrnoException) => {
      const code = error.code ?? error.name;
      fail(kindOf(code), code === 'EPROXY' ? error.message : code);
    });
    sent.on('response', (response) => {
      if (response.statusCode === 407) {
        fail('proxy', 'the proxy answered 407');
        return;
      }
      collect(response, fail, (text) => {
        end();
        resolve({ status: response.statusCode ?? 0, headers: headersOf(response), body: text });
      });
    });
    sent.end(body);
  });
}

/** Credentials in an address would be sent, and an address with them has no place in a configuration. */
function parse(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' ? url : undefined;
}

function collect(
  response: IncomingMessage,
  fail: (kind: HttpFailureKind, detail: string) => void,
  done: (text: string) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > LONGEST_BODY) fail('too-large', `more than ${LONGEST_BODY / 1024} KB`);
    else chunks.push(chunk);
  });
  response.on('end', () => {
    done(Buffer.concat(chunks).toString('utf8'));
  });
  response.on('error', (error: NodeJS.ErrnoException) => {
    const code = error.code ?? error.name;
    fail(kindOf(code), code);
  });
}

function headersOf({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === 'string' ? value : value.join(', ')]],
    ),
  );
}

const KINDS: readonly (readonly [RegExp, HttpFailureKind])[] = [
  [/^(?:ENOTFOUND|EAI_\w+|ENODATA)$/, 'unknown-host'],
  [/^(?:ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/, 'refused'],
  [/^(?:ECONNRESET|EPIPE|ECONNABORTED)$/, 'cut-off'],
  [/^ETIMEDOUT$/, 'timeout'],
  [/^EPROXY$/, 'proxy'],
  [/^HPE_/, 'not-http'],
  [/CERT|SSL|TLS|^EPROTO$|^UNABLE_TO_|^INVALID_CA$|^INVALID_PURPOSE$|^HOSTNAME_MISMATCH$/, 'tls'],
];

function kindOf(code: string): HttpFailureKind {
  return KINDS.find(([pattern]) => pattern.test(code))?.[1] ?? 'io';
}
