/** The JSON that scripts rely on; its shape is public (`version: 1`). Nothing in it is ever secret. */
import { printable, withoutUnsafe } from '../core/text/display.ts';
import type { ConfigDocument } from '../core/yaml/types.ts';
import type { Finding } from '../core/rules/finding.ts';
import { proseFor } from '../core/rules/index.ts';
import { countFindings } from './count.ts';
import { placeOf } from './location.ts';
import type { FileReport, ValidationReport } from './report.ts';

/** The report as JSON with a final line feed. */
export function validationJson({ files, failures }: ValidationReport): string {
  const { errors, warnings, ignored } = countFindings(files);
  return jsonText({
    version: 1,
    files: files.map(fileJson),
    summary: { files: files.length, errors, warnings, ...(ignored > 0 ? { ignored } : {}) },
    ...(failures.length > 0 ? { failures } : {}),
  });
}

/**
 * A value as JSON with a final line feed. Unprintable characters are escaped, and so is `##[`, which would be a command in
 * a log of GitHub Actions. The parsed value is the same.
 */
export function jsonText(value: unknown): string {
  const lines = JSON.stringify(value, undefined, 2).split('\n');
  const safe = lines.map((line) => withoutUnsafe(line, escapeJson)).join('\n');
  return `${safe.replaceAll('##[', '##\\u005b')}\n`;
}

const escapeJson = (character: string): string =>
  character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');

function fileJson(report: FileReport): unknown {
  const { file, layout, findings, repaired, config } = report;
  const document = findings.length > 0 ? report.document : undefined;
  return {
    file,
    layout,
    findings: document === undefined ? [] : findings.map((finding) => jsonFinding(finding, document, config)),
    ...(repaired.length > 0 ? { repaired: repaired.map(({ code, path }) => ({ code, path })) } : {}),
  };
}

/** One finding as scripts see it: `F` of the interface. */
export function jsonFinding(
  finding: Finding,
  document: ConfigDocument,
  config: string | undefined,
): Record<string, unknown> {
  const { message, hint } = proseFor(finding, config);
  return {
    code: finding.code,
    severity: finding.severity,
    path: printable(finding.path),
    ...placeOf(finding, document),
    message: printable(message),
    hint: printable(hint),
    fixable: finding.changes !== undefined,
  };
}
