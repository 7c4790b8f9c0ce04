/** What is wrong with the file as YAML: found by the parser, or before it on the bytes. */
import type { ConfigDocument, Entry, Span, SyntaxCode, SyntaxProblem } from '../../yaml/types.ts';
import { deviations } from '../../yaml/plain-subset.ts';
import { canBePlain, inFlow } from '../../yaml/splices.ts';
import { onFile, say } from '../../text/hint.ts';
import { oncePerFile, type Facts } from './facts.ts';
import type { Hit } from '../finding.ts';
import { rule, shownPath, type Rule } from '../rule.ts';

type SyntaxRow = Pick<Rule<Facts>, 'title' | 'why' | 'fix' | 'isUnreadable'> & {
  readonly message: (detail: string) => string;
};

const SYNTAX: Readonly<Record<SyntaxCode, SyntaxRow>> = {
  'yaml-syntax': {
    isUnreadable: true,
    title: 'Invalid YAML',
    why: 'Both servers stop at start if they cannot parse the file.',
    fix: 'Fix the line that the finding points at. The usual causes are a missing quote, a missing space after a colon, or a tab.',
    message: (detail) => `Invalid YAML, so the server does not start: ${detail}`,
  },
  'yaml-duplicate-key': {
    title: 'Duplicate key',
    why: 'If a key is set twice, an edit of the first line has no effect on the Go server.',
    fix: 'Keep one of the two lines and delete the other.',
    message: (detail) =>
      `${detail}: the Go server silently uses the last one, the Node server does not start`,
  },
  'yaml-multiple-documents': {
    title: 'More than one YAML document in the file',
    why: '`---` starts a new YAML document, and both servers expect exactly one.',
    fix: 'Put all keys into one document: remove the second `---`.',
    message: (detail) =>
      `${detail}: the Go server reads only the first document, the Node server does not start`,
  },
  'yaml-after-end-marker': {
    title: 'Content after the end marker `...`',
    why: 'The server’s default file ends with `...`, so a line added at the end of the file has no effect.',
    fix: 'Move these lines above `...`, or remove the marker.',
    message: () =>
      'Content after the end marker "...": the Go server ignores it, the Node server does not start',
  },
  'yaml-alias': {
    isUnreadable: true,
    title: 'Anchor or alias',
    why: 'With anchors (`&name`) and aliases (`*name`) a line does not show the value that the server reads. A value that begins with `&` or `*` is read as one of them.',
    fix: 'Write out the value. If the value itself begins with `&` or `*`, put it in quotes.',
    message: (detail) => `${detail}: the servers replace it with another value`,
  },
  'yaml-directive': {
    isUnreadable: true,
    title: 'A YAML directive',
    why: '`%YAML 1.1` changes what words such as `on` mean, and the servers support different versions.',
    fix: 'Remove the line that begins with `%`.',
    message: (detail) => `${detail}: the Go server accepts only %YAML 1.1`,
  },
  'yaml-tag': {
    isUnreadable: true,
    title: 'A YAML tag',
    why: 'The two servers treat tags such as `!!str` or `!secret` differently.',
    fix: 'Remove the tag. If the value is a text, put it in quotes.',
    message: (detail) => `${detail}: one server ignores it, the other may not start`,
  },
  'not-a-mapping': {
    isUnreadable: true,
    title: 'The file is not a list of `key: value` lines',
    why: 'Both servers need `key: value` lines at the top of the file.',
    fix: say`Start from the server’s default file: ${onFile('init')}`,
    message: (detail) => `${detail}, so the server does not start`,
  },
  'file-too-large': {
    isUnreadable: true,
    title: 'The file is too large for a configuration',
    why: 'A configuration file has a few hundred bytes. A file of more than 256 KB, with more than 5000 words, signs and lines, or with a value of more than 16384 characters is probably a log or an image.',
    fix: 'Check the file name: pass the configuration file as an argument or with `--config`.',
    message: (detail) => `Not a configuration file: ${detail}`,
  },
};

// eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- an interface has no index signature
type DetailArgs = { readonly detail: string };

