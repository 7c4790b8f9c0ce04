/** Ctrl-C outside a prompt, `kill` and a closed terminal, as one rejection that ends a run in good order. */
import { Cancelled } from '../core/failures.ts';

type SignalName = Cancelled['signal'];

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const satisfies readonly SignalName[];

export interface Signals {
  /** Aborted, with a Cancelled as its reason, when the first signal comes. */
  readonly signal: () => AbortSignal;
  readonly received: () => SignalName | undefined;
  /** Rejects with Cancelled, after what waits for `signal` has had its turn. */
  readonly cancelled: Promise<never>;
  /** Rejects with Cancelled when a second signal comes: what ends by itself takes too long. */
  readonly insisted: Promise<never>;
  stop(): void;
}

/**
 * Starts to listen. From then on a signal no longer ends the process by itself, and an open prompt would hang
 * if it did not get `signal`.
 */
export function listenForSignals(): Signals {
  // Most runs never look at it, and Node's AbortController takes a part of a short run to load.
  let controller: AbortController | undefined;
  let received: Cancelled | undefined;
  const first = refusal();
  const second = refusal();
  const listener = (name: SignalName): void => {
    const { refuse } = received === undefined ? first : second;
    received ??= new Cancelled(name);
    const reason = received;
    controller?.abort(reason);
    // An aborted prompt still has to give the terminal back.
    setImmediate(() => {
      refuse(reason);
    });
  };
  for (const name of SIGNALS) process.on(name, listener);
  return {
    signal: () => {
      if (controller === undefined) {
        controller = new AbortController();
        if (received !== undefined) controller.abort(received);
      }
      return controller.signal;
    },
    received: () => received?.signal,
    cancelled: first.promise,
    insisted: second.promise,
    stop: () => {
      for (const name of SIGNALS) process.off(name, listener);
    },
  };
}

interface Refusal {
  readonly promise: Promise<never>;
  readonly refuse: (reason: Cancelled) => void;
}

function refusal(): Refusal {
  let refuse: Refusal['refuse'] = () => undefined;
  const promise = new Promise<never>((_resolve, reject) => {
    refuse = reject;
  });
  // Nobody may be waiting for it yet.
  promise.catch(() => undefined);
  return { promise, refuse };
}
