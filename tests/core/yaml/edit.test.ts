// Edits of a YAML file: by table what each gives, by property that nothing else in the file moves.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { entryAt, parseDocument, serialize } from '../../../src/core/yaml/document.ts';
import type { ConfigDocument, Scalar } from '../../../src/core/yaml/types.ts';
import { applyChanges, type Change } from '../../../src/core/yaml/edit.ts';
import { EditError } from '../../../src/core/yaml/splices.ts';

const ORDER = [
  ...['port', 'userManagement', 'region', 'domainName', 'clientId', 'awsJwkUrl', 'userPoolID'],
  ...['http.port', 'storage.data', 'user.on', 'cognito.region', 'cognito.userPool', 'cognito.clientId'],
];

type Comment = NonNullable<Extract<Change, { op: 'set' }>['comment']>;

function set(path: string, value: Scalar, comment?: Comment): Change {
  return { op: 'set', path: path.split('.'), value, ...(comment && { comment }) };
}
const rename = (path: string, to: string): Change => ({ op: 'rename', path: path.split('.'), to });
const remove = (path: string): Change => ({ op: 'remove', path: path.split('.') });

function edit(text: string, ...changes: Change[]): string {
  return serialize(applyChanges(parseDocument(text), changes, ORDER));
}

type Row = [before: string, change: Change, after: string];

describe('a value in source', () => {
  test.each<[Scalar, string]>([
    [0, '0'],
    [-0, '-0.0'],
    [-1, '-1'],
    [1e21, '1.0e+21'],
    [-1.5e-7, '-1.5e-7'],
    [-1e-7, '-1.0e-7'],
    [Infinity, '.inf'],
    [-Infinity, '-.inf'],
    [NaN, '.nan'],
    [true, 'true'],
    [null, 'null'],
    ['a"b', '"a\\"b"'],
    ['\u007f\u0085\u2028\ufeff', '"\\u007f\\u0085\\u2028\\ufeff"'],
  ])('%p is %s', (value, source) => {
    expect(edit('region: x\n', set('region', value))).toBe(`region: ${source}\n`);
  });
});

describe('the indent of a new block', () => {
  test.each([
    ['a:\n  b: 1\n', '  '],
    ['a:\n    b: 1\n', '    '],
    ['a:\n\n  # c\n   b: 1\n', '   '],
    ['a: {b: 1}\n', '    '],
    ['a: 1\nc: 2\n', '    '],
    ['a:\n  ? b\n  : 1\n', '    '],
    ['a:\n  ? b\n  : 1\nc:\n  d: 1\n', '  '],
    ['a: {b: 1}\nc:\n  d: 1\n', '  '],
    ['a: {\n      b: 1}\nc:\n  d: 1\n', '  '],
    ['a:\n- b: 1\nc: |\n    text\nd:\n   e: 1\n', '   '],
    ['a:\n- b: 1\n', '    '],
    ['x: |\n  text\na:\n  b:\n     c: 1\n', '  '],
  ])('in %j is that of the first block there', (before, indent) => {
    expect(edit(before, set('cognito.region', 'us'))).toBe(`${before}cognito:\n${indent}region: "us"\n`);
  });

  test('is counted from where its key stands', () => {
    expect(edit(' a:\n   b: 1\n', set('cognito.region', 'us'))).toBe(
      ' a:\n   b: 1\n cognito:\n   region: "us"\n',
    );
  });
});

