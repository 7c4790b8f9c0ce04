/** Draws terminal sessions for the README: the output of a real session as an SVG image. */
import xterm from '@xterm/headless';

const CELL = { width: 8.4, height: 18 } as const;
const MARGIN = 14;
const BACKGROUND = '#0d1117';
const FOREGROUND = '#e6edf3';
/** The eight terminal colours, then the eight bright ones. */
const PALETTE =
  '#484f58 #ff7b72 #3fb950 #d29922 #58a6ff #bc8cff #39c5cf #b1bac4 #6e7681 #ffa198 #56d364 #e3b341 #79c0ff #d2a8ff #56d4dd #ffffff'.split(
    ' ',
  );

/** Consecutive characters with the same style. */
interface Stretch {
  readonly column: number;
  readonly style: string;
  text: string;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A terminal of that width with this output, as an SVG image; `title` is the text alternative. */
export async function pictureOf(raw: string, columns: number, title: string): Promise<string> {
  const terminal = new xterm.Terminal({ cols: columns, rows: 200, scrollback: 0, allowProposedApi: true });
  await new Promise<void>((settle) => {
    terminal.write(raw, settle);
  });
  const lines = Array.from({ length: 200 }, (_, row) => stretchesOf(terminal, row));
  terminal.dispose();
  const shown = lines.slice(0, lines.findLastIndex((line) => line.length > 0) + 1);
  const width = Math.ceil(columns * CELL.width + 2 * MARGIN);
  const height = shown.length * CELL.height + 2 * MARGIN;
  const text = shown.flatMap((line, row) =>
    line.map(
      (stretch) =>
        `<text x="${(MARGIN + stretch.column * CELL.width).toFixed(1)}" y="${String(MARGIN + row * CELL.height + 13)}"${stretch.style}>${escaped(stretch.text)}</text>`,
    ),
  );
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(width)} ${String(height)}" width="${String(width)}" height="${String(height)}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" fill="${FOREGROUND}" xml:space="preserve">`,
    ...text,
    '</g>',
    '</svg>',
  ].join('\n')}\n`;
}

function stretchesOf(terminal: xterm.Terminal, row: number): readonly Stretch[] {
  const line = terminal.buffer.active.getLine(row);
  const stretches: Stretch[] = [];
  for (let column = 0; column < terminal.cols; column += 1) {
    const cell = line?.getCell(column);
    const characters = cell?.getChars() ?? '';
    if (cell === undefined || characters.trim() === '') continue;
    const style = styleOf(cell);
    const last = stretches.at(-1);
    const gap = last === undefined ? Infinity : column - last.column - last.text.length;
    if (last?.style === style && gap < 2) last.text += ' '.repeat(gap) + characters;
    else stretches.push({ column, style, text: characters });
  }
  return stretches;
}

function styleOf(cell: xterm.IBufferCell): string {
  const colour = cell.isFgPalette() ? PALETTE[cell.getFgColor()] : undefined;
  return [
    colour === undefined ? '' : ` fill="${colour}"`,
    cell.isBold() === 0 ? '' : ' font-weight="bold"',
    cell.isDim() === 0 ? '' : ' opacity="0.6"',
    cell.isUnderline() === 0 ? '' : ' text-decoration="underline"',
  ].join('');
}
