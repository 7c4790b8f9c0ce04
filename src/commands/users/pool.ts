/** The user pool that the file names, and which of its users a name means. Reads only. */
import { domainToUnicode } from 'node:url';
import { printable } from '../../core/text/display.ts';
import { onFile, say } from '../../core/text/hint.ts';
import { describeCognitoFailure, type AwsContext } from '../../core/aws-failures.ts';
import { ExpectedError, UsageError } from '../../core/errors.ts';
import { EXIT } from '../../core/exit-codes.ts';
import { LAYOUTS, type Layout } from '../../core/config/layouts.ts';
import { FIX_FILE } from '../../core/rules/live/facts.ts';
import { otherSpellings } from '../../core/users/email.ts';
import { isAdmin, personOf, type Person, type Problem } from '../../core/users/plan.ts';
import { ADMIN_GROUP } from '../../core/config/requirements.ts';
import { readSettings } from '../../core/config/settings.ts';
import type { Cognito, Ports, PoolUser, UserPool } from '../../ports.ts';
import { CognitoFailure } from '../../core/failures.ts';
import { limitTo, MOST_AT_ONCE } from '../account/read-pool.ts';
import { openPool } from '../account/open-pool.ts';
import type { OptionValues } from '../options.ts';
import { requireConfigFile } from '../shared/config-file.ts';

/** The pool that a configuration file names. */
export interface PoolReference {
  readonly file: string;
  readonly layout: Layout;
  readonly poolId: string;
}

export interface PeoplePool extends PoolReference {
  readonly cognito: Cognito;
  /** What messages about a failure must name. */
  readonly context: AwsContext;
}

/** Reads which pool the file names. Rejects with UsageError without a file, ExpectedError where it names none. */
export async function readPoolReference(options: OptionValues, ports: Ports): Promise<PoolReference> {
  const { path, document, layout } = await requireConfigFile(options, ports);
  const { userPoolID: poolId = '' } = readSettings(document, layout);
  if (poolId === '') {
    throw new ExpectedError(`${printable(path)} has no user pool ID`, {
      exitCode: EXIT.findings,
      hint: FIX_FILE,
    });
  }
  return { file: path, layout, poolId };
}

/** Throws UsageError where `asked`, a command or a flag, is about roles and the server has none. */
export function requireRoles(asked: string, { file, layout }: PoolReference): void {
  const { hasRoles, server } = LAYOUTS[layout];
  if (hasRoles) return;
  throw new UsageError(
    `${asked} has no effect: ${printable(file)} is for ${server}, which has no roles`,
    say`Everyone who signs in has the same rights there. To keep a user out: ${onFile('users disable', 'EMAIL')}`,
  );
}

/** Opens the pool that the file names. Rejects with UsageError and WorldError. */
export async function openPeople(
  { poolId: pool, ...reference }: PoolReference,
  options: OptionValues,
  ports: Ports,
): Promise<PeoplePool> {
  const { profile, endpointUrl } = options;
  let context: AwsContext = {
    region: options.region ?? '',
    profile,
    endpointUrl,
    userPoolId: pool,
    isForUsers: true,
  };
  return inWords(context, async () => {
    const { cognito, poolId } = await openPool({ ...options, pool, yes: true }, ports, (region) => {
      context = { ...context, region };
    });
    return { ...reference, cognito, poolId, context };
  });
}

/** A failure of AWS becomes a WorldError. */
export async function inWords<T>(context: AwsContext, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof CognitoFailure ? describeCognitoFailure(error, context) : error;
  }
}

/** All groups that have members, by username. */
export async function readMemberships(
  { cognito, poolId }: Pick<PeoplePool, 'cognito' | 'poolId'>,
  groups: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const limited = limitTo(MOST_AT_ONCE);
  const members = await Promise.all(
    groups.map((group) => limited(() => cognito.listUsersInGroup(poolId, group))),
  );
  const byName = new Map<string, string[]>();
  for (const [at, group] of groups.entries()) {
    for (const { username } of members[at] ?? []) {
      byName.set(username, [...(byName.get(username) ?? []), group]);
    }
  }
  return byName;
}

