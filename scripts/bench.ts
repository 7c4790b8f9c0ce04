/**
 * How long the commands take, as ratios: every row runs its commands in turn, A B A B …, so that a machine that gets
 * slower halfway slows both down. Prints one table; nothing here passes or fails. Peers come from the npm registry.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment, PROGRAM } from '../tests/support/cli.ts';
import { startLocalCognito, type LocalCognito } from '../tests/support/local-cognito.ts';

const PEERS = ['ajv-cli@5.0.0', 'v8r@5.1.0'];
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? '15');
const MANY = 2000;
const node = process.execPath;

interface Run {
  readonly milliseconds: number;
  /** Peak memory of the process in KiB. */
  readonly peak: number;
}

interface Contestant {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** One run to its end. The peak is read by GNU time where there is one, else it is unknown. */
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

interface Row {
  readonly what: string;
  readonly bar: string;
  readonly a: Contestant;
  readonly b: Contestant;
  readonly rounds?: number;
  /** `difference`: milliseconds that A takes more than B. */
  readonly compare: 'ratio' | 'difference';
}

async function race({ what, bar, a, b, compare, rounds = ROUNDS }: Row, directory: string): Promise<string> {
  await once(a, directory);
  await once(b, directory);
  const pairs: (readonly [Run, Run])[] = [];
  for (let round = 0; round < rounds; round += 1)
    pairs.push([await once(a, directory), await once(b, directory)]);
  const compared = pairs.map(([x, y]) =>
    compare === 'ratio' ? x.milliseconds / y.milliseconds : x.milliseconds - y.milliseconds,
  );
  const shown = compare === 'ratio' ? median(compared).toFixed(2) : `${median(compared).toFixed(0)} ms`;
  const times = [0, 1].map(
    (at) => `${median(pairs.map((pair) => pair[at]?.milliseconds ?? 0)).toFixed(0)} ms`,
  );
  const peak = `${(median(pairs.map(([x]) => x.peak)) / 1024).toFixed(0)} MiB`;
  return `| ${[what, shown, bar, ...times, peak].join(' | ')} |`;
}

const local = (cognito: LocalCognito): Record<string, string> => ({
  AWS_ENDPOINT_URL: cognito.url,
  AWS_REGION: 'us-west-2',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
});

async function cognitoWith(
  latencyMs: number,
): Promise<{ cognito: LocalCognito; pool: string; client: string }> {
  const cognito = await startLocalCognito({ latencyMs });
  const pool = cognito.addPool({ Name: 'bench' });
  cognito.addDomain(pool.Id, 'bench-demo');
  cognito.addGroup(pool.Id, 'admin');
  const client = cognito.addClient(pool.Id, {
    CallbackURLs: ['http://localhost:8686/auth'],
    LogoutURLs: ['http://localhost:8686/'],
  });
  return { cognito, pool: pool.Id, client: client.ClientId };
}

async function rows(directory: string): Promise<readonly Row[]> {
  const umconfig = (...args: readonly string[]): Contestant => ({ argv: [node, PROGRAM, ...args] });
  const empty: Contestant = { argv: [node, 'empty.js'] };
  const bin = (name: string): string => join(directory, 'node_modules/.bin', name);
  const ajv = (...files: readonly string[]): Contestant => ({
    argv: [node, bin('ajv'), 'validate', '-s', 'schema.json', ...files.flatMap((file) => ['-d', file])],
  });
  const near = await cognitoWith(0);
  const far = await cognitoWith(100);
  const account = ({ cognito, pool, client }: typeof near, command: readonly string[]): Contestant => ({
    argv: [
      node,
      PROGRAM,
      ...command,
      ...(command[0] === 'discover' ? ['--pool', pool, '--client', client] : []),
    ],
    env: local(cognito),
  });
  const discover = ['discover', '--dry-run'];
  const aws = (operation: string, extra: string): string =>
    `aws cognito-idp ${operation} --user-pool-id ${near.pool} ${extra} >/dev/null`;
  const three: Contestant = {
    argv: [
      'sh',
      '-c',
      `${aws('describe-user-pool', '')}; ${aws('describe-user-pool-client', `--client-id ${near.client}`)}; aws cognito-idp describe-user-pool-domain --domain bench-demo >/dev/null`,
    ],
    env: local(near.cognito),
  };
  const hasAws = spawnable('aws');
  return [
    {
      what: '`validate`, one file / empty Node start',
      bar: '≤ 1.3',
      a: umconfig('validate', 'one.yml'),
      b: empty,
      compare: 'ratio',
    },
    { what: '`--help` / empty Node start', bar: '≤ 1.3', a: umconfig('--help'), b: empty, compare: 'ratio' },
    {
      what: '`validate`, one file / ajv-cli',
      bar: '< 1',
      a: umconfig('validate', 'one.yml'),
      b: ajv('one.yml'),
      compare: 'ratio',
    },
    {
      what: '`validate`, one file / v8r',
      bar: '< 1',
      a: umconfig('validate', 'one.yml'),
      b: { argv: [node, bin('v8r'), '-s', 'schema.json', 'one.yml'] },
      compare: 'ratio',
    },
    {
      what: `\`validate\`, ${String(MANY)} files / ajv-cli`,
      bar: '≤ 0.8, ≤ 100 MiB',
      a: umconfig('validate', 'many/*.yml'),
      b: ajv('many/*.yml'),
      rounds: 3,
      compare: 'ratio',
    },
    {
      what: '`discover` / empty Node start',
      bar: '≤ 2.5',
      a: account(near, discover),
      b: empty,
      compare: 'ratio',
    },
    {
      what: '`discover`, each answer 100 ms later',
      bar: '≤ 250 ms',
      a: account(far, discover),
      b: account(near, discover),
      compare: 'difference',
    },
    ...(hasAws
      ? [
          {
            what: '`discover` / three `aws` calls',
            bar: '≤ 0.25',
            a: account(near, discover),
            b: three,
            rounds: 5,
            compare: 'ratio' as const,
          },
        ]
      : []),
  ];
}

function spawnable(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function prepare(directory: string): Promise<void> {
  const example = await readFile(
    new URL('../tests/fixtures/contract/flat/good.yml', import.meta.url),
    'utf8',
  );
  const schema = fileURLToPath(new URL('../schemas/flat.schema.json', import.meta.url));
  await writeFile(join(directory, 'empty.js'), '');
  await writeFile(join(directory, 'one.yml'), example, { mode: 0o600 });
  await writeFile(join(directory, 'schema.json'), await readFile(schema));
  await mkdir(join(directory, 'many'));
  for (let at = 0; at < MANY; at += 1) {
    await writeFile(join(directory, `many/${String(at)}.yml`), example, { mode: 0o600 });
  }
  execFileSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', directory, ...PEERS], {
    stdio: 'ignore',
  });
}

const directory = await mkdtemp(join(tmpdir(), 'umconfig-bench-'));
try {
  await prepare(directory);
  process.stdout.write(
    `Node ${process.version}, ${String(ROUNDS)} pairs a row, medians of whole processes.\n\n`,
  );
  process.stdout.write(
    '| what | A / B or A − B | bar | A | B | peak of A |\n| --- | --- | --- | --- | --- | --- |\n',
  );
  for (const row of await rows(directory)) process.stdout.write(`${await race(row, directory)}\n`);
} finally {
  await rm(directory, { recursive: true, force: true });
}
process.exit();
