/** The last steps of `init` and `discover`: edits, diff, atomic write, validation, data directory, what to run next. */
import { printable, shellWord } from '../../core/text/display.ts';
import { entryAt, parseDocument, serialize } from '../../core/yaml/document.ts';
import { ExpectedError, WorldError } from '../../core/errors.ts';
import { EXIT } from '../../core/exit-codes.ts';
import { keyOf } from '../../core/config/fields.ts';
import type { FileFacts } from '../../core/rules/file/facts.ts';
import type { Finding } from '../../core/rules/finding.ts';
import { LAYOUTS } from '../../core/config/layouts.ts';
import { withSchemaAddress } from '../../core/yaml/modeline.ts';
import { diffDocuments, emptyDocument, planEdits, type Plan } from '../../core/changes/plan.ts';
import { deriveUrls, isLoginOn, readSettings, type Settings } from '../../core/config/settings.ts';
import { MAX_FILE_BYTES } from '../../core/rules/file/yaml.ts';
import { dockerCommand, launchCommand } from '../../core/config/launch.ts';
import { ruleFor } from '../../core/rules/index.ts';
import { decode, validateDocument } from '../../core/rules/validate.ts';
import type { Ports, WriteResult } from '../../ports.ts';
import { FileFailure } from '../../core/failures.ts';
import type { ChangeReport, NextCommand, Report } from '../../report/report.ts';
import type { Target } from './config-file.ts';
import { putFile } from './put-file.ts';
import { checkoutRoot, strayDirectories } from './surroundings.ts';
import { EditError } from '../../core/yaml/splices.ts';

/** The edits that a target needs, and the report of them before anything is written. */
export interface Prepared {
  readonly target: Target;
  readonly plan: Plan;
  readonly report: ChangeReport;
}

/** Plans the edits and validates the result; writes nothing. Throws ExpectedError if the file cannot be edited. */
export function prepare(target: Target, settings: Settings): Prepared {
  return withSchemaComment(target, planOrExplain(target, settings));
}

/** Plans nothing but the comment that names the schema. */
export function prepareSchemaComment(target: Target): Prepared {
  const { document } = target;
  return withSchemaComment(target, { before: document, after: document, changed: [], repaired: [] });
}

function withSchemaComment(target: Target, edits: Plan): Prepared {
  const { layout, path, existing, document, checkout, schemaAddress } = target;
  const plan: Plan =
    schemaAddress === undefined ? edits : { ...edits, after: withSchemaAddress(edits.after, schemaAddress) };
  const file = { path, mode: undefined };
  const { findings } = validateDocument(plan.after, { layout, checkout, file });
  const now = readSettings(plan.after, layout);
  const report: ChangeReport = {
    kind: 'change',
    file: path,
    layout,
    document: plan.after,
    written: false,
    mode: 'dry-run',
    changed: plan.changed,
    settings: now,
    urls: deriveUrls(now, layout),
    diff: diffDocuments(existing === undefined ? emptyDocument() : document, plan.after),
    findings,
    next: [],
    notes: assumptionNotes(target),
  };
  return { target, plan, report };
}

function planOrExplain({ path, document, layout, checkout }: Target, settings: Settings): Plan {
  try {
    return planEdits(document, layout, settings, checkout);
  } catch (error) {
    if (!(error instanceof EditError)) throw error;
    throw new ExpectedError(`${printable(path)} cannot be edited: ${printable(error.message)}`, {
      exitCode: EXIT.findings,
      hint: 'Edit that part of the file yourself, then run the command again.',
    });
  }
}

/** Writes the prepared file if it has changed. Notes on stderr what else was done. Throws FileFailure. */
export async function write(
  prepared: Prepared,
  ports: Ports,
  options: { readonly dataDir: boolean },
): Promise<ChangeReport> {
  const { target, plan, report } = prepared;
  const { path, existing, layout, checkout } = target;
  const isSame = existing !== undefined && serialize(plan.after) === serialize(target.document);
  if (isSame) {
    await ports.files.sweep([path]);
  } else {
    const result = await putFile(path, plan.after, existing, ports);
    noteTightened(path, result, ports);
  }
  if (options.dataDir) {
    const start = `${printable(path)} is ${isSame ? 'up to date' : 'written'}`;
    await makeDataDirectory(prepared, start, ports);
  }
  const git = (await ports.files.gitFacts([path])).get(path);
  const stray = await strayDirectories(plan.after, layout, path, ports.files);
  const mode = isSame ? existing.mode : writtenMode(existing?.mode);
  const file: FileFacts = { path, mode, git, strayDirectories: stray };
  const judged = validateDocument(plan.after, { layout, checkout, file, notes: true }).findings;
  const told = notedAbout(target);
  const findings = judged.filter(({ code }) => !told.has(code));
  const next = nextCommands(prepared);
  const notes = [...report.notes, ...(await otherFileNotes(prepared, ports))];
  return { ...report, written: !isSame, mode: 'write', findings, next, notes };
}

