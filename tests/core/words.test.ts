/**
 * What people are told, case by case: broken YAML, OAuth errors, refused tokens, the pages of the callback address, and
 * who is who in the user pool. The words stand in tests/fixtures/words (`npm test -- -u` writes them anew, for a
 * person to read).
 */
import { describe, expect, test } from '@jest/globals';
import { hintText } from '../../src/core/text/hint.ts';
import { positionAt } from '../../src/core/yaml/document.ts';
import { LAYOUT_NAMES } from '../../src/core/config/layouts.ts';
import { failedPage, ignoredPage, signedInPage } from '../../src/report/login-page.ts';
import { explainRefusal, type Refusal } from '../../src/core/cognito/oauth-errors.ts';
import { HOSTED_UI_ANSWERS } from '../support/recorded-answers.ts';
import {
  keepAnAdmin,
  personOf,
  planAdd,
  planDisable,
  planEnable,
  planGrant,
  planImport,
  planInvite,
  planRemove,
  planRevoke,
  STEPS,
  type MakePlan,
  type Person,
  type Plan,
} from '../../src/core/users/plan.ts';
import { proseOf } from '../../src/core/rules/index.ts';
import { judgeSignIn, type SignInFacts } from '../../src/core/rules/live/sign-in.ts';
import { decideRole } from '../../src/core/cognito/sign-in.ts';
import { describeTokenRefusal } from '../../src/core/cognito/token-refusal.ts';
import { validate } from '../../src/core/rules/validate.ts';
import type { CallbackAnswer } from '../../src/ports.ts';
import { TokenRefused, type TokenFault } from '../../src/core/failures.ts';
import { expectedWords, type Telling } from '../support/fixtures.ts';

type Cases = Readonly<Record<string, Telling>>;

function broken(source: string | Uint8Array): readonly string[] {
  const { document, findings } = validate(source);
  return findings
    .filter(({ code }) => /^yaml-|^not-|^file-/.test(code))
    .map((finding) => {
      const { start, end } = finding.span ?? { start: 0, end: 0 };
      const { line, column } = positionAt(document, start);
      const { message, hint } = proseOf(finding);
      const shown = JSON.stringify(document.text.slice(start, end)).slice(0, 60);
      return `${finding.code} ${finding.path} ${String(line)}:${String(column)} ${shown}: ${message} → ${hint}`;
    });
}

