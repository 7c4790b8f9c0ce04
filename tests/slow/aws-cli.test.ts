/** Every credential set-up gives the same result in umconfig and in the AWS CLI: the same access key and region, or both fail. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cleanEnvironment, umconfig } from '../support/cli.ts';
import { startLocalCognito, type LocalCognito } from '../support/local-cognito.ts';

const isThere = spawnSync('aws', ['--version']).status === 0;
const withAws = isThere ? describe : describe.skip;

const CONFIG = `[default]
region = eu-west-1
[profile work]
region = eu-west-2
[profile process]
region = eu-west-3
credential_process = echo '{"Version":1,"AccessKeyId":"AKIAPROCESS","SecretAccessKey":"notarealsecret"}'
[profile failing]
region = eu-west-3
credential_process = sh -c 'echo vault: sealed >&2; exit 7'
[profile role]
region = eu-west-3
role_arn = arn:aws:iam::123456789012:role/labels
source_profile = nowhere
[profile loop]
region = eu-west-3
role_arn = arn:aws:iam::123456789012:role/labels
source_profile = other
[profile other]
role_arn = arn:aws:iam::123456789012:role/labels
source_profile = loop
[profile sso]
region = eu-west-3
sso_session = corp
sso_account_id = 123456789012
sso_role_name = labels
[sso-session corp]
sso_region = eu-west-1
sso_start_url = https://labels.awsapps.com/start
[profile token]
region = eu-west-3
role_arn = arn:aws:iam::123456789012:role/labels
web_identity_token_file = /nonexistent/token
[profile bare]
region = eu-north-1
`;
const CREDENTIALS = `[default]
aws_access_key_id = AKIADEFAULT
aws_secret_access_key = notarealsecret
[work]
aws_access_key_id = AKIAWORK
aws_secret_access_key = notarealsecret
`;
const KEYS = { AWS_ACCESS_KEY_ID: 'AKIAENVIRONMENT', AWS_SECRET_ACCESS_KEY: 'notarealsecret' };

interface SetUp {
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** The access key and region of the request; undefined if nothing is sent. */
  readonly sends: readonly [accessKeyId: string, region: string] | undefined;
}

const SET_UPS: Readonly<Record<string, SetUp>> = {
  'nothing but the default profile': { sends: ['AKIADEFAULT', 'eu-west-1'] },
  'AWS_DEFAULT_REGION before the region of the profile': {
    env: { AWS_DEFAULT_REGION: 'us-east-1' },
    sends: ['AKIADEFAULT', 'us-east-1'],
  },
  '--region before AWS_DEFAULT_REGION': {
    env: { AWS_DEFAULT_REGION: 'us-east-1' },
    args: ['--region', 'us-east-2'],
    sends: ['AKIADEFAULT', 'us-east-2'],
  },
  AWS_PROFILE: { env: { AWS_PROFILE: 'work' }, sends: ['AKIAWORK', 'eu-west-2'] },
  AWS_DEFAULT_PROFILE: { env: { AWS_DEFAULT_PROFILE: 'work' }, sends: ['AKIAWORK', 'eu-west-2'] },
  'AWS_DEFAULT_PROFILE before AWS_PROFILE': {
    env: { AWS_DEFAULT_PROFILE: 'work', AWS_PROFILE: 'process' },
    sends: ['AKIAWORK', 'eu-west-2'],
  },
  'keys of the environment before AWS_PROFILE, whose region counts': {
    env: { ...KEYS, AWS_PROFILE: 'work' },
    sends: ['AKIAENVIRONMENT', 'eu-west-2'],
  },
  '--profile before keys of the environment': {
    env: KEYS,
    args: ['--profile', 'work'],
    sends: ['AKIAWORK', 'eu-west-2'],
  },
  '--profile before AWS_PROFILE': {
    env: { AWS_PROFILE: 'process' },
    args: ['--profile', 'work'],
    sends: ['AKIAWORK', 'eu-west-2'],
  },
  'a credential_process': { args: ['--profile', 'process'], sends: ['AKIAPROCESS', 'eu-west-3'] },
  'a credential_process that fails': { args: ['--profile', 'failing'], sends: undefined },
  'a missing profile': { args: ['--profile', 'wrok'], sends: undefined },
  'a missing profile in AWS_PROFILE': { env: { AWS_PROFILE: 'wrok' }, sends: undefined },
  'a missing profile in AWS_PROFILE beside keys': { env: { ...KEYS, AWS_PROFILE: 'wrok' }, sends: undefined },
  'a missing profile beside a region': {
    env: { AWS_PROFILE: 'wrok', AWS_DEFAULT_REGION: 'us-east-1' },
    sends: undefined,
  },
  'a missing source_profile': { args: ['--profile', 'role'], sends: undefined },
  'a loop of source_profile': { args: ['--profile', 'loop'], sends: undefined },
  'an SSO session without a sign-in': { args: ['--profile', 'sso'], sends: undefined },
  'a missing web identity token file': { args: ['--profile', 'token'], sends: undefined },
  'a profile without credentials': { args: ['--profile', 'bare'], sends: undefined },
};

let cognito: LocalCognito;
let home: string;

beforeAll(async () => {
  cognito = await startLocalCognito();
  home = await mkdtemp(join(tmpdir(), 'umconfig-'));
  await writeFile(join(home, 'config'), CONFIG);
  await writeFile(join(home, 'credentials'), CREDENTIALS);
});

afterAll(async () => {
  await cognito.close();
  await rm(home, { recursive: true, force: true });
});

/** The exit code of the AWS CLI. */
const runAws = (args: readonly string[], env: Readonly<Record<string, string>>): Promise<number | null> =>
  new Promise((resolve) => {
    const child = spawn('aws', [...args], { cwd: home, env: cleanEnvironment(home, env), stdio: 'ignore' });
    child.on('close', resolve);
  });

withAws(
  `beside the AWS CLI${isThere ? '' : ' (skipped: aws is not installed; apt-get install awscli)'}`,
  () => {
    test.each(Object.entries(SET_UPS))('%s', async (_, { env: given = {}, args = [], sends }) => {
      const env = {
        AWS_CONFIG_FILE: join(home, 'config'),
        AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'),
        ...given,
      };
      const sent = async (run: () => Promise<number | null>): Promise<SetUp['sends']> => {
        const before = cognito.requests.length;
        const exitCode = await run();
        const [first] = cognito.requests.slice(before);
        if (first === undefined) expect(exitCode).not.toBe(0);
        return first === undefined ? undefined : [first.accessKeyId, first.region];
      };
      const endpoint = ['--endpoint-url', cognito.url];
      const list = ['cognito-idp', 'list-user-pools', '--max-results', '1'];
      const discover = ['discover', '--pool', 'nobodys', '--yes', '--dry-run'];
      expect(await sent(() => runAws([...list, ...endpoint, ...args], env))).toEqual(sends);
      const ours = await sent(async () => {
        const { exitCode, stderr } = await umconfig([...discover, ...endpoint, ...args], { cwd: home, env });
        expect({ exitCode, stderr }).toMatchObject({ exitCode: 3 });
        return exitCode;
      });
      expect(ours).toEqual(sends);
    });
  },
);
