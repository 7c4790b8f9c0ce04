/** Every way to run umconfig near secrets: commands × formats × verbosity × faults, in a fixed order. */
import { COMMANDS } from '../../src/commands/index.ts';
import { OPTIONS, type OptionName } from '../../src/commands/options.ts';
import { randomFrom, type Random } from '../campaigns/campaign.ts';
import { formsOf } from './canary.ts';
import type { Answer } from './local-cognito/delivery.ts';
import { PUBLIC_OPERATIONS } from './local-cognito/endpoints.ts';
import { seededPool } from './local-cognito/state.ts';
import { PEOPLE, type Scene } from './sign-in-scene.ts';

/** The context of a run. */
export interface Setting {
  readonly scene: Scene;
  readonly random: Random;
  /** In the file. */
  readonly secret: string;
  /** AWS credentials, sent with every call. */
  readonly sessionToken: string;
  /** The file to be written; faults may change it. */
  text: string;
}

type CommandName = (typeof COMMANDS)[number]['name'];

/** A command line for each command that does something in the scene. A command without a row is a failure. */
const ARGUMENTS: Readonly<Record<CommandName, (setting: Setting) => readonly string[]>> = {
  init: ({ random }) => ['--yes', random.pick(['--dry-run', '--domain-name=scalabel-two'])],
  discover: ({ scene, random }) => [
    '--pool',
    scene.poolId,
    ...random.pick([['--yes'], ['--check'], ['--dry-run'], ['--client', scene.clientId, '--yes']]),
  ],
  provision: ({ random }) => ['--domain-name', 'labels-two', ...random.pick([[], ['--self-sign-up']])],
  validate: ({ random }) => random.pick([[], ['--strict'], ['--fix'], ['--output', 'report']]),
  doctor: ({ scene }) => ['--endpoint-url', scene.cognito.url],
  login: ({ scene }) => ['--endpoint-url', scene.cognito.url, '--timeout', '5'],
  'users list': ({ random }) => random.pick([[], ['--role', 'admin'], ['--search', 'a']]),
  'users add': ({ random }) => ['new@labels.test', '--yes', ...random.pick([[], ['--admin']])],
  'users invite': () => [PEOPLE.worker, '--yes'],
  'users grant': () => [PEOPLE.worker, '--yes'],
  'users revoke': ({ random }) => [PEOPLE.admin, '--yes', ...random.pick([[], ['--force']])],
  'users disable': () => [PEOPLE.worker, '--yes'],
  'users enable': () => [PEOPLE.worker, '--yes'],
  'users remove': () => [PEOPLE.worker, '--yes'],
  'users import': () => ['people.csv', '--yes'],
  explain: ({ random }) => random.pick([[], ['clientSecret'], ['tracked-by-git']]),
  schema: () => [],
  'iam-policy': ({ scene }) => ['--pool', scene.poolId],
  completion: ({ random }) => [random.pick(['bash', 'zsh', 'fish'])],
};

const VERBOSITIES: readonly (readonly string[])[] = [
  [],
  ['--debug'],
  ['--quiet'],
  ['--color', 'always'],
  ['--debug', '--color', 'always'],
];

/** The text with which a faulty server repeats the secrets that it knows. */
function echo({ secret, sessionToken, scene }: Setting): string {
  const forms = Object.values(formsOf(secret, scene.clientId));
  return ['you sent', ...forms, ...Object.values(formsOf(sessionToken, 'token'))].join(' ');
}

const HTML = { 'content-type': 'text/html' };
const JSON_TYPE = { 'content-type': 'application/json' };
const AWS_TYPE = { 'content-type': 'application/x-amz-json-1.1' };

function answerAll(
  { scene: { cognito }, random }: Setting,
  operations: readonly string[],
  answer: Answer,
): void {
  // Sometimes only from a later call on, after some normal answers.
  const struck = random.fraction() < 0.5 ? operations : operations.filter(() => random.fraction() < 0.4);
  for (const operation of struck) cognito.inject({ operation, kind: 'instead', answer });
}

