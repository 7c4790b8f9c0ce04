/** Kills the commands that write with SIGKILL: the file is always complete, and the next run removes temporary files. */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Layout } from '../../src/core/config/layouts.ts';
import { inTemporaryDirectory, startUmconfig, umconfig, type CliResult } from '../support/cli.ts';
import { drafts, modeOf, NAME } from '../support/files-scratch.ts';
import {
  isReady,
  seeDraft,
  spin,
  startWritingScene,
  WRITERS,
  type Writer,
  type WritingCommand,
  type WritingScene,
} from '../support/writing-commands.ts';
import { runTrials, type Campaign, type Random, type Trial } from './campaign.ts';

const COUNTS = [
  ...WRITERS,
  'no file before',
  'symbolic link to the file',
  'killed at a random moment',
  'killed while a temporary file existed',
  'killed just before the rename',
  'finished before the kill, repeated',
  'found: old or no file',
  'found: old or no file, incomplete temporary file',
  'found: old or no file, complete temporary file',
  'found: new file',
  'temporary files removed by a run without changes',
] as const;

type Tally = Trial<(typeof COUNTS)[number]>;

export const killedWrites: Campaign = {
  name: 'killed-writes',
  title: 'init, discover and validate --fix are killed',
  shows:
    'After SIGKILL at any moment, the file is completely the old or completely the new one, and no other user can read it or a temporary file. After the next run only the new file exists.',
  trials: { short: 6, long: 1000 },
  minutes: 15,
  run: async (task) => {
    const scene = await startWritingScene();
    const undisturbed = new Map<string, Promise<Undisturbed>>();
    try {
      return await runTrials(task, COUNTS, (trial) => oneKill(trial, scene, undisturbed));
    } finally {
      await scene.close();
    }
  },
};

/** The input of a run. */
interface Case {
  readonly writer: Writer;
  readonly layout: Layout;
  readonly command: WritingCommand;
  readonly isNew: boolean;
  readonly isLinked: boolean;
  /** Long enough that writing takes some time. */
  readonly isLong: boolean;
  /** The mode of the old file. */
  readonly mode: 0o600 | 0o644;
}

function drawCase(random: Random, scene: WritingScene): Case {
  const writer = random.pick(WRITERS);
  const layout = random.pick<Layout>(['flat', 'nested']);
  const command = scene.command(writer, layout);
  const isNew = command.base !== undefined && random.fraction() < 0.4;
  return {
    ...{ writer, layout, command, isNew },
    isLinked: !isNew && random.fraction() < 0.3,
    isLong: random.fraction() < 0.5,
    mode: random.pick([0o600, 0o644]),
  };
}

const LINKED = 'shared/real.yml';
const FILLER = `# ${'a comment to make the file longer, '.repeat(14)}\n`.repeat(400);

/** Sets up an empty directory; returns the real path of the file and the old contents. */
function lay(
  { command, isNew, isLinked, isLong, mode }: Case,
  cwd: string,
): { real: string; old: string | undefined } {
  const text = `${isLong ? FILLER : ''}${(isNew ? command.base : undefined) ?? command.before}`;
  if (isNew) {
    writeFileSync(join(cwd, 'default_config.yml'), text);
    return { real: join(cwd, NAME), old: undefined };
  }
  const real = join(cwd, isLinked ? LINKED : NAME);
  mkdirSync(dirname(real), { recursive: true });
  writeFileSync(real, text);
  chmodSync(real, mode);
  if (isLinked) symlinkSync(LINKED, join(cwd, NAME));
  return { real, old: text };
}

interface Undisturbed {
  readonly text: string;
  readonly milliseconds: number;
}

/** Runs the command without a kill: what it writes, and how long it takes. */
function runUndisturbed(given: Case): Promise<Undisturbed> {
  return inTemporaryDirectory(async (cwd) => {
    const { real } = lay(given, cwd);
    const start = performance.now();
    const { exitCode, stderr } = await run(given.command.args, given, cwd);
    const milliseconds = performance.now() - start;
    if (exitCode !== 0)
      throw new Error(`without a kill, ${given.writer} exits with ${String(exitCode)}: ${stderr}`);
    return { text: readFileSync(real, 'utf8'), milliseconds };
  });
}

const run = (args: readonly string[], { command: { env } }: Case, cwd: string): Promise<CliResult> =>
  umconfig(args, { cwd, env });

async function oneKill(
  trial: Tally,
  scene: WritingScene,
  cache: Map<string, Promise<Undisturbed>>,
): Promise<void> {
  const given = drawCase(trial.random, scene);
  const key = [given.writer, given.layout, given.isNew, given.isLong].join();
  const known = cache.get(key) ?? runUndisturbed(given);
  cache.set(key, known);
  const wanted = await known;
  while (!(await inTemporaryDirectory((cwd) => killAndRunAgain(trial, given, wanted, cwd)))) {
    trial.count('finished before the kill, repeated');
  }
}

