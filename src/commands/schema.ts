/** `schema`: the JSON Schema of a layout, for editors and other tools. */
import { EXIT } from '../core/errors.ts';
import type { Layout } from '../core/layouts.ts';
import { schemaOf } from '../core/schema.ts';
import type { Command } from './command.ts';

export const schemaCommand: Command = {
  name: 'schema',
  summary: 'Print the JSON Schema of a layout',
  options: ['layout'],
  examples: [
    { command: 'umconfig schema > user_management_config.schema.json', what: 'for an editor' },
    { command: 'umconfig schema --layout nested', what: "the Node server's file" },
  ],
  run: ({ options }) => {
    const schema = schemaOf((options.layout ?? 'flat') as Layout);
    const text = `${JSON.stringify(schema, undefined, 2)}\n`;
    return Promise.resolve({ exitCode: EXIT.ok, format: 'text', body: { kind: 'document', text } });
  },
};
