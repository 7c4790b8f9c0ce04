/**
 * The plain subset of YAML that yaml.v2 (the Go servers) and js-yaml 3 and 4 (the Node servers) read alike. They disagree in many places:
 * merge keys, tabs, dates, numbers, folding, escapes. A list of known differences is never complete, so everything outside the subset
 * is reported. tests/campaigns/readers.ts runs the readers themselves on the rest.
 */
import type { Span } from './types.ts';

/** A part of the text outside the subset, at most one per line. */
export interface Deviation {
  readonly span: Span;
  readonly reason: string;
}

/** A word without quotes. In front of it `-`, `?`, `:`, `@` and `%` mean something else, and `:` at its end makes it a key. */
const WORD = '[A-Za-z0-9._/+~](?:[A-Za-z0-9._/:@+~%-]*[A-Za-z0-9._/@+~%-])?';
/** yaml.v2 refuses `\/` and surrogates. A configuration does not need the other escapes of YAML. */
const ESCAPE = String.raw`\\(?:["\\tn]|x[0-9A-Fa-f]{2}|u(?![dD][89A-Fa-f])[0-9A-Fa-f]{4})`;
const DOUBLE = String.raw`"(?:[^"\\\t]|${ESCAPE})*"`;
const SINGLE = "'(?:[^'\\t]|'')*'";
const SCALAR = `${DOUBLE}|${SINGLE}|${WORD}`;
/** In js-yaml 3 `__proto__` changes the prototype of the mapping, which adds invisible keys. */
const KEY = `(?!["']?__proto__)(?:"[^"\\\\\\t]*"|'[^'\\t]*'|[A-Za-z_][A-Za-z0-9_-]*)`;
const PAIR = `(?:${KEY}) ?: +(?:${SCALAR})`;
const FLOW = `\\{ *(?:${PAIR}(?: *, *${PAIR})*)? *\\}`;

