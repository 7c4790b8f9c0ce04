/**
 * Files on the real disk: reading and finding by glob. Writing is in atomic-write.ts, what git tracks in git.ts.
 * tinyglobby is loaded only when needed: it costs a good part of what starting Node costs.
 */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Files, FileSnapshot } from '../ports.ts';
import { FileFailure } from '../core/failures.ts';
import { overwriteFile, replaceFile } from './atomic-write.ts';
import { sweepBeside } from './drafts.ts';
import { assertRegularFile, lookUp, statRegularFile, translateFailures } from './file-failures.ts';
import { gitFacts, nearestWith } from './git.ts';

// Non-blocking, in case the name becomes a FIFO between the look and the opening; Windows lacks both constants.
const READ = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

const GIT_DEADLINE_MS = 5_000;

const NEVER_SEARCHED = ['**/node_modules/**', '**/.git/**'];
const GLOB_MAGIC = /[*?[\]{}()!+@\\]/;

/** `bytes` is one longer than `maxBytes` where the file is larger. Undefined where nothing is there. */
function readIfThere(path: string, shown: string, maxBytes: number): FileSnapshot | undefined {
  return translateFailures(shown, () => {
    if (statRegularFile(path, shown) === undefined) return undefined;
    const descriptor = openSync(path, READ);
    try {
      const stats = fstatSync(descriptor);
      assertRegularFile(stats, shown);
      const mode = process.platform === 'win32' ? undefined : stats.mode & 0o777;
      const bytes = readAtMost(descriptor, stats.size, maxBytes + 1);
      return { path: shown, bytes, mode, links: stats.nlink };
    } finally {
      closeSync(descriptor);
    }
  });
}

/** `expected`: bytes that it is said to have; it may grow, and files that are made while they are read say 0. */
function readAtMost(descriptor: number, expected: number, limit: number): Uint8Array {
  let buffer = new Uint8Array(Math.min(limit, expected + 1));
  let filled = 0;
  for (;;) {
    const count = readSync(descriptor, buffer, filled, buffer.length - filled, null);
    filled += count;
    if (count === 0 || filled === limit) return buffer.subarray(0, filled);
    if (filled < buffer.length) continue;
    const larger = new Uint8Array(limit);
    larger.set(buffer);
    buffer = larger;
  }
}

function identity(path: string | 0): string | undefined {
  try {
    const found = path === 0 ? fstatSync(path) : statSync(path);
    // A terminal or /dev/null loses nothing when it is written.
    return path !== 0 || found.isFile() ? `${found.dev}:${found.ino}` : undefined;
  } catch {
    return undefined;
  }
}

/** Empty where it cannot be read: then the server has a fault of another kind. */
function directoriesIn(path: string): readonly string[] {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  } catch {
    return [];
  }
}

function isDirectory(path: string): boolean {
  try {
    return lookUp(statSync, path)?.isDirectory() === true;
  } catch {
    return false;
  }
}

/** Step by step, because for `recursive: true` on a read-only disk Node 20 reports ENOENT. */
function makeDirectory(path: string, shown: string): boolean {
  if (isDirectory(path)) return false;
  const parent = dirname(path);
  if (parent !== path) makeDirectory(parent, dirname(shown));
  return translateFailures(shown, () => {
    try {
      mkdirSync(path);
      return true;
    } catch (error) {
      // Somebody else may have made it meanwhile.
      if (isDirectory(path)) return false;
      // Says better than EEXIST what has the name already.
      statRegularFile(path, shown);
      throw error;
    }
  });
}

/** True for dangling links and anything else with that name, so that reading it tells what it is. */
function isThere(path: string): boolean {
  try {
    return lookUp(lstatSync, path) !== undefined;
  } catch {
    // A directory on the way may not be searched, for one: reading tells that, too.
    return true;
  }
}

