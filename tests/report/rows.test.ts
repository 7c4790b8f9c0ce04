/** A format is added in one place: with one more row in its table, help and reports follow. */
import { expect, jest, test } from '@jest/globals';
import * as tables from '../../src/report/index.ts';
import type { ValidationReport } from '../../src/report/report.ts';

const madeUp = ({ files }: ValidationReport): string => `made up of ${String(files.length)}\n`;

// The table's own module with one row more; all others are the program's.
jest.unstable_mockModule('../../src/report/index.ts', () => ({
  ...tables,
  REPORTERS: {
    ...tables.REPORTERS,
    validation: { ...tables.REPORTERS.validation, 'made-up': () => Promise.resolve(madeUp) },
  },
}));

const { fakeFiles, fakePorts } = await import('../support/fake-ports.ts');
const { goodFile } = await import('../support/fixtures.ts');
const { run } = await import('../support/run.ts');

async function printed(...argv: readonly string[]): Promise<string> {
  let text = '';
  const write = (_: unknown, part: string): boolean => {
    text += part;
    return true;
  };
  await run(argv, {
    version: '1.2.3',
    output: { colorLevel: () => 0, write },
    ports: () => fakePorts({ files: fakeFiles({ 'a.yml': goodFile('flat') }) }),
  });
  return text;
}

test('help offers it, and so does the message for a wrong one', async () => {
  expect(await printed('validate', '--help')).toContain('"made-up"');
  expect(await printed('validate', '--format', 'other')).toContain('made-up');
});

test('completion offers it', async () => {
  expect(await printed('completion', 'bash', '--', 'validate', '--format', 'ma')).toContain('made-up');
});

test('validate writes it, and commands with other results do not', async () => {
  expect(await printed('validate', 'a.yml', '--format', 'made-up')).toBe('made up of 1\n');
  expect(await printed('doctor', '--format', 'made-up')).toContain("argument 'made-up' is invalid");
});
