/** Generates random configuration files for the YAML readers: within the plain subset, mutations of real ones, and arbitrary ones. */
import type { Random } from '../campaigns/campaign.ts';
import { contractFixtures, readContractFixture, template } from './fixtures.ts';

const FLAT_KEYS = ['port', 'data', 'src', 'database', 'modelGateHost', 'modelGatePort', 'userManagement', 'region', 'domainName', 'clientId', 'clientSecret', 'redirectUri', 'logOutUri', 'awsTokenURL', 'awsJwkUrl', 'userPoolID', 'sync', 'itemDir']; // prettier-ignore
const NESTED_KEYS: Readonly<Record<string, readonly string[]>> = {
  http: ['port'],
  storage: ['type', 'data', 'itemDir'],
  user: ['on'],
  cognito: ['region', 'userPool', 'clientId', 'userPoolBaseUri', 'callbackUri'],
  mode: ['dev'],
};
/** Values that some readers treat specially. */
const ODD_KEYS = ['<<', '=', 'y', 'on', 'null', '~', '1', '1.5', 'a-b', 'a.b', '"q"', "'s'", '? a', '"\\x41"', '""', '-', 'é', '2001-01-01', '__proto__', '!!str a', '&a b', '*a']; // prettier-ignore
const WORDS = ['on', 'off', 'On', 'OFF', 'true', 'false', 'True', 'FALSE', 'tRUE', 'yes', 'no', 'y', 'N', 'null', '~', 'Null', 'NULL', 'nULL', '0', '1', '-1', '+1', '8686', '010', '0o7', '0x1F', '0b11', '0b', '00', '-0', '1_000', '_1', '1_', '0_', '190:20:30', '1:30', '1:60', '1:2:3', '1.5', '1.50', '.5', '5.', '-.5', '1e3', '1e', '1E5', '1e+5', '1.e5', '12e03', '.e5', '.', '..', '...', '._7', '.inf', '-.inf', '+.INF', '.nan', '.NaN', 'NaN', 'infinity', '2001-01-01', '2001-1-1', '2001-01-01T00:00:00Z', '2001-01-01 00:00:00', '2001-01-01x', '20010101', '99999999999999999999', '9007199254740993', '0123456789012345678', 'us-west-2_AbC', 'http://localhost:8686/auth', './data', '/x', 'a@b', '50%', '%v', '1a2b3c', '==', '=', '-', '--', '---', '- a', '? a', ': a', 'a:b', 'a:', '::', '+', '~x', '127.0.0.1', '::1', '<<', '1,000', '!', '!a', '&a', '*a', '@a', '`a', '|', '>', '%a', 'a #b', 'a# b', "it's", 'a "b"', '[a, b]', '[]', '{}', '{a}', '{a: }', '{? a : b}', '{a: [b]}', '{a: {b: c}}', '{a: 1, a: 2}', '{"a":1}', '{a:1}', '{<<: {a: b}}']; // prettier-ignore
const CHARACTERS = Array.from('abcXYZ019._/-:@+~% "\'\\{}[],#&*!|>?`<=\t\r\u0085\u00a0\u00e9\u200b\u2003\u2028\u2029\u3000\ufeff\u{1f600}\u007f'); // prettier-ignore
const ESCAPES = ['\\"', '\\\\', '\\/', '\\n', '\\t', '\\r', '\\b', '\\f', '\\a', '\\v', '\\e', '\\0', '\\ ', '\\N', '\\_', '\\L', '\\P', "\\'", '\\x41', '\\x00', '\\x85', '\\xff', '\\u00e9', '\\u2028', '\\ufeff', '\\uffff', '\\ud83d\\ude00', '\\ud800', '\\udC00', '\\U0001f600', '\\x4', '\\q', '\\\n', '\n', '\n\n  ', "''"]; // prettier-ignore
const INSIDE_ESCAPES = ['\\"', '\\\\', '\\n', '\\t', '\\x41', '\\x00', '\\x85', '\\xfF', '\\u00e9', '\\u2028', '\\ufeff', '\\ud7ff', '\\ue000', '\\uABCD']; // prettier-ignore
const INSIDE_WORDS = ['on', 'off', 'On', 'true', 'false', 'null', '~', '0', '1', '8686', '.', './data', 'us-west-2_AbC', 'http://localhost:8686/auth', '127.0.0.1', 'a@b.test', '50%', '1a2b3c', '~/x', '+x', '__']; // prettier-ignore
const TEXT_CHARACTERS = Array.from('abc /:#{}[],&*!|>%@`?-=<>.~é\u{1f600}');
const WORD_CHARACTERS = Array.from('abcdefXYZ0189._-/:@+~%');

const many = (random: Random, limit: number, one: () => string): string =>
  Array.from({ length: random.below(limit) }, one).join('');

const BASES: readonly string[] = [
  template('flat'),
  template('nested'),
  ...contractFixtures.map(({ file }) => readContractFixture(file).toString('utf8')),
];

export interface GeneratedFile {
  readonly text: string;
  /** Generated within the plain subset. */
  readonly isInside: boolean;
}

/** A file of one of the kinds. */
export function generatedFile(random: Random): GeneratedFile {
  const kind = random.below(10);
  if (kind < 3) return { text: insideFile(random), isInside: true };
  const text = kind < 7 ? mutated(random.pick(BASES), random) : wildFile(random);
  // A file cannot contain half a surrogate pair.
  return { text: text.replace(/[\ud800-\udfff]/gu, '?'), isInside: false };
}

