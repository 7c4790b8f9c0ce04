/** Expected failures as messages. Any other error is a bug in umconfig. */
import type { CognitoFailure, FileFailure, FileFailureKind } from './failures.ts';
import { EXIT } from './exit-codes.ts';
import { maskLongRuns, printable, shellWord } from './text/display.ts';
import { onFile, say, type Hint } from './text/hint.ts';

/** A failure that the user can act on: what failed, and what to do next. */
export class ExpectedError extends Error {
  override readonly name = 'ExpectedError';
  readonly exitCode: number;
  /** What to do next, with the exact command where there is one. */
  readonly hint: Hint | undefined;

  constructor(message: string, options: { readonly exitCode: number; readonly hint?: Hint | undefined }) {
    super(message);
    this.exitCode = options.exitCode;
    this.hint = options.hint;
  }
}

/** The command line is wrong, or an answer is missing and there is no terminal. */
export class UsageError extends ExpectedError {
  constructor(message: string, hint?: Hint) {
    super(message, { exitCode: EXIT.usage, hint });
  }
}

/** Disk, permissions, network or AWS failed. */
export class WorldError extends ExpectedError {
  constructor(message: string, hint?: Hint) {
    super(message, { exitCode: EXIT.world, hint });
  }
}

const FILE_FAILURES: Readonly<
  Record<FileFailureKind, (path: string, detail: string) => { message: string; hint: string; usage?: true }>
> = {
  missing: (path) => ({
    message: `${path}: no such file or directory`,
    hint: 'Check the path.',
    usage: true,
  }),
  directory: (path) => ({
    message: `${path}: is a directory`,
    hint: 'Name a file in it.',
    usage: true,
  }),
  'dangling-link': (path) => ({
    message: `${path}: broken symbolic link`,
    hint: 'Remove the link, or create the file that it points to.',
    usage: true,
  }),
  'not-a-file': (path) => ({
    message: `${path}: not a regular file`,
    hint: 'Name a regular file.',
    usage: true,
  }),
  'not-permitted': (path, detail) => ({
    message: `${path}: permission denied (${detail})${detail === 'EPERM' ? '; the file may be immutable' : ''}`,
    hint:
      detail === 'EPERM'
        ? `Check attributes and owner: lsattr ${shellWord(path)}; ls -l ${shellWord(path)}. To make an immutable file writable: sudo chattr -i ${shellWord(path)}`
        : `Check owner and permissions: ls -l ${shellWord(path)}`,
  }),
  'not-replaceable': (path, detail) => ({
    message: `${path}: cannot be replaced (${detail}), because it is a mount point`,
    hint: 'Mount its directory instead of the file.',
  }),
  'read-only': (path) => ({
    message: `${path}: the file system is read-only`,
    hint: 'Name a file elsewhere: --config FILE, or --output FILE for a report.',
  }),
  'disk-full': (path) => ({
    // Reports are written in place.
    message: `${path}: no space left on the disk (a configuration file is unchanged, a report may be incomplete)`,
    hint: 'Free some space and run the command again.',
  }),
  'changed-on-disk': (path) => ({
    message: `${path}: changed on disk since it was read; nothing was written`,
    hint: 'Another program or user changed it. Run the command again.',
  }),
  io: (path, detail) => ({ message: `${path}: ${detail}`, hint: 'Check the disk and the path.' }),
};

/** A file failure as an error: exit 2 if the path is wrong, 3 if the disk or the permissions are. */
export function describeFileFailure(failure: FileFailure): ExpectedError {
  const { message, hint, usage } = FILE_FAILURES[failure.kind](
    printable(failure.path),
    printable(failure.detail),
  );
  return usage === true ? new UsageError(message, hint) : new WorldError(message, hint);
}

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

