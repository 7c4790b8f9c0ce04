/** The process itself: arguments, environment variables, the two output streams and their colours. */
import type { Environment } from '../ports.ts';

export type ColorLevel = 0 | 1 | 2 | 3;
export type Stream = 'stdout' | 'stderr';

/** Arguments without node and the script. */
export function commandLine(): readonly string[] {
  return process.argv.slice(2);
}

/** The variables that umconfig itself reads. An empty one counts as absent. */
export function nodeEnvironment(): Environment {
  const { UMCONFIG_CLIENT_SECRET: clientSecret = '' } = process.env;
  return {
    clientSecret: clientSecret === '' ? undefined : clientSecret,
    isWindows: process.platform === 'win32',
  };
}

/** The colours of a stream: `--color` beats FORCE_COLOR, which beats NO_COLOR, which beats what the terminal can. */
export function colorLevel(stream: Stream, wanted: string | undefined): ColorLevel {
  const detected = detectedLevel(stream);
  if (wanted === 'never') return 0;
  if (wanted === 'always') return detected === 0 ? 1 : detected;
  const { NO_COLOR = '', FORCE_COLOR, TERM } = process.env;
  if (FORCE_COLOR !== undefined)
    return ['0', 'false'].includes(FORCE_COLOR) ? 0 : detected === 0 ? 1 : detected;
  if (NO_COLOR !== '' || TERM === 'dumb' || !process[stream].isTTY) return 0;
  return detected;
}

/** What Node makes of the terminal and of FORCE_COLOR: bits a colour, as chalk's levels. */
function detectedLevel(stream: Stream): ColorLevel {
  const output = process[stream];
  if (!output.isTTY) return 0;
  const bits = output.getColorDepth();
  return bits >= 24 ? 3 : bits >= 8 ? 2 : bits >= 4 ? 1 : 0;
}

/** Writes to a stream. A reader that has gone away (`| head`) is no error. */
export function writeTo(stream: Stream, text: string): void {
  process[stream].write(text);
}

/** Keeps a closed pipe from ending the program with a stack. */
export function tolerateClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // EIO: the terminal has been closed.
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    });
  }
}

/** Ends the process at once; for after a signal, when calls may still be under way. */
export function endProcess(exitCode: number, signal: NodeJS.Signals): never {
  if (signal === 'SIGHUP') {
    // Dies of the signal: to give back a terminal that is gone makes Node abort on the way out.
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  }
  process.exit(exitCode);
}
