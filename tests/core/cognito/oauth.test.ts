/** What is sent to the hosted UI, and every answer of it, row by row. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { HttpAnswer } from '../../../src/ports.ts';
import {
  authorizeUrl,
  hostedUiOrigin,
  issuerBase,
  loginPageUrl,
  logoutUrl,
  pkce,
  randomToken,
  randomUuid,
  tokenRequest,
  tokenUrl,
} from '../../../src/core/cognito/oauth.ts';
import {
  readAuthorizeAnswer,
  readDiscovery,
  readJwks,
  readLoginPage,
  readLogoutAnswer,
  readTokenAnswer,
} from '../../../src/core/cognito/oauth-answers.ts';
import { SECRET } from '../../support/account.ts';

const SETTINGS = {
  userPoolID: 'us-west-2_Pool12345',
  region: 'us-west-2',
  domainName: 'demo',
  awsTokenURL: 'https://demo.auth.us-west-2.amazoncognito.com/oauth2/token',
};
const ORIGIN = 'https://demo.auth.us-west-2.amazoncognito.com';
const EMULATOR = 'http://127.0.0.1:9229';
const CALLBACK = 'http://localhost:8686/auth';
const ASKED = { requestUrl: `${ORIGIN}/oauth2/authorize?client_id=x`, redirectUri: CALLBACK };

const answer = (status: number, headers: Record<string, string> = {}, body = ''): HttpAnswer => ({
  status,
  headers,
  body,
});
const to = (location: string, status = 302): HttpAnswer => answer(status, { location });
const json = (body: unknown, status = 200): HttpAnswer =>
  answer(status, { 'content-type': 'application/json' }, JSON.stringify(body));
const html = (body: string, status = 200): HttpAnswer =>
  answer(status, { 'content-type': 'text/html;charset=UTF-8' }, body);
const random = { bytes: (count: number) => crypto.getRandomValues(new Uint8Array(count)) };

describe('PKCE and random values', () => {
  test('the challenge is that of RFC 7636, appendix B', async () => {
    const octets = [
      116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212, 37, 77, 105, 214,
      191, 240, 91, 88, 5, 88, 83, 132, 141, 121,
    ];
    expect(await pkce({ bytes: () => Uint8Array.from(octets) })).toEqual({
      verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
      challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    });
  });

  test('tokens and UUIDs have their form', () => {
    for (let round = 0; round < 50; round += 1) {
      expect(randomToken(random)).toMatch(/^[\w-]{43}$/);
      expect(randomUuid(random)).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
    }
  });

  test('but for its version, all of a UUID is random', () => {
    const all = (value: number): string =>
      randomUuid({ bytes: (count) => new Uint8Array(count).fill(value) });
    expect(all(0)).toBe('00000000-0000-4000-8000-000000000000');
    expect(all(255)).toBe('ffffffff-ffff-4fff-bfff-ffffffffffff');
  });
});

describe('addresses', () => {
  test('are those of AWS, or the same paths at an emulator', () => {
    expect(hostedUiOrigin(SETTINGS, 'flat')).toBe(ORIGIN);
    expect(hostedUiOrigin(SETTINGS, 'flat', `${EMULATOR}/api/`)).toBe(EMULATOR);
    expect(hostedUiOrigin(SETTINGS, 'flat', 'nonsense')).toBe(ORIGIN);
    expect(issuerBase(SETTINGS)).toBe('https://cognito-idp.us-west-2.amazonaws.com/us-west-2_Pool12345');
    expect(issuerBase(SETTINGS, EMULATOR)).toBe(`${EMULATOR}/us-west-2_Pool12345`);
    expect(issuerBase({ region: 'us-west-2' })).toBeUndefined();
    expect(tokenUrl(SETTINGS, 'flat')).toBe(SETTINGS.awsTokenURL);
    expect(tokenUrl({ ...SETTINGS, awsTokenURL: 'https://sso.acme.org/t?x=1' }, 'flat')).toBe(
      'https://sso.acme.org/t?x=1',
    );
    expect(tokenUrl(SETTINGS, 'flat', EMULATOR)).toBe(`${EMULATOR}/oauth2/token`);
    expect(tokenUrl({ domainName: 'login.acme.org' }, 'nested')).toBe('https://login.acme.org/oauth2/token');
    const govCloud = { userPoolID: 'us-gov-west-1_Pool12345', domainName: 'demo' };
    expect(hostedUiOrigin(govCloud, 'flat')).toBe('https://demo.auth-fips.us-gov-west-1.amazoncognito.com');
  });

  test.each(['', 'demo/', 'user:notarealsecret@evil.test', 'demo.test:8080/x?', 'a b', 'evil.test#'])(
    'are not made of a domain that can be no host: %j',
    (domainName) => {
      expect(hostedUiOrigin({ ...SETTINGS, domainName }, 'nested')).toBeUndefined();
    },
  );

  test('authorize and the login page encode every value', () => {
    const request = {
      origin: ORIGIN,
      clientId: 'a+b',
      redirectUri: 'http://localhost:8686/auth?a=b&c=d',
      scope: 'openid email',
      state: 's',
      nonce: 'n',
      challenge: 'c',
    };
    const url = new URL(authorizeUrl(request));
    expect(url.href).not.toContain('+');
    expect(url.pathname).toBe('/oauth2/authorize');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: 'a+b',
      redirect_uri: 'http://localhost:8686/auth?a=b&c=d',
      scope: 'openid email',
      state: 's',
      nonce: 'n',
      code_challenge: 'c',
      code_challenge_method: 'S256',
    });
    expect(loginPageUrl({ origin: ORIGIN, clientId: 'a', redirectUri: CALLBACK, state: 's' })).toBe(
      `${ORIGIN}/login?response_type=code&client_id=a&redirect_uri=http%3A%2F%2Flocalhost%3A8686%2Fauth&state=s`,
    );
    expect(logoutUrl(ORIGIN, 'a', 'http://localhost:8686/')).toBe(
      `${ORIGIN}/logout?client_id=a&logout_uri=http%3A%2F%2Flocalhost%3A8686%2F`,
    );
  });

  test('the secret goes into Basic auth for the Go server and nowhere for the Node server', () => {
    const request = {
      url: SETTINGS.awsTokenURL,
      clientId: 'id',
      clientSecret: SECRET,
      code: 'c',
      redirectUri: CALLBACK,
    };
    const flat = tokenRequest({ ...request, layout: 'flat', verifier: 'v' });
    expect(flat.headers?.['authorization']).toBe(`Basic ${Buffer.from(`id:${SECRET}`).toString('base64')}`);
    expect(flat.body).toBe(
      'grant_type=authorization_code&client_id=id&code=c&redirect_uri=http%3A%2F%2Flocalhost%3A8686%2Fauth&code_verifier=v',
    );
    const nested = tokenRequest({ ...request, layout: 'nested' });
    expect(nested.headers).not.toHaveProperty('authorization');
    expect(JSON.stringify(nested)).not.toContain(SECRET);
  });
});

describe('the authorize endpoint', () => {
  test.each<[string, HttpAnswer, string]>([
    ['the login page', to('/login?client_id=x'), 'accepted'],
    ['the login page with its host', to(`${ORIGIN}/login?client_id=x`), 'accepted'],
    ['an OIDC provider', to('https://accounts.acme.org/o/oauth2/auth?client_id=1&scope=openid'), 'accepted'],
    ['a SAML provider', to('https://idp.acme.org/sso?SAMLRequest=abc'), 'accepted'],
    ['redirect_mismatch', to('/error?error=redirect_mismatch&client_id=x'), 'redirect-mismatch'],
    ['an unknown client', to(`${ORIGIN}/error?error=invalid_request`), 'unknown-client'],
    [
      'a scope in the description',
      to(`${CALLBACK}?error=invalid_request&error_description=invalid_scope`),
      'invalid-scope',
    ],
    ['a scope in the error', to(`${CALLBACK}?error=invalid_scope&state=s`), 'invalid-scope'],
    ['a scope on the error page', to('/error?error=invalid_scope'), 'invalid-scope'],
    ['the flow on the error page', to('/error?error=unauthorized_client'), 'unauthorized-client'],
    ['a provider of the client', to('https://sso.acme.org/in?identity_provider=x'), 'accepted'],
    ['a provider by another name', to('https://sso.acme.org/in?provider=x'), 'accepted'],
    ['a provider in the fragment alone', to('https://sso.acme.org/in#client_id=x'), 'unclear'],
    ['the error page of a stranger', to('https://evil.test/error?error=redirect_mismatch'), 'unclear'],
    ['the callback in the clear', to('https://localhost:8686/auth?error=invalid_scope'), 'unclear'],
    ['the callback on another port', to('http://localhost:8687/auth?error=invalid_scope'), 'unclear'],
    ['a page that moved for good', to('/login', 301), 'accepted'],
    ['a page to be seen elsewhere', to('/login', 303), 'accepted'],
    ['a page that moved for good, with its method', to('/login', 308), 'accepted'],
    ['a status of redirects that leads nowhere', to('/login', 304), 'unclear'],
    ['the flow in the error', to(`${CALLBACK}?error=unauthorized_client`), 'unauthorized-client'],
    [
      'the flow in the description',
      to(`${CALLBACK}?error=invalid_request&error_description=unauthorized_client`),
      'unauthorized-client',
    ],
    ['the flow in the fragment', to(`${CALLBACK}#error=unauthorized_client`), 'unauthorized-client'],
    ['no styled pages', html('<h1>Login pages unavailable</h1>', 403), 'pages-unavailable'],
    ['no hosted UI', html('<h1>404</h1>', 404), 'not-there'],
    ['any redirect status', to('/login', 307), 'accepted'],
    ['the login page itself, without a redirect', html('<form>'), 'unclear'],
    ['a redirect to a stranger', to('https://evil.test/login'), 'unclear'],
    ['a redirect to a stranger in the clear', to('http://evil.test/?client_id=1'), 'unclear'],
    ['a code, although nobody has signed in', to(`${CALLBACK}?code=abc`), 'unclear'],
    ['another error at the callback', to(`${CALLBACK}?error=server_error`), 'refused'],
    ['another error on the error page', to('/error?error=teapot'), 'refused'],
    ['the error page without a word', to('/error'), 'refused'],
    ['the error page with a word of every object', to('/error?error=constructor'), 'refused'],
    ['another page', to('/signup'), 'unclear'],
    ['a location that is none', to('http://['), 'unclear'],
    ['a redirect to nowhere', answer(302), 'unclear'],
    ['JSON', json({ ok: true }), 'unclear'],
    ['a server error', answer(500), 'unclear'],
    ['the words on a page of another kind', answer(200, {}, 'Login pages unavailable'), 'unclear'],
  ])('%s', (_, given, kind) => {
    expect(readAuthorizeAnswer(given, ASKED).kind).toBe(kind);
  });

  test('the callback is told from a longer one on the same host', () => {
    const longer = to('http://localhost:8686/authentic?error=unauthorized_client');
    expect(readAuthorizeAnswer(longer, ASKED).kind).toBe('unclear');
  });

  test("an emulator may name the hosted UI's real host", () => {
    const asked = { ...ASKED, requestUrl: `${EMULATOR}/oauth2/authorize` };
    const given = to(`${ORIGIN}/error?error=redirect_mismatch`);
    expect(readAuthorizeAnswer(given, asked).kind).toBe('unclear');
    expect(readAuthorizeAnswer(given, { ...asked, hostedUi: ORIGIN }).kind).toBe('redirect-mismatch');
  });

  test('what was seen names no query, which may hold a code, and no body', () => {
    const seen = (given: HttpAnswer): unknown => readAuthorizeAnswer(given, ASKED);
    expect(seen(to(`${CALLBACK}?code=notarealcode&state=s`))).toEqual({
      kind: 'unclear',
      seen: 'HTTP 302 to http://localhost:8686/auth',
    });
    expect(seen(to('https://odd.test/x\n#y?z'))).toMatchObject({
      seen: 'HTTP 302 to https://odd.test/x\\u{a}',
    });
    expect(seen(to('https://odd.test/x?y#z\nw'))).toMatchObject({ seen: 'HTTP 302 to https://odd.test/x' });
    expect(seen(answer(500, { 'content-type': '' }))).toMatchObject({ seen: 'HTTP 500' });
    expect(seen(answer(500, { 'content-type': 'a\u202eb; c' }))).toMatchObject({
      seen: 'HTTP 500 (a\\u{202e}b)',
    });
    expect(seen(html('notarealcode', 500))).toEqual({ kind: 'unclear', seen: 'HTTP 500 (text/html)' });
  });
});

test.each([
  ...['redirect_mismatch', 'invalid_request', 'invalid_client', 'invalid_grant', 'invalid_scope'],
  ...['unauthorized_client', 'unsupported_grant_type', 'unsupported_response_type', 'access_denied'],
  ...[
    'server_error',
    'temporarily_unavailable',
    'login_required',
    'interaction_required',
    'consent_required',
  ],
])('%s in an odd place is repeated, and no other word', (error) => {
  const at = (query: string): unknown => {
    const headers = { location: `https://odd.test/x?${query}` };
    const answer = { status: 302, headers, body: '' };
    return readAuthorizeAnswer(answer, {
      requestUrl: 'https://demo.test/',
      redirectUri: 'https://here.test/auth',
    });
  };
  expect(at(`error=${error}`)).toEqual({
    kind: 'unclear',
    seen: `HTTP 302 to https://odd.test/x with error=${error}`,
  });
  expect(at(`error=x${error}`)).toEqual({ kind: 'unclear', seen: 'HTTP 302 to https://odd.test/x' });
});

describe('the login page', () => {
  test.each<[string, HttpAnswer, string]>([
    ['a page', html('<form>'), 'accepted'],
    ['no styled pages, with status 200', html('<title>Login pages unavailable</title>'), 'pages-unavailable'],
    ['a refusal', to('/error?error=redirect_mismatch'), 'redirect-mismatch'],
    ['no such page', html('', 404), 'not-there'],
    ['JSON', json({}), 'unclear'],
  ])('%s', (_, given, kind) => {
    expect(readLoginPage(given, ASKED).kind).toBe(kind);
  });
});

describe('the token endpoint', () => {
  test.each<[string, HttpAnswer, unknown]>([
    [
      'a wrong code',
      json({ error: 'invalid_grant' }, 400),
      { kind: 'refused', error: 'invalid_grant', description: '' },
    ],
    [
      'a wrong secret',
      json({ error: 'invalid_client', error_description: 'd' }, 401),
      { kind: 'refused', error: 'invalid_client', description: 'd' },
    ],
    [
      'tokens',
      json({ id_token: 'i', access_token: 'a' }),
      { kind: 'tokens', tokens: { idToken: 'i', accessToken: 'a' } },
    ],
    [
      'an id token alone',
      json({ id_token: 'i' }),
      { kind: 'tokens', tokens: { idToken: 'i', accessToken: undefined } },
    ],
    [
      'an error with status 200',
      json({ error: 'invalid_grant' }),
      { kind: 'unclear', seen: 'HTTP 200 (application/json)' },
    ],
    [
      'tokens with status 400',
      json({ id_token: 'i' }, 400),
      { kind: 'unclear', seen: 'HTTP 400 (application/json)' },
    ],
    [
      'an error that is a sentence',
      json({ error: 'No way!' }, 400),
      { kind: 'unclear', seen: 'HTTP 400 (application/json)' },
    ],
    [
      'an error of the server',
      json({ error: 'server_error' }, 500),
      { kind: 'unclear', seen: 'HTTP 500 (application/json)' },
    ],
    ['a page', html('<h1>no</h1>', 405), { kind: 'unclear', seen: 'HTTP 405 (text/html)' }],
    ['a list', json(['invalid_grant'], 400), { kind: 'unclear', seen: 'HTTP 400 (application/json)' }],
    ['half a JSON', answer(400, {}, '{"error":"invalid_gr'), { kind: 'unclear', seen: 'HTTP 400' }],
    ['nothing', json(null, 400), { kind: 'unclear', seen: 'HTTP 400 (application/json)' }],
    ['a number', json(1, 400), { kind: 'unclear', seen: 'HTTP 400 (application/json)' }],
    ['an empty id token', json({ id_token: '' }), { kind: 'unclear', seen: 'HTTP 200 (application/json)' }],
    [
      'an access token that is none',
      json({ id_token: 'i', access_token: 1 }),
      { kind: 'tokens', tokens: { idToken: 'i', accessToken: undefined } },
    ],
    [
      'a description that is none, and the last status of a refusal',
      json({ error: 'invalid_grant', error_description: 1 }, 499),
      { kind: 'refused', error: 'invalid_grant', description: '' },
    ],
    [
      'an error before the refusals',
      json({ error: 'invalid_grant' }, 399),
      { kind: 'unclear', seen: 'HTTP 399 (application/json)' },
    ],
    ['a redirect', to('https://evil.test/?a=b'), { kind: 'unclear', seen: 'HTTP 302 to https://evil.test/' }],
  ])('%s', (_, given, expected) => {
    expect(readTokenAnswer(given)).toEqual(expected);
  });
});

describe('the sign-out endpoint', () => {
  const asked = { requestUrl: `${ORIGIN}/logout`, logOutUri: 'http://localhost:8686/' };

  test.each<[string, HttpAnswer, string]>([
    ['the sign-out URL', to('http://localhost:8686/'), 'accepted'],
    ['the sign-out URL, written otherwise', to('http://LOCALHOST:8686'), 'accepted'],
    ['the error page', to('/error?error=redirect_mismatch'), 'refused'],
    ['the error page with words', to('/error?error=Client+does+not+exist'), 'refused'],
    ['no hosted UI', html('', 404), 'not-there'],
    ['another URL', to('http://localhost:8687/'), 'unclear'],
    ['the login page', to('/login'), 'unclear'],
    ['a page', html('bye'), 'unclear'],
  ])('%s', (_, given, kind) => {
    expect(readLogoutAnswer(given, asked).kind).toBe(kind);
  });
});

describe('the public documents', () => {
  const KEY = { kty: 'RSA', alg: 'RS256', use: 'sig', kid: 'k', n: 'n', e: 'AQAB' };

  test.each<[string, HttpAnswer, unknown]>([
    ['one key', json({ keys: [KEY] }), { kind: 'document', keys: 1, rs256: 1 }],
    [
      'a key that says little',
      json({ keys: [{ ...KEY, alg: undefined, use: undefined }] }),
      { kind: 'document', keys: 1, rs256: 1 },
    ],
    ['none', json({ keys: [] }), { kind: 'document', keys: 0, rs256: 0 }],
    [
      'other keys',
      json({
        keys: [
          { ...KEY, alg: 'RS512' },
          { ...KEY, kty: 'EC' },
          { ...KEY, use: 'enc' },
          { ...KEY, n: '' },
          null,
          'x',
        ],
      }),
      { kind: 'document', keys: 6, rs256: 0 },
    ],
    ['no list', json({ keys: 'all' }), { kind: 'unclear', seen: 'HTTP 200 (application/json)' }],
    ['a page', html('<h1>Welcome to the hotel</h1>'), { kind: 'unclear', seen: 'HTTP 200 (text/html)' }],
    [
      'one key with an error',
      json({ keys: [KEY] }, 503),
      { kind: 'unclear', seen: 'HTTP 503 (application/json)' },
    ],
    ['nothing there', json({ message: 'no pool' }, 404), { kind: 'not-there' }],
    ['no pool of that name', json({ message: 'no pool' }, 400), { kind: 'not-there' }],
  ])('JWKS: %s', (_, given, expected) => {
    expect(readJwks(given)).toEqual(expected);
  });

  test('discovery: every address that the servers care about', () => {
    const given = json({
      issuer: 'https://i',
      jwks_uri: 'https://i/jwks.json',
      token_endpoint: 'https://h/oauth2/token',
    });
    expect(readDiscovery(given)).toEqual({
      kind: 'document',
      issuer: 'https://i',
      jwksUri: 'https://i/jwks.json',
      tokenEndpoint: 'https://h/oauth2/token',
    });
    expect(readDiscovery({ ...given, status: 503 })).toEqual({
      kind: 'unclear',
      seen: 'HTTP 503 (application/json)',
    });
  });

  test('discovery: what is missing is undefined', () => {
    expect(readDiscovery(json({ issuer: 'https://i', jwks_uri: 5 }))).toEqual({
      kind: 'document',
      issuer: 'https://i',
      jwksUri: undefined,
      tokenEndpoint: undefined,
    });
    expect(readDiscovery(json({}))).toMatchObject({ kind: 'unclear' });
    expect(readDiscovery(json({ message: 'x' }, 400))).toEqual({ kind: 'not-there' });
  });
});

test('no answer whatever makes a reader throw or repeat its body', () => {
  const anyAnswer = fc.record({
    status: fc.integer({ min: 100, max: 599 }),
    headers: fc.dictionary(fc.constantFrom('location', 'content-type'), fc.oneof(fc.webUrl(), fc.string())),
    body: fc.oneof(fc.json(), fc.string()).map((text) => `${text}notarealbody`),
  });
  fc.assert(
    fc.property(anyAnswer, (given) => {
      const read = [
        readAuthorizeAnswer(given, ASKED),
        readLoginPage(given, ASKED),
        readTokenAnswer(given),
        readLogoutAnswer(given, { requestUrl: ORIGIN, logOutUri: CALLBACK }),
        readDiscovery(given),
        readJwks(given),
      ];
      expect(JSON.stringify(read)).not.toContain('notarealbody');
    }),
  );
});
