/** Files that nobody should have, through the whole `validate` and `validate --fix`: in this process, and some in one of their own. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Runtime } from '../../src/cli/run.ts';
import { run } from '../support/run.ts';
import { repair, validate, type Validation } from '../../src/core/rules/validate.ts';
import { FORMATS } from '../../src/report/index.ts';
import { inTemporaryDirectory } from '../support/cli.ts';
import { fakeFiles, fakePorts } from '../support/fake-ports.ts';
import { hostileFile, KINDS, type HostileFile } from '../support/hostile-files.ts';
import { umconfigMeasured } from '../support/memory.ts';
import { lostLine, newErrors, strayLine, worseForServer } from '../support/repair-oracle.ts';
import { runTrials, type Campaign, type Trial } from './campaign.ts';

const NAME = 'config.yml';
const BAR_MS = 1000;
const BAR_MIB = 150;

/** Every huge file gets a process of its own, to see its memory, and one of so many others. */
const OWN_PROCESS = 200;

const COUNTS = [
  ...KINDS,
  'with findings',
  'without findings',
  'repaired',
  'repairs',
  'over 1 s of processor time',
  'slowest: ms of processor time',
  'in a process of their own',
  'largest: MiB of memory',
] as const;

type Tally = Trial<(typeof COUNTS)[number]>;

export const hostileInput: Campaign = {
  name: 'hostile-input',
  title: 'Hostile files',
  shows:
    'Whatever a file holds, validate and validate --fix exit with 0 or 1 within a second and in 150 MiB, in every format; repairs are made once, touch no other line, and leave no server worse off.',
  trials: { short: 400, long: 100_000 },
  minutes: 60,
  run: (task) => {
    let slowest = 0;
    let largest = 0;
    return runTrials(task, COUNTS, async (trial) => {
      const file = hostileFile(trial.random);
      trial.count(file.kind);
      const milliseconds = await check(file, trial);
      if (milliseconds > BAR_MS) {
        trial.count('over 1 s of processor time');
        trial.fail(`${file.kind}: ${milliseconds.toFixed(0)} ms`);
      }
      if (milliseconds > slowest) {
        trial.count('slowest: ms of processor time', Math.ceil(milliseconds) - Math.ceil(slowest));
        slowest = milliseconds;
      }
      if (file.kind !== 'huge' && trial.random.below(OWN_PROCESS) > 0) return;
      trial.count('in a process of their own');
      const mebibytes = await memoryOf(file, trial);
      if (mebibytes > BAR_MIB) trial.fail(`${file.kind}: ${mebibytes} MiB`);
      if (mebibytes > largest) {
        trial.count('largest: MiB of memory', mebibytes - largest);
        largest = mebibytes;
      }
    });
  },
};

/** Milliseconds of processor time that the slower of the two commands took. */
async function check({ bytes }: HostileFile, trial: Tally): Promise<number> {
  const plain = await timed(bytes, ['--format', trial.random.pick(FORMATS)]);
  const fixed = await timed(bytes, ['--fix']);
  for (const { exitCode, stderr } of [plain, fixed]) {
    if (exitCode !== 0 && exitCode !== 1) trial.fail(`exit ${exitCode}: ${stderr}`);
    if (/bug:|\n\s+at /.test(stderr)) trial.fail(stderr);
  }
  if (plain.written !== undefined) trial.fail('validate has written');
  trial.count(plain.exitCode === 0 ? 'without findings' : 'with findings');
  if (fixed.written !== undefined) judgeRepair(bytes, fixed.written, trial);
  return Math.max(plain.milliseconds, fixed.milliseconds);
}

/** MiB that the built program has at most for the file, rounded up. */
async function memoryOf({ bytes }: HostileFile, trial: Tally): Promise<number> {
  return inTemporaryDirectory(async (cwd) => {
    writeFileSync(join(cwd, NAME), bytes, { mode: 0o600 });
    const args = [
      'validate',
      NAME,
      ...trial.random.pick([['--fix'], ['--format', trial.random.pick(FORMATS)]]),
    ];
    const { exitCode, signal, mebibytes } = await umconfigMeasured(args, cwd);
    if (exitCode !== 0 && exitCode !== 1) trial.fail(`${args.join(' ')}: exit ${exitCode ?? signal ?? ''}`);
    return mebibytes;
  });
}

interface Ran {
  readonly exitCode: number;
  readonly stderr: string;
  /** What is in the file now, where it was written. */
  readonly written: Buffer | undefined;
  readonly milliseconds: number;
}

/** A run, and where it seems slow the faster of two: a collection of this process's garbage counts as well, and a slow file is slow each time. */
async function timed(bytes: Buffer, args: readonly string[]): Promise<Ran> {
  const first = await command(bytes, args);
  if (first.milliseconds <= BAR_MS) return first;
  const { milliseconds } = await command(bytes, args);
  return { ...first, milliseconds: Math.min(first.milliseconds, milliseconds) };
}

/** One run of `umconfig validate` on a file in memory. */
async function command(bytes: Buffer, args: readonly string[]): Promise<Ran> {
  let written: Buffer | undefined;
  let stderr = '';
  const files = {
    ...fakeFiles({ [NAME]: '' }),
    read: () => Promise.resolve({ path: NAME, bytes, mode: 0o600 }),
    write: (_path: string, next: Uint8Array) => {
      written = Buffer.from(next);
      return Promise.resolve({ tightenedFrom: undefined });
    },
  };
  const runtime: Runtime = {
    version: '0',
    output: {
      colorLevel: () => 0,
      write: (stream, text) => {
        if (stream === 'stderr') stderr += text;
        return true;
      },
    },
    ports: () => fakePorts({ files }),
  };
  const start = process.cpuUsage();
  const exitCode = await run(['validate', NAME, ...args], runtime);
  const { user, system } = process.cpuUsage(start);
  return { exitCode, stderr, written, milliseconds: (user + system) / 1000 };
}

function judgeRepair(bytes: Buffer, written: Buffer, trial: Tally): void {
  const first = validate(bytes, { file: { path: NAME, mode: 0o600 } });
  const { repaired } = repair(first.document);
  const { layout } = first;
  const last = validate(written, { layout });
  const file = { layout, before: bytes.toString(), after: written.toString(), repaired };
  trial.count('repaired');
  trial.count('repairs', repaired.length);
  const again = repair(last.document, { layout });
  if (again.repaired.length > 0 && !hasSpentItsBudget(last)) trial.fail('a second --fix repairs more');
  const lost = lostLine(file);
  if (lost !== undefined) trial.fail(`--fix has changed the line ${JSON.stringify(lost)}`);
  const stray = strayLine(file);
  if (stray !== undefined) trial.fail(`--fix has made the line ${JSON.stringify(stray)}`);
  const worse = worseForServer(file);
  if (worse !== undefined) trial.fail(`after --fix ${worse}`);
  for (const error of newErrors(file, { before: first.findings, after: last.findings }))
    trial.fail(`--fix brings ${error}`);
}

/** See MAX_READ_AGAIN in validate.ts: the next run goes on. */
const hasSpentItsBudget = ({ document }: Validation): boolean => document.entries.length > 100;
