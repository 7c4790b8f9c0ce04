/**
 * Doctor's report as it is told: every case of the world with all that is said of it, in tests/fixtures/words/doctor.json
 * (`npm test -- -u` writes it anew, for a person to read), and what follows from what.
 */
import { describe, expect, test } from '@jest/globals';
import type { CheckName } from '../../src/core/config/checks.ts';
import { judgeChecks, type CheckResult } from '../../src/core/doctor.ts';
import { hintText } from '../../src/core/text/hint.ts';
import type { Finding } from '../../src/core/rules/finding.ts';
import type { Admin, LiveFacts } from '../../src/core/rules/live/facts.ts';
import { ruleFor } from '../../src/core/rules/index.ts';
import { LIVE_RULES } from '../../src/core/rules/live/index.ts';
import { aClient, aPool, SECRET } from '../support/account.ts';
import { expectedWords, type Telling } from '../support/fixtures.ts';
import {
  anAdmin,
  answered,
  fileError,
  ISSUER,
  liveFacts,
  NO_CREDENTIALS,
  NO_HOSTED_UI,
  notThere,
  published,
  refused,
  seen,
  unclear,
  UNKNOWN_CLIENT,
  unreachable,
  withClient,
} from '../support/live.ts';

const NOTHING = unreachable('unknown-host');
const NESTED_CLIENT = aClient({ secret: undefined, callbackUrls: ['http://localhost:8686/callback'] });
/** What is right for the Node server. */
const NESTED: Partial<LiveFacts> = {
  layout: 'nested',
  secret: { real: refused('invalid_grant'), changed: undefined },
  account: seen({ layout: 'nested', client: NESTED_CLIENT, wanted: {} }),
};
const TOKENS = answered({
  kind: 'tokens',
  tokens: { idToken: 'notarealtoken', accessToken: undefined },
} as const);
const admins = (count: number, otherGroups: readonly string[] = []): readonly Admin[] =>
  Array.from({ length: count }, (_, at) => anAdmin(`ann${String(at)}@labels.test`, otherGroups));
const denied = (...actions: readonly string[]) => ({
  hidden: actions.map((action) => ({ action, reason: 'denied' as const })),
});
const warning = (code: string): Finding => ({ ...fileError(code, ''), severity: 'warning' });
const meant = (changes: Partial<LiveFacts['meant']>): Partial<LiveFacts> => ({
  meant: { ...liveFacts().meant, ...changes },
});

const ALL_RIGHT: Partial<LiveFacts> = {};

