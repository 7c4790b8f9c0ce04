/** The wizard's questions on a terminal: the values from AWS or typed one after another, then a review where any of them can be changed. */
import {
  cleanAnswer,
  completeAnswers,
  exampleFor,
  judgeAnswer,
  missingAnswers,
  suggestedAnswer,
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
import { changedText } from '../../report/change.ts';
import { plural } from '../../report/count.ts';
import { makeStyle } from '../../report/style.ts';
import { askRegion, NoUserPool } from '../account/open-pool.ts';
import type { FromAccount } from '../account/discover-settings.ts';
import { TEMPLATE_FORMAT_NAMES, TEMPLATE_FORMATS, type TemplateFormat } from '../provision/formats.ts';
import type { Target } from '../shared/config-file.ts';
import { prepare, type Prepared } from '../shared/write-config.ts';

/** What the wizard starts from. */
export interface Walk {
  readonly target: Target;
  /** Defaults: what the file, flags and environment say already. */
  readonly answers: Settings;
  readonly dryRun: boolean;
  /** The file is filled in already, or login is to be off: only what is chosen in the review is asked. */
  readonly isReview: boolean;
  /** There are AWS credentials, so discovery is suggested. */
  readonly hasCredentials: boolean;
  /** Gathers the values from the admin's AWS account, and what is wrong there; in the region, where one is given. */
  readonly discover: (region?: string) => Promise<Pick<FromAccount, 'settings' | 'findings'>>;
}

/** What the admin has agreed to, and the findings that were shown before. */
export interface Reviewed {
  readonly prepared: Prepared;
  readonly findings: readonly Finding[];
}

/** What the admin wants instead, where there is no user pool that a file could name. */
export interface PoolWanted {
  readonly templateFormat: TemplateFormat;
  readonly region: string;
}

/** Asks until the admin wants it written, or wants a user pool first. Writes nothing itself. Rejects with Cancelled. */
export async function walkThrough(walk: Walk, ports: Ports): Promise<Reviewed | PoolWanted> {
  introduce(walk, ports);
  const answers = walk.isReview ? walk.answers : await gather(walk, ports);
  return 'templateFormat' in answers ? answers : review(walk, answers, ports);
}

function introduce({ target, dryRun }: Walk, { terminal }: Ports): void {
  const { base, layout, checkout } = target;
  const path = printable(target.path);
  const { server, era } = LAYOUTS[layout];
  const other: Layout = layout === 'flat' ? 'nested' : 'flat';
  // Only where nobody has chosen the server.
  const seen =
    checkout?.layout === layout
      ? ` The server is recognised by ${printable(checkout.shownBy)}; for ${LAYOUTS[other].server}: --layout ${other}`
      : '';
  terminal.note(
    base === undefined
      ? `Editing ${path} for ${server} (${era}).`
      : `Creating ${path} for ${server} (${era}), from ${printable(base)}.${seen}`,
  );
  terminal.note(
    `${dryRun ? 'Dry run: nothing is written.' : 'Nothing is written before you confirm.'} Escape or "back" returns to the previous question, Ctrl-C quits.\n`,
  );
}

async function gather(walk: Walk, ports: Ports): Promise<Settings | PoolWanted> {
  if (!walk.hasCredentials) {
    ports.terminal.note(
      'No AWS credentials found: copy the values from the AWS console. With credentials, the wizard can read them from AWS.\n',
    );
    return typeAll(walk, ports);
  }
  const source = await ports.prompter.select<'discover' | 'type'>('Where do the values come from?', [
    {
      name: 'Discover from AWS',
      value: 'discover',
      description: 'Reads the user pool with your AWS credentials.',
    },
    {
      name: 'Type them',
      value: 'type',
      description: 'You copy each value from the AWS console. Every question says where to find it.',
    },
  ]);
  if (source === 'type') return typeAll(walk, ports);
  const found = await discovered(walk, walk.answers, ports);
  if (found === undefined) ports.terminal.note('Type the values instead.\n');
  if (found === undefined || found === 'type') return typeAll(walk, ports);
  return 'templateFormat' in found ? found : typeMissing(walk.target, found, ports);
}

/** The answers with what AWS gives; undefined where it fails, which has been said then. */
async function discovered(
  walk: Walk,
  answers: Settings,
  ports: Ports,
  region?: string,
): Promise<Settings | PoolWanted | 'type' | undefined> {
  try {
    const { settings, findings } = await walk.discover(region);
    showFindings(findings, ports);
    return { ...answers, ...settings };
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    ports.terminal.note(`error: ${error.message}`);
    if (error instanceof NoUserPool) {
      const next = await offerPool(error, ports);
      return next === 'region' ? discovered(walk, answers, ports, await askRegion(ports)) : next;
    }
    if (error.hint !== undefined) ports.terminal.note(`  ${hintText(error.hint)}`);
    return undefined;
  }
}

function offerPool({ region }: NoUserPool, { prompter }: Ports): Promise<PoolWanted | 'region' | 'type'> {
  return prompter.select<PoolWanted | 'region' | 'type'>('Which user pool do you want to use?', [
    ...TEMPLATE_FORMAT_NAMES.map((templateFormat) => ({
      name: `A new one, with ${TEMPLATE_FORMATS[templateFormat].tool}`,
      value: { templateFormat, region },
      description: 'Writes a template that you deploy (umconfig provision). Then run umconfig init again.',
    })),
    { name: 'One in another region', value: 'region' },
    {
      name: 'One in another account: type its values',
      value: 'type',
      description: 'To read them from AWS, press Ctrl-C and run umconfig init --profile NAME.',
    },
  ]);
}

/** What the account does not give, for example a secret that may not be read. */
async function typeMissing(target: Target, found: Settings, ports: Ports): Promise<Settings> {
  let answers = found;
  for (const field of missingAnswers(found, target.layout)) {
    const key = keyOf(field.name, target.layout);
    if (key !== undefined) answers = await askField(target, field, key, answers, ports);
  }
  return answers;
}

async function typeAll({ target, answers: given }: Walk, ports: Ports): Promise<Settings> {
  let answers = given;
  for (const { field, key } of askedFields(target.layout)) {
    // Whoever runs init wants login on; the review can switch it off.
    if (field.name !== 'userManagement') answers = await askField(target, field, key, answers, ports);
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
  const current = completeAnswers(answers, target.layout)[field.name] ?? '';
  const suggested = current === '' ? suggestedAnswer(key, field.name, answers, target) : current;
  const example = suggested === undefined ? exampleFor(key, target) : undefined;
  const help = [
    ...(field.console === undefined ? [] : [`Find it: ${field.console.today}`]),
    ...(example === undefined ? [] : [`Example: ${example}`]),
  ];
  const judge = (typed: string): Judgement => judgeAnswer(target, answers, field.name, typed);
  const answer = await prompter.text({
    message: field.title,
    ...(suggested === undefined ? {} : { default: suggested }),
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

type Next = 'write' | 'cancel' | 'missing' | 'discover' | { readonly field: FieldRow; readonly key: Key };

async function review(walk: Walk, gathered: Settings, ports: Ports): Promise<Reviewed | PoolWanted> {
  const { target } = walk;
  let answers = gathered;
  let shown = '';
  let findings: readonly Finding[] = [];
  for (;;) {
    const settings = completeAnswers(answers, target.layout);
    const prepared = prepare(target, settings);
    const changed = changedText(prepared.report, makeStyle(0, ports.terminal.columns));
    if (changed !== shown) ports.terminal.note(changed);
    shown = changed;
    const isNew = ({ code, path }: Finding): boolean =>
      !findings.some((seen) => seen.code === code && seen.path === path);
    showFindings(prepared.report.findings.filter(isNew), ports);
    ({ findings } = prepared.report);
    const next = await ports.prompter.select<Next>('Is this right?', choicesFor(walk, prepared, settings));
    if (next === 'write') return { prepared, findings };
    if (next === 'cancel') throw new Cancelled('SIGINT');
    if (next === 'missing') answers = await typeMissing(target, answers, ports);
    else if (next === 'discover') {
      const found = await discovered(walk, answers, ports);
      if (found !== undefined && found !== 'type') {
        if ('templateFormat' in found) return found;
        answers = found;
      }
    } else answers = await askField(target, next.field, next.key, answers, ports);
  }
}

function showFindings(findings: readonly Finding[], { terminal }: Ports): void {
  for (const finding of findings) {
    if (finding.severity === 'info') continue;
    const { message, hint } = proseOf(finding);
    terminal.note(`${finding.severity}: ${printable(message)}. ${printable(hint)}`);
  }
}

/** What cannot be done yet comes first, then the ways out, so that a low window shows them. */
function choicesFor(walk: Walk, prepared: Prepared, settings: Settings): readonly Choice<Next>[] {
  const missing = missingAnswers(settings, walk.target.layout).length;
  return [
    ...(missing === 0
      ? []
      : [{ name: `Enter ${plural(missing, 'missing value')}`, value: 'missing' as const }]),
    { name: writeLabel(walk, prepared), value: 'write' },
    { name: 'Cancel: write nothing', value: 'cancel' },
    ...changeChoices(prepared, settings),
    { name: 'Discover from AWS', value: 'discover' },
  ];
}

function writeLabel({ target, dryRun }: Walk, { report }: Prepared): string {
  if (dryRun) return 'Yes: show the changes';
  if (target.existing !== undefined && report.diff.every(({ mark }) => mark === ' '))
    return `Yes: leave ${target.path} unchanged`;
  const hasErrors = report.findings.some(({ severity }) => severity === 'error');
  return hasErrors ? `Write ${target.path} despite the errors` : `Yes: write ${target.path}`;
}

/** Everything that can be asked, then what can only be overridden. A changed value is shown above the list already. */
function changeChoices(
  { target: { layout }, report }: Prepared,
  settings: Settings,
): readonly Choice<Next>[] {
  const overridable = fieldsOf(layout).filter(
    ({ field }) => field.derived === true && field.flag !== undefined,
  );
  return [...askedFields(layout), ...overridable].map(({ field, key }) => {
    const value = settings[field.name] ?? '';
    const shown = field.secret === true && value !== '' ? maskSecret(value) : value;
    const isShown = report.changed.includes(key.path);
    return {
      name: `Change ${field.title}${isShown ? '' : `: ${shown === '' ? '(not set)' : shown}`}`,
      value: { field, key },
    };
  });
}
