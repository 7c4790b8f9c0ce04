/**
 * What all commands have in common that change people: find out who is meant, show what will be done, ask once, do it,
 * and say what became of each.
 */
import { showValue } from '../../core/text/display.ts';
import { onFile, say } from '../../core/text/hint.ts';
import { UsageError } from '../../core/errors.ts';
import { EXIT, SIGNAL_EXIT } from '../../core/exit-codes.ts';
import {
  emailFault,
  keepAnAdmin,
  planAdd,
  planDisable,
  planEnable,
  planGrant,
  planRemove,
  planRevoke,
  STEPS,
  type MakePlan,
  type Plan,
  type Problem,
  type Request,
} from '../../core/users/plan.ts';
import { ADMIN_GROUP } from '../../core/config/requirements.ts';
import type { Ports, PoolUser, UserPool } from '../../ports.ts';
import { Cancelled, CognitoFailure } from '../../core/failures.ts';
import { plural } from '../../report/count.ts';
import type { PeopleChangeReport, PersonOutcome, Report } from '../../report/report.ts';
import { limitTo, MOST_AT_ONCE } from '../account/read-pool.ts';
import type { Run } from '../command.ts';
import type { OptionValues } from '../options.ts';
import { cannotAsk } from '../shared/cannot-ask.ts';
import { applyPlans, type Outcome, type Applied } from './apply.ts';
import {
  findUser,
  inWords,
  isProblem,
  newUsername,
  openPeople,
  readAdmins,
  withGroups,
  type Found,
  type PeoplePool,
} from './pool.ts';

/** Nothing is changed that nobody has agreed to. `args` are usual ones of the command, for messages. Throws UsageError where nobody can be asked. */
export function requireAgreement(
  { yes, dryRun, quiet }: OptionValues,
  command: string,
  args: string,
  { terminal }: Ports,
): void {
  if (yes === true || dryRun === true) return;
  if (terminal.interactive && quiet !== true) return;
  if (terminal.interactive) {
    throw new UsageError(
      '--quiet hides what would be changed, so nobody can agree to it',
      say`${onFile(command, `${args} --yes`)}, or leave --quiet out.`,
    );
  }
  throw cannotAsk(['--yes (do it without asking) or --dry-run'], say`${onFile(command, `${args} --yes`)}`);
}

/** How each of the commands that name their people changes them. */
const PLANS = {
  add: planAdd,
  grant: planGrant,
  revoke: planRevoke,
  disable: planDisable,
  enable: planEnable,
  remove: planRemove,
} as const satisfies Record<string, MakePlan>;

export type ChangeName = keyof typeof PLANS;

/** The command of that name: changes the people who are named on the command line. */
export function changing(name: ChangeName): Run {
  return async ({ args, options }, ports) => {
    const requests = name === 'add' ? newPeople(args, options) : args.map((one) => ({ name: one }));
    return changePeople(`users ${name}`, requests, PLANS[name], options, ports);
  };
}

/** Rejects with UsageError where an argument is no email address. */
function newPeople(args: readonly string[], { admin }: OptionValues): readonly Request[] {
  const faults = args.flatMap((text) => {
    const fault = emailFault(text.trim());
    return fault === undefined ? [] : [`${showValue(text)}: ${fault}`];
  });
  if (faults.length > 0) throw new UsageError(faults.join('\n'), 'Write them as in ann@acme.dev.');
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
  const pool = await openPeople(options, ports);
  const plans = await inWords(pool.context, async () => {
    const persons = await lookUp(unique(requests), pool);
    const made = persons.map(({ request, found, person }) =>
      isProblem(found)
        ? { request, person: undefined, steps: [], problem: found }
        : makePlan(request, person, pool),
    );
    return guarded(made, options, pool);
  });
  const work = await inWords(pool.context, () => prepareWork(plans, pool));
  const body = await confirmAndApply({ work, pool, options, mayExist: false }, ports);
  return { exitCode: body.exitCode, format, body: body.report };
}

/** Each name once; of addresses whatever the case of their letters, which in usernames may count. */
function unique(requests: readonly Request[]): readonly Request[] {
  const trimmed = requests.map((request) => ({ ...request, name: request.name.trim() }));
  const keyOf = (name: string): string => (name.includes('@') ? name.toLowerCase() : name);
  return [...new Map(trimmed.map((request) => [keyOf(request.name), request])).values()];
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
  // Somebody may be named by address and by username.
  const seen = new Set<string>();
  return looked.filter(({ person }) => {
    if (person === undefined) return true;
    const isNew = !seen.has(person.username);
    seen.add(person.username);
    return isNew;
  });
}

/** The plans without those that would take the last admin away. */
export async function guarded(
  plans: readonly Plan[],
  { force, invite }: OptionValues,
  pool: PeoplePool,
): Promise<readonly Plan[]> {
  const takesAway = plans.some(({ steps }) =>
    steps.some((step) => step === 'revoke' || step === 'disable' || step === 'remove'),
  );
  if (!takesAway || force === true) return plans;
  const known = plans.map((plan): Plan =>
    invite === false && plan.steps.includes('create') ? { ...plan, isUninvited: true } : plan,
  );
  return keepAnAdmin(known, await readAdmins(pool), pool.layout);
}

/** Plans with what has to be known and made before they can be carried out. */
export interface Work {
  readonly plans: readonly Plan[];
  readonly description: UserPool | undefined;
  readonly makesGroup: boolean;
}

