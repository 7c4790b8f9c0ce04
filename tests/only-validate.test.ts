// `validate` without options goes past the parser of command lines: it must be given what the parser would have made of the line.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { takeCommandLine } from '../src/command-line.ts';
import type { Input } from '../src/commands/command.ts';
import { plainInput } from '../src/only-validate.ts';

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
