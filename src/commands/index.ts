/**
 * COMMANDS: the table of commands, in the order and groups of the help. A new command is a row here and a file beside this one that
 * exports `run`. The files are imported when their command runs, so that help, and every other command, does without them.
 */
import { FLAG_FIELDS } from './options.ts';
import type { Command, CommandGroup } from './command.ts';
import { USERS_COMMANDS, USERS_FAMILY } from './users/index.ts';

const SHELLS = ['bash', 'zsh', 'fish'];

const SET_UP: readonly Command[] = [
  {
    name: 'init',
    summary: 'Make the configuration file, or change it, with a wizard',
    options: [
      'layout',
      'from',
      'yes',
      'dryRun',
      'schemaComment',
      'dataDir',
      'clientSecret',
      'clientSecretStdin',
      'profile',
      'endpointUrl',
    ],
    fieldFlags: FLAG_FIELDS,
    examples: [
      { command: 'umconfig init', what: 'ask for everything' },
      { command: 'umconfig init --dry-run', what: 'ask, and only show what would be written' },
      {
        command:
          'umconfig init --yes --user-pool-id us-west-2_AbCdEf123 --client-id 1a2b3c4d5e6f7g8h9i0j1k2l3m \\\n--domain-name scalabel --redirect-uri http://localhost:8686/auth \\\n--log-out-uri http://localhost:8686/ --client-secret-stdin < secret.txt',
        what: 'without a terminal',
      },
    ],
    load: () => import('./init/init.ts'),
  },
  {
    name: 'discover',
    summary: 'Fill the file from a live AWS account, or check it against one',
    options: [
      'pool',
      'client',
      'layout',
      'from',
      'yes',
      'dryRun',
      'check',
      'partial',
      'resultFormat',
      'profile',
      'region',
      'endpointUrl',
    ],
    fieldFlags: ['redirectUri', 'logOutUri'],
    examples: [
      {
        command: 'umconfig discover --pool us-west-2_AbCdEf123',
        what: 'find the client that fits, show, ask, write',
      },
      {
        command: 'umconfig discover --pool us-west-2_AbCdEf123 --client scalabel --yes',
        what: 'without questions; exit 1 where the account lacks something, even if all values are known and written',
      },
      {
        command: "umconfig discover --pool 'Scalabel users' --region us-west-2 --dry-run",
        what: 'by name; write nothing',
      },
      {
        command: 'umconfig discover --pool us-west-2_AbCdEf123 --check',
        what: 'exit 1 when the file has drifted',
      },
    ],
    load: () => import('./discover.ts'),
  },
  {
    name: 'provision',
    summary: 'Print infrastructure as code for a user pool that fits the server',
    options: [
      'templateFormat',
      'output',
      'layout',
      'from',
      'poolName',
      'redirectUri',
      'logOutUri',
      'selfSignUp',
      'profile',
      'region',
    ],
    fieldFlags: ['domainName'],
    examples: [
      {
        command: 'umconfig provision',
        what: 'ask for the domain prefix, the URLs and a file, and write a CloudFormation template',
      },
      {
        command:
          'umconfig provision --domain-name my-labels \\\n--redirect-uri https://labels.acme.dev/auth > user-pool.yml',
        what: 'without questions; people who sign out land on https://labels.acme.dev/',
      },
      {
        command: 'umconfig provision --format terraform --domain-name my-labels --output user-pool.tf',
        what: 'for Terraform, with the URLs of the configuration file, or else of this machine',
      },
    ],
    load: () => import('./provision/provision.ts'),
  },
];

