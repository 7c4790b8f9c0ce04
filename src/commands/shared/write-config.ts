/** The last steps that `init` and `discover` share: edits, diff, atomic write, validation, data directory, what to run next. */
import { printable, shellWord } from '../../core/text/display.ts';
import { entryAt, serialize } from '../../core/yaml/document.ts';
import type { ConfigDocument } from '../../core/yaml/types.ts';
import { EXIT, ExpectedError, WorldError } from '../../core/errors.ts';
import { keyOf } from '../../core/config/fields.ts';
import type { Finding } from '../../core/rules/finding.ts';
import { LAYOUTS, type Layout } from '../../core/config/layouts.ts';
import { withSchemaAddress } from '../../core/yaml/modeline.ts';
import { diffDocuments, emptyDocument, planEdits, type Plan } from '../../core/changes/plan.ts';
import { deriveUrls, readSettings, type Settings } from '../../core/config/settings.ts';
import { validateDocument } from '../../core/rules/validate.ts';
import type { Ports } from '../../ports.ts';
import { FileFailure } from '../../core/failures.ts';
import type { ChangeReport, Report } from '../../report/report.ts';
import type { Target } from './config-file.ts';
import { putFile } from './put-file.ts';
import { EditError } from '../../core/yaml/splices.ts';

/** The edits that a target needs, and the report of them before anything is written. */
export interface Prepared {
  readonly target: Target;
  readonly plan: Plan;
  readonly report: ChangeReport;
}

/** Plans the edits and validates the outcome; writes nothing. Throws ExpectedError where the file's form forbids an edit. */
export function prepare(target: Target, settings: Settings): Prepared {
  const { layout, path, existing, document } = target;
  const edits = planOrExplain(target, settings);
  const plan: Plan =
    target.schemaAddress === undefined
      ? edits
      : { ...edits, after: withSchemaAddress(edits.after, target.schemaAddress) };
  const { findings } = validateDocument(plan.after, {
    layout,
    file: { path, mode: undefined, trackedByGit: false },
  });
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
  };
  return { target, plan, report };
}

function planOrExplain({ path, document, layout }: Target, settings: Settings): Plan {
  try {
    return planEdits(document, layout, settings);
  } catch (error) {
    if (!(error instanceof EditError)) throw error;
    throw new ExpectedError(`${printable(path)} cannot be edited: ${printable(error.message)}`, {
      exitCode: EXIT.findings,
      hint: 'Change that by hand, then run the command again.',
    });
  }
}

/** Writes what was prepared, unless the file is so already; says what else it did on stderr. Throws FileFailure. */
export async function write(
  prepared: Prepared,
  ports: Ports,
  options: { readonly dataDir: boolean },
): Promise<ChangeReport> {
  const { target, plan, report } = prepared;
  const { path, existing, layout } = target;
  const isSame = existing !== undefined && serialize(plan.after) === serialize(target.document);
  if (isSame) {
    await ports.files.sweep([path]);
  } else {
    const { tightenedFrom } = await putFile(path, plan.after, existing, ports);
    noteTightened(path, tightenedFrom, ports);
  }
  if (options.dataDir) {
    const start = `${printable(path)} is ${isSame ? 'up to date' : 'written'}`;
    await makeDataDirectory(plan.after, path, layout, start, ports);
  }
  const [tracked] = await ports.files.trackedByGit([path]);
  const { findings } = validateDocument(plan.after, {
    layout,
    file: { path, mode: isSame ? existing.mode : 0o600, trackedByGit: tracked !== undefined },
  });
  return { ...report, written: !isSame, mode: 'write', findings, next: [launchCommand(path, layout)] };
}

/** What `init` and `discover` end with: exit 1 where something is wrong or nothing was written because of it. */
export function reportOf(body: ChangeReport, format: string): Report {
  const isWrong = body.findings.some(({ severity }) => severity === 'error');
  return { exitCode: isWrong || body.mode === 'refused' ? EXIT.findings : EXIT.ok, format, body };
}

/** The report without the command that starts the server where the file, as `findings` say, keeps it from working. */
export function startable(report: ChangeReport, findings: readonly Finding[]): ChangeReport {
  return findings.some(({ severity }) => severity === 'error') ? { ...report, next: [] } : report;
}

/** Says that others can no longer read a file that they could read before: the server may run as one of them. */
export function noteTightened(path: string, tightenedFrom: number | undefined, { terminal }: Ports): void {
  if (tightenedFrom === undefined) return;
  terminal.note(
    `${printable(path)} had mode ${tightenedFrom.toString(8)}; it is 600 now, for its owner alone`,
  );
}

const IN_CHECKOUT = /^(.*?)(app\/config\/[^/]+)$/;

/** Where the server runs, and the file's path as seen from there. */
function checkout(path: string): { readonly root: string; readonly file: string } {
  const [, root = '', file] = IN_CHECKOUT.exec(path.replaceAll('\\', '/')) ?? [];
  return file === undefined ? { root: '', file: path } : { root, file };
}

/** How to start the server with the file, from the working directory. */
function launchCommand(path: string, layout: Layout): string {
  const { root, file } = checkout(path);
  const start = `${LAYOUTS[layout].launch} ${shellWord(file)}`;
  return root === '' || root === './' ? start : `cd ${shellWord(root)} && ${start}`;
}

/**
 * `database: local` keeps projects in a directory, which the guide has the admin make by hand. `start` begins what is said
 * where it cannot be made: what has become of the file.
 */
async function makeDataDirectory(
  document: ConfigDocument,
  path: string,
  layout: Layout,
  start: string,
  ports: Ports,
): Promise<void> {
  const valueOf = (name: 'database' | 'data'): unknown =>
    entryAt(document, (keyOf(name, layout)?.path ?? '').split('.'))?.parsed;
  const data = valueOf('data');
  if ((valueOf('database') ?? 'local') !== 'local' || typeof data !== 'string' || data === '') return;
  const { root } = checkout(path);
  const directory = data.startsWith('/') ? data : `${root}${data}`;
  try {
    if (await ports.files.makeDirectory(directory))
      ports.terminal.note(`made the data directory ${printable(directory)}`);
  } catch (error) {
    if (!(error instanceof FileFailure)) throw error;
    throw new WorldError(
      `${start}, but the data directory ${printable(directory)} could not be made (${printable(error.detail)})`,
      `Make it by hand, or write another into the file. Then: ${launchCommand(path, layout)}`,
    );
  }
}
