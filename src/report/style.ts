/** How text may look on one stream: colours or none, and how wide it is. */
import { Chalk } from 'chalk';

type Look = 'blue' | 'bold' | 'cyan' | 'dim' | 'green' | 'magenta' | 'red' | 'yellow';
type Paint = Readonly<Record<Look, (text: string) => string>>;

export interface Style {
  readonly paint: Paint;
  readonly columns: number;
  /** Errors and warnings only, no hints and no closing words. */
  readonly quiet: boolean;
}

const asItIs = (text: string): string => text;
/** Without colours chalk need not be loaded. */
const PLAIN: Paint = {
  blue: asItIs,
  bold: asItIs,
  cyan: asItIs,
  dim: asItIs,
  green: asItIs,
  magenta: asItIs,
  red: asItIs,
  yellow: asItIs,
};

/** A style for a stream. A Chalk of its own, since chalk's default instance ignores NO_COLOR on a terminal. */
export function makeStyle(level: 0 | 1 | 2 | 3, columns: number, quiet = false): Style {
  return { paint: level === 0 ? PLAIN : new Chalk({ level }), columns, quiet };
}
