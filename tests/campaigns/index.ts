/** The campaigns, in the order of docs/reliability.md. To add one, add a file in this folder and a row here. */
import type { Campaign } from './campaign.ts';
import { hostileInput } from './hostile-input.ts';
import { hostileNames } from './hostile-names.ts';
import { killedWrites } from './killed-writes.ts';
import { loginServer } from './login-server.ts';
import { mutation } from './mutation.ts';
import { network } from './network.ts';
import { peopleImport } from './people-import.ts';
import { readers } from './readers.ts';
import { secrets } from './secrets.ts';
import { swappedLinks } from './swapped-links.ts';
import { writesTogether } from './writes-together.ts';

export const CAMPAIGNS: readonly Campaign[] = [
  writesTogether,
  killedWrites,
  swappedLinks,
  hostileInput,
  hostileNames,
  readers,
  loginServer,
  peopleImport,
  secrets,
  network,
  mutation,
];
