/**
 * Makes text safe to show: everything from AWS, files and arguments is made harmless before it reaches a terminal, and a
 * secret is never shown whole.
 */

/**
 * Controls, line separators, lone surrogates, and invisible characters: bidi controls, zero-width characters, fillers, tags,
 * variation selectors. They hide or change what a person sees. Variation selectors of an emoji are allowed.
 * Made when it is used, since the tables of Unicode take V8 a millisecond.
 */
const unsafe = (): RegExp =>
  /(?!(?<=\p{Extended_Pictographic})[\ufe0e\ufe0f])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;

/** Latin text, punctuation and arrows: safe, and one column each. Spares most runs the loading of Unicode tables. */
const PLAIN = /^[\u0020-\u007e\u00a1-\u00ac\u00ae-\u02af\u2010-\u2027\u2030-\u205e\u2190-\u2199]*$/;

/** Replaces every unsafe character by the result of `instead`. */
export function withoutUnsafe(text: string, instead: (character: string) => string): string {
  return PLAIN.test(text) ? text : text.replace(unsafe(), instead);
}

const escape = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;

/** One line of text with everything invisible written out as `\u{…}`. */
export function printable(text: string): string {
  return withoutUnsafe(text, escape);
}

/** Like `printable`, for text of several lines: line feeds stay. */
export function printableLines(text: string): string {
  return text
    .split('\n')
    .map((line) => printable(line.endsWith('\r') ? line.slice(0, -1) : line))
    .join('\n');
}

/**
 * Text in which a log of GitHub Actions finds no command: neither `::name::` at the start of a line nor `##[name]`
 * anywhere in it (actions/runner, `ActionCommand`). Its comparisons look past characters that are not seen, so the text
 * has to be `printable`.
 */
export function withoutCommands(text: string): string {
  return text.replace(/^(\s*):(?=:)/gm, '$1: ').replaceAll('##[', '## [');
}

/** Replaces what is not shown. */
export const MASK = '••••';

/** `••••` and the last 4 characters at most; of a short secret nothing at all. */
export function maskSecret(secret: string): string {
  return secret.length >= 16 ? `${MASK}${printable(secret.slice(-4))}` : MASK;
}

/** Cognito's secrets are runs of 50 or so word characters; URLs and ids are broken up or shorter. */
const LONG_RUN = /[A-Za-z0-9+_=]{40,}/g;

/** The password in an address. */
const URL_PASSWORD = /(:\/\/[^\s/?#:@]*:)[^\s/?#@]+(?=@)/g;

/** Masks everything with the length and shape of an app client secret, for text of unknown origin. */
export function maskLongRuns(text: string): string {
  return text.replace(URL_PASSWORD, `$1${MASK}`).replace(LONG_RUN, maskSecret);
}

/** The message for an unexpected error, with a final line feed. */
export function unexpectedText(error: unknown, withStack: boolean): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const stack =
    withStack && error instanceof Error ? `${printableLines(maskLongRuns(error.stack ?? ''))}\n` : '';
  return `${printable(maskLongRuns(text))}; report it with the output of --debug\n${stack}`;
}

/** At most `limit` characters, so that a value of 200 KB does not fill the terminal. */
export function clip(text: string, limit = 120): string {
  return text.length > limit ? `${text.slice(0, limit)}…` : text;
}

/** Text of unknown origin for a message: harmless, short, and without anything that looks like a secret. */
export const showForeign = (text: string, limit?: number): string =>
  printable(clip(maskLongRuns(text), limit));

/** A value for a message: harmless, short, and without anything that looks like a secret. */
export function showValue(value: unknown): string {
  if (typeof value !== 'string') return maskLongRuns(clip(JSON.stringify(value)));
  return `"${showForeign(value)}"`;
}

/** Characters that take two columns on a terminal: East Asian wide and full-width forms, and most emoji. Made when it is used, as above. */
const wide = (): RegExp =>
  /\p{Emoji_Presentation}|\ufe0f|[\u1100-\u115f\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** What a terminal draws as one character, with the columns that it takes. */
export function graphemes(text: string): readonly { readonly text: string; readonly width: number }[] {
  if (PLAIN.test(text)) return Array.from(text, (character) => ({ text: character, width: 1 }));
  const isWide = wide();
  return Array.from(new Intl.Segmenter('en').segment(text), ({ segment }) => ({
    text: segment,
    width: isWide.test(segment) ? 2 : /^\p{M}+$/u.test(segment) ? 0 : 1,
  }));
}

/** The columns that a line takes on a terminal. */
export function displayWidth(text: string): number {
  return graphemes(text).reduce((sum, { width }) => sum + width, 0);
}

/** A sentence begins with a capital letter. */
export const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** A path as one word of a POSIX shell, as it may be shown. */
export function shellWord(text: string): string {
  return /^[\w./@+-]+$/.test(text) ? text : `'${printable(text).replaceAll("'", `'\\''`)}'`;
}
