/** Changes of users as they are shown for confirmation, and as they are reported. */
import { onFile, say } from '../../core/text/hint.ts';
import { UsageError } from '../../core/errors.ts';
import { STEPS, type Plan, type Problem } from '../../core/users/plan.ts';
import { ADMIN_GROUP } from '../../core/config/requirements.ts';
import type { Ports, UserPool } from '../../ports.ts';
import { Cancelled } from '../../core/failures.ts';
import { plural } from '../../report/count.ts';
import type { PersonOutcome } from '../../report/report.ts';
import type { OptionValues } from '../options.ts';
import { cannotAsk } from '../shared/cannot-ask.ts';
import type { Outcome } from './apply.ts';
import type { PeoplePool } from './pool.ts';

/** Plans with what has to be known and made before they can be carried out. */
export interface Work {
  readonly plans: readonly Plan[];
  readonly description: UserPool | undefined;
  readonly makesGroup: boolean;
}

/** Nothing is changed without consent. `args` are usual ones of the command, for messages. Throws UsageError where nobody can be asked. */
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
      '--quiet hides the changes that you are to confirm',
      say`Remove --quiet, or skip the confirmation: ${onFile(command, `${args} --yes`)}`,
    );
  }
  throw cannotAsk(['--yes (skip the confirmation) or --dry-run'], say`${onFile(command, `${args} --yes`)}`);
}

/** A plan, or what came of it, as the report has it. */
export function outcomeRow(
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

/** The expected result of a plan. */
function expected({ steps, problem, shortfall }: Plan): PersonOutcome['outcome'] {
  if (steps.length > 0) return 'planned';
  return problem === undefined && shortfall === undefined ? 'unchanged' : 'failed';
}

function words(step: keyof typeof STEPS, form: 'plan' | 'done', invite: boolean): string {
  const text = STEPS[step][form];
  if (step !== 'create') return text;
  return invite ? `${text} and ${form === 'plan' ? 'invite' : 'invited'}` : `${text} without an invitation`;
}

/** The most users that are named before a change; of more, only their number. */
const NAMED = 20;

/** Shows the changes and asks once. Rejects with Cancelled after a no. */
export async function agree(
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
    [`Changes in the user pool ${poolId}:`, ...planLines(work.plans, invite), ...notesOn(work, invite)].join(
      '\n',
    ),
  );
  const isFinal = changed.some(({ steps }) => steps.includes('remove'));
  if (await prompter.confirm(`Change ${plural(changed.length, 'user')}?`, !isFinal)) return;
  terminal.note('nothing was changed');
  throw new Cancelled('SIGINT');
}

function planLines(plans: readonly Plan[], invite: boolean): readonly string[] {
  const lines = plans.flatMap(({ request, steps, problem, shortfall }) => {
    const known: Problem | undefined = problem ?? shortfall;
    const doing = steps.map((step) => words(step, 'plan', invite)).join(', ');
    return [
      `  ${request.name}: ${[doing, known?.why ?? (doing === '' ? 'unchanged' : '')].filter((text) => text !== '').join('; but ')}`,
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
    ...(idle === 0 ? [] : [`  unchanged: ${plural(idle, 'user')}`]),
    ...(wrong === 0 ? [] : [`  failed: ${plural(wrong, 'user')}`]),
  ];
}

/** Emails a day that Cognito itself sends for an account. Source: "Quotas in Amazon Cognito". */
const EMAILS_A_DAY = 50;

/** What else the changes need or do. */
export function notesOn({ plans, description, makesGroup }: Work, invite: boolean): readonly string[] {
  const mails = plans.filter(({ steps }) =>
    steps.some((step) => step === 'invite' || (invite && step === 'create')),
  ).length;
  return [
    ...(makesGroup ? [`The group ${ADMIN_GROUP} is missing and will be created.`] : []),
    ...(mails > EMAILS_A_DAY && description?.emailSender !== 'DEVELOPER'
      ? [
          `Cognito itself sends ${String(EMAILS_A_DAY)} emails a day, and this needs ${String(mails)}. Set up an SES identity for the user pool first, use --no-invite, or run the command again each day.`,
        ]
      : []),
  ];
}
