/** Generates the manual page from the same tables as the help. */
import packageJson from '../package.json' with { type: 'json' };
import { COMMAND_GROUPS } from '../src/commands/index.ts';
import type { Command, CommandGroup } from '../src/commands/command.ts';
import {
  GLOBAL_OPTIONS,
  HELP_OPTION,
  OPTIONS,
  optionRowsOf,
  VERSION_OPTION,
  type OptionRow,
} from '../src/commands/options.ts';
import { EXIT } from '../src/core/exit-codes.ts';

const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'Fine.',
  findings: 'Findings: the file has errors or differs from the account.',
  usage:
    'Wrong usage: an unknown flag, a missing file, or a required value without a terminal to ask for it.',
  world: 'AWS, network, disk or permission error.',
  interrupted: 'Ctrl-C.',
  terminated: 'SIGTERM.',
  hungUp: 'The terminal was closed.',
};

const ENVIRONMENT: readonly (readonly [name: string, use: string])[] = [
  ['UMCONFIG_CLIENT_SECRET', 'The app client secret, for init without a terminal.'],
  ['NO_COLOR, FORCE_COLOR', 'Switch colours off or on, unless --color is given.'],
  [
    'AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL, AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE and others',
    'As in other AWS tools.',
  ],
];

const FILES: readonly (readonly [name: string, use: string])[] = [
  ['app/config/user_management_config.yml', 'The configuration file in a checkout of the server.'],
  ['user_management_config.yml', 'The configuration file elsewhere.'],
  ['default_config.yml', 'In the same folder: the base of a new configuration file.'],
];

/** Escapes text for roff: a leading dot or quote would be a request, and a bare hyphen would become a typographic one. */
function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/[‘’]/g, '\\(cq')
    .replaceAll('…', '...')
    .replace(/^([.'])/gm, '\\&$1');
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const entry = (term: string, text: string): string => `.TP\n.B ${roff(term)}\n${roff(text)}`;

function optionEntry({ flags, description, choices }: OptionRow): string {
  const values = choices === undefined ? '' : ` (one of ${choices.join(', ')})`;
  return entry(flags, sentence(`${description}${values}`));
}

function examples({ examples: rows }: Command): readonly string[] {
  return rows.flatMap(({ command, what }) => [
    '.PP',
    roff(sentence(what).replace(/\.$/, ':')),
    '.PP',
    '.RS 4',
    '.nf',
    roff(command),
    '.fi',
    '.RE',
  ]);
}

const usageOf = ({ name, args = [] }: Command): string =>
  ['umconfig', name, '[options]', ...args.map(({ usage }) => usage)].join(' ');

function commandText(command: Command): readonly string[] {
  const { summary, args = [] } = command;
  const isGlobal = ({ flags }: OptionRow): boolean =>
    GLOBAL_OPTIONS.some((option) => OPTIONS[option].flags === flags);
  const own = optionRowsOf(command).filter((row) => row.hidden !== true && !isGlobal(row));
  return [
    `.SS ${roff(usageOf(command))}`,
    roff(sentence(summary)),
    ...args.map((argument) => entry(argument.usage, sentence(argument.description))),
    ...own.map(optionEntry),
    ...examples(command),
  ];
}

/** The text of man/umconfig.1 in man macros. It has no date, so that it changes only with its contents. */
export function manPage(groups: readonly CommandGroup[] = COMMAND_GROUPS): string {
  const globals = [...GLOBAL_OPTIONS.map((name) => OPTIONS[name]), HELP_OPTION, VERSION_OPTION];
  const exits = (Object.keys(EXIT) as readonly (keyof typeof EXIT)[]).map((name) =>
    entry(String(EXIT[name]), EXIT_MEANINGS[name]),
  );
  const lines = [
    '.\\" Written by scripts/generate.ts from COMMANDS and OPTIONS. Do not edit.',
    `.TH UMCONFIG 1 "" "umconfig ${packageJson.version}" "User Commands"`,
    '.SH NAME',
    roff('umconfig - set up and check the user management configuration of a Scalabel server'),
    '.SH SYNOPSIS',
    '.nf',
    ...groups.flatMap(({ commands }) => commands.map((command) => roff(usageOf(command)))),
    '.fi',
    '.SH DESCRIPTION',
    roff(packageJson.description),
    roff(
      'Results go to standard output, everything else to standard error. Without a terminal, umconfig never prompts.',
    ),
    '.SH OPTIONS',
    roff('Every command has these options. Use --version without a command.'),
    ...globals.map(optionEntry),
    ...groups.flatMap(({ title, commands }) => [
      `.SH ${title.toUpperCase()}`,
      ...commands.flatMap(commandText),
    ]),
    '.SH EXIT STATUS',
    ...exits,
    '.SH ENVIRONMENT',
    ...ENVIRONMENT.map(([name, use]) => entry(name, use)),
    '.SH FILES',
    ...FILES.map(([name, use]) => entry(name, use)),
  ];
  return `${lines.join('\n')}\n`;
}