const BROKEN = [
  ...[
    '',
    '\n',
    '# a comment\n',
    '---\n',
    '...\n',
    '{}',
    '{ }\n',
    '--- # a\n# b\n...\n',
    '{} x',
    '[]',
    '[a]',
    'on',
    '"on"',
    '1',
    '&a on',
  ],
  ...[
    'a: "\\q"\n',
    'a: 1\n  b: 2\n',
    'a:\n  b: 1\n c: 2\n',
    'a: @b\n',
    'a: `b`\n',
    'a: b: c\n',
    `? ${'k'.repeat(1030)}\n: 1\n`,
  ],
  ...[
    `${'k'.repeat(1030)}: 1\n`,
    'a: "b\n',
    "a: 'b\n",
    'a: [1, 2\n',
    'a: {b: 1\n',
    '{a 1, b: 2',
    'a\nb: 1\n',
    '"a\nb": 1\n',
    '[a]: 1\n',
    '{a: 1}: 2\n',
  ],
  ...[
    'a:\n\tb: 1\n',
    '\ta: 1\n',
    'a: }\n',
    'a: ]\n',
    ': 1\n',
    'a: 1\n: 2\n',
    '"": 1\n',
    'a: %b\n',
    'a: b #c\nd: - e\n',
    'a: >\n x\n  y\n z\n',
  ],
  ...[
    'a: &x 1\n',
    'a: *x\n',
    'a: &x 1\nb: *x\n',
    '&x a: 1\n',
    'a: !t 1\n',
    'a: !!str 1\n',
    '!t a: 1\n',
    '!t\na: 1\n',
    '&r\na: 1\n',
    'a: [&x 1, *x, !t 2]\n',
  ],
  ...[
    '<<: *a\n',
    'a: {<<: *b}\n',
    'a: &x &y 1\n',
    'a: !s !t 1\n',
    'a: [- &x 1]\n',
    'a:\n  - &x 1\n  - !t b\n',
  ],
  ...[
    'a: 1\na: 2\n',
    'a: 1\n"a": 2\n',
    'm:\n  a: 1\n  a: 2\n',
    '{a: 1, a: 2}\n',
    'a: 1\nb: 2\na: 3\nb: 4\na: 5\n',
    'm: [{a: 1, a: 2}]\n',
  ],
  ...[
    '%YAML 1.1\n---\na: on\n',
    '%TAG ! x\n---\na: 1\n',
    'a: 1\n---\nb: 2\n',
    '---\na: 1\n---\n',
    'a: 1\n...\nb: 2\n',
    'a: 1\n...\n# c\n',
    'a: 1\n... # c\n',
  ],
  ...[
    'a: 1\n...\n---\nb: 2\n',
    'a: 1\n...\n\n  b: 2  \n',
    'a: 1\n...\n%YAML 1.2\n---\nb: 2\n',
    '---\n---\na: 1\n',
    '...\na: 1\n',
    'a: 1\n--- # c\n# d\n',
  ],
  ...[
    'a: "\u0007"\n',
    'a: b\u0000c\n',
    '\u0000\n',
    'a: 1\rb: 2\n',
    'a: "\ud800"\n',
    'a: "\udc00x"\n',
    'a: 🙂\n',
    'a: \ufeffb\n',
    'a: "x\u0085y"\n',
    'a: "x\u2028y"\n# \u2029\n',
  ],
  ...[
    'a: 010\n',
    'a: -0777\n',
    'a: 0\n',
    'a: 00\n',
    'a: 0_1\n',
    'a: 1_000\n',
    'a: +1_0\n',
    'a: 1_\n',
    'a: _1\n',
    'a: x1_0\n',
    'a: 1_0x\n',
    "a: '1_000'\n",
    'a: "010"\n',
  ],
  ...[
    'a: "x\\/y"\n',
    "a: 'x\\/y'\n",
    'a: x\\/y\n',
    '\t\na: 1\n',
    'a: 1\n  \t# c\n',
    '  \t \r\na: 1\r\n',
    'a: 1 \t\n',
    'a: 1\n\t \tb\n',
  ],
  ...[
    `a: ${'['.repeat(63)}\n`,
    `a: ${'['.repeat(70)}\n`,
    `a: ${'x'.repeat(16_384)}\n`,
    `a: ${'x'.repeat(16_385)}\n`,
  ],
  ...[
    'clientSecret: !t notareal\n',
    'clientSecret:\n  notareal: &a 1\n',
    '{clientSecret:notareal: &x 1}\n',
    'a:\n  clientSecret: 1\n  clientSecret: 2\n',
  ],
];

const NOT_TEXT: Readonly<Record<string, Uint8Array>> = {
  'UTF-16, little endian': Uint8Array.of(0xff, 0xfe, 0x61, 0x00),
  'UTF-16, big endian': Uint8Array.of(0xfe, 0xff, 0x00, 0x61),
  'the first byte of a UTF-16 mark': Uint8Array.of(0xff, 0x61),
  'the second byte of a UTF-16 mark': Uint8Array.of(0x61, 0xfe),
  'the first byte of the other mark': Uint8Array.of(0xfe, 0x61),
  'the marks’ bytes, twice': Uint8Array.of(0xff, 0xff),
  'a NUL byte': Uint8Array.of(0x61, 0x00),
  'no bytes': Uint8Array.of(),
  'too many bytes': new Uint8Array(256 * 1024 + 1).fill(0x23),
};

const ERRORS = [
  ...['redirect_mismatch', 'invalid_scope', 'unauthorized_client', 'invalid_client', 'invalid_grant'],
  ...['invalid_request', 'unsupported_grant_type', 'access_denied', 'server_error', 'login_required'],
  ...['Client does not exist', 'Required parameters missing', 'something_else', ''],
];

/** Every error at every place without a description, and every description that has been recorded at the callback URL. */
const REFUSALS: readonly Refusal[] = [
  ...(['error page', 'callback', 'token endpoint'] as const).flatMap((at) =>
    ERRORS.map((error) => ({ at, error, description: '' })),
  ),
  ...HOSTED_UI_ANSWERS.flatMap(({ at, error, description }) =>
    description === undefined ? [] : [{ at, error, description }],
  ),
];

const FAULTS: readonly TokenFault[] = [
  ...([
    'malformed',
    'keys',
    'algorithm',
    'extension',
    'unknown-key',
    'signature',
    'expired',
    'not-yet-valid',
  ] as const),
  ...(['issuer', 'use', 'client'] as const),
];

