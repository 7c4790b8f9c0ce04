/** Tests the built `provision`: its output is deployed to a local Cognito, and the other commands check the result. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import { inTemporaryDirectory, PROGRAM, umconfig, type CliResult } from '../support/cli.ts';
import { deployCloudFormation, deployTerraform } from '../support/deploy.ts';
import { startLocalCognito, type LocalCognito } from '../support/local-cognito.ts';
import { connectTo, loadSdk } from '../support/local-cognito/sdk.ts';
import { KEY, startInPty, type PtySession } from '../support/pty.ts';

const FILE = 'user_management_config.yml';
const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'AKIAFAKE', AWS_SECRET_ACCESS_KEY: 'notarealsecret' };

let cognito: LocalCognito;
let sdk: CognitoIdentityProvider;

beforeEach(async () => {
  cognito = await startLocalCognito();
  sdk = connectTo(await loadSdk(), cognito);
});

afterEach(async () => {
  sdk.destroy();
  await cognito.close();
});

/** Without AWS settings, and with every connection refused. */
const provision = (cwd: string, ...args: readonly string[]): Promise<CliResult> =>
  umconfig(['provision', ...args], { cwd, env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' } });

const withAccount = (cwd: string, ...args: readonly string[]): Promise<CliResult> =>
  umconfig(args, { cwd, env: { ...CREDENTIALS, AWS_ENDPOINT_URL: cognito.url, AWS_REGION: 'us-west-2' } });

/** Deploys a template, and reads the outputs by their names in that format. */
const DEPLOYERS = {
  cloudformation: async (text: string) => {
    const { UserPoolId, ClientId } = await deployCloudFormation(text, sdk);
    return { poolId: String(UserPoolId), clientId: String(ClientId) };
  },
  terraform: async (text: string) => {
    const { user_pool_id: poolId, client_id: clientId } = await deployTerraform(text, sdk);
    return { poolId: String(poolId), clientId: String(clientId) };
  },
} as const;

const FORMATS = ['cloudformation', 'terraform'] as const;
const LAYOUTS = ['flat', 'nested'] as const;
const EACH = FORMATS.flatMap((format) => LAYOUTS.map((layout) => [format, layout] as const));

/** Adds an admin: `doctor` warns about an empty group. */
async function addAdmin(poolId: string): Promise<void> {
  await sdk.adminCreateUser({ UserPoolId: poolId, Username: 'ada@labels.test' });
  await sdk.adminAddUserToGroup({ UserPoolId: poolId, Username: 'ada@labels.test', GroupName: 'admin' });
}

interface Checked {
  readonly exitCode: number | null;
  /** Every check that does not pass. */
  readonly troubles: readonly { readonly check: string; readonly status: string }[];
}

async function doctor(cwd: string): Promise<Checked> {
  const { exitCode, stdout } = await withAccount(
    cwd,
    'doctor',
    '--format',
    'json',
    '--endpoint-url',
    cognito.url,
  );
  const { checks } = JSON.parse(stdout) as { readonly checks: Checked['troubles'] };
  const troubles = checks.filter(({ status }) => status !== 'pass');
  expect(checks.length).toBeGreaterThanOrEqual(7);
  return { exitCode, troubles };
}

describe('doctor passes a pool that provision made', () => {
  test.each(EACH)('%s, %s layout', (format, layout) =>
    inTemporaryDirectory(async (cwd) => {
      const made = await provision(cwd, '--format', format, '--layout', layout, '--domain-name', 'my-labels');
      expect(made.exitCode).toBe(0);
      const { poolId, clientId } = await DEPLOYERS[format](made.stdout);
      await addAdmin(poolId);
      const found = await withAccount(cwd, 'discover', '--pool', 'scalabel', '--layout', layout, '--yes');
      expect(found).toMatchObject({
        exitCode: 0,
        stderr: expect.stringMatching(/^Using AWS [^\n]*\n$/) as unknown,
      });
      expect(found.stdout).toContain(clientId);
      expect((await umconfig(['validate', '--strict'], { cwd })).exitCode).toBe(0);
      expect(await doctor(cwd)).toEqual({ exitCode: 0, troubles: [] });
    }),
  );

  test.each(EACH)('%s, %s layout, with all options', (format, layout) =>
    inTemporaryDirectory(async (cwd) => {
      const path = layout === 'flat' ? '/auth' : '/callback';
      const urls = [`https://labels.acme.dev${path}`, `http://localhost:8686${path}`];
      const made = await provision(
        cwd,
        '--format',
        format,
        '--layout',
        layout,
        '--pool-name',
        'Acme Labels, v2',
        '--self-sign-up',
        '--region',
        'us-west-2',
        '--domain-name',
        'https://acme-labels.auth.us-west-2.amazoncognito.com/',
        ...urls.flatMap((url) => ['--redirect-uri', url]),
        '--log-out-uri',
        'https://labels.acme.dev/bye',
      );
      expect(made.exitCode).toBe(0);
      const { poolId, clientId } = await DEPLOYERS[format](made.stdout);
      const pool = cognito.state.pools.get(poolId);
      expect(pool?.description).toMatchObject({
        Name: 'Acme Labels, v2',
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
      });
      expect(pool?.clients.get(clientId)).toMatchObject({
        ClientName: 'Acme Labels, v2',
        CallbackURLs: urls,
        LogoutURLs: ['https://labels.acme.dev/bye'],
      });
      expect([...cognito.state.domains.keys()]).toEqual(['acme-labels']);
      await addAdmin(poolId);
      const found = await withAccount(
        cwd,
        'discover',
        '--pool',
        'Acme Labels, v2',
        '--layout',
        layout,
        ...['--redirect-uri', urls[0] ?? ''],
        '--yes',
      );
      expect(found.exitCode).toBe(0);
      expect(await doctor(cwd)).toEqual({ exitCode: 0, troubles: [] });
    }),
  );
});

describe('without a terminal', () => {
  test('prints only the template on stdout, and the next steps on stderr unless quiet', () =>
    inTemporaryDirectory(async (cwd) => {
      const args = ['--domain-name', 'my-labels', '--redirect-uri', 'https://labels.acme.dev/auth'];
      const loud = await provision(cwd, ...args);
      expect(loud.exitCode).toBe(0);
      expect(loud.stderr).toContain('aws cloudformation deploy');
      expect(loud.stderr).toContain('umconfig discover --pool scalabel');
      expect(await provision(cwd, ...args, '--quiet')).toEqual({ ...loud, stderr: '' });
      expect(loud.stdout + loud.stderr).not.toContain('\u001b');
    }));

  test('names each missing value with its flag and prints nothing', () =>
    inTemporaryDirectory(async (cwd) => {
      const { exitCode, stdout, stderr } = await provision(
        cwd,
        '--redirect-uri',
        'http://labels.acme.dev/auth',
      );
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr).toContain('--domain-name PREFIX is missing');
      expect(stderr).toContain('--redirect-uri "http://labels.acme.dev/auth"');
    }));

  test('refuses --format json', () =>
    inTemporaryDirectory(async (cwd) => {
      const { exitCode, stdout, stderr } = await provision(cwd, '--format', 'json', '--domain-name', 'x');
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr).toContain('cloudformation, terraform');
    }));

  test('--output writes a file, overwrites its own file, and refuses any other file', () =>
    inTemporaryDirectory(async (cwd) => {
      const printed = await provision(cwd, '--domain-name', 'my-labels');
      const into = (file: string, prefix: string): Promise<CliResult> =>
        provision(cwd, '--domain-name', prefix, '--output', file);
      for (const prefix of ['other-labels', 'my-labels']) {
        const { exitCode, stdout, stderr } = await into('pool.yml', prefix);
        expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
        expect(stderr).toContain('--template-file pool.yml');
      }
      expect(await readFile(join(cwd, 'pool.yml'), 'utf8')).toBe(printed.stdout);
      const text = 'port: 8686\ndata: "./data"\ndatabase: local\nclientSecret: notareal\n';
      await writeFile(join(cwd, FILE), text);
      const { exitCode, stdout, stderr } = await into(`./${FILE}`, 'my-labels');
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
      expect(stderr).toContain(`--output ./user_management_config-2.yml`);
      expect(await readFile(join(cwd, FILE), 'utf8')).toBe(text);
    }));

  test.each(FORMATS)('prints no secret and nothing else of the configuration file (%s)', (format) =>
    inTemporaryDirectory(async (cwd) => {
      const secret = 'notarealsecretnotarealsecretnotarealsecretnotareal12';
      await writeFile(join(cwd, FILE), `port: 8686\nclientSecret: ${secret}\nclientId: 1abcdefghijk\n`);
      const { stdout, stderr } = await provision(cwd, '--format', format, '--domain-name', 'my-labels');
      expect(stdout).toContain('my-labels');
      expect(stdout + stderr).not.toMatch(/notareal|1abcdefghijk/);
    }),
  );
});