interface Words {
  readonly message: string;
  readonly hint: Hint;
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

const profileFlag = ({ profile }: AwsContext): string =>
  profile === undefined ? '' : ` --profile ${shellWord(profile)}`;

type Describe = (failure: CognitoFailure, context: AwsContext) => Words;

/** A Map, because the names come from AWS: an object also has `constructor`. */
const NAMED: ReadonlyMap<string, Describe> = new Map(
  Object.entries<Describe>({
    CredentialsProviderError: (failure, context) => credentialWords(failure.message, context),
    TokenProviderError: (failure, context) => credentialWords(failure.message, context),
    ExpiredTokenException: (_failure, context) => expired(context),
    ExpiredToken: (_failure, context) => expired(context),
    UnrecognizedClientException: (_failure, context) => wrongKeys(context),
    InvalidClientTokenId: (_failure, context) => wrongKeys(context),
    InvalidSignatureException: (_failure, context) => ({
      message: 'AWS refused the signature: the secret access key or the clock of this machine is wrong',
      hint: `Check the clock (date -u) and the keys: aws configure${profileFlag(context)}`,
    }),
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
    UserLambdaValidationException: (failure) => ({
      message: `a Lambda trigger of the user pool refused the request: ${said(failure)}`,
      hint: 'Check the trigger: your pool → Extensions.',
    }),
    UnsupportedUserStateException: (failure) => ({
      message: `the status of the user does not allow this: ${said(failure)}`,
      hint: say`Check the status: ${onFile('users list')}`,
    }),
    TooManyRequestsException: (failure) => throttled(failure),
    ThrottlingException: (failure) => throttled(failure),
    UnexpectedAnswer: (_failure, context) => ({
      message: `unexpected response from ${hostOf(context)}: it is not Cognito`,
      hint:
        context.endpointUrl === undefined
          ? 'Check for a proxy or a network login page: curl -I https://aws.amazon.com'
          : 'Check --endpoint-url or AWS_ENDPOINT_URL: it must be the address of a Cognito API.',
    }),
    TimeoutError: (_failure, context) => unreachable('timed out', context),
  }),
);

/** An AWS failure as an error with its remedy. Always exit 3: the file is not the cause. */
export function describeCognitoFailure(failure: CognitoFailure, context: AwsContext): WorldError {
  const words = (NAMED.get(failure.errorName) ?? otherFailure)(failure, context);
  return new WorldError(words.message, words.hint);
}

/** Failures after which every further call would fail as well, or the result of the call is unknown. */
const HOPELESS: ReadonlySet<string> = new Set([
  'CredentialsProviderError',
  'TokenProviderError',
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

function otherFailure(failure: CognitoFailure, context: AwsContext): Words {
  const { code } = failure;
  if (code === 'EPROXY' || code === 'ECABUNDLE') return ownSettings(failure, context);
  const network = code === undefined ? undefined : NETWORK_CODES[code];
  if (code !== undefined && CERTIFICATE.test(code)) return untrusted(network ?? code, failure, context);
  if (network !== undefined) return unreachable(network, context);
  if (code !== undefined) return unreachable(printable(code), context);
  return {
    message: `${failure.operation} failed after ${times(failure.attempts)}: ${nameOf(failure)}: ${said(failure)}`,
    hint: 'Try again. --debug shows the whole error.',
  };
}

/** The proxy or the certificates that the environment or the AWS profile names. */
function ownSettings(failure: CognitoFailure, context: AwsContext): Words {
  const message = `cannot reach ${hostOf(context)}: ${said(failure)}`;
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
    message: `cannot reach ${hostOf(context)}: ${printable(why)}${issuer === '' ? '' : ` (issued by ${issuer})`}`,
    hint: 'If your network uses its own certificate authority, name its PEM file: AWS_CA_BUNDLE, ca_bundle of the AWS profile, or NODE_EXTRA_CA_CERTS.',
  };
}

/** The name of an error also comes from AWS. */
const nameOf = ({ errorName }: CognitoFailure): string =>
  /^\w{1,60}$/.test(errorName) ? maskLongRuns(errorName) : 'unknown error';

const hostOf = ({ endpointUrl, region }: AwsContext): string =>
  printable(endpointUrl ?? `cognito-idp.${region}.amazonaws.com`);

function unreachable(why: string, context: AwsContext): Words {
  return {
    message: `cannot reach ${hostOf(context)}: ${why}`,
    hint:
      context.endpointUrl === undefined
        ? `Check the network, the proxy, AWS_ENDPOINT_URL, and the region "${printable(context.region)}".`
        : 'Check --endpoint-url or AWS_ENDPOINT_URL, and that the server there is running.',
  };
}

function credentialWords(said: string, context: AwsContext): Words {
  const name = context.profile === undefined ? '' : ` for the profile "${printable(context.profile)}"`;
  const login = /\bsso\b/i.test(said);
  return login
    ? {
        message: `no AWS credentials${name}: the SSO session is missing or has expired`,
        hint: `Run: aws sso login${profileFlag(context)}`,
      }
    : {
        message: `no AWS credentials${name}`,
        hint: say`Run aws configure${profileFlag(context)}, name another profile with --profile, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Without AWS, ${onFile('init')} asks for each value.`,
      };
}

const expired = (context: AwsContext): Words => ({
  message: 'the AWS session has expired',
  hint: `Get new temporary keys, or run: aws sso login${profileFlag(context)}`,
});

const wrongKeys = (context: AwsContext): Words => ({
  message: 'AWS does not accept the access key: it is wrong, disabled or deleted',
  hint: `Check the keys: aws configure${profileFlag(context)}`,
});

function accessDenied(failure: CognitoFailure, context: AwsContext): Words {
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

function notFound({ operation, message }: CognitoFailure, context: AwsContext): Words {
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
    hint: `Check the ID, the region and the account: aws sts get-caller-identity${profileFlag(context)}`,
  };
}

const throttled = (failure: CognitoFailure): Words => ({
  message: `AWS throttled ${failure.operation} (${times(failure.attempts)})`,
  hint: 'Wait a minute and run the command again.',
});

const times = (count: number): string => (count === 1 ? '1 attempt' : `${String(count)} attempts`);

const said = ({ message }: CognitoFailure): string => printable(maskLongRuns(message));
