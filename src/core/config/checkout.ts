/** What is around the file: which server's checkout it is in, as far as the default file and the directories there show it. */
import { entryAt } from '../yaml/document.ts';
import type { ConfigDocument } from '../yaml/types.ts';
import { defaultGoSwitch, type GoSwitch } from './go-switch.ts';
import { recogniseLayout, type Layout } from './layouts.ts';

export interface Checkout {
  readonly layout: Layout;
  /** Of the two Go servers; undefined where it may be either. */
  readonly goSwitch: GoSwitch | undefined;
  /** Of the Node server as it was built until 1 August 2020: its program is `app/dist/js/main.js`. */
  readonly isFirstNode: boolean;
  /** What shows it, as a path from the checkout's top. */
  readonly shownBy: string;
}

const FIRST_NODE = 'app/src/js/server';

/** Directories of the sources, each of one kind of server. From April to July 2020 a checkout had both. */
export const SOURCE_DIRECTORIES: Readonly<Record<string, Layout>> = {
  'server/http': 'flat',
  'server/go': 'flat',
  'app/src/server': 'nested',
  [FIRST_NODE]: 'nested',
};

/** What a server's own default file shows of its checkout; undefined for one without keys. */
export function shownByDefaultFile(defaultFile: ConfigDocument, name: string): Checkout | undefined {
  if (defaultFile.entries.length === 0) return undefined;
  const layout = recogniseLayout(defaultFile);
  const goSwitch = layout === 'flat' ? defaultGoSwitch(defaultFile) : undefined;
  const isFirstNode = layout === 'nested' && entryAt(defaultFile, ['http']) === undefined;
  return { layout, goSwitch, isFirstNode, shownBy: name };
}

/** What the directories that are there show; undefined where that is nothing, or both. */
export function shownByDirectories(directories: readonly string[]): Checkout | undefined {
  const [first] = directories;
  const layouts = new Set(directories.map((directory) => SOURCE_DIRECTORIES[directory]));
  const [layout] = layouts;
  return first === undefined || layout === undefined || layouts.size > 1
    ? undefined
    : { layout, goSwitch: undefined, isFirstNode: first === FIRST_NODE, shownBy: first };
}
