/** What `login` does before the browser and after it: the request from the file, and from the code to the role. */
import { clip, printable } from '../../core/text/display.ts';
import { onFile, say, type Hint } from '../../core/text/hint.ts';
import { ExpectedError, WorldError } from '../../core/errors.ts';
import { EXIT } from '../../core/exit-codes.ts';
import { fieldsOf, keyOf } from '../../core/config/fields.ts';
import { compareFindings, type Finding } from '../../core/rules/finding.ts';
import type { Layout } from '../../core/config/layouts.ts';
import { FAILURE_WORDS } from '../../core/rules/live/facts.ts';
import {
  authorizeUrl,
  loginPageUrl,
  hostedUiOrigin,
  issuerBase,
  pkce,
  randomToken,
  tokenRequest,
  tokenUrl,
} from '../../core/cognito/oauth.ts';
import {
  explainOAuthError,
  isUnavailablePage,
  readAuthorizeAnswer,
  readJwks,
  readLoginPage,
  readTokenAnswer,
  type AuthorizeAnswer,
} from '../../core/cognito/oauth-answers.ts';
import { readSettings, type Settings } from '../../core/config/settings.ts';
import { judgeSignIn } from '../../core/rules/live/sign-in.ts';
import { issuerOf, parseUrl } from '../../core/config/endpoints.ts';
import {
  decideRole,
  isSame,
  readReply,
  replyFault,
  type Outcome,
  type Reply,
} from '../../core/cognito/sign-in.ts';
import { describeTokenRefusal } from '../../core/cognito/token-refusal.ts';
import { validateDocument } from '../../core/rules/validate.ts';
import type { Claims, HttpAnswer, HttpRequest, Ports } from '../../ports.ts';
import { HttpFailure, TokenRefused } from '../../core/failures.ts';
import type { LoginReport } from '../../report/report.ts';
import type { OptionValues } from '../options.ts';
import { requireConfigFile, type Target } from '../shared/config-file.ts';
import { requireEndpoint } from '../shared/endpoint.ts';

/** Milliseconds for one request. */
const DEADLINE = 10_000;

