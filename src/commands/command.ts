/** The shape of a command: a typed input, the outside world, a report. */
import type { FieldName } from '../core/fields.ts';
import type { Settings } from '../core/plan.ts';
import type { Ports } from '../ports.ts';
import type { Report } from '../report/report.ts';
import type { OptionName, OptionValues } from './options.ts';

export interface Input {
  readonly args: readonly string[];
  readonly options: OptionValues;
  /** Values of the field flags. */
  readonly fields: Settings;
}

export interface Command {
  readonly name: string;
  /** As commander takes it: `[file...]`. */
  readonly args?: { readonly usage: string; readonly description: string };
  /** One line without a full stop. */
  readonly summary: string;
  /** Beside the global ones. */
  readonly options: readonly OptionName[];
  readonly fieldFlags?: readonly FieldName[];
  readonly examples: readonly { readonly command: string; readonly what: string }[];
  readonly run: (input: Input, ports: Ports) => Promise<Report>;
}
