/** A format is added in one place: its row in REPORTERS is what options, help, completion and reports are made of. */
import { expect, test } from '@jest/globals';
import { OPTIONS } from '../../src/commands/options.ts';
import { reporterOf, REPORTERS } from '../../src/report/index.ts';
import type { ValidationReport } from '../../src/report/report.ts';
import { makeStyle } from '../../src/report/style.ts';
import { fakePorts } from '../support/fake-ports.ts';
import { RUN, validation } from '../support/reports.ts';
import { run } from '../support/run.ts';

const madeUp = ({ files }: ValidationReport): string => `made up of ${String(files.length)}\n`;
const ONE_MORE = {
  ...REPORTERS,
  validation: { ...REPORTERS.validation, 'made-up': () => Promise.resolve(madeUp) },
};
const ROWS = Object.keys(REPORTERS.validation);

async function printed(...argv: readonly string[]): Promise<string> {
  let text = '';
  const write = (_: unknown, part: string): boolean => {
    text += part;
    return true;
  };
  await run(argv, { version: '1.2.3', output: { colorLevel: () => 0, write }, ports: () => fakePorts() });
  return text;
}

test('one more row is one more reporter, of its own kind of report only', async () => {
  const reporter = await reporterOf('validation', 'made-up', ONE_MORE);
  expect(reporter(validation({ 'a.yml': '' }), makeStyle(0, 80), RUN)).toBe('made up of 1\n');
  await expect(reporterOf('checks', 'made-up', ONE_MORE)).rejects.toThrow(RangeError);
  await expect(reporterOf('validation', 'made-up')).rejects.toThrow(RangeError);
});

test('the choices of the option are the rows', () => {
  expect(OPTIONS.format.choices).toEqual(ROWS);
});

test.each(ROWS)(
  'help and completion offer %s, and so does the message for a wrong format',
  async (format) => {
    expect(await printed('validate', '--help')).toContain(`"${format}"`);
    expect(await printed('validate', '--format', 'other')).toContain(format);
    const typed = format.slice(0, 2);
    expect(await printed('completion', 'bash', '--', 'validate', '--format', typed)).toContain(format);
  },
);
