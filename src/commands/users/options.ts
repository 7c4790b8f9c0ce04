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

/** Existing users. */
export const PERSON_ARGUMENT = {
  usage: '<email...>',
  description: 'email addresses or usernames',
} as const;
