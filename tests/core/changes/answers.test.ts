/**
 * What an admin types, as it is taken and judged, for the file and for a pool that is to be made. The judgements stand in
 * tests/fixtures/words/answers.json (`npm test -- -u` writes them anew, for a person to read).
 */
import { describe, expect, test } from '@jest/globals';
import {
  cleanAnswer,
  completeAnswers,
  exampleFor,
  hasCognitoValues,
  judgeAnswer,
  missingAnswers,
  startingAnswers,
  type Judgement,
} from '../../../src/core/changes/answers.ts';
import { parseDocument } from '../../../src/core/yaml/document.ts';
import { fieldsOf, keyOf, type FieldName } from '../../../src/core/config/fields.ts';
import type { Layout } from '../../../src/core/config/layouts.ts';
import { readSettings, type Settings } from '../../../src/core/config/settings.ts';
import {
  judgeInput,
  likelyCallback,
  likelySignOuts,
  type InputField,
} from '../../../src/core/provision/inputs.ts';
import { expectedWords, goodFile, template, type Telling } from '../../support/fixtures.ts';

const target = (layout: Layout, text = goodFile(layout)) => ({
  document: parseDocument(text),
  layout,
  base: undefined,
});
const GOOD: Readonly<Record<Layout, Settings>> = {
  flat: readSettings(parseDocument(goodFile('flat')), 'flat'),
  nested: readSettings(parseDocument(goodFile('nested')), 'nested'),
};

function inWords({ value, error, warning }: Judgement): readonly string[] {
  return [
    value,
    ...(error === undefined ? [] : [`error: ${error.message} → ${error.hint}`]),
    ...(warning === undefined ? [] : [`warning: ${warning.message} → ${warning.hint}`]),
  ];
}

const TYPED: Readonly<Partial<Record<FieldName, readonly string[]>>> = {
  port: ['9000', '0'],
  region: [' us-west-2 ', 'eu-west-1', 'here'],
  domainName: [
    'https://demo.auth.us-west-2.amazoncognito.com/login',
    'demo.auth.eu-west-1.amazoncognito.com',
    ...['login.acme.org', 'demo', 'De mo', 'my-aws', ''],
  ],
  clientId: [
    '"1fakeclientid0000000000000",',
    'ab'.repeat(20),
    'https://x.test/user-pools/p/app-clients/1abc/login',
  ],
  redirectUri: [
    'http://localhost:9000/auth',
    'https://acme.org/callback',
    'acme.org',
    'https://labels.example.com/auth',
  ],
  logOutUri: ['http://localhost:8686/', 'http://acme.org/'],
  clientSecret: ['short', '‘notarealsecretnotarealsecretnotareal’', 'a b'],
  awsTokenURL: [
    'https://demo.auth.us-west-2.amazoncognito.com',
    'https://login.acme.org/oauth2/token',
    'demo',
  ],
  userPoolID: [
    'arn:aws:cognito-idp:us-west-2:123456789012:userpool/us-west-2_Abc',
    'eu-west-1_Abc',
    'people',
  ],
  userManagement: ['on', 'off', 'yes'],
};
const POOL_TYPED: Readonly<Record<InputField, readonly string[]>> = {
  domainName: [
    'my-labels',
    'https://my-labels.auth.us-west-2.amazoncognito.com',
    'login.acme.org',
    'My Labels',
    'my-aws',
  ],
  redirectUri: [
    ...[
      'http://localhost:8686/auth',
      'http://localhost:8686/callback',
      'http://localhost:9000/auth',
      'acme.org',
    ],
    ...['https://labels.acme.org/auth', 'https://labels.acme.org/callback'],
  ],
  logOutUri: ['http://localhost:8686/', 'http://acme.org/', 'https://acme.org/?x=1'],
  region: ['us-west-2', 'cn-north-1', 'us-gov-west-1', 'here'],
};

