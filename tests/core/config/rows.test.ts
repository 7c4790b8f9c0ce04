/** A key is added in one place: its row is what everything that shows or judges keys is made of. */
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { keyTable } from '../../../scripts/tables.ts';
import { explain } from '../../../src/commands/explain.ts';
import { walkThrough, type Reviewed } from '../../../src/commands/init/wizard.ts';
import { fieldOption } from '../../../src/commands/options.ts';
import type { Field } from '../../../src/core/config/field.ts';
import { askedFields, FIELDS, fieldsOf } from '../../../src/core/config/fields.ts';
import { schemaOf } from '../../../src/core/config/schema.ts';
import { readSettings } from '../../../src/core/config/settings.ts';
import { judgeChecks } from '../../../src/core/doctor.ts';
import { differences, settingsFrom } from '../../../src/core/rules/account/discovery.ts';
import { RULES } from '../../../src/core/rules/index.ts';
import { repair, validate } from '../../../src/core/rules/validate.ts';
import { parseDocument } from '../../../src/core/yaml/document.ts';
import { anAccount } from '../../support/account.ts';
import { fakePorts, fakePrompter, fakeTerminal } from '../../support/fake-ports.ts';
import { goodFile } from '../../support/fixtures.ts';
import { liveFacts, seen } from '../../support/live.ts';
import { run } from '../../support/run.ts';

const KEY = {
  path: 'madeUp',
  schema: { type: 'string' },
  examples: ['https://made-up.test/'],
  use: 'The server makes it up.',
  otherwise: 'nothing works',
  required: 'login',
} as const;
const MADE_UP: Field = {
  name: 'madeUp',
  title: 'Made-up URL',
  flag: { name: 'made-up', value: 'URL' },
  console: { today: 'your pool → Made up', guide: 'nowhere' },
  flat: KEY,
};

const GOOD = goodFile('flat');
const DOCUMENT = parseDocument(GOOD);
const codesOf = (text: string): readonly string[] => validate(text).findings.map(({ code }) => code);

/** What a command line prints. */
async function printed(...argv: readonly string[]): Promise<string> {
  let text = '';
  const write = (_: unknown, part: string): boolean => ((text += part), true);
  await run(argv, { version: '1.2.3', output: { colorLevel: () => 0, write }, ports: () => fakePorts() });
  return text;
}

describe('one more row', () => {
  const fields = [...FIELDS, MADE_UP];

  test('is explained, and in the list of what can be', () => {
    const tables = { fields, rules: RULES, symptoms: [] };
    expect(explain(undefined, { columns: 80 }, tables)).toMatch(/^ {2}madeUp +Made-up URL \(flat\)$/m);
    const explained = explain('madeUp', { columns: 80 }, tables);
    expect(explained).toContain('Flag:         --made-up URL');
    expect(explained).toContain('The server makes it up.');
  });

  test('is in the documentation', () => {
    expect(keyTable(fields)).toContain('| Made-up URL | `madeUp` | – | your pool → Made up | nowhere |');
  });

  test('is a flag', () => {
    expect(fieldOption(MADE_UP)).toMatchObject({
      flags: '--made-up <URL>',
      description: 'made-up URL',
      group: 'Field options',
    });
  });

  test('is in the schema, which asks for it', () => {
    const schema = schemaOf('flat', [...fieldsOf('flat'), { field: MADE_UP, key: KEY }]);
    expect(schema).toMatchObject({ properties: { madeUp: { title: 'Made-up URL' } } });
    const accepts = new Ajv({ ownProperties: true, allowUnionTypes: true }).compile(schema);
    expect(accepts({ ...DOCUMENT.root, madeUp: 'https://a.test/' })).toBe(true);
    expect(accepts(DOCUMENT.root)).toBe(false);
    expect(accepts.errors).toMatchObject([{ keyword: 'required', params: { missingProperty: 'madeUp' } }]);
  });
});

