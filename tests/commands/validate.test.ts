/** `validate` of very many files, as far as it does not show in what is printed. */
import { expect, test } from '@jest/globals';
import type { Runtime } from '../../src/perform.ts';
import { run } from '../support/run.ts';
import { Cancelled } from '../../src/ports.ts';
import { fakeFiles, fakePorts } from '../support/fake-ports.ts';
import { goodFile } from '../support/fixtures.ts';

const MANY = 1_000;

test('Ctrl-C is heard while files are checked', async () => {
  const files = fakeFiles(
    Object.fromEntries(Array.from({ length: MANY }, (_, at) => [`${at}.yml`, goodFile('flat')])),
  );
  let reads = 0;
  let press: () => void = () => undefined;
  const cancelled = new Promise<never>((_, refuse) => {
    press = () => {
      refuse(new Cancelled('SIGINT'));
    };
  });
  const read: typeof files.read = (...args) => {
    reads += 1;
    // As a signal comes: not before the event loop has its turn.
    if (reads === 1) setImmediate(press);
    return files.read(...args);
  };
  const runtime: Runtime = {
    version: '0',
    output: { colorLevel: () => 0, write: () => true },
    ports: () => fakePorts({ files: { ...files, read } }),
  };
  const names = Array.from({ length: MANY }, (_, at) => `${at}.yml`);
  expect(await run(['validate', ...names], runtime, { cancelled, insisted: cancelled })).toBe(130);
  expect(reads).toBeLessThan(MANY);
});
