/** Lines of a configuration file as they may be shown: every secret masked, everything else as it is written. */
import { MASK, maskLongRuns, maskSecret, printable } from '../text/display.ts';
import type { ConfigDocument, Span } from '../yaml/types.ts';
import { keyOf } from './fields.ts';
import { meantKey } from './spelling.ts';
import { formsOf } from '../text/secrets.ts';

/** A line ready to be shown, and where each of its columns went. */
export interface ShownLine {
  readonly text: string;
  /** The index in `text` of a column of the source line; both from 0, in UTF-16 units. */
  readonly column: (column: number) => number;
}

const SECRET_KEY = /secret|passw|token$|private/i;

/** Whether a key's name, even misspelled, says that its value is secret. */
function isSecretKey(name: string): boolean {
  return SECRET_KEY.test(name) || meantKey([name], 'flat')?.path === keyOf('clientSecret', 'flat')?.path;
}

/** Text that looks like a key in any syntax. Only whole words match, which keeps long lines fast. */
const KEY = /(?<![\w-])([\w-]+)["']?\s*[:=]/g;

/** The index after the first key whose name says that its value is secret. */
function behindSecretKey(text: string, known: Map<string, boolean>): number | undefined {
  for (const { 0: found, 1: name = '', index } of text.matchAll(KEY)) {
    let isSecret = known.get(name);
    if (isSecret === undefined) known.set(name, (isSecret = isSecretKey(name)));
    if (isSecret) return index + found.length;
  }
  return undefined;
}

interface Line extends Span {
  readonly text: string;
}

/** The lines of a text, made when they are looked at: a file may hold a quarter of a million. */
class Lines {
  readonly #text: string;
  readonly starts: readonly number[];

  constructor(text: string) {
    this.#text = text;
    const starts = [0];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.starts = starts;
  }

  /** Without its end. Throws RangeError where there is no such line. */
  line(at: number): Line {
    const start = this.starts[at];
    if (start === undefined) throw new RangeError(`no line ${at}`);
    const next = this.starts[at + 1];
    const whole = next === undefined ? this.#text.length : next - 1;
    const end = whole > start && this.#text[whole - 1] === '\r' ? whole - 1 : whole;
    return { start, end, text: this.#text.slice(start, end) };
  }

  *[Symbol.iterator](): Generator<Line> {
    for (let at = 0; at < this.starts.length; at += 1) yield this.line(at);
  }
}

/** The lines of a file as they may be shown, from 0. */
export interface ShownLines {
  readonly length: number;
  /** Undefined where there is no such line. */
  line(at: number): ShownLine | undefined;
}

/** All lines of the file, masked and made harmless; each when it is first looked at. */
export function shownLines(document: ConfigDocument): ShownLines {
  const lines = new Lines(document.text);
  const known = secretEntries(document);
  const copies = copiesOf(known);
  const { length } = lines.starts;
  const made = new Map<number, ShownLine>();
  let spans: ReadonlyMap<number, readonly Span[]> | undefined;
  const make = (at: number): ShownLine => {
    spans ??= byLine(lines, [...known, ...guessedSpans(lines, document)]);
    const line = lines.line(at);
    const shown = show(line, [...(spans.get(at) ?? []), ...spansOf(copies, line)]);
    made.set(at, shown);
    return shown;
  };
  return { length, line: (at) => (at < 0 || at >= length ? undefined : (made.get(at) ?? make(at))) };
}

/** The spans that each line has a part of. */
function byLine({ starts }: Lines, spans: readonly Span[]): ReadonlyMap<number, readonly Span[]> {
  const found = new Map<number, Span[]>();
  for (const span of spans) {
    for (let at = lastUpTo(starts, span.start, (start) => start); at < starts.length; at += 1) {
      const start = starts[at];
      if (start === undefined || start >= span.end) break;
      found.set(at, [...(found.get(at) ?? []), span]);
    }
  }
  return found;
}

/** The index of the last item that begins at or before an offset, 0 where none does; the items are in order. */
function lastUpTo<T>(items: readonly T[], offset: number, startOf: (item: T) => number): number {
  let low = 0;
  let high = items.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && startOf(item) <= offset) low = middle;
    else high = middle;
  }
  return low;
}

interface SecretEntry extends Span {
  readonly text: string;
}

