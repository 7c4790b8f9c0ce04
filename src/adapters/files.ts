/**
 * Files on the real disk: reading, finding by glob, and asking git what it tracks. Writing is in atomic-write.ts.
 * tinyglobby and child processes are loaded only when needed: they cost a good part of what starting Node costs.
 */
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, posix, relative, resolve, sep } from 'node:path';
import { FileFailure, type Files, type FileSnapshot } from '../ports.ts';
import { replaceFile } from './atomic-write.ts';
import { childEnvironment } from './child-environment.ts';
import { sweepBeside } from './drafts.ts';
import { assertRegularFile, lookUp, statRegularFile, translateFailures } from './file-failures.ts';

// Non-blocking, in case the name becomes a FIFO between the look and the opening; Windows lacks both constants.
const READ = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

const NEVER_SEARCHED = ['**/node_modules/**', '**/.git/**'];
const GLOB_MAGIC = /[*?[\]{}()!+@\\]/;

/** Far below the 32,767 characters of a Windows command line, the tightest of all limits. */
const ARGUMENT_CHARACTERS = 16_000;
/** Able to point `git ls-files` elsewhere, or to make it run programs. */
const WITHHELD_FROM_GIT = /^GIT_(?!EXEC_PATH$)/i;
const GIT_ENVIRONMENT = { GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1', GIT_ALLOW_PROTOCOL: 'none' };
const GIT_DEADLINE_MS = 5_000;

/** `bytes` is one longer than `maxBytes` where the file is larger. Undefined where nothing is there. */
function readIfThere(path: string, shown: string, maxBytes: number): FileSnapshot | undefined {
  return translateFailures(shown, () => {
    if (statRegularFile(path, shown) === undefined) return undefined;
    const descriptor = openSync(path, READ);
    try {
      const stats = fstatSync(descriptor);
      assertRegularFile(stats, shown);
      const mode = process.platform === 'win32' ? undefined : stats.mode & 0o777;
      return { path: shown, bytes: readAtMost(descriptor, stats.size, maxBytes + 1), mode };
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

function identity(path: string): string | undefined {
  try {
    const { dev, ino } = statSync(path);
    return `${dev}:${ino}`;
  } catch {
    return undefined;
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

/** The nearest directory, from this one upwards, that has an entry with this name. */
function nearestWith(entry: string, directory: string): string | undefined {
  if (existsSync(join(directory, entry))) return directory;
  const parent = dirname(directory);
  return parent === directory ? undefined : nearestWith(entry, parent);
}

/** Sources and bundles lie at different depths of the package. */
function readPackaged(path: string): string {
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

/** Undefined where there is none. */
function realPath(path: string): string | undefined {
  try {
    return realpathSync.native(path);
  } catch {
    return undefined;
  }
}

function isLink(path: string): boolean {
  try {
    return lookUp(lstatSync, path)?.isSymbolicLink() === true;
  } catch {
    return false;
  }
}

/**
 * The place whose bytes git would have: a tracked link says nothing about what it points to. What is no link, or not there (yet),
 * is where its directory is, which `realDirectory` need not look for each time.
 */
function realPlace(
  path: string,
  realDirectory: (directory: string) => string | undefined,
): string | undefined {
  const followed = isLink(path) ? realPath(path) : undefined;
  if (followed !== undefined) return followed;
  const directory = realDirectory(dirname(path));
  return directory === undefined ? undefined : join(directory, basename(path));
}

/** `find` asked once for each directory. */
function onceEach<Answer>(find: (directory: string) => Answer): (directory: string) => Answer {
  const known = new Map<string, Answer>();
  return (directory) => {
    if (!known.has(directory)) known.set(directory, find(directory));
    return known.get(directory) as Answer;
  };
}

/** Repository → path in it, as git writes it → the paths that the caller gave for it. */
function groupByRepository(cwd: string, paths: readonly string[]): Map<string, Map<string, string[]>> {
  const repositories = new Map<string, Map<string, string[]>>();
  const realDirectory = onceEach(realPath);
  // In submodules and worktrees `.git` is a file.
  const topOf = onceEach((directory) => nearestWith('.git', directory));
  for (const path of paths) {
    const place = realPlace(resolve(cwd, path), realDirectory);
    const top = place === undefined ? undefined : topOf(dirname(place));
    if (place === undefined || top === undefined) continue;
    const inside = relative(top, place).split(sep).join('/');
    const names = repositories.get(top) ?? new Map<string, string[]>();
    names.set(inside, [...(names.get(inside) ?? []), path]);
    repositories.set(top, names);
  }
  return repositories;
}

/**
 * Whether starting git can be spared, which costs a fifth of what starting Node does: a plain index (versions 2 and 3 of
 * git's index-format document, not split, not sparse) spells every name out, so a name that is nowhere in its bytes is not
 * tracked. Undefined where only git can tell: another format, or the `.git` file of a submodule or worktree.
 */
function readPlainIndex(top: string): Buffer | undefined {
  try {
    const index = readFileSync(join(top, '.git', 'index'));
    const plain = index.toString('latin1', 0, 4) === 'DIRC' && [2, 3].includes(index.readUInt32BE(4));
    return plain && !index.includes('link') && !index.includes('sdir') ? index : undefined;
  } catch {
    return undefined;
  }
}

/** The names that git has to be asked about. */
function undecided(top: string, names: readonly string[]): readonly string[] {
  const index = readPlainIndex(top);
  // On macOS git may spell other letters than ASCII differently from the disk.
  const isPlain = (name: string): boolean => /^[\x20-\x7e]+$/.test(name);
  return names.filter(
    (name) => index === undefined || !isPlain(name) || index.includes(posix.basename(name)),
  );
}

function inChunks(names: readonly string[]): readonly (readonly string[])[] {
  const chunks: string[][] = [];
  let room = 0;
  for (const name of names) {
    const chunk = chunks.at(-1);
    if (chunk === undefined || name.length >= room) {
      chunks.push([name]);
      room = ARGUMENT_CHARACTERS - name.length;
    } else {
      chunk.push(name);
      room -= name.length + 1;
    }
  }
  return chunks;
}

type ListTracked = (top: string, names: readonly string[]) => Promise<readonly string[]>;

/** Asks one index, without running anything that the repository's own configuration names. Fails to an empty list. */
async function gitIndexReader(deadlineMs: number): Promise<ListTracked> {
  const { execFile } = await import('node:child_process');
  const inherited = Object.entries(childEnvironment()).filter(([name]) => !WITHHELD_FROM_GIT.test(name));
  const options = {
    env: { ...Object.fromEntries(inherited), ...GIT_ENVIRONMENT },
    killSignal: 'SIGKILL',
    maxBuffer: 16 * 1024 * 1024,
    signal: AbortSignal.timeout(deadlineMs),
    windowsHide: true,
  } as const;
  return (top, names) => {
    const hardened = ['--literal-pathspecs', '-c', 'core.fsmonitor=false', '-C', top];
    return new Promise((settle) => {
      execFile(
        'git',
        [...hardened, 'ls-files', '-z', '--cached', '--', ...names],
        options,
        (error, stdout) => {
          settle(error === null ? stdout.split('\0') : []);
        },
      );
    });
  };
}

async function trackedByGit(
  cwd: string,
  paths: readonly string[],
  deadlineMs: number,
): Promise<ReadonlySet<string>> {
  const tracked = new Set<string>();
  const repositories = groupByRepository(cwd, paths);
  let reader: Promise<ListTracked> | undefined;
  for (const [top, names] of repositories) {
    const asked = undecided(top, [...names.keys()]);
    if (asked.length === 0) continue;
    const listTracked = await (reader ??= gitIndexReader(deadlineMs));
    for (const chunk of inChunks(asked)) {
      for (const name of await listTracked(top, chunk)) {
        for (const path of names.get(name) ?? []) tracked.add(path);
      }
    }
  }
  return tracked;
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
    write: (path, bytes, expected) => promised(() => replaceFile(at(path), path, bytes, expected)),
    sweep: (paths) =>
      promised(() => {
        sweepBeside(paths.map(at));
      }),
    writeReport: (path, text) =>
      promised(() => {
        writeReport(at(path), path, text);
      }),
    append: (path, text, maxBytes) => promised(() => append(at(path), path, text, maxBytes)),
    packaged: (path) => promised(() => readPackaged(path)),
    isDirectory: (path) => promised(() => isDirectory(at(path))),
    identity: (path) => promised(() => identity(at(path))),
    makeDirectory: (path) => promised(() => makeDirectory(at(path), path)),
    glob: (pattern) => findFiles(cwd, pattern),
    trackedByGit: (paths) => trackedByGit(cwd, paths, gitDeadlineMs),
  };
}
