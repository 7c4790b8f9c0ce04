/** The figures of the summary line, the same in every format. */
import type { Finding, Severity } from '../core/finding.ts';

export interface Counts {
  readonly errors: number;
  readonly warnings: number;
  readonly fixable: number;
}

/** Counts the findings of several files. */
export function countFindings(files: readonly { readonly findings: readonly Finding[] }[]): Counts {
  const all = files.flatMap(({ findings }) => findings);
  const of = (severity: Severity): number => all.filter((finding) => finding.severity === severity).length;
  return {
    errors: of('error'),
    warnings: of('warning'),
    fixable: all.filter(({ changes }) => changes !== undefined).length,
  };
}

/** `1 error`, `2 errors`. */
export function plural(count: number, word: string): string {
  return `${String(count)} ${word}${count === 1 ? '' : 's'}`;
}
