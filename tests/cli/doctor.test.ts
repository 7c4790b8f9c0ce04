/** Tests `doctor` with the real adapters in this process, against a local Cognito with one misconfiguration at a time. */
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { nodeAws } from '../../src/adapters/aws.ts';
import { nodeHttp } from '../../src/adapters/http.ts';
import { systemClock, systemRandom } from '../../src/adapters/process.ts';
import { withAwsEnvironment } from '../support/aws-environment.ts';
import { fakeFiles, type FakePorts } from '../support/fake-ports.ts';
import type { Misconfiguration } from '../support/local-cognito/misconfigurations.ts';
import { CREDENTIALS, startWithAdmins, withChecks } from '../support/doctor-checks.ts';
import { FILE, PEOPLE, startScene, type Scene } from '../support/sign-in-scene.ts';
import { onStage, type Shown } from '../support/stage.ts';

let scene: Scene;

beforeEach(async () => {
  scene = await startWithAdmins('flat');
});

afterEach(() => scene.cognito.close());

type Run = ReturnType<typeof withChecks<Shown>>;

/** `umconfig doctor --format json` on the scene's file, or on a changed one. */
async function doctor(
  env: Readonly<Record<string, string>> = CREDENTIALS,
  { text = scene.text, url = scene.cognito.url } = {},
): Promise<Run> {
  const http = nodeHttp({ version: 'test' });
  const ports: Partial<FakePorts> = {
    files: fakeFiles({ [FILE]: text }),
    aws: nodeAws({ secrets: { keep: () => undefined }, mfaCode: undefined }) as FakePorts['aws'],
    // A long timeout, since the machine may be busy.
    http: { send: (request) => http.send({ ...request, deadlineMs: request.deadlineMs * 60 }) },
    clock: { ...systemClock, timer: (milliseconds) => systemClock.timer(milliseconds * 60) },
    random: systemRandom,
  };
  const argv = ['doctor', '--format', 'json', '--endpoint-url', url];
  return withChecks(await withAwsEnvironment(env, () => onStage(argv, { ports })));
}

