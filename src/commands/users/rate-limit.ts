/**
 * How fast calls to an account are made. Cognito counts the requests of a whole account by category and answers the one too
 * many with an error, so calls are spaced out, slower after each such answer and faster again after a while.
 */
import type { Clock } from '../../ports.ts';
import { CognitoFailure } from '../../core/failures.ts';

/** Requests a second at the most: half of AWS's default quotas (UserCreation 50, UserUpdate 25, UserList 30), since others use the account too. */
export const RATES = { create: 25, update: 12, read: 15 } as const;

/** Requests a second that are always tried. */
const SLOWEST = 1;
/** Milliseconds of pause after the first throttled call, doubled with each further one. */
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 20_000;
/** Milliseconds without a single success after which throttling is taken for an outage. */
const PATIENCE = 120_000;

const THROTTLED: ReadonlySet<string> = new Set(['TooManyRequestsException', 'ThrottlingException']);

export interface Pace {
  /**
   * Makes a call when its turn comes, and again as long as it is throttled. Rejects as the call does, with the last
   * throttling after two minutes without a success, and with the signal's reason when that comes while it waits.
   */
  run<T>(call: () => Promise<T>): Promise<T>;
}

/** A pace of its own for one category of requests; `stop` ends the waiting, never a call under way. */
export function makePace(perSecond: number, clock: Clock, stop: AbortSignal): Pace {
  let rate = perSecond;
  let nextTurn = clock.now();
  let pause = FIRST_PAUSE;
  let lastSuccess = clock.now();
  // One listener for all that wait: Node warns of more than ten on a signal.
  const waiting = new Set<() => void>();
  stop.addEventListener('abort', () => {
    for (const wake of waiting) wake();
  });

  const turn = async (): Promise<void> => {
    stop.throwIfAborted();
    const at = Math.max(clock.now(), nextTurn);
    nextTurn = at + 1000 / rate;
    const rest = at - clock.now();
    if (rest <= 0) return;
    const timer = clock.timer(rest);
    await new Promise<void>((wake) => {
      waiting.add(wake);
      void timer.done.then(() => {
        waiting.delete(wake);
        wake();
      });
    });
    timer.cancel();
    stop.throwIfAborted();
  };
  const slower = (): void => {
    rate = Math.max(SLOWEST, rate / 2);
    nextTurn = Math.max(nextTurn, clock.now() + pause);
    pause = Math.min(LONGEST_PAUSE, pause * 2);
  };
  const faster = (): void => {
    rate = Math.min(perSecond, rate + 0.5);
    pause = FIRST_PAUSE;
    lastSuccess = clock.now();
  };
  return {
    run: async (call) => {
      const begun = clock.now();
      for (;;) {
        await turn();
        try {
          const answer = await call();
          faster();
          return answer;
        } catch (error) {
          if (!(error instanceof CognitoFailure)) throw error;
          if (!THROTTLED.has(error.errorName)) {
            // An answer all the same.
            faster();
            throw error;
          }
          if (clock.now() - Math.max(begun, lastSuccess) > PATIENCE) throw error;
          slower();
        }
      }
    },
  };
}
