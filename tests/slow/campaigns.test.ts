// The short version of every campaign, with the same trials each time, so that a failure comes from the current change.
import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { conduct, randomFrom, runTrials, type Campaign, type Task } from '../campaigns/campaign.ts';
import { CAMPAIGNS } from '../campaigns/index.ts';

const MINUTES = 4;

const task = (trials: number): Task => ({
  seed: 1,
  trials,
  deadline: Date.now() + MINUTES * 60_000,
  progress: () => undefined,
});

test.each(CAMPAIGNS.map((campaign) => [campaign.name, campaign] as const))(
  '%s',
  async (_, campaign) => {
    const { trials, failures } = await conduct(campaign, task(campaign.trials.short));
    expect(failures).toEqual([]);
    expect(trials).toBeGreaterThanOrEqual(campaign.trials.short);
  },
  MINUTES * 60_000 + 30_000,
);

test('the table lists every campaign file once', () => {
  const files = readdirSync(new URL('../campaigns/', import.meta.url)).map((file) =>
    file.replace(/\.ts$/, ''),
  );
  const names = files.filter((file) => !['campaign', 'index'].includes(file));
  expect(CAMPAIGNS.map(({ name }) => name).sort()).toEqual(names.sort());
});

describe('running trials', () => {
  const campaign = (run: Campaign['run']): Campaign => ({
    name: 'x',
    title: '',
    shows: '',
    trials: { short: 3, long: 3 },
    minutes: 1,
    run,
  });

  test('a failed trial is reported with the seed that repeats it', async () => {
    const seen: number[] = [];
    const odd = campaign((given) =>
      runTrials(given, ['odd', 'never'], ({ seed, random, count, fail }) => {
        seen.push(random.fraction());
        if (seed === 2) fail('is 2');
        if (seed === 3) throw new Error('is 3');
        count('odd');
      }),
    );
    const outcome = await conduct(odd, task(3));
    expect(outcome).toEqual({
      trials: 3,
      counts: { odd: 2, never: 0 },
      failures: ['--seed 2 --trials 1: is 2', '--seed 3 --trials 1: Error: is 3'],
    });
    await conduct(odd, { ...task(1), seed: 2 });
    expect(seen[3]).toBe(seen[1]);
  });

  test('a crash and an early deadline are failures', async () => {
    const crashed = await conduct(
      campaign(() => Promise.reject(new Error('no disk'))),
      task(3),
    );
    expect(crashed.failures).toEqual(['--seed 1: Error: no disk']);
    const late = await conduct(
      campaign((given) => runTrials(given, [], () => undefined)),
      { ...task(3), deadline: 0 },
    );
    expect(late).toMatchObject({ trials: 0, failures: ['only 0 of 3 trials within the time'] });
  });

  test('random numbers cover their range', () => {
    const random = randomFrom(1);
    const seen = Array.from({ length: 1000 }, () => random.below(10));
    expect([...new Set(seen)].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
