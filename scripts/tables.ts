/** The tables of the documentation that are made from the program's own: keys and finding codes, in Markdown. */
import type { Field } from '../src/core/config/field.ts';
import { FIELDS } from '../src/core/config/fields.ts';
import { LAYOUT_NAMES } from '../src/core/config/layouts.ts';
import { RULES, type RuleRow } from '../src/core/rules/index.ts';
import { table } from './marked-parts.ts';

/** Every key that comes from the AWS console, and where it is there. */
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
  return table(['value', 'flat', 'nested', 'in the AWS console today', 'in the console of the guide'], rows);
}

/** Every finding code. */
export function codeTable(rules: readonly RuleRow[] = RULES): string {
  const rows = rules.map(({ code, severity, title }) => [`\`${code}\``, severity, title]);
  return table(['code', 'severity', 'what it means'], rows);
}
