/**
 * The two output streams. Opening `process.stdout` loads Node's stream and network modules, a tenth of what a short
 * command takes, so what goes to a file or a pipe is written without it.
 */
import { fstatSync, writeSync } from 'node:fs';
import { withoutCommands } from '../core/display.ts';

export type Stream = 'stdin' | 'stdout' | 'stderr';

const DESCRIPTOR = { stdin: 0, stdout: 1, stderr: 2 } as const satisfies Record<Stream, number>;

/** Whether a stream is a terminal. */
export function isTerminal(stream: Stream): boolean {
  try {
    return fstatSync(DESCRIPTOR[stream]).isCharacterDevice() && process[stream].isTTY;
  } catch {
    // Closed by whoever started the program.
    return false;
  }
}

/** Whether the streams end in a log of GitHub Actions, which takes commands from them. */
export const inGitHubActions = (): boolean => process.env['GITHUB_ACTIONS'] === 'true';

/**
 * Writes to a stream. A reader that has gone away (`| head`) is no error. What a file holds must not become a command
 * of GitHub Actions; only text that consists of such commands is written there as it is. False where nobody reads any more.
 */
export function writeTo(stream: 'stdout' | 'stderr', text: string, areCommands = false): boolean {
  return write(stream, inGitHubActions() && !areCommands ? withoutCommands(text) : text);
}

/** Streams of which Node's own has something left to write: nothing may overtake that. */
const waiting = new Set<'stdout' | 'stderr'>();

function write(stream: 'stdout' | 'stderr', text: string): boolean {
  if (isTerminal(stream) || waiting.has(stream)) {
    process[stream].write(text);
    return !process[stream].destroyed;
  }
  const bytes = Buffer.from(text);
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(DESCRIPTOR[stream], bytes, written);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A pipe that is full and must not block: Node's own stream waits for it.
    if (code === 'EPIPE' || code === 'EBADF') return false;
    if (code !== 'EAGAIN') throw error;
    waiting.add(stream);
    tolerant(stream).write(bytes.subarray(written));
  }
  return true;
}

function tolerant(stream: 'stdout' | 'stderr'): NodeJS.WriteStream {
  return process[stream].on('error', ignoreClosed);
}

function ignoreClosed(error: NodeJS.ErrnoException): void {
  // EIO: the terminal has been closed.
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
}

/** Keeps a closed terminal from ending the program with a stack. */
export function tolerateClosedTerminals(): void {
  for (const stream of ['stdout', 'stderr'] as const) {
    if (isTerminal(stream)) tolerant(stream);
  }
}