describe('each row', () => {
  const flags = FIELDS.flatMap(({ flag }) => (flag === undefined ? [] : [`--${flag.name} <${flag.value}>`]));
  test('with a flag is in the help', async () => {
    const help = await printed('init', '--help');
    expect(flags.filter((flag) => !help.includes(flag))).toEqual([]);
  });

  const inFile = fieldsOf('flat').filter(({ key }) => new RegExp(`^${key.path}:`, 'm').test(GOOD));
  const renamed = (path: string, name: string): string =>
    GOOD.replace(new RegExp(`^${path}:`, 'm'), `${name}:`);

  const needed = inFile.filter(({ key }) => key.required === 'login').map(({ key }) => key.path);
  test.each(needed)('%s is missed where login needs it', (path) => {
    const { findings } = validate(GOOD.replace(new RegExp(`^${path}:.*\n`, 'm'), ''));
    expect(findings).toContainEqual(expect.objectContaining({ code: 'missing-key', path }));
  });

  const misspelt = inFile.flatMap(({ field, key }) =>
    (field.aliases ?? []).map((alias) => [alias, key.path] as const),
  );
  test.each(misspelt)('%s is found to mean %s, and repaired', (alias, path) => {
    const text = renamed(path, alias);
    expect(codesOf(text)).toContain('misspelt-key');
    expect(repair(parseDocument(text)).document.text).toBe(GOOD);
  });

  const registered = inFile.filter(({ field }) => field.url === 'registered').map(({ key }) => key.path);
  test.each(registered)('%s is judged as the URL that it is', (path) => {
    const written = (value: string): string =>
      GOOD.replace(new RegExp(`^(${path}:).*`, 'm'), `$1 "${value}"`);
    expect(codesOf(written('a.test'))).toContain('url-invalid');
    expect(codesOf(written('https://a.test/#b'))).toContain('url-fragment');
  });

  const settings = settingsFrom(
    anAccount(),
    { redirectUri: 'https://a.test/auth', logOutUri: 'https://a.test/' },
    {},
  );
  const drift = differences(parseDocument('data: d\n'), 'flat', settings);
  const given = inFile.filter(
    ({ field, key }) => field.account !== undefined && drift.some(({ path }) => path === key.path),
  );
  test('that the account gives is compared with it', () => {
    const fromAccount = inFile.filter(
      ({ field }) => settings[field.name] !== undefined && field.console !== undefined,
    );
    expect(drift.map(({ path }) => path).sort()).toEqual(fromAccount.map(({ key }) => key.path).sort());
    expect(given.length).toBeGreaterThan(4);
  });

  const shown = given.filter(({ field }) => field.doctor !== undefined);
  test.each(shown.map(({ field, key }) => [key.path, field.doctor] as const))(
    '%s is shown in the check %s of doctor where it differs',
    (path, check) => {
      const only = drift.filter((difference) => difference.path === path);
      const checks = judgeChecks(liveFacts({ account: seen({ differences: only }) }));
      expect(checks.filter(({ status }) => status === 'fail')).toMatchObject([
        { check, findings: [{ code: 'differs-from-account', path }] },
      ]);
    },
  );

  test('that the wizard asks for is asked for in its order', async () => {
    // The switch is for the review.
    const asked = askedFields('flat').filter(({ field }) => field.name !== 'userManagement');
    const prompter = fakePrompter(['Type them', ...asked.map(() => ''), 'Yes']);
    const terminal = fakeTerminal({ interactive: true });
    const { prepared } = (await walkThrough(
      {
        target: { path: 'a.yml', layout: 'flat', document: DOCUMENT, existing: undefined, base: 'b.yml' },
        answers: readSettings(DOCUMENT, 'flat'),
        dryRun: false,
        isReview: false,
        hasCredentials: true,
        discover: () => Promise.reject(new Error('nobody asked for that')),
      },
      fakePorts({ prompter, terminal }),
    )) as Reviewed;
    const titles = asked.map(({ field }) => field.title);
    expect(
      prompter.asked.map(({ message }) => message).filter((message) => titles.includes(message)),
    ).toEqual(titles);
    expect(prepared.report.settings).toMatchObject(readSettings(DOCUMENT, 'flat'));
  });
});
