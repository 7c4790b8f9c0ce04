/** Expected failures in plain words. What is not one of these is a bug of ours. */
import type { CognitoFailure, FileFailure, FileFailureKind } from './failures.ts';
import { EXIT } from './exit-codes.ts';
import { maskLongRuns, printable, shellWord } from './text/display.ts';
import { onFile, say, type Hint } from './text/hint.ts';

/** Something that the user can do something about: what is wrong, and what to do next. */
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

/** The command line was wrong, or an answer is missing and there is nobody to ask. */
export class UsageError extends ExpectedError {
  constructor(message: string, hint?: Hint) {
    super(message, { exitCode: EXIT.usage, hint });
  }
}

/** The world failed: disk, permissions, network, AWS. */
export class WorldError extends ExpectedError {
  constructor(message: string, hint?: Hint) {
    super(message, { exitCode: EXIT.world, hint });
  }
}

const FILE_FAILURES: Readonly<
  Record<FileFailureKind, (path: string, detail: string) => { message: string; hint: string; usage?: true }>
> = {
  missing: (path) => ({
    message: `${path}: there is no such file or directory`,
    hint: 'Check the path.',
    usage: true,
  }),
  directory: (path) => ({
    message: `${path}: this is a directory`,
    hint: 'Name the file in it.',
    usage: true,
  }),
  'dangling-link': (path) => ({
    message: `${path}: this link points to nothing`,
    hint: 'Remove the link, or make the file that it points to.',
    usage: true,
  }),
  'not-a-file': (path) => ({
    message: `${path}: this is not a regular file`,
    hint: 'Name a regular file.',
    usage: true,
  }),
  'not-permitted': (path, detail) => ({
    message: `${path}: not permitted (${detail})${detail === 'EPERM' ? ', perhaps because it is immutable' : ''}`,
    hint:
      detail === 'EPERM'
        ? `See its attributes and its owner: lsattr ${shellWord(path)}; ls -l ${shellWord(path)}. To change an immutable file: sudo chattr -i ${shellWord(path)}`
        : `Check who owns it: ls -l ${shellWord(path)}`,
  }),
  'not-replaceable': (path, detail) => ({
    message: `${path}: cannot be replaced (${detail}), since it is a mount point`,
    hint: 'Mount its directory instead of the file.',
  }),
  'read-only': (path) => ({
    message: `${path}: the file system is read-only`,
    hint: 'Write to another place: --config FILE, or --output FILE for a report.',
  }),
  'disk-full': (path) => ({
    // Reports are written in place.
    message: `${path}: no space left on the disk (a configuration file stays as it was, a report may be cut off)`,
    hint: 'Make room and run the command again.',
  }),
  'changed-on-disk': (path) => ({
    message: `${path}: changed on disk since it was read; nothing was written`,
    hint: 'Somebody else is editing it. Run the command again.',
  }),
  io: (path, detail) => ({ message: `${path}: ${detail}`, hint: 'Check the disk and the path.' }),
};

/** A file failure in plain words: exit 2 where another path is wanted, 3 where the disk refused. */
export function describeFileFailure(failure: FileFailure): ExpectedError {
  const { message, hint, usage } = FILE_FAILURES[failure.kind](
    printable(failure.path),
    printable(failure.detail),
  );
  return usage === true ? new UsageError(message, hint) : new WorldError(message, hint);
}

/** What was asked of AWS, for messages that must name it. */
export interface AwsContext {
  readonly region: string;
  readonly profile?: string | undefined;
  readonly userPoolId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly endpointUrl?: string | undefined;
  /** The person that the call was about. */
  readonly user?: string | undefined;
  /** Asked by `users`, which has a policy of its own: the one for reads alone would not get it far. */
  readonly isForUsers?: boolean | undefined;
}

interface Words {
  readonly message: string;
  readonly hint: Hint;
}

