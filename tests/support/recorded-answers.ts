/**
 * Answers of Cognito, one row each: where a repository and number are named, as recorded in that public issue thread, else in the form
 * that several threads show. What the program makes of them is in tests/core/cognito/recorded-answers.test.ts.
 */
import type { Refusal } from '../../src/core/cognito/oauth-errors.ts';

/** A redirect of the hosted UI with an error. */
export interface HostedUiAnswer {
  readonly at: Exclude<Refusal['at'], 'token endpoint'>;
  readonly error: string;
  readonly description?: string;
  /** What `readAuthorizeAnswer` makes of it. */
  readonly kind: 'redirect-mismatch' | 'unknown-client' | 'invalid-scope' | 'unauthorized-client' | 'refused';
  /** The exit code of a sign-in that ends with it. */
  readonly exitCode: 1 | 3;
}

export const HOSTED_UI_ANSWERS: readonly HostedUiAnswer[] = [
  { at: 'error page', error: 'redirect_mismatch', kind: 'redirect-mismatch', exitCode: 1 },
  // An app client that the pool does not have, in two forms.
  { at: 'error page', error: 'invalid_request', kind: 'unknown-client', exitCode: 1 },
  { at: 'error page', error: 'Client does not exist', kind: 'unknown-client', exitCode: 1 },
  // A request without client ID or callback URL: NASA-IMPACT/veda-data-airflow#170
  { at: 'error page', error: 'Required parameters missing', kind: 'refused', exitCode: 1 },
  {
    at: 'callback',
    error: 'invalid_request',
    description: 'invalid_scope',
    kind: 'invalid-scope',
    exitCode: 1,
  },
  { at: 'callback', error: 'invalid_scope', kind: 'invalid-scope', exitCode: 1 },
  {
    at: 'callback',
    error: 'invalid_request',
    description: 'unauthorized_client',
    kind: 'unauthorized-client',
    exitCode: 1,
  },
  { at: 'callback', error: 'unauthorized_client', kind: 'unauthorized-client', exitCode: 1 },
  // amazon-archives/amazon-cognito-auth-js#159
  {
    at: 'callback',
    error: 'invalid_request',
    description: 'Client is not enabled for OAuth2.0 flows ',
    kind: 'unauthorized-client',
    exitCode: 1,
  },
  // After the sign-in at an identity provider. The app client is known by then.
  ...[
    'attributes required: [email]',
    // amazon-archives/amazon-cognito-auth-js#159
    'Invalid user attributes: email: Attribute cannot be updated.\n ',
    // TimothyJones/github-cognito-openid-wrapper#3
    "Bad token response: HTTP/1.1 400 Bad Request, entity: Failure: 'Request failed with status code 400'",
    // TimothyJones/github-cognito-openid-wrapper#37
    'username attribute mapping required',
    // aws-samples/aws-genai-llm-chatbot#636
    'Invalid SAML response received: Invalid user attributes: Type for attribute {custom:chatbot_role} could not be determined',
  ].map((description) => ({
    ...({ at: 'callback', error: 'invalid_request', kind: 'refused', exitCode: 1 } as const),
    description,
  })),
  // aws/aws-sdk-js-v3#6201
  {
    at: 'callback',
    error: 'server_error',
    description: 'Invalid SAML response received: SAML Assertion signature is invalid. ',
    kind: 'refused',
    exitCode: 1,
  },
  // aws-samples/cloudfront-authorization-at-edge#153
  {
    at: 'callback',
    error: 'server_error',
    description:
      'Error in SAML response processing: Invalid user attributes: username: Attribute does not exist in the schema. ',
    kind: 'refused',
    exitCode: 1,
  },
  // A second sign-in succeeds.
  {
    at: 'callback',
    error: 'invalid_request',
    description: 'Already found an entry for username Google_107123456789012345678',
    kind: 'refused',
    exitCode: 3,
  },
  {
    at: 'callback',
    error: 'server_error',
    description: 'Already found an entry for username Okta_ann@labels.test',
    kind: 'refused',
    exitCode: 3,
  },
];

/** The body of the token endpoint, with status 400. */
export const TOKEN_ANSWERS = [
  // No secret where the app client has one.
  { error: 'invalid_client', error_description: 'invalid_client_secret' },
  // The code flow is off, or the callback URL is not that of the authorize request.
  { error: 'unauthorized_client' },
  { error: 'invalid_grant' },
] as const;
