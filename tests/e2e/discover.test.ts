/** The built program against servers that speak the Cognito API: what goes over the wire, and what happens when it breaks. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cleanEnvironment, inTemporaryDirectory, PROGRAM, umconfig, type CliResult } from '../support/cli.ts';
import { startCognitoLocal } from '../support/cognito-local.ts';
import { startLocalCognito, type LocalCognito } from '../support/local-cognito.ts';
import { loadSdk } from '../support/local-cognito/sdk.ts';
import { KEY, startInPty } from '../support/pty.ts';
import { readAsGoServer, readAsNodeServer } from '../support/server-contract.ts';

const FILE = 'user_management_config.yml';
const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'AKIAFAKE', AWS_SECRET_ACCESS_KEY: 'notarealsecret' };

let cognito: LocalCognito;
/** A pool as it should be, with a client for each layout. */
let poolId: string;
let clientId: string;
let secret: string;

beforeEach(async () => {
  cognito = await startLocalCognito();
  poolId = cognito.addPool({ Name: 'people' }).Id;
  const web = cognito.addClient(poolId, { ClientName: 'web' });
  clientId = web.ClientId;
  secret = String(web.ClientSecret);
  cognito.addClient(poolId, {
    ClientName: 'spa',
    ClientSecret: undefined,
    CallbackURLs: ['http://localhost:8686/callback'],
  });
  cognito.addDomain(poolId, 'scalabel-demo');
  cognito.addGroup(poolId, 'admin');
});

afterEach(() => cognito.close());

/** `umconfig discover …args` in a directory, against the stand-in. */
function discover(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = { AWS_ENDPOINT_URL: cognito.url },
): Promise<CliResult> {
  return umconfig(['discover', ...args], { cwd, env: { ...CREDENTIALS, ...env } });
}

const operations = (): readonly string[] => cognito.requests.map(({ operation }) => operation).sort();

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

describe('the file', () => {
  test('is what the Go server logs in with, and a second run leaves every byte', () =>
    inTemporaryDirectory(async (cwd) => {
      const first = await discover(cwd, ['--pool', poolId, '--client', clientId, '--yes']);
      expect(first).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/^Using AWS .*\n$/) });
      const bytes = await readFile(join(cwd, FILE));
      const server = readAsGoServer(bytes);
      expect(server).toMatchObject({ starts: true, loginOn: true, redirectPathServed: true, port: 8686 });
      expect(server.loginUrl).toBe(
        `https://scalabel-demo.auth.us-west-2.amazoncognito.com/login?response_type=code&client_id=${clientId}&redirect_uri=http://localhost:8686/auth`,
      );
      expect(server.jwksUrl).toBe(
        `https://cognito-idp.us-west-2.amazonaws.com/${poolId}/.well-known/jwks.json`,
      );
      expect(server.tokenRequest.headers['Authorization']).toBe(
        `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`,
      );
      expect((await stat(join(cwd, FILE))).mode & 0o777).toBe(0o600);
      const second = await discover(cwd, ['--pool', poolId, '--client', clientId, '--yes']);
      expect(second.exitCode).toBe(0);
      expect(second.stdout).toContain('nothing was written');
      expect(await readFile(join(cwd, FILE))).toEqual(bytes);
    }));

  test('is what the Node server logs in with', () =>
    inTemporaryDirectory(async (cwd) => {
      const { exitCode } = await discover(cwd, ['--pool', poolId, '--layout', 'nested', '--yes']);
      expect(exitCode).toBe(0);
      const server = readAsNodeServer(await readFile(join(cwd, FILE)));
      expect(server).toMatchObject({ starts: true, loginOn: true });
    }));

  test('keeps everything else of the file that is there', () =>
    inTemporaryDirectory(async (cwd) => {
      const before = '# ours\r\nport: 8686 # the port\r\ndata: ./projects\r\ndatabase: local\r\n';
      await writeFile(join(cwd, FILE), before);
      expect((await discover(cwd, ['--pool', poolId, '--yes'])).exitCode).toBe(0);
      const after = await readFile(join(cwd, FILE), 'utf8');
      for (const line of before.split('\r\n')) expect(after).toContain(line);
      expect(after.split('\r\n').join('')).not.toContain('\n');
    }));

  test('never shows the secret, in no format and no mode', () =>
    inTemporaryDirectory(async (cwd) => {
      for (const mode of [
        ['--dry-run'],
        ['--dry-run', '--format', 'json'],
        ['--yes'],
        ['--check'],
        ['--check', '--format', 'json'],
      ]) {
        const { stdout, stderr } = await discover(cwd, ['--pool', poolId, ...mode]);
        expect(`${stdout}${stderr}`).not.toContain(secret);
        expect(`${stdout}${stderr}`).not.toContain(Buffer.from(secret).toString('base64'));
      }
    }));
});

