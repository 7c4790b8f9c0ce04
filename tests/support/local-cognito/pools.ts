/** The operations on user pools and their domains. */
import { invalidParameter, notFound } from './service-failure.ts';
import { page } from './paging.ts';
import { readInput } from './parameters.ts';
import { schemaAttributes } from './standard-attributes.ts';
import * as state from './state.ts';
import type { CognitoState, Pool } from './state.ts';

/** An authenticated request. */
export interface Call {
  readonly state: CognitoState;
  readonly region: string;
  readonly body: unknown;
}

/** Returns the response body; undefined if the service model has none. Throws ServiceFailure. */
export type Operation = (call: Call) => object | undefined;

/** UserPoolIdType of the service model. */
export const POOL_ID = {
  kind: 'string',
  min: 1,
  max: 55,
  pattern: '[\\w-]+_[0-9a-zA-Z]+',
  required: true,
} as const;
/** PaginationKey of the service model. */
export const NEXT_TOKEN = { kind: 'string', min: 1, max: 131_072, pattern: '\\S+' } as const;
/** Allowed characters in the names of pools and clients. */
export const NAME_PATTERN = '[\\w\\s+=,.@-]+';

const STRINGS = { kind: 'list', of: { kind: 'string' } } as const;
const STRUCTURE = { kind: 'structure' } as const;
const DOMAIN = { kind: 'string', min: 1, max: 63, pattern: '[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?' } as const;

/** The pool of a request. A pool of another region is unknown here, as on AWS. */
export function poolOf(call: Call, poolId: string): Pool {
  const pool = call.state.pools.get(poolId);
  if (pool?.region !== call.region) throw notFound(`User pool ${poolId} does not exist.`);
  return pool;
}

const createUserPool: Operation = (call) => {
  const { PoolName, Schema, ...settings } = readInput(call.body, {
    PoolName: { kind: 'string', min: 1, max: 128, pattern: NAME_PATTERN, required: true },
    Policies: STRUCTURE,
    DeletionProtection: { kind: 'string', oneOf: ['ACTIVE', 'INACTIVE'] },
    LambdaConfig: STRUCTURE,
    AutoVerifiedAttributes: STRINGS,
    AliasAttributes: STRINGS,
    UsernameAttributes: STRINGS,
    MfaConfiguration: { kind: 'string', oneOf: ['OFF', 'ON', 'OPTIONAL'] },
    EmailConfiguration: STRUCTURE,
    UserPoolTags: STRUCTURE,
    AdminCreateUserConfig: STRUCTURE,
    Schema: { kind: 'list', max: 50, of: STRUCTURE },
    UsernameConfiguration: STRUCTURE,
    AccountRecoverySetting: STRUCTURE,
    UserPoolTier: { kind: 'string', oneOf: ['LITE', 'ESSENTIALS', 'PLUS'] },
    IssuerConfiguration: STRUCTURE,
  });
  const issuerType = settings.IssuerConfiguration?.['Type'];
  if (issuerType !== undefined && issuerType !== 'ORIGINAL' && issuerType !== 'UPDATED') {
    throw invalidParameter('The issuer type must be ORIGINAL or UPDATED.');
  }
  const created = state.addPool(call.state, {
    ...settings,
    IssuerConfiguration: issuerType === undefined ? undefined : { Type: issuerType },
    region: call.region,
    Name: PoolName,
    SchemaAttributes: schemaAttributes(Schema),
  });
  return { UserPool: created };
};

const listUserPools: Operation = (call) => {
  const { MaxResults, NextToken } = readInput(call.body, {
    MaxResults: { kind: 'integer', min: 1, max: 60, required: true },
    NextToken: NEXT_TOKEN,
  });
  const here = [...call.state.pools.values()].filter((pool) => pool.region === call.region);
  const found = page(
    here.map((pool) => pool.description),
    {
      list: `pools ${call.region}`,
      limit: Math.min(MaxResults, call.state.pageSize),
      token: NextToken,
    },
  );
  return {
    UserPools: found.items.map(({ Id, Name, LambdaConfig, LastModifiedDate, CreationDate }) => ({
      Id,
      Name,
      LambdaConfig,
      LastModifiedDate,
      CreationDate,
    })),
    NextToken: found.NextToken,
  };
};

