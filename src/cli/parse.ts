/** From argv to a command and its typed input; help and wrong command lines are answered here. */
import { Command as Commander, CommanderError, Option, type HelpConfiguration } from 'commander';
import type { Command, CommandFamily, CommandGroup, Input } from '../commands/command.ts';
import { COMMAND_GROUPS } from '../commands/index.ts';
import {
  GLOBAL_OPTIONS,
  HELP_COMMAND,
  HELP_OPTION,
  OPTIONS,
  optionRowsOf,
  VERSION_OPTION,
  type OptionRow,
} from '../commands/options.ts';
import { printable, printableLines } from '../core/text/display.ts';
import { EXIT } from '../core/exit-codes.ts';
import { fieldNamed } from '../core/config/fields.ts';
import { wrap } from '../core/text/wrap.ts';

type Stream = 'stdout' | 'stderr';

/** Where the text goes. */
export interface Console {
  readonly version: string;
  readonly write: (stream: Stream, text: string) => unknown;
  /** Columns of the terminal; undefined if it is not a terminal. */
  readonly width: (stream: Stream) => number | undefined;
}

/** What happens when a command has been named. Returns the exit code, and does not reject. */
type Act = (command: Command, input: Input) => Promise<number>;

/** Takes one command line (without node and script). Returns the exit code; rejects only where this program is wrong. */
export async function parse(
  argv: readonly string[],
  console: Console,
  act: Act,
  groups: readonly CommandGroup[] = COMMAND_GROUPS,
): Promise<number> {
  let exitCode: number = EXIT.ok;
  const acted: Acted = async (command, input) => {
    exitCode = await act(command, input);
  };
  if (argv.length === 0) {
    console.write('stdout', firstSteps(console.width('stdout') ?? 80, groups));
    return EXIT.ok;
  }
  const program = buildProgram(argv, console, acted, groups);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
}

/** What `umconfig` alone prints: where to begin, in ten lines on a screen of 80 columns. */
function firstSteps(columns: number, groups: readonly CommandGroup[]): string {
  const steps = groups
    .flatMap(({ commands }) => commands)
    .filter(({ isFirstStep }) => isFirstStep)
    .flatMap(({ name, summary }) => wrap(summary, columns, `  umconfig ${name}`.padEnd(21)));
  return `${[
    ...wrap('umconfig sets up and checks sign-in of a Scalabel server through Amazon Cognito.', columns, ''),
    '',
    'Start here:',
    ...steps,
    '',
    ...wrap('umconfig explain "blank page" explains a symptom or an error message.', columns, ''),
    ...wrap('umconfig --help lists all commands.', columns, ''),
  ].join('\n')}\n`;
}

/** Commander repeats an option that it does not know with its value, which may be a secret. */
const withoutValue = (text: string): string => text.replace(/(unknown option '[^'=]*=)[^]*'/, "$1…'");

/** Shown below the list of commands. */
const firstExamples = (groups: readonly CommandGroup[]): Command['examples'] =>
  groups
    .flatMap(({ commands }) => commands)
    .slice(0, 3)
    .flatMap(({ examples }) => examples.slice(0, 1));

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

type Acted = (command: Command, input: Input) => Promise<void>;

function buildProgram(
  argv: readonly string[],
  { version, write, width }: Console,
  act: Acted,
  groups: readonly CommandGroup[],
): Commander {
  const columns = width('stdout') ?? width('stderr') ?? 80;
  const program = new Commander('umconfig')
    .description('Sets up and checks sign-in of a Scalabel server through Amazon Cognito.')
    .version(version, VERSION_OPTION.flags, VERSION_OPTION.description)
    .helpOption(HELP_OPTION.flags, HELP_OPTION.description)
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
  addOptions(
    program,
    GLOBAL_OPTIONS.map((name) => OPTIONS[name]),
  );
  for (const group of groupsFor(argv, groups)) addGroup(program, group, argv, columns, act);
  program.helpCommand(HELP_COMMAND.flags, HELP_COMMAND.description);
  program.addHelpText('after', examplesText(firstExamples(groups), columns));
  return program;
}

/** If the command line starts with a command, as most do, only that command is built. */
function groupsFor([first]: readonly string[], groups: readonly CommandGroup[]): readonly CommandGroup[] {
  const named = groups.map((group) => ({
    ...group,
    commands: group.commands.filter(({ name }) => name.split(' ')[0] === first),
  }));
  return named.some(({ commands }) => commands.length > 0) ? named : groups;
}

/** Adds what is needed where a command runs, or its own help is shown. */
function complete(child: Commander, command: Command, columns: number, act: Acted): void {
  addOptions(child, optionRowsOf(command));
  child.addHelpText('after', examplesText(command.examples, columns));
  child.action(async () => {
    const options = child.optsWithGlobals<Record<string, unknown>>();
    await act(command, { args: child.args, options, fields: fieldsFrom(command, options) });
  });
}

function addChild(parent: Commander, name: string, summary: string): Commander {
  // `.command()` and not `.addCommand()`: only children made so inherit exitOverride, the output and `--help`.
  return parent.command(name).summary(summary).description(`${summary}.`);
}

/** The parent of the commands of a family. */
function familyOf(program: Commander, { name, summary }: CommandFamily): Commander {
  const known = program.commands.find((child) => child.name() === name);
  if (known !== undefined) return known;
  const family = addChild(program, name, summary).usage('<command>');
  return family.helpCommand(HELP_COMMAND.flags, HELP_COMMAND.description);
}

/** Adds each command under its group's heading. A command that the line does not name is only listed, so it needs no options. */
function addGroup(
  program: Commander,
  { title, commands, family }: CommandGroup,
  argv: readonly string[],
  columns: number,
  act: Acted,
): void {
  program.commandsGroup(`${title}:`);
  for (const command of commands) {
    const [first = '', member] = command.name.split(' ');
    const parent =
      member === undefined ? program : familyOf(program, family ?? { name: first, summary: title });
    const child = addChild(parent, member ?? first, command.summary);
    for (const { usage, description } of command.args ?? []) child.argument(usage, description);
    if (argv.includes(first)) complete(child, command, columns, act);
  }
}

function examplesText(shown: Command['examples'], columns: number): string {
  const lines = shown.flatMap(({ command, what }) => [
    `  ${command.replaceAll('\n', '\n    ')}`,
    ...wrap(what, columns, '      '),
  ]);
  return `\nExamples:\n${lines.join('\n')}`;
}

function addOptions(target: Commander, rows: readonly OptionRow[]): void {
  for (const { flags, description, choices, group, hidden, repeatable } of rows) {
    const option = new Option(flags, description);
    if (choices !== undefined) option.choices([...choices]);
    if (group !== undefined) option.helpGroup(`${group}:`);
    if (hidden === true) option.hideHelp();
    if (repeatable === true)
      option.argParser((value, before?: readonly string[]) => [...(before ?? []), value]);
    target.addOption(option);
  }
}

const camel = (name: string): string =>
  name.replace(/-([a-z])/g, (_match, letter: string) => letter.toUpperCase());

/** The values of a command's field flags. */
function fieldsFrom(
  { fieldFlags = [] }: Command,
  options: Readonly<Record<string, unknown>>,
): Input['fields'] {
  return Object.fromEntries(
    fieldFlags.flatMap((name) => {
      const { flag } = fieldNamed(name);
      const value = flag === undefined ? undefined : options[camel(flag.name)];
      return typeof value === 'string' ? [[name, value] as const] : [];
    }),
  );
}
