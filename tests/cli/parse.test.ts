/** Tests the layout of the help and the colours of errors. */
import { describe, expect, test } from '@jest/globals';
import { parse } from '../../src/cli/parse.ts';
import { COMMANDS } from '../../src/commands/index.ts';
import { fakePorts } from '../support/fake-ports.ts';
import { run } from '../support/run.ts';

async function helpOf(argv: readonly string[], columns: number): Promise<readonly string[]> {
  let shown = '';
  const write = (_stream: string, text: string): void => {
    shown += text;
  };
  const nothing = (): Promise<number> => Promise.resolve(0);
  expect(await parse(argv, { version: '0', write, width: () => columns }, nothing)).toBe(0);
  return shown.split('\n');
}

test('umconfig without arguments prints the first steps in ten lines of at most 80 columns', async () => {
  const lines = await helpOf([], 80);
  expect(lines.slice(0, -1)).toHaveLength(10);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines.flatMap((line) => /^ {2}umconfig (\S+)/.exec(line)?.[1] ?? [])).toEqual([
    'init',
    'discover',
    'doctor',
    'login',
  ]);
});

describe('help on a terminal', () => {
  const lines = [['--help'], ...COMMANDS.map(({ name }) => [...name.split(' '), '--help'])];

  const commands = new Set(
    COMMANDS.flatMap(({ examples }) => examples.flatMap(({ command }) => command.split('\n'))).map((line) =>
      line.trim(),
    ),
  );

  test.each([40, 59, 60, 80])(
    'of %d columns is wrapped, except for commands and long words',
    async (columns) => {
      for (const argv of lines) {
        const long = (await helpOf(argv, columns)).filter((line) => line.length > columns);
        expect(
          long.filter((line) => !commands.has(line.trim()) && !/^(?:Usage: .*| *\S+)$/.test(line)),
        ).toEqual([]);
      }
    },
  );

  test('has descriptions below the options at 40 columns, beside them at 80', async () => {
    expect((await helpOf(['--help'], 40)).join('\n')).toMatch(/^ {2}-q, --quiet\n {6}\w/m);
    expect((await helpOf(['--help'], 80)).join('\n')).toMatch(/^ {2}-q, --quiet +\w/m);
  });
});

test.each([
  ['never', 'error: "nosuch"'],
  ['always', '\u001b[31merror:\u001b[39m "nosuch"'],
])('--color %s applies to errors', async (wanted, shown) => {
  let stderr = '';
  await run(['explain', 'nosuch', '--color', wanted], {
    version: '0',
    output: {
      colorLevel: (_stream, given) => (given === 'always' ? 1 : 0),
      write: (_stream, text) => {
        stderr += text;
        return true;
      },
    },
    ports: () => fakePorts(),
  });
  expect(stderr).toContain(shown);
});
