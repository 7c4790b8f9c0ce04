/**
 * The YAML readers of the servers themselves: js-yaml 3 and 4, and yaml.v2 through a Go program of ours. What umconfig reads in a file
 * is compared with what they read; a model of them that we write would only agree with us.
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

/** What a reader makes of a text: a value, or why it refuses it. */
interface Reading {
  readonly value?: unknown;
  readonly error?: string;
}

/** What yaml.v2 makes of it for the struct of each Go server, and for one without fields. */
type GoReading = Readonly<Record<'text' | 'bool' | 'any', Reading>>;

/** Whether umconfig takes a text for plain YAML. Throws where it is not, and validate finds no error in it all the same. */
export function isPlain(text: string): boolean {
  const { document, findings } = validate(text);
  const found =
    document.problems.length === 0 && document.entries.length > 0 && deviations(document.text).length === 0;
  if (!found && !findings.some(({ severity }) => severity === 'error'))
    throw new Error(`no error is found in ${JSON.stringify(text)}`);
  return found;
}

/** What the readers of the Node servers make of a text. */
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

/** Objects without prototypes, and dates as what no file can hold. */
function plainCopy(value: unknown): unknown {
  if (Array.isArray(value)) return (value as readonly unknown[]).map(plainCopy);
  if (value instanceof Date) return { date: value.getTime() };
  if (typeof value !== 'object' || value === null) return value;
  return Object.assign(
    Object.create(null) as object,
    Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plainCopy(each)])),
  );
}

/** What a reader refuses or reads otherwise than umconfig; undefined where all agree. `go`: where yaml.v2 was asked. */
export function disagreement(document: ConfigDocument, go?: GoReading): string | undefined {
  for (const [name, { value, error }] of Object.entries(nodeReadings(serialize(document)))) {
    if (error !== undefined) return `${name}: ${error}`;
    if (!isDeepStrictEqual(value, plainCopy(document.root)))
      return `${name}: ${JSON.stringify(value)} for ${JSON.stringify(document.root)}`;
  }
  return go === undefined ? undefined : goDisagreement(document, go);
}

function goDisagreement({ root }: ConfigDocument, { text, bool, any }: GoReading): string | undefined {
  // A value of another kind than the server wants is for other findings.
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

/** A text field keeps how a boolean is spelt. */
function isSameInGo(key: string, theirs: unknown, ours: Value): boolean {
  return key === 'port'
    ? theirs === ours
    : String(theirs).toLowerCase() === (typeof ours === 'object' ? '' : String(ours).toLowerCase());
}

/** yaml.v2, in a process of its own. */
export interface GoReader {
  read(text: string): Promise<GoReading>;
  stop(): void;
}

/** Builds and starts it; a sentence on why not, where Go or Debian's golang-gopkg-yaml.v2-dev is not installed. */
export function startGoReader(): GoReader | string {
  const directory = mkdtempSync(join(tmpdir(), 'umconfig-yamlv2-'));
  const program = join(directory, 'yamlv2');
  const source = fileURLToPath(new URL('yamlv2/main.go', import.meta.url));
  // Debian puts its packages there, and they need no network.
  const env = { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOFLAGS: '' };
  try {
    execFileSync('go', ['build', '-o', program, source], { env, stdio: 'pipe' });
  } catch {
    rmSync(directory, { recursive: true });
    return 'yaml.v2 was not asked: this needs the packages golang-go and golang-gopkg-yaml.v2-dev of Debian.';
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
  if (answer.done === true) throw new Error('the Go program has ended');
  return JSON.parse(answer.value) as GoReading;
}

function stop(child: ChildProcessByStdio<Writable, Readable, null>, directory: string): void {
  child.kill();
  rmSync(directory, { recursive: true, force: true });
}
