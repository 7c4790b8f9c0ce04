/** From the account's facts to the settings of a file. The facts are read in commands/account/. */
import { usedDomain, type AccountFacts, type Difference } from './facts.ts';
import { entryAt } from '../../yaml/document.ts';
import type { ConfigDocument } from '../../yaml/types.ts';
import type { AccountValues } from '../../config/field.ts';
import { fieldsOf, keyOf, type FieldName } from '../../config/fields.ts';
import { LAYOUTS, type Layout } from '../../config/layouts.ts';
import { completeSettings, isCustomTokenUrl, type Settings } from '../../config/settings.ts';

/**
 * The settings that follow from the account. A custom token URL in the file is kept. An app client that the layout's
 * server cannot use gives no client ID.
 */
export function settingsFrom(
  facts: AccountFacts,
  urls: { readonly redirectUri: string | undefined; readonly logOutUri: string | undefined },
  configured: Settings,
): Settings {
  const { layout, region, pool, client } = facts;
  const isForbidden = LAYOUTS[layout].clientSecret === 'forbidden' && client?.secret !== undefined;
  const account: AccountValues = {
    ...urls,
    poolId: pool.id,
    region,
    domain: usedDomain(facts)?.domain,
    clientId: isForbidden ? undefined : client?.id,
    clientSecret: client?.secret,
    tokenUrl: isCustomTokenUrl(configured) ? configured.awsTokenURL : undefined,
  };
  const found = fieldsOf(layout).flatMap(({ field }): (readonly [FieldName, string])[] => {
    const value = field.account?.(account);
    return value === undefined ? [] : [[field.name, value]];
  });
  return completeSettings(Object.fromEntries(found), layout);
}

/** The fields that the server needs for login and that the settings do not have. */
export function missingFields(settings: Settings, layout: Layout): readonly FieldName[] {
  return fieldsOf(layout)
    .filter(({ field, key }) => key.required === 'login' && (settings[field.name] ?? '') === '')
    .map(({ field }) => field.name);
}

/** Keys of the file whose value differs from the account. The account does not know the switch. */
export function differences(
  document: ConfigDocument,
  layout: Layout,
  account: Settings,
): readonly Difference[] {
  return fieldsOf(layout).flatMap(({ field, key }) => {
    const inAccount = account[field.name];
    if (field.console === undefined || inAccount === undefined) return [];
    const entry = entryAt(document, key.path.split('.'));
    if (entry?.parsed === inAccount) return [];
    const inFile = typeof entry?.parsed === 'string' ? entry.parsed : undefined;
    return [{ name: field.name, path: key.path, span: entry?.value, inFile, inAccount }];
  });
}

/** The port that the file makes the server listen on; a quoted one counts, since it is repaired. */
export function configuredPort(document: ConfigDocument, layout: Layout): number | undefined {
  for (const name of ['port', 'legacyPort'] as const) {
    const key = keyOf(name, layout);
    const value = key === undefined ? undefined : entryAt(document, key.path.split('.'))?.parsed;
    if (typeof value !== 'number' && typeof value !== 'string') continue;
    if (value !== '' && Number.isInteger(Number(value))) return Number(value);
  }
  return undefined;
}
