/** The page that GitHub Actions shows for a job: a table of the findings, in Markdown. */
import { clip, printable } from '../core/text/display.ts';
import type { Finding } from '../core/rules/finding.ts';
import { proseFor } from '../core/rules/index.ts';
import { countsText } from './count.ts';
import { placeOf, reportedPath, type Run } from './location.ts';
import type { FileReport, ValidationReport } from './report.ts';

/** Enough to read; far below the 1 MiB that GitHub takes of a step. */
const MAX_ROWS = 200;

/** Most bytes that a step's summary may have, of all who write to it; GitHub shows none of a larger one. */
export const MAX_SUMMARY_BYTES = 1024 * 1024;

/** The report as a heading, a sentence and, where there are findings, a table. */
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
    ...(rows.length > 0 ? ['| where | | code | what |', '| --- | --- | --- | --- |', ...rows, ''] : []),
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
 * Plain text: no markup, no link and no HTML comes of it. An address of e-mail is made a link whatever stands before its `@`,
 * and four blanks at the start make code.
 */
const cell = (text: string): string =>
  printable(clip(text, 600))
    .replace(/[!-/:-@[-`{-~]/g, '\\$&')
    .replaceAll('@', '@<!-- -->')
    .replace(/^ +/, (blanks) => '&#32;'.repeat(blanks.length));
