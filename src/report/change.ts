/** The report of `init` and `discover`: the changed keys, the difference, findings, and what to run next. */
import { displayWidth, maskLongRuns, maskSecret, printable } from '../core/text/display.ts';
import { fieldsOf } from '../core/config/fields.ts';
import { LAYOUTS } from '../core/config/layouts.ts';
import type { DiffLine } from '../core/changes/plan.ts';
import { maskSettings } from '../core/config/settings.ts';
import type { Finding } from '../core/rules/finding.ts';
import { proseOf, ruleFor } from '../core/rules/index.ts';
import { entryAt } from '../core/yaml/document.ts';
import { plural } from './count.ts';
import { jsonFinding, jsonText } from './json.ts';
import type { ChangeReport } from './report.ts';
import type { Style } from './style.ts';
import { findingBlocks } from './text.ts';
import { wrap } from '../core/text/wrap.ts';

/** The report for people, with a final line feed. Nothing is repeated that was shown before somebody agreed. */
export function changeText(body: ChangeReport, style: Style): string {
  const { mode, reviewed } = body;
  const isSeen = ({ code, path }: (typeof body.findings)[number]): boolean =>
    reviewed?.some((seen) => seen.code === code && seen.path === path) === true;
  const sections = [
    mode === 'dry-run' ? diffText(body.diff, style) : '',
    mode === 'write' && reviewed === undefined ? changedText(body, style) : '',
    findingBlocks(
      body,
      body.findings.filter((finding) => !isSeen(finding) && !isNote(finding)),
      style,
    ).join('\n'),
    outcome(body, style),
  ];
  return sections.filter((section) => section !== '').join('\n');
}

/** True whatever the file says, so one line after the result. */
const isNote = ({ code }: Finding): boolean => ruleFor(code)?.isNote === true;

/** The lines that differ, with colours; they come masked. Empty where none does. */
function diffText(diff: readonly DiffLine[], style: Style): string {
  const colour = { '-': style.paint.red, '+': style.paint.green, ' ': style.paint.dim };
  return diff
    .filter(({ mark }) => mark !== ' ')
    .map(({ mark, text }) => `${colour[mark](`${mark} ${text}`.trimEnd())}\n`)
    .join('');
}

/** The changed keys as `key  value`, the secret masked; empty where nothing changes. */
export function changedText(
  { changed, document, layout }: Pick<ChangeReport, 'changed' | 'document' | 'layout'>,
  { columns, paint }: Style,
): string {
  const secrets = fieldsOf(layout).flatMap(({ field, key }) => (field.secret === true ? [key.path] : []));
  const width = Math.max(0, ...changed.map((path) => displayWidth(path)));
  return changed
    .map((path) => {
      const parsed = entryAt(document, path.split('.'))?.parsed;
      const value = typeof parsed === 'object' ? '' : String(parsed ?? '');
      const shown = printable(
        secrets.includes(path) && value !== '' ? maskSecret(value) : maskLongRuns(value),
      );
      return width + 2 + displayWidth(shown) > columns
        ? `${paint.bold(path)}\n  ${shown}\n`
        : `${paint.bold(path.padEnd(width))}  ${shown}\n`;
    })
    .join('');
}

function outcome(body: ChangeReport, style: Style): string {
  const keys = plural(body.changed.length, 'key');
  const file = printable(body.file);
  const same = body.diff.every(({ mark }) => mark === ' ');
  const count = body.changed.length === 0 ? '' : ` (${keys} changed)`;
  const sentence = {
    write: same ? `${file} is up to date; nothing was written` : `${file} written${count}`,
    'dry-run': same
      ? `Dry run: ${file} is up to date; nothing was written`
      : `Dry run: ${body.changed.length === 0 ? file : keys} would change; nothing was written`,
    check: checkOutcome(body),
    refused: `${file} was not written`,
  }[body.mode];
  const isNextShown = body.mode === 'write' && !style.quiet;
  return `${[...wrap(sentence, style.columns, ''), ...(isNextShown ? nextLines(body, style) : [])].join('\n')}\n`;
}

/** A file that has the account's values matches only if they have no findings. */
function checkOutcome({ changed, findings, file: name }: ChangeReport): string {
  const file = printable(name);
  if (changed.length > 0) return `${file} differs from the account in ${plural(changed.length, 'key')}`;
  const found = findings.filter(({ severity }) => severity !== 'info').length;
  return found === 0
    ? `${file} matches the account`
    : `${file} has the values of the account, with ${plural(found, 'finding')} to fix`;
}

/** What to run next, the login link, and notes. */
function nextLines(body: ChangeReport, { paint, columns }: Style): readonly string[] {
  const { server } = LAYOUTS[body.layout];
  const link = linkForPeople(body);
  const labelled = (label: string, text: string): readonly string[] =>
    label.length + 1 + displayWidth(text) > columns
      ? [label, `  ${paint.cyan(text)}`]
      : [`${label} ${paint.cyan(text)}`];
  return [
    ...body.next.flatMap(({ command, with: need }) =>
      labelled(need === undefined ? `Start ${server}:` : `With ${need}:`, command),
    ),
    ...(link === undefined ? [] : labelled('Sign-in link for users:', printable(link))),
    ...[...body.findings.filter(isNote).map((finding) => proseOf(finding).message), ...body.notes].flatMap(
      (note) => wrap(printable(note), columns, 'Note: '),
    ),
  ];
}

/** The Node server does not redirect to the login page, so users need its address. */
function linkForPeople({ layout, settings, urls }: ChangeReport): string | undefined {
  return layout === 'nested' && settings.userManagement === 'on' ? urls.loginUrl : undefined;
}

/** The report for scripts; `version: 1`. */
export function changeJson(body: ChangeReport): string {
  const { file, layout, written, changed, settings, urls, findings, document, config, aws } = body;
  return jsonText({
    version: 1,
    file,
    layout,
    written,
    changed,
    ...(aws === undefined ? {} : { aws }),
    settings: { ...maskSettings(settings), ...urls },
    findings: findings.map((finding) => jsonFinding(finding, document, config)),
  });
}
