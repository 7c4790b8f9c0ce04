/** A program in a real pseudo-terminal: keys are typed, the screen is read, and every wait is for what shows up there. */
import { spawn } from '@lydell/node-pty';
import { stripVTControlCharacters } from 'node:util';

/** What the keys of a keyboard send. */
export const KEY = {
  enter: '\r',
  up: '\u001b[A',
  down: '\u001b[B',
  ctrlC: '\u0003',
  ctrlD: '\u0004',
  ctrlT: '\u0014',
  ctrlU: '\u0015',
} as const;

interface Exit {
  readonly exitCode: number;
  /** Number of the signal that ended the process; 0 where it ended by itself. */
  readonly signal: number;
}

export interface PtyOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
}

export interface PtySession {
  /**
   * Waits until `text` has been shown since the last keys; blanks and line breaks do not count, so that a narrow screen
   * does not matter. Rejects when the program ends without it.
   */
  shows(text: string): Promise<void>;
  send(keys: string): void;
  kill(signal: NodeJS.Signals): void;
  /** Closes the terminal under the program, as closing its window does. */
  hangUp(): void;
  readonly exit: Promise<Exit>;
  /** Every byte that the program has sent. */
  readonly raw: () => string;
  /** The lines of the screen, with all that has scrolled off it. */
  readonly screen: () => readonly string[];
}

const withoutBlanks = (text: string): string => stripVTControlCharacters(text).replace(/\s+/g, '');

/** Starts `node <args>` in a terminal of its own, with nothing of this process's environment but PATH. */
export function startInPty(args: readonly string[], options: PtyOptions): PtySession {
  const { cwd, env = {}, columns = 80, rows = 40 } = options;
  const pty = spawn(process.execPath, [...args], {
    name: 'xterm-256color',
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

const SEQUENCE = /\u001b\[([?\d;]*)([A-Za-z])|\u001b.|[^\u001b]/gsu;

/** What a terminal makes of the bytes: as much of it as line editing uses. */
export function screenOf(raw: string, columns: number, rows: number): readonly string[] {
  const lines: string[][] = [[]];
  let row = 0;
  let column = 0;
  const line = (): string[] => {
    while (lines.length <= row) lines.push([]);
    return lines[row] ?? [];
  };
  const control: Readonly<Record<string, (count: number) => void>> = {
    A: (count) => (row = Math.max(row - count, lines.length - rows, 0)),
    B: (count) => (row = Math.min(row + count, Math.max(lines.length, rows) - 1)),
    C: (count) => (column = Math.min(column + count, columns - 1)),
    D: (count) => (column = Math.max(column - count, 0)),
    G: (count) => (column = count - 1),
    // `2K`, the whole line, is the only form in use.
    K: () => line().splice(0),
    J: () => {
      line().splice(column);
      lines.splice(row + 1);
    },
  };
  const print = (character: string): void => {
    if (column === columns) {
      row += 1;
      column = 0;
    }
    const cells = line();
    while (cells.length < column) cells.push(' ');
    cells[column] = character;
    column += 1;
  };
  for (const [whole, parameter = '', final] of raw.matchAll(SEQUENCE)) {
    if (final !== undefined) control[final]?.(Number(parameter) || 1);
    else if (whole === '\r') column = 0;
    else if (whole === '\n') row += 1;
    else if (whole === '\b') column = Math.max(column - 1, 0);
    else if (whole >= ' ' && !whole.startsWith('\u001b')) print(whole);
  }
  return lines.map((cells) => cells.join('').trimEnd());
}
