/** Draws the diagram in docs/architecture.md, which shows the imports between rooms, from the imports themselves. */
import { readdir, readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { preProcessFile } from 'typescript';

const SRC = new URL('../src/', import.meta.url);

/** A folder of src or src/core, or a file that is in neither. */
function roomOf(file: string): string {
  const path = file.split('/');
  return path.slice(0, path[0] === 'core' ? 2 : 1).join('/');
}

/** The rooms that each room imports, type imports included. */
async function roomImports(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const files = (await readdir(SRC, { recursive: true })).filter((name) => /(?<!\.d)\.ts$/.test(name)).sort();
  const rooms = new Map<string, Set<string>>();
  for (const file of files) {
    const room = roomOf(file);
    const imported = rooms.get(room) ?? new Set<string>();
    rooms.set(room, imported);
    for (const { fileName } of preProcessFile(await readFile(new URL(file, SRC), 'utf8')).importedFiles) {
      const to = posix.join(posix.dirname(file), fileName);
      if (fileName.startsWith('.') && !to.startsWith('..') && roomOf(to) !== room) imported.add(roomOf(to));
    }
  }
  return rooms;
}

/** A valid Mermaid node ID. */
const idOf = (room: string): string => room.replace(/\W/g, '_');

/** A Mermaid flowchart of the rooms. Arrows that follow from others are omitted. */
export async function importDiagram(): Promise<string> {
  const rooms = await roomImports();
  const isReached = (from: string, to: string): boolean =>
    [...(rooms.get(from) ?? [])].some((next) => next === to || isReached(next, to));
  const arrows = [...rooms].flatMap(([from, imported]) =>
    [...imported]
      .filter((to) => ![...imported].some((next) => next !== to && isReached(next, to)))
      .map((to) => `  ${idOf(from)} --> ${idOf(to)}`),
  );
  const boxes = (isInCore: boolean): readonly string[] =>
    [...rooms.keys()]
      .filter((room) => room.startsWith('core/') === isInCore)
      .map((room) => `  ${idOf(room)}["${room.replace('core/', '')}"]`);
  return ['flowchart TD', ...boxes(false), '  subgraph core', ...boxes(true), '  end', ...arrows.sort()].join(
    '\n',
  );
}
