/** Runs a command line with ports that are passed in. */
import { parse } from '../../src/cli/parse.ts';
import { runCommand, type Interruption, type Runtime } from '../../src/cli/run.ts';

/** Runs a command line (without node and script). Returns the exit code. */
export function run(argv: readonly string[], runtime: Runtime, interruption?: Interruption): Promise<number> {
  const { version, output } = runtime;
  return parse(argv, { version, write: output.write, width: () => undefined }, (command, input) =>
    runCommand(command, input, runtime, interruption),
  );
}
