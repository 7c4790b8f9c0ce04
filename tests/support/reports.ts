/** Reports for the tests of the formats: of texts that are judged on the spot, in a run below a repository. */
import { validate } from '../../src/core/rules/validate.ts';
import { REPORTERS, type Format, type Reporter } from '../../src/report/index.ts';
import type { Run } from '../../src/report/location.ts';
import type { ValidationReport } from '../../src/report/report.ts';
import { makeStyle } from '../../src/report/style.ts';
import { goodFile } from './fixtures.ts';

/** Every reporter, loaded one after the other: Jest cannot link modules side by side. */
const loaded = new Map<string, Reporter>();
for (const [format, load] of Object.entries(REPORTERS)) loaded.set(format, await load());
export const reporters = Object.fromEntries(loaded) as Record<Format, Reporter>;

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
  return reporters[format](body, makeStyle(0, 80), run);
}
