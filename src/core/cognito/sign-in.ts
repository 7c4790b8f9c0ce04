/**
 * A sign-in as the servers see it: what a request to the callback URL means, how each server reads the token
 * endpoint's reply, and which role it gives. Pure. Source of what the servers do: their public code (`requestToken` and
 * `validateIdToken` of the Go server, `cognitoAuth` and the callback of the Node server).
 */
import type { CallbackRequest, Claims } from '../../ports.ts';
import type { Layout } from '../config/layouts.ts';
import { shellWord } from '../text/display.ts';
import { onFile, say } from '../text/hint.ts';
import { unquote } from '../config/paste.ts';
import { ADMIN_GROUP } from '../config/requirements.ts';
import { parseUrl } from '../config/endpoints.ts';
import { fieldsOf, isErrorPage } from './oauth-answers.ts';
import { refusalIn, type Refusal } from './oauth-errors.ts';

/** What the current sign-in has sent. */
export interface Expected {
  readonly redirectUri: string;
  readonly state: string;
  /** The address of the authorize request. */
  readonly address: string;
}

/** What ends the wait: a code, or the hosted UI's refusal. Never print the code. */
export type Outcome =
  { readonly kind: 'code'; readonly code: string } | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Why a request to the callback URL is ignored. */
export type Ignored =
  | 'method'
  | 'host'
  | 'path'
  | 'bare' // neither a code nor an error: somebody opened the address, or the answer is after a #
  | 'state' // missing, repeated, or another sign-in's
  | 'ambiguous' // a code and an error, several of one, or an invalid code
  | 'head'
  | 'again';

export type Meaning = Outcome | { readonly kind: 'ignored'; readonly why: Ignored };

const ignored = (why: Ignored): Meaning => ({ kind: 'ignored', why });

/** Cognito's codes are UUIDs; other servers use longer ones. */
const LONGEST_CODE = 2048;

/**
 * What a request to the callback URL means. Everything except the answer to this sign-in is ignored, because any page
 * in any browser on the machine can send requests here. `isTaken`: the answer has already arrived.
 */
export function readCallback(
  { method, target, host }: CallbackRequest,
  { redirectUri, state }: Omit<Expected, 'address'>,
  isTaken: boolean,
): Meaning {
  const wanted = new URL(redirectUri);
  if (method !== 'GET' && method !== 'HEAD') return ignored('method');
  // DNS rebinding lets a page elsewhere send requests here, but it cannot change this header.
  if (host?.toLowerCase() !== wanted.host) return ignored('host');
  const [path = '', ...query] = target.split('?');
  if (path !== wanted.pathname) return ignored('path');
  const meaning = readFields(new URLSearchParams(query.join('?')), state);
  if (meaning.kind === 'ignored') return meaning;
  if (method === 'HEAD') return ignored('head');
  return isTaken ? ignored('again') : meaning;
}

function readFields(fields: URLSearchParams, expectedState: string): Meaning {
  const states = fields.getAll('state');
  const codes = fields.getAll('code');
  const errors = fields.getAll('error');
  if (states.length + codes.length + errors.length === 0) return ignored('bare');
  const [state = '', ...otherStates] = states;
  if (otherStates.length > 0 || !isSame(state, expectedState)) return ignored('state');
  if (codes.length + errors.length !== 1) return ignored('ambiguous');
  const [code] = codes;
  if (code === undefined) {
    return { kind: 'refused', refusal: refusalIn('callback', fields) };
  }
  return /^[\x21-\x7e]+$/.test(code) && code.length <= LONGEST_CODE
    ? { kind: 'code', code }
    : ignored('ambiguous');
}

/** Compares two texts in constant time. */
export function isSame(given: string, expected: string): boolean {
  let difference = given.length ^ expected.length;
  for (let at = 0; at < expected.length; at += 1) {
    difference |= (given.charCodeAt(at) || 0) ^ expected.charCodeAt(at);
  }
  return difference === 0;
}

/** Why a pasted address does not finish this sign-in; without a full stop. */
const NOT_THE_END: Readonly<Record<Ignored, string>> = {
  method: 'not the callback URL',
  host: 'not the callback URL',
  path: 'not the callback URL',
  head: 'not the callback URL',
  again: 'this address was already used',
  bare: 'no code in the address: copy the whole address, including everything after the ?',
  state: 'the address is from another sign-in: open the address above and sign in again',
  ambiguous: 'the code in the address is invalid: copy the whole address, once',
};

/** What a pasted address means; a text if it is invalid, with the reason. */
export function readPasted(
  pasted: string,
  { redirectUri, state, address: asked }: Expected,
): Outcome | string {
  const address = parseUrl(unquote(pasted));
  const wanted = new URL(redirectUri);
  if (address === undefined) return 'not a URL: expected http:// or https:// at the start';
  const fields = fieldsOf(address);
  // This page has no state, and nothing comes after it.
  if (isErrorPage(address, { requestUrl: asked })) {
    return { kind: 'refused', refusal: refusalIn('error page', fields) };
  }
  if (address.origin !== wanted.origin || address.pathname !== wanted.pathname) {
    return `the address does not begin with ${redirectUri}: finish the sign-in, then copy the address`;
  }
  // Some failures of an identity provider come back without the state. Whoever pastes one has seen it.
  if (fields.has('error') && !fields.has('state') && !fields.has('code')) {
    return { kind: 'refused', refusal: refusalIn('callback', fields) };
  }
  const meaning = readFields(fields, state);
  return meaning.kind === 'ignored' ? NOT_THE_END[meaning.why] : meaning;
}

