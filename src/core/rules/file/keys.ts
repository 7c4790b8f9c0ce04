/** Keys that are missing, misspelled, unknown or of the other layout. */
import { capital, showValue } from '../../text/display.ts';
import type { ConfigDocument, Entry, Value } from '../../yaml/types.ts';
import type { Change } from '../../yaml/edit.ts';
import { meaningOf, oncePerFile, placeOfMissing, type Facts, type SchemaProblem } from './facts.ts';
import { goSwitchChange } from '../../config/go-switch.ts';
import { FIELDS, fieldAt, fieldNamed, fieldsOf } from '../../config/fields.ts';
import { LAYOUTS, NESTED_MARKS, type Layout } from '../../config/layouts.ts';
import { TYPOGRAPHIC_QUOTES } from '../../config/paste.ts';
import { regionOfPool } from '../../config/endpoints.ts';
import { bare, meantKey, withoutKey } from '../../config/spelling.ts';
import { onFile, say } from '../../text/hint.ts';
import { derivedValue, findIt, repaired, setTo, whereToFind, type Found } from './derived.ts';
import { atKey, atValue, keyArgs, rule, type KeyArgs, type Rule } from '../rule.ts';

const SWITCH: Readonly<Record<Layout, string>> = { flat: 'userManagement', nested: 'user.on' };

/** A key of the other layout at the top of this one's file. */
function isForeign(path: readonly string[], layout: Layout): boolean {
  const [name = ''] = path;
  if (path.length !== 1) return false;
  if (layout === 'flat') return NESTED_MARKS.includes(name);
  return FIELDS.some(({ flat }) => flat?.path === name) && fieldAt(name, layout) === undefined;
}

/** The keys that the schema does not have; a file may have thousands of them. */
const unknownKeys = oncePerFile(({ document, schemaProblems }): readonly Entry[] => {
  const unknown = schemaProblems.filter(({ keyword }) => keyword === 'additionalProperties');
  if (unknown.length === 0) return [];
  const byPath = new Map(document.entries.map((entry) => [JSON.stringify(entry.path), entry]));
  return unknown.flatMap(({ path }) => byPath.get(JSON.stringify(path)) ?? []);
});

/**
 * Whether renaming a misspelled key would stop a server that starts now: its value may be a port that is not a number, an unsupported
 * storage, or a mapping instead of a text.
 */
function stopsServer(facts: Facts, entry: Entry, right: string): boolean {
  const { layout } = facts;
  const { kind, parsed, path } = entry;
  const schema = fieldAt(right, layout)?.key.schema;
  if (schema === undefined) {
    if (kind !== 'mapping') return right !== 'user';
    return facts.document.entries.some(
      (child) =>
        child.path.length === path.length + 1 &&
        isIn(child, entry) &&
        stopsServer(facts, child, `${right}.${child.path.at(-1) ?? ''}`),
    );
  }
  if (kind === 'mapping' || kind === 'sequence') return true;
  // The Node server looks for its files there, wherever that is.
  if (right.startsWith('storage.') && parsed === null) return true;
  if (schema.type === 'integer') {
    const { minimum = -Infinity, maximum = Infinity } = schema;
    return !Number.isInteger(parsed) || Number(parsed) < minimum || Number(parsed) > maximum;
  }
  return right !== SWITCH[layout] && schema.enum?.some((allowed) => allowed === parsed) === false;
}

/** Renames the key, or moves its value to the right key if that one exists and is empty. */
function respell(facts: Facts, entry: Entry, right: string): readonly Change[] | undefined {
  const present = facts.entry(right);
  if (stopsServer(facts, entry, right)) return undefined;
  if (present === undefined)
    return [{ op: 'rename', path: entry.path, to: right.split('.').at(-1) ?? right }];
  const isFree = present.parsed === '' || present.parsed === null || present.parsed === entry.parsed;
  if (!isFree || entry.kind !== 'scalar' || typeof entry.parsed === 'object') return undefined;
  const meaning = right === SWITCH.flat && facts.layout === 'flat' ? meaningOf(entry.parsed) : undefined;
  const change: Change =
    meaning === undefined
      ? { op: 'set', path: right.split('.'), value: entry.parsed }
      : goSwitchChange(facts.document, meaning, facts.goSwitch);
  return [{ op: 'remove', path: entry.path }, change];
}