/** Searches below the part of the pattern that is no pattern, so that this part stays as it was typed. */
async function search(cwd: string, pattern: string): Promise<readonly string[]> {
  const { glob } = await import('tinyglobby');
  const steps = pattern.split('/');
  const isLiteral = (count: number): boolean =>
    !GLOB_MAGIC.test(steps[count] ?? '') || isThere(resolve(cwd, steps.slice(0, count + 1).join('/')));
  let literal = 0;
  while (literal < steps.length - 1 && isLiteral(literal)) literal += 1;
  const base = steps.slice(0, literal).map((step) => `${step}/`);
  const found = await glob(steps.slice(literal).join('/'), {
    cwd: resolve(cwd, base.join('')),
    dot: true,
    expandDirectories: false,
    ignore: NEVER_SEARCHED,
  });
  return found.map((path) => base.join('') + path);
}

async function findFiles(cwd: string, typed: string): Promise<readonly string[]> {
  const pattern = process.platform === 'win32' ? typed.replaceAll('\\', '/') : typed;
  if (isThere(resolve(cwd, pattern))) return [typed];
  if (!GLOB_MAGIC.test(pattern)) return [];
  return [...(await search(cwd, pattern))].sort();
}

/** From inside the executable where the program is one of a single file. Sources and bundles lie at different depths of the package. */
async function readPackaged(path: string): Promise<string> {
  const { getAsset, isSea } = await import('node:sea');
  if (isSea()) return getAsset(path, 'utf8');
  const root = nearestWith('package.json', import.meta.dirname) ?? '';
  return translateFailures(path, () => readFileSync(join(root, path), 'utf8'));
}

/** As a shell's `>` does it: a report can be made again, and may well go to /dev/stdout or a FIFO. */
function writeReport(path: string, shown: string, text: string): void {
  translateFailures(shown, () => {
    if (lookUp(statSync, dirname(path)) === undefined) {
      throw new FileFailure('missing', dirname(shown), 'ENOENT');
    }
    writeFileSync(path, text);
  });
}

/** Non-blocking, like reading, in case the name is a FIFO's. */
const APPEND =
  constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK | constants.O_NOCTTY;

function append(path: string, shown: string, text: string, maxBytes: number): boolean {
  return translateFailures(shown, () => {
    const descriptor = openSync(path, APPEND);
    try {
      const stats = fstatSync(descriptor);
      assertRegularFile(stats, shown);
      if (stats.size + Buffer.byteLength(text) > maxBytes) return false;
      writeFileSync(descriptor, text);
      return true;
    } finally {
      closeSync(descriptor);
    }
  });
}

/** The port promises, the calls do not wait: what they throw becomes a rejection. */
function promised<T>(work: () => T): Promise<T> {
  return new Promise((settle) => {
    settle(work());
  });
}

/** The `Files` port on the real disk, relative to `cwd`. Git gets `gitDeadlineMs` milliseconds for all its answers. */
export function nodeFiles(cwd: string, gitDeadlineMs = GIT_DEADLINE_MS): Files {
  const at = (path: string): string => resolve(cwd, path);
  return {
    cwd,
    read: (path, maxBytes) =>
      promised(() => {
        const snapshot = readIfThere(at(path), path, maxBytes);
        if (snapshot === undefined) throw new FileFailure('missing', path, 'ENOENT');
        return snapshot;
      }),
    readIfThere: (path, maxBytes) => promised(() => readIfThere(at(path), path, maxBytes)),
    write: (path, bytes, expected, options) =>
      promised(() =>
        options?.inPlace === true && expected !== undefined
          ? overwriteFile(at(path), path, bytes, expected)
          : replaceFile(at(path), path, bytes, expected),
      ),
    sweep: (paths) =>
      promised(() => {
        sweepBeside(paths.map(at));
      }),
    writeReport: (path, text) =>
      promised(() => {
        writeReport(at(path), path, text);
      }),
    append: (path, text, maxBytes) => promised(() => append(at(path), path, text, maxBytes)),
    packaged: readPackaged,
    isDirectory: (path) => promised(() => isDirectory(at(path))),
    directoriesIn: (path) => promised(() => directoriesIn(at(path))),
    identity: (path) => promised(() => identity(path === 0 ? path : at(path))),
    makeDirectory: (path) => promised(() => makeDirectory(at(path), path)),
    glob: (pattern) => findFiles(cwd, pattern),
    gitFacts: (paths) => gitFacts(cwd, paths, gitDeadlineMs),
  };
}
