/**
 * Why the tests need not notice some faults, after a review of each. A survivor that is not listed is a gap in the tests or not reviewed
 * yet. Faults of the recorded run that a test has noticed since then stay here until the next run is recorded.
 */

export interface Reason {
  readonly reason: string;
  /** Substrings of the fault descriptions: `edit.ts:12: …`, without the line number if it may change. */
  readonly faults: readonly string[];
}

export const REASONS: readonly Reason[] = [
  {
    reason: 'A key is undefined instead of absent; its readers treat both the same.',
    faults: [
      '`hit.span === undefined` → `false`',
      '`hit.changes === undefined` → `false`',
      '`span === undefined` → `false`',
    ],
  },
  {
    reason: 'Only used in a comparison, for which either case works.',
    faults: ['`read.name.toLowerCase()` → `read.name.toUpperCase()`'],
  },
  {
    reason: 'The type allows undefined, but the value always exists here.',
    faults: [
      '`keyOf(name, layout)?.path` → `keyOf(name, layout).path`',
      "`keyOf('port', layout)?.path` → `keyOf('port', layout).path`",
      '`row?.key` → `row.key`',
      '`row?.field` → `row.field`',
      '`awsJwkUrl !== undefined` → `true`',
      "rules/hosted-ui.ts:170: `facts.text('domainName')?.text`",
      'oauth-answers.ts:194: `body?.[name]`',
      'wishes.ts:53: `key === undefined` → `false`',
      'yaml-reading.ts:175: `document?.warnings`',
      'yaml-reading.ts:218: `srcToken?.sep`',
      'splices.ts:240: `entryAt(document, path.slice(0, depth))?.style`',
    ],
  },
  {
    reason: 'All keys are read as strings, which the types do not express.',
    faults: ["`yaml.isScalar(key) && typeof key.value === 'string'` → `yaml.isScalar(key) || "],
  },
  {
    reason: 'A guard against an endless loop: no rule has a repair that changes nothing.',
    faults: ['`changed.text === current.text` → `false`'],
  },
  {
    reason: 'An argument of the finding that no message or report uses.',
    faults: ["`{ key: 'port' }` → `{}`"],
  },
  {
    reason: 'The result is the same, but takes more time.',
    faults: [
      'rules/keys.ts:77: `spellings.size === 0` → `false`',
      "rules/yaml.ts:199: `style !== 'plain' && style !== 'double'` → `false`",
      "plan.ts:60: `awsTokenURL === ''` → `false`",
      "plan.ts:60: `awsTokenURL === undefined || awsTokenURL === ''` → `awsTokenURL === undefined && ",
      'facts.ts:131: `problems.length < 2` → `false`',
      'masking.ts:84: `start === undefined || start >= span.end` → `start === undefined && ',
      "rules/cognito.ts:53: `'?'`",
      'rules/keys.ts:78: `Math.abs(length - written.length) <= 2` → `true`',
    ],
  },
  {
    reason: 'A default for a case that does not occur, or for which any invalid text works.',
    faults: [
      ...["rules/hosted-ui.ts:79: `''`", "rules/hosted-ui.ts:80: `''`", "rules/hosted-ui.ts:101: `''`"],
      ...[
        "rules/hosted-ui.ts:102: `''`",
        "rules/hosted-ui.ts:170: `''`",
        "edit.ts:147: `''`",
        "plan.ts:59: `''`",
      ],
      'secrets.ts:108: `\'\'` → `"Stryker was here!"`',
      'rules/keys.ts:332: `\'\'` → `"Stryker was here!"`',
      'yaml-reading.ts:175: `[]` → `["Stryker was here"]`',
      'yaml-reading.ts:276: `[0, 0, 0]` → `[]`',
    ],
  },
  {
    reason: 'No other text is possible here, so both are equivalent.',
    faults: [
      'schema.ts:40: `name === undefined` → `false`',
      'oauth.ts:39: `/^(.{8})(.{4})(.{4})(.{4})(.{12})$/`',
      'oauth.ts:176: `/=+$/` → `/=+/`',
    ],
  },
  {
    reason: 'A guard: any other error would be a bug, and none is known.',
    faults: ['answers.ts:97: `!(error instanceof EditError)` → `false`'],
  },
  {
    reason: 'Errors are distinguished by class; their name is only for debugging.',
    faults: ["splices.ts:14: `'EditError'`"],
  },
  {
    reason: 'The pattern can match an empty text, so both match at the start.',
    faults: ['splices.ts:201: `/^[ \\t]*/` → `/[ \\t]*/`'],
  },
  {
    reason: 'Every usable registered URL has an origin.',
    faults: ['registered-urls.ts:87: `origin === undefined` → `false`'],
  },
  {
    reason: 'A missing URL has no origin, and every callback URL has one.',
    faults: ['wishes.ts:64: `logOutUri !== undefined` → `true`'],
  },
  {
    reason: 'The message of an error that is always caught and never shown.',
    faults: ['edit.ts:84: `\'.\'` → `""`', 'splices.ts:181: `\'.\'` → `""`'],
  },
  {
    reason:
      'It matters only if one change adds a problem of one kind and removes one of each of two other kinds; no change reaches the text below the end marker.',
    faults: ['edit.ts:78: `problem.code === code` → `problem.code !== code`'],
  },
  {
    reason: 'Without an app client, its URLs are never reported.',
    faults: ['rules/account-client.ts:230: `[]` → `["Stryker was here"]`'],
  },
  {
    reason: 'The message uses it only if a call failed, and then it is set.',
    faults: ['rules/account.ts:134: `\'\'` → `"Stryker was here!"`'],
  },
  {
    reason: 'Noticed since then by tests/core/doctor.test.ts.',
    faults: ['checks.ts:230: `one !== undefined` → `true`'],
  },
  {
    reason: 'Noticed since then by tests/core/rules/account/discovery.test.ts.',
    faults: ['registered-urls.ts:112: `b === undefined` → `false`'],
  },
  {
    reason: 'Noticed since then by tests/core/yaml/document.test.ts.',
    faults: ['→ `/[\\0-\\x08\\V\\f'],
  },
  {
    reason: 'Noticed since then by tests/core/yaml/edit.test.ts.',
    faults: [
      'splices.ts:164: `/^\\s*,/` → `/\\s*,/`',
      'splices.ts:180: `/^ *(\\? +)?$/` → `/^ *(\\? )?$/`',
      'splices.ts:192: `/^\\s*,/` → `/^\\S*,/`',
      'splices.ts:195: `indentOf(text, entry) !== undefined` → `true`',
      'splices.ts:209: `path.length === level && key.start >= start` → `path.length === level || ',
      "splices.ts:251: `line.trim() !== ''` → `line.trim() === ''`",
    ],
  },
  {
    reason: 'Noticed since then by tests/core/rules/live/live.test.ts.',
    faults: ["checks.ts:303: `changed.kind !== 'answered'` → `true`"],
  },
  {
    reason: 'Noticed since then by tests/core/cognito/oauth.test.ts.',
    faults: [
      'oauth-answers.ts:209: `answer.status !== 200` → `false`',
      'oauth.ts:36: `at === 8` → `true`',
      'oauth.ts:44: `parseUrl(endpointUrl)?.origin`',
    ],
  },
  {
    reason: 'Noticed since then by tests/core/config/paste.test.ts.',
    faults: ['paste.ts:62: `/^[a-z][a-z0-9+.-]*:\\/\\//i`'],
  },
  {
    reason: 'Noticed since then by tests/core/changes/plan.test.ts.',
    faults: [
      "plan.ts:126: `typeof parsed === 'number' && console === undefined` → `typeof parsed === 'number' || ",
      "plan.ts:126: `typeof parsed === 'number'` → `true`",
    ],
  },
  {
    reason: 'Noticed since then by tests/core/text/secrets.test.ts.',
    faults: [`secrets.ts:79: \`'"'\``, "secrets.ts:79: `'&'`"],
  },
  {
    reason: 'Noticed since then by tests/core/cognito/sign-in.test.ts.',
    faults: [
      'sign-in.ts:156: `groups.filter(',
      'sign-in.ts:204: `access === accessToken` → `true`',
      'sign-in.ts:204: `id === idToken && access === accessToken` → `id === idToken || ',
      'sign-in.ts:204: `refresh !== undefined` → `true`',
    ],
  },
  {
    reason: 'Noticed since then by tests/core/rules/validate.test.ts.',
    faults: ['yaml-reading.ts:291: `at >= 0` → `false`'],
  },
  {
    reason: 'Noticed since then by tests/core/rules/values.test.ts.',
    faults: [
      'rules/hosted-ui.ts:101: `/^https?:$/` → `/https?:$/`',
      "rules/hosted-ui.ts:170: `facts.text('region')?.text`",
      "rules/keys.ts:124: `kind === 'mapping'` → `false`",
    ],
  },
];
