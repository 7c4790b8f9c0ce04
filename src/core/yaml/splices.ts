// Where a change touches the text: the splices that put a value, a line or a block in, or take one out.
import { entryAt } from './document.ts';
import { isPlainWord, isSafeText, WIDE_SPACE } from './plain-subset.ts';
import type { ConfigDocument, Entry, Path, Scalar, Span, Value } from './types.ts';

/** The change cannot be made without touching something else; the message names keys, never values. */
export class EditError extends Error {
  override readonly name = 'EditError';
}

/** Puts `text` in the place of a span. */
export interface Splice extends Span {
  readonly text: string;
}

export function isScalar(value: Value): value is Scalar {
  return value === null || typeof value !== 'object';
}

/** Replaces the old value by the source of the new one. */
export function replacement(
  { text }: ConfigDocument,
  { key, value, kind, style }: Entry,
  source: string,
): Splice {
  if (kind === 'missing') return { ...value, text: (text[value.start - 1] === ':' ? ' ' : ': ') + source };
  if (kind !== 'scalar' && /\s#/.test(text.slice(key.end, value.end))) {
    throw new EditError('comments in the old value would be lost');
  }
  if (style !== 'block') return { ...value, text: source };
  if (kind === 'scalar') {
    const header = text.slice(value.start, lineEnd(text, value.start));
    return { ...value, text: source + (/[ \t]+#.*$/.exec(header)?.[0] ?? '') };
  }
  return { start: text.indexOf(':', key.end) + 1, end: value.end, text: ` ${source}` };
}

/**
 * Whether an entry can be written in the plain subset with the value that all readers must mean: a scalar on one line, which needs other
 * spaces or quotes at most. A number that readers take differently is not one, nor is a value of several lines.
 */
export function canBePlain(document: ConfigDocument, entry: Entry): boolean {
  return plainSource(document, entry) !== undefined && !inFlow(document, entry.path);
}

/** The entry's own line with nothing but `key: value` and its comment on it. */
export function plainLine(document: ConfigDocument, entry: Entry): Splice {
  const { text } = document;
  const source = canBePlain(document, entry) ? plainSource(document, entry) : undefined;
  if (source === undefined) throw new EditError(`the value of ${entry.path.join('.')} is ambiguous`);
  const { end } = entry.value;
  const stop = lineEnd(text, end);
  const comment = text.slice(end, stop).trim();
  return { start: entry.key.end, end: stop, text: `: ${source}${comment === '' ? '' : ` ${comment}`}` };
}

function plainSource(
  { text }: ConfigDocument,
  { key, value, parsed, kind, style }: Entry,
): string | undefined {
  const source = text.slice(value.start, value.end);
  const isAlone =
    /^ *$/.test(text.slice(lineStart(text, key.start), key.start)) &&
    PLAIN_KEY.test(text.slice(key.start, key.end).replace(/^(["'])(.*)\1$/, '$2')) &&
    /^ *:(?:[ \t]+| *\r?\n +)$/.test(text.slice(key.end, value.start)) &&
    restOfLine(text, value.end) !== undefined;
  if (kind !== 'scalar' || !isAlone || source.includes('\n') || !isScalar(parsed)) return undefined;
  if (style !== 'plain') {
    // A lone surrogate is no character.
    const isText = typeof parsed === 'string' && !/[\ud800-\udfff]/u.test(parsed);
    return isText ? scalarSource(parsed) : undefined;
  }
  if (isPlainWord(source)) return source;
  return parsed === source && isSafeText(source) ? scalarSource(source) : undefined;
}

/** The possible positions of a new key, the best first. */
export function insertions(
  document: ConfigDocument,
  path: Path,
  source: string,
  order: readonly string[],
): Splice[] {
  let depth = path.length - 1;
  while (depth > 0 && !entryAt(document, path.slice(0, depth))) depth--;
  const parent = entryAt(document, path.slice(0, depth));
  const added = { keys: path.slice(depth), source };
  if (parent?.kind === 'sequence') throw new EditError(`${parent.path.join('.')} is a list`);
  const flow = inFlow(document, path.slice(0, depth + 1));
  if (parent && parent.kind !== 'mapping') {
    return [
      inFlow(document, parent.path)
        ? flowParent(document, parent, added)
        : blockParent(document, parent, added),
    ];
  }
  const siblings = entriesIn(document, parent);
  const near = neighbours(siblings, path.slice(0, depth + 1), order);
  if (flow) return [flowInsertion(document, parent?.value.start ?? rootStart(document.text), near, added)];
  return siblings.length === 0
    ? [firstLine(document, added)]
    : blockInsertions(document, siblings, near, added);
}

/** What is to be added to a mapping: the value's source under the last of the keys, each nested in the one before. */
interface Added {
  readonly keys: readonly string[];
  readonly source: string;
}

/** The position: after an entry, else before one; neither in an empty mapping. */
interface Neighbours {
  readonly after: Entry | undefined;
  readonly before: Entry | undefined;
}

function neighbours(siblings: readonly Entry[], path: Path, order: readonly string[]): Neighbours {
  const level = path.length - 1;
  const prefix = path
    .slice(0, level)
    .map((key) => `${key}.`)
    .join('');
  const ranks = order.filter((dotted) => dotted.startsWith(prefix)).map((dotted) => dotted.split('.')[level]);
  const own = ranks.indexOf(path[level]);
  const find = (key: string | undefined): Entry | undefined =>
    siblings.findLast((entry) => entry.path[level] === key);
  const first = (keys: readonly (string | undefined)[]): Entry | undefined => find(keys.find(find));
  const after = own < 0 ? undefined : first(ranks.slice(0, own).reverse());
  const before = own < 0 || after ? undefined : first(ranks.slice(own + 1));
  return { after: before ? undefined : (after ?? siblings.at(-1)), before };
}

function firstLine({ text, eol }: ConfigDocument, added: Added): Splice {
  const end = /^\.\.\.(?=\s|$)/m.exec(text)?.index ?? text.length;
  const newLine = end > 0 && text[end - 1] !== '\n' ? eol : '';
  return { start: end, end, text: newLine + blockSource(added, '', DEFAULT_STEP, eol) + eol };
}

function blockInsertions(
  document: ConfigDocument,
  siblings: readonly Entry[],
  { after, before }: Neighbours,
  added: Added,
): Splice[] {
  const { text, eol } = document;
  const indent = siblings.map((entry) => indentOf(text, entry)).find((found) => found !== undefined);
  if (indent === undefined) throw new EditError(`no position for the key ${added.keys.join('.')}`);
  const lines = blockSource(added, indent, stepOf(document), eol);
  if (before && !after) {
    const start = lineStart(text, before.key.start);
    return [{ start, end: start, text: lines + eol }];
  }
  const own = endWithComments(text, after?.value.end ?? text.length, indent.length);
  // Empty lines are part of the value above if that is a block scalar that keeps them.
  const below = lineEnd(text, own + (/^\s*(?=\n)/.exec(text.slice(own))?.[0].length ?? 0));
  return [own, below].map((end) => ({ start: end, end, text: eol + lines }));
}

/** The parent's key has a scalar or no value: a block replaces it, below a comment on the same line. */
function blockParent(document: ConfigDocument, parent: Entry, added: Added): Splice {
  const { text, eol } = document;
  const indent = indentOf(text, parent);
  if (indent === undefined) throw new EditError(`${parent.path.join('.')} cannot become a block`);
  const end = lineEnd(text, parent.value.end);
  const head = text.slice(parent.key.end, parent.value.start).trimEnd();
  const header = parent.style === 'block' ? parent.value.start : parent.value.end;
  const comment = /[ \t]+#.*$/.exec(text.slice(header, lineEnd(text, header)))?.[0] ?? '';
  const step = stepOf(document);
  return {
    start: parent.key.end,
    end,
    text: head + comment + eol + blockSource(added, indent + step, step, eol),
  };
}

function flowParent(document: ConfigDocument, parent: Entry, added: Added): Splice {
  const colon = document.text[parent.value.start - 1] === ':' ? ' ' : ': ';
  const lead = parent.kind === 'missing' ? colon : '';
  return { ...parent.value, text: `${lead}{${flowSource(document, added)}}` };
}

function flowInsertion(
  document: ConfigDocument,
  brace: number,
  { after, before }: Neighbours,
  added: Added,
): Splice {
  const { text, eol } = document;
  const source = flowSource(document, added);
  const beside = after ?? before;
  if (!beside) return { start: brace + 1, end: brace + 1, text: source };
  const indent = indentOf(text, beside);
  const gap = indent === undefined ? ' ' : eol + indent;
  if (beside === before) return { start: before.key.start, end: before.key.start, text: `${source},${gap}` };
  const { end } = beside.value;
  const comma = /^\s*,/.exec(text.slice(end))?.[0].length;
  const stop = end + (comma ?? 0);
  const tail = restOfLine(text, stop);
  if (indent === undefined || tail === undefined) return { start: end, end, text: `, ${source}` };
  const last = comma === undefined;
  return {
    start: stop,
    end: stop + tail.length,
    text: `${last ? ',' : ''}${tail}${gap}${source}${last ? '' : ','}`,
  };
}

export function blockRemoval(document: ConfigDocument, { path, key, value }: Entry): Splice {
  const { text } = document;
  const parent = entryAt(document, path.slice(0, -1));
  const start = lineStart(text, key.start);
  if (!/^ *(\? +)?$/.test(text.slice(start, key.start)))
    throw new EditError(`${path.join('.')} shares its line`);
  const end = nextLine(text, value.end);
  if (parent && entriesIn(document, parent).length === 1) {
    const colon = text.indexOf(':', parent.key.end) + 1;
    return { start: colon, end, text: ' {}' + text.slice(colon, start) };
  }
  return { start, end, text: '' };
}

export function flowRemoval({ text }: ConfigDocument, entry: Entry): Splice {
  const { key, value } = entry;
  const comma = /^\s*,/.exec(text.slice(value.end))?.[0].length;
  const stop = value.end + (comma ?? 0);
  const tail = restOfLine(text, stop);
  const wholeLine = indentOf(text, entry) !== undefined && tail !== undefined;
  const before = text.slice(0, key.start).trimEnd().length;
  if (comma === undefined && text[before - 1] === ',') {
    return { start: before - 1, end: stop + (wholeLine ? tail.length : 0), text: '' };
  }
  if (wholeLine) return { start: lineStart(text, key.start), end: nextLine(text, stop), text: '' };
  return { start: key.start, end: stop + (/^[ \t]*/.exec(text.slice(stop))?.[0].length ?? 0), text: '' };
}

/** The entries of one mapping; of the root where there is no parent. */
function entriesIn(document: ConfigDocument, parent: Entry | undefined): readonly Entry[] {
  const level = (parent?.path.length ?? 0) + 1;
  const { start, end } = parent?.value ?? { start: 0, end: document.text.length };
  return document.entries.filter(
    ({ path, key }) => path.length === level && key.start >= start && key.end <= end,
  );
}

/** The spaces before an entry that is the first on its line. */
function indentOf(text: string, { key }: Entry): string | undefined {
  const before = text.slice(lineStart(text, key.start), key.start);
  return /^[ \t]*$/.test(before) ? before : undefined;
}

/** The templates of the nested layout are indented by four. */
const DEFAULT_STEP = '    ';

function stepOf({ text, entries }: ConfigDocument): string {
  for (const [index, { style, key }] of entries.entries()) {
    const child = entries[index + 1];
    // Below a text or a list there is no entry, and what follows it is not indented deeper.
    if (!child || style !== 'block') continue;
    const width = (indentOf(text, child)?.length ?? 0) - (key.start - lineStart(text, key.start));
    if (width > 0) return ' '.repeat(width);
  }
  return DEFAULT_STEP;
}

function rootStart(text: string): number {
  return /^(?:\s+|#.*|---(?=\s))*/.exec(text)?.[0].length ?? 0;
}

/** Whether the entry is, or would be, between braces. */
export function inFlow(document: ConfigDocument, path: Path): boolean {
  if (document.text[rootStart(document.text)] === '{') return true;
  return path.some((_, depth) => depth > 0 && entryAt(document, path.slice(0, depth))?.style === 'flow');
}

/** The end of the line of an entry, or of the comments below it that are indented deeper and so belong to it. */
function endWithComments(text: string, valueEnd: number, indent: number): number {
  let end = lineEnd(text, valueEnd);
  for (let at = end; at < text.length;) {
    const start = nextLine(text, at);
    at = lineEnd(text, start);
    const line = text.slice(start, at);
    if (/^[ \t]*#/.test(line) && line.indexOf('#') > indent) end = at;
    else if (line.trim() !== '') break;
  }
  return end;
}

function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

/** The offset of the line end itself, CR LF or LF. */
export function lineEnd(text: string, offset: number): number {
  const found = text.indexOf('\n', offset);
  if (found < 0) return text.length;
  return found > offset && text[found - 1] === '\r' ? found - 1 : found;
}

function nextLine(text: string, offset: number): number {
  const found = text.indexOf('\n', offset);
  return found < 0 ? text.length : found + 1;
}

/** The rest of the line if it has only spaces and a comment. */
function restOfLine(text: string, offset: number): string | undefined {
  const rest = text.slice(offset, lineEnd(text, offset));
  return /^[ \t]*(#.*)?$/.test(rest) ? rest : undefined;
}

function blockSource({ keys, source }: Added, indent: string, step: string, eol: string): string {
  const lines = keys.map((key, depth) => `${indent}${step.repeat(depth)}${keySource(key, false)}:`);
  return `${lines.join(eol)} ${source}`;
}

function flowSource(document: ConfigDocument, { keys, source }: Added): string {
  // A JSON file stays one.
  const json =
    document.text[rootStart(document.text)] === '{' &&
    document.entries.every(({ key }) => document.text[key.start] === '"');
  const names = keys.map((key) => keySource(key, json));
  return `${names.join(': {')}: ${source}${'}'.repeat(keys.length - 1)}`;
}

/** A name that all readers read as the same string. */
export const PLAIN_KEY = /^(?!(?:true|false|null)$)[a-z_][\w-]*$/i;

export function keySource(key: string, quoted: boolean): string {
  return PLAIN_KEY.test(key) && !quoted ? key : scalarSource(key);
}

/** What JSON escapes in a way that the plain subset does not have, or leaves as it is although readers take it for something else. */
const TO_ESCAPE = new RegExp(
  String.raw`\\[bfr]|(?<skipped>\\.)|[\x7f-\x9f\ufeff\ufffe\uffff]|${WIDE_SPACE.source}`,
  'g',
);
const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\\b': '\b', '\\f': '\f', '\\r': '\r' };

/** Strings always in double quotes and with the escapes of the plain subset only, which are JSON too. */
export function scalarSource(value: Scalar): string {
  if (typeof value === 'string') {
    return JSON.stringify(value).replace(TO_ESCAPE, (found, skipped?: string) => {
      const character = SHORT_ESCAPES[found] ?? found;
      return skipped ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    });
  }
  if (typeof value !== 'number') return String(value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? '.nan' : value < 0 ? '-.inf' : '.inf';
  // YAML 1.1 wants a point in a number with an exponent.
  return Object.is(value, -0) ? '-0.0' : String(value).replace(/^(-?\d+)e/, '$1.0e');
}
