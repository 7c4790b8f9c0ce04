/** What the rules check: one file, read once, with its schema problems and its surroundings on disk. */
import { validateFlat, validateNested, type SchemaError } from '../../config/compiled-schema.js';
import { entryAt } from '../../yaml/document.ts';
import type { ConfigDocument, Entry, Span } from '../../yaml/types.ts';
import type { Checkout } from '../../config/checkout.ts';
import { goSwitchIn, type GoSwitch } from '../../config/go-switch.ts';
import { rowNamed, type FieldName } from '../../config/fields.ts';
import { recogniseLayout, type Layout } from '../../config/layouts.ts';

/** The state of the file in git. The same as in ports.ts, because the library's users have no ports. */
export interface InGit {
  readonly isTracked: boolean;
  readonly isIgnored: boolean;
  /** Its text in the last commit and in the index. */
  readonly committed: string | undefined;
  readonly staged: string | undefined;
}

/** What is known about the file besides its text; absent for text that is not on disk. */
export interface FileFacts {
  /** As the user wrote it. */
  readonly path: string;
  /** Permission bits, where the platform has them. */
  readonly mode: number | undefined;
  /** Its state in git; undefined outside repositories, and if git was not asked. */
  readonly git?: InGit | undefined;
  /** Directories in the data directory that keep the Node server from starting. */
  readonly strayDirectories?: readonly string[] | undefined;
}

/** What is known about a file before it is read. */
export interface FactsOptions {
  /** Overrides the layout that the keys show. */
  readonly layout?: Layout | undefined;
  readonly file?: FileFacts | undefined;
  readonly checkout?: Checkout | undefined;
  /** Login that is off on purpose is an error. */
  readonly requireLogin?: boolean | undefined;
  /** The file is being filled in: each value that is missing has a finding of its own, even if all are. */
  readonly isBeingFilledIn?: boolean | undefined;
}

/** A problem that the JSON Schema finds, as far as the rules need it. */
export interface SchemaProblem {
  readonly keyword: string;
  /** The value at fault, or for `required` and `additionalProperties` the key that is missing or too much. */
  readonly path: readonly string[];
}

/** A key with a text as its value. */
export interface TextValue {
  readonly path: string;
  readonly text: string;
  readonly entry: Entry;
}

export interface Facts {
  readonly document: ConfigDocument;
  readonly layout: Layout;
  readonly file: FileFacts | undefined;
  /** The checkout around the file, if known. */
  readonly checkout: Checkout | undefined;
  /** The Go server that reads the file; undefined if it may be either. */
  readonly goSwitch: GoSwitch | undefined;
  readonly requireLogin: boolean;
  readonly isBeingFilledIn: boolean;
  readonly schemaProblems: readonly SchemaProblem[];
  /** Whether the author wants login to be on, even if the server reads the value as off. */
  readonly loginMeant: boolean;
  /** The entry at a dotted path. */
  entry(path: string): Entry | undefined;
  /** A field's entry, with any value. */
  field(name: FieldName): Entry | undefined;
  /** A field's value where it is a text that is not empty. */
  text(name: FieldName): TextValue | undefined;
  /** Whether a value may match the pattern. Searches the whole text first, because most files have no match. */
  mayHold(pattern: RegExp): boolean;
}

/**
 * Reads the facts from a document. `meant`: the file's values with login on, if the author tried to switch it on and failed. Then
 * what login needs is checked as well, not only after the switch is repaired.
 */
