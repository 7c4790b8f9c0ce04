/** Swaps the target of the path while a command writes: the bytes never replace a file other than the one that was read. */
import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Layout } from '../../src/core/config/layouts.ts';
import {
  inTemporaryDirectory,
  startUmconfig,
  umconfig,
  type CliResult,
  type Running,
} from '../support/cli.ts';
import { drafts, modeOf, NAME } from '../support/files-scratch.ts';
import {
  seeDraft,
  spin,
  startWritingScene,
  WRITERS,
  type Writer,
  type WritingCommand,
  type WritingScene,
} from '../support/writing-commands.ts';
import { runTrials, type Campaign, type Trial } from './campaign.ts';

/** What is swapped: the path `there` leads to `a/…` before and to `b/…` afterwards; the value is the contents of `b/…`. */
const SWAPS = {
  'link redirected to another configuration': { there: NAME, other: 'another' },
  'link redirected to a copy': { there: NAME, other: 'copy' },
  'link redirected to another kind of file': { there: NAME, other: 'foreign' },
  'link redirected to a missing file': { there: NAME, other: 'nothing' },
  'parent folder replaced': { there: join('folder', NAME), other: 'another' },
  'file replaced by a link to a copy': { there: NAME, other: 'copy' },
} as const;
type Swap = keyof typeof SWAPS;
const SWAP_NAMES = Object.keys(SWAPS) as readonly Swap[];

const WHEN = [
  'once, at a random moment',
  'once, while a temporary file existed',
  'once, just before the rename',
  'once, while waiting for another writer',
  'continuously',
] as const;

/** The window that no system call can close: a file cannot be replaced on condition that it is unchanged. Only that link is lost. */
const LAST_MOMENT = 'replaced a link created after the last check';

const COUNTS = [
  ...WRITERS,
  ...SWAP_NAMES,
  ...WHEN,
  'swaps',
  'wrote to the original target',
  'wrote to the new target',
  'wrote before the swap',
  LAST_MOMENT,
  'refused: changed on disk',
  'refused: file not found',
  'refused: not a configuration',
] as const;

type Outcome = (typeof COUNTS)[number];
type Tally = Trial<Outcome>;

export const swappedLinks: Campaign = {
  name: 'swapped-links',
  title: 'Links are swapped while a command writes',
  shows:
    'For every swap, the new bytes completely replace exactly the bytes that were read, or nothing is written and the command says so. Every other file is unchanged, and a link stays a link.',
  trials: { short: 6, long: 1000 },
  minutes: 10,
  run: async (task) => {
    const scene = await startWritingScene();
    const outcomes = new Map<string, Promise<string>>();
    try {
      return await runTrials(task, COUNTS, (trial) =>
        inTemporaryDirectory((cwd) => race(trial, scene, outcomes, cwd)),
      );
    } finally {
      await scene.close();
    }
  },
};

/** A file that the path can lead to. */
interface Place {
  readonly path: string;
  readonly before: string | undefined;
  /** What the command writes for it; undefined if it must not change it. */
  readonly after: string | undefined;
}

interface Race {
  readonly writer: Writer;
  readonly swap: Swap;
  readonly command: WritingCommand;
  readonly cwd: string;
  readonly a: Place;
  readonly b: Place;
}

async function race(
  trial: Tally,
  scene: WritingScene,
  outcomes: Map<string, Promise<string>>,
  cwd: string,
): Promise<void> {
  const { random, count } = trial;
  const writer = random.pick(WRITERS);
  const layout = random.pick<Layout>(['flat', 'nested']);
  const swap = random.pick(SWAP_NAMES);
  const when = random.pick(WHEN);
  const command = scene.command(writer, layout);
  const outcomeOf = (text: string): Promise<string> => {
    const known = outcomes.get(text + writer) ?? runUndisturbed(command, text);
    outcomes.set(text + writer, known);
    return known;
  };
  const first = `# first\n${command.before}`;
  const second = {
    another: `# second\n${command.before}`,
    copy: first,
    foreign: FOREIGN,
    nothing: undefined,
  }[SWAPS[swap].other];
  const a = { path: join(cwd, 'a', NAME), before: first, after: await outcomeOf(first) };
  const isOurs = second !== undefined && second !== FOREIGN;
  const b = {
    path: join(cwd, 'b', NAME),
    before: second,
    after: isOurs ? await outcomeOf(second) : undefined,
  };
  const raced: Race = { writer, swap, command, cwd, a, b };
  for (const what of [writer, swap, when]) count(what);
  layOut(raced);
  const result = await runDisturbed(trial, raced, when);
  const outcome = judge(trial, raced, result);
  if (when === 'once, while waiting for another writer' && outcome?.startsWith('wrote'))
    trial.fail(`${writer}, ${swap}: wrote although the path had changed before`);
}

const FOREIGN = 'a private diary\n';

function runUndisturbed({ args, env }: WritingCommand, text: string): Promise<string> {
  return inTemporaryDirectory(async (cwd) => {
    writeFileSync(join(cwd, NAME), text, { mode: 0o600 });
    const { exitCode, stderr } = await umconfig(args, { cwd, env });
    if (exitCode !== 0) throw new Error(`without a swap it exits with ${String(exitCode)}: ${stderr}`);
    return readFileSync(join(cwd, NAME), 'utf8');
  });
}

const isFileItself = ({ swap }: Race): boolean => swap === 'file replaced by a link to a copy';
const isFolder = ({ swap }: Race): boolean => SWAPS[swap].there !== NAME;

