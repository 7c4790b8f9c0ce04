/** Fits text into a terminal: breaks prose at spaces, and cuts long lines. */
import { displayWidth, graphemes } from './display.ts';

/** Lines of at most `columns` characters; the first begins with `first`, the others with `rest`. A long word stays whole. */
export function wrap(
  text: string,
  columns: number,
  first: string,
  rest: string = ' '.repeat(first.length),
): readonly string[] {
  const width = Math.max(20, Math.min(columns, 110));
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(' ')) {
    if (!isEmpty && displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line);
      line = `${rest}${word}`;
    } else {
      line += isEmpty ? word : ` ${word}`;
    }
    isEmpty = false;
  }
  return [...lines, line];
}

/** A part of a line that fits, and the position of the marked stretch in it. */
export interface Clipped {
  readonly text: string;
  /** Columns before the stretch. */
  readonly before: number;
  /** Columns of the stretch; never 0, so that there is something to point with. */
  readonly width: number;
}

/** Columns of a long line that are kept before the marked stretch. */
const CONTEXT = 10;

/** How much of the line around the stretch is read, in rooms: usually a character takes one column. */
const REACH = 8;

const ELLIPSIS = '…';

/** The `room` columns of a line around the stretch from one index to another, with `…` on each side where the line was cut. */
export function clipAround(whole: string, first: number, last: number, room: number): Clipped {
  const head = Math.max(0, first - REACH * room);
  const line = whole.slice(head, first + REACH * room);
  const [from, to] = [first - head, last - head];
  const total = displayWidth(line);
  const start = displayWidth(line.slice(0, from));
  const end = displayWidth(line.slice(0, Math.max(from, to)));
  const isLong = total > room;
  const skip = isLong && end >= room ? Math.max(0, Math.min(start - CONTEXT, total - room)) : 0;
  const isCutAfter = isLong && total - skip > room;
  // Each ellipsis takes one column.
  const [low, high] = [skip === 0 ? 0 : skip + 1, skip + room - (isCutAfter ? 1 : 0)];
  let at = 0;
  let shownFrom = low;
  let text = '';
  for (const cell of graphemes(line)) {
    if (at < low) shownFrom = Math.max(low, at + cell.width);
    else if (at + cell.width <= high) text += cell.text;
    at += cell.width;
  }
  const left = skip === 0 ? '' : ELLIPSIS;
  const before = Math.max(0, start - shownFrom) + left.length;
  const shown = `${left}${text}${isCutAfter ? ELLIPSIS : ''}`;
  const stretch = Math.min(end - shownFrom + left.length, displayWidth(shown)) - before;
  return { text: shown, before, width: Math.max(1, stretch) };
}
