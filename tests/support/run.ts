/** A command line as the program takes it, on an outside world that is passed in. */
import { takeCommandLine } from '../../src/command-line.ts';
import { COMMANDS } from '../../src/commands/index.ts';
import { perform, type Interruption, type Runtime } from '../../src/perform.ts';

/** Runs one command line (without node and script). Returns the exit code. */
export function run(argv: readonly string[], runtime: Runtime, interruption?: Interruption): Promise<number> {
  const { version, output } = runtime;
  return takeCommandLine(argv, { version, write: output.write, width: () => undefined }, (name, input) => {
    const command = COMMANDS.find((row) => row.name === name);
    if (command === undefined) throw new Error(name);
    return perform(command, input, runtime, interruption);
  });
}
