/** What the exit code of the program says. */
import type { Cancelled } from './failures.ts';

/** Exit codes: public, see the README. */
export const EXIT = {
  ok: 0,
  findings: 1,
  usage: 2,
  world: 3,
  interrupted: 130,
  terminated: 143,
  hungUp: 129,
} as const;

/** The exit code of a run that a signal has ended: 128 and the number of the signal, as shells say it. */
export const SIGNAL_EXIT = {
  SIGINT: EXIT.interrupted,
  SIGTERM: EXIT.terminated,
  SIGHUP: EXIT.hungUp,
} as const satisfies Record<Cancelled['signal'], number>;