const CASES: Readonly<Record<string, Partial<LiveFacts>>> = {
  'nothing wrong': ALL_RIGHT,
  'nothing wrong for the Node server': NESTED,
  'login off': meant({ isLoginOn: false }),
  'warnings in the file': { fileFindings: [warning('file-mode'), warning('random-port')] },
  'warnings in a file with a blank in its name': {
    fileFindings: [warning('file-mode')],
  },
  'a remark on the file': { fileFindings: [{ ...warning('login-redirect-broken'), severity: 'info' }] },
  'an error in the file': { fileFindings: [fileError('client-id-format', 'clientId'), warning('file-mode')] },
  'no such pool': { oidc: notThere },
  'no such pool, by the account': { oidc: unclear, account: { ...NO_CREDENTIALS, isNoSuchPool: true } },
  'an issuer of its own': { oidc: answered({ ...published, issuer: 'https://login.acme.test' }) },
  'the new kind of issuer': {
    oidc: answered({ ...published, issuer: ISSUER.replace('cognito', 'issuer-cognito') }),
  },
  'the new kind of issuer, by the account': { account: seen({ pool: aPool({ issuerType: 'UPDATED' }) }) },
  'another JWKS': { oidc: answered({ ...published, jwksUri: 'https://acme.test/jwks.json' }) },
  'a document without a JWKS': { oidc: answered({ ...published, jwksUri: undefined }) },
  'another domain': {
    oidc: answered({
      ...published,
      tokenEndpoint: 'https://x.auth.us-west-2.amazoncognito.com/oauth2/token',
    }),
  },
  'no domain in the file': meant({ tokenEndpoint: '' }),
  'no JWKS': { jwks: notThere },
  'an empty JWKS': { jwks: answered({ kind: 'document', keys: 0, rs256: 0 }) },
  'a JWKS of other keys': { jwks: answered({ kind: 'document', keys: 3, rs256: 0 }) },
  'no hosted UI': { ...NO_HOSTED_UI, account: NO_CREDENTIALS },
  'pages unavailable': { loginPage: answered({ kind: 'pages-unavailable' }) },
  'pages unavailable at the authorize endpoint': { authorize: answered({ kind: 'pages-unavailable' }) },
  'a login page that refuses': { loginPage: answered({ kind: 'redirect-mismatch' }) },
  'no authorize endpoint': { authorize: notThere },
  'no sign-out endpoint': { signOut: notThere },
  'no such client': { account: seen({ client: undefined }) },
  'no client in the file': { ...meant({ clientId: '' }), account: seen({ client: undefined }) },
  'a provider that is not there': { account: seen({}, { missingProviders: ['Google', 'Acme'] }) },
  'an unknown client': { authorize: UNKNOWN_CLIENT },
  'a sign-in without a client ID': {
    authorize: answered({
      kind: 'refused',
      refusal: { at: 'error page', error: 'Required parameters missing', description: '' },
    }),
  },
  'a sign-in that a provider refuses': {
    authorize: answered({
      kind: 'refused',
      refusal: { at: 'callback', error: 'invalid_request', description: 'attributes required: [email]' },
    }),
  },
  'another callback URL at the token endpoint': {
    secret: { real: refused('unauthorized_client'), changed: refused('invalid_client') },
  },
  'a callback that is refused': { authorize: answered({ kind: 'redirect-mismatch' }) },
  'a flow that is refused': { authorize: answered({ kind: 'unauthorized-client' }) },
  'a scope that is refused': { authorize: answered({ kind: 'invalid-scope' }) },
  'a secret that is refused': {
    secret: { real: refused('invalid_client'), changed: refused('invalid_client') },
  },
  'a secret that the Node server never sends': {
    ...NESTED,
    secret: { real: refused('invalid_client'), changed: undefined },
  },
  'another secret than the account’s': { account: seen({}, { isSecretDifferent: true }) },
  'two secrets': { account: seen({}, { secrets: 2 }) },
  'a sign-out URL that is refused': { signOut: answered({ kind: 'refused', error: 'redirect_mismatch' }) },
  'nobody in the group': { account: seen({}, { admins: [] }) },
  'no group': { account: seen({ groups: [] }, { admins: undefined }) },
  'ten admins': { account: seen({}, { admins: admins(10) }) },
  'many admins': { account: seen({}, { admins: admins(12) }) },
  'an admin in a second group': { account: seen({}, { admins: admins(1, ['night', 'day']) }) },
  'a federated admin': {
    account: seen({}, { admins: [anAdmin('Google_1071', ['us-west-2_Pool12345_Google'], true)] }),
  },
  'a federated admin who has left the group of the provider': {
    account: seen({}, { admins: [anAdmin('Google_1071', [], true), ...admins(1, ['day'])] }),
  },
  'many admins in a second group': { account: seen({}, { admins: [...admins(11, ['day']), ...admins(1)] }) },
  'ten admins in a second group': { account: seen({}, { admins: admins(10, ['day']) }) },
  'admins that cannot be seen': {
    account: seen(denied('ListUsersInGroup', 'ListUserPoolClientSecrets'), { admins: undefined }),
  },
  'groups that cannot be seen': { account: seen({ ...denied('ListGroups'), groups: undefined }) },
  'an account that cannot be seen': { account: NO_CREDENTIALS },
  'no network': {
    oidc: unreachable('timeout', 'cognito-idp.us-west-2.amazonaws.com'),
    jwks: { kind: 'not-asked', why: 'the file names no pool', remedy: 'Name it.' },
    loginPage: NOTHING,
    authorize: NOTHING,
    signOut: NOTHING,
    secret: { real: NOTHING, changed: NOTHING },
    account: NO_CREDENTIALS,
  },
  'questions that were not put': {
    loginPage: { kind: 'not-asked', why: 'the file names no domain', remedy: 'Name it.' },
    secret: {
      real: { kind: 'not-asked', why: 'the file has no secret', remedy: 'Write it.' },
      changed: { kind: 'not-asked', why: 'the file has no secret', remedy: 'Write it.' },
    },
  },
  'no answer of the token endpoint': {
    secret: { real: unreachable('tls'), changed: unreachable('timeout') },
  },
  'no answer to the changed secret': {
    secret: { real: refused('invalid_grant'), changed: unreachable('timeout') },
  },
  'no answer to the changed secret, and an odd one': {
    secret: { real: refused('invalid_request'), changed: unreachable('timeout') },
  },
  'tokens for nothing': { secret: { real: TOKENS, changed: TOKENS } },
};

