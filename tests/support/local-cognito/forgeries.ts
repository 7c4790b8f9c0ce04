/** Forged tokens that a client must refuse. Each differs from a genuine one in a single point. */
import { createHmac, createPublicKey, type KeyObject } from 'node:crypto';
import { compactToken, kidOf, rs256, strangersKey } from './signing-keys.ts';
import type { SigningKeys } from './signing-keys.ts';

/** The fault in the tokens. */
type ForgeryKind =
  | 'alg-none' // unsigned, with `alg` none
  | 'hs256-with-public-key' // signed with the PEM of the public key as the secret
  | 'unknown-kid' // signed by a key outside the JWKS, with that key's own ID
  | 'stolen-kid' // signed by a key outside the JWKS, with the ID of a key in it
  | 'changed-payload' // a claim is changed after signing
  | 'other-issuer'
  | 'other-client'
  | 'expired'
  | 'other-nonce'
  | 'no-nonce'
  | 'swapped'; // the ID token as the access token, and vice versa

/** Which tokens are forged, and how. */
export interface Forgery {
  readonly kind: ForgeryKind;
  /** The forged tokens; the other one is genuine. Both by default. For `swapped`: the places with the wrong token. */
  readonly tokens?: readonly TokenKind[];
}

export type TokenKind = 'id' | 'access';
export type Claims = Readonly<Record<string, unknown>>;

/** Returns the token in compact form; genuine if there is no forgery for its kind. */
export async function issueToken(
  claims: Claims,
  keys: SigningKeys,
  kind: TokenKind,
  forgery: Forgery | undefined,
): Promise<string> {
  const forged = forgery && strikes(forgery, kind) ? forgery.kind : undefined;
  const altered = (forged && ALTERED_CLAIMS[forged]?.(claims)) ?? claims;
  const [key] = keys;
  return (forged && FORGED_SIGNATURES[forged]?.(altered, key)) ?? genuine(altered, key);
}

/** Whether the forgery applies to tokens of this kind. */
export function strikes(forgery: Forgery, kind: TokenKind): boolean {
  return (forgery.tokens ?? ['id', 'access']).includes(kind);
}

function genuine(claims: Claims, key: KeyObject): string {
  return compactToken({ kid: kidOf(key), alg: 'RS256' }, claims, rs256(key));
}

const FORGED_SIGNATURES: Partial<
  Record<ForgeryKind, (claims: Claims, key: KeyObject) => string | Promise<string>>
> = {
  'alg-none': (claims, key) => compactToken({ kid: kidOf(key), alg: 'none' }, claims),
  'hs256-with-public-key': (claims, key) => {
    const secret = createPublicKey(key).export({ type: 'spki', format: 'pem' });
    return compactToken({ kid: kidOf(key), alg: 'HS256' }, claims, (signed) =>
      createHmac('sha256', secret).update(signed).digest(),
    );
  },
  'unknown-kid': async (claims) => genuine(claims, await strangersKey()),
  'stolen-kid': async (claims, key) =>
    compactToken({ kid: kidOf(key), alg: 'RS256' }, claims, rs256(await strangersKey())),
  'changed-payload': (claims, key) => {
    const [header = '', , signature = ''] = genuine(claims, key).split('.');
    const changed = { ...claims, 'cognito:groups': ['admin'], username: 'somebodyelse' };
    return `${header}.${Buffer.from(JSON.stringify(changed)).toString('base64url')}.${signature}`;
  },
};

const ALTERED_CLAIMS: Partial<Record<ForgeryKind, (claims: Claims) => Claims>> = {
  'other-issuer': (claims) => ({ ...claims, iss: String(claims['iss']).replace(/_[^_]*$/, '_anotherpool') }),
  'other-client': (claims) => ({
    ...claims,
    ...('aud' in claims && { aud: 'anotherclient' }),
    ...('client_id' in claims && { client_id: 'anotherclient' }),
  }),
  expired: (claims) => {
    const earlier = (name: string): number => Number(claims[name]) - AGO_SECONDS;
    return { ...claims, exp: earlier('exp'), iat: earlier('iat'), auth_time: earlier('auth_time') };
  },
  'other-nonce': (claims) => ({ ...claims, ...('nonce' in claims && { nonce: 'anothernonce' }) }),
  'no-nonce': (claims) => ({ ...claims, nonce: undefined }),
};

/** Longer ago than any token is valid. */
const AGO_SECONDS = 2 * 86_400;