const CHECK: readonly Command[] = [
  {
    name: 'validate',
    args: [
      {
        usage: '[file...]',
        description: 'files, globs, or - for standard input',
        completes: () => 'files',
      },
    ],
    summary: 'Check files offline: JSON Schema, and what no schema can say',
    options: ['format', 'output', 'strict', 'requireLogin', 'ignore', 'fix', 'layout', 'stdinFilename'],
    examples: [
      { command: 'umconfig validate', what: 'check the default file' },
      { command: "umconfig validate 'deploy/**/*.yml' --strict", what: 'many files in CI, warnings too' },
      { command: 'umconfig validate --require-login', what: 'in CI, where login must be on' },
      { command: 'umconfig validate --fix', what: 'make the repairs that are safe' },
      { command: 'umconfig validate - --format json < config.yml', what: 'from a pipe, for a script' },
    ],
    load: () => import('./validate.ts'),
  },
  {
    name: 'doctor',
    summary: 'Ask Cognito, without any user, whether what the file says is true',
    options: ['layout', 'resultFormat', 'profile', 'region', 'endpointUrl'],
    examples: [
      { command: 'umconfig doctor', what: 'the public checks, and the account where there are credentials' },
      { command: 'umconfig doctor --profile labels', what: 'with the credentials of a profile' },
      {
        command: 'umconfig doctor --format json | jq .summary',
        what: 'for a script; exit 1 when a check fails',
      },
    ],
    load: () => import('./doctor.ts'),
  },
  {
    name: 'login',
    summary: 'Sign in for real, and say which role the server would give',
    options: ['layout', 'paste', 'browser', 'timeout', 'resultFormat', 'endpointUrl'],
    examples: [
      {
        command: 'umconfig login',
        what: 'open the login page, wait for the sign-in on the callback URL of the file',
      },
      {
        command: 'umconfig login --no-browser',
        what: 'print the address only, to open it wherever you like',
      },
      {
        command: 'umconfig login --paste',
        what: 'paste the address at the end, where the callback URL is not on this machine',
      },
      {
        command: 'umconfig login --format json | jq -r .role',
        what: 'admin, worker, or null where there are no roles',
      },
    ],
    load: () => import('./login.ts'),
  },
];

const LOOK_UP: readonly Command[] = [
  {
    name: 'explain',
    args: [
      {
        usage: '[topic]',
        description: 'a finding code or a key of the file; without it, all of them are listed',
        completes: async () => (await import('./explain.ts')).topics(),
      },
    ],
    summary: 'Why a finding matters and how to fix it, or all about one key',
    options: [],
    examples: [
      { command: 'umconfig explain jwks-url-not-template', what: 'a finding' },
      { command: 'umconfig explain redirectUri', what: 'a key' },
      { command: 'umconfig explain', what: 'the list of both' },
    ],
    load: () => import('./explain.ts'),
  },
  {
    name: 'schema',
    summary: 'Print the JSON Schema of a layout',
    options: ['layout'],
    examples: [
      { command: 'umconfig schema > user_management_config.schema.json', what: 'for an editor' },
      { command: 'umconfig schema --layout nested', what: "the Node server's file" },
    ],
    load: () => import('./schema.ts'),
  },
  {
    name: 'iam-policy',
    summary: 'Print the least-privilege policy that discover and doctor need, or the one that users needs',
    options: ['pool', 'users'],
    examples: [
      { command: 'umconfig iam-policy --pool us-west-2_AbCdEf123', what: 'rights on one pool only' },
      { command: 'umconfig iam-policy > umconfig-policy.json', what: 'rights on every pool' },
      {
        command: 'umconfig iam-policy --users --pool us-west-2_AbCdEf123',
        what: 'the policy of umconfig users, the only commands that change the account',
      },
    ],
    load: () => import('./iam-policy.ts'),
  },
];

const OTHER: readonly Command[] = [
  {
    name: 'completion',
    args: [
      {
        usage: '<shell>',
        description: SHELLS.join(', '),
        completes: () => SHELLS.map((value) => ({ value })),
      },
      { usage: '[word...]', description: 'what is typed so far, behind --: asks what can follow' },
    ],
    summary: 'Print the completion script of a shell',
    options: [],
    examples: [
      { command: 'source <(umconfig completion bash)', what: 'in ~/.bashrc' },
      { command: 'source <(umconfig completion zsh)', what: 'in ~/.zshrc, below compinit' },
      {
        command: 'umconfig completion fish > ~/.config/fish/completions/umconfig.fish',
        what: 'once',
      },
    ],
    load: async () => ({ run: (await import('./completion/completion.ts')).completing(COMMAND_GROUPS) }),
  },
];

export const COMMAND_GROUPS: readonly CommandGroup[] = [
  { title: 'Set up', commands: SET_UP },
  { title: 'Check', commands: CHECK },
  { title: 'People', commands: USERS_COMMANDS, family: USERS_FAMILY },
  { title: 'Look up', commands: LOOK_UP },
  { title: 'Other', commands: OTHER },
];

export const COMMANDS: readonly Command[] = COMMAND_GROUPS.flatMap(({ commands }) => commands);