export type Role = 'admin' | 'worker';

export interface RoleDecision {
  /** Undefined: the server has no roles. */
  readonly role: Role | undefined;
  /** A clause without a full stop. */
  readonly reason: string;
  readonly groups: readonly string[];
}

/** The role that the layout's server gives, from the verified claims of the id token. */
export function decideRole(layout: Layout, claims: Claims): RoleDecision {
  const groups = groupsOf(claims);
  if (layout === 'nested') {
    return {
      role: undefined,
      reason: 'the Node server has no roles: every user can do everything, and groups have no effect',
      groups,
    };
  }
  // fmt.Sprint of the claim, compared with the text "[admin]".
  if (goSprint(claims['cognito:groups']) === `[${ADMIN_GROUP}]`) {
    return { role: 'admin', reason: 'admin is the user’s only group', groups };
  }
  return { role: 'worker', reason: reasonForWorker(groups), groups };
}

/** `us-west-2_AbCdEf123_Google`: the group of an identity provider. */
const PROVIDER_GROUP = /^[a-z]+(?:-[a-z]+)+-\d+_[0-9A-Za-z]+_./;

/** Whether Cognito has put a user into the group of an identity provider, as it does at every sign-in through one. */
export const isInProviderGroup = (groups: readonly string[]): boolean =>
  groups.some((group) => PROVIDER_GROUP.test(group));

/** The command that removes a user from a group. */
export function leaveGroup(pool: string, username: string, group: string, region = ''): string {
  const where = region === '' ? '' : ` --region ${shellWord(region)}`;
  return `aws cognito-idp admin-remove-user-from-group --user-pool-id ${shellWord(pool)} --username ${shellWord(username)} --group-name ${shellWord(group)}${where}`;
}

/** Why a federated user is a worker; a clause without a full stop. */
export const FEDERATED_WORKER =
  'the user signs in through an identity provider, and Cognito adds them to its group at every sign-in; the Go server requires admin to be the only group';

/** How somebody with a federated user can be an admin. */
export const FEDERATED_REMEDY = say`Create a pool account for them: ${onFile('users add', 'EMAIL --admin')}. Or add a pre token generation trigger that sets the groups of the token to admin.`;

function reasonForWorker(groups: readonly string[]): string {
  if (groups.length === 0) return 'the user is not in any group';
  if (groups.includes(ADMIN_GROUP) && isInProviderGroup(groups)) return FEDERATED_WORKER;
  return groups.includes(ADMIN_GROUP)
    ? 'the user is in the group admin and in another group; the Go server requires admin to be the only group'
    : 'the user is not in the group admin';
}

function goSprint(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(goSprint).join(' ')}]` : String(value);
}

function groupsOf(claims: Claims): readonly string[] {
  const groups = claims['cognito:groups'];
  return Array.isArray(groups) ? groups.filter((group): group is string => typeof group === 'string') : [];
}

/** The tokens of a reply; undefined if missing. Never print them. */
export interface Reply {
  readonly idToken: string | undefined;
  readonly accessToken: string | undefined;
  readonly refreshToken: string | undefined;
  readonly tokenType: string | undefined;
}

/** Reads the token endpoint's reply as JSON; undefined if it is not JSON. */
export function readReply(body: string): Reply | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const text = (name: string): string | undefined => {
    const found = (value as Readonly<Record<string, unknown>>)[name];
    return typeof found === 'string' && found !== '' ? found : undefined;
  };
  return {
    idToken: text('id_token'),
    accessToken: text('access_token'),
    refreshToken: text('refresh_token'),
    tokenType: text('token_type'),
  };
}

/** Why the layout's server cannot use a valid reply. */
export type ReplyFault =
  | 'too-few-parts' // the server redirects to the login page again and again
  | 'order' // the server mixes up tokens, or cuts them wrongly
  | 'missing';

/** Why the layout's server cannot use a reply; undefined if it can. */
export function replyFault(layout: Layout, body: string, reply: Reply): ReplyFault | undefined {
  const { idToken, accessToken, refreshToken, tokenType } = reply;
  if (layout === 'nested') {
    // Its pages use the tokens only if they have all four.
    return [idToken, accessToken, refreshToken, tokenType].includes(undefined) ? 'missing' : undefined;
  }
  const parts = body.split(',');
  if (parts.length < 3) return 'too-few-parts';
  const [id, access, refresh] = parts.map(goToken);
  return id === idToken && access === accessToken && refresh === refreshToken && refresh !== undefined
    ? undefined
    : 'order';
}

/** `{"id_token":"x"` as the Go server cuts it: the part after the first colon, without its first and last byte. */
function goToken(part: string): string | undefined {
  return part.split(':')[1]?.slice(1, -1);
}
