/** Every failure that is to be expected, in plain words with what to do next. */
import { describe, expect, test } from '@jest/globals';
import {
  describeCognitoFailure,
  describeFileFailure,
  EXIT,
  UsageError,
  WorldError,
  type AwsContext,
} from '../../src/core/errors.ts';
import { CognitoFailure, FileFailure, type FileFailureKind } from '../../src/ports.ts';

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
    ['no answer, by code', failure('Error', '', 'ETIMEDOUT'), CONTEXT, /no answer in time/, /network/],
    ['a certificate', failure('Error', '', 'SELF_SIGNED_CERT_IN_CHAIN'), CONTEXT, /self-signed/, /proxy/],
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
    expect(described.hint).toMatch(hint);
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
    expect(hint).toContain("--profile '$(rm -rf)'");
  });
});

describe('files', () => {
  test.each<[FileFailureKind, number, RegExp]>([
    ['missing', EXIT.usage, /umconfig init/],
    ['directory', EXIT.usage, /file in it/],
    ['dangling-link', EXIT.usage, /link/],
    ['not-a-file', EXIT.usage, /regular file/],
    ['not-permitted', EXIT.world, /ls -l app\/a\.yml/],
    ['read-only', EXIT.world, /--config/],
    ['disk-full', EXIT.world, /room/],
    ['changed-on-disk', EXIT.world, /again/],
    ['io', EXIT.world, /disk/],
  ])('%s', (kind, exitCode, hint) => {
    const described = describeFileFailure(new FileFailure(kind, 'app/a.yml', 'EWHATEVER'));
    expect(described.message).toMatch(/^app\/a\.yml: /);
    expect(described.exitCode).toBe(exitCode);
    expect(described.hint).toMatch(hint);
  });

  test('a hostile path is made harmless', () => {
    expect(describeFileFailure(new FileFailure('missing', 'a\n\x1b[2J', '')).message).toMatch(
      /^a\\u\{a\}\\u\{1b\}/,
    );
  });
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
