/** Tests our port of the runner's parser against GitHub's documentation of workflow commands and the runner's own tests. */
import { expect, test } from '@jest/globals';
import { runnerCommands } from './runner-commands.ts';

test.each<[string, string, object | undefined]>([
  [
    'with properties',
    '::error file=app.js,line=10,title=A %25 b%3A%2C::Missing semicolon%0Asecond',
    {
      name: 'error',
      properties: { file: 'app.js', line: '10', title: 'A % b:,' },
      message: 'Missing semicolon\nsecond',
    },
  ],
  ['without', '::endgroup::', { name: 'endgroup', properties: {}, message: '' }],
  ['after whitespace', ' \t\x85::debug::x', { name: 'debug', properties: {}, message: 'x' }],
  ['not after a word', 'see ::error::x', undefined],
  ['not without the closing colons', '::error', undefined],
  ['not without a name', '::::x', undefined],
  ['after invisible characters', '\u200b:\u200d:error::x', { name: 'error', properties: {}, message: 'x' }],
  [
    'in the old form, anywhere in the line',
    'see ##[set-output name=a%5D;b=c]x%3By',
    { name: 'set-output', properties: { name: 'a]', b: 'c' }, message: 'x;y' },
  ],
  ['not in the old form without an end', '##[error x', undefined],
  ['not in the old form with a space', '## [error]x', undefined],
])('a command %s: %j', (_, line, command) => {
  expect(runnerCommands(`before\n${line}\r\nafter`)).toEqual(command === undefined ? [] : [command]);
});

test('every kind of line break ends a command', () => {
  const names = runnerCommands('::a::1\r::b::2\n::c::3\r\n##[d]4').map(({ name }) => name);
  expect(names).toEqual(['a', 'b', 'c', 'd']);
});