/** The values whose key says that they are secret: their positions up to the end of the line, and their texts. */
function secretEntries({ entries, text }: ConfigDocument): readonly SecretEntry[] {
  return entries
    .filter(({ path }) => isSecretKey(path.at(-1) ?? ''))
    .map(({ path, key, value, parsed }) => {
      const name = path.at(-1) ?? '';
      // Without a space after the colon, braces make the value part of the key.
      const [swallowed = '', open = ''] = /(?<=[\w-]["']?\s*[:=]\s*(["']?))\S.*/s.exec(name) ?? [];
      const isKeyPlain = /^["']?[\w.-]*["']?$/.test(text.slice(key.start, key.end));
      const inKey = /secret\w*|passw\w*|private\w*/i.exec(text.slice(key.start, key.end));
      const end = endOfComments(text, value.end, key.start - (text.lastIndexOf('\n', key.start) + 1));
      return {
        start: isKeyPlain ? value.start : key.start + (inKey === null ? 0 : inKey.index + inKey[0].length),
        end,
        text:
          swallowed !== '' ? swallowed.replace(open, '') : typeof parsed === 'object' ? '' : String(parsed),
      };
    });
}

/** The end of an offset's line, or of the comments below it that are indented deeper than a key: an old secret may be in them. */
function endOfComments(text: string, offset: number, column: number): number {
  const comments = new RegExp(`[^\\n]*(?:\\n[ \\t]{${column + 1},}#[^\\n]*)*`, 'y');
  comments.lastIndex = offset;
  return offset + (comments.exec(text)?.[0].length ?? 0);
}

/** A file with more secrets than this is no configuration, and looking for each on every line takes its time. */
const MAX_COPIED = 20;

/** The forms in which the secrets may occur elsewhere, for example in a comment. */
const copiesOf = (known: readonly { readonly text: string }[]): readonly string[] =>
  formsOf([...new Set(known.map(({ text }) => text))].slice(0, MAX_COPIED)).map(({ text }) => text);

/** The secrets of a file: the values of keys that sound like one. */
export function secretsIn(document: ConfigDocument): readonly string[] {
  return secretEntries(document)
    .map(({ text }) => text)
    .slice(0, MAX_COPIED);
}

function spansOf(copies: readonly string[], line: Line): readonly Span[] {
  return copies.flatMap((copy) => {
    const spans: Span[] = [];
    for (let at = line.text.indexOf(copy); at >= 0; at = line.text.indexOf(copy, at + copy.length)) {
      spans.push({ start: line.start + at, end: line.start + at + copy.length });
    }
    return spans;
  });
}

/** A line that begins with a key, a comment or a marker, and so is not the rest of a value above it. */
const NEW_LINE = /^\s*(?:(?:["']?[\w.-]+["']?\s*:|#|-{3}|\.{3})(?:\s|$)|[}\]]?,?\s*$)/;

/** What a line's own look tells: every key with a secret's name, and where nothing has been parsed all that could belong to it. */
function guessedSpans(lines: Lines, document: ConfigDocument): readonly Span[] {
  const unread = startOfUnread(document);
  const known = new Map<string, boolean>();
  const spans: Span[] = [];
  let inside = -1;
  let isComment = false;
  for (const line of lines) {
    const [, lead = ''] = /^([\s#]*)/.exec(line.text) ?? [];
    const indent = lead.length;
    const isBelow = isComment
      ? lead.includes('#') && indent > inside
      : indent > inside || !NEW_LINE.test(line.text);
    if (inside >= 0 && isBelow && indent < line.text.length) {
      spans.push({ start: line.start + (isComment ? indent : 0), end: line.end });
      continue;
    }
    inside = -1;
    const secret = secretOnLine(line, line.start >= unread ? 0 : commentStart(line, document), known);
    if (secret === undefined) continue;
    spans.push(secret);
    isComment = lead.includes('#');
    // In a comment, what follows belongs to it only where it has no whole value yet.
    const value = line.text.slice(secret.start - line.start).trim();
    if (isComment ? /^(?:[|>][-+\d]*|["'][^"']*)?$/.test(value) : line.start >= unread) inside = indent;
  }
  return spans;
}

/** All that follows the first key with a secret's name, or in a comment and where nothing has been parsed just the word. */
function secretOnLine(
  line: Line,
  freeFrom: number | undefined,
  known: Map<string, boolean>,
): Span | undefined {
  const behindKey = behindSecretKey(line.text, known);
  const behindWord = freeFrom === undefined ? undefined : behindSecretWord(line.text, freeFrom);
  if (behindKey === undefined && behindWord === undefined) return undefined;
  return { start: line.start + Math.min(behindKey ?? Infinity, behindWord ?? Infinity), end: line.end };
}

function behindSecretWord(text: string, from: number): number | undefined {
  const found = /(?:secret|passw|private)(?:[\w"']*\s*[:=])?/i.exec(text.slice(from));
  return found === null ? undefined : from + found.index + found[0].length;
}

/** The offset after which nothing was parsed. */
function startOfUnread({ problems, text }: ConfigDocument): number {
  if (problems.some(({ code }) => code === 'yaml-syntax' || code === 'not-a-mapping')) return 0;
  const end = problems.find(
    ({ code }) => code === 'yaml-after-end-marker' || code === 'yaml-multiple-documents',
  );
  return end?.span.start ?? text.length + 1;
}

/** The column of the line's comment; a `#` inside a value does not count. */
function commentStart(line: Line, { entries }: ConfigDocument): number | undefined {
  const found = [...line.text.matchAll(/(?<=^|\s)#/g)].find(({ index }) => {
    const at = line.start + index;
    const entry = entries[lastUpTo(entries, at, ({ key }) => key.start)];
    return entry?.kind !== 'scalar' || at < entry.value.start || entry.value.end <= at;
  });
  return found?.index;
}

interface Piece {
  readonly source: string;
  readonly isSecret: boolean;
  /** No part of it is on another line. */
  readonly isWhole?: boolean;
}

function show(line: Line, secrets: readonly Span[]): ShownLine {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { start, end } of merged(secrets)) {
    const from = Math.max(at, start - line.start);
    const to = Math.min(line.text.length, end - line.start);
    if (to <= from) continue;
    pieces.push({ source: line.text.slice(at, from), isSecret: false });
    const isWhole = start >= line.start && end <= line.end;
    pieces.push({ source: line.text.slice(from, to), isSecret: true, isWhole });
    at = to;
  }
  return joined([...pieces, { source: line.text.slice(at), isSecret: false }].flatMap(shownPiece));
}

/** Spans that touch as one. */
function merged(spans: readonly Span[]): readonly Span[] {
  const found: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    const last = found.at(-1);
    if (last !== undefined && span.start <= last.end)
      found.splice(-1, 1, { start: last.start, end: Math.max(last.end, span.end) });
    else found.push(span);
  }
  return found;
}

/** One stretch of the source and what is shown for it. */
interface Stretch {
  readonly source: string;
  readonly shown: string;
}

/** A value that is all there is on its line, so that its end is the secret's own. */
const SIMPLE = /^(\s*(["']?))([^\s"',{}[\]#]+)(\2\s*)$/;

function shownPiece({ source, isSecret, isWhole }: Piece): readonly Stretch[] {
  if (isSecret) {
    const [, open = '', , inner = '', close = ''] = (isWhole === true ? SIMPLE.exec(source) : null) ?? [];
    if (inner !== '') {
      return [...eachCharacter(open), { source: inner, shown: maskSecret(inner) }, ...eachCharacter(close)];
    }
    const [space = ''] = /^\s*/.exec(source) ?? [];
    const rest = source.slice(space.length);
    return [...eachCharacter(space), { source: rest, shown: /^(?:""|'')?\s*$/.test(rest) ? rest : MASK }];
  }
  // What looks like a secret is one stretch, everything else a stretch a character.
  return maskLongRuns(source) === source
    ? eachCharacter(source)
    : splitRuns(source).flatMap((run) =>
        maskLongRuns(run) === run
          ? eachCharacter(run)
          : [{ source: run, shown: printable(maskLongRuns(run)) }],
      );
}

const splitRuns = (text: string): readonly string[] => text.match(/[^\s"']+|[\s"']+/g) ?? [];

const eachCharacter = (text: string): readonly Stretch[] =>
  Array.from(text, (source) => ({ source, shown: source === '\t' ? '⇥' : printable(source) }));

function joined(stretches: readonly Stretch[]): ShownLine {
  const starts: number[] = [];
  let text = '';
  for (const { source, shown } of stretches) {
    for (const from of new Array<number>(source.length).fill(text.length)) starts.push(from);
    text += shown;
  }
  return { text, column: (column) => starts[column] ?? text.length };
}
