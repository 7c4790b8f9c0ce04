/**
 * MATRIX lists every command that calls AWS or a web server, and its calls. The types require a row in OPERATIONS for each call of the
 * port. tests/slow/network-matrix.test.ts fails on a call that is missing in a command's row.
 */
import { nodeAws } from '../../src/adapters/aws.ts';
import { nodeHttp } from '../../src/adapters/http.ts';
import { nodeLoopback } from '../../src/adapters/loopback.ts';
import { systemClock, systemRandom } from '../../src/adapters/process.ts';
import { verifyToken } from '../../src/adapters/tokens.ts';
import type { Aws, Clock, Cognito, Http } from '../../src/ports.ts';
import { withAwsEnvironment } from './aws-environment.ts';
import { CTRL_C, fakeFiles, fakePrompter, type FakeFiles, type FakePorts } from './fake-ports.ts';
import { publicEndpointAt } from './local-cognito/endpoints.ts';
import { signInByScript } from './local-cognito/scripted-browser.ts';
import { seededPool } from './local-cognito/state.ts';
import { FILE, PASSWORD, PEOPLE, startScene, type Scene } from './sign-in-scene.ts';
import { onStage, type Shown } from './stage.ts';

/** The operation of each method of the port. */
export const OPERATIONS = {
  listUserPools: 'ListUserPools',
  describeUserPool: 'DescribeUserPool',
  listAppClients: 'ListUserPoolClients',
  describeAppClient: 'DescribeUserPoolClient',
  describeDomain: 'DescribeUserPoolDomain',
  listGroups: 'ListGroups',
  listUsersInGroup: 'ListUsersInGroup',
  listGroupsForUser: 'AdminListGroupsForUser',
  listClientSecrets: 'ListUserPoolClientSecrets',
  listIdentityProviders: 'ListIdentityProviders',
  listUsers: 'ListUsers',
  listUsersWithEmail: 'ListUsers',
  getUser: 'AdminGetUser',
  createGroup: 'CreateGroup',
  createUser: 'AdminCreateUser',
  inviteAgain: 'AdminCreateUser',
  addToGroup: 'AdminAddUserToGroup',
  removeFromGroup: 'AdminRemoveUserFromGroup',
  enableUser: 'AdminEnableUser',
  disableUser: 'AdminDisableUser',
  deleteUser: 'AdminDeleteUser',
} as const satisfies Record<Exclude<keyof Cognito, 'region' | 'source'>, string>;

export type Method = keyof typeof OPERATIONS;
/** The public endpoints, by the names of the local Cognito. */
type WebCall = 'OpenIdConfiguration' | 'Jwks' | 'LoginPage' | 'Authorize' | 'Token' | 'Logout';
export type Call = Method | WebCall;

export const isMethod = (call: Call): call is Method => call in OPERATIONS;
/** The name of an operation in a fault. */
export const operationOf = (call: Call): string => (isMethod(call) ? OPERATIONS[call] : call);

/** A command line in an account. */
export interface Row {
  readonly name: string;
  readonly args: (scene: Scene) => readonly string[];
  readonly calls: readonly Call[];
  /** Prepares the account. */
  readonly prepare?: (scene: Scene) => void;
  /** Answers typed on a terminal. */
  readonly answers?: readonly (string | typeof CTRL_C)[];
  /** Exit codes after a failed call; 3 by default. */
  readonly failing?: readonly number[];
}

const PEOPLE_CALLS = ['listUsersWithEmail', 'listGroupsForUser'] as const;

