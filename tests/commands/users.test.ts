/** `users` over fakes: output, confirmation, changes, failures of AWS, and an import that is throttled, stopped and killed. */
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

  test('shows all users, with the role and the reason for an unexpected one', async () => {
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

  test('an expired invitation is shown as such, and how to send it again', async () => {
    const seed = { users: { 'new@labels.test': [], 'wim@labels.test': [] }, traits: INVITED };
    expect((await umconfig(scene(seed).ports, 'users', 'list')).stdout).toMatchSnapshot();
    const { stdout } = await umconfig(scene(seed).ports, 'users', 'list', '--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      users: [
        { status: 'FORCE_CHANGE_PASSWORD', isInvitationExpired: true },
        { status: 'CONFIRMED', isInvitationExpired: false },
      ],
    });
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

  test('reports an empty pool, and a search without a match', async () => {
    expect((await umconfig(scene().ports, 'users', 'list')).stdout).toMatchSnapshot();
    const { stdout } = await umconfig(scene({ users }).ports, 'users', 'list', '--search', 'zz');
    expect(stdout).toMatchSnapshot();
  });

  test.each(['ListGroups', 'ListUsersInGroup', 'ListUsers'])(
    'without permission for %s it prints the policy of users, not half a list',
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

/** Has only a temporary password. */
const INVITED = { 'new@labels.test': { status: 'FORCE_CHANGE_PASSWORD', modified: 0 } };

describe('a change', () => {
  const users = { 'ann@labels.test': ['admin'], 'wim@labels.test': [], 'u1 = eve@labels.test': [] };

  test('is shown, confirmed once, and made', async () => {
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

  test('is refused without --yes where --quiet hides it', async () => {
    const { ports, people } = scene({ users: { 'ann@labels.test': [] }, answers: [] });
    const ran = await umconfig(ports, 'users', 'remove', 'ann@labels.test', '--quiet');
    expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
    expect(ran.stderr).toMatchSnapshot();
    expect(people.calls).toEqual([]);
    expect((await umconfig(ports, 'users', 'remove', 'ann@labels.test', '--quiet', '--yes')).exitCode).toBe(
      0,
    );
  });

  test('is not made after a no', async () => {
    const { ports, people } = scene({ users, answers: [false] });
    const { exitCode } = await umconfig(ports, 'users', 'remove', 'wim@labels.test');
    expect(exitCode).toBe(130);
    expect(ports.prompter.asked).toMatchObject([{ default: false }]);
    expect(writesOf(people)).toEqual([]);
  });

  test.each(['add', 'invite', 'grant', 'revoke', 'disable', 'enable', 'remove', 'import'])(
    'users %s without a terminal and without --yes changes nothing, and names the flag',
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
    ['invite', 'new@labels.test', [], 'AdminCreateUser new@labels.test again'],
  ])('users %s %s %j', async (name, who, flags, call) => {
    const { ports, people } = scene({ users: { ...users, 'new@labels.test': [] }, traits: INVITED });
    expect(await umconfig(ports, 'users', name, who, '--yes', ...flags)).toMatchObject({ exitCode: 0 });
    expect(writesOf(people)).toEqual([call]);
  });

  test('enable reverses disable', async () => {
    const { ports, people } = scene({ users });
    await umconfig(ports, 'users', 'disable', 'wim@labels.test', '--yes');
    expect(people.users.get('wim@labels.test')?.enabled).toBe(false);
    await umconfig(ports, 'users', 'enable', 'wim@labels.test', '--yes');
    expect(people.users.get('wim@labels.test')?.enabled).toBe(true);
  });

  test.each(['revoke', 'disable', 'remove'])(
    'users %s keeps the last admin without --force',
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

  test('an admin without a password does not count as one who remains', async () => {
    const people = { 'ann@labels.test': ['admin'], 'new@labels.test': ['admin'] };
    const { ports } = scene({ users: people, traits: INVITED });
    expect((await umconfig(ports, 'users', 'revoke', 'ann@labels.test', '--yes')).exitCode).toBe(1);
  });

  const BOTH = { 'ann@labels.test': ['admin'], 'bea@labels.test': ['admin'] };
  const adminsOf = ({ users: all }: FakePeople): readonly string[] =>
    [...all.values()].flatMap(({ email = '', enabled, groups }) =>
      enabled && groups.has('admin') ? [email] : [],
    );

  test.each(['revoke', 'disable', 'remove'])(
    'two `users %s` at once, each of the other admin, leave one',
    async (name) => {
      const { ports, people } = scene({ users: BOTH });
      const ran = await Promise.all(
        Object.keys(BOTH).map((who) => umconfig(ports, 'users', name, who, '--yes')),
      );
      expect(adminsOf(people)).not.toEqual([]);
      expect(ran.map(({ exitCode }) => exitCode)).toContain(1);
      expect(ran[0]?.stdout).toMatchSnapshot();
    },
  );

  test('the pool is read again when the question has been answered', async () => {
    const { ports, people } = scene({ users: BOTH, answers: [] });
    Object.assign(ports.prompter, {
      confirm: async () => {
        await people.operations.removeFromGroup(POOL_ID, 'bea@labels.test', 'admin');
        return true;
      },
    });
    expect((await umconfig(ports, 'users', 'revoke', 'ann@labels.test')).exitCode).toBe(1);
    expect(adminsOf(people)).toEqual(['ann@labels.test']);
    expect(writesOf(people)).toHaveLength(1);
  });

  test('the missing group is created, and announced before', async () => {
    const { ports, people } = scene({ groups: [], users: { 'wim@labels.test': [] }, answers: [true] });
    expect(await umconfig(ports, 'users', 'grant', 'wim@labels.test')).toMatchObject({ exitCode: 0 });
    expect(ports.terminal.notes.join('\n')).toMatchSnapshot();
    expect(writesOf(people)).toEqual(['CreateGroup admin', 'AdminAddUserToGroup wim@labels.test']);
  });

  test('a group that exists by now, by another command or a lost answer, will do', async () => {
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

  test('a user in a second group stays a worker: a failure with its remedy, although the step is made', async () => {
    const { ports, people } = scene({
      groups: ['admin', 'annotators'],
      users: { 'wim@labels.test': ['annotators'] },
    });
    const { exitCode, stdout } = await umconfig(ports, 'users', 'grant', 'wim@labels.test', '--yes');
    expect(exitCode).toBe(1);
    expect(stdout).toMatchSnapshot();
    expect(people.users.get('wim@labels.test')?.groups).toContain('admin');
  });

  describe('of a federated user', () => {
    const NAME = 'Google_107123456789012345678';
    const federated = {
      groups: ['admin', `${POOL_ID}_Google`],
      users: { [`${NAME} = wim@labels.test`]: [`${POOL_ID}_Google`] },
      traits: { [NAME]: { status: 'EXTERNAL_PROVIDER' } },
    };

    test.each([NAME, 'wim@labels.test'])(
      'to an admin is refused before anything is changed: %s',
      async (who) => {
        const { ports, people } = scene(federated);
        const { exitCode, stdout } = await umconfig(
          ports,
          'users',
          'grant',
          who,
          '--yes',
          '--format',
          'json',
        );
        expect(exitCode).toBe(1);
        expect(writesOf(people)).toEqual([]);
        expect(JSON.parse(stdout)).toMatchObject({ users: [{ username: NAME, outcome: 'failed' }] });
      },
    );

    test('by email address is made by username', async () => {
      const { ports, people } = scene(federated);
      expect((await umconfig(ports, 'users', 'disable', 'wim@labels.test', '--yes')).exitCode).toBe(0);
      expect(writesOf(people)).toEqual([`AdminDisableUser ${NAME}`]);
    });

    test('adds a pool account for an admin', async () => {
      const { ports, people } = scene(federated);
      const { exitCode } = await umconfig(ports, 'users', 'add', 'wim@labels.test', '--admin', '--yes');
      expect(exitCode).toBe(0);
      expect(people.users.get(NAME)?.groups).not.toContain('admin');
      expect(people.users.get('wim@labels.test')?.groups).toContain('admin');
    });

    test('never counts as the admin who remains, and is listed by username', async () => {
      const seed = {
        ...federated,
        users: { 'ann@labels.test': ['admin'], [`${NAME} = wim@labels.test`]: ['admin'] },
      };
      const { ports } = scene(seed);
      expect((await umconfig(ports, 'users', 'revoke', 'ann@labels.test', '--yes')).exitCode).toBe(1);
      const { stdout } = await umconfig(ports, 'users', 'list');
      expect(stdout).toMatch(new RegExp(`^${NAME} .* worker `, 'm'));
    });
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

  test('a user named by address and by username is one user', async () => {
    const { ports, people } = scene({ users: { 'u1 = ann@labels.test': [] } });
    await umconfig(ports, 'users', 'remove', 'ann@labels.test', 'u1', '--yes');
    expect(writesOf(people)).toEqual(['AdminDeleteUser u1']);
  });

  test('two users with one address are distinguished by username', async () => {
    const { ports, people } = scene({ users: { 'u1 = eve@labels.test': [], 'u2 = eve@labels.test': [] } });
    const { exitCode, stdout } = await umconfig(ports, 'users', 'remove', 'eve@labels.test', '--yes');
    expect(exitCode).toBe(1);
    expect(stdout).toMatchSnapshot();
    expect(writesOf(people)).toEqual([]);
  });

  test('--dry-run changes nothing and reports that', async () => {
    const { ports, people } = scene({ users });
    const { exitCode, stdout } = await umconfig(ports, 'users', 'grant', 'wim@labels.test', '--dry-run');
    expect(exitCode).toBe(0);
    expect(stdout).toMatchSnapshot();
    expect(writesOf(people)).toEqual([]);
  });

  test.each([
    ['no file', 'nothing.yml', 2],
    ['no pool in it', 'empty.yml', 1],
  ])('with %s it prints the remedy', async (_, config, code) => {
    const { ports } = scene();
    ports.files.contents.set('empty.yml', 'port: 8686\n');
    const { exitCode, stderr } = await umconfig(ports, 'users', 'list', '--config', config);
    expect(exitCode).toBe(code);
    expect(stderr).toContain('→');
  });
});

describe('for the Node server, which has no roles', () => {
  const nested = `http:\n  port: 8686\nuser:\n  on: true\ncognito:\n  userPool: ${POOL_ID}\n`;
  const users = { 'ann@labels.test': ['admin'], 'wim@labels.test': [] };
  const nodeScene = (seed: SceneSeed = {}): Scene => scene({ users, config: nested, ...seed });

  test('the list has no roles', async () => {
    const { ports, people } = nodeScene();
    const { exitCode, stdout } = await umconfig(ports, 'users', 'list');
    expect(exitCode).toBe(0);
    expect(stdout).toMatchSnapshot();
    expect(people.calls.filter((call) => call.includes('Group'))).toEqual([]);
    const json = await umconfig(ports, 'users', 'list', '--format', 'json');
    expect(JSON.parse(json.stdout)).toMatchObject({ users: [{ role: null }, { role: null }] });
    expect(json.stdout).not.toContain('groups":');
  });

  test.each([
    ['grant', 'wim@labels.test', '--yes'],
    ['revoke', 'ann@labels.test', '--yes'],
    ['add', 'new@labels.test', '--admin', '--yes'],
    ['list', '--role', 'admin'],
  ])('users %s %s %s is wrong usage', async (...args) => {
    const { ports, people } = nodeScene();
    const { exitCode, stderr } = await umconfig(ports, 'users', ...args);
    expect(exitCode).toBe(2);
    expect(stderr).toMatchSnapshot();
    expect(people.calls).toEqual([]);
  });

  test('nobody is the last admin', async () => {
    const { ports, people } = nodeScene();
    expect((await umconfig(ports, 'users', 'remove', 'ann@labels.test', '--yes')).exitCode).toBe(0);
    expect(people.calls.filter((call) => call.includes('Group'))).toEqual([]);
  });

  test('an import gives no roles', async () => {
    const { ports, people } = nodeScene({ csv: 'email,role\nnew@labels.test,\nwim@labels.test,\n' });
    const ran = await umconfig(ports, 'users', 'import', 'people.csv', '--yes', '--format', 'json');
    expect(ran.exitCode).toBe(0);
    expect(JSON.parse(ran.stdout)).toMatchObject({ summary: { done: 1, unchanged: 1 } });
    expect(people.calls.filter((call) => call.includes('Group'))).toEqual([]);
  });
});

describe('add', () => {
  test('creates and invites, without showing a password', async () => {
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

  test('who is there already is unchanged, and the others are created', async () => {
    const { ports, people } = scene({ users: { 'ann@labels.test': [] } });
    const args = ['users', 'add', 'ann@labels.test', 'bob@labels.test', '--yes'] as const;
    const { exitCode, stdout } = await umconfig(ports, ...args);
    expect(exitCode).toBe(0);
    const again = await umconfig(ports, ...args, '--format', 'json');
    expect([again.exitCode, JSON.parse(again.stdout)]).toMatchObject([0, { summary: { unchanged: 2 } }]);
    expect(stdout).toMatchSnapshot();
    expect(people.mails).toEqual(['bob@labels.test']);
  });

  test('who is there with another role is a failure with its remedy', async () => {
    const { ports, people } = scene({ users: { 'ann@labels.test': [] } });
    const { exitCode, stdout } = await umconfig(ports, 'users', 'add', 'ann@labels.test', '--admin', '--yes');
    expect(exitCode).toBe(1);
    expect(stdout).toMatchSnapshot();
    expect(writesOf(people)).toEqual([]);
  });

  test.each([
    [
      'an address that the pool has in another Unicode form',
      'jos\u00e9@labels.test',
      'jose\u0301@labels.test',
    ],
    ['a domain that the pool has in ASCII', 'x@m\u00fcller.de', 'x@xn--mller-kva.de'],
    ['a domain that the pool has in Unicode', 'x@xn--mller-kva.de', 'x@m\u00fcller.de'],
  ])('%s is reported, and nobody is created', async (_, asked, known) => {
    const { ports, people } = scene({ users: { [`u1 = ${known}`]: [] }, csv: `${asked},worker\n` });
    const added = await umconfig(ports, 'users', 'add', asked, '--yes');
    expect(added.exitCode).toBe(1);
    expect(added.stdout).toMatchSnapshot();
    expect((await umconfig(ports, 'users', 'import', 'people.csv', '--yes')).exitCode).toBe(1);
    expect(writesOf(people)).toEqual([]);
  });

  test('two spellings of one address are wrong usage', async () => {
    const { ports, people } = scene();
    const args = ['jos\u00e9@labels.test', 'jose\u0301@labels.test', '--yes'];
    const { exitCode, stderr } = await umconfig(ports, 'users', 'add', ...args);
    expect(exitCode).toBe(2);
    expect(stderr).toMatchSnapshot();
    expect(people.calls).toEqual([]);
  });

  test('an invalid address is reported before AWS is called', async () => {
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

  test('is refused with the reason where users sign in with a phone number', async () => {
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
  ])('%s is reported with its remedy, exit %d', async (name, code, remedy) => {
    const { ports, people } = scene();
    people.fails = (operation) => (operation === 'AdminCreateUser' ? name : undefined);
    const { exitCode, stdout } = await umconfig(ports, 'users', 'add', 'ann@labels.test', '--yes');
    expect(exitCode).toBe(code);
    expect(stdout.replace(/\s+/g, ' ')).toContain(remedy);
  });

  test('warns of more invitations than Cognito sends in a day', async () => {
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

  test('syncs the pool with the file, and a second run changes nothing', async () => {
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

  test('writes the result of each line to a CSV file', async () => {
    const { ports } = scene({ users, csv });
    const { body } = await importPeople(ports);
    expect(body.result).toBe('people.result.csv');
    expect(ports.files.contents.get('people.result.csv')?.split('\n').slice(0, 3)).toEqual([
      '"line","email","role","outcome","what","remedy"',
      '"2","new@labels.test","admin","done","created and invited, added to the group admin",""',
      '"3","wim@labels.test","admin","done","added to the group admin",""',
    ]);
  });

  test('of an empty file changes nothing, and is counted', async () => {
    const { ports } = scene({ csv: 'email,role\n' });
    const { exitCode, stdout } = await umconfig(ports, 'users', 'import', 'people.csv', '--yes');
    expect([exitCode, stdout]).toEqual([0, '0 users\nResult of each line: people.result.csv\n']);
  });

  test.each(['people.csv', FILE])('its result never overwrites %s', async (result) => {
    const { ports, people } = scene({ csv: 'email,role\nann@labels.test,worker\n' });
    const before = ports.files.contents.get(result);
    const ran = await umconfig(ports, 'users', 'import', 'people.csv', '--yes', '--result', result);
    expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
    expect(ran.stderr).toContain(`--result ${result} would overwrite`);
    expect(ports.files.contents.get(result)).toBe(before);
    expect(people.calls).toEqual([]);
  });

  test('its result cannot go to standard output', async () => {
    const { ports, people } = scene({ csv: 'email,role\nann@labels.test,worker\n' });
    const ran = await umconfig(ports, 'users', 'import', 'people.csv', '--yes', '--result', '-');
    expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
    expect(ran.stderr).toContain('--format json');
    expect(people.calls).toEqual([]);
  });

  test('with one invalid line nothing is changed, and AWS is not called', async () => {
    const { ports, people } = scene({ users, csv: `${csv}nonsense,admin\n` });
    const { exitCode, stdout } = await umconfig(ports, 'users', 'import', 'people.csv', '--yes');
    expect(exitCode).toBe(1);
    expect(stdout).toMatchSnapshot();
    expect(people.calls).toEqual([]);
    expect([...ports.files.contents.keys()]).not.toContain('people.result.csv');
  });

  test('the last admin stays, and nothing else is changed', async () => {
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
    'the last admin stays where the new one fails at %s',
    async (failing) => {
      const { ports, people } = scene({ csv: HANDOVER, users: { 'old@labels.test': ['admin'] } });
      people.fails = (operation) => (operation === failing ? 'InvalidParameterException' : undefined);
      const { exitCode, stdout } = await umconfig(ports, 'users', 'import', 'people.csv', '--yes');
      expect(exitCode).toBe(1);
      expect(stdout).toContain('people.csv:2: old@labels.test: failed');
      expect([...(people.users.get('old@labels.test')?.groups ?? [])]).toEqual(['admin']);
    },
  );

  test('the last admin is revoked after the new one is created, and with --force in any case', async () => {
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

  test('the last admin stays where the new one is not invited, and so cannot sign in', async () => {
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
    'a new user whom the list does not show yet gets the role and no second email: the address %s',
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

  test('continues after half a minute of throttling', async () => {
    const { ports, people } = scene({ csv: 'a@labels.test,admin\nb@labels.test,worker\n' });
    const end = ports.clock.now() + 30_000;
    people.fails = (operation) =>
      WRITES.test(operation) && ports.clock.now() < end ? 'TooManyRequestsException' : undefined;
    const { exitCode, body } = await importPeople(ports);
    expect(exitCode).toBe(0);
    expect(outcomesOf(body)).toEqual(['1 done', '2 done']);
    expect(people.calls.length).toBeLessThan(60);
  });

  test('gives up when throttling does not end, and reports the state', async () => {
    const { ports, people } = scene({ csv: 'a@labels.test,worker\nb@labels.test,worker\n' });
    people.fails = (operation) => (WRITES.test(operation) ? 'TooManyRequestsException' : undefined);
    const { exitCode, body } = await importPeople(ports);
    expect(exitCode).toBe(3);
    expect(JSON.stringify(body.people)).toContain('AWS throttled AdminCreateUser');
  });

  test('when the daily emails are used up the rest is not tried, and the same command continues', async () => {
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

  test('Ctrl-C lets the calls in progress finish, and reports the state', async () => {
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

  test('whatever the file holds and fails, repeated runs sync the pool, and nobody gets two emails', async () => {
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
          // Of a user with two roles the first line counts here; the command refuses such a file.
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
