/** Names, addresses and messages that want something out of whoever reads them, through everything that umconfig prints and asks. */
import { hostileFrom } from '../support/hostile-strings.ts';
import { SURFACES } from '../support/hostile-surfaces.ts';
import { runTrials, type Campaign } from './campaign.ts';

/** Strings that one trial shows on one surface. */
const STRINGS = 100;

export const hostileNames: Campaign = {
  name: 'hostile-names',
  title: 'Hostile names',
  shows:
    'Whatever pools, app clients, groups, files, keys, values, addresses and errors are called, no control, no invisible character and no line break of theirs reaches a terminal; a runner of GitHub Actions finds exactly the commands that are meant; pages have no other element or attribute, Markdown no HTML, link or image; XML is well-formed, and JSON gives the names back.',
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
