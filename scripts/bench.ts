/**
 * Measures how long the commands take, as ratios. Each row runs its two commands alternately (A B A B …), so that load on the machine
 * affects both. Writes the table in docs/performance.md; with `--rounds N` it only prints it. It is not a test: nothing passes or fails.
 * The other programs and a second Node come from the npm registry.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import packageJson from '../package.json' with { type: 'json' };
import { cleanEnvironment, PROGRAM } from '../tests/support/cli.ts';
import { template } from '../tests/support/fixtures.ts';
import { startScene, type Scene } from '../tests/support/sign-in-scene.ts';
import { table, withParts } from './marked-parts.ts';

const PAGE = new URL('../docs/performance.md', import.meta.url);
const SDK = '@aws-sdk/client-cognito-identity-provider';
const PEERS = ['ajv-cli@5.0.0', `${SDK}@${packageJson.devDependencies[SDK]}`];
/** Measured in addition to the Node that runs this script. */
const OTHER_NODE = '24';
const ROUNDS = 21;
const FEW_ROUNDS = 7;
const MANY = 2000;
const LATENCY_MS = 100;

/** The Node and the environment of a run. */
interface Condition {
  readonly title: string;
  readonly node: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Node arguments, and variables added to the environment. */
interface Contestant {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

interface Row {
  readonly what: string;
  readonly a: Contestant;
  readonly b: Contestant;
  /** A / B, or A − B in milliseconds. */
  readonly compare: 'ratio' | 'difference';
  /** The maximum for A / B or A − B. */
  readonly bar: number;
  /** The maximum memory of A in MiB. */
  readonly maxPeak?: number;
  readonly rounds?: number;
}

interface Run {
  readonly milliseconds: number;
  /** Peak memory in KiB; NaN if unknown. */
  readonly peak: number;
}

const { values } = parseArgs({ options: { rounds: { type: 'string' } } });
const given = values.rounds === undefined ? undefined : Number(values.rounds);

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

/**
 * Runs a process to its end, and measures the peak if GNU time is installed. Rejects if the process fails, since its time means nothing
 * then.
 */
function once({ args, env }: Contestant, condition: Condition, directory: string): Promise<Run> {
  const timed = existsSync('/usr/bin/time') ? ['/usr/bin/time', '-f', 'peak %M'] : [];
  const [program = '', ...rest] = [...timed, condition.node, ...args];
  return new Promise((settle, fail) => {
    const start = process.hrtime.bigint();
    const child = spawn(program, rest, { cwd: directory, env: { ...condition.env, ...env } });
    let stderr = '';
    child.stdout.resume();
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', fail);
    child.on('close', (exitCode) => {
      if (exitCode !== 0) fail(new Error(`${args.join(' ')} exited with ${String(exitCode)}:\n${stderr}`));
      const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
      settle({ milliseconds, peak: Number(/peak (\d+)\s*$/.exec(stderr)?.[1] ?? Number.NaN) });
    });
  });
}

/** Measures a row under one condition. Returns a table cell. */
async function race(row: Row, condition: Condition, directory: string): Promise<string> {
  const { a, b, compare, bar, maxPeak, rounds = ROUNDS } = row;
  const pair = async (): Promise<readonly [Run, Run]> => [
    await once(a, condition, directory),
    await once(b, condition, directory),
  ];
  await pair();
  const pairs: (readonly [Run, Run])[] = [];
  for (let round = 0; round < (given ?? rounds); round += 1) pairs.push(await pair());
  const compared = median(
    pairs.map(([x, y]) =>
      compare === 'ratio' ? x.milliseconds / y.milliseconds : x.milliseconds - y.milliseconds,
    ),
  );
  const peak = Math.round(median(pairs.map(([x]) => x.peak)) / 1024);
  const shown = compare === 'ratio' ? compared.toFixed(2) : compared.toFixed(0);
  const isMissed = Number(shown) > bar || peak > (maxPeak ?? Infinity);
  const times = [0, 1].map((at) => median(pairs.map((runs) => runs[at]?.milliseconds ?? NaN)).toFixed(0));
  const verdict = `${shown}${compare === 'ratio' ? '' : ' ms'}${isMissed ? ' **missed**' : ''}`;
  return `${verdict} (${times.join(' / ')} ms${maxPeak === undefined ? '' : `, ${String(peak)} MiB`})`;
}

/** The local Cognito accepts any credentials. */
const ACCOUNT = { AWS_REGION: 'us-west-2', AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench' };

const umconfig = (...args: readonly string[]): Contestant => ({ args: [PROGRAM, ...args] });
const EMPTY: Contestant = { args: ['empty.js'] };
const ajv = (files: string): Contestant => ({
  args: ['node_modules/ajv-cli/dist/index.js', 'validate', '-s', 'schema.json', '-d', files],
});

/** A command that calls the local Cognito. `discover` writes nothing. */
function asking({ cognito, poolId, clientId }: Scene, command: 'discover' | 'doctor'): Contestant {
  const own = command === 'discover' ? ['--dry-run', '--pool', poolId, '--client', clientId] : [];
  const args = [command, ...own, '--config', fileOf(cognito.url), '--endpoint-url', cognito.url];
  return { ...umconfig(...args), env: ACCOUNT };
}

const fileOf = (address: string): string => `${new URL(address).port}.yml`;

function rowsFor(near: Scene, far: Scene): readonly Row[] {
  const one = umconfig('validate', 'one.yml');
  const late = `each answer delayed by ${String(LATENCY_MS)} ms`;
  const { cognito, poolId, clientId } = near;
  const sdkAlone: Contestant = { args: ['sdk.cjs', cognito.url, poolId, clientId], env: ACCOUNT };
  return [
    { what: '`validate` of one file / empty Node start', a: one, b: EMPTY, compare: 'ratio', bar: 1.7 },
    { what: '`--help` / empty Node start', a: umconfig('--help'), b: EMPTY, compare: 'ratio', bar: 1.5 },
    { what: '`validate` of one file / `ajv-cli`', a: one, b: ajv('one.yml'), compare: 'ratio', bar: 0.5 },
    {
      what: `\`validate\` of ${String(MANY)} files / \`ajv-cli\``,
      a: umconfig('validate', 'many/*.yml'),
      b: ajv('many/*.yml'),
      ...{ compare: 'ratio', bar: 2, maxPeak: 120, rounds: FEW_ROUNDS },
    },
    {
      what: '`discover` / an AWS SDK script with the same calls',
      a: asking(near, 'discover'),
      b: sdkAlone,
      ...{ compare: 'ratio', bar: 1 },
    },
    {
      what: `\`discover\`, ${late}`,
      a: asking(far, 'discover'),
      b: asking(near, 'discover'),
      ...{ compare: 'difference', bar: 250, rounds: FEW_ROUNDS },
    },
    {
      what: `\`doctor\`, ${late}`,
      a: asking(far, 'doctor'),
      b: asking(near, 'doctor'),
      ...{ compare: 'difference', bar: 400, rounds: FEW_ROUNDS },
    },
  ];
}

/** The calls of `discover` in as many round trips, with the AWS SDK alone. */
const SDK_SCRIPT = `
const sdk = require('${SDK}');
const [, , endpoint, UserPoolId, ClientId] = process.argv;
const client = new sdk.CognitoIdentityProviderClient({ endpoint });
const pool = client.send(new sdk.DescribeUserPoolCommand({ UserPoolId }));
const others = [
  client.send(new sdk.DescribeUserPoolClientCommand({ UserPoolId, ClientId })),
  client.send(new sdk.ListGroupsCommand({ UserPoolId })),
];
pool
  .then(({ UserPool }) => client.send(new sdk.DescribeUserPoolDomainCommand({ Domain: UserPool.Domain })))
  .then(() => Promise.all(others));
`;

/** The server's own template, filled in as the guide says, with its space before a colon. Values differ per site. */
function siteFile(site: number): string {
  const port = String(8000 + (site % 1000));
  const prefix = `labels-${String(site)}`;
  const settings = `userManagement: on
region: "us-west-2"
domainName: "${prefix}"
clientId: "1fakeclientid0000000000000"
redirectUri: "http://localhost:${port}/auth"
logOutUri: "http://localhost:${port}/"
clientSecret: "notarealsecretnotarealsecretnotarealsecretnotareal"
awsTokenURL: "https://${prefix}.auth.us-west-2.amazoncognito.com/oauth2/token"
awsJwkUrl : "https://cognito-idp.%v.amazonaws.com/%v/.well-known/jwks.json"
userPoolID: "us-west-2_FakePool${String(site)}"`;
  return template('flat').replace('8686', port).replace('userManagement: off', settings);
}

async function prepare(directory: string, scenes: readonly Scene[]): Promise<void> {
  const write = (name: string, text: string): Promise<void> =>
    writeFile(join(directory, name), text, { mode: 0o600 });
  await write('empty.js', '');
  await write('sdk.cjs', SDK_SCRIPT);
  await write('one.yml', siteFile(0));
  await write('schema.json', readFileSync(new URL('../schemas/flat.schema.json', import.meta.url), 'utf8'));
  for (const { cognito, text } of scenes) await write(fileOf(cognito.url), text);
  await mkdir(join(directory, 'many'));
  for (let site = 0; site < MANY; site += 1) await write(`many/${String(site)}.yml`, siteFile(site));
  install(directory, PEERS);
}

function install(directory: string, packages: readonly string[]): void {
  const quiet = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
  execFileSync('npm', ['install', ...quiet, '--prefix', directory, ...packages], { stdio: 'ignore' });
}

/** The Node that runs this script, and the other version if the registry has it for this machine. */
async function nodes(directory: string): Promise<readonly string[]> {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(directory, 'node');
  await mkdir(folder);
  try {
    install(folder, [`${name}@${OTHER_NODE}`]);
  } catch {
    process.stderr.write(`${name}@${OTHER_NODE} is not in the registry: measuring only this Node\n`);
    return [process.execPath];
  }
  return [process.execPath, join(folder, 'node_modules', name, 'bin/node')];
}

async function conditions(directory: string): Promise<readonly Condition[]> {
  return (await nodes(directory)).flatMap((node) => {
    const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim().slice(1);
    return [
      { title: `Node ${version}`, node, env: cleanEnvironment(directory) },
      { title: `Node ${version}, caller’s environment`, node, env: callersEnvironment() },
    ];
  });
}

/** The environment in which this script was started. */
const callersEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

function barOf({ compare, bar, maxPeak }: Row): string {
  const most = compare === 'ratio' ? `≤ ${String(bar)}` : `≤ ${String(bar)} ms`;
  return maxPeak === undefined ? most : `${most}, ≤ ${String(maxPeak)} MiB`;
}

async function measure(
  directory: string,
  rows: readonly Row[],
  all: readonly Condition[],
): Promise<readonly string[][]> {
  const lines: string[][] = [];
  for (const row of rows) {
    const cells: string[] = [];
    for (const condition of all) {
      cells.push(await race(row, condition, directory));
      process.stderr.write(`${row.what}, ${condition.title}: ${cells.at(-1) ?? ''}\n`);
    }
    lines.push([row.what, barOf(row), ...cells]);
  }
  return lines;
}

function measuredOn(): string {
  const date = new Date().toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
  const machine = `${process.platform} ${process.arch}, ${String(cpus().length)} processors`;
  const pairs = `${String(given ?? ROUNDS)} pairs (${String(given ?? FEW_ROUNDS)} for many files and delayed answers)`;
  return `Measured on ${date}, ${machine}. Each cell is the median of ${pairs} of processes: A / B or A − B, then the times of A and B in parentheses. The environment has only PATH and HOME, or is that of the shell that ran the benchmark.`;
}

const directory = await mkdtemp(join(tmpdir(), 'umconfig-bench-'));
try {
  const near = await startScene('flat');
  const far = await startScene('flat', { latencyMs: LATENCY_MS });
  await prepare(directory, [near, far]);
  const all = await conditions(directory);
  const lines = await measure(directory, rowsFor(near, far), all);
  const head = ['what (A / B or A − B)', 'bar', ...all.map(({ title }) => title)];
  const text = `${measuredOn()}\n\n${table(head, lines)}`;
  if (given === undefined) await writeFile(PAGE, await withParts(PAGE, { bench: text }));
  else process.stdout.write(`${text}\n`);
} finally {
  await rm(directory, { recursive: true, force: true });
}
process.exit();
