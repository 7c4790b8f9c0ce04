/**
 * SYMPTOMS: what people see when sign-in does not work, in the browser or in the server's log, and where to look. For `explain` and
 * the troubleshooting table of the README. What the servers do was measured on them or read in their sources (docs/decisions/);
 * Cognito's error words are in its documentation.
 */
export interface Symptom {
  /** The word or phrase that is seen. */
  readonly name: string;
  /** Other words for it. */
  readonly also: readonly string[];
  readonly why: string;
  readonly fix: string;
  /** The findings that may be the cause, the most likely one first. */
  readonly codes: readonly string[];
}

export const SYMPTOMS: readonly Symptom[] = [
  {
    name: 'redirect_mismatch',
    also: ['redirect mismatch', 'An error was encountered with the requested page'],
    why: 'Cognito compares the callback URL of the server with those registered in the app client, character by character: http or https, host, port, path and a slash at the end. Here they differ.',
    fix: 'Run `umconfig doctor`. Register the callback URL of the file under Allowed callback URLs, or correct it in the file.',
    codes: ['callback-not-registered', 'callback-refused', 'redirect-path', 'redirect-port', 'url-unencoded'],
  },
  {
    name: 'blank page',
    also: ['white page', 'empty page', 'nothing happens', 'page keeps loading'],
    why: 'The Node server since September 2020 does not redirect to the hosted UI: without a sign-in its dashboard stays empty. If the page stays empty at /callback after the sign-in, Cognito refused the code, for example because the app client has a secret. On the Go server, cookies from before a sign-out or a restart have the same effect (ERR_EMPTY_RESPONSE).',
    fix: 'Open the login link that `umconfig doctor` prints, and give it to your users. If that does not help, fix what `umconfig doctor` reports, and try a private window.',
    codes: ['login-redirect-broken', 'client-with-secret', 'client-wants-secret', 'redirect-path'],
  },
  {
    name: 'ERR_TOO_MANY_REDIRECTS',
    also: ['endless loop', 'redirect loop', 'too many redirects', 'redirected you too many times'],
    why: 'The Go server cannot exchange the code for tokens and sends the browser back to the hosted UI, again and again. The client secret or the token URL is wrong.',
    fix: 'Run `umconfig validate`, then `umconfig doctor`, which tests the secret at the token endpoint. Restart the server after the change, and try in a private window, since browsers keep these redirects.',
    codes: [
      'secret-refused',
      'token-url-mismatch',
      'secret-and-id-swapped',
      'secret-format',
      'client-without-secret',
    ],
  },
  {
    name: 'back at /',
    also: [
      'back at the start page',
      'signed out again',
      'crypto/rsa: verification error',
      'verification error',
    ],
    why: 'The Go server got tokens but cannot verify them, so it sends the browser to / without a session. `awsJwkUrl` is not the template, or `region` or `userPoolID` is another pool’s.',
    fix: 'Run `umconfig validate --fix`, then restart the server.',
    codes: [
      'jwks-url-not-template',
      'region-mismatch',
      'pool-id-format',
      'issuer-updated',
      'discovery-differs',
    ],
  },
  {
    name: 'invalid_client',
    also: ['invalid client', 'invalid_client_secret'],
    why: 'The token endpoint of Cognito refuses the client ID and secret: one of them is wrong, belongs to another app client, or is missing.',
    fix: 'Run `umconfig discover` to read both from AWS, or copy the secret again: your pool → App clients → your client → Show client secret.',
    codes: ['secret-refused', 'client-wants-secret', 'secret-and-id-swapped', 'client-not-found'],
  },
  {
    name: 'unauthorized_client',
    also: ['unauthorized client'],
    why: 'The app client does not allow the authorization code grant, or the callback URL at the token endpoint is not the one of the login link.',
    fix: 'In the AWS console: your pool → App clients → your client → Login pages → Edit → OAuth grant types: choose Authorization code grant. Then run `umconfig doctor`.',
    codes: ['code-flow-off', 'code-flow-refused', 'callback-not-registered'],
  },
  {
    name: 'invalid_scope',
    also: ['invalid scope'],
    why: 'The app client does not allow the scopes `openid` and `email`, which the server needs.',
    fix: 'In the AWS console: your pool → App clients → your client → Login pages → Edit → OpenID Connect scopes: choose both.',
    codes: ['scope-missing', 'scope-refused'],
  },
  {
    name: 'invalid_request',
    also: ['Client does not exist', 'Required parameters missing', 'invalid request'],
    why: 'The hosted UI does not know the app client: the client ID is wrong, or the app client belongs to another user pool than the domain. At the callback URL, `error_description` names a problem of the identity provider instead.',
    fix: 'Run `umconfig discover`, or compare `clientId` and the domain with the AWS console.',
    codes: ['client-unknown', 'client-not-found', 'client-id-format', 'domain-of-other-pool'],
  },
  {
    name: 'Login pages unavailable',
    also: ['Login page unavailable', 'login pages are unavailable'],
    why: 'The domain uses managed login, and the app client has no branding style, so Cognito has no page to show.',
    fix: 'Run the command that `umconfig doctor` prints: `aws cognito-idp create-managed-login-branding --use-cognito-provided-values …`.',
    codes: ['login-pages-unavailable'],
  },
  {
    name: 'ERR_EMPTY_RESPONSE',
    also: ['empty response', 'did not send any data', 'did not respond'],
    why: 'The Go server closes the connection for a browser that still has cookies from before a sign-out or from before the server was restarted.',
    fix: 'Open the login page again and sign in, or use a private window. Nothing in the file is wrong.',
    codes: [],
  },
  {
    name: '404 page not found',
    also: ['page not found', 'Cannot GET', '404'],
    why: 'The browser comes back from Cognito to a path that the server does not handle. The Go server expects exactly `/auth`, the Node server `/callback`.',
    fix: 'Run `umconfig validate`, then register the corrected callback URL in the app client.',
    codes: ['redirect-path', 'wrong-server'],
  },
  {
    name: 'ERR_CONNECTION_REFUSED',
    also: ['connection refused', 'refused to connect', 'site can’t be reached', 'unable to connect'],
    why: 'Nothing listens at the callback URL: the server does not run, listens on another port, or Docker publishes another port.',
    fix: 'Start the server, and compare its port with the callback URL: `umconfig validate`.',
    codes: ['redirect-port', 'random-port'],
  },
  {
    name: 'no login page',
    also: [
      'login is off',
      'no sign-in',
      'not asked to sign in',
      'anyone can use the server',
      'does not ask for a password',
    ],
    why: 'The server started with login off: the switch is misspelled or not the value that this server expects, or the server uses another file.',
    fix: 'Run `umconfig validate --require-login` on the file that the server is started with, then restart the server.',
    codes: ['login-off', 'misspelt-key', 'user-on-missing', 'wrong-server', 'mixed-layouts'],
  },
  {
    name: 'hosted UI not found',
    also: ['DNS_PROBE_FINISHED_NXDOMAIN', 'ERR_NAME_NOT_RESOLVED', 'server IP address could not be found'],
    why: 'The browser is sent to a domain that does not exist. The domain prefix or the region in the file is wrong, or the user pool has no domain.',
    fix: 'Run `umconfig doctor`. In the AWS console the domain is under your pool → Branding → Domain.',
    codes: [
      'domain-not-found',
      'domain-not-prefix',
      'base-uri-not-host',
      'pool-without-domain',
      'region-mismatch',
    ],
  },
  {
    name: 'admin is a worker',
    also: ['not an admin', 'no admin', 'worker instead of admin', 'cannot create projects'],
    why: 'The Go server treats as admins exactly those users whose only group is `admin`. Users who sign in through an external identity provider are always in a second group. The Node server has no roles.',
    fix: 'Run `umconfig users list` to see the roles and the groups. The change takes effect at the next sign-in.',
    codes: ['no-admin-group', 'no-admins', 'admin-in-second-group', 'federated-admin'],
  },
  {
    name: 'server does not start',
    also: [
      'cannot unmarshal !!str into bool',
      'cannot unmarshal',
      'Unknown database',
      'Detected legacy project names',
      'CredentialsError',
      'panic',
    ],
    why: 'The server cannot use a value of the file, or the file is for another server: quotes around the switch (`cannot unmarshal !!str`), a file of the Node server on the Go server (`Unknown database`), a data directory that the Node server refuses (`Detected legacy project names`), or S3 without AWS credentials (`CredentialsError`).',
    fix: 'Run `umconfig validate` on the file that the server is started with.',
    codes: [
      'switch-not-boolean',
      'wrong-server',
      'wrong-type',
      'data-above-items',
      'data-stops-restart',
      's3-credentials',
    ],
  },
];

/** Lower case, with one space for everything that is no letter or digit. */
const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}/]+/gu, ' ')
    .trim();

/** What people may type for a symptom. */
export const phrasesOf = ({ name, also }: Symptom): readonly string[] => [name, ...also];

/** The symptoms that a text names: one of their phrases is in the text, or the text is in one of them. */
export function symptomsNamed(text: string, symptoms: readonly Symptom[] = SYMPTOMS): readonly Symptom[] {
  const asked = plain(text);
  if (asked.length < 3) return [];
  const best = (symptom: Symptom): boolean =>
    phrasesOf(symptom).some((phrase) => ` ${asked} `.includes(` ${plain(phrase)} `));
  const exact = symptoms.filter(best);
  if (exact.length > 0) return exact;
  return symptoms.filter((symptom) => phrasesOf(symptom).some((phrase) => plain(phrase).includes(asked)));
}
