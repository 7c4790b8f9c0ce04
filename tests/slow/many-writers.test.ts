/** Tests many processes that write one file, and writers killed at random moments: no update is lost, and the file is always complete. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { nodeFiles } from '../../src/adapters/files.ts';
import {
  bytesOf,
  drafts,
  modeOf,
  NAME,
  removeScratch,
  runChild,
  scratch,
  startChild,
  text,
  until,
} from '../support/files-scratch.ts';

afterEach(removeScratch);

describe('many processes', () => {
  test('lose no update when eight write at once', async () => {
    const cwd = scratch();
    writeFileSync(join(cwd, NAME), '', { mode: 0o600 });
    const writers = Array.from({ length: 8 }, (_, writer) =>
      Array.from({ length: 25 }, (__, line) => `${writer}-${line}`),
    );
    await Promise.all(writers.map((lines) => runChild(cwd, ['append-lines', NAME, lines.join()])));
    expect(text(join(cwd, NAME)).trim().split('\n').sort()).toEqual(writers.flat().sort());
    expect(drafts(cwd)).toEqual([]);
  });

  test('leave the old or the new file when killed at 40 random moments, and the next write cleans up', async () => {
    const cwd = scratch();
    const path = join(cwd, NAME);
    const size = 200_000;
    const whole = ['a'.repeat(size), 'b'.repeat(size)];
    let leftBehind = 0;
    for (let round = 0; round < 40; round += 1) {
      const child = startChild(cwd, ['write-forever', NAME, String(size)]);
      await new Promise((resolve) => child.stdout?.once('data', resolve));
      if (round === 0) await until(() => (existsSync(path) ? true : undefined));
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 30));
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('close', resolve));
      expect(whole.includes(text(path))).toBe(true);
      expect(modeOf(path)).toBe(0o600);
      expect(drafts(cwd).length).toBeLessThanOrEqual(1 + leftBehind);
      leftBehind += drafts(cwd).length;
    }
    expect(leftBehind).toBeGreaterThan(0);
    const files = nodeFiles(cwd);
    await files.write(NAME, bytesOf('end'), await files.read(NAME, 2 * size));
    expect(text(path)).toBe('end');
    expect(drafts(cwd)).toEqual([]);
  });
});
