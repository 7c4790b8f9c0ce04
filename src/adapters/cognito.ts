/** The Cognito API through the AWS SDK: the only module that imports it. Imported lazily, by aws.ts. */
import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminListGroupsForUserCommand,
  AdminRemoveUserFromGroupCommand,
  CognitoIdentityProviderClient,
  CreateGroupCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  DescribeUserPoolDomainCommand,
  ListGroupsCommand,
  ListIdentityProvidersCommand,
  ListUserPoolClientsCommand,
  ListUserPoolClientSecretsCommand,
  ListUserPoolsCommand,
  ListUsersCommand,
  ListUsersInGroupCommand,
  type CognitoIdentityProviderClientConfig,
  type UserPoolClientType,
  type UserPoolType,
  type UserType,
} from '@aws-sdk/client-cognito-identity-provider';
import type {
  AppClient,
  AwsOptions,
  Cognito,
  CognitoPeople,
  CognitoPools,
  CredentialSource,
  Named,
  PoolDomain,
  PoolUser,
  Secrets,
  UserPool,
} from '../ports.ts';
import { CognitoFailure, type FailureOrigin } from '../core/failures.ts';
import type { Agents } from './agents.ts';
import { credentialConfig, ProfileNotFound, sourceOf } from './credentials.ts';
import { logExchange, type ExchangeLog } from './exchanges.ts';
import { agentsFor, certificateIssuer, profileName } from './network.ts';
import { hasProxy, proxySecrets } from './proxy.ts';

/** The most that the lists give at once, and what the SDK does not check. */
const PAGE = 60;
/** Milliseconds for one call with all its tries, from the first byte sent to the last byte read. */
const DEADLINE = 10_000;
const CONNECTION_TIMEOUT = 3000;
/** Bytes of one answer. The largest real ones, 60 app clients or a pool with all its settings, are far below. */
const LONGEST_ANSWER = 4 * 1024 * 1024;

/** What the SDK needs of the program. */
export interface AwsSetting {
  readonly secrets: Secrets;
  /** Asks for the code of an MFA device, by its serial number; undefined where nothing can be asked. */
  readonly mfaCode: ((serial: string) => Promise<string>) | undefined;
  /** Shows what a long list is waiting for; undefined when it is there. */
  readonly progress?: (text: string | undefined) => void;
  /** Where each request is written for --debug. */
  readonly log?: ExchangeLog | undefined;
}

type Progress = NonNullable<AwsSetting['progress']>;

/**
 * The region of the options, else of AWS_REGION, AWS_DEFAULT_REGION or the profile; undefined when none names one. Rejects with CognitoFailure
 * if the profile does not exist.
 */
export async function defaultRegion(options: AwsOptions): Promise<string | undefined> {
  // The SDK does not read AWS_DEFAULT_REGION.
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  const region = [options.region, AWS_REGION, AWS_DEFAULT_REGION].find((name = '') => name !== '');
  if (region !== undefined) return region;
  try {
    return await new CognitoIdentityProviderClient((await settingsOf(options)).config).config.region();
  } catch (error) {
    if (error instanceof ProfileNotFound) throw failureOf('GetCredentials', error, false);
    return undefined;
  }
}

/** A client for one region. Loads the credentials, so it rejects with CognitoFailure where there are none. */
export async function openCognito(
  options: AwsOptions & { readonly region: string },
  { secrets, mfaCode, progress = () => undefined, log }: AwsSetting,
): Promise<Cognito> {
  try {
    const { config, source } = await settingsOf(options, mfaCode);
    const client = new CognitoIdentityProviderClient(config);
    addOrigin(client, { source });
    if (log !== undefined) logExchanges(client, log);
    // Before the clock of the first call starts: a credential process or a login may take its time.
    const { secretAccessKey, sessionToken } = await client.config.credentials().catch((error: unknown) => {
      throw Object.assign(error as Error, { source });
    });
    for (const secret of [secretAccessKey, sessionToken, ...proxySecrets(process.env)]) secrets.keep(secret);
    return { region: options.region, source, ...poolsOf(client, progress), ...peopleOf(client, progress) };
  } catch (error) {
    throw failureOf('GetCredentials', error, false);
  }
}

