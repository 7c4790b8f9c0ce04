/** Generates the tables of the documentation from the program's own tables: keys, finding codes and symptoms. */
import type { Field } from '../src/core/config/field.ts';
import { FIELDS } from '../src/core/config/fields.ts';
import { LAYOUT_NAMES } from '../src/core/config/layouts.ts';
import { RULES, type RuleRow } from '../src/core/rules/index.ts';
import { SYMPTOMS, type Symptom } from '../src/core/rules/symptoms.ts';
import { table } from './marked-parts.ts';

/** Every key whose value is shown in the AWS console, and where. */
export function keyTable(fields: readonly Field[] = FIELDS): string {
  const rows = fields
    .filter((field) => field.console !== undefined)
    .map((field) => {
      const paths = LAYOUT_NAMES.map((layout) =>
        field[layout] === undefined ? '–' : `\`${field[layout].path}\``,
      );
      const where = field.console;
      return [field.title, ...paths, where?.today ?? '', where?.guide ?? ''];
    });
  return table(
    ['value', 'flat', 'nested', 'in the current AWS console', 'in the older console of the guide'],
    rows,
  );
}

/** Every finding code. */
export function codeTable(rules: readonly RuleRow[] = RULES): string {
  const rows = rules.map(({ code, severity, title }) => [`\`${code}\``, severity, title]);
  return table(['code', 'severity', 'meaning'], rows);
}

/** Every symptom and its fix. */
export function symptomTable(symptoms: readonly Symptom[] = SYMPTOMS): string {
  const shown = (phrase: string): string => (phrase.includes('_') ? `\`${phrase}\`` : phrase);
  const letters = (phrase: string): string => phrase.toLowerCase().replace(/[^a-z]/g, '');
  const rows = symptoms.map(({ name, also, fix }) => {
    const other = also.find((phrase) => letters(phrase) !== letters(name));
    return [[name, ...(other === undefined ? [] : [other])].map(shown).join(', '), fix];
  });
  return table(['symptom', 'fix'], rows);
}
