/**
 * The result of every check. A finding is data; its prose is made from it in one place, by the rule's row,
 * so that every report format, language server and script sees the same thing.
 */
import type { Span } from '../yaml/types.ts';
import type { Change } from '../yaml/edit.ts';

export type Severity = 'error' | 'warning' | 'info';

/** Facts that the message is made of. Never a secret: these are printed. */
export type FindingArgs = Readonly<Record<string, string | number | boolean | readonly string[]>>;

export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  /** Dotted path of the key, empty for the file as a whole. */
  readonly path: string;
  /** Position in the text; absent for findings about the account. */
  readonly span?: Span;
  readonly args: FindingArgs;
  /** A repair that is safe to make without asking. May hold a secret, so it is never printed. */
  readonly changes?: readonly Change[];
}

/** What a rule's check reports; the table adds code and severity. */
export interface Hit {
  readonly path: string;
  readonly span?: Span;
  readonly args?: FindingArgs;
  readonly changes?: readonly Change[];
  /** Only where one rule weighs its cases differently. */
  readonly severity?: Severity;
}

/** A hit of a rule as a finding. */
export function findingOf({ code, severity }: Pick<Finding, 'code' | 'severity'>, hit: Hit): Finding {
  return {
    code,
    severity: hit.severity ?? severity,
    path: hit.path,
    args: hit.args ?? {},
    ...(hit.span === undefined ? {} : { span: hit.span }),
    ...(hit.changes === undefined ? {} : { changes: hit.changes }),
  };
}

/** By position, then code: the same input always gives the same order. Findings without a position come last. */
export function compareFindings(a: Finding, b: Finding): number {
  const start = (finding: Finding): number => finding.span?.start ?? Number.MAX_SAFE_INTEGER;
  const end = (finding: Finding): number => finding.span?.end ?? Number.MAX_SAFE_INTEGER;
  const byText = (x: string, y: string): number => (x < y ? -1 : x > y ? 1 : 0);
  return start(a) - start(b) || end(a) - end(b) || byText(a.code, b.code) || byText(a.path, b.path);
}

/** The text of one rule's finding. */
export interface Prose {
  readonly message: string;
  readonly hint: string;
}