/** A sign-in under way. Holds state, nonce, verifier and the client secret: of these only the address is shown. */
export interface SignIn {
  readonly target: Target;
  readonly settings: Settings;
  readonly redirectUri: string;
  readonly clientId: string;
  /** What the browser is sent to. */
  readonly address: string;
  /** Where that leads, unless to an identity provider. */
  readonly loginPage: string;
  readonly tokenUrl: string;
  readonly jwksUrl: string;
  readonly issuer: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Reads the file and draws state, nonce and verifier. Throws ExpectedError where the file lacks what a sign-in needs. */
export async function beginSignIn(options: OptionValues, ports: Ports): Promise<SignIn> {
  const { endpointUrl } = options;
  requireEndpoint(options);
  const target = await requireConfigFile(options, ports);
  const { path, layout, document } = target;
  const settings = readSettings(document, layout);
  requireValues(settings, target);
  const { clientId = '', redirectUri = '', region = '', userPoolID = '' } = settings;
  const origin = hostedUiOrigin(settings, layout, endpointUrl);
  const base = issuerBase(settings, endpointUrl);
  const tokens = tokenUrl(settings, layout, endpointUrl);
  if (origin === undefined || base === undefined || tokens === undefined || !isWebAddress(redirectUri)) {
    throw unusable(path, 'the domain, the token URL or the callback URL cannot be used');
  }
  // Of what the domain makes the address is https. An emulator is named by the user, and not by the file.
  if (endpointUrl === undefined && parseUrl(tokens)?.protocol !== 'https:') {
    const key = keyOf('awsTokenURL', layout)?.path ?? '';
    throw unusable(path, `${key} is not https, and the client secret would be sent there unencrypted`);
  }
  const { verifier, challenge } = await pkce(ports.random);
  ports.secrets.keep(verifier);
  const state = randomToken(ports.random);
  const nonce = randomToken(ports.random);
  const request = { origin, clientId, redirectUri, state, nonce, challenge };
  return {
    target,
    settings,
    redirectUri,
    clientId,
    address: authorizeUrl(request),
    loginPage: loginPageUrl(request),
    tokenUrl: tokens,
    jwksUrl: `${base}/.well-known/jwks.json`,
    issuer: issuerOf(region, userPoolID),
    state,
    nonce,
    verifier,
  };
}

const isWebAddress = (text: string): boolean => /^https?:/.test(text) && URL.canParse(text);

function requireValues(settings: Settings, { path, layout }: Target): void {
  const missing = fieldsOf(layout).filter(
    ({ field, key }) => key.required === 'login' && (settings[field.name] ?? '') === '',
  );
  if (missing.length === 0) return;
  throw unusable(path, `without ${missing.map(({ key }) => key.path).join(', ')} nobody can sign in`);
}

function unusable(path: string, why: string): ExpectedError {
  return new ExpectedError(`${printable(path)}: ${why}`, {
    exitCode: EXIT.findings,
    hint: say`See what is wrong with it: ${onFile('validate')}. Fill it in: ${onFile('init')}, or ${onFile('discover')}.`,
  });
}

async function send(
  request: Omit<HttpRequest, 'deadlineMs'>,
  what: string,
  { http }: Ports,
): Promise<HttpAnswer> {
  try {
    return await http.send({ ...request, deadlineMs: DEADLINE });
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    throw new WorldError(
      `cannot reach ${what} at ${printable(error.host)}: ${FAILURE_WORDS[error.kind]} (${printable(error.detail)})`,
      say`Check the network, and the domain and region of the file: ${onFile('doctor')}.`,
    );
  }
}

/** OAuth errors in the words of the authorize answer; the login page shows them to the browser only. */
const REFUSALS: Partial<Record<AuthorizeAnswer['kind'], string>> = {
  'redirect-mismatch': 'redirect_mismatch',
  'invalid-request': 'invalid_request',
  'invalid-scope': 'invalid_scope',
  'unauthorized-client': 'unauthorized_client',
};

/**
 * Asks the authorize endpoint what it will say to the browser. What it shows on a page of its own (a callback URL that is
 * not registered, an unknown client) would never come back to the callback address, and the wait would be for nothing.
 */
export async function probe(signIn: SignIn, ports: Ports): Promise<void> {
  const { address, loginPage, redirectUri, target, clientId } = signIn;
  ports.terminal.progress('Asking the login page …');
  const ask = (url: string): Promise<HttpAnswer> => send({ method: 'GET', url }, 'the login page', ports);
  const [answer, page] = await Promise.all([ask(address), ask(loginPage)]);
  ports.terminal.progress(undefined);
  const read = readAuthorizeAnswer(answer, { requestUrl: address, redirectUri });
  const error = REFUSALS[read.kind];
  if (error !== undefined) throw refusedBy('the login page', error, '', target.layout);
  const host = new URL(address).host;
  if (read.kind === 'not-there') {
    throw notSignedIn(
      `there is no login page at ${host}`,
      say`Check the domain of the user pool: ${onFile('doctor')}.`,
    );
  }
  if (read.kind === 'pages-unavailable' || isUnavailablePage(page)) {
    throw notSignedIn(
      `the login page at ${host} says "Login pages unavailable": the app client ${printable(clientId)} has no managed login style`,
      'Your pool → Branding → Managed login → Create a style, and choose the app client.',
    );
  }
  const unclear = [read, readLoginPage(page, { requestUrl: loginPage, redirectUri })].find(
    ({ kind }) => kind === 'unclear',
  );
  if (unclear?.kind === 'unclear') {
    ports.terminal.note(
      `The login page answered in a way that says nothing (${unclear.seen}); the browser will show more.`,
    );
  }
}

const notSignedIn = (message: string, hint: Hint): ExpectedError =>
  new ExpectedError(message, { exitCode: EXIT.findings, hint });

/** Errors of Cognito's own side or of the person; all others come from file and account. */
const PASSING = new Set([
  'access_denied',
  'server_error',
  'temporarily_unavailable',
  'login_required',
  'invalid_grant',
]);

function refusedBy(who: string, error: string, description: string, layout: Layout): ExpectedError {
  const { cause, fix } = explainOAuthError(error, description, layout);
  return new ExpectedError(`${who} refused the sign-in (${printable(clip(error, 60))}): ${cause}`, {
    exitCode: PASSING.has(error) ? EXIT.world : EXIT.findings,
    hint: fix,
  });
}

/** From what the browser brought to the report. Throws ExpectedError for everything that leaves no believable tokens. */
export async function concludeSignIn(signIn: SignIn, outcome: Outcome, ports: Ports): Promise<LoginReport> {
  const { layout } = signIn.target;
  if (outcome.kind === 'refused') {
    throw refusedBy('the hosted UI', outcome.error, outcome.description, layout);
  }
  ports.secrets.keep(outcome.code);
  const answer = await exchange(signIn, outcome.code, ports);
  const reply = readReply(answer.body);
  for (const token of [reply?.idToken, reply?.accessToken, reply?.refreshToken]) ports.secrets.keep(token);
  if (reply?.idToken === undefined || reply.accessToken === undefined) {
    throw notSignedIn(
      'the sign-in gave no id token: the app client does not allow the scope openid',
      'Your pool → App clients → your client → Login pages → Edit → OpenID Connect scopes: OpenID and Email.',
    );
  }
  const claims = await verifyBoth(signIn, { id: reply.idToken, access: reply.accessToken }, answer, ports);
  return loginReport(signIn, claims, { body: answer.body, reply });
}

async function exchange(signIn: SignIn, code: string, ports: Ports): Promise<HttpAnswer> {
  const { settings, target, clientId, redirectUri, verifier } = signIn;
  const { layout } = target;
  const { clientSecret } = settings;
  const request = tokenRequest({
    url: signIn.tokenUrl,
    layout,
    clientId,
    clientSecret,
    code,
    redirectUri,
    verifier,
  });
  const answer = await send(request, 'the token endpoint', ports);
  const read = readTokenAnswer(answer);
  if (read.kind === 'refused') {
    throw refusedBy('the token endpoint', read.error, read.description, layout);
  }
  // Tokens without an id token are read further on.
  if (answer.status === 200 && readReply(answer.body)?.accessToken !== undefined) return answer;
  throw new WorldError(
    `the token endpoint at ${new URL(signIn.tokenUrl).host} gave no tokens: HTTP ${String(answer.status)}`,
    say`Check that the token URL is the token endpoint of Cognito: ${onFile('doctor')}.`,
  );
}

interface Pair {
  readonly id: string;
  readonly access: string;
}

/** The verified claims of the id token. Throws ExpectedError for a token that must not be believed. */
async function verifyBoth(
  signIn: SignIn,
  { id, access }: Pair,
  answer: HttpAnswer,
  ports: Ports,
): Promise<Claims> {
  const { issuer, clientId, nonce } = signIn;
  const jwks = await downloadKeys(signIn, ports);
  try {
    await ports.tokens.verify({ token: access, use: 'access', issuer, clientId, jwks });
    const claims = await ports.tokens.verify({ token: id, use: 'id', issuer, clientId, jwks });
    const found = claims['nonce'];
    if (typeof found === 'string' && isSame(found, nonce)) return claims;
  } catch (error) {
    if (!(error instanceof TokenRefused)) throw error;
    const clockBehind = clockDifference(answer, ports);
    throw describeTokenRefusal(error, { issuer, clientId, clockBehind });
  }
  throw new WorldError(
    'the sign-in is refused: the id token was made for another sign-in (its nonce is not the one that was sent)',
    'Nothing was believed of it. Sign in again, from the address that umconfig prints.',
  );
}

async function downloadKeys({ jwksUrl }: SignIn, ports: Ports): Promise<unknown> {
  const answer = await send({ method: 'GET', url: jwksUrl }, 'the JWKS of the user pool', ports);
  const read = readJwks(answer);
  if (read.kind === 'document' && read.rs256 > 0) return JSON.parse(answer.body) as unknown;
  const why = read.kind === 'document' ? 'it holds no key for RS256' : `HTTP ${String(answer.status)}`;
  throw notSignedIn(
    `the tokens cannot be checked: the JWKS at ${printable(jwksUrl)} cannot be used (${why})`,
    say`Check the user pool id and the region: ${onFile('doctor')}. The server needs the same keys.`,
  );
}

/** Seconds that this machine is behind the token endpoint, by its Date header. */
function clockDifference({ headers }: HttpAnswer, { clock }: Ports): number | undefined {
  const theirs = Date.parse(headers['date'] ?? '');
  return Number.isNaN(theirs) ? undefined : (theirs - clock.now()) / 1000;
}

function loginReport(
  { target, settings }: SignIn,
  claims: Claims,
  { body, reply }: { readonly body: string; readonly reply: Reply },
): LoginReport {
  const { path, layout, document } = target;
  const { region = '', userPoolID = '', userManagement } = settings;
  const email = typeof claims['email'] === 'string' ? claims['email'] : undefined;
  const decision = decideRole(layout, claims);
  const findings = [
    ...fileErrors(target),
    ...judgeSignIn({
      layout,
      poolId: userPoolID,
      region,
      isLoginOn: userManagement !== 'off',
      email,
      replyFault: replyFault(layout, body, reply),
      decision,
    }),
  ].sort(compareFindings);
  const isRefused = findings.some(({ severity }) => severity === 'error');
  const { groups } = decision;
  return {
    kind: 'login',
    file: path,
    layout,
    document,
    email,
    groups,
    ...(isRefused
      ? { role: undefined, reason: 'Cognito signs this user in, and the server does not: see the findings' }
      : { role: decision.role, reason: decision.reason }),
    findings,
  };
}

/** Errors of the file keep the server from what has just worked here. That a value is made up has just been disproved. */
function fileErrors({ document, layout }: Target): readonly Finding[] {
  return validateDocument(document, { layout }).findings.filter(
    ({ severity, code }) => severity === 'error' && code !== 'placeholder-value',
  );
}
