/** The operations on groups and their members. */
import { readInput } from './parameters.ts';
import { LONGEST_PAGE, page } from './paging.ts';
import { NEXT_TOKEN, POOL_ID, poolOf } from './pools.ts';
import type { Call, Operation } from './pools.ts';
import { notFound, ServiceFailure } from './service-failure.ts';
import * as state from './state.ts';
import type { GroupDescription } from './state.ts';
import { described, USERNAME, userOf } from './user-operations.ts';
import { groupsOf } from './users.ts';

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
  const pool = poolOf(call, UserPoolId);
  pool.groups.delete(GroupName);
  for (const user of pool.users.values()) user.groups.delete(GroupName);
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
  const {
    UserPoolId,
    GroupName,
    Limit = 0,
    NextToken,
  } = readInput(call.body, {
    UserPoolId: POOL_ID,
    GroupName: GROUP_NAME,
    Limit: LIMIT,
    NextToken: NEXT_TOKEN,
  });
  groupOf(call, UserPoolId, GroupName);
  const members = [...poolOf(call, UserPoolId).users.values()].filter((user) => user.groups.has(GroupName));
  const found = page(members, {
    list: `members ${UserPoolId} ${GroupName}`,
    limit: Math.min(Limit === 0 ? LONGEST_PAGE : Limit, call.state.pageSize),
    token: NextToken,
  });
  return { Users: found.items.map((user) => described(user)), NextToken: found.NextToken };
};

const MEMBERSHIP = { UserPoolId: POOL_ID, Username: USERNAME, GroupName: GROUP_NAME } as const;

const adminAddUserToGroup: Operation = (call) => {
  const { UserPoolId, Username, GroupName } = readInput(call.body, MEMBERSHIP);
  groupOf(call, UserPoolId, GroupName);
  userOf(call, UserPoolId, Username).groups.add(GroupName);
  return undefined;
};

const adminRemoveUserFromGroup: Operation = (call) => {
  const { UserPoolId, Username, GroupName } = readInput(call.body, MEMBERSHIP);
  groupOf(call, UserPoolId, GroupName);
  userOf(call, UserPoolId, Username).groups.delete(GroupName);
  return undefined;
};

const adminListGroupsForUser: Operation = (call) => {
  const input = readInput(call.body, {
    UserPoolId: POOL_ID,
    Username: USERNAME,
    Limit: LIMIT,
    NextToken: NEXT_TOKEN,
  });
  const { UserPoolId, Username, Limit = 0, NextToken } = input;
  const names = groupsOf(poolOf(call, UserPoolId), userOf(call, UserPoolId, Username));
  const found = page(
    names.map((name) => groupOf(call, UserPoolId, name)),
    {
      list: `groups ${UserPoolId} ${Username}`,
      limit: Math.min(Limit === 0 ? LONGEST_PAGE : Limit, call.state.pageSize),
      token: NextToken,
    },
  );
  return { Groups: found.items, NextToken: found.NextToken };
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
  AdminAddUserToGroup: adminAddUserToGroup,
  AdminRemoveUserFromGroup: adminRemoveUserFromGroup,
  AdminListGroupsForUser: adminListGroupsForUser,
};
