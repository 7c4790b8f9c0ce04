/**
 * Where a finding is, for the machine formats: paths from the repository's root, positions, and fingerprints that stay
 * the same when lines move.
 */
import { positionAt } from '../core/yaml/document.ts';
import type { ConfigDocument } from '../core/yaml/types.ts';
import type { Finding } from '../core/rules/finding.ts';

/** What the machine formats say about a run, apart from its findings. */
export interface Run {
  readonly version: string;
  readonly exitCode: number;
  readonly cwd: string;
  /** The repository's root where a CI system names it; absolute. */
  readonly workspace: string | undefined;
}

/** Lines and columns from 1, columns in UTF-16 units, the end exclusive. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** Where a finding is in its document; undefined for one about the file as a whole. */
export function placeOf({ span }: Finding, document: ConfigDocument): Place | undefined {
  if (span === undefined) return undefined;
  const start = positionAt(document, span.start);
  const end = positionAt(document, span.end);
  return { line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
}

/**
 * The path of a file from the workspace, or from the working directory if that is outside the workspace; with forward
 * slashes. A file outside both keeps the path that was typed.
 */
export function reportedPath(file: string, { cwd, workspace }: Run): string {
  const here = slashed(cwd, cwd);
  const top = workspace === undefined ? here : slashed(workspace, cwd);
  const root = here === top || here.startsWith(`${top}/`) ? top : here;
  const whole = wholePath(file, cwd);
  return whole.startsWith(`${root}/`) ? whole.slice(root.length + 1) : slashed(file, cwd);
}

/** The same as a URI reference: relative inside of the workspace, absolute outside of it. */
export function reportedUri(file: string, run: Run): string {
  const path = reportedPath(file, run);
  return uriOf(path.startsWith('../') ? wholePath(file, run.cwd) : path);
}

function wholePath(file: string, cwd: string): string {
  const typed = slashed(file, cwd);
  return isAbsolute(typed) ? typed : normal(`${slashed(cwd, cwd)}/${typed}`);
}

/** A path with forward slashes, on Windows too. */
function slashed(path: string, cwd: string): string {
  const isWindows = /^(?:[A-Za-z]:|\\\\)/.test(cwd);
  return normal(isWindows ? path.replaceAll('\\', '/') : path);
}

const isAbsolute = (path: string): boolean => /^(?:\/|[A-Za-z]:\/)/.test(path);

/** Without `.`, `..` and empty steps, as far as they can be resolved. */
function normal(path: string): string {
  const steps: string[] = [];
  for (const step of path.split('/')) {
    if (step === '' || step === '.') continue;
    if (step === '..' && steps.length > 0 && steps.at(-1) !== '..') steps.pop();
    else steps.push(step);
  }
  return `${path.startsWith('/') ? '/' : ''}${steps.join('/')}`;
}

/** A reported path as a URI reference (RFC 3986): relative, or `file:` where it is absolute. */
export function uriOf(path: string): string {
  const encoded = path.split('/').map((step) => encodeURIComponent(step.replace(/\p{Cs}/gu, '\ufffd')));
  const uri = encoded.join('/');
  if (path.startsWith('/')) return `file://${uri}`;
  return isAbsolute(path) ? `file:///${uri.replace('%3A', ':')}` : uri;
}

/**
 * One fingerprint per finding, made of file, code, key and the number of equal ones before it. It stays the same if lines
 * are added above or values change, and is unique in a report.
 */
export function fingerprints(path: string, findings: readonly Finding[]): readonly string[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const identity = [path, finding.code, finding.path].join('\n');
    const before = seen.get(identity) ?? 0;
    seen.set(identity, before + 1);
    return fnv1a(`${identity}\n${String(before)}`);
  });
}

/** FNV-1a of 64 bits, in hexadecimal. It need not be hard to reverse. */
function fnv1a(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, '0');
}
