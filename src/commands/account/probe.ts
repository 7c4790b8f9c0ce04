/** The public questions to Cognito about a user pool and an app client: all at once, each with its own deadline. */
import {
  hostedUiOrigin,
  issuerBase,
  authorizeUrl,
  LOGIN_SCOPE,
  loginPageUrl,
  logoutUrl,
  randomToken,
  randomUuid,
  tokenRequest,
  tokenUrl,
} from '../../core/cognito/oauth.ts';
import {
  readAuthorizeAnswer,
  readDiscovery,
  readJwks,
  readLoginPage,
  readLogoutAnswer,
  readTokenAnswer,
  type SignInAsked,
} from '../../core/cognito/oauth-answers.ts';
import type { Finding } from '../../core/rules/finding.ts';
import { keyOf, nameOfKey, type FieldName } from '../../core/config/fields.ts';
import { LAYOUTS, type Layout } from '../../core/config/layouts.ts';
import { FIX_FILE, type Asked, type LiveFacts, type Meant } from '../../core/rules/live/facts.ts';
import type { Settings } from '../../core/config/settings.ts';
import { issuerOf, jwksUrlOf, parseUrl, regionOfPool } from '../../core/config/endpoints.ts';
import type { Http, HttpAnswer, HttpRequest, Random } from '../../ports.ts';
import { HttpFailure } from '../../core/failures.ts';

/** What the questions are made of. */
export interface PublicInput {
  readonly settings: Settings;
  readonly layout: Layout;
  readonly endpointUrl: string | undefined;
  /** What `validate` says of the file: an address that it calls wrong gets no secret. */
  readonly fileFindings: readonly Finding[];
  /** Milliseconds for each question. */
  readonly deadlineMs: number;
  /** Hears of every question when it has been answered. */
  readonly onDone: (name: string) => void;
}

/** The public part of the facts. */
export type PublicFacts = Pick<LiveFacts, 'oidc' | 'jwks' | 'loginPage' | 'authorize' | 'secret' | 'signOut'>;

type Request = Omit<HttpRequest, 'deadlineMs'>;

/** The file's values and what follows from them, for comparisons and messages. */
export function meantBy(settings: Settings, layout: Layout): Meant {
  const { userPoolID: poolId = '', clientId = '', redirectUri = '', logOutUri = '' } = settings;
  const region = settings.region ?? regionOfPool(poolId) ?? '';
  const origin = hostedUiOrigin(settings, layout);
  return {
    poolId,
    region,
    issuer: poolId === '' ? '' : issuerOf(region, poolId),
    jwksUrl: poolId === '' ? '' : jwksUrlOf(region, poolId),
    host: origin === undefined ? '' : new URL(origin).host,
    tokenEndpoint: tokenUrl(settings, layout) ?? '',
    clientId,
    redirectUri,
    logOutUri,
    isLoginOn: settings.userManagement === 'on',
  };
}

/** Asks everything at once. Rejects with nothing that the world can cause. */
export async function askPublic(
  input: PublicInput,
  { http, random }: { http: Http; random: Random },
): Promise<PublicFacts> {
  const { settings, layout, endpointUrl, deadlineMs, onDone } = input;
  const { clientId = '', redirectUri = '', logOutUri = '' } = settings;
  const ask = async <T>(
    name: string,
    request: Request | undefined,
    read: (answer: HttpAnswer) => T,
    missing: readonly FieldName[],
  ): Promise<Asked<T>> => {
    const asked: Asked<T> =
      request === undefined ? notAsked(missing, input) : await send(http, { ...request, deadlineMs }, read);
    onDone(name);
    return asked;
  };
  const origin = hostedUiOrigin(settings, layout, endpointUrl);
  const issuer = issuerBase(settings, endpointUrl);
  const hostedUi = hostedUiOrigin(settings, layout);
  const state = randomToken(random);
  const isSignInKnown = origin !== undefined && clientId !== '' && redirectUri !== '';
  const signIn = { origin: origin ?? '', clientId, redirectUri, state };
  const signInKeys = ['domainName', 'clientId', 'redirectUri'] as const;
  const page = loginPageUrl(signIn);
  const authorize = authorizeUrl({ ...signIn, scope: LOGIN_SCOPE });
  const signOut = logoutUrl(origin ?? '', clientId, logOutUri);
  const against = (requestUrl: string): SignInAsked => ({ requestUrl, redirectUri, hostedUi });
  const isSignOutKnown = origin !== undefined && clientId !== '' && logOutUri !== '';
  const [oidc, jwks, loginPage, authorized, secret, signedOut] = await Promise.all([
    ask('oidc', get(issuer, '/.well-known/openid-configuration'), readDiscovery, ['userPoolID', 'region']),
    ask('jwks', get(issuer, '/.well-known/jwks.json'), readJwks, ['userPoolID', 'region']),
    ask(
      'domain',
      isSignInKnown ? get(page) : undefined,
      (answer) => readLoginPage(answer, against(page)),
      signInKeys,
    ),
    ask(
      'authorize',
      isSignInKnown ? get(authorize) : undefined,
      (answer) => readAuthorizeAnswer(answer, against(authorize)),
      signInKeys,
    ),
    askForSecret(input, ask, random),
    ask(
      'sign-out',
      isSignOutKnown ? get(signOut) : undefined,
      (answer) => readLogoutAnswer(answer, { requestUrl: signOut, logOutUri, hostedUi }),
      ['domainName', 'clientId', 'logOutUri'],
    ),
  ]);
  return { oidc, jwks, loginPage, authorize: authorized, secret, signOut: signedOut };
}

