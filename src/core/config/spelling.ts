/** Which key a misspelled one means. */
import { closest, distance } from 'fastest-levenshtein';
import { fieldsOf, type FieldRow, type Key } from './fields.ts';
import type { Layout } from './layouts.ts';

/** The form in which spellings are compared: only lower-case letters and digits. */
export const bare = (key: string): string => key.toLowerCase().replace(/[^a-z0-9]/g, '');

/** A key that the server knows: a field, or a mapping that contains fields. */
export interface KnownKey {
  readonly path: string;
  /** What the server does without it. */
  readonly without: string;
}

/** What the server does without a key; ends a message. What it does with a wrong value is in the field's row. */
export function withoutKey({ without, required, otherwise }: Key, layout: Layout): string {
  if (without !== undefined) return without;
  // The Node server checks only that the keys exist, not their values.
  if (layout === 'nested' && required === 'login') return 'the Node server does not start';
  return required === undefined ? 'the server uses its default' : otherwise;
}

const spellingsOf = new Map<string, ReadonlyMap<string, KnownKey>>();

/** Every correct and every known wrong spelling of the keys in the mapping at `parent`. */
function spellingsIn(parent: readonly string[], layout: Layout): ReadonlyMap<string, KnownKey> {
  const id = `${layout} ${JSON.stringify(parent)}`;
  const learnt = spellingsOf.get(id);
  if (learnt !== undefined) return learnt;
  const spellings = new Map<string, KnownKey>();
  const learn = (name: string, key: KnownKey): void => {
    if (!spellings.has(bare(name))) spellings.set(bare(name), key);
  };
  for (const { field, key } of fieldsOf(layout)) {
    const segments = key.path.split('.');
    const name = segments[parent.length];
    if (name === undefined || !parent.every((segment, at) => segment === segments[at])) continue;
    const path = segments.slice(0, parent.length + 1).join('.');
    const known = { path, without: withoutKey(key, layout) };
    learn(name, known);
    if (segments.length > parent.length + 1) continue;
    for (const alias of [...(field.aliases ?? []), ...otherNames(field, layout)]) learn(alias, known);
  }
  // Cached only for the few mappings of a layout.
  if (spellings.size > 0) spellingsOf.set(id, spellings);
  return spellings;
}

/** The key that a misspelled one means, in the same mapping; undefined if no key is similar. */
export function meantKey(path: readonly string[], layout: Layout): KnownKey | undefined {
  const written = bare(path.at(-1) ?? '');
  const spellings = spellingsIn(path.slice(0, -1), layout);
  const exact = spellings.get(written);
  if (exact !== undefined || written.length < 6 || spellings.size === 0) return exact;
  const alike = [...spellings.keys()].filter(({ length }) => Math.abs(length - written.length) <= 2);
  if (alike.length === 0) return undefined;
  const near = closest(written, alike);
  return distance(written, near) <= Math.min(2, Math.floor(near.length / 4))
    ? spellings.get(near)
    : undefined;
}

/** What the other layout calls the field: `redirectUri` under `cognito` means `callbackUri`. */
function otherNames(field: FieldRow, layout: Layout): readonly string[] {
  return layout === 'flat' || field.flat === undefined ? [] : [field.flat.path];
}
