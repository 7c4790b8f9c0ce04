/** Roles as the server gives them, plans, and the last admin; the CSV line by line. */
import { domainToUnicode } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { hintText } from '../../../src/core/text/hint.ts';
import { csvOf, readPeopleFile } from '../../../src/core/users/csv.ts';
import { addressKey, emailFault, otherSpellings } from '../../../src/core/users/email.ts';
import {
  isInvitationExpired,
  NO_ADMIN_LEFT,
  keepAnAdmin,
  personOf,
  planDisable,
  planGrant,
  planAdd,
  planImport,
  planInvite,
  planRemove,
  planRevoke,
  type MakePlan,
  type Person,
  type Plan,
} from '../../../src/core/users/plan.ts';

const user = (name: string, groups: readonly string[] = [], seed: Partial<Person> = {}): Person =>
  personOf(
    { username: name, email: `${name}@labels.test`, status: 'CONFIRMED', enabled: true, ...seed },
    groups,
    'flat',
  );

/** Has only a temporary password, or none that anybody knows. */
const INVITED = { status: 'FORCE_CHANGE_PASSWORD' };

const context = { layout: 'flat', poolId: 'us-west-2_Pool12345' } as const;
const plan = (make: MakePlan, person: Person): Plan => make({ name: person.username }, person, context);

describe('the role that the server gives', () => {
  test.each([
    [[], 'worker'],
    [['admin'], 'admin'],
    [['annotators'], 'worker'],
    [['admin', 'annotators'], 'worker'],
    [['annotators', 'admin'], 'worker'],
    [['Admin'], 'worker'],
  ])('in %j: %s', (groups, role) => {
    expect(user('ann', groups).role).toBe(role);
  });

  test.each([undefined, ''])('with the email address %j the Go server refuses the user', (email) => {
    expect(user('ann', ['admin'], { email })).toMatchObject({
      role: undefined,
      reason: expect.stringContaining('no email address') as unknown,
    });
  });

  test('the Node server has none', () => {
    const person = personOf(
      { username: 'ann', email: undefined, status: 'CONFIRMED', enabled: true },
      ['admin'],
      'nested',
    );
    expect(person).toMatchObject({ role: undefined, reason: expect.stringContaining('no roles') as unknown });
  });
});