/** False, without a check, if the run ended before the kill. */
async function killAndRunAgain(
  trial: Tally,
  given: Case,
  wanted: Undisturbed,
  cwd: string,
): Promise<boolean> {
  const { random, count } = trial;
  const { real, old } = lay(given, cwd);
  const aim = random.pick(AIMS);
  const run = startUmconfig(given.command.args, { cwd, env: given.command.env });
  if (aim.at === undefined) {
    await Promise.race([run.ended, setTimeout(random.fraction() * wanted.milliseconds)]);
  } else {
    await seeDraft(run, dirname(real), aim.at);
    spin(random.fraction() ** 2 * aim.laterBy);
  }
  run.child.kill('SIGKILL');
  if ((await run.ended).signal !== 'SIGKILL') return false;
  count(given.writer);
  if (given.isNew) count('no file before');
  if (given.isLinked) count('symbolic link to the file');
  count(aim.name);
  const found = { given, cwd, real, old, wanted: wanted.text };
  const isWritten = judgeKilled(trial, found);
  if (drafts(dirname(real)).length > 0 && given.writer !== 'validate --fix' && !given.isNew) {
    if (random.fraction() < 0.6) await runIdly(trial, found);
  }
  await runAgain(trial, found, isWritten);
  return true;
}

/** When to kill. A temporary file exists only briefly, so most kills wait until one appears, and then a random moment more. */
const AIMS = [
  { name: 'killed at a random moment', at: undefined },
  { name: 'killed while a temporary file existed', at: 'any', laterBy: 6 },
  { name: 'killed just before the rename', at: 'ready', laterBy: 0 },
] as const;

interface Found {
  readonly given: Case;
  readonly cwd: string;
  readonly real: string;
  readonly old: string | undefined;
  readonly wanted: string;
}

const textAt = (path: string): string | undefined =>
  existsSync(path) ? readFileSync(path, 'utf8') : undefined;

/** The mode of the file: the group keeps its rights, others have none. */
const writtenMode = ({ isNew, mode }: Case): number => (isNew ? 0o600 : 0o600 | (mode & 0o070));

/** Whether the new file is there. */
function judgeKilled({ count, fail }: Tally, { given, cwd, real, old, wanted }: Found): boolean {
  const text = textAt(real);
  const isWritten = text === wanted;
  if (!isWritten && text !== old) fail(`${given.writer}: neither the old nor the new file`);
  const mode = isWritten ? writtenMode(given) : given.mode;
  if (text !== undefined && modeOf(real) !== mode)
    fail(`${given.writer}: the mode is ${modeOf(real).toString(8)}`);
  const left = drafts(dirname(real));
  const [draft] = left;
  if (left.length > 1) fail(`${given.writer}: ${left.length} temporary files`);
  if (isWritten) count('found: new file');
  else if (draft === undefined) count('found: old or no file');
  if (draft !== undefined) {
    if (isWritten) fail(`${given.writer}: the new file and a temporary file`);
    else count(`found: old or no file, ${isReady(draft) ? 'complete' : 'incomplete'} temporary file`);
    const path = join(dirname(real), draft);
    const part = readFileSync(path, 'utf8');
    if (isReady(draft) ? part !== wanted : !wanted.startsWith(part))
      fail(`${given.writer}: an unknown temporary file`);
    // While it is empty it may have the mode that its ACL implies.
    if (part !== '' && (modeOf(path) & ~writtenMode(given)) !== 0)
      fail(`${given.writer}: a temporary file of mode ${modeOf(path).toString(8)}`);
  }
  judgeFolder({ fail }, { given, cwd, real }, left);
  return isWritten;
}

/** Checks that no other file exists and that a link is still a link. */
function judgeFolder(
  { fail }: Pick<Tally, 'fail'>,
  { given, cwd, real }: Pick<Found, 'given' | 'cwd' | 'real'>,
  left: readonly string[],
): void {
  const known = new Set([NAME, 'default_config.yml', 'shared', 'real.yml', 'data', 'local-data', ...left]);
  const strange = [cwd, dirname(real)]
    .flatMap((directory) => readdirSync(directory))
    .filter((name) => !known.has(name));
  if (strange.length > 0) fail(`${given.writer}: left behind ${strange.join()}`);
  if (given.isLinked && !lstatSync(join(cwd, NAME)).isSymbolicLink())
    fail(`${given.writer}: the link is gone`);
}

/** Runs a command that makes no changes to the old file. */
async function runIdly({ random, count, fail }: Tally, { cwd, real, old }: Found): Promise<void> {
  const args = random.pick([
    ['init', '--yes'],
    ['validate', '--fix'],
  ]);
  const { exitCode, stderr } = await umconfig(args, { cwd });
  if (exitCode !== 0) fail(`${args.join(' ')} exits with ${String(exitCode)}: ${stderr}`);
  if (textAt(real) !== old) fail(`${args.join(' ')} wrote the file`);
  if (drafts(dirname(real)).length > 0) fail(`${args.join(' ')} left the temporary file`);
  else count('temporary files removed by a run without changes');
}

async function runAgain(
  { fail }: Tally,
  { given, cwd, real, wanted }: Found,
  isWritten: boolean,
): Promise<void> {
  const { exitCode, stderr } = await run(given.command.args, given, cwd);
  if (exitCode !== 0) fail(`on the next run ${given.writer} exits with ${String(exitCode)}: ${stderr}`);
  if (textAt(real) !== wanted) fail(`on the next run ${given.writer}: wrong contents`);
  if (existsSync(real) && modeOf(real) !== writtenMode(given))
    fail(`on the next run ${given.writer}: the mode is ${modeOf(real).toString(8)}`);
  const left = drafts(dirname(real));
  if (left.length > 0) fail(`on the next run ${given.writer}: a temporary file is left`);
  const wasTightened = !given.isNew && !isWritten && given.mode !== 0o600;
  if (stderr.includes('mode 644') !== wasTightened)
    fail(`on the next run ${given.writer}: its message about the mode is ${stderr}`);
  judgeFolder({ fail }, { given, cwd, real }, left);
}
