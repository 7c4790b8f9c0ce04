/** What can follow on a command line: the shells ask with every press of the Tab key. Made of COMMANDS and OPTIONS alone. */
import {
  GLOBAL_OPTIONS,
  HELP_OPTION,
  OPTIONS,
  optionRowsOf,
  VERSION_OPTION,
  type OptionRow,
} from './options.ts';
import type { Candidate, Command, Completes } from './command.ts';

export interface Completion {
  /** Stands before each candidate and is typed already: `--profile=`. */
  readonly prefix: string;
  readonly wanted: Completes;
}

const NOTHING: Completes = [];

const longOf = ({ flags }: OptionRow): string => /--[\w-]+/.exec(flags)?.[0] ?? '';
const takesValue = ({ flags }: OptionRow): boolean => flags.includes('<');
const isCalled = (row: OptionRow, flag: string): boolean =>
  flag !== '' && row.flags.split(/[ ,]+/).includes(flag);

/** What fits at the last of the words, which may be empty. `words` begin behind the program's name. */
export function complete(words: readonly string[], commands: readonly Command[]): Completion {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const line = readLine(before, commands);
  if (line.open !== undefined) return { prefix: '', wanted: valuesOf(line.open) };
  const [, flag = '', typed] = /^(--[\w-]+)(=)/.exec(current) ?? [];
  if (typed !== undefined && !line.optionsEnded) {
    const row = line.rows.find((option) => isCalled(option, flag));
    return { prefix: `${flag}=`, wanted: row === undefined ? NOTHING : valuesOf(row) };
  }
  const options = line.optionsEnded ? [] : optionsOf(line.rows, before);
  if (current.startsWith('-') && !line.optionsEnded) return { prefix: '', wanted: options };
  const positional = positionalOf(line, commands);
  return { prefix: '', wanted: positional.length > 0 ? positional : options };
}

interface Line {
  readonly command: Command | undefined;
  /** The options that may be given here. */
  readonly rows: readonly OptionRow[];
  readonly positionals: readonly string[];
  /** The option whose value comes next. */
  readonly open: OptionRow | undefined;
  /** `--` was given. */
  readonly optionsEnded: boolean;
}

function readLine(words: readonly string[], commands: readonly Command[]): Line {
  const rootRows = [...GLOBAL_OPTIONS.map((name) => OPTIONS[name]), HELP_OPTION, VERSION_OPTION];
  const start: Line = {
    command: undefined,
    rows: rootRows,
    positionals: [],
    open: undefined,
    optionsEnded: false,
  };
  return words.reduce<Line>((line, word) => {
    if (line.open !== undefined) return { ...line, open: undefined };
    if (line.optionsEnded || !word.startsWith('-') || word === '-')
      return withPositional(line, word, commands);
    if (word === '--') return { ...line, optionsEnded: true };
    return { ...line, open: line.rows.find((row) => takesValue(row) && isCalled(row, word)) };
  }, start);
}

function withPositional(line: Line, word: string, commands: readonly Command[]): Line {
  const isCommand = line.command === undefined && line.positionals.length === 0;
  const command = isCommand ? commands.find(({ name }) => name === word) : undefined;
  if (command === undefined) return { ...line, positionals: [...line.positionals, word] };
  return { ...line, command, rows: [...optionRowsOf(command), HELP_OPTION] };
}

function positionalOf({ command, positionals }: Line, commands: readonly Command[]): Completes {
  const names = commands.map(({ name, summary }) => ({ value: name, description: summary }));
  if (command === undefined) {
    if (positionals.length === 0)
      return [...names, { value: 'help', description: 'Show the help of a command' }];
    return positionals.length === 1 && positionals[0] === 'help' ? names : NOTHING;
  }
  const { args = [] } = command;
  const last = args.at(-1);
  const argument = args[positionals.length] ?? (last?.usage.includes('...') === true ? last : undefined);
  return argument?.completes?.() ?? NOTHING;
}

function valuesOf({ flags, choices, completes }: OptionRow): Completes {
  if (choices !== undefined) return choices.map((value) => ({ value }));
  return completes ?? (/[<[]FILE[>\]]/.test(flags) ? 'files' : NOTHING);
}

/** The options that are not on the line yet. */
function optionsOf(rows: readonly OptionRow[], before: readonly string[]): readonly Candidate[] {
  const given = before.map((word) => word.replace(/=.*/s, ''));
  return rows
    .filter((row) => row.hidden !== true && !given.some((flag) => isCalled(row, flag)))
    .map((row) => ({ value: longOf(row), description: row.description }));
}
