/**
 * The whole state of the local Cognito as one plain object in the shapes of the API, and the functions that seed it. Seeding checks
 * nothing, so that tests can use names and IDs that AWS would refuse.
 */
import { createHash } from 'node:crypto';
import type { CodeGrant } from './grants.ts';
import type { Forgery } from './forgeries.ts';
import type { SigningKeys } from './signing-keys.ts';
import { schemaAttributes } from './standard-attributes.ts';
import type { User } from './users.ts';

export interface CognitoState {
  /** The default region for seeding. */
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  readonly pools: Map<string, Pool>;
  /** By domain prefix or custom host. */
  readonly domains: Map<string, DomainDescription>;
  readonly seed: number;
  /** A counter, the source of IDs and of unique creation dates. */
  made: number;
  /** DescribeUserPoolDomain's answer for a missing domain; AWS returns both. */
  unknownDomain: 'empty' | 'not-found';
  /** The maximum page size, whatever was requested: the service may always return less. */
  pageSize: number;
  /** Milliseconds since the epoch, for the dates and expiry of codes and tokens. */
  now: () => number;
  readonly hostedUi: HostedUiHabits;
  /** Unused authorization codes, by code. */
  readonly codes: Map<string, CodeGrant>;
  /** Every token that the token endpoint returned, including forged ones. */
  readonly handedOut: string[];
  /** The forgery applied to tokens from now on. */
  forgery: Forgery | undefined;
}

/** Answers of the hosted UI that AWS gives in more than one form; tests may choose. */
interface HostedUiHabits {
  /** Where a scope that is not allowed is reported: in either field at the callback, or on the hosted UI's error page. */
  invalidScope: 'error_description' | 'error' | 'error-page';
  unauthorizedClientField: 'error' | 'error_description';
  unauthorizedClientPart: 'query' | 'fragment';
  /** The status of the page "Login pages unavailable", which AWS does not document. */
  unavailableStatus: 200 | 403;
  /** Whether redirects within the hosted UI contain its host. */
  locations: 'relative' | 'absolute';
}

export interface Pool {
  readonly region: string;
  readonly description: PoolDescription;
  readonly clients: Map<string, ClientDescription>;
  readonly groups: Map<string, GroupDescription>;
  /** By the username in lower case. */
  readonly users: Map<string, User>;
  readonly identityProviders: Map<string, IdentityProviderDescription>;
  /** Addresses that got an invitation, in order. */
  readonly invitations: string[];
  /** The number of invitations left for today. */
  invitationsLeft: number;
  /** IDs of the clients with a branding style. Without one, managed login (version 2) has no pages. */
  readonly brandedClients: Set<string>;
  /** The JWKS contains no key. */
  jwksEmpty: boolean;
  /** Created at the first request for the JWKS, since generating RSA keys is slow. */
  signingKeys?: Promise<SigningKeys>;
}

/** UserPoolType of the service model without the domains, which are stored together for all pools. Dates are epoch seconds. */
export interface PoolDescription {
  readonly Id: string;
  readonly Name: string;
  readonly Arn: string;
  readonly CreationDate: number;
  readonly LastModifiedDate: number;
  readonly IssuerConfiguration?: { readonly Type: string } | undefined;
  readonly [field: string]: unknown;
}

/** UserPoolClientType of the service model, as far as a sign-in needs it. Dates are epoch seconds. */
export interface ClientDescription extends ClientSettings {
  readonly UserPoolId: string;
  readonly ClientId: string;
  readonly ClientName: string;
  readonly CreationDate: number;
  readonly LastModifiedDate: number;
}

export interface ClientSettings {
  readonly ClientSecret?: string | undefined;
  /** Valid in addition to the first one; no operation returns it. */
  readonly SecondSecret?: string | undefined;
  readonly CallbackURLs?: readonly string[] | undefined;
  readonly LogoutURLs?: readonly string[] | undefined;
  readonly DefaultRedirectURI?: string | undefined;
  readonly AllowedOAuthFlows?: readonly string[] | undefined;
  readonly AllowedOAuthFlowsUserPoolClient?: boolean | undefined;
  readonly AllowedOAuthScopes?: readonly string[] | undefined;
  readonly SupportedIdentityProviders?: readonly string[] | undefined;
  readonly ReadAttributes?: readonly string[] | undefined;
  readonly [field: string]: unknown;
}

