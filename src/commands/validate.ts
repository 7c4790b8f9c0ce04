/** `validate`: holds files to the server's rules, offline. */
import { resolve } from 'node:path';
import { parseDocument, serialize } from '../core/yaml/document.ts';
import { describeFileFailure, EXIT, ExpectedError, UsageError } from '../core/errors.ts';
import type { FileFacts } from '../core/rules/file/facts.ts';
import type { Layout } from '../core/config/layouts.ts';
import { MAX_FILE_BYTES } from '../core/rules/file/yaml.ts';
import { repair, validate, validateDocument } from '../core/rules/validate.ts';
import type { FileSnapshot, Ports } from '../ports.ts';
import { FileFailure } from '../core/failures.ts';
import { countFindings } from '../report/count.ts';
import type { FileReport, ValidationReport } from '../report/report.ts';
import type { Run } from './command.ts';
import type { OptionValues } from './options.ts';
import { outputFile, refuseToOverwrite } from './shared/output-file.ts';
import { configPath, noSuchFile } from './shared/config-file.ts';
import { putFile } from './shared/put-file.ts';
import { noteTightened } from './shared/write-config.ts';

const STDIN = '-';
/** Files read before the next ones are: enough to keep git busy once, few enough to keep memory flat. */
const BATCH = 64;

interface Loaded {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly snapshot: FileSnapshot | undefined;
  /** What suggested commands are to name; undefined for the default file and for standard input. */
  readonly config: string | undefined;
}

export const run: Run = async ({ args, options }, ports) => {
  if (options.fix === true && args.includes(STDIN)) {
    throw new UsageError('--fix cannot repair standard input', 'Name the file instead of "-".');
  }
  const { names, failures } = await expand(args, options, ports);
  const isDefault = args.length === 0 && options.config === undefined;
  const files: FileReport[] = [];
  for (let at = 0; at < names.length; at += BATCH) {
    if (at > 0) await ports.clock.turn();
    files.push(...(await checkBatch(names.slice(at, at + BATCH), isDefault, options, ports, failures)));
  }
  const body: ValidationReport = {
    kind: 'validation',
    files,
    failures: failures.map(({ message }) => message),
  };
  return {
    exitCode: exitCodeOf(body, failures, options.strict === true),
    format: options.format ?? 'text',
    body,
  };
};

/** The report with its text instead of its document, and that only where somebody will ask: thousands would take up all memory. */
function compact({ document, ...report }: FileReport, { config }: Loaded): FileReport {
  const text = report.findings.length + report.repaired.length === 0 ? '' : serialize(document);
  return {
    ...report,
    config,
    get document() {
      return parseDocument(text);
    },
  };
}

async function expand(
  args: readonly string[],
  options: OptionValues,
  { files }: Ports,
): Promise<{ names: readonly string[]; failures: ExpectedError[] }> {
  const failures: ExpectedError[] = [];
  const patterns = args.length > 0 ? args : [await configPath(options, files)];
  // Once each, however often it is named: `c.yml`, `./c.yml`, and by a pattern.
  const names = new Map<string, string>();
  for (const pattern of patterns) {
    const found = pattern === STDIN ? [STDIN] : await files.glob(pattern);
    if (found.length === 0) {
      failures.push(noSuchFile(pattern));
    }
    for (const name of found) {
      const whole = name === STDIN ? STDIN : resolve(files.cwd, name);
      if (!names.has(whole)) names.set(whole, name);
    }
  }
  const output = outputFile(options);
  if (output !== undefined) await refuseToOverwrite('--output', output, [...names.values()], files);
  return { names: [...names.values()], failures };
}

