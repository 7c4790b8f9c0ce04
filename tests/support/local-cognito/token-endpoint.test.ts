/** Tests that the token endpoint refuses what Cognito refuses, and that each forgery is wrong only in the named point. */
import { createHash, createHmac, createPublicKey, verify, type JsonWebKey } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startLocalCognito, type LocalCognito } from '../local-cognito.ts';
import type { Forgery } from './forgeries.ts';
import { signInByScript } from './scripted-browser.ts';
import type { ClientDescription } from './state.ts';

const CALLBACK = 'http://localhost:8686/auth';
const ANN = { username: 'ann@people.test', password: 'notARealPassword1!' };

let cognito: LocalCognito;
let poolId: string;
let client: ClientDescription;
let now: number;

beforeEach(async () => {
  now = Date.UTC(2026, 10, 23);
  cognito = await startLocalCognito({ now: () => now });
  poolId = cognito.addPool().Id;
  client = cognito.addClient(poolId);
  cognito.addDomain(poolId, 'people');
  cognito.addUser(poolId, { email: ANN.username, password: ANN.password });
});

afterEach(async () => {
  await cognito.close();
});

async function newCode(query: Readonly<Record<string, string>> = {}, of = client): Promise<string> {
  const url = new URL('/oauth2/authorize', cognito.url);
  const whole = { response_type: 'code', client_id: of.ClientId, redirect_uri: CALLBACK, ...query };
  url.search = new URLSearchParams(whole).toString();
  const { callback } = await signInByScript(url, ANN);
  return callback?.searchParams.get('code') ?? '';
}

const basic = (id: string, secret = ''): string => `Basic ${btoa(`${id}:${secret}`)}`;

interface Post {
  /** `undefined` omits a field. */
  readonly fields?: Readonly<Record<string, string | undefined>>;
  /** Empty omits the header. */
  readonly authorization?: string;
}

function post({ fields = {}, authorization }: Post = {}): Promise<Response> {
  const body = new URLSearchParams();
  const whole: typeof fields = {
    grant_type: 'authorization_code',
    redirect_uri: CALLBACK,
    code: 'a code',
    ...fields,
  };
  for (const [name, value] of Object.entries(whole)) if (value !== undefined) body.set(name, value);
  const header = authorization ?? basic(client.ClientId, client.ClientSecret);
  return fetch(`${cognito.url}/oauth2/token`, {
    method: 'POST',
    body,
    headers: header === '' ? {} : { authorization: header },
  });
}

async function refusalOf(request: Post): Promise<unknown> {
  const response = await post(request);
  const reply = (await response.json()) as { readonly error?: unknown };
  expect(response.status).toBe(400);
  expect(Object.keys(reply)).toEqual(['error']);
  return reply.error;
}

async function tokensFor(query: Readonly<Record<string, string>> = {}): Promise<Record<string, string>> {
  const response = await post({ fields: { code: await newCode(query) } });
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, string>;
}

describe('the client', () => {
  test('with a secret must send it, in the header or in the form', async () => {
    const { ClientId, ClientSecret = '' } = client;
    const inForm = { client_id: ClientId, client_secret: ClientSecret };
    expect((await post({ fields: { code: await newCode() } })).status).toBe(200);
    expect((await post({ fields: { ...inForm, code: await newCode() }, authorization: '' })).status).toBe(
      200,
    );
    for (const wrong of [`${ClientSecret.slice(0, -1)}~`, `${ClientSecret}a`, '']) {
      expect(await refusalOf({ authorization: basic(ClientId, wrong) })).toBe('invalid_client');
      const fields = { client_id: ClientId, client_secret: wrong };
      expect(await refusalOf({ authorization: '', fields })).toBe('invalid_client');
    }
    expect(await refusalOf({ authorization: '', fields: { client_id: ClientId } })).toBe('invalid_client');
    expect(await refusalOf({ fields: { client_id: 'another' } })).toBe('invalid_client');
    expect(await refusalOf({ authorization: basic('nobody', ClientSecret) })).toBe('invalid_client');
    expect(await refusalOf({ authorization: '' })).toBe('invalid_request');
  });

  test('without a secret must not send any', async () => {
    const open = cognito.addClient(poolId, { ClientSecret: undefined });
    const fields = { client_id: open.ClientId };
    expect(await refusalOf({ authorization: basic(open.ClientId), fields })).toBe('invalid_client');
    expect(await refusalOf({ authorization: basic(open.ClientId, 'x'), fields })).toBe('invalid_client');
    const code = await newCode({}, open);
    expect((await post({ authorization: '', fields: { ...fields, code } })).status).toBe(200);
  });

  test('may have two secrets', async () => {
    const two = cognito.addClient(poolId, { SecondSecret: 'notarealsecretnumbertwo' });
    for (const secret of [two.ClientSecret, two.SecondSecret]) {
      expect(await refusalOf({ authorization: basic(two.ClientId, secret) })).toBe('invalid_grant');
    }
    expect(await refusalOf({ authorization: basic(two.ClientId, 'third') })).toBe('invalid_client');
  });
});

