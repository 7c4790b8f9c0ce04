/** OPTIONS: every option of every command, once. Help, completion and the types of the values all come from here. */
import type { Field } from '../core/config/field.ts';
import { fieldNamed, FIELDS, type FieldName } from '../core/config/fields.ts';
import { LAYOUT_NAMES } from '../core/config/layouts.ts';
import { FORMATS, RESULT_FORMATS } from '../report/index.ts';
import { TEMPLATE_FORMAT_NAMES } from './provision/formats.ts';

export interface OptionRow {
  /** As commander takes it: `--config <FILE>`; a boolean without the angle brackets. */
  readonly flags: string;
  readonly description: string;
  readonly choices?: readonly string[];
  /** What the shells offer for the value, where that is neither a choice nor a FILE. */
  readonly completes?: 'profiles';
  /** May be given several times, each with one value. */
  readonly repeatable?: true;
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
    completes: 'profiles',
    group: 'AWS options',
  },
  region: { flags: '--region <REGION>', description: 'AWS region', group: 'AWS options' },
  endpointUrl: {
    flags: '--endpoint-url <URL>',
    description: 'another address for the AWS API, an emulator for example',
    group: 'AWS options',
  },
  format: { flags: '--format <FORMAT>', description: 'form of the result', choices: FORMATS },
  /** `--format` of what is no list of findings in files; read as `format`. */
  resultFormat: { flags: '--format <FORMAT>', description: 'form of the result', choices: RESULT_FORMATS },
  output: {
    flags: '--output <FILE>',
    description:
      'write the result to a file, or with - to standard output; beside a report in a file its text goes to the terminal',
  },
  layout: {
    flags: '--layout <LAYOUT>',
    description:
      'flat (Go server, 22 June 2019 to 31 July 2020) or nested (Node server, since 24 April 2020)',
    choices: LAYOUT_NAMES,
  },
  requireLogin: { flags: '--require-login', description: 'a file with login off is an error' },
  ignore: {
    flags: '--ignore <CODE>',
    description: 'leave findings with this code out, and count them in the summary; repeatable',
    repeatable: true,
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
  schemaComment: {
    flags: '--schema-comment [FILE]',
    description:
      'name the JSON Schema in the first line, for editors (default: that of the installed umconfig)',
  },
  dataDir: { flags: '--no-data-dir', description: 'do not make the data directory' },
  clientSecret: { flags: '--client-secret [SECRET]', description: 'refused', hidden: true },
  clientSecretStdin: {
    flags: '--client-secret-stdin',
    description: 'read the app client secret from standard input',
  },
  pool: { flags: '--pool <POOL>', description: 'user pool: id, ARN, console address or exact name' },
  paste: {
    flags: '--paste',
    description: 'paste the address that the browser ends at, instead of listening for it',
  },
  browser: { flags: '--no-browser', description: 'open no browser: only print the address' },
  timeout: { flags: '--timeout <SECONDS>', description: 'how long to wait for the sign-in (default: 180)' },
  client: { flags: '--client <CLIENT>', description: 'app client: id or exact name' },
  users: { flags: '--users', description: 'the policy of umconfig users, which changes the account' },
  role: {
    flags: '--role <ROLE>',
    description: 'only users with this role',
    choices: ['admin', 'worker'],
  },
  search: {
    flags: '--search <TEXT>',
    description: 'only users whose email address or username contains the text, in any case',
  },
  admin: { flags: '--admin', description: 'make the new users admins' },
  invite: {
    flags: '--no-invite',
    description: 'send no invitation; the users cannot sign in until a password is set',
  },
  force: { flags: '--force', description: 'proceed even if no admin would remain' },
  result: {
    flags: '--result <FILE>',
    description: 'write the result of each line to this CSV file (default: FILE.result.csv)',
  },
  /** `--format` with other values; read as `format`. */
  templateFormat: {
    flags: '--format <FORMAT>',
    description: 'what deploys it (default: cloudformation)',
    choices: TEMPLATE_FORMAT_NAMES,
  },
  poolName: { flags: '--pool-name <NAME>', description: 'name of the new user pool (default: scalabel)' },
  selfSignUp: { flags: '--self-sign-up', description: 'let everybody who finds the login page sign up' },
  redirectUri: {
    flags: '--redirect-uri <URL...>',
    description: 'callback URLs (default: that of the file, or of this machine)',
    group: 'Field options',
  },
  logOutUri: {
    flags: '--log-out-uri <URL...>',
    description: 'sign-out URLs (default: that of the file, or the start page of each callback URL)',
    group: 'Field options',
  },
} as const satisfies Record<string, OptionRow>;

export type OptionName = keyof typeof OPTIONS;

/**
 * The values of the options that were given; booleans only where the flag takes no value. A field flag that a command
 * takes once is in its `fields` instead.
 */
export type OptionValues = {
  readonly [Name in OptionName]?: (typeof OPTIONS)[Name]['flags'] extends `${string}...>`
    ? readonly string[]
    : (typeof OPTIONS)[Name]['flags'] extends `${string}<${string}`
      ? (typeof OPTIONS)[Name] extends { readonly repeatable: true }
        ? readonly string[]
        : string
      : (typeof OPTIONS)[Name]['flags'] extends `${string}[${string}`
        ? string | true
        : boolean;
};

/** Options that every command has. */
export const GLOBAL_OPTIONS: readonly OptionName[] = ['config', 'color', 'quiet', 'debug'];

/** What commander itself brings. */
export const HELP_OPTION: OptionRow = { flags: '-h, --help', description: 'show this help' };
export const HELP_COMMAND = { flags: 'help [command]', description: 'Show the help of a command' } as const;
export const VERSION_OPTION: OptionRow = { flags: '-V, --version', description: 'print the version' };

/** All options of a command, in the order of its help, without `--help`. */
export function optionRowsOf({
  options,
  fieldFlags = [],
}: {
  readonly options: readonly OptionName[];
  readonly fieldFlags?: readonly FieldName[];
}): readonly OptionRow[] {
  return [
    ...options.map((name) => OPTIONS[name]),
    ...fieldFlags.flatMap((name) => fieldOption(fieldNamed(name)) ?? []),
    ...GLOBAL_OPTIONS.map((name) => OPTIONS[name]),
  ];
}

/** The flag of a field, `--client-id <ID>`; undefined for a field that has none. */
export function fieldOption({ flag, title }: Pick<Field, 'flag' | 'title'>): OptionRow | undefined {
  if (flag === undefined) return undefined;
  const choices = flag.value.includes('|') ? flag.value.split('|') : undefined;
  return {
    flags: `--${flag.name} <${flag.value}>`,
    description: title.startsWith('Cognito') ? title : title.charAt(0).toLowerCase() + title.slice(1),
    group: 'Field options',
    ...(choices === undefined ? {} : { choices }),
  };
}

/** The fields that have a flag. */
export const FLAG_FIELDS: readonly FieldName[] = FIELDS.filter(({ flag }) => flag !== undefined).map(
  ({ name }) => name,
);
