/** From argv to a command’s typed input, its report, stdout and an exit code. */
import { Command as Commander, CommanderError, Option } from 'commander';
import { FAMILIES, type Command, type Input } from './commands/command.ts';
import { COMMAND_GROUPS, COMMANDS } from './commands/index.ts';
import {
  FLAG_FIELDS,
  GLOBAL_OPTIONS,
  HELP_COMMAND,
  HELP_OPTION,
  OPTIONS,
  optionRowsOf,
  VERSION_OPTION,
  type OptionRow,
  type OptionValues,
} from './commands/options.ts';
import { maskLongRuns, printable, printableLines } from './core/display.ts';
import { describeFileFailure, EXIT, ExpectedError, SIGNAL_EXIT } from './core/errors.ts';
import { FIELDS } from './core/fields.ts';
import type { Settings } from './core/plan.ts';
import { knownSecrets } from './core/secrets.ts';
import { guardedOutput, guardedPorts } from './guard.ts';
import { Cancelled, FileFailure, type Ports, type Secrets } from './ports.ts';
import { REPORTERS, STREAMERS, type Format, type Reporter } from './report/index.ts';
import type { Run } from './report/location.ts';
import type { Report, ValidationReport } from './report/report.ts';
import { makeStyle, type Style } from './report/style.ts';
import { MAX_SUMMARY_BYTES, summaryMarkdown } from './report/summary.ts';

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
  readonly ports: (options: OptionValues, secrets: Secrets) => Omit<Ports, 'secrets'>;
}

/** Both reject with Cancelled: at the first signal, and at the second one. */
export interface Interruption {
  readonly cancelled: Promise<never>;
  readonly insisted: Promise<never>;
}

const NEVER = new Promise<never>(() => undefined);

/**
 * Runs one command line (without node and script). Returns the exit code; never throws and never exits.
 */
export async function run(
  argv: readonly string[],
  given: Runtime,
  { cancelled, insisted }: Interruption = { cancelled: NEVER, insisted: NEVER },
): Promise<number> {
  let exitCode: number = EXIT.ok;
  const secrets = knownSecrets();
  const runtime: Runtime = { ...given, output: guardedOutput(given.output, secrets) };
  const program = buildProgram(argv, runtime, async (command, { options, ...input }) => {
    const ports = guardedPorts(runtime.ports(options, secrets), secrets);
    const interrupted = command.endsByItself === true ? insisted : cancelled;
    const report = await Promise.race([command.run({ ...input, options }, ports), interrupted]);
    const outcome = { report, options, ports };
    exitCode = await Promise.race([deliver(outcome, runtime), interrupted]);
    await Promise.race([takeOffers(outcome, runtime), interrupted]);
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    return fail(error, argv, runtime);
  }
}

interface Outcome {
  readonly report: Report;
  readonly options: OptionValues;
  readonly ports: Ports;
}

/** What was asked for is done whatever comes of these, so the exit code stays. */
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
  const { body } = report;
  if (body.kind === 'people') {
    const stream = report.format === 'json' ? STREAMERS.json : STREAMERS.text;
    for await (const text of stream(body, style('stdout'))) {
      if (!output.write('stdout', text)) break;
    }
    return report.exitCode;
  }
  if (body.kind === 'validation' && body.failures.length > 0) {
    const { paint } = style('stderr');
    for (const failure of body.failures) {
      output.write('stderr', `${paint.red('error:')} ${printableLines(failure)}\n`);
    }
  }
  const { exitCode } = report;
  const format = report.format as Format;
  const reporter: Reporter = REPORTERS[format];
  const run: Run = { version, exitCode, cwd: ports.files.cwd, workspace: ports.environment.ci?.workspace };
  if (body.kind === 'validation') await addSummary(body, run, ports);
  const file = report.output ?? options.output;
  if (file === undefined) {
    output.write('stdout', reporter(body, style('stdout'), run), format === 'github');
  } else {
    await ports.files.writeReport(file, reporter(body, makeStyle(0, 100), run));
    // A document is the result itself, and the file has it.
    if (body.kind !== 'document') output.write('stdout', REPORTERS.text(body, style('stdout')));
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

function fail(error: unknown, argv: readonly string[], { output }: Runtime): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof Cancelled) return SIGNAL_EXIT[error.signal];
  const { paint } = makeStyle(output.colorLevel('stderr', undefined), 80);
  const known = error instanceof FileFailure ? describeFileFailure(error) : error;
  if (known instanceof ExpectedError) {
    output.write('stderr', `${paint.red('error:')} ${printableLines(known.message)}\n`);
    if (known.hint !== undefined) {
      output.write('stderr', `${paint.cyan('  →')} ${printableLines(known.hint)}\n`);
    }
    return known.exitCode;
  }
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  output.write(
    'stderr',
    `${paint.red('bug:')} ${printable(maskLongRuns(text))}; please report it, with the output of --debug\n`,
  );
  if (argv.includes('--debug') && error instanceof Error) {
    output.write('stderr', `${printableLines(maskLongRuns(error.stack ?? ''))}\n`);
  }
  return EXIT.world;
}

