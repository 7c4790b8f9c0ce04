/** A command is one row: whatever lists, helps, completes, documents or runs commands is made of the table. */
import { expect, test } from '@jest/globals';
import { manPage } from '../../scripts/man-page.ts';
import { parse } from '../../src/cli/parse.ts';
import { runCommand } from '../../src/cli/run.ts';
import { OPTIONS } from '../../src/commands/options.ts';
import type { Command, CommandGroup } from '../../src/commands/command.ts';
import { complete } from '../../src/commands/completion/candidates.ts';
import { COMMAND_GROUPS } from '../../src/commands/index.ts';
import { fakePorts } from '../support/fake-ports.ts';

const ROW: Command = {
  name: 'teams greet',
  args: [{ usage: '<name...>', description: 'whom to greet', completes: () => [{ value: 'ann' }] }],
  summary: 'Greet a team by its name',
  options: ['strict', 'pool'],
  fieldFlags: ['clientId'],
  examples: [{ command: 'umconfig teams greet ann', what: 'one of them' }],
  load: () =>
    Promise.resolve({
      run: ({ args, options: { pool = '' }, fields: { clientId = '' } }) => {
        const text = `hello ${[...args, pool, clientId].join(' ')}\n`;
        return Promise.resolve({ exitCode: 0, format: 'text', body: { kind: 'document', text } });
      },
    }),
};

const GROUPS: readonly CommandGroup[] = [
  ...COMMAND_GROUPS,
  { title: 'Teams', commands: [ROW], family: { name: 'teams', summary: 'All about teams' } },
];

/** What a command line writes to standard output. */
async function output(...argv: readonly string[]): Promise<string> {
  let stdout = '';
  const write = (stream: string, text: string): boolean => {
    if (stream === 'stdout') stdout += text;
    return true;
  };
  const runtime = { version: '0', output: { colorLevel: () => 0 as const, write }, ports: () => fakePorts() };
  const exitCode = await parse(
    argv,
    { version: '0', write, width: () => 100 },
    (command, input) => runCommand(command, input, runtime),
    GROUPS,
  );
  expect(exitCode).toBe(0);
  return stdout;
}

test('it runs, with its arguments, options and field flags', async () => {
  expect(await output('teams', 'greet', 'ann', 'bob', '--pool', 'p', '--client-id', 'c')).toBe(
    'hello ann bob p c\n',
  );
});

test('help lists its family, and shows its row', async () => {
  expect(await output('--help')).toMatch(/\nTeams:\n {2}teams <command> +All about teams\n/);
  expect(await output('teams', '--help')).toMatch(/ greet <name\.\.\.> +Greet a team by its name\n/);
  const own = await output('teams', 'greet', '--help');
  for (const text of [
    'Greet a team by its name.',
    'whom to greet',
    '--strict',
    '--pool <POOL>',
    '--client-id',
  ]) {
    expect(own).toContain(text);
  }
  expect(own).toContain('Examples:\n  umconfig teams greet ann\n      one of them');
});

test('the shells complete it', async () => {
  const candidates = async (...words: readonly string[]): Promise<unknown> =>
    (await complete(words, GROUPS)).wanted;
  expect(await candidates('')).toContainEqual({ value: 'teams', description: 'All about teams' });
  expect(await candidates('teams', '')).toContainEqual({
    value: 'greet',
    description: 'Greet a team by its name',
  });
  expect(await candidates('teams', 'greet', '')).toEqual([{ value: 'ann' }]);
  expect(await candidates('teams', 'greet', '--')).toContainEqual({
    value: '--strict',
    description: OPTIONS.strict.description,
  });
});

test('the manual page has it', () => {
  const page = manPage(GROUPS);
  expect(page).toContain('\numconfig teams greet [options] <name...>\n');
  expect(page).toContain(
    '.SH TEAMS\n.SS umconfig teams greet [options] <name...>\nGreet a team by its name.\n',
  );
  expect(page).toContain('.RS 4\n.nf\numconfig teams greet ann\n');
  expect(manPage()).not.toContain('teams');
  expect(manPage()).toMatch(/^\.TH UMCONFIG 1 "\d{4}-\d{2}-\d{2}" /m);
  expect(manPage()).toMatch(/^\.SH EXAMPLES\n[^]*^umconfig init\n[^]*^\.SH SEE ALSO\n/m);
});
