/** Values that are empty, of the wrong type or unsupported: what the JSON Schema finds, and characters that were pasted along. */
import { showValue } from '../../text/display.ts';
import { entryAt } from '../../yaml/document.ts';
import type { Entry, Value } from '../../yaml/types.ts';
import { oncePerFile, type Facts } from './facts.ts';
import { fieldAt, fieldsOf, type FieldRow, type Key } from '../../config/fields.ts';
import { TYPOGRAPHIC_QUOTES, unquote } from '../../config/paste.ts';
import { derivedValue, findIt, repaired, setTo, whereToFind, type Found } from './derived.ts';
import { followsWrongPool, isEmpty, isForLogin, isNotFilledIn } from './keys.ts';
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
    // Neither of the two types, or a wrong value of one of them.
    return [{ entry, keyword: keyword === 'anyOf' && !isKind ? 'type' : keyword, ...row }];
  }),
);

const isOfKind = (value: Value, kind: string | undefined): boolean =>
  kind === 'integer' ? Number.isInteger(value) : typeof value === kind;

/** Values of the wrong type whose key is a field; the switch has its own rules for everything except lists and mappings. */
const wrongKinds = (facts: Facts): readonly ValueProblem[] =>
  valueProblems(facts).filter(
    ({ keyword, field, entry }) =>
      keyword === 'type' &&
      !isEmpty(entry.parsed) &&
      field.name !== 'oldUserManagement' &&
      !(field.name === 'userManagement' && (entry.kind === 'scalar' || facts.layout === 'nested')),
  );

/** Keys of the nested layout that should be mappings and are not; `user` has its own rule. */
const wrongMappings = (facts: Facts): readonly Entry[] =>
  facts.schemaProblems
    .filter(({ keyword, path }) => keyword === 'type' && fieldAt(path.join('.'), facts.layout) === undefined)
    .flatMap(({ path }) => entryAt(facts.document, path) ?? [])
    .filter((entry) => !isEmpty(entry.parsed) && entry.path[0] !== 'user');

/** The value in the type that the schema requires, if it can be converted safely. */
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

/** The type of a value that is not empty. */
const kindOf = (value: Value): string => {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number' && !Number.isInteger(value)) return 'a number with a fraction';
  return { object: 'a mapping', string: 'a text', number: 'a number', boolean: 'a boolean' }[
    typeof value as 'string'
  ];
};

const WANTED = {
  string: 'a text in quotes',
  integer: 'a whole number without quotes',
  boolean: 'true or false without quotes',
  object: 'a mapping with indented keys',
  number: 'a number',
};

type Otherwise = KeyArgs & { readonly otherwise: string };

const HARMLESS = 'YAML readers other than the Go server change it';

/** What the server does with a value of the wrong type. */
function wrongKindDoes({ layout }: Facts, { entry, key }: ValueProblem): string {
  if (layout !== 'flat') return key.otherwise;
  if (entry.kind !== 'scalar') return 'the Go server does not start';
  if (key.schema.type === 'integer' && typeof entry.parsed === 'number')
    return 'the Go server cuts off the fraction';
  return key.schema.type === 'string' ? HARMLESS : key.otherwise;
}

const isFilledInByInit = (facts: Facts, entry: Entry): boolean =>
  isForLogin(entry.path, facts.layout) || entry === facts.field('userManagement');

