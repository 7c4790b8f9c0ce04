// Positions and problems of the YAML reader, by table; what no input may do, by property.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { entryAt, parseDocument, positionAt, serialize } from '../../../src/core/yaml/document.ts';

/** The problems of a text as `code path "source"`, so that a row of a table reads by itself. */
function problemsOf(text: string): string[] {
  const document = parseDocument(text);
  return document.problems.map(({ code, path, span }) =>
    `${code} ${path.join('.')} ${JSON.stringify(document.text.slice(span.start, span.end))}`.replace(
      '  ',
      ' ',
    ),
  );
}

/** The entries of a text as `path kind style "source of the value"`. */
function entriesOf(text: string): string[] {
  const document = parseDocument(text);
  return document.entries.map(
    ({ path, kind, style, value }) =>
      `${path.join('.')} ${kind} ${style ?? '-'} ${JSON.stringify(document.text.slice(value.start, value.end))}`,
  );
}

describe('entries', () => {
  test.each<[string, string[]]>([
    ['a: 1\n', ['a scalar plain "1"']],
    ['a: "x" # c\n', ['a scalar double "\\"x\\""']],
    ["a : 'it''s'\n", ["a scalar single \"'it''s'\""]],
    ['a:\r\nb: 2\r\n', ['a missing - ""', 'b scalar plain "2"']],
    ['a: # c\n', ['a missing - ""']],
    ['a: |\n  x\n\n\nb: 1\n', ['a scalar block "|\\n  x"', 'b scalar plain "1"']],
    ['a: |\r\n  x\r\n\r\n# c\r\nb: 1', ['a scalar block "|\\r\\n  x"', 'b scalar plain "1"']],
    ['a: |\n  x\n  \n \t\nb: 1\n', ['a scalar block "|\\n  x"', 'b scalar plain "1"']],
    ['a: |\n  x\n  \r\n\r\nb: 1\n', ['a scalar block "|\\n  x"', 'b scalar plain "1"']],
    ['a: >- # h\n  x\n  y\n', ['a scalar block ">- # h\\n  x\\n  y"']],
    ['a:\n  many\n  lines # c\n', ['a scalar plain "many\\n  lines"']],
    [
      'm:\n    a: 1 # c\n    # d\n\nn: 2',
      ['m mapping block "a: 1"', 'm.a scalar plain "1"', 'n scalar plain "2"'],
    ],
    ['m:\n  n:\n    o:\n', ['m mapping block "n:\\n    o:"', 'm.n mapping block "o:"', 'm.n.o missing - ""']],
    ['l:\n- 1 # c\n-\n# d\n', ['l sequence block "- 1 # c\\n-"']],
    ['l: [ 1, {a: 2} ] # c', ['l sequence flow "[ 1, {a: 2} ]"']],
    [
      '{"a":1, b, c: , d: {}}',
      ['a scalar plain "1"', 'b missing - ""', 'c missing - ""', 'd mapping flow "{}"'],
    ],
    ['? a\n: 1\n? b\n', ['a scalar plain "1"', 'b missing - ""']],
    ['a:\t1\n', ['a scalar plain "1"']],
    ['a: 😀\nb: 1\n', ['a scalar plain "😀"', 'b scalar plain "1"']],
    ['---\na: %v\n', ['a scalar plain "%v"']],
    ['', []],
    ['# only comments\n', []],
    ['---\n...\n', []],
  ])('%j', (text, expected) => {
    expect(entriesOf(text)).toEqual(expected);
  });

  test('a missing value is just behind the colon, wherever the next token is', () => {
    const document = parseDocument('key :   # c\n');
    expect(entryAt(document, ['key'])?.value).toEqual({ start: 5, end: 5 });
    expect(entryAt(document, ['key'])?.key).toEqual({ start: 0, end: 3 });
  });

  test('of duplicates the last one counts, and what is nested in it', () => {
    const document = parseDocument('m:\n  a: 1\nm:\n  b: 2\n');
    expect(entryAt(document, ['m', 'a'])).toBeUndefined();
    expect(entryAt(document, ['m', 'b'])?.parsed).toBe(2);
    expect(entryAt(document, [])).toBeUndefined();
  });
});

