/**
 * A process that tries faults as it is told to. Apart from the campaign, because a fault can make code run for ever.
 * Its arguments: the scope as JSON, and a file that keeps the survey for the next such process.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import { survey, tryFault, type Killer, type Survey } from './bench.ts';
import { bundleTests, seedFaults, type Fault, type Scope } from './faults.ts';

/** What is found of one fault. */
export interface Verdict {
  /** Undefined when no test noticed it. */
  readonly killer: Killer | undefined;
  /** How many tests come by it. */
  readonly reaching: number;
}

/** What the process says: all faults, when it is ready; then one verdict for each fault that it is sent. */
export type Message = { readonly faults: readonly Fault[] } | { readonly verdict: Verdict };

/** Processor time that one fault gets, in milliseconds as the survey counts them. */
const BUDGET_MS = 2500;
const NEAR_LINES = 12;
/** What any test costs beside its own time. */
const OVERHEAD_MS = 3;
/** Tests that noticed the last faults of the same file are tried first, so many of them. */
const FIRST = 6;

const [given = '', keep = ''] = process.argv.slice(2);
const scope = JSON.parse(given) as Scope;
const seeded = await seedFaults(scope);
const surveyed = await recall();
const files = new Map((await bundleTests(scope, seeded, false)).map((testFile) => [testFile.file, testFile]));
const faults = new Map(seeded.faults.map((fault) => [fault.id, fault]));
const lastKillers = new Map<string, readonly number[]>();

async function recall(): Promise<Survey> {
  if (existsSync(keep)) return deserialize(readFileSync(keep)) as Survey;
  const found = await survey(scope, seeded);
  writeFileSync(keep, serialize(found));
  return found;
}

/**
 * The tests of a fault, the likeliest to notice it first, until the time is used up. Likely are those that come by code near the fault
 * that few others come by: for a row of a table, which every test reads, that is the code that the row is for.
 */
function chosen(fault: Fault, reaching: readonly number[]): readonly number[] {
  const scores = new Map(reaching.map((place) => [place, 0]));
  for (const near of seeded.faults) {
    if (near.file !== fault.file || Math.abs(near.line - fault.line) > NEAR_LINES) continue;
    const others = surveyed.reach.get(near.id) ?? [];
    for (const place of others) {
      const score = scores.get(place);
      if (score !== undefined) scores.set(place, score + 1 / others.length);
    }
  }
  let left = BUDGET_MS;
  return [...scores]
    .map(([place, score]) => ({ place, cost: (surveyed.times[place] ?? 0) + OVERHEAD_MS, score }))
    .sort((one, other) => other.score / other.cost - one.score / one.cost)
    .flatMap(({ place, cost }) => {
      if (left <= 0) return [];
      left -= cost;
      return [place];
    });
}

async function judge(id: string): Promise<Verdict> {
  const fault = faults.get(id);
  if (fault === undefined) throw new Error(`there is no fault ${id}`);
  const reaching = surveyed.reach.get(id) ?? [];
  const run = (places: readonly number[]): Promise<Killer | undefined> => {
    const tests = places.flatMap((place) => surveyed.tests[place] ?? []);
    return tryFault(files, id, tests, surveyed.hits.get(id) ?? 0);
  };
  const last = lastKillers.get(fault.file) ?? [];
  const first = last.filter((place) => reaching.includes(place)).slice(0, FIRST);
  const killer = (await run(first)) ?? (await run(chosen(fault, reaching)));
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
