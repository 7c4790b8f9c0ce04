/** What is wrong with the file as YAML: found by the parser, or before it on the bytes. */
import type { ConfigDocument, Entry, Span, SyntaxCode, SyntaxProblem } from '../../yaml/types.ts';
import { deviations } from '../../yaml/plain-subset.ts';
import { canBePlain, inFlow } from '../../yaml/splices.ts';
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
    title: 'Duplicate key',
    why: 'The Go server silently takes the last one, so an edit of the first has no effect; the Node server does not start.',
    fix: 'Keep one of the two lines.',
    message: (detail) =>
      `${detail}: the Go server silently takes the last one, the Node server does not start`,
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
  const tooLarge = problems.filter(({ code }) => code === 'file-too-large');
  // Then the rest of it has not been looked at.
  if (tooLarge.length > 0) return tooLarge;
  // Behind the first syntax error the parser only guesses, and the servers stop there too.
  const first = problems.find(({ code }) => code === 'yaml-syntax');
  if (first !== undefined) return problems.filter((each) => each === first || each.code !== 'yaml-syntax');
  if (problems.length > 0 || entries.length > 0 || !isBlank(text)) return problems;
  return [{ code: 'not-a-mapping', span: { start: 0, end: 0 }, path: [], detail: 'the file holds no keys' }];
});

const isBlank = (text: string): boolean =>
  text.split(/\r?\n/).every((line) => /^\s*(?:#.*|---.*|\.\.\..*|\{\s*\}\s*)?$/.test(line));

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

type NotPortable = Hit & { readonly args: DetailArgs };

/** The deviations from the plain subset, but for lines where the YAML itself is at fault. */
function notPortable(facts: Facts): readonly NotPortable[] {
  const { document } = facts;
  const problems = problemsOf(facts);
  // Behind a syntax error nobody knows which entry a line belongs to.
  if (problems.some(({ code }) => code === 'yaml-syntax' || code === 'file-too-large')) return [];
  let told = -1;
  return deviations(document.text).flatMap(({ span, reason }) => {
    const lines = linesOf(document.text, span);
    const isTold = lines.start < told;
    if (isTold || problems.some(({ span: { start, end } }) => start <= lines.end && end >= lines.start))
      return [];
    const entry = entryOf(document, lines);
    told = endOfValue(document, entry) ?? lines.end;
    const hit = { path: shownPath(entry?.path ?? []), span, args: { detail: reason } };
    return entry !== undefined && canBePlain(document, entry)
      ? [{ ...hit, changes: [{ op: 'plain' as const, path: entry.path }] }]
      : [hit];
  });
}

/** Where a value ends of which one finding is enough, on however many lines it is. */
function endOfValue(document: ConfigDocument, entry: Entry | undefined): number | undefined {
  if (inFlow(document, [])) return document.text.length;
  return entry === undefined || (entry.kind === 'mapping' && entry.style === 'block')
    ? undefined
    : entry.value.end;
}

/** The span of the lines that a span has a part of. */
function linesOf(text: string, { start, end }: Span): Span {
  const last = text.indexOf('\n', end);
  return {
    start: start === 0 ? 0 : text.lastIndexOf('\n', start - 1) + 1,
    end: last < 0 ? text.length : last,
  };
}

/** The first entry that begins in the lines, else the innermost one around them. */
function entryOf({ entries }: ConfigDocument, { start, end }: Span): Entry | undefined {
  return (
    entries.find(({ key }) => start <= key.start && key.start < end) ??
    entries.findLast(({ key, value }) => key.start <= start && start < value.end)
  );
}

const portability = rule<DetailArgs>({
  code: 'yaml-not-portable',
  severity: 'error',
  isAmbiguous: true,
  title: 'YAML that the servers read differently',
  why: 'The Go servers read YAML with yaml.v2, the Node servers with js-yaml 3 or 4, and the three disagree on much of YAML: merge keys, tabs, dates, numbers such as `010`, values over several lines, unusual escapes. Such a file works with one server, and another one does not start or reads something else.',
  fix: 'Write one `key: value` on a line, with spaces only. Put a value in double quotes unless it is a number, `on`, `off`, `true`, `false`, or consists of letters, digits and `. _ - / : @ + ~ %`. `umconfig validate --fix` does it where the value is certain.',
  check: notPortable,
  message: ({ detail }) => `${detail}: a server may not start, or read another value`,
  hint: () => 'Write one `key: value` on the line, with spaces only and the value in double quotes.',
});

export const YAML_RULES: readonly Rule<Facts>[] = [...sourceRules, ...syntaxRules, portability];
