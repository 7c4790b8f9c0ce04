/** Tests users, groups and identity providers with the real SDK. */
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import { startLocalCognito, type LocalCognito } from '../local-cognito.ts';
import { connectTo, failureOf, loadSdk } from './sdk.ts';

let sdk: Awaited<ReturnType<typeof loadSdk>>;
let cognito: LocalCognito;
let client: CognitoIdentityProvider;
let UserPoolId: string;

beforeAll(async () => {
  sdk = await loadSdk();
});

beforeEach(async () => {
  cognito = await startLocalCognito();
  client = connectTo(sdk, cognito);
  UserPoolId = cognito.addPool().Id;
});

afterEach(async () => {
  client.destroy();
  await cognito.close();
});

const STRONG = 'notARealPassword1!';

describe('users', () => {
  test('are created, given a password, disabled, enabled and deleted', async () => {
    const Username = 'Ann';
    const { User } = await client.adminCreateUser({
      UserPoolId,
      Username,
      UserAttributes: [{ Name: 'email', Value: 'ann@people.test' }],
      TemporaryPassword: STRONG,
      MessageAction: 'SUPPRESS',
    });
    expect(User).toMatchObject({ Username, Enabled: true, UserStatus: 'FORCE_CHANGE_PASSWORD' });
    expect(User?.UserCreateDate).toBeInstanceOf(Date);
    expect(User?.Attributes?.map(({ Name }) => Name)).toEqual(['sub', 'email']);
    await client.adminSetUserPassword({ UserPoolId, Username, Password: STRONG, Permanent: true });
    await client.adminDisableUser({ UserPoolId, Username });
    const found = await client.adminGetUser({ UserPoolId, Username: 'ANN' });
    expect(found).toMatchObject({ Username, Enabled: false, UserStatus: 'CONFIRMED' });
    expect(found.UserAttributes).toEqual(User?.Attributes);
    await client.adminEnableUser({ UserPoolId, Username });
    const bySub = await client.adminGetUser({ UserPoolId, Username: User?.Attributes?.[0]?.Value });
    expect(bySub.Enabled).toBe(true);
    await client.adminDeleteUser({ UserPoolId, Username });
    for (const call of [
      client.adminGetUser({ UserPoolId, Username }),
      client.adminDeleteUser({ UserPoolId, Username }),
      client.adminCreateUser({ UserPoolId, Username, MessageAction: 'RESEND' }),
    ]) {
      expect((await failureOf(call)).name).toBe('UserNotFoundException');
    }
  });

  test.each([
    ['aB1!', 'not long enough'],
    ['notarealpassword1!', 'uppercase'],
    ['NOTAREALPASSWORD1!', 'lowercase'],
    ['notARealPassword!', 'numeric'],
    ['notARealPassword1', 'symbol'],
  ])('are refused the password %s', async (Password, reason) => {
    cognito.addUser(UserPoolId, { email: 'ann@people.test' });
    const call = client.adminSetUserPassword({ UserPoolId, Username: 'ann@people.test', Password });
    const error = await failureOf(call);
    expect(error.name).toBe('InvalidPasswordException');
    expect(error.message).toContain(reason);
  });

  test('have a unique name of the kind that the pool accepts', async () => {
    const named = cognito.addPool({ UsernameAttributes: ['email'] }).Id;
    const create = (pool: string, Username: string) =>
      client.adminCreateUser({ UserPoolId: pool, Username, TemporaryPassword: STRONG });
    const { User } = await create(named, 'ann@people.test');
    expect(User?.Username).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(User?.Attributes).toContainEqual({ Name: 'email', Value: 'ann@people.test' });
    expect((await failureOf(create(named, 'ANN@people.test'))).name).toBe('UsernameExistsException');
    expect((await failureOf(create(named, 'ann'))).name).toBe('InvalidParameterException');
    const aliased = cognito.addPool({ AliasAttributes: ['email'] }).Id;
    expect((await failureOf(create(aliased, 'ann@people.test'))).name).toBe('InvalidParameterException');
    await create(UserPoolId, 'ann@people.test');
  });

  test('are invited again before their first sign-in', async () => {
    cognito.addUser(UserPoolId, { email: 'ann@people.test', status: 'FORCE_CHANGE_PASSWORD' });
    cognito.addUser(UserPoolId, { email: 'bob@people.test' });
    const resend = (Username: string) =>
      client.adminCreateUser({ UserPoolId, Username, MessageAction: 'RESEND' });
    expect((await resend('ann@people.test')).User?.Username).toBe('ann@people.test');
    expect((await failureOf(resend('bob@people.test'))).name).toBe('UnsupportedUserStateException');
  });
});

