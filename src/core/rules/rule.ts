/**
 * The shape of a rule's row. A row has everything about one finding code: its check, severity, texts and repair, and what
 * `explain` and docs/findings.md print. Nothing else knows the code.
 */
import type { Facts } from './file/facts.ts';
import { maskLongRuns, MASK } from '../text/display.ts';
import type { Hint } from '../text/hint.ts';
import type { Entry, Path } from '../yaml/types.ts';
import type { CheckName } from '../config/checks.ts';
import { nameOfKey } from '../config/fields.ts';
import type { Layout } from '../config/layouts.ts';
import { findingOf, type Finding, type FindingArgs, type Hit, type Severity } from './finding.ts';

/** The page about user management in the server's own guide. */
export const GUIDE = 'https://www.scalabel.ai/doc/user-management.html';

/** What login needs. */
export type Need = 'pool' | 'domain' | 'login page' | 'client' | 'code flow';

/** A rule over `F`: the file's facts, or the account's. */
export interface Rule<F> {
  /** Kebab case; public and stable. */
  readonly code: string;
  readonly severity: Severity;
  /** One line without a full stop, for lists. */
  readonly title: string;
  /** Background for `explain`: what the server or Cognito does. What the message says is not repeated. */
  readonly why: string;
  /** What to do about it; also the hint of a finding, unless the row has a `hint`. */
  readonly fix: Hint;
  /** Security risk from 0 to 10, as in CVSS; absent if it only breaks something. */
  readonly risk?: number;
  /** A page about the subject, if not that of the rule's part of the table. */
  readonly page?: string;
  /** The check of `doctor` that shows it: a fixed one, or that of the key. Findings about the file alone have none. */
  readonly doctor?: CheckName | 'of the key';
  /** What is missing or unusable if this is found. */
  readonly lacks?: Need;
  /** What it depends on: if one of these is missing, that is the cause and this a consequence. */
  readonly needs?: readonly Need[];
  /** Codes that cause this one. */
  readonly follows?: readonly string[];
  /** The values of the file cannot be read. */
  readonly isUnreadable?: true;
  /** A server may read other values than umconfig does. */
  readonly isAmbiguous?: true;
  /** The layout's server cannot use a user pool in the region at all. */
  readonly isRegionUnusable?: true;
  /** True of the server, so no edit of the file removes it: said once, when `init` or `discover` writes the file. */
  readonly isNote?: true;
  /** The layouts that it applies to; both without it. */
  readonly layouts?: readonly Layout[];
  readonly check: (facts: F) => readonly Hit[];
  /** One sentence without a full stop. */
  readonly message: (args: FindingArgs) => string;
  /** Only where the finding allows more exact advice than `fix`. */
  readonly hint?: (args: FindingArgs) => Hint;
}

interface TypedRule<F, A extends FindingArgs> extends Omit<Rule<F>, 'check' | 'message' | 'hint'> {
  readonly check: (facts: F) => readonly (Hit & { readonly args: A })[];
  readonly message: (args: A) => string;
  readonly hint?: (args: A) => Hint;
}

/** A rule whose message is made from exactly the arguments that its check gives. */
export function rule<A extends FindingArgs, F = Facts>(row: TypedRule<F, A>): Rule<F> {
  // A row's message only ever sees what its own check returned, which the compiler has just matched.
  return row as unknown as Rule<F>;
}

/** The findings of the rules that apply to the layout, in the order of the rules. */
export function judge<F extends { readonly layout: Layout }>(
  rules: readonly Rule<F>[],
  facts: F,
): readonly Finding[] {
  const findings: Finding[] = [];
  for (const row of rules) {
    if (row.layouts?.includes(facts.layout) === false) continue;
    for (const hit of row.check(facts)) findings.push(findingOf(row, hit));
  }
  return findings;
}

/** Arguments that every finding about one key has. */
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- an interface has no index signature
export type KeyArgs = {
  readonly key: string;
  /** As the prompts name it, with the key: "Callback URL (`redirectUri`)". */
  readonly name: string;
};

/** Names a key of the file. */
export const keyArgs = (path: string): KeyArgs => ({ key: path, name: nameOfKey(path) });

/**
 * A path as reports name it. Everything below a secret's key is masked, and so is the text after its colon: without a
 * space after the colon, a flow mapping reads the value as a part of the key.
 */
export function shownPath(path: Path): string {
  const secret = path.findIndex((key) => /secret/i.test(key));
  return path
    .map((key, at) => (secret >= 0 && at > secret ? MASK : maskLongRuns(key)))
    .map((key) => key.replace(/(secret\w*\W*[:=]).+$/is, `$1${MASK}`))
    .join('.');
}

/** A hit at an entry's value. */
export function atValue<A extends FindingArgs>(entry: Entry, args: A): Hit & { readonly args: A & KeyArgs } {
  const path = shownPath(entry.path);
  return { path, span: entry.value, args: { ...args, ...keyArgs(path) } };
}

/** A hit at an entry's key. */
export function atKey<A extends FindingArgs>(entry: Entry, args: A): Hit & { readonly args: A & KeyArgs } {
  const path = shownPath(entry.path);
  return { path, span: entry.key, args: { ...args, ...keyArgs(path) } };
}
