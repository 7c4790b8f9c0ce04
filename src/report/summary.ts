/** The page that GitHub Actions shows for a job: a table of the findings, in Markdown. */
import { clip, printable } from '../core/text/display.ts';
import type { Finding } from '../core/rules/finding.ts';
import { proseFor } from '../core/rules/index.ts';
import { countsText } from './count.ts';
import { placeOf, reportedPath, type Run } from './location.ts';
import type { FileReport, ValidationReport } from './report.ts';

/** Enough to read; far below the 1 MiB that GitHub takes of a step. */
const MAX_ROWS = 200;

/** Maximum bytes of a step's summary, from all its writers; GitHub does not show a larger one. */
export const MAX_SUMMARY_BYTES = 1024 * 1024;

/** The report as a heading, a sentence and a table of the findings. */
export function summaryMarkdown(body: ValidationReport, run: Run): string {
  const found = body.files.reduce((sum, { findings }) => sum + findings.length, 0);
  const rows = body.files.flatMap((file) => rowsOf(file, run)).slice(0, MAX_ROWS);
  return [
    '### umconfig validate',
    '',
    countsText(body),
    '',
    ...body.failures.slice(0, MAX_ROWS).map((failure) => `- ${cell(failure)}`),
    ...(body.failures.length > 0 ? [''] : []),
    ...(rows.length > 0
      ? ['| Position | Severity | Code | Message |', '| --- | --- | --- | --- |', ...rows, '']
      : []),
    ...(found > rows.length ? [`… and ${String(found - rows.length)} more.`, ''] : []),
    '',
  ].join('\n');
}

function rowsOf(file: FileReport, run: Run): readonly string[] {
  if (file.findings.length === 0) return [];
  const { document, findings, config } = file;
  const path = reportedPath(file.file, run);
  return findings.slice(0, MAX_ROWS).map((finding: Finding) => {
    const { message, hint } = proseFor(finding, config);
    const place = placeOf(finding, document);
    const where = place === undefined ? path : `${path}:${String(place.line)}:${String(place.column)}`;
    const cells = [cell(where), finding.severity, finding.code, `${cell(message)}. ${cell(hint)}`];
    return `| ${cells.join(' | ')} |`;
  });
}

/**
 * Escaped as plain text: no markup, links or HTML. GitHub makes a link of every email address, and code of a line that starts with
 * four spaces.
 */
const cell = (text: string): string =>
  printable(clip(text, 600))
    .replace(/[!-/:-@[-`{-~]/g, '\\$&')
    .replaceAll('@', '@<!-- -->')
    .replace(/^ +/, (spaces) => '&#32;'.repeat(spaces.length));
