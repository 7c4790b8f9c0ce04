/** The people of a pool: what is kept of each, how they are found, and how tests put them in. */
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
  /** Names; one that the pool has no more does not count. */
  readonly groups: Set<string>;
  /** Epoch seconds. */
  readonly CreationDate: number;
  LastModifiedDate: number;
}

export interface UserSeed {
  readonly email: string;
  /** Without one nobody can sign in. */
  readonly password?: string;
  /** Groups that the pool has already. */
  readonly groups?: readonly string[];
  /** The e-mail address unless told, or the `sub` where the pool's usernames are e-mail addresses. */
  readonly username?: string;
  readonly status?: User['status'];
  readonly enabled?: boolean;
  /** Further attributes, or others in place of `sub`, `email` and `email_verified`. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Adds a user who has confirmed everything. Throws where a group or the pool is missing. */
export function addUser(state: CognitoState, poolId: string, seed: UserSeed): User {
  const pool = seededPool(state, poolId);
  const missing = seed.groups?.find((group) => !pool.groups.has(group));
  if (missing !== undefined) throw new Error(`no group ${missing} has been seeded in ${poolId}`);
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

/** By username, `sub`, or e-mail address where the pool takes that for a name; case does not matter. */
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

/** The groups of a user that the pool has, in the order in which they were joined. */
export function groupsOf(pool: Pool, user: User): readonly string[] {
  return [...user.groups].filter((group) => pool.groups.has(group));
}

/** UsernameAttributes: people are known by their e-mail address, and the username is made up. */
export function usernamesAreEmails({ description }: Pool): boolean {
  return includesEmail(description['UsernameAttributes']);
}

/** AliasAttributes: the e-mail address is a second name. */
export function emailIsAlias({ description }: Pool): boolean {
  return includesEmail(description['AliasAttributes']);
}

function includesEmail(names: unknown): boolean {
  return Array.isArray(names) && names.includes('email');
}
