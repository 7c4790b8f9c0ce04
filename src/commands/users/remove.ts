/** `users remove`: deletes people from the pool. */
import { planRemove } from '../../core/people.ts';
import type { Command } from '../command.ts';
import { CHANGE_OPTIONS, changePeople, PERSON_ARGUMENT } from './change.ts';

export const usersRemoveCommand: Command = {
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
  run: ({ args, options }, ports) =>
    changePeople(
      {
        command: 'users remove EMAIL',
        wishes: args.map((name) => ({ name })),
        options,
        makePlan: planRemove,
      },
      ports,
    ),
};
