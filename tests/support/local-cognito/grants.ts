/** Authorization codes: the result of a sign-in at the hosted UI, until it is redeemed. */
import { randomUUID } from 'node:crypto';
import type { CognitoState } from './state.ts';

/** What a code grants. */
export interface CodeGrant {
  readonly poolId: string;
  readonly clientId: string;
  /** Key of `Pool.users`. */
  readonly username: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly nonce: string | undefined;
  /** The PKCE challenge (S256), if any. */
  readonly challenge: string | undefined;
  /** Milliseconds since the epoch. */
  readonly issuedAt: number;
}

const CODE_LIFE_MS = 5 * 60 * 1000;

/** Creates a code for the grant, valid once within five minutes. */
export function issueCode(state: CognitoState, grant: Omit<CodeGrant, 'issuedAt'>): string {
  const code = randomUUID();
  state.codes.set(code, { ...grant, issuedAt: state.now() });
  return code;
}

/** Redeems a code of this client and returns its grant; undefined for any other code. */
export function redeemCode(state: CognitoState, code: string, clientId: string): CodeGrant | undefined {
  const grant = state.codes.get(code);
  if (grant?.clientId !== clientId) return undefined;
  state.codes.delete(code);
  return state.now() - grant.issuedAt < CODE_LIFE_MS ? grant : undefined;
}
