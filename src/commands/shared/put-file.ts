/** Writes a configuration file: checks its size, warns about hard links, and offers to write in place if it cannot be replaced. */
import { printable, shellWord } from '../../core/text/display.ts';
import { serialize } from '../../core/yaml/document.ts';
import type { ConfigDocument } from '../../core/yaml/types.ts';
import { ExpectedError, UsageError, WorldError } from '../../core/errors.ts';
import { EXIT } from '../../core/exit-codes.ts';
import { FileFailure } from '../../core/failures.ts';
import { MAX_FILE_BYTES } from '../../core/rules/file/yaml.ts';
import type { FileSnapshot, Ports, WriteResult } from '../../ports.ts';

type World = Pick<Ports, 'files' | 'terminal' | 'prompter'>;

/**
 * Writes the document. If the file cannot be replaced, it offers to write in place on a terminal; otherwise the error says how.
 * Throws ExpectedError if the file would be too large, and FileFailure.
 */
export async function putFile(
  path: string,
  document: ConfigDocument,
  existing: FileSnapshot | undefined,
  ports: World,
): Promise<WriteResult> {
  const bytes = Buffer.from(serialize(document));
  if (bytes.length > MAX_FILE_BYTES || document.problems.some(({ code }) => code === 'file-too-large')) {
    throw new ExpectedError(
      `${printable(path)} would be larger than ${MAX_FILE_BYTES / 1024} KB or 5000 words, the maximum size of a configuration file; nothing was written`,
      { exitCode: EXIT.findings, hint: 'Remove what is not configuration, for example comments.' },
    );
  }
  const links = existing?.links ?? 1;
  if (links > 1) {
    ports.terminal.note(
      `${printable(path)} has ${links} hard links; umconfig replaces the file, so the other names keep the old content`,
    );
  }
  try {
    return await ports.files.write(path, bytes, existing);
  } catch (error) {
    if (!(error instanceof FileFailure)) throw error;
    if (error.kind === 'missing' && existing === undefined) throw noDirectory(path, error.path);
    if (error.kind !== 'not-replaceable' || existing === undefined) throw error;
    return await writeInPlace(path, bytes, existing, error, ports);
  }
}

const noDirectory = (path: string, directory: string): UsageError =>
  new UsageError(
    `cannot create ${printable(path)}: the directory ${printable(directory)} does not exist`,
    `Create it: mkdir -p ${shellWord(directory)}`,
  );

async function writeInPlace(
  path: string,
  bytes: Uint8Array,
  existing: FileSnapshot,
  { detail }: FileFailure,
  { files, terminal, prompter }: World,
): Promise<WriteResult> {
  const reason = `${printable(path)} cannot be replaced (${printable(detail)}): it is a mount point, for example a file mounted by Docker`;
  if (!terminal.interactive) {
    throw new WorldError(
      `${reason}; nothing was written`,
      `Mount the directory instead of the file, run the command on a terminal to write in place, or edit a copy: cp ${shellWord(path)} copy.yml; cat copy.yml > ${shellWord(path)}`,
    );
  }
  terminal.note(reason);
  if (await prompter.confirm('Write in place? If this is interrupted, the file may be incomplete', false))
    return files.write(path, bytes, existing, { inPlace: true });
  throw new WorldError(`${printable(path)} is unchanged`, 'Mount the directory instead of the file.');
}
