/**
 * How long the commands take, as ratios: every row runs its commands in turn, A B A B …, so that a machine that gets
 * slower halfway slows both down. Writes one table into docs/performance.md, with what the time goes to where a bar is missed; with
 * `--rounds N` it only prints it. Nothing here passes or fails. The peers come from the npm registry.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cleanEnvironment, PROGRAM } from '../tests/support/cli.ts';
import { goodFile } from '../tests/support/fixtures.ts';
import { startScene, type Scene } from '../tests/support/sign-in-scene.ts';
import { whereTimeGoes } from './profile.ts';

const PEERS = ['ajv-cli@5.0.0', 'v8r@5.1.0'];
const ROUNDS = 21;
const FEW_ROUNDS = 7;
const MANY = 2000;
const LATENCY_MS = 100;
const node = process.execPath;
const PAGE = new URL('../docs/performance.md', import.meta.url);
const PART = /(<!-- begin bench -->\n)[\s\S]*?(<!-- end bench -->)/;

interface Run {
  readonly milliseconds: number;
  /** Peak memory of the process in KiB; NaN where it is unknown. */
  readonly peak: number;
}

interface Contestant {
  readonly argv: readonly string[];
  /** Beside PATH and HOME, which is all that there is without it. */
  readonly env?: Readonly<Record<string, string>>;
}

interface Row {
  readonly what: string;
  readonly a: Contestant;
  readonly b: Contestant;
  /** A / B, or milliseconds that A takes more than B. */
  readonly compare: 'ratio' | 'difference';
  /** What A / B or A − B should be at most; undefined where nothing was promised. */
  readonly bar?: number;
  /** MiB that A should take at most. */
  readonly maxPeak?: number;
  readonly rounds?: number;
}

