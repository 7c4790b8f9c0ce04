/** From answers, typed or discovered, to the edits of a file and a diff that may be shown. */
import { diffArrays } from 'diff';
import { entryAt, parseDocument } from '../yaml/document.ts';
import type { ConfigDocument, Scalar } from '../yaml/types.ts';
import { applyChanges, type Change } from '../yaml/edit.ts';
import { fieldsOf, keyOf, keyOrder, type FieldName, type FieldRow, type Key } from '../config/fields.ts';
import type { Finding } from '../rules/finding.ts';
import { LAYOUTS, type Layout } from '../config/layouts.ts';
import { shownLines } from '../config/masked-lines.ts';
import { deriveUrls, isOn, type Settings } from '../config/settings.ts';
import { repair } from '../rules/validate.ts';

/** The comment beside the JWKS template: the URL that the server makes of it. */
const FINISHED_URL = /^\s*https:\/\/cognito-idp\.\S+\/\.well-known\/jwks\.json\s*$/;

export interface Plan {
  readonly before: ConfigDocument;
  readonly after: ConfigDocument;
  /** Dotted paths whose value changes or that are new, in template order. */
  readonly changed: readonly string[];
  /** Faults of the old file that were repaired on the way. */
  readonly repaired: readonly Finding[];
}

/** The edits that bring a file to the given settings. Fields without a value are left alone. Throws EditError. */
export function planEdits(before: ConfigDocument, layout: Layout, settings: Settings): Plan {
  // Of what merely looks unusual the owner may have his own opinion: only errors are repaired unasked.
  const { document, repaired } = repair(before, { layout }, ({ severity }) => severity === 'error');
  const changes = fieldsOf(layout).flatMap(({ field, key }) => {
    const value = settings[field.name];
    return value === undefined || saysAlready(document, layout, field, key, value)
      ? []
      : [changeOf(field.name, key.path, layout, value, settings)];
  });
  const after = applyChanges(document, changes, keyOrder(layout));
  return { before, after, changed: changedKeys(before, after, layout), repaired };
}

/** Whether the file says it in a way of its own, which is the owner's business: `On`, or digits without quotes. */
function saysAlready(
  document: ConfigDocument,
  layout: Layout,
  { name, console }: FieldRow,
  { path, schema }: Key,
  value: string,
): boolean {
  const parsed = entryAt(document, path.split('.'))?.parsed;
  if (name === 'userManagement') {
    const isAllowed = schema.enum?.some((allowed) => allowed === parsed) === true;
    return isAllowed && isOn(parsed, layout) === (value === 'on');
  }
  return typeof parsed === 'number' && console === undefined && String(parsed) === value;
}

function changeOf(name: FieldName, path: string, layout: Layout, value: string, settings: Settings): Change {
  const change = { op: 'set' as const, path: path.split('.'), value: scalarOf(name, layout, value) };
  if (name !== 'awsJwkUrl') return change;
  const { jwksUrl } = deriveUrls(settings, layout);
  return jwksUrl === undefined ? change : { ...change, comment: { text: jwksUrl, replaces: FINISHED_URL } };
}

function scalarOf(name: FieldName, layout: Layout, value: string): Scalar {
  if (name === 'userManagement') return value === 'on' ? LAYOUTS[layout].on : LAYOUTS[layout].off;
  return keyOf(name, layout)?.schema.type === 'integer' ? Number(value) : value;
}

function changedKeys(before: ConfigDocument, after: ConfigDocument, layout: Layout): readonly string[] {
  return keyOrder(layout).filter((path) => {
    const segments = path.split('.');
    return entryAt(before, segments)?.parsed !== entryAt(after, segments)?.parsed;
  });
}

/** One line of a diff: `-` old, `+` new, blank for context. The text is masked and harmless. */
export interface DiffLine {
  readonly mark: '-' | '+' | ' ';
  readonly text: string;
}

/** A line diff with everything secret masked. The lines are compared as they are, so a new secret shows as a change. */
export function diffDocuments(before: ConfigDocument, after: ConfigDocument): readonly DiffLine[] {
  const shown = { '-': shownLines(before), '+': shownLines(after) };
  const raw = (document: ConfigDocument): string[] => document.text.split('\n');
  let oldLine = 0;
  let newLine = 0;
  return diffArrays(raw(before), raw(after))
    .flatMap((part): readonly DiffLine[] =>
      part.value.map(() => {
        if (part.removed) return { mark: '-', text: shown['-'].line(oldLine++)?.text ?? '' };
        if (!part.added) oldLine += 1;
        const text = shown['+'].line(newLine++)?.text ?? '';
        return { mark: part.added ? '+' : ' ', text };
      }),
    )
    .filter(({ mark, text }, at, all) => mark !== ' ' || text !== '' || at < all.length - 1);
}

/** What a new file is compared with. */
export function emptyDocument(): ConfigDocument {
  return parseDocument('');
}
