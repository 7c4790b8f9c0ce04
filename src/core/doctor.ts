/**
 * CHECKS: the rows of doctor's report; causes come before consequences. A check fails or warns if there are findings
 * whose rows name it; otherwise `look` gives its status and what was seen.
 */
import type { AccountFacts } from './rules/account/facts.ts';
import { capital, clip, printable, shellWord } from './text/display.ts';
import { onFile, say, type Hint } from './text/hint.ts';
import type { CheckName } from './config/checks.ts';
import { fieldAt, keyOf, nameOfKey } from './config/fields.ts';
import type { Finding } from './rules/finding.ts';
import {
  answerOf,
  FAILURE_WORDS,
  isOffline,
  FIX_FILE,
  refusalOf,
  type Asked,
  type LiveFacts,
} from './rules/live/facts.ts';
import type { AuthorizeAnswer, LogoutAnswer, TokenAnswer, Unclear } from './cognito/oauth-answers.ts';
import { explainRefusal, refusalText } from './cognito/oauth-errors.ts';
import { judgeAccount } from './rules/account/index.ts';
import { judgeLive } from './rules/live/index.ts';
import { ruleFor } from './rules/index.ts';
import type { Need } from './rules/rule.ts';

export type CheckStatus = 'pass' | 'fail' | 'warning' | 'skipped' | 'inconclusive';

/** One line of the report. */
export interface CheckResult {
  readonly check: CheckName;
  readonly status: CheckStatus;
  /** What was seen, as a clause; empty if there are findings. */
  readonly seen: string;
  /** What to do if the check was not possible; findings have their own hints. */
  readonly hint: Hint;
  readonly findings: readonly Finding[];
  /** An earlier check that explains this one. */
  readonly follows: CheckName | undefined;
}

/** The result of a check without findings. */
interface Sight {
  readonly status: Exclude<CheckStatus, 'fail' | 'warning'>;
  readonly seen: string;
  readonly hint?: Hint;
}

interface CheckRow {
  readonly name: CheckName;
  /** Without one of these the check is not possible. */
  readonly needs?: readonly Need[];
  readonly look: (facts: LiveFacts) => Sight;
}

const CHECKS: readonly CheckRow[] = [
  {
    name: 'file',
    look: ({ fileFindings }) => {
      const warnings = fileFindings.filter(({ severity }) => severity === 'warning').length;
      return warnings === 0
        ? pass('no problems found offline')
        : {
            ...pass(`no errors, ${warnings === 1 ? '1 warning' : `${String(warnings)} warnings`}`),
            hint: say`${onFile('validate')}`,
          };
    },
  },
  {
    name: 'oidc',
    look: ({ oidc, meant }) =>
      published(oidc, () =>
        pass(`user pool ${meant.poolId} has the issuer and the JWKS URL that the server expects`),
      ),
  },
  {
    name: 'jwks',
    needs: ['pool'],
    look: ({ jwks }) =>
      published(jwks, ({ rs256 }) =>
        pass(`the JWKS has ${rs256 === 1 ? '1 RS256 key' : `${String(rs256)} RS256 keys`}`),
      ),
  },
  {
    name: 'domain',
    needs: ['pool'],
    look: ({ loginPage, meant }) =>
      answered(loginPage, (answer) => {
        if (answer.kind === 'unclear') return inconclusive(answer.seen);
        const page = answer.kind === 'accepted' ? 'the login page' : 'the hosted UI';
        return pass(`${page} is reachable at ${meant.host}`);
      }),
  },
  {
    name: 'client',
    needs: ['pool'],
    look: lookAtClient,
  },
  {
    name: 'authorize',
    needs: ['pool', 'domain', 'login page'],
    look: ({ authorize }) =>
      answered(authorize, (answer) =>
        answer.kind === 'accepted'
          ? pass('the login page accepts app client, callback URL and the scopes openid and email')
          : inconclusive(wordsOf(answer)),
      ),
  },
  {
    name: 'secret',
    needs: ['pool', 'domain', 'client', 'code flow'],
    look: lookAtSecret,
  },
  {
    name: 'sign-out',
    needs: ['pool', 'domain', 'client'],
    look: ({ signOut }) =>
      answered(signOut, (answer) =>
        answer.kind === 'accepted'
          ? pass('the hosted UI accepts the sign-out URL')
          : inconclusive(wordsOf(answer)),
      ),
  },
  {
    name: 'group',
    needs: ['pool'],
    look: lookAtGroup,
  },
];

