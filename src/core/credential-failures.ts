/**
 * Failures of AWS credentials as messages. Each cause has its own remedy, recognized from the SDK's own text. `aws configure`, which writes
 * long-lived keys, is suggested only for a profile with keys or without a source.
 */
import { closest, distance } from 'fastest-levenshtein';
import type { CognitoFailure } from './failures.ts';
import { clip, MASK, maskLongRuns, printable, shellWord } from './text/display.ts';
import { onFile, say, type Hint } from './text/hint.ts';

/** What failed, and what to do next. */
export interface Words {
  readonly message: string;
  readonly hint: Hint;
}

/** As far as credentials need it. */
interface Context {
  readonly region: string;
  readonly profile?: string | undefined;
}

/** The form of a secret access key, which has slashes. */
const SECRET_KEY = /(?<![\w/.+=-])[A-Za-z0-9/+=]{40}(?![\w/.+=-])/g;

/** What the error itself says: harmless, short and masked. */
export const said = ({ message }: CognitoFailure): string =>
  printable(clip(maskLongRuns(message.replace(SECRET_KEY, MASK)), 300));

/** The profile in use; undefined for the default one, and if the credentials are not from a profile. */
const profileOf = ({ origin }: CognitoFailure, { profile }: Context): string | undefined =>
  profile ?? (origin.source?.profile === 'default' ? undefined : origin.source?.profile);

/** ` --profile NAME` for a command of the AWS CLI, or nothing. */
export function profileFlag(failure: CognitoFailure, context: Context): string {
  const profile = profileOf(failure, context);
  return profile === undefined ? '' : ` --profile ${shellWord(profile)}`;
}

const profileWords = (failure: CognitoFailure, context: Context): string =>
  `the AWS profile "${printable(profileOf(failure, context) ?? 'default')}"`;

interface Cause {
  /** What the SDK says. */
  readonly says: RegExp;
  /** Only with credentials from there. */
  readonly kind?: NonNullable<CognitoFailure['origin']['source']>['kind'];
  readonly words: (failure: CognitoFailure, context: Context) => Words;
}

/** The first that fits counts. */
const CAUSES: readonly Cause[] = [
  { says: /requires multi-factor authentication/, words: needsMfa },
  {
    says: /Could not resolve credentials using profile|Detected a cycle/,
    kind: 'role',
    words: badSourceProfile,
  },
  { says: /credential_process/, words: failedProcess },
  {
    says: /invalid SSO credentials|Conflicting SSO|Sso session '.*' could not|missing required property '/,
    words: (failure, context) => ({
      message: `the SSO settings of ${profileWords(failure, context)} are wrong: ${said(failure)}`,
      hint: `Correct them: aws configure sso${profileFlag(failure, context)}`,
    }),
  },
  {
    says: /^(?:ForbiddenException|ResourceNotFoundException)\b|No access/,
    kind: 'sso',
    words: (failure, context) => ({
      message: `the SSO user has no access to the account or role of ${profileWords(failure, context)}`,
      hint: `Check sso_account_id and sso_role_name: aws configure list${profileFlag(failure, context)}`,
    }),
  },
  { says: /\bsso\b/i, words: ssoLogin },
  { says: /change in your password|insufficient permissions/, kind: 'login', words: refusedLogin },
  { says: /(?:)/, kind: 'sso', words: ssoLogin },
  {
    says: /(?:)/,
    kind: 'login',
    words: (failure, context) => ({
      message: `the aws login session of ${profileWords(failure, context)} is missing or has expired`,
      hint: renewal(failure, context),
    }),
  },
  { says: /(?:)/, kind: 'web-identity', words: badWebIdentity },
  { says: /(?:)/, kind: 'process', words: failedProcess },
];

/** Why no credentials could be loaded. */
export function credentialWords(failure: CognitoFailure, context: Context): Words {
  const { errorName, message, origin } = failure;
  if (errorName === 'ProfileNotFound') return noProfile(failure, context);
  const kind = origin.source?.kind;
  const cause = CAUSES.find((each) => each.says.test(message) && (each.kind ?? kind) === kind);
  if (cause !== undefined) return cause.words(failure, context);
  if (errorName.startsWith('Expired')) return expired(failure, context);
  if (/^(?:UnrecognizedClient|InvalidClientTokenId)/.test(errorName)) return wrongKeys(failure, context);
  if (/^SignatureDoesNotMatch|^InvalidSignature/.test(errorName)) return wrongSignature(failure, context);
  if (kind === 'role') return refusedRole(failure, context);
  const profile = profileOf(failure, context);
  return {
    message: `no AWS credentials${profile === undefined ? '' : ` for the profile "${printable(profile)}"`}`,
    hint: say`Run aws configure${profileFlag(failure, context)}, name another profile with --profile, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Without AWS, ${onFile('init')} asks for each value.`,
  };
}

function noProfile(failure: CognitoFailure, context: Context): Words {
  const { profiles = [] } = failure.origin;
  const name = profileOf(failure, context) ?? 'default';
  const [nearest] = [closest(name, [...profiles])].filter(
    (near) => profiles.length > 0 && distance(name, near) <= Math.max(1, Math.floor(name.length / 3)),
  );
  return {
    message: `AWS profile "${printable(name)}" not found`,
    hint:
      nearest === undefined
        ? 'Choose a profile that exists: aws configure list-profiles'
        : `Did you mean --profile ${shellWord(nearest)}? List all profiles: aws configure list-profiles`,
  };
}