const NETWORK_CODES: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name could not be looked up',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was cut off',
  EPIPE: 'the connection was cut off',
  ETIMEDOUT: 'no answer in time',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  CERT_HAS_EXPIRED: 'the TLS certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the TLS certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'a TLS certificate on the way is self-signed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the TLS certificate cannot be verified',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the TLS certificate is from an authority that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT: 'the TLS certificate is from an authority that is not trusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the TLS certificate is for another host',
};

const profileFlag = ({ profile }: AwsContext): string =>
  profile === undefined ? '' : ` --profile ${shellWord(profile)}`;

type Describe = (failure: CognitoFailure, context: AwsContext) => Words;

/** A Map, since the names come from outside: an object knows `constructor`, too. */
const NAMED: ReadonlyMap<string, Describe> = new Map(
  Object.entries<Describe>({
    CredentialsProviderError: (failure, context) => credentialWords(failure.message, context),
    TokenProviderError: (failure, context) => credentialWords(failure.message, context),
    ExpiredTokenException: (_failure, context) => expired(context),
    ExpiredToken: (_failure, context) => expired(context),
    UnrecognizedClientException: (_failure, context) => wrongKeys(context),
    InvalidClientTokenId: (_failure, context) => wrongKeys(context),
    InvalidSignatureException: (_failure, context) => ({
      message:
        'AWS did not accept the signature: the secret access key is wrong, or the clock of this machine is off',
      hint: `Compare the clock (date -u) with the real time, and check the keys: aws configure${profileFlag(context)}`,
    }),
    AccessDeniedException: accessDenied,
    NotAuthorizedException: accessDenied,
    ResourceNotFoundException: notFound,
    InvalidParameterException: (failure, context) => ({
      message: `AWS refuses the request ${failure.operation}: ${said(failure)}`,
      hint:
        context.user === undefined
          ? `Check the user pool id${context.userPoolId === undefined ? '' : ` ${printable(context.userPoolId)}`} and the app client id.`
          : 'Check the email address, and which attributes the user pool requires of its users.',
    }),
    UsernameExistsException: () => ({
      message: 'there is such a user already',
      hint: say`Nothing need be done; ${onFile('users list')} shows them.`,
    }),
    AliasExistsException: () => ({
      message: 'another user has this email address',
      hint: say`Find them with ${onFile('users list', '--search')}, and keep one.`,
    }),
    UserNotFoundException: () => ({
      message: 'there is no such user any more',
      hint: say`Somebody else has removed them. Look again: ${onFile('users list')}`,
    }),
    LimitExceededException: (failure) => ({
      message: `a limit of AWS is reached: ${said(failure)}`,
      hint: 'Cognito itself sends 50 emails a day. Give the user pool an SES identity of your own (Authentication methods → Email), leave the invitations out with --no-invite, or go on tomorrow: the same command does only what is left.',
    }),
    CodeDeliveryFailureException: () => ({
      message: 'the user was made, but the invitation could not be sent',
      hint: 'Check the email settings of the user pool (Authentication methods → Email), then send the invitation again in the AWS console.',
    }),
    UserLambdaValidationException: (failure) => ({
      message: `a Lambda trigger of the user pool refuses: ${said(failure)}`,
      hint: 'Ask whoever wrote the trigger (user pool → Extensions).',
    }),
    UnsupportedUserStateException: (failure) => ({
      message: `the user's state does not allow it: ${said(failure)}`,
      hint: say`${onFile('users list')} shows the state.`,
    }),
    TooManyRequestsException: (failure) => throttled(failure),
    ThrottlingException: (failure) => throttled(failure),
    UnexpectedAnswer: (_failure, context) => ({
      message: `what answers at ${hostOf(context)} is not Cognito: its answer cannot be read`,
      hint:
        context.endpointUrl === undefined
          ? 'Check for a proxy or for the login page of a network (curl -I https://aws.amazon.com).'
          : 'Check --endpoint-url (or AWS_ENDPOINT_URL): is the server there a Cognito API?',
    }),
    TimeoutError: (_failure, context) => unreachable('no answer in time', context),
  }),
);

