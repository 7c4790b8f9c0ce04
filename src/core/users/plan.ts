/**
 * The users of a pool as the server will see them, and the steps that a request takes. Pure: what is known of the pool
 * comes in, plans go out, and the same rows are shown before a change and carried out after it.
 */
import type { PoolUser } from '../../ports.ts';
import { shellWord } from '../text/display.ts';
import { onFile, say, type Hint } from '../text/hint.ts';
import type { Layout } from '../config/layouts.ts';
import { ADMIN_GROUP } from '../config/requirements.ts';
import { regionOfPool } from '../config/endpoints.ts';
import {
  decideRole,
  FEDERATED_REMEDY,
  FEDERATED_WORKER,
  isInProviderGroup,
  leaveGroup,
  type Role,
} from '../cognito/sign-in.ts';

export interface Person extends PoolUser {
  readonly groups: readonly string[];
  /** Undefined: the server has no roles, or refuses this user. */
  readonly role: Role | undefined;
  /** Why; a clause without a full stop. */
  readonly reason: string;
}

/** A user with the groups that the ID token will name, as the layout's server treats them. */
export function personOf(user: PoolUser, groups: readonly string[], layout: Layout): Person {
  const isLetIn = layout === 'nested' || (user.email ?? '') !== '';
  // The claim is absent where there are no groups.
  const { role, reason } = decideRole(layout, groups.length === 0 ? {} : { 'cognito:groups': groups });
  // The group of the provider may be missing now, and is there again after the next sign-in.
  if (isLetIn && role === 'admin' && isFederated(user)) {
    return { ...user, groups, role: 'worker', reason: FEDERATED_WORKER };
  }
  return isLetIn
    ? { ...user, groups, role, reason }
    : {
        ...user,
        groups,
        role: undefined,
        reason: 'the user has no email address, and the Go server refuses an ID token without one',
      };
}

/** Whether a user signs in through an identity provider. Their username is `PROVIDER_name`, and calls by email address do not find them. */
export const isFederated = ({ status }: Pick<PoolUser, 'status'>): boolean => status === 'EXTERNAL_PROVIDER';

/** What a command names a user by. */
const nameOf = (person: Person): string =>
  shellWord(isFederated(person) ? person.username : (person.email ?? person.username));

/** One call that changes the account. The order here is the one in which they are made. */
export const STEPS = {
  create: { plan: 'create', done: 'created' },
  invite: { plan: 'send the invitation again', done: 'invitation sent again' },
  grant: {
    plan: `add to the group ${ADMIN_GROUP}`,
    done: `added to the group ${ADMIN_GROUP}`,
  },
  revoke: {
    plan: `remove from the group ${ADMIN_GROUP}`,
    done: `removed from the group ${ADMIN_GROUP}`,
  },
  enable: { plan: 'enable', done: 'enabled' },
  disable: { plan: 'disable', done: 'disabled' },
  remove: { plan: 'delete', done: 'deleted' },
} as const satisfies Record<string, { plan: string; done: string }>;

export type Step = keyof typeof STEPS;

/** Why something is not done or is not enough, and what to do about it. `why` is a clause without a full stop. */
export interface Problem {
  readonly why: string;
  readonly remedy: Hint;
}

/** What one user is to become. */
export interface Request {
  /** As it was given: an email address, or the username of an existing user. */
  readonly name: string;
  /** Of the CSV file. */
  readonly line?: number;
  /** Undefined: a new user becomes a worker, an existing one keeps the role. */
  readonly role?: Role;
}

/** A request, the user, and the steps. */
export interface Plan {
  readonly request: Request;
  /** Undefined: no such user yet. */
  readonly person: Person | undefined;
  readonly steps: readonly Step[];
  /** Why it cannot be carried out. */
  readonly problem?: Problem;
  /** What is missing although all steps are done. */
  readonly shortfall?: Problem;
  /** Removes the last admin: runs after the other plans, and only if one of them has made an admin. */
  readonly isAfterNewAdmin?: true;
  /** A new user without an invitation, who cannot sign in until a password is set. */
  readonly isUninvited?: true;
}

