/** Tokens that a client has to refuse, on demand: each one differs from a genuine one in a single point. */
import { createHmac, createPublicKey, type KeyObject } from 'node:crypto';
import { compactToken, kidOf, rs256, strangersKey } from './signing-keys.ts';
import type { SigningKeys } from './signing-keys.ts';

/** What is wrong with the tokens. */
type ForgeryKind =
  | 'alg-none' // not signed, and says so
  | 'hs256-with-public-key' // signed with the public key's PEM as the secret
  | 'unknown-kid' // signed by a key that is not in the JWKS, under that key's own id
  | 'stolen-kid' // signed by a key that is not in the JWKS, under the id of one that is
  | 'changed-payload' // a claim was changed after signing
  | 'other-issuer'
  | 'other-client'
  | 'expired'
  | 'other-nonce'
  | 'no-nonce'
  | 'swapped'; // the id token where the access token belongs, and the reverse

/** Which tokens are forged how. */
export interface Forgery {
  readonly kind: ForgeryKind;
  /** Which one stays genuine is left out; both unless told. For `swapped`: the places that hold the wrong token. */
  readonly tokens?: readonly TokenKind[];
}

export type TokenKind = 'id' | 'access';
export type Claims = Readonly<Record<string, unknown>>;

/** Gives the token in compact form, genuine where there is no forgery for its kind. */
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

/** Whether the forgery is for tokens of this kind. */
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

/** Longer ago than any token lives. */
const AGO_SECONDS = 2 * 86_400;
