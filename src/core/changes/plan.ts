/** From answers, typed or discovered, to the edits of a file and a diff that may be shown. */
import { diffArrays } from 'diff';
import { maskLongRuns, maskSecret } from '../text/display.ts';
import { entryAt, parseDocument, type ConfigDocument, type Scalar } from '../yaml/document.ts';
import { applyChanges, type Change } from '../yaml/edit.ts';
import {
  fieldNamed,
  fieldsOf,
  keyOf,
  keyOrder,
  type FieldName,
  type FieldRow,
  type Key,
} from '../config/fields.ts';
import type { Finding } from '../rules/finding.ts';
import { LAYOUTS, type Layout } from '../config/layouts.ts';
import { shownLines } from '../config/masked-lines.ts';
import {
  hostedUiHost,
  issuerOf,
  JWKS_TEMPLATE,
  jwksUrlOf,
  parseHostedUiHost,
  regionOfPool,
  tokenUrlOf,
} from '../config/endpoints.ts';
import { repair } from '../rules/validate.ts';

/** Values by field, in the words of the flat file whatever the layout: `userManagement` is `on` or `off`. */
export type Settings = Readonly<Partial<Record<FieldName, string>>>;

/** The comment beside the JWKS template: the URL that the server makes of it. */
const FINISHED_URL = /^\s*https:\/\/cognito-idp\.\S+\/\.well-known\/jwks\.json\s*$/;

/** The values that a file has now; those that are missing, empty or of the wrong kind are left out. */
export function readSettings(document: ConfigDocument, layout: Layout): Settings {
  const found = fieldsOf(layout).flatMap(({ field, key }) => {
    const value = entryAt(document, key.path.split('.'))?.parsed;
    if (field.name === 'userManagement') return [[field.name, isOn(value, layout) ? 'on' : 'off']];
    return (typeof value === 'string' && value !== '') || typeof value === 'number'
      ? [[field.name, String(value)]]
      : [];
  });
  return Object.fromEntries(found) as Settings;
}

function isOn(value: unknown, layout: Layout): boolean {
  return layout === 'nested' ? Boolean(value) : value === 'on' || value === 'On' || value === 'ON';
}

/** The settings with everything that follows from others filled in; what is given stays. */
export function completeSettings(settings: Settings, layout: Layout): Settings {
  const { userPoolID = '', domainName: domain } = settings;
  const region = regionOfPool(userPoolID) ?? settings.region;
  const isPrefix = domain !== undefined && domain !== '' && !domain.includes('.');
  const derived: Record<string, string> = { awsJwkUrl: JWKS_TEMPLATE };
  if (region !== undefined) derived['region'] = region;
  if (isPrefix && region !== undefined) {
    if (layout === 'nested') derived['domainName'] = hostedUiHost(domain, region);
    derived['awsTokenURL'] = settings.awsTokenURL ?? tokenUrlOf(domain, region);
  }
  return { ...settings, ...derived };
}

/** Whether a token URL is the one that follows from domain and region: only another one was somebody's wish. */
export function isCustomTokenUrl(settings: Settings): boolean {
  const { awsTokenURL, domainName = '', region = '' } = settings;
  if (awsTokenURL === undefined || awsTokenURL === '' || !URL.canParse(awsTokenURL)) return false;
  if (awsTokenURL === tokenUrlOf(domainName, region)) return false;
  return parseHostedUiHost(new URL(awsTokenURL).hostname) === undefined;
}

/** Addresses that are not in the file but follow from it. */
export interface DerivedUrls {
  readonly issuer?: string;
  readonly jwksUrl?: string;
  readonly hostedUi?: string;
  readonly loginUrl?: string;
}

/** Issuer, JWKS URL, hosted UI and the login address that the server sends people to. */
export function deriveUrls(settings: Settings, layout: Layout): DerivedUrls {
  const { userPoolID = '', domainName = '', clientId = '', redirectUri = '' } = settings;
  const region = settings.region ?? regionOfPool(userPoolID);
  if (region === undefined) return {};
  const host =
    layout === 'nested' || domainName.includes('.') ? domainName : hostedUiHost(domainName, region);
  const login = `https://${host}/login?response_type=code&client_id=${clientId}&redirect_uri=${redirectUri}`;
  return {
    ...(userPoolID === ''
      ? {}
      : { issuer: issuerOf(region, userPoolID), jwksUrl: jwksUrlOf(region, userPoolID) }),
    ...(domainName === '' ? {} : { hostedUi: `https://${host}` }),
    ...(domainName === '' || clientId === '' || redirectUri === '' ? {} : { loginUrl: login }),
  };
}

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

/** The settings as they may be printed: the secret masked. */
export function maskSettings(settings: Settings): Settings {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => {
      const isSecret = fieldNamed(name as FieldName).secret === true;
      // Swapped by mistake, the id is the secret.
      const shown = name === 'clientId' ? maskLongRuns(value) : value;
      return [name, isSecret && value !== '' ? maskSecret(value) : shown];
    }),
  );
}

/** What a new file is compared with. */
export function emptyDocument(): ConfigDocument {
  return parseDocument('');
}