/** The members of the group admin, each with all its groups; empty if the group does not exist. */
export async function readAdmins(pool: PeoplePool): Promise<readonly Person[]> {
  const { cognito, poolId } = pool;
  const groups = await cognito.listGroups(poolId);
  if (!groups.includes(ADMIN_GROUP)) return [];
  return withGroups(await cognito.listUsersInGroup(poolId, ADMIN_GROUP), pool);
}

/** Whether the pool has an admin who can sign in. Asks about no more members of the group than it takes. */
export async function hasAdmin(pool: PeoplePool): Promise<boolean> {
  for (const user of await pool.cognito.listUsersInGroup(pool.poolId, ADMIN_GROUP)) {
    if ((await withGroups([user], pool)).some(isAdmin)) return true;
  }
  return false;
}

/** Users with their groups, which are read only where they matter: for a server with roles. */
export function withGroups(
  users: readonly PoolUser[],
  { cognito, poolId, layout }: PeoplePool,
): Promise<readonly Person[]> {
  const limited = limitTo(MOST_AT_ONCE);
  const groupsOf = ({ username }: PoolUser): Promise<readonly string[]> =>
    LAYOUTS[layout].hasRoles
      ? limited(() => cognito.listGroupsForUser(poolId, username))
      : Promise.resolve([]);
  return Promise.all(users.map(async (user) => personOf(user, await groupsOf(user), layout)));
}

/** A user, undefined if there is none, or why the name is ambiguous. */
export type Found = PoolUser | undefined | Problem;

export const isProblem = (found: Found): found is Problem => found !== undefined && 'why' in found;

/** The user with an email address or a username. */
export async function findUser(name: string, { cognito, poolId }: PeoplePool): Promise<Found> {
  if (!name.includes('@')) return cognito.getUser(poolId, name);
  const lower = name.toLowerCase();
  // The filter compares letter by letter, also in pools where the case does not count.
  for (const spelling of new Set([name, lower])) {
    const found = await cognito.listUsersWithEmail(poolId, spelling);
    if (found.length > 0) return onlyUser(found);
  }
  const user = await cognito.getUser(poolId, name);
  if (user !== undefined) return user;
  for (const spelling of otherSpellings(name, domainToUnicode)) {
    const [other] = await cognito.listUsersWithEmail(poolId, spelling);
    if (other !== undefined) return spelledOtherwise(other);
  }
  return undefined;
}

/** The one of some users with the name; all of them have an address or username with its key. */
export function meantAmong(users: readonly PoolUser[], name: string): Found {
  const called = (form: (text: string) => string): readonly PoolUser[] =>
    users.filter((user) => [user.email ?? '', user.username].some((text) => form(text) === form(name)));
  // Where the case counts, which it does unless a pool says otherwise, two may be told apart by it alone.
  const exact = called((text) => text);
  const meant = exact.length > 0 ? exact : called((text) => text.toLowerCase());
  const [other] = users;
  return meant.length > 0 || other === undefined ? onlyUser(meant) : spelledOtherwise(other);
}

/** Cognito would accept a second user with the same address, spelled otherwise. */
const spelledOtherwise = ({ email, username }: PoolUser): Problem => ({
  why: `the user pool has this address in another Unicode form or domain spelling: ${printable(email ?? username)}`,
  remedy: `Use the spelling of the user pool, or the username: ${printable(username)}`,
});

/** Several users may have one address, where it is neither username nor alias. */
function onlyUser(found: readonly PoolUser[]): Found {
  const [first, ...others] = found;
  if (first === undefined || others.length === 0) return first;
  return {
    why: `${String(found.length)} users have this email address`,
    remedy: `Name one of them by username: ${found
      .slice(0, 5)
      .map(({ username }) => printable(username))
      .join(', ')}`,
  };
}

/** The username of a new user; a problem where the pool does not accept email addresses. */
export function newUsername(pool: UserPool, email: string, uuid: () => string): string | Problem {
  const { usernameAttributes, aliasAttributes } = pool;
  if (usernameAttributes.length > 0 && !usernameAttributes.includes('email')) {
    return {
      why: `users of this user pool sign in with ${usernameAttributes.map(printable).join(' or ')}, not with an email address`,
      remedy: 'Add them in the AWS console, and set an email address: the server needs one.',
    };
  }
  // Where email addresses are aliases, a username must not look like one.
  return aliasAttributes.includes('email') ? uuid() : email;
}
