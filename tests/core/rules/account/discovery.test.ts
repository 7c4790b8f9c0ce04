/**
 * From an account's facts to settings, and what the account rules say about them: in tests/fixtures/words/account.json
 * (`npm test -- -u` writes it anew, for a person to read).
 */
import { describe, expect, test } from '@jest/globals';
import { clientFaults, usedDomain, type AccountFacts } from '../../../../src/core/rules/account/facts.ts';
import {
  differences,
  missingFields,
  configuredPort,
  settingsFrom,
} from '../../../../src/core/rules/account/discovery.ts';
import { parseDocument } from '../../../../src/core/yaml/document.ts';
import { chooseUrl, nearestUrl, urlFault } from '../../../../src/core/rules/account/registered-urls.ts';
import { ACCOUNT_RULES, judgeAccount } from '../../../../src/core/rules/account/index.ts';
import { proseOf } from '../../../../src/core/rules/index.ts';
import { JWKS_TEMPLATE } from '../../../../src/core/config/endpoints.ts';
import { expectedWords, type Telling } from '../../../support/fixtures.ts';
import { anAccount, aClient, aPool, POOL_ID, SECRET } from '../../../support/account.ts';

const codesOf = (facts: AccountFacts): readonly string[] => judgeAccount(facts).map(({ code }) => code);
const URLS = { redirectUri: 'http://localhost:8686/auth', logOutUri: 'http://localhost:8686/' };

describe('a pool as it should be', () => {
  test('gives every value that the flat server needs', () => {
    const settings = settingsFrom(anAccount(), URLS, {});
    expect(settings).toEqual({
      userManagement: 'on',
      userPoolID: POOL_ID,
      region: 'us-west-2',
      domainName: 'demo',
      clientId: '1clientaaaaaaaaaaaaaaaaaaa',
      clientSecret: SECRET,
      ...URLS,
      awsTokenURL: 'https://demo.auth.us-west-2.amazoncognito.com/oauth2/token',
      awsJwkUrl: JWKS_TEMPLATE,
    });
    expect(missingFields(settings, 'flat')).toEqual([]);
    expect(judgeAccount(anAccount())).toEqual([]);
  });

  test('gives the nested server the whole host and no secret', () => {
    const facts = anAccount({
      layout: 'nested',
      client: aClient({ secret: undefined, callbackUrls: ['http://localhost:8686/callback'] }),
    });
    const settings = settingsFrom(facts, { ...URLS, redirectUri: 'http://localhost:8686/callback' }, {});
    expect(settings.domainName).toBe('demo.auth.us-west-2.amazoncognito.com');
    expect(settings.clientSecret).toBeUndefined();
    expect(settings.logOutUri).toBeUndefined();
    expect(missingFields(settings, 'nested')).toEqual([]);
    expect(judgeAccount(facts)).toEqual([]);
  });

  test('keeps a token URL of the file that is nobody’s default, and replaces any other', () => {
    const custom = { awsTokenURL: 'https://proxy.internal/oauth2/token' };
    expect(settingsFrom(anAccount(), URLS, custom).awsTokenURL).toBe(custom.awsTokenURL);
    const stale = { awsTokenURL: 'https://old.auth.eu-west-1.amazoncognito.com/oauth2/token' };
    expect(settingsFrom(anAccount(), URLS, stale).awsTokenURL).toContain('//demo.auth.us-west-2.');
  });
});

