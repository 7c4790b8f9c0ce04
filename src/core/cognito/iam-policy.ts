/** The least-privilege IAM policies: what umconfig may do in the account, and nothing else. */
import { partitionOf, regionOfPool } from '../config/endpoints.ts';

/** Actions that take no resource in IAM. Source: the service authorization reference of Cognito user pools. */
const ON_EVERYTHING = ['cognito-idp:ListUserPools', 'cognito-idp:DescribeUserPoolDomain'] as const;

/** Reads of the pool's settings: `discover` needs no more. */
const ON_THE_POOL = [
  'cognito-idp:DescribeUserPool',
  'cognito-idp:ListUserPoolClients',
  'cognito-idp:DescribeUserPoolClient',
  'cognito-idp:ListGroups',
] as const;

/** What only `doctor` reads: who is an admin, and the ids (never the values) of the client's secrets. */
const FOR_DOCTOR = [
  'cognito-idp:ListUsersInGroup',
  'cognito-idp:AdminListGroupsForUser',
  'cognito-idp:ListUserPoolClientSecrets',
  'cognito-idp:ListIdentityProviders',
] as const;

/** What `users` reads: `users list` needs no more. */
const READ_USERS = [
  'cognito-idp:DescribeUserPool',
  'cognito-idp:ListUsers',
  'cognito-idp:AdminGetUser',
  'cognito-idp:ListGroups',
  'cognito-idp:ListUsersInGroup',
  'cognito-idp:AdminListGroupsForUser',
] as const;

/** The only actions of umconfig that change an account. */
const WRITE_USERS = [
  'cognito-idp:AdminCreateUser',
  'cognito-idp:AdminAddUserToGroup',
  'cognito-idp:AdminRemoveUserFromGroup',
  'cognito-idp:CreateGroup',
  'cognito-idp:AdminEnableUser',
  'cognito-idp:AdminDisableUser',
  'cognito-idp:AdminDeleteUser',
] as const;

/** ARN of a pool, with `*` for an account that is not known; of all pools without an id. */
function poolArn(userPoolId: string | undefined): string {
  const region = userPoolId === undefined ? undefined : regionOfPool(userPoolId);
  const partition = region === undefined ? 'aws' : partitionOf(region);
  return `arn:${partition}:cognito-idp:${region ?? '*'}:*:userpool/${region === undefined ? '*' : (userPoolId ?? '*')}`;
}

/** The read-only policy that `discover` and `doctor` need. */
export function readPolicy(userPoolId: string | undefined): Readonly<Record<string, unknown>> {
  return {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'UmconfigFind', Effect: 'Allow', Action: ON_EVERYTHING, Resource: '*' },
      { Sid: 'UmconfigReadPool', Effect: 'Allow', Action: ON_THE_POOL, Resource: poolArn(userPoolId) },
      { Sid: 'UmconfigDoctor', Effect: 'Allow', Action: FOR_DOCTOR, Resource: poolArn(userPoolId) },
    ],
  };
}

/** The policy that `users` needs: apart, because it alone changes what is in the account. */
export function usersPolicy(userPoolId: string | undefined): Readonly<Record<string, unknown>> {
  const Resource = poolArn(userPoolId);
  return {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'UmconfigReadUsers', Effect: 'Allow', Action: READ_USERS, Resource },
      { Sid: 'UmconfigWriteUsers', Effect: 'Allow', Action: WRITE_USERS, Resource },
    ],
  };
}
