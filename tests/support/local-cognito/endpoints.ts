/** The public half: which request is for which endpoint, and what answers it. No credentials, one origin for all of AWS's hosts. */
import type { Answer } from './delivery.ts';
import { authorize, loginPage, logout, showError, signIn } from './hosted-ui.ts';
import { publicDocument } from './public-documents.ts';
import type { HostedUiRequest } from './sign-in-request.ts';
import type { CognitoState } from './state.ts';
import { token } from './token-endpoint.ts';

type HostedUiEndpoint = (state: CognitoState, request: HostedUiRequest) => Answer | Promise<Answer>;

/** By method and path; the name is what faults and the record of requests call it. */
const HOSTED_UI: ReadonlyMap<string, { readonly operation: string; readonly answer: HostedUiEndpoint }> =
  new Map([
    ['GET /oauth2/authorize', { operation: 'Authorize', answer: authorize }],
    ['GET /login', { operation: 'LoginPage', answer: loginPage }],
    ['POST /login', { operation: 'SignIn', answer: signIn }],
    ['POST /oauth2/token', { operation: 'Token', answer: token }],
    ['GET /logout', { operation: 'Logout', answer: logout }],
    ['GET /error', { operation: 'ErrorPage', answer: showError }],
  ]);

/** Every name that a public endpoint has. */
export const PUBLIC_OPERATIONS: readonly string[] = [
  'OpenIdConfiguration',
  'Jwks',
  ...[...HOSTED_UI.values()].map(({ operation }) => operation),
];

/** An endpoint that a request has reached. */
export interface PublicEndpoint {
  readonly operation: string;
  /** Rejects with ServiceFailure. */
  answer(state: CognitoState, request: HostedUiRequest): Answer | Promise<Answer>;
}

const WRONG_METHOD: PublicEndpoint = {
  operation: 'unknown',
  answer: () => ({ status: 405, headers: {}, body: '' }),
};

/** Undefined for a path that belongs to the API or to nobody. `address` is the path with its query. */
export function publicEndpointAt(method: string, address: string): PublicEndpoint | undefined {
  const [path = ''] = address.split('?', 1);
  const endpoint = HOSTED_UI.get(`${method} ${path}`);
  if (endpoint) return endpoint;
  if ([...HOSTED_UI.keys()].some((known) => known.endsWith(` ${path}`))) return WRONG_METHOD;
  const [, poolId, name] = /^\/([^/]+)\/\.well-known\/(openid-configuration|jwks\.json)$/.exec(path) ?? [];
  if (poolId === undefined || method !== 'GET') return undefined;
  const operation = name === 'jwks.json' ? 'Jwks' : 'OpenIdConfiguration';
  return {
    operation,
    answer: async (state) => ({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(await publicDocument(state, { operation, poolId })),
    }),
  };
}