describe('which domain', () => {
  const both = aPool({ domain: 'demo', customDomain: 'login.acme.org' });
  const described = (domain: string, status: string): AccountFacts['domains'][number] => ({
    domain,
    description: { domain, userPoolId: POOL_ID, status },
  });
  const nested = (custom: string, configuredDomain?: string): AccountFacts =>
    anAccount({
      layout: 'nested',
      pool: both,
      domains: [described('demo', 'ACTIVE'), described('login.acme.org', custom)],
      configuredDomain,
    });

  test.each([
    ['the custom one while it is active', nested('ACTIVE'), 'login.acme.org'],
    ['the prefix while the custom one is not', nested('CREATING'), 'demo'],
    [
      'what the file names, where the pool has it',
      nested('ACTIVE', 'demo.auth.us-west-2.amazoncognito.com'),
      'demo',
    ],
    [
      'the custom one that the file names, even unseen',
      nested('CREATING', 'login.acme.org'),
      'login.acme.org',
    ],
    [
      'not what the file names, where the pool has no such',
      nested('ACTIVE', 'old.acme.org'),
      'login.acme.org',
    ],
    ['always the prefix for the flat server', { ...nested('ACTIVE'), layout: 'flat' as const }, 'demo'],
  ])('%s', (_, facts, domain) => {
    expect(usedDomain(facts)?.domain).toBe(domain);
  });

  test('of GovCloud pools is under auth-fips', () => {
    const pool = aPool({ id: 'us-gov-west-1_Gov1' });
    const facts = anAccount({ layout: 'nested', pool, region: 'us-gov-west-1' });
    expect(settingsFrom(facts, URLS, {}).domainName).toBe('demo.auth-fips.us-gov-west-1.amazoncognito.com');
  });
});

describe('which client', () => {
  test.each([
    ['flat', aClient(), []],
    ['flat', aClient({ secret: undefined }), ['has no secret']],
    ['flat', aClient({ flows: ['implicit'] }), ['does not allow the code flow']],
    ['flat', aClient({ oauthEnabled: false }), ['does not allow the code flow']],
    ['nested', aClient(), ['has a secret']],
    ['nested', aClient({ secret: undefined, flows: [] }), []],
  ] as const)('%s %#', (layout, client, faults) => {
    expect(clientFaults(client, layout)).toEqual(faults);
  });
});

describe('which URL', () => {
  const flat = { layout: 'flat', port: 8686 } as const;
  const local = 'http://localhost:8686/auth';
  const open = 'https://label.acme.org/auth';

  test.each([
    [local, undefined],
    ['http://127.0.0.1:8686/auth', undefined],
    [open, undefined],
    ['https://localhost:8686/auth', undefined],
    ['http://localhost:3000/auth', undefined],
    ['http://localhost:8686/auth/', 'path'],
    ['http://localhost:8686/Auth', 'path'],
    ['http://localhost:8686/callback', 'path'],
    ['http://localhost:8686', 'path'],
    ['http://label.acme.org/auth', 'http'],
    ['myapp://auth', 'http'],
    ['https://label.acme.org/auth?x=1', 'query'],
  ])('%s fits, or why not: %s', (url, word) => {
    const fault = urlFault(url, 'redirectUri', flat);
    if (word === undefined) expect(fault).toBeUndefined();
    else expect(fault).toContain(word);
  });

  const choose = (
    registered: readonly string[],
    hints: Parameters<typeof chooseUrl>[3] = {},
  ): ReturnType<typeof chooseUrl> => chooseUrl(registered, 'redirectUri', flat, hints);

  test('the only one that fits is taken, on whatever port', () => {
    expect(choose([local, 'https://label.acme.org/']).settled).toBe(local);
    expect(choose(['http://localhost:3000/auth', `${local}/`]).settled).toBe('http://localhost:3000/auth');
  });

  test('the only one on the port of the server is preferred', () => {
    const others = ['http://localhost:3000/auth', 'http://localhost:3001/auth'];
    expect(choose([...others, local])).toEqual({ fitting: [local, ...others], settled: local });
    expect(choose(others).settled).toBeUndefined();
    const at = (port: number | undefined, layout: 'flat' | 'nested' = 'flat'): string | undefined =>
      chooseUrl(
        others.map((url) => (layout === 'flat' ? url : url.replace('auth', 'callback'))),
        'redirectUri',
        { layout, port },
        {},
      ).settled;
    expect(at(3001)).toBe('http://localhost:3001/auth');
    expect(at(undefined)).toBeUndefined();
    expect(at(3001, 'nested')).toBe('http://localhost:3001/callback');
  });

  test('of several none is, and the default and https come first', () => {
    expect(choose([local, open])).toEqual({ fitting: [open, local], settled: undefined });
    expect(choose([local, open], { byDefault: local })).toEqual({
      fitting: [local, open],
      settled: undefined,
    });
  });

  test('what the file has stays, where it is registered and fits', () => {
    expect(choose([local, open], { configured: local }).settled).toBe(local);
    expect(choose([open], { configured: local }).settled).toBe(open);
    expect(choose([local, `${open}/x`], { configured: `${open}/x` }).settled).toBe(local);
  });

  test('what is asked for must be registered byte for byte', () => {
    expect(choose([local, open], { wanted: open }).settled).toBe(open);
    expect(choose([local], { wanted: `${local}/` }).settled).toBeUndefined();
  });

  test('a sign-out URL on the origin of the callback is preferred', () => {
    const urls = ['https://other.acme.org/', 'http://localhost:8686/', 'https://label.acme.org/bye'];
    const near = (callback: string): unknown =>
      chooseUrl(urls, 'logOutUri', flat, { near: callback }).settled;
    expect(near(local)).toBe('http://localhost:8686/');
    expect(near(open)).toBe('https://label.acme.org/bye');
    expect(near('https://third.acme.org/auth')).toBeUndefined();
  });

  test.each([
    ['http://localhost:8686/auth/', 'the slash at the end'],
    ['https://localhost:8686/auth', 'the scheme'],
    ['http://localhost:8687/auth', 'the port'],
    ['http://LOCALHOST:8686/auth', 'upper and lower case'],
    ['http://127.0.0.1:8686/auth', 'the host'],
    ['http://localhost:8686/oauth', 'the path'],
    ['https://localhost:8686/oauth', 'the scheme and the path'],
    [' http://localhost:8686/auth', 'a space'],
    ['http://localhost:8686/auth?a=1', 'the query'],
    ['http://localhost:8686/auth ', 'a space'],
    ['localhost/auth', 'the text'],
    ['http://localhost:8686/./auth', 'its spelling'],
    ['http://127.0.0.1:8687/auth', 'the host and the port'],
  ])('%s differs in %s', (wanted, difference) => {
    expect(nearestUrl(wanted, ['https://far.away.example/auth', local])).toEqual({ url: local, difference });
  });
});

