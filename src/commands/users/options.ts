/** What the rows of several `umconfig users …` commands have in common. */
import type { OptionName } from '../options.ts';

/** The options of every command that changes people. */
export const CHANGE_OPTIONS = [
  'yes',
  'dryRun',
  'layout',
  'resultFormat',
  'profile',
  'region',
  'endpointUrl',
] as const satisfies readonly OptionName[];

/** Whom a command is about who is there already. */
export const PERSON_ARGUMENT = {
  usage: '<email...>',
  description: 'the email addresses, or usernames, of users of the pool',
} as const;
