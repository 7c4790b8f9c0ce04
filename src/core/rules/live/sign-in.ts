/** What a real sign-in shows that keeps the server from letting people in as meant, although Cognito does. */
import { shellWord } from '../../text/display.ts';
import { keyOf } from '../../config/fields.ts';
import type { Finding, FindingArgs } from '../finding.ts';
import type { Layout } from '../../config/layouts.ts';
import { ADMIN_GROUP } from '../../config/requirements.ts';
import type { ReplyFault, RoleDecision } from '../../cognito/sign-in.ts';
import { judge, rule, type Rule } from '../rule.ts';

/** A sign-in whose tokens have been verified. */
export interface SignInFacts {
  readonly layout: Layout;
  readonly poolId: string;
  readonly region: string;
  /** Whether the file has login switched on, as the server reads it. */
  readonly isLoginOn: boolean;
  readonly email: string | undefined;
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
    'the reply of the token endpoint has fewer than three parts: the Go server sends such a user to the login page again and again',
  order:
    'the Go server cuts the reply of the token endpoint apart by position, and with this one it gets no tokens: the login ends back at /',
  missing:
    'the pages of the Node server need the id, access and refresh tokens and their type, and one is missing: the login is forgotten at once',
};

export const SIGN_IN_RULES: readonly Rule<SignInFacts>[] = [
  rule<ReplyArgs, SignInFacts>({
    code: 'token-reply-unusable',
    severity: 'error',
    title: 'The server cannot use the reply of the token endpoint',
    why: 'The Go server cuts the reply apart by position instead of reading it: id token, access token and refresh token in this order, without blanks. The pages of the Node server use the tokens only if all of them are there. What Cognito sends fits both.',
    fix: 'Check that the token URL is the token endpoint of Cognito and no gateway before it.',
    check: ({ layout, replyFault: fault }) =>
      fault === undefined ? [] : [{ path: keyOf('awsTokenURL', layout)?.path ?? '', args: { fault } }],
    message: ({ fault }) => REPLY_WORDS[fault],
    hint: () => 'Check that the token URL is the token endpoint of Cognito and no gateway before it.',
  }),
  rule<FindingArgs, SignInFacts>({
    code: 'id-token-without-email',
    severity: 'error',
    layouts: ['flat'],
    title: 'The id token holds no email address',
    why: 'The Go server refuses an id token without `email` and sends the user back to `/`.',
    fix: `Allow the scope \`email\` (${CLIENT} → Login pages), make the attribute readable (→ Attribute permissions), and give the user an email address.`,
    check: ({ email }) => (email === undefined ? [{ path: 'clientId', args: {} }] : []),
    message: () =>
      'the id token holds no email address: the Go server refuses it and sends the user back to /',
    hint: () =>
      `${CLIENT} → Login pages: the scope Email; → Attribute permissions: email readable; and the user needs an email address.`,
  }),
];

/** The findings of a sign-in. Two of them are `doctor`'s, seen here in one user. */
export function judgeSignIn(facts: SignInFacts): readonly Finding[] {
  return [...judge(SIGN_IN_RULES, facts), ...switchedOff(facts), ...madeWorker(facts)];
}

function switchedOff({ layout, isLoginOn }: SignInFacts): readonly Finding[] {
  const path = keyOf('userManagement', layout)?.path ?? '';
  return isLoginOn ? [] : [{ code: 'login-not-on', severity: 'warning', path, args: {} }];
}

function madeWorker({ layout, poolId, region, email, decision }: SignInFacts): readonly Finding[] {
  const { role, groups } = decision;
  if (role !== 'worker' || !groups.includes(ADMIN_GROUP)) return [];
  const others = groups.filter((group) => group !== ADMIN_GROUP).join(', ');
  const who = [`${email ?? 'this user'} (also in ${others})`];
  const args = { pool: shellWord(poolId), region: shellWord(region), who, more: 0 };
  return [
    {
      code: 'admin-in-second-group',
      severity: 'warning',
      path: keyOf('userPoolID', layout)?.path ?? '',
      args,
    },
  ];
}
