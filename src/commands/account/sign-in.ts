/** What `login` does before and after the browser: the request from the file, and from the code to the role. */
import { printable } from '../../core/text/display.ts';
import { onFile, say, type Hint } from '../../core/text/hint.ts';
import { ExpectedError, WorldError } from '../../core/errors.ts';
import { EXIT } from '../../core/exit-codes.ts';
import { fieldsOf, keyOf, nameOfKey } from '../../core/config/fields.ts';
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
  isUnavailablePage,
  readAuthorizeAnswer,
  readJwks,
  readLoginPage,
  readTokenAnswer,
  type AuthorizeAnswer,
} from '../../core/cognito/oauth-answers.ts';
import {
  createLoginStyle,
  explainRefusal,
  refusalText,
  type Refusal,
} from '../../core/cognito/oauth-errors.ts';
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

/** A running sign-in. Has state, nonce, verifier and the client secret; only the address is shown. */
export interface SignIn {
  readonly target: Target;
  readonly settings: Settings;
  readonly redirectUri: string;
  readonly clientId: string;
  /** The address to open in the browser. */
  readonly address: string;
  /** The page that it redirects to, unless to an identity provider. */
  readonly loginPage: string;
  readonly tokenUrl: string;
  readonly jwksUrl: string;
  readonly issuer: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Reads the file and generates state, nonce and verifier. Throws ExpectedError if the file lacks what a sign-in needs. */
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
    throw unusable(path, 'the domain, the token URL or the callback URL is invalid');
  }
  // A token URL from the domain is always https. An emulator is named by the user, not by the file.
  if (endpointUrl === undefined && parseUrl(tokens)?.protocol !== 'https:') {
    const key = keyOf('awsTokenURL', layout)?.path ?? '';
    throw unusable(path, `${nameOfKey(key)} is not https, so the client secret would be sent unencrypted`);
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
  throw unusable(path, `missing for sign-in: ${missing.map(({ key }) => nameOfKey(key.path)).join(', ')}`);
}

function unusable(path: string, why: string): ExpectedError {
  return new ExpectedError(`${printable(path)}: ${why}`, {
    exitCode: EXIT.findings,
    hint: say`Check the file: ${onFile('validate')}. Fill it in: ${onFile('init')} or ${onFile('discover')}.`,
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
      say`Check the network, and the domain and region in the file: ${onFile('doctor')}`,
    );
  }
}

/** The OAuth errors behind the answers of the authorize endpoint that are kinds of their own. */
const REFUSALS: Partial<Record<AuthorizeAnswer['kind'], string>> = {
  'redirect-mismatch': 'redirect_mismatch',
  'invalid-scope': 'invalid_scope',
  'unauthorized-client': 'unauthorized_client',
};

function refusalOf(answer: AuthorizeAnswer): Refusal | undefined {
  if (answer.kind === 'refused' || answer.kind === 'unknown-client') return answer.refusal;
  const error = REFUSALS[answer.kind];
  return error === undefined ? undefined : { at: 'error page', error, description: '' };
}

/**
 * Asks the authorize endpoint before the browser does. Errors that Cognito shows on its own page (an unregistered callback
 * URL, an unknown app client) never reach the callback URL, so waiting for them would be useless.
 */
export async function probe(signIn: SignIn, ports: Ports): Promise<void> {
  const { address, loginPage, redirectUri, target, clientId, settings } = signIn;
  const { userPoolID = '', region = '' } = settings;
  ports.terminal.progress('Checking the login page …');
  const ask = (url: string): Promise<HttpAnswer> => send({ method: 'GET', url }, 'the login page', ports);
  const [answer, page] = await Promise.all([ask(address), ask(loginPage)]);
  ports.terminal.progress(undefined);
  const read = readAuthorizeAnswer(answer, { requestUrl: address, redirectUri });
  const readPage = readLoginPage(page, { requestUrl: loginPage, redirectUri });
  const refusal = refusalOf(read) ?? refusalOf(readPage);
  if (refusal !== undefined) throw refusedBy('the login page', refusal, target.layout);
  const host = new URL(address).host;
  if (read.kind === 'not-there') {
    throw notSignedIn(
      `no login page at ${host}`,
      say`Check the domain of the user pool: ${onFile('doctor')}`,
    );
  }
  if (read.kind === 'pages-unavailable' || isUnavailablePage(page)) {
    throw notSignedIn(
      `the login page at ${host} says "Login pages unavailable": the app client ${printable(clientId)} has no managed login style`,
      `Create one: ${createLoginStyle(userPoolID, clientId, region)}`,
    );
  }
  const unclear = [read, readPage].find(({ kind }) => kind === 'unclear');
  if (unclear?.kind === 'unclear') {
    ports.terminal.note(
      `The login page gave an unexpected answer (${unclear.seen}); the browser may show more.`,
    );
  }
}

