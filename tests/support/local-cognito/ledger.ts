/** A record of what was asked and when, so that tests can tell how many round trips a command costs. */

export interface RecordedRequest {
  /** The operation's name; for a public endpoint one of `PUBLIC_OPERATIONS`, `unknown` for anything else. */
  readonly operation: string;
  /** The path with its query. */
  readonly url: string;
  /** From the credential scope; empty where there is none. */
  readonly region: string;
  readonly accessKeyId: string;
  /** The parsed JSON, or a form's fields; undefined where it was neither. */
  readonly body: unknown;
  /** A tick of a counter that all requests share. */
  readonly startedAt: number;
  /** Infinity while it is under way. */
  readonly endedAt: number;
}

/** The requests so far, and what can be told from them. */
export interface Ledger {
  readonly requests: readonly RecordedRequest[];
  readonly maxInFlight: number;
  start(): OpenEntry;
  /** The longest chain of requests of which each began only after the one before had been answered. */
  roundTrips(): number;
}

interface OpenEntry {
  describe(what: Pick<RecordedRequest, 'operation' | 'url' | 'region' | 'accessKeyId' | 'body'>): void;
  /** Repeats are ignored. */
  end(): void;
}

/** An empty record; `start` is called when a request arrives. */
export function createLedger(): Ledger {
  const requests: { -readonly [K in keyof RecordedRequest]: RecordedRequest[K] }[] = [];
  let tick = 0;
  let inFlight = 0;
  let maxInFlight = 0;
  return {
    requests,
    get maxInFlight() {
      return maxInFlight;
    },
    start() {
      const entry = {
        operation: 'unknown',
        url: '',
        region: '',
        accessKeyId: '',
        body: undefined as unknown,
        startedAt: (tick += 1),
        endedAt: Infinity,
      };
      requests.push(entry);
      inFlight += 1;
      maxInFlight = Math.max(maxInFlight, inFlight);
      return {
        describe({ operation, url, region, accessKeyId, body }) {
          Object.assign(entry, { operation, url, region, accessKeyId, body });
        },
        end() {
          if (entry.endedAt !== Infinity) return;
          entry.endedAt = tick += 1;
          inFlight -= 1;
        },
      };
    },
    roundTrips() {
      let length = 0;
      let lastEnd = -Infinity;
      for (const request of [...requests].sort((a, b) => a.endedAt - b.endedAt)) {
        if (request.startedAt < lastEnd) continue;
        length += 1;
        lastEnd = request.endedAt;
      }
      return length;
    },
  };
}
