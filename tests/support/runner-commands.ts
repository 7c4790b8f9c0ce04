/**
 * Finds the commands that the runner of GitHub Actions sees in a log. A port of its parser (actions/runner: ActionCommand.cs and
 * ActionCommandManager.cs): in each line first the form `::name a=b,c=d::message`, then the older `##[name a=b;c=d]message`. The runner
 * knows only some names; here every name counts, since more may be added.
 */

export interface RunnerCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/** Every command in a log, in order. */
export function runnerCommands(log: string): readonly RunnerCommand[] {
  // .NET's StreamReader.ReadLine: CR, LF, or both.
  return log.split(/\r\n|\r|\n/).flatMap((line) => commandIn(line) ?? commandIn(asCompared(line)) ?? []);
}

/**
 * .NET compares texts with culture rules that ignore invisible characters: `:` ZERO WIDTH SPACE `:` begins with `::`. So they are removed.
 */
const asCompared = (line: string): string =>
  line.replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]/gu, '');

const commandIn = (line: string): RunnerCommand | undefined => newForm(line) ?? oldForm(line);

/** `TryParseV2`: at the start of the line after whitespace. NEXT LINE is whitespace in .NET. */
function newForm(line: string): RunnerCommand | undefined {
  const text = line.replace(/^[\s\x85]+/, '');
  if (!text.startsWith('::')) return undefined;
  const end = text.indexOf('::', 2);
  if (end < 0) return undefined;
  const { name, properties } = head(text.slice(2, end), ',', NEW_PROPERTY);
  return name === '' ? undefined : { name, properties, message: unescaped(text.slice(end + 2), NEW_MESSAGE) };
}

/** `TryParse`: anywhere in the line. */
function oldForm(line: string): RunnerCommand | undefined {
  const start = line.indexOf('##[');
  const end = start < 0 ? -1 : line.indexOf(']', start);
  if (end < 0) return undefined;
  const { name, properties } = head(line.slice(start + 3, end), ';', OLD);
  return name === '' ? undefined : { name, properties, message: unescaped(line.slice(end + 1), OLD) };
}

type Escapes = readonly (readonly [string, string])[];

const NEW_MESSAGE: Escapes = [
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%25', '%'],
];
const NEW_PROPERTY: Escapes = [
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%3A', ':'],
  ['%2C', ','],
  ['%25', '%'],
];
const OLD: Escapes = [
  ['%3B', ';'],
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%5D', ']'],
];

const unescaped = (text: string, escapes: Escapes): string =>
  escapes.reduce((done, [from, to]) => done.replaceAll(from, to), text);

function head(text: string, separator: string, escapes: Escapes): Pick<RunnerCommand, 'name' | 'properties'> {
  const space = text.indexOf(' ');
  const name = space < 0 ? text : text.slice(0, space);
  const pairs = (space < 0 ? '' : text.slice(space + 1)).split(separator).flatMap((pair) => {
    const at = pair.indexOf('=');
    return at < 0 ? [] : [[pair.slice(0, at), unescaped(pair.slice(at + 1), escapes)] as const];
  });
  return { name, properties: Object.fromEntries(pairs) };
}
