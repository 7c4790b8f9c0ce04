/** A rule is added in one place: with one more row in its table, everything that shows rules follows. */
import { expect, jest, test } from '@jest/globals';
import * as serverRules from '../../../src/core/rules/file/server.ts';
import * as clientRules from '../../../src/core/rules/live/client.ts';
import type { LiveFacts } from '../../../src/core/rules/live/facts.ts';
import { atValue, rule, type KeyArgs, type Rule } from '../../../src/core/rules/rule.ts';

const ofFile = rule<KeyArgs>({
  code: 'made-up',
  severity: 'warning',
  title: 'A made-up fault',
  why: 'Nothing is wrong with a port.',
  fix: 'Leave it.',
  isRegionUnusable: true,
  check: (facts) => {
    const port = facts.field('port');
    return port === undefined ? [] : [atValue(port, {})];
  },
  message: ({ key }) => `"${key}" is made up`,
  hint: () => 'Leave it as it is.',
});

const live = (code: string, row: Pick<Rule<LiveFacts>, 'doctor' | 'lacks' | 'needs' | 'follows'>) =>
  rule<KeyArgs, LiveFacts>({
    ...ofFile,
    code,
    title: `Another (${code})`,
    severity: 'error',
    check: () => [{ path: 'clientId', args: { key: 'clientId' } }],
    message: () => `made up (${code})`,
    hint: () => 'Leave it.',
    ...row,
  });

// The tables' own modules with one row more each; all others are the program's.
jest.unstable_mockModule('../../../src/core/rules/file/server.ts', () => ({
  ...serverRules,
  SERVER_RULES: [...serverRules.SERVER_RULES, ofFile],
}));
jest.unstable_mockModule('../../../src/core/rules/live/client.ts', () => ({
  LIVE_CLIENT_RULES: [
    ...clientRules.LIVE_CLIENT_RULES,
    live('made-up-client', { doctor: 'client', lacks: 'client' }),
    live('made-up-sign-out', { doctor: 'sign-out', needs: ['client'] }),
    live('made-up-secret', { doctor: 'secret', follows: ['made-up-client'] }),
  ],
}));

const { codeTable } = await import('../../../scripts/tables.ts');
const { run: runExplain } = await import('../../../src/commands/explain.ts');
const { judgeChecks } = await import('../../../src/core/doctor.ts');
const { ruleFor } = await import('../../../src/core/rules/index.ts');
const { validate } = await import('../../../src/core/rules/validate.ts');
const { FORMATS } = await import('../../../src/report/reporter.ts');
const { fakePorts } = await import('../../support/fake-ports.ts');
const { goodFile } = await import('../../support/fixtures.ts');
const { liveFacts, unclear } = await import('../../support/live.ts');
const { report, validation } = await import('../../support/reports.ts');

const CODES = ['made-up', 'made-up-client', 'made-up-sign-out', 'made-up-secret'];

test.each(CODES)('explain and the documentation show %s', async (code) => {
  const explained = await Promise.all(
    [[], [code]].map((args) => runExplain({ args, options: {}, fields: {} }, fakePorts())),
  );
  for (const { body } of explained) expect(body).toMatchObject({ text: expect.stringContaining(code) });
  expect(codeTable()).toContain(`| \`${code}\` |`);
  expect(ruleFor(code)).toMatchObject({ page: expect.stringMatching(/^https:/) });
});

test('validate finds it', () => {
  expect(validate(goodFile('flat')).findings).toMatchObject([{ code: 'made-up', path: 'port' }]);
});

test.each(FORMATS)('the report as %s shows it', (format) => {
  const text = report(format, validation({ 'a.yml': goodFile('flat') }));
  expect(text).toContain('made-up');
  expect(text.replaceAll('\\"', '"').replaceAll('&quot;', '"')).toContain('"port" is made up');
});

test('the rules of SARIF have it', () => {
  const log: unknown = JSON.parse(report('sarif', validation({ 'a.yml': goodFile('flat') })));
  const rules = [{ id: 'made-up', shortDescription: { text: 'A made-up fault.' } }];
  expect(log).toMatchObject({ runs: [{ tool: { driver: { rules } } }] });
});

test('doctor shows it in the check of its row, and what follows from what', () => {
  const checks = judgeChecks(liveFacts());
  const shown = checks
    .filter(({ status }) => status === 'fail')
    .map(({ check, findings, follows }) => [check, findings.map(({ code }) => code), follows]);
  expect(shown).toEqual([
    ['client', ['made-up-client'], undefined],
    ['secret', ['made-up-secret'], 'client'],
    ['sign-out', ['made-up-sign-out'], 'client'],
  ]);
  expect(judgeChecks(liveFacts({ signOut: unclear })).map(({ check }) => check)).toContain('sign-out');
});
