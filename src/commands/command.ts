/** The shape of a command: a typed input, the outside world, a report. */
import type { FieldName } from '../core/config/fields.ts';
import type { Settings } from '../core/config/settings.ts';
import type { Ports } from '../ports.ts';
import type { Report } from '../report/report.ts';
import type { OptionName, OptionValues } from './options.ts';

export interface Input {
  readonly args: readonly string[];
  readonly options: OptionValues;
  /** Values of the field flags. */
  readonly fields: Settings;
}

/** One thing that a shell offers. */
export interface Candidate {
  readonly value: string;
  readonly description?: string;
}

/** What can follow on a command line; the shell looks for `files`, and `profiles` come from the AWS configuration. */
export type Completes = 'files' | 'profiles' | readonly Candidate[];

interface Argument {
  /** As commander takes it: `[file...]`. */
  readonly usage: string;
  readonly description: string;
  /** What the shells offer for it. */
  readonly completes?: () => Completes | Promise<Completes>;
}

/** Runs a command. Rejects with an ExpectedError if it fails. */
export type Run = (input: Input, ports: Ports) => Promise<Report>;

export interface Command {
  /** One word, or a family's name and another one: `users list`. */
  readonly name: string;
  readonly args?: readonly Argument[];
  /** One line without a full stop. */
  readonly summary: string;
  /** Shown by `umconfig` without a command. */
  readonly isFirstStep?: true;
  /** Without the global ones. */
  readonly options: readonly OptionName[];
  readonly fieldFlags?: readonly FieldName[];
  readonly examples: readonly { readonly command: string; readonly what: string }[];
  /**
   * It looks at `ports.stop` itself, to finish a request that it has sent: the first Ctrl-C leaves it running, the
   * second one ends it.
   */
  readonly endsByItself?: true;
  /** Imports the file that runs it. */
  readonly load: () => Promise<{ readonly run: Run }>;
}

/** Commands of two words that have the first one in common. */
export interface CommandFamily {
  readonly name: string;
  /** One line without a full stop. */
  readonly summary: string;
}

/** A heading of the help and its commands. */
export interface CommandGroup {
  readonly title: string;
  readonly commands: readonly Command[];
  /** The family of those of its commands that have two words. */
  readonly family?: CommandFamily;
}
