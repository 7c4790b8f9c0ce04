/** Every command, by its name. */
import type { Input } from './commands/command.ts';
import { COMMANDS } from './commands/index.ts';
import { runCommand } from './program.ts';

// For the files of dist/ that are loaded late.
export * from './ports.ts';

export function run(name: string, input: Input): Promise<number> {
  const command = COMMANDS.find((row) => row.name === name);
  if (command === undefined) throw new Error(`no command is called ${name}`);
  return runCommand(command, input);
}