describe('what a request takes', () => {
  test.each<[string, MakePlan, Person, readonly string[]]>([
    ['grant to a worker', planGrant, user('ann'), ['grant']],
    ['grant to an admin', planGrant, user('ann', ['admin']), []],
    ['revoke of an admin', planRevoke, user('ann', ['admin']), ['revoke']],
    ['revoke of a worker', planRevoke, user('ann', ['annotators']), []],
    ['disable', planDisable, user('ann'), ['disable']],
    ['disable of a disabled one', planDisable, user('ann', [], { enabled: false }), []],
    ['remove', planRemove, user('ann'), ['remove']],
    ['remove of an admin', planRemove, user('ann', ['admin']), ['revoke', 'remove']],
    ['invite of somebody invited', planInvite, user('ann', [], INVITED), ['invite']],
  ])('%s', (_, make, person, steps) => {
    expect(plan(make, person)).toMatchObject({ steps });
    expect(plan(make, person).problem).toBeUndefined();
  });

  test('admin in a second group: the step is made, and a shortfall reported', () => {
    const made = plan(planGrant, user('ann', ['annotators']));
    expect(made.steps).toEqual(['grant']);
    expect(hintText(made.shortfall?.remedy ?? '')).toContain(
      'admin-remove-user-from-group --user-pool-id us-west-2_Pool12345 --username ann --group-name annotators --region us-west-2',
    );
  });

  test.each([
    ['admin', user('ann', ['admin']), false],
    ['worker', user('ann'), false],
    [undefined, user('ann', ['admin']), false],
    ['admin', user('ann'), true],
    ['worker', user('ann', ['admin']), true],
    ['worker', user('ann', [], { enabled: false }), true],
  ] as const)(
    'add of an existing user, as %s: a problem only where something differs',
    (role, person, isOne) => {
      const request = { name: 'ann@labels.test', ...(role === undefined ? {} : { role }) };
      const made = planAdd(request, person, context);
      expect([made.steps, made.problem !== undefined]).toEqual([[], isOne]);
    },
  );

  test.each([
    ['has a password', user('ann')],
    ['is disabled', user('ann', [], { ...INVITED, enabled: false })],
    ['has no address', user('ann', [], { ...INVITED, email: undefined })],
  ])('a user who %s is not invited again', (_, person) => {
    expect(plan(planInvite, person)).toMatchObject({ steps: [], problem: {} });
  });

  test.each([
    ['CONFIRMED', 100, false],
    ['FORCE_CHANGE_PASSWORD', 6, false],
    ['FORCE_CHANGE_PASSWORD', 8, true],
  ])('%s, changed %d days ago: an expired invitation is %s', (status, days, isExpired) => {
    const now = Date.UTC(2026, 5, 30);
    const person = user('ann', [], { status, modified: now - days * 86_400_000 });
    expect(isInvitationExpired(person, 7, now)).toBe(isExpired);
    expect(isInvitationExpired({ ...person, modified: undefined }, 7, now)).toBe(false);
  });

  test.each([
    ['admin', undefined, ['create', 'grant']],
    ['worker', undefined, ['create']],
    [undefined, undefined, ['create']],
    ['admin', user('ann'), ['grant']],
    ['worker', user('ann', ['admin']), ['revoke']],
    [undefined, user('ann', ['admin']), []],
  ] as const)('import of %s for %j', (role, person, steps) => {
    const request = { name: 'ann@labels.test', ...(role === undefined ? {} : { role }) };
    expect(planImport(request, person, context).steps).toEqual(steps);
  });

  test.each([planGrant, planRevoke, planDisable, planRemove])('an unknown user is a problem', (make) => {
    const made = make({ name: 'ann@labels.test' }, undefined, context);
    expect(made.steps).toEqual([]);
    expect(hintText(made.problem?.remedy ?? '')).toContain('users list --search ann');
  });
});

describe('the last admin', () => {
  const ann = user('ann', ['admin']);
  const bob = user('bob', ['admin']);
  const stepsOf = (plans: readonly Plan[]): readonly (readonly string[])[] => plans.map(({ steps }) => steps);

  test.each([planRevoke, planDisable, planRemove])('is not taken away', (make) => {
    const [guarded] = keepAnAdmin([plan(make, ann)], [ann]);
    expect(guarded).toMatchObject({
      steps: [],
      problem: NO_ADMIN_LEFT,
    });
  });

  test('another admin will do', () => {
    expect(stepsOf(keepAnAdmin([plan(planRemove, ann)], [ann, bob]))).toEqual([['revoke', 'remove']]);
  });

  test.each([
    ['disabled', user('bob', ['admin'], { enabled: false })],
    ['in a second group', user('bob', ['admin', 'annotators'])],
    ['without an email address', user('bob', ['admin'], { email: undefined })],
    ['without a password', user('bob', ['admin'], INVITED)],
  ])('one who is %s will not', (_, other) => {
    expect(stepsOf(keepAnAdmin([plan(planRemove, ann)], [ann, other]))).toEqual([[]]);
  });

  test('nor are both at once', () => {
    const plans = [plan(planRemove, ann), plan(planRevoke, bob)];
    expect(stepsOf(keepAnAdmin(plans, [ann, bob]))).toEqual([[], []]);
  });

  test('a user who becomes one in the same run will do', () => {
    const plans = [plan(planRevoke, ann), plan(planGrant, user('cid'))];
    expect(stepsOf(keepAnAdmin(plans, [ann]))).toEqual([['revoke'], ['grant']]);
  });

  test('but not one without a password', () => {
    const plans = [plan(planRevoke, ann), plan(planGrant, user('cid', [], INVITED))];
    expect(stepsOf(keepAnAdmin(plans, [ann]))).toEqual([[], ['grant']]);
  });

  test('but not one who stays a worker because of a second group', () => {
    const plans = [plan(planRevoke, ann), plan(planGrant, user('cid', ['annotators']))];
    expect(stepsOf(keepAnAdmin(plans, [ann]))).toEqual([[], ['grant']]);
  });

  test('a pool without an admin has none to protect', () => {
    const worker = user('wim', ['annotators']);
    expect(stepsOf(keepAnAdmin([plan(planRemove, worker)], []))).toEqual([['remove']]);
  });
});

