/** Records the requests and their order, so that tests can count the round trips of a command. */

export interface RecordedRequest {
  /** The operation's name; for a public endpoint one of `PUBLIC_OPERATIONS`, otherwise `unknown`. */
  readonly operation: string;
  /** The path with its query. */
  readonly url: string;
  /** From the credential scope; empty without one. */
  readonly region: string;
  readonly accessKeyId: string;
  /** The parsed JSON or form fields; undefined for anything else. */
  readonly body: unknown;
  /** A tick of a counter shared by all requests. */
  readonly startedAt: number;
  /** Infinity while in progress. */
  readonly endedAt: number;
}

/** The recorded requests, and statistics about them. */
export interface Ledger {
  readonly requests: readonly RecordedRequest[];
  readonly maxInFlight: number;
  start(): OpenEntry;
  /** The length of the longest chain of sequential requests, each started after the previous answer. */
  roundTrips(): number;
}

interface OpenEntry {
  describe(what: Pick<RecordedRequest, 'operation' | 'url' | 'region' | 'accessKeyId' | 'body'>): void;
  /** Repeated calls are ignored. */
  end(): void;
}

/** Creates an empty record; call `start` when a request arrives. */
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