export const VALUE_RULES: readonly Rule<Facts>[] = [
  rule<Otherwise & Found>({
    code: 'empty-value',
    severity: 'error',
    title: 'Empty value',
    why: 'The server’s default file has every key with an empty value. Login works only when each of them is filled in.',
    fix: 'Fill in the value: `umconfig init` asks for the empty ones.',
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
    message: ({ name, otherwise }) => `${name} is empty, so ${otherwise}`,
    hint: findIt,
  }),
  rule<Otherwise & { readonly found: string; readonly wanted: string }>({
    code: 'wrong-type',
    severity: 'error',
    title: 'Wrong type of value',
    why: 'In YAML digits without quotes are a number, `true` without quotes is a boolean, and `"8686"` in quotes is a text. The Go server does not start if a value has the wrong type.',
    fix: 'Put texts in quotes; write numbers and booleans without quotes. `umconfig validate --fix` does that where it is safe.',
    check: (facts) => [
      ...wrongKinds(facts).map(({ entry, keyword, field, key }) => {
        const value = converted(facts, entry, key);
        const otherwise = wrongKindDoes(facts, { entry, keyword, field, key });
        const hit = atValue(entry, {
          found: kindOf(entry.parsed),
          wanted: WANTED[key.schema.type],
          otherwise,
        });
        // The Go server keeps the text of an unquoted number; only other readers and people are misled.
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
          otherwise: 'the Node server does not find its settings',
        }),
      ),
    ],
    message: ({ name, found, wanted, otherwise }) =>
      `${name} must be ${wanted}, found ${found}, so ${otherwise}`,
    hint: ({ wanted }) => `Write ${wanted}.`,
  }),
  rule<Otherwise & { readonly value: string; readonly allowed: string }>({
    code: 'invalid-value',
    severity: 'error',
    title: 'Unsupported value',
    why: 'The key accepts only certain values.',
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
    message: ({ name, value, otherwise }) => `${name} has the unsupported value ${value}, so ${otherwise}`,
    hint: ({ allowed }) => `Expected: ${allowed}.`,
  }),
  rule<Otherwise>({
    code: 'typographic-quotes',
    severity: 'error',
    title: 'Typographic quotes around a value',
    why: 'YAML treats “ ” as ordinary characters, so they become part of the value: `clientId: “abc”` names an app client that does not exist.',
    fix: 'Use straight quotes: `"…"`.',
    check: (facts) =>
      (facts.mayHold(TYPOGRAPHIC_QUOTES) ? textEntries(facts) : [])
        // The switch has its own rules.
        .filter(({ text, field }) => TYPOGRAPHIC_QUOTES.test(text) && field.name !== 'userManagement')
        .map(({ entry, text, key }) => {
          const value = unquote(text);
          const isClean = value !== '' && !TYPOGRAPHIC_QUOTES.test(value);
          return repaired(
            atValue(entry, { otherwise: key.otherwise }),
            setTo(entry.path.join('.'), isClean ? value : undefined),
          );
        }),
    message: ({ name, otherwise }) =>
      `${name} has typographic quotes, which become part of the value, so ${otherwise}`,
  }),
  rule<Otherwise>({
    code: 'stray-whitespace',
    severity: 'error',
    title: 'Spaces around a value',
    why: 'A space inside the quotes is part of the value, so every comparison with the real value fails.',
    fix: 'Remove the spaces inside the quotes.',
    check: (facts) =>
      textEntries(facts)
        .filter(
          ({ text, field }) => text !== text.trim() && text.trim() !== '' && field.name !== 'userManagement',
        )
        .map(({ entry, text, key }) => ({
          ...atValue(entry, { otherwise: key.otherwise }),
          changes: [{ op: 'set' as const, path: entry.path, value: text.trim() }],
        })),
    message: ({ name, otherwise }) => `${name} has spaces before or after the value, so ${otherwise}`,
  }),
];

/** Whether an empty value is an error. */
function isNeeded(facts: Facts, entry: Entry): boolean {
  const key = fieldAt(entry.path.join('.'), facts.layout)?.key;
  if (key === undefined) return false;
  if (key.required === 'login') return facts.loginMeant;
  // The Node server merges the file over its defaults, so null overrides a default.
  const isNothing = facts.layout === 'nested' && entry.parsed === null && entry.path.at(-1) !== 'itemDir';
  const isSwitch = key.schema.type === 'boolean' && entry.parsed === '';
  // Neither server reads an empty text as a missing number.
  const isNumber = key.schema.type === 'integer' && typeof entry.parsed === 'string';
  return key.required === 'always' || key.schema.enum !== undefined || isSwitch || isNumber || isNothing;
}

/** Every field whose value is a text, including empty ones. */
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