interface ClientSettings {
  readonly config: CognitoIdentityProviderClientConfig;
  readonly source: CredentialSource;
}

/** The settings of a client. Rejects with ProfileNotFound, and if the CA bundle cannot be read. */
async function settingsOf(
  { profile, region, endpointUrl }: AwsOptions,
  mfaCode?: AwsSetting['mfaCode'],
): Promise<ClientSettings> {
  readAsTheCommandLine(profile);
  const source = await sourceOf(profile);
  const agents = await agentsFor(profile, true);
  const requestHandler = { connectionTimeout: CONNECTION_TIMEOUT, ...handlerAgents(agents) };
  const config = {
    ...(profile === undefined ? {} : { profile }),
    ...(region === undefined ? {} : { region }),
    ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl }),
    ...credentialConfig(source, requestHandler, mfaCode),
    requestHandler,
    streamCollector: collect,
  };
  return { config, source };
}

/** Where a request went, as far as messages need it. */
interface Target {
  readonly protocol?: string;
  readonly hostname?: string;
  readonly port?: number;
}

const addressOf = ({ protocol = 'https:', hostname = '', port }: Target): string =>
  `${protocol}//${hostname}${port === undefined ? '' : `:${String(port)}`}`;

/** Adds to an error where the credentials and the address come from, and who issued a refused certificate: a company's own authority, as a rule. */
function addOrigin({ middlewareStack }: CognitoIdentityProviderClient, origin: FailureOrigin): void {
  middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        const url = addressOf(args.request as Target);
        const setting = endpointSetting(url);
        Object.assign(error as object, origin, setting === undefined ? {} : { endpoint: { url, setting } });
        if (CERTIFICATE.test(systemCode(error as SdkError) ?? '')) {
          const issuer = await certificateIssuer(new URL(url), (await agentsFor(undefined, false))?.https);
          Object.assign(error as object, { issuer });
        }
        throw error;
      }
    },
    { step: 'finalizeRequest' },
  );
}

/** Writes each request, retries included, for --debug. */
function logExchanges({ middlewareStack }: CognitoIdentityProviderClient, log: ExchangeLog): void {
  middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const startedAt = log.now();
        const operation = commandName?.replace(/Command$/, '');
        const about = { method: 'POST', url: addressOf(args.request as Target), operation, startedAt };
        try {
          const result = await next(args);
          const { httpStatusCode: status, requestId } = result.output.$metadata;
          logExchange(log, { ...about, status, requestId });
          return result;
        } catch (error) {
          const { name, message } = error instanceof Error ? error : new Error(String(error));
          const { httpStatusCode: status, requestId } = (error as SdkError).$metadata ?? {};
          logExchange(log, { ...about, status, requestId, error: `${name}: ${message}` });
          throw error;
        }
      },
    { step: 'finalizeRequest' },
  );
}

/** What names an address that is not one of AWS; undefined for those. */
function endpointSetting(url: string): string | undefined {
  if (/\.(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu)$/.test(url)) return undefined;
  const names = ['AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER', 'AWS_ENDPOINT_URL'];
  return names.find((name) => (process.env[name] ?? '') !== '') ?? 'endpoint_url of the AWS profile';
}

const CERTIFICATE = /SELF_SIGNED|^UNABLE_TO_|^INVALID_CA$/;

const handlerAgents = (
  agents: Agents | undefined,
): { readonly httpAgent?: HttpAgent; readonly httpsAgent?: HttpsAgent } =>
  agents === undefined ? {} : { httpAgent: agents.http, httpsAgent: agents.https };

/**
 * What the AWS CLI reads and the SDK does not, in the variables that the SDK reads: AWS_DEFAULT_PROFILE, which comes before AWS_PROFILE,
 * and AWS_DEFAULT_REGION. Source: botocore, configprovider.py and session.py.
 */
