/** Runs every command, format, verbosity and fault with canary secrets, and looks for them in all output. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { COMMANDS } from '../../src/commands/index.ts';
import { canaryFrom, leaksIn } from '../support/canary.ts';
import { inTemporaryDirectory } from '../support/cli.ts';
import { git } from '../support/files-scratch.ts';
import { signInByScript } from '../support/local-cognito/scripted-browser.ts';
import { seededPool } from '../support/local-cognito/state.ts';
import { holdsToken } from '../support/running-login.ts';
import { FILE, PASSWORD, PEOPLE, startScene, type Scene } from '../support/sign-in-scene.ts';
import { argumentsOf, SECRET_RUNS, WRONGS, type SecretRun, type Setting } from '../support/secret-runs.ts';
import { recorders, watched, type Watched } from '../support/watched.ts';
import { runTrials, type Campaign, type Random, type Trial } from './campaign.ts';

const PLACES = ['child processes checked', 'files checked', 'pages checked'] as const;
const COUNTS = [...COMMANDS.map(({ name }) => name), ...Object.keys(WRONGS), ...PLACES];

export const secrets: Campaign = {
  name: 'secrets',
  title: 'Secrets',
  shows:
    'For every command, format, verbosity and fault: no secret of the file, the account, the environment, a prompt or the sign-in appears in any encoding on stdout, on stderr, on a page, in another file, in the process list, or in the environment of a child process.',
  trials: { short: 24, long: SECRET_RUNS.length },
  minutes: 15,
  run: (task) => runTrials(task, COUNTS, trial),
};

/** Secrets by name. */
type Secrets = Readonly<Record<string, string>>;

async function trial(given: Trial<string>): Promise<void> {
  const { seed, random, count } = given;
  const run = SECRET_RUNS[(seed - 1) % SECRET_RUNS.length];
  if (run === undefined) return;
  count(run.command);
  count(run.wrong);
  const scene = await startScene('flat');
  try {
    await inTemporaryDirectory((cwd) => inScene(run, scene, cwd, given, random));
  } finally {
    await scene.cognito.close();
  }
}