/** The notes that were shown when the file was first written. */
function notedAbout({ existing, document, layout, checkout }: Target): ReadonlySet<string> {
  if (existing === undefined) return new Set();
  const { findings } = validateDocument(document, { layout, checkout, notes: true });
  return new Set(findings.flatMap(({ code }) => (ruleFor(code)?.isNote === true ? [code] : [])));
}

/** The final report of `init` and `discover`: exit 1 if there are errors or nothing was written because of them. */
export function reportOf(body: ChangeReport, format: string): Report {
  const isWrong = body.findings.some(({ severity }) => severity === 'error');
  return { exitCode: isWrong || body.mode === 'refused' ? EXIT.findings : EXIT.ok, format, body };
}

/** The report without the start command if `findings` has errors. */
export function startable(report: ChangeReport, findings: readonly Finding[]): ChangeReport {
  return findings.some(({ severity }) => severity === 'error') ? { ...report, next: [] } : report;
}

/** The permission bits of a replacement: read and write for the owner, the old bits for the group, none for others. */
export const writtenMode = (before: number | undefined): number => 0o600 | ((before ?? 0) & 0o070);

/** Notes that other users can no longer read the file: the server may run as one of them. */
export function noteTightened(
  path: string,
  { tightenedFrom, mode = writtenMode(tightenedFrom) }: WriteResult,
  { terminal }: Ports,
): void {
  if (tightenedFrom === undefined) return;
  terminal.note(
    `${printable(path)}: changed mode ${tightenedFrom.toString(8)} to ${mode.toString(8)}, so that other users cannot read the secret`,
  );
}

/** How to start the server with the file, from the working directory. */
function nextCommands({
  target: { path, layout, checkout },
  report,
}: Prepared): readonly [NextCommand, ...NextCommand[]] {
  const { root, file } = checkoutRoot(path);
  const { port = '8686' } = report.settings;
  const launch = { layout, file, port, isFirstNode: checkout?.isFirstNode === true };
  const there = (command: string): string =>
    root === '' || root === './' ? command : `cd ${shellWord(root)} && ${command}`;
  const docker = dockerCommand(launch);
  return [
    { command: there(launchCommand(launch)) },
    ...(docker === undefined ? [] : [{ command: there(docker), with: 'Docker' }]),
  ];
}

/** The note about an assumed server. */
function assumptionNotes({ isAssumed, layout }: Target): readonly string[] {
  if (isAssumed !== true) return [];
  const other = layout === 'flat' ? 'nested' : 'flat';
  return [
    `Server unknown: assuming ${LAYOUTS[layout].server}. For ${LAYOUTS[other].server}, add --layout ${other}`,
  ];
}

/** The note about another existing file, which the server's own instructions use and which has login off. */
async function otherFileNotes({ target, report }: Prepared, { files }: Ports): Promise<readonly string[]> {
  const { layout, path } = target;
  const { usualFile } = LAYOUTS[layout];
  const { root, file } = checkoutRoot(path);
  if (report.settings.userManagement !== 'on' || file.replace(/^\.\//, '') === usualFile) return [];
  const found = await files.readIfThere(`${root}${usualFile}`, MAX_FILE_BYTES).catch(() => undefined);
  const decoded = found === undefined ? undefined : decode(found.bytes);
  if (decoded === undefined || !('text' in decoded) || isLoginOn(parseDocument(decoded.text), layout))
    return [];
  return [
    `Login is off in ${root}${usualFile}, the file that the server’s own instructions use. Start the server with ${path}, or run: umconfig init --config ${shellWord(`${root}${usualFile}`)}`,
  ];
}

/**
 * Creates the data directory for `database: local`, which the guide tells admins to create. The error
 * message begins with `start`, the outcome for the file.
 */
async function makeDataDirectory(prepared: Prepared, start: string, ports: Ports): Promise<void> {
  const { path, layout } = prepared.target;
  const document = prepared.plan.after;
  const valueOf = (name: 'database' | 'data'): unknown =>
    entryAt(document, (keyOf(name, layout)?.path ?? '').split('.'))?.parsed;
  const data = valueOf('data');
  if ((valueOf('database') ?? 'local') !== 'local' || typeof data !== 'string' || data === '') return;
  const { root } = checkoutRoot(path);
  const directory = data.startsWith('/') ? data : `${root}${data}`;
  try {
    if (await ports.files.makeDirectory(directory))
      ports.terminal.note(`Created the data directory ${printable(directory)}`);
  } catch (error) {
    if (!(error instanceof FileFailure)) throw error;
    throw new WorldError(
      `${start}, but creating the data directory ${printable(directory)} failed (${printable(error.detail)})`,
      `Create it yourself, or set another one in the file. Then run: ${nextCommands(prepared)[0].command}`,
    );
  }
}
