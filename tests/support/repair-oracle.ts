/**
 * Checks a `--fix` without knowing how it works: lines that no repair concerns keep their contents, order and line endings, and no server
 * reads the file worse than before.
 */
import { entryAt, parseDocument } from '../../src/core/yaml/document.ts';
import type { ConfigDocument, Path } from '../../src/core/yaml/types.ts';
import type { Finding } from '../../src/core/rules/finding.ts';
import type { Layout } from '../../src/core/config/layouts.ts';
import { validate } from '../../src/core/rules/validate.ts';
import { readAsGoServer, readAsNodeServer } from './server-contract.ts';

export interface RepairedFile {
  readonly layout: Layout;
  readonly before: string;
  readonly after: string;
  readonly repaired: readonly Finding[];
}

/** The keys that the repairs set, rename, create or remove. */
function touchedPaths({ repaired }: RepairedFile): readonly Path[] {
  return repaired
    .flatMap(({ changes = [] }) => changes)
    .flatMap((change) =>
      change.op === 'rename' ? [change.path, [...change.path.slice(0, -1), change.to]] : [change.path],
    );
}

/** The same keys, and the keys in a section whose name was corrected. */
function reachedPaths(file: RepairedFile): readonly Path[] {
  const paths = touchedPaths(file);
  const inside = parseDocument(file.after).entries.filter(({ path }) =>
    paths.some((outer) => outer.every((step, at) => step === path[at])),
  );
  return [...paths, ...inside.map(({ path }) => path)];
}

/** Line numbers from 0 of the entries at the paths, or of their nearest parent; in a flow collection, all of its lines. */
function linesOf(document: ConfigDocument, paths: readonly Path[]): ReadonlySet<number> {
  const lines = new Set<number>();
  for (const path of paths) {
    for (let depth = path.length; depth > 0; depth -= 1) {
      const entry = entryAt(document, path.slice(0, depth));
      if (entry === undefined) continue;
      // For a mapping in which a key was added or removed, only the key's own line.
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

/** The first line that is missing although no repair concerns it. Not checked if the root of the file is in braces. */
export function lostLine(file: RepairedFile): string | undefined {
  if (/^\ufeff?(?:\s|#[^\n]*\n|---)*\{/.test(file.before)) return undefined;
  const allowed = linesOf(parseDocument(file.before), touchedPaths(file));
  const after = splitLines(file.after);
  let at = 0;
  for (const [number, line] of splitLines(file.before).entries()) {
    if (allowed.has(number)) continue;
    const found = after.findIndex((other, index) => index >= at && isSameLine(line, other));
    if (found < 0) return line;
    at = found + 1;
  }
  return undefined;
}

/** A last line without a line ending gets one if another line follows. */
function isSameLine(one: string, other: string): boolean {
  const isWhole = one.endsWith('\n') && other.endsWith('\n');
  return isWhole ? one === other : withoutEnd(one) === withoutEnd(other);
}

const withoutEnd = (line: string): string => line.replace(/\r?\n$/, '');

/** The first line of the repaired file that is new although no repair concerns it. */
export function strayLine(file: RepairedFile): string | undefined {
  return lostLine({ ...file, before: file.after, after: file.before });
}

/** How the layout's server reads the repaired file worse; undefined if it does not. */
export function worseForServer(file: RepairedFile): string | undefined {
  const read = file.layout === 'flat' ? readAsGoServer : readAsNodeServer;
  const [before, after] = [read(file.before), read(file.after)];
  // With login on but incomplete, the Node server stops; with login off, anyone could use it. See decision 0011.
  const isShut = !before.loginOn && isSwitchedOn(file) && lacksForLogin(file);
  if (before.starts && !after.starts && !isShut) return `the server no longer starts: ${after.why ?? ''}`;
  if (before.loginOn && !after.loginOn) return 'login is now off';
  const touched = new Set(reachedPaths(file).map((path) => path.at(-1)));
  const changed = Object.entries(before.settings).find(
    ([key, value]) =>
      before.starts &&
      !touched.has(key) &&
      (after.settings as Readonly<Record<string, string>>)[key] !== value,
  );
  return changed === undefined ? undefined : `${changed[0]} is read differently`;
}

const isSwitchedOn = (file: RepairedFile): boolean =>
  touchedPaths(file).some((path) => ['user', 'user.on', 'userManagement'].includes(path.join('.')));

/** Whether `validate` had reported before the repair what login would lack. */
const lacksForLogin = ({ before, layout }: RepairedFile): boolean =>
  validate(before, { layout }).findings.some(
    ({ severity, path }) => severity === 'error' && path.startsWith('cognito'),
  );

/** Rules that compare a value with others: repairing one of them can cause a finding for another. See decision 0011. */
const COMPARED: Readonly<Record<string, readonly string[]>> = {
  'domain-region-mismatch': ['cognito.userPool'],
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

/** New errors in the repaired file that do not concern what was repaired. */
export function newErrors(
  file: RepairedFile,
  findings: { readonly before: readonly Finding[]; readonly after: readonly Finding[] },
): readonly string[] {
  const known = new Set(findings.before.map(idOf));
  const touched = reachedPaths(file).map((path) => path.join('.'));
  const isBroughtOut = ({ code, path }: Finding): boolean =>
    [path, ...(COMPARED[code] ?? [])].some((key) =>
      touched.some((outer) => key === outer || (isSection(outer) && key.startsWith(`${outer}.`))),
    );
  // One finding for all the values that were reported one by one while the switch was misspelled.
  const wereMissing = findings.before.some(({ code }) => code === 'missing-key' || code === 'empty-value');
  return findings.after
    .filter(({ code }) => !(code === 'not-filled-in' && wereMissing))
    .filter((finding) => finding.severity === 'error' && !known.has(idOf(finding)) && !isBroughtOut(finding))
    .map(idOf);
}

/** A section's missing keys can be reported only once it is a section. */
const isSection = (path: string): boolean => path === 'cognito' || path === 'http' || path === 'storage';

const idOf = ({ code, path }: Finding): string => `${code} ${path}`;