const END = '(?: +#.*| *)$';
const EMPTY = /^ *(?:#.*)?$/;
const MARKER = new RegExp(`^(---|\\.\\.\\.)${END}`);
const ENTRY = new RegExp(`^( *)(${KEY}) *:(?: +(${SCALAR}|${FLOW}))?${END}`);
const SCALARS = new RegExp(SCALAR, 'g');
const WHOLE_WORD = new RegExp(`^${WORD}$`);

/** White space and line ends beyond ASCII: read differently outside of comments. */
export const WIDE_SPACE = /[\u0085\u00a0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff]/;

/** A word that one reader reads as a number or a date, and another as a different number or a text. */
const NUMBER_TO_SOME =
  /^(?:[-+]?(?:0[0-9_]+|0[bB][01_]+|0[oO][0-7_]*|0[xX][\da-fA-F_]+|\d[\d_]*(?::[0-5]?\d)+(?:\.\d*)?|(?:\d[\d_]*\.?[\d_]*|\.[\d_]+)(?:[eE][-+]?\d+)?|\.(?:inf|Inf|INF))|\.(?:nan|NaN|NAN)|\d{4}-\d\d?-\d\d?(?:[Tt ].*)?)$/;
/** A number to all of them, with the same value. */
const PLAIN_NUMBER = /^(?:0|-?[1-9]\d{0,14})$/;
/** Spellings of `null` that only one reader knows. */
const ODD_NULL = /^(?:nULL|NUll)$/;

const VALUE = `^ *(?:${KEY}) *: +`;

/** Why a line is not plain: the first match. Its first group is marked, or the whole line without a group. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/^ *<< *:/, 'a merge key'],
  [/^(?:[^"'#]|"[^"]*"|'[^']*')*?(\t[ \t]*)/d, 'a tab outside quotes'],
  [new RegExp(`${VALUE}("[^"]*\\\\.*)`, 'd'), 'an escape sequence that YAML readers read differently'],
  [new RegExp(`${VALUE}([|>].*)`, 'd'), 'a value on several lines'],
  [
    new RegExp(`${VALUE}(["'].*)`, 'd'),
    'a quoted value that continues on the next line, or has text after the quotes',
  ],
  [new RegExp(`${VALUE}(\\[.*)`, 'd'), 'a list'],
  [new RegExp(`${VALUE}(\\{.*)`, 'd'), 'braces with more than a plain `{key: value}` on one line'],
  [new RegExp(`${VALUE}(.+?)(?: +#.*)?$`, 'd'), 'special characters without quotes'],
  [/^ *- /, 'a list'],
  [/^/, 'not `key: value` on one line'],
];
const MISPLACED = '`---` is supported only at the top of the file, and `...` only at the end';
const NUMBER = 'a number or date that YAML readers read differently';
const SPACE = 'a space character that is not ASCII';

/** The parts of a text that are outside of the plain subset, in order. The text has no byte order mark. */
export function deviations(text: string): readonly Deviation[] {
  const found: Deviation[] = [];
  const markers = { started: false, ended: false };
  let start = 0;
  for (const whole of text.split('\n')) {
    const line = whole.endsWith('\r') ? whole.slice(0, -1) : whole;
    const deviation = deviationIn(line, markers);
    if (deviation !== undefined) {
      const { from, to, reason } = deviation;
      found.push({ span: { start: start + from, end: start + to }, reason });
    }
    start += whole.length + 1;
  }
  return found;
}

interface InLine {
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

interface Markers {
  started: boolean;
  ended: boolean;
}

function deviationIn(line: string, markers: Markers): InLine | undefined {
  if (EMPTY.test(line)) return undefined;
  const marker = MARKER.exec(line)?.[1];
  // Text after the end marker is another finding.
  if (markers.ended && marker === undefined) return undefined;
  const isInPlace = !markers.ended && (marker === '...' || !markers.started);
  // A directive, which is another finding, comes before the marker.
  markers.started ||= !line.startsWith('%');
  markers.ended ||= marker === '...';
  if (marker !== undefined) return isInPlace ? undefined : wholeLine(line, MISPLACED);
  const entry = ENTRY.exec(line);
  if (entry === null) return notPlain(line);
  const [, indent = '', key = '', value = ''] = entry;
  const afterKey = indent.length + key.length;
  if (WIDE_SPACE.test(key + value)) return wholeLine(line, SPACE);
  const words = value.startsWith('{') ? wordsIn(value) : [value];
  if (!words.some(isOddWord)) return undefined;
  const first = line.indexOf(value, afterKey);
  return { from: first, to: first + value.length, reason: NUMBER };
}

/** The values and keys of a flow mapping. */
const wordsIn = (flow: string): readonly string[] => flow.match(SCALARS) ?? [];

const isOddWord = (word: string): boolean =>
  !/^["']/.test(word) && (isNumberToSome(word) || ODD_NULL.test(word));

/** Whether a reader reads a word without quotes as a number or a date, and not all of them as the same number. */
const isNumberToSome = (word: string): boolean =>
  !PLAIN_NUMBER.test(word) &&
  // yaml.v2 ignores every `_`.
  (NUMBER_TO_SOME.test(word) || (/^[-+.\d]/.test(word) && NUMBER_TO_SOME.test(word.replaceAll('_', ''))));

/** A text without quotes that all readers read as the same text, number, boolean or null. */
export const isPlainWord = (word: string): boolean => WHOLE_WORD.test(word) && !isOddWord(word);

/** A text on one line, without quotes and with unusual characters, that all readers read as that text. */
export const isSafeText = (word: string): boolean =>
  /^[A-Za-z0-9/.][\x20-\x7e]*$/.test(word) && !isOddWord(word);

function notPlain(line: string): InLine {
  for (const [pattern, reason] of REASONS) {
    const found = pattern.exec(line);
    if (found === null) continue;
    const [from, to] = found.indices?.[1] ?? [];
    return from === undefined || to === undefined ? wholeLine(line, reason) : { from, to, reason };
  }
  return wholeLine(line, '');
}

const wholeLine = (line: string, reason: string): InLine => ({
  from: line.length - line.trimStart().length,
  to: line.trimEnd().length,
  reason,
});