/** An AWS failure in plain words with its remedy. Always exit 3: nothing is wrong with the file. */
export function describeCognitoFailure(failure: CognitoFailure, context: AwsContext): WorldError {
  const words = (NAMED.get(failure.errorName) ?? otherFailure)(failure, context);
  return new WorldError(words.message, words.hint);
}

/** Failures after which every further call would fail as well, or nothing is known of the call. */
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
 * What a failure of a call about one person says of the others: `world`, the world failed and nothing further will do;
 * `limit`, AWS takes no more for now; `person`, only this one.
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
    hint: 'Try again; with --debug the whole error is shown.',
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

/** The name of an error comes from the other side, too. */
const nameOf = ({ errorName }: CognitoFailure): string =>
  /^\w{1,60}$/.test(errorName) ? maskLongRuns(errorName) : 'an error without a proper name';

const hostOf = ({ endpointUrl, region }: AwsContext): string =>
  printable(endpointUrl ?? `cognito-idp.${region}.amazonaws.com`);

function unreachable(why: string, context: AwsContext): Words {
  return {
    message: `cannot reach ${hostOf(context)}: ${why}`,
    hint:
      context.endpointUrl === undefined
        ? `Check the network, a proxy, AWS_ENDPOINT_URL if it is set, and whether "${printable(context.region)}" is the right region.`
        : 'Check --endpoint-url (or AWS_ENDPOINT_URL) and whether the server there is running.',
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
        hint: say`Run aws configure${profileFlag(context)}, name another profile with --profile, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Without AWS: ${onFile('init')} asks for each value.`,
      };
}

const expired = (context: AwsContext): Words => ({
  message: 'the AWS session has expired',
  hint: `Refresh it: aws sso login${profileFlag(context)}, or get new temporary keys.`,
});

const wrongKeys = (context: AwsContext): Words => ({
  message: 'AWS does not know the access key: it is wrong, disabled or deleted',
  hint: `Check the keys: aws configure${profileFlag(context)}`,
});

function accessDenied(failure: CognitoFailure, context: AwsContext): Words {
  const pool = context.userPoolId === undefined ? '' : ` --pool ${shellWord(context.userPoolId)}`;
  const users = context.isForUsers === true ? ' --users' : '';
  return {
    message: `not allowed: the credentials lack cognito-idp:${failure.operation}`,
    hint: `umconfig iam-policy${users}${pool} prints the policy that is needed.`,
  };
}

/** Operations whose ResourceNotFoundException is about a group, unless Cognito names the pool. */
const ABOUT_A_GROUP: ReadonlySet<string> = new Set([
  'AdminAddUserToGroup',
  'AdminRemoveUserFromGroup',
  'ListUsersInGroup',
]);

function notFound({ operation, message }: CognitoFailure, context: AwsContext): Words {
  if (ABOUT_A_GROUP.has(operation) && !/pool/i.test(message)) {
    const where = context.userPoolId === undefined ? '' : ` ${printable(context.userPoolId)}`;
    return {
      message: `there is no such group in the user pool${where} any more`,
      hint: 'Somebody has deleted it meanwhile. Run the same command again: what needs the group makes it.',
    };
  }
  const pool = context.userPoolId === undefined ? 'user pool' : `user pool ${printable(context.userPoolId)}`;
  const client =
    context.clientId === undefined ? '' : ` with app client ${printable(maskLongRuns(context.clientId))}`;
  return {
    message: `there is no ${pool}${client} in ${printable(context.region)} in this account`,
    hint: `Check the id, the region and the account: aws sts get-caller-identity${profileFlag(context)}`,
  };
}

const throttled = (failure: CognitoFailure): Words => ({
  message: `AWS throttled ${failure.operation}, after ${times(failure.attempts)}`,
  hint: 'Wait a minute and run the command again.',
});

const times = (count: number): string => (count === 1 ? '1 try' : `${String(count)} tries`);

const said = ({ message }: CognitoFailure): string => printable(maskLongRuns(message));
