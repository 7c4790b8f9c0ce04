/** What the refusals of the hosted UI and the token endpoint mean, by the place where they come and the words that they use. */
import { LAYOUTS, type Layout } from '../config/layouts.ts';
import { shellWord, showForeign } from '../text/display.ts';
import { onFile, say, type Hint } from '../text/hint.ts';

/** A refusal as it came. Both texts are Cognito's or an identity provider's own. */
export interface Refusal {
  /** On the hosted UI's own page no callback URL is trusted; at the callback URL the app client is known. */
  readonly at: 'error page' | 'callback' | 'token endpoint';
  readonly error: string;
  readonly description: string;
}

/** The refusal in the query of an address. Cognito ends some descriptions with a line feed. */
export const refusalIn = (at: Refusal['at'], fields: URLSearchParams): Refusal => ({
  at,
  error: (fields.get('error') ?? '').trim(),
  description: (fields.get('error_description') ?? '').trim(),
});

/** The cause of a refusal and its remedy. */
export interface OAuthExplanation {
  readonly cause: string;
  readonly fix: Hint;
  /** Caused by the user or by a passing failure, not by the file or the account. */
  readonly isPassing?: true;
}

const CLIENT = 'your pool → App clients → your client';
const LOGIN_PAGES = `${CLIENT} → Login pages → Edit`;
const PROVIDER = 'your pool → Social and external providers → your provider';

/** Errors that Cognito names in the description too. */
const NAMED = /\b(?:unauthorized_client|invalid_scope|redirect_mismatch)\b/;

/** The word for an app client that Cognito does not know, in error or description. */
const UNKNOWN_CLIENT = /\bclient\b.* does not exist|^invalid_client$/i;

/** The error that a refusal is about, which is sometimes only in its description. */
export function nameOfRefusal({ at, error, description }: Refusal): string {
  const named = NAMED.exec(error)?.[0] ?? NAMED.exec(description)?.[0];
  if (named !== undefined) return named;
  if (/\bnot enabled for OAuth/i.test(description)) return 'unauthorized_client';
  const isUnknown =
    [error, description].some((text) => UNKNOWN_CLIENT.test(text)) ||
    (error === 'invalid_request' && description === '');
  return at === 'error page' && isUnknown ? 'unknown client' : error;
}

/** Characters. The recorded ones are shorter than 150. */
const LONGEST = 200;

/** Error and description as they may be shown; empty without either. */
export function refusalText({ error, description }: Refusal): string {
  return [error, description]
    .filter((text) => text !== '')
    .map((text) => showForeign(text, LONGEST))
    .join(': ');
}

/** Causes by the description. Source: answers of Cognito in public issue threads. The first row that fits decides. */
const DESCRIPTIONS: readonly (readonly [RegExp, OAuthExplanation])[] = [
  [
    /\balready found an entry\b/i,
    {
      cause: 'Cognito has just linked or created the user, and does so only once',
      fix: 'Sign in once more.',
      isPassing: true,
    },
  ],
  [
    /\bfailed with error\b/i,
    {
      cause: 'a Lambda trigger of the user pool refused the user',
      fix: 'Check the log of the trigger: your pool → Extensions → Lambda triggers.',
    },
  ],
  [
    /\busername attribute mapping\b/i,
    {
      cause: 'the attribute mapping of the identity provider has no username',
      fix: `Map the user ID of the provider (OIDC: sub, SAML: NameID) to username: ${PROVIDER} → Attribute mapping.`,
    },
  ],
  [
    /\battributes? required\b/i,
    {
      cause: 'the identity provider does not send an attribute that the user pool requires',
      fix: `Map the attribute, and let the provider send it: ${PROVIDER} → Attribute mapping.`,
    },
  ],
  [
    /\bdoes not exist in the schema\b|\btype for attribute\b/i,
    {
      cause:
        'the attribute mapping of the identity provider names an attribute that the user pool does not have',
      fix: `Remove it from the mapping (${PROVIDER} → Attribute mapping), or add it to the user pool: your pool → Sign-up → Custom attributes.`,
    },
  ],
  [
    /\binvalid user attributes\b|\battribute cannot be updated\b/i,
    {
      cause: 'the attribute mapping of the identity provider writes an attribute that cannot be changed',
      fix: `Remove immutable attributes from the mapping (${PROVIDER} → Attribute mapping), and allow the app client to write the others (${CLIENT} → Attribute permissions).`,
    },
  ],
  [
    /\bsaml\b/i,
    {
      cause: 'Cognito does not accept the SAML response of the identity provider',
      fix: `Compare audience (urn:amazon:cognito:sp:POOL-ID), reply URL (https://DOMAIN/saml2/idpresponse), certificate and clock of the provider with the user pool: ${PROVIDER}.`,
    },
  ],
  [
    /\btoken response\b/i,
    {
      cause: 'the token endpoint of the identity provider refused Cognito',
      fix: `Check the client ID, client secret and token URL of the provider: ${PROVIDER}.`,
    },
  ],
];

