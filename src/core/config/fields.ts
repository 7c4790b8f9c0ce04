/**
 * FIELDS: the one table of the file's keys, in the order of the original templates. It drives the wizard, the flags,
 * the JSON Schemas, discovery, `explain` and docs/keys.md. A new key is a new row in server-keys.ts or login-keys.ts.
 */
import type { Field, Key } from './field.ts';
import type { Layout } from './layouts.ts';
import { LOGIN_KEYS } from './login-keys.ts';
import { OTHER_KEYS, SERVER_KEYS } from './server-keys.ts';

export type { Key } from './field.ts';

const ROWS = [...SERVER_KEYS, ...LOGIN_KEYS, ...OTHER_KEYS] as const;

export type FieldName = (typeof ROWS)[number]['name'];

/** A row as code reads it: every optional column present as such. */
export type FieldRow = Field & { readonly name: FieldName };

export const FIELDS: readonly FieldRow[] = ROWS;

/** A row in a layout that has it. */
interface LayoutRow {
  readonly field: FieldRow;
  readonly key: Key;
  /** Of the key's path. */
  readonly segments: readonly string[];
}

// Made once: every rule over every file asks.
const BY_NAME: ReadonlyMap<string, FieldRow> = new Map(FIELDS.map((field) => [field.name, field]));
const OF_LAYOUT: Readonly<Record<Layout, readonly LayoutRow[]>> = {
  flat: rowsOf('flat'),
  nested: rowsOf('nested'),
};
const BY_PATH: Readonly<Record<Layout, ReadonlyMap<string, LayoutRow>>> = {
  flat: new Map(OF_LAYOUT.flat.map((row) => [row.key.path, row])),
  nested: new Map(OF_LAYOUT.nested.map((row) => [row.key.path, row])),
};

const BY_LAYOUT_AND_NAME: Readonly<Record<Layout, ReadonlyMap<FieldName, LayoutRow>>> = {
  flat: new Map(OF_LAYOUT.flat.map((row) => [row.field.name, row])),
  nested: new Map(OF_LAYOUT.nested.map((row) => [row.field.name, row])),
};

function rowsOf(layout: Layout): readonly LayoutRow[] {
  return FIELDS.flatMap((field) => {
    const key = field[layout];
    return key === undefined ? [] : [{ field, key, segments: key.path.split('.') }];
  });
}

/** The row of a field. */
export function fieldNamed(name: FieldName): FieldRow {
  const row = BY_NAME.get(name);
  if (row === undefined) throw new RangeError(`no field is called ${name}`);
  return row;
}

/** The key of a field in a layout; undefined where the layout has none. */
export function keyOf(name: FieldName, layout: Layout): Key | undefined {
  return rowNamed(name, layout)?.key;
}

/** The row of a field in a layout that has it. */
export function rowNamed(name: FieldName, layout: Layout): LayoutRow | undefined {
  return BY_LAYOUT_AND_NAME[layout].get(name);
}

/** The rows that a layout has, in template order, each with its key. */
export function fieldsOf(layout: Layout): readonly LayoutRow[] {
  return OF_LAYOUT[layout];
}

/** The row behind a dotted path of the file. */
export function fieldAt(path: string, layout: Layout): LayoutRow | undefined {
  return BY_PATH[layout].get(path);
}

/** A key as messages name it, in whichever layout: "Callback URL (`redirectUri`)". */
export function nameOfKey(path: string): string {
  const row = BY_PATH.flat.get(path) ?? BY_PATH.nested.get(path);
  return row === undefined ? `"${path}"` : `${row.field.title} (\`${path}\`)`;
}

/** Dotted paths in the order of the original template: decides where a new key goes. */
export function keyOrder(layout: Layout): readonly string[] {
  return fieldsOf(layout).map(({ key }) => key.path);
}

/** What the wizard asks for in a layout, in the console's order. */
export function askedFields(layout: Layout): readonly LayoutRow[] {
  return fieldsOf(layout)
    .filter(({ field }) => field.asked !== undefined)
    .sort((a, b) => (a.field.asked ?? 0) - (b.field.asked ?? 0));
}
