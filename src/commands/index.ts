/** COMMANDS: the table of commands. A new command is a file beside this one and a row here. */
import type { Command } from './command.ts';
import { discoverCommand } from './discover.ts';
import { explainCommand } from './explain.ts';
import { iamPolicyCommand } from './iam-policy.ts';
import { initCommand } from './init.ts';
import { schemaCommand } from './schema.ts';
import { validateCommand } from './validate.ts';

export const COMMANDS: readonly Command[] = [
  initCommand,
  discoverCommand,
  validateCommand,
  explainCommand,
  schemaCommand,
  iamPolicyCommand,
];
