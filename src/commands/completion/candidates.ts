/** What can follow on a command line: the shells ask with every press of the Tab key. Made of COMMANDS and OPTIONS alone. */
import {
  GLOBAL_OPTIONS,
  HELP_COMMAND,
  HELP_OPTION,
  OPTIONS,
  optionRowsOf,
  VERSION_OPTION,
  type OptionRow,
} from '../options.ts';
import type { Candidate, Command, CommandGroup, Completes } from '../command.ts';

export interface Completion {
  /** Already typed before each candidate: `--profile=`. */
  readonly prefix: string;
  readonly wanted: Completes;
}

const NOTHING: Completes = [];

const longOf = ({ flags }: OptionRow): string => /--[\w-]+/.exec(flags)?.[0] ?? '';
const takesValue = ({ flags }: OptionRow): boolean => flags.includes('<');
const isCalled = (row: OptionRow, flag: string): boolean =>
  flag !== '' && row.flags.split(/[ ,]+/).includes(flag);

/** What fits at the last of the words, which may be empty. `words` begin behind the program's name. */
export async function complete(
  words: readonly string[],
  groups: readonly CommandGroup[],
): Promise<Completion> {
  const current = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const line = readLine(
    before,
    groups.flatMap(({ commands }) => commands),
  );
  if (line.open !== undefined) return { prefix: '', wanted: valuesOf(line.open) };
  const [, flag = '', typed] = /^(--[\w-]+)(=)/.exec(current) ?? [];
  if (typed !== undefined && !line.optionsEnded) {
    const row = line.rows.find((option) => isCalled(option, flag));
    return { prefix: `${flag}=`, wanted: row === undefined ? NOTHING : valuesOf(row) };
  }
  const options = line.optionsEnded ? [] : optionsOf(line.rows, before);
  if (current.startsWith('-') && !line.optionsEnded) return { prefix: '', wanted: options };
  const positional = await positionalOf(line, groups);
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
  const positionals = [...line.positionals, word];
  const command =
    line.command === undefined ? commands.find(({ name }) => name === positionals.join(' ')) : undefined;
  if (command === undefined) return { ...line, positionals };
  return { ...line, command, positionals: [], rows: [...optionRowsOf(command), HELP_OPTION] };
}

async function positionalOf(
  { command, positionals }: Line,
  groups: readonly CommandGroup[],
): Promise<Completes> {
  if (command === undefined) {
    const [first, ...rest] = positionals;
    if (first === 'help') return rest.length === 0 ? nextWords([], groups) : NOTHING;
    const names = nextWords(positionals, groups);
    const help = { value: HELP_COMMAND.flags.replace(/ .*/, ''), description: HELP_COMMAND.description };
    return names.length === 0 ? NOTHING : [...names, help];
  }
  const { args = [] } = command;
  const last = args.at(-1);
  const argument = args[positionals.length] ?? (last?.usage.includes('...') === true ? last : undefined);
  return (await argument?.completes?.()) ?? NOTHING;
}

/** The words that lead on to a command, with what each is about. */
function nextWords(before: readonly string[], groups: readonly CommandGroup[]): readonly Candidate[] {
  const found = new Map<string, Candidate>();
  const rows = groups.flatMap(({ commands, family }) => commands.map((command) => ({ ...command, family })));
  for (const { name, summary, family } of rows) {
    const words = name.split(' ');
    const value = words[before.length];
    if (value === undefined || !before.every((word, at) => word === words[at])) continue;
    const isLast = words.length === before.length + 1;
    found.set(value, { value, description: isLast ? summary : (family?.summary ?? summary) });
  }
  return [...found.values()];
}

function valuesOf({ flags, choices, completes }: OptionRow): Completes {
  if (choices !== undefined) return choices.map((value) => ({ value }));
  return completes ?? (/[<[]FILE[>\]]/.test(flags) ? 'files' : NOTHING);
}

const isRepeated = ({ flags, repeatable }: OptionRow): boolean =>
  repeatable === true || flags.endsWith('...>');

/** The options that are not on the line yet, or may be there more than once. */
function optionsOf(rows: readonly OptionRow[], before: readonly string[]): readonly Candidate[] {
  const given = before.map((word) => word.replace(/=.*/s, ''));
  return rows
    .filter((row) => row.hidden !== true && (isRepeated(row) || !given.some((flag) => isCalled(row, flag))))
    .map((row) => ({ value: longOf(row), description: row.description }));
}