describe('email addresses', () => {
  test.each([
    'ann@acme.dev',
    'a.b+c_d-e@sub.acme.co.uk',
    "o'neil@acme.dev",
    'jörg@müller.de',
    'x@1.io',
    '=1+1@acme.dev',
  ])('%s will do', (text) => {
    expect(emailFault(text)).toBeUndefined();
  });

  test.each([
    ...['', 'ann', 'ann@@acme.dev', 'ann@acme@dev.io', 'an n@acme.dev', '@acme.dev', 'ann@', 'ann@localhost'],
    ...['ann@-acme.dev', 'ann@acme..dev', '.ann@acme.dev', 'a..n@acme.dev', 'Ann<ann@acme.dev>'],
    ...['ann@acme.dev;bob', 'ann\u0007@acme.dev', 'ann\u202e@acme.dev', `${'a'.repeat(128)}@acme.dev`],
  ])('%j will not', (text) => {
    expect(emailFault(text)).toMatchSnapshot();
  });

  test.each([
    ['jose\u0301@acme.dev', 'jos\u00e9@acme.dev'],
    ['x@m\u00fcller.de', 'x@xn--mller-kva.de'],
    ['x@mu\u0308ller.de', 'X@XN--MLLER-KVA.de'],
    ['\uff41nn@acme.dev', 'ann@acme.dev'],
  ])('%j and %j are one address, and each is looked for under the other', (one, other) => {
    expect(addressKey(one)).toBe(addressKey(other));
    expect(otherSpellings(one, domainToUnicode)).toContain(other.toLowerCase());
  });

  test('most addresses have one spelling, and others are others', () => {
    expect(otherSpellings('Ann@acme.dev', domainToUnicode)).toEqual([]);
    expect(addressKey('josé@acme.dev')).not.toBe(addressKey('jose@acme.dev'));
  });
});

