/** The user pool that the file names, and who of it is meant by a name. Reads only. */
import { printable } from '../../core/text/display.ts';
import { describeCognitoFailure, ExpectedError, type AwsContext } from '../../core/errors.ts';
import { EXIT } from '../../core/exit-codes.ts';
import type { Layout } from '../../core/config/layouts.ts';
import { FIX_FILE } from '../../core/rules/live/facts.ts';
import { personOf, type Person, type Problem } from '../../core/users/plan.ts';
import { ADMIN_GROUP } from '../../core/config/requirements.ts';
import { readSettings } from '../../core/config/settings.ts';
import type { Cognito, Ports, PoolUser, UserPool } from '../../ports.ts';
import { CognitoFailure } from '../../core/failures.ts';
import { limitTo, MOST_AT_ONCE } from '../account/read-pool.ts';
import { openPool } from '../account/open-pool.ts';
import type { OptionValues } from '../options.ts';
import { requireConfigFile } from '../shared/config-file.ts';

/** What the configuration file says of its pool. */
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
    throw new ExpectedError(`${printable(path)} names no user pool`, {
      exitCode: EXIT.findings,
      hint: FIX_FILE,
    });
  }
  return { file: path, layout, poolId };
}

/** Opens the pool that the file names. Rejects as `readPoolReference` does, and with WorldError. */
export async function openPeople(options: OptionValues, ports: Ports): Promise<PeoplePool> {
  const { poolId: pool, ...reference } = await readPoolReference(options, ports);
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

/** What goes wrong at AWS meanwhile becomes a WorldError. */
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

/** The members of the group admin, each with all its groups; nobody where there is no such group. */
export async function readAdmins(pool: PeoplePool): Promise<readonly Person[]> {
  const { cognito, poolId } = pool;
  const groups = await cognito.listGroups(poolId);
  if (!groups.includes(ADMIN_GROUP)) return [];
  return withGroups(await cognito.listUsersInGroup(poolId, ADMIN_GROUP), pool);
}

/** Users with their groups. */
export function withGroups(
  users: readonly PoolUser[],
  { cognito, poolId, layout }: PeoplePool,
): Promise<readonly Person[]> {
  const limited = limitTo(MOST_AT_ONCE);
  return Promise.all(
    users.map(async (user) =>
      personOf(user, await limited(() => cognito.listGroupsForUser(poolId, user.username)), layout),
    ),
  );
}

/** One user, nobody, or why it cannot be told who is meant. */
export type Found = PoolUser | undefined | Problem;

export const isProblem = (found: Found): found is Problem => found !== undefined && 'why' in found;

/** Who is meant by an email address or a username. */
export async function findUser(name: string, { cognito, poolId }: PeoplePool): Promise<Found> {
  if (name.includes('@')) {
    const exact = await cognito.listUsersWithEmail(poolId, name);
    const lower = name.toLowerCase();
    // The filter compares letter by letter, also in pools where the case does not count.
    const found =
      exact.length > 0 || lower === name ? exact : await cognito.listUsersWithEmail(poolId, lower);
    if (found.length > 0) return onlyUser(found);
  }
  return cognito.getUser(poolId, name);
}

/** Several people may have one address, where it is neither username nor alias. */
export function onlyUser(found: readonly PoolUser[]): Found {
  const [first, ...others] = found;
  if (first === undefined || others.length === 0) return first;
  return {
    why: `${String(found.length)} users of the pool have this email address`,
    remedy: `Name the one that is meant by the username: ${found
      .slice(0, 5)
      .map(({ username }) => printable(username))
      .join(', ')}`,
  };
}

/** What a new user of the pool is called; a problem where an email address is of no use to it. */
export function newUsername(pool: UserPool, email: string, uuid: () => string): string | Problem {
  const { usernameAttributes, aliasAttributes } = pool;
  if (usernameAttributes.length > 0 && !usernameAttributes.includes('email')) {
    return {
      why: `the people of this user pool sign in with ${usernameAttributes.map(printable).join(' or ')}, not with an email address`,
      remedy: 'Add them in the AWS console, with an email address beside it: the server needs one.',
    };
  }
  // Where email addresses are aliases, a username must not look like one.
  return aliasAttributes.includes('email') ? uuid() : email;
}
