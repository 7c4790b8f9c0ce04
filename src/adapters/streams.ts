/**
 * The two output streams. Opening `process.stdout` loads Node's stream and network modules, a tenth of what a short
 * command takes, so what goes to a file or a pipe is written without it.
 */
import { fstatSync, statSync, writeSync } from 'node:fs';
import { withoutCommands } from '../core/text/display.ts';

export type Stream = 'stdin' | 'stdout' | 'stderr';

const DESCRIPTOR = { stdin: 0, stdout: 1, stderr: 2 } as const satisfies Record<Stream, number>;

const terminals = new Map<Stream, boolean>();

/** Whether a stream is a terminal. Looked at once: it stays what it is. */
export function isTerminal(stream: Stream): boolean {
  const known = terminals.get(stream);
  if (known !== undefined) return known;
  const found = looksLikeTerminal(stream);
  terminals.set(stream, found);
  return found;
}

function looksLikeTerminal(stream: Stream): boolean {
  try {
    const device = fstatSync(DESCRIPTOR[stream]);
    return device.isCharacterDevice() && !isNull(device.rdev) && process[stream].isTTY;
  } catch {
    // Closed by whoever started the program.
    return false;
  }
}

/** Whether a character device is the one that scripts throw output away in. Only where there is such a file: not on Windows. */
function isNull(device: number): boolean {
  try {
    return statSync('/dev/null').rdev === device;
  } catch {
    return false;
  }
}

/** The columns of a stream that is a terminal and knows them. */
export function columnsOf(stream: 'stdout' | 'stderr'): number | undefined {
  const columns = isTerminal(stream) ? process[stream].columns : 0;
  return columns > 0 ? columns : undefined;
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
