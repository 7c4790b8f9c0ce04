/**
 * What git has of files, asked without running anything that a repository's own configuration names. Child processes are loaded only
 * when git has to be asked: that costs a good part of what starting Node costs.
 */
import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { GitFacts } from '../ports.ts';
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

/** Asks one repository; what it prints, undefined where git fails. */
type AskGit = (top: string, args: readonly string[], input?: string) => Promise<string | undefined>;

async function gitAsker(deadlineMs: number): Promise<AskGit> {
  const { execFile } = await import('node:child_process');
  const inherited = Object.entries(childEnvironment()).filter(([name]) => !WITHHELD_FROM_GIT.test(name));
  const options = {
    env: { ...Object.fromEntries(inherited), ...GIT_ENVIRONMENT },
    killSignal: 'SIGKILL',
    maxBuffer: 64 * 1024 * 1024,
    signal: AbortSignal.timeout(deadlineMs),
    windowsHide: true,
  } as const;
  return (top, args, input = '') => {
    const hardened = ['-c', 'core.fsmonitor=false', '-C', top];
    return new Promise((settle) => {
      const git = execFile('git', [...hardened, ...args], options, (error, stdout) => {
        // `git check-ignore` ends with 1 where it ignores nothing.
        settle(error === null || error.code === 1 ? stdout : undefined);
      });
      // A git that is not there, or ends early, is told of above.
      git.stdin?.on('error', () => undefined);
      git.stdin?.end(input);
    });
  };
}

/** The names between NUL characters. */
const namesIn = (listed: string): ReadonlySet<string> => new Set(listed.split('\0'));

/** Texts by object name, as `git cat-file --batch` prints them: a line with the size in bytes, the text, a line end. */
function textsIn(printed: string, asked: readonly string[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  let rest = Buffer.from(printed);
  for (const name of asked) {
    const end = rest.indexOf('\n');
    const size = / blob (\d+)$/.exec(rest.toString('utf8', 0, Math.max(end, 0)))?.[1];
    const start = end + 1;
    if (size !== undefined) texts.set(name, rest.toString('utf8', start, start + Number(size)));
    rest = rest.subarray(size === undefined ? start : start + Number(size) + 1);
  }
  return texts;
}

/** What one repository has of each of the names in it. */
async function factsIn(
  top: string,
  names: readonly string[],
  ask: AskGit,
): Promise<ReadonlyMap<string, GitFacts>> {
  const listed = await ask(top, ['--literal-pathspecs', 'ls-files', '-z', '--cached', '--', ...names]);
  if (listed === undefined) return new Map();
  const tracked = namesIn(listed);
  const untracked = names.filter((name) => !tracked.has(name));
  // Its input has a name a line.
  const kept = names.filter((name) => tracked.has(name) && !name.includes('\n'));
  const objects = kept.flatMap((name) => [`HEAD:${name}`, `:${name}`]);
  const [ignored, printed] = await Promise.all([
    // It refuses literal names; behind `./` nothing is a sign of a pattern.
    untracked.length === 0
      ? ''
      : ask(top, ['check-ignore', '-z', '--stdin'], untracked.map((name) => `./${name}`).join('\0')),
    objects.length === 0 ? '' : ask(top, ['cat-file', '--batch'], `${objects.join('\n')}\n`),
  ]);
  const ignoredNames = namesIn(ignored ?? '');
  const texts = textsIn(printed ?? '', objects);
  // Where git could not tell what it ignores, nothing is known of what it does not track.
  const known = ignored === undefined ? names.filter((name) => tracked.has(name)) : names;
  return new Map(
    known.map((name) => [
      name,
      {
        isTracked: tracked.has(name),
        isIgnored: ignoredNames.has(`./${name}`),
        committed: texts.get(`HEAD:${name}`),
        staged: texts.get(`:${name}`),
      },
    ]),
  );
}

/**
 * What git has of each of `paths`, relative to `cwd`; nothing of those in no repository, or where git cannot tell in `deadlineMs`
 * milliseconds.
 */
export async function gitFacts(
  cwd: string,
  paths: readonly string[],
  deadlineMs: number,
): Promise<ReadonlyMap<string, GitFacts>> {
  const facts = new Map<string, GitFacts>();
  const repositories = groupByRepository(cwd, paths);
  if (repositories.size === 0) return facts;
  const ask = await gitAsker(deadlineMs);
  for (const [top, names] of repositories) {
    for (const chunk of inChunks([...names.keys()])) {
      for (const [name, found] of await factsIn(top, chunk, ask)) {
        for (const path of names.get(name) ?? []) facts.set(path, found);
      }
    }
  }
  return facts;
}
