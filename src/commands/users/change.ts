/**
 * What all commands that change people have in common: find the users, show the changes, ask once, make them, and report
 * each result.
 */
import { awsInUse, noteAws } from '../account/aws-in-use.ts';
import { showValue } from '../../core/text/display.ts';
import { UsageError } from '../../core/errors.ts';
import { EXIT, SIGNAL_EXIT } from '../../core/exit-codes.ts';
import { addressKey, emailFault } from '../../core/users/email.ts';
import {
  keepAnAdmin,
  planAdd,
  planDisable,
  planEnable,
  planGrant,
  planInvite,
  planRemove,
  planRevoke,
  takesAway,
  type MakePlan,
  type Plan,
  type Request,
} from '../../core/users/plan.ts';
import { LAYOUTS } from '../../core/config/layouts.ts';
import { ADMIN_GROUP } from '../../core/config/requirements.ts';
import type { Ports, PoolUser } from '../../ports.ts';
import { Cancelled, CognitoFailure } from '../../core/failures.ts';
import type { PeopleChangeReport, Report } from '../../report/report.ts';
import { limitTo, MOST_AT_ONCE } from '../account/read-pool.ts';
import type { Run } from '../command.ts';
import type { OptionValues } from '../options.ts';
import { applyPlans, type Outcome, type Applied } from './apply.ts';
import { agree, notesOn, outcomeRow, requireAgreement, type Work } from './confirm.ts';
import {
  findUser,
  inWords,
  isProblem,
  newUsername,
  openPeople,
  readAdmins,
  readPoolReference,
  requireRoles,
  withGroups,
  type Found,
  type PeoplePool,
} from './pool.ts';

/** The plan that each command on named users makes. */
const PLANS = {
  add: planAdd,
  invite: planInvite,
  grant: planGrant,
  revoke: planRevoke,
  disable: planDisable,
  enable: planEnable,
  remove: planRemove,
} as const satisfies Record<string, MakePlan>;

export type ChangeName = keyof typeof PLANS;

/** The command of that name, on the users named on the command line. */
export function changing(name: ChangeName): Run {
  return async ({ args, options }, ports) => {
    const requests = name === 'add' ? newPeople(args, options) : args.map((one) => ({ name: one }));
    return changePeople(`users ${name}`, requests, PLANS[name], options, ports);
  };
}

/** Throws UsageError where an argument is not an email address. */
function newPeople(args: readonly string[], { admin }: OptionValues): readonly Request[] {
  const faults = args.flatMap((text) => {
    const fault = emailFault(text.trim());
    return fault === undefined ? [] : [`${showValue(text)}: ${fault}`];
  });
  if (faults.length > 0) throw new UsageError(faults.join('\n'), 'Example: ann@acme.dev');
  return args.map((name) => ({ name, role: admin === true ? 'admin' : 'worker' }));
}

async function changePeople(
  command: string,
  requests: readonly Request[],
  makePlan: MakePlan,
  options: OptionValues,
  ports: Ports,
): Promise<Report> {
  const format = options.format ?? 'text';
  requireAgreement(options, command, 'EMAIL', ports);
  const names = unique(requests);
  const reference = await readPoolReference(options, ports);
  if (makePlan === planGrant || makePlan === planRevoke) requireRoles(command, reference);
  if (options.admin === true) requireRoles('--admin', reference);
  const { hasRoles } = LAYOUTS[reference.layout];
  const pool = await openPeople(reference, options, ports);
  noteAws(awsInUse(pool.cognito), ports.terminal);
  const plans = await inWords(pool.context, async () => {
    const persons = await lookUp(hasRoles ? names : names.map(({ name }) => ({ name })), pool);
    const made = persons.map(({ request, found, person }) =>
      isProblem(found)
        ? { request, person: undefined, steps: [], problem: found }
        : makePlan(request, person, pool),
    );
    return guarded(made, options, pool);
  });
  const work = await inWords(pool.context, () => prepareWork(plans, pool));
  const body = await confirmAndApply({ work, pool, options }, ports);
  return { exitCode: body.exitCode, format, body: body.report };
}

/** Each name once: of addresses whatever their case, which counts in usernames. Throws UsageError for two spellings of one address. */
function unique(requests: readonly Request[]): readonly Request[] {
  const known = new Map<string, Request>();
  for (const request of requests) {
    const name = request.name.trim();
    const key = name.includes('@') ? addressKey(name) : name;
    const earlier = known.get(key);
    if (earlier !== undefined && earlier.name.toLowerCase() !== name.toLowerCase()) {
      throw new UsageError(
        `${showValue(earlier.name)} and ${showValue(name)} are one address in two Unicode forms or domain spellings`,
        'Name it once, in the spelling that the user signs in with.',
      );
    }
    known.set(key, { ...request, name });
  }
  return [...known.values()];
}