describe('the code', () => {
  test.each<[string, Post, string]>([
    ['an unknown code', {}, 'invalid_grant'],
    ['no code', { fields: { code: undefined } }, 'invalid_request'],
    ['no callback URL', { fields: { redirect_uri: undefined } }, 'invalid_request'],
    ['no grant type', { fields: { grant_type: undefined } }, 'invalid_request'],
    ['another grant type', { fields: { grant_type: 'password' } }, 'unsupported_grant_type'],
  ])('%s is refused', async (_, request, error) => {
    expect(await refusalOf(request)).toBe(error);
  });

  test('is valid once', async () => {
    const code = await newCode();
    expect((await post({ fields: { code } })).status).toBe(200);
    expect(await refusalOf({ fields: { code } })).toBe('invalid_grant');
  });

  test('is valid for less than five minutes', async () => {
    const [first, second] = [await newCode(), await newCode()];
    now += 5 * 60_000 - 1;
    expect((await post({ fields: { code: first } })).status).toBe(200);
    now += 1;
    expect(await refusalOf({ fields: { code: second } })).toBe('invalid_grant');
  });

  test('is valid only for its own callback, client and user', async () => {
    const fields = { code: await newCode(), redirect_uri: `${CALLBACK}/` };
    expect(await refusalOf({ fields })).toBe('invalid_grant');
    const other = cognito.addClient(poolId);
    const code = await newCode();
    const stolen = { fields: { code }, authorization: basic(other.ClientId, other.ClientSecret) };
    expect(await refusalOf(stolen)).toBe('invalid_grant');
    cognito.state.pools.get(poolId)?.users.clear();
    expect(await refusalOf({ fields: { code } })).toBe('invalid_grant');
  });

  test('requires the verifier of its challenge', async () => {
    const code_verifier = 'v'.repeat(43);
    const code_challenge = createHash('sha256').update(code_verifier).digest('base64url');
    const pkce = { code_challenge, code_challenge_method: 'S256' };
    for (const wrong of ['w'.repeat(43), code_challenge, undefined]) {
      const fields = { code: await newCode(pkce), code_verifier: wrong };
      expect(await refusalOf({ fields })).toBe('invalid_grant');
    }
    expect(await refusalOf({ fields: { code: await newCode(), code_verifier } })).toBe('invalid_grant');
    const fields = { code: await newCode(pkce), code_verifier };
    expect((await post({ fields })).status).toBe(200);
  });

  test('is checked only if the code flow is on', async () => {
    const code = await newCode();
    const undo = cognito.misconfigure(client.ClientId, 'code-flow-off');
    expect(await refusalOf({ fields: { code } })).toBe('unauthorized_client');
    undo();
    expect((await post({ fields: { code } })).status).toBe(200);
  });
});

test('only form bodies are accepted', async () => {
  const send = (contentType: string, body: string): Promise<Response> =>
    fetch(`${cognito.url}/oauth2/token`, { method: 'POST', headers: { 'content-type': contentType }, body });
  expect((await send('application/json', '{"grant_type":"authorization_code"}')).status).toBe(405);
  expect((await send('application/x-www-form-urlencoded', '{"grant_type":"x"}')).status).toBe(400);
  expect((await send('application/x-www-form-urlencoded', 'a='.padEnd(1_100_000, 'a'))).status).toBe(413);
});

function read(token = ''): { readonly header: Claims; readonly claims: Claims } {
  const [header = '', claims = ''] = token.split('.');
  const parse = (part: string): Claims => JSON.parse(Buffer.from(part, 'base64url').toString()) as Claims;
  return { header: parse(header), claims: parse(claims) };
}

type Claims = Readonly<Record<string, unknown>>;

describe('tokens', () => {
  test('contain what the scopes, the client and the groups allow', async () => {
    const all = await tokensFor();
    expect(read(all['id_token']).claims).toMatchObject({ email: ANN.username });
    expect(read(all['id_token']).claims).not.toHaveProperty('cognito:groups');
    expect(read(all['id_token']).claims).not.toHaveProperty('nonce');
    expect(read(all['access_token']).claims).toMatchObject({ scope: 'email openid' });
    expect(read((await tokensFor({ scope: 'openid' }))['id_token']).claims).not.toHaveProperty('email');
    const withoutOpenid = await tokensFor({ scope: 'email' });
    expect(withoutOpenid).not.toHaveProperty('id_token');
    expect(read(withoutOpenid['access_token']).claims).toMatchObject({ scope: 'email' });
    cognito.misconfigure(client.ClientId, 'email-unreadable');
    expect(read((await tokensFor())['id_token']).claims).not.toHaveProperty('email');
  });

  test('are valid as long as the client specifies', async () => {
    const validity = {
      AccessTokenValidity: 10,
      IdTokenValidity: 2,
      TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'days' },
    };
    cognito.state.pools.get(poolId)?.clients.set(client.ClientId, { ...client, ...validity });
    const reply = await tokensFor();
    expect(reply['expires_in']).toBe(600);
    const seconds = now / 1000;
    expect(read(reply['access_token']).claims).toMatchObject({ iat: seconds, exp: seconds + 600 });
    expect(read(reply['id_token']).claims).toMatchObject({ exp: seconds + 2 * 86_400, auth_time: seconds });
  });

  test('name the issuer of the pool', async () => {
    cognito.misconfigure(client.ClientId, 'issuer-changed');
    const iss = `https://issuer-cognito-idp.us-west-2.amazonaws.com/${poolId}`;
    expect(read((await tokensFor())['id_token']).claims).toMatchObject({ iss });
  });
});

