/**
 * What the answers of the hosted UI, the token endpoint and the public documents mean. Everything unknown is `unclear`,
 * with what was seen: emulators and AWS differ in details.
 */
import type { HttpAnswer } from '../../ports.ts';
import { showForeign } from '../text/display.ts';
import { parseUrl } from '../config/endpoints.ts';
import { nameOfRefusal, refusalIn, refusalText, type Refusal } from './oauth-errors.ts';

/** An answer that proves nothing; `seen` may be printed. */
export interface Unclear {
  readonly kind: 'unclear';
  readonly seen: string;
}

/** What the authorize endpoint says to a sign-in request, without any user. */
export type AuthorizeAnswer =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'redirect-mismatch' }
  | { readonly kind: 'unknown-client'; readonly refusal: Refusal }
  | { readonly kind: 'invalid-scope' }
  | { readonly kind: 'unauthorized-client' }
  /** For any other reason, on the error page or at the callback URL. */
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'pages-unavailable' }
  /** There is no hosted UI at this address. */
  | { readonly kind: 'not-there' }
  | Unclear;

/** The tokens of a sign-in, never to be printed. */
interface Tokens {
  readonly idToken: string;
  readonly accessToken: string | undefined;
}

export type TokenAnswer =
  | { readonly kind: 'tokens'; readonly tokens: Tokens }
  /** `error` as the endpoint names it: `invalid_grant`, `invalid_client` … */
  | { readonly kind: 'refused'; readonly error: string; readonly description: string }
  | Unclear;

export type LogoutAnswer =
  | { readonly kind: 'accepted' }
  /** `error`: what its error page says, as it may be shown. */
  | { readonly kind: 'refused'; readonly error: string }
  | { readonly kind: 'not-there' }
  | Unclear;

/** OpenID Connect Discovery 1.0, as far as the servers care. */
export interface DiscoveryDocument {
  readonly kind: 'document';
  readonly issuer: string;
  readonly jwksUri: string | undefined;
  readonly tokenEndpoint: string | undefined;
}

export interface JwksDocument {
  readonly kind: 'document';
  readonly keys: number;
  /** Keys that an RS256 signature can be checked with. */
  readonly rs256: number;
}

/** The errors of RFC 6749, OpenID Connect and Cognito. Any other text may echo the request, so it is not shown. */
const ERRORS: ReadonlySet<string> = new Set([
  'redirect_mismatch',
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'invalid_scope',
  'unauthorized_client',
  'unsupported_grant_type',
  'unsupported_response_type',
  'access_denied',
  'server_error',
  'temporarily_unavailable',
  'login_required',
  'interaction_required',
  'consent_required',
]);

/** What was requested, to compare the answer with. */
export interface SignInAsked {
  /** The address of the request: a location may be relative to it. */
  readonly requestUrl: string;
  readonly redirectUri: string;
  /** The hosted UI's real origin, which an emulator may redirect to. */
  readonly hostedUi?: string | undefined;
}

/**
 * Reads the answer to an authorize (or login page) request. Source: the redirects that Cognito's hosted UI was seen to
 * give, in either of their forms.
 */
export function readAuthorizeAnswer(
  answer: HttpAnswer,
  { requestUrl, redirectUri, hostedUi }: SignInAsked,
): AuthorizeAnswer {
  if (isUnavailablePage(answer)) return { kind: 'pages-unavailable' };
  const location = locationOf(answer, requestUrl);
  if (location === undefined) return answer.status === 404 ? { kind: 'not-there' } : unclear(answer);
  if (isAt(location, redirectUri)) {
    return fieldsOf(location).has('error') ? refusalAt('callback', location) : unclear(answer);
  }
  if (isErrorPage(location, { requestUrl, hostedUi })) return refusalAt('error page', location);
  const isOwn = isHostedUi(location, { requestUrl, hostedUi });
  if (isOwn ? location.pathname === '/login' : isIdentityProvider(location)) return { kind: 'accepted' };
  return unclear(answer);
}

/** The refusals that have findings of their own. */
const KINDS: Readonly<
  Partial<Record<string, 'redirect-mismatch' | 'invalid-scope' | 'unauthorized-client'>>
> = {
  redirect_mismatch: 'redirect-mismatch',
  invalid_scope: 'invalid-scope',
  unauthorized_client: 'unauthorized-client',
};

function refusalAt(at: Refusal['at'], location: URL): AuthorizeAnswer {
  const refusal = refusalIn(at, fieldsOf(location));
  const name = nameOfRefusal(refusal);
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  if (kind !== undefined) return { kind };
  return { kind: name === 'unknown client' ? 'unknown-client' : 'refused', refusal };
}

type Asking = Pick<SignInAsked, 'requestUrl' | 'hostedUi'>;

const isHostedUi = (location: URL, { requestUrl, hostedUi }: Asking): boolean =>
  location.origin === parseUrl(requestUrl)?.origin || location.origin === hostedUi;

/** Whether a location is the hosted UI's own error page, which ends every sign-in. */
export const isErrorPage = (location: URL, asking: Asking): boolean =>
  isHostedUi(location, asking) && location.pathname === '/error';

/** The sign-in page of an identity provider, recognised by its OIDC or SAML parameters. */
function isIdentityProvider(location: URL): boolean {
  const names = ['client_id', 'SAMLRequest', 'provider', 'identity_provider'];
  return location.protocol === 'https:' && names.some((name) => location.searchParams.has(name));
}

