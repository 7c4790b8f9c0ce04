// Edits of a YAML file as splices of its text: the library's own writer moves comments, line ends and quotes.
import { isDeepStrictEqual } from 'node:util';
import { entryAt, parseDocument, serialize } from './document.ts';
import type { ConfigDocument, Path, Scalar, SyntaxCode, Value } from './types.ts';
import {
  blockRemoval,
  flowRemoval,
  inFlow,
  insertions,
  isScalar,
  keySource,
  lineEnd,
  PLAIN_KEY,
  plainLine,
  replacement,
  scalarSource,
  EditError,
  type Splice,
} from './splices.ts';

/** One change of one entry. */
export type Change =
  | {
      readonly op: 'set';
      readonly path: Path;
      readonly value: Scalar;
      /** A text without quotes: for the switch, a word that one server takes for a text and the next for a boolean. */
      readonly bare?: true;
      /** Written after the value as ` # text`. An existing comment is replaced only if `replaces` matches it. */
      readonly comment?: { readonly text: string; readonly replaces: RegExp };
    }
  | { readonly op: 'rename'; readonly path: Path; readonly to: string }
  | { readonly op: 'remove'; readonly path: Path }
  /** The same value, written on one line as all readers take it. */
  | { readonly op: 'plain'; readonly path: Path };

/**
 * Makes the changes one after another and proves each by parsing the result: only what was meant has changed.
 * `order` holds dotted paths in the order of the original template and decides where a new key goes.
 * Throws EditError, and then nothing has been changed.
 */
export function applyChanges(
  document: ConfigDocument,
  changes: readonly Change[],
  order: readonly string[],
): ConfigDocument {
  return changes.reduce((before, change) => {
    const unreadable = before.problems.find(({ code }) => !HARMLESS.has(code));
    if (unreadable) throw new EditError(`the YAML must be fixed first: ${unreadable.detail}`);
    if (change.path.length === 0) throw new EditError('the change names no key');
    if (change.op === 'rename') return renamed(before, change.path, change.to);
    if (change.op === 'remove') return removed(before, change.path);
    if (change.op === 'plain') return written(before, change.path);
    const after = valueSet(before, change, order);
    return change.comment ? commented(after, change.path, change.comment) : after;
  }, document);
}

/** Problems with which every position is right all the same. */
const HARMLESS: ReadonlySet<SyntaxCode> = new Set([
  'yaml-duplicate-key',
  'yaml-after-end-marker',
  'yaml-tag',
]);

/** The first of the splices that gives the root that was meant, and no new problem. */
function proven(
  document: ConfigDocument,
  path: Path,
  splices: readonly Splice[],
  meant: ConfigDocument['root'],
): ConfigDocument {
  for (const { start, end, text } of splices) {
    const whole = document.text.slice(0, start) + text + document.text.slice(end);
    const result = parseDocument(serialize({ ...document, text: whole }));
    const count = (of: ConfigDocument, code: SyntaxCode): number =>
      of.problems.filter((problem) => problem.code === code).length;
    const noWorse =
      result.problems.every(({ code }) => HARMLESS.has(code)) &&
      [...HARMLESS].every((code) => count(result, code) <= count(document, code));
    if (noWorse && isDeepStrictEqual(result.root, meant)) return result;
  }
  throw new EditError(`the key ${path.join('.')} cannot be changed without changing something else`);
}

function valueSet(
  document: ConfigDocument,
  { path, value, bare }: Extract<Change, { op: 'set' }>,
  order: readonly string[],
): ConfigDocument {
  const entry = entryAt(document, path);
  const source = bare === true ? String(value) : scalarSource(value);
  const isSame = entry && isScalar(entry.parsed) && Object.is(entry.parsed, value);
  if (isSame && (bare !== true || entry.style === 'plain')) return document;
  const splices = entry ? [replacement(document, entry, source)] : insertions(document, path, source, order);
  const meant = edited(document.root, path, (mapping, key) => (mapping[key] = value));
  return proven(document, path, splices, meant);
}

function renamed(document: ConfigDocument, path: Path, to: string): ConfigDocument {
  const entry = entryAt(document, path);
  if (!entry) throw new EditError(`no key ${path.join('.')}`);
  if (path.at(-1) === to) return document;
  const quote = /^["']/.exec(document.text.slice(entry.key.start))?.[0] ?? '';
  const text = PLAIN_KEY.test(to) ? quote + to + quote : keySource(to, true);
  const meant = edited(document.root, path, (mapping, key) => {
    mapping[to] = mapping[key] ?? null;
    Reflect.deleteProperty(mapping, key);
  });
  return proven(document, path, [{ ...entry.key, text }], meant);
}

/** Removing the last key of a nested mapping leaves `{}`, so that its parent stays a mapping. */
function removed(document: ConfigDocument, path: Path): ConfigDocument {
  const entry = entryAt(document, path);
  if (!entry) return document;
  const meant = edited(document.root, path, (mapping, key) => Reflect.deleteProperty(mapping, key));
  const splice = inFlow(document, path) ? flowRemoval(document, entry) : blockRemoval(document, entry);
  return proven(document, path, [splice], meant);
}

function written(document: ConfigDocument, path: Path): ConfigDocument {
  const entry = entryAt(document, path);
  return entry ? proven(document, path, [plainLine(document, entry)], document.root) : document;
}

type Comment = NonNullable<Extract<Change, { op: 'set' }>['comment']>;

function commented(document: ConfigDocument, path: Path, { text, replaces }: Comment): ConfigDocument {
  const entry = entryAt(document, path);
  const words = text.replace(/[\0-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\p{Cs}]+/gu, ' ').trim();
  if (!entry || entry.style === 'block' || words === '' || inFlow(document, path)) return document;
  const { end } = entry.value;
  const rest = document.text.slice(end, lineEnd(document.text, end));
  const present = /^[ \t]+#(.*)$/.exec(rest)?.[1]?.trim();
  if (present === words || (present === undefined ? rest.trim() !== '' : present.search(replaces) < 0)) {
    return document;
  }
  const start = end + (present === undefined ? 0 : rest.indexOf('#'));
  const splice = { start, end: end + rest.trimEnd().length };
  return proven(
    document,
    path,
    [{ ...splice, text: present === undefined ? ` # ${words}` : `# ${words}` }],
    document.root,
  );
}

/** A copy of `value` in which `change` has been made to the mapping that holds the path's last key. */
function edited(
  value: Value | undefined,
  [key = '', ...rest]: Path,
  change: (mapping: Record<string, Value>, key: string) => unknown,
): Record<string, Value> {
  const known = typeof value === 'object' && !Array.isArray(value) ? value : {};
  const copy = Object.assign(Object.create(null) as Record<string, Value>, known);
  if (rest.length === 0) change(copy, key);
  else copy[key] = edited(copy[key], rest, change);
  return copy;
}
