/** The rows of `umconfig users …`. Those that change the users named on the command line differ only in their plan. */
import type { Command, CommandFamily } from '../command.ts';
import type { ChangeName } from './change.ts';
import { CHANGE_OPTIONS, PERSON_ARGUMENT } from './options.ts';

const change =
  (name: ChangeName): Command['load'] =>
  async () => ({ run: (await import('./change.ts')).changing(name) });

export const USERS_FAMILY: CommandFamily = {
  name: 'users',
  summary: 'List, add and change the users of the user pool',
};

export const USERS_COMMANDS: readonly Command[] = [
  {
    name: 'users list',
    summary: 'List users, with the role that the server will give each of them',
    options: ['role', 'search', 'layout', 'resultFormat', 'profile', 'region', 'endpointUrl'],
    examples: [
      { command: 'umconfig users list', what: 'all users' },
      { command: 'umconfig users list --role admin', what: 'those whom the server treats as admins' },
      {
        command: "umconfig users list --search acme.dev --format json | jq -r '.users[].email'",
        what: 'email addresses for a script',
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
      { command: 'umconfig users add ann@acme.dev --admin --yes', what: 'an admin, without confirmation' },
    ],
    endsByItself: true,
    load: change('add'),
  },
  {
    name: 'users invite',
    args: [PERSON_ARGUMENT],
    summary: 'Send the invitation again, with a new temporary password',
    options: CHANGE_OPTIONS,
    examples: [
      {
        command: 'umconfig users invite ann@acme.dev',
        what: 'after the first invitation has expired or was lost',
      },
    ],
    endsByItself: true,
    load: change('invite'),
  },
  {
    name: 'users grant',
    args: [PERSON_ARGUMENT],
    summary: 'Make users admins: add them to the group admin',
    options: CHANGE_OPTIONS,
    examples: [{ command: 'umconfig users grant ann@acme.dev', what: 'creates the group if it is missing' }],
    endsByItself: true,
    load: change('grant'),
  },
  {
    name: 'users revoke',
    args: [PERSON_ARGUMENT],
    summary: 'Make admins workers: remove them from the group admin',
    options: ['force', ...CHANGE_OPTIONS],
    examples: [{ command: 'umconfig users revoke ann@acme.dev', what: 'applies from the next sign-in' }],
    endsByItself: true,
    load: change('revoke'),
  },
  {
    name: 'users disable',
    args: [PERSON_ARGUMENT],
    summary: 'Block users from signing in until they are enabled again',
    options: ['force', ...CHANGE_OPTIONS],
    examples: [
      {
        command: 'umconfig users disable bob@acme.dev',
        what: 'open sessions last until their tokens expire',
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
    examples: [{ command: 'umconfig users enable bob@acme.dev', what: 'with the same role as before' }],
    endsByItself: true,
    load: change('enable'),
  },
  {
    name: 'users remove',
    args: [PERSON_ARGUMENT],
    summary: 'Delete users from the user pool',
    options: ['force', ...CHANGE_OPTIONS],
    examples: [
      {
        command: 'umconfig users remove bob@acme.dev',
        what: 'asks first; their labels stay on the server',
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
    summary: 'Sync users and admin rights from a CSV file',
    options: ['invite', 'force', 'result', ...CHANGE_OPTIONS],
    examples: [
      {
        command: 'umconfig users import people.csv --dry-run',
        what: 'check the file and show the changes',
      },
      {
        command: 'umconfig users import people.csv',
        what: 'import; after Ctrl-C the same command does only what is left',
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