export interface GroupDescription {
  readonly GroupName: string;
  readonly UserPoolId: string;
  readonly CreationDate: number;
  readonly LastModifiedDate: number;
  readonly Description?: string | undefined;
  readonly Precedence?: number | undefined;
  readonly RoleArn?: string | undefined;
}

/** IdentityProviderType of the service model. */
export interface IdentityProviderDescription {
  readonly UserPoolId: string;
  readonly ProviderName: string;
  readonly ProviderType: string;
  readonly ProviderDetails: Readonly<Record<string, unknown>>;
  readonly CreationDate: number;
  readonly LastModifiedDate: number;
  readonly AttributeMapping?: Readonly<Record<string, unknown>> | undefined;
  readonly IdpIdentifiers?: readonly string[] | undefined;
}

export interface DomainDescription {
  readonly UserPoolId: string;
  readonly AWSAccountId: string;
  readonly Domain: string;
  readonly S3Bucket: string;
  readonly CloudFrontDistribution: string;
  readonly Version: string;
  readonly Status: string;
  readonly CustomDomainConfig: Readonly<Record<string, unknown>>;
  readonly ManagedLoginVersion: number;
}

export type PoolSeed = Partial<PoolDescription> & { readonly region?: string };
export type ClientSeed = Partial<ClientDescription>;
export type GroupSeed = Partial<Pick<GroupDescription, 'Description' | 'Precedence' | 'RoleArn'>>;
export type IdentityProviderSeed = Partial<
  Omit<IdentityProviderDescription, 'UserPoolId' | 'ProviderName' | 'CreationDate' | 'LastModifiedDate'>
>;
export type DomainSeed = Partial<
  Pick<DomainDescription, 'Status' | 'ManagedLoginVersion' | 'CustomDomainConfig'>
>;

/** AWS defaults for settings that CreateUserPoolClient omits. */
export const CLIENT_DEFAULTS: ClientSettings = {
  RefreshTokenValidity: 30,
  TokenValidityUnits: {},
  AllowedOAuthFlowsUserPoolClient: false,
  EnableTokenRevocation: true,
  EnablePropagateAdditionalUserContextData: false,
  AuthSessionValidity: 3,
};

const POOL_DEFAULTS = {
  Policies: {
    PasswordPolicy: {
      MinimumLength: 8,
      RequireUppercase: true,
      RequireLowercase: true,
      RequireNumbers: true,
      RequireSymbols: true,
      TemporaryPasswordValidityDays: 7,
    },
    SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD'] },
  },
  DeletionProtection: 'INACTIVE',
  LambdaConfig: {},
  VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_CODE' },
  MfaConfiguration: 'OFF',
  SchemaAttributes: schemaAttributes(),
  EstimatedNumberOfUsers: 0,
  EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT' },
  UserPoolTags: {},
  AdminCreateUserConfig: { AllowAdminCreateUserOnly: false, UnusedAccountValidityDays: 7 },
  UserPoolTier: 'ESSENTIALS',
};

/** A client for the server of the flat layout. */
const SIGN_IN_CLIENT: ClientSettings = {
  CallbackURLs: ['http://localhost:8686/auth'],
  LogoutURLs: ['http://localhost:8686/'],
  AllowedOAuthFlows: ['code'],
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthScopes: ['email', 'openid'],
  SupportedIdentityProviders: ['COGNITO'],
};

/** Adds a user pool with defaults; an explicit `undefined` omits a field. */
export function addPool(state: CognitoState, seed: PoolSeed = {}): PoolDescription {
  const { region = state.region, ...given } = seed;
  const CreationDate = creationDate(state);
  const Id = given.Id ?? `${region}_${randomText(state, LETTERS + LETTERS.toUpperCase() + DIGITS, 9)}`;
  if (state.pools.has(Id)) throw new Error(`user pool ${Id} already exists`);
  const description = {
    ...POOL_DEFAULTS,
    Name: `pool ${state.pools.size + 1}`,
    Arn: poolArn(region, state.accountId, Id),
    ...given,
    Id,
    CreationDate,
    LastModifiedDate: CreationDate,
  };
  state.pools.set(Id, {
    region,
    description,
    clients: new Map(),
    groups: new Map(),
    users: new Map(),
    identityProviders: new Map(),
    invitations: [],
    invitationsLeft: Infinity,
    brandedClients: new Set(),
    jwksEmpty: false,
  });
  return description;
}

