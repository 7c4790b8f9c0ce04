/**
 * A sign-in as the servers see it: what a request to the callback address means, what each server makes of the token
 * endpoint's reply, and which role it gives. Pure. Source of what the servers do: their public code (`requestToken` and
 * `validateIdToken` of the Go server, `cognitoAuth` and the callback of the Node server).
 */
import type { CallbackRequest, Claims } from '../../ports.ts';
import type { Layout } from '../config/layouts.ts';
import { unquote } from '../config/paste.ts';
import { ADMIN_GROUP } from '../config/requirements.ts';
import { parseUrl } from '../config/endpoints.ts';

/** What the sign-in under way has sent out. */
export interface Expected {
  readonly redirectUri: string;
  readonly state: string;
}

/** What ends the wait: a code, or the hosted UI's refusal. The code is never to be printed. */
export type Outcome =
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'refused'; readonly error: string; readonly description: string };

/** Why a request to the callback address changes nothing. */
export type Ignored =
  | 'method'
  | 'host'
  | 'path'
  | 'bare' // neither a code nor an error: the address was opened by hand, or the answer stands behind a #
  | 'state' // missing, repeated, or another sign-in's
  | 'ambiguous' // a code and an error, or several of one, or a code that can be none
  | 'head'
  | 'again';

export type Meaning = Outcome | { readonly kind: 'ignored'; readonly why: Ignored };

const ignored = (why: Ignored): Meaning => ({ kind: 'ignored', why });

/** Cognito's codes are UUIDs; other servers use longer ones. */
const LONGEST_CODE = 2048;

/**
 * What a request to the callback address means. Everything but the right answer to this very sign-in is ignored, since
 * any page in any browser on the machine can send requests here; `isTaken` says that the answer was here already.
 */
export function readCallback(
  { method, target, host }: CallbackRequest,
  { redirectUri, state }: Expected,
  isTaken: boolean,
): Meaning {
  const wanted = new URL(redirectUri);
  if (method !== 'GET' && method !== 'HEAD') return ignored('method');
  // A page elsewhere can have its own name lead here (DNS rebinding), but it cannot change this header.
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
  const [error = ''] = errors;
  if (code === undefined) {
    return { kind: 'refused', error, description: fields.get('error_description') ?? '' };
  }
  return /^[\x21-\x7e]+$/.test(code) && code.length <= LONGEST_CODE
    ? { kind: 'code', code }
    : ignored('ambiguous');
}

/** Compares two texts in a time that does not tell how much of them is the same. */
export function isSame(given: string, expected: string): boolean {
  let difference = given.length ^ expected.length;
  for (let at = 0; at < expected.length; at += 1) {
    difference |= (given.charCodeAt(at) || 0) ^ expected.charCodeAt(at);
  }
  return difference === 0;
}

/** Why a pasted address is not the end of this sign-in; ends in no full stop. */
const NOT_THE_END: Readonly<Record<Ignored, string>> = {
  method: 'this is not the address',
  host: 'this is not the address',
  path: 'this is not the address',
  head: 'this is not the address',
  again: 'this address was used already',
  bare: 'there is no code in it: copy the whole address, with all that stands behind the ?',
  state: 'it belongs to another sign-in: start from the address above, in this run',
  ambiguous: 'the code in it cannot be read: copy the whole address, once',
};

/** What an address means that a person has copied from the browser; a text says what is wrong with it. */
export function readPasted(pasted: string, { redirectUri, state }: Expected): Outcome | string {
  const address = parseUrl(unquote(pasted));
  const wanted = new URL(redirectUri);
  if (address === undefined) return 'this is no address: it begins with http:// or https://';
  if (address.origin !== wanted.origin || address.pathname !== wanted.pathname) {
    return `it does not begin with ${redirectUri}: sign in to the end, then copy the address`;
  }
  const fields = new URLSearchParams(address.search);
  for (const [name, value] of new URLSearchParams(address.hash.slice(1))) fields.append(name, value);
  const meaning = readFields(fields, state);
  return meaning.kind === 'ignored' ? NOT_THE_END[meaning.why] : meaning;
}

export type Role = 'admin' | 'worker';

export interface RoleDecision {
  /** Undefined: the server knows no roles. */
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
      reason:
        'the Node server knows no roles: whoever signs in may do everything, and groups count for nothing',
      groups,
    };
  }
  // fmt.Sprint of the claim, compared with the text "[admin]".
  if (goSprint(claims['cognito:groups']) === `[${ADMIN_GROUP}]`) {
    return { role: 'admin', reason: 'the user is in the group admin and in no other', groups };
  }
  return { role: 'worker', reason: reasonForWorker(groups), groups };
}

function reasonForWorker(groups: readonly string[]): string {
  if (groups.length === 0) return 'the user is in no group';
  return groups.includes(ADMIN_GROUP)
    ? 'the user is in the group admin, but in others too, and the Go server makes an admin only of who is in admin alone'
    : 'the user is not in the group admin';
}

function goSprint(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(goSprint).join(' ')}]` : String(value);
}

function groupsOf(claims: Claims): readonly string[] {
  const groups = claims['cognito:groups'];
  return Array.isArray(groups) ? groups.filter((group): group is string => typeof group === 'string') : [];
}

/** The tokens of a reply, undefined where they are missing. Never to be printed. */
export interface Reply {
  readonly idToken: string | undefined;
  readonly accessToken: string | undefined;
  readonly refreshToken: string | undefined;
  readonly tokenType: string | undefined;
}

/** Reads the token endpoint's 200 as JSON; undefined where it is none. */
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

/** What keeps the layout's server from using a reply that is sound in itself. */
export type ReplyFault =
  | 'too-few-parts' // to the login page again, and again
  | 'order' // a token is taken for another one, or cut wrongly
  | 'missing';

/** How the layout's server fares with a reply; undefined: well. */
export function replyFault(layout: Layout, body: string, reply: Reply): ReplyFault | undefined {
  const { idToken, accessToken, refreshToken, tokenType } = reply;
  if (layout === 'nested') {
    // Its pages use the tokens only if all four are there.
    return [idToken, accessToken, refreshToken, tokenType].includes(undefined) ? 'missing' : undefined;
  }
  const parts = body.split(',');
  if (parts.length < 3) return 'too-few-parts';
  const [id, access, refresh] = parts.map(goToken);
  return id === idToken && access === accessToken && refresh === refreshToken && refresh !== undefined
    ? undefined
    : 'order';
}

/** `{"id_token":"x"` as the Go server cuts it: what stands behind the first colon, without its first and last byte. */
function goToken(part: string): string | undefined {
  return part.split(':')[1]?.slice(1, -1);
}
