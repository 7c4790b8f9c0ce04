/** Generates the manual page from the same tables as the help. */
import { readFileSync } from 'node:fs';
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
import { GUIDE } from '../src/core/rules/rule.ts';

const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'Fine.',
  findings: 'Findings: the file has errors, or differs from the account.',
  usage: 'Wrong usage: an unknown flag, a missing file, or an answer is required and there is no terminal.',
  world: 'AWS, the network, the disk or a permission failed.',
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
  ['default_config.yml', 'The base of a new configuration file, in the same directory.'],
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

function exampleLines(rows: Command['examples']): readonly string[] {
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
    ...exampleLines(command.examples),
  ];
}

/** The date of the newest version in the changelog, so that the page changes only with its sources. */
function versionDate(): string {
  const changelog = readFileSync(new URL('../CHANGELOG.md', import.meta.url), 'utf8');
  const [, date = ''] = /^## .*\b(\d{4}-\d{2}-\d{2})\)$/m.exec(changelog) ?? [];
  return date;
}

const SEE_ALSO = [
  'umconfig explain CODE: a finding, or a key of the file.',
  `The guide of the server: ${GUIDE}`,
  'aws(1), git(1)',
];

/** The first example of each command; command families have their own sections. */
const firstExamples = (groups: readonly CommandGroup[]): readonly string[] =>
  groups
    .filter(({ family }) => family === undefined)
    .flatMap(({ commands }) => commands.flatMap((command) => exampleLines(command.examples.slice(0, 1))));

/** The text of man/umconfig.1, in the man macros. */
export function manPage(groups: readonly CommandGroup[] = COMMAND_GROUPS): string {
  const globals = [...GLOBAL_OPTIONS.map((name) => OPTIONS[name]), HELP_OPTION, VERSION_OPTION];
  const exits = (Object.keys(EXIT) as readonly (keyof typeof EXIT)[]).map((name) =>
    entry(String(EXIT[name]), EXIT_MEANINGS[name]),
  );
  const lines = [
    '.\\" Written by scripts/generate.ts from COMMANDS and OPTIONS. Do not edit.',
    `.TH UMCONFIG 1 "${versionDate()}" "umconfig ${packageJson.version}" "User Commands"`,
    '.SH NAME',
    roff('umconfig - set up and check the user management configuration of a Scalabel server'),
    '.SH SYNOPSIS',
    '.nf',
    ...groups.flatMap(({ commands }) => commands.map((command) => roff(usageOf(command)))),
    '.fi',
    '.SH DESCRIPTION',
    roff(packageJson.description),
    roff(
      'Results go to standard output, everything else to standard error. Without a terminal it never prompts.',
    ),
    '.SH OPTIONS',
    roff('Options of every command, and --version by itself:'),
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
    '.SH EXAMPLES',
    // A heading already starts a paragraph.
    ...firstExamples(groups).slice(1),
    '.SH SEE ALSO',
    ...SEE_ALSO.flatMap((line) => ['.PP', roff(line)]).slice(1),
  ];
  return `${lines.join('\n')}\n`;
}
