/** From argv to a command’s typed input, its report, stdout and an exit code. */
import { Command as Commander, CommanderError, Option } from 'commander';
import { COMMANDS } from './commands/index.ts';
import type { Command, Input } from './commands/command.ts';
import {
  FLAG_FIELDS,
  fieldOption,
  GLOBAL_OPTIONS,
  OPTIONS,
  type OptionRow,
  type OptionValues,
} from './commands/options.ts';
import { printable, printableLines } from './core/display.ts';
import { describeFileFailure, EXIT, ExpectedError } from './core/errors.ts';
import { FIELDS } from './core/fields.ts';
import type { Settings } from './core/plan.ts';
import { Cancelled, FileFailure, type Ports } from './ports.ts';
import type { Report } from './report/report.ts';
import { REPORTERS, type Format } from './report/index.ts';
import { makeStyle, type Style } from './report/style.ts';

/** The two output streams and what is known of them. */
interface Output {
  readonly colorLevel: (stream: 'stdout' | 'stderr', wanted: string | undefined) => 0 | 1 | 2 | 3;
  readonly write: (stream: 'stdout' | 'stderr', text: string) => void;
}

export interface Runtime {
  readonly version: string;
  readonly output: Output;
  readonly ports: (options: OptionValues) => Ports;
}

/**
 * Runs one command line (without node and script). `cancelled` rejects with Cancelled when a signal comes.
 * Returns the exit code; never throws and never exits.
 */
export async function run(
  argv: readonly string[],
  runtime: Runtime,
  cancelled: Promise<never> = new Promise<never>(() => undefined),
): Promise<number> {
  let outcome: { report: Report; options: OptionValues; ports: Ports } | undefined;
  const program = buildProgram(runtime, async (command, input) => {
    const ports = runtime.ports(input.options);
    outcome = { report: await command.run(input, ports), options: input.options, ports };
  });
  try {
    await Promise.race([program.parseAsync([...argv], { from: 'user' }), cancelled]);
    return outcome === undefined ? EXIT.ok : await deliver(outcome, runtime);
  } catch (error) {
    return fail(error, argv, runtime);
  }
}

async function deliver(
  { report, options, ports }: { report: Report; options: OptionValues; ports: Ports },
  { output }: Runtime,
): Promise<number> {
  const style = (stream: 'stdout' | 'stderr'): Style =>
    makeStyle(output.colorLevel(stream, options.color), ports.terminal.columns, options.quiet === true);
  const { body } = report;
  if (body.kind === 'validation' && body.failures.length > 0) {
    const { paint } = style('stderr');
    for (const failure of body.failures) output.write('stderr', `${paint.red('error:')} ${failure}\n`);
  }
  const reporter = REPORTERS[report.format as Format];
  if (options.output === undefined) {
    output.write('stdout', reporter(body, style('stdout')));
    return report.exitCode;
  }
  await ports.files.writeReport(options.output, reporter(body, makeStyle(0, 100)));
  output.write('stdout', REPORTERS.text(body, style('stdout')));
  return report.exitCode;
}

function fail(error: unknown, argv: readonly string[], { output }: Runtime): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof Cancelled) {
    return { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated, SIGHUP: EXIT.hungUp }[error.signal];
  }
  const { paint } = makeStyle(output.colorLevel('stderr', undefined), 80);
  const known = error instanceof FileFailure ? describeFileFailure(error) : error;
  if (known instanceof ExpectedError) {
    output.write('stderr', `${paint.red('error:')} ${known.message}\n`);
    if (known.hint !== undefined) output.write('stderr', `${paint.cyan('  →')} ${known.hint}\n`);
    return known.exitCode;
  }
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  output.write(
    'stderr',
    `${paint.red('bug:')} ${printable(text)}; please report it, with the output of --debug\n`,
  );
  if (argv.includes('--debug') && error instanceof Error) output.write('stderr', `${error.stack ?? ''}\n`);
  return EXIT.world;
}

/** Commander repeats an option that it does not know with its value, which may be a secret. */
const withoutValue = (text: string): string => text.replace(/(unknown option '[^'=]*=)[^]*'/, "$1…'");

type Act = (command: Command, input: Input) => Promise<void>;

function buildProgram({ version, output }: Runtime, act: Act): Commander {
  const program = new Commander('umconfig')
    .description('Sets up, checks and proves the user management configuration of a Scalabel server.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        output.write('stdout', text);
      },
      writeErr: (text) => {
        output.write('stderr', printableLines(withoutValue(text)));
      },
    });
  addOptions(
    program,
    GLOBAL_OPTIONS.map((name) => OPTIONS[name]),
  );
  for (const command of COMMANDS) addCommand(program, command, act);
  return program;
}

function addCommand(program: Commander, command: Command, act: Act): void {
  // `.command()` and not `.addCommand()`: only children made so inherit exitOverride and the output.
  const child = program.command(command.name).summary(command.summary).description(`${command.summary}.`);
  child.helpOption('-h, --help', 'show this help');
  if (command.args !== undefined) child.argument(command.args.usage, command.args.description);
  addOptions(
    child,
    command.options.map((name) => OPTIONS[name]),
  );
  addOptions(
    child,
    (command.fieldFlags ?? []).flatMap((name) => fieldOption(name) ?? []),
  );
  addOptions(
    child,
    GLOBAL_OPTIONS.map((name) => OPTIONS[name]),
  );
  const examples = command.examples.map(({ command: line, what }) => `  ${line}\n      ${what}`);
  child.addHelpText('after', `\nExamples:\n${examples.join('\n')}`);
  child.action(async () => {
    const options = child.optsWithGlobals<Record<string, unknown>>();
    await act(command, {
      args: child.args,
      options: options,
      fields: fieldsFrom(command, options),
    });
  });
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
