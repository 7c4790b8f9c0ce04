/** The tokens of the token endpoint: claims as in Cognito, in a reply with Cognito's key order. */
import { randomBytes, randomUUID } from 'node:crypto';
import { issueToken, strikes } from './forgeries.ts';
import type { Claims, TokenKind } from './forgeries.ts';
import type { CodeGrant } from './grants.ts';
import { issuerOf } from './public-documents.ts';
import { signingKeysOf } from './signing-keys.ts';
import type { ClientDescription, CognitoState, Pool } from './state.ts';
import { groupsOf } from './users.ts';
import type { User } from './users.ts';

/** The sign-in and its request. */
export interface SignIn {
  readonly pool: Pool;
  readonly client: ClientDescription;
  readonly user: User;
  readonly grant: CodeGrant;
}

/** The reply. The flat layout's server splits it by position: id, access, refresh. */
export async function issueTokens(state: CognitoState, signIn: SignIn): Promise<object> {
  const { pool, client, grant } = signIn;
  const { id, access } = claimsOf(state, signIn);
  const keys = await signingKeysOf(state, pool);
  const { forgery } = state;
  const swapped = (kind: TokenKind): boolean => forgery?.kind === 'swapped' && strikes(forgery, kind);
  const idToken = await issueToken(swapped('id') ? access : id, keys, 'id', forgery);
  const accessToken = await issueToken(swapped('access') ? id : access, keys, 'access', forgery);
  const refreshToken = `notarealrefreshtoken.${randomBytes(64).toString('base64url')}`;
  state.handedOut.push(idToken, accessToken, refreshToken);
  return {
    ...(grant.scopes.includes('openid') && { id_token: idToken }),
    access_token: accessToken,
    refresh_token: refreshToken,
    expires_in: lifeOf(client, 'AccessToken'),
    token_type: 'Bearer',
  };
}

function claimsOf(
  state: CognitoState,
  { pool, client, user, grant }: SignIn,
): { readonly id: Claims; readonly access: Claims } {
  const iat = Math.floor(state.now() / 1000);
  const groups = groupsOf(pool, user);
  const shared = {
    sub: user.attributes.get('sub'),
    ...(groups.length > 0 && { 'cognito:groups': groups }),
    iss: issuerOf(grant.poolId, pool),
    origin_jti: randomUUID(),
    event_id: randomUUID(),
    auth_time: Math.floor(grant.issuedAt / 1000),
    iat,
  };
  return {
    id: {
      ...shared,
      ...readableAttributes(client, user, grant.scopes),
      'cognito:username': user.Username,
      ...(grant.nonce !== undefined && { nonce: grant.nonce }),
      aud: client.ClientId,
      token_use: 'id',
      exp: iat + lifeOf(client, 'IdToken'),
      jti: randomUUID(),
    },
    access: {
      ...shared,
      version: 2,
      client_id: client.ClientId,
      token_use: 'access',
      scope: grant.scopes.join(' '),
      exp: iat + lifeOf(client, 'AccessToken'),
      jti: randomUUID(),
      username: user.Username,
    },
  };
}

/** The attributes of each scope; `email_verified` is a boolean, not text. */
const SCOPE_ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
  profile: ['name', 'given_name', 'family_name', 'preferred_username', 'locale', 'zoneinfo'],
};

function readableAttributes(client: ClientDescription, user: User, scopes: readonly string[]): Claims {
  const names = Object.entries(SCOPE_ATTRIBUTES).flatMap(([scope, found]) =>
    scopes.includes(scope) ? found : [],
  );
  const claims: Record<string, unknown> = {};
  for (const name of names) {
    const value = user.attributes.get(name);
    if (value === undefined || !(client.ReadAttributes?.includes(name) ?? true)) continue;
    claims[name] = name.endsWith('_verified') ? value === 'true' : value;
  }
  return claims;
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };

/** Seconds: TokenValidityUnitsType of the service model; one hour by default. */
function lifeOf(client: ClientDescription, token: 'AccessToken' | 'IdToken'): number {
  const units = client['TokenValidityUnits'] as Readonly<Record<string, string>> | undefined;
  const validity = client[`${token}Validity`];
  const unit = UNIT_SECONDS[units?.[token] ?? 'hours'] ?? 3600;
  return (typeof validity === 'number' ? validity : 1) * unit;
}
