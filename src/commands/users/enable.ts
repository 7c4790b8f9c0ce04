/** `users enable`: takes `users disable` back. */
import { planEnable } from '../../core/people.ts';
import type { Command } from '../command.ts';
import { CHANGE_OPTIONS, changePeople, PERSON_ARGUMENT } from './change.ts';

export const usersEnableCommand: Command = {
  name: 'users enable',
  args: [PERSON_ARGUMENT],
  summary: 'Let disabled users sign in again',
  options: CHANGE_OPTIONS,
  examples: [{ command: 'umconfig users enable bob@acme.dev', what: 'as before' }],
  endsByItself: true,
  run: ({ args, options }, ports) =>
    changePeople(
      {
        command: 'users enable EMAIL',
        wishes: args.map((name) => ({ name })),
        options,
        makePlan: planEnable,
      },
      ports,
    ),
};
