/**
 * Faults seeded into src/core, one at a time: a fault that no test notices is behaviour that no test holds. Stryker's mutators make the
 * faults; a process of its own tries them, because some run for ever. Each fault gets the tests that come nearest to it for a bounded time, so that
 * the true share is at least the one that is counted.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isProse, type Fault, type Scope } from '../support/mutation/faults.ts';
import { REASONS } from '../support/mutation/reasons.ts';
import type { Message, Verdict } from '../support/mutation/worker.ts';
import { randomFrom, type Campaign, type Outcome, type Task } from './campaign.ts';

/** The least share of the faults that is to be noticed. */
const LEAST = 0.85;

/** A fault that takes longer runs for ever, in code that does not come by the fault itself. */
const PATIENCE_MS = 120_000;

const WHOLE: Scope = {
  // The validators that ajv writes and what is only types are not code of this project.
  subjects: ['src/core/**/*.ts', '!**/*.d.ts'],
  // None of these starts a process.
  tests: ['tests/core/**/*.test.ts', 'tests/commands/*.test.ts', 'tests/report/*.test.ts'],
};

/** To see that all this works, and quickly: to know which test comes by which fault, each has to be run once. */
const SMALL: Scope = { subjects: ['src/core/text/display.ts'], tests: ['tests/core/text/display.test.ts'] };
const SMALL_TRIALS = 20;

export const mutation: Campaign = {
  name: 'mutation',
  title: 'Seeded faults are noticed',
  shows: `Of faults seeded into \`src/core\`, at least ${LEAST * 100} of 100 make a test fail.`,
  trials: { short: SMALL_TRIALS, long: 600 },
  minutes: 60,
  comment: (remark) => REASONS.find(({ faults }) => faults.some((fault) => remark.includes(fault)))?.reason,
  run: async (task) => {
    const directory = await mkdtemp(join(tmpdir(), 'umconfig-mutation-'));
    const workers = new Workers(task.trials > SMALL_TRIALS ? WHOLE : SMALL, join(directory, 'survey'));
    try {
      return await tryFaults(task, workers);
    } finally {
      workers.stop();
      await rm(directory, { recursive: true });
    }
  },
};

async function tryFaults(task: Task, workers: Workers): Promise<Outcome> {
  const all = await workers.faults();
  const random = randomFrom(task.seed);
  const pool = all.filter((fault) => !isProse(fault));
  const first = {
    'faults that can be seeded': all.length,
    'sentences among them, left out': all.length - pool.length,
  };
  const counts = {
    noticed: 0,
    'of them by running for ever': 0,
    'of them by ending the process': 0,
    survived: 0,
    'of them where no test comes by': 0,
  };
  const survivors: string[] = [];
  let trials = 0;
  while (trials < task.trials && pool.length > 0 && Date.now() < task.deadline) {
    const [fault] = pool.splice(random.below(pool.length), 1);
    if (fault === undefined) break;
    const { killer, reaching } = await workers.judge(fault);
    counts[killer === undefined ? 'survived' : 'noticed'] += 1;
    if (killer?.how === 'endless') counts['of them by running for ever'] += 1;
    if (killer?.how === 'ended') counts['of them by ending the process'] += 1;
    if (reaching === 0) counts['of them where no test comes by'] += 1;
    if (killer === undefined) survivors.push(inWords(fault));
    trials += 1;
    task.progress(trials);
  }
  const share = counts.noticed / trials;
  // For a sample of so many, 95 times of 100.
  const margin = 1.96 * Math.sqrt((share * (1 - share)) / trials);
  return {
    trials,
    counts: { ...first, ...counts },
    failures: share < LEAST ? [`--seed ${task.seed}: only ${percent(share)} were noticed`] : [],
    remarks: [
      `${percent(share)} of this sample were noticed: ${percent(share - margin)} to ${percent(share + margin)} of all.`,
      ...survivors.sort(),
    ],
  };
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const LONGEST = 120;

/** A fault on one line of Markdown: where, and what becomes of what. */
function inWords({ file, line, before, after }: Fault): string {
  const code = (text: string): string => {
    const flat = text.replace(/\s+/g, ' ').replaceAll('`', 'ˋ');
    return `\`${flat.length > LONGEST ? `${flat.slice(0, LONGEST)}…` : flat}\``;
  };
  return `${file.replace('src/core/', '')}:${line}: ${code(before)} → ${code(after)}`;
}

/** One process that tries faults, and the next one when it hangs. */
class Workers {
  readonly #arguments: readonly string[];
  #worker: ChildProcess | undefined;

  /** `survey`: a file that does not exist yet, for what one process can tell the next. */
  constructor(scope: Scope, survey: string) {
    this.#arguments = [JSON.stringify(scope), survey];
  }

  async faults(): Promise<readonly Fault[]> {
    const { faults } = await this.#start();
    return faults;
  }

  async judge(fault: Fault): Promise<Verdict> {
    if (this.#worker === undefined) await this.#start();
    this.#worker?.send(fault.id);
    const message = await this.#next(PATIENCE_MS);
    if (message !== undefined && 'verdict' in message) return message.verdict;
    const how = this.#worker?.exitCode === null && this.#worker.signalCode === null ? 'endless' : 'ended';
    this.stop();
    return { killer: { test: '', how }, reaching: 1 };
  }

  stop(): void {
    this.#worker?.kill('SIGKILL');
    this.#worker = undefined;
  }

  async #start(): Promise<Message & { readonly faults: readonly Fault[] }> {
    const worker = fileURLToPath(new URL('../support/mutation/worker.ts', import.meta.url));
    this.#worker = fork(worker, this.#arguments, {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const message = await this.#next();
    if (message === undefined || !('faults' in message))
      throw new Error('the process that tries faults ended');
    return message;
  }

  /** What the process says next; undefined when it says nothing in time, or ends. */
  async #next(patience?: number): Promise<Message | undefined> {
    const worker = this.#worker;
    if (worker === undefined) return undefined;
    const stop = new AbortController();
    const { signal } = stop;
    const timer =
      patience === undefined
        ? undefined
        : setTimeout(() => {
            stop.abort();
          }, patience);
    try {
      const said = once(worker, 'message', { signal }) as Promise<readonly Message[]>;
      const ended = once(worker, 'exit', { signal }).then(() => undefined);
      return (await Promise.race([said, ended]))?.[0];
    } catch {
      return undefined;
    } finally {
      clearTimeout(timer);
      stop.abort();
    }
  }
}
