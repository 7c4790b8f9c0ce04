/** Carries plans out: a few people at a time, step by step, until all are done or AWS accepts nothing more. */
import { describeCognitoFailure, reachOf } from '../../core/aws-failures.ts';
import { randomUuid } from '../../core/cognito/oauth.ts';
import {
  isAdmin,
  isAdminAfter,
  isFederated,
  NO_ADMIN_LEFT,
  type Plan,
  type Step,
  type Problem,
} from '../../core/users/plan.ts';
import { onFile, say } from '../../core/text/hint.ts';
import { ADMIN_GROUP } from '../../core/config/requirements.ts';
import type { Ports, PoolUser, UserPool } from '../../ports.ts';
import { Cancelled, CognitoFailure } from '../../core/failures.ts';
import { makePace, RATES } from './rate-limit.ts';
import { findUser, hasAdmin, isProblem, newUsername, type PeoplePool } from './pool.ts';

/** The result of one plan. */
export interface Outcome {
  readonly plan: Plan;
  readonly kind: 'done' | 'unchanged' | 'failed' | 'not-tried';
  /** The steps that were made. */
  readonly done: readonly Step[];
  readonly problem?: Problem;
}

export interface Applied {
  /** In the order of the plans. */
  readonly outcomes: readonly Outcome[];
  /** Why some were not tried, or not completed; undefined where all were. */
  readonly end: 'world' | 'limit' | 'stopped' | undefined;
  /** Something failed that is not about one person. */
  readonly isWorldAtFault: boolean;
}

export interface Wanted {
  readonly plans: readonly Plan[];
  readonly pool: PeoplePool;
  /** Required where a user is created. */
  readonly description: UserPool | undefined;
  readonly invite: boolean;
  /** The pool must not be left without an admin who can sign in. */
  readonly keepsAdmin: boolean;
  /** After each person. */
  readonly onOutcome: (outcome: Outcome) => void;
}

/** Users processed at once: enough for the fastest pace at half a second a call. */
const AT_ONCE = 12;

/** Never rejects for a failure of AWS: that is in the outcomes. After `ports.stop` no new call is begun. */
export async function applyPlans(wanted: Wanted, ports: Ports): Promise<Applied> {
  const { plans, pool, onOutcome } = wanted;
  const outcomes = new Map<Plan, Outcome>();
  const makeStep = stepMaker(wanted, ports);
  let end: Applied['end'];
  let isWorldAtFault = false;
  const isOver = (): boolean => end !== undefined || ports.stop.aborted;
  const settle = (outcome: Outcome): void => {
    outcomes.set(outcome.plan, outcome);
    if (outcome.kind !== 'not-tried') onOutcome(outcome);
  };
  const workThrough = async (queue: Iterator<Plan, undefined>): Promise<void> => {
    while (!isOver()) {
      const next = queue.next();
      if (next.done === true) return;
      const plan = next.value;
      const { failure, ...result } = await applyPlan(plan, wanted, makeStep, isOver);
      const reach = failure === undefined ? undefined : reachOf(failure);
      if (reach === 'world' || reach === 'limit') end ??= reach;
      isWorldAtFault ||= reach === 'world' || failure?.errorName === 'InternalErrorException';
      const problem = failure === undefined ? result.problem : problemOf(failure, plan, pool);
      settle({ plan, ...result, ...(problem === undefined ? {} : { problem }) });
    }
  };
  const doAll = async (some: readonly Plan[]): Promise<void> => {
    const queue = some.values();
    await Promise.all(Array.from({ length: AT_ONCE }, () => workThrough(queue)));
  };
  await doAll(plans.filter(({ isAfterNewAdmin }) => isAfterNewAdmin !== true));
  const last = plans.filter(({ isAfterNewAdmin }) => isAfterNewAdmin === true);
  const isAdminThere = [...outcomes.values()].some(
    ({ plan, kind }) => (kind === 'done' || kind === 'unchanged') && isAdminAfter(plan),
  );
  if (isAdminThere) await doAll(last);
  else if (!isOver())
    for (const plan of last) settle({ plan, kind: 'failed', done: [], problem: NO_ADMIN_LEFT });
  const all = plans.map((plan): Outcome => outcomes.get(plan) ?? { plan, kind: 'not-tried', done: [] });
  const isWhole = all.every(({ kind }) => kind !== 'not-tried');
  return { outcomes: all, end: isWhole ? undefined : (end ?? 'stopped'), isWorldAtFault };
}

const HALFWAY: Problem = {
  why: 'stopped halfway',
  remedy: 'Run the same command again: it does only what is left.',
};

