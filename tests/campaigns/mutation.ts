/**
 * Seeds faults into src/core, one at a time. Behaviour is untested if no test notices a fault in it. Stryker's mutators make the faults,
 * and a separate process tries them, because some never end. Each fault gets the nearest tests for a limited time, so the measured share is
 * a lower bound.
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

/** The minimum share of faults that tests must notice. */
const LEAST = 0.85;

/** A fault that takes longer runs forever in code that does not reach the fault itself. */
const PATIENCE_MS = 120_000;

const WHOLE: Scope = {
  // Excludes ajv's generated validators and files with only types.
  subjects: ['src/core/**/*.ts', '!**/*.d.ts'],
  // None of these starts a process.
  tests: ['tests/core/**/*.test.ts', 'tests/commands/*.test.ts', 'tests/report/*.test.ts'],
};

/** A small scope for a quick check: finding out which tests reach a fault means running each of them once. */
const SMALL: Scope = { subjects: ['src/core/text/display.ts'], tests: ['tests/core/text/display.test.ts'] };
const SMALL_TRIALS = 20;

export const mutation: Campaign = {
  name: 'mutation',
  title: 'Seeded faults are noticed',
  shows: `At least ${LEAST * 100} of 100 faults seeded into \`src/core\` make a test fail.`,
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
    'possible faults': all.length,
    'of them messages, excluded': all.length - pool.length,
  };
  const counts = {
    noticed: 0,
    'of them by a timeout': 0,
    'of them by a crash': 0,
    survived: 0,
    'of them not reached by any test': 0,
  };
  const survivors: string[] = [];
  let trials = 0;
  while (trials < task.trials && pool.length > 0 && Date.now() < task.deadline) {
    const [fault] = pool.splice(random.below(pool.length), 1);
    if (fault === undefined) break;
    const { killer, reaching } = await workers.judge(fault);
    counts[killer === undefined ? 'survived' : 'noticed'] += 1;
    if (killer?.how === 'endless') counts['of them by a timeout'] += 1;
    if (killer?.how === 'ended') counts['of them by a crash'] += 1;
    if (reaching === 0) counts['of them not reached by any test'] += 1;
    if (killer === undefined) survivors.push(inWords(fault));
    trials += 1;
    task.progress(trials);
  }
  const share = counts.noticed / trials;
  // The 95 % confidence interval.
  const margin = 1.96 * Math.sqrt((share * (1 - share)) / trials);
  return {
    trials,
    counts: { ...first, ...counts },
    failures: share < LEAST ? [`--seed ${task.seed}: only ${percent(share)} were noticed`] : [],
    remarks: [
      `${percent(share)} of this sample were noticed; the 95 % confidence interval is ${percent(share - margin)} to ${percent(share + margin)}.`,
      ...survivors.sort(),
    ],
  };
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const LONGEST = 120;

/** A fault on one line of Markdown: where it is, and the code before and after. */
function inWords({ file, line, before, after }: Fault): string {
  const code = (text: string): string => {
    const flat = text.replace(/\s+/g, ' ').replaceAll('`', 'ˋ');
    return `\`${flat.length > LONGEST ? `${flat.slice(0, LONGEST)}…` : flat}\``;
  };
  return `${file.replace('src/core/', '')}:${line}: ${code(before)} → ${code(after)}`;
}

/** A process that tries faults, restarted when it hangs. */
class Workers {
  readonly #arguments: readonly string[];
  #worker: ChildProcess | undefined;

  /** `survey`: a file that does not exist yet, through which one process passes its survey to the next. */
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
    if (message === undefined || !('faults' in message)) throw new Error('the worker process ended');
    return message;
  }

  /** The next message of the process; undefined on a timeout or if it ends. */
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
