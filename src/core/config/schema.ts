/**
 * FIELDS as JSON Schema (draft-07), for editors and for `validate`. The generator writes the result to schemas/ and
 * compiles it ahead of time, since compiling costs more than everything else that `validate` does.
 */
import type { Field } from './field.ts';
import { fieldsOf, type Key } from './fields.ts';
import { LAYOUTS, type Layout } from './layouts.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

interface ObjectSchema {
  readonly properties: Record<string, JsonSchema>;
  readonly required: string[];
}

/** Values of the flat switch that mean "off": only then may the Cognito keys be missing. */
const MEANS_OFF = ['off', 'Off', 'OFF', 'no', 'No', 'NO', 'false', 'False', 'FALSE', false];
/** What JavaScript takes for false. */
const FALSY = [false, 0, '', null];

/** The JSON Schema of one layout's file. */
export function schemaOf(layout: Layout, rows: Rows = fieldsOf(layout)): JsonSchema {
  const { server, era } = LAYOUTS[layout];
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    // A name and not an address: nobody is to download what is named so.
    $id: `urn:umconfig:schema:${layout}`,
    title: `Scalabel user management configuration, ${layout} layout`,
    description: `Read by ${server} (${era}).`,
    ...objectOf(rows, 0),
    ...(layout === 'flat' ? flatCondition(rows) : nestedCondition(rows)),
  };
}

type Rows = readonly { readonly field: Field; readonly key: Key }[];

/** One mapping of the file: the rows whose paths share the first `depth` segments. */
function objectOf(rows: Rows, depth: number): JsonSchema {
  const schema: ObjectSchema = { properties: {}, required: [] };
  for (const row of rows) {
    const segments = row.key.path.split('.');
    const name = segments[depth];
    if (name === undefined || name in schema.properties) continue;
    if (segments.length === depth + 1) {
      schema.properties[name] = valueOf(row.field, row.key);
      if (row.key.required === 'always') schema.required.push(name);
    } else {
      const inside = rows.filter(({ key }) => key.path.split('.')[depth] === name);
      schema.properties[name] = { title: name, ...objectOf(inside, depth + 1) };
    }
  }
  return {
    type: 'object',
    properties: schema.properties,
    additionalProperties: false,
    ...(schema.required.length > 0 ? { required: schema.required } : {}),
  };
}

/** Editors show descriptions as plain text, with their backticks, and drop text in angle brackets. */
const plain = (text: string): string => text.replaceAll('`', '').replace(/<(\w+)>/g, '{$1}');

function valueOf(field: Field, key: Key): JsonSchema {
  const where = field.console === undefined ? '' : ` In the AWS console: ${field.console.today}.`;
  return {
    title: field.title,
    description: plain(`${key.use}${where}`),
    ...valueSchema(key),
    ...(key.required === 'always' && key.schema.enum === undefined ? { minLength: 1 } : {}),
    ...(key.examples.length > 0 ? { examples: key.examples } : {}),
  };
}

/** While login is off, there may be nothing behind the colon either. */
function valueSchema({ schema: { also, ...schema }, required }: Key): JsonSchema {
  const { type, enum: values, ...rest } = schema;
  // A list of kinds would not pass where schemas are compiled strictly.
  if (also !== undefined) return { anyOf: [schema, also] };
  return required === 'login'
    ? { type: [type, 'null'], ...(values === undefined ? {} : { enum: [...values, null] }), ...rest }
    : schema;
}

/** The keys that login needs, below a mapping, each present and not empty. */
function neededForLogin(rows: Rows, parent: string): JsonSchema {
  const names = rows
    .filter(({ key }) => key.required === 'login' && key.path.startsWith(parent))
    .map(({ key }) => key.path.slice(parent.length));
  return {
    type: 'object',
    required: names,
    properties: Object.fromEntries(names.map((name) => [name, { type: 'string', minLength: 1 }])),
  };
}

function flatCondition(rows: Rows): JsonSchema {
  return {
    if: {
      type: 'object',
      required: ['userManagement'],
      properties: { userManagement: { not: { enum: MEANS_OFF } } },
    },
    then: neededForLogin(rows, ''),
  };
}

function nestedCondition(rows: Rows): JsonSchema {
  const switchedOn = { type: 'object', required: ['on'], properties: { on: { not: { enum: FALSY } } } };
  return {
    if: { type: 'object', required: ['user'], properties: { user: switchedOn } },
    then: {
      type: 'object',
      required: ['cognito'],
      properties: { cognito: neededForLogin(rows, 'cognito.') },
    },
  };
}
