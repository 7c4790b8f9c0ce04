/** What is asked of REPORTERS: which formats there are, and the reporter of a report. */
import { REPORTERS, type BodyOf, type Kind, type Reporter, type Reporters } from './index.ts';

/** The formats of `validate`. */
export type Format = keyof typeof REPORTERS.validation;

export const FORMATS = Object.keys(REPORTERS.validation) as readonly Format[];

/** The formats that every kind of report has. */
export const RESULT_FORMATS = ['text', 'json'] as const;

/** The reporter of a kind of report. Throws RangeError for a format that the kind does not have, which the options refuse. */
export async function reporterOf<K extends Kind>(kind: K, format: string): Promise<Reporter<BodyOf[K]>> {
  const table: Reporters = REPORTERS;
  const load = table[kind][format];
  if (load === undefined) throw new RangeError(`no report of the kind ${kind} has the format ${format}`);
  return load();
}
