/** `users` over fakes: what is shown, asked and done, what AWS refuses, and an import that is throttled, stopped and killed. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { run } from '../support/run.ts';
import type { OptionValues } from '../../src/commands/options.ts';
import { run as runUsersImport } from '../../src/commands/users/import.ts';
import { RATES } from '../../src/commands/users/rate-limit.ts';
import type { Ports } from '../../src/ports.ts';
import { Cancelled } from '../../src/core/failures.ts';
import type { PeopleChangeReport } from '../../src/report/report.ts';
import { POOL_ID } from '../support/account.ts';
import { fakePeople, type FakePeople, type FakePeopleSeed } from '../support/fake-people.ts';
import {
  fakeAws,
  fakeFiles,
  fakePorts,
  fakePrompter,
  fakeTerminal,
  swiftClock,
  type Answer,
  type FakePorts,
} from '../support/fake-ports.ts';

const FILE = 'user_management_config.yml';
const CONFIG = `port: 8686\nuserManagement: on\nregion: us-west-2\nuserPoolID: ${POOL_ID}\n`;

interface Scene {
  readonly people: FakePeople;
  readonly ports: FakePorts;
  /** Presses Ctrl-C. */
  readonly stop: () => void;
}

interface SceneSeed extends FakePeopleSeed {
  readonly answers?: readonly Answer[];
  readonly csv?: string;
  readonly config?: string;
}

const scene = ({ answers, csv, config = CONFIG, ...seed }: SceneSeed = {}): Scene => {
  const people = fakePeople(seed);
  const controller = new AbortController();
  const ports = fakePorts({
    files: fakeFiles({ [FILE]: config, ...(csv === undefined ? {} : { 'people.csv': csv }) }),
    aws: fakeAws([{ pool: { ...people.operations, id: POOL_ID } as never, people }]),
    prompter: fakePrompter(answers),
    terminal: fakeTerminal({ interactive: answers !== undefined }),
    clock: swiftClock(),
    stop: controller.signal,
  });
  return {
    people,
    ports,
    stop: () => {
      controller.abort(new Cancelled('SIGINT'));
    },
  };
};

interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line over the ports of a scene. */
const umconfig = async (ports: Ports, ...argv: readonly string[]): Promise<Ran> => {
  const streams = { stdout: '', stderr: '' };
  const exitCode = await run(argv, {
    version: '0.0.0',
    output: {
      colorLevel: () => 0,
      write: (stream, text) => {
        streams[stream] += text;
        return true;
      },
    },
    ports: () => ports,
  });
  return { exitCode, ...streams };
};

const WRITES = /^(?:Admin(?:Create|Add|Remove|Enable|Disable|Delete)|CreateGroup)/;
const writesOf = ({ calls }: FakePeople): readonly string[] => calls.filter((call) => WRITES.test(call));

