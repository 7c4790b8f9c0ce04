/**
 * What both servers need of a user pool and its app client, for the rules over an account. The templates of `provision`
 * (templates/pool/) make such a pool; a test deploys them and runs the rules. What differs between the two servers
 * is in layouts.ts.
 */

/** Source: the public code of both servers; see docs/decisions/0008-what-the-servers-really-read.md. */
export const CLIENT_NEEDS = {
  /** The OAuth flow, as Cognito calls it. */
  flow: 'code',
  /** The flat server asks for no scope, so the client's own must hold these. */
  scopes: ['openid', 'email'],
  /** People of the pool itself, among the client's identity providers. */
  provider: 'COGNITO',
  /** Has to be in the id token, so the client must be allowed to read it. */
  attribute: 'email',
} as const;

/** The group whose members the flat server makes admins, where it is their only one; source: its `validateIdToken`. */
export const ADMIN_GROUP = 'admin';