describe('lists', () => {
  test('of users are paged and filtered', async () => {
    for (let i = 0; i < 131; i += 1) cognito.addUser(UserPoolId, { email: `user${i}@people.test` });
    cognito.addUser(UserPoolId, { email: 'a"b\\c@people.test', username: 'quoted', enabled: false });
    const pages: number[] = [];
    for await (const { Users = [] } of sdk.paginateListUsers({ client, pageSize: 60 }, { UserPoolId })) {
      pages.push(Users.length);
    }
    expect(pages).toEqual([60, 60, 12]);
    const named = async (Filter: string): Promise<readonly (string | undefined)[]> => {
      const { Users = [] } = await client.listUsers({ UserPoolId, Filter, AttributesToGet: ['email'] });
      expect(Users.every(({ Attributes }) => Attributes?.length === 1)).toBe(true);
      return Users.map(({ Username }) => Username);
    };
    expect(await named('email = "user7@people.test"')).toEqual(['user7@people.test']);
    expect(await named('email ^= "user13"')).toEqual(['user13@people.test', 'user130@people.test']);
    expect(await named('email = "a\\"b\\\\c@people.test"')).toEqual(['quoted']);
    expect(await named('status = "Disabled"')).toEqual(['quoted']);
    expect(await named('email = "nobody@people.test"')).toEqual([]);
    for (const Filter of ['email', 'email = user', 'email = "a"b"', 'shoe = "7"', 'toString = "x"']) {
      const error = await failureOf(client.listUsers({ UserPoolId, Filter }));
      expect(error.name).toBe('InvalidParameterException');
    }
    expect((await failureOf(client.listUsers({ UserPoolId, Limit: 61 }))).name).toBe(
      'InvalidParameterException',
    );
  });

  test('of members are paged', async () => {
    cognito.addGroup(UserPoolId, 'admin');
    const emails = Array.from({ length: 61 }, (_, i) => `user${i}@people.test`);
    for (const email of emails) cognito.addUser(UserPoolId, { email, groups: ['admin'] });
    cognito.addUser(UserPoolId, { email: 'eve@people.test' });
    const found: (string | undefined)[][] = [];
    for await (const { Users = [] } of sdk.paginateListUsersInGroup(
      { client },
      { UserPoolId, GroupName: 'admin' },
    )) {
      found.push(Users.map(({ Username }) => Username));
    }
    expect(found.map((page) => page.length)).toEqual([60, 1]);
    expect(found.flat()).toEqual(emails);
  });
});

describe('memberships', () => {
  test('are added and removed, and removed with the group', async () => {
    for (const name of ['admin', 'others']) cognito.addGroup(UserPoolId, name);
    const { Username } = cognito.addUser(UserPoolId, { email: 'ann@people.test', groups: ['others'] });
    await client.adminAddUserToGroup({ UserPoolId, Username, GroupName: 'admin' });
    const groups = async (): Promise<readonly (string | undefined)[]> => {
      const names: (string | undefined)[] = [];
      const pages = sdk.paginateAdminListGroupsForUser({ client, pageSize: 1 }, { UserPoolId, Username });
      for await (const { Groups = [] } of pages) names.push(...Groups.map(({ GroupName }) => GroupName));
      return names;
    };
    expect(await groups()).toEqual(['admin', 'others']);
    await client.adminRemoveUserFromGroup({ UserPoolId, Username, GroupName: 'others' });
    expect(await groups()).toEqual(['admin']);
    await client.deleteGroup({ UserPoolId, GroupName: 'admin' });
    await client.createGroup({ UserPoolId, GroupName: 'admin' });
    expect(await groups()).toEqual([]);
  });

  test('require a user and a group', async () => {
    cognito.addGroup(UserPoolId, 'admin');
    const { Username } = cognito.addUser(UserPoolId, { email: 'ann@people.test' });
    const add = (name: string, GroupName: string) =>
      client.adminAddUserToGroup({ UserPoolId, Username: name, GroupName });
    expect((await failureOf(add('nobody', 'admin'))).name).toBe('UserNotFoundException');
    expect((await failureOf(add(Username, 'nobody'))).name).toBe('ResourceNotFoundException');
    expect(() => cognito.addUser(UserPoolId, { email: 'b@people.test', groups: ['nobody'] })).toThrow(
      'nobody',
    );
  });
});

test('identity providers are created and listed, and then usable by clients', async () => {
  const provider = {
    ProviderName: 'Corp',
    ProviderType: 'OIDC',
    ProviderDetails: { client_id: 'x' },
  } as const;
  const name = () =>
    client.createUserPoolClient({
      UserPoolId,
      ClientName: 'server',
      SupportedIdentityProviders: ['COGNITO', 'Corp'],
    });
  expect((await failureOf(name())).name).toBe('InvalidParameterException');
  await client.createIdentityProvider({ UserPoolId, ...provider });
  expect((await failureOf(client.createIdentityProvider({ UserPoolId, ...provider }))).name).toBe(
    'DuplicateProviderException',
  );
  cognito.addIdentityProvider(UserPoolId, 'Google', { ProviderType: 'Google' });
  const { Providers } = await client.listIdentityProviders({ UserPoolId });
  expect(Providers).toMatchObject([
    { ProviderName: 'Corp', ProviderType: 'OIDC' },
    { ProviderName: 'Google', ProviderType: 'Google' },
  ]);
  const described = await client.describeIdentityProvider({ UserPoolId, ProviderName: 'Corp' });
  expect(described.IdentityProvider).toMatchObject(provider);
  expect((await name()).UserPoolClient?.SupportedIdentityProviders).toEqual(['COGNITO', 'Corp']);
});

test('no operation returns a second secret, and a list counts it', async () => {
  const SecondSecret = 'notarealsecretnumbertwo';
  const { ClientId } = cognito.addClient(UserPoolId, { SecondSecret });
  const shown = [
    await client.describeUserPoolClient({ UserPoolId, ClientId }),
    await client.updateUserPoolClient({ UserPoolId, ClientId }),
    await client.listUserPoolClientSecrets({ UserPoolId, ClientId }),
  ];
  expect(JSON.stringify(shown)).not.toContain(SecondSecret);
  expect(shown[2]).toMatchObject({ ClientSecrets: [{}, {}] });
});