describe('list', () => {
  const users = {
    'ann@labels.test': ['admin'],
    'wim@labels.test': [],
    'bea@labels.test': ['admin', 'annotators'],
    'u1 = eve@labels.test': ['annotators'],
    'u2 = ': ['admin'],
  };

  test('everybody, with the role and, where it surprises, the reason', async () => {
    const { ports } = scene({ groups: ['admin', 'annotators'], users, pageSize: 2 });
    const { exitCode, stdout } = await umconfig(ports, 'users', 'list');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^EMAIL +STATUS +ENABLED +ROLE +GROUPS\n/);
    expect(stdout).toMatch(/^ann@labels.test +confirmed +yes +admin +admin$/m);
    expect(stdout).toMatch(/^wim@labels.test +confirmed +yes +worker +–$/m);
    expect(stdout).toMatch(/^bea@labels.test +confirmed +yes +worker +admin, annotators$/m);
    expect(stdout).toMatch(/^u2 +confirmed +yes +none +admin\n +the user has no email address/m);
    expect(stdout).toMatchSnapshot();
  });

  test('a page is shown before the next one is asked for', async () => {
    const { ports, people } = scene({ users, groups: ['admin', 'annotators'], pageSize: 2 });
    let shown = '';
    people.fails = (operation, about) => {
      if (operation === 'ListUsers' && about === 'from 4') {
        expect(shown).toContain('bea@labels.test');
        return 'ExpiredTokenException';
      }
      return undefined;
    };
    const exitCode = await run(['users', 'list'], {
      version: '0.0.0',
      output: { colorLevel: () => 0, write: (_stream, text) => (shown += text) !== '' },
      ports: () => ports,
    });
    expect(exitCode).toBe(3);
    expect(shown).toMatchSnapshot();
  });

  test.each([
    [['--role', 'admin'], ['ann@labels.test']],
    [
      ['--role', 'worker'],
      ['wim@labels.test', 'bea@labels.test', 'eve@labels.test'],
    ],
    [['--search', 'EVE@'], ['eve@labels.test']],
    [['--search', 'u1'], ['eve@labels.test']],
    [['--role', 'worker', '--search', 'bea'], ['bea@labels.test']],
    [['--search', 'nobody'], []],
  ])('%j', async (args, emails) => {
    const { ports } = scene({ groups: ['admin', 'annotators'], users });
    const { stdout } = await umconfig(ports, 'users', 'list', '--format', 'json', ...args);
    const { users: found } = JSON.parse(stdout) as { readonly users: readonly { readonly email: string }[] };
    expect(found.map(({ email }) => email)).toEqual(emails);
  });

  test('for the admins only the members of the group are read', async () => {
    const { ports, people } = scene({ groups: ['admin'], users });
    await umconfig(ports, 'users', 'list', '--role', 'admin');
    expect(people.calls.filter((call) => call.startsWith('ListUsers '))).toEqual([]);
  });

  test('an empty pool, and nobody like that', async () => {
    expect((await umconfig(scene().ports, 'users', 'list')).stdout).toBe(
      `nobody is in the user pool ${POOL_ID}\n`,
    );
    const { stdout } = await umconfig(scene({ users }).ports, 'users', 'list', '--search', 'zz');
    expect(stdout).toMatchSnapshot();
  });

  test.each(['ListGroups', 'ListUsersInGroup', 'ListUsers'])(
    'that %s is not allowed is said in place of half a list, with the policy of users',
    async (denied) => {
      const { ports, people } = scene({ users });
      people.fails = (operation) => (operation === denied ? 'AccessDeniedException' : undefined);
      const { exitCode, stdout, stderr } = await umconfig(ports, 'users', 'list');
      expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
      expect(stderr).toContain(`cognito-idp:${denied}`);
      expect(stderr).toContain(`umconfig iam-policy --users --pool ${POOL_ID}`);
    },
  );

  test('hostile names and addresses come out harmless', async () => {
    const hostile = { '\u001b[31mann\u202e = ##[error]x\u0007@labels.test': ['\u009badmin'] };
    for (const format of ['text', 'json']) {
      const { ports } = scene({ groups: ['\u009badmin'], users: hostile });
      const { stdout } = await umconfig(ports, 'users', 'list', '--format', format);
      expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
      if (format === 'json') expect(stdout).not.toContain('##[');
    }
  });
});

