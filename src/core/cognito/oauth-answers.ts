/**
 * What the answers of the hosted UI, the token endpoint and the public documents mean. Everything unknown is `unclear`,
 * with what was seen: emulators and AWS differ in details.
 */
import type { HttpAnswer } from '../../ports.ts';
import { clip, maskLongRuns, printable } from '../text/display.ts';
import { onFile, say, type Hint } from '../text/hint.ts';
import { LAYOUTS, type Layout } from '../config/layouts.ts';
import { parseUrl } from '../config/endpoints.ts';

/** An answer that proves nothing; `seen` may be printed. */
export interface Unclear {
  readonly kind: 'unclear';
  readonly seen: string;
}

/** What the authorize endpoint says to a sign-in request, without any user. */
export type AuthorizeAnswer =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'redirect-mismatch' }
  /** An unknown client, or a malformed request. */
  | { readonly kind: 'invalid-request'; readonly description: string }
  | { readonly kind: 'invalid-scope' }
  | { readonly kind: 'unauthorized-client' }
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
  const fields = fieldsOf(location);
  if (isAt(location, redirectUri)) return readAtCallback(fields) ?? unclear(answer);
  if (location.origin === parseUrl(requestUrl)?.origin || location.origin === hostedUi) {
    if (location.pathname === '/login') return { kind: 'accepted' };
    return (location.pathname === '/error' ? readErrorPage(fields) : undefined) ?? unclear(answer);
  }
  return isIdentityProvider(location) ? { kind: 'accepted' } : unclear(answer);
}

/** Redirects back to the client: the request was understood, and refused for a reason. */
function readAtCallback(fields: URLSearchParams): AuthorizeAnswer | undefined {
  const words = [fields.get('error') ?? '', fields.get('error_description') ?? ''];
  const says = (word: string): boolean => words.some((text) => text.includes(word));
  if (says('unauthorized_client')) return { kind: 'unauthorized-client' };
  return says('invalid_scope') ? { kind: 'invalid-scope' } : undefined;
}

/** Redirects to the hosted UI's own error page: the callback cannot be trusted. */
function readErrorPage(fields: URLSearchParams): AuthorizeAnswer | undefined {
  switch (fields.get('error') ?? '') {
    case 'redirect_mismatch':
      return { kind: 'redirect-mismatch' };
    case 'invalid_scope':
      return { kind: 'invalid-scope' };
    case 'unauthorized_client':
      return { kind: 'unauthorized-client' };
    case 'invalid_request':
      return { kind: 'invalid-request', description: shown(fields.get('error_description') ?? '') };
    default:
      return undefined;
  }
}

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
    ? { kind: 'refused', error, description: typeof description === 'string' ? shown(description) : '' }
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
  const isOwn = location.origin === parseUrl(requestUrl)?.origin || location.origin === hostedUi;
  const isError = isOwn && location.pathname === '/error';
  const error = location.searchParams.get('error') ?? '';
  return isError ? { kind: 'refused', error: ERRORS.has(error) ? error : 'no reason' } : unclear(answer);
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

/** The cause of an OAuth error and its remedy. */
export interface OAuthExplanation {
  readonly cause: string;
  readonly fix: Hint;
}

const LOGIN_PAGES = 'your pool → App clients → your client → Login pages → Edit';

/** A Map, because the codes come from outside: an object also has `constructor`. */
const EXPLANATIONS: ReadonlyMap<string, (layout: Layout) => OAuthExplanation> = new Map(
  Object.entries<(layout: Layout) => OAuthExplanation>({
    redirect_mismatch: (layout) => ({
      cause: 'the callback URL is not registered in the app client (every character counts)',
      fix: `Register it, or change the file to a registered one (with the path ${LAYOUTS[layout].callbackPath}): ${LOGIN_PAGES} → Allowed callback URLs.`,
    }),
    invalid_scope: () => ({
      cause: 'the app client does not allow the scopes openid and email',
      fix: `Select OpenID and Email: ${LOGIN_PAGES} → OpenID Connect scopes.`,
    }),
    unauthorized_client: () => ({
      cause: 'the app client does not allow the code flow',
      fix: `Select Authorization code grant: ${LOGIN_PAGES} → OAuth grant types.`,
    }),
    invalid_client: (layout) =>
      LAYOUTS[layout].clientSecret === 'required'
        ? {
            cause: 'the app client secret is wrong, or the app client has no secret',
            fix: say`Update the secret: ${onFile('discover')}. Or copy it: your pool → App clients → your client → Show client secret.`,
          }
        : {
            cause: 'the app client has a secret, which the Node server never sends, or it does not exist',
            fix: 'Use an app client without a secret: your pool → App clients → Create app client → Single-page application.',
          },
    invalid_grant: () => ({
      cause: 'the authorization code is used, expired, or for another callback URL or app client',
      fix: 'Sign in again: each code works once, for a few minutes.',
    }),
    invalid_request: () => ({
      cause: 'the hosted UI does not know the app client, or the request is malformed',
      fix: 'Compare the app client ID with the AWS console: your pool → App clients.',
    }),
    unsupported_grant_type: () => ({
      cause: 'the token endpoint does not accept authorization codes',
      fix: 'Check that the token URL is on the Cognito domain and ends in /oauth2/token.',
    }),
    access_denied: () => ({
      cause: 'the sign-in was refused or cancelled on the login page',
      fix: 'Sign in again. With an external identity provider, check that the user may sign in there.',
    }),
    server_error: () => ({
      cause: 'Cognito, a Lambda trigger or an identity provider of the user pool failed',
      fix: 'Try again, then check the Lambda triggers and identity providers of the user pool.',
    }),
    login_required: () => ({
      cause: 'no user is signed in at the hosted UI',
      fix: 'Sign in on the login page.',
    }),
  }),
);

/** Explains an OAuth error. Cognito names some errors only in the description. */
export function explainOAuthError(code: string, description: string, layout: Layout): OAuthExplanation {
  const named = /\b(?:unauthorized_client|invalid_scope|redirect_mismatch)\b/.exec(description)?.[0];
  const explain = EXPLANATIONS.get(named ?? code) ?? EXPLANATIONS.get(code);
  const said = description === '' ? shown(code) : `${shown(code)}: ${shown(description)}`;
  return (
    explain?.(layout) ?? {
      cause: `the hosted UI answered ${said === '' ? 'without a reason' : said}`,
      fix: say`Check app client, callback URL and domain: ${onFile('doctor')}`,
    }
  );
}

/** The location of a redirect; undefined for any other answer. */
function locationOf({ status, headers }: HttpAnswer, requestUrl: string): URL | undefined {
  const location = headers['location'];
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined;
  return URL.canParse(location, requestUrl) ? new URL(location, requestUrl) : undefined;
}

/** Query and fragment together: Cognito uses either. */
function fieldsOf(location: URL): URLSearchParams {
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
  const kind = type === undefined || type === '' ? '' : ` (${shown(type)})`;
  return {
    kind: 'unclear',
    seen:
      location === undefined
        ? `HTTP ${status}${kind}`
        : `HTTP ${status} to ${shown(location.replace(/[?#].*$/s, ''))}${errorIn(location)}`,
  };
}

function errorIn(location: string): string {
  const error = /[?&#]error=(\w+)/.exec(location)?.[1] ?? '';
  return ERRORS.has(error) ? ` with error=${error}` : '';
}

const shown = (text: string): string => printable(clip(maskLongRuns(text)));
