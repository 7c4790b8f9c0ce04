/** Runs `validate` and `validate --fix` on hostile files, most of them in this process, some in a separate one. */
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

/** Each huge file runs in a separate process to measure its memory, and so does one of this many others. */
const OWN_PROCESS = 200;

const COUNTS = [
  ...KINDS,
  'with findings',
  'without findings',
  'repaired',
  'repairs',
  'over 1 s of CPU time',
  'slowest: ms of CPU time',
  'run in a separate process',
  'peak memory in MiB',
] as const;

type Tally = Trial<(typeof COUNTS)[number]>;

export const hostileInput: Campaign = {
  name: 'hostile-input',
  title: 'Hostile files',
  shows:
    'For every file and format, validate and validate --fix exit with 0 or 1 within a second and 150 MiB of memory. A repair is made once, changes no other line, and never makes the file worse for a server.',
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
        trial.count('over 1 s of CPU time');
        trial.fail(`${file.kind}: ${milliseconds.toFixed(0)} ms`);
      }
      if (milliseconds > slowest) {
        trial.count('slowest: ms of CPU time', Math.ceil(milliseconds) - Math.ceil(slowest));
        slowest = milliseconds;
      }
      if (file.kind !== 'huge' && trial.random.below(OWN_PROCESS) > 0) return;
      trial.count('run in a separate process');
      const mebibytes = await memoryOf(file, trial);
      if (mebibytes > BAR_MIB) trial.fail(`${file.kind}: ${mebibytes} MiB`);
      if (mebibytes > largest) {
        trial.count('peak memory in MiB', mebibytes - largest);
        largest = mebibytes;
      }
    });
  },
};

/** Processor time of the slower of the two commands in milliseconds. */
async function check({ bytes }: HostileFile, trial: Tally): Promise<number> {
  const plain = await timed(bytes, ['--format', trial.random.pick(FORMATS)]);
  const fixed = await timed(bytes, ['--fix']);
  for (const { exitCode, stderr } of [plain, fixed]) {
    if (exitCode !== 0 && exitCode !== 1) trial.fail(`exit ${exitCode}: ${stderr}`);
    if (/bug:|\n\s+at /.test(stderr)) trial.fail(stderr);
  }
  if (plain.written !== undefined) trial.fail('validate wrote the file');
  trial.count(plain.exitCode === 0 ? 'without findings' : 'with findings');
  if (fixed.written !== undefined) judgeRepair(bytes, fixed.written, trial);
  return Math.max(plain.milliseconds, fixed.milliseconds);
}

/** The peak memory of the built program for the file in MiB, rounded up. */
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
  /** The file's contents, if it was written. */
  readonly written: Buffer | undefined;
  readonly milliseconds: number;
}

/**
 * The time of a run. A slow run is repeated and the faster one counts, because the first may include garbage collection of this process.
 */
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
  if (again.repaired.length > 0 && !hasSpentItsBudget(last)) trial.fail('a second --fix makes more repairs');
  const lost = lostLine(file);
  if (lost !== undefined) trial.fail(`--fix changed the line ${JSON.stringify(lost)}`);
  const stray = strayLine(file);
  if (stray !== undefined) trial.fail(`--fix added the line ${JSON.stringify(stray)}`);
  const worse = worseForServer(file);
  if (worse !== undefined) trial.fail(`after --fix ${worse}`);
  for (const error of newErrors(file, { before: first.findings, after: last.findings }))
    trial.fail(`--fix causes ${error}`);
}

/** MAX_READ_AGAIN in validate.ts limits one run; the next one continues. */
const hasSpentItsBudget = ({ document }: Validation): boolean => document.entries.length > 100;
