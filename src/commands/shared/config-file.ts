/** Which file a command uses, and what a new file is based on. */
import { printable, shellWord } from '../../core/text/display.ts';
import { onFile, say } from '../../core/text/hint.ts';
import { parseDocument } from '../../core/yaml/document.ts';
import type { ConfigDocument } from '../../core/yaml/types.ts';
import { ExpectedError, UsageError } from '../../core/errors.ts';
import type { Checkout } from '../../core/config/checkout.ts';
import { EXIT } from '../../core/exit-codes.ts';
import { LAYOUTS, recogniseLayout, type Layout } from '../../core/config/layouts.ts';
import { secretsIn } from '../../core/config/masked-lines.ts';
import { MAX_FILE_BYTES } from '../../core/rules/file/yaml.ts';
import { decode } from '../../core/rules/validate.ts';
import type { Files, FileSnapshot, Ports } from '../../ports.ts';
import type { OptionValues } from '../options.ts';
import { checkoutAround, DEFAULT_NAME } from './surroundings.ts';

const CONFIG_DIRECTORY = 'app/config';
const CONFIG_NAME = 'user_management_config.yml';

/** The file to use: `--config`, else in `app/config` if that exists, else in the working directory. */
export async function configPath(options: OptionValues, files: Files): Promise<string> {
  if (options.config !== undefined) return options.config;
  return (await files.isDirectory(CONFIG_DIRECTORY)) ? `${CONFIG_DIRECTORY}/${CONFIG_NAME}` : CONFIG_NAME;
}

export interface Target {
  /** As the user would write it. */
  readonly path: string;
  /** What is on disk now; undefined for a new file. */
  readonly existing: FileSnapshot | undefined;
  /** The existing file, or the base of the new one. */
  readonly document: ConfigDocument;
  readonly layout: Layout;
  /** The server of the checkout around the file, if known. */
  readonly checkout?: Checkout | undefined;
  /** What a new file is based on, for messages; undefined for an existing one. */
  readonly base: string | undefined;
  /** The server is unknown: not shown by the file, its checkout or a flag. */
  readonly isAssumed?: boolean;
  /** The schema address for the comment that editors read. */
  readonly schemaAddress?: string;
}

/** Reads the file, or the base of a new one. Throws if it is not text or not YAML. */
export async function readTarget(
  options: OptionValues,
  { files, secrets }: Pick<Ports, 'files' | 'secrets'>,
): Promise<Target> {
  const target = await findTarget(options, files);
  for (const secret of secretsIn(target.document)) secrets.keep(secret);
  return target;
}

/** An existing file. */
export interface ConfigFile extends Target {
  readonly existing: FileSnapshot;
}

/** Reads an existing file. Rejects with UsageError if it does not exist, and as `readTarget` does. */
export async function requireConfigFile(
  options: OptionValues,
  ports: Pick<Ports, 'files' | 'secrets'>,
): Promise<ConfigFile> {
  const { existing, ...target } = await readTarget(options, ports);
  if (existing === undefined) throw noSuchFile(target.path);
  return { ...target, existing };
}

/** No file at the path, or none that matches the pattern. */
export function noSuchFile(path: string): UsageError {
  return new UsageError(
    `${printable(path)}: no such file`,
    say`Create it with ${onFile('init')} or ${onFile('discover')}, or name another file with --config FILE.`,
  );
}

async function findTarget(options: OptionValues, files: Files): Promise<Target> {
  const path = await configPath(options, files);
  const existing = await files.readIfThere(path, MAX_FILE_BYTES);
  const wanted = options.layout as Layout | undefined;
  const checkout = await checkoutAround(path, wanted, files);
  if (existing !== undefined) {
    const document = readable(existing.bytes, path);
    const layout = wanted ?? recogniseLayout(document);
    return { path, existing, document, layout, checkout, base: undefined };
  }
  const base = await readBase(options, path, checkout?.layout, files);
  const isAssumed = wanted === undefined && checkout === undefined && options.from === undefined;
  const layout = wanted ?? recogniseLayout(base.document);
  return { path, existing, ...base, layout, checkout, isAssumed };
}

async function readBase(
  options: OptionValues,
  path: string,
  shown: Layout | undefined,
  files: Files,
): Promise<{ document: ConfigDocument; base: string }> {
  if (options.from !== undefined) {
    const { bytes } = await files.read(options.from, MAX_FILE_BYTES);
    return { document: readable(bytes, options.from), base: options.from };
  }
  const beside = path.replace(/[^/\\]*$/, DEFAULT_NAME);
  const found = await files.readIfThere(beside, MAX_FILE_BYTES);
  if (found !== undefined) {
    const document = readable(found.bytes, beside);
    if (options.layout === undefined || recogniseLayout(document) === options.layout)
      return { document, base: beside };
  }
  const layout = (options.layout ?? shown ?? 'flat') as Layout;
  return {
    document: parseDocument(await files.packaged(LAYOUTS[layout].template)),
    base: `the packaged default file of ${LAYOUTS[layout].server}`,
  };
}

/** A document without problems, which can be edited safely. `validate` explains the problems of others. */
function readable(bytes: Uint8Array, path: string): ConfigDocument {
  const decoded = decode(bytes);
  const document = parseDocument('text' in decoded ? decoded.text : '');
  if ('text' in decoded && document.problems.length === 0) return document;
  throw new ExpectedError(`${printable(path)}: not a valid configuration file`, {
    exitCode: EXIT.findings,
    hint: `Check it: umconfig validate --config ${shellWord(path)}`,
  });
}