describe('the JSON', () => {
  test('is all of stdout', () =>
    inTemporaryDirectory(async (cwd) => {
      const { exitCode, stdout } = await discover(cwd, ['--pool', poolId, '--dry-run', '--format', 'json']);
      const aws = { account: '123456789012', source: 'environment', region: 'us-west-2' };
      expect(JSON.parse(stdout)).toMatchObject({ aws });
      expect(exitCode).toBe(0);
      const report = JSON.parse(stdout) as Record<string, unknown>;
      expect(report).toMatchObject({
        version: 1,
        file: FILE,
        layout: 'flat',
        written: false,
        settings: {
          region: 'us-west-2',
          clientId,
          clientSecret: `••••${secret.slice(-4)}`,
          jwksUrl: `https://cognito-idp.us-west-2.amazonaws.com/${poolId}/.well-known/jwks.json`,
          issuer: `https://cognito-idp.us-west-2.amazonaws.com/${poolId}`,
        },
        findings: [],
      });
      expect(report['changed']).toContain('region');
      expect(await exists(join(cwd, FILE))).toBe(false);
    }));

  test('of a check names each key that has drifted, with its place', () =>
    inTemporaryDirectory(async (cwd) => {
      await discover(cwd, ['--pool', poolId, '--yes']);
      expect((await discover(cwd, ['--pool', poolId, '--check'])).exitCode).toBe(0);
      const text = await readFile(join(cwd, FILE), 'utf8');
      await writeFile(
        join(cwd, FILE),
        text.replace('"scalabel-demo"', '"other"').replace(secret, `${secret}0`),
      );
      const { exitCode, stdout } = await discover(cwd, ['--pool', poolId, '--check', '--format', 'json']);
      expect(exitCode).toBe(1);
      const report = JSON.parse(stdout) as { changed: string[]; findings: { path: string; line: number }[] };
      expect(report.changed).toEqual(['domainName', 'clientSecret']);
      const lines = text.split('\n');
      expect(report.findings.map(({ path, line }) => [path, lines[line - 1]?.split(':')[0]])).toEqual([
        ['domainName', 'domainName'],
        ['clientSecret', 'clientSecret'],
      ]);
    }));
});

describe('the wire', () => {
  test('with pool and client given, only what is needed is asked for', () =>
    inTemporaryDirectory(async (cwd) => {
      await discover(cwd, ['--pool', poolId, '--client', clientId, '--yes']);
      expect(operations()).toEqual([
        'DescribeUserPool',
        'DescribeUserPoolClient',
        'DescribeUserPoolDomain',
        'ListGroups',
      ]);
    }));

  test('lists go on beyond 60, and clients are described five at a time', () =>
    inTemporaryDirectory(async (cwd) => {
      for (let at = 0; at < 130; at += 1) {
        cognito.addPool({ Name: `pool number ${at}` });
        cognito.addClient(poolId, { ClientName: `machine ${at}`, ClientSecret: undefined });
      }
      const last = cognito.addPool({ Name: 'the last one' }).Id;
      const client = cognito.addClient(last);
      cognito.addDomain(last, 'last');
      const named = await discover(cwd, ['--pool', 'the last one', '--region', 'us-west-2', '--yes']);
      expect(named.exitCode).toBe(0);
      expect(readAsGoServer(await readFile(join(cwd, FILE))).settings).toMatchObject({
        userPoolID: last,
        clientId: client.ClientId,
      });
      const before = cognito.requests.length;
      const many = await discover(cwd, ['--pool', poolId, '--dry-run']);
      expect(many.exitCode).toBe(0);
      // Every client, three pages of them, and pool, groups and domain.
      expect(cognito.requests.length - before).toBe(132 + 3 + 3);
      expect(cognito.maxInFlight).toBeLessThanOrEqual(5);
    }));

  test('rights on one pool only are enough', () =>
    inTemporaryDirectory(async (cwd) => {
      for (const operation of [
        'ListUserPools',
        'DescribeUserPoolDomain',
        'ListUserPoolClients',
        'ListGroups',
      ]) {
        cognito.inject({ operation, kind: 'access-denied' });
      }
      const { exitCode, stdout } = await discover(cwd, ['--pool', poolId, '--client', clientId, '--yes']);
      expect(exitCode).toBe(0);
      expect(stdout).toContain('cognito-idp:DescribeUserPoolDomain');
      expect(stdout.replace(/\s+/g, ' ')).toContain(`umconfig iam-policy --pool ${poolId}`);
    }));
});