const API = [
  'DescribeUserPool',
  'DescribeUserPoolClient',
  'ListUserPoolClients',
  'ListGroups',
  'ListUsers',
  'ListUsersInGroup',
  'AdminListGroupsForUser',
  'AdminGetUser',
  'AdminCreateUser',
  'AdminAddUserToGroup',
  'AdminRemoveUserFromGroup',
  'AdminDisableUser',
  'AdminEnableUser',
  'AdminDeleteUser',
  'DescribeUserPoolDomain',
  'ListUserPoolClientSecrets',
] as const;

const ERROR_TYPES = [
  'InvalidParameterException',
  'LimitExceededException',
  'UserLambdaValidationException',
  'UnsupportedUserStateException',
  'SomethingNewException',
  'InternalErrorException',
] as const;

interface Wrong {
  /** The commands that it can affect. */
  readonly concerns: 'aws' | 'http' | 'file' | 'all';
  /** Sets it up before the run; returns additional arguments. */
  readonly make: (setting: Setting) => readonly string[];
}

const nothing: readonly string[] = [];

/** The faults, by name in the counts. */
export const WRONGS = {
  'no fault': { concerns: 'all', make: () => nothing },
  'AWS repeats the secret in a message': {
    concerns: 'aws',
    make: (setting) => {
      const type = setting.random.pick(ERROR_TYPES);
      const body = JSON.stringify({ __type: type, message: echo(setting) });
      answerAll(setting, API, { status: setting.random.pick([400, 500]), headers: AWS_TYPE, body });
      return nothing;
    },
  },
  'AWS repeats the secret in an error name': {
    concerns: 'aws',
    make: (setting) => {
      const body = JSON.stringify({ __type: `${setting.secret}Exception`, message: 'no' });
      answerAll(setting, API, { status: 400, headers: AWS_TYPE, body });
      return nothing;
    },
  },
  'AWS repeats the secret on a page': {
    concerns: 'aws',
    make: (setting) => {
      answerAll(setting, API, {
        status: setting.random.pick([200, 502]),
        headers: HTML,
        body: `<p>${echo(setting)}`,
      });
      return nothing;
    },
  },
  'names in the account contain the secret': {
    concerns: 'aws',
    make: ({ scene, secret, random }) => {
      const pool = seededPool(scene.cognito.state, scene.poolId);
      const [client] = pool.clients.values();
      if (client !== undefined) {
        pool.clients.set(client.ClientId, {
          ...client,
          ClientName: secret,
          CallbackURLs: [...(client.CallbackURLs ?? []), `http://localhost:1/${encodeURIComponent(secret)}`],
        });
      }
      scene.cognito.addGroup(scene.poolId, secret);
      scene.cognito.addUser(scene.poolId, {
        email: `${random.pick(['a', 'b'])}-${encodeURIComponent(secret)}@labels.test`,
        groups: ['admin', secret],
      });
      return nothing;
    },
  },
  'web response repeats the secret in the body': {
    concerns: 'http',
    make: (setting) => {
      const text = echo(setting);
      const error = setting.random.pick([
        'invalid_request',
        'invalid_client',
        'server_error',
        setting.secret,
      ]);
      const body = JSON.stringify({ error, error_description: text, issuer: text, keys: [{ kid: text }] });
      answerAll(setting, PUBLIC_OPERATIONS, {
        status: setting.random.pick([200, 400, 500]),
        headers: JSON_TYPE,
        body,
      });
      return nothing;
    },
  },
  'web response repeats the secret in headers': {
    concerns: 'http',
    make: (setting) => {
      const text = encodeURIComponent(setting.secret);
      const { random } = setting;
      const location = random.pick([
        `/error?error=invalid_request&error_description=${text}`,
        `/error?error=${text}`,
        `https://${text.toLowerCase()}.example/${text}`,
        `${setting.scene.redirectUri}?error=invalid_scope&error_description=${text}`,
        `/${text}`,
      ]);
      answerAll(setting, PUBLIC_OPERATIONS, {
        status: random.pick([200, 302]),
        headers: { location, 'content-type': `text/${text}` },
        body: '',
      });
      return nothing;
    },
  },
  'another key of the file contains the secret': {
    concerns: 'file',
    make: (setting) => {
      const { random } = setting;
      const value = JSON.stringify(setting.secret);
      const lines = setting.text.split('\n');
      const key = random.pick([
        'domainName',
        'clientId',
        'region',
        'port',
        'awsTokenURL',
        'userManagement',
        'userPoolID',
      ]);
      setting.text = random.pick([
        lines.map((line) => (line.startsWith(`${key}:`) ? `${key}: ${value}` : line)).join('\n'),
        lines
          .map((line) =>
            line.startsWith(`${key}:`)
              ? `${key}: "https://labels.test/${encodeURIComponent(setting.secret)}"`
              : line,
          )
          .join('\n'),
        `${setting.text}# was ${setting.secret}\n`,
        `${setting.text}another: ${value}\n`,
        `${setting.text}${value}: 1\n`,
      ]);
      return nothing;
    },
  },
  'invalid YAML at the secret': {
    concerns: 'file',
    make: (setting) => {
      const { random } = setting;
      setting.text = random.pick([
        setting.text.replace(/^clientSecret: "/m, 'clientSecret: "\\q'),
        setting.text.replace(/^(clientSecret: .*)"$/m, '$1'),
        `${setting.text}clientSecret: ${JSON.stringify(setting.secret)}\n`,
        setting.text.replace(/^clientSecret:/m, 'clientsecret:'),
        setting.text.replace(/^clientSecret:/m, 'clientSecret :\t['),
        `${setting.text}...\n${setting.secret}\n`,
      ]);
      return nothing;
    },
  },
  'secret as an argument': {
    concerns: 'all',
    make: ({ secret, random }) =>
      random.pick([
        [`--client-secret=${secret}`],
        [`--secret=${secret}`],
        [`--clientSecret=${secret}`],
        ['--client-secret', secret],
      ]),
  },
  'no response': {
    concerns: 'aws',
    make: ({ scene, random }) => {
      scene.cognito.inject({
        operation: '*',
        kind: random.pick(['reset', 'cut-off', 'not-json', 'empty-body']),
      });
      return nothing;
    },
  },
} as const satisfies Record<string, Wrong>;

type WrongName = keyof typeof WRONGS;

export interface SecretRun {
  readonly command: CommandName;
  readonly wrong: WrongName;
  readonly args: readonly string[];
}

/** The arguments for each value of a command's `--format`; no arguments for a command without that option. */
function formatsOf(options: readonly OptionName[]): readonly (readonly string[])[] {
  const [name] = options.filter((option) => OPTIONS[option].flags.startsWith('--format '));
  if (name === undefined) return [[]];
  const { choices = [] } = OPTIONS[name] as { readonly choices?: readonly string[] };
  return choices.map((choice) => ['--format', choice]);
}

const WITHOUT_FILE = new Set<CommandName>(['explain', 'schema', 'iam-policy', 'completion']);

function concerns(wrong: Wrong, { name, options }: (typeof COMMANDS)[number]): boolean {
  const asksWeb = name === 'doctor' || name === 'login';
  return {
    all: true,
    aws: options.includes('endpointUrl') && name !== 'login' && name !== 'init',
    http: asksWeb,
    file: !WITHOUT_FILE.has(name),
  }[wrong.concerns];
}

/** All runs, interleaved: one of each command in turn, so that any stretch contains every command. */
export const SECRET_RUNS: readonly SecretRun[] = (() => {
  const random = randomFrom(1);
  const queues = COMMANDS.map((command) =>
    (Object.keys(WRONGS) as readonly WrongName[])
      .filter((wrong) => concerns(WRONGS[wrong], command))
      .flatMap((wrong) =>
        VERBOSITIES.flatMap((verbosity) =>
          formatsOf(command.options).map((format): SecretRun => ({
            command: command.name,
            wrong,
            args: [...format, ...verbosity],
          })),
        ),
      )
      .map((run) => ({ run, at: random.fraction() }))
      .sort((one, other) => one.at - other.at),
  );
  const longest = Math.max(...queues.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) =>
    queues.flatMap((queue) => queue.slice(at, at + 1).map(({ run }) => run)),
  ).flat();
})();

/** The command line of a run without the program. */
export function argumentsOf({ command, wrong, args }: SecretRun, setting: Setting): readonly string[] {
  const row = ARGUMENTS[command];
  if (row === undefined) throw new Error(`${command} is missing in ARGUMENTS`);
  const own = row(setting);
  return [...command.split(' '), ...own, ...args, ...WRONGS[wrong].make(setting)];
}