const refusal = (fault: TokenFault, actual?: string, clockBehind?: number): readonly string[] => {
  const context = { issuer: 'https://pool.test/x', clientId: 'wanted', clockBehind };
  const {
    message,
    hint = '',
    exitCode,
  } = describeTokenRefusal(new TokenRefused(fault, 'id', actual), context);
  return [`${String(exitCode)} ${message} → ${hintText(hint)}`];
};

/** A page as it is read: status, what it allows, title, and the paragraphs. */
function page({ status, headers, html }: CallbackAnswer): readonly string[] {
  const allow = headers['allow'] === undefined ? '' : `, allows ${headers['allow']}`;
  const [, title = ''] = /<title>(.*)<\/title>/.exec(html) ?? [];
  const [, heading = '', body = ''] = /<h1>(.*)<\/h1>(.*)<\/main>/s.exec(html) ?? [];
  return [
    `${String(status)}${allow}: ${title}`,
    heading,
    ...body.split(/<\/?p>/).filter((text) => text !== ''),
  ];
}

const PAGES: Cases = {
  ...Object.fromEntries(
    (['admin', 'worker', undefined] as const).flatMap((role) =>
      ['ann@labels.test', undefined].map((email): [string, Telling] => [
        `signed in, ${role ?? 'no role'}, ${email ?? 'no address'}`,
        () => page(signedInPage({ email, role })),
      ]),
    ),
  ),
  failed: () => page(failedPage('the secret is wrong', 'Take it over again.')),
  'failed without a remedy': () => page(failedPage('the secret is <wrong> & "odd"', undefined)),
  ...Object.fromEntries(
    (['method', 'host', 'path', 'bare', 'state', 'ambiguous', 'head', 'again'] as const).map(
      (why): [string, Telling] => [why, () => page(ignoredPage(why))],
    ),
  ),
};

const signIn =
  (changes: Partial<SignInFacts>): Telling =>
  () =>
    judgeSignIn({
      layout: 'flat',
      poolId: 'us-west-2_Pool12345',
      region: 'us-west-2',
      isLoginOn: true,
      email: 'ann@labels.test',
      username: 'u-1',
      replyFault: undefined,
      decision: decideRole('flat', {}),
      ...changes,
    }).map((finding) => {
      const { message, hint } = proseOf(finding);
      return `${finding.severity} ${finding.code} ${finding.path}: ${message} → ${hint}`;
    });
const groups = (...names: readonly string[]) => ({
  decision: decideRole('flat', { 'cognito:groups': names }),
});

const SIGN_INS: Cases = {
  'nothing wrong': signIn({}),
  'login off': signIn({ isLoginOn: false }),
  'login off, for the Node server': signIn({ layout: 'nested', isLoginOn: false }),
  'too few parts': signIn({ replyFault: 'too-few-parts' }),
  'another order': signIn({ replyFault: 'order' }),
  'something missing': signIn({ layout: 'nested', replyFault: 'missing' }),
  'no email address': signIn({ email: undefined }),
  'no email address, for the Node server': signIn({ layout: 'nested', email: undefined }),
  'an admin': signIn(groups('admin')),
  'a worker': signIn(groups('night')),
  'an admin in further groups': signIn(groups('night', 'admin', 'day')),
  'an admin in a further group, without an email address': signIn({
    email: undefined,
    ...groups('admin', 'day'),
  }),
  'a federated admin': signIn({
    username: 'Google_1071',
    ...groups('us-west-2_Pool12345_Google', 'admin'),
  }),
  'an admin of the Node server': signIn({
    layout: 'nested',
    decision: decideRole('nested', { 'cognito:groups': ['admin', 'day'] }),
  }),
};

const person = (names: readonly string[], seed: Partial<Person> = {}): Person =>
  personOf(
    { username: 'u-1', email: 'ann@labels.test', status: 'CONFIRMED', enabled: true, ...seed },
    names,
    'flat',
  );
