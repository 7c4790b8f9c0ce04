/** Runs the built program as a user's shell does, without this process's environment. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const PROGRAM = fileURLToPath(new URL('../../bin/umconfig.js', import.meta.url));

export interface CliOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array;
  /** Drops root's rights, since root ignores permissions; no effect for other users. */
  readonly unprivileged?: boolean;
}

export const isRoot = process.getuid?.() === 0;
/** The user `nobody` on Linux and most other systems. */
export const NOBODY = 65_534;

export interface CliResult {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The environment of a run: PATH and a separate home, without the machine's AWS settings. */
export function cleanEnvironment(
  home: string,
  extra: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: home, AWS_EC2_METADATA_DISABLED: 'true', ...extra };
}

export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<CliResult>;
}

/** Starts `umconfig …args` without a terminal. */
export function startUmconfig(
  args: readonly string[],
  { cwd, env = {}, stdin = '', unprivileged = false }: CliOptions,
): Running {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd,
    env: cleanEnvironment(cwd, env),
    ...(isRoot && unprivileged ? { uid: NOBODY, gid: NOBODY } : {}),
  });
  const read = (stream: NodeJS.ReadableStream): Promise<string> =>
    new Promise((settle) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        settle(Buffer.concat(chunks).toString('utf8'));
      });
    });
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  const closed = new Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }>((settle, fail) => {
    child.on('error', fail);
    child.on('close', (exitCode, signal) => {
      settle({ exitCode, signal });
    });
  });
  const ended = Promise.all([closed, read(child.stdout), read(child.stderr)]).then(
    ([end, stdout, stderr]) => ({ ...end, stdout, stderr }),
  );
  return { child, ended };
}

/** Runs `umconfig …args` to its end, without a terminal. */
export const umconfig = (args: readonly string[], options: CliOptions): Promise<CliResult> =>
  startUmconfig(args, options).ended;

/** Calls `work` with a new empty directory and removes it afterwards. */
export async function inTemporaryDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'umconfig-'));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