/** Dotted paths of the correct keys for misspelled ones. */
export const misspeltPaths = oncePerFile(
  (facts): ReadonlySet<string> =>
    new Set(unknownKeys(facts).flatMap((entry) => meantKey(entry.path, facts.layout)?.path ?? [])),
);

type Root = ConfigDocument['root'];

/** The file's values with login on, if the switch is on but has a wrong key; otherwise undefined. */
export function meantRoot(facts: Facts): Root | undefined {
  const { layout, document } = facts;
  if (!isEmpty(facts.field('userManagement')?.parsed ?? null)) return undefined;
  // In the flat layout everything except off counts as on, in the nested one every truthy value.
  const isOn = ({ parsed, kind }: Entry): boolean =>
    layout === 'flat'
      ? (kind === 'scalar' || kind === 'missing') && meaningOf(parsed) !== 'off'
      : kind === 'scalar' && Boolean(parsed);
  const user = facts.entry('user');
  const misspelled = unknownKeys(facts).filter((entry) => {
    const path = meantKey(entry.path, layout)?.path;
    const holds = path === 'user' ? facts.document.entries.filter((each) => isIn(each, entry)) : [entry];
    const isSwitch = path === SWITCH[layout] || path === 'userManagement';
    return (path === 'user' || isSwitch) && holds.some(isOn);
  });
  const isMeant =
    layout === 'nested' &&
    ((user?.kind === 'scalar' && meaningOf(user.parsed) === 'on') ||
      Boolean(facts.field('oldUserManagement')?.parsed));
  if (misspelled.length === 0 && !isMeant) return undefined;
  return { ...document.root, ...(layout === 'flat' ? { userManagement: 'on' } : { user: { on: true } }) };
}

const isIn = (entry: Entry, parent: Entry): boolean =>
  parent.value.start <= entry.key.start && entry.key.end <= parent.value.end;

/** Missing keys, without those that are only misspelled: they have their own finding. */
function missingKeys(facts: Facts): readonly SchemaProblem[] {
  const meant = misspeltPaths(facts);
  return facts.schemaProblems
    .filter(({ keyword, path }) => keyword === 'required' && !meant.has(path.join('.')))
    .filter(({ path }) => !(meansOff(facts) && isForLogin(path, facts.layout)))
    .filter(({ path }) => !followsWrongPool(facts, path.join('.')))
    .flatMap((problem) => (problem.path.join('.') === 'cognito' ? cognitoKeys(problem) : [problem]))
    .concat(emptyCognito(facts) ? cognitoKeys({ keyword: 'required', path: [] }) : [])
    .filter(({ path }) => !(isNotFilledIn(facts) && isForLogin(path, facts.layout)))
    .concat(lacksData(facts) ? [{ keyword: 'required', path: ['storage', 'data'] }] : []);
}

/** Whether a value is derived from a user pool ID that is wrong: that has its own finding, and fixing it fixes this one. */
export function followsWrongPool(facts: Facts, path: string): boolean {
  const pool = facts.text('userPoolID')?.text;
  return (
    fieldAt(path, facts.layout)?.field.derived === true &&
    derivedValue(facts, path) === undefined &&
    pool !== undefined &&
    regionOfPool(pool) === undefined
  );
}

/** Spellings of off that the schema does not know, such as `"off "`; they have their own finding. */
function meansOff(facts: Facts): boolean {
  const entry = facts.layout === 'flat' ? facts.field('userManagement') : undefined;
  return entry?.kind === 'scalar' && meaningOf(entry.parsed) === 'off';
}

/** The values that only the account can give. */
const valuesToFill = (layout: Layout): readonly string[] =>
  fieldsOf(layout).flatMap(({ field, key }) =>
    key.required === 'login' && field.derived !== true ? [key.path] : [],
  );

const switchEntry = (facts: Facts): Entry | undefined =>
  facts.field('userManagement') ?? facts.field('oldUserManagement');

