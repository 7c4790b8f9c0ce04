/** The figures of the summary line, the same in every format. */
import type { Finding, Severity } from '../core/rules/finding.ts';
import type { ValidationReport } from './report.ts';

export interface Counts {
  readonly ignored: number;
  readonly errors: number;
  readonly warnings: number;
  readonly fixable: number;
}

/** Counts the findings of several files. */
export function countFindings(
  files: readonly { readonly findings: readonly Finding[]; readonly ignored?: number }[],
): Counts {
  const all = files.flatMap(({ findings }) => findings);
  const of = (severity: Severity): number => all.filter((finding) => finding.severity === severity).length;
  return {
    ignored: files.reduce((sum, { ignored = 0 }) => sum + ignored, 0),
    errors: of('error'),
    warnings: of('warning'),
    fixable: all.filter(({ changes }) => changes !== undefined).length,
  };
}

/** `2 files checked: 1 error, 0 warnings`, or `no problems`; and the number of files that could not be read or written. */
export function countsText({ files, failures }: Pick<ValidationReport, 'files' | 'failures'>): string {
  const { errors, warnings, ignored } = countFindings(files);
  const counts = [plural(errors, 'error'), plural(warnings, 'warning')].join(', ');
  const found = errors + warnings === 0 ? ', no problems' : `: ${counts}`;
  const leftOut = ignored === 0 ? '' : `, ${String(ignored)} ignored`;
  const checked = `${plural(files.length, 'file')} checked${found}${leftOut}`;
  if (failures.length === 0) return checked;
  return `${files.length === 0 ? '' : `${checked}; `}${String(failures.length)} failed`;
}

/** `1 error`, `2 errors`. */
export function plural(count: number, word: string): string {
  return `${String(count)} ${word}${count === 1 ? '' : 's'}`;
}