/** `oidc fail (file)`, then what was seen or found, each as `  message → hint`. */
function told({ check, status, seen: sight, hint, findings, follows }: CheckResult): readonly string[] {
  const head = `${check} ${status}${follows === undefined ? '' : ` (${follows})`}`;
  const words = findings.map(({ code, path, severity, args }) => {
    const row = ruleFor(code);
    // The findings of the file are made up here, without what their words need.
    const isMadeUp = row === undefined || Object.keys(args).length < (row.message.length === 0 ? 0 : 1);
    const prose = isMadeUp ? '' : `: ${row.message(args)} → ${hintText(row.hint(args))}`;
    return `  ${severity} ${code} ${path}${prose}`;
  });
  return [`${head}${sight === '' ? '' : `: ${sight}`}${hint === '' ? '' : ` → ${hintText(hint)}`}`, ...words];
}

describe('what doctor says', () => {
  const linesOf = (changes: Partial<LiveFacts>): readonly string[] =>
    judgeChecks(liveFacts(changes)).flatMap(told);
  // Of the others only what is not as it should be.
  const cases = Object.fromEntries(
    Object.entries(CASES).map(([name, changes]): [string, Telling] => [
      name,
      () => {
        const right = changes === ALL_RIGHT ? [] : linesOf(ALL_RIGHT);
        return linesOf(changes).filter((line) => !right.includes(line));
      },
    ]),
  );
  const expected = expectedWords('doctor', cases);

  test.each(Object.entries(cases))('%s', (name, tell) => {
    expect(tell()).toEqual(expected[name]);
  });

  test('is known of every finding, and of nothing else', () => {
    expect(Object.keys(expected)).toEqual(Object.keys(CASES));
    const text = JSON.stringify(expected);
    expect(LIVE_RULES.map(({ code }) => code).filter((code) => !text.includes(` ${code} `))).toEqual([]);
    expect(text).not.toMatch(/undefined|NaN|\[object|notarealtoken/);
    expect(text).not.toContain(SECRET);
  });
});

const NO_DOMAIN = [
  'pool-without-domain',
  'custom-domain-only',
  'domain-of-other-pool',
  'domain-not-active',
  'pool-has-another-domain',
] as const;
const NO_CLIENT = ['client-not-found', 'client-unknown'] as const;

/** A finding of some check, and each finding that explains it. */
const FOLLOWS: Readonly<Record<string, readonly [Partial<LiveFacts>, CheckName, readonly string[]]>> = {
  'pool-not-found': [{ oidc: notThere }, 'oidc', ['region-mismatch', 'pool-id-format', 'region-format']],
  'discovery-differs': [
    { oidc: answered({ ...published, issuer: `${ISSUER}x` }) },
    'oidc',
    ['issuer-updated', 'region-mismatch'],
  ],
  'jwks-without-keys': [{ jwks: notThere }, 'jwks', ['pool-not-found']],
  'pool-has-another-domain': [
    CASES['another domain'] ?? {},
    'domain',
    ['domain-of-other-pool', 'domain-not-prefix'],
  ],
  'domain-not-found': [
    { loginPage: notThere },
    'domain',
    ['pool-not-found', ...NO_DOMAIN, 'domain-not-prefix', 'base-uri-not-host'],
  ],
  'client-not-found': [
    { account: seen({ client: undefined }) },
    'client',
    ['secret-and-id-swapped', 'client-id-format'],
  ],
  'client-unknown': [
    CASES['an unknown client'] ?? {},
    'authorize',
    [...NO_DOMAIN, 'domain-not-found', 'client-not-found', 'secret-and-id-swapped', 'client-id-format'],
  ],
  'callback-refused': [
    CASES['a callback that is refused'] ?? {},
    'authorize',
    ['callback-not-registered', 'no-fitting-callback', 'redirect-path', 'redirect-port'],
  ],
  'code-flow-refused': [CASES['a flow that is refused'] ?? {}, 'authorize', ['code-flow-off']],
  'scope-refused': [CASES['a scope that is refused'] ?? {}, 'authorize', ['scope-missing']],
  'secret-refused': [
    CASES['a secret that is refused'] ?? {},
    'secret',
    [...NO_CLIENT, 'client-without-secret', 'secret-and-id-swapped', 'secret-format'],
  ],
  'client-wants-secret': [
    CASES['a secret that the Node server never sends'] ?? {},
    'secret',
    [...NO_CLIENT, 'client-with-secret'],
  ],
  'sign-out-refused': [
    CASES['a sign-out URL that is refused'] ?? {},
    'sign-out',
    [...NO_CLIENT, 'sign-out-not-registered', 'no-sign-out-url'],
  ],
};

describe.each(Object.entries(FOLLOWS))('%s', (code, [changes, check, causes]) => {
  const judged = (cause: string): CheckResult | undefined =>
    judgeChecks(liveFacts({ ...changes, fileFindings: [fileError(cause, '')] })).find(
      (result) => result.check === check,
    );

  test.each(causes)('follows from %s', (cause) => {
    const { follows, findings = [] } = judged(cause) ?? {};
    const finder = ruleFor(cause)?.doctor ?? 'file';
    // Of what one check finds, only the cause is told.
    expect([follows, ...findings.map((finding) => finding.code)]).toEqual(
      finder === check ? [undefined, cause] : [finder, code],
    );
  });

  test('does not follow from just anything', () => {
    expect(judged('no-admin-group')).toMatchObject({ follows: undefined, findings: [{ code }] });
  });
});

describe('a check that decides nothing follows from', () => {
  const UNDECIDED: readonly (readonly [CheckName, Partial<LiveFacts>, readonly string[]])[] = [
    ['jwks', { jwks: unclear }, ['pool-not-found']],
    ['domain', { loginPage: unclear }, ['pool-not-found']],
    ['client', { account: NO_CREDENTIALS }, ['pool-not-found']],
    [
      'authorize',
      { authorize: unclear },
      [...NO_DOMAIN, 'domain-not-found', 'pool-not-found', 'login-pages-unavailable'],
    ],
    [
      'secret',
      { secret: { real: unclear, changed: unclear } },
      [
        ...[...NO_DOMAIN, 'domain-not-found', ...NO_CLIENT],
        ...['pool-not-found', 'code-flow-off', 'code-flow-refused'],
      ],
    ],
    ['sign-out', { signOut: unclear }, [...NO_DOMAIN, 'domain-not-found', ...NO_CLIENT, 'pool-not-found']],
    ['group', { account: NO_CREDENTIALS }, ['pool-not-found']],
  ];

  test.each(
    UNDECIDED.flatMap(([check, changes, causes]) => causes.map((cause) => [check, cause, changes] as const)),
  )('%s: %s', (check, cause, changes) => {
    const judged = (codes: readonly string[]): CheckResult | undefined =>
      judgeChecks(liveFacts({ ...changes, fileFindings: codes.map((code) => fileError(code, '')) })).find(
        (result) => result.check === check,
      );
    expect(judged([])?.follows).toBeUndefined();
    expect(judged([cause])?.follows).toBeDefined();
    // What has been decided follows from nothing.
    const decided = judgeChecks(liveFacts({ fileFindings: [fileError(cause, '')] }));
    expect(decided.find((result) => result.check === check)?.follows).toBeUndefined();
  });
});

test('a correct app client names what is not visible', () => {
  const [result] = judgeChecks(
    liveFacts({ account: seen(denied('ListIdentityProviders', 'ListGroups')) }),
  ).filter(({ check }) => check === 'client');
  expect(result).toMatchObject({ status: 'pass', findings: [] });
  expect(result?.seen).toMatch(/: cognito-idp:ListIdentityProviders, cognito-idp:ListGroups$/);
  expect(result?.hint).toContain('umconfig iam-policy --pool us-west-2_Pool12345 ');
});

test('a check follows from another one only with all that it finds', () => {
  const domain = (changes: Partial<LiveFacts>): CheckResult | undefined =>
    judgeChecks(liveFacts({ fileFindings: [fileError('domain-not-prefix', '')], ...changes })).find(
      ({ check }) => check === 'domain',
    );
  const another = CASES['another domain'] ?? {};
  expect(domain(another)?.follows).toBe('file');
  const both = domain({ ...another, ...CASES['pages unavailable'] });
  expect(both?.findings.map(({ code }) => code)).toEqual([
    'pool-has-another-domain',
    'login-pages-unavailable',
  ]);
  expect(both?.follows).toBeUndefined();
});

test('a warning alone fails no check', () => {
  const [group] = judgeChecks(liveFacts({ account: seen({ groups: [] }) })).filter(
    ({ check }) => check === 'group',
  );
  expect(group).toMatchObject({
    status: 'warning',
    findings: [{ code: 'no-admin-group', severity: 'warning' }],
  });
  const [client] = judgeChecks(liveFacts({ account: withClient({ identityProviders: [] }) })).filter(
    ({ check }) => check === 'client',
  );
  expect(client).toMatchObject({ status: 'warning' });
});
