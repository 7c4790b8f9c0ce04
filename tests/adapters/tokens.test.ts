/** The token verifier against every forgery that the stand-in knows, and those that the library alone would let through. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { verifyToken } from '../../src/adapters/tokens.ts';
import { systemClock } from '../../src/adapters/process.ts';
import type { Claims, TokenCheck } from '../../src/ports.ts';
import { TokenRefused } from '../../src/core/failures.ts';
import { issueToken, type Forgery } from '../support/local-cognito/forgeries.ts';
import { compactToken, kidOf, rs256 } from '../support/local-cognito/signing-keys.ts';

const ISSUER = 'https://cognito-idp.us-west-2.amazonaws.com/us-west-2_Pool12345';
const CLIENT = '1clientaaaaaaaaaaaaaaaaaaa';
const NOW = Math.floor(systemClock.now() / 1000);

let key: KeyObject;
let other: KeyObject;

beforeAll(() => {
  key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
});

const shared = { iss: ISSUER, sub: 'x', iat: NOW, exp: NOW + 3600 };
const CLAIMS: Readonly<Record<'id' | 'access', Claims>> = {
  id: { ...shared, token_use: 'id', aud: CLIENT, email: 'ann@labels.test', nonce: 'n' },
  access: { ...shared, token_use: 'access', client_id: CLIENT, username: 'ann' },
};

const jwk = (of: KeyObject, changes: object = {}): object => ({
  ...createPublicKey(of).export({ format: 'jwk' }),
  kid: kidOf(of),
  alg: 'RS256',
  use: 'sig',
  ...changes,
});

const jwks = (): unknown => ({ keys: [jwk(other), jwk(key)] });

function check(token: string, use: 'id' | 'access', changes: Partial<TokenCheck> = {}): Claims {
  return verifyToken({ token, use, issuer: ISSUER, clientId: CLIENT, jwks: jwks(), ...changes }, systemClock);
}

/** What is wrong with a token, as `fault` or `fault: what it says instead`. */
function refusal(token: string, use: 'id' | 'access', changes: Partial<TokenCheck> = {}): string {
  try {
    check(token, use, changes);
  } catch (error) {
    expect(error).toBeInstanceOf(TokenRefused);
    const { fault, actual, message } = error as TokenRefused;
    // Neither the token nor any part of it may get out by way of an error.
    for (const part of token.split('.').filter(({ length }) => length > 20)) {
      expect(`${message} ${String(actual)}`).not.toContain(part);
    }
    return actual === undefined ? fault : `${fault}: ${actual}`;
  }
  return 'believed';
}

const signed = (claims: object, header: object = {}): string =>
  compactToken({ kid: kidOf(key), alg: 'RS256', ...header }, claims, rs256(key));

test.each(['id', 'access'] as const)('believes a genuine %s token and gives its claims', (use) => {
  expect(check(signed(CLAIMS[use]), use)).toEqual(CLAIMS[use]);
});

describe.each(['id', 'access'] as const)('refuses an %s token', (use) => {
  test.each<[Forgery['kind'], string]>([
    ['alg-none', 'malformed'],
    ['hs256-with-public-key', 'algorithm: HS256'],
    ['unknown-kid', 'unknown-key'],
    ['stolen-kid', 'signature'],
    ['changed-payload', 'signature'],
    ['other-issuer', 'issuer: https://cognito-idp.us-west-2.amazonaws.com/us-west-2_anotherpool'],
    ['other-client', 'client: anotherclient'],
    ['expired', 'expired'],
  ])('forged: %s', async (kind, expected) => {
    const forged = await issueToken(CLAIMS[use], [key, other], use, { kind });
    expect(refusal(forged, use)).toBe(expected);
  });

  test('that says it is not signed, and is', () => {
    expect(refusal(signed(CLAIMS[use], { alg: 'none' }), use)).toBe('algorithm: none');
  });

  test.each([
    [['exp'], '["exp"]'],
    [['b64', 'urn:x'], '["b64","urn:x"]'],
    [[], '[]'],
    ['exp', '"exp"'],
    [null, 'null'],
  ])('whose header requires an extension: crit %j', (crit, actual) => {
    expect(refusal(signed(CLAIMS[use], { crit }), use)).toBe(`extension: ${actual}`);
  });

  test('that is of the other kind', () => {
    const wrong = use === 'id' ? 'access' : 'id';
    expect(refusal(signed(CLAIMS[wrong]), use)).toBe(`use: ${wrong}`);
  });

  test.each<[name: string, expected: string, changes: object]>([
    ['without an end', 'expired', { exp: undefined }],
    ['whose end is a text', 'malformed', { exp: 'never' }],
    ['from the future', 'not-yet-valid', { iat: NOW + 3600 }],
    ['without a beginning', 'not-yet-valid', { iat: undefined }],
    ['that is not valid yet', 'not-yet-valid', { nbf: NOW + 3600 }],
    ['without an issuer', 'issuer', { iss: undefined }],
    ['with the new form of issuer', 'issuer', { iss: ISSUER.replace('cognito-idp', 'issuer-cognito-idp') }],
    ['with a slash behind the issuer', 'issuer', { iss: `${ISSUER}/` }],
    ['without a use', 'use', { token_use: undefined }],
    ['without a client', 'client', { aud: undefined, client_id: undefined }],
    ['for several clients', 'client', { aud: ['x', 'y'], client_id: ['x', 'y'] }],
  ])('%s', (_name, expected, changes) => {
    expect(refusal(signed({ ...CLAIMS[use], ...changes }), use).split(':')[0]).toBe(expected);
  });
});

describe('keys', () => {
  const token = (): string => signed(CLAIMS.id);

  test.each<[name: string, expected: string, given: () => unknown]>([
    ['no JWKS', 'keys', () => undefined],
    ['a text', 'keys', () => 'keys'],
    ['no keys in it', 'unknown-key', () => ({ keys: [] })],
    ['keys that are none', 'keys', () => ({ keys: [1] })],
    ['another key', 'unknown-key', () => ({ keys: [jwk(other)] })],
    ['another key of the same name', 'signature', () => ({ keys: [jwk(other, { kid: kidOf(key) })] })],
    ['a key for encryption', 'keys', () => ({ keys: [jwk(key, { use: 'enc' })] })],
    ['a key for another algorithm', 'algorithm', () => ({ keys: [jwk(key, { alg: 'RS512' })] })],
  ])('%s', (_name, expected, given) => {
    expect(refusal(token(), 'id', { jwks: given() }).split(':')[0]).toBe(expected);
  });

  test('without an algorithm of their own serve RS256 only', () => {
    const open = {
      keys: [jwk(key, { alg: undefined })].map((one) => JSON.parse(JSON.stringify(one)) as object),
    };
    expect(refusal(token(), 'id', { jwks: open })).toBe('believed');
    const rs512 = compactToken({ kid: kidOf(key), alg: 'RS512' }, CLAIMS.id, (text) =>
      sign('sha512', Buffer.from(text), key),
    );
    expect(refusal(rs512, 'id', { jwks: open })).toBe('algorithm: RS512');
  });

  test('have to be named in the token', () => {
    expect(refusal(signed(CLAIMS.id, { kid: undefined }), 'id')).toBe('unknown-key');
  });
});

test.each([
  ['nothing', ''],
  ['a word', 'token'],
  ['three words', 'a.b.c'],
  ['two parts', 'e30.e30'],
  ['blank', ' . . '],
])('refuses what is no token: %s', (_name, token) => {
  expect(refusal(token, 'id')).toBe('malformed');
});
