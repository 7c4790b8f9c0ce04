/**
 * Runs the built program and records everything that others could see: its output, its command line, and the command lines and environments
 * of all its child processes.
 */
import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { cleanEnvironment, PROGRAM, type CliResult } from './cli.ts';

export interface Watched extends CliResult {
  /** Of the program itself. */
  readonly commandLine: string;
  /** One per child: the program's name, arguments and environment. */
  readonly children: readonly { readonly name: string; readonly seen: string }[];
}

export interface WatchOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Acts as the user in the browser; called once with the URL, as soon as it is printed. */
  readonly browse?: (address: string) => Promise<void>;
}

const OPENERS = ['xdg-open'] as const;

/** Replaces a program: records how it was started, then runs the real one. */
const recorder = (name: string, real: string): string => `#!/bin/sh
cat "/proc/$$/cmdline" "/proc/$$/environ" > "\${0%/*}/seen/${name}.$$"
${real}
`;

/**
 * A directory with the programs that umconfig starts, each of which records its start. `credentials`: the output of the credential process,
 * the program \`get-credentials\` there.
 */
export async function recorders(directory: string, credentials: string): Promise<void> {
  await mkdir(join(directory, 'seen'), { recursive: true });
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((part) => part !== '');
  const git = `for d in ${path.map((part) => `'${part}'`).join(' ')}; do [ -x "$d/git" ] && exec "$d/git" "$@"; done; exit 127`;
  const programs: readonly (readonly [string, string])[] = [
    ['git', git],
    ['get-credentials', `cat <<'END'\n${credentials}\nEND`],
    ...OPENERS.map((name) => [name, 'exit 0'] as const),
  ];
  for (const [name, real] of programs) {
    await writeFile(join(directory, name), recorder(name, real), { mode: 0o755 });
  }
}

/** Runs `umconfig …args` to its end; `recorders` made the directory `programs`. */
export async function watched(
  args: readonly string[],
  programs: string,
  { cwd, env = {}, stdin = '', browse }: WatchOptions,
): Promise<Watched> {
  const clean = cleanEnvironment(cwd, env);
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd,
    env: { ...clean, PATH: `${programs}${delimiter}${clean['PATH'] ?? ''}` },
  });
  const commandLine = readFile(`/proc/${String(child.pid)}/cmdline`, 'utf8').catch(() => '');
  let [stdout, stderr] = ['', ''];
  let browsing: Promise<void> | undefined;
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    const [, address] = /^(http:\S+\/oauth2\/authorize\S+)$/m.exec(stderr) ?? [];
    if (address !== undefined) browsing ??= browse?.(address);
  });
  child.stdin.on('error', () => undefined);
  if (browse === undefined || stdin !== '') child.stdin.end(stdin);
  const end = await new Promise<Pick<CliResult, 'exitCode' | 'signal'>>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode, signal) => {
      resolve({ exitCode, signal });
    });
  });
  await browsing;
  return { ...end, stdout, stderr, commandLine: await commandLine, children: await recorded(programs) };
}

async function recorded(programs: string): Promise<Watched['children']> {
  const seen = join(programs, 'seen');
  const names = await readdir(seen);
  return Promise.all(
    names.map(async (name) => ({
      name: name.replace(/\.\d+$/, ''),
      seen: await readFile(join(seen, name), 'utf8'),
    })),
  );
}
