/** From the process's own command line and streams to an exit code. */
import packageJson from '../../package.json' with { type: 'json' };
import { commandLine } from '../adapters/process.ts';
import { columnsOf, tolerateClosedTerminals, writeTo } from '../adapters/streams.ts';
import { unexpectedText } from '../core/text/display.ts';
import { EXIT } from '../core/exit-codes.ts';
import { parse } from './parse.ts';

/** Runs the program. Returns its exit code; does not reject. */
export async function main(): Promise<number> {
  tolerateClosedTerminals();
  const argv = commandLine();
  try {
    const console = { version: packageJson.version, write: writeTo, width: columnsOf };
    // Imported when a command runs: help and usage errors do not need it.
    return await parse(argv, console, async (command, input) =>
      (await import('./wiring.ts')).runOnNode(command, input),
    );
  } catch (error) {
    writeTo('stderr', `bug: ${unexpectedText(error, argv.includes('--debug'))}`);
    return EXIT.world;
  }
}
