/** Tests the local Cognito with the real SDK, which must understand its answers as it does AWS's. */
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type {
  CognitoIdentityProvider,
  CreateUserPoolClientCommandInput,
} from '@aws-sdk/client-cognito-identity-provider';
import { startLocalCognito, type LocalCognito } from './local-cognito.ts';
import { connectTo, failureOf, loadSdk } from './local-cognito/sdk.ts';

let sdk: Awaited<ReturnType<typeof loadSdk>>;
let cognito: LocalCognito;
let client: CognitoIdentityProvider;

beforeAll(async () => {
  sdk = await loadSdk();
});

beforeEach(async () => {
  cognito = await startLocalCognito({ region: 'eu-west-1' });
  client = connectTo(sdk, cognito);
});

afterEach(async () => {
  client.destroy();
  await cognito.close();
});

describe('the API', () => {
  test('a pool, its client, domain and group are created, read, changed and deleted', async () => {
    const { UserPool } = await client.createUserPool({ PoolName: 'people' });
    const UserPoolId = UserPool?.Id ?? '';
    expect(UserPoolId).toMatch(/^eu-west-1_[0-9a-zA-Z]{9}$/);
    expect(UserPool?.Arn).toBe(`arn:aws:cognito-idp:eu-west-1:123456789012:userpool/${UserPoolId}`);
    expect(UserPool?.CreationDate).toBeInstanceOf(Date);

    const wanted = {
      UserPoolId,
      ClientName: 'server',
      CallbackURLs: ['http://localhost:8686/auth'],
      LogoutURLs: ['http://localhost:8686/'],
      AllowedOAuthFlows: ['code' as const],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthScopes: ['openid', 'email'],
      SupportedIdentityProviders: ['COGNITO'],
      ReadAttributes: ['email'],
    };
    const created = (await client.createUserPoolClient({ ...wanted, GenerateSecret: true })).UserPoolClient;
    const ClientId = created?.ClientId ?? '';
    expect(ClientId).toMatch(/^[a-z0-9]{26}$/);
    expect(created?.ClientSecret).toMatch(/^notarealsecret[a-z0-9]{38}$/);
    const described = (await client.describeUserPoolClient({ UserPoolId, ClientId })).UserPoolClient;
    expect(described).toEqual(created);
    expect(described).toMatchObject(wanted);

    await client.createUserPoolDomain({ UserPoolId, Domain: 'people' });
    const custom = { CertificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/fake' };
    const domain = await client.createUserPoolDomain({
      UserPoolId,
      Domain: 'login.people.test',
      CustomDomainConfig: custom,
      ManagedLoginVersion: 2,
    });
    expect(domain.CloudFrontDomain).toMatch(/\.cloudfront\.net$/);
    expect((await client.describeUserPool({ UserPoolId })).UserPool).toMatchObject({
      Domain: 'people',
      CustomDomain: 'login.people.test',
      EstimatedNumberOfUsers: 0,
      UserPoolTier: 'ESSENTIALS',
    });
    expect(UserPool?.SchemaAttributes?.map((attribute) => attribute.Name)).toContain('email');
    expect(
      (await client.describeUserPoolDomain({ Domain: 'login.people.test' })).DomainDescription,
    ).toMatchObject({ UserPoolId, Status: 'ACTIVE', ManagedLoginVersion: 2, CustomDomainConfig: custom });

    await client.createGroup({ UserPoolId, GroupName: 'admin', Precedence: 1 });
    expect((await client.getGroup({ UserPoolId, GroupName: 'admin' })).Group).toMatchObject({
      Precedence: 1,
    });
    expect((await client.listUsersInGroup({ UserPoolId, GroupName: 'admin' })).Users).toEqual([]);
    expect((await failureOf(client.createGroup({ UserPoolId, GroupName: 'admin' }))).name).toBe(
      'GroupExistsException',
    );

    await client.deleteGroup({ UserPoolId, GroupName: 'admin' });
    await client.deleteUserPoolDomain({ UserPoolId, Domain: 'people' });
    await client.deleteUserPoolClient({ UserPoolId, ClientId });
    expect((await client.listGroups({ UserPoolId })).Groups).toEqual([]);
    expect((await client.listUserPoolClients({ UserPoolId })).UserPoolClients).toEqual([]);
    expect((await client.describeUserPool({ UserPoolId })).UserPool?.Domain).toBeUndefined();
    expect((await failureOf(client.describeUserPoolClient({ UserPoolId, ClientId }))).name).toBe(
      'ResourceNotFoundException',
    );
  });

  test('a client gets only the requested settings', async () => {
    const UserPoolId = cognito.addPool().Id;
    const { UserPoolClient } = await client.createUserPoolClient({ UserPoolId, ClientName: 'bare' });
    expect(UserPoolClient?.AllowedOAuthFlowsUserPoolClient).toBe(false);
    for (const field of ['ClientSecret', 'CallbackURLs', 'AllowedOAuthFlows', 'SupportedIdentityProviders']) {
      expect(UserPoolClient).not.toHaveProperty(field);
    }
  });

  test('an update resets settings it does not name, except ID, secret and name', async () => {
    const UserPoolId = cognito.addPool().Id;
    const { ClientId, ClientSecret } = cognito.addClient(UserPoolId, { ClientName: 'server' });
    const updated = await client.updateUserPoolClient({
      UserPoolId,
      ClientId,
      LogoutURLs: ['https://a.test/'],
    });
    expect(updated.UserPoolClient).toMatchObject({ ClientName: 'server', ClientId, ClientSecret });
    expect(updated.UserPoolClient?.LogoutURLs).toEqual(['https://a.test/']);
    expect(updated.UserPoolClient?.CallbackURLs).toBeUndefined();
    expect(updated.UserPoolClient?.AllowedOAuthFlowsUserPoolClient).toBe(false);
  });

  test('a missing domain is described as empty or not found', async () => {
    expect((await client.describeUserPoolDomain({ Domain: 'nobody' })).DomainDescription).toEqual({});
    cognito.state.unknownDomain = 'not-found';
    expect((await failureOf(client.describeUserPoolDomain({ Domain: 'nobody' }))).name).toBe(
      'ResourceNotFoundException',
    );
  });

  test('a pool and its domain are unknown in other regions', async () => {
    const pool = cognito.addPool({ region: 'us-gov-west-1', IssuerConfiguration: { Type: 'UPDATED' } });
    cognito.addDomain(pool.Id, 'elsewhere');
    expect(pool.Arn).toMatch(/^arn:aws-us-gov:/);
    expect((await client.listUserPools({ MaxResults: 60 })).UserPools).toEqual([]);
    expect((await client.describeUserPoolDomain({ Domain: 'elsewhere' })).DomainDescription).toEqual({});
    expect((await failureOf(client.describeUserPool({ UserPoolId: pool.Id }))).name).toBe(
      'ResourceNotFoundException',
    );
    const there = connectTo(sdk, cognito, { region: 'us-gov-west-1' });
    const { UserPool } = await there.describeUserPool({ UserPoolId: pool.Id });
    there.destroy();
    expect(UserPool?.IssuerConfiguration).toEqual({ Type: 'UPDATED' });
  });

  test('invalid names from tests are returned unchanged', async () => {
    const hostile = '\u001b[31m\u202e::error::##[group]\r\n"__proto__"\u0000 \ud83d\ude00';
    const pool = cognito.addPool({ Name: hostile });
    cognito.addClient(pool.Id, { ClientName: hostile, CallbackURLs: [hostile] });
    cognito.addGroup(pool.Id, hostile);
    const { UserPoolClients = [] } = await client.listUserPoolClients({ UserPoolId: pool.Id });
    expect((await client.listUserPools({ MaxResults: 1 })).UserPools?.[0]?.Name).toBe(hostile);
    expect(UserPoolClients[0]?.ClientName).toBe(hostile);
    expect((await client.listGroups({ UserPoolId: pool.Id })).Groups?.[0]?.GroupName).toBe(hostile);
  });

  test('the same seed makes the same IDs, another seed makes others', async () => {
    const twin = await startLocalCognito({ region: 'eu-west-1' });
    const stranger = await startLocalCognito({ region: 'eu-west-1', seed: 2 });
    const id = cognito.addPool().Id;
    expect(twin.addPool().Id).toBe(id);
    expect(stranger.addPool().Id).not.toBe(id);
    await Promise.all([twin.close(), stranger.close()]);
  });
});

describe('lists', () => {
  const COUNT = 131;

  async function namesOf<T>(pages: AsyncIterable<T>, names: (page: T) => (string | undefined)[] | undefined) {
    const found: (string | undefined)[][] = [];
    for await (const page of pages) found.push(names(page) ?? []);
    return found;
  }

  const LISTS = {
    pools: {
      seed: (name: string) => cognito.addPool({ Name: name }),
      list: (pageSize: number) =>
        namesOf(sdk.paginateListUserPools({ client, pageSize }, { MaxResults: pageSize }), (page) =>
          page.UserPools?.map((pool) => pool.Name),
        ),
    },
    clients: {
      seed: (name: string) => cognito.addClient(onlyPool(), { ClientName: name }),
      list: (pageSize: number) =>
        namesOf(sdk.paginateListUserPoolClients({ client, pageSize }, { UserPoolId: onlyPool() }), (page) =>
          page.UserPoolClients?.map((found) => found.ClientName),
        ),
    },
    groups: {
      seed: (name: string) => cognito.addGroup(onlyPool(), name),
      list: (pageSize: number) =>
        namesOf(sdk.paginateListGroups({ client, pageSize }, { UserPoolId: onlyPool() }), (page) =>
          page.Groups?.map((group) => group.GroupName),
        ),
    },
  };

  function onlyPool(): string {
    const [id] = cognito.state.pools.keys();
    return id ?? cognito.addPool().Id;
  }

  test.each(Object.entries(LISTS))('%s come in pages of at most 60, in order', async (_, { seed, list }) => {
    const names = Array.from({ length: COUNT }, (_unused, index) => `name-${index}`);
    for (const name of names) seed(name);
    const pages = await list(60);
    expect(pages.map((page) => page.length)).toEqual([60, 60, 11]);
    expect(pages.flat()).toEqual(names);

    cognito.state.pageSize = 50;
    expect((await list(60)).map((page) => page.length)).toEqual([50, 50, 31]);
  });

  test('the last page has no token', async () => {
    for (let i = 0; i < 60; i += 1) cognito.addPool();
    expect((await client.listUserPools({ MaxResults: 60 })).NextToken).toBeUndefined();
  });

  test('a deletion between two pages does not shift the list', async () => {
    const UserPoolId = cognito.addPool().Id;
    for (const name of ['a', 'b', 'c', 'd']) cognito.addGroup(UserPoolId, name);
    const { NextToken } = await client.listGroups({ UserPoolId, Limit: 2 });
    await client.deleteGroup({ UserPoolId, GroupName: 'a' });
    await client.deleteGroup({ UserPoolId, GroupName: 'b' });
    const { Groups = [] } = await client.listGroups({ UserPoolId, Limit: 2, NextToken });
    expect(Groups.map((group) => group.GroupName)).toEqual(['c', 'd']);
  });

  test('a token is valid only for its own list', async () => {
    const [one, other] = [cognito.addPool().Id, cognito.addPool().Id];
    for (const id of [one, one, other, other]) cognito.addClient(id);
    const { NextToken } = await client.listUserPoolClients({ UserPoolId: one, MaxResults: 1 });
    for (const token of [NextToken, 'bm90IGEgdG9rZW4', '1', `${NextToken ?? ''}AA==`.slice(4)]) {
      const call = client.listUserPoolClients({ UserPoolId: other, MaxResults: 1, NextToken: token });
      expect((await failureOf(call)).name).toBe('InvalidParameterException');
    }
  });
});

describe('parameters', () => {
  test.each([
    ['MaxResults of 0', () => client.listUserPools({ MaxResults: 0 })],
    ['MaxResults of 61', () => client.listUserPools({ MaxResults: 61 })],
    ['no MaxResults', () => client.listUserPools({ MaxResults: undefined })],
    ['a pool ID without a region', () => client.describeUserPool({ UserPoolId: 'nonsense' })],
    ['a pool ID that is too long', () => client.describeUserPool({ UserPoolId: `a_${'b'.repeat(54)}` })],
    ['a client limit of 61', () => client.listUserPoolClients({ UserPoolId: 'a_b', MaxResults: 61 })],
    ['a group limit of 61', () => client.listGroups({ UserPoolId: 'a_b', Limit: 61 })],
    ['a domain with capital letters', () => client.describeUserPoolDomain({ Domain: 'People' })],
  ])('%s is refused', async (_, call) => {
    const error = await failureOf(call());
    expect(error.name).toBe('InvalidParameterException');
    expect(error.message).toMatch(/^1 validation error detected: Value/);
  });

  test.each<[string, Partial<CreateUserPoolClientCommandInput>, string]>([
    ['a fragment', { CallbackURLs: ['https://a.test/auth#top'] }, 'InvalidParameterException'],
    ['plain http', { CallbackURLs: ['http://a.test/auth'] }, 'InvalidParameterException'],
    ['a relative URL', { LogoutURLs: ['/bye'] }, 'InvalidParameterException'],
    ['a space in a URL', { LogoutURLs: ['https://a.test/a b'] }, 'InvalidParameterException'],
    ['a long URL', { LogoutURLs: [`https://a.test/${'a'.repeat(1024)}`] }, 'InvalidParameterException'],
    [
      'too many URLs',
      { LogoutURLs: Array.from({ length: 101 }, (_, i) => `https://a.test/${i}`) },
      'InvalidParameterException',
    ],
    ['an unregistered default', { DefaultRedirectURI: 'https://a.test/' }, 'InvalidParameterException'],
    ['a missing provider', { SupportedIdentityProviders: ['Google'] }, 'InvalidParameterException'],
    ['flows without scopes', { AllowedOAuthFlowsUserPoolClient: true }, 'InvalidParameterException'],
    ['an undefined scope', { AllowedOAuthScopes: ['things/read'] }, 'ScopeDoesNotExistException'],
    ['no callback URL for the code flow', { AllowedOAuthFlows: ['code'] }, 'InvalidOAuthFlowException'],
    [
      'incompatible flows',
      { AllowedOAuthFlows: ['code', 'client_credentials'], CallbackURLs: ['https://a.test/'] },
      'InvalidOAuthFlowException',
    ],
  ])('an app client with %s is refused', async (_, settings, name) => {
    const UserPoolId = cognito.addPool().Id;
    const call = client.createUserPoolClient({ UserPoolId, ClientName: 'server', ...settings });
    expect((await failureOf(call)).name).toBe(name);
    expect((await client.listUserPoolClients({ UserPoolId })).UserPoolClients).toEqual([]);
  });

  test.each(['http://localhost:1/auth', 'http://127.0.0.1/auth', 'http://[::1]:9/auth', 'app.test://auth'])(
    'an app client may have the callback URL %s',
    async (url) => {
      const UserPoolId = cognito.addPool().Id;
      const input = { UserPoolId, ClientName: 'server', CallbackURLs: [url] };
      expect((await client.createUserPoolClient(input)).UserPoolClient?.CallbackURLs).toEqual([url]);
    },
  );

  test('a reserved, taken or malformed domain is refused', async () => {
    const [UserPoolId, other] = [cognito.addPool().Id, cognito.addPool().Id];
    cognito.addDomain(other, 'taken');
    for (const Domain of ['my-cognito-app', 'taken', 'login.people.test']) {
      const error = await failureOf(client.createUserPoolDomain({ UserPoolId, Domain }));
      expect(error.name).toBe('InvalidParameterException');
    }
    expect((await failureOf(client.createUserPoolDomain({ UserPoolId: other, Domain: 'two' }))).name).toBe(
      'InvalidParameterException',
    );
  });
});
