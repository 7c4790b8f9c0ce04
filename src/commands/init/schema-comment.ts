/** `--schema-comment`: which address of the JSON Schema goes into the file. */
import { posix } from 'node:path';
import { printable, shellWord } from '../../core/text/display.ts';
import { UsageError } from '../../core/errors.ts';
import { schemaAddressIn } from '../../core/yaml/modeline.ts';
import type { Files } from '../../ports.ts';
import type { Target } from '../shared/config-file.ts';

/**
 * The address for the modeline of the target: the one that it has already, else `given`, a file or URL that the user
 * names, else the schema of an umconfig that is installed above the file. Editors take a path as relative to the file.
 */
export async function schemaAddress(
  given: string | boolean,
  { path, document, layout }: Target,
  files: Files,
): Promise<string> {
  const known = schemaAddressIn(document);
  if (typeof given !== 'string' && known !== undefined) return known;
  const directory = posix.dirname(posix.resolve(slashed(files.cwd), slashed(path)));
  const beside = `${directory === slashed(files.cwd) ? '' : `${posix.dirname(slashed(path))}/`}user_management_config.schema.json`;
  const advice = `Make one: umconfig schema --layout ${layout} > ${shellWord(beside)}\nThen: --schema-comment=${shellWord(beside)}`;
  const address =
    typeof given === 'string'
      ? await namedSchema(given, directory, advice, files)
      : await installedSchema(`umconfig/schemas/${layout}.schema.json`, directory, files);
  if (address === undefined)
    throw new UsageError('no umconfig is installed in a node_modules above the file', advice);
  if (/\s/.test(address))
    throw new UsageError(
      `the schema address contains a space, where editors stop reading: ${printable(address)}`,
      advice,
    );
  return address;
}

const slashed = (path: string): string => path.replaceAll('\\', '/');

async function isThere(path: string, files: Files): Promise<boolean> {
  return (await files.readIfThere(path, 0)) !== undefined;
}

async function namedSchema(given: string, directory: string, advice: string, files: Files): Promise<string> {
  if (/^(?:https?|file):\/\//.test(given)) return given;
  if (!(await isThere(given, files))) throw new UsageError(`${printable(given)}: no such file`, advice);
  const file = slashed(given);
  return posix.isAbsolute(file) || /^[A-Za-z]:/.test(file)
    ? file
    : relative(directory, posix.resolve(slashed(files.cwd), file));
}

/** The schema in the nearest `node_modules`, from the file's directory upwards. */
async function installedSchema(name: string, directory: string, files: Files): Promise<string | undefined> {
  for (let above = directory; ; above = posix.dirname(above)) {
    const file = posix.join(above, 'node_modules', name);
    if (await isThere(file, files)) return relative(directory, file);
    if (posix.dirname(above) === above) return undefined;
  }
}

/** With a leading `./`, so that nobody takes it for the name of a catalogue entry. */
function relative(directory: string, file: string): string {
  const path = posix.relative(directory, file);
  return path.startsWith('.') ? path : `./${path}`;
}
