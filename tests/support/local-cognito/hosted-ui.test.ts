/** Tests that the hosted UI answers every probe as in the table of facts about Cognito, and signs in only valid users. */
import { createHash, createPublicKey, verify, type JsonWebKey } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startLocalCognito, type LocalCognito } from '../local-cognito.ts';
import { signInByScript } from './scripted-browser.ts';
import type { ClientDescription } from './state.ts';

const CALLBACK = 'http://localhost:8686/auth';
const ANN = { username: 'ann@people.test', password: 'notARealPassword1!' };

let cognito: LocalCognito;
let poolId: string;
let client: ClientDescription;

beforeEach(async () => {
  cognito = await startLocalCognito({ region: 'eu-west-1' });
  poolId = cognito.addPool().Id;
  client = cognito.addClient(poolId);
  cognito.addDomain(poolId, 'people');
  cognito.addGroup(poolId, 'admin');
  cognito.addUser(poolId, { email: ANN.username, password: ANN.password, groups: ['admin'] });
});

afterEach(async () => {
  await cognito.close();
});

function authorizeUrl(changes: Readonly<Record<string, string | undefined>> = {}): URL {
  const url = new URL('/oauth2/authorize', cognito.url);
  const query: Readonly<Record<string, string | undefined>> = {
    response_type: 'code',
    client_id: client.ClientId,
    redirect_uri: CALLBACK,
    scope: 'openid email',
    state: 'a state',
    ...changes,
  };
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url;
}

async function locationOf(url: URL | string): Promise<string> {
  const response = await fetch(url, { redirect: 'manual' });
  expect(response.status).toBe(302);
  return response.headers.get('location') ?? '';
}

function changeClient(changes: Partial<ClientDescription>): void {
  cognito.state.pools.get(poolId)?.clients.set(client.ClientId, { ...client, ...changes });
}

describe('a complete sign-in', () => {
  test('returns tokens that the JWKS verifies', async () => {
    const verifier = 'v'.repeat(43);
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const url = authorizeUrl({ nonce: 'n', code_challenge: challenge, code_challenge_method: 'S256' });
    const { callback } = await signInByScript(url, ANN);
    expect(callback?.href).toMatch(/^http:\/\/localhost:8686\/auth\?code=[0-9a-f-]{36}&state=a\+state$/);

    const response = await fetch(`${cognito.url}/oauth2/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${client.ClientId}:${client.ClientSecret ?? ''}`)}` },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: client.ClientId,
        redirect_uri: CALLBACK,
        code: callback?.searchParams.get('code') ?? '',
        code_verifier: verifier,
      }),
    });
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    const reply = (await response.json()) as Record<string, string>;
    expect(Object.keys(reply)).toEqual([
      'id_token',
      'access_token',
      'refresh_token',
      'expires_in',
      'token_type',
    ]);
    expect(reply).toMatchObject({ expires_in: 3600, token_type: 'Bearer' });

    const jwks = await fetch(`${cognito.url}/${poolId}/.well-known/jwks.json`);
    const { keys } = (await jwks.json()) as { readonly keys: readonly (JsonWebKey & { kid: string })[] };
    const claimsOf = (token = ''): object => {
      const [header = '', payload = '', signature = ''] = token.split('.');
      const read = (part: string): object =>
        JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as object;
      expect(read(header)).toEqual({ kid: keys[0]?.kid, alg: 'RS256' });
      const key = createPublicKey({ key: keys[0] ?? {}, format: 'jwk' });
      const signed = Buffer.from(`${header}.${payload}`);
      expect(verify('sha256', signed, key, Buffer.from(signature, 'base64url'))).toBe(true);
      return read(payload);
    };
    const shared = {
      iss: `https://cognito-idp.eu-west-1.amazonaws.com/${poolId}`,
      'cognito:groups': ['admin'],
    };
    const id = claimsOf(reply['id_token']);
    expect(id).toMatchObject({
      ...shared,
      token_use: 'id',
      aud: client.ClientId,
      nonce: 'n',
      email: ANN.username,
      email_verified: true,
      'cognito:username': ANN.username,
    });
    const access = claimsOf(reply['access_token']);
    expect(access).toMatchObject({
      ...shared,
      token_use: 'access',
      client_id: client.ClientId,
      scope: 'openid email',
      username: ANN.username,
    });
    for (const name of ['sub', 'auth_time', 'iat', 'exp', 'jti', 'origin_jti', 'event_id']) {
      expect(id).toHaveProperty(name);
      expect(access).toHaveProperty(name);
    }
    expect(access).not.toHaveProperty('aud');
    expect(access).not.toHaveProperty('nonce');
    expect(cognito.requests.map((request) => request.operation)).toEqual([
      'Authorize',
      'LoginPage',
      'SignIn',
      'Token',
      'Jwks',
    ]);
  });
});

