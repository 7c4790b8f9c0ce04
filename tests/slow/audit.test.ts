/** Tests `npm run audit` against a local registry. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { cleanEnvironment } from '../support/cli.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ASKED = '/-/npm/v1/security/advisories/bulk';

const advisory = (id: string): unknown => ({
  id: 1,
  url: `https://advisories.test/${id}`,
  title: 'Trouble',
  severity: 'high',
  vulnerable_versions: '>=0.0.1',
});
const BUNDLED = { yaml: [advisory('GHSA-bundled')] };
const TOOL = { prettier: [advisory('GHSA-tool')] };

let directory: string;
let server: Server;
/** Advisories by package; undefined: the registry has no audit service. */
let advisories: unknown;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'umconfig-audit-'));
  server = createServer((request, response) => {
    const isAnswered = request.url === ASKED && advisories !== undefined;
    request.resume().on('end', () => {
      response.writeHead(isAnswered ? 200 : 405, { 'content-type': 'application/json' });
      response.end(isAnswered ? JSON.stringify(advisories) : '{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  rmSync(directory, { recursive: true, force: true });
});

interface Ran {
  readonly exitCode: number | string | null | undefined;
  readonly stdout: string;
}

function audit(explained: unknown): Promise<Ran> {
  const file = join(directory, 'explained.json');
  writeFileSync(file, JSON.stringify(explained));
  const { port } = server.address() as AddressInfo;
  const env = cleanEnvironment(directory, {
    npm_config_registry: `http://127.0.0.1:${port}/`,
    npm_config_fetch_retries: '0',
  });
  return new Promise((settle) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', 'scripts/audit.ts', file],
      { cwd: ROOT, env },
      (error, stdout) => {
        settle({ exitCode: error === null ? 0 : error.code, stdout });
      },
    );
  });
}

describe('npm run audit', () => {
  test('passes without advisories, and names the explanations that are no longer needed', async () => {
    advisories = {};
    const explained = [{ advisory: 'GHSA-old', reason: 'Not reached.' }];
    expect(await audit(explained)).toEqual({
      exitCode: 0,
      stdout: 'GHSA-old is no longer reported: remove it\nadvisories: 0\n',
    });
  });

  test('fails on an unexplained advisory, and says whether it reaches users', async () => {
    advisories = { ...BUNDLED, ...TOOL };
    const explained = [{ advisory: 'GHSA-tool', reason: 'It formats this code only.' }];
    const { exitCode, stdout } = await audit(explained);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /^yaml .*: Trouble \(high, in the published bundles\) https:\/\/advisories\.test\/GHSA-bundled\n {2}NOT EXPLAINED$/m,
    );
    expect(stdout).toMatch(/^prettier .*\(high, in development only\).*\n {2}It formats this code only\.$/m);
  });

  test('passes if all advisories are explained', async () => {
    advisories = BUNDLED;
    const { exitCode, stdout } = await audit([{ advisory: 'GHSA-bundled', reason: 'Not reached.' }]);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringContaining('\n  Not reached.\n') as unknown,
    });
  });

  test('exits 3 if the registry does not answer', async () => {
    advisories = undefined;
    const { exitCode, stdout } = await audit([]);
    expect(exitCode).toBe(3);
    expect(stdout).toContain(': 405 ');
  });
});
