/** What people paste, and what is made of it. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  parsePoolReference,
  pastedClientId,
  pastedDomainPrefix,
  pastedHost,
  pastedPoolId,
  pastedTokenUrl,
  TYPOGRAPHIC_QUOTES,
  unquote,
} from '../../../src/core/config/paste.ts';

describe('quotes and blanks', () => {
  test.each([
    ['"us-west-2"', 'us-west-2'],
    ["'us-west-2'", 'us-west-2'],
    ['`us-west-2`', 'us-west-2'],
    ['“us-west-2”', 'us-west-2'],
    ['‘us-west-2’', 'us-west-2'],
    ['„us-west-2“', 'us-west-2'],
    ['«us-west-2»', 'us-west-2'],
    ['‹us-west-2›', 'us-west-2'],
    ['「us-west-2」', 'us-west-2'],
    ['＂us-west-2＂', 'us-west-2'],
    ['  us-west-2\t\r\n', 'us-west-2'],
    ['\u00a0us-west-2\u3000', 'us-west-2'],
    ['"us-west-2",', 'us-west-2'],
    ['us-west-2;', 'us-west-2'],
    ['" us-west-2 "', 'us-west-2'],
    ['a"b', 'a"b'],
    ['', ''],
    ['""', ''],
  ])('%j is %j', (pasted, meant) => {
    expect(unquote(pasted)).toBe(meant);
  });

  test('taken off once, they are off', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        (text) => unquote(unquote(text)).length <= unquote(text).length,
      ),
    );
    expect(TYPOGRAPHIC_QUOTES.test('"\'`')).toBe(false);
  });
});

const POOL = 'us-west-2_AbCdEf123';

describe('a user pool', () => {
  test.each([
    [POOL, POOL],
    [` "${POOL}", `, POOL],
    [`arn:aws:cognito-idp:us-west-2:123456789012:userpool/${POOL}`, POOL],
    ['arn:aws-us-gov:cognito-idp:us-gov-west-1:123456789012:userpool/us-gov-west-1_AbC', 'us-gov-west-1_AbC'],
    ['arn:aws-cn:cognito-idp:cn-north-1:123456789012:userpool/cn-north-1_AbC', 'cn-north-1_AbC'],
    [
      'arn:aws-eusc:cognito-idp:eusc-de-east-1:123456789012:userpool/eusc-de-east-1_AbC',
      'eusc-de-east-1_AbC',
    ],
    [
      `https://us-west-2.console.aws.amazon.com/cognito/v2/idp/user-pools/${POOL}/overview?region=us-west-2`,
      POOL,
    ],
    [
      `https://us-west-2.console.aws.amazon.com/cognito/v2/idp/user-pools/${POOL}/users?region=us-west-2`,
      POOL,
    ],
    [`https://us-west-2.console.aws.amazon.com/cognito/v2/idp/user-pools/${POOL}`, POOL],
    [
      `https://us-west-2.console.aws.amazon.com/cognito/users/?region=us-west-2#/pool/${POOL}/details?_k=abc`,
      POOL,
    ],
    [`https://console.aws.amazon.com/cognito/users/?region=us-west-2#/pool/${POOL}/app-clients`, POOL],
    [
      'https://console.amazonaws-us-gov.com/cognito/v2/idp/user-pools/us-gov-west-1_AbC/overview',
      'us-gov-west-1_AbC',
    ],
    [`https://cognito-idp.us-west-2.amazonaws.com/${POOL}`, POOL],
    [`https://cognito-idp.us-west-2.amazonaws.com/${POOL}/.well-known/jwks.json`, POOL],
    [`cognito-idp.us-west-2.amazonaws.com/${POOL}`, POOL],
    ['https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Zz9', 'eu-west-1_Zz9'],
    [`https://a.test/?next=%2Fuser-pools%2F${POOL}%2Foverview`, POOL],
    [`https://a.test/user-pools/${POOL}/overview?x=%`, POOL],
    [`http://localhost:9229/${POOL}`, POOL],
  ])('%s is the pool %s', (pasted, id) => {
    expect(parsePoolReference(pasted)).toEqual({ kind: 'id', id });
    expect(pastedPoolId(pasted)).toBe(id);
  });

  test.each([
    'us-west-2:11111111-2222-3333-4444-555555555555',
    '"US-WEST-2:11111111-2222-3333-4444-555555555555"',
    'us-west-10:11111111-2222-3333-4444-555555555555',
    'arn:aws:cognito-identity:us-west-2:123456789012:identitypool/us-west-2:11111111-2222-3333-4444-555555555555',
  ])('%s is an identity pool', (pasted) => {
    expect(parsePoolReference(pasted)).toEqual({ kind: 'identity-pool' });
    expect(pastedPoolId(pasted)).toBe(unquote(pasted));
  });

  test.each([
    'scalabel users',
    'AbCdEf123',
    'my us-west-2_pool of labels',
    'team/us-west-2_AbC',
    'us-west-2',
    'https://example.test/%',
  ])('%s can only be a name', (pasted) => {
    expect(parsePoolReference(pasted)).toEqual({ kind: 'name', name: pasted });
    expect(pastedPoolId(pasted)).toBe(pasted);
  });
});

test.each([
  ['1fakeclientid0000000000000', '1fakeclientid0000000000000'],
  [' “1fakeclientid0000000000000” ', '1fakeclientid0000000000000'],
  [
    `https://us-west-2.console.aws.amazon.com/cognito/v2/idp/user-pools/${POOL}/applications/app-clients/1fakeclientid0000000000000/quick-setup?region=us-west-2`,
    '1fakeclientid0000000000000',
  ],
  [
    `https://us-west-2.console.aws.amazon.com/cognito/v2/idp/user-pools/${POOL}/app-integration/clients/1fakeclientid0000000000000?region=us-west-2`,
    '1fakeclientid0000000000000',
  ],
  ['my client', 'my client'],
])('the app client %s is %s', (pasted, id) => {
  expect(pastedClientId(pasted)).toBe(id);
});

test.each([
  ['scalabel-demo', 'scalabel-demo', 'scalabel-demo'],
  [
    'https://scalabel-demo.auth.us-west-2.amazoncognito.com',
    'scalabel-demo.auth.us-west-2.amazoncognito.com',
    'scalabel-demo',
  ],
  [
    'https://scalabel-demo.auth.us-west-2.amazoncognito.com/login?x=y',
    'scalabel-demo.auth.us-west-2.amazoncognito.com',
    'scalabel-demo',
  ],
  [
    '"scalabel-demo.auth.us-west-2.amazoncognito.com/"',
    'scalabel-demo.auth.us-west-2.amazoncognito.com',
    'scalabel-demo',
  ],
  [
    'demo.auth-fips.us-gov-west-1.amazoncognito.com',
    'demo.auth-fips.us-gov-west-1.amazoncognito.com',
    'demo',
  ],
  [
    'SCALABEL-DEMO.auth.us-west-2.amazoncognito.com.',
    'scalabel-demo.auth.us-west-2.amazoncognito.com',
    'scalabel-demo',
  ],
  ['https://login.acme-lab.test/', 'login.acme-lab.test', 'login.acme-lab.test'],
  ['login.acme-lab.test/?next=https://acme.test/', 'login.acme-lab.test', 'login.acme-lab.test'],
  ['https://me@login.acme-lab.test/', 'https://me@login.acme-lab.test/', 'https://me@login.acme-lab.test/'],
  ['', '', ''],
])('the domain %j is the host %j and the prefix %j', (pasted, host, prefix) => {
  expect(pastedHost(pasted)).toBe(host);
  expect(pastedDomainPrefix(pasted)).toBe(prefix);
});

test.each([
  [
    'https://demo.auth.us-west-2.amazoncognito.com',
    'https://demo.auth.us-west-2.amazoncognito.com/oauth2/token',
  ],
  [
    'https://demo.auth.us-west-2.amazoncognito.com/',
    'https://demo.auth.us-west-2.amazoncognito.com/oauth2/token',
  ],
  [
    '"https://demo.auth.us-west-2.amazoncognito.com/oauth2/token"',
    'https://demo.auth.us-west-2.amazoncognito.com/oauth2/token',
  ],
  ['https://demo.test/?a=b', 'https://demo.test/?a=b'],
  ['http://demo.test/', 'http://demo.test/'],
  ['demo', 'demo'],
])('the token URL %s is %s', (pasted, url) => {
  expect(pastedTokenUrl(pasted)).toBe(url);
});

test('nothing that is pasted throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl()), (text) => {
      for (const read of [pastedPoolId, pastedClientId, pastedHost, pastedDomainPrefix, pastedTokenUrl]) {
        expect(typeof read(text)).toBe('string');
      }
    }),
  );
});