/** Looks at the pool as far as the plans need it. Rejects with CognitoFailure. */
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
  readonly mayExist: boolean;
  readonly onOutcome?: (outcome: Outcome, all: number) => void;
}

/** Shows, asks, does. A no is like Ctrl-C: nothing has happened. */
export async function confirmAndApply(
  { work, pool, options, mayExist, onOutcome }: ApplyInput,
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
  const all = plans.length;
  ports.stop.addEventListener('abort', () => {
    ports.terminal.note(
      'stopping as soon as AWS has answered the calls under way; Ctrl-C again stops at once',
    );
  });
  const applied = await applyPlans(
    { plans, pool, description, invite, mayExist, onOutcome: (outcome) => onOutcome?.(outcome, all) },
    ports,
  );
  ports.terminal.progress(undefined);
  const people = applied.outcomes.map((outcome) => outcomeRow(outcome, invite));
  return {
    exitCode: exitCodeOf(applied, ports.stop),
    report: { ...about, mode: applied.end === 'stopped' ? 'stopped' : 'done', people, notes: [] },
  };
}

/** That it is there already is as good: somebody else was quicker, or an answer was lost and the call made again. */
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

function outcomeRow(
  { plan, kind, done, problem }: Omit<Outcome, 'kind'> & { readonly kind: Outcome['kind'] | 'planned' },
  invite: boolean,
): PersonOutcome {
  const { request, person } = plan;
  const isPlan = kind === 'planned';
  const known = problem ?? (isPlan ? (plan.problem ?? plan.shortfall) : undefined);
  return {
    name: request.name,
    ...(request.line === undefined ? {} : { line: request.line }),
    ...(person === undefined ? {} : { username: person.username }),
    role: request.role,
    outcome: isPlan ? expected(plan) : kind,
    steps: done.map((step) => words(step, isPlan ? 'plan' : 'done', invite)),
    ...(known === undefined ? {} : { problem: known }),
  };
}

/** What a plan will come to. */
function expected({ steps, problem, shortfall }: Plan): PersonOutcome['outcome'] {
  if (steps.length > 0) return 'planned';
  return problem === undefined && shortfall === undefined ? 'unchanged' : 'failed';
}

function words(step: keyof typeof STEPS, form: 'plan' | 'done', invite: boolean): string {
  const text = STEPS[step][form];
  if (step !== 'create') return text;
  return invite ? `${text} and ${form === 'plan' ? 'invite' : 'invited'}` : `${text} without an invitation`;
}

/** The most people that are named before a change; of more, only how many. */
const NAMED = 20;

async function agree(
  work: Work,
  invite: boolean,
  { yes }: OptionValues,
  { poolId }: PeoplePool,
  { terminal, prompter }: Ports,
): Promise<void> {
  if (yes === true) {
    for (const note of notesOn(work, invite)) terminal.note(note);
    return;
  }
  const changed = work.plans.filter(({ steps }) => steps.length > 0);
  terminal.note(
    [`In the user pool ${poolId}:`, ...planLines(work.plans, invite), ...notesOn(work, invite)].join('\n'),
  );
  const takesAway = changed.some(({ steps }) => steps.includes('remove'));
  if (await prompter.confirm(`Change ${plural(changed.length, 'user')}?`, !takesAway)) return;
  terminal.note('nothing was changed');
  throw new Cancelled('SIGINT');
}

function planLines(plans: readonly Plan[], invite: boolean): readonly string[] {
  const lines = plans.flatMap(({ request, steps, problem, shortfall }) => {
    const known: Problem | undefined = problem ?? shortfall;
    const doing = steps.map((step) => words(step, 'plan', invite)).join(', ');
    return [
      `  ${request.name}: ${[doing, known?.why ?? (doing === '' ? 'nothing to do' : '')].filter((text) => text !== '').join('; but ')}`,
    ];
  });
  if (lines.length <= NAMED) return lines;
  return tally(plans, invite);
}

/** How many people each step is for. */
function tally(plans: readonly Plan[], invite: boolean): readonly string[] {
  const counts = (Object.keys(STEPS) as readonly (keyof typeof STEPS)[]).flatMap((step) => {
    const count = plans.filter(({ steps }) => steps.includes(step)).length;
    return count === 0 ? [] : [`  ${words(step, 'plan', invite)}: ${plural(count, 'user')}`];
  });
  const idle = plans.filter(({ steps, problem }) => steps.length === 0 && problem === undefined).length;
  const wrong = plans.filter(({ problem }) => problem !== undefined).length;
  return [
    ...counts,
    ...(idle === 0 ? [] : [`  nothing to do: ${plural(idle, 'user')}`]),
    ...(wrong === 0 ? [] : [`  cannot be done: ${plural(wrong, 'user')}`]),
  ];
}

/** Emails a day that Cognito itself sends for an account. Source: "Quotas in Amazon Cognito". */
const EMAILS_A_DAY = 50;

function notesOn({ plans, description, makesGroup }: Work, invite: boolean): readonly string[] {
  const made = plans.filter(({ steps }) => steps.includes('create')).length;
  return [
    ...(makesGroup ? [`The group ${ADMIN_GROUP} is missing and will be made.`] : []),
    ...(invite && made > EMAILS_A_DAY && description?.emailSender !== 'DEVELOPER'
      ? [
          `Cognito itself sends ${String(EMAILS_A_DAY)} emails a day, and ${String(made)} invitations are to go out: give the user pool an SES identity first, use --no-invite, or go on each day.`,
        ]
      : []),
  ];
}
