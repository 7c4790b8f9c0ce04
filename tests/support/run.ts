/** A command line as the program takes it, on an outside world that is passed in. */
import { parse } from '../../src/cli/parse.ts';
import { runCommand, type Interruption, type Runtime } from '../../src/cli/run.ts';

/** Runs one command line (without node and script). Returns the exit code. */
export function run(argv: readonly string[], runtime: Runtime, interruption?: Interruption): Promise<number> {
  const { version, output } = runtime;
  return parse(argv, { version, write: output.write, width: () => undefined }, (command, input) =>
    runCommand(command, input, runtime, interruption),
  );
}