describe('set of a key that has a value', () => {
  test.each<Row>([
    ['region: x # c\n', set('region', 'us'), 'region: "us" # c\n'],
    ["region: 'a''b' #c", set('region', 'us'), 'region: "us" #c'],
    ['region : x\r\nz: 1', set('region', 'us'), 'region : "us"\r\nz: 1'],
    ['\uFEFFregion: x\r\n', set('region', 'us'), '\uFEFFregion: "us"\r\n'],
    ['region: 5', set('region', '5'), 'region: "5"'],
    ['region: "5"', set('region', 5), 'region: 5'],
    ['region: x', set('region', null), 'region: null'],
    ['user:\n  on: "no" # c\n', set('user.on', true), 'user:\n  on: true # c\n'],
    ['region:\n  many\n  lines # c\nz: 1', set('region', 'us'), 'region:\n  "us" # c\nz: 1'],
    ['region: "many\n\n  lines" # c\nz: 1', set('region', 'us'), 'region: "us" # c\nz: 1'],
    ['region: |\n  a\n  b\n\n# c\nz: 1\n', set('region', 'us'), 'region: "us"\n\n# c\nz: 1\n'],
    ['region: >- # h\r\n  a\r\nz: 1\r\n', set('region', 'us'), 'region: "us" # h\r\nz: 1\r\n'],
    ['region:\nz: 1', set('region', 'us'), 'region: "us"\nz: 1'],
    ['region :  # c\n', set('region', 'us'), 'region : "us"  # c\n'],
    ['region:', set('region', 'us'), 'region: "us"'],
    ['{region, x: , "y":1}', set('region', 'us'), '{region: "us", x: , "y":1}'],
    ['{region, x: , "y":1}', set('x', 'us'), '{region, x: "us" , "y":1}'],
    ['{region, x: , "y":1}', set('y', 'us'), '{region, x: , "y":"us"}'],
    ['region: 1\nregion: 2\n', set('region', 3), 'region: 1\nregion: 3\n'],
    ['region: 1\n...\nregion: 2\n', set('region', 3), 'region: 3\n...\nregion: 2\n'],
    ['cognito:\n  a: 1 # c\nz: 1\n', set('cognito', 'x'), 'cognito: "x" # c\nz: 1\n'],
    ['cognito: [1, 2] # c\n', set('cognito', 'x'), 'cognito: "x" # c\n'],
    ['region:\n- a\n- b\nz: 1\n', set('region', null), 'region: null\nz: 1\n'],
    ['__proto__: 1', set('__proto__', 2), '__proto__: 2'],
  ])('%j, %j', (before, change, after) => {
    expect(edit(before, change)).toBe(after);
    expect(edit(after, change)).toBe(after);
  });

  test.each([
    'region: us',
    'region: "us" #c',
    "region : 'us'",
    'region: >-\n  us\n',
    '{"region":"us"}',
    'region:\n us',
  ])('an equal value stays as it is written: %j', (text) => {
    expect(edit(text, set('region', 'us'))).toBe(text);
  });

  test('null where nothing stands is no change', () => {
    expect(edit('region:\n', set('region', null))).toBe('region:\n');
    expect(edit('region: ~\n', set('region', null))).toBe('region: ~\n');
  });
});

test('the comment of a block stays with the value that takes its place, and so do the blanks before it', () => {
  expect(edit('a: |-   # c\n  x\n  y\nb: 1\n', set('a', 'z'))).toBe('a: "z"   # c\nb: 1\n');
  expect(edit('a: >\t# c\n  x\n', set('a', 1))).toBe('a: 1\t# c\n');
});