function readAsTheCommandLine(profile: string | undefined): void {
  const { env } = process;
  // The SDK takes region and credentials from a profile that it is given, but its endpoint only from this one.
  setOrRemove('AWS_PROFILE', profileName(profile));
  // It takes an empty one for a region, and then looks at no profile.
  setOrRemove(
    'AWS_REGION',
    [env['AWS_REGION'], env['AWS_DEFAULT_REGION']].find((each) => (each ?? '') !== ''),
  );
}

function setOrRemove(name: string, value: string | undefined): void {
  if (value === undefined) Reflect.deleteProperty(process.env, name);
  else process.env[name] = value;
}

function poolsOf(client: CognitoIdentityProviderClient, progress: Progress): CognitoPools {
  const { everyPage } = listReader(progress);
  return {
    listUserPools: () =>
      everyPage('ListUserPools', async (NextToken, abortSignal) => {
        const command = new ListUserPoolsCommand({ MaxResults: PAGE, NextToken });
        const { UserPools = [], NextToken: next } = await client.send(command, { abortSignal });
        return { items: UserPools.flatMap(({ Id, Name }) => named(Id, Name)), next };
      }),
    describeUserPool: (UserPoolId) =>
      call('DescribeUserPool', async (abortSignal) => {
        const answer = await client.send(new DescribeUserPoolCommand({ UserPoolId }), { abortSignal });
        return userPool(present(answer.UserPool), UserPoolId);
      }),
    listAppClients: (UserPoolId) =>
      everyPage('ListUserPoolClients', async (NextToken, abortSignal) => {
        const command = new ListUserPoolClientsCommand({ UserPoolId, MaxResults: PAGE, NextToken });
        const { UserPoolClients = [], NextToken: next } = await client.send(command, { abortSignal });
        return {
          items: UserPoolClients.flatMap(({ ClientId, ClientName }) => named(ClientId, ClientName)),
          next,
        };
      }),
    describeAppClient: (UserPoolId, ClientId) =>
      call('DescribeUserPoolClient', async (abortSignal) => {
        const command = new DescribeUserPoolClientCommand({ UserPoolId, ClientId });
        return appClient(present((await client.send(command, { abortSignal })).UserPoolClient), ClientId);
      }),
    describeDomain: (domain) => describeDomain(client, domain),
    listGroups: (UserPoolId) =>
      everyPage('ListGroups', async (NextToken, abortSignal) => {
        const command = new ListGroupsCommand({ UserPoolId, Limit: PAGE, NextToken });
        const { Groups = [], NextToken: next } = await client.send(command, { abortSignal });
        return { items: Groups.flatMap(({ GroupName }) => GroupName ?? []), next };
      }),
    listUsersInGroup: (UserPoolId, GroupName) =>
      everyPage('ListUsersInGroup', async (NextToken, abortSignal) => {
        const command = new ListUsersInGroupCommand({ UserPoolId, GroupName, Limit: PAGE, NextToken });
        const { Users = [], NextToken: next } = await client.send(command, { abortSignal });
        return { items: Users.flatMap(poolUser), next };
      }),
    listGroupsForUser: (UserPoolId, Username) =>
      everyPage('AdminListGroupsForUser', async (NextToken, abortSignal) => {
        const command = new AdminListGroupsForUserCommand({ UserPoolId, Username, Limit: PAGE, NextToken });
        const { Groups = [], NextToken: next } = await client.send(command, { abortSignal });
        return { items: Groups.flatMap(({ GroupName }) => GroupName ?? []), next };
      }),
    listClientSecrets: (UserPoolId, ClientId) =>
      call('ListUserPoolClientSecrets', async (abortSignal) => {
        const command = new ListUserPoolClientSecretsCommand({ UserPoolId, ClientId });
        const { ClientSecrets } = await client.send(command, { abortSignal });
        return present(ClientSecrets).flatMap(({ ClientSecretId }) => ClientSecretId ?? []);
      }),
    listIdentityProviders: (UserPoolId) =>
      everyPage('ListIdentityProviders', async (NextToken, abortSignal) => {
        const command = new ListIdentityProvidersCommand({ UserPoolId, MaxResults: PAGE, NextToken });
        const { Providers = [], NextToken: next } = await client.send(command, { abortSignal });
        return { items: Providers.flatMap(({ ProviderName }) => ProviderName ?? []), next };
      }),
  };
}

