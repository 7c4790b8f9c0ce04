/**
 * Why faults that no test notices are left so, by somebody who looked at them. What is missing here and survives is either a gap in the tests, or
 * has not been looked at.
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
    reason: 'The types allow that there is none; where the rule or the check applies, there always is one.',
    faults: [
      '`keyOf(name, layout)?.path` → `keyOf(name, layout).path`',
      "`keyOf('port', layout)?.path` → `keyOf('port', layout).path`",
      '`row?.key` → `row.key`',
      '`row?.field` → `row.field`',
      '`awsJwkUrl !== undefined` → `true`',
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
];
