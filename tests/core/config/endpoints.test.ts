/** What follows from what, in every partition of AWS. */
import { describe, expect, test } from '@jest/globals';
import {
  DOMAIN_PREFIX,
  hostedUiHost,
  isLoopback,
  issuerOf,
  JWKS_TEMPLATE,
  jwksUrlOf,
  parseHostedUiHost,
  partitionOf,
  POOL_ID,
  REGION,
  regionOfPool,
  tokenUrlOf,
} from '../../../src/core/config/endpoints.ts';
import { readPolicy, usersPolicy } from '../../../src/core/cognito/iam-policy.ts';
import { goSprintf } from '../../support/server-contract.ts';

test.each([
  ['us-west-2', 'aws'],
  ['ap-southeast-5', 'aws'],
  ['us-gov-east-1', 'aws-us-gov'],
  ['cn-northwest-1', 'aws-cn'],
  ['eusc-de-east-1', 'aws-eusc'],
])('%s is in %s', (region, partition) => {
  expect(partitionOf(region)).toBe(partition);
  expect(REGION.test(region)).toBe(true);
});

test.each([
  '',
  'us-west',
  'us-west-2a',
  'US-WEST-2',
  'Oregon',
  'us_west_2',
  ' us-west-2',
  'us-west-2 ',
  'us-west-222',
])('%j is no region', (text) => {
  expect(REGION.test(text)).toBe(false);
});

test.each([
  ['us-west-2_AbC123', 'us-west-2'],
  ['us-gov-west-1_A', 'us-gov-west-1'],
  ['us-west-2_a_b', undefined],
  ['_AbC', undefined],
  ['AbC', undefined],
  ['us-west-22', undefined],
  ['', undefined],
  ['nowhere_AbC', undefined],
])('the region of the pool %j is %j', (pool, region) => {
  expect(regionOfPool(pool)).toBe(region);
});

test.each([
  ['us-west-2_AbC123', true],
  [`us-west-2_${'a'.repeat(45)}`, true],
  [`us-west-2_${'a'.repeat(46)}`, false],
  ['us-west-2_', false],
  ['us-west-2_a-b', false],
  ['us-west-2:AbC', false],
  ['us-west-2_AbC\n', false],
])('%j is a pool id: %j', (pool, is) => {
  expect(POOL_ID.test(pool)).toBe(is);
});

test.each([
  ['a', true],
  ['a-b-2', true],
  ['a'.repeat(63), true],
  ['a'.repeat(64), false],
  ['-a', false],
  ['a-', false],
  ['A', false],
  ['a.b', false],
  ['a_b', false],
  ['', false],
])('%j is a domain prefix: %j', (prefix, is) => {
  expect(DOMAIN_PREFIX.test(prefix)).toBe(is);
});

describe('addresses', () => {
  test('of a pool', () => {
    expect(issuerOf('us-west-2', 'us-west-2_A')).toBe(
      'https://cognito-idp.us-west-2.amazonaws.com/us-west-2_A',
    );
    expect(tokenUrlOf('demo', 'us-west-2')).toBe(
      'https://demo.auth.us-west-2.amazoncognito.com/oauth2/token',
    );
    expect(hostedUiHost('demo', 'us-gov-west-1')).toBe('demo.auth-fips.us-gov-west-1.amazoncognito.com');
  });

  test('the finished JWKS URL is what the Go server makes of the template', () => {
    expect(goSprintf(JWKS_TEMPLATE, 'us-west-2', 'us-west-2_A')).toBe(jwksUrlOf('us-west-2', 'us-west-2_A'));
  });

  test.each(['us-west-2', 'us-gov-west-1'])('the hosted UI of %s is recognised again', (region) => {
    expect(parseHostedUiHost(hostedUiHost('demo', region))).toEqual({ prefix: 'demo', region });
  });

  test.each([
    'demo.auth.us-west-2.amazoncognito.com.evil.test',
    'a.b.auth.us-west-2.amazoncognito.com',
    'auth.us-west-2.amazoncognito.com',
  ])('%s is no hosted UI', (host) => {
    expect(parseHostedUiHost(host)).toBeUndefined();
  });

  test.each([
    ['localhost', true],
    ['127.0.0.1', true],
    ['[::1]', true],
    ['127.0.0.2', false],
    ['0.0.0.0', false],
    ['localhost.acme.test', false],
  ])('http is fine on %s: %j', (host, is) => {
    expect(isLoopback(host)).toBe(is);
  });
});

describe('the IAM policy', () => {
  const resources = (pool: string | undefined): unknown =>
    (readPolicy(pool)['Statement'] as readonly { Resource: unknown }[]).map(({ Resource }) => Resource);

  test.each([
    [undefined, 'arn:aws:cognito-idp:*:*:userpool/*'],
    ['us-west-2_A', 'arn:aws:cognito-idp:us-west-2:*:userpool/us-west-2_A'],
    ['us-gov-west-1_A', 'arn:aws-us-gov:cognito-idp:us-gov-west-1:*:userpool/us-gov-west-1_A'],
    ['cn-north-1_A', 'arn:aws-cn:cognito-idp:cn-north-1:*:userpool/cn-north-1_A'],
  ])('of %j is for %s', (pool, arn) => {
    expect(resources(pool)).toEqual(['*', arn, arn]);
  });

  test('of users is apart, for one pool, and holds all that changes an account', () => {
    const [reads, writes, ...more] = usersPolicy('us-west-2_A')['Statement'] as readonly Record<
      string,
      unknown
    >[];
    const Resource = 'arn:aws:cognito-idp:us-west-2:*:userpool/us-west-2_A';
    expect(more).toEqual([]);
    expect(reads).toMatchObject({ Sid: 'UmconfigReadUsers', Effect: 'Allow', Resource });
    for (const action of reads?.['Action'] as readonly string[])
      expect(action).toMatch(/^cognito-idp:(?:List|Describe|AdminList|AdminGet)\w+$/);
    expect(writes).toEqual({
      Sid: 'UmconfigWriteUsers',
      Effect: 'Allow',
      Action: [
        'cognito-idp:AdminCreateUser',
        'cognito-idp:AdminAddUserToGroup',
        'cognito-idp:AdminRemoveUserFromGroup',
        'cognito-idp:CreateGroup',
        'cognito-idp:AdminEnableUser',
        'cognito-idp:AdminDisableUser',
        'cognito-idp:AdminDeleteUser',
      ],
      Resource,
    });
  });

  test('is allowed to whoever has it, each part under its name', () => {
    const policy = readPolicy('us-west-2_A');
    expect(policy['Version']).toBe('2012-10-17');
    expect(usersPolicy(undefined)['Version']).toBe('2012-10-17');
    const statements = policy['Statement'] as readonly Record<string, unknown>[];
    expect(statements.map(({ Sid, Effect }) => `${String(Sid)} ${String(Effect)}`)).toEqual([
      'UmconfigFind Allow',
      'UmconfigReadPool Allow',
      'UmconfigDoctor Allow',
    ]);
    expect(statements.map(({ Action }) => (Action as readonly string[]).length)).toEqual([2, 4, 4]);
  });

  test('only reads', () => {
    const statements = readPolicy(undefined)['Statement'] as readonly { Action: readonly string[] }[];
    for (const action of statements.flatMap(({ Action }) => Action)) {
      expect(action).toMatch(/^cognito-idp:(?:List|Describe|AdminList)\w+$/);
    }
  });
});
