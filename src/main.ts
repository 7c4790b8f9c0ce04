/** Wiring: makes the adapters and runs the command line. The only module that knows them. */
import packageJson from '../package.json' with { type: 'json' };
import { nodeAws } from './adapters/aws.ts';
import { nodeFiles } from './adapters/files.ts';
import {
  colorLevel,
  commandLine,
  endProcess,
  nodeEnvironment,
  tolerateClosedPipes,
  writeTo,
} from './adapters/process.ts';
import { nodePrompter } from './adapters/prompter.ts';
import { listenForSignals } from './adapters/signals.ts';
import { nodeTerminal } from './adapters/terminal.ts';
import { run, type Runtime } from './cli.ts';

/** Runs the program. Returns its exit code; ends the process itself only after a signal. */
export async function start(): Promise<number> {
  tolerateClosedPipes();
  const signals = listenForSignals();
  const runtime: Runtime = {
    version: packageJson.version,
    output: { colorLevel, write: writeTo },
    ports: ({ color, quiet = false }) => ({
      files: nodeFiles(process.cwd()),
      prompter: nodePrompter({ signal: signals.signal, colorLevel: colorLevel('stderr', color) }),
      aws: nodeAws(),
      terminal: nodeTerminal({ quiet }),
      environment: nodeEnvironment(),
    }),
  };
  const exitCode = await run(commandLine(), runtime, signals.cancelled);
  const signal = signals.received();
  if (signal !== undefined) endProcess(exitCode, signal);
  signals.stop();
  return exitCode;
}
