/** OPTIONS: every option of every command, once. Help, completion and the types of the values all come from here. */
import { FIELDS, type FieldName } from '../core/fields.ts';
import { LAYOUT_NAMES } from '../core/layouts.ts';
import { FORMATS } from '../report/index.ts';

export interface OptionRow {
  /** As commander takes it: `--config <FILE>`; a boolean without the angle brackets. */
  readonly flags: string;
  readonly description: string;
  readonly choices?: readonly string[];
  /** Taken only to say what to do instead. */
  readonly hidden?: true;
  /** Which heading of the help it stands under. */
  readonly group?: 'AWS options' | 'Global options' | 'Field options';
}

export const OPTIONS = {
  config: {
    flags: '--config <FILE>',
    description:
      'the configuration file (default: app/config/user_management_config.yml where app/config exists, else ./user_management_config.yml)',
    group: 'Global options',
  },
  color: {
    flags: '--color <WHEN>',
    description: 'colours',
    choices: ['auto', 'always', 'never'],
    group: 'Global options',
  },
  quiet: { flags: '-q, --quiet', description: 'results and errors only', group: 'Global options' },
  debug: { flags: '--debug', description: 'show the stack of an unexpected error', group: 'Global options' },
  profile: {
    flags: '--profile <NAME>',
    description: 'profile of the AWS configuration',
    group: 'AWS options',
  },
  region: { flags: '--region <REGION>', description: 'AWS region', group: 'AWS options' },
  endpointUrl: {
    flags: '--endpoint-url <URL>',
    description: 'another address for the AWS API, an emulator for example',
    group: 'AWS options',
  },
  format: { flags: '--format <FORMAT>', description: 'form of the result', choices: FORMATS },
  output: { flags: '--output <FILE>', description: 'write the result to a file, and text to the terminal' },
  layout: {
    flags: '--layout <LAYOUT>',
    description: 'flat (Go server, to July 2020) or nested (Node server, since August 2020)',
    choices: LAYOUT_NAMES,
  },
  strict: { flags: '--strict', description: 'warnings count as errors' },
  fix: { flags: '--fix', description: 'make the repairs that are safe; no other byte changes' },
  stdinFilename: { flags: '--stdin-filename <NAME>', description: 'what to call standard input in messages' },
  from: {
    flags: '--from <FILE>',
    description: 'the base of a new file (default: default_config.yml beside it, else the packaged one)',
  },
  yes: { flags: '-y, --yes', description: 'ask nothing: take the values given and the suggestions' },
  dryRun: { flags: '--dry-run', description: 'show the changes and write nothing' },
  check: { flags: '--check', description: 'write nothing; exit 1 when the file differs from the account' },
  partial: { flags: '--partial', description: 'write what was found even if the account lacks something' },
  dataDir: { flags: '--no-data-dir', description: 'do not make the data directory' },
  clientSecret: { flags: '--client-secret [SECRET]', description: 'refused', hidden: true },
  clientSecretStdin: {
    flags: '--client-secret-stdin',
    description: 'read the app client secret from standard input',
  },
  pool: { flags: '--pool <POOL>', description: 'user pool: id, ARN, console address or exact name' },
  client: { flags: '--client <CLIENT>', description: 'app client: id or exact name' },
} as const satisfies Record<string, OptionRow>;

export type OptionName = keyof typeof OPTIONS;

/** The values of the options that were given; booleans only where the flag takes no value. */
export type OptionValues = {
  readonly [Name in OptionName]?: (typeof OPTIONS)[Name]['flags'] extends `${string}<${string}`
    ? string
    : boolean;
};

/** Options that every command has. */
export const GLOBAL_OPTIONS: readonly OptionName[] = ['config', 'color', 'quiet', 'debug'];
export const AWS_OPTIONS: readonly OptionName[] = ['profile', 'region', 'endpointUrl'];

/** The flag of a field, `--client-id <ID>`; undefined for a field that has none. */
export function fieldOption(name: FieldName): OptionRow | undefined {
  const field = FIELDS.find((row) => row.name === name);
  if (field?.flag === undefined) return undefined;
  const { flag, title } = field;
  const choices = flag.value.includes('|') ? flag.value.split('|') : undefined;
  return {
    flags: `--${flag.name} <${flag.value}>`,
    description: title.toLowerCase(),
    group: 'Field options',
    ...(choices === undefined ? {} : { choices }),
  };
}

/** The fields that have a flag. */
export const FLAG_FIELDS: readonly FieldName[] = FIELDS.filter(({ flag }) => flag !== undefined).map(
  ({ name }) => name,
);
