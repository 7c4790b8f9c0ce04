/** Command lines: what help looks like, what colours errors have, and the short way past the parser. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { takeCommandLine } from '../src/command-line.ts';
import type { Input } from '../src/commands/command.ts';
import { plainInput } from '../src/commands/validate.ts';
import { COMMAND_LINES } from '../src/command-lines.ts';
import { fakePorts } from './support/fake-ports.ts';
import { run } from './support/run.ts';

async function parsed(argv: readonly string[]): Promise<readonly [name: string, input: Input] | undefined> {
  let taken: readonly [string, Input] | undefined;
  const console = { version: '0', write: () => true, width: () => undefined };
  await takeCommandLine(argv, console, (name, input) => {
    taken = [name, input];
    return Promise.resolve(0);
  });
  return taken;
}

const WORDS = [
  '-',
  '',
  'help',
  'validate',
  'a.yml',
  'deploy/**/*.yml',
  'users',
  'é',
  '=',
  '@',
  ' -x',
  'a-b',
  '/',
];

// `validate` without options goes past the parser: it must be given what the parser would have made of the line.
describe('the short way', () => {
  test('files are the same to both', async () => {
    const files = fc.array(fc.oneof(fc.constantFrom(...WORDS), fc.string()));
    await fc.assert(
      fc.asyncProperty(files, async (args) => {
        const plain = plainInput(['validate', ...args]);
        fc.pre(plain !== undefined);
        expect(await parsed(['validate', ...args])).toEqual(['validate', plain]);
      }),
    );
  });

  test.each(['--fix', '--help', '-h', '--', '-q', '--format=json', '--no-such'])(
    '%s is left to the parser',
    (option) => {
      expect(plainInput(['validate', 'a.yml', option])).toBeUndefined();
      expect(plainInput(['validate', option, 'a.yml'])).toBeUndefined();
    },
  );
});

async function helpOf(argv: readonly string[], columns: number): Promise<readonly string[]> {
  let shown = '';
  const write = (_stream: string, text: string): void => {
    shown += text;
  };
  const nothing = (): Promise<number> => Promise.resolve(0);
  expect(await takeCommandLine(argv, { version: '0', write, width: () => columns }, nothing)).toBe(0);
  return shown.split('\n');
}

describe('help on a terminal', () => {
  const lines = [['--help'], ...COMMAND_LINES.commands.map(({ name }) => [...name.split(' '), '--help'])];

  const commands = new Set(
    [...COMMAND_LINES.commands, COMMAND_LINES]
      .flatMap(({ examples }) => examples.flatMap(({ command }) => command.split('\n')))
      .map((line) => line.trim()),
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
    expect((await helpOf(['--help'], 40)).join('\n')).toContain(
      '  -q, --quiet\n      results and errors only\n',
    );
    expect((await helpOf(['--help'], 80)).join('\n')).toMatch(/-q, --quiet +results and errors only\n/);
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
