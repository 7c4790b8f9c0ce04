/** Parses a file with the `yaml` library into entries and problems. Never throws. */
import type { CST } from 'yaml';
import * as yaml from 'yaml';
import type { ConfigDocument, Entry, Path, Scalar, Span, SyntaxCode, SyntaxProblem, Value } from './types.ts';

/** What a text holds. */
type Contents = Pick<ConfigDocument, 'problems' | 'root' | 'entries'>;

/** What one of the readers (the Go server's, the Node server's, this one) refuses, or takes for the end of a line. */
const UNREADABLE =
  /[\0-\x08\v\f\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|\r(?!\n)|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Nesting that no configuration needs; beyond it the recursion here and in the library could exhaust the stack. */
const MAX_DEPTH = 64;

/**
 * Words, signs, comments and line ends in a file at most: more than six hundred keys' worth. Each takes up to 50 µs, in the library and
 * in the rules, so that without a limit a file of the allowed size made of nothing but brackets would take seconds.
 */
const MAX_TOKENS = 5_000;
/** Length of one of them at most, in UTF-16 units: each escape in a quoted text can be an error of its own. */
const MAX_TOKEN_LENGTH = 16_384;

/** Problems that were already found in the tokens, where their path is known. */
const TOLD_ELSEWHERE = /^(ALIAS_PROPS|BAD_ALIAS|MULTIPLE_ANCHORS|MULTIPLE_TAGS|TAG_RESOLVE_FAILED)$/;

/** The library's own messages quote the file, and so perhaps a secret. */
const WORDS: Partial<Record<yaml.ErrorCode, string>> = {
  BAD_DQ_ESCAPE: 'unknown escape sequence; in double quotes write a backslash as \\\\',
  BAD_INDENT: 'wrong indentation',
  BAD_SCALAR_START: 'a value that starts with this character must be in quotes',
  BLOCK_AS_IMPLICIT_KEY:
    'a second key on the same line; a value with a colon and a space in it must be in quotes',
  KEY_OVER_1024_CHARS: 'a key is longer than 1024 characters',
  MISSING_CHAR: 'expected a colon and a space after the key, a closing quote or bracket, or a comma',
  MULTILINE_IMPLICIT_KEY: 'a key on several lines: a colon is missing here, or a closing quote above',
  NON_STRING_KEY: 'a key must be a plain name',
  TAB_AS_INDENT: 'a tab in the indentation; use spaces',
  UNEXPECTED_TOKEN: 'unexpected character; a value with special characters must be in quotes',
};

const MANY_TOKENS = `more than ${MAX_TOKENS} words, signs and lines`;
const LONG_TOKEN = `a line or value of more than ${MAX_TOKEN_LENGTH} characters`;
const NO_ANCHORS = 'anchors (&) and aliases (*) are not supported';
const NO_TAGS = 'tags (!) are not supported';

/** Reads a text without a byte order mark. Never throws. */
export function readYaml(text: string): Contents {
  const reading = new Reading(text);
  const root = reading.read();
  return {
    problems: reading.sortedProblems(),
    root,
    entries: reading.entries.sort((a, b) => a.key.start - b.key.start),
  };
}

/** One pass over a text; collects entries and problems as it goes. */
class Reading {
  readonly entries: Entry[] = [];
  readonly #problems: SyntaxProblem[] = [];
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  read(): ConfigDocument['root'] {
    const at = this.#text.search(UNREADABLE);
    if (at >= 0)
      this.#problem(
        'yaml-syntax',
        at,
        1,
        'a control character or another character that YAML does not allow',
      );
    // The lexer uses some control characters as marks of its own; one for one, so that the positions stay right.
    const tokens = this.#tokens(at < 0 ? this.#text : this.#text.replace(UNREADABLE, '\uFFFD'));
    if (tokens === undefined) return emptyMapping();
    const contents = this.#compose(this.#firstDocument(tokens));
    this.#unclosed(contents, []);
    if (yaml.isMap(contents)) return this.#mapping(contents, [], true).parsed;
    const [start, end] = rangeOf(contents);
    const empty = contents === null || (yaml.isScalar(contents) && start === end);
    if (!empty && !this.#problems.some(({ code }) => code === 'yaml-syntax')) {
      this.#problem('not-a-mapping', start, end - start, 'the file must consist of `key: value` lines');
    }
    // Not a mapping, so without entries, but an alias in it is a problem all the same.
    this.#value(contents, [], false);
    return emptyMapping();
  }

  /** In order of position, one of a kind at each. */
  sortedProblems(): readonly SyntaxProblem[] {
    const seen = new Set<string>();
    return this.#problems
      .sort((a, b) => a.span.start - b.span.start)
      .filter(({ code, span }) => !seen.has(`${code} ${span.start}`) && seen.add(`${code} ${span.start}`));
  }

  #problem(code: SyntaxCode, at: number, length: number, detail: string, path: Path = [], related?: Span) {
    const start = Math.min(at, this.#text.length);
    const end = Math.min(at + Math.max(length, 0), this.#text.length);
    this.#problems.push({ code, span: { start, end }, path, detail, ...(related && { related }) });
  }

  #tokens(text: string): CST.Token[] | undefined {
    const parser = new yaml.Parser();
    const tokens: CST.Token[] = [];
    let count = 0;
    for (const lexeme of new yaml.Lexer().lex(text)) {
      count += 1 + lineEndsIn(lexeme);
      const isLong = lexeme.length > MAX_TOKEN_LENGTH;
      if (isLong || count > MAX_TOKENS) {
        this.#problem('file-too-large', parser.offset, 1, isLong ? LONG_TOKEN : MANY_TOKENS);
        return undefined;
      }
      for (const token of parser.next(lexeme)) tokens.push(token);
      if (parser.stack.length > MAX_DEPTH) {
        this.#problem('yaml-syntax', parser.offset - 1, 1, `more than ${MAX_DEPTH} levels of nesting`);
        return undefined;
      }
    }
    return [...tokens, ...parser.end()];
  }

  /** The tokens of the first document of the stream; what else the stream holds is a problem. */
  #firstDocument(tokens: readonly CST.Token[]): CST.Token[] {
    const own: CST.Token[] = [];
    let started = false;
    let ended = false;
    for (const token of tokens) {
      const marker = token.type === 'document' && token.start.find(({ type }) => type === 'doc-start');
      if (token.type === 'directive') {
        const detail = 'a line that starts with % changes how YAML is read';
        this.#problem('yaml-directive', token.offset, token.source.length, detail);
      } else if (started && marker) {
        this.#problem('yaml-multiple-documents', marker.offset, 3, 'a second document starts here');
        return own;
      } else if (ended || token.type === 'doc-end') {
        ended = true;
        const rest = token.type === 'doc-end' ? (token.end ?? []) : [token];
        if (rest.some((part) => this.#afterEnd(part))) return own;
      } else {
        if (token.type === 'document') started = true;
        if (token.type === 'document') this.#properties(token.start, []);
        own.push(token);
      }
    }
    return own;
  }

  /** Reports the first text after `...` that is not a comment; false if the token has none. */
  #afterEnd(token: CST.Token): boolean {
    const parts =
      token.type === 'document' ? [...token.start, ...(token.value ? [token.value] : [])] : [token];
    const first = parts.find(({ type }) => !/^(space|newline|comment|doc-end)$/.test(type));
    if (first === undefined) return false;
    const length = /.*/.exec(this.#text.slice(first.offset))?.[0].trimEnd().length ?? 0;
    this.#problem('yaml-after-end-marker', first.offset, length, 'text after the line `...` is not read');
    return true;
  }

  #compose(tokens: Iterable<CST.Token>): unknown {
    const composer = new yaml.Composer({
      schema: 'core',
      stringKeys: true,
      uniqueKeys: false,
      prettyErrors: false,
      keepSourceTokens: true,
      resolveKnownTags: false,
    });
    const [document] = composer.compose(tokens, true, this.#text.length);
    for (const { code, pos } of [...(document?.errors ?? []), ...(document?.warnings ?? [])]) {
      if (TOLD_ELSEWHERE.test(code)) continue;
      this.#problem('yaml-syntax', pos[0], pos[1] - pos[0], WORDS[code] ?? 'unexpected text');
    }
    return document?.contents;
  }

  #properties(tokens: readonly CST.SourceToken[], path: Path): void {
    for (const { type, offset, source } of tokens) {
      if (type === 'anchor') this.#problem('yaml-alias', offset, source.length, NO_ANCHORS, path);
      if (type === 'tag') this.#problem('yaml-tag', offset, source.length, NO_TAGS, path);
    }
  }

  /** `listed`: the mappings in it have entries. */
  #value(node: unknown, path: Path, listed: boolean): Read {
    this.#unclosed(node, path);
    if (yaml.isMap(node)) return this.#mapping(node, path, listed);
    if (yaml.isSeq(node)) return this.#sequence(node, path);
    const [start, end] = rangeOf(node);
    if (yaml.isAlias(node)) this.#problem('yaml-alias', start, end - start, NO_ANCHORS, path);
    if (!yaml.isScalar(node)) return { parsed: null, end };
    const block = form(node).style === 'block';
    return { parsed: scalarValue(node.value), end: block ? endOfBlock(this.#text, end) : end };
  }

  /** The library complains of the line where it gives up; the opening bracket or quote is what has to be looked at. */
  #unclosed(node: unknown, path: Path): void {
    const token = yaml.isNode(node) ? node.srcToken : undefined;
    if (token === undefined) return;
    const [start] = rangeOf(node);
    const sign = this.#text[start] ?? '';
    if (token.type === 'flow-collection' && !token.end.some(({ source }) => source === '}' || source === ']'))
      this.#problem('yaml-syntax', start, 1, `no closing bracket for ${sign}`, path);
    const isQuoted = token.type === 'double-quoted-scalar' || token.type === 'single-quoted-scalar';
    if (isQuoted && (token.source.length < 2 || !token.source.endsWith(sign)))
      this.#problem('yaml-syntax', start, 1, 'no closing quote', path);
  }

  #sequence(node: yaml.YAMLSeq, path: Path): Read {
    let end = rangeOf(node)[0];
    const source = node.srcToken as CST.BlockSequence | CST.FlowCollection | undefined;
    for (const item of source?.items ?? []) {
      this.#properties([...item.start, ...(item.sep ?? [])], path);
      const dash = item.start.find(({ type }) => type === 'seq-item-ind');
      if (dash) end = dash.offset + 1;
    }
    const read = node.items.map((item, index) => this.#value(item, [...path, String(index)], false));
    end = node.flow ? rangeOf(node)[1] : Math.max(end, read.at(-1)?.end ?? 0);
    return { parsed: read.map(({ parsed }) => parsed), end };
  }

  #mapping(node: yaml.YAMLMap, path: Path, listed: boolean): Read<ConfigDocument['root']> {
    const parsed = emptyMapping();
    const first = new Map<string, Span>();
    let last = rangeOf(node)[1];
    for (const { key, value, srcToken } of node.items) {
      const colon = srcToken?.sep?.find(({ type }) => type === 'map-value-ind');
      const behindKey = colon ? colon.offset + 1 : rangeOf(key)[1];
      const own = yaml.isScalar(key) && typeof key.value === 'string' ? [...path, key.value] : path;
      this.#properties([...(srcToken?.start ?? []), ...(srcToken?.sep ?? [])], own);
      const read = this.#value(value, own, listed);
      const source = srcToken?.value;
      const missing = !source || !value || (source.type === 'scalar' && source.source === '');
      last = missing ? behindKey : read.end;
      const name = own.at(-1);
      if (own === path || name === undefined) continue; // not a plain name, which is a problem already
      const [start, end] = rangeOf(key);
      // To the Node server's reader an error, or the key `null`.
      if (start === end) this.#problem('yaml-syntax', start, 1, 'no key before the colon', own);
      const earlier = first.get(name);
      if (earlier) {
        const detail = `duplicate key, first on line ${1 + lineEndsIn(this.#text.slice(0, earlier.start))}`;
        this.#problem('yaml-duplicate-key', start, end - start, detail, own, earlier);
      } else first.set(name, { start, end });
      parsed[name] = read.parsed;
      if (!listed) continue;
      const span = { start: missing ? behindKey : rangeOf(value)[0], end: last };
      const { kind, style } = missing ? MISSING : form(value);
      this.entries.push({ path: own, key: { start, end }, value: span, parsed: read.parsed, kind, style });
    }
    return { parsed, end: node.flow ? rangeOf(node)[1] : last };
  }
}

