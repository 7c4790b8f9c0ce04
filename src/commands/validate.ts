/** `validate`: checks files against the server's rules, offline. */
import { dirname, resolve } from 'node:path';
import { closest } from 'fastest-levenshtein';
import { printable } from '../core/text/display.ts';
import { parseDocument, serialize } from '../core/yaml/document.ts';
import { describeFileFailure, ExpectedError, UsageError } from '../core/errors.ts';
import type { Checkout } from '../core/config/checkout.ts';
import type { Finding } from '../core/rules/finding.ts';
import { ruleFor, RULES } from '../core/rules/index.ts';
import { EXIT } from '../core/exit-codes.ts';
import type { Layout } from '../core/config/layouts.ts';
import { MAX_FILE_BYTES } from '../core/rules/file/yaml.ts';
import {
  repair,
  validate,
  validateDocument,
  type ValidateOptions,
  type Validation,
} from '../core/rules/validate.ts';
import type { FileSnapshot, GitFacts, Ports } from '../ports.ts';
import { FileFailure } from '../core/failures.ts';
import { countFindings } from '../report/count.ts';
import type { FileReport, ValidationReport } from '../report/report.ts';
import type { Run } from './command.ts';
import type { OptionValues } from './options.ts';
import { outputFile, refuseToOverwrite } from './shared/output-file.ts';
import { configPath, noSuchFile } from './shared/config-file.ts';
import { putFile } from './shared/put-file.ts';
import { checkoutAround, strayDirectories } from './shared/surroundings.ts';
import { noteTightened, writtenMode } from './shared/write-config.ts';

const STDIN = '-';
/** Files per batch: one git call each, and little memory. */
const BATCH = 64;

interface Loaded {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly snapshot: FileSnapshot | undefined;
  /** The file for suggested commands; undefined for the default file and for standard input. */
  readonly config: string | undefined;
}

export const run: Run = async ({ args, options }, ports) => {
  if (options.fix === true && args.includes(STDIN)) {
    throw new UsageError('--fix cannot repair standard input', 'Name the file instead of "-".');
  }
  refuseUnknownCodes(options);
  const { names, failures } = await expand(args, options, ports);
  const checkouts = checkoutsOf(options, ports);
  const isDefault = args.length === 0 && options.config === undefined;
  const files: FileReport[] = [];
  for (let at = 0; at < names.length; at += BATCH) {
    if (at > 0) await ports.clock.turn();
    files.push(
      ...(await checkBatch(names.slice(at, at + BATCH), isDefault, { options, checkouts, failures }, ports)),
    );
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

interface Checking {
  readonly options: OptionValues;
  readonly checkouts: (file: string) => Promise<Checkout | undefined>;
}

/** The checkout of a file, cached per directory. */
function checkoutsOf({ layout }: OptionValues, { files }: Ports): Checking['checkouts'] {
  const known = new Map<string, Promise<Checkout | undefined>>();
  return (file) => {
    const directory = dirname(file);
    const found = known.get(directory) ?? checkoutAround(file, layout, files);
    known.set(directory, found);
    return found;
  };
}

function refuseUnknownCodes({ ignore = [] }: OptionValues): void {
  const unknown = ignore.find((code) => ruleFor(code) === undefined);
  if (unknown === undefined) return;
  const near = closest(
    unknown,
    RULES.map(({ code }) => code),
  );
  throw new UsageError(
    `--ignore ${printable(unknown)}: unknown finding code`,
    `Did you mean ${near}? umconfig explain lists the codes.`,
  );
}

/** The report with text instead of the parsed document, and only if it has findings: thousands of documents would use all memory. */
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
  // Each file once, even if it is named several times: `c.yml`, `./c.yml`, a pattern.
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
  { failures, ...checking }: Checking & { readonly failures: ExpectedError[] },
  ports: Ports,
): Promise<readonly FileReport[]> {
  const { options } = checking;
  const loaded: Loaded[] = [];
  for (const name of names) {
    try {
      const { config, ...read } = await load(name, options, ports);
      loaded.push({ ...read, config: isDefault ? undefined : config });
    } catch (error) {
      failures.push(expectedFrom(error));
    }
  }
  const git = await ports.files.gitFacts(
    loaded
      .filter(({ snapshot, bytes }) => snapshot !== undefined && holdsSecret(bytes))
      .map(({ file }) => file),
  );
  const reports: FileReport[] = [];
  for (const one of loaded) {
    try {
      reports.push(compact(await checkFile(one, git.get(one.file), checking, ports), one));
    } catch (error) {
      failures.push(expectedFrom(error));
    }
  }
  if (options.fix === true) {
    await ports.files.sweep(reports.filter(({ repaired }) => repaired.length === 0).map(({ file }) => file));
  }
  return reports;
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

/** A fast check, so that git is called only for files that can have a secret in them. */
const holdsSecret = (bytes: Uint8Array): boolean => Buffer.from(bytes).includes('ecret');

async function checkFile(
  { file, bytes, snapshot }: Loaded,
  git: GitFacts | undefined,
  { options, checkouts }: Checking,
  ports: Ports,
): Promise<FileReport> {
  const given = {
    layout: options.layout as Layout | undefined,
    requireLogin: options.requireLogin === true,
  };
  if (snapshot === undefined) return reported(file, validate(bytes, given), options);
  const checkout = await checkouts(file);
  const facts = { path: file, mode: snapshot.mode, git };
  const first = validate(bytes, { ...given, checkout, file: facts });
  const { layout } = first;
  const stray = await strayDirectories(first.document, layout, file, ports.files);
  const known: ValidateOptions = { ...given, checkout, file: { ...facts, strayDirectories: stray } };
  const judged = stray.length === 0 ? first : validateDocument(first.document, known);
  if (options.fix !== true) return reported(file, judged, options);
  const { document, repaired } = repair(first.document, known, isTold(options));
  if (repaired.length === 0) return reported(file, judged, options);
  const result = await putFile(file, document, snapshot, ports);
  noteTightened(file, result, ports);
  const now = { ...known, file: { ...facts, strayDirectories: stray, mode: writtenMode(snapshot.mode) } };
  return reported(file, validateDocument(document, now), options, repaired);
}

/** Whether a finding is not left out by `--ignore`. */
const isTold =
  ({ ignore = [] }: OptionValues) =>
  ({ code }: Finding): boolean =>
    !ignore.includes(code);

function reported(
  file: string,
  { findings, ...validation }: Validation,
  options: OptionValues,
  repaired: readonly Finding[] = [],
): FileReport {
  const told = findings.filter(isTold(options));
  return { file, ...validation, findings: told, ignored: findings.length - told.length, repaired };
}

function exitCodeOf(body: ValidationReport, failures: readonly ExpectedError[], isStrict: boolean): number {
  const { errors, warnings } = countFindings(body.files);
  const found = errors > 0 || (isStrict && warnings > 0) ? EXIT.findings : EXIT.ok;
  return Math.max(found, ...failures.map(({ exitCode }) => exitCode));
}
