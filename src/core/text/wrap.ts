/** Breaks prose at blanks so that it can be read on a narrow terminal. */
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

/** A part of a line that fits, and where the marked stretch is in it. */
export interface Clipped {
  readonly text: string;
  /** Columns before the stretch, and its own; never 0, so that there is something to point with. */
  readonly before: number;
  readonly width: number;
}

/** Columns of a long line that are kept in front of the marked stretch. */
const CONTEXT = 10;

/** How far from the stretch a line is looked at, in rooms: a character takes one column, as a rule. */
const REACH = 8;

/** The `room` columns of a line around the stretch from one index to another. */
export function clipAround(whole: string, first: number, last: number, room: number): Clipped {
  const head = Math.max(0, first - REACH * room);
  const line = whole.slice(head, first + REACH * room);
  const [from, to] = [first - head, last - head];
  const cells = graphemes(line);
  const total = displayWidth(line);
  const start = displayWidth(line.slice(0, from));
  const end = displayWidth(line.slice(0, Math.max(from, to)));
  const skip = end > room ? Math.max(0, Math.min(start - CONTEXT, total - room)) : 0;
  let at = 0;
  let shownFrom = 0;
  let text = '';
  for (const { text: cell, width } of cells) {
    if (at < skip) shownFrom = at + width;
    else if (at + width <= shownFrom + room) text += cell;
    at += width;
  }
  const before = Math.max(0, start - shownFrom);
  return { text, before, width: Math.max(1, Math.min(end - shownFrom, room) - before) };
}