describe('the CSV file', () => {
  const read = (text: string | Uint8Array) =>
    readPeopleFile(typeof text === 'string' ? Buffer.from(text) : text, true);
  const ANN = { name: 'ann@acme.dev', role: 'admin' };
  const BOB = { name: 'bob@acme.dev', role: 'worker' };

  test.each([
    ['commas', 'email,role\nann@acme.dev,admin\nbob@acme.dev,worker\n'],
    ['semicolons and CRLF', 'email;role\r\nann@acme.dev;admin\r\nbob@acme.dev;worker'],
    ['tabs', 'email\trole\nann@acme.dev\tadmin\nbob@acme.dev\tworker\n'],
    ['a byte order mark', '\ufeffemail,role\nann@acme.dev,admin\nbob@acme.dev,worker\n'],
    ['quotes', '"email","role"\n"ann@acme.dev","admin"\n"bob@acme.dev","worker"\n'],
    ['spaces, capitals and empty lines', 'Email , Role\n\n ann@acme.dev , ADMIN \n\nbob@acme.dev, Worker\n'],
    ['the columns in another order', 'role,E-mail\nadmin,ann@acme.dev\nworker,bob@acme.dev\n'],
    [
      'empty columns, as spreadsheets add them',
      'email,role,,\nann@acme.dev,admin,,\nbob@acme.dev,worker,,\n',
    ],
    ['no line with the names of the columns', 'ann@acme.dev,admin\nbob@acme.dev,worker\n'],
  ])('with %s', (_, text) => {
    const { requests, faults, repeated } = read(text);
    expect({ faults, repeated }).toEqual({ faults: [], repeated: [] });
    expect(requests.map(({ name, role }) => ({ name, role }))).toEqual([ANN, BOB]);
  });

  test('lines are counted as an editor does', () => {
    expect(
      read('email,role\n\nann@acme.dev,admin\n\nbob@acme.dev,worker').requests.map(({ line }) => line),
    ).toEqual([3, 5]);
  });

  test('without a role it stays open', () => {
    expect(read('email\nann@acme.dev\n').requests).toEqual([{ name: 'ann@acme.dev', line: 2 }]);
    expect(read('email,role\nann@acme.dev,\nbob@acme.dev\n').requests).toHaveLength(2);
  });

  test('every wrong line is named', () => {
    const { faults } = read('email,role\nann,admin\nbob@acme.dev,boss\n,worker\nbob@acme.dev,toString\n');
    expect(faults.map(({ line }) => line)).toEqual([2, 3, 4, 5]);
    expect(faults).toMatchSnapshot();
  });

  test('for a server without roles a role is refused, and an empty one is not', () => {
    const rows = Buffer.from('email,role\nann@acme.dev,admin\nbob@acme.dev,\ncid@acme.dev,worker\n');
    const { faults } = readPeopleFile(rows, false);
    expect(faults.map(({ line }) => line)).toEqual([2, 4]);
    expect(faults).toMatchSnapshot();
  });

  test.each([
    ['jos\u00e9@acme.dev,worker\njose\u0301@acme.dev,worker\n'],
    ['x@m\u00fcller.de,worker\nx@xn--mller-kva.de,worker\n'],
  ])('two spellings of one address are refused: %j', (text) => {
    const { requests, faults } = read(text);
    expect([requests.length, faults.map(({ line }) => line)]).toEqual([1, [2]]);
    expect(faults).toMatchSnapshot();
  });

  test('a repeated address counts once, whatever the case, and not with two roles', () => {
    const { requests, repeated, faults } = read(
      'ann@acme.dev,admin\nANN@acme.dev,admin\nann@acme.dev,worker\n',
    );
    expect(requests).toHaveLength(1);
    expect(repeated).toEqual([{ line: 2, email: 'ANN@acme.dev', first: 1 }]);
    expect(faults.map(({ line }) => line)).toEqual([3]);
  });

  test.each<[string, string | Uint8Array, number]>([
    ['nothing in it', '', 1],
    ['no column called email', 'role\nadmin\n', 1],
    ['unknown columns', '\nname,email,rolle\nAnn,ann@acme.dev,admin\n', 2],
    ['a quote that is never closed', 'email,role\n"ann@acme.dev,admin\n', 2],
    ['a quote in the middle', 'email,role\nann"x"@acme.dev,admin\n', 2],
    ['bytes that are no text', Buffer.from([0x65, 0xff, 0xfe]), 1],
    ['UTF-16', Buffer.from('\ufeffemail,role\nann@acme.dev,admin\n', 'utf16le'), 1],
  ])('with %s it is refused', (_, text, line) => {
    const { requests, faults } = read(text);
    expect([requests, faults[0]?.line]).toEqual([[], line]);
    expect(faults).toMatchSnapshot();
  });

  test('a hostile cell is shown harmless', () => {
    const { faults } = read('email,role\n\u001b[31mann@acme.dev,\u202ead::error::min\n');
    expect(JSON.stringify(faults)).not.toMatch(/\\u001b|\u001b|\u202e/);
  });

  test('what is written can be no formula, and keeps quotes and commas', () => {
    expect(csvOf([['2', '=1+1@acme.dev', 'a "b", c\nd']])).toBe(
      '"2","\'=1+1@acme.dev","a ""b"", c\\u{a}d"\n',
    );
  });
});