describe('set of a key that is not there', () => {
  const template = '---\nport: 1\nuserManagement: off # c\n...\n';
  test.each<Row>([
    ['', set('region', 'r'), 'region: "r"\n'],
    ['# c', set('region', 'r'), '# c\nregion: "r"\n'],
    ['---', set('region', 'r'), '---\nregion: "r"\n'],
    ['---\n...\n', set('region', 'r'), '---\nregion: "r"\n...\n'],
    ['---\n...', set('region', 'r'), '---\nregion: "r"\n...'],
    ['--- # c\r\n\r\n...\r\n', set('user.on', true), '--- # c\r\n\r\nuser:\r\n    on: true\r\n...\r\n'],
    ['{}', set('cognito.region', 'r'), '{"cognito": {"region": "r"}}'],
    [template, set('region', 'r'), '---\nport: 1\nuserManagement: off # c\nregion: "r"\n...\n'],
    [template, set('other', 'r'), '---\nport: 1\nuserManagement: off # c\nother: "r"\n...\n'],
    ['z: 1', set('other', 'r'), 'z: 1\nother: "r"'],
    ['z: 1\r\ny: 2\r\n', set('other', 'r'), 'z: 1\r\ny: 2\r\nother: "r"\r\n'],
    ['z: 1\n\n# tail\n', set('other', 'r'), 'z: 1\nother: "r"\n\n# tail\n'],
    [' y: 1\n z: 2', set('region', 'r'), ' y: 1\n z: 2\n region: "r"'],
    ['# head\n# lead\nclientId: 1', set('region', 'r'), '# head\n# lead\nregion: "r"\nclientId: 1'],
    [
      'region: 1\n# lead\nclientId: 2',
      set('domainName', 'd'),
      'region: 1\ndomainName: "d"\n# lead\nclientId: 2',
    ],
    [
      'region: 1 # a\n          # b\nz: 2',
      set('domainName', 'd'),
      'region: 1 # a\n          # b\ndomainName: "d"\nz: 2',
    ],
    [
      'region: 1\nz: 2\n    # of z\n',
      set('domainName', 'd'),
      'region: 1\ndomainName: "d"\nz: 2\n    # of z\n',
    ],
    ['region: |+\n  x\n\n\nz: 1\n', set('domainName', 'd'), 'region: |+\n  x\n\n\ndomainName: "d"\nz: 1\n'],
    ['region: |\n  x\n\nz: 1\n', set('domainName', 'd'), 'region: |\n  x\ndomainName: "d"\n\nz: 1\n'],
    [
      'http:\n  port: 1\n  # in\n\n# out\nz: 1',
      set('user.on', true),
      'http:\n  port: 1\n  # in\nuser:\n  on: true\n\n# out\nz: 1',
    ],
    ['http:\n    port: 1\n', set('storage.data', 'd'), 'http:\n    port: 1\nstorage:\n    data: "d"\n'],
    [
      'cognito:\n  userPool: p\nz: 1',
      set('cognito.region', 'r'),
      'cognito:\n  region: "r"\n  userPool: p\nz: 1',
    ],
    ['cognito:\nz: 1', set('cognito.region', 'r'), 'cognito:\n    region: "r"\nz: 1'],
    ['cognito: # c\n', set('cognito.region', 'r'), 'cognito: # c\n    region: "r"\n'],
    ['cognito: null', set('cognito.region', 'r'), 'cognito:\n    region: "r"'],
    ['user: true # c\r\nz: 1\r\n', set('user.on', true), 'user: # c\r\n    on: true\r\nz: 1\r\n'],
    ['user: | # h\n  x\n\nz: 1\n', set('user.on', true), 'user: # h\n    on: true\n\nz: 1\n'],
    ['user: {}', set('user.on', true), 'user: {on: true}'],
    ['cognito: {clientId: x} # c', set('cognito.region', 'r'), 'cognito: {region: "r", clientId: x} # c'],
    ['{"a":1}', set('cognito.region', 'r'), '{"a":1, "cognito": {"region": "r"}}'],
    ['{cognito: , a: 1}', set('cognito.region', 'r'), '{cognito: {region: "r"} , a: 1}'],
    ['{cognito: 1}', set('cognito.region', 'r'), '{cognito: {region: "r"}}'],
    ['{\n  "a": 1\n}\n', set('b', 2), '{\n  "a": 1,\n  "b": 2\n}\n'],
    ['{\n  a: 1 # c\n}\n', set('b', 2), '{\n  a: 1, # c\n  b: 2\n}\n'],
    [
      '{\n  "region": 1,\n  "z": 2\n}\n',
      set('clientId', 3),
      '{\n  "region": 1,\n  "clientId": 3,\n  "z": 2\n}\n',
    ],
    [
      '{\n  "cognito": {\n    "region": 1\n  },\n  "z": 2\n}\n',
      set('cognito.clientId', 3),
      '{\n  "cognito": {\n    "region": 1,\n    "clientId": 3\n  },\n  "z": 2\n}\n',
    ],
    ['{\n  "region": 1, "z": 2\n}\n', set('clientId', 3), '{\n  "region": 1, "clientId": 3, "z": 2\n}\n'],
    ['{\n  "clientId": 1\n}\n', set('region', 3), '{\n  "region": 3,\n  "clientId": 1\n}\n'],
    ['{region: 1, }', set('clientId', 3), '{region: 1, clientId: 3, }'],
    ['region: 1\n...\nz: 2\n', set('clientId', 3), 'region: 1\nclientId: 3\n...\nz: 2\n'],
    ['m:\n  a: 1\nm:\n  b: 2\n', set('m.a', 3), 'm:\n  a: 1\nm:\n  b: 2\n  a: 3\n'],
    ['a: 1', { op: 'set', path: ['b c', '1'], value: '' }, 'a: 1\n"b c":\n    "1": ""'],
    [
      'a: 1\n',
      { op: 'set', path: ['constructor', '__proto__'], value: 2 },
      'a: 1\nconstructor:\n    __proto__: 2\n',
    ],
  ])('%j, %j', (before, change, after) => {
    expect(edit(before, change)).toBe(after);
    expect(edit(after, change)).toBe(after);
  });

  test('keys come out in the order of the template, in whatever order they are set', () => {
    const changes = ['userPoolID', 'region', 'clientId', 'domainName'].map((key) => set(key, ''));
    const keys = Object.keys(parseDocument(edit('port: 1\nuserManagement: x\n', ...changes)).root);
    expect(keys).toEqual(['port', 'userManagement', 'region', 'domainName', 'clientId', 'userPoolID']);
  });

  test('a key goes where the template has it, however deep it is nested', () => {
    const before = parseDocument('a:\n  b:\n    first: 1\n    last: 3\n');
    const after = applyChanges(before, [set('a.b.middle', 2)], ['a.b.first', 'a.b.middle', 'a.b.last']);
    expect(after.text).toBe('a:\n  b:\n    first: 1\n    middle: 2\n    last: 3\n');
  });
});

