/**
 * A campaign tests one promise of the program in many trials and counts the results. `npm run test:slow` runs the short version of each,
 * `npm run soak` the long one, whose figures are in docs/reliability.md.
 */

export interface Campaign {
  /** In kebab case: the name of its file, of its result in docs/reliability/, and on the command line. */
  readonly name: string;
  readonly title: string;
  /** What no failure proves, in one sentence. */
  readonly shows: string;
  readonly trials: { readonly short: number; readonly long: number };
  /** The maximum duration of the long version. */
  readonly minutes: number;
  /** A developer's comment on a remark; remarks with the same comment are listed together. */
  readonly comment?: (remark: string) => string | undefined;
  run(task: Task): Promise<Outcome>;
}

export interface Task {
  /** The same seed gives the same trials, apart from timing. */
  readonly seed: number;
  readonly trials: number;
  /** Milliseconds since 1970; no trial starts later. */
  readonly deadline: number;
  /** Called with the number of finished trials. */
  readonly progress: (done: number) => void;
}

export interface Outcome {
  /** Finished trials. If the deadline came first there are fewer than requested, which `conduct` reports as a failure. */
  readonly trials: number;
  /** The observations, in display order. */
  readonly counts: Readonly<Record<string, number>>;
  /** The failures, each with the seed that repeats it. They are published: no secrets, no paths of this machine. */
  readonly failures: readonly string[];
  /** What a reader of the figures must know: what was skipped here and why, and what is not covered. */
  readonly remarks?: readonly string[];
}

/** Runs a campaign. Never rejects: a crash is a failure, and so are trials that did not start before the deadline. */
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

/** One trial: its seed, random numbers from that seed, and callbacks for its results. */
export interface Trial<Name extends string> {
  readonly seed: number;
  readonly random: Random;
  readonly count: (what: Name, by?: number) => void;
  readonly fail: (what: string) => void;
}

/**
 * Runs trials one after another until all are done or the deadline has passed. The nth has the seed `task.seed + n`, so that `--seed SEED
 * --trials 1` with the seed of a failure repeats that trial alone. A trial that throws has failed. `names` are all labels in display order,
 * so that those that never occur are shown as 0.
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

/** Reproducible random numbers. */
export interface Random {
  /** At least 0, less than 1. */
  fraction(): number;
  /** A whole number, at least 0, less than `limit`. */
  below(limit: number): number;
  /** Throws for an empty list. */
  pick<T>(list: readonly T[]): T;
}

/** The mulberry32 generator. Neighbouring seeds give unrelated numbers. */
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
