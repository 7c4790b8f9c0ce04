/** The port to AWS on the real SDK: what it makes of answers that the commands must not have to know about. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { nodeAws } from '../../src/adapters/aws.ts';
import type { Cognito } from '../../src/ports.ts';
import { CognitoFailure } from '../../src/core/failures.ts';
import { inTemporaryDirectory } from '../support/cli.ts';
import { startLocalCognito, type LocalCognito } from '../support/local-cognito.ts';

let cognito: LocalCognito;
let port: Cognito;
const saved = { ...process.env };

beforeEach(async () => {
  process.env['AWS_ACCESS_KEY_ID'] = 'AKIAFAKE';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'notarealsecret';
  for (const name of ['AWS_PROFILE', 'AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_ENDPOINT_URL']) {
    Reflect.deleteProperty(process.env, name);
  }
  process.env['AWS_CONFIG_FILE'] = '/dev/null';
  cognito = await startLocalCognito();
  port = await nodeAws({ secrets: { keep: () => undefined }, mfaCode: undefined }).cognito({
    region: 'us-west-2',
    endpointUrl: cognito.url,
  });
});

afterEach(async () => {
  process.env = { ...saved };
  await cognito.close();
});

test('credentials are found in the environment and in profiles, without a call', () =>
  inTemporaryDirectory(async (cwd) => {
    const aws = nodeAws({ secrets: { keep: () => undefined }, mfaCode: undefined });
    expect(await aws.hasCredentials({})).toBe(true);
    Reflect.deleteProperty(process.env, 'AWS_ACCESS_KEY_ID');
    process.env['AWS_SHARED_CREDENTIALS_FILE'] = '/dev/null';
    const config = join(cwd, 'config');
    await writeFile(config, '[default]\nregion = eu-west-1\n[profile work]\nsso_session = work\n');
    process.env['AWS_CONFIG_FILE'] = config;
    expect(await aws.hasCredentials({})).toBe(false);
    expect(await aws.hasCredentials({ profile: 'work' })).toBe(true);
    process.env['AWS_PROFILE'] = 'work';
    expect(await aws.hasCredentials({})).toBe(true);
    expect(cognito.requests).toEqual([]);
  }));

describe('domains', () => {
  test.each(['empty', 'not-found'] as const)('one that is not known (%s) is undefined', async (answer) => {
    cognito.state.unknownDomain = answer;
    expect(await port.describeDomain('nobodys')).toBeUndefined();
  });

  test('a host that an emulator gives as the prefix is taken for what it is', async () => {
    const { Id } = cognito.addPool();
    cognito.addDomain(Id, 'login.acme.org');
    expect(await port.describeUserPool(Id)).toMatchObject({
      domain: undefined,
      customDomain: 'login.acme.org',
    });
  });
});

describe('app clients', () => {
  test('what is not said is empty, and the login pages are off only when that is said', async () => {
    const { Id } = cognito.addPool();
    const bare = cognito.addClient(Id, {
      ClientSecret: undefined,
      CallbackURLs: undefined,
      LogoutURLs: undefined,
      AllowedOAuthFlows: undefined,
      AllowedOAuthScopes: undefined,
      AllowedOAuthFlowsUserPoolClient: undefined,
      SupportedIdentityProviders: undefined,
    });
    expect(await port.describeAppClient(Id, bare.ClientId)).toEqual({
      id: bare.ClientId,
      name: bare.ClientName,
      secret: undefined,
      callbackUrls: [],
      signOutUrls: [],
      defaultRedirectUri: undefined,
      flows: [],
      oauthEnabled: true,
      scopes: [],
      identityProviders: [],
      readAttributes: undefined,
    });
    const off = cognito.addClient(Id, { AllowedOAuthFlowsUserPoolClient: false });
    expect((await port.describeAppClient(Id, off.ClientId)).oauthEnabled).toBe(false);
  });
});

describe('failures', () => {
  test('carry the operation, the name and how often it was tried', async () => {
    const { Id } = cognito.addPool();
    cognito.inject({ operation: 'ListGroups', kind: 'throttled' });
    const failure = await port.listGroups(Id).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CognitoFailure);
    expect(failure).toMatchObject({
      operation: 'ListGroups',
      errorName: 'TooManyRequestsException',
      attempts: 3,
    });
  });
});

test('a list that never ends is given up after 1,000 pages, each of which is announced', async () => {
  let pages = 0;
  const server = createServer((_request, response) => {
    pages += 1;
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.end(JSON.stringify({ UserPools: [], NextToken: String(pages) }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: at } = server.address() as AddressInfo;
  const shown: (string | undefined)[] = [];
  const endless = await nodeAws({
    secrets: { keep: () => undefined },
    mfaCode: undefined,
    progress: (text) => shown.push(text),
  }).cognito({ region: 'us-west-2', endpointUrl: `http://127.0.0.1:${String(at)}` });
  const failure: unknown = await endless.listUserPools().catch((error: unknown) => error);
  server.closeAllConnections();
  server.close();
  expect(failure).toMatchObject({ operation: 'ListUserPools', errorName: 'EndlessList' });
  expect((failure as Error).message).toContain('1,000 pages');
  expect(pages).toBe(1000);
  expect(shown.filter((text) => text !== undefined)).toHaveLength(999);
  expect(shown.at(-1)).toBeUndefined();
});

describe('the default region', () => {
  test('the option beats the environment, which has two names for it', async () => {
    const aws = nodeAws({ secrets: { keep: () => undefined }, mfaCode: undefined });
    expect(await aws.defaultRegion({})).toBeUndefined();
    process.env['AWS_DEFAULT_REGION'] = 'eu-west-1';
    expect(await aws.defaultRegion({})).toBe('eu-west-1');
    process.env['AWS_REGION'] = 'eu-west-2';
    expect(await aws.defaultRegion({})).toBe('eu-west-2');
    expect(await aws.defaultRegion({ region: 'eu-west-3' })).toBe('eu-west-3');
  });

  test('a variable that is set and empty says nothing', async () => {
    const aws = nodeAws({ secrets: { keep: () => undefined }, mfaCode: undefined });
    process.env['AWS_DEFAULT_REGION'] = '';
    expect(await aws.defaultRegion({})).toBeUndefined();
    process.env['AWS_REGION'] = '';
    expect(await aws.defaultRegion({})).toBeUndefined();
    process.env['AWS_DEFAULT_REGION'] = 'eu-west-1';
    expect(await aws.defaultRegion({})).toBe('eu-west-1');
  });

  test('nor does it hide what the profile says', () =>
    inTemporaryDirectory(async (directory) => {
      const config = join(directory, 'config');
      await writeFile(config, '[default]\nregion = eu-central-1\n');
      process.env['AWS_CONFIG_FILE'] = config;
      process.env['AWS_REGION'] = '';
      expect(
        await nodeAws({ secrets: { keep: () => undefined }, mfaCode: undefined }).defaultRegion({}),
      ).toBe('eu-central-1');
    }));
});

describe('people, secrets and identity providers', () => {
  test('lists are read to their end, and no secret comes along', async () => {
    cognito.state.pageSize = 1;
    const { Id } = cognito.addPool();
    const { ClientId, ClientSecret } = cognito.addClient(Id, {
      SecondSecret: 'notarealsecretnotarealsecret',
    });
    for (const name of ['admin', 'night']) cognito.addGroup(Id, name);
    for (const name of ['Acme', 'Google']) cognito.addIdentityProvider(Id, name);
    for (const email of ['ada@labels.test', 'bob@labels.test']) {
      cognito.addUser(Id, { email, username: email.slice(0, 3), groups: ['admin', 'night'] });
    }
    const modified = expect.any(Number);
    expect(await port.listUsersInGroup(Id, 'admin')).toEqual([
      { username: 'ada', email: 'ada@labels.test', status: 'CONFIRMED', enabled: true, modified },
      { username: 'bob', email: 'bob@labels.test', status: 'CONFIRMED', enabled: true, modified },
    ]);
    expect(await port.listGroupsForUser(Id, 'ada')).toEqual(['admin', 'night']);
    expect(await port.listIdentityProviders(Id)).toEqual(['Acme', 'Google']);
    const secrets = await port.listClientSecrets(Id, ClientId);
    expect(secrets).toHaveLength(2);
    expect(secrets.join()).not.toContain(ClientSecret);
  });
});
