/** Runs a program in a real pseudo-terminal: types keys, reads the screen, and waits only for what appears on it. */
import { spawn } from '@lydell/node-pty';
import { stripVTControlCharacters } from 'node:util';
import xterm from '@xterm/headless';

/** What the keys of a keyboard send. */
export const KEY = {
  enter: '\r',
  escape: '\u001b',
  up: '\u001b[A',
  down: '\u001b[B',
  ctrlC: '\u0003',
  ctrlD: '\u0004',
  ctrlT: '\u0014',
  ctrlU: '\u0015',
} as const;

interface Exit {
  readonly exitCode: number;
  /** Number of the signal that ended the process; 0 if it exited. */
  readonly signal: number;
}

export interface PtyOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
  /** The value of TERM. */
  readonly terminal?: string | undefined;
  /** Node by default. */
  readonly program?: string;
}

export interface PtySession {
  /**
   * Waits until `text` has been shown since the last keys. Spaces and line breaks are ignored, so that a narrow screen does not matter.
   * Rejects if the program ends first.
   */
  shows(text: string): Promise<void>;
  send(keys: string): void;
  kill(signal: NodeJS.Signals): void;
  /** Closes the terminal, as closing its window does. */
  hangUp(): void;
  readonly exit: Promise<Exit>;
  /** All bytes that the program sent. */
  readonly raw: () => string;
  /** The lines of the screen and its scrollback. */
  readonly screen: () => Promise<readonly string[]>;
}

const withoutBlanks = (text: string): string => stripVTControlCharacters(text).replace(/\s+/g, '');

/** Starts a program in its own terminal, with only PATH from this process's environment. */
export function startInPty(args: readonly string[], options: PtyOptions): PtySession {
  const { cwd, env = {}, columns = 80, rows = 40, program = process.execPath, terminal } = options;
  const pty = spawn(program, [...args], {
    name: terminal ?? 'xterm-256color',
    cols: columns,
    rows,
    cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: cwd, ...env },
  });
  let raw = '';
  let mark = 0;
  let ended = false;
  const waiting = new Set<() => void>();
  const look = (): void => {
    for (const one of waiting) one();
  };
  pty.onData((text) => {
    raw += text;
    look();
  });
  const exit = new Promise<Exit>((resolve) => {
    pty.onExit(({ exitCode, signal = 0 }) => {
      ended = true;
      look();
      resolve({ exitCode, signal });
    });
  });
  return {
    exit,
    raw: () => raw,
    screen: () => screenOf(raw, columns, rows),
    send: (keys) => {
      mark = raw.length;
      pty.write(keys);
    },
    kill: (signal) => {
      pty.kill(signal);
    },
    hangUp: () => {
      (pty as unknown as { destroy(): void }).destroy();
    },
    shows: (text) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          if (withoutBlanks(raw.slice(mark)).includes(withoutBlanks(text))) resolve();
          else if (ended) reject(new Error(`never shown: "${text}" in\n${raw.slice(mark)}`));
          else return;
          waiting.delete(check);
        };
        waiting.add(check);
        check();
      }),
  };
}

/** The lines of the screen and its scrollback in a terminal of that size. */
export async function screenOf(raw: string, columns: number, rows: number): Promise<readonly string[]> {
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 10_000, allowProposedApi: true });
  await new Promise<void>((settle) => {
    terminal.write(raw, settle);
  });
  const { active } = terminal.buffer;
  const lines = Array.from(
    { length: active.length },
    (_, row) => active.getLine(row)?.translateToString(true) ?? '',
  );
  terminal.dispose();
  return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
}
