/** Calls to AWS: their deadline, their pages, and what their errors mean. */
import { CognitoFailure, type FailureOrigin } from '../core/failures.ts';
import { hasProxy } from './proxy.ts';

/** Milliseconds for one call with all its tries, from the first byte sent to the last byte read. */
const DEADLINE = 10_000;
/** Bytes of one answer. The largest real ones, 60 app clients or a pool with all its settings, are far below. */
const LONGEST_ANSWER = 4 * 1024 * 1024;

/** Shows what a long list is waiting for; undefined when it is there. */
export type Progress = (text: string | undefined) => void;

/** An answer without the thing that was asked for is no answer of Cognito's. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new UnexpectedAnswer('the answer is empty');
  return value;
}

class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
}

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

type FetchPage<T> = (token: string | undefined, abortSignal: AbortSignal) => Promise<Page<T>>;

/** The most pages of one list: a list without end would be read for ever. */
const MOST_PAGES = 1000;

/** Reads lists page by page, each with a deadline of its own. The SDK's paginators have only one for all of them. */
export function listReader(progress: Progress) {
  async function* pages<T>(operation: string, fetch: FetchPage<T>): AsyncGenerator<readonly T[]> {
    let token: string | undefined;
    for (let count = 1; count <= MOST_PAGES; count += 1) {
      const last = token;
      if (count > 1) progress(`Waiting for page ${String(count)} of ${operation} …`);
      const page = await call(operation, (abortSignal) => fetch(last, abortSignal)).finally(() => {
        if (count > 1) progress(undefined);
      });
      yield page.items;
      token = page.next === last ? undefined : page.next;
      if (token === undefined) return;
    }
    const message = `the list did not end after ${MOST_PAGES.toLocaleString('en')} pages`;
    throw new CognitoFailure(operation, { name: 'EndlessList', message, attempts: 1 });
  }
  const everyPage = async <T>(operation: string, fetch: FetchPage<T>): Promise<readonly T[]> => {
    const items: T[] = [];
    for await (const page of pages(operation, fetch)) items.push(...page);
    return items;
  };
  return { pages, everyPage };
}

/** One call with a deadline; every error becomes a CognitoFailure. */
export async function call<T>(operation: string, send: (abortSignal: AbortSignal) => Promise<T>): Promise<T> {
  const deadline = AbortSignal.timeout(DEADLINE);
  try {
    return await send(deadline);
  } catch (error) {
    throw failureOf(operation, error, deadline.aborted);
  }
}

/** What the SDK adds to the errors that it throws. */
export interface SdkError extends FailureOrigin {
  readonly issuer?: string | undefined;
  readonly code?: unknown;
  readonly cause?: unknown;
  readonly $metadata?: {
    readonly attempts?: number;
    readonly httpStatusCode?: number;
    readonly requestId?: string;
  };
}

export function failureOf(operation: string, error: unknown, isLate: boolean): CognitoFailure {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const { $metadata, cause, issuer, source, profiles, endpoint } = error as SdkError;
  const origin: FailureOrigin = { source, profiles, endpoint };
  const code = systemCode(error as SdkError) ?? systemCode(cause ?? {});
  const attempts = $metadata?.attempts ?? 1;
  const proxyStatus = statusOfProxy(name, $metadata?.httpStatusCode);
  if (proxyStatus !== undefined) {
    const told = `the proxy answered ${String(proxyStatus)}`;
    return new CognitoFailure(operation, {
      name: 'NetworkError',
      code: 'EPROXY',
      message: told,
      attempts,
      ...origin,
    });
  }
  if (isLate) return new CognitoFailure(operation, { name: 'TimeoutError', message, attempts, ...origin });
  // The SDK calls a connection that was reset a timeout too.
  const ownName = code === undefined ? (GARBLED.has(name) ? 'UnexpectedAnswer' : name) : 'NetworkError';
  return new CognitoFailure(operation, {
    name: ownName,
    code,
    message: issuer ?? message,
    attempts,
    ...origin,
  });
}

/** The status of an answer that is not from AWS but from the proxy in between. */
function statusOfProxy(name: string, status: number | undefined): number | undefined {
  const isFromProxy =
    status === 407 || (GARBLED.has(name) && (status === 502 || status === 503) && hasProxy(process.env));
  return isFromProxy ? status : undefined;
}

/** What the SDK makes of an answer that is not Cognito's: a login page of the network, a redirect, a proxy's error. */
const GARBLED: ReadonlySet<string> = new Set(['SyntaxError', 'Unknown', 'UnknownError']);

/** ECONNREFUSED, CERT_HAS_EXPIRED …; other `code`s are the service's own. */
export function systemCode({ code }: SdkError): string | undefined {
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code) ? code : undefined;
}

/** The bytes of an answer. The SDK's own collector has no limit. */
export async function collect(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > LONGEST_ANSWER) throw new UnexpectedAnswer('the answer does not end');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
