/** Routes requests to the public endpoints. They need no credentials, and one origin serves all of AWS's hosts. */
import type { Answer } from './delivery.ts';
import { authorize, loginPage, logout, showError, signIn } from './hosted-ui.ts';
import { publicDocument } from './public-documents.ts';
import type { HostedUiRequest } from './sign-in-request.ts';
import type { CognitoState } from './state.ts';
import { token } from './token-endpoint.ts';

type HostedUiEndpoint = (state: CognitoState, request: HostedUiRequest) => Answer | Promise<Answer>;

/** By method and path; faults and the request log use the name. */
const HOSTED_UI: ReadonlyMap<string, { readonly operation: string; readonly answer: HostedUiEndpoint }> =
  new Map([
    ['GET /oauth2/authorize', { operation: 'Authorize', answer: authorize }],
    ['GET /login', { operation: 'LoginPage', answer: loginPage }],
    ['POST /login', { operation: 'SignIn', answer: signIn }],
    ['POST /oauth2/token', { operation: 'Token', answer: token }],
    ['GET /logout', { operation: 'Logout', answer: logout }],
    ['GET /error', { operation: 'ErrorPage', answer: showError }],
  ]);

/** The names of all public endpoints. */
export const PUBLIC_OPERATIONS: readonly string[] = [
  'OpenIdConfiguration',
  'Jwks',
  ...[...HOSTED_UI.values()].map(({ operation }) => operation),
];

/** The endpoint that a request reached. */
export interface PublicEndpoint {
  readonly operation: string;
  /** Rejects with ServiceFailure. */
  answer(state: CognitoState, request: HostedUiRequest): Answer | Promise<Answer>;
}

const WRONG_METHOD: PublicEndpoint = {
  operation: 'unknown',
  answer: () => ({ status: 405, headers: {}, body: '' }),
};

/** Undefined for a path of the API or an unknown one. `address` is the path with its query. */
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