/** Adds an app client. By default it has a secret and suits the flat layout (`ClientSecret: undefined` omits the secret). */
export function addClient(state: CognitoState, poolId: string, seed: ClientSeed = {}): ClientDescription {
  const { clients } = seededPool(state, poolId);
  const CreationDate = creationDate(state);
  const description = {
    ...CLIENT_DEFAULTS,
    ...SIGN_IN_CLIENT,
    ClientName: `client ${clients.size + 1}`,
    ClientId: randomText(state, LETTERS + DIGITS, 26),
    ClientSecret: newSecret(state),
    ...seed,
    UserPoolId: poolId,
    CreationDate,
    LastModifiedDate: CreationDate,
  };
  clients.set(description.ClientId, description);
  return description;
}

/** Adds a domain: custom if it contains a dot, otherwise a prefix. */
export function addDomain(
  state: CognitoState,
  poolId: string,
  domain: string,
  seed: DomainSeed = {},
): DomainDescription {
  const { region } = seededPool(state, poolId);
  const description = {
    UserPoolId: poolId,
    AWSAccountId: state.accountId,
    Domain: domain,
    S3Bucket: `aws-cognito-prod-${region}-assets`,
    CloudFrontDistribution: `${randomText(state, LETTERS + DIGITS, 14)}.cloudfront.net`,
    Version: '20260101000000',
    Status: 'ACTIVE',
    CustomDomainConfig: {},
    ManagedLoginVersion: 1,
    ...seed,
  };
  state.domains.set(domain, description);
  return description;
}

/** Adds a group. */
export function addGroup(
  state: CognitoState,
  poolId: string,
  name: string,
  seed: GroupSeed = {},
): GroupDescription {
  const CreationDate = creationDate(state);
  const description = {
    ...seed,
    GroupName: name,
    UserPoolId: poolId,
    CreationDate,
    LastModifiedDate: CreationDate,
  };
  seededPool(state, poolId).groups.set(name, description);
  return description;
}

/** Adds an external identity provider; OIDC by default. */
export function addIdentityProvider(
  state: CognitoState,
  poolId: string,
  name: string,
  seed: IdentityProviderSeed = {},
): IdentityProviderDescription {
  const CreationDate = creationDate(state);
  const description = {
    ProviderType: 'OIDC',
    ProviderDetails: {},
    ...seed,
    UserPoolId: poolId,
    ProviderName: name,
    CreationDate,
    LastModifiedDate: CreationDate,
  };
  seededPool(state, poolId).identityProviders.set(name, description);
  return description;
}

/** `arn:PARTITION:cognito-idp:REGION:ACCOUNT:userpool/POOL` */
export function poolArn(region: string, accountId: string, poolId: string): string {
  return `arn:${partitionOf(region)}:cognito-idp:${region}:${accountId}:userpool/${poolId}`;
}

/** `aws`, or the partition of GovCloud, China and the European Sovereign Cloud. */
export function partitionOf(region: string): string {
  const apart = /^(us-gov|cn|eusc)-/.exec(region)?.[1];
  return apart === undefined ? 'aws' : `aws-${apart}`;
}

/** Every secret of the client; empty for a public client. */
export function secretsOf({ ClientSecret, SecondSecret }: ClientSettings): readonly string[] {
  return [ClientSecret, SecondSecret].filter((secret) => secret !== undefined);
}

/** As long as a real one and with the same characters, but obviously fake. */
export function newSecret(state: CognitoState): string {
  return `notarealsecret${randomText(state, LETTERS + DIGITS, 38)}`;
}

/** A random UUID; the same seed makes the same ones. */
export function newUuid(state: CognitoState): string {
  return randomText(state, '0123456789abcdef', 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** Epoch seconds, unique and increasing, so that they can order the pages of a list. */
export function creationDate(state: CognitoState): number {
  state.made += 1;
  return (FIRST_CREATION_MS + state.made) / 1000;
}

const FIRST_CREATION_MS = Date.UTC(2026, 0, 1);
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';

function randomText(state: CognitoState, alphabet: string, length: number): string {
  state.made += 1;
  const bytes = createHash('sha512').update(`${state.seed}:${state.made}`).digest().subarray(0, length);
  return Array.from(bytes, (byte) => alphabet.charAt(byte % alphabet.length)).join('');
}

/** A pool that must exist: a missing one is a mistake in the test. */
export function seededPool(state: CognitoState, poolId: string): Pool {
  const pool = state.pools.get(poolId);
  if (!pool) throw new Error(`unknown user pool ${poolId}`);
  return pool;
}
