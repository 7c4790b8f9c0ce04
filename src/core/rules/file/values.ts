/** Values that are empty, of the wrong kind or not allowed: what the JSON Schema sees, and what was pasted along. */
import { showValue } from '../../text/display.ts';
import { entryAt } from '../../yaml/document.ts';
import type { Entry, Value } from '../../yaml/types.ts';
import { oncePerFile, type Facts } from './facts.ts';
import { fieldAt, fieldsOf, type FieldRow, type Key } from '../../config/fields.ts';
import { TYPOGRAPHIC_QUOTES, unquote } from '../../config/paste.ts';
import {
  derivedValue,
  findIt,
  followsWrongPool,
  isEmpty,
  isForLogin,
  isNotFilledIn,
  repaired,
  setTo,
  whereToFind,
  type Found,
} from './keys.ts';
import { atValue, rule, type KeyArgs, type Rule } from '../rule.ts';

interface ValueProblem {
  readonly entry: Entry;
  readonly keyword: string;
  readonly field: FieldRow;
  readonly key: Key;
}

const valueProblems = oncePerFile((facts): readonly ValueProblem[] =>
  facts.schemaProblems.flatMap(({ keyword, path }) => {
    const row = fieldAt(path.join('.'), facts.layout);
    const entry = entryAt(facts.document, path);
    if (row === undefined || entry === undefined) return [];
    const { type, also } = row.key.schema;
    const isKind = [type, also?.type].some((kind) => isOfKind(entry.parsed, kind));
    // Neither of the two kinds, or a wrong value of one of them.
    return [{ entry, keyword: keyword === 'anyOf' && !isKind ? 'type' : keyword, ...row }];
  }),
);

const isOfKind = (value: Value, kind: string | undefined): boolean =>
  kind === 'integer' ? Number.isInteger(value) : typeof value === kind;

/** Values of the wrong kind whose key is a field; the switch has findings of its own for all but lists and mappings. */
const wrongKinds = (facts: Facts): readonly ValueProblem[] =>
  valueProblems(facts).filter(
    ({ keyword, field, entry }) =>
      keyword === 'type' &&
      !isEmpty(entry.parsed) &&
      field.name !== 'oldUserManagement' &&
      !(field.name === 'userManagement' && (entry.kind === 'scalar' || facts.layout === 'nested')),
  );

/** Mappings of the nested layout that are something else; `user` has a finding of its own. */
const wrongMappings = (facts: Facts): readonly Entry[] =>
  facts.schemaProblems
    .filter(({ keyword, path }) => keyword === 'type' && fieldAt(path.join('.'), facts.layout) === undefined)
    .flatMap(({ path }) => entryAt(facts.document, path) ?? [])
    .filter((entry) => !isEmpty(entry.parsed) && entry.path[0] !== 'user');

/** The value as the schema wants it, where only its kind is wrong and its text is plain. */
function converted(facts: Facts, entry: Entry, key: Key): string | number | undefined {
  if (entry.kind !== 'scalar' || entry.parsed === null) return undefined;
  if (key.schema.type === 'integer') {
    const digits = typeof entry.parsed === 'string' ? entry.parsed.trim() : '';
    return /^[1-9]\d{0,4}$/.test(digits) ? Number(digits) : undefined;
  }
  return key.schema.type === 'string'
    ? facts.document.text.slice(entry.value.start, entry.value.end)
    : undefined;
}

/** Of a value that is not empty. */
const kindOf = (value: Value): string => {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number' && !Number.isInteger(value)) return 'a number with a fraction';
  return { object: 'a mapping', string: 'a text', number: 'a number', boolean: 'a boolean' }[
    typeof value as 'string'
  ];
};

const WANTED = {
  string: 'a quoted text',
  integer: 'a whole number without quotes',
  boolean: 'true or false without quotes',
  object: 'a mapping, its keys indented below it',
  number: 'a number',
};

type Otherwise = KeyArgs & { readonly otherwise: string };

const HARMLESS = 'the Go server happens to read its text, other readers change it';

