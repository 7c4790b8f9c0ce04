/** What doctor sees for a correct file and correct services, from which tests break something. */
import type { AccountFacts } from '../../src/core/rules/account/facts.ts';
import type { Finding } from '../../src/core/rules/finding.ts';
import type { AccountSight, Admin, Asked, LiveFacts } from '../../src/core/rules/live/facts.ts';
import type { TokenAnswer } from '../../src/core/cognito/oauth-answers.ts';
import type { AppClient } from '../../src/ports.ts';
import type { HttpFailureKind } from '../../src/core/failures.ts';
import { aClient, anAccount, CLIENT_ID, POOL_ID } from './account.ts';

export const ISSUER = `https://cognito-idp.us-west-2.amazonaws.com/${POOL_ID}`;
export const HOST = 'demo.auth.us-west-2.amazoncognito.com';
const TOKEN_ENDPOINT = `https://${HOST}/oauth2/token`;
const CALLBACK = 'http://localhost:8686/auth';

export const answered = <T>(answer: T): Asked<T> => ({ kind: 'answered', answer });
export const unreachable = (failure: HttpFailureKind, host = HOST): Asked<never> => ({
  kind: 'unreachable',
  failure,
  host,
  detail: 'EXAMPLE',
});
export const notThere = answered({ kind: 'not-there' } as const);
export const unclear = answered({ kind: 'unclear', seen: 'HTTP 418' } as const);
export const refused = (error: string): Asked<TokenAnswer> =>
  answered({ kind: 'refused', error, description: '' });
export const UNKNOWN_CLIENT = answered({
  kind: 'unknown-client',
  refusal: { at: 'error page', error: 'Client does not exist', description: '' },
} as const);
export const published = {
  kind: 'document',
  issuer: ISSUER,
  jwksUri: `${ISSUER}/.well-known/jwks.json`,
  tokenEndpoint: TOKEN_ENDPOINT,
} as const;

export const NO_CREDENTIALS = {
  kind: 'unseen',
  why: 'no AWS credentials',
  remedy: 'Run aws configure.',
  isNoSuchPool: false,
} as const satisfies AccountSight;

export const anAdmin = (name: string, otherGroups: readonly string[] = [], isFederated = false): Admin => ({
  name,
  username: `u-${name}`,
  isFederated,
  otherGroups,
});

/** An account as read with credentials. */
export const seen = (
  facts: Partial<AccountFacts> = {},
  more: Partial<AccountSight & { kind: 'seen' }> = {},
): AccountSight => ({
  kind: 'seen',
  facts: anAccount({ wanted: { redirectUri: CALLBACK, logOutUri: 'http://localhost:8686/' }, ...facts }),
  isSecretDifferent: false,
  secrets: 1,
  missingProviders: [],
  admins: [anAdmin('ada@labels.test')],
  ...more,
});
export const withClient = (client: Partial<AppClient>): AccountSight => seen({ client: aClient(client) });

/** A correct file and correct services. */
export const liveFacts = (changes: Partial<LiveFacts> = {}): LiveFacts => ({
  layout: 'flat',
  fileFindings: [],
  meant: {
    poolId: POOL_ID,
    region: 'us-west-2',
    issuer: ISSUER,
    jwksUrl: `${ISSUER}/.well-known/jwks.json`,
    host: HOST,
    tokenEndpoint: TOKEN_ENDPOINT,
    clientId: CLIENT_ID,
    redirectUri: CALLBACK,
    logOutUri: 'http://localhost:8686/',
    isLoginOn: true,
  },
  emulator: undefined,
  oidc: answered(published),
  jwks: answered({ kind: 'document', keys: 2, rs256: 2 }),
  loginPage: answered({ kind: 'accepted' }),
  authorize: answered({ kind: 'accepted' }),
  secret: { real: refused('invalid_grant'), changed: refused('invalid_client') },
  signOut: answered({ kind: 'accepted' }),
  account: seen(),
  ...changes,
});

/** The public answers of a missing hosted UI. */
export const NO_HOSTED_UI = {
  loginPage: notThere,
  authorize: notThere,
  signOut: notThere,
  secret: {
    real: answered({ kind: 'unclear', seen: 'HTTP 404' } as const),
    changed: answered({ kind: 'unclear', seen: 'HTTP 404' } as const),
  },
};
export const fileError = (code: string, path: string): Finding => ({
  code,
  severity: 'error',
  path,
  args: {},
});
