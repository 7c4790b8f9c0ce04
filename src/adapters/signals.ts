/** Ctrl-C outside a prompt, `kill` and a closed terminal, as one rejection that ends a run in good order. */
import { Cancelled } from '../ports.ts';

type SignalName = Cancelled['signal'];

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const satisfies readonly SignalName[];

export interface Signals {
  /** Aborted, with a Cancelled as its reason, when the first signal comes. */
  readonly signal: AbortSignal;
  readonly received: () => SignalName | undefined;
  /** Rejects with Cancelled, after what waits for `signal` has had its turn. */
  readonly cancelled: Promise<never>;
  stop(): void;
}

/**
 * Starts to listen. From then on a signal no longer ends the process by itself, and an open prompt would hang
 * if it did not get `signal`.
 */
export function listenForSignals(): Signals {
  const controller = new AbortController();
  let received: SignalName | undefined;
  let reject: (reason: Cancelled) => void = () => undefined;
  const cancelled = new Promise<never>((_resolve, refuse) => {
    reject = refuse;
  });
  // Nobody may be waiting for it yet.
  cancelled.catch(() => undefined);
  const listener = (name: SignalName): void => {
    received ??= name;
    const reason = new Cancelled(received);
    controller.abort(reason);
    // An aborted prompt still has to give the terminal back.
    setImmediate(() => {
      reject(reason);
    });
  };
  for (const name of SIGNALS) process.on(name, listener);
  return {
    signal: controller.signal,
    received: () => received,
    cancelled,
    stop: () => {
      for (const name of SIGNALS) process.off(name, listener);
    },
  };
}
