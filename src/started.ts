/** How each of the two programs begins and ends: main.ts, and `validate` alone. */
import packageJson from '../package.json' with { type: 'json' };
import { commandLine } from './adapters/process.ts';
import { columnsOf, tolerateClosedTerminals, writeTo } from './adapters/streams.ts';
import type { Console } from './command-line.ts';
import { unexpectedText } from './core/display.ts';
import { EXIT } from './core/exit.ts';

/** Runs `program` on the process's own command line and streams. Returns its exit code; does not reject. */
export async function started(
  program: (argv: readonly string[], console: Console) => Promise<number>,
): Promise<number> {
  tolerateClosedTerminals();
  const argv = commandLine();
  try {
    return await program(argv, { version: packageJson.version, write: writeTo, width: columnsOf });
  } catch (error) {
    writeTo('stderr', `bug: ${unexpectedText(error, argv.includes('--debug'))}`);
    return EXIT.world;
  }
}
