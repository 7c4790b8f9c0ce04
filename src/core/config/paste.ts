/**
 * Cleans up pasted values: spaces, quotes of any kind, an ARN or a console address instead of an ID, a whole domain URL
 * instead of the prefix.
 */
import { parseHostedUiHost, parseUrl } from './endpoints.ts';

const QUOTES = `"'\`\u00ab\u00bb\u2018-\u201f\u2039\u203a\u300c\u300d\uff02\uff07`;
const OUTER = new RegExp(`^[\\s${QUOTES}]+|[\\s${QUOTES}]+$`, 'gu');

/** Typographic quotation marks of word processors and web pages; ordinary characters in YAML. */
export const TYPOGRAPHIC_QUOTES = /[\u00ab\u00bb\u2018-\u201f\u2039\u203a\u300c\u300d\uff02\uff07]/u;

/** The text without spaces and quotes around it, and without a comma or semicolon at the end. */
export function unquote(text: string): string {
  const bare = text.replace(OUTER, '');
  return bare.replace(/[,;]$/, '').replace(OUTER, '');
}

/** The forms in which a user pool can be given. */
export type PoolReference =
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'identity-pool' };

const ID_IN_ADDRESS = /(?:^|[/=:])((?:[a-z]{2,4}(?:-[a-z]+)+-\d{1,2})_[0-9a-zA-Z]+)(?=$|[/?&#])/;
const IDENTITY_POOL = /(?:^|\/)[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Reads a user pool id, an ARN, a console or issuer address, or else a pool's name. */
export function parsePoolReference(input: string): PoolReference {
  const text = unquote(input);
  if (IDENTITY_POOL.test(text)) return { kind: 'identity-pool' };
  const whole = /^[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}_[0-9a-zA-Z]+$/.exec(text);
  if (whole) return { kind: 'id', id: text };
  const isAddress = /^(?:https?:\/\/|arn:)/i.test(text) || /^[\w.-]+\.amazon(?:aws)?\.com\//i.test(text);
  const id = isAddress ? ID_IN_ADDRESS.exec(decoded(text))?.[1] : undefined;
  return id === undefined ? { kind: 'name', name: text } : { kind: 'id', id };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The user pool ID in the paste, or the paste itself without one. */
export function pastedPoolId(input: string): string {
  const reference = parsePoolReference(input);
  return reference.kind === 'id' ? reference.id : unquote(input);
}

/** The app client ID in a console address (`…/app-clients/ID…`), or the paste itself. */
export function pastedClientId(input: string): string {
  const text = unquote(input);
  return /\/(?:app-clients|clients)\/([\w+]+)(?=$|[/?#])/.exec(text)?.[1] ?? text;
}

/** The host in a pasted domain: scheme, path and a trailing dot or slash are dropped. */
export function pastedHost(input: string): string {
  const text = unquote(input);
  const url = parseUrl(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  if (url === undefined || text === '' || url.username !== '' || url.port !== '') return text;
  return url.hostname.replace(/\.$/, '');
}

/** The domain prefix in a pasted domain URL, or the paste itself. */
export function pastedDomainPrefix(input: string): string {
  const host = pastedHost(input);
  return parseHostedUiHost(host)?.prefix ?? (host.includes('.') ? host : unquote(input));
}

/** A token URL; a bare domain gets the path that Cognito serves tokens at. */
export function pastedTokenUrl(input: string): string {
  const text = unquote(input);
  const url = parseUrl(text);
  return url?.protocol === 'https:' && url.pathname === '/' && url.search === '' && url.hash === ''
    ? `${url.origin}/oauth2/token`
    : text;
}