describe('a change', () => {
  const users = { 'ann@labels.test': ['admin'], 'wim@labels.test': [], 'u1 = eve@labels.test': [] };

  test('is shown, asked for once, and done', async () => {
    const { ports, people } = scene({ users, answers: [true] });
    const { exitCode, stdout } = await umconfig(
      ports,
      'users',
      'grant',
      'eve@labels.test',
      'wim@labels.test',
    );
    expect(exitCode).toBe(0);
    expect(ports.terminal.notes.join('\n')).toMatchSnapshot();
    expect(ports.prompter.asked).toMatchObject([{ kind: 'confirm', message: 'Change 2 users?' }]);
    expect(stdout).toBe(
      'eve@labels.test: added to the group admin\nwim@labels.test: added to the group admin\n2 users: 2 changed\n',
    );
    expect(people.users.get('u1')?.groups).toContain('admin');
  });

  test('that --quiet hides is not asked for', async () => {
    const { ports, people } = scene({ users: { 'ann@labels.test': [] }, answers: [] });
    const ran = await umconfig(ports, 'users', 'remove', 'ann@labels.test', '--quiet');
    expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
    expect(ran.stderr).toMatchSnapshot();
    expect(people.calls).toEqual([]);
    expect((await umconfig(ports, 'users', 'remove', 'ann@labels.test', '--quiet', '--yes')).exitCode).toBe(
      0,
    );
  });

  test('after a no nothing has happened', async () => {
    const { ports, people } = scene({ users, answers: [false] });
    const { exitCode } = await umconfig(ports, 'users', 'remove', 'wim@labels.test');
    expect(exitCode).toBe(130);
    expect(ports.prompter.asked).toMatchObject([{ default: false }]);
    expect(writesOf(people)).toEqual([]);
  });

  test.each(['add', 'grant', 'revoke', 'disable', 'enable', 'remove', 'import'])(
    'users %s without a terminal and without --yes touches nothing, and names the flag',
    async (name) => {
      const { ports, people } = scene({ users, csv: 'wim@labels.test,admin\n' });
      const { exitCode, stderr } = await umconfig(
        ports,
        'users',
        name,
        name === 'import' ? 'people.csv' : 'wim@labels.test',
      );
      expect(exitCode).toBe(2);
      expect(stderr).toContain('missing: --yes');
      expect(people.calls).toEqual([]);
    },
  );

  test.each([
    ['revoke', 'ann@labels.test', ['--force'], 'AdminRemoveUserFromGroup ann@labels.test'],
    ['disable', 'wim@labels.test', [], 'AdminDisableUser wim@labels.test'],
    ['remove', 'eve@labels.test', [], 'AdminDeleteUser u1'],
    ['remove', 'u1', [], 'AdminDeleteUser u1'],
    ['remove', 'EVE@labels.test', [], 'AdminDeleteUser u1'],
  ])('users %s %s %j', async (name, who, flags, call) => {
    const { ports, people } = scene({ users });
    expect(await umconfig(ports, 'users', name, who, '--yes', ...flags)).toMatchObject({ exitCode: 0 });
    expect(writesOf(people)).toEqual([call]);
  });

  test('enable takes disable back', async () => {
    const { ports, people } = scene({ users });
    await umconfig(ports, 'users', 'disable', 'wim@labels.test', '--yes');
    expect(people.users.get('wim@labels.test')?.enabled).toBe(false);
    await umconfig(ports, 'users', 'enable', 'wim@labels.test', '--yes');
    expect(people.users.get('wim@labels.test')?.enabled).toBe(true);
  });

  test.each(['revoke', 'disable', 'remove'])(
    'users %s leaves the last admin alone without --force',
    async (name) => {
      const { ports, people } = scene({ users });
      const { exitCode, stdout } = await umconfig(ports, 'users', name, 'ann@labels.test', '--yes');
      expect(exitCode).toBe(1);
      expect(stdout).toMatchSnapshot();
      expect(writesOf(people)).toEqual([]);
      expect(await umconfig(ports, 'users', name, 'ann@labels.test', '--yes', '--force')).toMatchObject({
        exitCode: 0,
      });
    },
  );

  test('the missing group is made, and that is said before', async () => {
    const { ports, people } = scene({ groups: [], users: { 'wim@labels.test': [] }, answers: [true] });
    expect(await umconfig(ports, 'users', 'grant', 'wim@labels.test')).toMatchObject({ exitCode: 0 });
    expect(ports.terminal.notes.join('\n')).toMatchSnapshot();
    expect(writesOf(people)).toEqual(['CreateGroup admin', 'AdminAddUserToGroup wim@labels.test']);
  });

  test('a group that somebody else has made meanwhile, or a lost answer had made, is as good', async () => {
    const { ports, people } = scene({ groups: [], users: { 'wim@labels.test': [] } });
    people.fails = (operation) => (operation === 'CreateGroup' ? '!GroupExistsException' : undefined);
    expect(await umconfig(ports, 'users', 'grant', 'wim@labels.test', '--yes')).toMatchObject({
      exitCode: 0,
    });
    expect(writesOf(people)).toContain('AdminAddUserToGroup wim@labels.test');
  });

  test('after Ctrl-C while the pool is read not even the group is made', async () => {
    const { ports, people, stop } = scene({ groups: [], users: { 'wim@labels.test': [] } });
    people.fails = (operation) => {
      if (operation === 'ListGroups') stop();
      return undefined;
    };
    expect(await umconfig(ports, 'users', 'grant', 'wim@labels.test', '--yes')).toMatchObject({
      exitCode: 130,
    });
    expect(writesOf(people)).toEqual([]);
  });

  test('who stays a worker for a second group is a failure with its remedy, although the step is made', async () => {
    const { ports, people } = scene({
      groups: ['admin', 'annotators'],
      users: { 'wim@labels.test': ['annotators'] },
    });
    const { exitCode, stdout } = await umconfig(ports, 'users', 'grant', 'wim@labels.test', '--yes');
    expect(exitCode).toBe(1);
    expect(stdout).toMatchSnapshot();
    expect(people.users.get('wim@labels.test')?.groups).toContain('admin');
  });

  test('usernames in which only the case differs are two people, addresses are one', async () => {
    const { ports, people } = scene({ users: { 'Bob = ': [], 'bob = ': [], 'ann@labels.test': [] } });
    const names = ['Bob', 'bob', 'ann@labels.test', 'Ann@labels.test'];
    const { exitCode } = await umconfig(ports, 'users', 'disable', ...names, '--yes');
    expect(exitCode).toBe(0);
    expect([...writesOf(people)].sort()).toEqual([
      'AdminDisableUser Bob',
      'AdminDisableUser ann@labels.test',
      'AdminDisableUser bob',
    ]);
  });

  test('who is named by address and by username is one person', async () => {
    const { ports, people } = scene({ users: { 'u1 = ann@labels.test': [] } });
    await umconfig(ports, 'users', 'remove', 'ann@labels.test', 'u1', '--yes');
    expect(writesOf(people)).toEqual(['AdminDeleteUser u1']);
  });

  test('two users of one address are told apart by their usernames', async () => {
    const { ports, people } = scene({ users: { 'u1 = eve@labels.test': [], 'u2 = eve@labels.test': [] } });
    const { exitCode, stdout } = await umconfig(ports, 'users', 'remove', 'eve@labels.test', '--yes');
    expect(exitCode).toBe(1);
    expect(stdout).toMatchSnapshot();
    expect(writesOf(people)).toEqual([]);
  });

  test('--dry-run changes nothing and says so', async () => {
    const { ports, people } = scene({ users });
    const { exitCode, stdout } = await umconfig(ports, 'users', 'grant', 'wim@labels.test', '--dry-run');
    expect(exitCode).toBe(0);
    expect(stdout).toMatchSnapshot();
    expect(writesOf(people)).toEqual([]);
  });

  test.each([
    ['no file', 'nothing.yml', 2],
    ['no pool in it', 'empty.yml', 1],
  ])('with %s it says what to do', async (_, config, code) => {
    const { ports } = scene();
    ports.files.contents.set('empty.yml', 'port: 8686\n');
    const { exitCode, stderr } = await umconfig(ports, 'users', 'list', '--config', config);
    expect(exitCode).toBe(code);
    expect(stderr).toContain('→');
  });
});

