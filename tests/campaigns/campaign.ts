/**
 * A campaign holds one promise of the program to many trials and counts what they showed. `npm test` runs the short version of
 * each, `npm run soak` the long one, whose figures become docs/reliability.md.
 */

export interface Campaign {
  /** Kebab case: the name of its file, of its result in docs/reliability/, and on the command line. */
  readonly name: string;
  readonly title: string;
  /** What holds when there is no failure, in a sentence. */
  readonly shows: string;
  readonly trials: { readonly short: number; readonly long: number };
  /** How long the long version may take at most. */
  readonly minutes: number;
  /** What somebody who looked into a remark has to say of it; remarks with the same comment are listed together. */
  readonly comment?: (remark: string) => string | undefined;
  run(task: Task): Promise<Outcome>;
}

export interface Task {
  /** The same seed gives the same trials, as far as the clock and other processes allow. */
  readonly seed: number;
  readonly trials: number;
  /** Milliseconds since 1970; no trial starts later. */
  readonly deadline: number;
  /** Called with the number of trials that are done. */
  readonly progress: (done: number) => void;
}

export interface Outcome {
  /** Trials that were done: fewer than asked for when the deadline came first, which `conduct` makes a failure. */
  readonly trials: number;
  /** What was seen, in the order in which it is to be read. */
  readonly counts: Readonly<Record<string, number>>;
  /** What went wrong, each with the seed that repeats it. No secret, and no path of this machine: they are published. */
  readonly failures: readonly string[];
  /** What a reader of the figures must know: what was left out here and why, or what is not covered. */
  readonly remarks?: readonly string[];
}

/** Runs a campaign. Never rejects: a crash is a failure, and so are trials that the time did not suffice for. */
export async function conduct(campaign: Campaign, task: Task): Promise<Outcome> {
  try {
    const outcome = await campaign.run(task);
    if (outcome.trials >= task.trials) return outcome;
    const short = `only ${outcome.trials} of ${task.trials} trials within the time`;
    return { ...outcome, failures: [...outcome.failures, short] };
  } catch (error) {
    return { trials: 0, counts: {}, failures: [`--seed ${task.seed}: ${wordsOf(error)}`] };
  }
}

/** One trial: its own seed, chance from that seed, and where to say what it showed. */
export interface Trial<Name extends string> {
  readonly seed: number;
  readonly random: Random;
  readonly count: (what: Name, by?: number) => void;
  readonly fail: (what: string) => void;
}

/**
 * Runs trials one after another until all are done or time is up. The nth has the seed `task.seed + n`, so that
 * `--seed SEED --trials 1` with the seed of a failure repeats that trial alone. A trial that throws has failed.
 * `names`: everything that is counted, in order, so that what never happened stands there as 0.
 */
export async function runTrials<Name extends string>(
  task: Task,
  names: readonly Name[],
  run: (trial: Trial<Name>) => Promise<void> | void,
): Promise<Outcome> {
  const counts = new Map<Name, number>(names.map((name) => [name, 0]));
  const failures: string[] = [];
  let done = 0;
  while (done < task.trials && Date.now() < task.deadline) {
    const seed = task.seed + done;
    const fail = (what: string): void => {
      failures.push(`--seed ${seed} --trials 1: ${what}`);
    };
    const count = (what: Name, by = 1): void => {
      counts.set(what, (counts.get(what) ?? 0) + by);
    };
    try {
      await run({ seed, random: randomFrom(seed), count, fail });
    } catch (error) {
      fail(wordsOf(error));
    }
    done += 1;
    task.progress(done);
  }
  return { trials: done, counts: Object.fromEntries(counts), failures };
}

/** Chance that can be repeated. */
export interface Random {
  /** At least 0, less than 1. */
  fraction(): number;
  /** A whole number, at least 0, less than `limit`. */
  below(limit: number): number;
  /** Throws for an empty list. */
  pick<T>(list: readonly T[]): T;
}

/** The generator known as mulberry32. Neighbouring seeds give unrelated numbers. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(fraction() * limit);
  const pick = <T>(list: readonly T[]): T => {
    if (list.length === 0) throw new RangeError('nothing to pick from');
    return list[below(list.length)] as T;
  };
  return { fraction, below, pick };
}

const wordsOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);
