/**
 * Replaces a file whole or not at all: on a full disk, under kill -9, and with several umconfig processes at once.
 * Synchronous throughout, so that a signal handler runs before or after a write and never in the middle of one.
 */
import {
  type Stats,
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { FileSnapshot, WriteResult } from '../ports.ts';
import { FileFailure } from '../core/failures.ts';
import { keepAttributes } from './file-attributes.ts';
import { findDrafts, nameDraft, removeQuietly, sweep, type Draft } from './drafts.ts';
import { errno, statRegularFile, translateFailures } from './file-failures.ts';

const PRIVATE_MODE = 0o600;
const GROUP = 0o070;
const ALL_BUT_OWNER = 0o077;

// Windows lacks O_NOFOLLOW, O_NONBLOCK and O_NOCTTY: an undefined operand counts as 0 in a bitwise or.
const CREATE_NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const READ_IN_PLACE = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

/** A turn takes two file calls, so whoever has held one for this long is stopped, or not the process we take it for. */
const STUCK_AFTER_MS = 5_000;

/** Some file systems have no fsync at all; that is no reason to refuse them. */
const NO_FSYNC = new Set(['EINVAL', 'ENOSYS', 'ENOTSUP']);

interface Job {
  readonly path: string;
  /** The path as the user typed it. */
  readonly shown: string;
  readonly bytes: Uint8Array;
  readonly expected: FileSnapshot | undefined;
}

/** Where the bytes will really be, with every link on the way resolved. */
interface Target {
  readonly directory: string;
  /** Device and inode: a directory that was swapped under the same name is another one. */
  readonly directoryId: string;
  readonly path: string;
  readonly stats: Stats | undefined;
}

function locate({ path, shown }: Job): Target {
  const stats = statRegularFile(path, shown);
  const parent = (): string => translateFailures(dirname(shown), () => realpathSync.native(dirname(path)));
  const real = stats === undefined ? join(parent(), basename(path)) : realpathSync.native(path);
  const directory = dirname(real);
  const { dev, ino } = statSync(directory, { bigint: true });
  return { directory, directoryId: `${dev}:${ino}`, path: real, stats };
}

/** Only root may give files away; anyone else becomes the owner of what they replace. */
function keepOwner(descriptor: number, replaced: Stats | undefined): void {
  const draft = fstatSync(descriptor);
  if (replaced === undefined || (replaced.uid === draft.uid && replaced.gid === draft.gid)) return;
  try {
    fchownSync(descriptor, replaced.uid, replaced.gid);
  } catch {
    // The write was allowed by the mode or the directory, so it goes on under the writer's own name.
  }
}

/** The group of a service user keeps its rights, as long as it is the same group; others get none. */
function modeFor(written: Stats, replaced: Stats | undefined): number {
  const kept = replaced?.gid === written.gid ? replaced.mode & GROUP : 0;
  return PRIVATE_MODE | kept;
}

function syncDescriptor(descriptor: number): void {
  try {
    fsyncSync(descriptor);
  } catch (error) {
    if (!NO_FSYNC.has(errno(error) ?? '')) throw error;
  }
}

function fill(descriptor: number, { bytes, shown }: Job): void {
  let written = 0;
  while (written < bytes.length) {
    const count = writeSync(descriptor, bytes, written);
    if (count === 0) throw new FileFailure('disk-full', shown, 'ENOSPC');
    written += count;
  }
  syncDescriptor(descriptor);
  if (fstatSync(descriptor).size !== bytes.length) throw new FileFailure('disk-full', shown, 'ENOSPC');
}

function writeDraft(draft: Draft, target: Target, job: Job): void {
  const create = (): number => openSync(draft.writing, CREATE_NEW, PRIVATE_MODE);
  const descriptor = translateFailures(dirname(job.shown), create);
  try {
    keepOwner(descriptor, target.stats);
    if (target.stats !== undefined) keepAttributes(target.path, target.stats, descriptor);
    // The umask may have taken the owner's own bits away.
    fchmodSync(descriptor, modeFor(fstatSync(descriptor), target.stats));
    fill(descriptor, job);
  } finally {
    closeSync(descriptor);
  }
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/**
 * Waits until no other umconfig process is between comparing and renaming on this target.
 *
 * Raise the flag, then look: the `ready` name is the flag, and whoever sees no other flag after raising its own may go
 * on; of two, the higher name steps back. The rename that commits takes the flag down in the same step, so a process
 * killed at any moment holds nothing but a flag with a dead writer, which is removed. Removing a flag by mistake is safe:
 * the flag is the draft itself, so its writer can no longer commit and fails as `changed-on-disk`.
 */
function takeTurn(draft: Draft, target: Target): void {
  const firstSeen = new Map<string, number>();
  let raised = false;
  for (;;) {
    if (!raised) renameSync(draft.writing, draft.ready);
    const rivals = findDrafts(target.directory, [target.path]).filter(
      (found) => found.ready && found.path !== draft.ready,
    );
    const standing = rivals.filter(({ path, writerLives }) => {
      const since = firstSeen.get(path) ?? performance.now();
      firstSeen.set(path, since);
      if (writerLives && performance.now() - since < STUCK_AFTER_MS) return true;
      removeQuietly(path);
      return false;
    });
    if (standing.length === 0) return;
    raised = standing.every(({ path }) => draft.ready < path);
    if (!raised) renameSync(draft.ready, draft.writing);
    pause(1 + Math.random() * 10);
  }
}

/**
 * The mode of the file about to be replaced, undefined where there is none; throws unless it is still what the caller
 * has read. A snapshot that was cut at its limit never equals the file: nobody replaces what nobody has read.
 */
function assertUnchanged(target: Target, job: Job): number | undefined {
  const { expected } = job;
  const changed = new FileFailure('changed-on-disk', job.shown, 'changed');
  const now = locate(job);
  if (now.path !== target.path || now.directoryId !== target.directoryId) throw changed;
  if ((expected === undefined) !== (now.stats === undefined)) throw changed;
  if (expected === undefined) return undefined;
  const descriptor = openSync(target.path, READ_IN_PLACE);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile() || stats.size !== expected.bytes.length) throw changed;
    if (Buffer.compare(readFileSync(descriptor), expected.bytes) !== 0) throw changed;
    return stats.mode;
  } finally {
    closeSync(descriptor);
  }
}

