/** For --debug: each request and its answer as one line without values of the query, so that it can be pasted into a bug report. */
import { clip, maskLongRuns, printable } from '../core/text/display.ts';
import type { Http, HttpAnswer } from '../ports.ts';
import { HttpFailure } from '../core/failures.ts';

/** Where the lines go, and the time in milliseconds since 1970. */
export interface ExchangeLog {
  readonly now: () => number;
  readonly write: (line: string) => void;
}

export interface Exchange {
  readonly method: string;
  readonly url: string;
  /** The operation of AWS. */
  readonly operation?: string | undefined;
  readonly startedAt: number;
  /** Undefined without a response. */
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  /** What the response or the failure says. */
  readonly error?: string | undefined;
}

/** Writes one exchange that has ended. */
export function logExchange(log: ExchangeLog, exchange: Exchange): void {
  const { method, url, operation, startedAt, status, requestId, error } = exchange;
  const parts = [
    method,
    withoutValues(url),
    operation,
    status === undefined ? 'no response' : String(status),
    `${String(log.now() - startedAt)} ms`,
    requestId === undefined ? undefined : `request ${requestId}`,
    error === undefined ? undefined : clip(error, 300),
  ];
  const line = parts.filter((part) => part !== undefined).join(' ');
  log.write(`debug: ${printable(maskLongRuns(line))}`);
}

/** The address with the names of its parameters only, and without user name and password. */
function withoutValues(text: string): string {
  if (!URL.canParse(text)) return 'invalid address';
  const { origin, pathname, searchParams } = new URL(text);
  const names = [...searchParams.keys()];
  return `${origin}${pathname}${names.length === 0 ? '' : `?${names.join('&')}`}`;
}

/** The same port, with each exchange logged. */
export const loggedHttp = (http: Http, log: ExchangeLog): Http => ({
  send: async (request) => {
    const startedAt = log.now();
    const { method, url } = request;
    try {
      const answer = await http.send(request);
      const { status, headers } = answer;
      const requestId = headers['x-amzn-requestid'] ?? headers['x-amz-cf-id'];
      logExchange(log, { method, url, startedAt, status, requestId, error: errorWord(answer) });
      return answer;
    } catch (error) {
      const said = error instanceof HttpFailure ? `${error.kind}: ${error.detail}` : String(error);
      logExchange(log, { method, url, startedAt, error: said });
      throw error;
    }
  },
});

/** The `error` of a redirect of the hosted UI, or of an answer of the token endpoint. */
function errorWord({ headers, body }: HttpAnswer): string | undefined {
  const { location } = headers;
  const target = location === undefined ? undefined : location.replace(/#/g, '&').replace(/^[^?&]*[?&]/, '');
  const fromLocation = target === undefined ? undefined : new URLSearchParams(target).get('error');
  return fromLocation ?? /^\s*\{"error":\s*"([^"]*)"/.exec(body)?.[1];
}
