/** Tests the real timeouts: the program ends requests that would never end. The tests do not measure the number of seconds. */
import { existsSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { nodeFiles } from '../../src/adapters/files.ts';
import { nodeLoopback } from '../../src/adapters/loopback.ts';
import { sendRaw } from '../support/callback-abuses.ts';
import { inTemporaryDirectory, umconfig } from '../support/cli.ts';
import { bytesOf, drafts, NAME, removeScratch, scratch, text } from '../support/files-scratch.ts';
import { FILE, freePort, startScene } from '../support/sign-in-scene.ts';

const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'AKIAFAKE', AWS_SECRET_ACCESS_KEY: 'notarealsecret' };

afterEach(removeScratch);

describe('Cognito never answers', () => {
  test('discover exits 3 and writes no file', async () => {
    const { cognito, poolId, clientId } = await startScene('flat');
    await inTemporaryDirectory(async (cwd) => {
      cognito.inject({ operation: 'DescribeUserPool', kind: 'hang' });
      const args = ['discover', '--pool', poolId, '--client', clientId, '--yes'];
      const env = { ...CREDENTIALS, AWS_ENDPOINT_URL: cognito.url };
      expect(await umconfig(args, { cwd, env })).toMatchObject({ exitCode: 3, stdout: '' });
      expect(existsSync(join(cwd, FILE))).toBe(false);
    });
    await cognito.close();
  });

  test('doctor reports the check as inconclusive, and passes one with a slow answer', async () => {
    const { cognito, text: config } = await startScene('flat');
    await inTemporaryDirectory(async (cwd) => {
      await writeFile(join(cwd, FILE), config, { mode: 0o600 });
      cognito.inject({ operation: 'Jwks', kind: 'slow', ms: 800 });
      cognito.inject({ operation: 'Logout', kind: 'hang' });
      const args = ['doctor', '--format', 'json', '--endpoint-url', cognito.url];
      const { exitCode, stdout } = await umconfig(args, { cwd, env: CREDENTIALS });
      const { checks } = JSON.parse(stdout) as {
        readonly checks: readonly { check: string; status: string }[];
      };
      const statusOf = (name: string): string | undefined =>
        checks.find(({ check }) => check === name)?.status;
      expect([exitCode, statusOf('jwks'), statusOf('sign-out')]).toEqual([0, 'pass', 'inconclusive']);
    });
    await cognito.close();
  });
});

test('login drops a callback request whose headers never end', async () => {
  const port = await freePort();
  const listening = await nodeLoopback().listen(port, () => ({ status: 200, headers: {}, html: '' }));
  expect(await sendRaw(port, 'GET /auth HTTP/1.1\r\nHost: x\r\nX-Slow: ')).toMatch(/^HTTP\/1\.1 408/);
  await listening.close();
});

test('a lock that is never released does not block forever', async () => {
  const cwd = scratch();
  writeFileSync(join(cwd, `.${NAME}.${'0'.repeat(16)}-${String(process.ppid)}.ready.umconfig-tmp`), '');
  await nodeFiles(cwd).write(NAME, bytesOf('new'), undefined);
  expect(text(join(cwd, NAME))).toBe('new');
  expect(drafts(cwd)).toEqual([]);
});
