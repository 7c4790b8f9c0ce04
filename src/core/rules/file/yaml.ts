/** What is wrong with the file as YAML: found by the parser, or before it on the bytes. */
import type { ConfigDocument, SyntaxCode, SyntaxProblem } from '../../yaml/types.ts';
import { onFile, say, type Hint } from '../../text/hint.ts';
import { oncePerFile, type Facts } from './facts.ts';
import type { Hit } from '../finding.ts';
import { rule, shownPath, type Rule } from '../rule.ts';

type SyntaxRow = Pick<Rule<Facts>, 'title' | 'why' | 'fix' | 'isUnreadable'> & {
  readonly message: (detail: string) => string;
  readonly hint: Hint;
};

const SYNTAX: Readonly<Record<SyntaxCode, SyntaxRow>> = {
  'yaml-syntax': {
    isUnreadable: true,
    title: 'The file is not valid YAML',
    why: 'Neither server starts with a file that it cannot read.',
    fix: 'Mend the line that the finding points at; a missing quote or a tab at a line’s start is the usual reason.',
    message: (detail) => `not valid YAML, so the server does not start: ${detail}`,
    hint: 'Mend this place; a missing quote, a colon without a blank behind it or a tab is the usual reason.',
  },
  'yaml-duplicate-key': {
    title: 'A key stands twice',
    why: 'The Go server takes the last one without a word, so an edit of the first has no effect; the Node server does not start.',
    fix: 'Keep one of the two lines.',
    message: (detail) =>
      `${detail}: the Go server takes the last one without a word, the Node server does not start`,
    hint: 'Keep one of the two lines and delete the other.',
  },
  'yaml-multiple-documents': {
    title: 'The file holds more than one YAML document',
    why: 'The Go server reads the first document only, the Node server refuses the file.',
    fix: 'Put all keys into one document: remove the second `---`.',
    message: (detail) =>
      `${detail}: the Go server reads the first document only, the Node server does not start`,
    hint: 'Put all keys into one document: remove the second ---.',
  },
  'yaml-after-end-marker': {
    title: 'Something stands after the end marker `...`',
    why: 'What follows `...` is ignored by the Go server; the original template ends in that marker, so a line added at the end of the file has no effect.',
    fix: 'Move the lines above `...`, or remove the marker.',
    message: () =>
      'this stands below the end marker "...": the Go server ignores it, the Node server does not start',
    hint: 'Move these lines above "...", or remove the marker.',
  },
  'yaml-alias': {
    isUnreadable: true,
    title: 'An anchor or alias is used',
    why: 'Anchors (`&name`) and aliases (`*name`) make the file say things that nobody sees at the line itself, and a few of them can fill the memory of any reader. A value that begins with `&` or `*` is taken for one.',
    fix: 'Write the value out, or quote it if it begins with `&` or `*`.',
    message: (detail) => `${detail}: the servers follow them, so the line does not show what they read`,
    hint: 'Write the value out; quote it if it is meant to begin with & or *.',
  },
  'yaml-directive': {
    isUnreadable: true,
    title: 'A %YAML or other directive is used',
    why: '`%YAML 1.1` changes what words such as `on` mean, and not all readers agree on it.',
    fix: 'Remove the line that begins with `%`.',
    message: (detail) => `${detail}; the Go server starts with %YAML 1.1 only`,
    hint: 'Remove the line that begins with %.',
  },
  'yaml-tag': {
    isUnreadable: true,
    title: 'A tag is used',
    why: 'Tags such as `!!str` or `!secret` are read differently by the two servers.',
    fix: 'Remove the tag and quote the value where it is a text.',
    message: (detail) => `${detail}: one server drops them, the other may not start`,
    hint: 'Remove the tag; quote the value where it is a text.',
  },
  'not-a-mapping': {
    isUnreadable: true,
    title: 'The file is not a list of `key: value` lines',
    why: 'The server needs a mapping at the top of the file and does not start without one.',
    fix: 'Start from the server’s default file: `umconfig init`.',
    message: (detail) => `${detail}: the server does not start`,
    hint: say`Start from the server’s default file: ${onFile('init')}`,
  },
  'file-too-large': {
    isUnreadable: true,
    title: 'The file is far larger than a configuration',
    why: 'A configuration is a few hundred bytes. A file of more than 256 KB, of more than 5000 words, signs and lines, or with a value of more than 16384 characters is something else: a log or an image, say.',
    fix: 'Name the right file.',
    message: (detail) => `${detail}: this is not a configuration file`,
    hint: 'Name the right file with --config, or as the argument of validate.',
  },
};

// eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- an interface has no index signature
type DetailArgs = { readonly detail: string };

/** A file of nothing but comments is no fault of its YAML, but the server wants a mapping. */
const problemsOf = oncePerFile(({ document }): readonly SyntaxProblem[] => {
  const { problems, text, entries } = document;
  if (isTooLarge(document)) return problems.filter(({ code }) => code === 'file-too-large');
  // Behind the first syntax error the parser only guesses, and the servers stop there too.
  const first = problems.find(({ code }) => code === 'yaml-syntax');
  if (first !== undefined) return problems.filter((each) => each === first || each.code !== 'yaml-syntax');
  if (problems.length > 0 || entries.length > 0 || !isBlank(text)) return problems;
  return [{ code: 'not-a-mapping', span: { start: 0, end: 0 }, path: [], detail: 'the file holds no keys' }];
});

