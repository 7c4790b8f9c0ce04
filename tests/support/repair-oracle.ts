/**
 * What `--fix` may do to a file, said without a look at how it does it: lines that no repair is about stay as they are, in their order
 * and with their line ends, and no server reads the file less well than before.
 */
import { entryAt, parseDocument, type ConfigDocument, type Path } from '../../src/core/document.ts';
import type { Finding } from '../../src/core/finding.ts';
import type { Layout } from '../../src/core/layouts.ts';
import { readAsGoServer, readAsNodeServer } from './server-contract.ts';

export interface RepairedFile {
  readonly layout: Layout;
  readonly before: string;
  readonly after: string;
  readonly repaired: readonly Finding[];
}

/** What the repairs say that they are about: keys that they set, rename, make or remove. */
function touchedPaths({ repaired }: RepairedFile): readonly Path[] {
  return repaired
    .flatMap(({ changes = [] }) => changes)
    .flatMap((change) =>
      change.op === 'rename' ? [change.path, [...change.path.slice(0, -1), change.to]] : [change.path],
    );
}

/** Line numbers from 0 of the entries at the paths, or of their nearest parent; in flow those of the whole collection. */
function linesOf(document: ConfigDocument, paths: readonly Path[]): ReadonlySet<number> {
  const lines = new Set<number>();
  for (const path of paths) {
    for (let depth = path.length; depth > 0; depth -= 1) {
      const entry = entryAt(document, path.slice(0, depth));
      if (entry === undefined) continue;
      // Of a mapping that a key was put into or taken from, only the key's own line.
      const isParent = depth < path.length && entry.kind === 'mapping' && entry.style === 'block';
      const end = isParent ? entry.key.end : entry.value.end;
      for (let line = lineAt(document, entry.key.start); line <= lineAt(document, end); line += 1)
        lines.add(line);
    }
  }
  return lines;
}

const lineAt = ({ text }: ConfigDocument, offset: number): number =>
  text.slice(0, offset).split('\n').length - 1;

const splitLines = (text: string): readonly string[] => text.split(/(?<=\n)/);

/** The first line that no repair is about and that is not there any more, or none; of a file whose root is in braces, nothing is said. */
export function lostLine(file: RepairedFile): string | undefined {
  if (/^\ufeff?(?:\s|#.*\n|---)*\{/.test(file.before)) return undefined;
  const allowed = linesOf(parseDocument(file.before), touchedPaths(file));
  const after = splitLines(file.after);
  let at = 0;
  for (const [number, line] of splitLines(file.before).entries()) {
    if (allowed.has(number)) continue;
    const isLast = !line.endsWith('\n');
    const found = after.findIndex(
      (other, index) => index >= at && (isLast ? other.replace(/\r?\n$/, '') : other) === line,
    );
    if (found < 0) return line;
    at = found + 1;
  }
  return undefined;
}

/** The first line of the repaired file that was not there before and that no repair is about. */
export function strayLine(file: RepairedFile): string | undefined {
  return lostLine({ ...file, before: file.after, after: file.before });
}

/** In what way the layout's server reads the repaired file less well; undefined where it does not. */
export function worseForServer(file: RepairedFile): string | undefined {
  const read = file.layout === 'flat' ? readAsGoServer : readAsNodeServer;
  const [before, after] = [read(file.before), read(file.after)];
  if (before.starts && !after.starts) return `the server does not start any more: ${after.why ?? ''}`;
  if (before.loginOn && !after.loginOn) return 'login is off now';
  const touched = new Set(touchedPaths(file).map((path) => path.at(-1)));
  const changed = Object.entries(before.settings).find(
    ([key, value]) =>
      before.starts &&
      !touched.has(key) &&
      (after.settings as Readonly<Record<string, string>>)[key] !== value,
  );
  return changed === undefined ? undefined : `${changed[0]} is read otherwise`;
}

/** Rules that compare a value with others: a repair of one of these can bring out the finding at another. See decision 0011. */
const COMPARED: Readonly<Record<string, readonly string[]>> = {
  'public-data-dir': [
    ...['src', 'appSubDir', 'data', 'itemDir', 'database'],
    ...['storage.data', 'storage.itemDir', 'storage.type'],
  ],
  'redirect-port': ['port', 'http.port', 'redirectUri', 'cognito.callbackUri'],
  'region-mismatch': ['userPoolID', 'cognito.userPool'],
  's3-data-format': ['database', 'storage.type'],
  'secret-and-id-swapped': ['clientId', 'clientSecret'],
  'secret-format': ['clientId'],
  'token-url-mismatch': ['region', 'domainName', 'userPoolID'],
};

/** Errors that the repaired file has, that it did not have before, and that are not about what was repaired. */
export function newErrors(
  file: RepairedFile,
  findings: { readonly before: readonly Finding[]; readonly after: readonly Finding[] },
): readonly string[] {
  const known = new Set(findings.before.map(idOf));
  const touched = new Set(touchedPaths(file).map((path) => path.join('.')));
  const isBroughtOut = ({ code, path }: Finding): boolean =>
    [path, ...(COMPARED[code] ?? [])].some((key) => touched.has(key));
  return findings.after
    .filter((finding) => finding.severity === 'error' && !known.has(idOf(finding)) && !isBroughtOut(finding))
    .map(idOf);
}

const idOf = ({ code, path }: Finding): string => `${code} ${path}`;
