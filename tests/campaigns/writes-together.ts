/** Eight `umconfig init --yes` write one file at once: a process that comes too late reports it, and no update is lost silently. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from '../../src/core/yaml/document.ts';
import type { ConfigDocument } from '../../src/core/yaml/types.ts';
import { inTemporaryDirectory, umconfig, type CliResult } from '../support/cli.ts';
import { drafts, modeOf, NAME } from '../support/files-scratch.ts';
import { goodFile } from '../support/fixtures.ts';
import { runTrials, type Campaign, type Trial } from './campaign.ts';

/** Four independent fields, so that two updates conflict only if they change the same field. */
const FIELDS = [
  { key: 'clientId', flag: '--client-id', value: (n: number) => `${n}fakeclientid000000000000` },
  { key: 'domainName', flag: '--domain-name', value: (n: number) => `labels-${n}` },
  { key: 'redirectUri', flag: '--redirect-uri', value: (n: number) => `https://labels-${n}.test/auth` },
  { key: 'logOutUri', flag: '--log-out-uri', value: (n: number) => `https://labels-${n}.test/` },
] as const;

/** Two values for each field. */
const WRITERS = Array.from(
  { length: 8 },
  (_, at) => ({ ...FIELDS[at % 4], at }) as (typeof FIELDS)[number] & { at: number },
);

const COUNTS = ['processes', 'wrote', 'refused: changed on disk'] as const;

export const writesTogether: Campaign = {
  name: 'writes-together',
  title: 'Eight processes write at once',
  shows:
    'Every change that a process reports as written is in the final file. A process that comes too late exits with 3 and says so.',
  trials: { short: 3, long: 150 },
  minutes: 10,
  run: (task) =>
    runTrials(task, COUNTS, (trial) => inTemporaryDirectory((directory) => race(trial, directory))),
};

async function race(trial: Trial<(typeof COUNTS)[number]>, directory: string): Promise<void> {
  const path = join(directory, NAME);
  const before = goodFile('flat');
  writeFileSync(path, before, { mode: 0o600 });
  const nonce = trial.random.below(1000) * 10;
  const results = await Promise.all(
    WRITERS.map(async ({ flag, value, at }) => {
      const args = ['init', '--yes', '--no-data-dir', '--config', NAME, flag, value(nonce + at)];
      return umconfig(args, { cwd: directory });
    }),
  );
  trial.count('processes', results.length);
  trial.count('wrote', results.filter(hasWritten).length);
  trial.count('refused: changed on disk', results.filter(wasRefused).length);
  for (const result of results) {
    if (!hasWritten(result) && !wasRefused(result)) trial.fail(`exit ${result.exitCode}: ${result.stderr}`);
  }
  const after = parseDocument(readFileSync(path, 'utf8'));
  for (const { key } of FIELDS) {
    const written = WRITERS.filter((writer) => writer.key === key && hasWritten(results[writer.at])).map(
      ({ at, value }) => value(nonce + at),
    );
    const expected = written.length > 0 ? written : [valueIn(parseDocument(before), key)];
    if (!expected.includes(valueIn(after, key))) trial.fail(`${key} was reported as written, but is lost`);
  }
  if (drafts(directory).length > 0) trial.fail('a temporary file is left');
  if (modeOf(path) !== 0o600) trial.fail(`the mode is ${modeOf(path).toString(8)}`);
}

const hasWritten = (result: CliResult | undefined): boolean => result?.exitCode === 0;
const wasRefused = ({ exitCode, stderr }: CliResult): boolean => exitCode === 3 && stderr.includes('changed');
const valueIn = ({ root }: ConfigDocument, key: string): unknown => root[key];
