/** The operations on groups. There are no users yet, so no group has members. */
import { readInput } from './parameters.ts';
import { LONGEST_PAGE, page } from './paging.ts';
import { NEXT_TOKEN, POOL_ID, poolOf } from './pools.ts';
import type { Call, Operation } from './pools.ts';
import { notFound, ServiceFailure } from './service-failure.ts';
import * as state from './state.ts';
import type { GroupDescription } from './state.ts';

const GROUP_NAME = {
  kind: 'string',
  min: 1,
  max: 128,
  pattern: '[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+',
  required: true,
} as const;
const LIMIT = { kind: 'integer', min: 0, max: 60 } as const;

const createGroup: Operation = (call) => {
  const { UserPoolId, GroupName, ...settings } = readInput(call.body, {
    UserPoolId: POOL_ID,
    GroupName: GROUP_NAME,
    Description: { kind: 'string', max: 2048 },
    RoleArn: { kind: 'string', min: 20, max: 2048, pattern: 'arn:.+' },
    Precedence: { kind: 'integer', min: 0 },
  });
  if (poolOf(call, UserPoolId).groups.has(GroupName)) {
    throw new ServiceFailure('GroupExistsException', 'A group with the name already exists.');
  }
  return { Group: state.addGroup(call.state, UserPoolId, GroupName, settings) };
};

const getGroup: Operation = (call) => {
  const { UserPoolId, GroupName } = readInput(call.body, { UserPoolId: POOL_ID, GroupName: GROUP_NAME });
  return { Group: groupOf(call, UserPoolId, GroupName) };
};

const deleteGroup: Operation = (call) => {
  const { UserPoolId, GroupName } = readInput(call.body, { UserPoolId: POOL_ID, GroupName: GROUP_NAME });
  groupOf(call, UserPoolId, GroupName);
  poolOf(call, UserPoolId).groups.delete(GroupName);
  return undefined;
};

const listGroups: Operation = (call) => {
  const input = readInput(call.body, { UserPoolId: POOL_ID, Limit: LIMIT, NextToken: NEXT_TOKEN });
  const { UserPoolId, Limit = 0, NextToken } = input;
  const found = page([...poolOf(call, UserPoolId).groups.values()], {
    list: `groups ${UserPoolId}`,
    limit: Math.min(Limit === 0 ? LONGEST_PAGE : Limit, call.state.pageSize),
    token: NextToken,
  });
  return { Groups: found.items, NextToken: found.NextToken };
};

const listUsersInGroup: Operation = (call) => {
  const { UserPoolId, GroupName } = readInput(call.body, {
    UserPoolId: POOL_ID,
    GroupName: GROUP_NAME,
    Limit: LIMIT,
    NextToken: NEXT_TOKEN,
  });
  groupOf(call, UserPoolId, GroupName);
  return { Users: [] };
};

function groupOf(call: Call, poolId: string, name: string): GroupDescription {
  const group = poolOf(call, poolId).groups.get(name);
  if (!group) throw notFound('Group not found.');
  return group;
}

/** By the name in `X-Amz-Target`. */
export const GROUP_OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateGroup: createGroup,
  GetGroup: getGroup,
  DeleteGroup: deleteGroup,
  ListGroups: listGroups,
  ListUsersInGroup: listUsersInGroup,
};