const CASES: Readonly<Record<string, Telling>> = Object.fromEntries(
  (['flat', 'nested'] as const).flatMap((layout): readonly (readonly [string, Telling])[] => [
    ...Object.entries(TYPED).flatMap(([name, answers]) =>
      answers.map((typed): readonly [string, Telling] => [
        `${layout} ${name}: ${typed}`,
        () => inWords(judgeAnswer(target(layout), GOOD[layout], name as FieldName, typed)),
      ]),
    ),
    ...Object.entries(POOL_TYPED).flatMap(([name, answers]) =>
      answers.map((typed): readonly [string, Telling] => [
        `${layout} pool, ${name}: ${typed}`,
        () => inWords(judgeInput(name as InputField, typed, target(layout))),
      ]),
    ),
  ]),
);

describe('an answer', () => {
  const expected = expectedWords('answers', CASES);

  test.each(Object.entries(CASES))('%s', (name, tell) => {
    expect(tell()).toEqual(expected[name]);
  });

  test('that does not fit into the file is an error, not an exception', () => {
    const { value, error } = judgeAnswer(target('flat', '- a\n'), {}, 'region', 'us-west-2');
    expect(value).toBe('us-west-2');
    expect(error).toBeDefined();
  });

  test('to a field that nobody pastes into stays as it is', () => {
    expect(cleanAnswer('mode', 'nested', ' "x" ')).toBe(' "x" ');
    expect(cleanAnswer('logOutUri', 'nested', ' "x" ')).toBe(' "x" ');
    expect(cleanAnswer('region', 'flat', ' "x" ')).toBe('x');
  });
});

describe('what the file has already', () => {
  test('is where the answers start, repaired', () => {
    const text = goodFile('flat').replace('userManagement: on', 'usermanagement: yes');
    expect(startingAnswers(target('flat', text))).toEqual(GOOD.flat);
  });

  test('without a token URL that is wrong', () => {
    const own = goodFile('flat').replace(
      /awsTokenURL: .*/,
      'awsTokenURL: "https://login.acme.org/oauth2/token"',
    );
    expect(startingAnswers(target('flat', own)).awsTokenURL).toBe('https://login.acme.org/oauth2/token');
    const wrong = goodFile('flat').replace(/awsTokenURL: .*/, 'awsTokenURL: "https://login.acme.org/token"');
    expect(startingAnswers(target('flat', wrong))).not.toHaveProperty('awsTokenURL');
    expect(startingAnswers(target('flat', wrong))).toMatchObject({ domainName: 'scalabel-demo' });
  });

  test('with login on in a new file, and as it is in an old one', () => {
    const document = parseDocument(template('flat'));
    expect(startingAnswers({ document, layout: 'flat', base: '/x.yml' }).userManagement).toBe('on');
    expect(startingAnswers({ document, layout: 'flat', base: undefined }).userManagement).toBe('off');
  });

  test.each<[Settings, boolean]>([
    [{}, false],
    [{ userManagement: 'on', region: 'us-west-2', port: '1' }, false],
    [{ userPoolID: '' }, false],
    [{ userPoolID: 'a' }, true],
    [{ clientId: 'a' }, true],
    [{ domainName: 'a' }, true],
    [{ redirectUri: 'a' }, true],
  ])('%j: Cognito values: %s', (settings, has) => {
    expect(hasCognitoValues(settings)).toBe(has);
  });
});

