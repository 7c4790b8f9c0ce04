/** The operations on users. */
import { readInput } from './parameters.ts';
import { LONGEST_PAGE, page } from './paging.ts';
import { NEXT_TOKEN, POOL_ID, poolOf } from './pools.ts';
import type { Call, Operation } from './pools.ts';
import { invalidParameter, ServiceFailure } from './service-failure.ts';
import type { Pool } from './state.ts';
import * as users from './users.ts';
import type { User } from './users.ts';

const TEXT = '[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+';
/** UsernameType of the service model. */
export const USERNAME = { kind: 'string', min: 1, max: 128, pattern: TEXT, required: true } as const;
const PASSWORD = { kind: 'string', min: 1, max: 256, pattern: '[\\S]+.*[\\S]+|[\\S]+' } as const;
const STRUCTURES = { kind: 'list', of: { kind: 'structure' } } as const;
const STRINGS = { kind: 'list', of: { kind: 'string' } } as const;
const NAMED_USER = { UserPoolId: POOL_ID, Username: USERNAME } as const;

/** Epoch seconds of this machine, from which invitations expire. */
const now = (): number => Date.now() / 1000;

const adminCreateUser: Operation = (call) => {
  const input = readInput(call.body, {
    ...NAMED_USER,
    UserAttributes: STRUCTURES,
    TemporaryPassword: PASSWORD,
    MessageAction: { kind: 'string', oneOf: ['RESEND', 'SUPPRESS'] },
    DesiredDeliveryMediums: { kind: 'list', of: { kind: 'string', oneOf: ['SMS', 'EMAIL'] } },
    ForceAliasCreation: { kind: 'boolean' },
  });
  const { UserPoolId, Username, TemporaryPassword, MessageAction, DesiredDeliveryMediums = ['SMS'] } = input;
  const pool = poolOf(call, UserPoolId);
  const isByEmail = DesiredDeliveryMediums.includes('EMAIL');
  if (MessageAction === 'RESEND') {
    const user = waitingUser(pool, Username);
    if (isByEmail) invite(pool, user);
    user.LastModifiedDate = now();
    return { User: described(user) };
  }
  const attributes = readAttributes(input.UserAttributes);
  checkNewName(pool, Username);
  if (users.usernamesAreEmails(pool)) attributes['email'] ??= Username;
  if (users.findUser(pool, Username)) {
    throw new ServiceFailure('UsernameExistsException', 'User account already exists');
  }
  checkPassword(pool, TemporaryPassword);
  if (MessageAction !== 'SUPPRESS' && pool.invitationsLeft <= 0) {
    throw new ServiceFailure(
      'LimitExceededException',
      'Exceeded daily email limit for the operation or the account.',
    );
  }
  const { email = '', ...others } = attributes;
  const user = users.addUser(call.state, UserPoolId, {
    email,
    ...(!users.usernamesAreEmails(pool) && { username: Username }),
    password: TemporaryPassword ?? `notareal${String(call.state.made)}Pass!`,
    status: 'FORCE_CHANGE_PASSWORD',
    attributes: others,
  });
  for (const name of ['email', 'email_verified']) {
    if (!(name in attributes)) user.attributes.delete(name);
  }
  user.LastModifiedDate = now();
  if (MessageAction !== 'SUPPRESS' && isByEmail) invite(pool, user);
  return { User: described(user) };
};

function invite(pool: Pool, user: User): void {
  pool.invitations.push(user.attributes.get('email') ?? '');
  pool.invitationsLeft -= 1;
}

const adminSetUserPassword: Operation = (call) => {
  const { UserPoolId, Username, Password, Permanent } = readInput(call.body, {
    ...NAMED_USER,
    Password: { ...PASSWORD, required: true },
    Permanent: { kind: 'boolean' },
  });
  const user = userOf(call, UserPoolId, Username);
  checkPassword(poolOf(call, UserPoolId), Password);
  user.password = Password;
  user.status = Permanent ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD';
  user.LastModifiedDate = now();
  return {};
};

const adminGetUser: Operation = (call) => {
  const { UserPoolId, Username } = readInput(call.body, NAMED_USER);
  const { Attributes, ...rest } = described(userOf(call, UserPoolId, Username));
  return { ...rest, UserAttributes: Attributes };
};

function switchUser(enabled: boolean): Operation {
  return (call) => {
    const { UserPoolId, Username } = readInput(call.body, NAMED_USER);
    const user = userOf(call, UserPoolId, Username);
    user.enabled = enabled;
    user.LastModifiedDate = now();
    return {};
  };
}

const adminDeleteUser: Operation = (call) => {
  const { UserPoolId, Username } = readInput(call.body, NAMED_USER);
  const user = userOf(call, UserPoolId, Username);
  poolOf(call, UserPoolId).users.delete(user.Username.toLowerCase());
  return undefined;
};