/** Login is meant to be on, and none of its values is there: as in the file of a new checkout. */
export const isNotFilledIn = oncePerFile((facts): boolean => {
  const cognito = facts.entry('cognito');
  return (
    !facts.isBeingFilledIn &&
    facts.loginMeant &&
    switchEntry(facts) !== undefined &&
    misspeltPaths(facts).size === 0 &&
    !unknownKeys(facts).some((entry) => isForeign(entry.path, facts.layout)) &&
    (facts.layout === 'flat' ||
      cognito === undefined ||
      cognito.kind === 'mapping' ||
      isEmpty(cognito.parsed)) &&
    valuesToFill(facts.layout).every((path) => isEmpty(facts.entry(path)?.parsed ?? null))
  );
});

export const isForLogin = (path: readonly string[], layout: Layout): boolean =>
  fieldAt(path.join('.'), layout)?.key.required === 'login';

/** `cognito:` without a value, while login is on. */
const emptyCognito = (facts: Facts): boolean =>
  facts.layout === 'nested' && facts.loginMeant && facts.entry('cognito')?.parsed === null;

/** Without a data directory the Node server uses the checkout as one, and stops at its folders. */
const lacksData = (facts: Facts): boolean =>
  facts.layout === 'nested' && (facts.field('data') ?? facts.field('legacyData')) === undefined;

const cognitoKeys = (problem: SchemaProblem): readonly SchemaProblem[] =>
  fieldsOf('nested')
    .filter(({ key }) => key.required === 'login')
    .map(({ key }) => ({ ...problem, path: key.path.split('.') }));

export const isEmpty = (value: Value): boolean =>
  value === null || (typeof value === 'string' && value.trim() === '');

type Meant = KeyArgs & {
  readonly meant: string;
  readonly server: string;
  readonly without: string;
  /** The right key is there as well. */
  readonly isBeside: boolean;
};
type Without = KeyArgs & { readonly without: string };

