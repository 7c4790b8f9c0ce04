/** The RSA keys of a pool, its JWKS, and JSON Web Tokens signed with them. */
import { createHash, createPublicKey, generateKeyPair, sign, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { CognitoState, Pool } from './state.ts';

/** As in Cognito, a pool has two keys; here the first one signs. */
export type SigningKeys = readonly [signing: KeyObject, other: KeyObject];

/** Keys are generated once per process: the third pool of every local Cognito has the same ones. */
const MADE: Promise<KeyObject>[] = [];

/** The private keys of a pool; each call returns the same ones. */
export function signingKeysOf(state: CognitoState, pool: Pool): Promise<SigningKeys> {
  if (!pool.signingKeys) {
    const poolsWithKeys = [...state.pools.values()].filter((other) => other.signingKeys !== undefined).length;
    pool.signingKeys = Promise.all([madeKey(2 * poolsWithKeys), madeKey(2 * poolsWithKeys + 1)]);
  }
  return pool.signingKeys;
}

/** A private key outside every JWKS. */
export async function strangersKey(): Promise<KeyObject> {
  return (STRANGER.key ??= newKey());
}

const STRANGER: { key?: Promise<KeyObject> } = {};

function madeKey(index: number): Promise<KeyObject> {
  return (MADE[index] ??= newKey());
}

async function newKey(): Promise<KeyObject> {
  return (await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })).privateKey;
}

/** The JWKS of a pool. */
export async function jwksOf(state: CognitoState, pool: Pool): Promise<{ readonly keys: readonly object[] }> {
  return { keys: pool.jwksEmpty ? [] : (await signingKeysOf(state, pool)).map(publicJwk) };
}

function publicJwk(key: KeyObject): object {
  const { kty, n, e } = createPublicKey(key).export({ format: 'jwk' });
  return { alg: 'RS256', e, kid: kidOf(key), kty, n, use: 'sig' };
}

/** The key's ID in the JWKS. */
export function kidOf(key: KeyObject): string {
  const { n = '' } = createPublicKey(key).export({ format: 'jwk' });
  return createHash('sha256').update(n).digest('base64');
}

/** A token in compact form; `signer` receives `header.payload` and returns the signature. */
export function compactToken(
  header: object,
  claims: object,
  signer: (signed: string) => Buffer = () => Buffer.alloc(0),
): string {
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${signer(signed).toString('base64url')}`;
}

/** A signer for RS256. */
export function rs256(key: KeyObject): (signed: string) => Buffer {
  return (signed) => sign('sha256', Buffer.from(signed), key);
}
