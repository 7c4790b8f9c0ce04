/** RULES: the table of all findings, one row per code. A new check is a new row in one of its parts. */
import type { Facts } from './file/facts.ts';
import type { Finding, Prose } from './finding.ts';
import { ACCOUNT_RULES } from './account/index.ts';
import { COGNITO_RULES } from './file/cognito.ts';
import { HOSTED_UI_RULES } from './file/hosted-ui.ts';
import { FILE_SAFETY_RULES } from './file/file-safety.ts';
import { KEY_RULES } from './file/keys.ts';
import { LIVE_RULES } from './live/index.ts';
import { LOGIN_RULES } from './file/switch.ts';
import { GUIDE, type Rule } from './rule.ts';
import { SERVER_RULES } from './file/server.ts';
import { SIGN_IN_RULES } from './live/sign-in.ts';
import { URL_RULES } from './file/urls.ts';
import { VALUE_RULES } from './file/values.ts';
import { YAML_RULES } from './file/yaml.ts';
import { capital } from '../text/display.ts';
import { hintText } from '../text/hint.ts';

const AWS = 'https://docs.aws.amazon.com/cognito/latest/developerguide';
const CLIENTS = `${AWS}/user-pool-settings-client-apps.html`;
const DOMAIN = `${AWS}/cognito-user-pools-assign-domain.html`;
const ENDPOINTS = `${AWS}/federation-endpoints.html`;

/** A part of the table, and the page with more information. */
type Part<Row> = readonly [rows: readonly Row[], page: string];

const FILE_PARTS: readonly Part<Rule<Facts>>[] = [
  [YAML_RULES, 'https://yaml.org/spec/1.2.2/'],
  [LOGIN_RULES, GUIDE],
  [KEY_RULES, GUIDE],
  [VALUE_RULES, GUIDE],
  [COGNITO_RULES, CLIENTS],
  [HOSTED_UI_RULES, DOMAIN],
  [URL_RULES, CLIENTS],
  [SERVER_RULES, GUIDE],
  [FILE_SAFETY_RULES, GUIDE],
];

const OTHER_PARTS: readonly Part<Omit<Rule<never>, 'check'>>[] = [
  [ACCOUNT_RULES, CLIENTS],
  [LIVE_RULES, ENDPOINTS],
  [SIGN_IN_RULES, ENDPOINTS],
];

/** Rules over a file. */
export const FILE_RULES: readonly Rule<Facts>[] = FILE_PARTS.flatMap(([rows]) => rows);

/** What lists, `explain` and docs/findings.md need of every rule. */
export type RuleRow = Omit<Rule<never>, 'check' | 'page' | 'fix' | 'hint'> &
  Required<Pick<Rule<never>, 'hint'>> & {
    /** The address of a page on the subject. */
    readonly page: string;
    /** As text, for the default file. */
    readonly fix: string;
  };

const allRows = (): readonly RuleRow[] =>
  [...FILE_PARTS, ...OTHER_PARTS].flatMap(([rows, page]) =>
    rows.map((row) => ({ page, hint: () => row.fix, ...row, fix: hintText(row.fix) })),
  );

export const RULES: readonly RuleRow[] = /* @__PURE__ */ allRows();

let known: ReadonlyMap<string, RuleRow> | undefined;

/** Created on first use: a file without findings does not need it. */
const byCode = (): ReadonlyMap<string, RuleRow> =>
  (known ??= new Map(allRows().map((row) => [row.code, row])));

/** The row of a finding code; undefined for a code that does not exist. */
export function ruleFor(code: string): RuleRow | undefined {
  return byCode().get(code);
}

/** Message and hint of a finding. */
export function proseOf(finding: Finding): Prose {
  return proseFor(finding, undefined);
}

/** The same for a file: the commands of the hint name it, as it was named on the command line. */
export function proseFor(finding: Finding, config: string | undefined): Prose {
  const row = byCode().get(finding.code);
  if (row === undefined) throw new RangeError(`no rule has the code ${finding.code}`);
  return { message: capital(row.message(finding.args)), hint: hintText(row.hint(finding.args), config) };
}
