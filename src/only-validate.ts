/**
 * The program where the command line begins with `validate`, as bin/ knows: the command of every save, commit and build starts
 * without the code of the others, and without the parser of command lines where there is nothing to parse.
 */
import { plainInput, validateCommand } from './commands/validate.ts';
import { runCommand } from './program.ts';
import { started } from './started.ts';

/** Runs the program. Returns its exit code. */
export const start = (): Promise<number> =>
  started(async (argv, console) => {
    const plain = plainInput(argv);
    if (plain !== undefined) return runCommand(validateCommand, plain);
    const { takeCommandLine } = await import('./command-line.ts');
    return takeCommandLine(argv, console, (_name, input) => runCommand(validateCommand, input));
  });
