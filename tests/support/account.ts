/** Complete accounts, from which tests remove something. */
import type { AccountFacts } from '../../src/core/rules/account/facts.ts';
import type { AppClient, UserPool } from '../../src/ports.ts';

export const POOL_ID = 'us-west-2_Pool12345';
export const CLIENT_ID = '1clientaaaaaaaaaaaaaaaaaaa';
export const SECRET = 'notarealsecret0123456789abcdefghijklmnopqrstuvwxyz00';

export function aPool(pool: Partial<UserPool> = {}): UserPool {
  return {
    id: POOL_ID,
    name: 'people',
    domain: 'demo',
    customDomain: undefined,
    issuerType: undefined,
    usernameAttributes: [],
    aliasAttributes: [],
    emailSender: undefined,
    invitationDays: 7,
    estimatedUsers: undefined,
    ...pool,
  };
}

/** An app client for the server of the flat layout. */
export function aClient(client: Partial<AppClient> = {}): AppClient {
  return {
    id: CLIENT_ID,
    name: 'web',
    secret: SECRET,
    callbackUrls: ['http://localhost:8686/auth'],
    signOutUrls: ['http://localhost:8686/'],
    defaultRedirectUri: undefined,
    flows: ['code'],
    oauthEnabled: true,
    scopes: ['openid', 'email'],
    identityProviders: ['COGNITO'],
    readAttributes: undefined,
    ...client,
  };
}

/** A correct account for the flat layout. */
export function anAccount(facts: Partial<AccountFacts> = {}): AccountFacts {
  const pool = facts.pool ?? aPool();
  return {
    layout: 'flat',
    region: 'us-west-2',
    pool,
    client: aClient(),
    candidates: [],
    domains: [pool.domain, pool.customDomain].flatMap((domain) =>
      domain === undefined
        ? []
        : [
            {
              domain,
              description: { domain, userPoolId: pool.id, status: 'ACTIVE' },
            },
          ],
    ),
    groups: ['admin'],
    hidden: [],
    configuredDomain: undefined,
    port: 8686,
    wanted: {},
    differences: [],
    ...facts,
  };
}
