/** `explain`: a finding, a key of the file, or a symptom: what it means and what to do. */
import { distance } from 'fastest-levenshtein';
import { UsageError } from '../core/errors.ts';
import { EXIT } from '../core/exit-codes.ts';
import type { Field } from '../core/config/field.ts';
import { FIELDS, type Key } from '../core/config/fields.ts';
import { LAYOUT_NAMES, LAYOUTS } from '../core/config/layouts.ts';
import { printable, shellWord } from '../core/text/display.ts';
import { RULES, type RuleRow } from '../core/rules/index.ts';
import { phrasesOf, SYMPTOMS, symptomsNamed, type Symptom } from '../core/rules/symptoms.ts';
import type { Ports } from '../ports.ts';
import { wrap } from '../core/text/wrap.ts';
import type { Candidate, Run } from './command.ts';

export const run: Run = ({ args }, { terminal }) => {
  const [topic] = args;
  const text = explain(topic, terminal);
  return Promise.resolve({ exitCode: EXIT.ok, format: 'text', body: { kind: 'document', text } });
};

type Width = Pick<Ports['terminal'], 'columns'>;

/** What there is to explain. */
interface Tables {
  readonly fields: readonly Field[];
  readonly rules: readonly RuleRow[];
  readonly symptoms: readonly Symptom[];
}

/** The text about a topic; without one, the list of all topics. Throws UsageError for an unknown topic. */
export function explain(
  topic: string | undefined,
  width: Width,
  tables: Tables = { fields: FIELDS, rules: RULES, symptoms: SYMPTOMS },
): string {
  return topic === undefined ? listAll(width, tables) : explainTopic(topic, width, tables);
}

function listAll({ columns }: Width, { fields, rules, symptoms }: Tables): string {
  const row = (name: string, title: string): readonly string[] =>
    wrap(title, columns, `  ${name.padEnd(26)}`, ' '.repeat(28));
  const keys = fields.flatMap((field) =>
    LAYOUT_NAMES.flatMap((layout) => {
      const key = field[layout];
      return key === undefined ? [] : row(key.path, `${field.title} (${layout})`);
    }),
  );
  const codes = rules.flatMap(({ code, title }) => row(code, title));
  const seen = symptoms.flatMap((symptom) => wrap(phrasesOf(symptom).join(', '), columns, '  ', '    '));
  return `${['Symptoms:', ...seen, '', 'Keys:', ...keys, '', 'Finding codes:', ...codes].join('\n')}\n`;
}

function explainTopic(topic: string, width: Width, tables: Tables): string {
  const rule = tables.rules.find(({ code }) => code === topic.toLowerCase());
  if (rule !== undefined) return ruleText(rule, width);
  const fields = tables.fields.filter((field) => pathsOf(field).some((path) => isCalled(path, topic)));
  if (fields.length > 0) return fields.map((field) => fieldText(field, width)).join('\n');
  const symptoms = symptomsNamed(topic, tables.symptoms);
  if (symptoms.length > 0) return symptoms.map((symptom) => symptomText(symptom, tables, width)).join('\n');
  throw new UsageError(
    `"${printable(topic)}" is not a finding code, a key or a known symptom`,
    `Nearest: ${nearest(topic, tables)
      .map((name) => `umconfig explain ${shellWord(name)}`)
      .join(', ')}`,
  );
}

const pathsOf = (field: Field): readonly string[] =>
  LAYOUT_NAMES.flatMap((layout) => field[layout]?.path ?? []);

/** The topics, for completion. */
export function topics(): readonly Candidate[] {
  const keys = new Map(FIELDS.flatMap((field) => pathsOf(field).map((path) => [path, field.title] as const)));
  const symptoms = SYMPTOMS.map(({ name }) => [name, 'a symptom'] as const);
  return [...RULES.map(({ code, title }) => [code, title] as const), ...keys, ...symptoms].map(
    ([value, description]) => ({ value, description }),
  );
}

const isCalled = (path: string, topic: string): boolean =>
  path.toLowerCase() === topic.toLowerCase() || path.split('.').at(-1)?.toLowerCase() === topic.toLowerCase();

/** The three names that are most like the text. */
function nearest(topic: string, { fields, rules, symptoms }: Tables): readonly string[] {
  const names = [
    ...rules.map(({ code }) => code),
    ...fields.flatMap(pathsOf),
    ...symptoms.flatMap(phrasesOf),
  ];
  return [...new Set(names)]
    .map((name) => ({ name, far: unlikeness(name.toLowerCase(), topic.toLowerCase()) }))
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** From 0 to 1; a name that has one of the words of the text is near, however long it is. */
function unlikeness(name: string, topic: string): number {
  const words = topic.split(/[^a-z0-9]+/).filter((word) => word.length > 3);
  const share = words.filter((word) => name.includes(word)).length / Math.max(1, words.length);
  return (distance(name, topic) / Math.max(name.length, topic.length)) * (1 - 0.8 * share);
}

function ruleText(rule: RuleRow, { columns }: Width): string {
  const layouts = rule.layouts === undefined ? '' : `, ${rule.layouts.join(' and ')} layout only`;
  return [
    `${rule.code} (${rule.severity}${layouts})`,
    '',
    ...wrap(`${rule.title}.`, columns, ''),
    '',
    ...wrap(rule.why, columns, 'Why:  '),
    ...wrap(rule.fix, columns, 'Fix:  '),
    ...wrap(rule.page, columns, 'More: '),
    '',
  ].join('\n');
}

function symptomText({ name, why, fix, codes }: Symptom, { rules }: Tables, { columns }: Width): string {
  const causes = codes.flatMap((code) => {
    const title = rules.find((rule) => rule.code === code)?.title ?? '';
    return wrap(title, columns, `  ${code.padEnd(26)}`, ' '.repeat(28));
  });
  return [
    name,
    '',
    ...wrap(why, columns, 'Why:  '),
    ...wrap(fix, columns, 'Fix:  '),
    ...(causes.length === 0
      ? []
      : ['', 'Findings that can be the cause (umconfig explain CODE):', ...causes]),
    '',
  ].join('\n');
}

function fieldText(field: Field, { columns }: Width): string {
  const layouts = LAYOUT_NAMES.flatMap((layout) => {
    const key = field[layout];
    return key === undefined ? [] : keyText(key, `${layout} layout (${LAYOUTS[layout].server})`, columns);
  });
  const where = field.console;
  return [
    field.title,
    ...layouts,
    '',
    ...(where === undefined ? [] : wrap(where.today, columns, 'AWS console:  ')),
    ...(where === undefined ? [] : wrap(where.guide, columns, 'In the guide: ')),
    ...(field.flag === undefined ? [] : [`Flag:         --${field.flag.name} ${field.flag.value}`]),
    ...(field.secret === true
      ? wrap('UMCONFIG_CLIENT_SECRET, --client-secret-stdin or a masked prompt', columns, 'Comes from:   ')
      : []),
  ]
    .join('\n')
    .concat('\n');
}

function keyText(key: Key, layout: string, columns: number): readonly string[] {
  const needed = { always: 'always', login: 'when login is on' };
  return [
    '',
    `${key.path}, ${layout}`,
    ...wrap(key.use, columns, '  '),
    ...(key.required === undefined ? [] : [`  Needed: ${needed[key.required]}`]),
    ...(key.schema.enum === undefined
      ? []
      : wrap(key.schema.enum.filter((value) => value !== '').join(', '), columns, '  Allowed: ')),
    ...(key.examples.length === 0 ? [] : wrap(key.examples.join(', '), columns, '  Example: ')),
  ];
}