export const MATRIX: readonly Row[] = [
  {
    name: 'init',
    args: ({ cognito, poolId }) => ['init', '--user-pool-id', poolId, '--endpoint-url', cognito.url],
    calls: ['describeUserPool', 'describeAppClient', 'listGroups', 'describeDomain'],
    answers: ['Discover', CTRL_C],
    // The wizard reports the failure and continues with typed values, where the answers end.
    failing: [130],
  },
  {
    name: 'discover, by id',
    args: ({ poolId }) => ['discover', '--pool', poolId, '--yes'],
    calls: ['describeUserPool', 'describeAppClient', 'listGroups', 'describeDomain'],
  },
  {
    name: 'discover, by name',
    args: () => ['discover', '--pool', 'people', '--region', 'us-west-2', '--client', 'scalabel', '--yes'],
    calls: [
      'listUserPools',
      'describeUserPool',
      'listAppClients',
      'describeAppClient',
      'listGroups',
      'describeDomain',
    ],
  },
  {
    name: 'doctor',
    args: () => ['doctor'],
    calls: [
      'describeUserPool',
      'describeAppClient',
      'listGroups',
      'describeDomain',
      'listUsersInGroup',
      'listGroupsForUser',
      'listClientSecrets',
      'listIdentityProviders',
      'OpenIdConfiguration',
      'Jwks',
      'LoginPage',
      'Authorize',
      'Token',
      'Logout',
    ],
    prepare: ({ cognito, poolId, clientId }) => {
      cognito.addIdentityProvider(poolId, 'Corp');
      const { clients } = seededPool(cognito.state, poolId);
      const client = clients.get(clientId);
      if (client !== undefined) {
        clients.set(clientId, { ...client, SupportedIdentityProviders: ['COGNITO', 'Corp'] });
      }
    },
    failing: [0, 1, 3],
  },
  {
    name: 'login',
    args: () => ['login', '--timeout', '30'],
    calls: ['Authorize', 'LoginPage', 'Token', 'Jwks'],
    failing: [1, 3],
  },
  {
    name: 'users list',
    args: () => ['users', 'list'],
    calls: ['listGroups', 'describeUserPool', 'listUsersInGroup', 'listUsers'],
  },
  {
    name: 'users add',
    args: () => ['users', 'add', 'new@labels.test', '--admin', '--yes'],
    calls: [
      'listUsersWithEmail',
      'getUser',
      'describeUserPool',
      'listGroups',
      'createGroup',
      'createUser',
      'addToGroup',
    ],
    prepare: ({ cognito, poolId }) => {
      const pool = seededPool(cognito.state, poolId);
      pool.groups.delete('admin');
      for (const user of pool.users.values()) user.groups.delete('admin');
    },
  },
  {
    name: 'users grant',
    args: () => ['users', 'grant', PEOPLE.worker, '--yes'],
    calls: [...PEOPLE_CALLS, 'listGroups', 'addToGroup'],
  },
  {
    name: 'users revoke',
    args: () => ['users', 'revoke', PEOPLE.both, '--yes'],
    calls: [...PEOPLE_CALLS, 'listGroups', 'listUsersInGroup', 'removeFromGroup'],
  },
  {
    name: 'users disable',
    args: () => ['users', 'disable', PEOPLE.worker, '--yes', '--force'],
    calls: [...PEOPLE_CALLS, 'disableUser'],
  },
  {
    name: 'users enable',
    args: () => ['users', 'enable', PEOPLE.worker, '--yes'],
    calls: [...PEOPLE_CALLS, 'enableUser'],
    prepare: ({ cognito, poolId }) => {
      const user = seededPool(cognito.state, poolId).users.get(PEOPLE.worker);
      if (user !== undefined) user.enabled = false;
    },
  },
  {
    name: 'users invite',
    args: () => ['users', 'invite', PEOPLE.worker, '--yes'],
    calls: [...PEOPLE_CALLS, 'inviteAgain'],
    prepare: ({ cognito, poolId }) => {
      const user = seededPool(cognito.state, poolId).users.get(PEOPLE.worker);
      if (user !== undefined) user.status = 'FORCE_CHANGE_PASSWORD';
    },
  },
  {
    name: 'users remove',
    args: () => ['users', 'remove', PEOPLE.worker, '--yes', '--force'],
    calls: [...PEOPLE_CALLS, 'deleteUser'],
  },
  {
    name: 'users import',
    args: () => ['users', 'import', 'people.csv', '--yes', '--force'],
    calls: [
      'listGroups',
      'listUsersInGroup',
      'describeUserPool',
      'createUser',
      'addToGroup',
      'removeFromGroup',
      'listUsers',
      'listGroupsForUser',
    ],
  },
];

/** Program time over real time, if timeouts are expected. */
export const HASTE = 4;

/** The same if no timeout is expected, even on a busy machine. */
export const LEISURE = 1 / 60;

/** A clock that runs this many times faster. */
function clockAt(pace: number): Clock {
  const start = systemClock.now();
  return {
    now: () => start + (systemClock.now() - start) * pace,
    timer: (milliseconds) => systemClock.timer(milliseconds / pace),
    turn: () => systemClock.turn(),
  };
}