describe('what follows from the answers', () => {
  const cognito = 'https://demo.auth.us-west-2.amazoncognito.com/oauth2/token';
  const pool = { userPoolID: 'us-west-2_Abc', domainName: 'demo' };

  test('the token URL follows the domain, unless it is the customer’s own', () => {
    expect(
      completeAnswers({ ...pool, awsTokenURL: cognito.replace('demo', 'old') }, 'flat').awsTokenURL,
    ).toBe(cognito);
    const own = 'https://login.acme.org/oauth2/token';
    expect(completeAnswers({ ...pool, awsTokenURL: own }, 'flat').awsTokenURL).toBe(own);
  });

  test('the JWKS template comes with a pool, or where there was one', () => {
    expect(completeAnswers({ domainName: 'demo' }, 'flat')).not.toHaveProperty('awsJwkUrl');
    expect(completeAnswers({ userPoolID: '' }, 'flat')).not.toHaveProperty('awsJwkUrl');
    expect(completeAnswers(pool, 'flat').awsJwkUrl).toContain('%v');
    expect(completeAnswers({ awsJwkUrl: 'x' }, 'flat').awsJwkUrl).toContain('%v');
  });

  test.each([
    ['demo.auth.eu-west-1.amazoncognito.com', 'demo.auth.us-west-2.amazoncognito.com'],
    ['demo.auth.us-west-2.amazoncognito.com', 'demo.auth.us-west-2.amazoncognito.com'],
    ['login.acme.org', 'login.acme.org'],
  ])('the host %s moves with the pool: %s', (domainName, moved) => {
    expect(completeAnswers({ userPoolID: 'us-west-2_Abc', domainName }, 'nested').domainName).toBe(moved);
    expect(completeAnswers({ userPoolID: 'people', domainName }, 'nested').domainName).toBe(domainName);
  });

  test('what login still lacks is asked for in the console’s order, and nothing with login off', () => {
    const names = (settings: Settings, layout: Layout): readonly string[] =>
      missingAnswers(settings, layout).map(({ name }) => name);
    expect(names({}, 'flat')).toEqual([
      'userPoolID',
      'clientId',
      'clientSecret',
      'redirectUri',
      'logOutUri',
      'domainName',
    ]);
    expect(names({ clientId: '', userPoolID: 'x' }, 'nested')).toEqual([
      'clientId',
      'redirectUri',
      'domainName',
    ]);
    expect(names(GOOD.flat, 'flat')).toEqual([]);
    expect(names({ userManagement: 'off' }, 'flat')).toEqual([]);
  });
});

describe('examples', () => {
  test.each([
    ['flat', 'port: 9000\n', 'redirectUri', 'http://localhost:9000/auth'],
    ['flat', 'data: x\n', 'redirectUri', 'http://localhost:8686/auth'],
    ['nested', 'http: {port: 9000}\n', 'redirectUri', 'http://localhost:9000/callback'],
    ['flat', 'port: 9000\n', 'port', '8686'],
    ['flat', '', 'clientSecret', undefined],
  ] as const)('%s %s: %s, %s', (layout, text, name, example) => {
    const key = keyOf(name, layout) ?? fieldsOf(layout)[0]?.key;
    expect(key && exampleFor(key, target(layout, text))).toBe(example);
  });
});

describe('the URLs of a pool that is to be made', () => {
  test('come from the file, or are those of a server on this machine', () => {
    expect(likelyCallback(target('flat'))).toEqual({ url: 'http://localhost:8686/auth', isFromFile: true });
    expect(likelyCallback(target('nested', 'http: {port: 9000}\n'))).toEqual({
      url: 'http://localhost:9000/callback',
      isFromFile: false,
    });
  });

  test.each([
    [['http://localhost:8686/auth'], ['http://localhost:8686/']],
    [
      ['https://acme.org/auth', 'https://acme.org/x', 'https://b.acme.org/auth', 'nonsense'],
      ['https://acme.org/', 'https://b.acme.org/'],
    ],
    [[], []],
  ])('signing out from %j leads to %j', (callbacks, signOuts) => {
    expect(likelySignOuts(callbacks, target('flat', 'data: x\n'))).toEqual(signOuts);
  });

  test('the file’s sign-out URL stays where it is on the host of a callback URL', () => {
    const file = target('flat', goodFile('flat').replace('http://localhost:8686/"', 'https://acme.org/bye"'));
    expect(likelySignOuts(['https://b.acme.org/auth', 'https://acme.org/auth'], file)).toEqual([
      'https://acme.org/bye',
    ]);
    expect(likelySignOuts(['https://b.acme.org/auth'], file)).toEqual(['https://b.acme.org/']);
    const broken = target('flat', goodFile('flat').replace('http://localhost:8686/"', 'nonsense"'));
    expect(likelySignOuts(['https://b.acme.org/auth'], broken)).toEqual(['https://b.acme.org/']);
  });
});