test('what is registered and no address at all differs in the text', () => {
  expect(nearestUrl('http://localhost/auth', ['localhost'])).toEqual({
    url: 'localhost',
    difference: 'the text',
  });
});

test('where none is registered none is nearest', () => {
  expect(nearestUrl('http://localhost/auth', [])).toBeUndefined();
});

test.each([
  ['flat', 'http://localhost:8686/auth', '--generate-secret'],
  ['nested', 'http://localhost:9000/callback', '--no-generate-secret'],
] as const)('the command for a client that fits the %s layout', (layout, callback, secret) => {
  const port = layout === 'nested' ? 9000 : undefined;
  const [finding] = judgeAccount(anAccount({ layout, client: undefined, port }));
  expect(finding?.code).toBe('no-fitting-client');
  expect(finding?.args['command']).toBe(
    `aws cognito-idp create-user-pool-client --user-pool-id ${POOL_ID} --region us-west-2 --client-name scalabel ${secret} ` +
      '--allowed-o-auth-flows-user-pool-client --allowed-o-auth-flows code --allowed-o-auth-scopes openid email ' +
      `--supported-identity-providers COGNITO --callback-urls ${callback} --logout-urls ${new URL(callback).origin}/`,
  );
});

/** Each rule with an account that breaks it. */
const BROKEN: Readonly<Record<string, AccountFacts>> = {
  'pool-without-domain': anAccount({ pool: aPool({ domain: undefined }), domains: [] }),
  'custom-domain-only': anAccount({
    pool: aPool({ domain: undefined, customDomain: 'login.acme.org' }),
    domains: [{ domain: 'login.acme.org', description: 'hidden' }],
  }),
  'domain-not-active': anAccount({
    domains: [
      {
        domain: 'demo',
        description: { domain: 'demo', userPoolId: POOL_ID, status: 'FAILED' },
      },
    ],
  }),
  'domain-of-other-pool': anAccount({
    domains: [
      {
        domain: 'demo',
        description: {
          domain: 'demo',
          userPoolId: 'us-west-2_Other1',
          status: 'ACTIVE',
        },
      },
    ],
  }),
  'issuer-updated': anAccount({ pool: aPool({ issuerType: 'UPDATED' }) }),
  'no-fitting-client': anAccount({
    client: undefined,
    candidates: [aClient({ secret: undefined, flows: [] })],
  }),
  'client-without-secret': anAccount({ client: aClient({ secret: undefined }) }),
  'client-with-secret': anAccount({
    layout: 'nested',
    client: aClient({ callbackUrls: ['http://localhost:8686/callback'] }),
  }),
  'code-flow-off': anAccount({ client: aClient({ oauthEnabled: false }) }),
  'scope-missing': anAccount({ client: aClient({ scopes: ['openid', 'phone'] }) }),
  'email-not-readable': anAccount({ client: aClient({ readAttributes: ['name'] }) }),
  'no-identity-provider': anAccount({ client: aClient({ identityProviders: [] }) }),
  'callback-not-registered': anAccount({ wanted: { redirectUri: 'http://localhost:8686/auth/' } }),
  'no-fitting-callback': anAccount({ client: aClient({ callbackUrls: ['http://localhost:8686/callback'] }) }),
  'no-sign-out-url': anAccount({ client: aClient({ signOutUrls: [] }) }),
  'sign-out-not-registered': anAccount({ wanted: { logOutUri: 'http://localhost:8686' } }),
  'no-admin-group': anAccount({ groups: ['Admin', 'workers'] }),
  'not-visible': anAccount({ groups: undefined, hidden: [{ action: 'ListGroups', reason: 'denied' }] }),
  'differs-from-account': anAccount({
    differences: [{ name: 'clientId', path: 'clientId', span: undefined, inFile: 'old', inAccount: 'new' }],
  }),
};

