/** Every failure that is to be expected, in plain words with what to do next. */
import { describe, expect, test } from '@jest/globals';
import { hintText } from '../../src/core/text/hint.ts';
import {
  describeCognitoFailure,
  describeFileFailure,
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

describe('AWS', () => {
  test.each<[string, CognitoFailure, AwsContext, RegExp, RegExp]>([
    [
      'no credentials',
      failure('CredentialsProviderError', 'Could not load credentials from any providers'),
      CONTEXT,
      /^no AWS credentials$/,
      /aws configure,.*AWS_ACCESS_KEY_ID/,
    ],
    [
      'a misspelt profile',
      failure('CredentialsProviderError'),
      { ...CONTEXT, profile: 'prodd' },
      /profile "prodd"/,
      /aws configure --profile prodd/,
    ],
    [
      'an SSO session that has ended',
      failure('CredentialsProviderError', 'The SSO session associated with this profile has expired'),
      { ...CONTEXT, profile: 'team a' },
      /SSO session/,
      /aws sso login --profile 'team a'/,
    ],
    ['a name that objects have, too', failure('constructor'), CONTEXT, /constructor.*said by AWS/, /./],
    ['the name of a prototype', failure('__proto__'), CONTEXT, /__proto__.*said by AWS/, /./],
    ['an SSO token', failure('TokenProviderError', 'Token is expired. SSO'), CONTEXT, /SSO/, /aws sso login/],
    ['an expired session', failure('ExpiredTokenException'), CONTEXT, /session has expired/, /aws sso login/],
    ['an expired token', failure('ExpiredToken'), CONTEXT, /session has expired/, /Refresh/],
    [
      'unknown keys',
      failure('UnrecognizedClientException'),
      CONTEXT,
      /does not know the access key/,
      /aws configure/,
    ],
    ['a wrong signature', failure('InvalidSignatureException'), CONTEXT, /signature.*clock/, /date -u/],
    [
      'a missing permission',
      failure('AccessDeniedException'),
      CONTEXT,
      /cognito-idp:DescribeUserPool/,
      /umconfig iam-policy --pool eu-west-1_AbC/,
    ],
    [
      'a missing permission, another name',
      failure('NotAuthorizedException'),
      { region: 'eu-west-1' },
      /cognito-idp:DescribeUserPool/,
      /umconfig iam-policy prints/,
    ],
    [
      'no such pool',
      failure('ResourceNotFoundException'),
      { ...CONTEXT, clientId: undefined },
      /eu-west-1_AbC.*eu-west-1/,
      /aws sts get-caller-identity/,
    ],
    [
      'no such client',
      failure('ResourceNotFoundException'),
      CONTEXT,
      /eu-west-1_AbC with app client 1fakeclientid in eu-west-1/,
      /region/,
    ],
    [
      'a request that is refused',
      failure('InvalidParameterException', '1 validation error'),
      CONTEXT,
      /1 validation error/,
      /eu-west-1_AbC/,
    ],
    [
      'throttling',
      failure('TooManyRequestsException'),
      CONTEXT,
      /throttled DescribeUserPool, after 3 tries/,
      /Wait/,
    ],
    ['throttling, another name', failure('ThrottlingException'), CONTEXT, /throttled/, /Wait/],
    [
      'an unknown host',
      failure('Error', 'getaddrinfo', 'ENOTFOUND'),
      { region: 'eu-wst-1' },
      /cognito-idp\.eu-wst-1\.amazonaws\.com: the host name/,
      /"eu-wst-1" is the right region/,
    ],
    [
      'nobody there',
      failure('Error', 'connect', 'ECONNREFUSED'),
      { ...CONTEXT, endpointUrl: 'http://localhost:9' },
      /http:\/\/localhost:9: the connection was refused/,
      /--endpoint-url/,
    ],
    ['no answer', failure('TimeoutError'), CONTEXT, /no answer in time/, /network/],
    ['a code that nobody knows', failure('Error', '', 'EWEIRD'), CONTEXT, /EWEIRD/, /network/],
    [
      'a name that nobody knows',
      failure('InternalErrorException', 'oops'),
      CONTEXT,
      /InternalErrorException: oops/,
      /--debug/,
    ],
  ])('%s', (_, error, context, message, hint) => {
    const described = describeCognitoFailure(error, context);
    expect(described).toBeInstanceOf(WorldError);
    expect(described.exitCode).toBe(EXIT.world);
    expect(described.message).toMatch(message);
    expect(hintText(described.hint ?? '')).toMatch(hint);
  });

  test.each([
    ['ENOTFOUND', 'the host name is not known'],
    ['EAI_AGAIN', 'the host name could not be looked up'],
    ['ECONNREFUSED', 'the connection was refused'],
    ['ECONNRESET', 'the connection was cut off'],
    ['EPIPE', 'the connection was cut off'],
    ['ETIMEDOUT', 'no answer in time'],
    ['EHOSTUNREACH', 'the host cannot be reached'],
    ['ENETUNREACH', 'the network cannot be reached'],
    ['CERT_HAS_EXPIRED', 'the TLS certificate has expired'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'the TLS certificate is self-signed'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'a TLS certificate on the way is self-signed'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'the TLS certificate cannot be verified'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'the TLS certificate is for another host'],
  ])('a network failure by its code: %s', (code, why) => {
    const { message, hint } = describeCognitoFailure(failure('Error', '', code), CONTEXT);
    expect(message).toBe(`cannot reach cognito-idp.eu-west-1.amazonaws.com: ${why}`);
    expect(hint).toMatch(/^Check the network, a proxy, .*"eu-west-1"/);
  });

  const about =
    (context: AwsContext, operation = 'AdminGetUser', message = 'said by AWS') =>
    (name: string, attempts = 1): WorldError =>
      describeCognitoFailure(new CognitoFailure(operation, { name, message, attempts }), context);

  test.each([
    [
      'AdminAddUserToGroup',
      'Group not found.',
      /^there is no such group in the user pool eu-west-1_AbC any more$/,
    ],
    ['ListUsersInGroup', 'Group not found.', /^there is no such group/],
    [
      'AdminAddUserToGroup',
      'User pool eu-west-1_AbC does not exist.',
      /^there is no user pool eu-west-1_AbC/,
    ],
    ['AdminGetUser', 'Group not found.', /^there is no user pool eu-west-1_AbC/],
  ])('what is not there for %s: %s', (operation, said, message) => {
    const described = about(CONTEXT, operation, said)('ResourceNotFoundException');
    expect(described.message).toMatch(message);
    if (described.message.includes('group'))
      expect(hintText(described.hint ?? '')).toMatch(/same command again/);
  });

  test.each([
    ...['UsernameExistsException', 'AliasExistsException', 'UserNotFoundException', 'LimitExceededException'],
    ...['CodeDeliveryFailureException', 'UserLambdaValidationException', 'UnsupportedUserStateException'],
    'InvalidParameterException',
  ])('of a person: %s', (name) => {
    const { message, hint = '' } = about({ ...CONTEXT, user: 'ann@labels.test' })(name);
    expect([message, hintText(hint)]).toMatchSnapshot();
  });

  test.each([
    [
      'InvalidParameterException',
      { region: 'eu-west-1' },
      /^Check the user pool id and the app client id\.$/,
    ],
    [
      'AccessDeniedException',
      { ...CONTEXT, isForUsers: true },
      /^umconfig iam-policy --users --pool eu-west-1_AbC prints/,
    ],
    [
      'AccessDeniedException',
      { region: 'eu-west-1', isForUsers: true },
      /^umconfig iam-policy --users prints/,
    ],
    ['InvalidClientTokenId', CONTEXT, /aws configure$/],
    ['InvalidClientTokenId', { ...CONTEXT, profile: 'team' }, /aws configure --profile team$/],
    ['InvalidSignatureException', { ...CONTEXT, profile: 'team' }, /aws configure --profile team$/],
    ['ExpiredToken', { ...CONTEXT, profile: 'team' }, /aws sso login --profile team,/],
    ['ResourceNotFoundException', { ...CONTEXT, profile: 'team' }, /get-caller-identity --profile team$/],
    ['ResourceNotFoundException', CONTEXT, /get-caller-identity$/],
    ['UnexpectedAnswer', CONTEXT, /proxy.*login page of a network/],
    ['UnexpectedAnswer', { ...CONTEXT, endpointUrl: 'http://localhost:9' }, /--endpoint-url.*a Cognito API/],
    ['TimeoutError', { ...CONTEXT, endpointUrl: 'http://localhost:9' }, /--endpoint-url.*is running/],
  ])('what to do about %s, %j', (name, context, hint) => {
    expect(hintText(about(context)(name).hint ?? '')).toMatch(hint);
  });

  test.each([
    [{ region: 'eu-west-1' }, 'there is no user pool in eu-west-1 in this account'],
    [
      { ...CONTEXT, clientId: 'notarealsecret'.repeat(4) },
      'there is no user pool eu-west-1_AbC with app client ••••cret in eu-west-1 in this account',
    ],
  ])('what there is not: %j', (context, message) => {
    expect(about(context)('ResourceNotFoundException').message).toBe(message);
  });

  test('tries are counted in words', () => {
    const throttled = about(CONTEXT, 'ListUsers');
    expect(throttled('ThrottlingException', 1).message).toBe('AWS throttled ListUsers, after 1 try');
    expect(throttled('ThrottlingException', 2).message).toBe('AWS throttled ListUsers, after 2 tries');
    expect(throttled('TooManyRequestsException', 3).message).toBe('AWS throttled ListUsers, after 3 tries');
    expect(throttled('Odd').message).toBe('ListUsers failed after 1 try: Odd: said by AWS');
  });

  test('a read that is not allowed needs the policy without the users', () => {
    expect(hintText(about(CONTEXT, 'DescribeUserPool')('AccessDeniedException').hint ?? '')).toMatch(
      /^umconfig iam-policy --pool eu-west-1_AbC prints/,
    );
  });

  test('the credentials that are missing are those of the profile, and init needs none', () => {
    const missing = about(
      { ...CONTEXT, profile: 'team' },
      'ListUsers',
      'no ssoid',
    )('CredentialsProviderError');
    expect(missing.message).toBe('no AWS credentials for the profile "team"');
    expect(hintText(missing.hint ?? '')).toMatch(
      /^Run aws configure --profile team, .*umconfig init asks for each value\.$/,
    );
  });

  test('what it says is made harmless and holds no secret', () => {
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

describe('a failure about one person says of the others', () => {
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
  ])('%s: that they would fail as well', (name) => {
    expect(reach(name)).toBe('world');
  });

  test.each(['UsernameExistsException', 'UserLambdaValidationException', 'SomethingNew'])(
    '%s: nothing',
    (name) => {
      expect(reach(name)).toBe('person');
      expect(reach(name, 'ECONNRESET')).toBe('world');
    },
  );

  test('LimitExceededException: that they have to wait', () => {
    expect(reach('LimitExceededException')).toBe('limit');
  });
});

describe('files', () => {
  test.each<[FileFailureKind, number, RegExp]>([
    ['missing', EXIT.usage, /^Check the path\.$/],
    ['directory', EXIT.usage, /file in it/],
    ['dangling-link', EXIT.usage, /link/],
    ['not-a-file', EXIT.usage, /regular file/],
    ['not-permitted', EXIT.world, /ls -l app\/a\.yml/],
    ['not-replaceable', EXIT.world, /directory/],
    ['read-only', EXIT.world, /--config/],
    ['disk-full', EXIT.world, /room/],
    ['changed-on-disk', EXIT.world, /again/],
    ['io', EXIT.world, /disk/],
  ])('%s', (kind, exitCode, hint) => {
    const described = describeFileFailure(new FileFailure(kind, 'app/a.yml', 'EWHATEVER'));
    expect(described.message).toMatch(/^app\/a\.yml: /);
    expect(described.exitCode).toBe(exitCode);
    expect(hintText(described.hint ?? '')).toMatch(hint);
  });

  test('a hostile path is made harmless', () => {
    expect(describeFileFailure(new FileFailure('missing', 'a\n\x1b[2J', '')).message).toMatch(
      /^a\\u\{a\}\\u\{1b\}/,
    );
  });
});

test.each<[FileFailureKind, string]>([
  ['not-permitted', 'a.yml: not permitted (EPERM), perhaps because it is immutable'],
  ['io', 'a.yml: EPERM'],
])('%s says what the system says', (kind, message) => {
  expect(describeFileFailure(new FileFailure(kind, 'a.yml', 'EPERM')).message).toBe(message);
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