describe('forgeries', () => {
  /** Whether the JWKS verifies the token, as a careful client would check it. */
  async function isVerified(token = ''): Promise<boolean> {
    const response = await fetch(`${cognito.url}/${poolId}/.well-known/jwks.json`);
    const { keys } = (await response.json()) as { readonly keys: readonly (JsonWebKey & { kid: string })[] };
    const { header } = read(token);
    const key = keys.find(({ kid }) => kid === header['kid']);
    const [head = '', payload = '', signature = ''] = token.split('.');
    return (
      header['alg'] === 'RS256' &&
      key !== undefined &&
      verify(
        'sha256',
        Buffer.from(`${head}.${payload}`),
        createPublicKey({ key, format: 'jwk' }),
        Buffer.from(signature, 'base64url'),
      )
    );
  }

  test.each<Forgery['kind']>([
    'alg-none',
    'hs256-with-public-key',
    'unknown-kid',
    'stolen-kid',
    'changed-payload',
  ])('%s fails verification, and the other token passes', async (kind) => {
    const stop = cognito.forge({ kind, tokens: ['access'] });
    const forged = await tokensFor();
    expect(await isVerified(forged['access_token'])).toBe(false);
    expect(await isVerified(forged['id_token'])).toBe(true);
    cognito.forge({ kind });
    const both = await tokensFor();
    expect(await isVerified(both['id_token'])).toBe(false);
    stop();
    expect(await isVerified((await tokensFor())['access_token'])).toBe(true);
  });

  test('are wrong in the named point', async () => {
    const genuine = await tokensFor();
    const { kid } = read(genuine['id_token']).header;
    const forge = async (kind: Forgery['kind']): Promise<string> => {
      cognito.forge({ kind });
      return (await tokensFor())['id_token'] ?? '';
    };
    expect(await forge('alg-none')).toMatch(/\.$/);
    expect(read(await forge('alg-none')).header).toEqual({ kid, alg: 'none' });
    expect(read(await forge('stolen-kid')).header).toEqual({ kid, alg: 'RS256' });
    expect(read(await forge('unknown-kid')).header).not.toMatchObject({ kid });
    expect(read(await forge('changed-payload')).claims).toMatchObject({ 'cognito:groups': ['admin'] });

    const [header = '', payload = '', signature = ''] = (await forge('hs256-with-public-key')).split('.');
    const jwks = await fetch(`${cognito.url}/${poolId}/.well-known/jwks.json`);
    const { keys } = (await jwks.json()) as { readonly keys: readonly JsonWebKey[] };
    const pem = createPublicKey({ key: keys[0] ?? {}, format: 'jwk' }).export({
      type: 'spki',
      format: 'pem',
    });
    const hmac = createHmac('sha256', pem).update(`${header}.${payload}`).digest('base64url');
    expect(signature).toBe(hmac);
  });

  test.each<[Forgery['kind'], object, object]>([
    [
      'other-issuer',
      { iss: 'https://cognito-idp.us-west-2.amazonaws.com/us-west-2_anotherpool' },
      { iss: 'https://cognito-idp.us-west-2.amazonaws.com/us-west-2_anotherpool' },
    ],
    ['other-client', { aud: 'anotherclient' }, { client_id: 'anotherclient' }],
    ['other-nonce', { nonce: 'anothernonce' }, { token_use: 'access' }],
    ['swapped', { token_use: 'access' }, { token_use: 'id' }],
    ['expired', { exp: Date.UTC(2026, 10, 21) / 1000 + 3600 }, { exp: Date.UTC(2026, 10, 21) / 1000 + 3600 }],
  ])('%s has genuine signatures', async (kind, id, access) => {
    cognito.forge({ kind });
    const reply = await tokensFor({ nonce: 'n' });
    expect(read(reply['id_token']).claims).toMatchObject(id);
    expect(read(reply['access_token']).claims).toMatchObject(access);
    expect(await isVerified(reply['id_token'])).toBe(true);
    expect(await isVerified(reply['access_token'])).toBe(true);
  });

  test('without a nonce, or with one place swapped', async () => {
    cognito.forge({ kind: 'no-nonce' });
    expect(read((await tokensFor({ nonce: 'n' }))['id_token']).claims).not.toHaveProperty('nonce');
    cognito.forge({ kind: 'swapped', tokens: ['access'] });
    const reply = await tokensFor();
    expect(read(reply['access_token']).claims).toMatchObject({ token_use: 'id' });
    expect(read(reply['id_token']).claims).toMatchObject({ token_use: 'id' });
  });
});
