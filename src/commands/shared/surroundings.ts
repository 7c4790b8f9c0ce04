/** The surroundings of a configuration file: its checkout and its data directory. */
import { posix } from 'node:path';
import { parseDocument } from '../../core/yaml/document.ts';
import type { ConfigDocument } from '../../core/yaml/types.ts';
import {
  shownByDefaultFile,
  shownByDirectories,
  SOURCE_DIRECTORIES,
  type Checkout,
} from '../../core/config/checkout.ts';
import type { Layout } from '../../core/config/layouts.ts';
import { isLoginOn, readSettings } from '../../core/config/settings.ts';
import { MAX_FILE_BYTES } from '../../core/rules/file/yaml.ts';
import { decode } from '../../core/rules/validate.ts';
import type { Files } from '../../ports.ts';

/** The server's own default file. */
export const DEFAULT_NAME = 'default_config.yml';
const DEFAULT_PLACE = `app/config/${DEFAULT_NAME}`;

/** The paths of configuration files in the servers' own instructions, from the top of the checkout. */
const PLACES = /^(.*?)((?:app\/config|local-data\/scalabel|data)\/[^/]+)$/;

/** The directory in which the server runs, and the file's path as seen from there. */
export function checkoutRoot(path: string): { readonly root: string; readonly file: string } {
  const [, root = '', file] = PLACES.exec(slashed(path)) ?? [];
  return file === undefined ? { root: '', file: path } : { root, file };
}

const slashed = (path: string): string => path.replaceAll('\\', '/');

/**
 * The server of the checkout around the file. Undefined if unknown, or if `layout` (the user's `--layout`) names another server: then
 * the file is for another machine.
 */
export async function checkoutAround(
  path: string,
  layout: string | undefined,
  files: Files,
): Promise<Checkout | undefined> {
  const whole = posix.resolve(slashed(files.cwd), slashed(path));
  const beside = posix.dirname(whole);
  const { root } = checkoutRoot(whole);
  const top = root === '' ? beside : root;
  const checkout =
    (await readDefaultFile(posix.join(beside, DEFAULT_NAME), DEFAULT_NAME, files)) ??
    (await readDefaultFile(posix.join(top, DEFAULT_PLACE), DEFAULT_PLACE, files)) ??
    (await shownBySources(top, files));
  return layout === undefined || layout === checkout?.layout ? checkout : undefined;
}

async function readDefaultFile(path: string, name: string, files: Files): Promise<Checkout | undefined> {
  try {
    const found = await files.readIfThere(path, MAX_FILE_BYTES);
    const decoded = found === undefined ? undefined : decode(found.bytes);
    return decoded === undefined || !('text' in decoded)
      ? undefined
      : shownByDefaultFile(parseDocument(decoded.text), name);
  } catch {
    // An unreadable file shows nothing; commands that need it report the error themselves.
    return undefined;
  }
}

async function shownBySources(top: string, files: Files): Promise<Checkout | undefined> {
  const there: string[] = [];
  for (const directory of Object.keys(SOURCE_DIRECTORIES))
    if (await files.isDirectory(posix.join(top, directory))) there.push(directory);
  return shownByDirectories(there);
}

/** The Node server's own directories in its data directory; it treats any other as a project of an old version, and stops. */
const KEPT_IN_DATA = ['projects', 'users'];

/** Directories in the data directory that keep a Node server with login on from starting again. */
export async function strayDirectories(
  document: ConfigDocument,
  layout: Layout,
  path: string,
  files: Files,
): Promise<readonly string[]> {
  if (layout !== 'nested' || !isLoginOn(document, layout)) return [];
  const settings = readSettings(document, layout);
  const data = settings.data ?? settings.legacyData;
  if (data === undefined || (settings.database ?? settings.legacyDatabase ?? 'local') !== 'local') return [];
  const { root } = checkoutRoot(path);
  const found = await files.directoriesIn(posix.isAbsolute(data) ? data : posix.join(root, data));
  return found.filter((name) => !KEPT_IN_DATA.includes(name));
}
