/** A rule is added in one place: its row is what validate, doctor, explain, the documentation and the formats are made of. */
import { describe, expect, test } from '@jest/globals';
import { codeTable } from '../../../scripts/tables.ts';
import { explain } from '../../../src/commands/explain.ts';
import { FIELDS, keyOf } from '../../../src/core/config/fields.ts';
import { judgeChecks } from '../../../src/core/doctor.ts';
import type { Finding } from '../../../src/core/rules/finding.ts';
import { FILE_RULES, RULES, type RuleRow } from '../../../src/core/rules/index.ts';
import { atValue, rule, type KeyArgs } from '../../../src/core/rules/rule.ts';
import { validate, validateDocument } from '../../../src/core/rules/validate.ts';
import { parseDocument } from '../../../src/core/yaml/document.ts';
import { FORMATS } from '../../../src/report/index.ts';
import { goodFile, readRuleFixture, ruleFixtures } from '../../support/fixtures.ts';
import { liveFacts } from '../../support/live.ts';
import { report, validation } from '../../support/reports.ts';

const MADE_UP = rule<KeyArgs>({
  code: 'made-up',
  severity: 'warning',
  title: 'A made-up fault',
  why: 'Nothing is wrong with a port.',
  fix: 'Leave it.',
  check: (facts) => {
    const port = facts.field('port');
    return port === undefined ? [] : [atValue(port, {})];
  },
  message: ({ key }) => `"${key}" is made up`,
});

describe('one more row', () => {
  const rules = [
    ...RULES,
    { ...MADE_UP, fix: 'Leave it.', hint: () => 'Leave it.', page: 'https://made-up.test/' },
  ];

  test('is explained, and in the list of what can be', () => {
    const tables = { fields: FIELDS, rules, symptoms: [] };
    expect(explain(undefined, { columns: 80 }, tables)).toMatch(/^ {2}made-up +A made-up fault$/m);
    expect(explain('made-up', { columns: 80 }, tables)).toContain('made-up (warning)\n\nA made-up fault.\n');
  });

  test('is in the documentation', () => {
    expect(codeTable(rules)).toMatch(/^\| `made-up` +\| warning +\| A made-up fault +\|$/m);
  });

  test('is what validate finds, in the layouts that it is for', () => {
    const found = (row: typeof MADE_UP) =>
      validateDocument(parseDocument(goodFile('flat')), {}, [...FILE_RULES, row]).findings;
    expect(found(MADE_UP)).toMatchObject([{ code: 'made-up', severity: 'warning', path: 'port' }]);
    expect(found({ ...MADE_UP, layouts: ['nested'] })).toEqual([]);
  });
});

describe('each row over files', () => {
  const fixtures = ruleFixtures().filter(({ isGood }) => !isGood);
  const texts = fixtures.map(({ name }) => [name, readRuleFixture(name).toString()] as const);
  const body = validation(Object.fromEntries(texts));
  const found = new Set(body.files.flatMap(({ findings }) => findings.map(({ code }) => code)));
  // What decides is more than the text: where a file is, its bytes and its size.
  const shown = FILE_RULES.filter(({ code }) => found.has(code));

  test('is found by the text of its fixture', () => {
    const others = FILE_RULES.map(({ code }) => code).filter((code) => !found.has(code));
    expect(others.sort()).toEqual([
      ...[
        'data-stops-restart',
        'file-mode',
        'file-too-large',
        'login-not-everything',
        'login-redirect-broken',
      ],
      ...['not-text', 's3-credentials', 'secret-in-log', 'tracked-by-git', 'wrong-server'],
    ]);
  });

  test.each(FORMATS)('is in the report as %s', (format) => {
    const text = report(format, body);
    for (const { code } of shown) expect(text).toContain(code);
  });

  test('is in the rules of SARIF', () => {
    const log = JSON.parse(report('sarif', body)) as {
      readonly runs: readonly [
        { readonly tool: { readonly driver: { readonly rules: readonly unknown[] } } },
      ];
    };
    for (const { code, title } of shown) {
      const text = expect.stringContaining(title.replaceAll('`', ''));
      const row = expect.objectContaining({ id: code, shortDescription: { text } });
      expect(log.runs[0].tool.driver.rules).toContainEqual(row);
    }
  });
});

describe('each row that names a check of doctor', () => {
  const error = ({ code }: Pick<RuleRow, 'code'>, path = ''): Finding => ({
    code,
    severity: 'error',
    path,
    args: {},
  });
  const failed = (...fileFindings: readonly Finding[]) =>
    judgeChecks(liveFacts({ fileFindings }))
      .filter(({ status }) => status === 'fail')
      .map(({ check, findings, follows }) => [
        check,
        [...new Set(findings.map(({ code }) => code))],
        follows,
      ]);
  // Without a network there is but one check.
  const rows = RULES.filter(({ doctor }) => doctor !== undefined && doctor !== 'network');

  test.each(rows.map((row) => [row.code, row] as const))('%s is shown in it', (code, row) => {
    const field = FIELDS.find(({ doctor, flat }) => doctor !== undefined && flat !== undefined);
    const isOfKey = row.doctor === 'of the key';
    const path = isOfKey && field !== undefined ? keyOf(field.name, 'flat')?.path : '';
    expect(failed(error(row, path))).toEqual([[isOfKey ? field?.doctor : row.doctor, [code], undefined]]);
  });

  const following = rows.flatMap((row) => {
    const causes = RULES.filter(
      ({ code, lacks }) =>
        row.follows?.includes(code) === true || (lacks !== undefined && row.needs?.includes(lacks)),
    );
    return causes
      .filter(({ code, doctor }) => code !== row.code && doctor !== 'of the key' && doctor !== row.doctor)
      .map((cause) => [row.code, cause.code, row, cause] as const);
  });

  test.each(following)('%s follows from %s', (code, _cause, row, cause) => {
    expect(failed(error(row), error(cause))).toContainEqual([row.doctor, [code], cause.doctor ?? 'file']);
  });
});

test('a file that nothing is wrong with has no findings', () => {
  expect(validate(goodFile('flat')).findings).toEqual([]);
});
