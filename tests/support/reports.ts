/** Reports for the tests of the formats: of texts validated on the spot, in a run inside a repository. */
import { validate } from '../../src/core/rules/validate.ts';
import { FORMATS, reporterOf, RESULT_FORMATS, type Format, type Reporter } from '../../src/report/index.ts';
import type { Run } from '../../src/report/location.ts';
import type { ReportBody, ValidationReport } from '../../src/report/report.ts';
import { makeStyle, type Style } from '../../src/report/style.ts';
import { goodFile } from './fixtures.ts';

type Kind = ReportBody['kind'];

const KINDS: readonly Kind[] = ['validation', 'change', 'checks', 'login', 'people-change', 'document'];
/** Every reporter, loaded sequentially: Jest cannot link modules in parallel. */
const loaded = new Map<string, Reporter<never>>();
for (const kind of KINDS) {
  for (const format of kind === 'validation' ? FORMATS : RESULT_FORMATS) {
    loaded.set(`${kind} ${format}`, await reporterOf(kind, format));
  }
}

/** Formats a report of any kind. */
function reported(body: ReportBody, format: Format, style: Style, run: Run): string {
  const reporter = loaded.get(`${body.kind} ${format}`) as Reporter<ReportBody> | undefined;
  if (reporter === undefined) throw new RangeError(`${body.kind} has no format ${format}`);
  return reporter(body, style, run);
}

export const reportText = (body: ReportBody, style: Style): string => reported(body, 'text', style, RUN);
export const reportJson = (body: ReportBody): string => reported(body, 'json', makeStyle(0, 80), RUN);

export const RUN: Run = { version: '1.2.3', exitCode: 1, cwd: '/repo/sub', workspace: '/repo' };
export const GOOD = goodFile('flat');
export const BAD = GOOD.replace('userManagement:', 'usermanagement:').replace('8686/auth"', '8686/auth/"');

export function validation(
  files: Readonly<Record<string, string>>,
  failures: readonly string[] = [],
): ValidationReport {
  const reports = Object.entries(files).map(([file, text]) => ({ file, ...validate(text), repaired: [] }));
  return { kind: 'validation', files: reports, failures };
}

export function report(format: Format, body: ValidationReport, run = RUN): string {
  return reported(body, format, makeStyle(0, 80), run);
}
