/** Lines of a configuration file as they may be shown: every secret masked, everything else as it is written. */
import { maskLongRuns, maskSecret, printable } from '../text/display.ts';
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

/** Whether a key's name, misspelt or not, says that its value is secret. */
function isSecretKey(name: string): boolean {
  return SECRET_KEY.test(name) || meantKey([name], 'flat')?.path === keyOf('clientSecret', 'flat')?.path;
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

/** The values whose key says that they are secret: where they stand, and what they are. */
function secretEntries({ entries, text }: ConfigDocument): readonly (Span & { readonly text: string })[] {
  return entries
    .filter(({ path }) => isSecretKey(path.at(-1) ?? ''))
    .map(({ key, value, parsed, kind, style }) => {
      const rest = text.slice(value.end);
      const behind = rest.split(/\r?\n/, 1)[0] ?? '';
      // A secret with a # in it, or before it, goes on in what YAML takes for a comment.
      const isNothing = kind === 'missing' || parsed === null;
      const isCut = isNothing || (style === 'plain' && /^\s+#\S/.test(behind));
      // So does one that is broken before it, on the next line.
      const [below = '', blanks = ''] = /^[ \t]*\r?\n([ \t]*)#\S.*/.exec(rest) ?? [];
      const column = key.start - (text.lastIndexOf('\n', key.start) + 1);
      const isBroken = blanks.length > column;
      return {
        start: value.start,
        end: value.end + (isBroken ? below.length : isCut ? behind.length : 0),
        text: typeof parsed === 'object' ? '' : String(parsed),
      };
    });
}

/** A file with more secrets than this is no configuration, and looking for each on every line takes its time. */
const MAX_COPIED = 20;

/** The forms in which the secrets may stand elsewhere, in a comment say. */
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

/** Where nothing has been parsed (comments, what follows a fault), the line's own look has to do. */
function guessedSpans(lines: Lines, document: ConfigDocument): readonly Span[] {
  const unread = startOfUnread(document);
  const spans: Span[] = [];
  let inside = -1;
  for (const line of lines) {
    const indent = line.text.search(/\S/);
    if (inside >= 0 && (indent > inside || !NEW_LINE.test(line.text))) {
      spans.push({ start: line.start, end: line.end });
      continue;
    }
    inside = -1;
    const from = line.start >= unread ? 0 : commentStart(line, document);
    const secret = from === undefined ? undefined : guessSecret(line, from);
    if (secret === undefined) continue;
    spans.push(secret);
    if (line.start >= unread && !/^\s*#/.test(line.text)) inside = indent;
  }
  return spans;
}

/** The offset behind which no value has a place of its own. */
function startOfUnread({ problems, text }: ConfigDocument): number {
  if (problems.some(({ code }) => code === 'yaml-syntax' || code === 'not-a-mapping')) return 0;
  const end = problems.find(
    ({ code }) => code === 'yaml-after-end-marker' || code === 'yaml-multiple-documents',
  );
  return end?.span.start ?? text.length + 1;
}

/** The column of the line's comment; a `#` inside of a value is none. */
function commentStart(line: Line, { entries }: ConfigDocument): number | undefined {
  const found = [...line.text.matchAll(/(?<=^|\s)#/g)].find(({ index }) => {
    const at = line.start + index;
    const entry = entries[lastUpTo(entries, at, ({ key }) => key.start)];
    return entry?.kind !== 'scalar' || at < entry.value.start || entry.value.end <= at;
  });
  return found?.index;
}

/** All that follows a key that sounds secret. */
function guessSecret(line: Line, from: number): Span | undefined {
  const text = line.text.slice(from);
  const named = /secret|passw|private/i.exec(text) ?? secretName(text);
  if (named === undefined) return undefined;
  const behind = named.index + named[0].length;
  const colon = /^[\w"']*\s*[:=]/.exec(text.slice(behind))?.[0].length ?? 0;
  return { start: line.start + from + behind + colon, end: line.end };
}

/** The first key of a line that is a misspelt secret's. */
function secretName(text: string): RegExpExecArray | undefined {
  return [...text.matchAll(/[\w-]+(?=["']?\s*[:=])/g)].find(([name]) => isSecretKey(name));
}

interface Piece {
  readonly source: string;
  readonly isSecret: boolean;
}

function show(line: Line, secrets: readonly Span[]): ShownLine {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { start, end } of [...secrets].sort((a, b) => a.start - b.start)) {
    const from = Math.max(at, start - line.start);
    const to = Math.min(line.text.length, end - line.start);
    if (to <= from) continue;
    pieces.push({ source: line.text.slice(at, from), isSecret: false });
    pieces.push({ source: line.text.slice(from, to), isSecret: true });
    at = to;
  }
  return joined([...pieces, { source: line.text.slice(at), isSecret: false }].flatMap(shownPiece));
}

/** One stretch of the source and what is shown for it. */
interface Stretch {
  readonly source: string;
  readonly shown: string;
}

function shownPiece({ source, isSecret }: Piece): readonly Stretch[] {
  if (isSecret) {
    const [, open = '', inner = '', close = ''] = /^(\s*["']?)(.*?)(["']?\s*)$/s.exec(source) ?? [];
    return [
      ...eachCharacter(open),
      { source: inner, shown: inner === '' ? '' : maskSecret(inner) },
      ...eachCharacter(close),
    ];
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
