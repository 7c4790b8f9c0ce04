/** A sign-in request (at `/oauth2/authorize` and again at `/login`), and its validation. */
import type { Answer } from './delivery.ts';
import { noSuchPage } from './pages.ts';
import type { ClientDescription, CognitoState, Pool } from './state.ts';

/** A request to an endpoint of the hosted UI. */
export interface HostedUiRequest {
  /** The raw query, without the question mark. */
  readonly query: string;
  /** The form's fields; empty without a form. */
  readonly form: URLSearchParams;
  /** The Host header. */
  readonly host: string;
  readonly contentType: string;
  /** The Authorization header; empty without one. */
  readonly authorization: string;
}

/** A request that may continue to the sign-in page. */
export interface SignInRequest {
  readonly pool: Pool;
  readonly client: ClientDescription;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly state: string | undefined;
  readonly nonce: string | undefined;
  readonly challenge: string | undefined;
}

/** An app client and its pool. */
export interface FoundClient {
  readonly pool: Pool;
  readonly client: ClientDescription;
}

/**
 * Finds the client by ID in any pool. Returns an answer if the pool has no active domain, so that nothing would answer on AWS; undefined if
 * the client is unknown.
 */
export function clientAtHostedUi(state: CognitoState, clientId: string): FoundClient | Answer | undefined {
  const active = [...state.domains.values()].filter((domain) => domain.Status === 'ACTIVE');
  for (const [poolId, pool] of state.pools) {
    const client = pool.clients.get(clientId);
    if (client) {
      return active.some((domain) => domain.UserPoolId === poolId) ? { pool, client } : noSuchPage();
    }
  }
  return active.length === 0 ? noSuchPage() : undefined;
}

/** Whether it is already an answer. */
export function isAnswer(found: object): found is Answer {
  return 'status' in found;
}

/**
 * The validated request, or the answer that refuses it: on the hosted UI's error page until the callback is known to belong to the client.
 */
export function judge(state: CognitoState, request: HostedUiRequest): SignInRequest | Answer {
  const query = new URLSearchParams(request.query);
  const clientId = query.get('client_id') ?? '';
  const found = clientAtHostedUi(state, clientId);
  if (!found) return toErrorPage(state, request, { error: 'invalid_request', client_id: clientId });
  if (isAnswer(found)) return found;
  const { pool, client } = found;
  const redirectUri = query.get('redirect_uri');
  if (redirectUri === null) {
    return toErrorPage(state, request, { error: 'invalid_request', client_id: clientId });
  }
  if (!client.CallbackURLs?.includes(redirectUri)) {
    return toErrorPage(state, request, { error: 'redirect_mismatch', client_id: clientId });
  }
  const back = (fields: CallbackFields, part: 'query' | 'fragment' = 'query'): Answer =>
    toCallback(redirectUri, { ...fields, state: query.get('state') ?? undefined }, part);
  const type = query.get('response_type');
  if (type !== 'code' && type !== 'token') {
    return back({ error: 'invalid_request', error_description: 'invalid response_type' });
  }
  if (type === 'token' || !mayUseCodes(client)) return unauthorized(state, back);
  const allowed = client.AllowedOAuthScopes ?? [];
  const asked = (query.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
  if (!asked.every((scope) => allowed.includes(scope))) {
    if (state.hostedUi.invalidScope === 'error-page') {
      return toErrorPage(state, request, { error: 'invalid_scope', client_id: clientId });
    }
    return back(
      state.hostedUi.invalidScope === 'error'
        ? { error: 'invalid_scope' }
        : { error: 'invalid_request', error_description: 'invalid_scope' },
    );
  }
  const pkce = pkceComplaint(query);
  if (pkce !== undefined) return back({ error: 'invalid_request', error_description: pkce });
  return {
    pool,
    client,
    redirectUri,
    scopes: asked.length > 0 ? asked : allowed,
    state: query.get('state') ?? undefined,
    nonce: query.get('nonce') ?? undefined,
    challenge: query.get('code_challenge') ?? undefined,
  };
}

/** Whether the client may use the code flow. */
export function mayUseCodes(client: ClientDescription): boolean {
  return client.AllowedOAuthFlowsUserPoolClient === true && (client.AllowedOAuthFlows ?? []).includes('code');
}

function unauthorized(
  state: CognitoState,
  back: (fields: CallbackFields, part: 'query' | 'fragment') => Answer,
): Answer {
  const { unauthorizedClientField, unauthorizedClientPart } = state.hostedUi;
  return back(
    unauthorizedClientField === 'error'
      ? { error: 'unauthorized_client' }
      : { error: 'invalid_request', error_description: 'unauthorized_client' },
    unauthorizedClientPart,
  );
}

function pkceComplaint(query: URLSearchParams): string | undefined {
  const challenge = query.get('code_challenge');
  const method = query.get('code_challenge_method');
  if (challenge === null && method === null) return undefined;
  if (method !== 'S256') return 'code_challenge_method must be S256';
  return /^[\w-]{43}$/.test(challenge ?? '') ? undefined : 'invalid code_challenge';
}

/** The parameters of a callback; undefined fields are omitted. */
type CallbackFields = Readonly<Record<string, string | undefined>>;

/** Redirects the browser to the client. */
export function toCallback(
  redirectUri: string,
  fields: CallbackFields,
  part: 'query' | 'fragment' = 'query',
): Answer {
  const told = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) told.set(name, value);
  const mark = part === 'fragment' ? '#' : redirectUri.includes('?') ? '&' : '?';
  return redirect(`${redirectUri}${mark}${told.toString()}`);
}

/** Redirects the browser to `/error`. */
export function toErrorPage(
  state: CognitoState,
  request: HostedUiRequest,
  fields: Readonly<Record<string, string>>,
): Answer {
  return redirect(within(state, request, `/error?${new URLSearchParams(fields).toString()}`));
}

/** The URL of another page of the hosted UI. */
export function within(state: CognitoState, { host }: HostedUiRequest, path: string): string {
  return state.hostedUi.locations === 'absolute' ? `http://${host}${path}` : path;
}

/** A 302. */
export function redirect(location: string): Answer {
  // A registered URL may contain characters that are invalid in a header, since seeding checks nothing.
  const sendable = location.replace(/[^\x21-\x7e]/gu, (character) =>
    Buffer.from(character).toString('hex').replace(/../g, '%$&'),
  );
  return { status: 302, headers: { location: sendable, 'cache-control': 'no-store' }, body: '' };
}
