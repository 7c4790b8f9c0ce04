/** Authorization codes: what a sign-in at the hosted UI has earned, until it is redeemed. */
import { randomUUID } from 'node:crypto';
import type { CognitoState } from './state.ts';

/** What a code stands for. */
export interface CodeGrant {
  readonly poolId: string;
  readonly clientId: string;
  /** Key of `Pool.users`. */
  readonly username: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly nonce: string | undefined;
  /** The PKCE challenge (S256), where there was one. */
  readonly challenge: string | undefined;
  /** Milliseconds since the epoch. */
  readonly issuedAt: number;
}

const CODE_LIFE_MS = 5 * 60 * 1000;

/** A code for the grant, good for five minutes and once. */
export function issueCode(state: CognitoState, grant: Omit<CodeGrant, 'issuedAt'>): string {
  const code = randomUUID();
  state.codes.set(code, { ...grant, issuedAt: state.now() });
  return code;
}

/** The grant of a code that this client may redeem, which is used up by that; undefined for every other code. */
export function redeemCode(state: CognitoState, code: string, clientId: string): CodeGrant | undefined {
  const grant = state.codes.get(code);
  if (grant?.clientId !== clientId) return undefined;
  state.codes.delete(code);
  return state.now() - grant.issuedAt < CODE_LIFE_MS ? grant : undefined;
}
