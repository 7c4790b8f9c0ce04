/**
 * A process that tries faults on request. It is separate from the campaign, because a fault can make code run forever. Arguments: the scope
 * as JSON, and a file that keeps the survey for the next worker.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import { fileOf, survey, tryFault, type Killer, type Survey } from './bench.ts';
import { bundleTests, seedFaults, type Fault, type Scope } from './faults.ts';

/** The result for one fault. */
export interface Verdict {
  /** Undefined if no test noticed it. */
  readonly killer: Killer | undefined;
  /** The number of tests that reach it. */
  readonly reaching: number;
}

/** The messages of the process: all faults when it is ready, then a verdict for each requested fault. */
export type Message = { readonly faults: readonly Fault[] } | { readonly verdict: Verdict };

/** The first time limit for the tests of a fault: processor time in milliseconds as in the survey. */
const NEAREST_MS = 2500;
/** The second limit, if none of these noticed it. It is enough for most faults. */
const OTHERS_MS = 20_000;
/** The third limit, for the neighbours of all these tests. */
const NEIGHBOURS_MS = 10_000;
const NEAR_LINES = 12;
/** The cost of any test in addition to its own time. */
const OVERHEAD_MS = 3;
/** The number of tests that noticed recent faults of the same file and are tried first. */
const FIRST = 6;

const [given = '', keep = ''] = process.argv.slice(2);
const scope = JSON.parse(given) as Scope;
const seeded = await seedFaults(scope);
const surveyed = await recall();
const files = new Map((await bundleTests(scope, seeded, false)).map((testFile) => [testFile.file, testFile]));
const faults = new Map(seeded.faults.map((fault) => [fault.id, fault]));
const placesIn = new Map<string, number[]>();
for (const [place, test] of surveyed.tests.entries()) {
  placesIn.set(fileOf(test), [...(placesIn.get(fileOf(test)) ?? []), place]);
}
const lastKillers = new Map<string, readonly number[]>();

async function recall(): Promise<Survey> {
  if (existsSync(keep)) return deserialize(readFileSync(keep)) as Survey;
  const found = await survey(scope, seeded);
  writeFileSync(keep, serialize(found));
  return found;
}

/**
 * The tests of a fault in groups, each ordered by how likely it notices the fault. Tests are likely if they reach code near it that few
 * others reach: for a row of a table, which every test reads, that is the code of the row. The last group has their neighbours: a value
 * computed for the first test of a file may be cached for the later ones, which then do not reach the code.
 */
function chosen(fault: Fault, reaching: readonly number[]): readonly (readonly number[])[] {
  const scores = new Map(reaching.map((place) => [place, 0]));
  for (const near of seeded.faults) {
    if (near.file !== fault.file || Math.abs(near.line - fault.line) > NEAR_LINES) continue;
    const others = surveyed.reach.get(near.id) ?? [];
    for (const place of others) {
      const score = scores.get(place);
      if (score !== undefined) scores.set(place, score + 1 / others.length);
    }
  }
  const sorted = [...scores]
    .map(([place, score]) => ({ place, likely: score / costOf(place) }))
    .sort((one, other) => other.likely - one.likely)
    .map(({ place }) => place);
  const nearest = within(NEAREST_MS, sorted);
  const neighbours = [...new Set(reaching.map((place) => fileOf(surveyed.tests[place] ?? '')))]
    .flatMap((file) => placesIn.get(file) ?? [])
    .filter((place) => !scores.has(place))
    .sort((one, other) => costOf(one) - costOf(other));
  return [nearest, within(OTHERS_MS, sorted.slice(nearest.length)), within(NEIGHBOURS_MS, neighbours)];
}

/** Processor time of a test in milliseconds. */
const costOf = (place: number): number => (surveyed.times[place] ?? 0) + OVERHEAD_MS;

/** The first tests that fit into the time. */
function within(milliseconds: number, places: readonly number[]): readonly number[] {
  let left = milliseconds;
  const end = places.findIndex((place) => (left -= costOf(place)) < 0);
  return end < 0 ? places : places.slice(0, end + 1);
}

async function judge(id: string): Promise<Verdict> {
  const fault = faults.get(id);
  if (fault === undefined) throw new Error(`unknown fault ${id}`);
  const reaching = surveyed.reach.get(id) ?? [];
  const run = (places: readonly number[]): Promise<Killer | undefined> => {
    const tests = places.flatMap((place) => surveyed.tests[place] ?? []);
    return tryFault(files, id, tests, surveyed.hits.get(id) ?? 0);
  };
  const last = lastKillers.get(fault.file) ?? [];
  const first = last.filter((place) => reaching.includes(place)).slice(0, FIRST);
  let killer: Killer | undefined;
  for (const tests of [first, ...chosen(fault, reaching)]) killer ??= await run(tests);
  if (killer !== undefined) {
    const place = surveyed.tests.indexOf(killer.test);
    lastKillers.set(fault.file, [place, ...last.filter((each) => each !== place)]);
  }
  return { killer, reaching: reaching.length };
}

const tell = (message: Message): void => {
  process.send?.(message);
};

process.on('message', (id) => {
  void judge(String(id)).then((verdict) => {
    tell({ verdict });
  });
});
tell({ faults: seeded.faults });
