/** The program: takes the command line, and runs the command. */
import { takeCommandLine } from './command-line.ts';
import { started } from './started.ts';

/** Runs the program. Returns its exit code. */
export const start = (): Promise<number> =>
  started((argv, console) =>
    // Help and wrong command lines need no command.
    takeCommandLine(argv, console, async (name, input) => (await import('./every.ts')).run(name, input)),
  );
