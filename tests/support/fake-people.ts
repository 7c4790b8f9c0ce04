/** An in-memory user pool: behaves like Cognito as far as the commands can see, with failures on demand. */
import type { Cognito, PoolUser, UserPool } from '../../src/ports.ts';
import { CognitoFailure } from '../../src/core/failures.ts';
import { aPool, POOL_ID } from './account.ts';

interface FakePerson extends PoolUser {
  readonly groups: ReadonlySet<string>;
}

type Operations = Omit<
  Cognito,
  | 'region'
  | 'listUserPools'
  | 'listAppClients'
  | 'describeAppClient'
  | 'describeDomain'
  | 'listClientSecrets'
  | 'listIdentityProviders'
>;

export interface FakePeople {
  /** Overrides methods of a `Cognito`. */
  readonly operations: Operations;
  /** By username. */
  readonly users: ReadonlyMap<string, FakePerson>;
  readonly groups: ReadonlySet<string>;
  /** Addresses that got an invitation, in order. */
  readonly mails: readonly string[];
  /** `AdminCreateUser ann@labels.test`, in call order. */
  readonly calls: readonly string[];
  /** Decides by error name whether a call fails; with `!` before the name, it fails after taking effect. */
  fails: (operation: string, about: string, count: number) => string | undefined;
}

export interface FakePeopleSeed {
  readonly pool?: Partial<UserPool>;
  readonly groups?: readonly string[];
  /** Emails with the groups of each. The username is the email unless given before it: `u1 = ann@labels.test`. */
  readonly users?: Readonly<Record<string, readonly string[]>>;
  /** Special attributes of some users, by username. */
  readonly traits?: Readonly<Record<string, Partial<PoolUser>>>;
  /** Users per page of a list. */
  readonly pageSize?: number;
}

/** A pool with these users. */
export function fakePeople({
  pool,
  groups = ['admin'],
  users = {},
  traits = {},
  pageSize = 60,
}: FakePeopleSeed = {}): FakePeople {
  const people = new Map<string, PoolUser & { groups: Set<string> }>();
  for (const [name, member] of Object.entries(users)) {
    const [username = '', email = username] = name.split(' = ');
    people.set(username, {
      username,
      email: email === '' ? undefined : email,
      status: 'CONFIRMED',
      enabled: true,
      groups: new Set(member),
      ...traits[username],
    });
  }
  const known = new Set(groups);
  const mails: string[] = [];
  const calls: string[] = [];
  const fake: FakePeople = {
    operations: {} as Operations,
    users: people,
    groups: known,
    mails,
    calls,
    fails: () => undefined,
  };

  const fail = (operation: string, name: string): never => {
    throw new CognitoFailure(operation, { name, message: `${name} was asked for`, attempts: 1 });
  };
  const call = async <T>(operation: string, about: string, answer: () => T): Promise<T> => {
    calls.push(`${operation} ${about}`);
    await new Promise((resolve) => setImmediate(resolve));
    const wanted = fake.fails(operation, about, calls.length);
    if (wanted !== undefined && !wanted.startsWith('!')) fail(operation, wanted);
    const given = answer();
    if (wanted !== undefined) fail(operation, wanted.slice(1));
    return given;
  };
  const userOf = (operation: string, username: string): PoolUser & { groups: Set<string> } => {
    const found = people.get(username) ?? [...people.values()].find(({ email }) => email === username);
    return found ?? fail(operation, 'UserNotFoundException');
  };
  const plain = ({ username, email, status, enabled, modified }: PoolUser): PoolUser => ({
    username,
    email,
    status,
    enabled,
    modified,
  });
  const change = (
    operation: string,
    username: string,
    work: (user: PoolUser & { groups: Set<string> }) => void,
  ): Promise<void> =>
    call(operation, username, () => {
      work(userOf(operation, username));
    });
  const operations: Operations = {
    describeUserPool: (id) =>
      call('DescribeUserPool', id, () => aPool({ id: POOL_ID, estimatedUsers: people.size, ...pool })),
    listGroups: (id) => call('ListGroups', id, () => [...known]),
    listUsersInGroup: (_id, group) =>
      call('ListUsersInGroup', group, () => {
        if (!known.has(group)) fail('ListUsersInGroup', 'ResourceNotFoundException');
        return [...people.values()].filter((user) => user.groups.has(group)).map(plain);
      }),
    listGroupsForUser: (_id, username) =>
      call('AdminListGroupsForUser', username, () => [...userOf('AdminListGroupsForUser', username).groups]),
    listUsers: async function* () {
      const all = [...people.values()].map(plain);
      for (let from = 0; from === 0 || from < all.length; from += pageSize) {
        yield await call('ListUsers', `from ${String(from)}`, () => all.slice(from, from + pageSize));
      }
    },
    listUsersWithEmail: (_id, email) =>
      call('ListUsers', email, () => [...people.values()].filter((user) => user.email === email).map(plain)),
    getUser: async (_id, username) => {
      try {
        return await call('AdminGetUser', username, () => plain(userOf('AdminGetUser', username)));
      } catch (error) {
        if (error instanceof CognitoFailure && error.errorName === 'UserNotFoundException') return undefined;
        throw error;
      }
    },
    createGroup: (_id, group) =>
      call('CreateGroup', group, () => {
        known.add(group);
      }),
    createUser: (_id, { username, email, invite }) =>
      call('AdminCreateUser', email, () => {
        const isAlias = pool?.aliasAttributes?.includes('email') === true;
        if (isAlias && [...people.values()].some((user) => user.email === email)) {
          fail('AdminCreateUser', 'AliasExistsException');
        }
        // The address of a federated user is taken by nobody.
        const own = [...people.values()].filter(({ status }) => status !== 'EXTERNAL_PROVIDER');
        if (own.some((user) => user.email === email || user.username === username)) {
          fail('AdminCreateUser', 'UsernameExistsException');
        }
        const user = {
          username,
          email,
          status: 'FORCE_CHANGE_PASSWORD',
          enabled: true,
          groups: new Set<string>(),
        };
        people.set(username, user);
        if (invite) mails.push(email);
        return plain(user);
      }),
    inviteAgain: (_id, username) =>
      call('AdminCreateUser', `${username} again`, () => {
        const { status, email = '' } = userOf('AdminCreateUser', username);
        if (status !== 'FORCE_CHANGE_PASSWORD') fail('AdminCreateUser', 'UnsupportedUserStateException');
        mails.push(email);
      }),
    addToGroup: (_id, username, group) =>
      change('AdminAddUserToGroup', username, (user) => {
        if (!known.has(group)) fail('AdminAddUserToGroup', 'ResourceNotFoundException');
        user.groups.add(group);
      }),
    removeFromGroup: (_id, username, group) =>
      change('AdminRemoveUserFromGroup', username, (user) => user.groups.delete(group)),
    enableUser: (_id, username) =>
      change('AdminEnableUser', username, (user) => people.set(user.username, { ...user, enabled: true })),
    disableUser: (_id, username) =>
      change('AdminDisableUser', username, (user) => people.set(user.username, { ...user, enabled: false })),
    deleteUser: (_id, username) =>
      change('AdminDeleteUser', username, (user) => people.delete(user.username)),
  };
  Object.assign(fake.operations, operations);
  return fake;
}