interface PlanContext {
  readonly layout: Layout;
  readonly poolId: string;
}

/** The plan of a command for a request. */
export type MakePlan = (request: Request, person: Person | undefined, context: PlanContext) => Plan;

/** Creates a user. One who exists with that role is unchanged. A federated user may have a pool account too, and needs it to be an admin. */
export const planAdd: MakePlan = (request, person) => {
  if (person === undefined || (request.role === 'admin' && isFederated(person))) {
    const steps: readonly Step[] = request.role === 'admin' ? ['create', 'grant'] : ['create'];
    return { request, person: undefined, steps };
  }
  const problem = otherThanAsked(request, person);
  return { request, person, steps: [], ...(problem === undefined ? {} : { problem }) };
};

/** How an existing user differs from what was to be added. */
function otherThanAsked({ name, role }: Request, person: Person): Problem | undefined {
  const email = isFederated(person) ? nameOf(person) : shellWord(name);
  if (!person.enabled) {
    return { why: 'this user exists, and is disabled', remedy: say`${onFile('users enable', email)}` };
  }
  if (role === 'admin' && person.role !== 'admin') {
    return { why: 'this user exists, and is not an admin', remedy: say`${onFile('users grant', email)}` };
  }
  if (role !== 'worker' || person.role !== 'admin') return undefined;
  const remedy = say`To make them a worker: ${onFile('users revoke', email)}`;
  return { why: 'this user exists, and is an admin', remedy };
}

/** Cognito sends an invitation again only to those who have not signed in yet. */
export const planInvite: MakePlan = (request, person) => {
  if (person === undefined) return { request, person, steps: [], problem: nobody(request) };
  const problem = invitationFault(person);
  return problem === undefined
    ? { request, person, steps: ['invite'] }
    : { request, person, steps: [], problem };
};

function invitationFault(person: Person): Problem | undefined {
  const { email, enabled, status } = person;
  if (!enabled) {
    return { why: 'this user is disabled', remedy: say`${onFile('users enable', nameOf(person))}` };
  }
  if (isFederated(person)) {
    return {
      why: 'this user signs in through an identity provider and needs no invitation',
      remedy: 'They sign in with the button of the provider on the login page.',
    };
  }
  if (status !== INVITED) {
    return {
      why: 'this user has a password already',
      remedy: 'Whoever has forgotten it can reset it on the login page.',
    };
  }
  if ((email ?? '') !== '') return undefined;
  return { why: 'this user has no email address', remedy: 'Set one in the AWS console.' };
}

/** Creates who is missing, and gives everybody the role of the request. */
export const planImport: MakePlan = (request, person, context) => {
  if (person === undefined) return planAdd(request, person, context);
  if (request.role === 'admin') return planGrant(request, person, context);
  if (request.role === 'worker') return planRevoke(request, person, context);
  return { request, person, steps: [] };
};

export const planGrant: MakePlan = (request, person, { layout, poolId }) => {
  if (person === undefined) return { request, person, steps: [], problem: nobody(request) };
  const { groups } = person;
  if (layout === 'flat' && (isFederated(person) || isInProviderGroup(groups))) {
    return { request, person, steps: [], problem: { why: FEDERATED_WORKER, remedy: FEDERATED_REMEDY } };
  }
  const steps: readonly Step[] = groups.includes(ADMIN_GROUP) ? [] : ['grant'];
  const others = groups.filter((group) => group !== ADMIN_GROUP);
  const after = personOf(person, [...others, ADMIN_GROUP], layout);
  if (after.role === 'admin') return { request, person, steps };
  return {
    request,
    person,
    steps,
    shortfall: { why: after.reason, remedy: leaveOthers(person, others, poolId) },
  };
};

export const planRevoke: MakePlan = (request, person) => {
  if (person === undefined) return { request, person, steps: [], problem: nobody(request) };
  return { request, person, steps: person.groups.includes(ADMIN_GROUP) ? ['revoke'] : [] };
};

