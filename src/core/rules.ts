/** RULES: the table of every finding that a file can have, one row a code. A new check is a new row in one of its parts. */
import type { Facts } from './facts.ts';
import type { Finding, Prose } from './finding.ts';
import { ACCOUNT_RULES } from './rules/account.ts';
import { COGNITO_RULES } from './rules/cognito.ts';
import { HOSTED_UI_RULES } from './rules/hosted-ui.ts';
import { KEY_RULES } from './rules/keys.ts';
import { LIVE_RULES } from './rules/live.ts';
import { LOGIN_RULES } from './rules/login.ts';
import type { Rule } from './rules/rule.ts';
import { SERVER_RULES } from './rules/server.ts';
import { SIGN_IN_RULES } from './rules/sign-in.ts';
import { URL_RULES } from './rules/urls.ts';
import { VALUE_RULES } from './rules/values.ts';
import { YAML_RULES } from './rules/yaml.ts';

/** Rules over a file. */
export const FILE_RULES: readonly Rule<Facts>[] = [
  ...YAML_RULES,
  ...LOGIN_RULES,
  ...KEY_RULES,
  ...VALUE_RULES,
  ...COGNITO_RULES,
  ...HOSTED_UI_RULES,
  ...URL_RULES,
  ...SERVER_RULES,
];

/** What lists, `explain` and the README need of every rule, whatever it is a rule over. */
export type RuleRow = Omit<Rule<never>, 'check'>;

export const RULES: readonly RuleRow[] = [...FILE_RULES, ...ACCOUNT_RULES, ...LIVE_RULES, ...SIGN_IN_RULES];

const BY_CODE: ReadonlyMap<string, RuleRow> = new Map(RULES.map((row) => [row.code, row]));

/** The row of a finding code; undefined for a code that does not exist. */
export function ruleFor(code: string): RuleRow | undefined {
  return BY_CODE.get(code);
}

/** The words of a finding. */
export function proseOf(finding: Finding): Prose {
  const row = BY_CODE.get(finding.code);
  if (row === undefined) throw new RangeError(`no rule has the code ${finding.code}`);
  return { message: row.message(finding.args), hint: row.hint(finding.args) };
}
