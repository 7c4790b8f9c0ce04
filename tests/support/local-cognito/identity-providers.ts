/** The operations on external identity providers, as far as app clients and sign-in pages name them. */
import { readInput } from './parameters.ts';
import { LONGEST_PAGE, page } from './paging.ts';
import { NEXT_TOKEN, POOL_ID, poolOf } from './pools.ts';
import type { Operation } from './pools.ts';
import { notFound, ServiceFailure } from './service-failure.ts';
import * as state from './state.ts';

const PROVIDER_TYPES = ['SAML', 'Facebook', 'Google', 'LoginWithAmazon', 'SignInWithApple', 'OIDC'];
const PROVIDER_NAME = {
  kind: 'string',
  min: 1,
  max: 32,
  pattern: '[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\p{Z}]+',
  required: true,
} as const;

const createIdentityProvider: Operation = (call) => {
  const { UserPoolId, ProviderName, ...settings } = readInput(call.body, {
    UserPoolId: POOL_ID,
    ProviderName: { ...PROVIDER_NAME, pattern: '[^_\\p{Z}][\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}][^_\\p{Z}]+' },
    ProviderType: { kind: 'string', oneOf: PROVIDER_TYPES, required: true },
    ProviderDetails: { kind: 'structure', required: true },
    AttributeMapping: { kind: 'structure' },
    IdpIdentifiers: { kind: 'list', max: 50, of: { kind: 'string', min: 1, max: 40 } },
  });
  if (poolOf(call, UserPoolId).identityProviders.has(ProviderName)) {
    throw new ServiceFailure('DuplicateProviderException', `Provider ${ProviderName} already exists.`);
  }
  return { IdentityProvider: state.addIdentityProvider(call.state, UserPoolId, ProviderName, settings) };
};

const describeIdentityProvider: Operation = (call) => {
  const { UserPoolId, ProviderName } = readInput(call.body, {
    UserPoolId: POOL_ID,
    ProviderName: PROVIDER_NAME,
  });
  const provider = poolOf(call, UserPoolId).identityProviders.get(ProviderName);
  if (!provider) throw notFound(`Identity provider ${ProviderName} does not exist.`);
  return { IdentityProvider: provider };
};

const listIdentityProviders: Operation = (call) => {
  const {
    UserPoolId,
    MaxResults = 0,
    NextToken,
  } = readInput(call.body, {
    UserPoolId: POOL_ID,
    MaxResults: { kind: 'integer', min: 0, max: 60 },
    NextToken: NEXT_TOKEN,
  });
  const found = page([...poolOf(call, UserPoolId).identityProviders.values()], {
    list: `providers ${UserPoolId}`,
    limit: Math.min(MaxResults === 0 ? LONGEST_PAGE : MaxResults, call.state.pageSize),
    token: NextToken,
  });
  return {
    Providers: found.items.map(({ ProviderName, ProviderType, LastModifiedDate, CreationDate }) => ({
      ProviderName,
      ProviderType,
      LastModifiedDate,
      CreationDate,
    })),
    NextToken: found.NextToken,
  };
};

/** By the name in `X-Amz-Target`. */
export const IDENTITY_PROVIDER_OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateIdentityProvider: createIdentityProvider,
  DescribeIdentityProvider: describeIdentityProvider,
  ListIdentityProviders: listIdentityProviders,
};