function needsMfa(failure: CognitoFailure, context: Context): Words {
  const command = `aws configure export-credentials${profileFlag(failure, context)} --format env`;
  return {
    message: `${profileWords(failure, context)} requires an MFA code, and there is no terminal to ask for it`,
    hint: `Get temporary keys on a terminal, and run umconfig with them and without --profile: eval "$(${command})"`,
  };
}

function badSourceProfile(failure: CognitoFailure, context: Context): Words {
  const named = /using profile: \[(.+?)\]/.exec(failure.message)?.[1];
  const what =
    named === undefined
      ? 'the source_profile settings form a loop'
      : `its source_profile "${printable(named)}" is missing or has no credentials`;
  return {
    message: `no AWS credentials for the profile "${printable(profileOf(failure, context) ?? 'default')}": ${what}`,
    hint: `Correct source_profile in the AWS configuration. Profiles that exist: aws configure list-profiles`,
  };
}

function failedProcess(failure: CognitoFailure, context: Context): Words {
  const [, why = `failed: ${said(failure)}`] = /credential_process (.*)/.exec(said(failure)) ?? [];
  return {
    message: `credential_process of ${profileWords(failure, context)} ${why}`,
    hint: processHint(failure, context),
  };
}

const processHint = (failure: CognitoFailure, context: Context): string =>
  `Run its command alone to see the whole error: aws configure get credential_process${profileFlag(failure, context)}`;

function ssoLogin(failure: CognitoFailure, context: Context): Words {
  return {
    message: `the SSO session of ${profileWords(failure, context)} is missing or has expired`,
    hint: `Run: aws sso login${profileFlag(failure, context)}`,
  };
}

function refusedLogin(failure: CognitoFailure, context: Context): Words {
  const isPassword = failure.message.includes('password');
  return {
    message: isPassword
      ? `the aws login session of ${profileWords(failure, context)} has ended: the password changed`
      : `the aws login session of ${profileWords(failure, context)} cannot be renewed: permission signin:CreateOAuth2Token is missing`,
    hint: isPassword ? renewal(failure, context) : 'Ask the administrator of the AWS account to allow it.',
  };
}

function badWebIdentity(failure: CognitoFailure): Words {
  return failure.code === undefined
    ? {
        message: `AWS refused the web identity token: ${said(failure)}`,
        hint: 'Check that the token is current, and that the trust policy of the role (AWS_ROLE_ARN, or role_arn of the AWS profile) names its issuer and subject.',
      }
    : {
        message: `cannot read the web identity token: ${said(failure)}`,
        hint: 'Check the path in AWS_WEB_IDENTITY_TOKEN_FILE, or in web_identity_token_file of the AWS profile.',
      };
}

function refusedRole(failure: CognitoFailure, context: Context): Words {
  return {
    message: `cannot assume the role of ${profileWords(failure, context)}: ${said(failure)}`,
    hint: 'Check role_arn in the AWS configuration. The trust policy of the role, and the policy of the user, must allow sts:AssumeRole.',
  };
}

/** How to get new credentials from the same source. */
function renewal(failure: CognitoFailure, context: Context): string {
  const flag = profileFlag(failure, context);
  switch (failure.origin.source?.kind) {
    case 'environment':
      return 'Set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, for temporary keys, AWS_SESSION_TOKEN again.';
    case 'keys':
      return `Set new keys: aws configure${flag}`;
    case 'sso':
      return `Run: aws sso login${flag}`;
    case 'login':
      return `Run: aws login${flag}`;
    case 'process':
      return processHint(failure, context);
    case 'web-identity':
      return 'Renew the token in AWS_WEB_IDENTITY_TOKEN_FILE, or in web_identity_token_file of the AWS profile.';
    case 'role':
    case 'machine':
    case undefined:
      return `Check the credentials: aws sts get-caller-identity${flag}`;
  }
}

/** The session that the credentials belong to is over. */
export function expired(failure: CognitoFailure, context: Context): Words {
  const { source } = failure.origin;
  return {
    message: 'the AWS session has expired',
    hint:
      source === undefined || source.kind === 'machine'
        ? `Get new temporary keys, or run: aws sso login${profileFlag(failure, context)}`
        : renewal(failure, context),
  };
}

/** The regions that every account has. All later ones must be enabled. Source: AWS Account Management, Regions. */
const ALWAYS_ENABLED =
  /^(?:us-(?:east|west)-[12]|ca-central-1|sa-east-1|eu-(?:west-[123]|central-1|north-1)|ap-(?:south-1|northeast-[123]|southeast-[12])|us-gov-.*)?$/;

/** AWS does not know the access key. */
export function wrongKeys(failure: CognitoFailure, context: Context): Words {
  const { region } = context;
  const isOptIn = !ALWAYS_ENABLED.test(region);
  const hint = renewal(failure, context);
  return {
    message: `AWS does not accept the access key: it is wrong, disabled or deleted${isOptIn ? `, or the region ${printable(region)} is not enabled in this account` : ''}`,
    hint: isOptIn
      ? `${hint}. To check the region: aws account get-region-opt-status --region-name ${shellWord(region)}`
      : hint,
  };
}

/** The signature was refused: wrong secret access key, or wrong time. */
export function wrongSignature(failure: CognitoFailure, context: Context): Words {
  if (/expired|not yet current/i.test(failure.message)) return wrongClock(failure);
  return {
    message: 'AWS refused the signature: the secret access key is wrong',
    hint: renewal(failure, context),
  };
}

/** The time of the request differs too much from that of AWS. */
export const wrongClock = (failure: CognitoFailure): Words => ({
  message: `AWS refused the request because the clock of this machine is wrong: ${said(failure)}`,
  hint: 'Compare the output of date -u with the current time in UTC, and turn on time synchronization.',
});
