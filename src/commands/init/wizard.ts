/** The walk through all questions on a terminal: discover or type, one field after another, then a review until it is right. */
import {
  cleanAnswer,
  completeAnswers,
  exampleFor,
  judgeAnswer,
  missingAnswers,
  withAnswer,
  type Judgement,
} from '../../core/changes/answers.ts';
import { maskSecret, printable } from '../../core/text/display.ts';
import { hintText } from '../../core/text/hint.ts';
import { ExpectedError } from '../../core/errors.ts';
import {
  askedFields,
  fieldsOf,
  keyOf,
  type FieldName,
  type FieldRow,
  type Key,
} from '../../core/config/fields.ts';
import type { Finding } from '../../core/rules/finding.ts';
import { LAYOUTS, type Layout } from '../../core/config/layouts.ts';
import { isCustomTokenUrl, type Settings } from '../../core/config/settings.ts';
import { proseOf } from '../../core/rules/index.ts';
import type { Choice, Ports } from '../../ports.ts';
import { Cancelled } from '../../core/failures.ts';
import { NoUserPool } from '../account/open-pool.ts';
import type { FromAccount } from '../account/discover-settings.ts';
import { TEMPLATE_FORMAT_NAMES, TEMPLATE_FORMATS, type TemplateFormat } from '../provision/formats.ts';
import type { Target } from '../shared/config-file.ts';
import { prepare, type Prepared } from '../shared/write-config.ts';

/** What the walk starts from. */
export interface Walk {
  readonly target: Target;
  /** Defaults: what the file, flags and environment say already. */
  readonly answers: Settings;
  readonly dryRun: boolean;
  /** Nothing needs to be asked: login is to be off. */
  readonly isOff: boolean;
  /** Gathers the values from the admin's AWS account, and what is wrong there. */
  readonly discover: () => Promise<Pick<FromAccount, 'settings' | 'findings'>>;
}

/** What the admin wants instead, where there is no user pool that a file could name. */
export interface PoolWanted {
  readonly templateFormat: TemplateFormat;
  readonly region: string;
}

/** Asks until the admin wants it written, or wants a user pool first. Writes nothing itself. Rejects with Cancelled. */
export async function walkThrough(walk: Walk, ports: Ports): Promise<Prepared | PoolWanted> {
  introduce(walk, ports);
  const answers = walk.isOff ? walk.answers : await gather(walk, ports);
  return 'templateFormat' in answers ? answers : review(walk, answers, ports);
}

function introduce({ target, dryRun }: Walk, { terminal }: Ports): void {
  const { base, layout, checkout } = target;
  const path = printable(target.path);
  const { server, era } = LAYOUTS[layout];
  const seen = checkout?.layout === layout ? `, as ${printable(checkout.shownBy)} shows` : '';
  const other: Layout = layout === 'flat' ? 'nested' : 'flat';
  terminal.note(
    base === undefined
      ? `${path} for ${server} (${era})${seen}.\nOnly what you change changes; Enter keeps a value.`
      : `${path}, new, for ${server} (${era})${seen}.\nMade from ${printable(base)}. For ${LAYOUTS[other].server}: --layout ${other}`,
  );
  terminal.note(
    `${dryRun ? 'A dry run: nothing is written.' : 'Nothing is written before the review.'} Ctrl-C leaves all as it is.\n`,
  );
}

async function gather(walk: Walk, ports: Ports): Promise<Settings | PoolWanted> {
  const source = await ports.prompter.select<'discover' | 'type'>('Where do the values come from?', [
    {
      name: 'Discover them in AWS',
      value: 'discover',
      description: 'Needs AWS credentials that may read the user pool.',
    },
    {
      name: 'Type them',
      value: 'type',
      description: 'You copy each from the AWS console; every question says where it is.',
    },
  ]);
  if (source === 'type') return typeAll(walk, ports);
  try {
    const { settings, findings } = await walk.discover();
    showFindings(findings, ports);
    return await typeMissing(walk.target, { ...walk.answers, ...settings }, ports);
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    ports.terminal.note(`error: ${error.message}`);
    if (error instanceof NoUserPool) {
      const wanted = await offerPool(error, ports);
      if (wanted !== undefined) return wanted;
    } else {
      if (error.hint !== undefined) ports.terminal.note(`  ${hintText(error.hint)}`);
      ports.terminal.note('Type them instead.\n');
    }
    return typeAll(walk, ports);
  }
}

/** Undefined: the admin would rather type the values. */
async function offerPool({ region }: NoUserPool, { prompter }: Ports): Promise<PoolWanted | undefined> {
  return prompter.select<PoolWanted | undefined>('Where does the user pool come from?', [
    ...TEMPLATE_FORMAT_NAMES.map((templateFormat) => ({
      name: `Make one with ${TEMPLATE_FORMATS[templateFormat].tool}`,
      value: { templateFormat, region },
      description: 'Writes a template that you deploy (umconfig provision). Then run umconfig init again.',
    })),
    {
      name: 'There is one elsewhere: type its values',
      value: undefined,
      description: 'Or stop here (Ctrl-C), and name another account with --profile or another --region.',
    },
  ]);
}

/** What the account does not give, a secret that may not be read for one. */
async function typeMissing(target: Target, found: Settings, ports: Ports): Promise<Settings> {
  let answers = found;
  for (const field of missingAnswers(found, target.layout)) {
    const key = keyOf(field.name, target.layout);
    if (key !== undefined) answers = await askField(target, field, key, answers, ports);
  }
  return answers;
}

async function typeAll(walk: Walk, ports: Ports): Promise<Settings> {
  let { answers } = walk;
  for (const { field, key } of askedFields(walk.target.layout)) {
    answers = await askField(walk.target, field, key, answers, ports);
    showDerived(field.name, answers, walk.target.layout, ports);
  }
  return answers;
}