async function checkBatch(
  names: readonly string[],
  isDefault: boolean,
  options: OptionValues,
  ports: Ports,
  failures: ExpectedError[],
): Promise<readonly FileReport[]> {
  const loaded: Loaded[] = [];
  for (const name of names) {
    try {
      const { config, ...read } = await load(name, options, ports);
      loaded.push({ ...read, config: isDefault ? undefined : config });
    } catch (error) {
      failures.push(expectedFrom(error));
    }
  }
  // Asking git takes longer than all the checking, so it runs beside it.
  const asked = ports.files.trackedByGit(
    loaded
      .filter(({ snapshot, bytes }) => snapshot !== undefined && holdsSecret(bytes))
      .map(({ file }) => file),
  );
  const reports: FileReport[] = [];
  const tracked = options.fix === true ? await asked : undefined;
  for (const one of loaded) {
    try {
      const report = await checkFile(one, tracked?.has(one.file) ?? false, options, ports);
      reports.push(compact(report, one));
    } catch (error) {
      failures.push(expectedFrom(error));
    }
  }
  if (options.fix === true) {
    await ports.files.sweep(reports.filter(({ repaired }) => repaired.length === 0).map(({ file }) => file));
  }
  return tracked === undefined ? withTracked(reports, loaded, await asked, options) : reports;
}

/** The reports with what only git knows: files that it tracks are judged once more. */
function withTracked(
  reports: readonly FileReport[],
  loaded: readonly Loaded[],
  tracked: ReadonlySet<string>,
  { layout }: OptionValues,
): readonly FileReport[] {
  if (tracked.size === 0) return reports;
  const byName = new Map(loaded.map((one) => [one.file, one]));
  return reports.map((report) => {
    const one = tracked.has(report.file) ? byName.get(report.file) : undefined;
    if (one === undefined) return report;
    const file: FileFacts = { path: report.file, mode: one.snapshot?.mode, trackedByGit: true };
    const validation = validate(one.bytes, { layout: layout as Layout | undefined, file });
    return compact({ ...validation, file: report.file, repaired: report.repaired }, one);
  });
}

function expectedFrom(error: unknown): ExpectedError {
  if (error instanceof FileFailure) return describeFileFailure(error);
  if (error instanceof ExpectedError) return error;
  throw error;
}

async function load(name: string, options: OptionValues, { files, terminal }: Ports): Promise<Loaded> {
  if (name === STDIN) {
    const bytes = await terminal.readStdin(MAX_FILE_BYTES);
    const { stdinFilename } = options;
    return { file: stdinFilename ?? '<stdin>', bytes, snapshot: undefined, config: stdinFilename };
  }
  const snapshot = await files.read(name, MAX_FILE_BYTES);
  return { file: name, bytes: snapshot.bytes, snapshot, config: name };
}

/** A cheap look, so that git is only asked about files that can hold a secret. */
const holdsSecret = (bytes: Uint8Array): boolean => Buffer.from(bytes).includes('ecret');

async function checkFile(
  loaded: Loaded,
  trackedByGit: boolean,
  options: OptionValues,
  ports: Ports,
): Promise<FileReport> {
  const { file, bytes, snapshot } = loaded;
  const layout = options.layout as Layout | undefined;
  const facts: FileFacts | undefined =
    snapshot === undefined ? undefined : { path: file, mode: snapshot.mode, trackedByGit };
  const first = validate(bytes, { layout, file: facts });
  if (options.fix !== true || snapshot === undefined) return { file, ...first, repaired: [] };
  const { document, repaired } = repair(first.document, { layout, file: facts });
  if (repaired.length === 0) return { file, ...first, repaired };
  const { tightenedFrom } = await putFile(file, document, snapshot, ports);
  noteTightened(file, tightenedFrom, ports);
  const now = facts === undefined ? undefined : { ...facts, mode: 0o600 };
  return { file, ...validateDocument(document, { layout, file: now }), repaired };
}

function exitCodeOf(body: ValidationReport, failures: readonly ExpectedError[], isStrict: boolean): number {
  const { errors, warnings } = countFindings(body.files);
  const found = errors > 0 || (isStrict && warnings > 0) ? EXIT.findings : EXIT.ok;
  return Math.max(found, ...failures.map(({ exitCode }) => exitCode));
}
