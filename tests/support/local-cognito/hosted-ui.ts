/** The endpoints of the hosted UI: authorize, sign-in page and form, sign-out, error page. */
import type { Answer } from './delivery.ts';
import { issueCode } from './grants.ts';
import { errorPage, signInPage, unavailablePage } from './pages.ts';
import type { SignInPage } from './pages.ts';
import {
  clientAtHostedUi,
  isAnswer,
  judge,
  redirect,
  toCallback,
  toErrorPage,
  within,
} from './sign-in-request.ts';
import type { HostedUiRequest, SignInRequest } from './sign-in-request.ts';
import type { CognitoState } from './state.ts';
import { findUser } from './users.ts';
import type { User } from './users.ts';

/** `GET /oauth2/authorize` */
export function authorize(state: CognitoState, request: HostedUiRequest): Answer {
  const judged = judge(state, request);
  if (isAnswer(judged)) return judged;
  const providers = judged.client.SupportedIdentityProviders ?? [];
  const [only] = providers.length === 1 ? providers : [];
  const chosen = new URLSearchParams(request.query).get('identity_provider') ?? only;
  if (chosen === undefined || chosen === 'COGNITO') {
    return redirect(within(state, request, `/login?${request.query}`));
  }
  if (!providers.includes(chosen)) {
    return toErrorPage(state, request, {
      error: 'invalid_request',
      error_description: 'Login option is not available. Please try another one',
      client_id: judged.client.ClientId,
    });
  }
  // The provider's real address does not matter: no user signs in there.
  return redirect(`https://idp.test/authorize?provider=${encodeURIComponent(chosen)}`);
}

/** `GET /login` */
export function loginPage(state: CognitoState, request: HostedUiRequest): Answer {
  const judged = judge(state, request);
  if (isAnswer(judged)) return judged;
  return isUnavailable(state, judged)
    ? unavailablePage(state.hostedUi.unavailableStatus)
    : signInPage(pageFor(request, judged));
}

/** `POST /login`: redirects to the callback with a code, or shows the page again with an error. */
export function signIn(state: CognitoState, request: HostedUiRequest): Answer {
  const judged = judge(state, request);
  if (isAnswer(judged)) return judged;
  if (isUnavailable(state, judged)) return unavailablePage(state.hostedUi.unavailableStatus);
  const { pool, client, redirectUri } = judged;
  const username = request.form.get('username') ?? '';
  const again = (error: string, newPassword = false): Answer =>
    signInPage({ ...pageFor(request, judged), error, username, newPassword });
  const user = findUser(pool, username);
  if (
    !(client.SupportedIdentityProviders ?? []).includes('COGNITO') ||
    user?.password === undefined ||
    user.password !== request.form.get('password')
  ) {
    return again('Incorrect username or password.');
  }
  if (!user.enabled) return again('User is disabled.');
  if (user.status === 'FORCE_CHANGE_PASSWORD' && !changePassword(user, request.form.get('new_password'))) {
    return again('You need to update your password because this is the first time you are signing in.', true);
  }
  const { scopes, nonce, challenge } = judged;
  const { ClientId: clientId, UserPoolId: poolId } = client;
  const grant = { poolId, clientId, redirectUri, scopes, nonce, challenge };
  const code = issueCode(state, { ...grant, username: user.Username.toLowerCase() });
  return toCallback(redirectUri, { code, state: judged.state });
}

/** `GET /logout` */
export function logout(state: CognitoState, request: HostedUiRequest): Answer {
  const query = new URLSearchParams(request.query);
  const clientId = query.get('client_id') ?? '';
  const found = clientAtHostedUi(state, clientId);
  if (found && isAnswer(found)) return found;
  const uri = query.get('logout_uri');
  if (!found || uri === null) {
    return toErrorPage(state, request, { error: 'invalid_request', client_id: clientId });
  }
  return found.client.LogoutURLs?.includes(uri)
    ? redirect(uri)
    : toErrorPage(state, request, { error: 'redirect_mismatch', client_id: clientId });
}

/** `GET /error` */
export function showError(_state: CognitoState, request: HostedUiRequest): Answer {
  const query = new URLSearchParams(request.query);
  return errorPage(query.get('error') ?? '', query.get('error_description') ?? '');
}

function isUnavailable(state: CognitoState, { pool, client }: SignInRequest): boolean {
  const managed = [...state.domains.values()].some(
    (domain) => domain.UserPoolId === client.UserPoolId && domain.ManagedLoginVersion === 2,
  );
  return managed && !pool.brandedClients.has(client.ClientId);
}

function pageFor({ query }: HostedUiRequest, { client }: SignInRequest): SignInPage {
  const providers = client.SupportedIdentityProviders ?? [];
  return {
    query,
    passwords: providers.includes('COGNITO'),
    providers: providers
      .filter((name) => name !== 'COGNITO')
      .map((name) => ({
        name,
        address: `/oauth2/authorize?${query}&identity_provider=${encodeURIComponent(name)}`,
      })),
  };
}

function changePassword(user: User, newPassword: string | null): boolean {
  if (newPassword === null || newPassword === '') return false;
  user.password = newPassword;
  user.status = 'CONFIRMED';
  return true;
}
