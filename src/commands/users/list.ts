/** `users list`: the users of the pool, and the role that the server will give each of them. */
import { LAYOUTS } from '../../core/config/layouts.ts';
import { EXIT } from '../../core/exit-codes.ts';
import { isInvitationExpired, personOf, type Person } from '../../core/users/plan.ts';
import { ADMIN_GROUP } from '../../core/config/requirements.ts';
import type { PoolUser } from '../../ports.ts';
import type { ListedPerson } from '../../report/report.ts';
import { awsInUse, noteAws } from '../account/aws-in-use.ts';
import type { Run } from '../command.ts';
import {
  inWords,
  openPeople,
  readMemberships,
  readPoolReference,
  requireRoles,
  type PeoplePool,
} from './pool.ts';

export const run: Run = async ({ options }, ports) => {
  const format = options.format ?? 'text';
  const reference = await readPoolReference(options, ports);
  const { role, search } = options;
  if (role !== undefined) requireRoles('--role', reference);
  const pool = await openPeople(reference, options, ports);
  const { file, layout, poolId, context, cognito } = pool;
  const { hasRoles } = LAYOUTS[layout];
  const isWanted = (person: Person): boolean =>
    (role === undefined || person.role === role) && matches(person, search);
  // Before the first row, so that a missing permission is reported instead of half a list.
  const [groups, userPool] = await inWords(context, () =>
    Promise.all([hasRoles ? cognito.listGroups(poolId) : [], cognito.describeUserPool(poolId)]),
  );
  const { invitationDays } = userPool;
  const aws = awsInUse(cognito, userPool);
  noteAws(aws, ports.terminal);
  const people = peopleOf(pool, groups, role === 'admin');
  const first = await inWords(context, () => people.next());
  const now = ports.clock.now();
  const listed = (person: Person): ListedPerson => ({
    ...person,
    isInvitationExpired: isInvitationExpired(person, invitationDays, now),
  });
  const pages = async function* (): AsyncGenerator<readonly ListedPerson[]> {
    for (let page = first; page.done !== true; page = await inWords(context, () => people.next())) {
      yield page.value.filter(isWanted).map(listed);
    }
  };
  return {
    exitCode: EXIT.ok,
    format,
    body: {
      kind: 'people',
      file,
      layout,
      poolId,
      aws,
      isFiltered: role !== undefined || search !== undefined,
      pages: pages(),
    },
  };
};

function matches({ email = '', username }: Person, search = ''): boolean {
  const text = search.toLowerCase();
  return email.toLowerCase().includes(text) || username.toLowerCase().includes(text);
}

/** All users, or only the members of the group admin: nobody else can be an admin. */
async function* peopleOf(
  pool: PeoplePool,
  groups: readonly string[],
  adminsOnly: boolean,
): AsyncGenerator<readonly Person[]> {
  const { cognito, poolId, layout } = pool;
  if (adminsOnly && !groups.includes(ADMIN_GROUP)) return;
  const memberships = await readMemberships(pool, groups);
  const person = (user: PoolUser): Person => personOf(user, memberships.get(user.username) ?? [], layout);
  if (adminsOnly) {
    yield (await cognito.listUsersInGroup(poolId, ADMIN_GROUP)).map(person);
    return;
  }
  for await (const page of cognito.listUsers(poolId)) yield page.map(person);
}
