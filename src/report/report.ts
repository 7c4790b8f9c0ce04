/** The results of commands as data; the reporters turn them into text or JSON. */
import type { CheckResult } from '../core/doctor.ts';
import type { Finding } from '../core/rules/finding.ts';
import type { ConfigDocument } from '../core/yaml/types.ts';
import type { Layout } from '../core/config/layouts.ts';
import type { Person, Problem } from '../core/users/plan.ts';
import type { LineFault } from '../core/users/csv.ts';
import type { DiffLine } from '../core/changes/plan.ts';
import type { DerivedUrls, Settings } from '../core/config/settings.ts';
import type { Role } from '../core/cognito/sign-in.ts';
import type { AwsInUse } from '../ports.ts';

/** Common to reports about one file. */
interface AboutOneFile {
  /** The file as it was named on the command line, for commands that hints suggest; undefined for the default one. */
  readonly config?: string | undefined;
}

/** The outcome of one file. */
export interface FileReport extends AboutOneFile {
  readonly file: string;
  readonly layout: Layout;
  /** May be parsed on each access, so read it once; empty without findings and repairs. */
  readonly document: ConfigDocument;
  readonly findings: readonly Finding[];
  /** The number of findings that `--ignore` left out. */
  readonly ignored?: number;
  /** What `--fix` repaired in it. */
  readonly repaired: readonly Finding[];
}

export interface ValidationReport {
  readonly kind: 'validation';
  readonly files: readonly FileReport[];
  /** Error messages for files that could not be read or written. */
  readonly failures: readonly string[];
}

export interface NextCommand {
  readonly command: string;
  /** What it needs, for example Docker; absent for the usual command. */
  readonly with?: string;
}

/** What `init` and `discover` did, or would do. */
export interface ChangeReport extends AboutOneFile {
  readonly kind: 'change';
  readonly file: string;
  readonly layout: Layout;
  readonly document: ConfigDocument;
  readonly written: boolean;
  /** `write`, or the reason why nothing was written. */
  readonly mode: 'write' | 'dry-run' | 'check' | 'refused';
  readonly changed: readonly string[];
  /** Complete and unmasked: reporters mask. */
  readonly settings: Settings;
  readonly urls: DerivedUrls;
  readonly diff: readonly DiffLine[];
  /** Undefined if no account was read. */
  readonly aws?: AwsInUse | undefined;
  readonly findings: readonly Finding[];
  /** The findings that somebody has seen, with the changed keys, before agreeing to the change; undefined where nobody was asked. */
  readonly reviewed?: readonly Finding[];
  /** Commands to run next: one of them starts the server. */
  readonly next: readonly NextCommand[];
  /** Further sentences for the user. */
  readonly notes: readonly string[];
}

/** A sign-in whose tokens were verified. */
export interface LoginReport extends AboutOneFile {
  readonly kind: 'login';
  readonly file: string;
  readonly layout: Layout;
  readonly document: ConfigDocument;
  /** Undefined: the id token holds none. */
  readonly email: string | undefined;
  /** Undefined: the server knows no roles. */
  readonly role: Role | undefined;
  readonly reason: string;
  readonly groups: readonly string[];
  readonly findings: readonly Finding[];
}

/** The result of `doctor`, one row per check, causes before consequences. */
export interface ChecksReport extends AboutOneFile {
  readonly kind: 'checks';
  readonly file: string;
  readonly layout: Layout;
  readonly document: ConfigDocument;
  readonly checks: readonly CheckResult[];
  /** The login link for users, if the server does not redirect there. */
  readonly loginUrl?: string;
  /** Undefined if the account was not read. */
  readonly aws?: AwsInUse | undefined;
}

/** A user as `users list` shows one. */
export interface ListedPerson extends Person {
  readonly isInvitationExpired: boolean;
}

/** The people of a pool, page by page as they come. */
export interface PeopleReport extends AboutOneFile {
  readonly kind: 'people';
  readonly file: string;
  readonly layout: Layout;
  readonly poolId: string;
  /** Only some were asked for. */
  readonly isFiltered: boolean;
  readonly aws?: AwsInUse | undefined;
  /** Can be read once. Rejects with ExpectedError. */
  readonly pages: AsyncIterable<readonly ListedPerson[]>;
}

/** What became, or would become, of one person. */
export interface PersonOutcome {
  /** As it was given: an email address or a username. */
  readonly name: string;
  /** Undefined: nobody of that name was there before. */
  readonly username?: string;
  /** Of the CSV file. */
  readonly line?: number;
  /** The wanted one. */
  readonly role: Role | undefined;
  readonly outcome: 'done' | 'unchanged' | 'failed' | 'not-tried' | 'planned' | 'repeated';
  /** In words. */
  readonly steps: readonly string[];
  readonly problem?: Problem;
}

/** What `users` did to people, or would do. */
export interface PeopleChangeReport extends AboutOneFile {
  readonly kind: 'people-change';
  readonly file: string;
  readonly layout: Layout;
  readonly poolId: string;
  /** `stopped`: by Ctrl-C or its like. `refused`: the CSV file is wrong. */
  readonly mode: 'done' | 'dry-run' | 'stopped' | 'refused';
  readonly people: readonly PersonOutcome[];
  readonly notes: readonly string[];
  /** The file that they were read from, and what is wrong with it. */
  readonly csv?: { readonly path: string; readonly faults: readonly LineFault[] };
  /** The CSV with the result of each line. */
  readonly result?: string;
}

/** A text as the result: a schema, a policy, an explanation. */
interface DocumentReport {
  readonly kind: 'document';
  readonly text: string;
}

export type ReportBody =
  ValidationReport | ChangeReport | ChecksReport | DocumentReport | LoginReport | PeopleChangeReport;

export interface Report {
  readonly exitCode: number;
  /** A format that its kind has in REPORTERS, or one of STREAMERS. */
  readonly format: string;
  readonly body: ReportBody | PeopleReport;
  /** The output file, if the command chose it; `--output` is read anyway. */
  readonly output?: string | undefined;
  /** What to do next; written to stderr after the result. */
  readonly next?: string;
  /** Possible next steps, offered one after the other after the report. Only on a terminal. */
  readonly offers?: readonly Offer[];
}

/** A question and what to run after a yes. After a no, or a run with findings, the remaining questions are skipped. */
interface Offer {
  readonly question: string;
  readonly run: () => Promise<Report>;
}
