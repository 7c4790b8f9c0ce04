/** `doctor` as built, against a stand-in for Cognito; what it finds wrong is tested in tests/cli/doctor.test.ts. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { inTemporaryDirectory, umconfig, type CliResult } from '../support/cli.ts';
import { FILE, PEOPLE, startScene, type Scene } from '../support/sign-in-scene.ts';

const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'AKIAFAKE', AWS_SECRET_ACCESS_KEY: 'notarealsecret' };

let scene: Scene;

/** A scene in which every admin is one. */
async function start(layout: Scene['layout']): Promise<Scene> {
  const started = await startScene(layout);
  started.cognito.state.pools.get(started.poolId)?.users.get(PEOPLE.both)?.groups.delete('annotators');
  return started;
}

beforeEach(async () => {
  scene = await start('flat');
});

afterEach(() => scene.cognito.close());

interface Check {
  readonly check: string;
  readonly status: string;
  readonly code?: string;
  readonly follows?: string;
  readonly message: string;
}

interface Run extends CliResult {
  readonly checks: readonly Check[];
  /** Every check that neither passes nor is the standing warning about the log. */
  readonly troubles: readonly string[];
}

const runOf = (result: CliResult): Run => {
  const { checks } = JSON.parse(result.stdout) as { readonly checks: readonly Check[] };
  const troubles = checks
    .filter(({ check, status }) => status !== 'pass' && check !== 'log')
    .map(({ check, status, code = '', follows }) =>
      `${check} ${status} ${code}${follows === undefined ? '' : ` (${follows})`}`
        .replace('  ', ' ')
        .trimEnd(),
    );
  return { ...result, checks, troubles };
};

/** `umconfig doctor --format json` on the scene's file, as it is or changed. */
const doctor = (
  env: Readonly<Record<string, string>> = CREDENTIALS,
  { text = scene.text, url = scene.cognito.url, args = [] as readonly string[] } = {},
): Promise<Run> =>
  inTemporaryDirectory(async (cwd) => {
    await writeFile(join(cwd, FILE), text, { mode: 0o600 });
    return runOf(
      await umconfig(['doctor', '--format', 'json', '--endpoint-url', url, ...args], { cwd, env }),
    );
  });

test('with no fault everything passes', async () => {
  const { exitCode, troubles, checks } = await doctor();
  expect({ exitCode, troubles }).toEqual({ exitCode: 0, troubles: [] });
  expect(checks).toHaveLength(10);
  expect(scene.cognito.requests.filter(({ operation }) => operation === 'Token')).toHaveLength(2);
});

test('the Node server’s file too, without a secret', async () => {
  await scene.cognito.close();
  scene = await start('nested');
  const { exitCode, troubles } = await doctor();
  expect({ exitCode, troubles }).toEqual({ exitCode: 0, troubles: [] });
});

test.each(['doctor', 'discover', 'login'])('%s has no format of validate', (command) =>
  inTemporaryDirectory(async (cwd) => {
    const { exitCode, stdout, stderr } = await umconfig([command, '--format', 'sarif'], { cwd });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('Allowed choices are text, json.');
  }),
);
