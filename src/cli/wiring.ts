/** Wiring: makes the adapters, and runs a command on them. The only module that knows them. */
import packageJson from '../../package.json' with { type: 'json' };
import { nodeAws } from '../adapters/aws.ts';
import { systemBrowser } from '../adapters/browser.ts';
import { loggedHttp, type ExchangeLog } from '../adapters/exchanges.ts';
import { nodeFiles } from '../adapters/files.ts';
import { colorLevel, endProcess, nodeEnvironment, systemClock, systemRandom } from '../adapters/process.ts';
import { nodePrompter } from '../adapters/prompter.ts';
import { listenForSignals } from '../adapters/signals.ts';
import { writeTo } from '../adapters/streams.ts';
import { nodeTerminal } from '../adapters/terminal.ts';
import { WorldError } from '../core/errors.ts';
import { printable } from '../core/text/display.ts';
import type { KnownSecrets } from '../core/text/secrets.ts';
import type { Prompter } from '../ports.ts';
import type { Command, Input } from '../commands/command.ts';
import { runCommand, type Runtime } from './run.ts';

const { version } = packageJson;

function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    throw new WorldError('the working directory is not there any more', 'Go to one that is: cd ~');
  }
}

const askMfaCode =
  (prompter: Prompter) =>
  (serial: string): Promise<string> =>
    prompter.text({
      message: `MFA code for ${printable(serial)}`,
      validate: (text) => /^\s*\d{6}\s*$/.test(text) || 'An MFA code has six digits.',
    });

/** Lines of --debug, shown with --quiet too, and masked as all output is. */
const exchangeLog = ({ mask }: KnownSecrets): ExchangeLog => ({
  now: () => systemClock.now(),
  write: (line) => {
    writeTo('stderr', mask(`${line}\n`));
  },
});

/** Runs a command to its end. Returns its exit code; ends the process itself only after a signal. */
export async function runOnNode(command: Command, input: Input): Promise<number> {
  const signals = listenForSignals();
  const runtime: Runtime = {
    version,
    output: { colorLevel, write: writeTo },
    ports: ({ color, quiet = false, profile, debug }, secrets) => {
      const prompter = nodePrompter({ signal: signals.signal, colorLevel: colorLevel('stderr', color) });
      const terminal = nodeTerminal({ quiet });
      const log = debug === true ? exchangeLog(secrets) : undefined;
      const mfaCode = terminal.interactive ? askMfaCode(prompter) : undefined;
      return {
        files: nodeFiles(workingDirectory()),
        prompter,
        aws: nodeAws({
          secrets,
          mfaCode,
          log,
          progress: (text) => {
            terminal.progress(text);
          },
        }),
        terminal,
        environment: nodeEnvironment(),
        // Imported when used: Node's HTTP and TLS modules take as long to load as this whole program.
        http: {
          send: async (request) => {
            const http = (await import('../adapters/http.ts')).nodeHttp({ version, profile, secrets });
            return (log === undefined ? http : loggedHttp(http, log)).send(request);
          },
        },
        get stop() {
          return signals.signal();
        },
        clock: systemClock,
        random: systemRandom,
        browser: systemBrowser(),
        loopback: {
          listen: async (port, answer) =>
            (await import('../adapters/loopback.ts')).nodeLoopback().listen(port, answer),
        },
        tokens: {
          verify: async (check) => (await import('../adapters/tokens.ts')).verifyToken(check, systemClock),
        },
      };
    },
  };
  const exitCode = await runCommand(command, input, runtime, signals);
  const signal = signals.received();
  if (signal !== undefined) endProcess(exitCode, signal);
  signals.stop();
  return exitCode;
}
