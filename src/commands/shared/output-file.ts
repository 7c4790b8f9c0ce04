/** What a command writes besides the configuration file never overwrites a file that it reads. */
import { printable } from '../../core/text/display.ts';
import { UsageError } from '../../core/errors.ts';
import type { Files } from '../../ports.ts';
import type { OptionValues } from '../options.ts';

/** For a standard stream, which is no file. */
const STREAM = '-';

/** The file that `--output` names; undefined for standard output, which is what it is without one. */
export const outputFile = ({ output }: OptionValues): string | undefined =>
  output === STREAM ? undefined : output;

/** Throws UsageError where the file that an option names is one of those that are read, by whatever name, or the one that standard input comes from. */
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
      `${option} ${printable(named)} would overwrite a file that is read`,
      `Name another file with ${option}.`,
    );
  }
}
