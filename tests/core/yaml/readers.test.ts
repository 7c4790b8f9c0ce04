/** What is plain, js-yaml 3 and 4 read as umconfig does, by generated files; yaml.v2 is asked in tests/campaigns/readers.ts. */
import { describe, expect, test } from '@jest/globals';
import { validate } from '../../../src/core/rules/validate.ts';
import { parseDocument } from '../../../src/core/yaml/document.ts';
import shapes from '../../fixtures/public-shapes.json' with { type: 'json' };
import { randomFrom } from '../../campaigns/campaign.ts';
import { generatedFile } from '../../support/generated-files.ts';
import { disagreement, isPlain } from '../../support/yaml-readers.ts';

test('what is plain, the readers of the Node servers read alike; and what is made inside of the subset is plain', () => {
  const seen = { inside: 0, plain: 0 };
  for (let seed = 1; seed <= 2_000; seed += 1) {
    const { text, isInside } = generatedFile(randomFrom(seed));
    const plain = isPlain(text);
    if (isInside && !plain) throw new Error(`seed ${String(seed)} is not plain: ${JSON.stringify(text)}`);
    if (isInside) seen.inside += 1;
    if (!plain) continue;
    seen.plain += 1;
    const found = disagreement(parseDocument(text));
    if (found !== undefined) throw new Error(`seed ${String(seed)}: ${JSON.stringify(text)}: ${found}`);
  }
  expect(seen.inside).toBeGreaterThan(400);
  expect(seen.plain).toBeGreaterThan(seen.inside);
});

test.each(shapes.files.map((text, at) => [at, text] as const))(
  'shape %i of the public history is plain',
  (_, text) => {
    expect(validate(text).findings.filter(({ code }) => code.startsWith('yaml-'))).toEqual([]);
    expect(disagreement(parseDocument(text))).toBeUndefined();
  },
);

describe('the traps that made the subset necessary', () => {
  test.each([
    ['a merge key', 'a: 1\n<<: {b: 2}\n'],
    ['a key that js-yaml 3 takes for the prototype', 'a: 1\n__proto__: {b: 2}\n'],
    ['a date', 'a: 2001-01-01\n'],
    ['a number in base 60', 'a: 1:30\n'],
    ['a binary number', 'a: 0b11\n'],
    ['an octal number', 'a: 010\n'],
    ['a number with _', 'a: 1_000\n'],
    ['a second end marker', 'a: 1\n...\n...\n'],
  ])('%s is read by a reader of the Node servers as something else, and is not plain', (_, text) => {
    expect(disagreement(parseDocument(text))).toBeDefined();
    expect(isPlain(text.replace(/^a: 1$/m, 'port: 1'))).toBe(false);
  });
});
