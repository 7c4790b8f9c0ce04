/** What a real sign-in shows: Cognito accepts the user, but the server does not, or gives an unexpected role. */
import { keyOf } from '../../config/fields.ts';
import type { Finding, FindingArgs } from '../finding.ts';
import type { Layout } from '../../config/layouts.ts';
import { ADMIN_GROUP } from '../../config/requirements.ts';
import { isInProviderGroup, leaveGroup, type ReplyFault, type RoleDecision } from '../../cognito/sign-in.ts';
import { judge, rule, type Rule } from '../rule.ts';

/** A sign-in whose tokens have been verified. */
export interface SignInFacts {
  readonly layout: Layout;
  readonly poolId: string;
  readonly region: string;
  /** Whether the file has login switched on, as the server reads it. */
  readonly isLoginOn: boolean;
  readonly email: string | undefined;
  readonly username: string | undefined;
  readonly replyFault: ReplyFault | undefined;
  readonly decision: RoleDecision;
}

// The argument types are aliases because an interface has no index signature.
/* eslint-disable @typescript-eslint/consistent-type-definitions */
type ReplyArgs = { readonly fault: ReplyFault };
/* eslint-enable @typescript-eslint/consistent-type-definitions */

const CLIENT = 'your pool → App clients → your client';

const REPLY_WORDS: Readonly<Record<ReplyFault, string>> = {
  'too-few-parts':
    'the reply of the token endpoint has fewer than three parts, so the Go server redirects to the login page again and again',
  order:
    'the reply of the token endpoint does not have the tokens in the expected order, so the Go server gets no tokens and redirects to /',
  missing:
    'the reply of the token endpoint lacks the ID token, access token, refresh token or token type, so the Node server’s pages forget the login',
};

export const SIGN_IN_RULES: readonly Rule<SignInFacts>[] = [
  rule<ReplyArgs, SignInFacts>({
    code: 'token-reply-unusable',
    severity: 'error',
    title: 'The server cannot use the reply of the token endpoint',
    why: 'The Go server splits the reply by position: ID token, access token, refresh token, without spaces. The Node server’s pages need all of them. Cognito’s own reply fits both.',
    fix: 'Check that the token URL is Cognito’s token endpoint, without a gateway in between.',
    check: ({ layout, replyFault: fault }) =>
      fault === undefined ? [] : [{ path: keyOf('awsTokenURL', layout)?.path ?? '', args: { fault } }],
    message: ({ fault }) => REPLY_WORDS[fault],
  }),
  rule<FindingArgs, SignInFacts>({
    code: 'id-token-without-email',
    severity: 'error',
    layouts: ['flat'],
    title: 'The ID token has no email address',
    why: 'The ID token has an email address only if the app client allows the scope `email`, can read the attribute, and the user has one.',
    fix: `Select the scope Email (${CLIENT} → Login pages) and Read for email (→ Attribute permissions), and give the user an email address.`,
    check: ({ email }) => (email === undefined ? [{ path: 'clientId', args: {} }] : []),
    message: () => 'The ID token has no email address, so the Go server refuses it and redirects to /',
  }),
];

/** The findings of a sign-in. Two of them are also found by `doctor`. */
export function judgeSignIn(facts: SignInFacts): readonly Finding[] {
  return [...judge(SIGN_IN_RULES, facts), ...switchedOff(facts), ...madeWorker(facts)];
}

function switchedOff({ layout, isLoginOn }: SignInFacts): readonly Finding[] {
  const path = keyOf('userManagement', layout)?.path ?? '';
  return isLoginOn ? [] : [{ code: 'login-not-on', severity: 'warning', path, args: {} }];
}

function madeWorker({ layout, poolId, region, email, username, decision }: SignInFacts): readonly Finding[] {
  const { role, groups } = decision;
  if (role !== 'worker' || !groups.includes(ADMIN_GROUP)) return [];
  const others = groups.filter((group) => group !== ADMIN_GROUP);
  const path = keyOf('userPoolID', layout)?.path ?? '';
  const isFederated = isInProviderGroup(groups);
  const name = (isFederated ? username : email) ?? username ?? 'this user';
  const who = { who: [`${name} (also in ${others.join(', ')})`], more: 0 };
  if (isFederated) return [{ code: 'federated-admin', severity: 'warning', path, args: who }];
  const command = leaveGroup(poolId, username ?? 'NAME', others[0] ?? '', region);
  return [{ code: 'admin-in-second-group', severity: 'warning', path, args: { ...who, command } }];
}
