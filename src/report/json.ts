/** The JSON that scripts rely on; its shape is public (`version: 1`). Nothing in it is ever secret. */
import { printable } from '../core/display.ts';
import { positionAt, type ConfigDocument } from '../core/document.ts';
import type { Finding } from '../core/finding.ts';
import { maskSettings } from '../core/plan.ts';
import { proseOf } from '../core/rules.ts';
import { countFindings } from './count.ts';
import type { ReportBody } from './report.ts';

/** The report as JSON with a final line feed. */
export function reportJson(body: ReportBody): string {
  return body.kind === 'document' ? body.text : `${JSON.stringify(jsonOf(body), undefined, 2)}\n`;
}

function jsonOf(body: Exclude<ReportBody, { kind: 'document' }>): unknown {
  if (body.kind === 'validation') {
    const { errors, warnings } = countFindings(body.files);
    return {
      version: 1,
      files: body.files.map(({ file, layout, document, findings, repaired }) => ({
        file,
        layout,
        findings: findings.map((finding) => jsonFinding(finding, document)),
        ...(repaired.length > 0 ? { repaired: repaired.map(({ code, path }) => ({ code, path })) } : {}),
      })),
      summary: { files: body.files.length, errors, warnings },
      ...(body.failures.length > 0 ? { failures: body.failures } : {}),
    };
  }
  const { file, layout, written, changed, settings, urls, findings, document } = body;
  return {
    version: 1,
    file,
    layout,
    written,
    changed,
    settings: { ...maskSettings(settings), ...urls },
    findings: findings.map((finding) => jsonFinding(finding, document)),
  };
}

/** One finding as scripts see it: `F` of the interface. */
export function jsonFinding(finding: Finding, document: ConfigDocument): Record<string, unknown> {
  const { message, hint } = proseOf(finding);
  return {
    code: finding.code,
    severity: finding.severity,
    path: printable(finding.path),
    ...place(finding, document),
    message: printable(message),
    hint: printable(hint),
    fixable: finding.changes !== undefined,
  };
}

function place(finding: Finding, document: ConfigDocument): Record<string, number> {
  if (finding.span === undefined) return {};
  const start = positionAt(document, finding.span.start);
  const end = positionAt(document, finding.span.end);
  return { line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
}
