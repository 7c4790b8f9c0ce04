/**
 * Counts sequential round trips: independent calls must run in parallel. Answers are slow enough that parallel requests overlap on a busy
 * machine.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { inTemporaryDirectory, umconfig } from '../support/cli.ts';
import { FILE, PEOPLE, startScene, type Scene } from '../support/sign-in-scene.ts';

const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'AKIAFAKE', AWS_SECRET_ACCESS_KEY: 'notarealsecret' };
const EACH_MS = 2_000;

async function roundTrips(
  layout: Scene['layout'],
  args: (scene: Scene) => readonly string[],
): Promise<number> {
  const scene = await startScene(layout);
  try {
    scene.cognito.state.pools.get(scene.poolId)?.users.get(PEOPLE.both)?.groups.delete('annotators');
    scene.cognito.inject({ operation: '*', kind: 'slow', ms: EACH_MS });
    await inTemporaryDirectory(async (cwd) => {
      await writeFile(join(cwd, FILE), scene.text, { mode: 0o600 });
      const env = { ...CREDENTIALS, AWS_ENDPOINT_URL: scene.cognito.url };
      expect(await umconfig(args(scene), { cwd, env })).toMatchObject({ exitCode: 0 });
    });
    return scene.cognito.roundTrips();
  } finally {
    await scene.cognito.close();
  }
}

test.each(['flat', 'nested'] as const)(
  'doctor needs at most three round trips, %s layout',
  async (layout) => {
    const args = ({ cognito }: Scene): readonly string[] => ['doctor', '--endpoint-url', cognito.url];
    expect(await roundTrips(layout, args)).toBeLessThanOrEqual(3);
  },
);

test.each(['id', 'name'] as const)('discover needs two round trips with the client’s %s', async (by) => {
  const args = ({ poolId, clientId }: Scene): readonly string[] => [
    'discover',
    '--pool',
    poolId,
    '--client',
    by === 'id' ? clientId : 'scalabel',
    '--yes',
  ];
  expect(await roundTrips('flat', args)).toBe(2);
});