async function lookUp(requests: readonly Request[], pool: PeoplePool) {
  const limited = limitTo(MOST_AT_ONCE);
  const looked = await Promise.all(
    requests.map(async (request) => {
      const found: Found = await limited(() => findUser(request.name, pool));
      const user: PoolUser | undefined = isProblem(found) ? undefined : found;
      const [person] = user === undefined ? [] : await withGroups([user], pool);
      return { request, found, person };
    }),
  );
  // One user may be named by address and by username.
  const seen = new Set<string>();
  return looked.filter(({ person }) => {
    if (person === undefined) return true;
    const isNew = !seen.has(person.username);
    seen.add(person.username);
    return isNew;
  });
}

/** Whether the command must leave an admin who can sign in: where the server has any, and unless `--force` says otherwise. */
const keepsAdmin = ({ force }: OptionValues, { layout }: PeoplePool): boolean =>
  LAYOUTS[layout].hasRoles && force !== true;

/** The plans without those that would take the last admin away. */
export async function guarded(
  plans: readonly Plan[],
  options: OptionValues,
  pool: PeoplePool,
): Promise<readonly Plan[]> {
  if (!keepsAdmin(options, pool) || !plans.some(takesAway)) return plans;
  const known = plans.map((plan): Plan =>
    options.invite === false && plan.steps.includes('create') ? { ...plan, isUninvited: true } : plan,
  );
  return keepAnAdmin(known, await readAdmins(pool));
}

/** Reads what the plans need to know of the pool. Rejects with CognitoFailure. */
export async function prepareWork(plans: readonly Plan[], { cognito, poolId }: PeoplePool): Promise<Work> {
  const makes = plans.some(({ steps }) => steps.includes('create'));
  const grants = plans.some(({ steps }) => steps.includes('grant'));
  const [description, groups] = await Promise.all([
    makes ? cognito.describeUserPool(poolId) : undefined,
    grants ? cognito.listGroups(poolId) : [ADMIN_GROUP],
  ]);
  const checked = plans.map((plan) => {
    if (description === undefined || !plan.steps.includes('create')) return plan;
    const username = newUsername(description, plan.request.name, () => '');
    return typeof username === 'string' ? plan : { ...plan, steps: [], problem: username };
  });
  return { plans: checked, description, makesGroup: !groups.includes(ADMIN_GROUP) };
}

interface ApplyInput {
  readonly work: Work;
  readonly pool: PeoplePool;
  readonly options: OptionValues;
  readonly onOutcome?: (outcome: Outcome, all: number) => void;
}

/** Shows the changes, asks, makes them. A no is like Ctrl-C: nothing has happened. */
export async function confirmAndApply(
  { work, pool, options, onOutcome }: ApplyInput,
  ports: Ports,
): Promise<{ readonly exitCode: number; readonly report: PeopleChangeReport }> {
  const { plans, description, makesGroup } = work;
  const { poolId, file, layout, context } = pool;
  const about = { kind: 'people-change', file, layout, poolId } as const;
  const isIdle = plans.every(({ steps }) => steps.length === 0);
  const invite = options.invite !== false;
  if (options.dryRun === true) {
    const people = plans.map((plan) => outcomeRow({ plan, kind: 'planned', done: plan.steps }, invite));
    const isEnough = people.every(({ problem }) => problem === undefined);
    return {
      exitCode: isEnough ? EXIT.ok : EXIT.findings,
      report: { ...about, mode: 'dry-run', people, notes: notesOn(work, invite) },
    };
  }
  if (!isIdle) {
    await agree(work, invite, options, pool, ports);
    ports.stop.throwIfAborted();
    if (makesGroup) await inWords(context, () => makeAdminGroup(pool));
  }
  // Another command may have changed the pool while the question was open.
  const current = await inWords(context, () => guarded(plans, options, pool));
  const all = current.length;
  ports.stop.addEventListener('abort', () => {
    ports.terminal.note('stopping when AWS has answered the calls in progress; Ctrl-C again stops at once');
  });
  const applied = await applyPlans(
    {
      plans: current,
      pool,
      description,
      invite,
      keepsAdmin: keepsAdmin(options, pool),
      onOutcome: (outcome) => onOutcome?.(outcome, all),
    },
    ports,
  );
  ports.terminal.progress(undefined);
  const people = applied.outcomes.map((outcome) => outcomeRow(outcome, invite));
  return {
    exitCode: exitCodeOf(applied, ports.stop),
    report: { ...about, mode: applied.end === 'stopped' ? 'stopped' : 'done', people, notes: [] },
  };
}

/** A group that exists by now will do: somebody else was quicker, or an answer was lost and the call made again. */
async function makeAdminGroup({ cognito, poolId }: PeoplePool): Promise<void> {
  try {
    await cognito.createGroup(poolId, ADMIN_GROUP);
  } catch (error) {
    if (error instanceof CognitoFailure && error.errorName === 'GroupExistsException') return;
    throw error;
  }
}

function exitCodeOf({ end, outcomes, isWorldAtFault }: Applied, { reason }: AbortSignal): number {
  if (end === 'stopped') return SIGNAL_EXIT[reason instanceof Cancelled ? reason.signal : 'SIGINT'];
  if (isWorldAtFault) return EXIT.world;
  return outcomes.every(({ kind }) => kind === 'done' || kind === 'unchanged') ? EXIT.ok : EXIT.findings;
}
