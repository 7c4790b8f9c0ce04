/**
 * Which files git tracks, asked without running anything that a repository's own configuration names. Child processes are loaded only
 * when git has to be asked: that costs a good part of what starting Node costs.
 */
import { existsSync, lstatSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join, posix, relative, resolve, sep } from 'node:path';
import { childEnvironment } from './child-environment.ts';
import { lookUp } from './file-failures.ts';

/** Far below the 32,767 characters of a Windows command line, the tightest of all limits. */
const ARGUMENT_CHARACTERS = 16_000;
/** Able to point `git ls-files` elsewhere, or to make it run programs. */
const WITHHELD_FROM_GIT = /^GIT_(?!EXEC_PATH$)/i;
const GIT_ENVIRONMENT = { GIT_OPTIONAL_LOCKS: '0', GIT_NO_LAZY_FETCH: '1', GIT_ALLOW_PROTOCOL: 'none' };

/** The nearest directory, from this one upwards, that has an entry with this name. */
export function nearestWith(entry: string, directory: string): string | undefined {
  if (existsSync(join(directory, entry))) return directory;
  const parent = dirname(directory);
  return parent === directory ? undefined : nearestWith(entry, parent);
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

/** Those of `paths`, relative to `cwd`, that git tracks; none where git cannot tell in `deadlineMs` milliseconds. */
export async function trackedByGit(
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
