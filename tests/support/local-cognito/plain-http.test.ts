/** What the stand-in says to clients that are not an SDK: broken and hostile requests, and readers of the public documents. */
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { startLocalCognito, type LocalCognito } from '../local-cognito.ts';
import { API_OPERATIONS } from './api.ts';

let cognito: LocalCognito;

beforeEach(async () => {
  cognito = await startLocalCognito({ region: 'eu-west-1' });
});

afterEach(async () => {
  await cognito.close();
});

describe('requests that no SDK would send', () => {
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
    cognito.addGroup(Id, 'admin');
    cognito.addUser(Id, { email: 'ann@people.test', groups: ['admin'] });
    const known = fc.constantFrom<unknown>(
      Id,
      ClientId,
      'admin',
      'ann@people.test',
      'email ^= "a"',
      'OIDC',
      1,
      [{ Name: 'email', Value: 'bob@people.test' }],
      ['https://a.test/'],
      ['code'],
      true,
      {},
    );
    const parameter = fc.constantFrom(
      ...['UserPoolId', 'ClientId', 'PoolName', 'ClientName', 'Domain', 'GroupName', 'MaxResults', 'Limit'],
      ...['NextToken', 'CallbackURLs', 'AllowedOAuthFlows', 'AllowedOAuthScopes', 'Schema', '__proto__'],
      ...['Username', 'UserAttributes', 'TemporaryPassword', 'Password', 'Filter', 'PaginationToken'],
      ...['ProviderName', 'ProviderType', 'ProviderDetails', 'AttributesToGet', 'MessageAction'],
      ...['IssuerConfiguration', 'CustomDomainConfig', 'GenerateSecret', 'Precedence', 'LambdaConfig'],
    );
    const bodies = fc.dictionary(parameter, fc.oneof(known, fc.jsonValue()));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...API_OPERATIONS), bodies, async (operation, body) => {
        const headers = { ...HEADERS, 'x-amz-target': `AWSCognitoIdentityProviderService.${operation}` };
        const response = await fetch(cognito.url, { method: 'POST', headers, body: JSON.stringify(body) });
        await response.arrayBuffer();
        expect([200, 400]).toContain(response.status);
      }),
      { numRuns: 500 },
    );
  });
});

test('whatever is asked of the hosted UI, it answers, and sends nobody to a stranger', async () => {
  const { Id } = cognito.addPool();
  const { ClientId, ClientSecret = '' } = cognito.addClient(Id);
  cognito.addDomain(Id, 'people');
  cognito.addUser(Id, { email: 'ann@people.test', password: 'notARealPassword1!' });
  const field = fc.constantFrom(
    ...[
      'client_id',
      'redirect_uri',
      'response_type',
      'scope',
      'state',
      'nonce',
      'code_challenge',
      '__proto__',
    ],
    ...['code_challenge_method', 'identity_provider', 'logout_uri', 'grant_type', 'code', 'code_verifier'],
    ...['username', 'password', 'client_secret', 'error', 'error_description'],
  );
  const known = fc.constantFrom(
    ...[
      ClientId,
      ClientSecret,
      'http://localhost:8686/auth',
      'http://localhost:8686/',
      'code',
      'S256',
      'openid',
    ],
    ...['authorization_code', 'ann@people.test', 'notARealPassword1!', 'https://evil.test/', '\r\nx: y'],
  );
  const right = { client_id: ClientId, redirect_uri: 'http://localhost:8686/auth', response_type: 'code' };
  const fields = fc
    .dictionary(field, fc.oneof(known, fc.string({ unit: 'grapheme' })))
    .chain((some) => fc.constantFrom({ ...some }, { ...right, ...some }));
  const endpoint = fc.constantFrom(
    ...[
      'GET /oauth2/authorize',
      'GET /login',
      'POST /login',
      'POST /oauth2/token',
      'GET /logout',
      'GET /error',
    ],
  );
  await fc.assert(
    fc.asyncProperty(endpoint, fields, fields, async (where, query, form) => {
      const [method = '', path = ''] = where.split(' ');
      const response = await fetch(`${cognito.url}${path}?${new URLSearchParams(query).toString()}`, {
        method,
        redirect: 'manual',
        ...(method === 'POST' && { body: new URLSearchParams(form) }),
      });
      await response.arrayBuffer();
      expect([200, 302, 400]).toContain(response.status);
      const location = response.headers.get('location') ?? '/error';
      expect(location).toMatch(/^(\/error|\/login\?|http:\/\/localhost:8686\/)/);
    }),
    { numRuns: 500 },
  );
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
    expect(keys.map((key) => Object.keys(key).sort())).toEqual(
      Array(2).fill(['alg', 'e', 'kid', 'kty', 'n', 'use']),
    );
    expect(new Set(keys.map((key) => JSON.stringify(key))).size).toBe(2);
    expect(await two.json()).toEqual({ keys });
  });

  test('a pool that is not there has none', async () => {
    const response = await fetch(`${cognito.url}/eu-west-1_nobody/.well-known/jwks.json`);
    expect(response.status).toBe(400);
  });
});