describe('the comment beside a value', () => {
  const comment = { text: 'https://new', replaces: /^https:/ };
  test.each<Row>([
    ['awsJwkUrl: a\n', set('awsJwkUrl', 'b', comment), 'awsJwkUrl: "b" # https://new\n'],
    ['awsJwkUrl: a  # https://old \n', set('awsJwkUrl', 'b', comment), 'awsJwkUrl: "b"  # https://new \n'],
    ['awsJwkUrl: a # mine\n', set('awsJwkUrl', 'b', comment), 'awsJwkUrl: "b" # mine\n'],
    ['awsJwkUrl: a #https://old', set('awsJwkUrl', 'a', comment), 'awsJwkUrl: a # https://new'],
    ['awsJwkUrl: a\r\nz: 1\r\n', set('awsJwkUrl', 'a', comment), 'awsJwkUrl: a # https://new\r\nz: 1\r\n'],
    ['awsJwkUrl:\n', set('awsJwkUrl', 'b', comment), 'awsJwkUrl: "b" # https://new\n'],
    ['', set('awsJwkUrl', 'b', comment), 'awsJwkUrl: "b" # https://new\n'],
    ['{awsJwkUrl: a}', set('awsJwkUrl', 'b', comment), '{awsJwkUrl: "b"}'],
    ['m: {awsJwkUrl: a}\n', set('m.awsJwkUrl', 'b', comment), 'm: {awsJwkUrl: "b"}\n'],
    ['awsJwkUrl: |-\n  a\n', set('awsJwkUrl', 'a', comment), 'awsJwkUrl: |-\n  a\n'],
    [
      'awsJwkUrl: a\n',
      set('awsJwkUrl', 'b', { ...comment, text: 'x\ny: 1\u2028' }),
      'awsJwkUrl: "b" # x y: 1\n',
    ],
    ['awsJwkUrl: a\n', set('awsJwkUrl', 'b', { ...comment, text: ' ' }), 'awsJwkUrl: "b"\n'],
  ])('%j, %j', (before, change, after) => {
    expect(edit(before, change)).toBe(after);
    expect(edit(after, change)).toBe(after);
  });

  test('a pattern with the g flag matches every time', () => {
    const change = set('a', 1, { text: 'x', replaces: /old/g });
    expect(edit('a: 1 # old\n', change)).toBe('a: 1 # x\n');
    expect(edit('a: 1 # old\n', change)).toBe('a: 1 # x\n');
  });
});