/** What the server does with a value of the wrong kind, where that is not what it does with any wrong value. */
function wrongKindDoes({ layout }: Facts, { entry, key }: ValueProblem): string {
  if (layout !== 'flat') return key.otherwise;
  if (entry.kind !== 'scalar') return 'the Go server does not start';
  if (key.schema.type === 'integer' && typeof entry.parsed === 'number')
    return 'the Go server cuts the fraction off';
  return key.schema.type === 'string' ? HARMLESS : key.otherwise;
}

const isFilledInByInit = (facts: Facts, entry: Entry): boolean =>
  isForLogin(entry.path, facts.layout) || entry === facts.field('userManagement');

export const VALUE_RULES: readonly Rule<Facts>[] = [
  rule<Otherwise & Found>({
    code: 'empty-value',
    severity: 'error',
    title: 'A value is empty that the server needs',
    why: 'The template has every key with an empty text; each has to be filled in before login works.',
    fix: 'Fill in the value; `umconfig init` asks for the empty ones.',
    check: (facts) =>
      facts.schemaProblems
        .filter(({ keyword }) => keyword !== 'additionalProperties')
        .flatMap(({ path }) => entryAt(facts.document, path) ?? [])
        .filter(
          (entry, at, all) => all.indexOf(entry) === at && isEmpty(entry.parsed) && isNeeded(facts, entry),
        )
        .filter((entry) => !followsWrongPool(facts, entry.path.join('.')))
        .filter((entry) => !(isNotFilledIn(facts) && isFilledInByInit(facts, entry)))
        .map((entry) => {
          const key = entry.path.join('.');
          const row = fieldAt(key, facts.layout);
          const args = { otherwise: row?.key.otherwise ?? '', ...whereToFind(facts, key) };
          return repaired(atValue(entry, args), setTo(key, derivedValue(facts, key)));
        }),
    message: ({ key, otherwise }) => `"${key}" is empty: ${otherwise}`,
    hint: findIt,
  }),
  rule<Otherwise & { readonly found: string; readonly wanted: string }>({
    code: 'wrong-type',
    severity: 'error',
    title: 'A value is of the wrong kind',
    why: 'YAML takes digits for a number and `true` for a boolean unless they are quoted, and a quoted port is no number: the Go server does not start then.',
    fix: 'Quote texts, and leave numbers and booleans unquoted; `umconfig validate --fix` does it where it is safe.',
    check: (facts) => [
      ...wrongKinds(facts).map(({ entry, keyword, field, key }) => {
        const value = converted(facts, entry, key);
        const otherwise = wrongKindDoes(facts, { entry, keyword, field, key });
        const hit = atValue(entry, {
          found: kindOf(entry.parsed),
          wanted: WANTED[key.schema.type],
          otherwise,
        });
        // The Go server keeps the text of an unquoted number; only other readers, and people, are misled.
        const isHarmless = otherwise === HARMLESS && field.console === undefined;
        return repaired(
          isHarmless ? { ...hit, severity: 'warning' as const } : hit,
          value === undefined ? undefined : [{ op: 'set', path: entry.path, value }],
        );
      }),
      ...wrongMappings(facts).map((entry) =>
        atValue(entry, {
          found: kindOf(entry.parsed),
          wanted: WANTED.object,
          otherwise: 'the Node server does not find its settings there',
        }),
      ),
    ],
    message: ({ key, found, wanted, otherwise }) =>
      `"${key}" is ${found} and must be ${wanted}: ${otherwise}`,
    hint: ({ wanted }) => `Write ${wanted}.`,
  }),
  rule<Otherwise & { readonly value: string; readonly allowed: string }>({
    code: 'invalid-value',
    severity: 'error',
    title: 'A value that the server does not take',
    why: 'Some keys take only certain values; the message says what the server does with any other.',
    fix: 'Use one of the values that the finding names.',
    check: (facts) =>
      valueProblems(facts)
        .filter(
          ({ keyword, key, entry }) => keyword !== 'type' && key.ownRule !== true && !isEmpty(entry.parsed),
        )
        .map(({ entry, key }) => {
          const { enum: values, minimum, maximum } = key.schema;
          const allowed = values?.join(', ') ?? `${minimum ?? 0} to ${maximum ?? 0}`;
          const isRandom = key.schema.type === 'integer' && entry.parsed === 0;
          const otherwise = isRandom ? 'the server listens on a random port' : key.otherwise;
          return atValue(entry, { value: showValue(entry.parsed), allowed, otherwise });
        }),
    message: ({ key, value, otherwise }) => `"${key}" must not be ${value}: ${otherwise}`,
    hint: ({ allowed }) => `Allowed: ${allowed}.`,
  }),
  rule<Otherwise>({
    code: 'typographic-quotes',
    severity: 'error',
    title: 'Typographic quotes around a value',
    why: 'YAML takes “ ” for ordinary characters, so they become a part of the value: `clientId: “abc”` names an app client that does not exist.',
    fix: 'Use straight quotes; `umconfig validate --fix` does it.',
    check: (facts) =>
      (facts.mayHold(TYPOGRAPHIC_QUOTES) ? textEntries(facts) : [])
        // What each server makes of the switch is told by the rules about it.
        .filter(({ text, field }) => TYPOGRAPHIC_QUOTES.test(text) && field.name !== 'userManagement')
        .map(({ entry, text, key }) => {
          const value = unquote(text);
          const isClean = value !== '' && !TYPOGRAPHIC_QUOTES.test(value);
          return repaired(
            atValue(entry, { otherwise: key.otherwise }),
            setTo(entry.path.join('.'), isClean ? value : undefined),
          );
        }),
    message: ({ key, otherwise }) =>
      `the quotes of "${key}" are typographic and so a part of the value: ${otherwise}`,
    hint: () => 'Use straight quotes: "…".',
  }),
  rule<Otherwise>({
    code: 'stray-whitespace',
    severity: 'error',
    title: 'Spaces around a value',
    why: 'A blank inside the quotes is a part of the value, and every comparison with it fails.',
    fix: 'Remove the blanks; `umconfig validate --fix` does it.',
    check: (facts) =>
      textEntries(facts)
        .filter(
          ({ text, field }) => text !== text.trim() && text.trim() !== '' && field.name !== 'userManagement',
        )
        .map(({ entry, text, key }) => ({
          ...atValue(entry, { otherwise: key.otherwise }),
          changes: [{ op: 'set' as const, path: entry.path, value: text.trim() }],
        })),
    message: ({ key, otherwise }) => `"${key}" has blanks before or after its value: ${otherwise}`,
    hint: () => 'Remove the blanks inside the quotes.',
  }),
];

/** Whether the schema's objection is that there is nothing, and login needs something. */
function isNeeded(facts: Facts, entry: Entry): boolean {
  const key = fieldAt(entry.path.join('.'), facts.layout)?.key;
  if (key === undefined) return false;
  if (key.required === 'login') return facts.loginMeant;
  // The Node server merges what is there over its defaults, so nothing beats a default.
  const isNothing = facts.layout === 'nested' && entry.parsed === null && entry.path.at(-1) !== 'itemDir';
  const isSwitch = key.schema.type === 'boolean' && entry.parsed === '';
  // Neither server takes an empty text for a number that has been left out.
  const isNumber = key.schema.type === 'integer' && typeof entry.parsed === 'string';
  return key.required === 'always' || key.schema.enum !== undefined || isSwitch || isNumber || isNothing;
}

/** Every field's value that is a text, the empty ones too. */
const textEntries = oncePerFile(
  (facts): readonly { field: FieldRow; key: Key; entry: Entry; text: string }[] => {
    const found = [];
    for (const { field, key, segments } of fieldsOf(facts.layout)) {
      const entry = entryAt(facts.document, segments);
      if (typeof entry?.parsed === 'string') found.push({ field, key, entry, text: entry.parsed });
    }
    return found;
  },
);
