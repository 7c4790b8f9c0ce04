/**
 * The people of a user pool as the server will see them, and the steps that a request about them takes. Pure: what is
 * known of the pool comes in, plans go out, and the same rows are shown before a change and carried out after it.
 */
import type { PoolUser } from '../../ports.ts';
import { shellWord } from '../text/display.ts';
import { onFile, say, type Hint } from '../text/hint.ts';
import type { Layout } from '../config/layouts.ts';
import { ADMIN_GROUP } from '../config/requirements.ts';
import { decideRole, type Role } from '../cognito/sign-in.ts';

export interface Person extends PoolUser {
  readonly groups: readonly string[];
  /** Undefined: the server knows no roles, or lets nobody like that in. */
  readonly role: Role | undefined;
  /** Why; a clause without a full stop. */
  readonly reason: string;
}

/** A user with the groups that the id token will name, as the layout's server takes them. */
export function personOf(user: PoolUser, groups: readonly string[], layout: Layout): Person {
  const isLetIn = layout === 'nested' || (user.email ?? '') !== '';
  // The claim is absent where there are no groups.
  const { role, reason } = decideRole(layout, groups.length === 0 ? {} : { 'cognito:groups': groups });
  return isLetIn
    ? { ...user, groups, role, reason }
    : {
        ...user,
        groups,
        role: undefined,
        reason: 'the user has no email address, and the Go server refuses an id token without one',
      };
}

/** One call that changes the account. The order here is the one in which they are made. */
export const STEPS = {
  create: { plan: 'create', done: 'created' },
  grant: {
    plan: `add to the group ${ADMIN_GROUP}`,
    done: `added to the group ${ADMIN_GROUP}`,
  },
  revoke: {
    plan: `take out of the group ${ADMIN_GROUP}`,
    done: `taken out of the group ${ADMIN_GROUP}`,
  },
  enable: { plan: 'enable', done: 'enabled' },
  disable: { plan: 'disable', done: 'disabled' },
  remove: { plan: 'remove for good', done: 'removed' },
} as const satisfies Record<string, { plan: string; done: string }>;

export type Step = keyof typeof STEPS;

/** Why something is not done or is not enough, and what to do about it. */
export interface Problem {
  readonly why: string;
  readonly remedy: Hint;
}

/** What is wanted of one person. */
export interface Request {
  /** As it was given: an email address, or a username for somebody who is there already. */
  readonly name: string;
  /** Of the file that it stands in. */
  readonly line?: number;
  /** Undefined: for somebody new a worker, else as it is. */
  readonly role?: Role;
}

/** A request, who is meant, and what it takes. */
export interface Plan {
  readonly request: Request;
  /** Undefined: there is nobody of that name yet. */
  readonly person: Person | undefined;
  readonly steps: readonly Step[];
  /** Why nothing can be done. */
  readonly problem?: Problem;
  /** What will be lacking although all steps are done. */
  readonly shortfall?: Problem;
  /** Takes the last admin away until another of the plans has made one: comes after those, and only if one has. */
  readonly isAfterNewAdmin?: true;
  /** Somebody new who is sent no password, and so cannot sign in before one is set for them. */
  readonly isUninvited?: true;
}

interface PlanContext {
  readonly layout: Layout;
  readonly poolId: string;
}

/** How a command answers a request. */
export type MakePlan = (request: Request, person: Person | undefined, context: PlanContext) => Plan;

/** Somebody new, and nobody else. */
export const planAdd: MakePlan = (request, person) => {
  if (person === undefined) {
    return { request, person, steps: request.role === 'admin' ? ['create', 'grant'] : ['create'] };
  }
  const email = shellWord(request.name);
  const remedy =
    request.role === 'admin'
      ? say`To make an admin of them: ${onFile('users grant', email)}`
      : 'Nothing need be done. Who has not had the invitation can be sent it again in the AWS console.';
  return { request, person, steps: [], problem: { why: 'there is such a user already', remedy } };
};

/** Whoever it is, made if need be, with the role of the request. */
export const planImport: MakePlan = (request, person, context) => {
  if (person === undefined) return planAdd(request, person, context);
  if (request.role === 'admin') return planGrant(request, person, context);
  if (request.role === 'worker') return planRevoke(request, person, context);
  return { request, person, steps: [] };
};

export const planGrant: MakePlan = (request, person, { layout, poolId }) => {
  if (person === undefined) return { request, person, steps: [], problem: nobody(request) };
  const { groups } = person;
  const steps: readonly Step[] = groups.includes(ADMIN_GROUP) ? [] : ['grant'];
  const others = groups.filter((group) => group !== ADMIN_GROUP);
  const after = personOf(person, [...others, ADMIN_GROUP], layout);
  if (layout === 'nested' || after.role === 'admin') return { request, person, steps };
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
  return { request, person, steps: ['remove'] };
};