describe('add', () => {
  test('makes and invites; nobody ever sees a password', async () => {
    const { ports, people } = scene();
    const { exitCode, stdout } = await umconfig(
      ports,
      'users',
      'add',
      'ann@labels.test',
      'bob@labels.test',
      '--admin',
      '--yes',
    );
    expect(exitCode).toBe(0);
    expect(stdout).toMatchSnapshot();
    expect(people.mails).toEqual(['ann@labels.test', 'bob@labels.test']);
    expect(people.users.get('ann@labels.test')?.groups).toContain('admin');
  });

  test('--no-invite sends nothing', async () => {
    const { ports, people } = scene();
    const { stdout } = await umconfig(ports, 'users', 'add', 'ann@labels.test', '--no-invite', '--yes');
    expect(stdout).toMatchSnapshot();
    expect(people.mails).toEqual([]);
  });

  test('who is there already is a line of its own, and the others are made', async () => {
    const { ports, people } = scene({ users: { 'ann@labels.test': [] } });
    const { exitCode, stdout } = await umconfig(
      ports,
      'users',
      'add',
      'ann@labels.test',
      'bob@labels.test',
      '--yes',
    );
    expect(exitCode).toBe(1);
    expect(stdout).toMatchSnapshot();
    expect(people.mails).toEqual(['bob@labels.test']);
  });

  test('what is no address is said before AWS is asked', async () => {
    const { ports, people } = scene();
    const { exitCode, stderr } = await umconfig(ports, 'users', 'add', 'ann', 'bob@localhost', '--yes');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('"ann"');
    expect(stderr).toContain('"bob@localhost"');
    expect(people.calls).toEqual([]);
  });

  test('where addresses are aliases the username is a UUID', async () => {
    const { ports, people } = scene({ pool: { aliasAttributes: ['email'] } });
    await umconfig(ports, 'users', 'add', 'ann@labels.test', '--yes');
    expect([...people.users.keys()]).toEqual([
      expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab]/),
    ]);
  });

  test('where people sign in with a phone number it cannot be done, and why is said', async () => {
    const { ports, people } = scene({ pool: { usernameAttributes: ['phone_number'] } });
    const { exitCode, stdout } = await umconfig(ports, 'users', 'add', 'ann@labels.test', '--yes');
    expect(exitCode).toBe(1);
    expect(stdout).toMatchSnapshot();
    expect(writesOf(people)).toEqual([]);
  });

  test.each([
    ['InvalidParameterException', 1, 'Check the email address'],
    ['LimitExceededException', 1, '50 emails a day'],
    ['CodeDeliveryFailureException', 1, 'invitation'],
    ['UserLambdaValidationException', 1, 'Lambda trigger'],
    ['AccessDeniedException', 3, 'iam-policy --users'],
    ['ExpiredTokenException', 3, 'aws sso login'],
    ['InternalErrorException', 3, 'Try again'],
  ])('%s is told with its remedy, exit %d', async (name, code, remedy) => {
    const { ports, people } = scene();
    people.fails = (operation) => (operation === 'AdminCreateUser' ? name : undefined);
    const { exitCode, stdout } = await umconfig(ports, 'users', 'add', 'ann@labels.test', '--yes');
    expect(exitCode).toBe(code);
    expect(stdout.replace(/\s+/g, ' ')).toContain(remedy);
  });

  test('more invitations than Cognito sends in a day are warned of', async () => {
    const { ports } = scene({ answers: [true] });
    const emails = Array.from({ length: 51 }, (_, at) => `p${String(at)}@labels.test`);
    await umconfig(ports, 'users', 'add', ...emails);
    expect(ports.terminal.notes.join('\n')).toMatchSnapshot();
  });
});

