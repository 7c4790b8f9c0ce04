/** `users revoke`: takes people out of the group admin. */
import { planRevoke } from '../../core/people.ts';
import type { Command } from '../command.ts';
import { CHANGE_OPTIONS, changePeople, PERSON_ARGUMENT } from './change.ts';

export const usersRevokeCommand: Command = {
  name: 'users revoke',
  args: [PERSON_ARGUMENT],
  summary: 'Make admins workers: take them out of the group admin',
  options: ['force', ...CHANGE_OPTIONS],
  examples: [{ command: 'umconfig users revoke ann@acme.dev', what: 'a worker from the next sign-in on' }],
  endsByItself: true,
  run: ({ args, options }, ports) =>
    changePeople(
      {
        command: 'users revoke EMAIL',
        wishes: args.map((name) => ({ name })),
        options,
        makePlan: planRevoke,
      },
      ports,
    ),
};