/** Forwards the methods of one Cognito to another; `heard` is called for each call. */
function tapped(real: Cognito, struck: (method: Method) => Cognito, heard: (call: Call) => void): Cognito {
  const methods = (Object.keys(OPERATIONS) as readonly Method[]).map((method) => [
    method,
    (...given: readonly never[]): unknown => {
      heard(method);
      return (struck(method)[method] as (...all: readonly never[]) => unknown)(...given);
    },
  ]);
  return { ...real, ...(Object.fromEntries(methods) as Omit<Cognito, 'region'>) };
}

/** Where a faulty call is sent instead. */
export interface Detour {
  readonly call: Call;
  readonly url: string;
}

/** The observations of a run. */
export interface Ran extends Shown {
  readonly calls: ReadonlySet<Call>;
  readonly files: FakeFiles;
  /** Milliseconds of program time. */
  readonly took: number;
}

function tappedAws(detour: Detour | undefined, heard: (call: Call) => void): Aws {
  const aws = nodeAws({ secrets: { keep: () => undefined }, mfaCode: undefined });
  return {
    ...aws,
    cognito: async (options) => {
      const real = await aws.cognito(options);
      const elsewhere =
        detour === undefined ? real : await aws.cognito({ ...options, endpointUrl: detour.url });
      return tapped(real, (method) => (method === detour?.call ? elsewhere : real), heard);
    },
  };
}

function tappedHttp(detour: Detour | undefined, heard: (call: Call) => void, pace: number): Http {
  const http = nodeHttp({ version: 'test' });
  return {
    send: (request) => {
      const { origin, pathname, search } = new URL(request.url);
      const call = publicEndpointAt(request.method, `${pathname}${search}`)?.operation as Call;
      heard(call);
      const base = call === detour?.call ? detour.url : origin;
      return http.send({
        ...request,
        url: `${base}${pathname}${search}`,
        deadlineMs: request.deadlineMs / pace,
      });
    },
  };
}

/** A scene with the account of a row. */
export async function sceneFor(row: Row): Promise<Scene> {
  const scene = await startScene('flat');
  row.prepare?.(scene);
  return scene;
}

/** Runs the command of a row in a scene with the real adapters. */
export async function runRow(row: Row, scene: Scene, detour?: Detour, pace = HASTE): Promise<Ran> {
  const calls = new Set<Call>();
  const heard = (call: Call): void => {
    calls.add(call);
  };
  const people = `new@labels.test,admin\n${PEOPLE.both},worker\n`;
  const files = fakeFiles({ [FILE]: scene.text, 'people.csv': people });
  const ports: Partial<FakePorts> = {
    files,
    aws: tappedAws(detour, heard) as FakePorts['aws'],
    http: tappedHttp(detour, heard, pace),
    clock: clockAt(pace),
    random: systemRandom,
    loopback: nodeLoopback(),
    tokens: { verify: (check) => Promise.resolve().then(() => verifyToken(check, systemClock)) },
    browser: {
      open: (address) => {
        // Not awaited: if the browser gets no page, it never signs in.
        signInByScript(address, { username: PEOPLE.admin, password: PASSWORD })
          .then(({ callback }) => callback && fetch(callback))
          .catch(() => undefined);
        return Promise.resolve(true);
      },
    },
    ...(row.answers === undefined ? {} : { prompter: fakePrompter(row.answers) }),
  };
  const endpoint = ['--endpoint-url', scene.cognito.url];
  const args = row.args(scene);
  const argv = args.includes('--endpoint-url') ? args : [...args, ...endpoint];
  const start = Date.now();
  const shown = await onStage(argv, { ports, attended: row.answers !== undefined });
  return { ...shown, calls, files, took: (Date.now() - start) * pace };
}

const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'AKIAFAKE', AWS_SECRET_ACCESS_KEY: 'notarealsecret' };

/** Does some work with credentials, and with the AWS adapter's timeouts at this pace. */
export async function atPace<T>(pace: number, work: () => Promise<T>): Promise<T> {
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (milliseconds) => timeout(milliseconds / pace);
  try {
    return await withAwsEnvironment(CREDENTIALS, work);
  } finally {
    AbortSignal.timeout = timeout;
  }
}
