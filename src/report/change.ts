/** The report of `init` and `discover`: diff, values, findings, and what to run next. */
import { printable } from '../core/text/display.ts';
import { fieldsOf } from '../core/config/fields.ts';
import { LAYOUTS } from '../core/config/layouts.ts';
import type { DiffLine } from '../core/changes/plan.ts';
import { maskSettings } from '../core/config/settings.ts';
import { plural } from './count.ts';
import { jsonFinding, jsonText } from './json.ts';
import type { ChangeReport } from './report.ts';
import type { Style } from './style.ts';
import { findingBlocks } from './text.ts';
import { wrap } from '../core/text/wrap.ts';

/** The report for people, with a final line feed. */
export function changeText(body: ChangeReport, style: Style): string {
  const isShownWhole = body.mode !== 'write' || !body.written;
  const sections = [
    isShownWhole && body.diff.some(({ mark }) => mark !== ' ') ? diffText(body.diff, style) : '',
    body.mode === 'check' ? '' : settingsText(body, style),
    findingBlocks(body, body.findings, style).join('\n'),
    outcome(body, style),
  ];
  return sections.filter((section) => section !== '').join('\n');
}

/** A diff with colours; the lines come masked. */
export function diffText(diff: readonly DiffLine[], style: Style): string {
  const colour = { '-': style.paint.red, '+': style.paint.green, ' ': style.paint.dim };
  return `${diff.map(({ mark, text }) => colour[mark](`${mark} ${text}`.trimEnd())).join('\n')}\n`;
}

/** The Cognito values as `name  value`, the secret masked, with the derived URLs. */
export function settingsText(body: Pick<ChangeReport, 'settings' | 'layout' | 'urls'>, style: Style): string {
  const masked = maskSettings(body.settings);
  const rows = fieldsOf(body.layout)
    .filter(({ field }) => field.console !== undefined || field.name === 'userManagement')
    .flatMap(({ field, key }): (readonly [string, string])[] => {
      const value = field.name === 'userManagement' ? switchOf(body) : masked[field.name];
      return value === undefined || value === '' ? [] : [[key.path, value]];
    });
  const urls = [
    ['issuer', body.urls.issuer],
    ['JWKS URL', body.urls.jwksUrl],
    ['hosted UI', body.urls.hostedUi],
  ].flatMap(([name, value]): (readonly [string, string])[] =>
    name === undefined || value === undefined ? [] : [[name, value]],
  );
  const width = Math.max(0, ...[...rows, ...urls].map(([name]) => name.length));
  const line = ([name, value]: readonly [string, string]): string =>
    style.columns < width + 30
      ? `${style.paint.bold(name)}\n  ${printable(value)}`
      : `${style.paint.bold(name.padEnd(width))}  ${printable(value)}`;
  return `${[...rows, ...urls].map(line).join('\n')}\n`;
}

/** The switch as the layout's file has it: in the nested one the word `on` is a mistake. */
function switchOf({ settings, layout }: Pick<ChangeReport, 'settings' | 'layout'>): string | undefined {
  const { userManagement } = settings;
  if (userManagement === undefined) return undefined;
  return layout === 'flat' ? userManagement : String(userManagement === 'on');
}

function outcome(body: ChangeReport, style: Style): string {
  const keys = plural(body.changed.length, 'key');
  const file = printable(body.file);
  const same = body.diff.every(({ mark }) => mark === ' ');
  const sentence = {
    write: same ? `${file} is up to date; nothing was written` : `${file} written (${keys} changed)`,
    'dry-run': same
      ? `Dry run: ${file} is up to date; nothing was written`
      : `Dry run: ${keys} would change in ${file}; nothing was written`,
    check: checkOutcome(body),
    refused: `${file} was not written`,
  }[body.mode];
  const lines = [...wrap(sentence, style.columns, ''), ...(style.quiet ? [] : nextLines(body, style))];
  return `${lines.join('\n')}\n`;
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
  return [
    ...body.next.flatMap(({ command, with: need }) => [
      need === undefined ? `Start ${server}:` : `With ${need}:`,
      `  ${paint.cyan(command)}`,
    ]),
    ...(link === undefined ? [] : ['Give people this link to sign in:', `  ${paint.cyan(printable(link))}`]),
    ...body.notes.flatMap((note) => wrap(printable(note), columns, '')),
  ];
}

/** The Node server does not redirect to the login page, so users need its address. */
function linkForPeople({ layout, settings, urls, written, mode }: ChangeReport): string | undefined {
  const isDone = written || mode === 'write';
  return layout === 'nested' && settings.userManagement === 'on' && isDone ? urls.loginUrl : undefined;
}

/** The report for scripts; `version: 1`. */
export function changeJson(body: ChangeReport): string {
  const { file, layout, written, changed, settings, urls, findings, document, config } = body;
  return jsonText({
    version: 1,
    file,
    layout,
    written,
    changed,
    settings: { ...maskSettings(settings), ...urls },
    findings: findings.map((finding) => jsonFinding(finding, document, config)),
  });
}
