/** Failures of AWS: each cause with its own message and remedy. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { hintText } from '../../src/core/text/hint.ts';
import { describeCognitoFailure, reachOf, type AwsContext } from '../../src/core/aws-failures.ts';
import { type ExpectedError, WorldError } from '../../src/core/errors.ts';
import { EXIT } from '../../src/core/exit-codes.ts';
import { CognitoFailure, type FailureOrigin } from '../../src/core/failures.ts';
import type { CredentialSource } from '../../src/ports.ts';

const CONTEXT: AwsContext = { region: 'eu-west-1', userPoolId: 'eu-west-1_AbC', clientId: '1fakeclientid' };

const failure = (name: string, message = 'said by AWS', code?: string): CognitoFailure =>
  new CognitoFailure('DescribeUserPool', { name, message, code, attempts: 3 });

/** Message and remedy of an error, for the snapshot. */
const words = ({ message, hint = '' }: ExpectedError): readonly string[] => [message, hintText(hint)];

describe('AWS', () => {
  test.each<[string, CognitoFailure, AwsContext]>([
    ['no credentials', failure('CredentialsProviderError', 'Could not load credentials'), CONTEXT],
    ['a misspelled profile', failure('CredentialsProviderError'), { ...CONTEXT, profile: 'prodd' }],
    [
      'an expired SSO session',
      failure('CredentialsProviderError', 'The SSO session associated with this profile has expired'),
      { ...CONTEXT, profile: 'team a' },
    ],
    ['a name that objects have, too', failure('constructor'), CONTEXT],
    ['the name of a prototype', failure('__proto__'), CONTEXT],
    ['an SSO token', failure('TokenProviderError', 'Token is expired. SSO'), CONTEXT],
    ['no such pool', failure('ResourceNotFoundException'), { ...CONTEXT, clientId: undefined }],
    ['no such client', failure('ResourceNotFoundException'), CONTEXT],
    ['throttling', failure('TooManyRequestsException'), CONTEXT],
    ['an unknown host', failure('Error', 'getaddrinfo', 'ENOTFOUND'), { region: 'eu-wst-1' }],
    [
      'an endpoint without a server',
      failure('Error', 'connect', 'ECONNREFUSED'),
      { ...CONTEXT, endpointUrl: 'http://localhost:9' },
    ],
    ['an unknown code', failure('Error', '', 'EWEIRD'), CONTEXT],
    ['an unknown name', failure('InternalErrorException', 'oops'), CONTEXT],
  ])('%s', (_, error, context) => {
    const described = describeCognitoFailure(error, context);
    expect(described).toBeInstanceOf(WorldError);
    expect(described.exitCode).toBe(EXIT.world);
    expect(words(described)).toMatchSnapshot();
  });

  test.each([
    ...['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH'],
    ...['ENETUNREACH', 'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN'],
    ...['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ])('a network failure by its code: %s', (code) => {
    expect(describeCognitoFailure(failure('Error', '', code), CONTEXT).message).toMatchSnapshot();
  });

  const about =
    (context: AwsContext, operation = 'AdminGetUser', message = 'said by AWS') =>
    (name: string, attempts = 1): WorldError =>
      describeCognitoFailure(new CognitoFailure(operation, { name, message, attempts }), context);

  test.each([
    ['AdminAddUserToGroup', 'Group not found.'],
    ['ListUsersInGroup', 'Group not found.'],
    ['AdminAddUserToGroup', 'User pool eu-west-1_AbC does not exist.'],
    ['AdminGetUser', 'Group not found.'],
  ])('%s: %s', (operation, said) => {
    expect(words(about(CONTEXT, operation, said)('ResourceNotFoundException'))).toMatchSnapshot();
  });

  test.each([
    ...['UsernameExistsException', 'AliasExistsException', 'UserNotFoundException'],
    ...['LimitExceededException', 'CodeDeliveryFailureException', 'UserLambdaValidationException'],
    ...['UnsupportedUserStateException', 'InvalidParameterException'],
  ])('about a user: %s', (name) => {
    expect(words(about({ ...CONTEXT, user: 'ann@labels.test' })(name))).toMatchSnapshot();
  });

  const TEAM = { ...CONTEXT, profile: 'team' };
  const EMULATED = { ...CONTEXT, endpointUrl: 'http://localhost:9' };

  test.each<[string, AwsContext]>([
    ['InvalidParameterException', { region: 'eu-west-1' }],
    ['InvalidParameterException', CONTEXT],
    ['AccessDeniedException', CONTEXT],
    ['AccessDeniedException', { ...CONTEXT, isForUsers: true }],
    ['AccessDeniedException', { region: 'eu-west-1', isForUsers: true }],
    ['NotAuthorizedException', { region: 'eu-west-1' }],
    ['UnrecognizedClientException', CONTEXT],
    ['InvalidClientTokenId', TEAM],
    ['InvalidSignatureException', TEAM],
    ['ExpiredTokenException', CONTEXT],
    ['ExpiredToken', TEAM],
    ['ResourceNotFoundException', TEAM],
    ['ResourceNotFoundException', { region: 'eu-west-1' }],
    ['ResourceNotFoundException', { ...CONTEXT, clientId: 'notarealsecret'.repeat(4) }],
    ['ThrottlingException', CONTEXT],
    ['UnexpectedAnswer', CONTEXT],
    ['UnexpectedAnswer', EMULATED],
    ['TimeoutError', CONTEXT],
    ['TimeoutError', EMULATED],
    ['CredentialsProviderError', TEAM],
  ])('%s, %j', (name, context) => {
    expect(words(about(context)(name))).toMatchSnapshot();
  });

  test('the number of attempts', () => {
    const throttled = about(CONTEXT, 'ListUsers');
    for (const attempts of [1, 2, 3])
      expect(throttled('ThrottlingException', attempts).message).toMatchSnapshot();
    expect(throttled('Odd').message).toMatchSnapshot();
  });

  test('the message is harmless and has no secret in it', () => {
    const secret = 'notarealsecret'.repeat(4);
    const { message } = describeCognitoFailure(
      failure('InternalErrorException', `\x1b[2J${secret}`),
      CONTEXT,
    );
    expect(message).toContain('\\u{1b}');
    expect(message).not.toContain(secret);
    const { hint } = describeCognitoFailure(failure('CredentialsProviderError'), {
      ...CONTEXT,
      profile: '$(rm -rf)',
    });
    expect(hintText(hint ?? '')).toContain("--profile '$(rm -rf)'");
  });
});

describe('the reach of a failure about one user', () => {
  const reach = (name: string, code?: string): string => reachOf(failure(name, '', code));

  test.each([
    ...['CredentialsProviderError', 'TokenProviderError', 'ExpiredTokenException', 'ExpiredToken'],
    ...['UnrecognizedClientException', 'InvalidClientTokenId', 'InvalidSignatureException'],
    ...['AccessDeniedException', 'NotAuthorizedException', 'ResourceNotFoundException'],
    ...[
      'TooManyRequestsException',
      'ThrottlingException',
      'UnexpectedAnswer',
      'TimeoutError',
      'NetworkError',
    ],
  ])('%s: all users', (name) => {
    expect(reach(name)).toBe('world');
  });

  test.each(['UsernameExistsException', 'UserLambdaValidationException', 'SomethingNew'])(
    '%s: only this user',
    (name) => {
      expect(reach(name)).toBe('person');
      expect(reach(name, 'ECONNRESET')).toBe('world');
    },
  );

  test('LimitExceededException: a limit', () => {
    expect(reach('LimitExceededException')).toBe('limit');
  });
});

type Kind = CredentialSource['kind'];

/** The exact messages of the SDK: source file under node_modules, the text there, the error, and where the credentials come from. */
const INI = '@aws-sdk/credential-provider-ini';
const PROCESS = '@aws-sdk/credential-provider-process';
const SSO = '@aws-sdk/credential-provider-sso';
const TOKENS = '@aws-sdk/token-providers';
const LOGIN = '@aws-sdk/credential-provider-login';
const NODE = '@aws-sdk/credential-provider-node';
const RECORDED: readonly (readonly [file: string, text: string, message: string, kind: Kind])[] = [
  [
    INI,
    'requires multi-factor authentication, but no MFA code callback was provided.',
    'Profile work requires multi-factor authentication, but no MFA code callback was provided.',
    'role',
  ],
  [
    INI,
    'Could not resolve credentials using profile: [',
    'Could not resolve credentials using profile: [base] in configuration/credentials file(s).',
    'role',
  ],
  [
    INI,
    'Detected a cycle attempting to resolve credentials for profile',
    'Detected a cycle attempting to resolve credentials for profile work. Profiles visited: base',
    'role',
  ],
  [
    PROCESS,
    'credential_process returned invalid JSON.',
    'Profile work credential_process returned invalid JSON.',
    'process',
  ],
  [
    PROCESS,
    'credential_process did not return Version 1.',
    'Profile work credential_process did not return Version 1.',
    'process',
  ],
  [
    PROCESS,
    'credential_process returned expired credentials.',
    'Profile work credential_process returned expired credentials.',
    'process',
  ],
  [
    SSO,
    'The SSO session associated with this profile has expired. ',
    'The SSO session associated with this profile has expired. To refresh this SSO session run aws sso login with the corresponding profile.',
    'sso',
  ],
  [
    SSO,
    'The SSO session associated with this profile is invalid. ',
    'The SSO session associated with this profile is invalid. To refresh this SSO session run aws sso login with the corresponding profile.',
    'sso',
  ],
  [
    SSO,
    'Conflicting SSO region',
    'Conflicting SSO region (sso-session: eu-west-1, profile: eu-west-2).',
    'sso',
  ],
  [
    TOKENS,
    'was not found or is invalid. ',
    "The SSO session token associated with profile=work was not found or is invalid. To refresh this SSO session run 'aws sso login' with the corresponding profile.",
    'sso',
  ],
  [
    TOKENS,
    'Token is expired. ',
    "Token is expired. To refresh this SSO session run 'aws sso login' with the corresponding profile.",
    'sso',
  ],
  [
    TOKENS,
    "is missing required property '",
    "Sso session 'corp' is missing required property 'sso_region'.",
    'sso',
  ],
  [
    LOGIN,
    'Failed to load token from ',
    'Failed to load token from /home/ann/.aws/login/cache/1.json: Error: ENOENT: no such file or directory',
    'login',
  ],
  [
    LOGIN,
    'Your session has expired. Please reauthenticate.',
    'Your session has expired. Please reauthenticate.',
    'login',
  ],
  [
    LOGIN,
    'Unable to refresh credentials because of a change in your password.',
    'Unable to refresh credentials because of a change in your password. Please reauthenticate with your new password.',
    'login',
  ],
  [
    LOGIN,
    'Unable to refresh credentials due to insufficient permissions.',
    "Unable to refresh credentials due to insufficient permissions. You may be missing permission for the 'CreateOAuth2Token' action.",
    'login',
  ],
  [
    NODE,
    'Could not load credentials from any providers',
    'Could not load credentials from any providers',
    'machine',
  ],
];

/** A failure of credentials of the profile "work". */
const credentials = (
  kind: Kind,
  error: { readonly name?: string; readonly message: string; readonly code?: string } & FailureOrigin,
): CognitoFailure =>
  new CognitoFailure('GetCredentials', {
    name: 'CredentialsProviderError',
    attempts: 1,
    source: { kind, profile: 'work' },
    ...error,
  });

const REGION: AwsContext = { region: 'eu-west-1' };

describe('credentials', () => {
  test.each(RECORDED)('%s: %s', (file, text, message, kind) => {
    const source = readFileSync(
      new URL(`../../node_modules/${file}/dist-cjs/index.js`, import.meta.url),
      'utf8',
    );
    expect(source).toContain(text);
    expect(words(describeCognitoFailure(credentials(kind, { message }), REGION))).toMatchSnapshot();
  });

  const KINDS: readonly Kind[] = [
    'environment',
    'keys',
    'role',
    'sso',
    'login',
    'process',
    'web-identity',
    'machine',
  ];
  const NAMES = [
    'CredentialsProviderError',
    'ExpiredTokenException',
    'UnrecognizedClientException',
    'AccessDenied',
  ];

  test.each(KINDS.flatMap((kind) => NAMES.map((name) => [kind, name] as const)))(
    'from %s: aws configure is suggested only for keys and without a source: %s',
    (kind, name) => {
      const said = { name, message: 'said by AWS' };
      for (const operation of ['GetCredentials', 'ListUserPools']) {
        const { source } = credentials(kind, said).origin;
        const error = new CognitoFailure(operation, { ...said, attempts: 1, source });
        const { hint = '' } = describeCognitoFailure(error, REGION);
        const isForKeys = ['keys', 'environment', 'machine'].includes(kind);
        if (!isForKeys) expect(hintText(hint)).not.toMatch(/aws configure(?! get| list| export| sso)/);
        expect(words(describeCognitoFailure(error, REGION))).toMatchSnapshot(operation);
      }
    },
  );

  test.each(['prodd', 'elsewhere'])('the profile %s does not exist', (profile) => {
    const profiles = ['default', 'prod', 'team'];
    const source = { kind: 'machine', profile } as const;
    const error = credentials('machine', { name: 'ProfileNotFound', message: '', source, profiles });
    expect(words(describeCognitoFailure(error, REGION))).toMatchSnapshot();
  });

  test('the first line of a credential_process is shown without keys', () => {
    const key = 'notarealsecret/notarealsecret+notareal12';
    const message = `credential_process failed with exit code 7: vault: no key ${key}`;
    const { message: shown } = describeCognitoFailure(credentials('process', { message }), REGION);
    expect(shown).toContain('exit code 7: vault: no key ••••');
    expect(shown).not.toContain(key);
  });

  test('a token file that is missing, and a token that AWS refuses', () => {
    const missing = {
      name: 'NetworkError',
      code: 'ENOENT',
      message: "ENOENT: no such file or directory, open '/run/token'",
    };
    const refused = {
      name: 'InvalidIdentityTokenException',
      message: 'No OpenIDConnect provider found in your account',
    };
    for (const error of [missing, refused])
      expect(words(describeCognitoFailure(credentials('web-identity', error), REGION))).toMatchSnapshot();
  });
});

describe('refusals that a policy cannot change', () => {
  // Source: IAM User Guide, "Access denied error message examples".
  test.each([
    'with an explicit deny in a service control policy',
    'because no service control policy allows the cognito-idp:ListUserPools action',
    'with an explicit deny in a resource control policy',
    'because no permissions boundary allows the cognito-idp:ListUserPools action',
    'because no session policy allows the cognito-idp:ListUserPools action',
    'because no VPC endpoint policy allows the cognito-idp:ListUserPools action',
    'with an explicit deny in an identity-based policy',
    'because no identity-based policy allows the cognito-idp:ListUserPools action',
  ])('%s', (why) => {
    const message = `User: arn:aws:iam::123456789012:user/ann is not authorized to perform: cognito-idp:ListUserPools on resource: * ${why}`;
    expect(
      words(describeCognitoFailure(failure('AccessDeniedException', message), REGION)),
    ).toMatchSnapshot();
  });
});

test.each(['eu-west-1', 'eu-south-2', 'us-gov-west-1', 'ap-east-1'])(
  'an unknown access key in %s',
  (region) => {
    const said = 'The security token included in the request is invalid.';
    expect(
      words(describeCognitoFailure(failure('UnrecognizedClientException', said), { region })),
    ).toMatchSnapshot();
  },
);

test.each([
  [
    'InvalidSignatureException',
    'Signature expired: 20260101T000000Z is now earlier than 20260101T001000Z (20260101T001500Z - 5 min.)',
  ],
  [
    'InvalidSignatureException',
    'Signature not yet current: 20260101T003000Z is still later than 20260101T002000Z',
  ],
  ['RequestExpired', 'Request has expired.'],
  ['FeatureUnavailableInTierException', 'This feature is not available in the tier LITE.'],
])('%s: %s', (name, message) => {
  expect(words(describeCognitoFailure(failure(name, message), REGION))).toMatchSnapshot();
});

test('an address from a setting is named with the setting', () => {
  const endpoint = { url: 'http://localhost:4566', setting: 'AWS_ENDPOINT_URL' };
  const refused = new CognitoFailure('ListUserPools', {
    name: 'NetworkError',
    code: 'ECONNREFUSED',
    message: '',
    attempts: 3,
    endpoint,
  });
  const told = words(describeCognitoFailure(refused, REGION));
  expect(told.join()).toContain(endpoint.url);
  expect(told.join()).toContain(endpoint.setting);
  expect(told).toMatchSnapshot();
});