/** A file of the plain subset, generated from its grammar. */
export function insideFile(random: Random): string {
  const eol = random.pick(['\n', '\n', '\r\n']);
  const lines: string[] = [];
  const comment = (): string => random.pick(['', '', '', ' # c: "é\u00a0\t', '  #', ' ']);
  const entry = (key: string, value: string): string =>
    `${random.pick([key, key, key, `"${key}"`, `'${key}'`])}${random.pick([':', ':', ' :'])}${value === '' ? '' : ` ${value}`}${comment()}`;
  const some = (keys: readonly string[]): readonly string[] => keys.filter(() => random.below(3) > 0);
  if (random.below(2) > 0) for (const key of some(FLAT_KEYS)) lines.push(entry(key, insideValue(random)));
  else {
    for (const [key, children] of Object.entries(NESTED_KEYS)) {
      const present = some(children);
      const flow = present
        .map((child) => `${child}: ${insideValue(random)}`)
        .join(random.pick([', ', ' , ', ',']));
      if (random.below(3) === 0) lines.push(entry(key, `{${flow}}`));
      else lines.push(entry(key, ''), ...present.map((child) => `    ${entry(child, insideValue(random))}`));
    }
  }
  if (random.below(4) === 0)
    lines.splice(random.below(lines.length), 0, random.pick(['', '# c', '   # c', '  ']));
  if (random.below(3) === 0) lines.unshift(random.pick(['---', '--- # c']));
  if (random.below(3) === 0) lines.push(random.pick(['...', '... # c']));
  if (lines.every((line) => !line.includes(':'))) lines.unshift('port: 1');
  return random.pick(['', '', '', '\ufeff']) + lines.join(eol) + random.pick([eol, '']);
}

/** A one-line value. */
function insideValue(random: Random): string {
  const text = (special: readonly string[]): string =>
    many(random, 10, () => random.pick([...TEXT_CHARACTERS, ...special]));
  switch (random.below(4)) {
    case 0:
      return `"${text(INSIDE_ESCAPES)}"`;
    case 1:
      return `'${text(["''", '\\', '"'])}'`;
    case 2:
      return random.pick(INSIDE_WORDS);
    default:
      return `${random.pick(Array.from('abcXYZ'))}${many(random, 8, () => random.pick(WORD_CHARACTERS))}z`;
  }
}

function wildText(random: Random): string {
  return many(random, 8, () => random.pick(random.below(4) === 0 ? ESCAPES : CHARACTERS));
}

function wildValue(random: Random, depth = 0): string {
  switch (random.below(depth > 2 ? 5 : 10)) {
    case 0:
      return `"${wildText(random)}"`;
    case 1:
      return `'${wildText(random)}'`;
    case 2:
      return wildText(random);
    case 3:
      return many(random, 7, () => random.pick(Array.from('0123456789._:+-eExobTZ')));
    case 4:
    case 5:
    case 6:
      return random.pick(WORDS);
    case 7:
      return `${random.pick(['|', '>', '|-', '>-', '|+', '|2', ''])}\n${random.pick(['  ', ' ', '\t', ''])}${wildText(random)}`;
    case 8:
      return `{${random.pick(['', ' '])}${wildKey(random)}${random.pick([': ', ':', ' : ', ':\t'])}${wildValue(random, depth + 1)}${random.pick(['', ',', ', a: b', ' ', '\n '])}}`;
    default:
      return `\n  ${wildKey(random)}: ${wildValue(random, depth + 1)}`;
  }
}

const wildKey = (random: Random): string =>
  random.pick(random.below(3) === 0 ? ODD_KEYS : [...FLAT_KEYS, ...Object.keys(NESTED_KEYS)]);

const wildLine = (random: Random): string =>
  random.pick(['', '', '', '', '', ' ', '  ', '\t', '- ', '# ', '--- ', '... ']) +
  wildKey(random) +
  random.pick([': ', ': ', ': ', ':', ' : ', ':\t', '', ' :', '\n:', '\n : ']) +
  wildValue(random) +
  random.pick(['', '', ' # c', '\t# c', ' ', '\t', ' #', '#x', ',']);

function wildFile(random: Random): string {
  const lines = Array.from({ length: 1 + random.below(4) }, () => wildLine(random));
  const marker = (): string =>
    random.pick(['', '', '', '---\n', '...\n', '%YAML 1.1\n---\n', '# c\n', '\n', '\ufeff']);
  return marker() + lines.join(random.pick(['\n', '\r\n', '\n---\n', '\n...\n'])) + '\n' + marker();
}

/** A file with one to three changed lines. */
function mutated(base: string, random: Random): string {
  const lines = base.split('\n');
  for (let left = 1 + random.below(3); left > 0; left -= 1) {
    const at = random.below(lines.length);
    const line = lines[at] ?? '';
    const [, start] = /^(\s*["']?[\w.-]+["']?\s*:\s*)/.exec(line) ?? [];
    const column = random.below(line.length + 1);
    const piece = random.pick(random.below(3) === 0 ? ESCAPES : CHARACTERS);
    if (start !== undefined && random.below(2) === 0) lines[at] = start + wildValue(random);
    else if (random.below(3) === 0) lines.splice(at, 0, wildLine(random));
    else if (random.below(4) === 0) lines.splice(at, 1);
    else lines[at] = line.slice(0, column) + piece + line.slice(column + random.below(2));
  }
  return lines.join(random.pick(['\n', '\n', '\r\n']));
}