describe('the SDK’s own settings', () => {
  const profiles = async (cwd: string): Promise<Record<string, string>> => {
    const path = join(cwd, 'aws-config');
    await writeFile(
      path,
      `[profile work]\nregion = us-west-2\naws_access_key_id = AKIAWORK\naws_secret_access_key = notarealsecret\nendpoint_url = ${cognito.url}\n`,
    );
    return { AWS_CONFIG_FILE: path };
  };

  test('a profile gives region, credentials and endpoint', () =>
    inTemporaryDirectory(async (cwd) => {
      const env = await profiles(cwd);
      const args = ['discover', '--pool', 'people', '--profile', 'work', '--dry-run'];
      const { exitCode, stderr } = await umconfig(args, { cwd, env });
      expect(exitCode).toBe(0);
      expect(stderr.replace(/reading app clients.*\n/g, '')).toMatch(/^Using AWS .*profile work.*\n$/);
      expect(new Set(cognito.requests.map(({ accessKeyId }) => accessKeyId))).toEqual(new Set(['AKIAWORK']));
    }));

  test.each([
    ['AWS_REGION', 'AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER'],
    ['AWS_DEFAULT_REGION', 'AWS_ENDPOINT_URL'],
  ])('%s and %s', (region, endpoint) =>
    inTemporaryDirectory(async (cwd) => {
      const env = { [region]: 'us-west-2', [endpoint]: cognito.url };
      expect((await discover(cwd, ['--pool', 'people', '--dry-run'], env)).exitCode).toBe(0);
    }),
  );

  test('a profile that is not there is named', () =>
    inTemporaryDirectory(async (cwd) => {
      const env = await profiles(cwd);
      const args = ['discover', '--pool', poolId, '--profile', 'wrok', '--yes'];
      const { exitCode, stderr } = await umconfig(args, { cwd, env });
      expect(exitCode).toBe(3);
      expect(stderr).toContain('"wrok"');
      expect(cognito.requests).toEqual([]);
    }));
});

test('--debug writes each exchange to stderr, without the secret', () =>
  inTemporaryDirectory(async (cwd) => {
    const { exitCode, stderr } = await discover(cwd, ['--pool', poolId, '--dry-run', '--debug', '--quiet']);
    expect(exitCode).toBe(0);
    const lines = stderr.trimEnd().split('\n');
    for (const line of lines) expect(line).toMatch(/^debug: POST http:\/\/127\.0\.0\.1:\d+\/ \w+ 200 \d+ ms/);
    expect(lines.some((line) => line.includes(' DescribeUserPool '))).toBe(true);
    expect(stderr).not.toContain(secret);
  }));

describe('failures', () => {
  const FAILURES = [
    ['throttled', /throttled DescribeUserPool \(3 attempts\)/],
    ['access-denied', /lack cognito-idp:DescribeUserPool\n.*umconfig iam-policy --pool/],
    ['expired-credentials', /session has expired/],
    ['unrecognized-client', /access key/],
    ['invalid-signature', /signature/],
    ['internal-error', /DescribeUserPool failed after 3 attempts/],
    ['reset', /connection closed/],
    ['cut-off', /connection closed/],
    ['not-json', /is not Cognito/],
    ['empty-body', /is not Cognito/],
    ['endless-body', /is not Cognito/],
  ] as const;

  test.each(FAILURES)('%s: exit 3, plain words, nothing written', (kind, words) =>
    inTemporaryDirectory(async (cwd) => {
      cognito.inject({ operation: 'DescribeUserPool', kind });
      const { exitCode, stdout, stderr } = await discover(cwd, [
        '--pool',
        poolId,
        '--client',
        clientId,
        '--yes',
      ]);
      expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
      expect(stderr).toMatch(words);
      expect(stderr).toMatch(/^error: .*\n {2}→ .+\n$/s);
      expect(await exists(join(cwd, FILE))).toBe(false);
    }),
  );

  test('a redirect to somewhere else is not followed', () =>
    inTemporaryDirectory(async (cwd) => {
      cognito.inject({ operation: 'DescribeUserPool', kind: 'redirect', location: 'http://127.0.0.1:1/' });
      const { exitCode, stderr } = await discover(cwd, ['--pool', poolId, '--client', clientId, '--yes']);
      expect(exitCode).toBe(3);
      expect(stderr).toContain('is not Cognito');
    }));

  test.each(['byte-by-byte', 'wrong-content-type'] as const)('%s is no failure', (kind) =>
    inTemporaryDirectory(async (cwd) => {
      cognito.inject({ operation: '*', kind });
      expect((await discover(cwd, ['--pool', poolId, '--client', clientId, '--yes'])).exitCode).toBe(0);
    }),
  );

  test('one throttled call is tried again', () =>
    inTemporaryDirectory(async (cwd) => {
      cognito.inject({ operation: 'DescribeUserPool', kind: 'throttled', times: 1 });
      expect((await discover(cwd, ['--pool', poolId, '--client', clientId, '--yes'])).exitCode).toBe(0);
    }));

  test('nobody there', () =>
    inTemporaryDirectory(async (cwd) => {
      const { url } = cognito;
      await cognito.close();
      const args = ['--pool', poolId, '--yes', '--endpoint-url', url];
      const { exitCode, stderr } = await discover(cwd, args, {});
      expect(exitCode).toBe(3);
      expect(stderr).toContain(`cannot reach ${url}: connection refused`);
    }));

  test('no credentials', () =>
    inTemporaryDirectory(async (cwd) => {
      const { exitCode, stderr } = await umconfig(['discover', '--pool', poolId, '--yes'], { cwd });
      expect(exitCode).toBe(3);
      expect(stderr).toContain('no AWS credentials');
    }));
});