/** A file with only comments is valid YAML, but the server needs a mapping. */
const problemsOf = oncePerFile(({ document }): readonly SyntaxProblem[] => {
  const { problems, text, entries } = document;
  const tooLarge = problems.filter(({ code }) => code === 'file-too-large');
  // Then the rest of the file was not parsed.
  if (tooLarge.length > 0) return tooLarge;
  // After the first syntax error the parser only guesses, and the servers stop there too.
  const first = problems.find(({ code }) => code === 'yaml-syntax');
  if (first !== undefined) return problems.filter((each) => each === first || each.code !== 'yaml-syntax');
  if (problems.length > 0 || entries.length > 0 || !hasNoKeys(text)) return problems;
  return [{ code: 'not-a-mapping', span: { start: 0, end: 0 }, path: [], detail: 'the file has no keys' }];
});

const hasNoKeys = (text: string): boolean =>
  text.split(/\r?\n/).every((line) => /^\s*(?:#.*|---.*|\.\.\..*|\{\s*\}\s*)?$/.test(line));

const syntaxRules = (Object.keys(SYNTAX) as SyntaxCode[]).map((code) => {
  const { message, ...row } = SYNTAX[code];
  return rule<DetailArgs>({
    code,
    severity: 'error',
    ...row,
    check: (facts) => {
      const problems = problemsOf(facts);
      // In broken YAML a key may be part of a value, so it is not named.
      const isBroken = problems.some((problem) => problem.code === 'yaml-syntax');
      return problems
        .filter((problem) => problem.code === code)
        .map(({ path, span, detail }) => ({ path: isBroken ? '' : shownPath(path), span, args: { detail } }));
    },
    message: ({ detail }) => message(detail),
  });
});

/** Codes that are found in the bytes, before parsing. */
export type SourceCode = 'file-too-large' | 'not-text';

/** The hit for bytes that cannot be read as text. */
export function sourceHit(args: DetailArgs): Hit {
  return { path: '', span: { start: 0, end: 0 }, args };
}

/** No configuration is larger, and YAML readers get slow. Bytes. */
export const MAX_FILE_BYTES = 256 * 1024;

const sourceRules: readonly Rule<Facts>[] = [
  rule<DetailArgs>({
    code: 'not-text',
    severity: 'error',
    title: 'The file is not UTF-8 text',
    why: 'The servers read UTF-8. Some Windows editors save UTF-16, which the Node server cannot read.',
    fix: 'Save the file as UTF-8, or check the file name.',
    check: () => [],
    message: ({ detail }) => `Not UTF-8 text (${detail}), so the server does not start or reads other values`,
  }),
];

type NotPortable = Hit & { readonly args: DetailArgs };

/** The deviations from the plain subset, except on lines with invalid YAML. */
function notPortable(facts: Facts): readonly NotPortable[] {
  const { document } = facts;
  const problems = problemsOf(facts);
  // After a syntax error it is unknown which entry a line belongs to.
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

/** The end of a value that gets only one finding, however many lines it has. */
function endOfValue(document: ConfigDocument, entry: Entry | undefined): number | undefined {
  if (inFlow(document, [])) return document.text.length;
  return entry === undefined || (entry.kind === 'mapping' && entry.style === 'block')
    ? undefined
    : entry.value.end;
}

/** The span of all lines that a span touches. */
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
  why: 'The Go servers read YAML with yaml.v2, the Node servers with js-yaml 3 or 4. The three disagree about merge keys, tabs, dates, numbers such as `010`, values over several lines, and unusual escapes.',
  fix: 'Write one `key: value` on each line, with spaces only. Put the value in double quotes unless it is a number, `on`, `off`, `true`, `false`, or has only letters, digits and `. _ - / : @ + ~ %`. `umconfig validate --fix` does that where the value is certain.',
  check: notPortable,
  message: ({ detail }) => `${detail}: a server may not start, or read another value`,
  hint: () => 'Write one `key: value` on the line, with spaces only and the value in double quotes.',
});

export const YAML_RULES: readonly Rule<Facts>[] = [...sourceRules, ...syntaxRules, portability];
