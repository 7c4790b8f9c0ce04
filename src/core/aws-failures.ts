/** Failures of AWS calls as messages: what failed, and the command or setting that fixes it. Those of credentials are in credential-failures.ts. */
import type { CognitoFailure } from './failures.ts';
import {
  credentialWords,
  expired,
  profileFlag,
  said,
  wrongClock,
  wrongKeys,
  wrongSignature,
  type Words,
} from './credential-failures.ts';
import { WorldError } from './errors.ts';
import { maskLongRuns, printable, shellWord } from './text/display.ts';
import { onFile, say } from './text/hint.ts';

/** What the request to AWS was about, for messages. */
export interface AwsContext {
  readonly region: string;
  readonly profile?: string | undefined;
  readonly userPoolId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly endpointUrl?: string | undefined;
  /** The user that the call was about. */
  readonly user?: string | undefined;
  /** Called by `users`, which needs its own policy: the read-only one is not enough. */
  readonly isForUsers?: boolean | undefined;
}

const NETWORK_CODES: Readonly<Record<string, string>> = {
  ENOTFOUND: 'host name not found',
  EAI_AGAIN: 'host name lookup failed',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection closed unexpectedly',
  EPIPE: 'connection closed unexpectedly',
  ETIMEDOUT: 'timed out',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  CERT_HAS_EXPIRED: 'the TLS certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the TLS certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'the TLS certificate chain has a self-signed certificate',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the TLS certificate cannot be verified',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the TLS certificate is from an authority that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT: 'the TLS certificate is from an authority that is not trusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the TLS certificate is for another host',
};

type Describe = (failure: CognitoFailure, context: AwsContext) => Words;

const ASK_ORGANIZATION =
  'A policy of your own cannot allow it. Ask the administrator of the AWS organization to change this one.';
const ASK_ACCOUNT =
  'A policy of your own cannot allow it. Ask the administrator of the AWS account to change this one.';

/** A Map, because the names come from AWS: an object also has `constructor`. */
const NAMED: ReadonlyMap<string, Describe> = new Map(
  Object.entries<Describe>({
    CredentialsProviderError: credentialWords,
    TokenProviderError: credentialWords,
    ProfileNotFound: credentialWords,
    ExpiredTokenException: expired,
    ExpiredToken: expired,
    UnrecognizedClientException: wrongKeys,
    InvalidClientTokenId: wrongKeys,
    InvalidSignatureException: wrongSignature,
    SignatureDoesNotMatch: wrongSignature,
    RequestExpired: wrongClock,
    RequestTimeTooSkewed: wrongClock,
    AccessDeniedException: accessDenied,
    NotAuthorizedException: accessDenied,
    ResourceNotFoundException: notFound,
    InvalidParameterException: (failure, context) => ({
      message: `AWS refused the request ${failure.operation}: ${said(failure)}`,
      hint:
        context.user === undefined
          ? `Check the user pool ID${context.userPoolId === undefined ? '' : ` ${printable(context.userPoolId)}`} and the app client ID.`
          : 'Check the email address, and which attributes the user pool requires.',
    }),
    UsernameExistsException: () => ({
      message: 'the user already exists',
      hint: say`Check the users: ${onFile('users list')}`,
    }),
    AliasExistsException: () => ({
      message: 'another user has this email address',
      hint: say`Find both and keep one: ${onFile('users list')}`,
    }),
    UserNotFoundException: () => ({
      message: 'the user no longer exists',
      hint: say`Check the users: ${onFile('users list')}`,
    }),
    LimitExceededException: (failure) => ({
      message: `AWS limit exceeded: ${said(failure)}`,
      hint: 'Cognito sends at most 50 emails a day. Use Amazon SES for the user pool (Authentication methods → Email), skip the invitations with --no-invite, or run the same command tomorrow: it does only what is left.',
    }),
    CodeDeliveryFailureException: () => ({
      message: 'the user was created, but the invitation was not sent',
      hint: say`Check the email settings of the user pool (Authentication methods → Email). Then: ${onFile('users invite', 'EMAIL')}`,
    }),
    FeatureUnavailableInTierException: (failure) => ({
      message: `the feature plan of the user pool does not include ${failure.operation}: ${said(failure)}`,
      hint: 'Choose another plan in the AWS console: your pool → Settings → Feature plan.',
    }),
    UserLambdaValidationException: (failure) => ({
      message: `a Lambda trigger of the user pool refused the request: ${said(failure)}`,
      hint: 'Check the trigger: your pool → Extensions.',
    }),
    UnsupportedUserStateException: (failure) => ({
      message: `the status of the user does not allow this: ${said(failure)}`,
      hint: say`Check the status: ${onFile('users list')}`,
    }),
    EndlessList: (failure) => ({
      message: `cannot read the list of ${failure.operation}: ${said(failure)}`,
      hint: 'Check what answers for AWS: a proxy, or the address in AWS_ENDPOINT_URL or --endpoint-url.',
    }),
    TooManyRequestsException: (failure) => throttled(failure),
    ThrottlingException: (failure) => throttled(failure),
    UnexpectedAnswer: (failure, context) => ({
      message: `unexpected response from ${hostOf(failure, context)}: it is not Cognito`,
      hint:
        settingOf(failure, context) === undefined
          ? 'Check for a proxy or a network login page: curl -I https://aws.amazon.com'
          : `Check ${settingOf(failure, context) ?? ''}: it must be the address of a Cognito API.`,
    }),
    TimeoutError: (failure, context) => unreachable('timed out', failure, context),
  }),
);

