/** Roles as the server gives them, plans, and the last admin; the CSV line by line. */
import { describe, expect, test } from '@jest/globals';
import { hintText } from '../../../src/core/text/hint.ts';
import { csvOf, readPeopleFile } from '../../../src/core/users/csv.ts';
import {
  emailFault,
  keepAnAdmin,
  personOf,
  planDisable,
  planGrant,
  planImport,
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

  test.each([undefined, ''])('with the email address %j the Go server lets nobody in', (email) => {
    expect(user('ann', ['admin'], { email })).toMatchObject({
      role: undefined,
      reason: expect.stringContaining('no email address') as unknown,
    });
  });

  test('the Node server knows none', () => {
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
  ])('%s', (_, make, person, steps) => {
    expect(plan(make, person)).toMatchObject({ steps });
    expect(plan(make, person).problem).toBeUndefined();
  });

  test('admin for somebody in a second group is done, and said not to be enough', () => {
    const made = plan(planGrant, user('ann', ['annotators']));
    expect(made.steps).toEqual(['grant']);
    expect(hintText(made.shortfall?.remedy ?? '')).toContain(
      'admin-remove-user-from-group --user-pool-id us-west-2_Pool12345 --username ann@labels.test --group-name annotators',
    );
  });

  test('in the nested layout groups count for nothing, so it is enough', () => {
    const made = planGrant({ name: 'ann' }, user('ann', ['annotators']), { ...context, layout: 'nested' });
    expect(made.shortfall).toBeUndefined();
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

  test.each([planGrant, planRevoke, planDisable, planRemove])('nobody of that name', (make) => {
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
    const [guarded] = keepAnAdmin([plan(make, ann)], [ann], 'flat');
    expect(guarded).toMatchObject({
      steps: [],
      problem: { why: expect.stringContaining('nobody would be left') as unknown },
    });
  });

  test('another admin will do', () => {
    expect(stepsOf(keepAnAdmin([plan(planRemove, ann)], [ann, bob], 'flat'))).toEqual([['remove']]);
  });

  test.each([
    ['disabled', user('bob', ['admin'], { enabled: false })],
    ['in a second group', user('bob', ['admin', 'annotators'])],
    ['without an email address', user('bob', ['admin'], { email: undefined })],
  ])('one who is %s will not', (_, other) => {
    expect(stepsOf(keepAnAdmin([plan(planRemove, ann)], [ann, other], 'flat'))).toEqual([[]]);
  });

  test('both at once is as bad', () => {
    const plans = [plan(planRemove, ann), plan(planRevoke, bob)];
    expect(stepsOf(keepAnAdmin(plans, [ann, bob], 'flat'))).toEqual([[], []]);
  });

  test('somebody who becomes one in the same run will do', () => {
    const plans = [plan(planRevoke, ann), plan(planGrant, user('cid'))];
    expect(stepsOf(keepAnAdmin(plans, [ann], 'flat'))).toEqual([['revoke'], ['grant']]);
  });

  test('but not somebody who stays a worker for a second group', () => {
    const plans = [plan(planRevoke, ann), plan(planGrant, user('cid', ['annotators']))];
    expect(stepsOf(keepAnAdmin(plans, [ann], 'flat'))).toEqual([[], ['grant']]);
  });

  test('a pool without an admin loses none', () => {
    const worker = user('wim', ['annotators']);
    expect(stepsOf(keepAnAdmin([plan(planRemove, worker)], [], 'flat'))).toEqual([['remove']]);
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
    ['', 'missing'],
    ['ann', 'has an @'],
    ['ann@@acme.dev', 'one @ only'],
    ['ann@acme@dev.io', 'one @ only'],
    ['an n@acme.dev', 'blanks'],
    ['@acme.dev', 'before the @'],
    ['ann@', 'name of a domain'],
    ['ann@localhost', 'name of a domain'],
    ['ann@-acme.dev', 'name of a domain'],
    ['ann@acme..dev', 'name of a domain'],
    ['.ann@acme.dev', 'dot'],
    ['a..n@acme.dev', 'dot'],
    ['Ann<ann@acme.dev>', 'character'],
    ['ann@acme.dev;bob', 'character'],
    ['ann\u0007@acme.dev', 'invisible'],
    ['ann\u202e@acme.dev', 'invisible'],
    [`${'a'.repeat(128)}@acme.dev`, '128'],
  ])('%j will not', (text, why) => {
    expect(emailFault(text)).toContain(why);
  });
});

describe('the CSV file', () => {
  const read = (text: string | Uint8Array) =>
    readPeopleFile(typeof text === 'string' ? Buffer.from(text) : text);
  const ANN = { name: 'ann@acme.dev', role: 'admin' };
  const BOB = { name: 'bob@acme.dev', role: 'worker' };

  test.each([
    ['commas', 'email,role\nann@acme.dev,admin\nbob@acme.dev,worker\n'],
    ['semicolons and CRLF', 'email;role\r\nann@acme.dev;admin\r\nbob@acme.dev;worker'],
    ['tabs', 'email\trole\nann@acme.dev\tadmin\nbob@acme.dev\tworker\n'],
    ['a byte order mark', '\ufeffemail,role\nann@acme.dev,admin\nbob@acme.dev,worker\n'],
    ['quotes', '"email","role"\n"ann@acme.dev","admin"\n"bob@acme.dev","worker"\n'],
    ['blanks, capitals and empty lines', 'Email , Role\n\n ann@acme.dev , ADMIN \n\nbob@acme.dev, Worker\n'],
    [
      'other columns, in another order',
      'name,role,E-mail\nAnn,admin,ann@acme.dev\n"B, ob",worker,bob@acme.dev\n',
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
    expect(read('name,email\nAdmin,ann@acme.dev\nBob,bob@acme.dev\n').requests).toHaveLength(2);
  });

  test('every wrong line is named', () => {
    const { faults } = read('email,role\nann,admin\nbob@acme.dev,boss\n,worker\nbob@acme.dev,toString\n');
    expect(faults.map(({ line, message }) => `${String(line)} ${message}`)).toEqual([
      '2 "ann": an email address has an @ in it',
      '3 there is no role "boss"',
      '4 "": the email address is missing',
      '5 there is no role "toString"',
    ]);
  });

  test('who stands twice is taken once, whatever the case, and not with two roles', () => {
    const { requests, repeated, faults } = read(
      'ann@acme.dev,admin\nANN@acme.dev,admin\nann@acme.dev,worker\n',
    );
    expect(requests).toHaveLength(1);
    expect(repeated).toEqual([{ line: 2, email: 'ANN@acme.dev', first: 1 }]);
    expect(faults).toMatchObject([
      { line: 3, message: expect.stringContaining('line 1 too, with another role') as unknown },
    ]);
  });

  test.each<[string, string | Uint8Array, string]>([
    ['nothing in it', '', 'empty'],
    ['no column called email', 'name,role\nAnn,admin\n', 'no column is called email'],
    [
      'roles in a column of another name',
      'email,rolle\nann@acme.dev,admin\n',
      'no column is called role, and "rolle"',
    ],
    ['a quote that is never closed', 'email,role\n"ann@acme.dev,admin\n', 'quotes'],
    ['a quote in the middle', 'email,role\nann"x"@acme.dev,admin\n', 'quotes'],
    ['bytes that are no text', Buffer.from([0x65, 0xff, 0xfe]), 'UTF-8'],
    ['UTF-16', Buffer.from('\ufeffemail,role\nann@acme.dev,admin\n', 'utf16le'), 'UTF-8'],
  ])('with %s it is refused', (_, text, why) => {
    const { requests, faults } = read(text);
    expect(requests).toEqual([]);
    expect(faults[0]?.message).toContain(why);
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
