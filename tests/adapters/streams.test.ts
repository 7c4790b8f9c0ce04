/** Output into a pipe that is full and must not block, in a process of its own. */
import { spawn } from 'node:child_process';
import { expect, test } from '@jest/globals';

/** Far more than a pipe holds, as `users list` writes it: page by page. Node's own pipes do not block. */
const CHILD = `
process.stdout.isTTY;
const { writeTo } = await import(${JSON.stringify(new URL('../../src/adapters/streams.ts', import.meta.url).href)});
for (let at = 0; at < 100; at += 1) writeTo('stdout', String(at % 10).repeat(100_000));
`;

test('is read whole and in order, and nothing is warned of', async () => {
  const args = ['--import', 'tsx', '--input-type=module', '--eval', CHILD];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const read = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => (read[stream] += text));
  }
  await new Promise((resolve) => child.once('close', resolve));
  expect(read.stderr).toBe('');
  expect(
    read.stdout === Array.from({ length: 100 }, (_, at) => String(at % 10).repeat(100_000)).join(''),
  ).toBe(true);
});
