/** What doctor makes of what it has seen: each check's verdict, and which of several failures is the cause. */
import { describe, expect, test } from '@jest/globals';
import type { HttpFailureKind } from '../../../../src/core/failures.ts';
import type { CheckName } from '../../../../src/core/config/checks.ts';
import { judgeChecks, type CheckResult } from '../../../../src/core/doctor.ts';
import type { AccountSight, Asked, LiveFacts } from '../../../../src/core/rules/live/facts.ts';
import type { TokenAnswer } from '../../../../src/core/cognito/oauth-answers.ts';
import { proseOf } from '../../../../src/core/rules/index.ts';
import { ACCOUNT_RULES } from '../../../../src/core/rules/account/index.ts';
import { LIVE_RULES } from '../../../../src/core/rules/live/index.ts';
import { aClient, aPool, POOL_ID, SECRET } from '../../../support/account.ts';
import {
  anAdmin,
  answered,
  fileError,
  HOST,
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
} from '../../../support/live.ts';

const LIVE_CODES: ReadonlySet<string> = new Set([...LIVE_RULES, ...ACCOUNT_RULES].map(({ code }) => code));

/** The checks, each finding of which must make sense in words. */
function judged(changes: Partial<LiveFacts>): readonly CheckResult[] {
  const results = judgeChecks(liveFacts(changes));
  // Those of the file are made up here, without their arguments.
  const own = results.flatMap(({ findings }) => findings).filter(({ code }) => LIVE_CODES.has(code));
  for (const { message, hint } of own.map(proseOf)) {
    expect(message).toMatch(/^\S.*[^.\s]$/su);
    expect(hint).toMatch(/^\S.*\S$/su);
    expect(`${message} ${hint}`).not.toMatch(/undefined|\[object/);
  }
  return results;
}

const resultOf = (changes: Partial<LiveFacts>, check: CheckName): CheckResult => {
  const found = judged(changes).find((result) => result.check === check);
  if (found === undefined) throw new Error(`there is no check ${check}`);
  return found;
};

/** `domain: domain-not-found`, `authorize: (domain)` … for every check that did not pass. */
const troubles = (changes: Partial<LiveFacts>): readonly string[] =>
  judged(changes)
    .filter(({ status }) => status !== 'pass')
    .map(({ check, status, findings, follows }) => {
      const codes = findings.map(({ code }) => code).join(' ');
      return `${check} ${status}${codes === '' ? '' : `: ${codes}`}${follows === undefined ? '' : ` (${follows})`}`;
    });

const FOLLOWS_DOMAIN = [
  'authorize inconclusive (domain)',
  'secret inconclusive (domain)',
  'sign-out inconclusive (domain)',
];

test('with no fault everything passes', () => {
  expect(judgeChecks(liveFacts()).map(({ check, status }) => `${check} ${status}`)).toEqual([
    'file pass',
    'oidc pass',
    'jwks pass',
    'domain pass',
    'client pass',
    'authorize pass',
    'secret pass',
    'sign-out pass',
    'group pass',
  ]);
});

test('the Node server has neither sign-out URL nor groups', () => {
  const nested = judgeChecks(
    liveFacts({ layout: 'nested', secret: { real: refused('invalid_grant'), changed: undefined } }),
  );
  expect(nested.map(({ check }) => check)).not.toContain('sign-out');
  expect(nested.map(({ check }) => check)).not.toContain('group');
});

describe('the cause comes first, and what follows from it says so', () => {
  test.each<[string, Partial<LiveFacts>, readonly string[]]>([
    [
      'wrong secret',
      {
        secret: { real: refused('invalid_client'), changed: refused('invalid_client') },
        account: seen({}, { isSecretDifferent: true }),
      },
      ['secret fail: secret-refused'],
    ],
    [
      'callback not registered',
      {
        authorize: answered({ kind: 'redirect-mismatch' }),
        loginPage: answered({ kind: 'redirect-mismatch' }),
        account: withClient({ callbackUrls: ['http://localhost:8686/aut'] }),
      },
      ['client fail: callback-not-registered', 'authorize fail: callback-refused (client)'],
    ],
    [
      'code flow off',
      {
        authorize: answered({ kind: 'unauthorized-client' }),
        secret: { real: refused('unauthorized_client'), changed: refused('invalid_client') },
        account: withClient({ flows: ['implicit'] }),
      },
      [
        'client fail: code-flow-off',
        'authorize fail: code-flow-refused (client)',
        'secret inconclusive (client)',
      ],
    ],
    [
      'scope missing',
      { authorize: answered({ kind: 'invalid-scope' }), account: withClient({ scopes: ['openid'] }) },
      ['client fail: scope-missing', 'authorize fail: scope-refused (client)'],
    ],
    [
      'domain deleted',
      {
        ...NO_HOSTED_UI,
        oidc: answered({ ...published, tokenEndpoint: undefined }),
        account: seen({ pool: aPool({ domain: undefined }) }),
      },
      ['domain fail: pool-without-domain', ...FOLLOWS_DOMAIN],
    ],
    [
      'domain deleted, without credentials',
      { ...NO_HOSTED_UI, account: NO_CREDENTIALS },
      ['domain fail: domain-not-found', 'client skipped', ...FOLLOWS_DOMAIN, 'group skipped'],
    ],
    [
      'issuer changed',
      {
        oidc: answered({ ...published, issuer: ISSUER.replace('cognito', 'issuer-cognito') }),
        account: seen({ pool: aPool({ issuerType: 'UPDATED' }) }),
      },
      ['oidc fail: issuer-updated'],
    ],
    [
      'JWKS empty',
      { jwks: answered({ kind: 'document', keys: 0, rs256: 0 }) },
      ['jwks fail: jwks-without-keys'],
    ],
    [
      'group missing',
      { account: seen({ groups: ['worker'] }, { admins: undefined }) },
      ['group warning: no-admin-group'],
    ],
    [
      'pool in another region',
      { ...NO_HOSTED_UI, oidc: notThere, jwks: notThere, account: { ...NO_CREDENTIALS, isNoSuchPool: true } },
      [
        'oidc fail: pool-not-found',
        'jwks fail: jwks-without-keys (oidc)',
        'domain fail: domain-not-found (oidc)',
        'client skipped (oidc)',
        'authorize inconclusive (oidc)',
        'secret inconclusive (oidc)',
        'sign-out inconclusive (oidc)',
        'group skipped (oidc)',
      ],
    ],
    [
      'region misspelt in the file',
      { fileFindings: [fileError('region-mismatch', 'region')], oidc: notThere, jwks: notThere },
      [
        'file fail: region-mismatch',
        'oidc fail: pool-not-found (file)',
        'jwks fail: jwks-without-keys (oidc)',
      ],
    ],
    [
      'client deleted',
      {
        authorize: UNKNOWN_CLIENT,
        secret: { real: refused('invalid_client'), changed: refused('invalid_client') },
        signOut: answered({ kind: 'refused', error: 'invalid_request' }),
        account: seen({ client: undefined }),
      },
      [
        'client fail: client-not-found',
        'authorize fail: client-unknown (client)',
        'secret fail: secret-refused (client)',
        'sign-out fail: sign-out-refused (client)',
      ],
    ],
    [
      'client deleted, without credentials',
      {
        authorize: UNKNOWN_CLIENT,
        secret: { real: refused('invalid_client'), changed: refused('invalid_client') },
        account: NO_CREDENTIALS,
      },
      [
        'client skipped',
        'authorize fail: client-unknown',
        'secret fail: secret-refused (authorize)',
        'group skipped',
      ],
    ],
    [
      'a failing identity provider',
      {
        authorize: answered({
          kind: 'refused',
          refusal: { at: 'callback', error: 'invalid_request', description: 'Bad token response' },
        }),
      },
      ['authorize fail: sign-in-refused'],
    ],
    [
      'sign-out URL not registered',
      {
        signOut: answered({ kind: 'refused', error: 'redirect_mismatch' }),
        account: withClient({ signOutUrls: [] }),
      },
      ['client fail: sign-out-not-registered', 'sign-out fail: sign-out-refused (client)'],
    ],
    [
      'no styled pages',
      { loginPage: answered({ kind: 'pages-unavailable' }) },
      ['domain fail: login-pages-unavailable'],
    ],
    [
      "another pool's domain",
      {
        oidc: answered({
          ...published,
          tokenEndpoint: 'https://other.auth.us-west-2.amazoncognito.com/oauth2/token',
        }),
      },
      ['domain fail: pool-has-another-domain'],
    ],
  ])('%s', (_, changes, expected) => {
    expect(troubles(changes)).toEqual(expected);
  });
});

describe('discovery', () => {
  const named = (changes: object, emulator?: string): readonly string[] =>
    troubles({ oidc: answered({ ...published, ...changes }), emulator });

  test.each([
    [
      'an UPDATED issuer',
      { issuer: `https://issuer-cognito-idp.us-west-2.amazonaws.com/${POOL_ID}` },
      / UPDATED\)/,
    ],
    ['an issuer of another pool', { issuer: `${ISSUER}x` }, /Pool12345x/],
    ['another JWKS', { jwksUri: 'https://evil.test/jwks.json' }, /jwks_uri is "https:\/\/evil\.test/],
  ])('%s is named as such', (_, changes, words) => {
    const result = resultOf({ oidc: answered({ ...published, ...changes }) }, 'oidc');
    expect(result.status).toBe('fail');
    expect(result.findings.map((finding) => proseOf(finding).message).join()).toMatch(words);
  });

  test('an emulator may name its own origin, but no other pool and no stranger', () => {
    const emulator = 'http://127.0.0.1:9229';
    const own = {
      issuer: `${emulator}/${POOL_ID}`,
      jwksUri: `${emulator}/${POOL_ID}/.well-known/jwks.json`,
      tokenEndpoint: `${emulator}/oauth2/token`,
    };
    expect(named(own, emulator)).toEqual([]);
    expect(named({ ...own, issuer: `${emulator}/other` }, emulator)).toEqual([
      'oidc fail: discovery-differs',
    ]);
    expect(named({ ...own, issuer: `https://evil.test/${POOL_ID}` }, emulator)).toEqual([
      'oidc fail: discovery-differs',
    ]);
    expect(named({ ...own, issuer: `http://localhost:1/${POOL_ID}` }, emulator)).toEqual([]);
    expect(named(own)).toContain('oidc fail: discovery-differs');
  });

  test('a custom domain beside the Cognito one proves nothing', () => {
    expect(named({ tokenEndpoint: 'https://login.acme.org/oauth2/token' })).toEqual([]);
    expect(named({ tokenEndpoint: 'https://.auth.us-west-2.amazoncognito.com/oauth2/token' })).toEqual([]);
    expect(named({ tokenEndpoint: 'nonsense' })).toEqual([]);
    const meant = { ...liveFacts().meant, tokenEndpoint: 'https://login.acme.org/oauth2/token' };
    expect(troubles({ meant, oidc: answered({ ...published, tokenEndpoint: 'nonsense' }) })).toEqual([]);
    expect(named({ tokenEndpoint: `https://${HOST}/another/path` })).toEqual([]);
  });

  test('credentials of another account do not make the pool a missing one', () => {
    const other: AccountSight = { ...NO_CREDENTIALS, why: 'there is no user pool', isNoSuchPool: true };
    expect(troubles({ account: other })).toEqual(['client skipped', 'group skipped']);
    expect(troubles({ account: other, oidc: unclear })).toEqual(
      expect.arrayContaining(['oidc fail: pool-not-found']),
    );
  });
});

describe('the differential probe', () => {
  type Row = readonly [Asked<TokenAnswer>, Asked<TokenAnswer>, string];
  const tokens = answered({
    kind: 'tokens',
    tokens: { idToken: 'notarealtoken', accessToken: undefined },
  } as const);

  test.each<Row>([
    [refused('invalid_grant'), refused('invalid_client'), 'pass'],
    [refused('invalid_client'), refused('invalid_client'), 'fail'],
    [refused('invalid_client'), unclear, 'fail'],
    [refused('invalid_grant'), refused('invalid_grant'), 'inconclusive'],
    [refused('invalid_grant'), unclear, 'inconclusive'],
    [refused('invalid_grant'), unreachable('timeout'), 'inconclusive'],
    [refused('unauthorized_client'), refused('invalid_client'), 'inconclusive'],
    [refused('invalid_request'), refused('invalid_client'), 'inconclusive'],
    [unclear, refused('invalid_client'), 'inconclusive'],
    [unreachable('cut-off'), refused('invalid_client'), 'inconclusive'],
    [unreachable('tls'), unreachable('tls'), 'inconclusive'],
    [tokens, tokens, 'inconclusive'],
  ])('%j, %j: %s', (real, changed, status) => {
    const result = resultOf({ secret: { real, changed } }, 'secret');
    expect(result.status).toBe(status);
    expect(JSON.stringify(result)).not.toContain('notarealtoken');
    if (status === 'inconclusive') expect(result.seen).not.toBe('');
  });

  test.each<readonly [Asked<TokenAnswer>, Asked<TokenAnswer> | undefined]>([
    [refused('invalid_grant'), undefined],
    [refused('invalid_grant'), refused('invalid_client')],
    [refused('invalid_request'), undefined],
    [unclear, undefined],
    [tokens, undefined],
    [refused('invalid_grant'), refused('invalid_grant')],
    [refused('invalid_request'), unclear],
    [unclear, unreachable('timeout')],
  ])('%j, %j in words', (real, changed) => {
    const layout = changed === undefined ? 'nested' : 'flat';
    expect(resultOf({ layout, secret: { real, changed } }, 'secret').seen).toMatchSnapshot();
  });

  test.each<readonly [Asked<TokenAnswer>, string]>([
    [refused('invalid_grant'), 'pass'],
    [refused('invalid_client'), 'fail'],
    [refused('invalid_request'), 'inconclusive'],
  ])('without a secret one request tells: %j: %s', (real, status) => {
    expect(resultOf({ layout: 'nested', secret: { real, changed: undefined } }, 'secret').status).toBe(
      status,
    );
  });

  test.each<[Partial<AccountSight & { kind: 'seen' }>, readonly string[]]>([
    [{ isSecretDifferent: true }, ['secret warning: second-secret']],
    [{ secrets: 2 }, ['secret warning: second-secret']],
    [{ secrets: undefined }, []],
  ])('a working secret and an account with %j', (sight, expected) => {
    expect(troubles({ account: seen({}, sight) })).toEqual(expected);
  });
});

describe('admins', () => {
  test('are named; one in a second group is a worker', () => {
    expect(resultOf({}, 'group').seen).toContain('ada@labels.test');
    const torn = [
      anAdmin('bob@labels.test', ['day', 'night']),
      anAdmin('ada@labels.test'),
      anAdmin('Google_1071', ['us-west-2_Pool12345_Google'], true),
    ];
    const { status, findings } = resultOf({ account: seen({}, { admins: torn }) }, 'group');
    expect(status).toBe('warning');
    expect(findings).toMatchObject([
      {
        code: 'admin-in-second-group',
        args: {
          who: ['bob@labels.test (also in day, night)'],
          command: expect.stringMatching(/ --username u-bob@labels\.test .* --region us-west-2$/),
        },
      },
      { code: 'federated-admin', args: { who: ['Google_1071 (also in us-west-2_Pool12345_Google)'] } },
    ]);
  });

  test('nobody at all is a warning', () => {
    expect(troubles({ account: seen({}, { admins: [] }) })).toEqual(['group warning: no-admins']);
  });

  test('who cannot be seen is said with the action that is missing', () => {
    const hidden = [{ action: 'ListUsersInGroup', reason: 'denied' } as const];
    const result = resultOf({ account: seen({ hidden }, { admins: undefined }) }, 'group');
    expect(result).toMatchObject({
      status: 'skipped',
      seen: expect.stringContaining('cognito-idp:ListUsersInGroup'),
    });
    expect(result.hint).toContain(`umconfig iam-policy --pool ${POOL_ID}`);
  });

  test('identity providers that the pool does not have are named', () => {
    expect(troubles({ account: seen({}, { missingProviders: ['Google'] }) })).toEqual([
      'client warning: provider-not-found',
    ]);
  });
});

describe('without an answer', () => {
  test('a host without an address is a domain that does not exist, as long as there is a network', () => {
    const nowhere = unreachable('unknown-host');
    const changes = {
      loginPage: nowhere,
      authorize: nowhere,
      signOut: nowhere,
      secret: { real: nowhere, changed: nowhere },
    };
    expect(troubles(changes)).toEqual(['domain fail: domain-not-found', ...FOLLOWS_DOMAIN]);
  });

  test.each<HttpFailureKind>(['refused', 'cut-off', 'timeout', 'tls', 'too-large', 'not-http', 'io'])(
    '%s is inconclusive and says which host',
    (failure) => {
      const result = resultOf({ loginPage: unreachable(failure) }, 'domain');
      expect(result).toMatchObject({ status: 'inconclusive', seen: expect.stringContaining(HOST) });
    },
  );

  test.each<[CheckName, Partial<LiveFacts>]>([
    ['oidc', { oidc: unclear }],
    ['jwks', { jwks: unclear }],
    ['domain', { loginPage: unclear }],
    ['authorize', { authorize: unclear }],
    ['sign-out', { signOut: unclear }],
  ])('an answer that %s does not know says what was seen', (check, changes) => {
    expect(resultOf(changes, check)).toMatchObject({
      status: 'inconclusive',
      seen: 'HTTP 418',
      findings: [],
    });
  });

  test('offline is one finding', () => {
    const nothing = unreachable('unknown-host');
    const offline = {
      oidc: unreachable('unknown-host', 'cognito-idp.us-west-2.amazonaws.com'),
      jwks: unreachable('unknown-host', 'cognito-idp.us-west-2.amazonaws.com'),
      loginPage: nothing,
      authorize: nothing,
      signOut: nothing,
      secret: { real: nothing, changed: nothing },
      account: NO_CREDENTIALS,
    };
    const results = judgeChecks(liveFacts(offline));
    expect(results.map(({ check, status }) => `${check} ${status}`)).toEqual(['network fail']);
    expect(results[0]?.findings).toMatchObject([{ code: 'no-network' }]);
    expect(judgeChecks(liveFacts({ ...offline, account: seen() })).length).toBeGreaterThan(5);
  });
});

describe('drift', () => {
  test.each([
    ['domainName', 'domainName', 'domain'],
    ['awsTokenURL', 'awsTokenURL', 'domain'],
    ['region', 'region', 'oidc'],
    ['awsJwkUrl', 'awsJwkUrl', 'jwks'],
    ['clientId', 'clientId', 'client'],
  ] as const)('of %s is told where it belongs', (name, path, check) => {
    const differences = [{ name, path, span: undefined, inFile: 'a', inAccount: 'b' }];
    expect(resultOf({ account: seen({ differences }) }, check).findings).toMatchObject([
      { code: 'differs-from-account', path },
    ]);
  });
});

test('drift of the Node server’s file is told where it belongs', () => {
  const differences = [
    { name: 'clientId', path: 'cognito.clientId', span: undefined, inFile: 'a', inAccount: 'b' },
    { name: 'domainName', path: 'cognito.userPoolBaseUri', span: undefined, inFile: 'a', inAccount: 'b' },
  ] as const;
  const client = aClient({ secret: undefined, callbackUrls: ['http://localhost:8686/callback'] });
  const account = seen({ layout: 'nested', client, wanted: {}, differences });
  const secret = { real: refused('invalid_grant'), changed: undefined };
  expect(troubles({ layout: 'nested', secret, account })).toEqual([
    'domain fail: differs-from-account',
    'client fail: differs-from-account',
  ]);
});

test('every rule has a check, or a reason to have none', () => {
  const elsewhere = [
    'not-visible', // the checks say what they could not see
    'no-fitting-client', // the file names its client
  ];
  const without = [...ACCOUNT_RULES, ...LIVE_RULES].filter(({ doctor }) => doctor === undefined);
  expect(without.map(({ code }) => code).sort()).toEqual([...elsewhere].sort());
});

test('no finding holds the secret', () => {
  const everything: Partial<LiveFacts> = {
    ...NO_HOSTED_UI,
    secret: { real: refused('invalid_client'), changed: refused('invalid_client') },
    account: seen({ client: aClient({ callbackUrls: [], flows: [] }) }, { isSecretDifferent: true }),
  };
  const results = judgeChecks(liveFacts(everything));
  expect(JSON.stringify([results, results.flatMap(({ findings }) => findings.map(proseOf))])).not.toContain(
    SECRET,
  );
});
