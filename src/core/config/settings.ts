/** The values of a configuration by the names of their fields: read from a file, completed with what follows from them, masked. */
import { maskLongRuns, maskSecret } from '../text/display.ts';
import { entryAt } from '../yaml/document.ts';
import type { ConfigDocument } from '../yaml/types.ts';
import {
  hostedUiHost,
  issuerOf,
  jwksUrlOf,
  parseHostedUiHost,
  regionOfPool,
  tokenUrlOf,
} from './endpoints.ts';
import { readingsOf } from './go-switch.ts';
import { FIELDS, fieldNamed, fieldsOf, type FieldName } from './fields.ts';
import type { Layout } from './layouts.ts';

/** Values by field, as in the flat file for both layouts: `userManagement` is `on` or `off`. */
export type Settings = Readonly<Partial<Record<FieldName, string>>>;

/** The values that a file has now; those that are missing, empty or of the wrong kind are left out. */
export function readSettings(document: ConfigDocument, layout: Layout): Settings {
  const found = fieldsOf(layout).flatMap(({ field, key }) => {
    const value = entryAt(document, key.path.split('.'))?.parsed;
    if (field.name === 'userManagement') return [[field.name, isLoginOn(document, layout) ? 'on' : 'off']];
    return (typeof value === 'string' && value !== '') || typeof value === 'number'
      ? [[field.name, String(value)]]
      : [];
  });
  return Object.fromEntries(found) as Settings;
}

/** Whether the file switches login on for a server of its layout. */
export function isLoginOn(document: ConfigDocument, layout: Layout): boolean {
  const old = entryAt(document, ['userManagement']);
  if (layout === 'nested') return Boolean(entryAt(document, ['user', 'on'])?.parsed ?? old?.parsed);
  return old !== undefined && Object.values(readingsOf(old, document)).includes('on');
}

/** The settings with everything that follows from others filled in. */
export function completeSettings(settings: Settings, layout: Layout): Settings {
  const derived = FIELDS.flatMap(({ name, derive }): (readonly [FieldName, string])[] => {
    const value = derive?.(settings, layout);
    return value === undefined ? [] : [[name, value]];
  });
  return { ...settings, ...(Object.fromEntries(derived) as Settings) };
}

/** Whether the token URL is a custom one, not the one derived from domain and region. */
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
