/** Damages files as users and tools do: a real file with a few random edits. */
import fc from 'fast-check';
import { realFiles } from './fixtures.ts';

/** Characters that YAML treats specially, and characters that copies of files pick up. */
const FRAGMENTS: readonly string[] = [
  ...[
    '\t',
    '\n',
    '\r\n',
    '\r',
    ' ',
    '  ',
    '"',
    "'",
    ':',
    ': ',
    ' #',
    '#',
    '-',
    '- ',
    '{',
    '}',
    '[',
    ']',
    ',',
    '|',
    '>',
  ],
  ...[
    '&a',
    '*a',
    '!t ',
    '!!str ',
    '---\n',
    '...\n',
    '%YAML 1.1\n',
    '? ',
    '<<: ',
    '~',
    'null',
    'true',
    'on',
    'off',
  ],
  ...[
    '\0',
    '\x07',
    '\x1b[31m',
    '\x85',
    '\u2028',
    '\ufeff',
    '\u200b',
    '\u202e',
    '\ud800',
    '“',
    '”',
    '日本',
    '🙂',
    '\\',
    '%v',
  ],
  ...[
    'user:\n',
    'cognito:\n',
    'http: {port: 1}\n',
    'userManagement: on\n',
    'usermanagement: "on"\n',
    'region:',
    'port: 0\n',
  ],
];

const fragment = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...FRAGMENTS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
);

interface Edit {
  /** Both as fractions of the file's length. */
  readonly at: number;
  readonly length: number;
  readonly text: string;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 0.1, noNaN: true })),
  text: fragment,
});

function edited(file: string, { at, length, text }: Edit): string {
  const start = Math.floor(at * file.length);
  return file.slice(0, start) + text + file.slice(start + Math.floor(length * file.length));
}

/** A text with a few random edits. */
export const mutationOf = (file: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(file, fc.array(edit, { maxLength: 4 })).map(([text, edits]) => edits.reduce(edited, text));

/** A real file of either layout with a few random edits. */
export const mutatedFile: fc.Arbitrary<string> = mutationOf(fc.constantFrom(...realFiles));
