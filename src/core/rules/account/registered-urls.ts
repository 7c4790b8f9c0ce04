/**
 * Which of an app client's registered URLs the server can use. A URL fits if it passes the rules for the file, so
 * discovery never picks a URL that validation refuses.
 */
import { distance } from 'fastest-levenshtein';
import { parseDocument } from '../../yaml/document.ts';
import type { Scalar } from '../../yaml/types.ts';
import { scalarSource } from '../../yaml/splices.ts';
import { factsOf } from '../file/facts.ts';
import { keyOf, type FieldName } from '../../config/fields.ts';
import type { Layout } from '../../config/layouts.ts';
import { URL_RULES } from '../file/urls.ts';
import { isLoopback, parseUrl } from '../../config/endpoints.ts';

/** The two registered URLs: callback and sign-out. */
export type UrlField = 'redirectUri' | 'logOutUri';

export interface UrlContext {
  readonly layout: Layout;
  /** The port that the server listens on; undefined where the file has none. */
  readonly port: number | undefined;
}

/** Why the server cannot use a URL, as the message of the rule that refuses it; undefined if it can. */
export function urlFault(url: string, field: UrlField, context: UrlContext): string | undefined {
  return findFault(
    url,
    field,
    context,
    URL_RULES.filter(({ severity }) => severity === 'error'),
  );
}

function findFault(
  url: string,
  field: UrlField,
  { layout, port }: UrlContext,
  rules: typeof URL_RULES,
): string | undefined {
  const listening = port ?? (layout === 'flat' ? portOf(url) : undefined);
  const text = (listening === undefined ? '' : line('port', layout, listening)) + line(field, layout, url);
  const facts = factsOf(parseDocument(text), { layout });
  for (const row of rules) {
    const [hit] = row.check(facts);
    if (hit !== undefined) return row.message(hit.args ?? {});
  }
  return undefined;
}

/** A line of a file with only that key. */
function line(name: FieldName, layout: Layout, value: Scalar): string {
  const keys = (keyOf(name, layout)?.path ?? name).split('.');
  return `${keys.join(': {')}: ${scalarSource(value)}${'}'.repeat(keys.length - 1)}\n`;
}

function portOf(text: string): number | undefined {
  const url = parseUrl(text);
  if (url === undefined) return undefined;
  return Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
}

export interface UrlChoice {
  /** Every URL that fits, the best suggestion first. */
  readonly fitting: readonly string[];
  /** The one to use without asking. */
  readonly settled: string | undefined;
}

/** What is known beside the registered URLs. */
export interface UrlHints {
  /** Asked for on the command line: must be registered byte for byte. */
  readonly wanted?: string | undefined;
  /** The file's own: kept if it is registered and fits. */
  readonly configured?: string | undefined;
  /** The app client's DefaultRedirectURI. */
  readonly byDefault?: string | undefined;
  /** A URL whose origin is preferred: for a sign-out URL, the callback URL. */
  readonly near?: string | undefined;
}

/**
 * The choice among registered URLs. Settled by: the wanted one; the configured one; the only one that fits; the only
 * one that fits without a warning, which is about the port; the only one on the origin of `near`. Suggested, in this
 * order: without a warning, same origin, the default, https on a public host, as registered.
 */
export function chooseUrl(
  registered: readonly string[],
  field: UrlField,
  context: UrlContext,
  { wanted, configured, byDefault, near }: UrlHints,
): UrlChoice {
  const origin = originOf(near);
  const isClean = (url: string): boolean => findFault(url, field, context, URL_RULES) === undefined;
  const rank = (url: string): number =>
    (isClean(url) ? 0 : 8) +
    (origin !== undefined && originOf(url) === origin ? 0 : 4) +
    (url === byDefault ? 0 : 2) +
    (isLocal(url) ? 1 : 0);
  const fitting = [...new Set(registered)]
    .filter((url) => urlFault(url, field, context) === undefined)
    .sort((a, b) => rank(a) - rank(b));
  if (wanted !== undefined) return { fitting, settled: registered.includes(wanted) ? wanted : undefined };
  if (configured !== undefined && fitting.includes(configured)) return { fitting, settled: configured };
  const sameOrigin = origin === undefined ? [] : fitting.filter((url) => originOf(url) === origin);
  const only = [fitting, fitting.filter(isClean), sameOrigin].find(({ length }) => length === 1);
  return { fitting, settled: only?.[0] };
}

const originOf = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : parseUrl(text)?.origin;

const isLocal = (text: string): boolean => isLoopback(parseUrl(text)?.hostname ?? '');

/** The registered URL closest to another one, and how they differ; undefined if no URL is registered. */
export function nearestUrl(
  wanted: string,
  registered: readonly string[],
): { readonly url: string; readonly difference: string } | undefined {
  const [url] = [...registered].sort((a, b) => distance(a, wanted) - distance(b, wanted));
  return url === undefined ? undefined : { url, difference: difference(wanted, url) };
}

/** How two URLs differ, in words: Cognito compares them byte for byte. */
function difference(wanted: string, registered: string): string {
  if (wanted.trim() === registered.trim()) return 'a space';
  if (withoutSlash(wanted) === withoutSlash(registered)) return 'the slash at the end';
  if (wanted.toLowerCase() === registered.toLowerCase()) return 'upper and lower case';
  const [a, b] = [parseUrl(wanted), parseUrl(registered)];
  if (a === undefined || b === undefined) return 'the text';
  const parts = [
    ['the scheme', a.protocol, b.protocol],
    ['the host', a.hostname, b.hostname],
    ['the port', a.port, b.port],
    ['the path', a.pathname, b.pathname],
    ['the query', a.search, b.search],
  ] as const;
  const names = parts.filter(([, one, other]) => one !== other).map(([name]) => name);
  return names.length === 0 ? 'its spelling' : names.join(' and ');
}

const withoutSlash = (text: string): string => text.replace(/\/$/, '');
