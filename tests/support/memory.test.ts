// A measure of memory that the measuring process's own memory gets into would fail, or pass, for the wrong process.
import { expect, test } from '@jest/globals';
import { inTemporaryDirectory } from './cli.ts';
import { umconfigMeasured } from './memory.ts';

test('the memory of a run is its own, however much this process has', async () => {
  const ballast = Buffer.alloc(400 * 2 ** 20, 1);
  const { exitCode, mebibytes } = await inTemporaryDirectory((cwd) => umconfigMeasured(['--version'], cwd));
  expect(exitCode).toBe(0);
  expect(mebibytes).toBeGreaterThan(10);
  expect(mebibytes).toBeLessThan(150);
  expect(ballast).toHaveLength(400 * 2 ** 20);
});