describe('rename', () => {
  test.each<Row>([
    ['usermanagement : on # c\n', rename('usermanagement', 'userManagement'), 'userManagement : on # c\n'],
    ['"a":  1', rename('a', 'b'), '"b":  1'],
    ["'a': 1", rename('a', 'b'), "'b': 1"],
    ['{"a":1}', rename('a', 'b'), '{"b":1}'],
    ['a: 1', rename('a', 'b: #'), '"b: #": 1'],
    ['a: 1', rename('a', 'null'), '"null": 1'],
    ['a: 1', rename('a', 'a'), 'a: 1'],
    ['m:\n  a: |\n    x\n', rename('m.a', 'b'), 'm:\n  b: |\n    x\n'],
    ['m:\n  a: 1\n', rename('m', 'on'), 'on:\n  a: 1\n'],
    ['? a\n: 1\n', rename('a', 'b'), '? b\n: 1\n'],
    ['a: 1', rename('a', '__proto__'), '__proto__: 1'],
  ])('%j, %j', (before, change, after) => {
    expect(edit(before, change)).toBe(after);
  });
});

describe('remove', () => {
  test.each<Row>([
    ['a: 1\n# of b\nb: 2 # c\nc: 3\n', remove('b'), 'a: 1\n# of b\nc: 3\n'],
    ['a: 1\r\nb: 2', remove('b'), 'a: 1\r\n'],
    ['a: |\n  x\nb: 1', remove('b'), 'a: |\n  x\n'],
    ['a: 1', remove('a'), ''],
    ['---\na: 1\n...\n', remove('a'), '---\n...\n'],
    ['a: 1\n', remove('b'), 'a: 1\n'],
    ['m:\n  a: 1\n  b: 2\nz: 1\n', remove('m'), 'z: 1\n'],
    ['m:\n  a: 1\n  b: 2\nz: 1\n', remove('m.b'), 'm:\n  a: 1\nz: 1\n'],
    ['m: # c\n  a: 1 # d\nz: 1\n', remove('m.a'), 'm: {} # c\nz: 1\n'],
    ['a: |\n  x\n\nb: 1\n', remove('a'), '\nb: 1\n'],
    ['? a\n: 1\n? b\n: 2\n', remove('a'), '? b\n: 2\n'],
    ['?   a\n: 1\nb: 2\n', remove('a'), 'b: 2\n'],
    ['n:\n  b: 2\nm:\n  a: 1\n', remove('m.a'), 'n:\n  b: 2\nm: {}\n'],
    ['{a: 1, b: 2}', remove('a'), '{b: 2}'],
    ['{a: 1, b: 2}', remove('b'), '{a: 1}'],
    ['m: {a: 1}', remove('m.a'), 'm: {}'],
    ['{m: {a: 1, b: 2}, c: 3}', remove('m.b'), '{m: {a: 1}, c: 3}'],
    ['{a: 1 , b: 2}', remove('a'), '{b: 2}'],
    ['{a: 1,\n b: 2, c: 3,\n d: 4}', remove('c'), '{a: 1,\n b: 2, \n d: 4}'],
    ['{\n  "a": 1,\n  "b": 2\n}\n', remove('a'), '{\n  "b": 2\n}\n'],
    ['{\n  "a": 1,\n  "b": 2\n}\n', remove('b'), '{\n  "a": 1\n}\n'],
    ['{\n  a: 1, # c\n  b: 2 # d\n}\n', remove('b'), '{\n  a: 1, # c\n}\n'],
  ])('%j, %j', (before, change, after) => {
    expect(edit(before, change)).toBe(after);
  });
});

