/** Workflow commands of GitHub Actions: each finding is shown at its line in the pull request. */
import { printable, withoutCommands, withoutUnsafe } from '../core/text/display.ts';
import type { Severity } from '../core/rules/finding.ts';
import { proseFor } from '../core/rules/index.ts';
import { countFindings, plural } from './count.ts';
import { placeOf, reportedPath, type Place, type Run } from './location.ts';
import type { FileReport, ValidationReport } from './report.ts';
import type { Style } from './style.ts';

const COMMAND = { error: 'error', warning: 'warning', info: 'notice' } as const satisfies Record<
  Severity,
  string
>;

/** The most annotations of one kind that GitHub shows for a step; the log has the messages of the others, without positions. */
const MAX_SHOWN = 10;

/** One annotation a finding, and a line with their number. */
export function reportGithub(body: ValidationReport, _style: Style, run: Run): string {
  const { errors, warnings } = countFindings(body.files);
  const lines = [
    ...body.failures.map((failure) => annotation('error', { title: 'umconfig' }, failure)),
    ...body.files.flatMap((file) => annotations(file, run)),
    `${plural(body.files.length, 'file')} checked: ${plural(errors, 'error')}, ${plural(warnings, 'warning')}`,
    ...(Math.max(errors + body.failures.length, warnings) > MAX_SHOWN
      ? [
          `GitHub shows at most ${String(MAX_SHOWN)} annotations of a kind. The job summary lists all findings.`,
        ]
      : []),
  ];
  return `${lines.join('\n')}\n`;
}

function annotations(report: FileReport, run: Run): readonly string[] {
  if (report.findings.length === 0) return [];
  const { document, findings, config } = report;
  const file = reportedPath(report.file, run);
  return findings.map((finding) => {
    const { message, hint } = proseFor(finding, config);
    const properties = { file, ...position(placeOf(finding, document)), title: `umconfig ${finding.code}` };
    return annotation(COMMAND[finding.severity], properties, `${printable(message)}\n${printable(hint)}`);
  });
}

/** Columns are only taken where the annotation stays on one line. */
function position(place: Place | undefined): Readonly<Record<string, number>> {
  if (place === undefined) return {};
  const { line, column, endLine, endColumn } = place;
  return line === endLine ? { line, col: column, endLine, endColumn } : { line, endLine };
}

function annotation(
  command: string,
  properties: Readonly<Record<string, string | number>>,
  message: string,
): string {
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  return `::${command} ${list.join(',')}::${escapeMessage(withoutCommands(message))}`;
}

/** As the runner undoes it (`ActionCommand` in actions/runner). */
const escapeMessage = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

/** For line breaks the runner has escapes; what else a terminal would not show as it is cannot come back whole. */
const escapeProperty = (text: string): string =>
  escapeMessage(
    withoutUnsafe(text, (character) => (/[\r\n]/.test(character) ? character : printable(character))),
  )
    .replaceAll(':', '%3A')
    .replaceAll(',', '%2C');