interface Result {
  readonly row: Row;
  readonly compared: number;
  /** Milliseconds, medians. */
  readonly a: number;
  readonly b: number;
  /** MiB, the median. */
  readonly peak: number;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** One run to its end. The peak is read by GNU time where there is one. */
function once({ argv, env = {} }: Contestant, directory: string): Promise<Run> {
  const [program = '', ...args] = existsSync('/usr/bin/time')
    ? ['/usr/bin/time', '-f', 'peak %M', ...argv]
    : argv;
  return new Promise((settle, fail) => {
    const start = process.hrtime.bigint();
    const child = spawn(program, args, { cwd: directory, env: cleanEnvironment(directory, env) });
    let stderr = '';
    child.stdout.resume();
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.on('error', fail);
    child.on('close', () => {
      const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
      settle({ milliseconds, peak: Number(/peak (\d+)\s*$/.exec(stderr)?.[1] ?? Number.NaN) });
    });
  });
}

async function race(row: Row, directory: string): Promise<Result> {
  const { a, b, compare, rounds = ROUNDS } = row;
  await once(a, directory);
  await once(b, directory);
  const pairs: (readonly [Run, Run])[] = [];
  for (let round = 0; round < (given ?? rounds); round += 1)
    pairs.push([await once(a, directory), await once(b, directory)]);
  const compared = pairs.map(([x, y]) =>
    compare === 'ratio' ? x.milliseconds / y.milliseconds : x.milliseconds - y.milliseconds,
  );
  return {
    row,
    compared: median(compared),
    a: median(pairs.map(([x]) => x.milliseconds)),
    b: median(pairs.map(([, y]) => y.milliseconds)),
    peak: median(pairs.map(([x]) => x.peak)) / 1024,
  };
}

const hundredths = (value: number): number => Math.round(value * 100) / 100;

/** By the figures that are shown. */
const isMet = ({ row, compared, peak }: Result): boolean =>
  !(hundredths(compared) > (row.bar ?? Infinity)) && !(Math.round(peak) > (row.maxPeak ?? Infinity));

function line(result: Result): string {
  const { row, compared, a, b, peak } = result;
  const amount = (value: number): string =>
    row.compare === 'ratio' ? String(hundredths(value)) : `${value.toFixed(0)} ms`;
  const bars = [
    ...(row.bar === undefined ? [] : [`≤ ${amount(row.bar)}`]),
    ...(row.maxPeak === undefined ? [] : [`≤ ${String(row.maxPeak)} MiB`]),
  ];
  const verdict = bars.length === 0 ? '–' : `${bars.join(', ')}: ${isMet(result) ? 'met' : '**missed**'}`;
  const times = [a, b].map((time) => `${time.toFixed(0)} ms`);
  return `| ${[row.what, amount(compared), verdict, ...times, `${peak.toFixed(0)} MiB`].join(' | ')} |`;
}

/** For a stand-in any will do. */
const ACCOUNT = { AWS_REGION: 'us-west-2', AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench' };

const umconfig = (...args: readonly string[]): Contestant => ({ argv: [node, PROGRAM, ...args] });

const STARTS = { compare: 'ratio', bar: 1.3, b: { argv: [node, 'empty.js'] } } as const;

/** The commands that need no network, beside an empty start and beside the peers. */
function offline(directory: string): readonly Row[] {
  const bin = (name: string): string => join(directory, 'node_modules/.bin', name);
  const ajv = (files: string): Contestant => ({
    argv: [node, bin('ajv'), 'validate', '-s', 'schema.json', '-d', files],
  });
  const one = umconfig('validate', 'one.yml');
  const inShell = (contestant: Contestant): Contestant => ({ ...contestant, env: shellEnvironment() });
  const many = (files: string): Omit<Row, 'what'> => ({
    a: umconfig('validate', files),
    b: ajv(files),
    compare: 'ratio',
    rounds: FEW_ROUNDS,
  });
  return [
    { what: '`validate`, one file / empty Node start', a: one, ...STARTS },
    { what: '`--help` / empty Node start', a: umconfig('--help'), ...STARTS },
    {
      what: 'the same `validate` in the environment of the shell',
      ...STARTS,
      a: inShell(one),
      b: inShell(STARTS.b),
    },
    {
      what: 'the same `--help` in the environment of the shell',
      ...STARTS,
      a: inShell(umconfig('--help')),
      b: inShell(STARTS.b),
    },
    { what: '`validate`, one file / ajv-cli', a: one, b: ajv('one.yml'), compare: 'ratio', bar: 1 },
    {
      what: '`validate`, one file / v8r',
      a: one,
      b: { argv: [node, bin('v8r'), '-s', 'schema.json', 'one.yml'] },
      compare: 'ratio',
      bar: 1,
      rounds: FEW_ROUNDS,
    },
    { what: `\`validate\`, ${String(MANY)} files / ajv-cli`, ...many('many/*.yml'), bar: 0.8, maxPeak: 100 },
    {
      what: `the same with an escape in each, for which all of YAML is read`,
      ...many('escapes/*.yml'),
      maxPeak: 100,
    },
  ];
}

/** The same questions as `discover` asks, in as many round trips, by the AWS SDK and nothing else. */
const SDK_SCRIPT = `
const sdk = require(process.argv[2]);
const [, , , endpoint, UserPoolId, ClientId] = process.argv;
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

function bySdkAlone({ cognito, poolId, clientId }: Scene): Contestant {
  const sdk = createRequire(import.meta.url).resolve('@aws-sdk/client-cognito-identity-provider');
  return { argv: [node, 'sdk.js', sdk, cognito.url, poolId, clientId], env: ACCOUNT };
}

/** The commands that ask Cognito: a stand-in that answers at once, and one that takes its time. */
function online(near: Scene, far: Scene): readonly Row[] {
  const discover = asking(near, 'near', 'discover');
  const late = `each answer ${String(LATENCY_MS)} ms later`;
  return [
    { what: '`discover` / empty Node start', a: discover, b: STARTS.b, compare: 'ratio', bar: 2.5 },
    {
      what: '`discover` / the AWS SDK alone, asking the same',
      a: discover,
      b: bySdkAlone(near),
      compare: 'ratio',
    },
    {
      what: `\`discover\`, ${late}`,
      a: asking(far, 'far', 'discover'),
      b: discover,
      compare: 'difference',
      bar: 250,
    },
    {
      what: `\`doctor\`, ${late}`,
      a: asking(far, 'far', 'doctor'),
      b: asking(near, 'near', 'doctor'),
      compare: 'difference',
      bar: 400,
    },
  ];
}

/** A command that asks the stand-in for Cognito of a scene, whose file has that name. */
function asking(
  { cognito, poolId, clientId }: Scene,
  name: string,
  command: 'discover' | 'doctor',
): Contestant {
  const args =
    command === 'discover'
      ? ['--dry-run', '--pool', poolId, '--client', clientId]
      : ['--config', `${name}.yml`];
  return { ...umconfig(command, ...args, '--endpoint-url', cognito.url), env: ACCOUNT };
}

