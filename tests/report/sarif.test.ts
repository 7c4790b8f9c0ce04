/** SARIF as those read it who take it in: the official schema, and code scanning of GitHub. */
import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import SchemaValidator from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { parseDocument } from '../../src/core/yaml/document.ts';
import { validate } from '../../src/core/rules/validate.ts';
import { RULES } from '../../src/core/rules/index.ts';
import { goodFile, readRuleFixture, ruleFixtures } from '../support/fixtures.ts';
import { mutatedFile } from '../support/mutations.ts';
import { BAD, GOOD, report, RUN, validation } from '../support/reports.ts';

/** The values at one name anywhere in JSON. */
function valuesAt(name: string, value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === name ? [inner, ...valuesAt(name, inner)] : valuesAt(name, inner),
  );
}

/** The official schema, from Microsoft's own package. It is of JSON Schema draft-04. */
function schemaErrors(): (log: string) => readonly string[] {
  const require = createRequire(import.meta.url);
  const schema = require('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json') as object;
  const validator = new SchemaValidator.default({ allErrors: true, strict: false, unicodeRegExp: false });
  addFormats.default(validator);
  const isValid = validator.compile(schema);
  return (log) => {
    isValid(JSON.parse(log));
    return (isValid.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath} ${message}`);
  };
}

describe('the official schema', () => {
  const errorsOf = schemaErrors();
  const HOSTILE = [
    'a b#c?d%20e[f]&g.yml',
    'ü/日本/🙂.yml',
    '\ud800lone\u202e\u0000.yml',
    '::error::x.yml',
    '##[group].yml',
    'C:\\x\\c.yml',
    'http://acme.test/c.yml',
    '//acme.test/c.yml',
    'co:lon.yml',
    '-',
    ' ',
    '%',
    '<stdin>',
    '../../outside.yml',
    '/etc/absolute.yml',
  ];

  test('can be broken', () => {
    const log = report('sarif', validation({ 'c.yml': BAD })).replace('"error"', '"fatal"');
    expect(errorsOf(log)).toHaveLength(1);
    const uri = report('sarif', validation({ 'c.yml': BAD })).replaceAll('"sub/c.yml"', '"sub/c .yml"');
    expect(errorsOf(uri).length).toBeGreaterThan(0);
  });

  test.each([
    ['nothing at all', validation({})],
    ['a right file', validation({ 'c.yml': GOOD })],
    ['a wrong one', validation({ 'c.yml': BAD })],
    ['both layouts', validation({ 'flat.yml': BAD, 'nested.yml': goodFile('nested') })],
    ['what could not be read', validation({}, ['x.yml: no such file', '[a](b): ##[error]'])],
    ['hostile names', validation(Object.fromEntries(HOSTILE.map((name) => [name, BAD])), HOSTILE)],
  ])('is kept for %s', (_, body) => {
    expect(errorsOf(report('sarif', body))).toEqual([]);
    const elsewhere = { ...RUN, cwd: 'D:\\a\\repo\\sub', workspace: undefined };
    expect(errorsOf(report('sarif', body, elsewhere))).toEqual([]);
  });

  test('is kept for every finding that a file can have', () => {
    const files = ruleFixtures().map(({ name }) => [name, readRuleFixture(name).toString('utf8')] as const);
    const log = report('sarif', validation(Object.fromEntries(files)));
    expect(errorsOf(log)).toEqual([]);
    expect(valuesAt('rules', JSON.parse(log)).flat().length).toBeGreaterThan(45);
  });

  test('is kept whatever a file holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), mutatedFile, (name, text) => {
        expect(errorsOf(report('sarif', validation({ [name]: text })))).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });
});

/** What code scanning makes use of beyond the schema. */
describe('code scanning', () => {
  interface Rule {
    readonly id: string;
    readonly helpUri: string;
    readonly help: { readonly text: string; readonly markdown: string };
    readonly properties: Readonly<Record<string, unknown>>;
  }
  const files = ruleFixtures().map(({ name }) => [name, readRuleFixture(name).toString('utf8')] as const);
  const all: unknown = JSON.parse(report('sarif', validation(Object.fromEntries(files))));
  const rules = valuesAt('rules', all).flat() as readonly Rule[];
  const rule = (id: string): Rule | undefined => rules.find((one) => one.id === id);

  test('each rule has help with a link', () => {
    for (const { help, helpUri } of rules) {
      expect(helpUri).toMatch(
        /^https:\/\/(?:docs\.aws\.amazon\.com|www\.scalabel\.ai|yaml\.org|docs\.github\.com)\//,
      );
      expect(help.markdown).toContain(`](${helpUri})`);
      expect(help.text).toContain(helpUri);
    }
  });

  test('rules are ranked: by precision and severity, and by what they let others do', () => {
    expect(rule('redirect-path')?.properties).toEqual({
      precision: 'very-high',
      'problem.severity': 'error',
      tags: ['correctness'],
    });
    expect(rule('login-off')).toMatchObject({
      properties: { tags: ['security'], 'security-severity': '9.1' },
    });
    for (const { id, properties } of rules) {
      expect(['error', 'warning', 'recommendation']).toContain(properties['problem.severity']);
      expect('security-severity' in properties).toBe(
        RULES.find(({ code }) => code === id)?.risk !== undefined,
      );
    }
  });

  test('paths count from the root of the checkout, and say so; those outside of it do not', () => {
    const body = validation({ 'c d.yml': BAD, '/etc/c.yml': BAD, '../../else/c.yml': BAD });
    const log: unknown = JSON.parse(report('sarif', body));
    expect(log).toMatchObject({
      runs: [
        {
          originalUriBaseIds: { '%SRCROOT%': { description: { text: expect.stringContaining('root') } } },
          artifacts: [
            { location: { uri: 'sub/c%20d.yml', uriBaseId: '%SRCROOT%' }, roles: ['analysisTarget'] },
            { location: { uri: 'file:///etc/c.yml' }, roles: ['analysisTarget'] },
            { location: { uri: 'file:///else/c.yml' }, roles: ['analysisTarget'] },
          ],
        },
      ],
    });
    const [inside, , outside] = valuesAt('physicalLocation', log) as readonly Record<string, unknown>[];
    expect(inside?.['artifactLocation']).toEqual({ uri: 'sub/c%20d.yml', uriBaseId: '%SRCROOT%', index: 0 });
    expect(outside?.['artifactLocation']).toEqual({ uri: 'file:///etc/c.yml', index: 1 });
  });

  test('columns count UTF-16 units, also behind characters that take two', () => {
    const text = GOOD.replace(/^domainName.*$/m, 'domainName: "🙂🙂🙂" # 🙂').replace(
      'port: 8686',
      '"🙂port": 1',
    );
    const log: unknown = JSON.parse(report('sarif', validation({ 'c.yml': text })));
    const lines = text.split('\n');
    const marked = (valuesAt('region', log) as readonly Record<string, number>[])
      .filter((region) => region['startLine'] === region['endLine'])
      .map(({ startLine = 0, startColumn = 0, endColumn = 0 }) =>
        lines[startLine - 1]?.slice(startColumn - 1, endColumn - 1),
      );
    expect(marked).toContain('"🙂🙂🙂"');
    expect(marked).toContain('"🙂port"');
  });

  test('a result stays the same when lines are added above and others come and go', () => {
    const prints = (text: string): Record<string, unknown> =>
      Object.fromEntries(
        (
          valuesAt('results', JSON.parse(report('sarif', validation({ 'c.yml': text })))).flat() as readonly {
            readonly ruleId: string;
            readonly partialFingerprints: unknown;
          }[]
        ).map(({ ruleId, partialFingerprints }) => [ruleId, partialFingerprints]),
      );
    const before = prints(BAD);
    expect(Object.keys(before)).toEqual(['misspelt-key', 'redirect-path']);
    const [first = '', ...rest] = BAD.trimEnd()
      .split('\n')
      .filter((line) => !/^(?:---|\.\.\.)$/.test(line));
    const shuffled = ['# a', '', 'colour: 1', ...rest.reverse(), first, ''].join('\n');
    expect(prints(shuffled)).toMatchObject(before);
  });

  test('no two results of a run have one fingerprint', () => {
    const body = validation({ 'c.yml': 'colour: 1\ncolour: 2\ncolour: 3\n', 'd.yml': BAD, 'e.yml': BAD });
    const prints = valuesAt('umconfig/v1', JSON.parse(report('sarif', body)));
    expect(prints.length).toBeGreaterThan(6);
    expect(new Set(prints).size).toBe(prints.length);
  });
});

describe('sarif', () => {
  const log = (text: string, run = RUN): unknown =>
    JSON.parse(report('sarif', validation({ 'c.yml': text }, []), run));

  test('names tool, run, rules, places and fingerprints', () => {
    expect(log(BAD)).toMatchObject({
      version: '2.1.0',
      runs: [
        {
          columnKind: 'utf16CodeUnits',
          tool: {
            driver: {
              name: 'umconfig',
              version: '1.2.3',
              rules: [
                { id: 'misspelt-key', name: 'MisspeltKey', defaultConfiguration: { level: 'error' } },
                { id: 'redirect-path', name: 'RedirectPath' },
              ],
            },
          },
          invocations: [{ executionSuccessful: true, exitCode: 1 }],
          artifacts: [{ location: { uri: 'sub/c.yml' } }],
          results: [
            {
              ruleId: 'misspelt-key',
              ruleIndex: 0,
              level: 'error',
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: 'sub/c.yml', index: 0 },
                    region: { startLine: 8, startColumn: 1, endLine: 8, endColumn: 15 },
                  },
                },
              ],
            },
            { ruleId: 'redirect-path', ruleIndex: 1 },
          ],
        },
      ],
    });
  });

  test('says what could not be read', () => {
    expect(JSON.parse(report('sarif', validation({}, ['x.yml: no such file'])))).toMatchObject({
      runs: [
        {
          invocations: [
            {
              executionSuccessful: false,
              toolExecutionNotifications: [{ level: 'error', message: { text: 'x.yml: no such file' } }],
            },
          ],
          results: [],
        },
      ],
    });
  });

  test('makes no link of what a file holds', () => {
    const text = GOOD.replace('userManagement: on', 'userManagement: "[click](https://acme.test)"');
    expect(JSON.stringify(valuesAt('message', log(text)))).toContain('[click] (https');
  });

  test('has help in sentences, with Markdown beside plain text', () => {
    const rules = valuesAt('rules', log(BAD)).flat() as readonly {
      readonly help: { readonly text: string; readonly markdown: string };
    }[];
    expect(rules).toHaveLength(2);
    for (const { help } of rules) {
      expect(help.text).toMatch(/^[A-Z].*\.\nMore: https:\S+$/s);
      expect(help.text).not.toContain('`');
      expect(help.markdown).toContain('umconfig explain');
    }
  });

  interface Replacement {
    readonly deletedRegion: Readonly<Record<'startLine' | 'startColumn' | 'endLine' | 'endColumn', number>>;
    readonly insertedContent: { readonly text: string };
  }

  /** The text with one replacement made, as a viewer makes it. */
  function replaced(text: string, { deletedRegion: region, insertedContent }: Replacement): string {
    const starts = [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
    const offset = (line: number, column: number): number => (starts[line - 1] ?? NaN) + column - 1;
    const start = offset(region.startLine, region.startColumn);
    const end = offset(region.endLine, region.endColumn);
    return text.slice(0, start) + insertedContent.text + text.slice(end);
  }

  test.each([
    ['a key', BAD],
    ['a key, CR LF', BAD.replaceAll('\n', '\r\n')],
    ['the last line, without an end', 'port: 1\nusermanagement: off'],
    ['a byte order mark', `\ufeff${BAD}`],
    ['a missing value', GOOD.replace(/awsJwkUrl ?:.*/, 'awsJwkUrl: https://a.test')],
  ])('a fix can be made as it is told: %s', (_, text) => {
    const source = parseDocument(text).text;
    const before = validate(text).findings;
    const fixes = valuesAt('replacements', log(text)).flat() as readonly Replacement[];
    expect(fixes).toHaveLength(before.filter(({ changes }) => changes !== undefined).length);
    for (const fix of fixes) {
      const after = replaced(source, fix);
      expect(after).not.toBe(source);
      // That login is off on purpose is told once the switch is spelt right.
      const left = validate(after).findings.filter(({ severity }) => severity !== 'info');
      expect(left.length).toBeLessThan(before.length);
      expect(after.match(/\r?\n/g)).toEqual(source.match(/\r?\n/g));
    }
  });

  test('a fix whose line shows a secret is left out', () => {
    const text = GOOD.replace('clientSecret:', 'clientsecret:');
    expect(JSON.stringify(log(text))).toContain('misspelt-key');
    expect(valuesAt('fixes', log(text))).toEqual([]);
  });
});
