/** Runs one command on the outside world: its report, stdout, what it offers, and an exit code. */
import type { Command, Input } from '../commands/command.ts';
import type { OptionValues } from '../commands/options.ts';
import { withEndpoint } from '../commands/shared/endpoint.ts';
import { outputFile } from '../commands/shared/output-file.ts';
import { printableLines, unexpectedText } from '../core/text/display.ts';
import { describeFileFailure, ExpectedError } from '../core/errors.ts';
import { EXIT, SIGNAL_EXIT } from '../core/exit-codes.ts';
import { knownSecrets, type KnownSecrets } from '../core/text/secrets.ts';
import { hintText } from '../core/text/hint.ts';
import { guardedOutput, guardedPorts } from './redact.ts';
import type { Ports } from '../ports.ts';
import { Cancelled, FileFailure } from '../core/failures.ts';
import { reporterOf, STREAMERS } from '../report/index.ts';
import type { Run } from '../report/location.ts';
import type { Report, ValidationReport } from '../report/report.ts';
import { makeStyle, type Style } from '../report/style.ts';
import { MAX_SUMMARY_BYTES, summaryMarkdown } from '../report/summary.ts';

/** The two output streams and what is known of them. */
interface Output {
  readonly colorLevel: (stream: 'stdout' | 'stderr', wanted: string | undefined) => 0 | 1 | 2 | 3;
  /**
   * `areCommands`: the text consists of commands of GitHub Actions, which are otherwise made harmless. False where nobody reads any more.
   */
  readonly write: (stream: 'stdout' | 'stderr', text: string, areCommands?: boolean) => boolean;
}

export interface Runtime {
  readonly version: string;
  readonly output: Output;
  readonly ports: (options: OptionValues, secrets: KnownSecrets) => Omit<Ports, 'secrets'>;
}

/** Both reject with Cancelled: at the first signal, and at the second one. */
export interface Interruption {
  readonly cancelled: Promise<never>;
  readonly insisted: Promise<never>;
}

const NEVER = new Promise<never>(() => undefined);

/** Runs a command. Returns the exit code; never throws and never exits. */
export async function runCommand(
  command: Command,
  input: Input,
  given: Runtime,
  { cancelled, insisted }: Interruption = { cancelled: NEVER, insisted: NEVER },
): Promise<number> {
  const { options } = input;
  const secrets = knownSecrets();
  const runtime: Runtime = { ...given, output: guardedOutput(given.output, secrets) };
  const interrupted = command.endsByItself === true ? insisted : cancelled;
  try {
    const ports = guardedPorts(runtime.ports(options, secrets), secrets);
    const { run } = await command.load();
    const known = { ...input, options: withEndpoint(options, ports.environment) };
    const report = await Promise.race([run(known, ports), interrupted]);
    const outcome = { report, options, ports };
    const exitCode = await Promise.race([deliver(outcome, runtime), interrupted]);
    await Promise.race([takeOffers(outcome, runtime), interrupted]);
    return exitCode;
  } catch (error) {
    return fail(error, options, runtime);
  }
}

interface Outcome {
  readonly report: Report;
  readonly options: OptionValues;
  readonly ports: Ports;
}

/** The command itself is done, so these do not change its exit code. */
async function takeOffers({ report, options, ports }: Outcome, runtime: Runtime): Promise<void> {
  for (const { question, run: take } of report.offers ?? []) {
    if (!(await ports.prompter.confirm(question, true))) return;
    const next = { report: await take(), options, ports };
    if ((await deliver(next, runtime)) !== EXIT.ok) return;
  }
}

async function deliver({ report, options, ports }: Outcome, { output, version }: Runtime): Promise<number> {
  const style = (stream: 'stdout' | 'stderr'): Style =>
    makeStyle(output.colorLevel(stream, options.color), ports.terminal.columns, options.quiet === true);
  if (report.body.kind === 'people') {
    const stream = await STREAMERS[report.format === 'json' ? 'json' : 'text']();
    for await (const text of stream(report.body, style('stdout'))) {
      if (!output.write('stdout', text)) break;
    }
    return report.exitCode;
  }
  // Hints suggest commands on the file that was named; where several were checked, each report knows its own.
  const body = report.body.kind === 'validation' ? report.body : { ...report.body, config: options.config };
  if (body.kind === 'validation' && body.failures.length > 0) {
    const { paint } = style('stderr');
    for (const failure of body.failures) {
      output.write('stderr', `${paint.red('error:')} ${printableLines(failure)}\n`);
    }
  }
  const { exitCode, format } = report;
  const reporter = await reporterOf(body.kind, format);
  const run: Run = { version, exitCode, cwd: ports.files.cwd, workspace: ports.environment.ci?.workspace };
  if (body.kind === 'validation') await addSummary(body, run, ports);
  const file = report.output ?? outputFile(options);
  if (file === undefined) {
    output.write('stdout', reporter(body, style('stdout'), run), format === 'github');
  } else {
    await ports.files.writeReport(file, reporter(body, makeStyle(0, 100), run));
    // A document is the result itself, and the file has it.
    if (body.kind !== 'document')
      output.write('stdout', (await reporterOf(body.kind, 'text'))(body, style('stdout'), run));
  }
  if (report.next !== undefined) ports.terminal.note(report.next);
  return exitCode;
}

/** Adds a table to the page of the job. That it cannot be written is no reason to fail. */
async function addSummary(
  body: ValidationReport,
  run: Run,
  { files, environment, terminal }: Ports,
): Promise<void> {
  const path = environment.ci?.stepSummary;
  if (path === undefined) return;
  try {
    const isAdded = await files.append(path, summaryMarkdown(body, run), MAX_SUMMARY_BYTES);
    if (!isAdded) terminal.note('the step summary is full: the findings are not added to it');
  } catch (error) {
    if (!(error instanceof FileFailure)) throw error;
    terminal.note(`the step summary was not written: ${describeFileFailure(error).message}`);
  }
}

function fail(error: unknown, { color, debug, config }: OptionValues, { output }: Runtime): number {
  if (error instanceof Cancelled) return SIGNAL_EXIT[error.signal];
  const { paint } = makeStyle(output.colorLevel('stderr', color), 80);
  const known = error instanceof FileFailure ? describeFileFailure(error) : error;
  if (known instanceof ExpectedError) {
    output.write('stderr', `${paint.red('error:')} ${printableLines(known.message)}\n`);
    if (known.hint !== undefined) {
      output.write('stderr', `${paint.cyan('  →')} ${printableLines(hintText(known.hint, config))}\n`);
    }
    return known.exitCode;
  }
  output.write('stderr', `${paint.red('bug:')} ${unexpectedText(error, debug === true)}`);
  return EXIT.world;
}
