/** From argv to the name of a command and its typed input; help and wrong command lines are answered here. */
import { Command as Commander, CommanderError, Option, type HelpConfiguration } from 'commander';
import { COMMAND_LINES, type CommandLine } from './command-lines.ts';
import type { Input } from './commands/command.ts';
import { printable, printableLines } from './core/display.ts';
import { EXIT } from './core/exit.ts';
import { wrap } from './report/wrap.ts';

const { commands, families, globals, help, helpCommand, version: versionOption, examples } = COMMAND_LINES;

type Stream = 'stdout' | 'stderr';

/** What is shown and on what. */
export interface Console {
  readonly version: string;
  readonly write: (stream: Stream, text: string) => unknown;
  /** Columns of a terminal; undefined for what is none. */
  readonly width: (stream: Stream) => number | undefined;
}

/** What happens when a command has been named. Returns the exit code, and does not reject. */
type Act = (name: string, input: Input) => Promise<number>;

/** Takes one command line (without node and script). Returns the exit code; rejects only where this program is wrong. */
export async function takeCommandLine(argv: readonly string[], console: Console, act: Act): Promise<number> {
  let exitCode: number = EXIT.ok;
  const program = buildProgram(argv, console, async (name, input) => {
    exitCode = await act(name, input);
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
}

/** Commander repeats an option that it does not know with its value, which may be a secret. */
const withoutValue = (text: string): string => text.replace(/(unknown option '[^'=]*=)[^]*'/, "$1…'");

/** What commander says of a wrong command line: one line and, in a second, what may have been meant. */
function usageText(error: string): string {
  const [, message = '', suggestion = ''] = /^(.*?)(\n\(Did you mean [^\n]*\))?\n*$/s.exec(error) ?? [];
  return `${printable(withoutValue(message))}${printableLines(suggestion)}\n`;
}

/** Columns below which there is no room for two columns of text, as commander sets them. */
const NARROW = 60;

/** Each description below what it describes. */
const narrow = (columns: number): HelpConfiguration => ({
  formatItem: (term, _termWidth, description) =>
    [`  ${term}`, ...wrap(description, columns, '      ')].join('\n'),
});

type Acted = (name: string, input: Input) => Promise<void>;

function buildProgram(argv: readonly string[], { version, write, width }: Console, act: Acted): Commander {
  const columns = width('stdout') ?? width('stderr') ?? 80;
  const program = new Commander('umconfig')
    .description('Sets up, checks and proves the user management configuration of a Scalabel server.')
    .version(version, versionOption.flags, versionOption.description)
    .helpOption(help.flags, help.description)
    .showSuggestionAfterError()
    .configureHelp({
      minWidthToWrap: 20,
      ...(columns < NARROW ? narrow(columns) : {}),
      subcommandTerm: (child) =>
        `${child.name()} ${child.usage().replace('[options]', '')}`.replace(/ +/g, ' ').trim(),
    })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        write('stdout', text);
      },
      writeErr: (text) => {
        write('stderr', text);
      },
      outputError: (error, writeError) => {
        writeError(usageText(error));
      },
      // Commander would look at process.stdout, which loads Node's streams and network: a tenth of the whole run.
      getOutHelpWidth: () => columns,
      getErrHelpWidth: () => columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  addOptions(program, globals);
  addCommands(program, argv, columns, act);
  program.helpCommand(helpCommand.flags, helpCommand.description);
  program.addHelpText('after', examplesText(examples, columns));
  return program;
}

function addCommand(parent: Commander, name: string, line: CommandLine, columns: number, act: Acted): void {
  const child = addChild(parent, name, line.summary);
  for (const { usage, description } of line.args) child.argument(usage, description);
  addOptions(child, line.options);
  child.addHelpText('after', examplesText(line.examples, columns));
  child.action(async () => {
    const options = child.optsWithGlobals<Record<string, unknown>>();
    await act(line.name, { args: child.args, options, fields: fieldsFrom(line, options) });
  });
}

function addChild(parent: Commander, name: string, summary: string): Commander {
  // `.command()` and not `.addCommand()`: only children made so inherit exitOverride and the output.
  const child = parent.command(name).summary(summary).description(`${summary}.`);
  return child.helpOption(help.flags, help.description);
}

/** Where a command of a family hangs. */
function familyOf(program: Commander, name: string): Commander {
  const known = program.commands.find((child) => child.name() === name);
  if (known !== undefined) return known;
  const family = addChild(program, name, families[name] ?? '').usage('<command>');
  return family.helpCommand(helpCommand.flags, helpCommand.description);
}

function examplesText(shown: CommandLine['examples'], columns: number): string {
  const lines = shown.flatMap(({ command, what }) => [
    `  ${command.replaceAll('\n', '\n    ')}`,
    ...wrap(what, columns, '      '),
  ]);
  return `\nExamples:\n${lines.join('\n')}`;
}

const firstWord = ({ name }: CommandLine): string => name.replace(/ .*/, '');

/** Each command with its group's heading; when `argv` names one first, that alone. */
function addCommands(program: Commander, argv: readonly string[], columns: number, act: Acted): void {
  // Most runs name their command first; then the others need not be built. And neither the list of all nor the version shows options.
  const named = commands.filter((line) => firstWord(line) === argv[0]);
  const isBrief = argv.length === 1 && ['-h', '--help', '-V', '--version'].includes(argv[0] ?? '');
  for (const line of named.length > 0 ? named : commands) {
    program.commandsGroup(`${line.group}:`);
    const [name = '', member] = line.name.split(' ');
    const shown = isBrief ? { ...line, options: [], examples: [] } : line;
    if (member === undefined) addCommand(program, name, shown, columns, act);
    else addCommand(familyOf(program, name), member, shown, columns, act);
  }
}

function addOptions(target: Commander, rows: CommandLine['options']): void {
  for (const { flags, description, choices, group, hidden } of rows) {
    const option = new Option(flags, description);
    if (choices !== undefined) option.choices([...choices]);
    if (group !== undefined) option.helpGroup(`${group}:`);
    if (hidden === true) option.hideHelp();
    target.addOption(option);
  }
}

function fieldsFrom({ fields }: CommandLine, options: Readonly<Record<string, unknown>>): Input['fields'] {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([flag, name]) => {
      const value = options[flag];
      return typeof value === 'string' ? [[name, value] as const] : [];
    }),
  );
}
