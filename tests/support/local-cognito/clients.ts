/** The operations on app clients. */
import { readInput } from './parameters.ts';
import { LONGEST_PAGE, page } from './paging.ts';
import { NAME_PATTERN, NEXT_TOKEN, POOL_ID, poolOf } from './pools.ts';
import type { Call, Operation } from './pools.ts';
import { invalidParameter, notFound, ServiceFailure } from './service-failure.ts';
import { CLIENT_DEFAULTS, creationDate, newSecret } from './state.ts';
import * as state from './state.ts';
import type { ClientDescription, ClientSettings, Pool } from './state.ts';

const CLIENT_ID = { kind: 'string', min: 1, max: 128, pattern: '[\\w+]+', required: true } as const;
const CLIENT_NAME = { kind: 'string', min: 1, max: 128, pattern: NAME_PATTERN } as const;
const BOOLEAN = { kind: 'boolean' } as const;
const URL_SHAPE = {
  kind: 'string',
  min: 1,
  max: 1024,
  pattern: '[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+',
} as const;
const URLS = { kind: 'list', max: 100, of: URL_SHAPE } as const;
const ATTRIBUTES = { kind: 'list', of: { kind: 'string', min: 1, max: 2048 } } as const;
const VALIDITY = { kind: 'integer', min: 1, max: 86_400 } as const;
const AUTH_FLOWS = [
  'ADMIN_NO_SRP_AUTH',
  'CUSTOM_AUTH_FLOW_ONLY',
  'USER_PASSWORD_AUTH',
  'ALLOW_ADMIN_USER_PASSWORD_AUTH',
  'ALLOW_CUSTOM_AUTH',
  'ALLOW_USER_PASSWORD_AUTH',
  'ALLOW_USER_SRP_AUTH',
  'ALLOW_REFRESH_TOKEN_AUTH',
  'ALLOW_USER_AUTH',
];

/** Shared by Create and Update. */
const SETTINGS = {
  RefreshTokenValidity: { kind: 'integer', min: 0, max: 315_360_000 },
  AccessTokenValidity: VALIDITY,
  IdTokenValidity: VALIDITY,
  TokenValidityUnits: { kind: 'structure' },
  ReadAttributes: ATTRIBUTES,
  WriteAttributes: ATTRIBUTES,
  ExplicitAuthFlows: { kind: 'list', of: { kind: 'string', oneOf: AUTH_FLOWS } },
  SupportedIdentityProviders: { kind: 'list', of: { kind: 'string', min: 1, max: 32 } },
  CallbackURLs: URLS,
  LogoutURLs: URLS,
  DefaultRedirectURI: URL_SHAPE,
  AllowedOAuthFlows: {
    kind: 'list',
    max: 3,
    of: { kind: 'string', oneOf: ['code', 'implicit', 'client_credentials'] },
  },
  AllowedOAuthScopes: {
    kind: 'list',
    max: 50,
    of: { kind: 'string', min: 1, max: 256, pattern: '[\\x21\\x23-\\x5B\\x5D-\\x7E]+' },
  },
  AllowedOAuthFlowsUserPoolClient: BOOLEAN,
  PreventUserExistenceErrors: { kind: 'string', oneOf: ['LEGACY', 'ENABLED'] },
  EnableTokenRevocation: BOOLEAN,
  EnablePropagateAdditionalUserContextData: BOOLEAN,
  AuthSessionValidity: { kind: 'integer', min: 3, max: 15 },
  RefreshTokenRotation: { kind: 'structure' },
} as const;

const SECRET_SHAPE = { kind: 'string', min: 24, max: 64, pattern: '[\\w+]+' } as const;
const STANDARD_SCOPES = ['openid', 'email', 'phone', 'profile', 'aws.cognito.signin.user.admin'];
const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '[::1]'];

const createUserPoolClient: Operation = (call) => {
  const { UserPoolId, ClientName, GenerateSecret, ClientSecret, ...settings } = readInput(call.body, {
    UserPoolId: POOL_ID,
    ClientName: { ...CLIENT_NAME, required: true },
    GenerateSecret: BOOLEAN,
    ClientSecret: SECRET_SHAPE,
    ...SETTINGS,
  });
  poolOf(call, UserPoolId);
  if (GenerateSecret && ClientSecret !== undefined) {
    throw invalidParameter('GenerateSecret and ClientSecret exclude each other.');
  }
  checkSettings(settings, poolOf(call, UserPoolId));
  const client = state.addClient(call.state, UserPoolId, {
    ...NO_SIGN_IN,
    ...settings,
    ClientName,
    ClientSecret: ClientSecret ?? (GenerateSecret ? newSecret(call.state) : undefined),
  });
  return { UserPoolClient: client };
};

/** Settings that an update does not name are reset to their defaults, as in the service, except name, secret and ID. */
const updateUserPoolClient: Operation = (call) => {
  const { UserPoolId, ClientId, ClientName, ...settings } = readInput(call.body, {
    UserPoolId: POOL_ID,
    ClientId: CLIENT_ID,
    ClientName: CLIENT_NAME,
    ...SETTINGS,
  });
  const old = clientOf(call, UserPoolId, ClientId);
  checkSettings(settings, poolOf(call, UserPoolId));
  const client: ClientDescription = {
    ...CLIENT_DEFAULTS,
    ...settings,
    UserPoolId,
    ClientId,
    ClientName: ClientName ?? old.ClientName,
    ClientSecret: old.ClientSecret,
    SecondSecret: old.SecondSecret,
    CreationDate: old.CreationDate,
    LastModifiedDate: creationDate(call.state),
  };
  poolOf(call, UserPoolId).clients.set(ClientId, client);
  return { UserPoolClient: { ...client, SecondSecret: undefined } };
};

