/** `users grant`: puts people into the group admin, which makes admins of those who are in no other. */
import { planGrant } from '../../core/people.ts';
import type { Command } from '../command.ts';
import { CHANGE_OPTIONS, changePeople, PERSON_ARGUMENT } from './change.ts';

export const usersGrantCommand: Command = {
  name: 'users grant',
  args: [PERSON_ARGUMENT],
  summary: 'Make users admins: put them into the group admin',
  options: CHANGE_OPTIONS,
  examples: [{ command: 'umconfig users grant ann@acme.dev', what: 'the group is made where it is missing' }],
  endsByItself: true,
  run: ({ args, options }, ports) =>
    changePeople(
      {
        command: 'users grant EMAIL',
        wishes: args.map((name) => ({ name })),
        options,
        makePlan: planGrant,
      },
      ports,
    ),
};
