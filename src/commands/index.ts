/** COMMANDS: the table of commands, in the order and groups of the help. A new command is a file beside this one and a name here. */
import type { Command } from './command.ts';
import { completionCommand } from './completion.ts';
import { discoverCommand } from './discover.ts';
import { doctorCommand } from './doctor.ts';
import { explainCommand } from './explain.ts';
import { iamPolicyCommand } from './iam-policy.ts';
import { initCommand } from './init.ts';
import { loginCommand } from './login.ts';
import { provisionCommand } from './provision.ts';
import { schemaCommand } from './schema.ts';
import { usersAddCommand } from './users/add.ts';
import { usersDisableCommand } from './users/disable.ts';
import { usersEnableCommand } from './users/enable.ts';
import { usersGrantCommand } from './users/grant.ts';
import { usersImportCommand } from './users/import.ts';
import { usersListCommand } from './users/list.ts';
import { usersRemoveCommand } from './users/remove.ts';
import { usersRevokeCommand } from './users/revoke.ts';
import { validateCommand } from './validate.ts';

/** A heading of the help and what stands under it. */
export interface CommandGroup {
  readonly title: string;
  readonly commands: readonly Command[];
}

const GROUPS: readonly CommandGroup[] = [
  { title: 'Set up', commands: [initCommand, discoverCommand, provisionCommand] },
  { title: 'Check', commands: [validateCommand, doctorCommand, loginCommand] },
  {
    title: 'People',
    commands: [
      usersListCommand,
      usersAddCommand,
      usersGrantCommand,
      usersRevokeCommand,
      usersDisableCommand,
      usersEnableCommand,
      usersRemoveCommand,
      usersImportCommand,
    ],
  },
  { title: 'Look up', commands: [explainCommand, schemaCommand, iamPolicyCommand] },
];

const completes = completionCommand(GROUPS.flatMap(({ commands }) => commands));

export const COMMAND_GROUPS: readonly CommandGroup[] = [...GROUPS, { title: 'Other', commands: [completes] }];

export const COMMANDS: readonly Command[] = COMMAND_GROUPS.flatMap(({ commands }) => commands);