describe('provision is suggested if a pool lacks what the server needs', () => {
  test.each([
    ['everything', { domain: false, client: false, group: false }],
    ['a usable client', { domain: true, client: false, group: true }],
    ['the group', { domain: true, client: true, group: false }],
  ] as const)('discover, on a pool without %s: once', (_what, { domain, client, group }) =>
    inTemporaryDirectory(async (cwd) => {
      const poolId = cognito.addPool({ Name: 'people' }).Id;
      if (domain) cognito.addDomain(poolId, 'my-labels');
      if (client) cognito.addClient(poolId);
      if (group) cognito.addGroup(poolId, 'admin');
      const { stdout } = await withAccount(cwd, 'discover', '--pool', poolId, '--dry-run');
      expect(mentions(stdout)).toBe(1);
    }),
  );

  test('doctor, if the domain and the group are missing: once', () =>
    inTemporaryDirectory(async (cwd) => {
      const { stdout: template } = await provision(cwd, '--domain-name', 'my-labels');
      const { poolId } = await DEPLOYERS.cloudformation(template);
      expect((await withAccount(cwd, 'discover', '--pool', poolId, '--yes')).exitCode).toBe(0);
      cognito.state.domains.clear();
      cognito.state.pools.get(poolId)?.groups.clear();
      const { exitCode, stdout } = await withAccount(cwd, 'doctor', '--endpoint-url', cognito.url);
      expect({ exitCode, mentions: mentions(stdout) }).toEqual({ exitCode: 1, mentions: 1 });
    }));

  test('discover, with a pool name in an account without pools: once', () =>
    inTemporaryDirectory(async (cwd) => {
      const { exitCode, stderr } = await withAccount(cwd, 'discover', '--pool', 'scalabel', '--yes');
      expect({ exitCode, mentions: mentions(stderr) }).toEqual({ exitCode: 3, mentions: 1 });
    }));
});