const nobody = ({ name }: Request): Problem => ({
  why: 'there is nobody of that email address or username in the user pool',
  remedy: say`Look for them with ${onFile('users list', `--search ${shellWord(name.replace(/@.*/s, ''))}`)}`,
});

function leaveOthers({ email }: Person, others: readonly string[], poolId: string): string {
  if ((email ?? '') === '') return 'Give the user an email address in the AWS console.';
  const group = shellWord(others[0] ?? '');
  return `Take them out of the other groups, each with: aws cognito-idp admin-remove-user-from-group --user-pool-id ${shellWord(poolId)} --username ${shellWord(email ?? '')} --group-name ${group}`;
}

/** What each step does to somebody's being an admin who can sign in. */
const isAdmin = (person: Person, layout: Layout): boolean =>
  person.enabled && (layout === 'nested' ? person.groups.includes(ADMIN_GROUP) : person.role === 'admin');

/** Whether a plan that has been carried out leaves, or makes, an admin who can sign in. */
export function isAdminAfter(plan: Plan, layout: Layout): boolean {
  const { person, steps, problem, shortfall } = plan;
  if (plan.isUninvited === true) return false;
  if (problem !== undefined) return person !== undefined && isAdmin(person, layout);
  if (steps.includes('grant')) return shortfall === undefined && person?.enabled !== false;
  if (person === undefined || steps.some((step) => step === 'remove' || step === 'disable')) return false;
  const groups = steps.includes('revoke')
    ? person.groups.filter((group) => group !== ADMIN_GROUP)
    : person.groups;
  return isAdmin(
    personOf({ ...person, enabled: person.enabled || steps.includes('enable') }, groups, layout),
    layout,
  );
}

export const NOBODY_LEFT: Problem = {
  why: 'nobody would be left who is an admin and can sign in',
  remedy: say`Make somebody else an admin first: ${onFile('users grant', 'EMAIL')}. Or, if it must be, --force.`,
};

/**
 * The plans, with those refused that would leave the pool without any admin who can sign in, and those put after the
 * others that need one of them to make another. `admins` are all members of the group as they are now. A pool that has no
 * admin loses none.
 */
export function keepAnAdmin(
  plans: readonly Plan[],
  admins: readonly Person[],
  layout: Layout,
): readonly Plan[] {
  const planned = new Set(plans.flatMap(({ person }) => person?.username ?? []));
  const others = admins.filter((admin) => isAdmin(admin, layout) && !planned.has(admin.username));
  const lose = plans.filter(
    (plan) => plan.person !== undefined && isAdmin(plan.person, layout) && !isAdminAfter(plan, layout),
  );
  const isSafe =
    lose.length === 0 ||
    others.length > 0 ||
    plans.some(
      (plan) => plan.person !== undefined && isAdmin(plan.person, layout) && isAdminAfter(plan, layout),
    );
  if (isSafe) return plans;
  const isMade = plans.some((plan) => isAdminAfter(plan, layout));
  return plans.map((plan) => {
    if (!lose.includes(plan)) return plan;
    return isMade ? { ...plan, isAfterNewAdmin: true } : { ...plan, steps: [], problem: NOBODY_LEFT };
  });
}

/** What is wrong with an email address, as a clause; undefined where Cognito is likely to take it. It has the last word. */
export function emailFault(text: string): string | undefined {
  const [local = '', domain, ...rest] = text.split('@');
  if (text === '') return 'the email address is missing';
  if (domain === undefined) return 'an email address has an @ in it';
  if (rest.length > 0) return 'an email address has one @ only';
  if (/\s/u.test(text)) return 'an email address has no blanks in it';
  // UsernameType of the service model: letters, marks, symbols, numbers and punctuation, up to 128.
  if (!/^[\p{L}\p{M}\p{S}\p{N}\p{P}]+$/u.test(text)) return 'there are invisible characters in it';
  if (text.length > 128) return 'it is longer than the 128 characters that Cognito takes';
  if (local === '') return 'nothing stands before the @';
  if (/["(),:;<>[\]\\]/.test(text)) return 'it has a character that is none of an email address';
  if (/^\.|\.\.|\.$/.test(local))
    return 'what stands before the @ begins or ends with a dot, or has two in a row';
  const labels = domain.split('.');
  const isHost =
    labels.length > 1 &&
    labels.every((label) => /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?$/u.test(label));
  return isHost ? undefined : 'what stands behind the @ is not the name of a domain';
}
