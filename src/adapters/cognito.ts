/** The Cognito API through the AWS SDK: its operations. Imported lazily, by aws.ts. */
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
  Named,
  PoolDomain,
  PoolUser,
  UserPool,
} from '../ports.ts';
import { CognitoFailure } from '../core/failures.ts';
import { call, failureOf, listReader, present, type Progress } from './aws-calls.ts';
import { addOrigin, logExchanges, settingsOf, type AwsSetting } from './aws-client.ts';
import { ProfileNotFound } from './credentials.ts';
import { proxySecrets } from './proxy.ts';
/** The most that the lists give at once, and what the SDK does not check. */
const PAGE = 60;

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