function poolUser({
  Username,
  Attributes = [],
  UserStatus,
  Enabled,
  UserCreateDate,
  UserLastModifiedDate = UserCreateDate,
}: Omit<UserType, 'MFAOptions'>): readonly PoolUser[] {
  if (Username === undefined) return [];
  const email = Attributes.find(({ Name }) => Name === 'email')?.Value;
  const modified = UserLastModifiedDate?.getTime();
  return [{ username: Username, email, status: UserStatus, enabled: Enabled !== false, modified }];
}

function peopleOf(client: CognitoIdentityProviderClient, progress: Progress): CognitoPeople {
  const { pages, everyPage } = listReader(progress);
  return {
    listUsers: (UserPoolId) =>
      pages('ListUsers', async (PaginationToken, abortSignal) => {
        const command = new ListUsersCommand({ UserPoolId, Limit: PAGE, PaginationToken });
        const { Users = [], PaginationToken: next } = await client.send(command, { abortSignal });
        return { items: Users.flatMap(poolUser), next };
      }),
    listUsersWithEmail: (UserPoolId, email) =>
      everyPage('ListUsers', async (PaginationToken, abortSignal) => {
        // A backslash keeps a quote or backslash from ending the value.
        const Filter = `email = "${email.replace(/["\\]/g, '\\$&')}"`;
        const command = new ListUsersCommand({ UserPoolId, Filter, Limit: PAGE, PaginationToken });
        const { Users = [], PaginationToken: next } = await client.send(command, { abortSignal });
        return { items: Users.flatMap(poolUser), next };
      }),
    getUser: (UserPoolId, Username) => getUser(client, UserPoolId, Username),
    createGroup: (UserPoolId, GroupName) =>
      call('CreateGroup', async (abortSignal) => {
        await client.send(new CreateGroupCommand({ UserPoolId, GroupName }), { abortSignal });
      }),
    createUser: (UserPoolId, { username, email, invite }) =>
      call('AdminCreateUser', async (abortSignal) => {
        const command = new AdminCreateUserCommand({
          UserPoolId,
          Username: username,
          // Verified, or the person could not ask for a new password with it.
          UserAttributes: [
            { Name: 'email', Value: email },
            { Name: 'email_verified', Value: 'true' },
          ],
          // By default the invitation goes out as a text message.
          ...(invite ? { DesiredDeliveryMediums: ['EMAIL'] } : { MessageAction: 'SUPPRESS' }),
        });
        const [user] = poolUser(present((await client.send(command, { abortSignal })).User));
        return present(user);
      }),
    inviteAgain: (UserPoolId, Username) =>
      call('AdminCreateUser', async (abortSignal) => {
        const command = new AdminCreateUserCommand({
          UserPoolId,
          Username,
          MessageAction: 'RESEND',
          DesiredDeliveryMediums: ['EMAIL'],
        });
        await client.send(command, { abortSignal });
      }),
    addToGroup: (UserPoolId, Username, GroupName) =>
      call('AdminAddUserToGroup', async (abortSignal) => {
        const command = new AdminAddUserToGroupCommand({ UserPoolId, Username, GroupName });
        await client.send(command, { abortSignal });
      }),
    removeFromGroup: (UserPoolId, Username, GroupName) =>
      call('AdminRemoveUserFromGroup', async (abortSignal) => {
        const command = new AdminRemoveUserFromGroupCommand({ UserPoolId, Username, GroupName });
        await client.send(command, { abortSignal });
      }),
    enableUser: (UserPoolId, Username) =>
      call('AdminEnableUser', async (abortSignal) => {
        await client.send(new AdminEnableUserCommand({ UserPoolId, Username }), { abortSignal });
      }),
    disableUser: (UserPoolId, Username) =>
      call('AdminDisableUser', async (abortSignal) => {
        await client.send(new AdminDisableUserCommand({ UserPoolId, Username }), { abortSignal });
      }),
    deleteUser: (UserPoolId, Username) =>
      call('AdminDeleteUser', async (abortSignal) => {
        await client.send(new AdminDeleteUserCommand({ UserPoolId, Username }), { abortSignal });
      }),
  };
}