/** Then the rest of it has not been looked at. */
const isTooLarge = ({ problems }: ConfigDocument): boolean =>
  problems.some(({ code }) => code === 'file-too-large');

const isBlank = (text: string): boolean =>
  text.split('\n').every((line) => /^\s*(?:#.*|---.*|\.\.\..*|\{\s*\}\s*)?$/.test(line));

const syntaxRules = (Object.keys(SYNTAX) as SyntaxCode[]).map((code) => {
  const { message, hint, ...row } = SYNTAX[code];
  return rule<DetailArgs>({
    code,
    severity: 'error',
    ...row,
    check: (facts) => {
      const problems = problemsOf(facts);
      // In broken YAML a key may be a part of some value, so it is not named.
      const isBroken = problems.some((problem) => problem.code === 'yaml-syntax');
      return problems
        .filter((problem) => problem.code === code)
        .map(({ path, span, detail }) => ({ path: isBroken ? '' : shownPath(path), span, args: { detail } }));
    },
    message: ({ detail }) => message(detail),
    hint: () => hint,
  });
});

/** Codes that are seen on the bytes, before there is a document. */
export type SourceCode = 'file-too-large' | 'not-text';

/** The hit for bytes that cannot be read as text. */
export function sourceHit(args: DetailArgs): Hit {
  return { path: '', span: { start: 0, end: 0 }, args };
}

/** Above this nobody has written the file by hand, and YAML readers get slow. Bytes. */
export const MAX_FILE_BYTES = 256 * 1024;

const sourceRules: readonly Rule<Facts>[] = [
  rule<DetailArgs>({
    code: 'not-text',
    severity: 'error',
    title: 'The file is not UTF-8 text',
    why: 'Configuration files are UTF-8. Some Windows editors save UTF-16: the Node server cannot read that, and most tools on the way cannot either.',
    fix: 'Save the file as UTF-8.',
    check: () => [],
    message: ({ detail }) =>
      `not UTF-8 text: ${detail}, so the server does not start or reads something else`,
    hint: () => 'Save the file as UTF-8, or name the right file.',
  }),
];

/** Text that the parsers of the two servers read differently, or that one of them refuses. Measured with yaml.v2 and js-yaml. */
const NOT_PORTABLE: readonly {
  /** The first group is what is pointed at; one a line, of which a file has few enough. */
  readonly pattern: RegExp;
  /** Without it in the text, the pattern need not be looked for. */
  readonly hint?: string;
  readonly reason: string;
}[] = [
  {
    hint: '\t',
    pattern: /^( *\t[ \t]*)(?=\r?$|#)/gm,
    reason: 'a tab at the start of a line: the Go server does not start',
  },
  {
    pattern: /([\u0085\u2028\u2029])[^\n]*/g,
    reason: 'a Unicode line separator, which the Go server takes for the end of the line',
  },
];

const NOT_PORTABLE_VALUES: readonly {
  readonly pattern: RegExp;
  readonly style: string;
  readonly reason: string;
}[] = [
  { pattern: /\\\//, style: 'double', reason: 'the escape \\/: the Go server does not start' },
  {
    pattern: /^[-+]?0[0-9_]+$/,
    style: 'plain',
    reason: 'a number with a leading 0, which is octal for one reader and decimal for another',
  },
  {
    pattern: /^[-+]?[0-9][0-9_]*_[0-9_]*$/,
    style: 'plain',
    reason: 'a number with _ in it, which is a text for one reader and a number for another',
  },
];

type NotPortable = Hit & { readonly args: DetailArgs };

const textNotPortable = ({ text }: ConfigDocument): readonly NotPortable[] =>
  NOT_PORTABLE.filter(({ hint = '', pattern }) => text.includes(hint) && text.search(pattern) >= 0).flatMap(
    ({ pattern, reason }) =>
      [...text.matchAll(pattern)].map(({ index, 1: found = '' }) => ({
        path: '',
        span: { start: index, end: index + found.length },
        args: { detail: reason },
      })),
  );

function valuesNotPortable({ text, entries }: ConfigDocument): readonly NotPortable[] {
  const hits: NotPortable[] = [];
  const hasEscape = text.includes('\\');
  for (const { path, value, style } of entries) {
    // Of plain texts only numbers are taken differently, and in quotes only escapes.
    const isSuspect =
      style === 'plain' ? /[-+\d]/.test(text.charAt(value.start)) : style === 'double' && hasEscape;
    if (!isSuspect) continue;
    const source = text.slice(value.start, value.end);
    const found = NOT_PORTABLE_VALUES.find((row) => row.style === style && row.pattern.test(source));
    if (found !== undefined)
      hits.push({ path: shownPath(path), span: value, args: { detail: found.reason } });
  }
  return hits;
}

const portability = rule<DetailArgs>({
  code: 'yaml-not-portable',
  severity: 'error',
  title: 'YAML that readers take differently',
  why: 'The Go server reads YAML 1.1 and the Node server a mixture of 1.1 and 1.2. What they read differently, or refuse, works on one machine and not on the next.',
  fix: 'Write it plainly: no tabs, no number with a leading 0, no `\\/`.',
  check: ({ document }) =>
    isTooLarge(document) ? [] : [...textNotPortable(document), ...valuesNotPortable(document)],
  message: ({ detail }) => detail,
  hint: () => 'Write it plainly: blanks for tabs, texts in quotes, numbers without a leading 0.',
});

export const YAML_RULES: readonly Rule<Facts>[] = [...sourceRules, ...syntaxRules, portability];
