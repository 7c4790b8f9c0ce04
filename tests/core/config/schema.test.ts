/** The JSON Schemas: sound by themselves, kind to editors, and one row of FIELDS away from everything else. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { run as runExplain } from '../../../src/commands/explain.ts';
import { parseDocument } from '../../../src/core/yaml/document.ts';
import { FIELDS, fieldsOf } from '../../../src/core/config/fields.ts';
import { LAYOUT_NAMES } from '../../../src/core/config/layouts.ts';
import { schemaOf, type JsonSchema } from '../../../src/core/config/schema.ts';
import { contractFixtures, readContractFixture, template } from '../../support/fixtures.ts';
import { fakePorts } from '../../support/fake-ports.ts';

const compile = (layout: 'flat' | 'nested') =>
  new Ajv({ strict: true, strictRequired: true, allErrors: true, ownProperties: true }).compile(
    schemaOf(layout),
  );

/** Plain objects, as other validators get them from other YAML readers. */
const valueOf = (text: string): unknown => JSON.parse(JSON.stringify(parseDocument(text).root));

/** The schema of one key. */
function at(schema: JsonSchema, path: string): JsonSchema | undefined {
  return path.split('.').reduce<JsonSchema | undefined>((parent, name) => {
    const properties = parent?.['properties'] as Readonly<Record<string, JsonSchema>> | undefined;
    return properties?.[name];
  }, schema);
}

describe.each(LAYOUT_NAMES)('the schema of the %s layout', (layout) => {
  test('is draft-07 and compiles strictly', () => {
    expect(schemaOf(layout)['$schema']).toBe('http://json-schema.org/draft-07/schema#');
    expect(new Ajv().validateSchema(schemaOf(layout))).toBe(true);
    expect(compile(layout)).toBeInstanceOf(Function);
  });

  test.each(fieldsOf(layout).map(({ field, key }) => [key.path, field, key] as const))(
    '%s has title, description and examples that it accepts',
    (path, field, key) => {
      const schema = at(schemaOf(layout), path);
      expect(schema).toMatchObject({ title: field.title, description: expect.stringMatching(/\.$/) });
      const accepts = new Ajv({ strict: true }).compile({ ...schema });
      for (const example of key.examples) expect([example, accepts(example)]).toEqual([example, true]);
    },
  );

  const good = contractFixtures.filter(
    ({ file, expect: codes }) => file.startsWith(`${layout}/`) && codes.length === 0,
  );
  test.each(good.map(({ file }) => file))('%s passes', (file) => {
    const validate = compile(layout);
    validate(valueOf(readContractFixture(file).toString()));
    expect(validate.errors ?? []).toEqual([]);
  });

  test('the packaged template passes', () => {
    expect(compile(layout)(valueOf(template(layout)))).toBe(true);
  });

  test('is the one that is published', () => {
    const file = new URL(`../../../schemas/${layout}.schema.json`, import.meta.url);
    expect(schemaOf(layout)).toEqual(JSON.parse(readFileSync(file, 'utf8')));
  });

  test('what an object inherits is no key of the file', () => {
    expect(compile(layout)({ toString: 'x' })).toBe(false);
  });
});

test.each([
  ['flat', 'userManagement: on\n', false],
  ['flat', 'data: d\ndatabase: local\nuserManagement: off\n', true],
  ['flat', 'data: d\ndatabase: local\nuserManagement: "true"\n', false],
  ['flat', 'data: ""\ndatabase: local\nuserManagement: off\n', false],
  ['nested', 'user: {on: true}\n', false],
  ['nested', 'user: {on: "off"}\ncognito: {}\n', false],
  ['nested', 'user: {on: false}\ncognito: {region: ""}\n', true],
  ['nested', 'user: {On: true}\n', false],
] as const)('%s, %j: %j', (layout, text, passes) => {
  expect(compile(layout)(valueOf(text))).toBe(passes);
});

describe('one row of FIELDS', () => {
  const explain = async (topic: string): Promise<string> => {
    const { body } = await runExplain({ args: [topic], options: {}, fields: {} }, fakePorts());
    return body.kind === 'document' ? body.text : '';
  };

  test.each(FIELDS.map((field) => [field.name, field] as const))(
    '%s is explained, flag and all',
    async (_, field) => {
      for (const key of [field.flat, field.nested]) {
        if (key === undefined) continue;
        const text = await explain(key.path);
        expect(text).toContain(field.title);
        expect(text).toContain(key.path);
        if (field.flag !== undefined) expect(text).toContain(`--${field.flag.name} ${field.flag.value}`);
      }
    },
  );

  test('flags are the flat keys in kebab case, and never the secret’s', () => {
    const kebab = (key: string): string =>
      key.replace(/(?<=[a-z])[A-Z]+/g, (upper) => `-${upper}`).toLowerCase();
    for (const { flag, flat, secret } of FIELDS) {
      if (secret === true) expect(flag).toBeUndefined();
      if (flag !== undefined) expect(flag.name).toBe(kebab(flat?.path ?? ''));
    }
  });
});
