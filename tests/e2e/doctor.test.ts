/** Tests the built `doctor` against a local Cognito. tests/cli/doctor.test.ts tests what it finds. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { inTemporaryDirectory, umconfig, type CliResult } from '../support/cli.ts';
import { CREDENTIALS, startWithAdmins, withChecks } from '../support/doctor-checks.ts';
import { FILE, type Scene } from '../support/sign-in-scene.ts';

let scene: Scene;

beforeEach(async () => {
  scene = await startWithAdmins('flat');
});

afterEach(() => scene.cognito.close());

type Run = ReturnType<typeof withChecks<CliResult>>;

/** `umconfig doctor --format json` on the scene's file, or on a changed one. */
const doctor = (
  env: Readonly<Record<string, string>> = CREDENTIALS,
  { text = scene.text, url = scene.cognito.url, args = [] as readonly string[] } = {},
): Promise<Run> =>
  inTemporaryDirectory(async (cwd) => {
    await writeFile(join(cwd, FILE), text, { mode: 0o600 });
    return withChecks(
      await umconfig(['doctor', '--format', 'json', '--endpoint-url', url, ...args], { cwd, env }),
    );
  });

test('passes everything without a fault', async () => {
  const { exitCode, troubles, checks } = await doctor();
  expect({ exitCode, troubles }).toEqual({ exitCode: 0, troubles: [] });
  expect(checks).toHaveLength(9);
  expect(scene.cognito.requests.filter(({ operation }) => operation === 'Token')).toHaveLength(2);
});

test('sends everything to AWS_ENDPOINT_URL, the public requests too', () =>
  inTemporaryDirectory(async (cwd) => {
    await writeFile(join(cwd, FILE), scene.text, { mode: 0o600 });
    const env = { ...CREDENTIALS, AWS_ENDPOINT_URL: scene.cognito.url };
    const { exitCode, troubles } = withChecks(await umconfig(['doctor', '--format', 'json'], { cwd, env }));
    expect({ exitCode, troubles }).toEqual({ exitCode: 0, troubles: [] });
    const asked = scene.cognito.requests.map(({ operation }) => operation);
    expect(asked).toEqual(expect.arrayContaining(['Authorize', 'Token', 'DescribeUserPool']));
  }));

test('passes the Node server’s file, which has no secret', async () => {
  await scene.cognito.close();
  scene = await startWithAdmins('nested');
  const { exitCode, troubles } = await doctor();
  expect({ exitCode, troubles }).toEqual({ exitCode: 0, troubles: [] });
});

test.each(['doctor', 'discover', 'login'])('%s refuses the formats of validate', (command) =>
  inTemporaryDirectory(async (cwd) => {
    const { exitCode, stdout, stderr } = await umconfig([command, '--format', 'sarif'], { cwd });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('Allowed choices are text, json.');
  }),
);
