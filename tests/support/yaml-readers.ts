/**
 * The servers' own YAML readers: js-yaml 3 and 4, and yaml.v2 through our Go program. Their results are compared with umconfig's; our own
 * model of them would share our mistakes.
 */
import { execFileSync, spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import yaml3 from 'js-yaml-3';
import yaml4 from 'js-yaml-4';
import { serialize } from '../../src/core/yaml/document.ts';
import type { ConfigDocument, Value } from '../../src/core/yaml/types.ts';
import { deviations } from '../../src/core/yaml/plain-subset.ts';
import { validate } from '../../src/core/rules/validate.ts';

const NODE_READERS = { 'js-yaml 3': yaml3, 'js-yaml 4': yaml4 } as const;

/** A value, or why the reader rejects the text. */
interface Reading {
  readonly value?: unknown;
  readonly error?: string;
}

/** What yaml.v2 reads into the struct of each Go server, and into an untyped value. */
type GoReading = Readonly<Record<'text' | 'bool' | 'any', Reading>>;

/** Whether umconfig accepts a text as plain YAML. Throws if it is not plain but validate finds no error. */
export function isPlain(text: string): boolean {
  const { document, findings } = validate(text);
  const found =
    document.problems.length === 0 && document.entries.length > 0 && deviations(document.text).length === 0;
  if (!found && !findings.some(({ severity }) => severity === 'error'))
    throw new Error(`validate finds no error in ${JSON.stringify(text)}`);
  return found;
}

/** How the readers of the Node servers read a text. */
export function nodeReadings(text: string): Readonly<Record<string, Reading>> {
  return Object.fromEntries(
    Object.entries(NODE_READERS).map(([name, { load }]): [string, Reading] => {
      try {
        return [name, { value: plainCopy(load(text) ?? {}) }];
      } catch (error) {
        return [name, { error: String(error).split('\n')[0] ?? '' }];
      }
    }),
  );
}

/** Objects without prototypes, and dates as a value that no file can contain. */
function plainCopy(value: unknown): unknown {
  if (Array.isArray(value)) return (value as readonly unknown[]).map(plainCopy);
  if (value instanceof Date) return { date: value.getTime() };
  if (typeof value !== 'object' || value === null) return value;
  return Object.assign(
    Object.create(null) as object,
    Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plainCopy(each)])),
  );
}

/** A reader that rejects the text or reads it differently from umconfig; undefined if all agree. `go`: if yaml.v2 was run. */
export function disagreement(document: ConfigDocument, go?: GoReading): string | undefined {
  for (const [name, { value, error }] of Object.entries(nodeReadings(serialize(document)))) {
    if (error !== undefined) return `${name}: ${error}`;
    if (!isDeepStrictEqual(value, plainCopy(document.root)))
      return `${name}: ${JSON.stringify(value)} for ${JSON.stringify(document.root)}`;
  }
  return go === undefined ? undefined : goDisagreement(document, go);
}

function goDisagreement({ root }: ConfigDocument, { text, bool, any }: GoReading): string | undefined {
  // A wrong type is the subject of other findings.
  const refusal = [any, text, bool].find(
    ({ error = '' }) => error !== '' && !error.includes('cannot unmarshal'),
  );
  if (refusal?.error !== undefined) return `yaml.v2: ${refusal.error}`;
  if (text.error !== undefined) return undefined;
  const read = text.value as Readonly<Record<string, unknown>>;
  const other = Object.entries(root).find(
    ([key, ours]) => ours !== null && key in read && !isSameInGo(key, read[key], ours),
  );
  if (other !== undefined)
    return `yaml.v2: ${other[0]} is ${JSON.stringify(read[other[0]])} for ${JSON.stringify(other[1])}`;
  const switchedOn = (bool.value as Readonly<Record<string, unknown>> | undefined)?.['userManagement'];
  const meant = root['userManagement'];
  const isMeantOn = typeof meant === 'string' ? /^(?:on|true|yes|y)$/i.test(meant) : meant === true;
  return switchedOn === undefined || meant === null || switchedOn === isMeantOn
    ? undefined
    : `yaml.v2: the boolean switch is ${JSON.stringify(switchedOn)} for ${JSON.stringify(meant)}`;
}

/** A text field keeps the spelling of a boolean. */
function isSameInGo(key: string, theirs: unknown, ours: Value): boolean {
  return key === 'port'
    ? theirs === ours
    : String(theirs).toLowerCase() === (typeof ours === 'object' ? '' : String(ours).toLowerCase());
}

/** yaml.v2 in a separate process. */
export interface GoReader {
  read(text: string): Promise<GoReading>;
  stop(): void;
}

/** Builds and starts it. Returns a sentence why not if Go or Debian's golang-gopkg-yaml.v2-dev is not installed. */
export function startGoReader(): GoReader | string {
  const directory = mkdtempSync(join(tmpdir(), 'umconfig-yamlv2-'));
  const program = join(directory, 'yamlv2');
  const source = fileURLToPath(new URL('yamlv2/main.go', import.meta.url));
  // Debian installs its packages there, without a network.
  const env = { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOFLAGS: '' };
  try {
    execFileSync('go', ['build', '-o', program, source], { env, stdio: 'pipe' });
  } catch {
    rmSync(directory, { recursive: true });
    return 'yaml.v2 was not run: it needs the Debian packages golang-go and golang-gopkg-yaml.v2-dev.';
  }
  const child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    read: (text) => ask(child, answers, text),
    stop: () => {
      stop(child, directory);
    },
  };
}

async function ask(
  child: ChildProcessByStdio<Writable, Readable, null>,
  answers: AsyncIterator<string, undefined>,
  text: string,
): Promise<GoReading> {
  child.stdin.write(`${JSON.stringify(text)}\n`);
  const answer = await answers.next();
  if (answer.done === true) throw new Error('the Go program exited');
  return JSON.parse(answer.value) as GoReading;
}

function stop(child: ChildProcessByStdio<Writable, Readable, null>, directory: string): void {
  child.kill();
  rmSync(directory, { recursive: true, force: true });
}
