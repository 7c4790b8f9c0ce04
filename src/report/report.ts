/** What a command has to say, as data; the reporters make text or JSON of it. */
import type { Finding } from '../core/finding.ts';
import type { ConfigDocument } from '../core/document.ts';
import type { Layout } from '../core/layouts.ts';
import type { DerivedUrls, DiffLine, Settings } from '../core/plan.ts';

/** The outcome of one file. */
export interface FileReport {
  readonly file: string;
  readonly layout: Layout;
  readonly document: ConfigDocument;
  readonly findings: readonly Finding[];
  /** What `--fix` repaired in it. */
  readonly repaired: readonly Finding[];
}

export interface ValidationReport {
  readonly kind: 'validation';
  readonly files: readonly FileReport[];
  /** Files that could not be read or written, in plain words. */
  readonly failures: readonly string[];
}

/** What `init` and `discover` did, or would do. */
export interface ChangeReport {
  readonly kind: 'change';
  readonly file: string;
  readonly layout: Layout;
  readonly document: ConfigDocument;
  readonly written: boolean;
  /** Why nothing was written, when nothing was. */
  readonly mode: 'write' | 'dry-run' | 'check' | 'refused';
  readonly changed: readonly string[];
  /** Complete and unmasked: reporters mask. */
  readonly settings: Settings;
  readonly urls: DerivedUrls;
  readonly diff: readonly DiffLine[];
  readonly findings: readonly Finding[];
  /** Commands to run next. */
  readonly next: readonly string[];
}

/** Text that is the result itself: a schema, a policy, an explanation. */
export interface DocumentReport {
  readonly kind: 'document';
  readonly text: string;
}

export type ReportBody = ValidationReport | ChangeReport | DocumentReport;

export interface Report {
  readonly exitCode: number;
  /** A key of REPORTERS. */
  readonly format: string;
  readonly body: ReportBody;
}
