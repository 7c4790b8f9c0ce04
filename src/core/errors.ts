/** Expected failures, and those of files as messages. Any other error is a bug in umconfig. */
import type { FileFailure, FileFailureKind } from './failures.ts';
import { EXIT } from './exit-codes.ts';
import { printable, shellWord } from './text/display.ts';
import type { Hint } from './text/hint.ts';

/** A failure that the user can act on: what failed, and what to do next. */
export class ExpectedError extends Error {
  override readonly name = 'ExpectedError';
  readonly exitCode: number;
  /** What to do next, with the exact command where there is one. */
  readonly hint: Hint | undefined;

  constructor(message: string, options: { readonly exitCode: number; readonly hint?: Hint | undefined }) {
    super(message);
    this.exitCode = options.exitCode;
    this.hint = options.hint;
  }
}

/** The command line is wrong, or an answer is missing and there is no terminal. */
export class UsageError extends ExpectedError {
  constructor(message: string, hint?: Hint) {
    super(message, { exitCode: EXIT.usage, hint });
  }
}

/** Disk, permissions, network or AWS failed. */
export class WorldError extends ExpectedError {
  constructor(message: string, hint?: Hint) {
    super(message, { exitCode: EXIT.world, hint });
  }
}

const FILE_FAILURES: Readonly<
  Record<FileFailureKind, (path: string, detail: string) => { message: string; hint: string; usage?: true }>
> = {
  missing: (path) => ({
    message: `${path}: no such file or directory`,
    hint: 'Check the path.',
    usage: true,
  }),
  directory: (path) => ({
    message: `${path}: is a directory`,
    hint: 'Name a file in it.',
    usage: true,
  }),
  'dangling-link': (path) => ({
    message: `${path}: broken symbolic link`,
    hint: 'Remove the link, or create the file that it points to.',
    usage: true,
  }),
  'not-a-file': (path) => ({
    message: `${path}: not a regular file`,
    hint: 'Name a regular file.',
    usage: true,
  }),
  'not-permitted': (path, detail) => ({
    message: `${path}: permission denied (${detail})${detail === 'EPERM' ? '; the file may be immutable' : ''}`,
    hint:
      detail === 'EPERM'
        ? `Check attributes and owner: lsattr ${shellWord(path)}; ls -l ${shellWord(path)}. To make an immutable file writable: sudo chattr -i ${shellWord(path)}`
        : `Check owner and permissions: ls -l ${shellWord(path)}`,
  }),
  'not-replaceable': (path, detail) => ({
    message: `${path}: cannot be replaced (${detail}), because it is a mount point`,
    hint: 'Mount its directory instead of the file.',
  }),
  'read-only': (path) => ({
    message: `${path}: the file system is read-only`,
    hint: 'Name a file elsewhere: --config FILE, or --output FILE for a report.',
  }),
  'disk-full': (path) => ({
    // Reports are written in place.
    message: `${path}: no space left on the disk (a configuration file is unchanged, a report may be incomplete)`,
    hint: 'Free some space and run the command again.',
  }),
  'changed-on-disk': (path) => ({
    message: `${path}: changed on disk since it was read; nothing was written`,
    hint: 'Another program or user changed it. Run the command again.',
  }),
  io: (path, detail) => ({ message: `${path}: ${detail}`, hint: 'Check the disk and the path.' }),
};

/** A file failure as an error: exit 2 if the path is wrong, 3 if the disk or the permissions are. */
export function describeFileFailure(failure: FileFailure): ExpectedError {
  const { message, hint, usage } = FILE_FAILURES[failure.kind](
    printable(failure.path),
    printable(failure.detail),
  );
  return usage === true ? new UsageError(message, hint) : new WorldError(message, hint);
}