const deleteUserPoolClient: Operation = (call) => {
  const { UserPoolId, ClientId } = readInput(call.body, { UserPoolId: POOL_ID, ClientId: CLIENT_ID });
  clientOf(call, UserPoolId, ClientId);
  poolOf(call, UserPoolId).clients.delete(ClientId);
  return undefined;
};

const describeUserPoolClient: Operation = (call) => {
  const { UserPoolId, ClientId } = readInput(call.body, { UserPoolId: POOL_ID, ClientId: CLIENT_ID });
  return { UserPoolClient: { ...clientOf(call, UserPoolId, ClientId), SecondSecret: undefined } };
};

const listUserPoolClients: Operation = (call) => {
  const input = readInput(call.body, {
    UserPoolId: POOL_ID,
    MaxResults: { kind: 'integer', min: 1, max: 60 },
    NextToken: NEXT_TOKEN,
  });
  const { UserPoolId, MaxResults = LONGEST_PAGE, NextToken } = input;
  const found = page([...poolOf(call, UserPoolId).clients.values()], {
    list: `clients ${UserPoolId}`,
    limit: Math.min(MaxResults, call.state.pageSize),
    token: NextToken,
  });
  return {
    UserPoolClients: found.items.map(({ ClientId, ClientName }) => ({ ClientId, UserPoolId, ClientName })),
    NextToken: found.NextToken,
  };
};

/** IDs and dates only: a list never contains secrets. */
const listUserPoolClientSecrets: Operation = (call) => {
  const { UserPoolId, ClientId } = readInput(call.body, { UserPoolId: POOL_ID, ClientId: CLIENT_ID });
  const client = clientOf(call, UserPoolId, ClientId);
  const secrets = state.secretsOf(client).map((_secret, index) => ({
    ClientSecretId: `${ClientId}--${Math.trunc(client.CreationDate) + index}`,
    ClientSecretCreateDate: client.CreationDate + index,
  }));
  return { ClientSecrets: secrets };
};

function clientOf(call: Call, poolId: string, clientId: string): ClientDescription {
  const client = poolOf(call, poolId).clients.get(clientId);
  if (!client) throw notFound(`User pool client ${clientId} does not exist.`);
  return client;
}

/** Removes the defaults of seeding: through the API a client gets only what was requested. */
const NO_SIGN_IN: ClientSettings = {
  CallbackURLs: undefined,
  LogoutURLs: undefined,
  AllowedOAuthFlows: undefined,
  AllowedOAuthFlowsUserPoolClient: false,
  AllowedOAuthScopes: undefined,
  SupportedIdentityProviders: undefined,
};

function checkSettings(settings: ClientSettings, { identityProviders, description }: Pool): void {
  const { CallbackURLs = [], LogoutURLs = [], DefaultRedirectURI, AllowedOAuthFlows = [] } = settings;
  for (const url of [...CallbackURLs, ...LogoutURLs]) checkUrl(url);
  if (DefaultRedirectURI !== undefined && !CallbackURLs.includes(DefaultRedirectURI)) {
    throw invalidParameter('DefaultRedirectURI must be one of the CallbackURLs.');
  }
  const provider = settings.SupportedIdentityProviders?.find(
    (name) => name !== 'COGNITO' && !identityProviders.has(name),
  );
  if (provider !== undefined) {
    throw invalidParameter(`The provider ${provider} does not exist for User Pool ${description.Id}.`);
  }
  const scope = settings.AllowedOAuthScopes?.find((name) => !STANDARD_SCOPES.includes(name));
  if (scope !== undefined) throw new ServiceFailure('ScopeDoesNotExistException', `Invalid scope: ${scope}`);
  checkFlows(AllowedOAuthFlows, CallbackURLs, settings);
}

function checkFlows(flows: readonly string[], callbacks: readonly string[], settings: ClientSettings): void {
  const interactive = flows.includes('code') || flows.includes('implicit');
  if (interactive && callbacks.length === 0) {
    throw new ServiceFailure(
      'InvalidOAuthFlowException',
      'CallbackUrls must not be empty when the code flow or the implicit flow is selected',
    );
  }
  if (interactive && flows.includes('client_credentials')) {
    throw new ServiceFailure(
      'InvalidOAuthFlowException',
      'The client_credentials flow cannot be selected along with the code flow or the implicit flow',
    );
  }
  const scopes = settings.AllowedOAuthScopes ?? [];
  if (settings.AllowedOAuthFlowsUserPoolClient && (flows.length === 0 || scopes.length === 0)) {
    throw invalidParameter(
      'AllowedOAuthFlows and AllowedOAuthScopes are needed where the client may use OAuth flows.',
    );
  }
}

function checkUrl(text: string): void {
  if (!URL.canParse(text)) throw invalidParameter(`${text} is not an absolute URL.`);
  if (text.includes('#')) throw invalidParameter(`${text} must not contain a fragment.`);
  const url = new URL(text);
  if (url.protocol === 'http:' && !LOOPBACK_HOSTS.includes(url.hostname)) {
    throw invalidParameter(`${text} cannot use http; only https is allowed, except for this machine itself.`);
  }
}

/** By the name in `X-Amz-Target`. */
export const CLIENT_OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateUserPoolClient: createUserPoolClient,
  UpdateUserPoolClient: updateUserPoolClient,
  DeleteUserPoolClient: deleteUserPoolClient,
  DescribeUserPoolClient: describeUserPoolClient,
  ListUserPoolClients: listUserPoolClients,
  ListUserPoolClientSecrets: listUserPoolClientSecrets,
};
