/** Temporary directories, child processes and mounts for the tests of the Files adapter. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { FileFailure } from '../../src/core/failures.ts';
import { isRoot, NOBODY, type CliOptions } from './cli.ts';

export const NAME = 'user_management_config.yml';
/** Higher than any process ID of the system. */
export const DEAD_PID = 2_147_483_646;
/** The read limit for tests that do not test the limit. */
export const LIMIT = 1_000;

const CHILD = fileURLToPath(new URL('files-child.ts', import.meta.url));
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

const made: string[] = [];

/** A new directory whose path contains no links; `removeScratch` removes it. */
export function scratch(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'umconfig-files-')));
  made.push(directory);
  return directory;
}

export function removeScratch(): void {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
}

export const bytesOf = (content: string): Uint8Array => new TextEncoder().encode(content);
export const modeOf = (path: string): number => statSync(path).mode & 0o777;

export function makeFifo(path: string): void {
  execFileSync('mkfifo', [path]);
}

/** The facts of the FileFailure that the work rejects with. Any other error fails the test. */
export async function failureOf(work: Promise<unknown>): Promise<unknown> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  if (!(error instanceof FileFailure)) throw new Error(`not a FileFailure: ${String(error)}`);
  return { kind: error.kind, path: error.path, detail: error.detail };
}

type ChildOptions = Pick<CliOptions, 'unprivileged'>;

/** Starts a scenario of files-child.ts in `directory`. */
export function startChild(
  directory: string,
  args: readonly string[],
  options: ChildOptions = {},
): ChildProcess {
  const identity = isRoot && options.unprivileged === true ? { uid: NOBODY, gid: NOBODY } : {};
  return spawn(process.execPath, ['--import', TSX, CHILD, ...args], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'inherit'],
    ...identity,
  });
}

/** The printed outcome of a scenario; rejects if it crashed. */
export async function outcome(child: ChildProcess): Promise<unknown> {
  let printed = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`the child exited with ${String(code)}: ${printed}`);
  return JSON.parse(printed) as unknown;
}

export async function runChild(
  directory: string,
  args: readonly string[],
  options: ChildOptions = {},
): Promise<unknown> {
  return outcome(startChild(directory, args, options));
}

/** Waits for a condition that no event announces, such as a change on disk. */
export async function until<T>(condition: () => T | undefined): Promise<T> {
  for (;;) {
    const value = condition();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** The names of umconfig's temporary files in a directory. */
export function drafts(directory: string): readonly string[] {
  return readdirSync(directory).filter((name) => name.endsWith('.umconfig-tmp'));
}

export function text(path: string): string {
  return readFileSync(path, 'utf8');
}

export function git(directory: string, ...args: readonly string[]): string {
  const identity = [
    '-c',
    'user.name=Test',
    '-c',
    'user.email=test@localhost',
    '-c',
    'protocol.file.allow=always',
  ];
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  return execFileSync('git', [...identity, ...args], {
    cwd: directory,
    env,
    encoding: 'utf8',
    stdio: 'pipe',
  });
}

/** Mounts a file system of 16 KB. Throws if mounting is not allowed. */
export function mountTinyDisk(): string {
  const path = mkdtempSync(join(tmpdir(), 'umconfig-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k,mode=755', 'tmpfs', path], { stdio: 'pipe' });
    return path;
  } catch (error) {
    rmSync(path, { recursive: true });
    throw error;
  }
}

/** Why `mountTinyDisk` would throw; undefined if it works. Leaves nothing mounted. */
export function whyNoTinyDisk(): string | undefined {
  if (!isRoot || process.platform !== 'linux') return 'mounting needs root on Linux';
  try {
    unmount(mountTinyDisk());
    return undefined;
  } catch {
    return 'mounting is not allowed here';
  }
}

export function remountReadOnly(path: string): void {
  execFileSync('mount', ['-o', 'remount,ro', path], { stdio: 'pipe' });
}

export function unmount(path: string): void {
  execFileSync('umount', [path], { stdio: 'pipe' });
  rmSync(path, { recursive: true });
}

/** Bind-mounts one file over another. Throws if mounting is not allowed. */
export function bindMount(source: string, place: string): void {
  execFileSync('mount', ['--bind', source, place], { stdio: 'pipe' });
}

export function unmountFile(place: string): void {
  execFileSync('umount', [place], { stdio: 'pipe' });
}