/** All that the shell has set, as far as it is text. */
function shellEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** Configurations that differ as those of different sites do. */
function siteFile(at: number): string {
  return `# Site ${String(at)}\n${goodFile('flat')
    .replaceAll('scalabel-demo', `labels-${String(at)}`)
    .replaceAll('8686', String(8000 + (at % 1000)))
    .replaceAll('FakePool1', `FakePool${String(at)}`)}`;
}

async function prepare(directory: string, scenes: Readonly<Record<string, Scene>>): Promise<void> {
  const write = (name: string, text: string): Promise<void> =>
    writeFile(join(directory, name), text, { mode: 0o600 });
  await write('empty.js', '');
  await write('sdk.js', SDK_SCRIPT);
  await write('one.yml', siteFile(0));
  await write('schema.json', readFileSync(new URL('../schemas/flat.schema.json', import.meta.url), 'utf8'));
  for (const [name, { text }] of Object.entries(scenes)) await write(`${name}.yml`, text);
  await mkdir(join(directory, 'many'));
  await mkdir(join(directory, 'escapes'));
  for (let at = 0; at < MANY; at += 1) {
    await write(`many/${String(at)}.yml`, siteFile(at));
    await write(`escapes/${String(at)}.yml`, siteFile(at).replace('"./data"', '"./d\\x61ta"'));
  }
  const install = ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', directory, ...PEERS];
  execFileSync('npm', install, { stdio: 'ignore' });
}

/** What the time goes to in a row whose bar is missed, as an item of a list. */
async function explained({ row }: Result, directory: string): Promise<string> {
  const { argv, env = {} } = row.a;
  const profiles = await mkdtemp(join(directory, 'profile-'));
  const shares = await whereTimeGoes(
    { argv, cwd: directory, env: cleanEnvironment(directory, env) },
    profiles,
  );
  return `- ${row.what}: ${shares}.`;
}

async function measure(directory: string, rows: readonly Row[]): Promise<string> {
  const head = [
    '| what | A / B or A − B | bar | A | B | peak of A |',
    '| --- | --- | --- | --- | --- | --- |',
  ];
  const results: Result[] = [];
  process.stdout.write(`${head.join('\n')}\n`);
  for (const row of rows) {
    const result = await race(row, directory);
    process.stdout.write(`${line(result)}\n`);
    results.push(result);
  }
  const missed = results.filter((result) => !isMet(result));
  const shares: string[] = [];
  for (const result of missed) shares.push(await explained(result, directory));
  const heading = `What the time of A goes to where a bar is missed, after Node has started (one run each under V8's profiler):`;
  return [
    measuredOn(),
    '',
    ...head,
    ...results.map(line),
    ...(missed.length === 0 ? [] : ['', heading, '', ...shares]),
  ].join('\n');
}

function measuredOn(): string {
  const date = new Date().toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
  const machine = `Node ${process.versions.node}, ${process.platform} ${process.arch}, ${String(cpus().length)} processors`;
  return `Measured on ${date} with ${machine}: medians of ${String(given ?? ROUNDS)} pairs (${String(given ?? FEW_ROUNDS)} for many files and v8r) of whole processes, in an environment of PATH and HOME alone where nothing else is said. A is umconfig.`;
}

const { values } = parseArgs({ options: { rounds: { type: 'string' } } });
const given = values.rounds === undefined ? undefined : Number(values.rounds);
const directory = await mkdtemp(join(tmpdir(), 'umconfig-bench-'));
try {
  const near = await startScene('flat');
  const far = await startScene('flat', { latencyMs: LATENCY_MS });
  await prepare(directory, { near, far });
  const text = await measure(directory, [...offline(directory), ...online(near, far)]);
  if (given === undefined) {
    const page = readFileSync(PAGE, 'utf8');
    if (!PART.test(page)) throw new Error('docs/performance.md has no part called bench');
    writeFileSync(
      PAGE,
      page.replace(PART, (_all, begin: string, end: string) => `${begin}\n${text}\n\n${end}`),
    );
  } else {
    process.stdout.write(`\n${text}\n`);
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}
process.exit();
