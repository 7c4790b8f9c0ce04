/** What the system says when a file call fails, in the words of the port; and the look at a path that says it before opening it. */
import { type Stats, lstatSync, statSync } from 'node:fs';
import { FileFailure, type FileFailureKind } from '../core/failures.ts';

const KINDS: ReadonlyMap<string, FileFailureKind> = new Map([
  ['ENOENT', 'missing'],
  ['ENOTDIR', 'missing'],
  ['EISDIR', 'directory'],
  ['ELOOP', 'dangling-link'],
  ['EACCES', 'not-permitted'],
  ['EPERM', 'not-permitted'],
  ['EBUSY', 'not-replaceable'],
  ['EROFS', 'read-only'],
  ['ENOSPC', 'disk-full'],
  ['EDQUOT', 'disk-full'],
]);

/** The system's own name of an error, like ENOENT. */
export function errno(error: unknown): string | undefined {
  const code: unknown =
    typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** Runs file calls: what the system refuses becomes a FileFailure about `path`, everything else passes unchanged. */
export function translateFailures<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = errno(error);
    if (code === undefined) throw error;
    throw new FileFailure(KINDS.get(code) ?? 'io', path, code);
  }
}

/** Undefined where nothing is there, also because something on the way is no directory. Throws raw system errors. */
export function lookUp(stat: typeof statSync, path: string): Stats | undefined {
  try {
    return stat(path);
  } catch (error) {
    const code = errno(error);
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
    return undefined;
  }
}

/** Throws FileFailure about `shown` unless these are the facts of a regular file. */
export function assertRegularFile(stats: Stats, shown: string): void {
  if (stats.isFile()) return;
  if (stats.isDirectory()) throw new FileFailure('directory', shown, 'EISDIR');
  throw new FileFailure(
    'not-a-file',
    shown,
    stats.isFIFO() ? 'FIFO' : stats.isSocket() ? 'socket' : 'device',
  );
}

/**
 * The facts of the regular file at `path`, links followed; undefined where nothing is there. Never opens anything, so a
 * FIFO cannot block it. Throws FileFailure about `shown`, and raw system errors.
 */
export function statRegularFile(path: string, shown: string): Stats | undefined {
  const stats = lookUp(statSync, path);
  if (stats !== undefined) {
    assertRegularFile(stats, shown);
    return stats;
  }
  if (lookUp(lstatSync, path)?.isSymbolicLink() === true) {
    throw new FileFailure('dangling-link', shown, 'ENOENT');
  }
  return undefined;
}
