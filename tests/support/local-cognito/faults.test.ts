/** What goes wrong on demand has to reach the real SDK as it would from AWS, and the record of it has to be right. */
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import { startLocalCognito, type LocalCognito } from '../local-cognito.ts';
import type { Fault } from './faults.ts';
import { createLedger } from './ledger.ts';
import { connectTo, failureOf, loadSdk } from './sdk.ts';

let sdk: Awaited<ReturnType<typeof loadSdk>>;
let cognito: LocalCognito;
let client: CognitoIdentityProvider;

beforeAll(async () => {
  sdk = await loadSdk();
});

beforeEach(async () => {
  cognito = await startLocalCognito({ region: 'eu-west-1' });
  client = connectTo(sdk, cognito);
});

afterEach(async () => {
  client.destroy();
  await cognito.close();
});

/** Resolves when that many requests in all have been read. */
async function arrival(count: number): Promise<void> {
  while (cognito.requests.filter((request) => request.operation !== 'unknown').length < count) {
    await setImmediate();
  }
}

describe('faults', () => {
  const list = () => client.listUserPools({ MaxResults: 1 });
  // The SDK takes Node's own errors for strangers inside jest's realm: it wraps them, and `code` is lost.
  const BROKEN = /ECONNRESET|socket hang up|aborted/;

  test.each<[Fault['kind'], string, number]>([
    ['throttled', 'TooManyRequestsException', 400],
    ['access-denied', 'AccessDeniedException', 400],
    ['expired-credentials', 'ExpiredTokenException', 400],
    ['unrecognized-client', 'UnrecognizedClientException', 400],
    ['invalid-signature', 'InvalidSignatureException', 400],
    ['internal-error', 'InternalErrorException', 500],
  ])('%s arrives as %s', async (kind, name, status) => {
    cognito.inject({ operation: '*', kind } as Fault);
    expect(await failureOf(list())).toMatchObject({ name, $metadata: { httpStatusCode: status } });
  });

  test('a denial names who asked, for what and on what', async () => {
    const UserPoolId = cognito.addPool().Id;
    cognito.inject({ operation: '*', kind: 'access-denied' });
    expect((await failureOf(client.describeUserPool({ UserPoolId }))).message).toContain(
      `User: arn:aws:iam::123456789012:user/umconfig is not authorized to perform: cognito-idp:DescribeUserPool on resource: arn:aws:cognito-idp:eu-west-1:123456789012:userpool/${UserPoolId} `,
    );
    expect((await failureOf(list())).message).toContain('cognito-idp:ListUserPools on resource: * ');
  });

  test('strike the operation that they are for, as often as they are to, until they are undone', async () => {
    const UserPoolId = cognito.addPool().Id;
    cognito.inject({ operation: 'ListUserPools', kind: 'throttled', times: 2 });
    const undo = cognito.inject({ operation: 'ListUserPools', kind: 'internal-error' });
    await client.describeUserPool({ UserPoolId });
    const names = [await failureOf(list()), await failureOf(list()), await failureOf(list())].map(
      (e) => e.name,
    );
    expect(names).toEqual(['TooManyRequestsException', 'TooManyRequestsException', 'InternalErrorException']);
    undo();
    await list();
    expect(() => cognito.inject({ operation: 'ListUserPool', kind: 'throttled' })).toThrow('ListUserPool');
  });

  test('throttling is something that the SDK gets over by itself', async () => {
    const patient = connectTo(sdk, cognito, { maxAttempts: 3 });
    cognito.inject({ operation: '*', kind: 'throttled', times: 2 });
    expect((await patient.listUserPools({ MaxResults: 1 })).$metadata.attempts).toBe(3);
    patient.destroy();
  });

  test('a reset connection, a cut-off body and a redirect fail', async () => {
    const undoReset = cognito.inject({ operation: '*', kind: 'reset' });
    expect((await failureOf(list())).message).toMatch(BROKEN);
    undoReset();
    const undoCut = cognito.inject({ operation: '*', kind: 'cut-off' });
    expect((await failureOf(list())).message).toMatch(BROKEN);
    undoCut();
    cognito.inject({ operation: '*', kind: 'redirect', location: 'http://elsewhere.test/' });
    expect(await failureOf(list())).toMatchObject({ $metadata: { httpStatusCode: 301 } });
  });

  test('a page instead of JSON fails, an empty body is an answer without anything in it', async () => {
    cognito.inject({ operation: '*', kind: 'not-json', times: 1 });
    expect((await failureOf(list())).name).toBe('SyntaxError');
    cognito.inject({ operation: '*', kind: 'empty-body', times: 1 });
    expect((await list()).UserPools).toBeUndefined();
  });

  test.each<Fault['kind']>(['byte-by-byte', 'wrong-content-type'])('%s is still understood', async (kind) => {
    const { Name } = cognito.addPool({ Name: 'na\u00efve \ud83d\ude00' });
    cognito.inject({ operation: '*', kind } as Fault);
    expect((await list()).UserPools?.[0]?.Name).toBe(Name);
  });

  test('a hanging request ends when the client gives up, or the stand-in closes', async () => {
    cognito.inject({ operation: '*', kind: 'hang' });
    const abort = new AbortController();
    const given = failureOf(client.listUserPools({ MaxResults: 1 }, { abortSignal: abort.signal }));
    await arrival(1);
    abort.abort();
    expect((await given).name).toBe('AbortError');
    const other = failureOf(list());
    await arrival(2);
    await cognito.close();
    expect((await other).message).toMatch(BROKEN);
  });

  test('a slow answer does not hold up closing', async () => {
    cognito.inject({ operation: '*', kind: 'slow', ms: 3_600_000 });
    const call = failureOf(list());
    await arrival(1);
    await cognito.close();
    expect((await call).message).toMatch(BROKEN);
    await cognito.close();
  });

  test('a body without end goes on for as long as it is read', async () => {
    cognito.inject({ operation: 'OpenIdConfiguration', kind: 'endless-body' });
    const { Id } = cognito.addPool();
    const response = await fetch(`${cognito.url}/${Id}/.well-known/openid-configuration`);
    let size = 0;
    for await (const chunk of response.body ?? []) {
      size += (chunk as Uint8Array).length;
      if (size > 8 * 1024 * 1024) break;
    }
    expect(size).toBeGreaterThan(8 * 1024 * 1024);
  });
});