async function inScene(
  run: SecretRun,
  scene: Scene,
  root: string,
  { count, fail }: Trial<string>,
  random: Random,
): Promise<void> {
  const known = {
    'client secret': canaryFrom(random),
    'session token': canaryFrom(random, true),
    'secret access key': canaryFrom(random, true),
    'secret of the environment': canaryFrom(random),
  };
  const secret = known['client secret'];
  const { clients } = seededPool(scene.cognito.state, scene.poolId);
  for (const [id, client] of clients) clients.set(id, { ...client, ClientSecret: secret });
  const text = scene.text.replace(/^clientSecret: .*$/m, () => `clientSecret: ${JSON.stringify(secret)}`);
  const setting: Setting = { scene, random, secret, sessionToken: known['session token'], text };
  const args = argumentsOf(run, setting);
  const [cwd, temporary, programs] = ['work', 'tmp', 'bin'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  for (const directory of [cwd, temporary]) await mkdir(directory);
  await recorders(programs, credentials(known));
  await writeFile(join(cwd, FILE), setting.text, { mode: 0o600 });
  await writeFile(join(cwd, 'people.csv'), `new@labels.test,worker\n${PEOPLE.worker},admin\n`);
  git(cwd, 'init', '--quiet');
  git(cwd, 'add', '.');
  const pages: string[] = [];
  const result = await watched([...args], programs, {
    cwd,
    env: await environment(known, scene, root, random),
    browse: async (address) => {
      pages.push(...(await signIn(address)));
    },
  });
  count('pages checked', pages.length);
  const all = { ...known, ...ofSignIn(scene) };
  const where = `${run.command}, ${run.wrong}, ${run.args.join(' ')}`;
  if (/\bbug: /.test(result.stderr)) fail(`${where}: exception: ${result.stderr.slice(0, 300)}`);
  // The sign-in URL is not passed on, so no user signs in.
  const isAlone = run.command === 'login' && run.args.includes('--quiet');
  if (run.wrong === 'no fault' && !isAlone && (result.exitCode ?? 3) > 1) fail(`${where}: ${result.stderr}`);
  if (result.signal !== null || result.exitCode === null) fail(`${where}: ended by ${String(result.signal)}`);
  for (const [place, seen] of await places(result, pages, root, run, count)) {
    for (const leak of found(seen, all, scene)) fail(`${where}: ${leak} ${place}`);
  }
}

const credentials = (known: Secrets): string =>
  JSON.stringify({
    Version: 1,
    AccessKeyId: 'AKIAFAKEFAKEFAKEFAKE',
    SecretAccessKey: known['secret access key'],
    SessionToken: known['session token'],
  });

/** The credentials come from the environment, a file, or a program. */
async function environment(
  known: Secrets,
  { cognito }: Scene,
  root: string,
  random: Random,
): Promise<Record<string, string>> {
  const common = {
    AWS_ENDPOINT_URL: cognito.url,
    AWS_CONFIG_FILE: join(root, 'aws-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(root, 'aws-credentials'),
    UMCONFIG_CLIENT_SECRET: known['secret of the environment'] ?? '',
    TMPDIR: join(root, 'tmp'),
    DISPLAY: ':99',
  };
  const way = random.pick(['environment', 'file', 'program'] as const);
  if (way === 'environment') {
    return {
      ...common,
      AWS_ACCESS_KEY_ID: 'AKIAFAKEFAKEFAKEFAKE',
      AWS_SECRET_ACCESS_KEY: known['secret access key'] ?? '',
      AWS_SESSION_TOKEN: known['session token'] ?? '',
    };
  }
  const program = `[default]\ncredential_process = ${join(root, 'bin', 'get-credentials')}\n`;
  const file = `[default]\naws_access_key_id = AKIAFAKEFAKEFAKEFAKE\naws_secret_access_key = ${known['secret access key'] ?? ''}\naws_session_token = ${known['session token'] ?? ''}\n`;
  await writeFile(common.AWS_CONFIG_FILE, way === 'program' ? program : '');
  await writeFile(common.AWS_SHARED_CREDENTIALS_FILE, way === 'file' ? file : '');
  return common;
}

/** The pages that the browser gets from the callback address. */
async function signIn(address: string): Promise<readonly string[]> {
  try {
    const { callback } = await signInByScript(address, { username: PEOPLE.admin, password: PASSWORD });
    return callback === undefined ? [] : [await (await fetch(callback)).text()];
  } catch {
    // A fault may answer differently, and the program may have ended by now.
    return [];
  }
}

/** Secrets that the run itself created or received. */
function ofSignIn({ cognito }: Scene): Secrets {
  const form = cognito.requests.find(
    ({ operation, body }) =>
      operation === 'Token' && (body as Record<string, string>)['code_verifier'] !== undefined,
  )?.body as Readonly<Record<string, string>> | undefined;
  return form === undefined ? {} : { code: form['code'] ?? '', 'PKCE verifier': form['code_verifier'] ?? '' };
}

async function places(
  { stdout, stderr, commandLine, children }: Watched,
  pages: readonly string[],
  root: string,
  { wrong }: SecretRun,
  count: Trial<string>['count'],
): Promise<readonly (readonly [string, string])[]> {
  count('child processes checked', children.length);
  const files = await otherFiles(root);
  count('files checked', files.length);
  return [
    ['on stdout', stdout],
    ['on stderr', stderr],
    // An argument is in the process list by definition.
    ...(wrong === 'secret as an argument' ? [] : ([['in its command line', commandLine]] as const)),
    ...children.map(({ name, seen }) => [`in the arguments or environment of ${name}`, seen] as const),
    ...pages.map((page) => ['on a page', page] as const),
    ...files,
  ];
}

const OWN = new Set([FILE, 'aws-credentials', 'get-credentials']);

/** All files except those that hold the secrets. */
async function otherFiles(root: string): Promise<readonly (readonly [string, string])[]> {
  const all = await readdir(root, { recursive: true, withFileTypes: true });
  const others = all.filter(
    (entry) =>
      entry.isFile() &&
      !OWN.has(entry.name) &&
      !/\/(?:\.git|seen)(?:\/|$)/.test(entry.parentPath.slice(root.length)),
  );
  return Promise.all(
    others.map(
      async ({ parentPath, name }) =>
        [`in the file ${name}`, await readFile(join(parentPath, name), 'utf8')] as const,
    ),
  );
}

function found(text: string, all: Secrets, scene: Scene): readonly string[] {
  const tokens = holdsToken(text, scene) || text.includes(PASSWORD) ? ['a token or password'] : [];
  return [
    ...tokens,
    ...Object.entries(all).flatMap(([name, secret]) => {
      const forms = leaksIn(text, secret, scene.clientId);
      return forms.length === 0 ? [] : [`${name} (${forms.join(', ')})`];
    }),
  ];
}
