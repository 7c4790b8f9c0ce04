/** Phrases that a reader has to decode must not come back: one list, held against everything that people read. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { explain } from '../src/commands/explain.ts';
import { FIELDS } from '../src/core/config/fields.ts';
import { LAYOUT_NAMES } from '../src/core/config/layouts.ts';
import { RULES } from '../src/core/rules/index.ts';

/** Bad in every context. The code `misspelt-key` is public and stays. */
const BAD =
  /\b(?:mend(?:ed|ing|s)?|stands?|blanks?|without a word|everybody|gets in|goes round|endless loop|says what|as wanted|held (?:to|against)|a place|such an?|none of|two sides|by hand|all right|tak(?:e|es|en|ing) over|there is nobody|(?:is|are) none|in vain|tell it|put right|make right|whatever|spelt|misspelt(?!-key))\b/gi;

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

/** The values of a file of words; its keys are titles of tests. */
const values = (json: string): string =>
  Object.values(JSON.parse(json) as object)
    .flat()
    .join('\n');

/** Not rewritten yet: the words about users. Remove it from here when it is. */
const LATER: readonly string[] = ['people.json'];

/** A surface is a name and its text. */
const SURFACES: readonly (readonly [name: string, text: () => string])[] = [
  ...RULES.map(({ code }) => [`explain ${code}`, () => explain(code, { columns: 100 })] as const),
  ...FIELDS.flatMap((field) =>
    LAYOUT_NAMES.flatMap((layout) => {
      const path = field[layout]?.path;
      return path === undefined ? [] : [[`explain ${path}`, () => explain(path, { columns: 100 })] as const];
    }),
  ),
  ...readdirSync(new URL('fixtures/words/', import.meta.url))
    .filter((name) => !LATER.includes(name))
    .map((name) => [name, () => values(read(`tests/fixtures/words/${name}`))] as const),
  ...['docs/findings.md', 'docs/keys.md'].map((path) => [path, () => read(path)] as const),
];

test.each(SURFACES)('%s', (_name, text) => {
  expect(text().match(BAD) ?? []).toEqual([]);
});