const listUsers: Operation = (call) => {
  const input = readInput(call.body, {
    UserPoolId: POOL_ID,
    AttributesToGet: STRINGS,
    Limit: { kind: 'integer', min: 0, max: 60 },
    PaginationToken: NEXT_TOKEN,
    Filter: { kind: 'string', max: 256 },
  });
  const { UserPoolId, Limit = 0, PaginationToken, Filter = '', AttributesToGet } = input;
  const wanted = readFilter(Filter);
  const all = [...poolOf(call, UserPoolId).users.values()].filter(wanted);
  const found = page(all, {
    list: `users ${UserPoolId} ${Filter}`,
    limit: Math.min(Limit === 0 ? LONGEST_PAGE : Limit, call.state.pageSize),
    token: PaginationToken,
  });
  return {
    Users: found.items.map((user) => described(user, AttributesToGet)),
    PaginationToken: found.NextToken,
  };
};

/** UserType of the service model. */
export function described(user: User, attributesToGet?: readonly string[]) {
  return {
    Username: user.Username,
    Attributes: [...user.attributes]
      .filter(([name]) => attributesToGet?.includes(name) ?? true)
      .map(([Name, Value]) => ({ Name, Value })),
    UserCreateDate: user.CreationDate,
    UserLastModifiedDate: user.LastModifiedDate,
    Enabled: user.enabled,
    UserStatus: user.status,
  };
}

/** The user that a request names. Throws UserNotFoundException. */
export function userOf(call: Call, poolId: string, name: string): User {
  const user = users.findUser(poolOf(call, poolId), name);
  if (!user) throw new ServiceFailure('UserNotFoundException', 'User does not exist.');
  return user;
}

function waitingUser(pool: Pool, name: string): User {
  const user = users.findUser(pool, name);
  if (!user) throw new ServiceFailure('UserNotFoundException', 'User does not exist.');
  if (user.status !== 'FORCE_CHANGE_PASSWORD') {
    throw new ServiceFailure('UnsupportedUserStateException', 'Resend is not possible in this user state.');
  }
  return user;
}

function checkNewName(pool: Pool, name: string): void {
  const isEmail = /^[^@]+@[^@]+$/.test(name);
  if (users.usernamesAreEmails(pool) && !isEmail) throw invalidParameter('Username should be an email.');
  if (users.emailIsAlias(pool) && isEmail) {
    throw invalidParameter(
      'Username cannot be of email format, since user pool is configured for email alias.',
    );
  }
}

function readAttributes(list: readonly Readonly<Record<string, unknown>>[] = []): Record<string, string> {
  const attributes: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const { Name, Value } of list) {
    if (typeof Name !== 'string' || typeof Value !== 'string' || Name === 'sub') {
      throw invalidParameter('An attribute needs a Name and a Value, and sub cannot be set.');
    }
    attributes[Name] = Value;
  }
  return attributes;
}

/** PasswordPolicyType of the service model. */
function checkPassword({ description }: Pool, password: string | undefined): void {
  const policy = (description['Policies'] as { readonly PasswordPolicy?: PasswordPolicy } | undefined)
    ?.PasswordPolicy;
  if (password === undefined || !policy) return;
  const complaint =
    password.length < (policy.MinimumLength ?? 0)
      ? 'Password not long enough'
      : PASSWORD_RULES.find(([rule, pattern]) => policy[rule] === true && !pattern.test(password))?.[2];
  if (complaint !== undefined) {
    throw new ServiceFailure(
      'InvalidPasswordException',
      `Password did not conform with policy: ${complaint}`,
    );
  }
}

interface PasswordPolicy {
  readonly MinimumLength?: number;
  readonly RequireUppercase?: boolean;
  readonly RequireLowercase?: boolean;
  readonly RequireNumbers?: boolean;
  readonly RequireSymbols?: boolean;
}

const PASSWORD_RULES = [
  ['RequireUppercase', /[A-Z]/, 'Password must have uppercase characters'],
  ['RequireLowercase', /[a-z]/, 'Password must have lowercase characters'],
  ['RequireNumbers', /[0-9]/, 'Password must have numeric characters'],
  ['RequireSymbols', /[^\w\s]|_/, 'Password must have symbol characters'],
] as const;

/** `attribute = "value"` or `attribute ^= "start"`; quotes and backslashes in the value are escaped with a backslash. */
function readFilter(filter: string): (user: User) => boolean {
  if (filter === '') return () => true;
  const [, name = '', operator, quoted = ''] =
    /^\s*"?([\w:]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/.exec(filter) ?? [];
  const read = FILTERED.get(name);
  if (!read) throw invalidParameter('Error while parsing filter.');
  const value = quoted.replace(/\\(.)/g, '$1');
  return operator === '=' ? (user) => read(user) === value : (user) => read(user)?.startsWith(value) ?? false;
}

const FILTERED = new Map<string, (user: User) => string | undefined>([
  ['username', (user) => user.Username],
  ['cognito:user_status', (user) => user.status],
  ['status', (user) => (user.enabled ? 'Enabled' : 'Disabled')],
  ...['sub', 'email', 'phone_number', 'name', 'given_name', 'family_name', 'preferred_username'].map(
    (name) => [name, (user: User) => user.attributes.get(name)] as const,
  ),
]);

/** By the name in `X-Amz-Target`. */
export const USER_OPERATIONS: Readonly<Record<string, Operation>> = {
  AdminCreateUser: adminCreateUser,
  AdminSetUserPassword: adminSetUserPassword,
  AdminGetUser: adminGetUser,
  AdminDisableUser: switchUser(false),
  AdminEnableUser: switchUser(true),
  AdminDeleteUser: adminDeleteUser,
  ListUsers: listUsers,
};