describe('the record of requests', () => {
  test('says who asked for what', async () => {
    await client.listUserPools({ MaxResults: 7 });
    expect(cognito.requests).toEqual([
      {
        operation: 'ListUserPools',
        url: '/',
        region: 'eu-west-1',
        accessKeyId: 'AKIAFAKE',
        body: { MaxResults: 7 },
        startedAt: 1,
        endedAt: 2,
      },
    ]);
  });

  test('counts what was under way together once, and one after the other twice', async () => {
    const list = () => client.listUserPools({ MaxResults: 1 });
    await list();
    await list();
    expect(cognito.roundTrips()).toBe(2);
    expect(cognito.maxInFlight).toBe(1);
    cognito.inject({ operation: '*', kind: 'hang' });
    const three = Promise.allSettled([list(), list(), list()]);
    await arrival(5);
    expect(cognito.roundTrips()).toBe(3);
    expect(cognito.maxInFlight).toBe(3);
    await cognito.close();
    await three;
  });

  test('finds the longest chain', () => {
    const ledger = createLedger();
    const [a, b] = [ledger.start(), ledger.start()];
    b.end();
    const c = ledger.start();
    c.end();
    c.end();
    const d = ledger.start();
    a.end();
    expect(ledger.roundTrips()).toBe(3);
    d.end();
    expect(ledger.requests.map((request) => request.endedAt)).toEqual([7, 3, 5, 8]);
    expect(ledger.maxInFlight).toBe(2);
  });
});