/** Managed login without a branding style answers with this page. */
export function isUnavailablePage({ headers, body }: HttpAnswer): boolean {
  return /html/i.test(headers['content-type'] ?? '') && /login pages unavailable/i.test(body);
}

/** Reads the answer to a sign-in page request, which is the page or the same redirects as authorize gives. */
export function readLoginPage(answer: HttpAnswer, request: SignInAsked): AuthorizeAnswer {
  const isPage = answer.status === 200 && /html/i.test(answer.headers['content-type'] ?? '');
  return isPage && !isUnavailablePage(answer) ? { kind: 'accepted' } : readAuthorizeAnswer(answer, request);
}

/** Reads the answer of the token endpoint: the tokens, or the error that it names. */
export function readTokenAnswer(answer: HttpAnswer): TokenAnswer {
  const body = jsonObject(answer.body);
  if (body === undefined) return unclear(answer);
  const { id_token: idToken, access_token: accessToken, error, error_description: description } = body;
  if (answer.status === 200 && typeof idToken === 'string' && idToken !== '') {
    return {
      kind: 'tokens',
      tokens: { idToken, accessToken: typeof accessToken === 'string' ? accessToken : undefined },
    };
  }
  const isRefusal = answer.status >= 400 && answer.status < 500;
  return isRefusal && typeof error === 'string' && ERRORS.has(error)
    ? { kind: 'refused', error, description: typeof description === 'string' ? showForeign(description) : '' }
    : unclear(answer);
}

/** Reads the answer of the sign-out endpoint: a location that is the sign-out URL passes, however it is written. */
export function readLogoutAnswer(
  answer: HttpAnswer,
  {
    requestUrl,
    logOutUri,
    hostedUi,
  }: Pick<SignInAsked, 'requestUrl' | 'hostedUi'> & { readonly logOutUri: string },
): LogoutAnswer {
  const location = locationOf(answer, requestUrl);
  if (location === undefined) return answer.status === 404 ? { kind: 'not-there' } : unclear(answer);
  if (location.href === parseUrl(logOutUri)?.href) return { kind: 'accepted' };
  if (!isErrorPage(location, { requestUrl, hostedUi })) return unclear(answer);
  const error = refusalText(refusalIn('error page', fieldsOf(location)));
  return { kind: 'refused', error: error === '' ? 'no reason' : error };
}

/** Reads the OIDC discovery document. */
export function readDiscovery(
  answer: HttpAnswer,
): DiscoveryDocument | { readonly kind: 'not-there' } | Unclear {
  const body = jsonObject(answer.body);
  if (answer.status === 400 || answer.status === 404) return { kind: 'not-there' };
  const issuer = body?.['issuer'];
  if (answer.status !== 200 || typeof issuer !== 'string') return unclear(answer);
  const text = (name: string): string | undefined => {
    const value = body?.[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    kind: 'document',
    issuer,
    jwksUri: text('jwks_uri'),
    tokenEndpoint: text('token_endpoint'),
  };
}

/** Reads a JWKS. A key without `alg` or `use` serves any (RFC 7517). */
export function readJwks(answer: HttpAnswer): JwksDocument | { readonly kind: 'not-there' } | Unclear {
  if (answer.status === 400 || answer.status === 404) return { kind: 'not-there' };
  const keys = jsonObject(answer.body)?.['keys'];
  if (answer.status !== 200 || !Array.isArray(keys)) return unclear(answer);
  return { kind: 'document', keys: keys.length, rs256: keys.filter(servesRs256).length };
}

function servesRs256(key: unknown): boolean {
  if (typeof key !== 'object' || key === null) return false;
  const { kty, alg = 'RS256', use = 'sig', n, e, kid } = key as Readonly<Record<string, unknown>>;
  const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
  return kty === 'RSA' && alg === 'RS256' && use === 'sig' && [n, e, kid].every(isText);
}

/** The location of a redirect; undefined for any other answer. */
function locationOf({ status, headers }: HttpAnswer, requestUrl: string): URL | undefined {
  const location = headers['location'];
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined;
  return URL.canParse(location, requestUrl) ? new URL(location, requestUrl) : undefined;
}

/** Query and fragment together: Cognito uses either. */
export function fieldsOf(location: URL): URLSearchParams {
  const fields = new URLSearchParams(location.search);
  for (const [name, value] of new URLSearchParams(location.hash.slice(1))) fields.append(name, value);
  return fields;
}

function isAt(location: URL, address: string): boolean {
  const wanted = parseUrl(address);
  const { protocol, host, pathname } = location;
  return wanted?.protocol === protocol && wanted.host === host && wanted.pathname === pathname;
}

function jsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** What was seen, without anything that could be a secret: never a body, and of a location only the address without query. */
function unclear({ status, headers }: HttpAnswer): Unclear {
  const location = headers['location'];
  const type = headers['content-type']?.split(';', 1)[0];
  const kind = type === undefined || type === '' ? '' : ` (${showForeign(type)})`;
  return {
    kind: 'unclear',
    seen:
      location === undefined
        ? `HTTP ${status}${kind}`
        : `HTTP ${status} to ${showForeign(location.replace(/[?#].*$/s, ''))}${errorIn(location)}`,
  };
}

function errorIn(location: string): string {
  const error = /[?&#]error=(\w+)/.exec(location)?.[1] ?? '';
  return ERRORS.has(error) ? ` with error=${error}` : '';
}