async function getUser(
  client: CognitoIdentityProviderClient,
  UserPoolId: string,
  Username: string,
): Promise<PoolUser | undefined> {
  try {
    return await call('AdminGetUser', async (abortSignal) => {
      const command = new AdminGetUserCommand({ UserPoolId, Username });
      const { UserAttributes = [], ...rest } = await client.send(command, { abortSignal });
      const [user] = poolUser({ ...rest, Attributes: UserAttributes });
      return present(user);
    });
  } catch (error) {
    if (error instanceof CognitoFailure && error.errorName === 'UserNotFoundException') return undefined;
    throw error;
  }
}

async function describeDomain(
  client: CognitoIdentityProviderClient,
  domain: string,
): Promise<PoolDomain | undefined> {
  try {
    return await call('DescribeUserPoolDomain', async (abortSignal) => {
      const command = new DescribeUserPoolDomainCommand({ Domain: domain });
      const found = present((await client.send(command, { abortSignal })).DomainDescription);
      // For a domain that is not there the description has been seen empty.
      if (found.Domain === undefined && found.UserPoolId === undefined) return undefined;
      const { UserPoolId: userPoolId, Status: status } = found;
      return { domain, userPoolId, status };
    });
  } catch (error) {
    if (error instanceof CognitoFailure && error.errorName === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

/** Where the pool says nothing, or 0; source: PasswordPolicyType of the service model. */
const DEFAULT_INVITATION_DAYS = 7;

function userPool(pool: UserPoolType, id: string): UserPool {
  const days = pool.Policies?.PasswordPolicy?.TemporaryPasswordValidityDays;
  // Emulators give a custom domain as `Domain` too; a prefix never has a dot.
  const isPrefix = pool.Domain?.includes('.') === false;
  return {
    id: pool.Id ?? id,
    name: pool.Name ?? '',
    accountId: pool.Arn?.split(':')[4],
    domain: isPrefix && pool.Domain !== '' ? pool.Domain : undefined,
    customDomain: pool.CustomDomain ?? (isPrefix ? undefined : pool.Domain),
    issuerType: pool.IssuerConfiguration?.Type,
    usernameAttributes: pool.UsernameAttributes ?? [],
    aliasAttributes: pool.AliasAttributes ?? [],
    emailSender: pool.EmailConfiguration?.EmailSendingAccount,
    invitationDays: days === undefined || days === 0 ? DEFAULT_INVITATION_DAYS : days,
    estimatedUsers: pool.EstimatedNumberOfUsers,
  };
}

function appClient(client: UserPoolClientType, id: string): AppClient {
  return {
    id: client.ClientId ?? id,
    name: client.ClientName ?? '',
    secret: client.ClientSecret === '' ? undefined : client.ClientSecret,
    callbackUrls: client.CallbackURLs ?? [],
    signOutUrls: client.LogoutURLs ?? [],
    defaultRedirectUri: client.DefaultRedirectURI,
    flows: client.AllowedOAuthFlows ?? [],
    // AWS always says it; an emulator that does not know it has no such switch.
    oauthEnabled: client.AllowedOAuthFlowsUserPoolClient !== false,
    scopes: client.AllowedOAuthScopes ?? [],
    identityProviders: client.SupportedIdentityProviders ?? [],
    readAttributes: client.ReadAttributes,
  };
}

function named(id: string | undefined, name: string | undefined): readonly Named[] {
  return id === undefined ? [] : [{ id, name: name ?? id }];
}

/** An answer without the thing that was asked for is no answer of Cognito's. */
function present<T>(value: T | undefined): T {
  if (value === undefined) throw new UnexpectedAnswer('the answer is empty');
  return value;
}

class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
}

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

type FetchPage<T> = (token: string | undefined, abortSignal: AbortSignal) => Promise<Page<T>>;

/** The most pages of one list: a list without end would be read for ever. */
const MOST_PAGES = 1000;

/** Reads lists page by page, each with a deadline of its own. The SDK's paginators have only one for all of them. */
function listReader(progress: Progress) {
  async function* pages<T>(operation: string, fetch: FetchPage<T>): AsyncGenerator<readonly T[]> {
    let token: string | undefined;
    for (let count = 1; count <= MOST_PAGES; count += 1) {
      const last = token;
      if (count > 1) progress(`Waiting for page ${String(count)} of ${operation} …`);
      const page = await call(operation, (abortSignal) => fetch(last, abortSignal)).finally(() => {
        if (count > 1) progress(undefined);
      });
      yield page.items;
      token = page.next === last ? undefined : page.next;
      if (token === undefined) return;
    }
    const message = `the list did not end after ${MOST_PAGES.toLocaleString('en')} pages`;
    throw new CognitoFailure(operation, { name: 'EndlessList', message, attempts: 1 });
  }
  const everyPage = async <T>(operation: string, fetch: FetchPage<T>): Promise<readonly T[]> => {
    const items: T[] = [];
    for await (const page of pages(operation, fetch)) items.push(...page);
    return items;
  };
  return { pages, everyPage };
}

/** One call with a deadline; every error becomes a CognitoFailure. */
async function call<T>(operation: string, send: (abortSignal: AbortSignal) => Promise<T>): Promise<T> {
  const deadline = AbortSignal.timeout(DEADLINE);
  try {
    return await send(deadline);
  } catch (error) {
    throw failureOf(operation, error, deadline.aborted);
  }
}

/** What the SDK adds to the errors that it throws. */
interface SdkError extends FailureOrigin {
  readonly issuer?: string | undefined;
  readonly code?: unknown;
  readonly cause?: unknown;
  readonly $metadata?: {
    readonly attempts?: number;
    readonly httpStatusCode?: number;
    readonly requestId?: string;
  };
}

function failureOf(operation: string, error: unknown, isLate: boolean): CognitoFailure {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const { $metadata, cause, issuer, source, profiles, endpoint } = error as SdkError;
  const origin: FailureOrigin = { source, profiles, endpoint };
  const code = systemCode(error as SdkError) ?? systemCode(cause ?? {});
  const attempts = $metadata?.attempts ?? 1;
  const proxyStatus = statusOfProxy(name, $metadata?.httpStatusCode);
  if (proxyStatus !== undefined) {
    const told = `the proxy answered ${String(proxyStatus)}`;
    return new CognitoFailure(operation, {
      name: 'NetworkError',
      code: 'EPROXY',
      message: told,
      attempts,
      ...origin,
    });
  }
  if (isLate) return new CognitoFailure(operation, { name: 'TimeoutError', message, attempts, ...origin });
  // The SDK calls a connection that was reset a timeout too.
  const ownName = code === undefined ? (GARBLED.has(name) ? 'UnexpectedAnswer' : name) : 'NetworkError';
  return new CognitoFailure(operation, {
    name: ownName,
    code,
    message: issuer ?? message,
    attempts,
    ...origin,
  });
}

/** The status of an answer that is not from AWS but from the proxy in between. */
function statusOfProxy(name: string, status: number | undefined): number | undefined {
  const isFromProxy =
    status === 407 || (GARBLED.has(name) && (status === 502 || status === 503) && hasProxy(process.env));
  return isFromProxy ? status : undefined;
}

/** What the SDK makes of an answer that is not Cognito's: a login page of the network, a redirect, a proxy's error. */
const GARBLED: ReadonlySet<string> = new Set(['SyntaxError', 'Unknown', 'UnknownError']);

/** ECONNREFUSED, CERT_HAS_EXPIRED …; other `code`s are the service's own. */
function systemCode({ code }: SdkError): string | undefined {
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code) ? code : undefined;
}

/** The bytes of an answer. The SDK's own collector has no limit. */
async function collect(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > LONGEST_ANSWER) throw new UnexpectedAnswer('the answer does not end');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