describe('what cannot be done safely is refused', () => {
  test.each<[string, Change]>([
    ['a: "x', set('a', 1)],
    ['a: &x 1\n', set('a', 2)],
    ['a: 1\n---\nb: 1\n', set('a', 2)],
    ['- a\n', set('a', 2)],
    ['%YAML 1.1\n---\na: on\n', set('a', 2)],
    ['a: 1', { op: 'set', path: [], value: 1 }],
    ['user: [1]', set('user.on', true)],
    ['a:\n  b: 1 # keep\n  c: 2\n', set('a', 1)],
    ['a: {\n  b: 1 # keep\n}\n', set('a', 1)],
    ['? a\n', set('a', 1)],
    ['? a\n: 1\n', set('b', 1)],
    ['a: !!str 1\n', set('a', 2)],
    ['a: 1', rename('b', 'c')],
    ['a: 1\nb: 2', rename('a', 'b')],
    ['b: 1\na: 2', rename('a', 'b')],
    ['a: 1\na: 2', rename('a', 'c')],
    ['a: 1\na: 2\n', remove('a')],
    ['a: |\n  x\nb: 1\n    # deeper\n', remove('b')],
    // What else stands on the line would go with the key.
    ['!t {a: 1} # c\n', remove('a')],
    ['a: 1', { op: 'set', path: ['k'.repeat(2000)], value: 1 }],
    ['a: 1', { op: 'set', path: Array.from({ length: 90 }, () => 'k'), value: 1 }],
  ])('%j, %j', (text, change) => {
    expect(() => edit(text, change)).toThrow(EditError);
  });

  test('the error does not quote a value', () => {
    const secret = 'notarealsecret0123456789';
    const attempt = () => edit(`a: 1\na: ${secret}\nb:\n  c: ${secret} # x\n  d: 1\n`, set('b', secret));
    expect(attempt).toThrow(EditError);
    expect(attempt).not.toThrow(secret);
  });
});

describe('an entry written plainly', () => {
  test.each([
    ['a:\t1 \t# c\nb: 2\n', 'a: 1 # c\nb: 2\n'],
    ['a:\r\n  x\r\nb: 2\r\n', 'a: x\r\nb: 2\r\n'],
    ['  a: x y #z', '  a: "x y" #z'],
    ['"a" : \'x\'\t', '"a": "x"'],
    ['a: "x\\/\\ud83d\\ude00"\n', 'a: "x/😀"\n'],
  ])('%j becomes %j', (before, after) => {
    expect(edit(before, { op: 'plain', path: ['a'] })).toBe(after);
  });

  test.each([
    'a:\t010\n',
    'a:\t+_5\n',
    'a: "x\n  y"\n',
    'a: |\n  x\n',
    'a\n  : x\n',
    'a: [x]\n',
    'a: x\u00e9\n',
    '{a: x y}\n',
  ])('%j is left alone: its value is not certain, or is not on a line of its own', (text) => {
    expect(() => edit(text, { op: 'plain', path: ['a'] })).toThrow(EditError);
  });
});

describe('how a scalar is written', () => {
  test.each<[Scalar, string]>([
    ['on', '"on"'],
    ['', '""'],
    ['a "b" \\ c', '"a \\"b\\" \\\\ c"'],
    ['\0\t\n\r\x1b\x7f', '"\\u0000\\t\\n\\u000d\\u001b\\u007f"'],
    ['\b\f\\b\\\\r', '"\\u0008\\u000c\\\\b\\\\\\\\r"'],
    ['\u00a0\u2003', '"\\u00a0\\u2003"'],
    ['\x85\u2028\u2029\uFEFF\uFFFE', '"\\u0085\\u2028\\u2029\\ufeff\\ufffe"'],
    ['\ud800x', '"\\ud800x"'],
    ['é 😀 / %v #', '"é 😀 / %v #"'],
    [1e21, '1.0e+21'],
    [1.5e-7, '1.5e-7'],
    [-0, '-0.0'],
    [NaN, '.nan'],
    [-Infinity, '-.inf'],
    [false, 'false'],
  ])('%j as %s', (value, source) => {
    expect(edit('a: x # c\n', set('a', value))).toBe(`a: ${source} # c\n`);
  });
});