export const planDisable: MakePlan = (request, person) => {
  if (person === undefined) return { request, person, steps: [], problem: nobody(request) };
  return { request, person, steps: person.enabled ? ['disable'] : [] };
};

export const planEnable: MakePlan = (request, person) => {
  if (person === undefined) return { request, person, steps: [], problem: nobody(request) };
  return { request, person, steps: person.enabled ? [] : ['enable'] };
};

export const planRemove: MakePlan = (request, person) => {
  if (person === undefined) return { request, person, steps: [], problem: nobody(request) };
  // A deletion cannot be undone, so it comes after the check that another admin remains.
  return { request, person, steps: isAdmin(person) ? ['revoke', 'remove'] : ['remove'] };
};

const nobody = ({ name }: Request): Problem => ({
  why: 'no user with that email address or username',
  remedy: say`Search for them: ${onFile('users list', `--search ${shellWord(name.replace(/@.*/s, ''))}`)}`,
});

function leaveOthers({ email, username }: Person, others: readonly string[], poolId: string): string {
  if ((email ?? '') === '') return 'Set an email address for this user in the AWS console.';
  return `Remove them from each other group: ${leaveGroup(poolId, username, others[0] ?? '', regionOfPool(poolId))}`;
}

/** UserStatusType of a user with a temporary password only, which nobody knows after `--no-invite`. */
const INVITED = 'FORCE_CHANGE_PASSWORD';

/** Whether the temporary password of an invitation is no longer valid, `validDays` after it was sent. `now` in milliseconds since 1970. */
export function isInvitationExpired({ status, modified }: PoolUser, validDays: number, now: number): boolean {
  return status === INVITED && modified !== undefined && now - modified > validDays * 86_400_000;
}

/** Whether a user is an admin who can sign in. Cognito does not show whether an invitation was ever sent, so a user without a password does not count. */
export const isAdmin = ({ enabled, role, status }: Person): boolean =>
  enabled && role === 'admin' && status !== INVITED;

/** Whether the user of a plan is an admin who can sign in when it has been carried out. */
export function isAdminAfter(plan: Plan): boolean {
  const { person, steps, problem, shortfall } = plan;
  if (plan.isUninvited === true) return false;
  if (problem !== undefined) return person !== undefined && isAdmin(person);
  if (steps.includes('grant')) {
    return shortfall === undefined && (person === undefined || isAdmin({ ...person, role: 'admin' }));
  }
  if (person === undefined || steps.some((step) => TAKES_AWAY.has(step))) return false;
  return isAdmin({ ...person, enabled: person.enabled || steps.includes('enable') });
}

const TAKES_AWAY: ReadonlySet<Step> = new Set(['revoke', 'disable', 'remove']);

/** Whether a plan may remove an admin. */
export const takesAway = ({ steps }: Plan): boolean => steps.some((step) => TAKES_AWAY.has(step));

export const NO_ADMIN_LEFT: Problem = {
  why: 'no admin who can sign in would remain',
  remedy: say`Make another user an admin first: ${onFile('users grant', 'EMAIL')}. They count after their first sign-in. To proceed without an admin, add --force.`,
};

/**
 * The plans, without those that would leave the pool with no admin who can sign in. A plan that needs another one to make
 * an admin is marked to run after it. `admins` are all members of the group as they are now. A pool without an admin has
 * none to protect.
 */
export function keepAnAdmin(plans: readonly Plan[], admins: readonly Person[]): readonly Plan[] {
  const planned = new Set(plans.flatMap(({ person }) => person?.username ?? []));
  const others = admins.filter((admin) => isAdmin(admin) && !planned.has(admin.username));
  const own = plans.filter(({ person }) => person !== undefined && isAdmin(person));
  const lose = own.filter((plan) => !isAdminAfter(plan));
  if (lose.length === 0 || others.length > 0 || lose.length < own.length) return plans;
  const isMade = plans.some(isAdminAfter);
  return plans.map((plan) => {
    if (!lose.includes(plan)) return plan;
    return isMade ? { ...plan, isAfterNewAdmin: true } : { ...plan, steps: [], problem: NO_ADMIN_LEFT };
  });
}
