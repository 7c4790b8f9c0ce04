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
  /** Accepted only to say what to use instead. */
  readonly hidden?: true;
  /** Heading in the help. */
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
    description: 'use colors',
    choices: ['auto', 'always', 'never'],
    group: 'Global options',
  },
  quiet: { flags: '-q, --quiet', description: 'print results and errors only', group: 'Global options' },
  debug: {
    flags: '--debug',
    description: 'print each request to stderr, and the stack trace of an unexpected error',
    group: 'Global options',
  },
  profile: {
    flags: '--profile <NAME>',
    description: 'AWS profile to use',
    completes: 'profiles',
    group: 'AWS options',
  },
  region: { flags: '--region <REGION>', description: 'AWS region', group: 'AWS options' },
  endpointUrl: {
    flags: '--endpoint-url <URL>',
    description: 'send AWS requests to this URL, for example an emulator',
    group: 'AWS options',
  },
  format: { flags: '--format <FORMAT>', description: 'output format', choices: FORMATS },
  /** `--format` of commands that do not report on several files; read as `format`. */
  resultFormat: { flags: '--format <FORMAT>', description: 'output format', choices: RESULT_FORMATS },
  output: {
    flags: '--output <FILE>',
    description: 'write the result to this file (- for standard output)',
  },
  layout: {
    flags: '--layout <LAYOUT>',
    description:
      'flat (Go server, 22 June 2019 to 31 July 2020) or nested (Node server, since 24 April 2020)',
    choices: LAYOUT_NAMES,
  },
  requireLogin: { flags: '--require-login', description: 'report a file with login off as an error' },
  ignore: {
    flags: '--ignore <CODE>',
    description: 'hide findings with this code, and count them in the summary; repeatable',
    repeatable: true,
  },
  strict: { flags: '--strict', description: 'treat warnings as errors' },
  fix: { flags: '--fix', description: 'apply safe repairs; every other byte stays the same' },
  stdinFilename: { flags: '--stdin-filename <NAME>', description: 'file name to show for standard input' },
  from: {
    flags: '--from <FILE>',
    description:
      'template of a new file (default: default_config.yml in the same directory, else the packaged one)',
  },
  yes: { flags: '-y, --yes', description: 'ask nothing: use the given values and the suggestions' },
  dryRun: { flags: '--dry-run', description: 'show the difference and write nothing' },
  check: { flags: '--check', description: 'write nothing; exit 1 if the file and the account differ' },
  partial: { flags: '--partial', description: 'write the values that were found, even if some are missing' },
  schemaComment: {
    flags: '--schema-comment [FILE]',
    description:
      'add a first line that names the JSON Schema for editors (default: the schema of the installed umconfig)',
  },
  dataDir: { flags: '--no-data-dir', description: 'do not create the data directory' },
  clientSecret: { flags: '--client-secret [SECRET]', description: 'refused', hidden: true },
  clientSecretStdin: {
    flags: '--client-secret-stdin',
    description: 'read the app client secret from standard input',
  },
  pool: { flags: '--pool <POOL>', description: 'user pool: ID, ARN, console address or exact name' },
  paste: {
    flags: '--paste',
    description: 'paste the final address of the browser instead of listening for it',
  },
  browser: { flags: '--no-browser', description: 'print the address instead of opening a browser' },
  timeout: { flags: '--timeout <SECONDS>', description: 'seconds to wait for the sign-in (default: 180)' },
  client: { flags: '--client <CLIENT>', description: 'app client: ID or exact name' },
  users: { flags: '--users', description: 'print the policy for umconfig users, which changes the account' },
  role: {
    flags: '--role <ROLE>',
    description: 'list only users with this role',
    choices: ['admin', 'worker'],
  },
  search: {
    flags: '--search <TEXT>',
    description: 'list only users whose email address or username contains this text (case-insensitive)',
  },
  admin: { flags: '--admin', description: 'also make them admins (group admin)' },
  invite: {
    flags: '--no-invite',
    description: 'do not send an invitation; the user cannot sign in until a password is set',
  },
  force: { flags: '--force', description: 'proceed even if no admin would remain' },
  result: {
    flags: '--result <FILE>',
    description: 'write the result of each line to this CSV file (default: FILE.result.csv)',
  },
  /** `--format` with other values; read as `format`. */
  templateFormat: {
    flags: '--format <FORMAT>',
    description: 'template format (default: cloudformation)',
    choices: TEMPLATE_FORMAT_NAMES,
  },
  poolName: { flags: '--pool-name <NAME>', description: 'name of the new user pool (default: scalabel)' },
  selfSignUp: { flags: '--self-sign-up', description: 'allow anyone who opens the login page to sign up' },
  redirectUri: {
    flags: '--redirect-uri <URL...>',
    description: 'callback URLs (default: from the file, else on localhost)',
    group: 'Field options',
  },
  logOutUri: {
    flags: '--log-out-uri <URL...>',
    description: 'sign-out URLs (default: from the file, else / of each callback URL)',
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

/** Provided by commander itself. */
export const HELP_OPTION: OptionRow = { flags: '-h, --help', description: 'show this help' };
export const HELP_COMMAND = { flags: 'help [command]', description: 'Show help for a command' } as const;
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
