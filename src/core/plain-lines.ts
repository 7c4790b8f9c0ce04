/**
 * Reads files of plain lines, which most configurations consist of: comments, and keys with a word or a quoted text
 * behind them, as deep as they are indented. That takes a tenth of the time of reading any YAML. Whatever else a file
 * holds is left to the reader of all YAML (yaml-reading.ts), to which this one must never say anything different.
 */
import type { ConfigDocument, Entry, Path, Value } from './document.ts';

/** What a text holds, whoever reads it. */
export type Contents = Pick<ConfigDocument, 'problems' | 'root' | 'entries'>;

/** What one of the readers (the Go server's, the Node server's, this one) refuses, or takes for the end of a line. */
export const UNREADABLE =
  /[\0-\x08\v\f\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|\r(?!\n)|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Below every limit that the other reader has, and tells about. */
const MAX_LINES = 300;
const MAX_LINE_LENGTH = 1_000;
const MAX_DEPTH = 8;

const ASCII = /^[\n\x20-\x7e]*$/;
const KEY = '[A-Za-z_][\\w-]*';
const DOUBLE = '"[^"\\\\\\t]*"';
const SINGLE = "'[^'\\t]*'";
const WORD = '[A-Za-z/.](?:[\\w/.:@%+-]*[\\w/%+-])?|0|[1-9]\\d{0,8}';
/** Indent, key and the source of the value; a line of blanks or a comment has no key. */
const LINE = new RegExp(`^( *)(?:(${KEY}):(?: +(${DOUBLE}|${SINGLE}|${WORD}))?(?: +#.*| *)|#.*|)$`);
/** What is no text without quotes, or not to every reader. */
const NOT_A_TEXT = /^(?:null|true|false|\.(?:\d.*|inf|nan))$/i;

/** A mapping whose entries are being read. */
interface Mapping {
  readonly indent: number;
  readonly path: Path;
  readonly parsed: Record<string, Value>;
}

type Draft = { -readonly [Property in keyof Entry]: Entry[Property] };
type Scalar = Pick<Entry, 'parsed' | 'style'>;

/** What a text of plain lines holds; undefined where it holds anything else, or much. */
export function readPlainLines(text: string): Contents | undefined {
  // What new files begin with.
  if (text === '') return { problems: [], root: emptyMapping(), entries: [] };
  if (!ASCII.test(text) && (text.includes('\r') || text.search(UNREADABLE) >= 0)) return undefined;
  const lines = text.split('\n');
  if (lines.length > MAX_LINES) return undefined;
  const reading = new Reading();
  let start = 0;
  for (const line of lines) {
    if (line.length > MAX_LINE_LENGTH || !reading.take(line, start)) return undefined;
    start += line.length + 1;
  }
  return reading.contents();
}

/** One pass over the lines. */
class Reading {
  readonly #entries: Draft[] = [];
  readonly #open: [Mapping, ...Mapping[]] = [{ indent: 0, path: [], parsed: emptyMapping() }];
  #isStarted = false;
  #isEnded = false;

  /** Takes a line that starts at that offset; false for one that is not plain, or not where it could be. */
  take(line: string, start: number): boolean {
    if (this.#isEnded) return line === '';
    if (line === '...') return (this.#isEnded = true);
    if (line === '---') return !this.#isStarted && (this.#isStarted = true);
    const parts = LINE.exec(line);
    if (parts === null) return false;
    const key = parts[2];
    if (key === undefined) return true;
    const indent = parts[1]?.length ?? 0;
    const source = parts[3];
    this.#isStarted = true;
    const behindKey = indent + key.length + 1;
    const value = source === undefined ? undefined : scalar(source);
    if ((source !== undefined && value === undefined) || NOT_A_TEXT.test(key)) return false;
    const mapping = this.#mappingAt(indent, start + indent);
    if (mapping === undefined || key in mapping.parsed) return false;
    const at = start + (source === undefined ? behindKey : line.indexOf(source, behindKey));
    mapping.parsed[key] = value?.parsed ?? null;
    this.#entries.push({
      path: [...mapping.path, key],
      key: { start: start + indent, end: start + behindKey - 1 },
      value: { start: at, end: at + (source?.length ?? 0) },
      parsed: value?.parsed ?? null,
      kind: value === undefined ? 'missing' : 'scalar',
      style: value?.style,
    });
    return true;
  }

  /** Undefined where there is no entry: the file may hold nothing, or something that is no mapping. */
  contents(): Contents | undefined {
    while (this.#open.length > 1) this.#close();
    const entries: readonly Entry[] = this.#entries;
    return entries.length === 0 ? undefined : { problems: [], root: this.#open[0].parsed, entries };
  }

  /** The mapping that a key with this indent belongs to; undefined where there can be none. */
  #mappingAt(indent: number, keyStart: number): Mapping | undefined {
    while (this.#innermost().indent > indent) this.#close();
    const mapping = this.#innermost();
    if (mapping.indent === indent) return mapping;
    const parent = this.#entries.at(-1);
    const isOwn = parent?.path.length === mapping.path.length + 1;
    if (parent?.kind !== 'missing' || !isOwn || this.#open.length === MAX_DEPTH) return undefined;
    const parsed = emptyMapping();
    mapping.parsed[parent.path.at(-1) ?? ''] = parsed;
    // Its end is known when it is closed.
    Object.assign(parent, {
      parsed,
      kind: 'mapping',
      style: 'block',
      value: { start: keyStart, end: keyStart },
    });
    const inner: Mapping = { indent, path: parent.path, parsed };
    this.#open.push(inner);
    return inner;
  }

  #innermost(): Mapping {
    return this.#open.at(-1) ?? this.#open[0];
  }

  /** A mapping ends where its last entry does. */
  #close(): void {
    const closed = this.#open.pop();
    const own = this.#entries.findLast(({ path }) => path === closed?.path);
    const end = this.#entries.at(-1)?.value.end ?? 0;
    if (own !== undefined) own.value = { start: own.value.start, end };
  }
}

/** Undefined for a word that is neither a text nor a number nor `true` or `false` to every reader. */
function scalar(source: string): Scalar | undefined {
  if (source.startsWith('"')) return { parsed: source.slice(1, -1), style: 'double' };
  if (source.startsWith("'")) return { parsed: source.slice(1, -1), style: 'single' };
  if (/^\d/.test(source)) return { parsed: Number(source), style: 'plain' };
  if (source === 'true' || source === 'false') return { parsed: source === 'true', style: 'plain' };
  return NOT_A_TEXT.test(source) ? undefined : { parsed: source, style: 'plain' };
}

/** Without a prototype, so that `toString` is there only if the file says so. */
export function emptyMapping(): Record<string, Value> {
  return Object.create(null) as Record<string, Value>;
}
