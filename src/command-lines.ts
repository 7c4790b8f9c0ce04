/**
 * What the command line has to know of the commands, as plain data and so without their code: the build puts the data itself in
 * the place of this file, so that help loads no command, and a command no other one.
 */
import { FAMILIES } from './commands/command.ts';
import { COMMAND_GROUPS, COMMANDS } from './commands/index.ts';
import {
  GLOBAL_OPTIONS,
  HELP_COMMAND,
  HELP_OPTION,
  OPTIONS,
  optionRowsOf,
  VERSION_OPTION,
  type OptionRow,
} from './commands/options.ts';
import { fieldNamed, type FieldName } from './core/fields.ts';

interface Example {
  readonly command: string;
  readonly what: string;
}

/** A command without what it does. */
export interface CommandLine {
  readonly name: string;
  /** The heading of the help that it stands under. */
  readonly group: string;
  readonly summary: string;
  readonly args: readonly { readonly usage: string; readonly description: string }[];
  /** All options, but for `--help`. */
  readonly options: readonly OptionRow[];
  /** The fields that have a flag here, by the name that commander gives the flag: `clientId`. */
  readonly fields: Readonly<Record<string, FieldName>>;
  readonly examples: readonly Example[];
}

interface CommandLines {
  readonly commands: readonly CommandLine[];
  /** What the families of commands are about, by their first word. */
  readonly families: Readonly<Record<string, string>>;
  /** The options that may stand before a command, too. */
  readonly globals: readonly OptionRow[];
  readonly help: OptionRow;
  readonly helpCommand: { readonly flags: string; readonly description: string };
  readonly version: OptionRow;
  /** Shown below the list of commands. */
  readonly examples: readonly Example[];
}

const camel = (name: string): string =>
  name.replace(/-([a-z])/g, (_match, letter: string) => letter.toUpperCase());

function flagsOf(names: readonly FieldName[]): CommandLine['fields'] {
  return Object.fromEntries(
    names.flatMap((name) => {
      const { flag } = fieldNamed(name);
      return flag === undefined ? [] : [[camel(flag.name), name] as const];
    }),
  );
}

export const COMMAND_LINES: CommandLines = {
  commands: COMMAND_GROUPS.flatMap(({ title, commands }) =>
    commands.map((command) => ({
      name: command.name,
      group: title,
      summary: command.summary,
      args: (command.args ?? []).map(({ usage, description }) => ({ usage, description })),
      options: optionRowsOf(command),
      fields: flagsOf(command.fieldFlags ?? []),
      examples: command.examples,
    })),
  ),
  families: FAMILIES,
  globals: GLOBAL_OPTIONS.map((name) => OPTIONS[name]),
  help: HELP_OPTION,
  helpCommand: HELP_COMMAND,
  version: VERSION_OPTION,
  examples: COMMANDS.slice(0, 3).flatMap(({ examples }) => examples.slice(0, 1)),
};
