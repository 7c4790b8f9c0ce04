/** The lines of --debug: one for each exchange, without anything secret. */
import { expect, test } from '@jest/globals';
import { loggedHttp } from '../../src/adapters/exchanges.ts';
import { HttpFailure } from '../../src/core/failures.ts';
import type { HttpAnswer } from '../../src/ports.ts';

/** The lines after one request with that result; each look at the clock is 5 ms later. */
async function linesAfter(
  url: string,
  result: Partial<HttpAnswer> | HttpFailure,
): Promise<readonly string[]> {
  const lines: string[] = [];
  let time = 0;
  const log = { now: () => (time += 5), write: (line: string) => lines.push(line) };
  const send = (): Promise<HttpAnswer> =>
    result instanceof HttpFailure
      ? Promise.reject(result)
      : Promise.resolve({ status: 200, headers: {}, body: '', ...result });
  const request = { method: 'GET', url, deadlineMs: 1 } as const;
  await loggedHttp({ send }, log)
    .send(request)
    .catch(() => undefined);
  return lines;
}

const PAGE = 'https://labels.auth.us-west-2.amazoncognito.com';

test.each<[string, string, Partial<HttpAnswer> | HttpFailure, string]>([
  [
    'values of the query',
    `${PAGE}/oauth2/authorize?client_id=1fake&state=notareal`,
    { status: 302, headers: { location: '/login?x=1', 'x-amz-cf-id': 'abc' } },
    `${PAGE}/oauth2/authorize?client_id&state 302 5 ms request abc`,
  ],
  [
    'the error word of the hosted UI',
    `${PAGE}/oauth2/authorize`,
    { status: 302, headers: { location: '/error?error=redirect_mismatch&client_id=1fake' } },
    `${PAGE}/oauth2/authorize 302 5 ms redirect_mismatch`,
  ],
  [
    'the error word at the callback',
    `${PAGE}/oauth2/authorize`,
    { status: 302, headers: { location: 'http://localhost:8686/callback#error=unauthorized_client' } },
    `${PAGE}/oauth2/authorize 302 5 ms unauthorized_client`,
  ],
  [
    'the error word of the token endpoint',
    `${PAGE}/oauth2/token`,
    { status: 400, body: '{"error":"invalid_grant"}' },
    `${PAGE}/oauth2/token 400 5 ms invalid_grant`,
  ],
  [
    'a failure',
    'https://ann:notareal@labels.test/',
    new HttpFailure('refused', 'labels.test', 'ECONNREFUSED'),
    'https://labels.test/ no response 5 ms refused: ECONNREFUSED',
  ],
  [
    'a text that looks like a secret, and control characters',
    `${PAGE}/`,
    { status: 400, body: `{"error":"\u001b[2J ${'notarealsecret'.repeat(4)}"}` },
    `${PAGE}/ 400 5 ms \\u{1b}[2J ••••cret`,
  ],
])('%s', async (_, url, result, line) => {
  expect(await linesAfter(url, result)).toEqual([`debug: GET ${line}`]);
});
