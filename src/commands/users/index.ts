/** The rows of `umconfig users …`. Those that change the people named on the command line differ in nothing but their plan. */
import type { Command, CommandFamily } from '../command.ts';
import type { ChangeName } from './change.ts';
import { CHANGE_OPTIONS, PERSON_ARGUMENT } from './options.ts';

const change =
  (name: ChangeName): Command['load'] =>
  async () => ({ run: (await import('./change.ts')).changing(name) });

export const USERS_FAMILY: CommandFamily = {
  name: 'users',
  summary: 'List, add and change the people of the user pool',
};

export const USERS_COMMANDS: readonly Command[] = [
  {
    name: 'users list',
    summary: 'List the people of the user pool, each with the role that the server will give',
    options: ['role', 'search', 'layout', 'resultFormat', 'profile', 'region', 'endpointUrl'],
    examples: [
      { command: 'umconfig users list', what: 'everybody, page by page' },
      { command: 'umconfig users list --role admin', what: 'the admins, as the server sees them' },
      {
        command: "umconfig users list --search acme.dev --format json | jq -r '.users[].email'",
        what: 'for a script',
      },
    ],
    load: () => import('./list.ts'),
  },
  {
    name: 'users add',
    args: [{ usage: '<email...>', description: 'the email addresses of the new users' }],
    summary: 'Add users to the user pool; Cognito invites them by email',
    options: ['admin', 'invite', ...CHANGE_OPTIONS],
    examples: [
      { command: 'umconfig users add ann@acme.dev bob@acme.dev', what: 'two workers' },
      { command: 'umconfig users add ann@acme.dev --admin --yes', what: 'an admin, without asking' },
    ],
    endsByItself: true,
    load: change('add'),
  },
  {
    name: 'users grant',
    args: [PERSON_ARGUMENT],
    summary: 'Make users admins: put them into the group admin',
    options: CHANGE_OPTIONS,
    examples: [
      { command: 'umconfig users grant ann@acme.dev', what: 'the group is made where it is missing' },
    ],
    endsByItself: true,
    load: change('grant'),
  },
  {
    name: 'users revoke',
    args: [PERSON_ARGUMENT],
    summary: 'Make admins workers: take them out of the group admin',
    options: ['force', ...CHANGE_OPTIONS],
    examples: [{ command: 'umconfig users revoke ann@acme.dev', what: 'a worker from the next sign-in on' }],
    endsByItself: true,
    load: change('revoke'),
  },
  {
    name: 'users disable',
    args: [PERSON_ARGUMENT],
    summary: 'Keep users from signing in, until they are enabled again',
    options: ['force', ...CHANGE_OPTIONS],
    examples: [
      {
        command: 'umconfig users disable bob@acme.dev',
        what: 'sessions that are open end when their tokens do',
      },
    ],
    endsByItself: true,
    load: change('disable'),
  },
  {
    name: 'users enable',
    args: [PERSON_ARGUMENT],
    summary: 'Let disabled users sign in again',
    options: CHANGE_OPTIONS,
    examples: [{ command: 'umconfig users enable bob@acme.dev', what: 'as before' }],
    endsByItself: true,
    load: change('enable'),
  },
  {
    name: 'users remove',
    args: [PERSON_ARGUMENT],
    summary: 'Remove users from the user pool for good',
    options: ['force', ...CHANGE_OPTIONS],
    examples: [
      {
        command: 'umconfig users remove bob@acme.dev',
        what: 'asks first; what they have labelled stays with the server',
      },
    ],
    endsByItself: true,
    load: change('remove'),
  },
  {
    name: 'users import',
    args: [
      {
        usage: '<file>',
        description: 'a CSV file with the columns email and role, or - for standard input',
        completes: () => 'files',
      },
    ],
    summary: 'Make the user pool what a CSV file says: add users, make and unmake admins',
    options: ['invite', 'force', 'result', ...CHANGE_OPTIONS],
    examples: [
      {
        command: 'umconfig users import people.csv --dry-run',
        what: 'check the file, and show what would be done',
      },
      {
        command: 'umconfig users import people.csv',
        what: 'do it; run again after Ctrl-C, it does only what is left',
      },
      {
        command: 'umconfig users import - --yes --no-invite < people.csv',
        what: 'from a script, without invitations',
      },
    ],
    endsByItself: true,
    load: () => import('./import.ts'),
  },
];
