/** What the stand-in says to clients that are not an SDK: broken and hostile requests, and readers of the public documents. */
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { startLocalCognito, type LocalCognito } from '../local-cognito.ts';

let cognito: LocalCognito;

beforeEach(async () => {
  cognito = await startLocalCognito({ region: 'eu-west-1' });
});

afterEach(async () => {
  await cognito.close();
});

describe('requests that no SDK would send', () => {
  const OPERATION_NAMES = [
    ...[
      'CreateUserPool',
      'ListUserPools',
      'DescribeUserPool',
      'CreateUserPoolDomain',
      'DescribeUserPoolDomain',
    ],
    ...['DeleteUserPoolDomain', 'CreateUserPoolClient', 'UpdateUserPoolClient', 'DeleteUserPoolClient'],
    ...[
      'DescribeUserPoolClient',
      'ListUserPoolClients',
      'CreateGroup',
      'GetGroup',
      'DeleteGroup',
      'ListGroups',
    ],
    'ListUsersInGroup',
  ];
  const SCOPE = 'Credential=AKIAFAKE/20260101/eu-west-1/cognito-idp/aws4_request';
  const HEADERS = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'AWSCognitoIdentityProviderService.ListUserPools',
    authorization: `AWS4-HMAC-SHA256 ${SCOPE}, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
  };

  async function typeOf(headers: Record<string, string>, body: string): Promise<unknown> {
    const response = await fetch(cognito.url, { method: 'POST', headers, body });
    expect(response.status).toBe(400);
    const { __type } = (await response.json()) as { readonly __type: string };
    expect(response.headers.get('x-amzn-errortype')).toBe(`${__type}:`);
    return __type;
  }

  async function listing(): Promise<unknown> {
    const response = await fetch(cognito.url, { method: 'POST', headers: HEADERS, body: '{"MaxResults":1}' });
    return response.json();
  }

  test('are answered with the error that AWS has for them', async () => {
    const body = '{"MaxResults":1}';
    const { authorization, ...anonymous } = HEADERS;
    expect(await typeOf(anonymous, body)).toBe('MissingAuthenticationTokenException');
    for (const garbled of [
      'Basic eDp5',
      authorization.slice(0, 90),
      authorization.replace('cognito-idp', 's3'),
    ]) {
      expect(await typeOf({ ...HEADERS, authorization: garbled }, body)).toBe(
        'MissingAuthenticationTokenException',
      );
    }
    for (const target of ['constructor', 'AWSCognitoIdentityProviderService.toString', 'S3.ListUserPools']) {
      expect(await typeOf({ ...HEADERS, 'x-amz-target': target }, body)).toBe('UnknownOperationException');
    }
    expect(await typeOf({ ...HEADERS, 'content-type': 'text/plain' }, body)).toBe(
      'UnknownOperationException',
    );
    for (const broken of ['', '{', 'null', '[]', '"a"', '{"MaxResults":"1"}', '{"MaxResults":1.5}']) {
      expect(await typeOf(HEADERS, broken)).toBe('SerializationException');
    }
    expect((await fetch(`${cognito.url}/nowhere`)).status).toBe(404);
    expect(await listing()).toEqual({ UserPools: [] });
  });

  test('a body without end is refused before it is read', async () => {
    const status = await new Promise((resolve, reject) => {
      const request = httpRequest(cognito.url, { method: 'POST', headers: HEADERS }, (response) => {
        resolve(response.statusCode);
        request.destroy();
      });
      request.on('error', reject);
      const more = (): void => {
        while (!request.destroyed && request.write(' '.repeat(65_536)));
      };
      request.on('drain', more);
      more();
    });
    expect(status).toBe(413);
    expect(await listing()).toEqual({ UserPools: [] });
  });

  test('noise on the socket, and a client that leaves, do no harm', async () => {
    const port = Number(new URL(cognito.url).port);
    for (const noise of [
      '\u0000\u0001\u0002\r\n\r\n',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc',
    ]) {
      await new Promise((resolve) => {
        const socket = connect(port, '127.0.0.1', () => socket.end(noise));
        socket.on('error', resolve).on('close', resolve).resume();
      });
    }
    expect(await listing()).toEqual({ UserPools: [] });
  });

  test('only the loopback is listened on', () => {
    expect(cognito.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  test('whatever the parameters are, the service itself does not fail', async () => {
    const { Id } = cognito.addPool();
    const { ClientId } = cognito.addClient(Id);
    const known = fc.constantFrom<unknown>(Id, ClientId, 'admin', 1, ['https://a.test/'], ['code'], true, {});
    const parameter = fc.constantFrom(
      ...['UserPoolId', 'ClientId', 'PoolName', 'ClientName', 'Domain', 'GroupName', 'MaxResults', 'Limit'],
      ...['NextToken', 'CallbackURLs', 'AllowedOAuthFlows', 'AllowedOAuthScopes', 'Schema', '__proto__'],
      ...['IssuerConfiguration', 'CustomDomainConfig', 'GenerateSecret', 'Precedence', 'LambdaConfig'],
    );
    const bodies = fc.dictionary(parameter, fc.oneof(known, fc.jsonValue()));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...OPERATION_NAMES), bodies, async (operation, body) => {
        const headers = { ...HEADERS, 'x-amz-target': `AWSCognitoIdentityProviderService.${operation}` };
        const response = await fetch(cognito.url, { method: 'POST', headers, body: JSON.stringify(body) });
        await response.arrayBuffer();
        expect([200, 400]).toContain(response.status);
      }),
      { numRuns: 500 },
    );
  });
});

describe('public documents', () => {
  test.each([
    ['eu-west-1', 'ORIGINAL', 'https://cognito-idp.eu-west-1.amazonaws.com', 'auth.eu-west-1'],
    ['eu-west-1', 'UPDATED', 'https://issuer-cognito-idp.eu-west-1.amazonaws.com', 'auth.eu-west-1'],
    [
      'us-gov-west-1',
      'ORIGINAL',
      'https://cognito-idp.us-gov-west-1.amazonaws.com',
      'auth-fips.us-gov-west-1',
    ],
  ])('discovery of a pool in %s with the %s issuer', async (region, Type, origin, host) => {
    const { Id } = cognito.addPool({ region, IssuerConfiguration: { Type } });
    cognito.addDomain(Id, 'people');
    const response = await fetch(`${cognito.url}/${Id}/.well-known/openid-configuration`);
    expect(await response.json()).toMatchObject({
      issuer: `${origin}/${Id}`,
      jwks_uri: `${origin}/${Id}/.well-known/jwks.json`,
      authorization_endpoint: `https://people.${host}.amazoncognito.com/oauth2/authorize`,
      token_endpoint: `https://people.${host}.amazoncognito.com/oauth2/token`,
    });
  });

  test('the JWKS of a pool stays the same, and has nothing private in it', async () => {
    const { Id } = cognito.addPool();
    const url = `${cognito.url}/${Id}/.well-known/jwks.json`;
    const [one, two] = await Promise.all([fetch(url), fetch(url)]);
    const { keys } = (await one.json()) as { readonly keys: readonly object[] };
    expect(keys.map((key) => Object.keys(key).sort())).toEqual([['alg', 'e', 'kid', 'kty', 'n', 'use']]);
    expect(await two.json()).toEqual({ keys });
  });

  test('a pool that is not there has none', async () => {
    const response = await fetch(`${cognito.url}/eu-west-1_nobody/.well-known/jwks.json`);
    expect(response.status).toBe(400);
  });
});
