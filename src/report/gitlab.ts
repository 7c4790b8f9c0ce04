/** GitLab's Code Quality report, which shows findings in a merge request. */
import { printable } from '../core/text/display.ts';
import type { Severity } from '../core/rules/finding.ts';
import { proseFor } from '../core/rules/index.ts';
import { jsonText } from './json.ts';
import { fingerprints, placeOf, reportedPath, type Run } from './location.ts';
import type { FileReport, ValidationReport } from './report.ts';
import type { Style } from './style.ts';

/** Of GitLab's info, minor, major, critical and blocker. An error means that login does not work, or is off. */
const SEVERITY = { error: 'critical', warning: 'minor', info: 'info' } as const satisfies Record<
  Severity,
  string
>;

/** A list of violations. Files that could not be read have no place in it. */
export function reportGitlab({ files }: ValidationReport, _style: Style, run: Run): string {
  return jsonText(files.flatMap((file) => violations(file, run)));
}

function violations(file: FileReport, run: Run): readonly unknown[] {
  if (file.findings.length === 0) return [];
  const { document, findings, config } = file;
  const path = reportedPath(file.file, run);
  const prints = fingerprints(path, findings);
  return findings.map((finding, index) => {
    const { message, hint } = proseFor(finding, config);
    const place = placeOf(finding, document);
    return {
      description: printable(`${message}. ${hint}`),
      check_name: finding.code,
      fingerprint: prints[index],
      severity: SEVERITY[finding.severity],
      location: { path, lines: { begin: place?.line ?? 1, end: place?.endLine ?? 1 } },
    };
  });
}
