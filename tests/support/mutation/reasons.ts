/**
 * Why faults that no test notices are left so, by somebody who looked at them. What is missing here and survives is either a gap in the tests, or
 * has not been looked at. Those of the recorded run that a test has noticed since then stay here until the next run is recorded.
 */

export interface Reason {
  readonly reason: string;
  /** Each stands in the words of one fault or more: `edit.ts:12: …`, without the line where it may move. */
  readonly faults: readonly string[];
}

export const REASONS: readonly Reason[] = [
  {
    reason: 'A key that holds undefined instead of being absent; whatever reads it takes both alike.',
    faults: [
      '`hit.span === undefined` → `false`',
      '`hit.changes === undefined` → `false`',
      '`span === undefined` → `false`',
    ],
  },
  {
    reason: 'Only to compare with, and either case will do.',
    faults: ['`read.name.toLowerCase()` → `read.name.toUpperCase()`'],
  },
  {
    reason: 'The types allow that there is none; where it is asked for, there always is one.',
    faults: [
      '`keyOf(name, layout)?.path` → `keyOf(name, layout).path`',
      "`keyOf('port', layout)?.path` → `keyOf('port', layout).path`",
      '`row?.key` → `row.key`',
      '`row?.field` → `row.field`',
      '`awsJwkUrl !== undefined` → `true`',
      "rules/hosted-ui.ts:169: `facts.text('domainName')?.text`",
      'splices.ts:239: `entryAt(document, path.slice(0, depth))?.style`',
    ],
  },
  {
    reason: 'Keys are read as texts, whatever they look like; the types do not know that.',
    faults: ["`yaml.isScalar(key) && typeof key.value === 'string'` → `yaml.isScalar(key) || "],
  },
  {
    reason:
      'A default that the types ask for: no input gets there, or any text that is no such value would do as well.',
    faults: [
      ...["rules/keys.ts:228: `''`", "rules/keys.ts:142: `''`", "rules/keys.ts:145: `''`"],
      ...["rules/hosted-ui.ts:79: `''`", "rules/hosted-ui.ts:80: `''`", "rules/hosted-ui.ts:98: `''`"],
      ...["rules/hosted-ui.ts:100: `''`", "rules/hosted-ui.ts:101: `''`", "rules/hosted-ui.ts:169: `''`"],
      ...["rules/urls.ts:47: `''`", "rules/urls.ts:56: `''`", "people-file.ts:95: `''`", "edit.ts:147: `''`"],
      "plan.ts:59: `''`",
      'rules/live.ts:99: `found === undefined` → `false`',
    ],
  },
  {
    reason: 'The same is found once more, in more time.',
    faults: ['validate.ts:73: `meant === undefined` → `false`'],
  },
  {
    reason:
      'A guard: no rule gives a repair that changes nothing, and if one did, it would be tried for ever.',
    faults: ['`changed.text === current.text` → `false`'],
  },
  {
    reason: 'Of an alias, of which a file with one is told already, and nothing more is read.',
    faults: ['document.ts:370: `\'plain\'` → `""`'],
  },
  {
    reason: 'An argument of the finding that neither its words nor any report use.',
    faults: ["`{ key: 'port' }` → `{}`"],
  },
  {
    reason: 'The same is found once more, or looked for in vain, in more time.',
    faults: [
      'rules/keys.ts:77: `spellings.size === 0` → `false`',
      "rules/yaml.ts:195: `style !== 'plain' && style !== 'double'` → `false`",
      "plan.ts:60: `awsTokenURL === ''` → `false`",
      'masking.ts:130: `secretEntries(document) .map(({ text }) => text) .slice(0, MAX_COPIED)`',
    ],
  },
  {
    reason:
      'A default for what the types allow and nothing gives; or any text that is no such value would do as well.',
    faults: [
      'oauth-answers.ts:142: `\'\'` → `"Stryker was here!"`',
      'oauth-answers.ts:343: `\'\'` → `"Stryker was here!"`',
      'rules/keys.ts:332: `\'\'` → `"Stryker was here!"`',
      'rules/live.ts:74: `\'\'` → `"Stryker was here!"`',
      'yaml-reading.ts:175: `[]` → `["Stryker was here"]`',
      'yaml-reading.ts:276: `[0, 0, 0]` → `[]`',
    ],
  },
  {
    reason: 'Nothing else can stand there, so both say the same.',
    faults: [
      'schema.ts:40: `name === undefined` → `false`',
      'oauth.ts:39: `/^(.{8})(.{4})(.{4})(.{4})(.{12})$/`',
      'rules/keys.ts:137: `-1` → `+1`',
    ],
  },
  {
    reason: 'The words of an error that is always caught, and that nobody gets to see.',
    faults: ['edit.ts:84: `\'.\'` → `""`', 'splices.ts:181: `\'.\'` → `""`'],
  },
  {
    reason:
      'It would show only where one change adds a problem of one kind and takes away one of each of two others, and none reaches what stands below the end marker.',
    faults: ['edit.ts:78: `problem.code === code` → `problem.code !== code`'],
  },
  {
    reason: 'Of the addresses of no app client nothing is said, whatever they are.',
    faults: ['rules/account-client.ts:230: `[]` → `["Stryker was here"]`'],
  },
  {
    reason: 'The words use it only where a call failed, and then it is given.',
    faults: ['rules/account.ts:134: `\'\'` → `"Stryker was here!"`'],
  },
  {
    reason: 'Gone since then: the code was not needed.',
    faults: [
      'masking.ts:156: `Math.max(0, indent)` → `Math.min(0, indent)`',
      "splices.ts:225: `kind !== 'mapping'` → `false`",
    ],
  },
  {
    reason: 'Noticed since then by tests/core/checks.test.ts.',
    faults: ['checks.ts:201: `\'\'` → `"Stryker was here!"`'],
  },
  {
    reason: 'Noticed since then by tests/core/discovery.test.ts.',
    faults: ['rules/account-args.ts:25: `pool.customDomain !== undefined` → `true`'],
  },
  {
    reason: 'Noticed since then by tests/core/document.test.ts.',
    faults: [
      'yaml-reading.ts:162: `true` → `false`',
      'yaml-reading.ts:227: `own === path || name === undefined` → `false`',
    ],
  },
  {
    reason: 'Noticed since then by tests/core/edit.test.ts.',
    faults: [
      'splices.ts:102: `/^\\.\\.\\.(?=\\s|$)/m` → `/^\\.\\.\\.(?=\\s)/m`',
      'splices.ts:180: `!/^ *(\\? +)?$/.test(text.slice(start, key.start))`',
      'splices.ts:226: `(indentOf(text, child)?.length ?? 0) - (key.start - lineStart(text, key.start))`',
      'splices.ts:227: `width > 0` → `width >= 0`',
      'splices.ts:274: `/^[ \\t]*(#.*)?$/` → `/[ \\t]*(#.*)?$/`',
      'splices.ts:90: `\'\'` → `"Stryker was here!"`',
    ],
  },
  {
    reason: 'Noticed since then by tests/core/masking.test.ts.',
    faults: ['masking.ts:34: `at >= 0` → `at > 0`'],
  },
  {
    reason: 'Noticed since then by tests/core/oauth.test.ts.',
    faults: [
      'oauth-answers.ts:128: `\'error_description\'` → `""`',
      'oauth-answers.ts:193: `answer.status !== 200` → `false`',
      'oauth-answers.ts:203: `\'token_endpoint\'` → `""`',
      'oauth-answers.ts:209: `answer.status === 400` → `false`',
      "oauth.ts:74: `userPoolID === ''` → `false`",
      'oauth.ts:74: `\'\'` → `"Stryker was here!"`',
    ],
  },
  {
    reason: 'Noticed since then by tests/core/paste.test.ts.',
    faults: [
      'paste.ts:26: `/(?:^|\\/)[a-z]{2,4}(?:-[a-z]+)+-\\d{1,2}:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i',
      'paste.ts:34: `/^(?:https?:\\/\\/|arn:)/i` → `/^(?:https:\\/\\/|arn:)/i`',
    ],
  },
  {
    reason: 'Noticed since then by tests/core/validate.test.ts.',
    faults: [
      "layouts.ts:65: `entry.kind === 'mapping' || entry.kind === 'missing'`",
      'rules/keys.ts:127: `Number(parsed) > maximum`',
      'rules/yaml.ts:87: `isTooLarge(document)` → `false`',
    ],
  },
  {
    reason: 'Noticed since then by tests/core/values.test.ts.',
    faults: [
      "rules/hosted-ui.ts:56: `facts.text('region')?.text`",
      "rules/keys.ts:175: `!isEmpty(facts.field('userManagement')?.parsed ?? null)`",
      'rules/keys.ts:35: `\'itemDir\'` → `""`',
      'rules/server.ts:16: `\'/\'` → `""`',
      'rules/server.ts:18: `\'\'` → `"Stryker was here!"`',
    ],
  },
];