/** An AWS failure as an error with its remedy. Always exit 3: the file is not the cause. */
export function describeCognitoFailure(failure: CognitoFailure, context: AwsContext): WorldError {
  const describe = failure.operation === 'GetCredentials' ? ofCredentials : undefined;
  const words = (describe ?? NAMED.get(failure.errorName) ?? otherFailure)(failure, context);
  return new WorldError(words.message, words.hint);
}

/** Failures after which every further call would fail as well, or the result of the call is unknown. */
const HOPELESS: ReadonlySet<string> = new Set([
  'CredentialsProviderError',
  'TokenProviderError',
  'ProfileNotFound',
  'ExpiredTokenException',
  'ExpiredToken',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'AccessDeniedException',
  'NotAuthorizedException',
  'ResourceNotFoundException',
  'TooManyRequestsException',
  'ThrottlingException',
  'UnexpectedAnswer',
  'TimeoutError',
  'NetworkError',
]);

/**
 * Which users a failure of a call about one user concerns: `world`, all (every further call would fail); `limit`, AWS
 * accepts no more for now; `person`, only this one.
 */
export function reachOf({ errorName, code }: CognitoFailure): 'world' | 'limit' | 'person' {
  if (code !== undefined || HOPELESS.has(errorName)) return 'world';
  return errorName === 'LimitExceededException' ? 'limit' : 'person';
}

/** A failure before the first call. A network failure is one there, too. */
function ofCredentials(failure: CognitoFailure, context: AwsContext): Words {
  const { code, errorName } = failure;
  const isFile = code !== undefined && /^E(?:NOENT|ACCES|ISDIR|NOTDIR|PERM)$/.test(code);
  if ((code !== undefined && !isFile) || errorName === 'TimeoutError') return otherFailure(failure, context);
  return credentialWords(failure, context);
}

function otherFailure(failure: CognitoFailure, context: AwsContext): Words {
  const { code } = failure;
  if (code === 'EPROXY' || code === 'ECABUNDLE') return ownSettings(failure, context);
  const network = code === undefined ? undefined : NETWORK_CODES[code];
  if (code !== undefined && CERTIFICATE.test(code)) return untrusted(network ?? code, failure, context);
  if (network !== undefined) return unreachable(network, failure, context);
  if (code !== undefined) return unreachable(printable(code), failure, context);
  return {
    message: `${failure.operation} failed after ${times(failure.attempts)}: ${nameOf(failure)}: ${said(failure)}`,
    hint: 'Try again. --debug shows the whole error.',
  };
}

/** The proxy or the certificates that the environment or the AWS profile names. */
function ownSettings(failure: CognitoFailure, context: AwsContext): Words {
  const message = `cannot reach ${hostOf(failure, context)}: ${said(failure)}`;
  if (failure.code === 'ECABUNDLE')
    return { message, hint: 'Correct the path in AWS_CA_BUNDLE, or in ca_bundle of the AWS profile.' };
  const hint = failure.message.includes('407')
    ? 'The proxy requires a user name and password: HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT'
    : 'Check HTTPS_PROXY and HTTP_PROXY. Hosts in NO_PROXY are reached directly.';
  return { message, hint };
}

const CERTIFICATE = /SELF_SIGNED|^UNABLE_TO_|^INVALID_CA$/;

