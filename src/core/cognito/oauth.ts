/**
 * OAuth as Cognito speaks it: what is sent to the hosted UI and the token endpoint. How their answers are read is in
 * oauth-answers.ts. Pure; `doctor` and `login` send the same requests through the same code.
 */
import type { HttpRequest, Random } from '../../ports.ts';
import { LAYOUTS, type Layout } from '../config/layouts.ts';
import type { Settings } from '../config/settings.ts';
import { CLIENT_NEEDS } from '../config/requirements.ts';
import { hostedUiHost, issuerOf, parseUrl, regionOfPool } from '../config/endpoints.ts';

/** The scopes that both servers need. */
export const LOGIN_SCOPE = CLIENT_NEEDS.scopes.join(' ');

/** RFC 7636 with S256. */
export interface Pkce {
  readonly verifier: string;
  readonly challenge: string;
}

/** A new verifier of 43 characters and its challenge. */
export async function pkce(random: Random): Promise<Pkce> {
  const verifier = base64Url(random.bytes(32));
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  return { verifier, challenge: base64Url(new Uint8Array(digest)) };
}

/** 32 random bytes as URL-safe text: for state and nonce. */
export function randomToken(random: Random): string {
  return base64Url(random.bytes(32));
}

/** A random UUID, version 4: the form of Cognito's authorization codes. */
export function randomUuid(random: Random): string {
  const bytes = Array.from(random.bytes(16), (byte, at) => {
    if (at === 6) return (byte & 0x0f) | 0x40;
    return at === 8 ? (byte & 0x3f) | 0x80 : byte;
  });
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The origin of `--endpoint-url`, which replaces all of AWS; undefined without one. */
function emulatorOrigin(endpointUrl: string | undefined): string | undefined {
  return endpointUrl === undefined ? undefined : parseUrl(endpointUrl)?.origin;
}

/** An address of AWS, or the same path at the emulator that replaces AWS. */
function redirected(url: string, endpointUrl: string | undefined): string {
  const origin = emulatorOrigin(endpointUrl);
  const parsed = parseUrl(url);
  return origin === undefined || parsed === undefined ? url : `${origin}${parsed.pathname}${parsed.search}`;
}

/**
 * `https://demo.auth.us-west-2.amazoncognito.com`, without a slash at the end. Undefined where the settings do not name
 * a domain, or what they name can be no host.
 */
export function hostedUiOrigin(settings: Settings, layout: Layout, endpointUrl?: string): string | undefined {
  const { domainName = '', region = regionOfPool(settings.userPoolID ?? '') } = settings;
  if (domainName === '' || (layout === 'flat' && region === undefined)) return undefined;
  const host = layout === 'flat' ? hostedUiHost(domainName, region ?? '') : domainName;
  const origin = parseUrl(`https://${host}`)?.origin;
  if (origin?.toLowerCase() !== `https://${host}`.toLowerCase()) return undefined;
  return emulatorOrigin(endpointUrl) ?? origin;
}

/**
 * The issuer's address, below which discovery document and JWKS are: `https://cognito-idp.R.amazonaws.com/POOL`.
 * The issuer in tokens and in the discovery document is `issuerOf` in endpoints.ts, even with an emulator.
 */
export function issuerBase(settings: Settings, endpointUrl?: string): string | undefined {
  const { userPoolID = '' } = settings;
  const region = settings.region ?? regionOfPool(userPoolID);
  if (userPoolID === '' || region === undefined) return undefined;
  return redirected(issuerOf(region, userPoolID), endpointUrl);
}

/** Where the layout's server posts the code: the flat file's own token URL, else the hosted UI's. */
export function tokenUrl(settings: Settings, layout: Layout, endpointUrl?: string): string | undefined {
  const { awsTokenURL = '' } = settings;
  if (layout === 'flat' && awsTokenURL !== '') {
    return parseUrl(awsTokenURL) === undefined ? undefined : redirected(awsTokenURL, endpointUrl);
  }
  const origin = hostedUiOrigin(settings, layout, endpointUrl);
  return origin === undefined ? undefined : `${origin}/oauth2/token`;
}

export interface AuthorizeRequest {
  /** From `hostedUiOrigin`. */
  readonly origin: string;
  readonly clientId: string;
  readonly redirectUri: string;
  /** Without it the client's own scopes apply. */
  readonly scope?: string;
  readonly state: string;
  readonly nonce?: string;
  /** From `pkce`. */
  readonly challenge?: string;
}

/** The address that a browser is sent to for a sign-in with the code flow. */
export function authorizeUrl(request: AuthorizeRequest): string {
  return `${request.origin}/oauth2/authorize?${signInQuery(request)}`;
}

/** The sign-in page itself, as the servers send people to it. */
export function loginPageUrl(request: AuthorizeRequest): string {
  return `${request.origin}/login?${signInQuery(request)}`;
}

function signInQuery({ clientId, redirectUri, scope, state, nonce, challenge }: AuthorizeRequest): string {
  const query = new URLSearchParams({
    response_type: CLIENT_NEEDS.flow,
    client_id: clientId,
    redirect_uri: redirectUri,
  });
  if (scope !== undefined) query.set('scope', scope);
  query.set('state', state);
  if (nonce !== undefined) query.set('nonce', nonce);
  if (challenge !== undefined) {
    query.set('code_challenge', challenge);
    query.set('code_challenge_method', 'S256');
  }
  // Spaces as %20: `+` means a space only in forms.
  return query.toString().replaceAll('+', '%20');
}

/** The address that signs out and comes back to a registered sign-out URL. */
export function logoutUrl(origin: string, clientId: string, logOutUri: string): string {
  return `${origin}/logout?${new URLSearchParams({ client_id: clientId, logout_uri: logOutUri }).toString()}`;
}

export interface TokenRequest {
  /** From `tokenUrl`. */
  readonly url: string;
  readonly layout: Layout;
  readonly clientId: string;
  /** Sent as Basic auth where the layout's server does so; otherwise never sent. */
  readonly clientSecret?: string | undefined;
  readonly code: string;
  readonly redirectUri: string;
  readonly verifier?: string | undefined;
}

/** The exchange of a code for tokens, as the layout's server makes it. Holds the secret: never to be printed. */
export function tokenRequest(request: TokenRequest): Omit<HttpRequest, 'deadlineMs'> {
  const { url, layout, clientId, clientSecret, code, redirectUri, verifier } = request;
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: clientId,
    code,
    redirect_uri: redirectUri,
  });
  if (verifier !== undefined) form.set('code_verifier', verifier);
  const isSecretSent = LAYOUTS[layout].clientSecret === 'required' && clientSecret !== undefined;
  return {
    method: 'POST',
    url,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
      ...(isSecretSent ? { authorization: `Basic ${base64(`${clientId}:${clientSecret}`)}` } : {}),
    },
    body: form.toString(),
  };
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

function base64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}
