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
    summary: 'Create or change the configuration file, step by step',
    isFirstStep: true,
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
      { command: 'umconfig init', what: 'ask for each value, show a review, write' },
      { command: 'umconfig init --dry-run', what: 'ask, and only show the difference' },
      {
        command:
          'umconfig init --yes --user-pool-id us-west-2_AbCdEf123 --client-id 1a2b3c4d5e6f7g8h9i0j1k2l3m \\\n--domain-name scalabel --redirect-uri http://localhost:8686/auth \\\n--log-out-uri http://localhost:8686/ --client-secret-stdin < secret.txt',
        what: 'in a script',
      },
    ],
    load: () => import('./init/init.ts'),
  },
  {
    name: 'discover',
    summary: 'Fill the file from your AWS account, or compare the two',
    isFirstStep: true,
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
        what: 'read the values, show the difference, ask, write',
      },
      {
        command: 'umconfig discover --pool us-west-2_AbCdEf123 --client scalabel --yes',
        what: 'in a script; exit 1 if the account has a problem, even if the file was written',
      },
      {
        command: "umconfig discover --pool 'Scalabel users' --region us-west-2 --dry-run",
        what: 'find the pool by name, and only show the difference',
      },
      {
        command: 'umconfig discover --pool us-west-2_AbCdEf123 --check',
        what: 'exit 1 if the file and the account differ',
      },
    ],
    load: () => import('./discover.ts'),
  },
  {
    name: 'provision',
    summary: 'Create a CloudFormation or Terraform template for a new user pool',
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
        what: 'ask for the domain prefix, the URLs and a file name',
      },
      {
        command:
          'umconfig provision --domain-name my-labels \\\n--redirect-uri https://labels.acme.dev/auth > user-pool.yml',
        what: 'in a script; the sign-out URL is https://labels.acme.dev/',
      },
      {
        command: 'umconfig provision --format terraform --domain-name my-labels --output user-pool.tf',
        what: 'for Terraform, with the URLs of the configuration file',
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
        description: 'files, glob patterns, or - for standard input',
        completes: () => 'files',
      },
    ],
    summary: 'Check files offline, against the JSON Schema and the rules of the server',
    options: ['format', 'output', 'strict', 'requireLogin', 'ignore', 'fix', 'layout', 'stdinFilename'],
    examples: [
      { command: 'umconfig validate', what: 'check the default file' },
      {
        command: "umconfig validate 'deploy/**/*.yml' --strict",
        what: 'in CI: many files, warnings count as errors',
      },
      { command: 'umconfig validate --require-login', what: 'in CI: a file with login off is an error' },
      { command: 'umconfig validate --fix', what: 'apply safe repairs' },
      { command: 'umconfig validate - --format json < config.yml', what: 'in a script, from standard input' },
    ],
    load: () => import('./validate.ts'),
  },
  {
    name: 'doctor',
    summary: 'Check the file against live Cognito (no sign-in needed)',
    isFirstStep: true,
    options: ['layout', 'resultFormat', 'profile', 'region', 'endpointUrl'],
    examples: [
      {
        command: 'umconfig doctor',
        what: 'check the public endpoints, and with AWS credentials the account',
      },
      { command: 'umconfig doctor --profile labels', what: 'use the credentials of a profile' },
      {
        command: 'umconfig doctor --format json | jq .summary',
        what: 'in a script; exit 1 if a check fails',
      },
    ],
    load: () => import('./doctor.ts'),
  },
  {
    name: 'login',
    summary: 'Sign in for real and show your role',
    isFirstStep: true,
    options: ['layout', 'paste', 'browser', 'timeout', 'resultFormat', 'endpointUrl'],
    examples: [
      {
        command: 'umconfig login',
        what: 'open the hosted UI and wait for the sign-in at the callback URL',
      },
      {
        command: 'umconfig login --no-browser',
        what: 'only print the address, to open it in a browser of your choice',
      },
      {
        command: 'umconfig login --paste',
        what: 'paste the final address, if the callback URL is on another machine',
      },
      {
        command: 'umconfig login --format json | jq -r .role',
        what: 'in a script; admin, worker, or null if the server has no roles',
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
        description: 'a finding code, a key, a symptom or an error message; without it, list them',
        completes: async () => (await import('./explain.ts')).topics(),
      },
    ],
    summary: 'Explain a finding, a key of the file, or a symptom',
    options: [],
    examples: [
      { command: 'umconfig explain jwks-url-not-template', what: 'a finding' },
      { command: 'umconfig explain redirectUri', what: 'a key' },
      { command: 'umconfig explain redirect_mismatch', what: 'an error message' },
      { command: 'umconfig explain "blank page"', what: 'what you see in the browser' },
      { command: 'umconfig explain', what: 'list everything that can be explained' },
    ],
    load: () => import('./explain.ts'),
  },
  {
    name: 'schema',
    summary: 'Print the JSON Schema of a layout',
    options: ['layout'],
    examples: [
      { command: 'umconfig schema > user_management_config.schema.json', what: 'for an editor' },
      { command: 'umconfig schema --layout nested', what: 'for the Node server' },
    ],
    load: () => import('./schema.ts'),
  },
  {
    name: 'iam-policy',
    summary: 'Print the least-privilege IAM policy for discover and doctor, or for users',
    options: ['pool', 'users'],
    examples: [
      { command: 'umconfig iam-policy --pool us-west-2_AbCdEf123', what: 'for one user pool' },
      { command: 'umconfig iam-policy > umconfig-policy.json', what: 'for all user pools' },
      {
        command: 'umconfig iam-policy --users --pool us-west-2_AbCdEf123',
        what: 'for umconfig users, the commands that change the account',
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
      { usage: '[word...]', description: 'used by the script itself: the words typed so far, after --' },
    ],
    summary: 'Print the completion script for a shell',
    options: [],
    examples: [
      { command: 'source <(umconfig completion bash)', what: 'in ~/.bashrc' },
      { command: 'source <(umconfig completion zsh)', what: 'in ~/.zshrc, after compinit' },
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
  { title: 'Users', commands: USERS_COMMANDS, family: USERS_FAMILY },
  { title: 'Look up', commands: LOOK_UP },
  { title: 'Other', commands: OTHER },
];

export const COMMANDS: readonly Command[] = COMMAND_GROUPS.flatMap(({ commands }) => commands);