describe('values are those of YAML 1.2', () => {
  test.each<[string, unknown]>([
    ['on', 'on'],
    ['no', 'no'],
    ['true', true],
    ['~', null],
    ['0x1F', 31],
    ['017', 17],
    ['1e3', 1000],
    ['.inf', Infinity],
    ['2001-01-01', '2001-01-01'],
    ['"\\u2028\\x41\\/"', '\u2028A/'],
    ['[1, {a: b}]', [1, { a: 'b' }]],
  ])('%s', (source, value) => {
    const document = parseDocument(`key: ${source}\n`);
    expect(document.problems).toEqual([]);
    expect(document.root['key']).toEqual(value);
  });

  test('keys that every object has are ordinary keys', () => {
    const { root, entries } = parseDocument('__proto__: {x: 1}\nconstructor: 2\n');
    expect(Object.keys(root)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(root)).toBeNull();
    expect('toString' in root).toBe(false);
    expect(entries.map(({ path }) => path.join('.'))).toEqual(['__proto__', '__proto__.x', 'constructor']);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  test('keys are strings, and the merge key is an ordinary one', () => {
    const { root, problems } = parseDocument('1: a\ntrue: b\nnull: c\non: d\n<<: {e: 1}\n');
    expect(problems).toEqual([]);
    expect(Object.keys(root)).toEqual(['1', 'true', 'null', 'on', '<<']);
  });
});

describe('problems', () => {
  test.each<[string, string[]]>([
    ['', []],
    ['# c\n', []],
    ['---\n', []],
    ['a: 1\n... # c\n# d\n...\n', []],
    ['- a\n', ['not-a-mapping "- a\\n"']],
    ['text\n', ['not-a-mapping "text"']],
    ['null\n', ['not-a-mapping "null"']],
    ['a: 1\n---\nb: 2\n', ['yaml-multiple-documents "---"']],
    ['a: 1\n...\n---\nb: 2\n', ['yaml-multiple-documents "---"']],
    ['---\n---\na: 1\n', ['yaml-multiple-documents "---"']],
    ['a: 1\n...\n# c\n\nb: 2  \nc: 3\n', ['yaml-after-end-marker "b: 2"']],
    ['a: 1\n...\n... b\n', ['yaml-after-end-marker "b"']],
    ['a: 1\n...\nb: 2\n...\nc: 3\n', ['yaml-after-end-marker "b: 2"']],
    ['a: 1\n...\nb: 2\n---\nc: 3\n', ['yaml-after-end-marker "b: 2"']],
    ['|\n', ['not-a-mapping "|\\n"']],
    ['""', ['not-a-mapping "\\"\\""']],
    ['a: 1\n: x\n', ['yaml-syntax ":"']],
    ['a: 1\n... b\n', ['yaml-after-end-marker "b"']],
    ['a: 1\n...\n}\n', ['yaml-after-end-marker "}"']],
    ['%YAML 1.1\n---\non: on\n', ['yaml-directive "%YAML 1.1"']],
    ['%TAG ! x\n%FOO\n---\na: 1\n', ['yaml-directive "%TAG ! x"', 'yaml-directive "%FOO"']],
    ['a: !!str 1\nb:\n  c: !foo x\n', ['yaml-tag a "!!str"', 'yaml-tag b.c "!foo"']],
    ['!!map\na: !!binary aGk=\n', ['yaml-tag "!!map"', 'yaml-tag a "!!binary"']],
    ['a: &x 1\nb: *x\n', ['yaml-alias a "&x"', 'yaml-alias b "*x"']],
    ['a: [&x 1, *x]\n', ['yaml-alias a "&x"', 'yaml-alias a.1 "*x"']],
    ['a: *nowhere\n', ['yaml-alias a "*nowhere"']],
    ['a: 1\na: 2\na: 3\n', ['yaml-duplicate-key a "a"', 'yaml-duplicate-key a "a"']],
    ['m: {x: 1, "x": 2}\n', ['yaml-duplicate-key m.x "\\"x\\""']],
    ['l:\n- x: 1\n  x: 2\n', ['yaml-duplicate-key l.0.x "x"']],
    ['a: b: c\n', ['yaml-syntax "b"']],
    ['a: @x\n', ['yaml-syntax "@"']],
    ['\ta: 1\n', ['yaml-syntax "\\t"']],
    ['[a]: 1\n', ['yaml-syntax "["']],
    ['a: "\\q"\n', ['yaml-syntax "\\\\"']],
    ['a: x\0y\n', ['yaml-syntax "\\u0000"']],
    ['a: \x1b[31m\n', ['yaml-syntax "\\u001b"']],
    ['a: x\vy\n', ['yaml-syntax "\\u000b"']],
    ['a: [V, v]\n', []],
    ['a: 1 # \u2028b: 2\n', ['yaml-syntax "\u2028"']],
    ['a: \ud800\n', ['yaml-syntax "\\ud800"']],
    ['\uFEFFa: \uFEFF1\n', ['yaml-syntax "\uFEFF"']],
  ])('%j', (text, expected) => {
    expect(problemsOf(text)).toEqual(expected);
  });

  test('a key that is no name is none of the entries and none of the values', () => {
    const text = '[a]: 1\nm:\n  [a]: 1\n  b: 2\n';
    expect(entriesOf(text)).toEqual(['m mapping block "[a]: 1\\n  b: 2"', 'm.b scalar plain "2"']);
    expect(parseDocument(text).root).toEqual({ m: { b: 2 } });
  });

  test('a duplicate is reported at the later key and names the first; the last value wins', () => {
    const { problems, root } = parseDocument('a: 1\nb: 0\na: 2\n');
    expect(problems).toMatchObject([{ span: { start: 10, end: 11 }, related: { start: 0, end: 1 } }]);
    expect(root).toEqual({ a: 2, b: 0 });
  });

  test('old Macintosh line ends are one problem and not a file of one line', () => {
    expect(problemsOf('a: 1\rb: 2\r')).toContain('yaml-syntax "\\r"');
  });

  test('no detail quotes a value', () => {
    const secret = 'notarealsecret0123456789';
    const broken = [`a: "${secret}`, `a: ${secret}: x`, `a: !${secret} 1`, `a: &${secret} 1`, secret];
    for (const text of [
      ...broken,
      `a: 1\n...\n${secret}: 1`,
      `a: [${secret}`,
      `a: 1\n${secret}\n`,
      `@${secret}`,
    ]) {
      const { problems } = parseDocument(text);
      expect(problems).not.toEqual([]);
      expect(problems.map(({ detail }) => detail).join()).not.toContain(secret);
    }
  });

  test.each(['[', '{', '{a: ', '- ', '? ', 'a: ', '[{', ': '])('100,000 times %j is too deep', (unit) => {
    const { problems, root, entries } = parseDocument(unit.repeat(100_000));
    expect(problems).toMatchObject([{ code: 'yaml-syntax' }]);
    expect({ ...root }).toEqual({});
    expect(entries).toEqual([]);
  });

  test('nesting that a person would write is not too deep', () => {
    expect(parseDocument(`a: ${'['.repeat(50)}${']'.repeat(50)}`).problems).toEqual([]);
  });

  test('an alias bomb is refused without being resolved', () => {
    const lines = Array.from({ length: 30 }, (_, i) => `k${i + 1}: &k${i + 1} [*k${i}, *k${i}]\n`);
    const { problems } = parseDocument(`k0: &k0 x\n${lines.join('')}`);
    expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(['yaml-alias']));
  });

  test('hundreds of short keys are read in one go, every duplicate found', () => {
    const keys = Array.from({ length: 600 }, (_, i) => `k${i}: 1\n`).join('');
    const document = parseDocument(keys + 'k7: 2\n');
    expect(document.entries).toHaveLength(601);
    expect(document.problems).toMatchObject([{ code: 'yaml-duplicate-key', path: ['k7'] }]);
  });
});

describe('the text around the values', () => {
  test.each<[string, '\n' | '\r\n']>([
    ['a: 1', '\n'],
    ['a: 1\r\nb: 2\r\nc: 3\n', '\r\n'],
    ['a: 1\r\nb: 2\n', '\n'],
  ])('%j ends its lines with %j', (text, eol) => {
    expect(parseDocument(text).eol).toBe(eol);
  });

  test.each<[string, number, number, number]>([
    ['a: 1\nb: 2', 0, 1, 1],
    ['a: 1\nb: 2', 4, 1, 5],
    ['a: 1\nb: 2', 5, 2, 1],
    ['a: 1\nb: 2', 99, 2, 5],
    ['a: 1\nb: 2', -1, 1, 1],
    ['a\r\nb', 1, 1, 2],
    ['a\r\nb', 2, 1, 2],
    ['a\r\nb', 3, 2, 1],
    ['\uFEFFa: 1', 0, 1, 1],
    ['😀: 1', 2, 1, 3],
    ['', 0, 1, 1],
    ['a\n', 2, 2, 1],
    ['\n\na', 1, 2, 1],
  ])('%j at %i is line %i, column %i', (text, offset, line, column) => {
    expect(positionAt(parseDocument(text), offset)).toEqual({ line, column });
  });
});

const unit = fc.constantFrom(
  ...[
    'a',
    'b: ',
    '"',
    "'",
    '\n',
    '\r\n',
    '\r',
    '  ',
    '\t',
    '- ',
    '? ',
    ': ',
    ':',
    '#',
    ' # c',
    '[',
    ']',
    '{',
    '}',
    ',',
  ],
  ...[
    '&x ',
    '*x',
    '!t ',
    '!!',
    '|',
    '>-',
    '%',
    '---',
    '...',
    '\n---\n',
    '\n...\n',
    '\0',
    '\uFEFF',
    '\u2028',
    '\\',
  ],
  ...['<<', '~', '1', '😀', '\ud800', '@', '`', 'a: 1\n', 'key: "v"\n', '__proto__', '\x02', '\x18', '\x1f'],
);
const yamlish = fc.array(unit, { maxLength: 40 }).map((units) => units.join(''));
const anything = fc.oneof(
  yamlish,
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.string(),
);

describe('any string', () => {
  test('is read without an exception, kept byte for byte, with every span inside of it and in order', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const document = parseDocument(text);
        expect(serialize(document)).toBe(text);
        const spans = document.problems.flatMap(({ span, related }) => (related ? [span, related] : [span]));
        for (const { start, end } of [
          ...spans,
          ...document.entries.flatMap(({ key, value }) => [key, value]),
        ]) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeGreaterThanOrEqual(start);
          expect(document.text.length).toBeGreaterThanOrEqual(end);
        }
        for (const list of [
          document.problems.map(({ span }) => span),
          document.entries.map(({ key }) => key),
        ]) {
          const starts = list.map(({ start }) => start);
          expect(starts).toEqual([...starts].sort((a, b) => a - b));
        }
        expect(document.eol).toMatch(/^\r?\n$/);
      }),
      // Each of the examples once had a span that ended before it began.
      { numRuns: 500, examples: [['b: a: 1\n- a'], ['a: a: 1\n*xb: a'], ['b: a: 1\n[\na']] },
    );
  });

  test('without problems, the source of a scalar read by itself is the same value', () => {
    fc.assert(
      fc.property(yamlish, (text) => {
        const document = parseDocument(text);
        if (document.problems.length > 0) return;
        for (const { value, parsed, style } of document.entries) {
          if (style !== 'single' && style !== 'double' && style !== 'flow') continue;
          const alone = parseDocument(`{k: ${document.text.slice(value.start, value.end)}}`);
          expect(alone.root['k']).toEqual(parsed);
        }
      }),
      { numRuns: 400 },
    );
  });
});