/** A certificate that is not trusted. The message of the failure is its issuer, where that is known. */
function untrusted(why: string, failure: CognitoFailure, context: AwsContext): Words {
  const issuer = said(failure);
  return {
    message: `cannot reach ${hostOf(failure, context)}: ${printable(why)}${issuer === '' ? '' : ` (issued by ${issuer})`}`,
    hint: 'If your network uses its own certificate authority, name its PEM file: AWS_CA_BUNDLE, ca_bundle of the AWS profile, or NODE_EXTRA_CA_CERTS.',
  };
}

/** The name of an error also comes from AWS. */
const nameOf = ({ errorName }: CognitoFailure): string =>
  /^\w{1,60}$/.test(errorName) ? maskLongRuns(errorName) : 'unknown error';

const hostOf = ({ origin }: CognitoFailure, { endpointUrl, region }: AwsContext): string =>
  printable(maskLongRuns(endpointUrl ?? origin.endpoint?.url ?? `cognito-idp.${region}.amazonaws.com`));

/** The setting that names the address; undefined if it is that of AWS. */
const settingOf = ({ origin }: CognitoFailure, { endpointUrl }: AwsContext): string | undefined =>
  endpointUrl === undefined ? origin.endpoint?.setting : '--endpoint-url';

function unreachable(why: string, failure: CognitoFailure, context: AwsContext): Words {
  const setting = settingOf(failure, context);
  return {
    message: `cannot reach ${hostOf(failure, context)}: ${why}`,
    hint:
      setting === undefined
        ? `Check the network, the proxy, and the region "${printable(context.region)}".`
        : `${setting} names this address. Check it, and that the server there is running.`,
  };
}

/** The policies that nobody can override with a policy of their own, and who can change them. Source: IAM User Guide, access denied error messages. */
const DENIALS: readonly (readonly [said: RegExp, policy: string, remedy: string])[] = [
  [/service control policy/i, 'a service control policy (SCP)', ASK_ORGANIZATION],
  [/resource control policy/i, 'a resource control policy (RCP)', ASK_ORGANIZATION],
  [/permissions boundary/i, 'a permissions boundary', ASK_ACCOUNT],
  [/session policy/i, 'the session policy of the credentials', ASK_ACCOUNT],
  [/VPC endpoint policy/i, 'a VPC endpoint policy', ASK_ACCOUNT],
  [/explicit deny/i, 'an explicit deny in an IAM policy', ASK_ACCOUNT],
];

function accessDenied(failure: CognitoFailure, context: AwsContext): Words {
  const denial = DENIALS.find(([said]) => said.test(failure.message));
  if (denial !== undefined) {
    const [, policy, hint] = denial;
    return { message: `permission denied: ${policy} blocks cognito-idp:${failure.operation}`, hint };
  }
  const pool = context.userPoolId === undefined ? '' : ` --pool ${shellWord(context.userPoolId)}`;
  const users = context.isForUsers === true ? ' --users' : '';
  return {
    message: `permission denied: the credentials lack cognito-idp:${failure.operation}`,
    hint: `Allow it: umconfig iam-policy${users}${pool} prints the policy.`,
  };
}

/** Operations whose ResourceNotFoundException is about a group, unless the message names the pool. */
const ABOUT_A_GROUP: ReadonlySet<string> = new Set([
  'AdminAddUserToGroup',
  'AdminRemoveUserFromGroup',
  'ListUsersInGroup',
]);

function notFound(failure: CognitoFailure, context: AwsContext): Words {
  const { operation, message } = failure;
  if (ABOUT_A_GROUP.has(operation) && !/pool/i.test(message)) {
    const where = context.userPoolId === undefined ? '' : ` ${printable(context.userPoolId)}`;
    return {
      message: `the group no longer exists in the user pool${where}`,
      hint: 'Run the same command again: it creates the group.',
    };
  }
  const pool = context.userPoolId === undefined ? 'user pool' : `user pool ${printable(context.userPoolId)}`;
  const client =
    context.clientId === undefined ? '' : ` with app client ${printable(maskLongRuns(context.clientId))}`;
  return {
    message: `${pool}${client} not found in ${printable(context.region)} in this account`,
    hint: `Check the ID, the region and the account: aws sts get-caller-identity${profileFlag(failure, context)}`,
  };
}

const throttled = (failure: CognitoFailure): Words => ({
  message: `AWS throttled ${failure.operation} (${times(failure.attempts)})`,
  hint: 'Wait a minute and run the command again.',
});

const times = (count: number): string => (count === 1 ? '1 attempt' : `${String(count)} attempts`);
