/** From answers, typed or discovered, to the edits of a file and a diff that may be shown. */
import { diffArrays } from 'diff';
import { entryAt, parseDocument } from '../yaml/document.ts';
import type { ConfigDocument, Scalar } from '../yaml/types.ts';
import { applyChanges, type Change } from '../yaml/edit.ts';
import { fieldsOf, keyOf, keyOrder, type FieldName, type FieldRow, type Key } from '../config/fields.ts';
import type { Finding } from '../rules/finding.ts';
import type { Checkout } from '../config/checkout.ts';
import { goSwitchChange, goSwitchIn, readingsOf } from '../config/go-switch.ts';
import type { Layout } from '../config/layouts.ts';
import { shownLines } from '../config/masked-lines.ts';
import { deriveUrls, type Settings } from '../config/settings.ts';
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

/**
 * The edits that bring a file to the given settings; `checkout` is the one that it is in, or comes into. Fields without a value are left
 * alone. Throws EditError.
 */
export function planEdits(
  before: ConfigDocument,
  layout: Layout,
  settings: Settings,
  checkout?: Checkout,
): Plan {
  // Of what merely looks unusual the owner may have his own opinion: only errors are repaired unasked.
  const { document, repaired } = repair(before, { layout, checkout }, ({ severity }) => severity === 'error');
  const { userManagement, ...rest } = settings;
  const changes = fieldsOf(layout).flatMap(({ field, key }): readonly Change[] => {
    if (field.name === 'userManagement') return switchChanges(document, layout, userManagement, checkout);
    const value = rest[field.name];
    return value === undefined || saysAlready(document, field, key, value)
      ? []
      : [changeOf(field.name, key.path, layout, value, settings)];
  });
  const after = applyChanges(document, changes, keyOrder(layout));
  return { before, after, changed: changedKeys(before, after, layout), repaired };
}

/** The switch as the servers of the layout read it; one that they read so already is the owner's own way to say it: `On`, or quotes. */
function switchChanges(
  document: ConfigDocument,
  layout: Layout,
  value: string | undefined,
  checkout: Checkout | undefined,
): readonly Change[] {
  if (value === undefined) return [];
  const meaning = value === 'on' ? 'on' : 'off';
  const old = entryAt(document, ['userManagement']);
  if (layout === 'flat') {
    const known = goSwitchIn(document) ?? checkout?.goSwitch;
    const isSaid = old !== undefined && readingsOf(old, document)[known ?? 'text'] === meaning;
    return isSaid ? [] : [goSwitchChange(document, meaning, known)];
  }
  const isOn = meaning === 'on';
  const change: Change = { op: 'set', path: ['user', 'on'], value: isOn };
  // The Node server of spring 2020 has it there; later ones do not look at it.
  return old === undefined ? [change] : [change, { op: 'set', path: old.path, value: isOn }];
}

/** Whether the file says it in a way of its own, which is the owner's business: digits without quotes. */
function saysAlready(document: ConfigDocument, { console }: FieldRow, { path }: Key, value: string): boolean {
  const parsed = entryAt(document, path.split('.'))?.parsed;
  return typeof parsed === 'number' && console === undefined && String(parsed) === value;
}

function changeOf(name: FieldName, path: string, layout: Layout, value: string, settings: Settings): Change {
  const change = { op: 'set' as const, path: path.split('.'), value: scalarOf(name, layout, value) };
  if (name !== 'awsJwkUrl') return change;
  const { jwksUrl } = deriveUrls(settings, layout);
  return jwksUrl === undefined ? change : { ...change, comment: { text: jwksUrl, replaces: FINISHED_URL } };
}

function scalarOf(name: FieldName, layout: Layout, value: string): Scalar {
  return keyOf(name, layout)?.schema.type === 'integer' ? Number(value) : value;
}

function changedKeys(before: ConfigDocument, after: ConfigDocument, layout: Layout): readonly string[] {
  return keyOrder(layout).filter((path) => {
    const segments = path.split('.');
    return entryAt(before, segments)?.parsed !== entryAt(after, segments)?.parsed;
  });
}

/** One line of a diff: `-` old, `+` new, a space for context. The text is masked and harmless. */
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