function layOut(raced: Race): void {
  const { cwd, a, b } = raced;
  for (const folder of ['a', 'b']) mkdirSync(join(cwd, folder));
  for (const { path, before } of [a, b])
    if (before !== undefined) writeFileSync(path, before, { mode: 0o600 });
  // When the file itself is swapped, its name becomes a link.
  if (isFileItself(raced)) renameSync(a.path, join(cwd, NAME));
  else leadTo(raced, 'a');
}

const isLinkThere = (raced: Race): boolean =>
  lstatSync(join(raced.cwd, isFolder(raced) ? 'folder' : NAME)).isSymbolicLink();

/** Atomically, as a deployment does. */
function leadTo(raced: Race, folder: 'a' | 'b'): void {
  const { cwd } = raced;
  symlinkSync(isFolder(raced) ? folder : join(folder, NAME), join(cwd, 'next'));
  renameSync(join(cwd, 'next'), join(cwd, isFolder(raced) ? 'folder' : NAME));
}

async function runDisturbed(
  { random, count }: Tally,
  raced: Race,
  when: (typeof WHEN)[number],
): Promise<CliResult> {
  const { command, cwd, swap } = raced;
  const args = [...command.args, ...(command.args[0] === 'validate' ? [] : ['--config']), SWAPS[swap].there];
  const running = startUmconfig(args, { cwd, env: command.env });
  const swapTo = (folder: 'a' | 'b'): void => {
    leadTo(raced, folder);
    count('swaps');
  };
  const at = isFileItself(raced) ? cwd : join(cwd, 'a');
  switch (when) {
    case 'once, at a random moment':
      await Promise.race([running.ended, setTimeout(random.fraction() * 250)]);
      swapTo('b');
      break;
    case 'once, while a temporary file existed':
      await seeDraft(running, at, 'any');
      spin(random.fraction() ** 2 * 4);
      swapTo('b');
      break;
    case 'once, just before the rename':
      await seeDraft(running, at, 'ready');
      swapTo('b');
      running.child.kill('SIGCONT');
      break;
    case 'once, while waiting for another writer':
      await whileItWaits(running, at, () => {
        swapTo('b');
      });
      break;
    case 'continuously':
      await swapToAndFro(running, raced, swapTo);
  }
  return running.ended;
}

/** Keeps the run stopped while its target is resolved and its temporary file exists, until the work is done. */
async function whileItWaits({ child }: Running, directory: string, work: () => void): Promise<void> {
  const turn = join(directory, `.${NAME}.0000000000000000-${process.pid}.ready.umconfig-tmp`);
  writeFileSync(turn, '');
  while (child.exitCode === null && child.signalCode === null && drafts(directory).length < 2)
    await new Promise((resolve) => setImmediate(resolve));
  work();
  rmSync(turn);
}

async function swapToAndFro(
  { child, ended }: Running,
  raced: Race,
  swapTo: (folder: 'a' | 'b') => void,
): Promise<void> {
  for (let to: 'a' | 'b' = 'b'; child.exitCode === null && child.signalCode === null;) {
    swapTo(to);
    // A file that a link replaced no longer exists.
    if (!isFileItself(raced)) to = to === 'a' ? 'b' : 'a';
    await Promise.race([ended, new Promise((resolve) => setImmediate(resolve))]);
  }
}

const textAt = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

/** The result; undefined if it was reported as a failure. */
function judge(trial: Tally, raced: Race, result: CliResult): Outcome | undefined {
  const { fail } = trial;
  const { writer, swap, cwd, a, b } = raced;
  const told = (what: string): void => {
    fail(`${writer}, ${swap}: ${what}`);
  };
  const places = isFileItself(raced) ? [b] : [a, b];
  const written = places.filter(({ path, before }) => textAt(path) !== before);
  for (const { path, after } of written) {
    if (after === undefined || textAt(path) !== after)
      told('replaced a file other than the one that was read');
    else if (modeOf(path) !== 0o600) told(`the mode is ${modeOf(path).toString(8)}`);
  }
  const outcome = outcomeOf(raced, result, written);
  if (outcome === undefined)
    told(`exit ${String(result.exitCode)}, ${written.length} files written: ${result.stderr}`);
  else trial.count(outcome);
  if (!isLinkThere(raced) && outcome !== LAST_MOMENT) told('the link is gone');
  if ([cwd, join(cwd, 'a'), join(cwd, 'b')].some((directory) => drafts(directory).length > 0))
    told('a temporary file is left');
  return outcome;
}

/** Undefined if exit code, messages and files do not agree. */
function outcomeOf(
  raced: Race,
  { exitCode, stdout, stderr }: CliResult,
  written: readonly Place[],
): Outcome | undefined {
  if (exitCode === 0) {
    if (written.length > 1) return undefined;
    if (written.length === 1) {
      return written[0] === raced.a ? 'wrote to the original target' : 'wrote to the new target';
    }
    if (!isFileItself(raced)) return undefined;
    if (isLinkThere(raced)) return 'wrote before the swap';
    return textAt(join(raced.cwd, NAME)) === raced.a.after ? LAST_MOMENT : undefined;
  }
  if (written.length > 0) return undefined;
  const { other } = SWAPS[raced.swap];
  if (exitCode === 3 && stderr.includes('changed on disk')) return 'refused: changed on disk';
  if (exitCode === 2 && other === 'nothing' && /symbolic link|no such file/.test(stderr))
    return 'refused: file not found';
  const isForeign = other === 'foreign' && /cannot be used|not-a-mapping/.test(`${stdout}${stderr}`);
  return exitCode === 1 && isForeign ? 'refused: not a configuration' : undefined;
}
