/** `users add`: makes users, who get an invitation by email. */
import { UsageError } from '../../core/errors.ts';
import { showValue } from '../../core/display.ts';
import { emailFault, planAdd } from '../../core/people.ts';
import type { Command } from '../command.ts';
import { CHANGE_OPTIONS, changePeople } from './change.ts';

export const usersAddCommand: Command = {
  name: 'users add',
  args: [{ usage: '<email...>', description: 'the email addresses of the new users' }],
  summary: 'Add users to the user pool; Cognito invites them by email',
  options: ['admin', 'invite', ...CHANGE_OPTIONS],
  examples: [
    { command: 'umconfig users add ann@acme.dev bob@acme.dev', what: 'two workers' },
    { command: 'umconfig users add ann@acme.dev --admin --yes', what: 'an admin, without asking' },
  ],
  endsByItself: true,
  run: ({ args, options }, ports) => {
    const faults = args.flatMap((text) => {
      const fault = emailFault(text.trim());
      return fault === undefined ? [] : [`${showValue(text)}: ${fault}`];
    });
    if (faults.length > 0) throw new UsageError(faults.join('\n'), 'Write them as in ann@acme.dev.');
    return changePeople(
      {
        command: 'users add EMAIL',
        wishes: args.map((name) => ({ name, role: options.admin === true ? 'admin' : 'worker' })),
        options,
        makePlan: planAdd,
      },
      ports,
    );
  },
};