/** Commander repeats an option that it does not know with its value, which may be a secret. */
const withoutValue = (text: string): string => text.replace(/(unknown option '[^'=]*=)[^]*'/, "$1…'");

/** What commander says of a wrong command line: one line and, in a second, what may have been meant. */
function usageText(error: string): string {
  const [, message = '', suggestion = ''] = /^(.*?)(\n\(Did you mean [^\n]*\))?\n*$/s.exec(error) ?? [];
  return `${printable(withoutValue(message))}${printableLines(suggestion)}\n`;
}

type Act = (command: Command, input: Input) => Promise<void>;

function buildProgram(argv: readonly string[], { version, output }: Runtime, act: Act): Commander {
  const program = new Commander('umconfig')
    .description('Sets up, checks and proves the user management configuration of a Scalabel server.')
    .version(version, VERSION_OPTION.flags, VERSION_OPTION.description)
    .helpOption(HELP_OPTION.flags, HELP_OPTION.description)
    .showSuggestionAfterError()
    .configureHelp({
      subcommandTerm: (child) =>
        `${child.name()} ${child.usage().replace('[options]', '')}`.replace(/ +/g, ' ').trim(),
    })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        output.write('stdout', text);
      },
      writeErr: (text) => {
        output.write('stderr', text);
      },
      outputError: (error, write) => {
        write(usageText(error));
      },
    });
  addOptions(
    program,
    GLOBAL_OPTIONS.map((name) => OPTIONS[name]),
  );
  addCommands(program, argv, act);
  program.helpCommand(HELP_COMMAND.flags, HELP_COMMAND.description);
  program.addHelpText(
    'after',
    examplesText(COMMANDS.slice(0, 3).flatMap(({ examples }) => examples.slice(0, 1))),
  );
  return program;
}

function addCommand(parent: Commander, name: string, command: Command, act: Act): void {
  const child = addChild(parent, name, command.summary);
  for (const { usage, description } of command.args ?? []) child.argument(usage, description);
  addOptions(child, optionRowsOf(command));
  child.addHelpText('after', examplesText(command.examples));
  child.action(async () => {
    const options = child.optsWithGlobals<Record<string, unknown>>();
    await act(command, {
      args: child.args,
      options: options,
      fields: fieldsFrom(command, options),
    });
  });
}

function addChild(parent: Commander, name: string, summary: string): Commander {
  // `.command()` and not `.addCommand()`: only children made so inherit exitOverride and the output.
  const child = parent.command(name).summary(summary).description(`${summary}.`);
  return child.helpOption(HELP_OPTION.flags, HELP_OPTION.description);
}

/** Where a command of a family hangs. */
function familyOf(program: Commander, name: string): Commander {
  const known = program.commands.find((child) => child.name() === name);
  if (known !== undefined) return known;
  const family = addChild(program, name, FAMILIES[name] ?? '').usage('<command>');
  return family.helpCommand(HELP_COMMAND.flags, HELP_COMMAND.description);
}

function examplesText(examples: Command['examples']): string {
  const lines = examples.map(({ command, what }) => `  ${command.replaceAll('\n', '\n    ')}\n      ${what}`);
  return `\nExamples:\n${lines.join('\n')}`;
}

/** Each command with its group's heading; when `argv` names one first, that alone. */
function addCommands(program: Commander, argv: readonly string[], act: Act): void {
  const firstWord = ({ name }: Command): string => name.replace(/ .*/, '');
  const isNamed = COMMANDS.some((command) => firstWord(command) === argv[0]);
  for (const { title, commands } of COMMAND_GROUPS) {
    program.commandsGroup(`${title}:`);
    for (const command of commands) {
      // Most runs name their command first; then the others need not be built.
      if (isNamed && firstWord(command) !== argv[0]) continue;
      const [name = '', member] = command.name.split(' ');
      if (member === undefined) addCommand(program, name, command, act);
      else addCommand(familyOf(program, name), member, command, act);
    }
  }
}

function addOptions(target: Commander, rows: readonly OptionRow[]): void {
  for (const { flags, description, choices, group, hidden } of rows) {
    const option = new Option(flags, description);
    if (choices !== undefined) option.choices([...choices]);
    if (group !== undefined) option.helpGroup(`${group}:`);
    if (hidden === true) option.hideHelp();
    target.addOption(option);
  }
}

const camel = (name: string): string =>
  name.replace(/-([a-z])/g, (_match, letter: string) => letter.toUpperCase());

function fieldsFrom({ fieldFlags = [] }: Command, options: Readonly<Record<string, unknown>>): Settings {
  const given = FLAG_FIELDS.filter((name) => fieldFlags.includes(name)).flatMap((name) => {
    const flag = FIELDS.find((field) => field.name === name)?.flag?.name;
    const value = flag === undefined ? undefined : options[camel(flag)];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return Object.fromEntries(given);
}