type Ask = <T>(
  name: string,
  request: Request | undefined,
  read: (answer: HttpAnswer) => T,
  missing: readonly FieldName[],
) => Promise<Asked<T>>;

/**
 * The differential probe: a random code with the file's secret, and with one character of the secret changed. Two
 * requests at the most, and the secret only goes where the server would send it by a file that is right there.
 */
async function askForSecret(input: PublicInput, ask: Ask, random: Random): Promise<PublicFacts['secret']> {
  const { settings, layout, endpointUrl, fileFindings } = input;
  const { clientId = '', clientSecret, redirectUri = '' } = settings;
  const url = tokenUrl(settings, layout, endpointUrl);
  const isNeeded = LAYOUTS[layout].clientSecret === 'required';
  const missing: readonly FieldName[] = isNeeded
    ? ['clientId', 'clientSecret', 'redirectUri', 'awsTokenURL']
    : ['clientId', 'redirectUri', 'domainName'];
  const isComplete =
    url !== undefined && clientId !== '' && redirectUri !== '' && (!isNeeded || clientSecret !== undefined);
  if (isComplete && isNeeded && isUntrusted(url, fileFindings, endpointUrl)) {
    const real = await ask('secret', undefined, readTokenAnswer, ['awsTokenURL']);
    return { real, changed: real };
  }
  const request = (secret: string | undefined): Request | undefined =>
    isComplete
      ? tokenRequest({ url, layout, clientId, clientSecret: secret, code: randomUuid(random), redirectUri })
      : undefined;
  if (!isNeeded || clientSecret === undefined) {
    const real = await ask('secret', request(undefined), readTokenAnswer, missing);
    return { real, changed: isNeeded ? real : undefined };
  }
  const [real, changed] = await Promise.all([
    ask('secret', request(clientSecret), readTokenAnswer, missing),
    ask('secret', request(withOneChanged(clientSecret)), readTokenAnswer, missing),
  ]);
  return { real, changed };
}

/** An address that the file's own rules call wrong, or that is not encrypted. */
function isUntrusted(url: string, findings: readonly Finding[], endpointUrl: string | undefined): boolean {
  if (endpointUrl !== undefined) return false;
  const isWrong = findings.some(
    ({ code, severity, path }) =>
      severity === 'error' && (code === 'token-url-mismatch' || path === keyOf('awsTokenURL', 'flat')?.path),
  );
  return isWrong || parseUrl(url)?.protocol !== 'https:';
}

/** The secret with its last character replaced by another of the same kind. */
function withOneChanged(secret: string): string {
  const last = secret.at(-1) ?? '';
  const other = last === 'a' ? 'b' : last === '0' ? '1' : /\d/.test(last) ? '0' : 'a';
  return `${secret.slice(0, -1)}${other}`;
}

function get(base: string | undefined, path = ''): Request | undefined {
  return base === undefined || parseUrl(base) === undefined
    ? undefined
    : { method: 'GET', url: `${base}${path}` };
}

/** The keys that a question needs and that are missing or wrong. */
function notAsked(names: readonly FieldName[], { settings, layout }: PublicInput): Asked<never> {
  const keys = names.flatMap((name) => {
    const path = keyOf(name, layout)?.path;
    return path === undefined ? [] : [{ path, isMissing: (settings[name] ?? '') === '' }];
  });
  const missing = keys.filter(({ isMissing }) => isMissing);
  const keysShown = (missing.length > 0 ? missing : keys).map(({ path }) => nameOfKey(path)).join(', ');
  return {
    kind: 'not-asked',
    why: missing.length > 0 ? `missing in the file: ${keysShown}` : `invalid in the file: ${keysShown}`,
    remedy: FIX_FILE,
  };
}

async function send<T>(http: Http, request: HttpRequest, read: (answer: HttpAnswer) => T): Promise<Asked<T>> {
  try {
    return { kind: 'answered', answer: read(await http.send(request)) };
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    const { kind: failure, host, detail } = error;
    return { kind: 'unreachable', failure, host, detail };
  }
}