describe('each fault is found, its cause first', () => {
  const FOLLOWING = [
    'authorize inconclusive (domain)',
    'secret inconclusive (domain)',
    'sign-out inconclusive (domain)',
  ];

  test.each<[Misconfiguration, readonly string[], readonly string[]]>([
    ['wrong-secret', ['secret fail secret-refused'], ['secret fail secret-refused']],
    [
      'callback-one-character-short',
      ['client fail callback-not-registered', 'authorize fail callback-refused (client)'],
      ['authorize fail callback-refused'],
    ],
    [
      'sign-out-one-character-short',
      ['client fail sign-out-not-registered', 'sign-out fail sign-out-refused (client)'],
      ['sign-out fail sign-out-refused'],
    ],
    [
      'code-flow-off',
      [
        'client fail code-flow-off',
        'authorize fail code-flow-refused (client)',
        'secret inconclusive (client)',
      ],
      ['authorize fail code-flow-refused', 'secret inconclusive (authorize)'],
    ],
    [
      'oauth-off',
      [
        'client fail code-flow-off',
        'authorize fail code-flow-refused (client)',
        'secret inconclusive (client)',
      ],
      ['authorize fail code-flow-refused', 'secret inconclusive (authorize)'],
    ],
    [
      'openid-scope-missing',
      ['client fail scope-missing', 'authorize fail scope-refused (client)'],
      ['authorize fail scope-refused'],
    ],
    [
      'email-scope-missing',
      ['client fail scope-missing', 'authorize fail scope-refused (client)'],
      ['authorize fail scope-refused'],
    ],
    ['email-unreadable', ['client fail email-not-readable'], []],
    [
      'client-deleted',
      [
        'client fail client-not-found',
        'authorize fail client-unknown (client)',
        'secret fail secret-refused (client)',
        'sign-out fail sign-out-refused (client)',
      ],
      [
        'authorize fail client-unknown',
        'secret fail secret-refused (authorize)',
        'sign-out fail sign-out-refused (authorize)',
      ],
    ],
    [
      'domain-deleted',
      ['domain fail pool-without-domain', ...FOLLOWING],
      ['domain fail domain-not-found', ...FOLLOWING],
    ],
    [
      'login-pages-unavailable',
      ['domain fail login-pages-unavailable'],
      ['domain fail login-pages-unavailable'],
    ],
    ['issuer-changed', ['oidc fail issuer-updated'], ['oidc fail discovery-differs']],
    ['jwks-empty', ['jwks fail jwks-without-keys'], ['jwks fail jwks-without-keys']],
    ['admin-group-missing', ['group warning no-admin-group'], []],
    [
      'pool-in-another-region',
      [
        'oidc fail pool-not-found',
        'jwks fail jwks-without-keys (oidc)',
        'domain fail domain-not-found (oidc)',
        'client skipped (oidc)',
        'authorize inconclusive (oidc)',
        'secret inconclusive (oidc)',
        'sign-out inconclusive (oidc)',
        'group skipped (oidc)',
      ],
      [
        'oidc fail pool-not-found',
        'jwks fail jwks-without-keys (oidc)',
        'domain fail domain-not-found (oidc)',
        'authorize inconclusive (oidc)',
        'secret inconclusive (oidc)',
        'sign-out inconclusive (oidc)',
      ],
    ],
  ])('%s', async (kind, withCredentials, without) => {
    scene.cognito.misconfigure(scene.clientId, kind);
    const seen = await doctor();
    expect({ exitCode: seen.exitCode, troubles: seen.troubles }).toEqual({
      exitCode: withCredentials.some((line) => line.includes(' fail ')) ? 1 : 0,
      troubles: withCredentials,
    });
    const unseen = await doctor({});
    // Checks that need the account are skipped; the public checks still run.
    const hidden = unseen.troubles.filter((line) => !/^(?:client|group) skipped/.test(line));
    expect(unseen.troubles.length - hidden.length).toBe(2);
    expect(hidden).toEqual(without);
    expect(unseen.exitCode).toBe(without.length > 0 ? 1 : 0);
    expect([seen, unseen].map(({ stdout, stderr }) => stdout + stderr).join('')).not.toContain(scene.secret);
  });

  test('shows both URLs and the difference for a near match', async () => {
    const client = scene.cognito.state.pools.get(scene.poolId)?.clients;
    const { redirectUri: wanted, clientId } = scene;
    const held = client?.get(clientId);
    if (held === undefined) throw new Error('the scene has no client');
    for (const [registered, difference] of [
      [`${wanted}/`, 'the slash at the end'],
      [wanted.replace(/:\d+\//, ':1/'), 'the port'],
      [wanted.replace('/auth', '/Auth'), 'upper and lower case'],
      [wanted.replace('http:', 'https:'), 'the scheme'],
    ] as const) {
      client?.set(clientId, { ...held, CallbackURLs: [registered] });
      const { checks } = await doctor();
      expect(checks.find(({ status }) => status === 'fail')?.message).toMatch(
        new RegExp(`${wanted} .*${registered}, differs in ${difference}`),
      );
    }
  });

  test('warns that an admin in a second group is a worker', async () => {
    scene.cognito.state.pools.get(scene.poolId)?.users.get(PEOPLE.both)?.groups.add('annotators');
    const { exitCode, troubles, checks } = await doctor();
    expect({ exitCode, troubles }).toEqual({
      exitCode: 0,
      troubles: ['group warning admin-in-second-group'],
    });
    expect(checks.find(({ check }) => check === 'group')?.message).toContain(
      `${PEOPLE.both} (also in annotators)`,
    );
  });

  test('reports an error in the file first', async () => {
    const text = scene.text.replace('region: "us-west-2"', 'region: "eu-central-1"');
    const { exitCode, troubles } = await doctor(CREDENTIALS, { text });
    expect(exitCode).toBe(1);
    expect(troubles[0]).toMatch(/^file fail/);
  });
});

describe('invalid responses', () => {
  test.each(['not-json', 'empty-body', 'wrong-content-type', 'reset', 'cut-off', 'endless-body'] as const)(
    '%s responses do not make the file fail',
    async (kind) => {
      for (const operation of ['OpenIdConfiguration', 'Jwks', 'LoginPage', 'Authorize', 'Logout']) {
        scene.cognito.inject({ operation, kind });
      }
      const { exitCode, troubles, stderr } = await doctor();
      expect({ exitCode, stderr: stderr.includes('bug:') }).toEqual({ exitCode: 0, stderr: false });
      for (const line of troubles) expect(line).toMatch(/^[\w-]+ inconclusive$/);
    },
  );

  test('a redirect to another host is not followed and makes the check inconclusive', async () => {
    const other = await startScene('flat');
    try {
      for (const operation of ['OpenIdConfiguration', 'Jwks', 'LoginPage', 'Authorize', 'Token', 'Logout']) {
        scene.cognito.inject({ operation, kind: 'redirect', location: `${other.cognito.url}/login` });
      }
      const { exitCode, troubles } = await doctor();
      expect(exitCode).toBe(0);
      expect(troubles).toEqual(
        ['oidc', 'jwks', 'domain', 'authorize', 'secret', 'sign-out'].map((check) => `${check} inconclusive`),
      );
      expect(other.cognito.requests).toEqual([]);
    } finally {
      await other.cognito.close();
    }
  });

  test('a refused connection gives one finding and exit 3', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const { exitCode, checks } = await doctor(CREDENTIALS, { url: `http://127.0.0.1:${String(port)}` });
    expect(exitCode).toBe(3);
    expect(checks).toMatchObject([{ check: 'network', status: 'fail', code: 'no-network' }]);
  });

  test.each([
    ['access-denied', 'cognito-idp:DescribeUserPool'],
    ['expired-credentials', 'session has expired'],
    ['unrecognized-client', 'access key'],
  ] as const)('checks of an account that answers %s are skipped with the reason', async (kind, words) => {
    scene.cognito.inject({ operation: 'DescribeUserPool', kind });
    const { exitCode, troubles, checks } = await doctor();
    expect({ exitCode, troubles }).toEqual({ exitCode: 0, troubles: ['client skipped', 'group skipped'] });
    expect(checks.find(({ check }) => check === 'client')?.message).toContain(words);
  });
});