async function askField(
  target: Target,
  field: FieldRow,
  key: Key,
  answers: Settings,
  ports: Ports,
): Promise<Settings> {
  if (field.name === 'userManagement') {
    const isOn = await ports.prompter.confirm('Switch login on?', answers.userManagement !== 'off');
    return { ...answers, userManagement: isOn ? 'on' : 'off' };
  }
  const { value, warning } =
    field.secret === true
      ? await askSecret(target, field, answers, ports)
      : await askText(target, field, key, answers, ports);
  if (warning !== undefined)
    ports.terminal.note(`  Note: ${printable(`${warning.message}. ${warning.hint}`)}`);
  return withTyped(target.layout, field.name, answers, value);
}

/** A token URL that follows from the domain is not kept as an answer, so that it goes on following. */
function withTyped(layout: Layout, name: FieldName, answers: Settings, value: string): Settings {
  const settled = { ...answers, [name]: value };
  if (name !== 'awsTokenURL' || isCustomTokenUrl(withAnswer(answers, layout, name, value))) return settled;
  delete settled.awsTokenURL;
  return settled;
}

async function askText(
  target: Target,
  field: FieldRow,
  key: Key,
  answers: Settings,
  { prompter }: Ports,
): Promise<Judgement> {
  const current = completeAnswers(answers, target.layout)[field.name];
  const example = exampleFor(key, target);
  const help = [
    ...(field.console === undefined ? [] : [`Find it: ${field.console.today}`]),
    ...(example === undefined ? [] : [`Example: ${example}`]),
  ];
  const judge = (typed: string): Judgement => judgeAnswer(target, answers, field.name, typed);
  const answer = await prompter.text({
    message: field.title,
    ...(current === undefined ? {} : { default: current }),
    ...(help.length === 0 ? {} : { help: help.join('\n') }),
    validate: (typed) => verdict(judge(typed)),
    shown: (typed) => judge(typed).value,
  });
  return judge(answer);
}

async function askSecret(
  target: Target,
  field: FieldRow,
  answers: Settings,
  { prompter }: Ports,
): Promise<Judgement> {
  const current = answers[field.name] ?? '';
  const judge = (typed: string): Judgement => {
    const isKept = cleanAnswer(field.name, target.layout, typed) === '';
    return judgeAnswer(target, answers, field.name, isKept ? current : typed);
  };
  const help = [
    `Find it: ${field.console?.today ?? ''}`,
    ...(current === '' ? [] : [`Enter keeps ${maskSecret(current)}`]),
  ];
  const answer = await prompter.secret({
    message: field.title,
    help: help.join('\n'),
    validate: (typed) => verdict(judge(typed)),
  });
  return judge(answer);
}

const verdict = ({ error }: Judgement): true | string =>
  error === undefined ? true : `${error.message}. ${error.hint}`;

/** What follows from the answer just given is shown and not asked. */
function showDerived(name: FieldName, answers: Settings, layout: Layout, { terminal }: Ports): void {
  const completed = completeAnswers(answers, layout);
  for (const { field, key } of fieldsOf(layout)) {
    const value = completed[field.name];
    if (key.shown?.after !== name || value === undefined) continue;
    // An answer that is made whole is news only where that changes it.
    if (field.name === name && value === answers[name]) continue;
    terminal.note(`  ${key.shown.as}: ${printable(value)} (${key.shown.why})`);
  }
}

type Next = 'write' | 'cancel' | { readonly field: FieldRow; readonly key: Key };

async function review(walk: Walk, gathered: Settings, ports: Ports): Promise<Prepared> {
  const { target } = walk;
  let answers = gathered;
  for (;;) {
    const settings = completeAnswers(answers, target.layout);
    const prepared = prepare(target, settings);
    const errors = showFindings(prepared.report.findings, ports);
    const next = await ports.prompter.select<Next>('Is this right?', [
      { name: writeLabel(walk, prepared, errors), value: 'write' },
      ...changeChoices(target, settings),
      { name: 'Cancel: write nothing', value: 'cancel' },
    ]);
    if (next === 'write') return prepared;
    if (next === 'cancel') throw new Cancelled('SIGINT');
    answers = await askField(target, next.field, next.key, answers, ports);
    showDerived(next.field.name, answers, target.layout, ports);
  }
}

/** Returns the number of errors. */
function showFindings(findings: readonly Finding[], { terminal }: Ports): number {
  const grave = findings.filter(({ severity }) => severity !== 'info');
  for (const finding of grave) {
    const { message, hint } = proseOf(finding);
    terminal.note(`${finding.severity}: ${printable(message)}. ${printable(hint)}`);
  }
  return grave.filter(({ severity }) => severity === 'error').length;
}

function writeLabel({ target, dryRun }: Walk, { report }: Prepared, errors: number): string {
  if (dryRun) return 'Yes: show the changes';
  if (target.existing !== undefined && report.diff.every(({ mark }) => mark === ' '))
    return `Yes: leave ${target.path} as it is`;
  return errors > 0 ? `Write ${target.path} all the same` : `Yes: write ${target.path}`;
}

/** Everything that can be asked, in the order in which it was, then what can only be overridden. */
function changeChoices({ layout }: Target, settings: Settings): readonly Choice<Next>[] {
  const overridable = fieldsOf(layout).filter(
    ({ field }) => field.derived === true && field.flag !== undefined,
  );
  return [...askedFields(layout), ...overridable].map(({ field, key }) => {
    const value = settings[field.name] ?? '';
    const shown = field.secret === true && value !== '' ? maskSecret(value) : value;
    return {
      name: `Change ${field.title}: ${shown === '' ? '(nothing yet)' : shown}`,
      value: { field, key },
    };
  });
}