describe('on a terminal', () => {
  const start = (cwd: string): ReturnType<typeof startInPty> =>
    startInPty([PROGRAM, 'discover', '--region', 'us-west-2', '--endpoint-url', cognito.url], {
      cwd,
      env: cleanEnvironment(cwd, CREDENTIALS),
    });

  test('searches the pools, shows what will be written, asks and writes', () =>
    inTemporaryDirectory(async (cwd) => {
      for (let at = 0; at < 70; at += 1) cognito.addPool({ Name: `pool number ${at}` });
      const session = start(cwd);
      await session.shows('User pool in us-west-2');
      session.send('peop');
      // The list is filtered now; Enter before that would count for nothing.
      await session.shows(`peop ❯ people ${poolId}`);
      session.send(KEY.enter);
      await session.shows('Write user_management_config.yml');
      expect(session.raw()).not.toContain(secret);
      session.send(KEY.enter);
      expect(await session.exit).toMatchObject({ exitCode: 0 });
      expect(readAsGoServer(await readFile(join(cwd, FILE))).settings.userPoolID).toBe(poolId);
    }));

  test.each(['User pool in', 'Write user_management_config.yml'])(
    'Ctrl-C at "%s" leaves nothing behind',
    (question) =>
      inTemporaryDirectory(async (cwd) => {
        const session = start(cwd);
        await session.shows('User pool in');
        if (!question.startsWith('User')) {
          await session.shows(poolId);
          session.send(KEY.enter);
          await session.shows(question);
        }
        session.send(KEY.ctrlC);
        expect(await session.exit).toMatchObject({ exitCode: 130 });
        expect(await exists(join(cwd, FILE))).toBe(false);
      }),
  );
});

test('cognito-local: an emulator with ids of its own and without domains', () =>
  inTemporaryDirectory(async (cwd) => {
    const server = await startCognitoLocal(cwd);
    try {
      const { CognitoIdentityProvider } = await loadSdk();
      const sdk = new CognitoIdentityProvider({
        endpoint: server.url,
        region: 'us-west-2',
        credentials: { accessKeyId: 'AKIAFAKE', secretAccessKey: 'notarealsecret' },
      });
      const { UserPool: pool } = await sdk.createUserPool({ PoolName: 'emulated' });
      const { UserPoolClient: client } = await sdk.createUserPoolClient({
        UserPoolId: pool?.Id,
        ClientName: 'web',
        GenerateSecret: true,
        AllowedOAuthFlows: ['code'],
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthScopes: ['openid', 'email'],
        SupportedIdentityProviders: ['COGNITO'],
        CallbackURLs: ['http://localhost:8686/auth'],
        LogoutURLs: ['http://localhost:8686/'],
      });
      const args = ['--pool', 'emulated', '--region', 'us-west-2', '--endpoint-url', server.url, '--yes'];
      const refused = await discover(cwd, [...args, '--format', 'json'], {});
      expect(refused.exitCode).toBe(1);
      const report = JSON.parse(refused.stdout) as { written: boolean; findings: { code: string }[] };
      expect(report.written).toBe(false);
      expect(report.findings.map(({ code }) => code).sort()).toEqual([
        'no-admin-group',
        'pool-without-domain',
      ]);
      expect(await exists(join(cwd, FILE))).toBe(false);
      const partial = await discover(cwd, [...args, '--partial'], {});
      expect(partial.exitCode).toBe(1);
      expect(readAsGoServer(await readFile(join(cwd, FILE))).settings).toMatchObject({
        userPoolID: pool?.Id,
        clientId: client?.ClientId,
        clientSecret: client?.ClientSecret,
        redirectUri: 'http://localhost:8686/auth',
      });
    } finally {
      await server.close();
    }
  }));
