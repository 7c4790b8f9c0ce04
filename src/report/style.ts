/** How text may look on one stream: colours or none, and how wide it is. */
import { Chalk, type ChalkInstance } from 'chalk';

export interface Style {
  readonly paint: ChalkInstance;
  readonly columns: number;
  /** Errors and warnings only, no hints and no closing words. */
  readonly quiet: boolean;
}

/** A style for a stream. A Chalk of its own, since chalk's default instance ignores NO_COLOR on a terminal. */
export function makeStyle(level: 0 | 1 | 2 | 3, columns: number, quiet = false): Style {
  return { paint: new Chalk({ level }), columns, quiet };
}
