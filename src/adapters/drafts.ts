/**
 * The files beside a target that are to become the target: their names, and the removal of those that killed runs have
 * left. Each holds what the target is to hold, the secret too, and so is private from the start.
 */
import { lstatSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errno, lookUp } from './file-failures.ts';

/** A draft whose writer seems to live is swept all the same after this long: process ids are used again. */
const ABANDONED_AFTER_MS = 60 * 60 * 1000;

/**
 * A file beside the target that becomes the target. It has one name while it is written and another, `ready`, while
 * its writer waits for the turn to commit it.
 */
export interface Draft {
  readonly writing: string;
  readonly ready: string;
}

/** Cut where the draft's name would be longer than the 255 bytes that file systems allow. */
function draftPrefix(target: string): string {
  return `.${Buffer.from(basename(target)).subarray(0, 180).toString()}.`;
}

/** Names for a new draft of this process. `target` is free of links. */
export function nameDraft(target: string): Draft {
  const random = Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString('hex');
  const stem = join(dirname(target), `${draftPrefix(target)}${random}-${process.pid}`);
  return { writing: `${stem}.umconfig-tmp`, ready: `${stem}.ready.umconfig-tmp` };
}

export interface FoundDraft {
  readonly path: string;
  readonly writerLives: boolean;
  readonly ready: boolean;
}

/** The prefix, the writer's process id, and whether it is ready. */
const DRAFT_NAME = /^(\..*\.)[0-9a-f]{16}-([0-9]{1,10})(\.ready)?\.umconfig-tmp$/s;

/** All drafts of these targets, which are free of links and lie in one directory. Throws raw system errors. */
export function findDrafts(directory: string, targets: readonly string[]): readonly FoundDraft[] {
  const prefixes = new Set(targets.map(draftPrefix));
  return readdirSync(directory).flatMap((name) => {
    const [, prefix = '', pid, ready] = DRAFT_NAME.exec(name) ?? [];
    if (!prefixes.has(prefix)) return [];
    return { path: join(directory, name), writerLives: isAlive(Number(pid)), ready: ready !== undefined };
  });
}

/** Our own id counts as dead: writes do not overlap in one process, and in a container each run may have the same id. */
function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errno(error) === 'EPERM';
  }
}

/** Removes a file, and ignores what cannot be removed: a directory or another user's file is no error. */
export function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // See above.
  }
}

/**
 * Removes what killed runs have left beside these targets, as for `findDrafts`; a file that merely looks similar
 * stays. Throws raw system errors.
 */
export function sweep(directory: string, targets: readonly string[]): void {
  for (const draft of findDrafts(directory, targets)) {
    const stats = lookUp(lstatSync, draft.path);
    const old = stats !== undefined && Date.now() - stats.mtimeMs > ABANDONED_AFTER_MS;
    if (stats?.isFile() === true && (old || !draft.writerLives)) removeQuietly(draft.path);
  }
}

/**
 * Does the same for files that are not to be written, wherever they are, links followed. Never throws: that nothing
 * can be found or removed there does no harm to anything else.
 */
export function sweepBeside(paths: readonly string[]): void {
  const places = new Map<string, string[]>();
  for (const path of paths) {
    try {
      const target = realpathSync.native(path);
      places.set(dirname(target), [...(places.get(dirname(target)) ?? []), target]);
    } catch {
      // Not there, so nothing can be beside it.
    }
  }
  for (const [directory, targets] of places) {
    try {
      sweep(directory, targets);
    } catch {
      // A directory that may not be read, for one.
    }
  }
}