/** Without a prototype, so that `toString` is there only if the file says so. */
function emptyMapping(): Record<string, Value> {
  return Object.create(null) as Record<string, Value>;
}

interface Read<T extends Value = Value> {
  readonly parsed: T;
  /** The end of the node's source; the library includes trailing comments and empty lines. */
  readonly end: number;
}

const STYLES = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'block',
  BLOCK_FOLDED: 'block',
} as const;
const MISSING = { kind: 'missing', style: undefined } as const;

function form(node: unknown): Pick<Entry, 'kind' | 'style'> {
  if (yaml.isCollection(node)) {
    return { kind: yaml.isMap(node) ? 'mapping' : 'sequence', style: node.flow ? 'flow' : 'block' };
  }
  const type = yaml.isScalar(node) ? node.type : undefined;
  return { kind: 'scalar', style: type === undefined ? 'plain' : STYLES[type] };
}

function scalarValue(value: unknown): Scalar {
  const known = typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string';
  return known ? value : null;
}

/** `[start, end of the value, end with what trails it]` */
function rangeOf(node: unknown): readonly [number, number, number] {
  return (yaml.isNode(node) ? node.range : undefined) ?? [0, 0, 0];
}

/** The end of a block scalar without the empty lines after it. */
function endOfBlock(text: string, end: number): number {
  let last = end;
  for (let at = end; ; last = at) {
    while (text[at - 1] === ' ' || text[at - 1] === '\t') at--;
    if (text[at - 1] !== '\n') return last;
    at -= text[at - 2] === '\r' ? 2 : 1;
  }
}

function lineEndsIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