/** Further accounts, for what a rule says of them. */
const TOLD: Readonly<Record<string, AccountFacts>> = {
  ...BROKEN,
  'no domain, and no group': anAccount({
    pool: aPool({ domain: undefined }),
    domains: [],
    groups: [],
    client: undefined,
  }),
  'no domain, for the Node server': anAccount({
    layout: 'nested',
    client: aClient({ secret: undefined, callbackUrls: ['http://localhost:8686/callback'] }),
    pool: aPool({ domain: undefined }),
  }),
  'a custom domain only, for the Node server': anAccount({
    layout: 'nested',
    client: aClient({ secret: undefined, callbackUrls: ['http://localhost:8686/callback'] }),
    pool: aPool({ domain: undefined, customDomain: 'login.acme.org' }),
    groups: [],
  }),
  'a domain that Cognito does not know': anAccount({ domains: [{ domain: 'demo', description: undefined }] }),
  'a domain without a status': anAccount({
    domains: [
      {
        domain: 'demo',
        description: { domain: 'demo', userPoolId: POOL_ID, status: undefined },
      },
    ],
  }),
  'no app client': anAccount({ client: undefined }),
  'no app client for the Node server': anAccount({ layout: 'nested', client: undefined, port: undefined }),
  'app clients none of which fits': anAccount({
    client: undefined,
    candidates: [
      aClient({ id: 'a', name: '', secret: undefined, flows: [] }),
      aClient({ id: 'b', name: 'b', secret: undefined, flows: [] }),
    ],
  }),
  'an app client without a name': anAccount({ client: aClient({ name: '', flows: [] }) }),
  'an app client that is called by its id': anAccount({
    client: aClient({ id: 'x1', name: 'x1', flows: [] }),
  }),
  'an app client without openid and email': anAccount({ client: aClient({ scopes: [] }) }),
  'a callback URL that no other is near': anAccount({
    client: aClient({ callbackUrls: [], signOutUrls: [] }),
    wanted: { redirectUri: 'https://labels.acme.org/auth', logOutUri: 'https://labels.acme.org/' },
  }),
  'URLs near which are some that the server cannot use': anAccount({
    client: aClient({
      callbackUrls: ['http://labels.acme.org/auth'],
      signOutUrls: ['https://labels.acme.org/?x=1'],
    }),
    wanted: { redirectUri: 'https://labels.acme.org/auth', logOutUri: 'https://labels.acme.org/' },
  }),
  'URLs near which are some that the server can use': anAccount({
    client: aClient({
      callbackUrls: ['https://labels.acme.org/auth'],
      signOutUrls: ['https://labels.acme.org/bye'],
    }),
    wanted: { redirectUri: 'https://label.acme.org/auth', logOutUri: 'https://labels.acme.org/by' },
  }),
  'no callback URL': anAccount({ client: aClient({ callbackUrls: [] }), port: undefined }),
  'no callback URL, on another port': anAccount({
    client: aClient({ callbackUrls: [], signOutUrls: [] }),
    port: 9000,
  }),
  'many callback URLs none of which fits': anAccount({
    client: aClient({
      callbackUrls: Array.from({ length: 7 }, (_, at) => `http://localhost:${String(3000 + at)}/callback`),
    }),
  }),
  'a sign-out URL that does not fit': anAccount({
    client: aClient({ signOutUrls: ['myapp://bye'] }),
    port: undefined,
  }),
  'much that cannot be seen': anAccount({
    hidden: [
      { action: 'DescribeUserPoolDomain', reason: 'denied' },
      { action: 'ListGroups', reason: 'unknown' },
      { action: 'ListUsersInGroup', reason: 'denied' },
      { action: 'AdminListGroupsForUser', reason: 'denied' },
      { action: 'ListUserPoolClientSecrets', reason: 'unknown' },
      { action: 'ListIdentityProviders', reason: 'denied' },
      { action: 'SomethingNew', reason: 'denied' },
    ],
  }),
  'a file that differs': anAccount({
    differences: [
      { name: 'clientId', path: 'clientId', span: undefined, inFile: undefined, inAccount: 'new' },
      { name: 'region', path: 'region', span: { start: 3, end: 5 }, inFile: '', inAccount: 'eu-west-1' },
      { name: 'domainName', path: 'domainName', span: undefined, inFile: 'a\u202eb', inAccount: 'b' },
      { name: 'clientSecret', path: 'clientSecret', span: undefined, inFile: 'x', inAccount: SECRET },
      { name: 'clientSecret', path: 'clientSecret', span: undefined, inFile: undefined, inAccount: SECRET },
    ],
  }),
};