/** Runs the import to its report. */
const importPeople = async (
  ports: Ports,
  options: OptionValues = {},
): Promise<{ readonly exitCode: number; readonly body: PeopleChangeReport }> => {
  const report = await runUsersImport(
    { args: ['people.csv'], options: { yes: true, ...options }, fields: {} },
    ports,
  );
  return { exitCode: report.exitCode, body: report.body as PeopleChangeReport };
};

const outcomesOf = ({ people }: PeopleChangeReport): readonly string[] =>
  people.map(({ line, outcome }) => `${String(line)} ${outcome}`);

describe('import', () => {
  const users = { 'ann@labels.test': ['admin'], 'wim@labels.test': [], 'eve@labels.test': ['admin'] };
  const csv =
    'email,role\nnew@labels.test,admin\nwim@labels.test,admin\neve@labels.test,worker\nann@labels.test,admin\nNEW@labels.test,admin\n';

  test('makes the pool what the file says, and a second time there is nothing to do', async () => {
    const { ports, people } = scene({ users, csv });
    const first = await importPeople(ports);
    expect(first.exitCode).toBe(0);
    expect(outcomesOf(first.body)).toEqual(['2 done', '3 done', '4 done', '5 unchanged', '6 repeated']);
    const isAdmin = (name: string): boolean | undefined => people.users.get(name)?.groups.has('admin');
    expect(['new', 'wim', 'eve', 'ann'].map((name) => isAdmin(`${name}@labels.test`))).toEqual([
      true,
      true,
      false,
      true,
    ]);
    const before = writesOf(people).length;
    const second = await importPeople(ports);
    expect(second.exitCode).toBe(0);
    expect(writesOf(people)).toHaveLength(before);
    expect(people.mails).toEqual(['new@labels.test']);
  });

  test('says in a CSV what happened to each line', async () => {
    const { ports } = scene({ users, csv });
    const { body } = await importPeople(ports);
    expect(body.result).toBe('people.result.csv');
    expect(ports.files.contents.get('people.result.csv')?.split('\n').slice(0, 3)).toEqual([
      '"line","email","role","outcome","what","remedy"',
      '"2","new@labels.test","admin","done","created and invited, added to the group admin",""',
      '"3","wim@labels.test","admin","done","added to the group admin",""',
    ]);
  });

  test('of nobody changes nothing, and is counted', async () => {
    const { ports } = scene({ csv: 'email,role\n' });
    const { exitCode, stdout } = await umconfig(ports, 'users', 'import', 'people.csv', '--yes');
    expect([exitCode, stdout]).toEqual([
      0,
      '0 users\neach line and what happened to it: people.result.csv\n',
    ]);
  });

  test.each(['people.csv', FILE])('its result never goes over %s', async (result) => {
    const { ports, people } = scene({ csv: 'email,role\nann@labels.test,worker\n' });
    const before = ports.files.contents.get(result);
    const ran = await umconfig(ports, 'users', 'import', 'people.csv', '--yes', '--result', result);
    expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
    expect(ran.stderr).toContain(`--result ${result} would overwrite`);
    expect(ports.files.contents.get(result)).toBe(before);
    expect(people.calls).toEqual([]);
  });

  test('its result needs a file of its own, beside what is shown', async () => {
    const { ports, people } = scene({ csv: 'email,role\nann@labels.test,worker\n' });
    const ran = await umconfig(ports, 'users', 'import', 'people.csv', '--yes', '--result', '-');
    expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
    expect(ran.stderr).toContain('--format json');
    expect(people.calls).toEqual([]);
  });

  test('with one wrong line nothing is changed, and AWS is not even asked', async () => {
    const { ports, people } = scene({ users, csv: `${csv}nonsense,admin\n` });
    const { exitCode, stdout } = await umconfig(ports, 'users', 'import', 'people.csv', '--yes');
    expect(exitCode).toBe(1);
    expect(stdout).toMatchSnapshot();
    expect(people.calls).toEqual([]);
    expect([...ports.files.contents.keys()]).not.toContain('people.result.csv');
  });

  test('the last admin stays, and so does everything else', async () => {
    const { ports, people } = scene({
      users: { 'ann@labels.test': ['admin'] },
      csv: 'ann@labels.test,worker\nnew@labels.test,worker\n',
    });
    const { exitCode, stderr } = await umconfig(ports, 'users', 'import', 'people.csv', '--yes');
    expect(exitCode).toBe(1);
    expect(stderr).toMatchSnapshot();
    expect(stderr).toContain('--force');
    expect(writesOf(people)).toEqual([]);
  });

  const HANDOVER = 'email,role\nold@labels.test,worker\nnew@labels.test,admin\n';

  test.each(['AdminCreateUser', 'AdminAddUserToGroup'])(
    'the last admin stays where the one who is to follow fails at %s',
    async (failing) => {
      const { ports, people } = scene({ csv: HANDOVER, users: { 'old@labels.test': ['admin'] } });
      people.fails = (operation) => (operation === failing ? 'InvalidParameterException' : undefined);
      const { exitCode, stdout } = await umconfig(ports, 'users', 'import', 'people.csv', '--yes');
      expect(exitCode).toBe(1);
      expect(stdout).toContain('people.csv:2: old@labels.test: failed: nobody would be left');
      expect([...(people.users.get('old@labels.test')?.groups ?? [])]).toEqual(['admin']);
    },
  );

  test('the last admin goes when the one who is to follow is there, and with --force in any case', async () => {
    const { ports, people } = scene({ csv: HANDOVER, users: { 'old@labels.test': ['admin'] } });
    expect((await umconfig(ports, 'users', 'import', 'people.csv', '--yes')).exitCode).toBe(0);
    expect(writesOf(people).map((call) => call.replace(/ admin$/, ''))).toEqual([
      'AdminCreateUser new@labels.test',
      'AdminAddUserToGroup new@labels.test',
      'AdminRemoveUserFromGroup old@labels.test',
    ]);
    const forced = scene({ csv: HANDOVER, users: { 'old@labels.test': ['admin'] } });
    forced.people.fails = (operation) =>
      operation === 'AdminCreateUser' ? 'InvalidParameterException' : undefined;
    await umconfig(forced.ports, 'users', 'import', 'people.csv', '--yes', '--force');
    expect([...(forced.people.users.get('old@labels.test')?.groups ?? [])]).toEqual([]);
  });

  test('the last admin stays where the one who is to follow is not invited, and so cannot sign in', async () => {
    const seed = { csv: HANDOVER, users: { 'old@labels.test': ['admin'] } };
    const kept = scene(seed);
    const { exitCode, stderr } = await umconfig(
      kept.ports,
      'users',
      'import',
      'people.csv',
      '--yes',
      '--no-invite',
    );
    expect(exitCode).toBe(1);
    expect(stderr).toMatchSnapshot();
    expect(writesOf(kept.people)).toEqual([]);
    const forced = scene(seed);
    await umconfig(forced.ports, 'users', 'import', 'people.csv', '--yes', '--no-invite', '--force');
    expect([...(forced.people.users.get('old@labels.test')?.groups ?? [])]).toEqual([]);
  });

  test.each([
    ['read whole', {}],
    ['asked for each', { estimatedUsers: 5000 }],
  ])('an address is found by its letters, or else in any case: a pool that is %s', async (_, pool) => {
    const { ports, people } = scene({
      users: { 'Ann@labels.test': [], 'ann@labels.test': [], 'bob@labels.test': [] },
      csv: 'ann@labels.test,admin\nBob@labels.test,admin\n',
      pool,
    });
    expect((await importPeople(ports)).exitCode).toBe(0);
    expect(writesOf(people).map((call) => call.split(' ')[1])).toEqual([
      'ann@labels.test',
      'bob@labels.test',
    ]);
  });

  test('a small file asks for its people, a small pool is read whole', async () => {
    const small = scene({ users, csv: 'wim@labels.test,worker\n', pool: { estimatedUsers: 5000 } });
    await importPeople(small.ports);
    expect(small.people.calls.filter((call) => call.startsWith('ListUsers '))).toEqual([
      'ListUsers wim@labels.test',
    ]);
    const whole = scene({ users, csv });
    await importPeople(whole.ports);
    expect(whole.people.calls.filter((call) => call.startsWith('ListUsers '))).toEqual(['ListUsers from 0']);
  });

  test.each([
    ['is the username', 'new@labels.test', {}],
    ['is an alias', 'u1', { aliasAttributes: ['email'] }],
  ])(
    'somebody made a moment ago, whom the list does not show yet, gets the role and no second mail: the address %s',
    async (_, username, pool) => {
      const { ports, people } = scene({ csv: 'new@labels.test,admin\n', pool });
      await people.operations.createUser(POOL_ID, { username, email: 'new@labels.test', invite: true });
      const { listUsers } = people.operations;
      Object.assign(people.operations, {
        listUsers: async function* () {
          for await (const page of listUsers(POOL_ID)) yield page.slice(0, 0);
        },
      });
      const aws = fakeAws([{ pool: { id: POOL_ID } as never, people }]);
      const { exitCode } = await importPeople({ ...ports, aws });
      expect(exitCode).toBe(0);
      expect(people.mails).toEqual(['new@labels.test']);
      expect(people.users.get(username)?.groups).toContain('admin');
    },
  );

  test('stays under what Cognito allows', async () => {
    const lines = Array.from({ length: 300 }, (_, at) => `p${String(at)}@labels.test,worker\n`).join('');
    const { ports } = scene({ csv: lines });
    const begun = ports.clock.now();
    await importPeople(ports, { invite: false });
    const seconds = (ports.clock.now() - begun) / 1000;
    expect(300 / seconds).toBeLessThanOrEqual(RATES.create * 1.01);
    expect(300 / seconds).toBeGreaterThan(RATES.create * 0.8);
  });

  test('goes on after half a minute of throttling', async () => {
    const { ports, people } = scene({ csv: 'a@labels.test,admin\nb@labels.test,worker\n' });
    const end = ports.clock.now() + 30_000;
    people.fails = (operation) =>
      WRITES.test(operation) && ports.clock.now() < end ? 'TooManyRequestsException' : undefined;
    const { exitCode, body } = await importPeople(ports);
    expect(exitCode).toBe(0);
    expect(outcomesOf(body)).toEqual(['1 done', '2 done']);
    expect(people.calls.length).toBeLessThan(60);
  });

  test('gives up where throttling does not end, and says where it is', async () => {
    const { ports, people } = scene({ csv: 'a@labels.test,worker\nb@labels.test,worker\n' });
    people.fails = (operation) => (WRITES.test(operation) ? 'TooManyRequestsException' : undefined);
    const { exitCode, body } = await importPeople(ports);
    expect(exitCode).toBe(3);
    expect(JSON.stringify(body.people)).toContain('AWS throttled AdminCreateUser');
  });

  test('when the day’s emails are used up the rest is not tried, and the same command goes on', async () => {
    const lines = Array.from({ length: 60 }, (_, at) => `p${String(at)}@labels.test,worker\n`).join('');
    const { ports, people } = scene({ csv: lines });
    people.fails = (operation) =>
      operation === 'AdminCreateUser' && people.mails.length >= 50 ? 'LimitExceededException' : undefined;
    const { exitCode, body } = await importPeople(ports);
    expect(exitCode).toBe(1);
    expect(body.people.filter(({ outcome }) => outcome === 'done')).toHaveLength(50);
    expect(body.people.some(({ outcome }) => outcome === 'not-tried' || outcome === 'failed')).toBe(true);
    people.fails = () => undefined;
    expect((await importPeople(ports)).exitCode).toBe(0);
    expect(new Set(people.mails).size).toBe(people.mails.length);
    expect(people.mails).toHaveLength(60);
  });

  test('Ctrl-C lets the calls under way finish, and says where it is', async () => {
    const lines = Array.from({ length: 100 }, (_, at) => `p${String(at)}@labels.test,admin\n`).join('');
    const { ports, people, stop } = scene({ csv: lines });
    people.fails = () => {
      if (people.mails.length === 20) stop();
      return undefined;
    };
    const { exitCode, body } = await importPeople(ports);
    expect(exitCode).toBe(130);
    expect(body.mode).toBe('stopped');
    expect(body.people.filter(({ outcome }) => outcome === 'not-tried').length).toBeGreaterThan(50);
    const told = body.people.flatMap(({ steps, name }) =>
      steps.some((step) => step.startsWith('created')) ? [name] : [],
    );
    expect([...told].sort()).toEqual([...people.mails].sort());
    people.fails = () => undefined;
    const again = await importPeople({ ...ports, stop: new AbortController().signal });
    expect(again.exitCode).toBe(0);
    expect(people.mails).toHaveLength(100);
    expect([...people.users.values()].every(({ groups }) => groups.has('admin'))).toBe(true);
  });

  test('whatever is in the file and goes wrong, in the end the pool is what the file says, and nobody gets two mails', async () => {
    const person = fc.record({
      name: fc.integer({ min: 0, max: 25 }),
      role: fc.constantFrom('admin', 'worker', ''),
      upper: fc.boolean(),
    });
    const emailOf = (at: number): string => `p${String(at)}@labels.test`;
    await fc.assert(
      fc.asyncProperty(
        fc.array(person, { minLength: 1, maxLength: 40 }),
        fc.dictionary(fc.integer({ min: 0, max: 25 }).map(String), fc.subarray(['admin']), { maxKeys: 15 }),
        fc.array(
          fc.constantFrom('TooManyRequestsException', '!TimeoutError', 'TimeoutError', 'kill', undefined),
          { maxLength: 60 },
        ),
        async (lines, existing, troubles) => {
          const roles = new Map<number, string>();
          // Of people who stand twice with two roles the first counts here; the command refuses such a file.
          const kept = lines.filter(({ name, role }) =>
            roles.has(name) ? roles.get(name) === role : roles.set(name, role),
          );
          const csvText = kept
            .map(
              ({ name, role, upper }) => `${upper ? emailOf(name).toUpperCase() : emailOf(name)},${role}\n`,
            )
            .join('');
          const seed = Object.fromEntries(
            Object.entries(existing).map(([name, groups]) => [emailOf(Number(name)), groups]),
          );
          const { ports, people } = scene({ csv: csvText, users: seed });
          const left = [...troubles];
          let kill: (() => void) | undefined;
          people.fails = (operation) => {
            if (!WRITES.test(operation)) return undefined;
            const trouble = left.shift();
            if (trouble === 'kill') {
              // Nothing of that process is heard of again, and its call has taken effect or not.
              kill?.();
              return undefined;
            }
            return trouble;
          };
          for (let attempt = 0; attempt < 80; attempt += 1) {
            const killed = new Promise<'killed'>((resolve) => {
              kill = () => {
                resolve('killed');
              };
            });
            const controller = new AbortController();
            const ended = await Promise.race([
              killed,
              importPeople({ ...ports, stop: controller.signal }, { force: true }).then(
                ({ exitCode }) => exitCode,
              ),
            ]);
            if (ended === 'killed') controller.abort(new Cancelled('SIGTERM'));
            if (ended === 0) break;
          }
          const found = (name: number) =>
            [...people.users.values()].find(({ email }) => email?.toLowerCase() === emailOf(name));
          for (const [name, role] of roles) {
            const wasAdmin = existing[String(name)]?.includes('admin') === true;
            const isAdmin = role === 'admin' || (role === '' && wasAdmin);
            expect(found(name)?.groups.has('admin')).toBe(isAdmin);
          }
          expect(people.users.size).toBe(
            new Set([...roles.keys(), ...Object.keys(existing).map(Number)]).size,
          );
          expect(new Set(people.mails.map((mail) => mail.toLowerCase())).size).toBe(people.mails.length);
        },
      ),
      { numRuns: 40 },
    );
  });
});
