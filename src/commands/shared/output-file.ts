/** The output file of a command, which must not be one of its input files. */
import { printable } from '../../core/text/display.ts';
import { UsageError } from '../../core/errors.ts';
import type { Files } from '../../ports.ts';
import type { OptionValues } from '../options.ts';

/** Standard input or output. */
const STREAM = '-';

/** The file that `--output` names; undefined for standard output. */
export const outputFile = ({ output }: OptionValues): string | undefined =>
  output === STREAM ? undefined : output;

/** Throws UsageError if an output file is one of the input files, even by another name, through a link or as standard input. */
export async function refuseToOverwrite(
  option: string,
  named: string,
  read: readonly string[],
  files: Files,
): Promise<void> {
  const written = await files.identity(named);
  if (written === undefined) return;
  for (const path of read) {
    if ((await files.identity(path === STREAM ? 0 : path)) !== written) continue;
    throw new UsageError(
      `${option} ${printable(named)} would overwrite an input file`,
      `Name another file with ${option}.`,
    );
  }
}
