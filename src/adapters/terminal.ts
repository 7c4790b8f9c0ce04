/** The terminal: whether it is interactive, its width, notes and progress on stderr. */
import { printableLines } from '../core/text/display.ts';
import type { Terminal } from '../ports.ts';
import { isTerminal, writeTo } from './streams.ts';
import { wrap } from '../core/text/wrap.ts';

const CLEAR_LINE = '\r\u001b[2K';

/** The stream that is on a terminal: prompts on a redirected stderr would be invisible. */
export function visibleStream(): NodeJS.WriteStream {
  return isTerminal('stderr') || !isTerminal('stdout') ? process.stderr : process.stdout;
}

/** Columns and rows; 80 × 24 without a terminal. */
export function terminalSize(): { readonly columns: number; readonly rows: number } {
  if (!isTerminal('stderr') && !isTerminal('stdout')) return { columns: 80, rows: 24 };
  const { columns, rows } = visibleStream();
  // A terminal of unknown size reports 0.
  return { columns: columns > 0 ? columns : 80, rows: rows > 0 ? rows : 24 };
}

/** Whether lines must not be redrawn: the terminal cannot, or a screen reader reads them. */
export function isPlainTerminal(): boolean {
  const { TERM, UMCONFIG_PLAIN_PROMPTS: wanted = '' } = process.env;
  return TERM === 'dumb' || !['', '0', 'false'].includes(wanted);
}

interface Options {
  /** Leaves out notes and progress. */
  readonly quiet: boolean;
  /** Where they go instead of the process's own stream. */
  readonly write?: typeof writeTo;
}

/** The `Terminal` port on the process's own streams. */
export function nodeTerminal({ quiet, write = writeTo }: Options): Terminal {
  let isShown = false;
  const clear = (): void => {
    if (isShown) write('stderr', CLEAR_LINE);
    isShown = false;
  };
  return {
    // Checked on demand: opening stdin takes as long as reading a file.
    get interactive() {
      return isTerminal('stdin') && isTerminal('stdout');
    },
    get columns() {
      return terminalSize().columns;
    },
    readStdin,
    readLine,
    note: (text) => {
      if (quiet) return;
      clear();
      const lines = printableLines(text)
        .split('\n')
        .flatMap((line) => {
          const indent = /^ */.exec(line)?.[0] ?? '';
          return wrap(line.slice(indent.length), terminalSize().columns, indent);
        });
      write('stderr', `${lines.join('\n')}\n`);
    },
    progress: (text) => {
      if (quiet) return;
      if (text === undefined) {
        clear();
      } else if (canRedraw()) {
        write('stderr', `${CLEAR_LINE}${printableLines(text).slice(0, terminalSize().columns - 1)}`);
        isShown = true;
      }
    },
  };
}

const canRedraw = (): boolean => isTerminal('stderr') && !isPlainTerminal();

async function readStdin(maxBytes: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > maxBytes) break;
  }
  return new Uint8Array(Buffer.concat(chunks).subarray(0, maxBytes + 1));
}

async function readLine(maxBytes: number, stop: Promise<never>): Promise<string | undefined> {
  const { stdin } = process;
  const line = new Promise<string | undefined>((resolve) => {
    let text = '';
    const end = (): void => {
      resolve(text === '' ? undefined : text);
    };
    stdin.setEncoding('utf8');
    stdin.on('data', (chunk: string) => {
      text += chunk;
      if (/[\r\n]/.test(text) || text.length > maxBytes) resolve(text.slice(0, maxBytes).split(/[\r\n]/)[0]);
    });
    stdin.on('end', end).on('error', end);
  });
  try {
    return await Promise.race([line, stop]);
  } finally {
    // An open pipe would keep the process alive.
    stdin.destroy();
  }
}