const PROVIDER_FAILED: OAuthExplanation = {
  cause: 'Cognito, a Lambda trigger or an identity provider of the user pool failed',
  fix: 'Try again, then check the Lambda triggers and identity providers of the user pool.',
};

type Explain = (refusal: Refusal, layout: Layout) => OAuthExplanation;

/** A Map, because the codes come from outside: an object also has `constructor`. */
const EXPLANATIONS: ReadonlyMap<string, Explain> = new Map(
  Object.entries<Explain>({
    redirect_mismatch: (_refusal, layout) => ({
      cause: 'the callback URL is not registered in the app client (every character counts)',
      fix: `Register it, or change the file to a registered one (with the path ${LAYOUTS[layout].callbackPath}): ${LOGIN_PAGES} → Allowed callback URLs.`,
    }),
    'unknown client': () => ({
      cause: 'the hosted UI does not know the app client',
      fix: say`Compare the app client ID with the AWS console (your pool → App clients), or update the file: ${onFile('discover')}`,
    }),
    'Required parameters missing': () => ({
      cause: 'the sign-in request is incomplete',
      fix: say`Check app client ID and callback URL in the file: ${onFile('validate')}`,
    }),
    invalid_scope: () => ({
      cause: 'the app client does not allow the scopes openid and email',
      fix: `Select OpenID and Email: ${LOGIN_PAGES} → OpenID Connect scopes.`,
    }),
    unauthorized_client: ({ at }) =>
      at === 'token endpoint'
        ? {
            cause:
              'the app client does not allow the code flow, or the callback URL (redirect_uri) is not the one of the sign-in request',
            fix: `Select Authorization code grant: ${LOGIN_PAGES} → OAuth grant types. Check that the server and the file have the same callback URL, and that it is registered: Allowed callback URLs.`,
          }
        : {
            cause: 'the app client does not allow the code flow',
            fix: `Select Authorization code grant: ${LOGIN_PAGES} → OAuth grant types.`,
          },
    invalid_client: (_refusal, layout) =>
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
      isPassing: true,
    }),
    invalid_request: ({ at }) =>
      at === 'callback'
        ? PROVIDER_FAILED
        : {
            cause: 'the request is malformed',
            fix: say`Check app client, callback URL and domain: ${onFile('doctor')}`,
          },
    unsupported_grant_type: () => ({
      cause: 'the token endpoint does not accept authorization codes',
      fix: 'Check that the token URL is on the Cognito domain and ends in /oauth2/token.',
    }),
    access_denied: () => ({
      cause: 'the sign-in was refused or cancelled on the login page',
      fix: 'Sign in again. With an external identity provider, check that the user may sign in there.',
      isPassing: true,
    }),
    server_error: () => ({ ...PROVIDER_FAILED, isPassing: true }),
    temporarily_unavailable: () => ({ ...PROVIDER_FAILED, isPassing: true }),
    login_required: () => ({
      cause: 'no user is signed in at the hosted UI',
      fix: 'Sign in on the login page.',
      isPassing: true,
    }),
  }),
);

/** Explains a refusal. Its own words, which the message must show too, are in `refusalText`. */
export function explainRefusal(refusal: Refusal, layout: Layout): OAuthExplanation {
  const { at, description } = refusal;
  const told = at === 'callback' ? DESCRIPTIONS.find(([words]) => words.test(description))?.[1] : undefined;
  return (
    told ??
    EXPLANATIONS.get(nameOfRefusal(refusal))?.(refusal, layout) ?? {
      cause: 'the cause is not known',
      fix: say`Check app client, callback URL and domain: ${onFile('doctor')}`,
    }
  );
}

/** The command that gives an app client the managed login style without which it has no login pages. */
export function createLoginStyle(pool: string, client: string, region: string): string {
  return `aws cognito-idp create-managed-login-branding --user-pool-id ${shellWord(pool)} --client-id ${shellWord(client)} --use-cognito-provided-values --region ${shellWord(region)}`;
}
