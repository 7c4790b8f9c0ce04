/** A key is added in one place: with one more row in the table, everything that shows or judges keys follows. */
import { expect, jest, test } from '@jest/globals';
import { Ajv } from 'ajv';
import type { Prepared } from '../../../src/commands/shared/write-config.ts';
import type { Field } from '../../../src/core/config/field.ts';
import type { Settings } from '../../../src/core/config/settings.ts';
import * as loginKeys from '../../../src/core/config/login-keys.ts';

const MADE_UP: Field = {
  name: 'madeUp',
  title: 'Made-up URL',
  asked: 8,
  aliases: ['fabricated'],
  url: 'registered',
  flag: { name: 'made-up', value: 'URL' },
  console: { today: 'your pool → Made up', guide: 'nowhere' },
  doctor: 'client',
  account: ({ poolId }) => `https://${poolId}.test/`,
  flat: {
    path: 'madeUp',
    schema: { type: 'string' },
    examples: ['https://made-up.test/'],
    use: 'The server makes it up.',
    otherwise: 'nothing works',
    without: 'the server makes one up',
    required: 'login',
    shown: { after: 'userManagement', as: 'Made up', why: 'from nothing' },
  },
};

// The table's own module with one row more; all others are the program's, and what they are compiled to.
jest.unstable_mockModule('../../../src/core/config/login-keys.ts', () => ({
  LOGIN_KEYS: [...loginKeys.LOGIN_KEYS, MADE_UP],
}));
const { schemaOf } = await import('../../../src/core/config/schema.ts');
const ajv = new Ajv({ allErrors: true, ownProperties: true, allowUnionTypes: true });
jest.unstable_mockModule('../../../src/core/config/compiled-schema.js', () => ({
  validateFlat: ajv.compile(schemaOf('flat')),
  validateNested: ajv.compile(schemaOf('nested')),
}));

const { keyTable } = await import('../../../scripts/tables.ts');
const { judgeChecks } = await import('../../../src/core/doctor.ts');
const { differences, settingsFrom } = await import('../../../src/core/rules/account/discovery.ts');
const { proseOf } = await import('../../../src/core/rules/index.ts');
const { repair, validate } = await import('../../../src/core/rules/validate.ts');
const { readSettings } = await import('../../../src/core/config/settings.ts');
const { parseDocument } = await import('../../../src/core/yaml/document.ts');
const { anAccount, POOL_ID } = await import('../../support/account.ts');
const { fakePorts, fakePrompter, fakeTerminal } = await import('../../support/fake-ports.ts');
const { goodFile } = await import('../../support/fixtures.ts');
const { liveFacts, seen } = await import('../../support/live.ts');
const { run } = await import('../../support/run.ts');
const { askedFields } = await import('../../../src/core/config/fields.ts');
const { walkThrough } = await import('../../../src/commands/init/wizard.ts');

const GOOD = goodFile('flat');
const withMadeUp = (key: string, value: string): string => GOOD.replace('src:', `${key}: "${value}"\nsrc:`);

/** What a command line prints. */
async function printed(...argv: readonly string[]): Promise<string> {
  let text = '';
  const write = (_: unknown, part: string): boolean => ((text += part), true);
  await run(argv, {
    version: '1.2.3',
    output: { colorLevel: () => 0, write },
    ports: () => fakePorts(),
  });
  return text;
}

test('help, explain, schema and the documentation show it', async () => {
  expect(await printed('init', '--help')).toContain('--made-up <URL>');
  const explained = await printed('explain', 'madeUp');
  expect(explained).toContain('Flag:         --made-up URL');
  expect(explained).toContain('The server makes it up.');
  expect(schemaOf('flat')).toMatchObject({ properties: { madeUp: { title: 'Made-up URL' } } });
  expect(keyTable()).toContain('| Made-up URL | `madeUp` | – | your pool → Made up | nowhere |');
});

test.each([
  ['missing', GOOD, 'missing-key', 'the server makes one up'],
  ['misspelt', withMadeUp('fabricated', 'https://a.test/'), 'misspelt-key', 'it means "madeUp"'],
  ['no URL', withMadeUp('madeUp', 'a.test'), 'url-invalid', 'nothing works'],
  [
    'a URL with a fragment',
    withMadeUp('madeUp', 'https://a.test/#b'),
    'url-fragment',
    '"madeUp" has a fragment',
  ],
])('validate finds it %s', (_, text, code, words) => {
  const [finding, ...others] = validate(text).findings.filter(({ severity }) => severity === 'error');
  expect(finding?.code).toBe(code);
  expect(finding === undefined ? '' : proseOf(finding).message).toContain(words);
  expect(others).toEqual([]);
});

test('validate takes it, and repairs its name', () => {
  const right = withMadeUp('madeUp', 'https://a.test/');
  const codes = (text: string): readonly string[] => validate(text).findings.map(({ code }) => code);
  expect(codes(right)).toEqual(codes(GOOD).filter((code) => code !== 'missing-key'));
  const misspelt = parseDocument(withMadeUp('fabricated', 'https://a.test/'));
  expect(repair(misspelt).document.text).toBe(right);
});

test('the account gives it, and doctor shows where the file says something else', () => {
  const settings = settingsFrom(anAccount(), { redirectUri: undefined, logOutUri: undefined }, {});
  expect(settings).toMatchObject({ madeUp: `https://${POOL_ID}.test/` });
  const document = parseDocument(withMadeUp('madeUp', 'https://a.test/'));
  const drift = differences(document, 'flat', settings).filter(({ path }) => path === 'madeUp');
  expect(drift).toHaveLength(1);
  const checks = judgeChecks(liveFacts({ account: seen({ differences: drift }) }));
  expect(checks.filter(({ status }) => status === 'fail')).toMatchObject([
    { check: 'client', findings: [{ code: 'differs-from-account', path: 'madeUp' }] },
  ]);
});

test('the wizard asks for it where the row says, and tells what follows', async () => {
  const document = parseDocument(GOOD);
  const kept = askedFields('flat').map(() => '');
  const prompter = fakePrompter(['Type them', ...kept.slice(1), 'https://a.test/', 'Yes']);
  const terminal = fakeTerminal({ interactive: true });
  const { report } = (await walkThrough(
    {
      target: { path: 'a.yml', layout: 'flat', document, existing: undefined, base: 'b.yml' },
      answers: { ...readSettings(document, 'flat'), madeUp: 'https://b.test/' } as Settings,
      dryRun: false,
      isOff: false,
      discover: () => Promise.reject(new Error('nobody asked for that')),
    },
    fakePorts({ prompter, terminal }),
  )) as Prepared;
  expect(prompter.asked.at(-2)?.message).toBe('Made-up URL');
  expect(terminal.notes).toContain('  Made up: https://b.test/ (from nothing)');
  expect(report.settings).toMatchObject({ madeUp: 'https://a.test/' });
});
