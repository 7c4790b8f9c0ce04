/**
 * Runs the long version of all or the named campaigns and saves the results for docs/reliability.md. `--seed N` repeats a run; `--trials N`
 * runs N trials and saves nothing. Exits 1 if a trial failed, 2 for an unknown campaign.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import packageJson from '../package.json' with { type: 'json' };
import { conduct, type Campaign } from '../tests/campaigns/campaign.ts';
import { CAMPAIGNS } from '../tests/campaigns/index.ts';
import { reliabilityPage, saveResult, type Result } from './reliability.ts';

const PROGRESS_MS = 10_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string' }, trials: { type: 'string' } },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const chosen =
  positionals.length === 0 ? CAMPAIGNS : CAMPAIGNS.filter(({ name }) => positionals.includes(name));
const unknown = positionals.filter((given) => !CAMPAIGNS.some(({ name }) => name === given));

const say = (text: string): boolean => process.stdout.write(`${text}\n`);

async function soak(campaign: Campaign): Promise<Result> {
  const trials = Number(values.trials ?? campaign.trials.long);
  const start = Date.now();
  let told = start;
  const progress = (done: number): void => {
    if (Date.now() - told < PROGRESS_MS) return;
    told = Date.now();
    say(`  ${done} of ${trials} trials after ${((told - start) / 1000).toFixed(0)} s`);
  };
  say(`${campaign.name}: ${trials} trials, seed ${seed}, at most ${campaign.minutes} min`);
  const outcome = await conduct(campaign, {
    seed,
    trials,
    deadline: start + campaign.minutes * 60_000,
    progress,
  });
  const { counts, failures, remarks = [] } = outcome;
  return {
    version: packageJson.version,
    date: new Date(start).toISOString().slice(0, 10),
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    seed,
    trials: outcome.trials,
    seconds: Math.ceil((Date.now() - start) / 1000),
    counts,
    failed: failures.length,
    failures,
    remarks,
  };
}

function tell({ trials, seconds, counts, failures, remarks }: Result): void {
  for (const [what, count] of Object.entries(counts)) say(`  ${what}: ${count}`);
  for (const remark of remarks) say(`  ${remark}`);
  for (const failure of failures) say(`  FAILED ${failure}`);
  say(`  ${trials} trials in ${seconds} s, ${failures.length} failures`);
}

/** Saves after each campaign, so that stopping a later one loses nothing. */
async function save({ name }: Campaign, result: Result): Promise<void> {
  await saveResult(name, result);
  await writeFile(new URL('../docs/reliability.md', import.meta.url), await reliabilityPage());
}

if (unknown.length > 0) {
  say(`unknown campaign: ${unknown.join(', ')}. Campaigns: ${CAMPAIGNS.map(({ name }) => name).join(', ')}`);
  process.exitCode = 2;
} else {
  for (const campaign of chosen) {
    const result = await soak(campaign);
    tell(result);
    if (result.failed > 0) process.exitCode = 1;
    if (values.trials === undefined) await save(campaign, result);
  }
}