describe('what is said of an account', () => {
  const cases = Object.fromEntries(
    Object.entries(TOLD).map(([name, facts]): [string, Telling] => [
      name,
      () =>
        judgeAccount(facts).map((finding) => {
          const { message, hint } = proseOf(finding);
          const { severity, code, path, span } = finding;
          const place = span === undefined ? path : `${path} ${String(span.start)}-${String(span.end)}`;
          return `${severity} ${code} ${place}: ${message} → ${hint}`;
        }),
    ]),
  );
  const expected = expectedWords('account', cases);

  test.each(Object.entries(cases))('%s', (name, tell) => {
    expect(tell()).toEqual(expected[name]);
  });

  test('is no more than that', () => {
    expect(Object.keys(expected)).toEqual(Object.keys(TOLD));
  });
});

describe('the account rules', () => {
  test('every rule has its broken account', () => {
    expect(Object.keys(BROKEN).sort()).toEqual(ACCOUNT_RULES.map(({ code }) => code).sort());
  });

  test.each(Object.entries(BROKEN))(
    '%s is found, alone, with words and without the secret',
    (code, facts) => {
      const findings = judgeAccount(facts);
      expect(findings.map((finding) => finding.code)).toEqual([code]);
      for (const finding of findings) {
        const { message, hint } = proseOf(finding);
        expect(message).toMatch(/^\S.{18,}[^.\s]$/su);
        expect(hint).toMatch(/^\S.*\S$/su);
        expect(`${message}${hint}${JSON.stringify(finding)}`).not.toContain(SECRET);
        expect(`${message}${hint}`).not.toMatch(/undefined|\[object/);
      }
    },
  );

  test('layouts keep to themselves', () => {
    const nested = { layout: 'nested' as const, client: aClient({ secret: undefined, signOutUrls: [] }) };
    expect(codesOf(anAccount(nested))).toEqual(['no-fitting-callback']);
  });

  test('all standard attributes can be read where none are listed', () => {
    expect(codesOf(anAccount({ client: aClient({ readAttributes: [] }) }))).toEqual([]);
    expect(codesOf(anAccount({ client: aClient({ readAttributes: ['email', 'name'] }) }))).toEqual([]);
  });

  test('a domain that cannot be asked about is no fault, one that is not known a warning', () => {
    expect(codesOf(anAccount({ domains: [{ domain: 'demo', description: 'hidden' }] }))).toEqual([]);
    const [finding] = judgeAccount(anAccount({ domains: [{ domain: 'demo', description: undefined }] }));
    expect(finding).toMatchObject({ code: 'domain-not-active', severity: 'warning' });
  });

  test('the nearest client and what it lacks are named', () => {
    const candidates = [
      aClient({ id: 'a', name: 'far', secret: undefined, flows: [] }),
      aClient({ id: 'b', name: 'near', flows: [] }),
    ];
    const [finding] = judgeAccount(anAccount({ client: undefined, candidates }));
    expect(finding?.args).toMatchObject({
      count: 2,
      nearest: '"near" (b)',
      lacks: 'does not allow the code flow',
    });
  });

  test('a URL that is not registered is shown with the nearest and the difference', () => {
    const [finding] = judgeAccount(BROKEN['callback-not-registered'] ?? anAccount());
    expect(finding && proseOf(finding).message).toContain('http://localhost:8686/auth,');
  });
});

describe('the file against the account', () => {
  const account = settingsFrom(anAccount(), URLS, {});
  const file = (extra: string): ReturnType<typeof parseDocument> => parseDocument(`port: 8686\n${extra}`);
  const whole = Object.entries(account)
    .map(([key, value]) => `${key}: "${value}"\n`)
    .join('');

  test('is the same where every value is', () => {
    expect(differences(file(whole), 'flat', account)).toEqual([]);
  });

  test('the switch is not the account’s business', () => {
    expect(differences(file(whole.replace('"on"', '"off"')), 'flat', account)).toEqual([]);
  });

  test('names each key that differs or is missing, with its place', () => {
    const document = file(whole.replace('"demo"', '"other"').replace(/clientId.*\n/, ''));
    const found = differences(document, 'flat', account);
    expect(found.map(({ path, inFile }) => [path, inFile])).toEqual([
      ['domainName', 'other'],
      ['clientId', undefined],
    ]);
    const span = found[0]?.span;
    expect(document.text.slice(span?.start, span?.end)).toBe('"other"');
  });

  test('says of the secret only that it differs', () => {
    const document = file(whole.replace(SECRET, 'notarealsecretofanotherclient00000000000000000000'));
    const facts = anAccount({ differences: differences(document, 'flat', account) });
    const [finding] = judgeAccount(facts);
    expect(finding?.args).toMatchObject({ key: 'clientSecret', inFile: 'differs', inAccount: 'differs' });
  });

  test.each([
    ['flat', 'port: 8686', 8686],
    ['flat', 'port: "8686"', 8686],
    ['flat', 'port: null', undefined],
    ['flat', 'port:', undefined],
    ['flat', 'data: x', undefined],
    ['nested', 'http: {port: 9000}\nport: 1', 9000],
    ['nested', 'port: 9001', 9001],
  ] as const)('%s %s: the port is %s', (layout, text, port) => {
    expect(configuredPort(parseDocument(text), layout)).toBe(port);
  });
});