export function factsOf(
  document: ConfigDocument,
  { layout, file, checkout, requireLogin, isBeingFilledIn }: FactsOptions,
  meant?: ConfigDocument['root'],
): Facts {
  const chosen = layout ?? recogniseLayout(document);
  const entry = (path: string): Entry | undefined => entryAt(document, path.split('.'));
  const field = (name: FieldName): Entry | undefined => {
    const row = rowNamed(name, chosen);
    return row === undefined ? undefined : entryAt(document, row.segments);
  };
  const text = remembering((name: FieldName): TextValue | undefined => {
    const row = rowNamed(name, chosen);
    const found = row === undefined ? undefined : entryAt(document, row.segments);
    return row !== undefined && found !== undefined && typeof found.parsed === 'string' && found.parsed !== ''
      ? { path: row.key.path, text: found.parsed, entry: found }
      : undefined;
  });
  return {
    document,
    layout: chosen,
    file,
    checkout,
    requireLogin: requireLogin === true,
    isBeingFilledIn: isBeingFilledIn === true,
    goSwitch: goSwitchIn(document) ?? checkout?.goSwitch,
    schemaProblems: schemaProblemsOf(meant === undefined ? [document.root] : [document.root, meant], chosen),
    loginMeant:
      meant !== undefined ||
      (chosen === 'flat'
        ? flatLoginMeant(field('userManagement'))
        : Boolean((field('userManagement') ?? field('oldUserManagement'))?.parsed)),
    entry,
    field,
    text,
    // An escape sequence may hide any text.
    mayHold: remembering((pattern) => document.text.includes('\\') || pattern.test(document.text)),
  };
}

/** Caches an answer that several rules need. */
export function remembering<Question, Answer>(
  find: (question: Question) => Answer,
): (question: Question) => Answer {
  const known = new Map<Question, Answer>();
  return (question) => {
    const before = known.get(question);
    if (before !== undefined || known.has(question)) return before as Answer;
    const answer = find(question);
    known.set(question, answer);
    return answer;
  };
}

/** The same for a question about the whole file; for one file only, because files are checked one after the other. */
export function oncePerFile<Answer>(find: (facts: Facts) => Answer): (facts: Facts) => Answer {
  let last: { readonly facts: Facts; readonly answer: Answer } | undefined;
  return (facts) => {
    if (last?.facts !== facts) last = { facts, answer: find(facts) };
    return last.answer;
  };
}

/** Whether a value means on or off, in any spelling. */
export function meaningOf(value: unknown): 'on' | 'off' | undefined {
  const text = String(value);
  // Most are a word already, and tables of all letters take long to load.
  const word = (/^[a-z0-9]+$/i.test(text) ? text : text.replace(/[^\p{L}\p{N}]/gu, '')).toLowerCase();
  if (['on', 'true', 'yes', 'y', '1', 'enable', 'enabled'].includes(word)) return 'on';
  if (['off', 'false', 'no', 'n', '0', 'disable', 'disabled'].includes(word)) return 'off';
  return undefined;
}

function flatLoginMeant(entry: Entry | undefined): boolean {
  return entry?.kind === 'scalar' && meaningOf(entry.parsed) !== 'off';
}

/** The schema problems of at least one of the roots. */
function schemaProblemsOf(
  roots: readonly ConfigDocument['root'][],
  layout: Layout,
): readonly SchemaProblem[] {
  const check = layout === 'flat' ? validateFlat : validateNested;
  const problems = roots.flatMap((root) => (check(root) ? [] : (check.errors ?? []).flatMap(problemOf)));
  if (problems.length < 2) return problems;
  const seen = new Set<string>();
  return problems.filter((problem) => {
    const id = JSON.stringify([problem.keyword, problem.path]);
    return seen.has(id) ? false : seen.add(id);
  });
}

function problemOf(error: SchemaError): readonly SchemaProblem[] {
  const at = error.instancePath
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
  // A value that may have one of two types gets one problem, not one for each.
  if (error.schemaPath.includes('/anyOf/')) return [];
  switch (error.keyword) {
    case 'if':
      return [];
    case 'required':
      return [{ keyword: 'required', path: [...at, String(error.params['missingProperty'])] }];
    case 'additionalProperties':
      return [{ keyword: error.keyword, path: [...at, String(error.params['additionalProperty'])] }];
    default:
      return [{ keyword: error.keyword, path: at }];
  }
}

/** The position for a missing key: its parent's key, or the start of the file's first key. */
export function placeOfMissing(facts: Facts, path: readonly string[]): Span {
  const parent = path.length > 1 ? entryAt(facts.document, path.slice(0, -1)) : undefined;
  if (parent !== undefined) return parent.key;
  const start = facts.document.entries[0]?.key.start ?? 0;
  return { start, end: start };
}
