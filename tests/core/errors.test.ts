/** Every expected failure: exit code, message and remedy. */
import { describe, expect, test } from '@jest/globals';
import { hintText } from '../../src/core/text/hint.ts';
import {
  describeCognitoFailure,
  describeFileFailure,
  type ExpectedError,
  reachOf,
  UsageError,
  WorldError,
  type AwsContext,
} from '../../src/core/errors.ts';
import { EXIT, SIGNAL_EXIT } from '../../src/core/exit-codes.ts';
import { CognitoFailure, FileFailure, type FileFailureKind } from '../../src/core/failures.ts';

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

describe('files', () => {
  test.each<[FileFailureKind, number]>([
    ['missing', EXIT.usage],
    ['directory', EXIT.usage],
    ['dangling-link', EXIT.usage],
    ['not-a-file', EXIT.usage],
    ['not-permitted', EXIT.world],
    ['not-replaceable', EXIT.world],
    ['read-only', EXIT.world],
    ['disk-full', EXIT.world],
    ['changed-on-disk', EXIT.world],
    ['io', EXIT.world],
  ])('%s', (kind, exitCode) => {
    const described = describeFileFailure(new FileFailure(kind, 'app/a.yml', 'EWHATEVER'));
    expect(described.exitCode).toBe(exitCode);
    expect(words(described)).toMatchSnapshot();
  });

  test('a hostile path is made harmless', () => {
    expect(describeFileFailure(new FileFailure('missing', 'a\n\x1b[2J', '')).message).toMatch(
      /^a\\u\{a\}\\u\{1b\}/,
    );
  });
});

test('a file that may be immutable', () => {
  expect(words(describeFileFailure(new FileFailure('not-permitted', 'a.yml', 'EPERM')))).toMatchSnapshot();
});

test('a signal ends a run with its own code', () => {
  expect(SIGNAL_EXIT).toEqual({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 });
});

test('exit codes are those of the interface', () => {
  expect(EXIT).toEqual({
    ok: 0,
    findings: 1,
    usage: 2,
    world: 3,
    interrupted: 130,
    terminated: 143,
    hungUp: 129,
  });
  expect(new UsageError('x').exitCode).toBe(2);
});