const mentions = (text: string): number => text.replace(/\s+/g, ' ').split('umconfig provision').length - 1;

describe('on a terminal', () => {
  const start = (cwd: string, ...args: readonly string[]): PtySession =>
    startInPty([PROGRAM, ...args], {
      cwd,
      columns: 40,
      env: { ...CREDENTIALS, AWS_ENDPOINT_URL: cognito.url, AWS_REGION: 'us-west-2' },
    });

  const ANSWERS: readonly (readonly [sees: string, types: string])[] = [
    ['Cognito domain', `my_labels${KEY.enter}`],
    ['lower-case letters', `${KEY.ctrlU}my-labels${KEY.enter}`],
    ['Callback URL', KEY.enter],
    ['Sign-out URL', KEY.enter],
    ['Write it to', KEY.enter],
    ['Write the template?', KEY.enter],
  ];

  async function follow(
    session: PtySession,
    steps: readonly (readonly [sees: string, types: string])[],
  ): Promise<void> {
    for (const [sees, types] of steps) {
      await session.shows(sees);
      session.send(types);
    }
  }

  test('asks, writes a file and prints the next steps; Ctrl-C writes nothing', () =>
    inTemporaryDirectory(async (cwd) => {
      const session = start(cwd, 'provision');
      await follow(session, ANSWERS.slice(0, -2));
      await session.shows('Write it to');
      session.send(KEY.ctrlC);
      expect((await session.exit).exitCode).toBe(130);
      expect(await readdir(cwd)).toEqual([]);

      const again = start(cwd, 'provision');
      await follow(again, ANSWERS);
      expect((await again.exit).exitCode).toBe(0);
      expect(await readdir(cwd)).toEqual(['user-pool.yml']);
      const lines = (await again.screen()).join('\n');
      expect(lines).toContain('--template-file user-pool.yml');
      expect(lines).not.toContain('AWSTemplateFormatVersion');
      expect(cognito.requests).toEqual([]);
    }));

  test('init offers it in an account without pools, and uses the new pool', () =>
    inTemporaryDirectory(async (cwd) => {
      const session = start(cwd, 'init', '--layout', 'flat');
      await follow(session, [
        ['Where do the values come from?', KEY.enter],
        ['Which user pool do you want to use?', KEY.enter],
        ...ANSWERS,
      ]);
      expect((await session.exit).exitCode).toBe(0);
      expect(await readdir(cwd)).toEqual(['user-pool.yml']);
      await deployCloudFormation(await readFile(join(cwd, 'user-pool.yml'), 'utf8'), sdk);
      const again = start(cwd, 'init', '--layout', 'flat');
      await follow(again, [
        ['Where do the values come from?', KEY.enter],
        ['User pool in us-west-2', KEY.enter],
        ['Is this right?', KEY.enter],
        ['umconfig doctor', `n${KEY.enter}`],
      ]);
      expect((await again.exit).exitCode).toBe(0);
      expect(await readFile(join(cwd, FILE), 'utf8')).toContain('domainName: "my-labels"');
    }));
});