/** Every check that applies, in the order of the table; only one without a network. */
export function judgeChecks(facts: LiveFacts): readonly CheckResult[] {
  const live = judgeLive(facts);
  if (isOffline(facts)) return [networkResult(live)];
  const account = facts.account.kind === 'seen' ? judgeAccount(facts.account.facts) : [];
  const errors = facts.fileFindings.filter(({ severity }) => severity === 'error');
  const findings = [...errors, ...account, ...live];
  return CHECKS.filter(({ name }) => applies(name, facts)).map((row) => resultOf(row, facts, findings));
}

function networkResult(live: readonly Finding[]): CheckResult {
  const findings = live.filter(({ code }) => ruleFor(code)?.doctor === 'network');
  return { check: 'network', status: 'fail', seen: '', hint: '', findings, follows: undefined };
}

function applies(name: CheckName, { layout }: LiveFacts): boolean {
  return layout === 'flat' || (name !== 'group' && name !== 'sign-out');
}

function resultOf(row: CheckRow, facts: LiveFacts, all: readonly Finding[]): CheckResult {
  const own = all.filter((finding) => checkOf(finding, facts) === row.name);
  const isWithin = (finding: Finding | undefined): boolean =>
    finding !== undefined && checkOf(finding, facts) === row.name;
  // Within one check only the causes are shown.
  const told = own.filter((finding) => !isWithin(causeOf(finding, all)));
  const [first] = told;
  if (first !== undefined) {
    const status = told.some(({ severity }) => severity === 'error') ? 'fail' : 'warning';
    const causes = told.map((finding) => causeOf(finding, all));
    const cause = causes.every((one) => one !== undefined) ? causes[0] : undefined;
    const follows = cause === undefined ? undefined : checkOf(cause, facts);
    return { check: row.name, status, seen: '', hint: '', findings: told, follows };
  }
  const { status, seen, hint = '' } = row.look(facts);
  const cause = status === 'pass' ? undefined : all.find((finding) => isLacking(row.needs, finding));
  const follows = cause === undefined ? undefined : checkOf(cause, facts);
  return { check: row.name, status, seen: capital(seen), hint, findings: [], follows };
}

/** The finding that causes another one. */
function causeOf({ code }: Finding, all: readonly Finding[]): Finding | undefined {
  const { follows = [], needs } = ruleFor(code) ?? {};
  return all.find(
    (other) => other.code !== code && (follows.includes(other.code) || isLacking(needs, other)),
  );
}

/** Whether a finding says that one of these is missing. */
function isLacking(needs: readonly Need[] = [], { code }: Finding): boolean {
  const lacks = ruleFor(code)?.lacks;
  return lacks !== undefined && needs.includes(lacks);
}

/** The check that a finding belongs to; undefined if it is not shown in a check. */
function checkOf({ code, path }: Finding, facts: LiveFacts): CheckName | undefined {
  const check = ruleFor(code)?.doctor;
  if (check === 'of the key') return fieldAt(path, facts.layout)?.field.doctor;
  if (check !== undefined) return check;
  return facts.fileFindings.some((finding) => finding.code === code) ? 'file' : undefined;
}

const pass = (seen: string): Sight => ({ status: 'pass', seen });
const inconclusive = (seen: string): Sight => ({ status: 'inconclusive', seen });
const skipped = (seen: string, hint: Hint): Sight => ({ status: 'skipped', seen, hint });

/** An answer of the hosted UI that proves nothing. */
function wordsOf(answer: AuthorizeAnswer | LogoutAnswer): string {
  if (answer.kind === 'unclear') return answer.seen;
  return answer.kind === 'not-there' ? 'page not found (HTTP 404)' : 'no login pages';
}

/** What an answer shows, or why there is no answer. */
function answered<T>(asked: Asked<T>, look: (answer: T) => Sight): Sight {
  return asked.kind === 'answered' ? look(asked.answer) : unanswered(asked);
}