const UNDONE: Problem = {
  why: 'another change at the same time left no other admin who can sign in, so this one was undone',
  remedy: say`See who is an admin: ${onFile('users list', '--role admin')}`,
};

function problemOf(failure: CognitoFailure, { request }: Plan, { context }: PeoplePool): Problem {
  const { message, hint = '' } = describeCognitoFailure(failure, { ...context, user: request.name });
  return { why: message, remedy: hint };
}

type Result = Omit<Outcome, 'plan'> & { readonly failure?: CognitoFailure };

async function applyPlan(
  plan: Plan,
  wanted: Wanted,
  makeStep: MakeStep,
  isOver: () => boolean,
): Promise<Result> {
  const { steps, problem, shortfall } = plan;
  const done: Step[] = [];
  if (problem !== undefined) return { kind: 'failed', done, problem };
  const interrupted = (): Result =>
    done.length === 0 ? { kind: 'not-tried', done } : { kind: 'not-tried', done, problem: HALFWAY };
  let user: PoolUser | undefined = plan.person;
  for (const step of steps) {
    if (isOver()) return interrupted();
    try {
      const made = await makeStep(step, plan, user);
      user = made.user;
      if (await isUndone(step, plan, wanted)) return { kind: 'failed', done, problem: UNDONE };
      if (made.isNew) done.push(step);
    } catch (error) {
      // Stopped while it waited for its turn.
      if (error instanceof Cancelled) return interrupted();
      if (!(error instanceof CognitoFailure)) throw error;
      return { kind: 'failed', done, failure: error };
    }
  }
  if (shortfall !== undefined) return { kind: 'failed', done, problem: shortfall };
  return { kind: done.length > 0 ? 'done' : 'unchanged', done };
}

/**
 * Takes a step back that has ended the last admin. Two commands at once may each have seen the other's admin before; each
 * looks again after its own change, so that at least one of them sees both. Only the run that has made another admin
 * itself need not look.
 */
async function isUndone(step: Step, { person, isAfterNewAdmin }: Plan, { keepsAdmin, pool }: Wanted) {
  const isRisk = keepsAdmin && isAfterNewAdmin !== true && person !== undefined && isAdmin(person);
  if (!isRisk || (step !== 'revoke' && step !== 'disable') || (await hasAdmin(pool))) return false;
  const { cognito, poolId } = pool;
  if (step === 'disable') await cognito.enableUser(poolId, person.username);
  else await cognito.addToGroup(poolId, person.username, ADMIN_GROUP);
  return true;
}

/** Makes one step; `isNew` is false where it had been made already. */
type MakeStep = (
  step: Step,
  plan: Plan,
  user: PoolUser | undefined,
) => Promise<{ readonly user: PoolUser | undefined; readonly isNew: boolean }>;

/** The user exists already: by username, or by the address where that is an alias. */
const EXISTS: ReadonlySet<string> = new Set(['UsernameExistsException', 'AliasExistsException']);

function stepMaker(wanted: Wanted, { clock, stop, random }: Ports): MakeStep {
  const { pool, description, invite } = wanted;
  const { cognito, poolId } = pool;
  const creations = makePace(RATES.create, clock, stop);
  const updates = makePace(RATES.update, clock, stop);

  const create = async (email: string): ReturnType<MakeStep> => {
    const username =
      description === undefined ? email : newUsername(description, email, () => randomUuid(random));
    if (typeof username !== 'string') throw new TypeError(username.why);
    try {
      return {
        user: await creations.run(() => cognito.createUser(poolId, { username, email, invite })),
        isNew: true,
      };
    } catch (error) {
      const isThere = error instanceof CognitoFailure && EXISTS.has(error.errorName);
      const user = isThere ? await findUser(email, pool) : undefined;
      // A federated user with the address is another account, which cannot be an admin.
      if (user === undefined || isProblem(user) || isFederated(user)) throw error;
      return { user, isNew: false };
    }
  };
  const change = {
    grant: (name) => cognito.addToGroup(poolId, name, ADMIN_GROUP),
    invite: (name) => cognito.inviteAgain(poolId, name),
    revoke: (name) => cognito.removeFromGroup(poolId, name, ADMIN_GROUP),
    enable: (name) => cognito.enableUser(poolId, name),
    disable: (name) => cognito.disableUser(poolId, name),
    remove: (name) => cognito.deleteUser(poolId, name),
  } satisfies Record<Exclude<Step, 'create'>, (username: string) => Promise<void>>;

  return async (step, { request }, user) => {
    if (step === 'create') return create(request.name);
    const pace = step === 'invite' ? creations : updates;
    await pace.run(() => change[step](user?.username ?? request.name));
    return { user, isNew: true };
  };
}