describe('authorize', () => {
  test('redirects to the sign-in page with an unchanged query', async () => {
    const url = `${cognito.url}/oauth2/authorize?response_type=code&client_id=${client.ClientId}&redirect_uri=${CALLBACK}&x=%7e?y`;
    expect(await locationOf(url)).toBe(`/login${new URL(url).search}`);
    cognito.state.hostedUi.locations = 'absolute';
    expect(await locationOf(url)).toBe(`${cognito.url}/login${new URL(url).search}`);
  });

  test.each<[string, Record<string, string | undefined>, string]>([
    ['an unknown client', { client_id: 'nobody' }, '/error?error=invalid_request&client_id=nobody'],
    ['no client', { client_id: undefined }, '/error?error=invalid_request&client_id='],
    ['no callback URL', { redirect_uri: undefined }, '/error?error=invalid_request&client_id=CLIENT'],
    ...[
      `${CALLBACK}/`,
      'http://LOCALHOST:8686/auth',
      'https://localhost:8686/auth',
      CALLBACK.slice(0, -1),
    ].map((redirect_uri): [string, Record<string, string>, string] => [
      `the callback URL ${redirect_uri}`,
      { redirect_uri },
      '/error?error=redirect_mismatch&client_id=CLIENT',
    ]),
    [
      'a scope that is not allowed',
      { scope: 'openid phone' },
      `${CALLBACK}?error=invalid_request&error_description=invalid_scope&state=a+state`,
    ],
    ['a token flow', { response_type: 'token' }, `${CALLBACK}?error=unauthorized_client&state=a+state`],
    [
      'no flow',
      { response_type: undefined },
      `${CALLBACK}?error=invalid_request&error_description=invalid+response_type&state=a+state`,
    ],
    [
      'a plain code challenge',
      { code_challenge: 'c'.repeat(43), code_challenge_method: 'plain', state: undefined },
      `${CALLBACK}?error=invalid_request&error_description=code_challenge_method+must+be+S256`,
    ],
    [
      'an invalid code challenge',
      { code_challenge: 'short', code_challenge_method: 'S256', state: undefined },
      `${CALLBACK}?error=invalid_request&error_description=invalid+code_challenge`,
    ],
  ])('refuses %s', async (_, changes, location) => {
    expect(await locationOf(authorizeUrl(changes))).toBe(location.replace('CLIENT', client.ClientId));
  });

  test.each([
    ['AllowedOAuthFlows', ['implicit']],
    ['AllowedOAuthFlows', undefined],
    ['AllowedOAuthFlowsUserPoolClient', false],
  ])('refuses a client with %s %j, in each form that Cognito uses', async (field, value) => {
    changeClient({ [field]: value });
    const { hostedUi } = cognito.state;
    expect(await locationOf(authorizeUrl())).toBe(`${CALLBACK}?error=unauthorized_client&state=a+state`);
    hostedUi.unauthorizedClientPart = 'fragment';
    expect(await locationOf(authorizeUrl())).toBe(`${CALLBACK}#error=unauthorized_client&state=a+state`);
    hostedUi.unauthorizedClientField = 'error_description';
    expect(await locationOf(authorizeUrl())).toBe(
      `${CALLBACK}#error=invalid_request&error_description=unauthorized_client&state=a+state`,
    );
  });

  test('names a scope that is not allowed, in each form that Cognito uses', async () => {
    cognito.state.hostedUi.invalidScope = 'error';
    const url = authorizeUrl({ scope: 'phone', state: undefined });
    expect(await locationOf(url)).toBe(`${CALLBACK}?error=invalid_scope`);
    cognito.state.hostedUi.invalidScope = 'error-page';
    expect(await locationOf(url)).toBe(`/error?error=invalid_scope&client_id=${client.ClientId}`);
  });

  test('keeps the query of the callback URL', async () => {
    changeClient({ CallbackURLs: ['https://a.test/auth?b=c'] });
    const url = authorizeUrl({ redirect_uri: 'https://a.test/auth?b=c', scope: 'x', state: undefined });
    expect(await locationOf(url)).toMatch(/^https:\/\/a\.test\/auth\?b=c&error=/);
  });

  test('does not exist without an active domain', async () => {
    cognito.addDomain(poolId, 'people', { Status: 'CREATING' });
    expect((await fetch(authorizeUrl(), { redirect: 'manual' })).status).toBe(404);
    cognito.state.domains.clear();
    expect((await fetch(authorizeUrl({ client_id: 'x' }), { redirect: 'manual' })).status).toBe(404);
    cognito.addDomain(cognito.addPool().Id, 'others');
    expect((await fetch(authorizeUrl(), { redirect: 'manual' })).status).toBe(404);
  });

  test('redirects users to other identity providers', async () => {
    changeClient({ SupportedIdentityProviders: ['COGNITO', 'Corp'] });
    expect(await locationOf(authorizeUrl({ identity_provider: 'Corp' }))).toMatch(/^https:\/\/idp\.test\//);
    expect(await locationOf(authorizeUrl({ identity_provider: 'COGNITO' }))).toMatch(/^\/login\?/);
    expect(await locationOf(authorizeUrl({ identity_provider: 'Google' }))).toMatch(/^\/error\?/);
    changeClient({ SupportedIdentityProviders: ['Corp'] });
    expect(await locationOf(authorizeUrl())).toMatch(/^https:\/\/idp\.test\//);
  });
});

describe('the sign-in page', () => {
  test('escapes all input', async () => {
    const evil = `"><script>alert('&')</script>`;
    const { page, callback } = await signInByScript(authorizeUrl({ state: evil }), {
      ...ANN,
      username: evil,
    });
    expect(callback).toBeUndefined();
    expect(page).not.toMatch(/<script|"">|src=/i);
    const direct = await fetch(`${cognito.url}/login${authorizeUrl().search}&"'><img>`);
    expect(await direct.text()).not.toContain('<img>');
    const error = await fetch(`${cognito.url}/error?error=<img>&error_description=<img>`);
    expect(error.status).toBe(400);
    expect(await error.text()).not.toContain('<img>');
  });

  test.each([
    ['a wrong password', { ...ANN, password: 'wrong' }],
    ['an unknown user', { ...ANN, username: 'bob@people.test' }],
    ['a user without a password', { username: 'eve@people.test', password: '' }],
  ])('is shown again after %s', async (_, fields) => {
    cognito.addUser(poolId, { email: 'eve@people.test' });
    const { page, callback } = await signInByScript(authorizeUrl(), fields);
    expect(callback).toBeUndefined();
    expect(page).toContain('<p role="alert">Incorrect username or password.</p>');
    expect(page).toContain('<form');
    expect(page).not.toContain('wrong');
  });

  test('refuses a disabled user, and asks to replace a temporary password', async () => {
    const user = cognito.addUser(poolId, { email: 'eve@people.test', password: 'temporary', enabled: false });
    const eve = { username: user.Username.toUpperCase(), password: 'temporary' };
    expect((await signInByScript(authorizeUrl(), eve)).page).toContain('User is disabled.');
    Object.assign(user, { enabled: true, status: 'FORCE_CHANGE_PASSWORD' });
    expect((await signInByScript(authorizeUrl(), eve)).page).toContain('name="new_password"');
    const { callback } = await signInByScript(authorizeUrl(), { ...eve, new_password: 'lasting' });
    expect(callback?.searchParams.has('code')).toBe(true);
    expect(user).toMatchObject({ status: 'CONFIRMED', password: 'lasting' });
  });

  test('accepts the email address only if the pool does', async () => {
    const aliased = cognito.addPool({ AliasAttributes: ['email'] }).Id;
    const named = cognito.addPool({ UsernameAttributes: ['email'] }).Id;
    for (const id of [aliased, named]) {
      cognito.addDomain(id, `domain-${id.toLowerCase()}`);
      cognito.addUser(id, {
        email: 'eve@people.test',
        password: 'p',
        ...(id === aliased && { username: 'eve' }),
      });
      const url = authorizeUrl({ client_id: cognito.addClient(id).ClientId });
      const { callback } = await signInByScript(url, { username: 'eve@people.test', password: 'p' });
      expect(callback?.searchParams.has('code')).toBe(true);
    }
    cognito.addUser(poolId, { email: 'eve@people.test', password: 'p', username: 'eve' });
    const { callback } = await signInByScript(authorizeUrl(), { username: 'eve@people.test', password: 'p' });
    expect(callback).toBeUndefined();
  });

  test('checks the query again when the form is submitted', async () => {
    const response = await fetch(
      `${cognito.url}/login${authorizeUrl({ redirect_uri: 'https://evil.test/' }).search}`,
      {
        method: 'POST',
        body: new URLSearchParams(ANN),
        redirect: 'manual',
      },
    );
    expect(response.headers.get('location')).toMatch(/^\/error\?error=redirect_mismatch/);
  });

  test('is unavailable in managed login without a branding style', async () => {
    cognito.addDomain(poolId, 'people', { ManagedLoginVersion: 2 });
    const login = `${cognito.url}${await locationOf(authorizeUrl())}`;
    const unavailable = await fetch(login);
    expect(unavailable.status).toBe(403);
    expect(await unavailable.text()).toContain('Login pages unavailable');
    cognito.state.pools.get(poolId)?.brandedClients.add(client.ClientId);
    expect(await (await fetch(login)).text()).toContain('<form');
  });

  test('offers the client’s identity providers', async () => {
    const login = `${cognito.url}/login${authorizeUrl().search}`;
    changeClient({ SupportedIdentityProviders: ['Corp'] });
    const page = await (await fetch(login)).text();
    expect(page).toContain('Continue with Corp');
    expect(page).not.toContain('<form');
    changeClient({ SupportedIdentityProviders: undefined });
    expect(await (await fetch(login)).text()).toContain('Login option is not available');
    const posted = await fetch(login, { method: 'POST', body: new URLSearchParams(ANN), redirect: 'manual' });
    expect(posted.status).toBe(200);
  });
});

describe('sign-out', () => {
  const logoutUrl = (query: Record<string, string>): string =>
    `${cognito.url}/logout?${new URLSearchParams(query).toString()}`;

  test('redirects to exactly the requested URL if it is registered', async () => {
    const [logout_uri = ''] = client.LogoutURLs ?? [];
    expect(await locationOf(logoutUrl({ client_id: client.ClientId, logout_uri }))).toBe(logout_uri);
  });

  test.each([
    ['an unregistered URL', { logout_uri: 'http://localhost:8686' }, 'redirect_mismatch'],
    ['no URL', {}, 'invalid_request'],
    ['an unknown client', { client_id: 'nobody', logout_uri: 'http://localhost:8686/' }, 'invalid_request'],
  ])('refuses %s', async (_, query, error) => {
    const location = await locationOf(logoutUrl({ client_id: client.ClientId, ...query }));
    expect(location).toMatch(new RegExp(`^/error\\?error=${error}&`));
  });
});

test('a path of the hosted UI accepts only its own methods', async () => {
  expect((await fetch(`${cognito.url}/oauth2/token`)).status).toBe(405);
  expect((await fetch(`${cognito.url}/logout`, { method: 'POST' })).status).toBe(405);
});
