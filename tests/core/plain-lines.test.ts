/** The reader of plain lines against the reader of all YAML: wherever the first one says anything, the second one says the same. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readPlainLines } from '../../src/core/plain-lines.ts';
import { readYaml } from '../../src/core/yaml-reading.ts';
import { goodFile, realFiles, template } from '../support/fixtures.ts';
import { hostileFile, KINDS } from '../support/hostile-files.ts';
import { mutatedFile } from '../support/mutations.ts';
import { randomFrom } from '../campaigns/campaign.ts';

/** True where the plain reader has read the text; throws where it has read something else than YAML. */
function readsAlike(text: string): boolean {
  const contents = readPlainLines(text);
  if (contents !== undefined) expect(contents).toEqual(readYaml(text));
  return contents !== undefined;
}

const indent = fc.constantFrom('', '', '', '  ', '  ', '    ', ' ', '\t');
const key = fc.constantFrom(
  'a',
  'b',
  'c',
  'port',
  'on',
  'null',
  'True',
  '__proto__',
  'a-b',
  '_',
  '"q"',
  '<<',
  '1',
  '- a',
  '? a',
  '',
);
const colon = fc.constantFrom(': ', ': ', ': ', ':', ':  ', ' : ', ':\t');
const word = fc.stringMatching(/^[\w./:@%+~,?&=*!|>{}[\]"'#<-]{0,4}$/);
const value = fc.oneof(
  fc.constantFrom(
    '',
    '',
    'on',
    'true',
    'True',
    'null',
    '~',
    '0',
    '8686',
    '010',
    '1.5',
    '1e3',
    '.5',
    '.inf',
    '-1',
    '0x1f',
    '.',
    '..',
    '...',
    './data',
    '/a',
    'a:',
    'a:b',
    'a b',
    'http://localhost:8686/auth',
    '%v',
    '"x"',
    '"x y"',
    '"\\n"',
    '"a#b"',
    "'x'",
    "'it''s'",
    "''",
    '""',
    '"a',
    "a'",
    '&a',
    '*a',
    '!a',
    '|',
    '>',
    '{}',
    '[]',
    '- a',
    '“on”',
    '"ä"',
    '"\u0085"',
    '"\t"',
  ),
  word,
  word.map((text) => `"${text}"`),
);
const trail = fc.constantFrom('', '', '', ' ', ' # c', '# c', '\t', ' #', '\t# c', ' x', '\r');
const keyLine = fc.tuple(indent, key, colon, value, trail).map((parts) => parts.join(''));
const line = fc.oneof(
  { weight: 8, arbitrary: keyLine },
  fc.constantFrom(
    '',
    '  ',
    '\t',
    '# c',
    '  # c',
    '\t# c',
    '---',
    '...',
    '--- a',
    '--- # c',
    '... # c',
    '---\t',
    '%YAML 1.2',
    'word',
    '"',
  ),
);
const lines = fc
  .tuple(fc.array(line, { maxLength: 5 }), fc.constantFrom('\n', '\n', '\n', '\r\n'), fc.boolean())
  .map(([all, eol, isEnded]) => all.join(eol) + (isEnded ? eol : ''));

/** As people write it. */
const plainValue = fc.constantFrom(
  '',
  'on',
  'true',
  'false',
  '0',
  '8686',
  './data',
  '"x y"',
  '""',
  "'x'",
  'http://a.example:1/x',
  '# c',
  'a # c',
  '"a#b" # c',
);
const plainFile = fc
  .array(
    fc.tuple(
      fc.constantFrom(0, 0, 2, 2, 4, 6),
      plainValue,
      fc.constantFrom('', '', '# c\n', '\n', '      # c\n'),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((rows) =>
    rows.map(([depth, text, before], at) => `${before}${' '.repeat(depth)}k${at}: ${text}\n`).join(''),
  );

describe('it reads', () => {
  test.each([
    ['nothing', ''],
    ['the template of the flat layout', template('flat')],
    ['the template of the nested layout', template('nested')],
    ['a whole flat file', goodFile('flat')],
    ['a whole nested file', goodFile('nested')],
    [
      'words and numbers without quotes',
      'a: on\nb: true\nc: 8686\nd: ./data\ne: http://localhost:8686/auth\n',
    ],
    ['comments at any depth', '# a\n---\na: # b\n      # c\n  b: 1 # d\n # e\n  c:\n...\n\n'],
  ])('%s', (_what, text) => {
    expect(readsAlike(text)).toBe(true);
  });
});

describe('it leaves to the other', () => {
  test.each([
    ['comments alone', '# a\n'],
    ['what is no mapping', 'text\n'],
    ['a key twice', 'a: 1\na: 2\n'],
    ['escapes', 'a: "\\n"\n'],
    ['values on several lines', 'a: b\n  c\n'],
    ['lists and flow', 'a: [b]\n'],
    ['anchors and tags', 'a: &b c\n'],
    ['a second document', 'a: 1\n---\nb: 2\n'],
    ['words behind the end', 'a: 1\n...\nb: 2\n'],
    ['wrong indentation', 'a:\n    b: 1\n  c: 2\n'],
    ['wrong indentation below nothing', 'a:\n    b:\n  c: 2\n'],
    ['Windows line ends', 'a: 1\r\n'],
    ['very many lines', 'a: 1\n' + '# b\n'.repeat(300)],
  ])('%s', (_what, text) => {
    expect(readPlainLines(text)).toBeUndefined();
  });
});

describe('what the reader of plain lines says is what YAML says', () => {
  test('of generated lines', () => {
    fc.assert(
      fc.property(lines, (text) => void readsAlike(text)),
      { numRuns: 5_000 },
    );
  });

  test('of files as people write them', () => {
    fc.assert(
      fc.property(plainFile, (text) => void readsAlike(text)),
      { numRuns: 3_000 },
    );
  });

  test('of real files, and what mutation makes of them', () => {
    for (const text of realFiles) readsAlike(text);
    fc.assert(
      fc.property(mutatedFile, (text) => void readsAlike(text)),
      { numRuns: 1_000 },
    );
  });

  test.each(KINDS.filter((kind) => kind !== 'huge'))('of hostile files: %s', (kind) => {
    const random = randomFrom(1);
    for (let at = 0; at < 200; at += 1) readsAlike(hostileFile(random, kind).bytes.toString());
  });
});