const word = fc.constantFrom(
  'a',
  'b',
  'port',
  'region',
  'clientId',
  'x y',
  '__proto__',
  'on',
  '1',
  'toString',
);
const scalar = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    'us-east-1',
    ' #',
    ': ',
    '- ',
    '',
    'null',
    '1',
    '"',
    "'",
    '\u2028',
    '\uFEFF',
    '%v',
    '...',
    '---',
  ),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
);
const written = fc.constantFrom(
  ...[
    '1',
    'true',
    '~',
    'plain words',
    '"dou\\"ble"',
    "'sing''le'",
    '',
    '{}',
    '[]',
    '[1, {q: 2}]',
    '{q: 1, "r":2}',
  ],
  ...[
    '|\n<  lit\n<\n<   eral',
    '>-\n<  fol\n<  ded',
    '|+\n<  keep\n<',
    '"two\n<  lines"',
    'plain\n<  lines',
    '"#"',
  ],
  ...['{\n<  q: 1, # c\n<  r: 2\n<}', '\n<- 1 # c\n<-\n<- 2'],
);
const trail = fc.constantFrom('', '', ' # c', '  #', ' ', '\t# tab');
const between = fc.constantFrom('', '', '', '\n', '# between\n', '  # deeper\n', '\n\n# a\n\n');
const keySource = (key: string, quoted: boolean): string =>
  quoted || key.includes(' ') ? JSON.stringify(key) : key;

