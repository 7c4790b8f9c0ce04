/** Sends hostile names, addresses and messages through everything that umconfig prints and prompts. */
import { hostileFrom } from '../support/hostile-strings.ts';
import { SURFACES } from '../support/hostile-surfaces.ts';
import { runTrials, type Campaign } from './campaign.ts';

/** Strings per trial and surface. */
const STRINGS = 100;

export const hostileNames: Campaign = {
  name: 'hostile-names',
  title: 'Hostile names',
  shows:
    'Control characters, invisible characters and line breaks in the names of pools, app clients, groups, files, keys, values, addresses and errors never reach a terminal. GitHub Actions sees exactly the intended commands. Names add no element or attribute to pages, and no HTML, link or image to Markdown. XML is well-formed, and JSON preserves the names.',
  trials: { short: SURFACES.length, long: SURFACES.length * 100 },
  minutes: 30,
  run: (task) =>
    runTrials(
      task,
      SURFACES.map(({ name }) => name),
      async ({ seed, random, count, fail }) => {
        const surface = SURFACES[seed % SURFACES.length];
        if (surface === undefined) return;
        const hostile = hostileFrom(random);
        while (hostile.given() < STRINGS) {
          for (const trouble of await surface.show(hostile, random)) fail(`${surface.name}: ${trouble}`);
        }
        count(surface.name, hostile.given());
      },
    ),
};
