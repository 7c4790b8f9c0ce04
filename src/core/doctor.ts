/**
 * CHECKS: the rows of doctor's report, in the order in which causes come before what follows from them. A check fails or
 * warns by the findings that are about it; without any, its `look` says what was seen.
 */
import type { AccountFacts } from './rules/account/facts.ts';
import { clip, printable, shellWord } from './text/display.ts';
import { onFile, say, type Hint } from './text/hint.ts';
import { keyOf, type FieldName } from './config/fields.ts';
import type { Finding } from './rules/finding.ts';
import {
  answerOf,
  FAILURE_WORDS,
  isOffline,
  MEND_FILE,
  refusalOf,
  type Asked,
  type LiveFacts,
} from './rules/live/facts.ts';
import type { AuthorizeAnswer, LogoutAnswer, Unclear } from './cognito/oauth-answers.ts';
import { judgeAccount } from './rules/account/index.ts';
import { judgeLive } from './rules/live/index.ts';

export type CheckStatus = 'pass' | 'fail' | 'warning' | 'skipped' | 'inconclusive';

export type CheckName =
  | 'file'
  | 'oidc'
  | 'jwks'
  | 'domain'
  | 'client'
  | 'authorize'
  | 'secret'
  | 'sign-out'
  | 'group'
  | 'log'
  | 'network';

/** One line of the report. */
export interface CheckResult {
  readonly check: CheckName;
  readonly status: CheckStatus;
  /** What was seen, in a clause; empty where the findings say it all. */
  readonly seen: string;
  /** What to do where the check could not be made; findings have hints of their own. */
  readonly hint: Hint;
  readonly findings: readonly Finding[];
  /** An earlier check that explains this one. */
  readonly follows: CheckName | undefined;
}

/** What a check comes to where no finding is about it. */
interface Sight {
  readonly status: Exclude<CheckStatus, 'fail' | 'warning'>;
  readonly seen: string;
  readonly hint?: Hint;
}

interface CheckRow {
  readonly name: CheckName;
  /** Findings that are about it. */
  readonly codes: readonly string[];
  /** Those of them that fail it although they are no errors elsewhere. */
  readonly fatal?: readonly string[];
  /** Findings of other checks that explain why this one could not be decided. */
  readonly after?: readonly string[];
  readonly look: (facts: LiveFacts) => Sight;
}

/** Without these there is no login page to ask. */
const NO_DOMAIN = [
  'pool-without-domain',
  'custom-domain-only',
  'domain-of-other-pool',
  'domain-not-active',
  'pool-has-another-domain',
  'domain-not-found',
] as const;
const NO_CLIENT = ['client-not-found', 'client-unknown'] as const;

export const CHECKS: readonly CheckRow[] = [
  {
    name: 'file',
    codes: ['login-not-on'],
    look: ({ fileFindings }) => {
      const warnings = fileFindings.filter(({ severity }) => severity === 'warning').length;
      return warnings === 0
        ? pass('the file is right as far as it can be told offline')
        : {
            ...pass(`no errors; warnings: ${String(warnings)}`),
            hint: say`${onFile('validate')}`,
          };
    },
  },
  {
    name: 'oidc',
    codes: ['pool-not-found', 'issuer-updated', 'discovery-differs'],
    look: ({ oidc, meant }) =>
      published(oidc, () =>
        pass(`the user pool ${meant.poolId} names the issuer and JWKS that the server expects`),
      ),
  },
  {
    name: 'jwks',
    codes: ['jwks-without-keys'],
    after: ['pool-not-found'],
    look: ({ jwks }) => published(jwks, ({ rs256 }) => pass(`keys for RS256: ${String(rs256)}`)),
  },
  {
    name: 'domain',
    codes: [...NO_DOMAIN, 'login-pages-unavailable'],
    after: ['pool-not-found'],
    look: ({ loginPage, meant }) =>
      answered(loginPage, (answer) => {
        if (answer.kind === 'unclear') return inconclusive(answer.seen);
        const page = answer.kind === 'accepted' ? 'the login page' : 'the hosted UI';
        return pass(`${page} answers at ${meant.host}`);
      }),
  },
  {
    name: 'client',
    codes: [
      'client-not-found',
      'client-without-secret',
      'client-with-secret',
      'code-flow-off',
      'scope-missing',
      'email-not-readable',
      'callback-not-registered',
      'no-fitting-callback',
      'sign-out-not-registered',
      'no-sign-out-url',
      'no-identity-provider',
      'provider-not-found',
    ],
    after: ['pool-not-found'],
    look: lookAtClient,
  },
  {
    name: 'authorize',
    codes: ['client-unknown', 'callback-refused', 'code-flow-refused', 'scope-refused'],
    after: [...NO_DOMAIN, 'pool-not-found', 'login-pages-unavailable'],
    look: ({ authorize }) =>
      answered(authorize, (answer) =>
        answer.kind === 'accepted'
          ? pass('a sign-in with this client, callback URL, openid and email is accepted')
          : inconclusive(wordsOf(answer)),
      ),
  },
  {
    name: 'secret',
    codes: ['secret-refused', 'client-wants-secret', 'second-secret'],
    after: [...NO_DOMAIN, ...NO_CLIENT, 'pool-not-found', 'code-flow-off', 'code-flow-refused'],
    look: lookAtSecret,
  },
  {
    name: 'sign-out',
    codes: ['sign-out-refused'],
    after: [...NO_DOMAIN, ...NO_CLIENT, 'pool-not-found'],
    look: ({ signOut }) =>
      answered(signOut, (answer) =>
        answer.kind === 'accepted'
          ? pass('signing out leads back to the sign-out URL')
          : inconclusive(wordsOf(answer)),
      ),
  },
  {
    name: 'group',
    codes: ['no-admin-group', 'no-admins', 'admin-in-second-group'],
    // Without it nobody can make a project, whatever else is right.
    fatal: ['no-admin-group'],
    after: ['pool-not-found'],
    look: lookAtGroup,
  },
  {
    name: 'log',
    codes: ['secret-in-log'],
    look: () => skipped('the server prints no secret', ''),
  },
];

