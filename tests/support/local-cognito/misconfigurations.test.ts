/** Each misconfiguration has to show where `doctor` looks for it, alone, and be gone once it is undone. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startLocalCognito, type LocalCognito } from '../local-cognito.ts';
import type { Fault } from './faults.ts';
import type { Misconfiguration } from './misconfigurations.ts';
import { connectTo, loadSdk } from './sdk.ts';
import type { ClientDescription } from './state.ts';

const CALLBACK = 'http://localhost:8686/auth';

let cognito: LocalCognito;
let poolId: string;
let client: ClientDescription;

beforeEach(async () => {
  cognito = await startLocalCognito();
  poolId = cognito.addPool().Id;
  client = cognito.addClient(poolId);
  cognito.addDomain(poolId, 'people');
  cognito.addGroup(poolId, 'admin');
  cognito.addGroup(poolId, 'others');
});

afterEach(async () => {
  await cognito.close();
});

async function get(path: string, query: Readonly<Record<string, string>> = {}): Promise<Response> {
  const search = new URLSearchParams(query).toString();
  return fetch(`${cognito.url}${path}${search === '' ? '' : '?'}${search}`, { redirect: 'manual' });
}

/** What each probe sees, in a word or two. */
async function probes(): Promise<Readonly<Record<string, unknown>>> {
  const { ClientId, ClientSecret = '' } = client;
  const query = {
    response_type: 'code',
    client_id: ClientId,
    redirect_uri: CALLBACK,
    scope: 'openid email',
  };
  const authorize = await get('/oauth2/authorize', query);
  const login = await get('/login', query);
  const token = await fetch(`${cognito.url}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${ClientId}:${ClientSecret}`)}` },
    body: new URLSearchParams({ grant_type: 'authorization_code', code: 'x', redirect_uri: CALLBACK }),
  });
  const logout = await get('/logout', { client_id: ClientId, logout_uri: client.LogoutURLs?.[0] ?? '' });
  const discovery = await get(`/${poolId}/.well-known/openid-configuration`);
  const jwks = await get(`/${poolId}/.well-known/jwks.json`);
  const { issuer } = (await discovery.json()) as { readonly issuer?: string };
  const { keys } = (await jwks.json()) as { readonly keys?: readonly unknown[] };
  const told = ({ headers, status }: Response): string => {
    const location = headers.get('location');
    return location === null
      ? String(status)
      : (/error=[^&]*/.exec(location)?.[0] ?? location.split('?', 1).join());
  };
  return {
    authorize: told(authorize),
    login: told(login),
    token: await token.text(),
    logout: told(logout),
    issuer: issuer && new URL(issuer).host,
    keys: keys?.length,
    groups: (await sdkList()).join(),
  };
}

async function sdkList(): Promise<readonly string[]> {
  const sdk = connectTo(await loadSdk(), cognito);
  try {
    const { Groups = [] } = await sdk.listGroups({ UserPoolId: poolId });
    return Groups.map(({ GroupName = '' }) => GroupName);
  } catch (error) {
    return [error instanceof Error ? error.name : 'unknown'];
  } finally {
    sdk.destroy();
  }
}

const HEALTHY = {
  authorize: '/login',
  login: '200',
  token: '{"error":"invalid_grant"}',
  logout: 'http://localhost:8686/',
  issuer: 'cognito-idp.us-west-2.amazonaws.com',
  keys: 2,
  groups: 'admin,others',
};
const NO_HOSTED_UI = {
  authorize: '404',
  login: '404',
  logout: '404',
  token: expect.stringContaining('404') as unknown,
};
const BY_ALL = (error: string): object => ({ authorize: `error=${error}`, login: `error=${error}` });

describe('what doctor sees', () => {
  test.each<[Misconfiguration, object]>([
    ['wrong-secret', { token: '{"error":"invalid_client"}' }],
    ['callback-one-character-short', BY_ALL('redirect_mismatch')],
    ['sign-out-one-character-short', { logout: 'error=redirect_mismatch' }],
    ['code-flow-off', { ...BY_ALL('unauthorized_client'), token: '{"error":"unauthorized_client"}' }],
    ['oauth-off', { ...BY_ALL('unauthorized_client'), token: '{"error":"unauthorized_client"}' }],
    ['openid-scope-missing', BY_ALL('invalid_request')],
    ['email-scope-missing', BY_ALL('invalid_request')],
    ['email-unreadable', {}],
    [
      'client-deleted',
      { ...BY_ALL('invalid_request'), token: '{"error":"invalid_client"}', logout: 'error=invalid_request' },
    ],
    ['domain-deleted', NO_HOSTED_UI],
    ['login-pages-unavailable', { login: '403' }],
    ['issuer-changed', { issuer: 'issuer-cognito-idp.us-west-2.amazonaws.com' }],
    ['jwks-empty', { keys: 0 }],
    ['admin-group-missing', { groups: 'others' }],
    [
      'pool-in-another-region',
      { ...NO_HOSTED_UI, issuer: undefined, keys: undefined, groups: 'ResourceNotFoundException' },
    ],
  ])('%s', async (kind, seen) => {
    expect(await probes()).toEqual(HEALTHY);
    const undo = cognito.misconfigure(client.ClientId, kind);
    expect(await probes()).toEqual({ ...HEALTHY, ...seen });
    undo();
    expect(await probes()).toEqual(HEALTHY);
  });

  test('a pool in another region is there in every detail', async () => {
    cognito.misconfigure(client.ClientId, 'pool-in-another-region');
    const there = connectTo(await loadSdk(), cognito, { region: 'eu-central-1' });
    const UserPoolId = poolId.replace('us-west-2', 'eu-central-1');
    const { UserPool } = await there.describeUserPool({ UserPoolId });
    expect(UserPool?.Arn).toBe(`arn:aws:cognito-idp:eu-central-1:123456789012:userpool/${UserPoolId}`);
    const { UserPoolClient } = await there.describeUserPoolClient({ UserPoolId, ClientId: client.ClientId });
    expect(UserPoolClient).toMatchObject({ UserPoolId, CallbackURLs: [CALLBACK] });
    there.destroy();
  });

  test('a client that is not there cannot be misconfigured', () => {
    expect(() => cognito.misconfigure('nobody', 'jwks-empty')).toThrow('nobody');
  });
});

describe('what goes wrong on the way', () => {
  const ENDPOINTS: Readonly<Record<string, () => Promise<Response>>> = {
    OpenIdConfiguration: () => get(`/${poolId}/.well-known/openid-configuration`),
    Jwks: () => get(`/${poolId}/.well-known/jwks.json`),
    Authorize: () => get('/oauth2/authorize'),
    LoginPage: () => get('/login'),
    SignIn: () => fetch(`${cognito.url}/login`, { method: 'POST', redirect: 'manual' }),
    Token: () =>
      fetch(`${cognito.url}/oauth2/token`, {
        method: 'POST',
        body: new URLSearchParams('a=b'),
        redirect: 'manual',
      }),
    Logout: () => get('/logout'),
    ErrorPage: () => get('/error'),
  };

  test.each(Object.entries(ENDPOINTS))('%s is struck by what is meant for it', async (operation, ask) => {
    const { status } = await ask();
    cognito.inject({ operation, kind: 'redirect', location: 'http://elsewhere.test/', times: 1 });
    expect((await ask()).headers.get('location')).toBe('http://elsewhere.test/');
    cognito.inject({ operation, kind: 'not-json', times: 1 });
    expect(await (await ask()).text()).toContain('<title>Sign in</title>');
    cognito.inject({ operation, kind: 'wrong-content-type', times: 1 });
    expect((await ask()).headers.get('content-type')).toBe('text/html');
    for (const kind of ['cut-off', 'reset'] as const satisfies Fault['kind'][]) {
      cognito.inject({ operation, kind, times: 1 });
      await expect(ask().then((response) => response.arrayBuffer())).rejects.toThrow();
    }
    expect((await ask()).status).toBe(status);
    expect(cognito.requests.map((request) => request.operation)).toEqual(Array(7).fill(operation));
  });
});

test('the record says what was asked of the public endpoints', async () => {
  await fetch(`${cognito.url}/oauth2/token`, { method: 'POST', body: new URLSearchParams('a=b&c=d') });
  await get('/error', { error: 'x' });
  expect(cognito.requests).toMatchObject([
    { operation: 'Token', url: '/oauth2/token', body: { a: 'b', c: 'd' }, region: '', accessKeyId: '' },
    { operation: 'ErrorPage', url: '/error?error=x', body: undefined },
  ]);
});