const FEDERATED: Partial<Person> = { username: 'Google_1071', status: 'EXTERNAL_PROVIDER' };
const PEOPLE: Readonly<Record<string, Person | undefined>> = {
  nobody: undefined,
  'a worker': person([]),
  'an admin': person(['admin']),
  'an admin in further groups': person(['night shift', 'admin', 'day']),
  'an invited admin': person(['admin'], { status: 'FORCE_CHANGE_PASSWORD' }),
  'a disabled admin': person(['admin'], { enabled: false }),
  'somebody without an email address': person(['day'], { email: undefined }),
  'a federated user': person(['us-west-2_Pool12345_Google'], FEDERATED),
  'a federated admin': person(['admin'], FEDERATED),
  'a disabled federated user': person([], { ...FEDERATED, enabled: false }),
  'an admin with an empty email address': person(['admin'], { email: '' }),
};
const PLANS: Readonly<Record<string, MakePlan>> = {
  ...{ add: planAdd, import: planImport, grant: planGrant, revoke: planRevoke },
  ...{ enable: planEnable, disable: planDisable, remove: planRemove, invite: planInvite },
};

function planned(make: MakePlan, who: Person | undefined, role: 'admin' | 'worker' | undefined): Plan {
  const request = { name: "o'ann@labels.test", ...(role === undefined ? {} : { role }) };
  return make(request, who, { layout: 'flat', poolId: 'us-west-2_Pool12345' });
}

/** What would be done, what is in the way or lacking, and what the guard of the last admin makes of it. */
function plan(made: Plan): readonly string[] {
  const inWords = ({ steps, problem, shortfall }: Plan): readonly string[] => [
    steps.map((step) => `${STEPS[step].plan} (${STEPS[step].done})`).join(', '),
    ...(problem === undefined ? [] : [`trouble: ${problem.why} → ${hintText(problem.remedy)}`]),
    ...(shortfall === undefined ? [] : [`shortfall: ${shortfall.why} → ${hintText(shortfall.remedy)}`]),
  ];
  const [guarded = made] = keepAnAdmin([made], made.person === undefined ? [] : [made.person]);
  return [...inWords(made), ...(guarded === made ? [] : ['the last admin:', ...inWords(guarded)])];
}

const roles = (name: string): readonly ('admin' | 'worker' | undefined)[] =>
  name === 'add' || name === 'import' ? ['admin', 'worker', undefined] : [undefined];

const SAID: Readonly<Record<string, Cases>> = {
  yaml: {
    ...Object.fromEntries(
      BROKEN.map((text): [string, Telling] => {
        const title = JSON.stringify(text);
        return [
          title.length > 80 ? `${title.slice(0, 40)}… (${String(text.length)})` : title,
          () => broken(text),
        ];
      }),
    ),
    ...Object.fromEntries(
      Object.entries(NOT_TEXT).map(([name, bytes]): [string, Telling] => [name, () => broken(bytes)]),
    ),
  },
  oauth: Object.fromEntries(
    LAYOUT_NAMES.flatMap((layout) =>
      REFUSALS.map((refusal): [string, Telling] => [
        `${layout}, ${refusal.at}, ${refusal.error}: ${refusal.description}`,
        () => {
          const { cause, fix } = explainRefusal(refusal, layout);
          return [cause, hintText(fix)];
        },
      ]),
    ),
  ),
  tokens: {
    ...Object.fromEntries(
      FAULTS.map((fault): [string, Telling] => [fault, () => refusal(fault, 'x\u202ey')]),
    ),
    'nothing in its place': () => refusal('use'),
    'the new form of issuer': () => refusal('issuer', 'https://issuer-cognito-idp.us-west-2.amazonaws.com/x'),
    ...Object.fromEntries(
      [0, 30, -30, 31, 119, 120, 7199, 7200, 172_799, 172_800, -86_400 * 3].flatMap((seconds) =>
        (['expired', 'not-yet-valid'] as const).map((fault): [string, Telling] => [
          `${fault}, ${String(seconds)} s behind`,
          () => refusal(fault, undefined, seconds),
        ]),
      ),
    ),
  },
  'login-pages': PAGES,
  'sign-in': SIGN_INS,
  people: Object.fromEntries(
    Object.entries(PLANS).flatMap(([name, make]) =>
      Object.entries(PEOPLE).flatMap(([who, whom]) =>
        roles(name).map((role): [string, Telling] => [
          `${name} ${who}${role === undefined ? '' : ` as ${role}`}`,
          () => plan(planned(make, whom, role)),
        ]),
      ),
    ),
  ),
};

describe.each(Object.entries(SAID))('%s', (name, cases) => {
  const expected = expectedWords(name, cases);

  test.each(Object.entries(cases))('%s', (title, tell) => {
    expect(tell()).toEqual(expected[title]);
  });

  test('no other case is written down', () => {
    expect(Object.keys(expected)).toEqual(Object.keys(cases));
  });
});
