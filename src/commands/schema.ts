/** `schema`: the JSON Schema of a layout, for editors and other tools. */
import { EXIT } from '../core/exit-codes.ts';
import type { Layout } from '../core/config/layouts.ts';
import { schemaOf } from '../core/config/schema.ts';
import type { Run } from './command.ts';

export const run: Run = ({ options }) => {
  const schema = schemaOf((options.layout ?? 'flat') as Layout);
  const text = `${JSON.stringify(schema, undefined, 2)}\n`;
  return Promise.resolve({ exitCode: EXIT.ok, format: 'text', body: { kind: 'document', text } });
};
