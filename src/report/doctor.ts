/** The report of `doctor`: one line per check, in a fixed order; below it what is wrong and what to do. */
import type { CheckResult, CheckStatus } from '../core/doctor.ts';
import { printable } from '../core/text/display.ts';
import { hintText } from '../core/text/hint.ts';
import { positionAt } from '../core/yaml/document.ts';
import { proseFor } from '../core/rules/index.ts';
import { plural } from './count.ts';
import { jsonFinding, jsonText } from './json.ts';
import type { ChecksReport } from './report.ts';
import type { Style } from './style.ts';
import { wrap } from '../core/text/wrap.ts';

const COLOUR = {
  pass: 'green',
  fail: 'red',
  warning: 'yellow',
  skipped: 'dim',
  inconclusive: 'magenta',
} as const satisfies Record<CheckStatus, string>;

const STATUSES = Object.keys(COLOUR) as readonly CheckStatus[];
const STATUS_WIDTH = Math.max(...STATUSES.map((status) => status.length));
const INDENT = ' '.repeat(STATUS_WIDTH + 2);

/** The report for people. Quiet: only what fails or warns, without hints. */
export function checksText(body: ChecksReport, style: Style): string {
  const shown = style.quiet
    ? body.checks.filter(({ status }) => status === 'fail' || status === 'warning')
    : body.checks;
  const lines = shown.flatMap((result) => checkLines(result, body, style));
  const rest = style.quiet ? [] : [...linkLines(body, style), '', ...summaryLines(body, style)];
  return [...lines, ...rest].map((line) => `${line}\n`).join('');
}

function checkLines(result: CheckResult, body: ChecksReport, style: Style): readonly string[] {
  const { paint, columns, quiet } = style;
  const { check, status, seen, hint, follows, findings } = result;
  const head = `${paint[COLOUR[status]](status.padEnd(STATUS_WIDTH))}  ${paint.bold(check)}`;
  const arrow = (text: string): readonly string[] =>
    // A consequence is fixed by fixing its cause.
    quiet || text === '' || follows !== undefined
      ? []
      : wrap(printable(text), columns, `${INDENT}→ `, `${INDENT}  `).map((line) => paint.cyan(line));
  return [
    head,
    ...(follows === undefined ? [] : [`${INDENT}${paint.dim(`caused by ${follows}, see above`)}`]),
    ...(seen === '' ? [] : wrap(printable(seen), columns, INDENT)),
    ...arrow(hintText(hint, body.config)),
    ...findings.flatMap((finding) => {
      const prose = proseFor(finding, body.config);
      const place = finding.span === undefined ? undefined : positionAt(body.document, finding.span.start);
      const where =
        place === undefined ? '' : `${printable(body.file)}:${String(place.line)}:${String(place.column)} `;
      return [...wrap(`${where}${printable(prose.message)}`, columns, INDENT), ...arrow(prose.hint)];
    }),
  ];
}

/** The login link for users. */
function linkLines({ loginUrl }: ChecksReport, { paint }: Style): readonly string[] {
  if (loginUrl === undefined) return [];
  return ['', 'Give this login link to your users:', `  ${paint.cyan(printable(loginUrl))}`];
}

function summaryLines({ checks }: ChecksReport, { paint, columns }: Style): readonly string[] {
  const counts = countChecks(checks);
  const told = STATUSES.filter((status) => counts[status] > 0).map(
    (status) => `${String(counts[status])} ${WORDS[status]}`,
  );
  const text = `${plural(checks.length, 'check')}: ${told.join(', ')}`;
  return wrap(text, columns, '').map((line) => (counts.fail > 0 ? paint.red(line) : paint.green(line)));
}

const WORDS: Readonly<Record<CheckStatus, string>> = {
  pass: 'passed',
  fail: 'failed',
  warning: 'with a warning',
  skipped: 'skipped',
  inconclusive: 'inconclusive',
};

function countChecks(checks: readonly CheckResult[]): Readonly<Record<CheckStatus, number>> {
  const count = (wanted: CheckStatus): number => checks.filter(({ status }) => status === wanted).length;
  return {
    pass: count('pass'),
    fail: count('fail'),
    warning: count('warning'),
    skipped: count('skipped'),
    inconclusive: count('inconclusive'),
  };
}

/** The report for scripts; `version: 1`. A check's message is that of its first finding, the cause. */
export function checksJson({ file, layout, document, checks, loginUrl, config, aws }: ChecksReport): string {
  return jsonText({
    version: 1,
    file,
    layout,
    ...(aws === undefined ? {} : { aws }),
    checks: checks.map(({ check, status, seen, hint, follows, findings }) => {
      const [first] = findings;
      const prose =
        first === undefined ? { message: seen, hint: hintText(hint, config) } : proseFor(first, config);
      return {
        check,
        status,
        ...(first === undefined ? {} : { code: first.code }),
        seen: printable(seen),
        message: printable(prose.message),
        hint: printable(prose.hint),
        ...(follows === undefined ? {} : { follows }),
        findings: findings.map((finding) => jsonFinding(finding, document, config)),
      };
    }),
    ...(loginUrl === undefined ? {} : { loginUrl }),
    summary: { checks: checks.length, ...countChecks(checks) },
  });
}