/** Lines of a block mapping; `<` at a line's start stands for the indent. */
const blockMapping = (nested: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .uniqueArray(
      fc.tuple(word, fc.boolean(), fc.constantFrom(':', ' :'), fc.oneof(written, nested), trail, between),
      {
        selector: ([key]) => key,
        maxLength: 5,
        minLength: 1,
      },
    )
    .map((rows) =>
      rows
        .map(([key, quoted, colon, value, comment, gap]) => {
          const lead = value === '' || value.startsWith('\n') ? '' : ' ';
          const tail = /^[|>]/.test(value) || value.startsWith('\n') ? '' : comment;
          return `<${keySource(key, quoted)}${colon}${lead}${value}${tail}\n${gap}`;
        })
        .join(''),
    );
const nestedMapping = (indent: string): fc.Arbitrary<string> =>
  blockMapping(fc.constant('1')).map(
    (lines) => `\n${lines.replace(/\n$/, '').replace(/^</gm, `<${indent}`)}`,
  );
const file = fc
  .record({
    head: fc.constantFrom('', '---\n', '# head\n', '--- # c\n\n'),
    body: fc.oneof(
      fc.constantFrom('  ', '    ').chain((indent) => blockMapping(nestedMapping(indent))),
      fc.constantFrom(
        '',
        '{}\n',
        '{a: 1, "b":2}\n',
        '{\n  "a": 1,\n  "port": {"x": "y"}\n}\n',
        '{a, port: , }\n',
      ),
    ),
    foot: fc.constantFrom('', '...\n', '# foot\n', '\n\n', '... # c\n'),
    crlf: fc.boolean(),
    bom: fc.boolean(),
    cut: fc.boolean(),
  })
  .map(({ head, body, foot, crlf, bom, cut }) => {
    let text = head + body.replace(/^</gm, '') + foot;
    if (cut) text = text.replace(/\n$/, '');
    return (bom ? '\uFEFF' : '') + (crlf ? text.replace(/\n/g, '\r\n') : text);
  });
const path = fc.array(word, { minLength: 1, maxLength: 2 });
const comments = (text: string): string[] =>
  (text.match(/# (?:c|between|deeper|a|head|foot|tab)(?=\r?$)/gm) ?? []).sort();

/** The root as plain data, to be compared by value. */
const plain = (document: ConfigDocument): unknown => structuredClone(document.root);

/** The document after the change, or undefined where the change is refused. */
function attempt(document: ConfigDocument, change: Change): ConfigDocument | undefined {
  try {
    return applyChanges(document, [change], ORDER);
  } catch (error) {
    if (error instanceof EditError) return undefined;
    throw error;
  }
}

describe('any file', () => {
  test('the files that the properties are tried on are good ones', () => {
    const samples = fc.sample(file, { numRuns: 500, seed: 1 });
    const good = samples.filter((text) => parseDocument(text).problems.length === 0);
    expect(good.length).toBeGreaterThan(450);
  });

  test('a set on a scalar replaces its source and not a byte more', () => {
    fc.assert(
      fc.property(file, scalar, fc.nat(), (text, value, pick) => {
        const before = parseDocument(text);
        const entries = before.entries.filter(({ kind, style }) => kind === 'scalar' && style !== 'block');
        const entry = entries[pick % Math.max(entries.length, 1)];
        fc.pre(before.problems.length === 0 && entry !== undefined);
        const after = applyChanges(before, [{ op: 'set', path: entry.path, value }], ORDER);
        expect(after.text.startsWith(before.text.slice(0, entry.value.start))).toBe(true);
        expect(after.text.endsWith(before.text.slice(entry.value.end))).toBe(true);
        expect(entryAt(after, entry.path)?.parsed).toEqual(value);
        expect(after.entries.length).toBe(before.entries.length);
        expect(after.bom).toBe(before.bom);
      }),
      { numRuns: 250 },
    );
  });

  test('a set anywhere gives the value, changes no other, keeps every comment, and a second one changes nothing', () => {
    let refused = 0;
    fc.assert(
      fc.property(file, path, scalar, (text, at, value) => {
        const before = parseDocument(text);
        fc.pre(before.problems.length === 0);
        const change: Change = { op: 'set', path: at, value };
        const after = attempt(before, change);
        if (!after) refused++;
        if (!after) return;
        expect(entryAt(after, at)?.parsed).toEqual(value);
        expect(after.problems).toEqual([]);
        for (const entry of before.entries) {
          const touched =
            entry.path.every((key, i) => key === at[i]) || at.every((key, i) => key === entry.path[i]);
          if (!touched) expect(entryAt(after, entry.path)?.parsed).toEqual(entry.parsed);
        }
        // The value that goes may hold what looks like a comment.
        const gone = before.entries.find(
          (entry) => at.join().startsWith(entry.path.join()) && entry.style === 'block',
        );
        if (gone === undefined || (gone.kind === 'mapping' && entryAt(before, at) === undefined)) {
          expect(comments(after.text)).toEqual(comments(before.text));
        }
        if (text.includes('\r')) expect(after.text).not.toMatch(/[^\r]\n/);
        expect(serialize(applyChanges(after, [change], ORDER))).toBe(serialize(after));
      }),
      { numRuns: 500 },
    );
    expect(refused).toBeLessThan(50);
  });

  test('what is set and then removed leaves the other values; renaming there and back leaves the bytes', () => {
    fc.assert(
      fc.property(file, word, fc.nat(), (text, key, pick) => {
        const before = parseDocument(text);
        fc.pre(before.problems.length === 0);
        const added = attempt(before, { op: 'set', path: [`${key}2`], value: 'v' });
        const gone = added && attempt(added, { op: 'remove', path: [`${key}2`] });
        if (gone) expect(plain(gone)).toEqual(plain(before));
        const entry = before.entries[pick % Math.max(before.entries.length, 1)];
        if (!entry) return;
        const there = attempt(before, { op: 'rename', path: entry.path, to: 'renamed' });
        const name = entry.path.at(-1) ?? '';
        const back =
          there && attempt(there, { op: 'rename', path: [...entry.path.slice(0, -1), 'renamed'], to: name });
        if (back) expect(plain(back)).toEqual(plain(before));
        if (back && !/[ 1]/.test(name)) expect(serialize(back)).toBe(text);
        const removed = attempt(before, { op: 'remove', path: entry.path });
        if (!removed) return;
        expect(entryAt(removed, entry.path)).toBeUndefined();
        for (const other of before.entries) {
          const touched =
            entry.path.every((part, i) => part === other.path[i]) ||
            other.path.every((part, i) => part === entry.path[i]);
          if (!touched) expect(entryAt(removed, other.path)?.parsed).toEqual(other.parsed);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a file that is not YAML is edited rightly or refused, and nothing else happens', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), path, scalar, (text, at, value) => {
        const after = attempt(parseDocument(text), { op: 'set', path: at, value });
        if (after) expect(entryAt(after, at)?.parsed).toEqual(value);
      }),
      { numRuns: 250 },
    );
  });
});