/** What a finding follows from, where both are there. The one that explains it is the cause. */
const FOLLOWS: Readonly<Record<string, readonly string[]>> = {
  'pool-not-found': ['region-mismatch', 'pool-id-format', 'region-format'],
  'discovery-differs': ['issuer-updated', 'region-mismatch'],
  'jwks-without-keys': ['pool-not-found'],
  'pool-has-another-domain': ['domain-of-other-pool', 'domain-not-prefix'],
  'domain-not-found': ['pool-not-found', ...NO_DOMAIN.slice(0, -1), 'domain-not-prefix', 'base-uri-not-host'],
  'client-not-found': ['secret-and-id-swapped', 'client-id-format'],
  'client-unknown': [...NO_DOMAIN, 'client-not-found', 'secret-and-id-swapped', 'client-id-format'],
  'callback-refused': ['callback-not-registered', 'no-fitting-callback', 'redirect-path', 'redirect-port'],
  'code-flow-refused': ['code-flow-off'],
  'scope-refused': ['scope-missing'],
  'secret-refused': [...NO_CLIENT, 'client-without-secret', 'secret-and-id-swapped', 'secret-format'],
  'client-wants-secret': [...NO_CLIENT, 'client-with-secret'],
  'sign-out-refused': [...NO_CLIENT, 'sign-out-not-registered', 'no-sign-out-url'],
};

/** Every check that applies, in the order of the table; one alone where there is no network. */
export function judgeChecks(facts: LiveFacts): readonly CheckResult[] {
  const live = judgeLive(facts);
  if (isOffline(facts)) return [networkResult(live)];
  const account = facts.account.kind === 'seen' ? judgeAccount(facts.account.facts) : [];
  const errors = facts.fileFindings.filter(({ severity }) => severity === 'error');
  const findings = [...errors, ...account, ...live];
  return CHECKS.filter(({ name }) => applies(name, facts)).map((row) => resultOf(row, facts, findings));
}

function networkResult(live: readonly Finding[]): CheckResult {
  const findings = live.filter(({ code }) => code === 'no-network');
  return { check: 'network', status: 'fail', seen: '', hint: '', findings, follows: undefined };
}

function applies(name: CheckName, { layout }: LiveFacts): boolean {
  return layout === 'flat' || (name !== 'log' && name !== 'sign-out');
}

function resultOf(row: CheckRow, facts: LiveFacts, all: readonly Finding[]): CheckResult {
  const own = all.filter((finding) => checkOf(finding, facts) === row.name);
  const causeOf = ({ code }: Finding): Finding | undefined =>
    all.find((other) => FOLLOWS[code]?.includes(other.code));
  const isWithin = (finding: Finding | undefined): boolean =>
    finding !== undefined && checkOf(finding, facts) === row.name;
  // Of what one check finds, only the cause is worth saying.
  const told = own.filter((finding) => !isWithin(causeOf(finding)));
  const isFatal = ({ severity, code }: Finding): boolean =>
    severity === 'error' || row.fatal?.includes(code) === true;
  const [first] = told;
  if (first !== undefined) {
    const status = told.some(isFatal) ? 'fail' : 'warning';
    const causes = told.map(causeOf);
    const cause = causes.every((one) => one !== undefined) ? causes[0] : undefined;
    const follows = cause === undefined ? undefined : checkOf(cause, facts);
    return { check: row.name, status, seen: '', hint: '', findings: told, follows };
  }
  const { status, seen, hint = '' } = row.look(facts);
  const cause = status === 'pass' ? undefined : all.find(({ code }) => row.after?.includes(code));
  const follows = cause === undefined ? undefined : checkOf(cause, facts);
  return { check: row.name, status, seen, hint, findings: [], follows };
}

/** Where a drifted key belongs. */
const DRIFT: readonly (readonly [CheckName, readonly FieldName[]])[] = [
  ['oidc', ['region', 'userPoolID']],
  ['jwks', ['awsJwkUrl']],
  ['domain', ['domainName', 'awsTokenURL']],
  ['client', ['clientId']],
];

