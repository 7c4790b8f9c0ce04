/** The public documents of a pool, without credentials: OIDC discovery and the JWKS, with the values of real AWS. */
import { domainsOf, isCustom } from './pools.ts';
import { notFound } from './service-failure.ts';
import { jwksOf } from './signing-keys.ts';
import { partitionOf } from './state.ts';
import type { CognitoState, Pool } from './state.ts';

/** One of the two public documents of a pool. */
export interface DocumentRequest {
  readonly operation: 'OpenIdConfiguration' | 'Jwks';
  readonly poolId: string;
}

/** Throws ServiceFailure for an unknown pool. */
export async function publicDocument(state: CognitoState, request: DocumentRequest): Promise<object> {
  const pool = state.pools.get(request.poolId);
  if (!pool) throw notFound(`User pool ${request.poolId} does not exist.`);
  return request.operation === 'Jwks' ? await jwksOf(state, pool) : discovery(state, request.poolId, pool);
}

function discovery(state: CognitoState, poolId: string, pool: Pool): object {
  const issuer = issuerOf(poolId, pool);
  return {
    ...hostedUiEndpoints(state, poolId, pool),
    id_token_signing_alg_values_supported: ['RS256'],
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    response_types_supported: ['code', 'token'],
    scopes_supported: ['openid', 'email', 'phone', 'profile'],
    subject_types_supported: ['public'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  };
}

/** IssuerConfigurationType of the service model: an UPDATED issuer has its own host. */
export function issuerOf(poolId: string, { region, description }: Pool): string {
  const host = description.IssuerConfiguration?.Type === 'UPDATED' ? 'issuer-cognito-idp' : 'cognito-idp';
  const suffix = partitionOf(region) === 'aws-eusc' ? 'amazonaws.eu' : 'amazonaws.com';
  return `https://${host}.${region}.${suffix}/${poolId}`;
}

/** Empty if the pool has no domain. A custom domain takes precedence; AWS does not document its choice. */
function hostedUiEndpoints(state: CognitoState, poolId: string, { region }: Pool): object {
  const domains = domainsOf(state, poolId);
  const domain = domains.find(isCustom) ?? domains[0];
  if (domain === undefined) return {};
  const auth = partitionOf(region) === 'aws-us-gov' ? 'auth-fips' : 'auth';
  const host = isCustom(domain) ? domain : `${domain}.${auth}.${region}.amazoncognito.com`;
  return {
    authorization_endpoint: `https://${host}/oauth2/authorize`,
    end_session_endpoint: `https://${host}/logout`,
    revocation_endpoint: `https://${host}/oauth2/revoke`,
    token_endpoint: `https://${host}/oauth2/token`,
    userinfo_endpoint: `https://${host}/oauth2/userInfo`,
  };
}