function unanswered(asked: Exclude<Asked<never>, { readonly kind: 'answered' }>): Sight {
  return asked.kind === 'not-asked'
    ? skipped(asked.why, asked.remedy)
    : inconclusive(
        `cannot reach ${asked.host}: ${FAILURE_WORDS[asked.failure]} (${printable(asked.detail)})`,
      );
}

function published<T extends { readonly kind: 'document' }>(
  asked: Asked<T | { readonly kind: 'not-there' } | Unclear>,
  look: (document: T) => Sight,
): Sight {
  return answered(asked, (answer) => {
    if (answer.kind === 'unclear') return inconclusive(answer.seen);
    return answer.kind === 'document' ? look(answer) : inconclusive('document not found');
  });
}

/** The secret is proved if it gives `invalid_grant`, and `invalid_client` with one character changed. */
function lookAtSecret({ secret: { real, changed }, layout }: LiveFacts): Sight {
  const isRight =
    refusalOf(real) === 'invalid_grant' && (changed === undefined || refusalOf(changed) === 'invalid_client');
  if (isRight) {
    return pass(
      changed === undefined
        ? 'the token endpoint accepts the app client without a secret'
        : 'the token endpoint accepts the secret and refuses it with one character changed',
    );
  }
  if (real.kind !== 'answered') return unanswered(real);
  const answer = `the token endpoint answers ${answerWords(real)}`;
  const hint = hintOf(real.answer, layout);
  if (changed === undefined) return { ...inconclusive(answer), hint };
  if (changed.kind !== 'answered' && refusalOf(real) === 'invalid_grant') return unanswered(changed);
  return {
    ...inconclusive(`${answer} with the secret and ${answerWords(changed)} with one character changed`),
    hint,
  };
}

/** What to do about a refusal that says nothing of the secret. */
function hintOf(answer: TokenAnswer, layout: LiveFacts['layout']): Hint {
  if (answer.kind !== 'refused' || answer.error === 'invalid_grant') return '';
  const { cause, fix } = explainRefusal({ at: 'token endpoint', ...answer }, layout);
  return say`${capital(cause)}. ${fix}`;
}

function answerWords(asked: LiveFacts['secret']['real']): string {
  const answer = answerOf(asked);
  if (answer === undefined) return 'nothing';
  if (answer.kind === 'refused') return refusalText({ at: 'token endpoint', ...answer });
  return answer.kind === 'tokens' ? 'with tokens for a random code' : answer.seen;
}

/** What is not visible, with the reason if it is not the credentials. */
const hiddenWords = (hidden: AccountFacts['hidden']): string =>
  hidden.map(({ action, why }) => `cognito-idp:${action}${why === undefined ? '' : `: ${why}`}`).join(', ');

const hiddenHint = ({ hidden, pool }: Pick<AccountFacts, 'hidden' | 'pool'>): string =>
  hidden.every(({ reason }) => reason === 'failed')
    ? 'Try again.'
    : `Allow it: umconfig iam-policy --pool ${shellWord(pool.id)} prints the policy.`;

function lookAtClient({ account, layout, meant }: LiveFacts): Sight {
  if (account.kind === 'unseen') return skipped(account.why, account.remedy);
  if (meant.clientId === '') {
    const key = keyOf('clientId', layout)?.path ?? '';
    return skipped(`${nameOfKey(key)} is missing in the file`, FIX_FILE);
  }
  const { hidden } = account.facts;
  const fits = pass('the app client has the code flow, scopes, URLs and secret that the server needs');
  if (hidden.length === 0) return fits;
  return {
    ...fits,
    seen: `${fits.seen}; not visible: ${hiddenWords(hidden)}`,
    hint: hiddenHint(account.facts),
  };
}

const MANY = 10;

function lookAtGroup({ account }: LiveFacts): Sight {
  if (account.kind === 'unseen') return skipped(account.why, account.remedy);
  const { facts, admins } = account;
  if (facts.groups === undefined || admins === undefined) {
    return skipped(
      `cannot read the members of the group admin (${hiddenWords(facts.hidden)})`,
      hiddenHint(facts),
    );
  }
  const names = admins.slice(0, MANY).map(({ name }) => printable(clip(name)));
  const more = admins.length - names.length;
  return pass(`admins: ${names.join(', ')}${more > 0 ? ` and ${String(more)} more` : ''}`);
}