/** Makes the rename survive a power cut. The new file is in place either way, so a refusal is not a failed write. */
function syncDirectory(directory: string): void {
  try {
    const descriptor = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // Windows opens no directories, and some network file systems do not sync them.
  }
}

/** What became of the rights that a file had. */
function resultFor(before: number | undefined, written: number): WriteResult {
  const mode = written & 0o777;
  const isTightened =
    process.platform !== 'win32' && before !== undefined && (before & ALL_BUT_OWNER & ~mode) !== 0;
  return { tightenedFrom: isTightened ? before & 0o777 : undefined, mode };
}

/** From here on a name that is gone, or has become a link, means that somebody else was at work. */
function commit(draft: Draft, target: Target, job: Job): WriteResult {
  try {
    takeTurn(draft, target);
    const mode = assertUnchanged(target, job);
    const written = statSync(draft.ready).mode;
    renameSync(draft.ready, target.path);
    return resultFor(mode, written);
  } catch (error) {
    const code = errno(error);
    if (code !== 'ENOENT' && code !== 'ELOOP') throw error;
    throw new FileFailure('changed-on-disk', job.shown, code);
  }
}

/**
 * Puts `bytes` at `path` with mode 0600, through an existing link to the link's own target.
 *
 * `expected` is what was last read there (undefined: nothing). Hard links, extended attributes and ACLs of the old file
 * are not carried over; its owner is, where the system allows it. A file that is not writable for the user is refused,
 * although its directory would let it be replaced. Throws FileFailure about `shown`, or about the directory where that
 * is missing or not writable; the old file is then as it was and no temporary file is left.
 */
export function replaceFile(
  path: string,
  shown: string,
  bytes: Uint8Array,
  expected: FileSnapshot | undefined,
): WriteResult {
  const job: Job = { path, shown, bytes, expected };
  return translateFailures(shown, () => {
    const target = locate(job);
    if (target.stats !== undefined) accessSync(target.path, constants.W_OK);
    translateFailures(dirname(shown), () => {
      sweep(target.directory, [target.path]);
    });
    const draft = nameDraft(target.path);
    try {
      writeDraft(draft, target, job);
      const result = commit(draft, target, job);
      syncDirectory(target.directory);
      return result;
    } finally {
      removeQuietly(draft.writing);
      removeQuietly(draft.ready);
    }
  });
}

/**
 * Puts `bytes` into the very file at `path`, for one that cannot be replaced. It keeps its owner, links and attributes; others lose their rights to it.
 * Refused like `replaceFile`; but an interruption leaves it incomplete.
 */
export function overwriteFile(
  path: string,
  shown: string,
  bytes: Uint8Array,
  expected: FileSnapshot,
): WriteResult {
  const job: Job = { path, shown, bytes, expected };
  return translateFailures(shown, () => {
    const target = locate(job);
    const mode = assertUnchanged(target, job);
    const descriptor = openSync(
      target.path,
      constants.O_WRONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    );
    try {
      if (!fstatSync(descriptor).isFile()) throw new FileFailure('changed-on-disk', shown, 'changed');
      const stats = fstatSync(descriptor);
      fchmodSync(descriptor, modeFor(stats, stats));
      let written = 0;
      while (written < bytes.length)
        written += writeSync(descriptor, bytes, written, bytes.length - written, written);
      ftruncateSync(descriptor, bytes.length);
      syncDescriptor(descriptor);
      return resultFor(mode, fstatSync(descriptor).mode);
    } finally {
      closeSync(descriptor);
    }
  });
}
