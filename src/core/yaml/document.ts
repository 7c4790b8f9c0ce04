/** The YAML file as its author wrote it: read, looked up by path and position, written back. */
import { readYaml } from './parse.ts';
import type { ConfigDocument, Entry, Path } from './types.ts';

/** Reads any string, with or without a byte order mark; what is wrong with it is in `problems`. Never throws. */
export function parseDocument(text: string): ConfigDocument {
  const bom = text.startsWith('\uFEFF');
  const body = bom ? text.slice(1) : text;
  return {
    text: body,
    bom,
    eol: body.includes('\r') && isMostlyWindows(body) ? '\r\n' : '\n',
    ...readYaml(body),
  };
}

function isMostlyWindows(text: string): boolean {
  const lines = text.match(/\n/g)?.length ?? 0;
  const windowsLines = text.match(/\r\n/g)?.length ?? 0;
  return windowsLines * 2 > lines;
}

/** The entries of one mapping by their keys; of duplicates the last, as the server takes it. */
interface Level {
  readonly entry?: Entry;
  below?: Map<string, Level>;
}

/** Of the document that was asked about last: they are judged one after the other. */
let levels: { readonly document: ConfigDocument; readonly root: Level } | undefined;

/** The entry at exactly that path; of duplicates the last, as the server takes it. */
export function entryAt(document: ConfigDocument, path: Path): Entry | undefined {
  if (levels?.document !== document) levels = { document, root: levelsOf(document.entries) };
  let level: Level | undefined = levels.root;
  for (const key of path) level = level?.below?.get(key);
  return level?.entry;
}

/** An entry is below the last one before it on a higher level: the entries are in the document's order. */
function levelsOf(entries: readonly Entry[]): Level {
  const root: Level = {};
  const open = [root];
  for (const entry of entries) {
    const depth = entry.path.length;
    const level: Level = { entry };
    const parent = open[depth - 1];
    if (parent !== undefined) (parent.below ??= new Map<string, Level>()).set(entry.path.at(-1) ?? '', level);
    open[depth] = level;
  }
  return root;
}

const lineStarts = new WeakMap<ConfigDocument, readonly number[]>();

/**
 * Line and column of an offset into `text`, both from 1, the column in UTF-16 units; the byte order mark is not counted.
 * An offset outside of the text is taken for its start or end, and one inside of CR LF for the end of the line.
 */
export function positionAt(
  document: ConfigDocument,
  offset: number,
): { readonly line: number; readonly column: number } {
  let starts = lineStarts.get(document);
  if (starts === undefined) {
    starts = [0, ...Array.from(document.text.matchAll(/\n/g), (match) => match.index + 1)];
    lineStarts.set(document, starts);
  }
  const clamped = Math.max(0, Math.min(offset, document.text.length));
  const insideCrLf = document.text[clamped] === '\n' && document.text[clamped - 1] === '\r';
  const at = insideCrLf ? clamped - 1 : clamped;
  let line = 0;
  // Halves what is left of the lines that start at or before the place.
  for (let beyond = starts.length; beyond - line > 1;) {
    const middle = (line + beyond) >> 1;
    if ((starts[middle] ?? Infinity) <= at) line = middle;
    else beyond = middle;
  }
  return { line: line + 1, column: at - (starts[line] ?? 0) + 1 };
}

/** The file's text as it goes to disk, with the byte order mark that it came with. */
export function serialize(document: ConfigDocument): string {
  return document.bom ? '\uFEFF' + document.text : document.text;
}
