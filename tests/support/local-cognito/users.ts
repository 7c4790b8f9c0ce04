/** The users of a pool: their data, how they are found, and how tests add them. */
import { creationDate, newUuid, seededPool } from './state.ts';
import type { CognitoState, Pool } from './state.ts';

export interface User {
  readonly Username: string;
  /** `sub`, `email` … */
  readonly attributes: Map<string, string>;
  password: string | undefined;
  /** UserStatusType of the service model. */
  status: 'CONFIRMED' | 'FORCE_CHANGE_PASSWORD';
  enabled: boolean;
  /** Group names; a group that the pool no longer has does not count. */
  readonly groups: Set<string>;
  /** Epoch seconds. */
  readonly CreationDate: number;
  LastModifiedDate: number;
}

export interface UserSeed {
  readonly email: string;
  /** Without one the user cannot sign in. */
  readonly password?: string;
  /** Existing groups of the pool. */
  readonly groups?: readonly string[];
  /** The email address by default, or the `sub` if the pool's usernames are email addresses. */
  readonly username?: string;
  readonly status?: User['status'];
  readonly enabled?: boolean;
  /** Additional attributes, or replacements for `sub`, `email` and `email_verified`. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Adds a confirmed user. Throws if a group or the pool is missing. */
export function addUser(state: CognitoState, poolId: string, seed: UserSeed): User {
  const pool = seededPool(state, poolId);
  const missing = seed.groups?.find((group) => !pool.groups.has(group));
  if (missing !== undefined) throw new Error(`unknown group ${missing} in ${poolId}`);
  const sub = newUuid(state);
  const CreationDate = creationDate(state);
  const user: User = {
    Username: seed.username ?? (usernamesAreEmails(pool) ? sub : seed.email),
    attributes: new Map(
      Object.entries({ sub, email: seed.email, email_verified: 'true', ...seed.attributes }),
    ),
    password: seed.password,
    status: seed.status ?? 'CONFIRMED',
    enabled: seed.enabled ?? true,
    groups: new Set(seed.groups),
    CreationDate,
    LastModifiedDate: CreationDate,
  };
  pool.users.set(user.Username.toLowerCase(), user);
  return user;
}

/** Finds a user by username, `sub`, or email address if the pool accepts it as a name; ignores case. */
export function findUser(pool: Pool, name: string): User | undefined {
  const wanted = name.toLowerCase();
  const byName = pool.users.get(wanted);
  if (byName) return byName;
  const users = [...pool.users.values()];
  return (
    users.find((user) => user.attributes.get('sub') === wanted) ??
    (usernamesAreEmails(pool) || emailIsAlias(pool)
      ? users.find((user) => user.attributes.get('email')?.toLowerCase() === wanted)
      : undefined)
  );
}

/** The existing groups of a user, in the order of joining. */
export function groupsOf(pool: Pool, user: User): readonly string[] {
  return [...user.groups].filter((group) => pool.groups.has(group));
}

/** UsernameAttributes: users sign in with their email address, and the username is generated. */
export function usernamesAreEmails({ description }: Pool): boolean {
  return includesEmail(description['UsernameAttributes']);
}

/** AliasAttributes: the email address is a second name. */
export function emailIsAlias({ description }: Pool): boolean {
  return includesEmail(description['AliasAttributes']);
}

function includesEmail(names: unknown): boolean {
  return Array.isArray(names) && names.includes('email');
}
