/** Command lines: what help looks like, and what colours errors have. */
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

test('umconfig alone prints where to begin, in ten lines that fit', async () => {
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
    'of %d columns: only commands and words that cannot be broken are longer',
    async (columns) => {
      for (const argv of lines) {
        const long = (await helpOf(argv, columns)).filter((line) => line.length > columns);
        expect(
          long.filter((line) => !commands.has(line.trim()) && !/^(?:Usage: .*| *\S+)$/.test(line)),
        ).toEqual([]);
      }
    },
  );

  test('of 40 columns has descriptions below, of 80 beside what they describe', async () => {
    expect((await helpOf(['--help'], 40)).join('\n')).toMatch(/^ {2}-q, --quiet\n {6}\w/m);
    expect((await helpOf(['--help'], 80)).join('\n')).toMatch(/^ {2}-q, --quiet +\w/m);
  });
});

test.each([
  ['never', 'error: "nosuch"'],
  ['always', '\u001b[31merror:\u001b[39m "nosuch"'],
])('--color %s is for errors, too', async (wanted, shown) => {
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