/** The check that a finding belongs to; what no check is about is told elsewhere. */
function checkOf({ code, path }: Finding, facts: LiveFacts): CheckName | undefined {
  if (code === 'differs-from-account') {
    return DRIFT.find(([, names]) => names.some((name) => keyOf(name, facts.layout)?.path === path))?.[0];
  }
  const row = CHECKS.find(({ codes }) => codes.includes(code));
  if (row !== undefined) return row.name;
  return facts.fileFindings.some((finding) => finding.code === code) ? 'file' : undefined;
}

const pass = (seen: string): Sight => ({ status: 'pass', seen });
const inconclusive = (seen: string): Sight => ({ status: 'inconclusive', seen });
const skipped = (seen: string, hint: Hint): Sight => ({ status: 'skipped', seen, hint });

/** An answer of the hosted UI that is neither a yes nor the finding of a rule. */
function wordsOf(answer: AuthorizeAnswer | LogoutAnswer): string {
  if (answer.kind === 'unclear') return answer.seen;
  return answer.kind === 'not-there' ? 'there is no such page (HTTP 404)' : 'there are no login pages';
}

/** What an answer shows, or why there is none. */
function answered<T>(asked: Asked<T>, look: (answer: T) => Sight): Sight {
  return asked.kind === 'answered' ? look(asked.answer) : unanswered(asked);
}

function unanswered(asked: Exclude<Asked<never>, { readonly kind: 'answered' }>): Sight {
  return asked.kind === 'not-asked'
    ? skipped(asked.why, asked.remedy)
    : inconclusive(`${asked.host}: ${FAILURE_WORDS[asked.failure]} (${printable(asked.detail)})`);
}

function published<T extends { readonly kind: 'document' }>(
  asked: Asked<T | { readonly kind: 'not-there' } | Unclear>,
  look: (document: T) => Sight,
): Sight {
  return answered(asked, (answer) => {
    if (answer.kind === 'unclear') return inconclusive(answer.seen);
    return answer.kind === 'document' ? look(answer) : inconclusive('there is no such document');
  });
}

/** Right only where the real secret gives `invalid_grant` and the changed one `invalid_client`. */
function lookAtSecret({ secret: { real, changed } }: LiveFacts): Sight {
  const isRight =
    refusalOf(real) === 'invalid_grant' && (changed === undefined || refusalOf(changed) === 'invalid_client');
  if (isRight) {
    return pass(
      changed === undefined
        ? 'the token endpoint takes the app client without a secret'
        : 'the token endpoint takes the secret, and refuses it with one character changed',
    );
  }
  if (real.kind !== 'answered') return unanswered(real);
  const answer = `the token endpoint answers ${answerWords(real)}`;
  if (changed === undefined) return inconclusive(answer);
  if (changed.kind !== 'answered' && refusalOf(real) === 'invalid_grant') return unanswered(changed);
  return inconclusive(
    `${answer} with the secret, and ${answerWords(changed)} with one character of it changed`,
  );
}

function answerWords(asked: LiveFacts['secret']['real']): string {
  const answer = answerOf(asked);
  if (answer === undefined) return 'nothing';
  if (answer.kind === 'refused') return answer.error;
  return answer.kind === 'tokens' ? 'tokens for a code that nobody has' : answer.seen;
}

/** What could not be seen, with the reason where it is not the credentials. */
const hiddenWords = (hidden: AccountFacts['hidden']): string =>
  hidden.map(({ action, why }) => `cognito-idp:${action}${why === undefined ? '' : `: ${why}`}`).join(', ');

const hiddenHint = ({ hidden, pool }: Pick<AccountFacts, 'hidden' | 'pool'>): string =>
  hidden.every(({ reason }) => reason === 'failed')
    ? 'Run it again.'
    : `umconfig iam-policy --pool ${shellWord(pool.id)} prints the policy that is needed.`;

function lookAtClient({ account, layout, meant }: LiveFacts): Sight {
  if (account.kind === 'unseen') return skipped(account.why, account.remedy);
  if (meant.clientId === '') {
    const key = keyOf('clientId', layout)?.path ?? '';
    return skipped(`the file does not say ${key}`, MEND_FILE);
  }
  const { hidden } = account.facts;
  const fits = pass('code flow, scopes, URLs and secret of the app client are as the server needs them');
  if (hidden.length === 0) return fits;
  return { ...fits, seen: `${fits.seen}; hidden: ${hiddenWords(hidden)}`, hint: hiddenHint(account.facts) };
}

const MANY = 10;

function lookAtGroup({ account }: LiveFacts): Sight {
  if (account.kind === 'unseen') return skipped(account.why, account.remedy);
  const { facts, admins } = account;
  if (facts.groups === undefined || admins === undefined) {
    return skipped(
      `who is in the group admin could not be seen (${hiddenWords(facts.hidden)})`,
      hiddenHint(facts),
    );
  }
  const names = admins.slice(0, MANY).map(({ name }) => printable(clip(name)));
  const more = admins.length - names.length;
  return pass(`in the group admin: ${names.join(', ')}${more > 0 ? ` and ${String(more)} more` : ''}`);
}