export const KEY_RULES: readonly Rule<Facts>[] = [
  rule<Meant>({
    code: 'misspelt-key',
    severity: 'error',
    title: 'Misspelled key',
    why: 'Keys are case-sensitive. The guide itself writes `usermanagement` and `awsTokenUrl`, which no server reads; with the first one, anyone can use the server without signing in.',
    fix: 'Use the spelling that the finding names. `umconfig validate --fix` does that where it is safe.',
    check: (facts) =>
      unknownKeys(facts).flatMap((entry) => {
        const meant = isForeign(entry.path, facts.layout) ? undefined : meantKey(entry.path, facts.layout);
        if (meant === undefined) return [];
        const { server } = LAYOUTS[facts.layout];
        const isBeside = !isEmpty(facts.entry(meant.path)?.parsed ?? null);
        const without = isBeside ? `only "${meant.path}" takes effect` : meant.without;
        const hit = atKey(entry, { meant: meant.path, server, without, isBeside });
        return [repaired(hit, respell(facts, entry, meant.path))];
      }),
    message: ({ key, meant, server, without }) =>
      `${showValue(key)} is a misspelling of "${meant}". ${capital(server)} silently ignores it, so ${without}`,
    hint: ({ meant, isBeside }) =>
      isBeside ? 'Remove this line.' : `Rename the key to ${meant.split('.').at(-1) ?? meant}.`,
  }),
  rule<KeyArgs & { readonly server: string }>({
    code: 'unknown-key',
    severity: 'warning',
    title: 'Unknown key',
    why: 'The server gives no error for a key that it does not know, so a setting can be lost unnoticed.',
    fix: 'Remove the line, or check the spelling: `umconfig explain` lists the keys.',
    check: (facts) =>
      unknownKeys(facts)
        .filter(
          (entry) => !isForeign(entry.path, facts.layout) && meantKey(entry.path, facts.layout) === undefined,
        )
        .filter((entry) => !isUnsentSecret(entry, facts.layout))
        .map((entry) => atKey(entry, { server: LAYOUTS[facts.layout].server })),
    message: ({ key, server }) => `Unknown key ${showValue(key)}: ${server} silently ignores it`,
  }),
  rule<KeyArgs & { readonly layout: string; readonly server: string }>({
    code: 'mixed-layouts',
    severity: 'error',
    title: 'Keys of both layouts in one file',
    why: 'Each server reads only its own layout, so a switch in the wrong layout leaves login off, and no error says so.',
    fix: 'Decide which server the file is for and remove the keys of the other one. `userManagement`, `clientId` and so on are for the Go server (22 June 2019 to 31 July 2020); `user` and `cognito` are for the Node server (since 24 April 2020).',
    check: (facts) =>
      unknownKeys(facts)
        .filter((entry) => isForeign(entry.path, facts.layout))
        .map((entry) => atKey(entry, { layout: facts.layout, server: LAYOUTS[facts.layout].server })),
    message: ({ key, layout, server }) =>
      `"${key}" belongs to the ${layout === 'flat' ? 'nested' : 'flat'} layout, but the file is read as ${layout}: ${server} silently ignores the key`,
    hint: ({ layout }) =>
      `Remove the key. If the file is for the other server, add --layout ${layout === 'flat' ? 'nested' : 'flat'}.`,
  }),
  rule<KeyArgs>({
    code: 'secret-not-used',
    severity: 'warning',
    title: 'A client secret in the nested layout',
    why: 'The Node server never sends a client secret, and Cognito refuses every login of an app client that has one.',
    fix: 'Use an app client without a secret, and remove this line.',
    layouts: ['nested'],
    check: (facts) =>
      unknownKeys(facts)
        .filter((entry) => isUnsentSecret(entry, facts.layout))
        .map((entry) => atKey(entry, {})),
    message: () =>
      'The Node server does not use a client secret: if the app client has one, every login fails',
  }),
  rule<KeyArgs & { readonly state: 'on' | 'empty' }>({
    code: 'not-filled-in',
    severity: 'error',
    title: 'No Cognito value is filled in',
    why: 'In the file of a new checkout every Cognito value is empty. With login on, nobody can sign in.',
    fix: 'Run `umconfig init`, which asks for each value, or `umconfig discover`, which reads them from AWS. To leave login off, write `userManagement: off`, or `user: {on: false}` for the Node server.',
    check: (facts) => {
      if (!isNotFilledIn(facts)) return [];
      const entry = switchEntry(facts);
      if (entry === undefined) return [];
      return [atValue(entry, { state: isEmpty(entry.parsed) ? ('empty' as const) : ('on' as const) })];
    },
    message: ({ state }) =>
      state === 'on'
        ? 'no Cognito value is filled in, so nobody can sign in'
        : 'nothing is filled in yet, so login is off: anyone can use the server without signing in',
    hint: () =>
      say`Fill in the file: ${onFile('init')} asks for each value, ${onFile('discover')} reads them from AWS.`,
  }),
  rule<Without & Found>({
    code: 'missing-key',
    severity: 'error',
    title: 'Missing key',
    why: 'The Go server reads a missing key as an empty text. The Node server does not start without a required key.',
    fix: 'Add the key: `umconfig init` asks for what is missing. `umconfig validate --fix` adds keys that follow from others.',
    check: (facts) =>
      missingKeys(facts).map(({ path }) => {
        const key = path.join('.');
        const row = fieldAt(key, facts.layout);
        const without = row === undefined ? '' : withoutKey(row.key, facts.layout);
        const args = { ...keyArgs(key), without, ...whereToFind(facts, key) };
        const hit = { path: key, span: placeOfMissing(facts, path), args };
        return repaired(hit, setTo(key, derivedValue(facts, key)));
      }),
    message: ({ name, without }) => `${name} is missing, so ${without}`,
    hint: findIt,
  }),
];

function isUnsentSecret(entry: Entry, layout: Layout): boolean {
  if (layout !== 'nested') return false;
  const written = bare(entry.path.at(-1) ?? '');
  const { flat, aliases = [] } = fieldNamed('clientSecret');
  return [flat?.path ?? '', ...aliases].some((name) => bare(name) === written) && entry.path[0] === 'cognito';
}

/** Whether another finding already covers the value's form. */
export function isGarbled(facts: Facts, text: string): boolean {
  return (facts.mayHold(TYPOGRAPHIC_QUOTES) && TYPOGRAPHIC_QUOTES.test(text)) || text !== text.trim();
}
