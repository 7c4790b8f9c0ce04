/** `users disable`: keeps people from signing in. */
import { planDisable } from '../../core/people.ts';
import type { Command } from '../command.ts';
import { CHANGE_OPTIONS, changePeople, PERSON_ARGUMENT } from './change.ts';

export const usersDisableCommand: Command = {
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
  run: ({ args, options }, ports) =>
    changePeople(
      {
        command: 'users disable EMAIL',
        wishes: args.map((name) => ({ name })),
        options,
        makePlan: planDisable,
      },
      ports,
    ),
};