const describeUserPool: Operation = (call) => {
  const { UserPoolId } = readInput(call.body, { UserPoolId: POOL_ID });
  const pool = poolOf(call, UserPoolId);
  const domains = domainsOf(call.state, UserPoolId);
  return {
    UserPool: {
      ...pool.description,
      Domain: domains.find((domain) => !isCustom(domain)),
      CustomDomain: domains.find(isCustom),
    },
  };
};

const createUserPoolDomain: Operation = (call) => {
  const input = readInput(call.body, {
    Domain: { ...DOMAIN, required: true },
    UserPoolId: POOL_ID,
    ManagedLoginVersion: { kind: 'integer', min: 1, max: 2 },
    CustomDomainConfig: STRUCTURE,
  });
  const { Domain, UserPoolId, CustomDomainConfig, ManagedLoginVersion = 1 } = input;
  poolOf(call, UserPoolId);
  checkDomainForm(Domain, CustomDomainConfig);
  if (call.state.domains.has(Domain)) {
    throw invalidParameter('Domain already associated with another user pool.');
  }
  if (domainsOf(call.state, UserPoolId).some((other) => isCustom(other) === isCustom(Domain))) {
    throw invalidParameter('User pool already has a domain configured.');
  }
  const seed = { ManagedLoginVersion, CustomDomainConfig: CustomDomainConfig ?? {} };
  const created = state.addDomain(call.state, UserPoolId, Domain, seed);
  return {
    CloudFrontDomain: isCustom(Domain) ? created.CloudFrontDistribution : undefined,
    ManagedLoginVersion,
  };
};

const describeUserPoolDomain: Operation = (call) => {
  const { Domain } = readInput(call.body, { Domain: { ...DOMAIN, required: true } });
  const description = call.state.domains.get(Domain);
  if (description && call.state.pools.get(description.UserPoolId)?.region === call.region) {
    return { DomainDescription: description };
  }
  if (call.state.unknownDomain === 'not-found') throw notFound(`Domain ${Domain} does not exist.`);
  return { DomainDescription: {} };
};

const deleteUserPoolDomain: Operation = (call) => {
  const { Domain, UserPoolId } = readInput(call.body, {
    Domain: { ...DOMAIN, required: true },
    UserPoolId: POOL_ID,
  });
  poolOf(call, UserPoolId);
  if (call.state.domains.get(Domain)?.UserPoolId !== UserPoolId) {
    throw invalidParameter('No such domain or user pool exists.');
  }
  call.state.domains.delete(Domain);
  return {};
};

/** The custom domains and the prefix of a pool. */
export function domainsOf(held: CognitoState, poolId: string): readonly string[] {
  return [...held.domains.values()]
    .filter((domain) => domain.UserPoolId === poolId)
    .map((domain) => domain.Domain);
}

/** A prefix never contains a dot, a custom domain always does. */
export function isCustom(domain: string): boolean {
  return domain.includes('.');
}

function checkDomainForm(domain: string, customConfig: Readonly<Record<string, unknown>> | undefined): void {
  if (customConfig && (!isCustom(domain) || typeof customConfig['CertificateArn'] !== 'string')) {
    throw invalidParameter('A custom domain is a host name, with the ARN of a certificate for it.');
  }
  if (!customConfig && isCustom(domain)) {
    throw invalidParameter(
      'A domain prefix must not contain dots; custom domains need a CustomDomainConfig.',
    );
  }
  const reserved = customConfig ? undefined : /aws|amazon|cognito/.exec(domain)?.[0];
  if (reserved !== undefined) throw invalidParameter(`Domain cannot contain reserved word: ${reserved}`);
}

/** By the name in `X-Amz-Target`. */
export const POOL_OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateUserPool: createUserPool,
  ListUserPools: listUserPools,
  DescribeUserPool: describeUserPool,
  CreateUserPoolDomain: createUserPoolDomain,
  DescribeUserPoolDomain: describeUserPoolDomain,
  DeleteUserPoolDomain: deleteUserPoolDomain,
};