const notSignedIn = (message: string, hint: Hint): ExpectedError =>
  new ExpectedError(message, { exitCode: EXIT.findings, hint });

function refusedBy(who: string, refusal: Refusal, layout: Layout): ExpectedError {
  const { cause, fix, isPassing } = explainRefusal(refusal, layout);
  const said = refusalText(refusal);
  return new ExpectedError(
    `${who} refused the sign-in (${said === '' ? 'no reason given' : said}): ${cause}`,
    {
      exitCode: isPassing === true ? EXIT.world : EXIT.findings,
      hint: fix,
    },
  );
}

/** From what the browser brought to the report. Throws ExpectedError for everything that leaves no believable tokens. */
export async function concludeSignIn(signIn: SignIn, outcome: Outcome, ports: Ports): Promise<LoginReport> {
  const { layout } = signIn.target;
  if (outcome.kind === 'refused') {
    throw refusedBy('the hosted UI', outcome.refusal, layout);
  }
  ports.secrets.keep(outcome.code);
  const answer = await exchange(signIn, outcome.code, ports);
  const reply = readReply(answer.body);
  for (const token of [reply?.idToken, reply?.accessToken, reply?.refreshToken]) ports.secrets.keep(token);
  if (reply?.idToken === undefined || reply.accessToken === undefined) {
    throw notSignedIn(
      'the sign-in returned no ID token: the app client does not allow the scope openid',
      'Select OpenID and Email: your pool → App clients → your client → Login pages → Edit → OpenID Connect scopes.',
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
    throw refusedBy('the token endpoint', { at: 'token endpoint', ...read }, layout);
  }
  // Tokens without an ID token are handled later.
  if (answer.status === 200 && readReply(answer.body)?.accessToken !== undefined) return answer;
  throw new WorldError(
    `the token endpoint at ${new URL(signIn.tokenUrl).host} returned no tokens (HTTP ${String(answer.status)})`,
    say`Check the token URL: ${onFile('doctor')}`,
  );
}

interface Pair {
  readonly id: string;
  readonly access: string;
}

/** The verified claims of the ID token. Throws ExpectedError for a refused token. */
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
    'sign-in failed: the ID token is from another sign-in (it has a different nonce)',
    'The token was ignored. Sign in again with the address that umconfig prints.',
  );
}

async function downloadKeys({ jwksUrl }: SignIn, ports: Ports): Promise<unknown> {
  const answer = await send({ method: 'GET', url: jwksUrl }, 'the JWKS of the user pool', ports);
  const read = readJwks(answer);
  if (read.kind === 'document' && read.rs256 > 0) return JSON.parse(answer.body) as unknown;
  const why = read.kind === 'document' ? 'no RS256 key' : `HTTP ${String(answer.status)}`;
  throw notSignedIn(
    `cannot verify the tokens: the JWKS at ${printable(jwksUrl)} is invalid (${why})`,
    say`Check user pool ID and region: ${onFile('doctor')}. The server needs the same keys.`,
  );
}

/** Seconds by which this machine is behind the token endpoint, by its Date header. */
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
  const { email: address, 'cognito:username': username } = claims;
  const email = typeof address === 'string' ? address : undefined;
  const decision = decideRole(layout, claims);
  const findings = [
    ...fileErrors(target),
    ...judgeSignIn({
      layout,
      poolId: userPoolID,
      region,
      isLoginOn: userManagement !== 'off',
      email,
      username: typeof username === 'string' ? username : undefined,
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
      ? { role: undefined, reason: 'Cognito accepts this user, but the server does not: see the findings' }
      : { role: decision.role, reason: decision.reason }),
    findings,
  };
}

/** Errors of the file that keep the server from accepting the login. The sign-in has shown that no value is a placeholder. */
function fileErrors({ document, layout }: Target): readonly Finding[] {
  return validateDocument(document, { layout }).findings.filter(
    ({ severity, code }) => severity === 'error' && code !== 'placeholder-value',
  );
}
