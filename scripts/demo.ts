/**
 * The tool at work without an AWS account or a network: starts a Cognito on loopback, makes a user pool in it as an admin
 * would in the console, and runs umconfig against it. Ends by itself; the exit code is that of the first surprise.
 */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startLocalCognito } from '../tests/support/local-cognito.ts';

const program = fileURLToPath(new URL('../bin/umconfig.js', import.meta.url));
const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** Runs one command line as a user would and shows it; throws when the exit code is another than expected. */
async function show(
  why: string,
  directory: string,
  url: string,
  args: readonly string[],
  expected = 0,
): Promise<void> {
  say(`\n# ${why}\n$ umconfig ${args.join(' ')}`);
  const child = spawn(process.execPath, [program, ...args], {
    cwd: directory,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      AWS_ENDPOINT_URL: url,
      AWS_REGION: 'us-west-2',
      AWS_ACCESS_KEY_ID: 'demo',
      AWS_SECRET_ACCESS_KEY: 'demo',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  });
  const exitCode = await new Promise<number | null>((settle, fail) => {
    child.on('error', fail);
    child.on('exit', settle);
  });
  if (exitCode !== expected)
    throw new Error(`umconfig ${args.join(' ')} ended with ${String(exitCode)}, not ${String(expected)}`);
}

const cognito = await startLocalCognito({ region: 'us-west-2' });
const directory = await mkdtemp(join(tmpdir(), 'umconfig-demo-'));
try {
  say(
    `A local Cognito is listening at ${cognito.url}: one user pool, a domain, three app clients, two callback URLs.`,
  );
  const pool = cognito.addPool({ Name: 'labelling' });
  cognito.addDomain(pool.Id, 'labelling-demo');
  cognito.addGroup(pool.Id, 'admin');
  cognito.addClient(pool.Id, {
    ClientName: 'server',
    CallbackURLs: ['https://labels.acme-lab.test/auth', 'http://localhost:8686/auth'],
    LogoutURLs: ['https://labels.acme-lab.test/', 'http://localhost:8686/'],
  });
  cognito.addClient(pool.Id, { ClientName: 'mobile', ClientSecret: undefined });
  cognito.addClient(pool.Id, { ClientName: 'nightly-job', AllowedOAuthFlows: ['client_credentials'] });

  const config = join(directory, 'app/config/user_management_config.yml');
  await mkdir(join(directory, 'app/config'), { recursive: true });
  const redirect = [
    '--redirect-uri',
    'http://localhost:8686/auth',
    '--log-out-uri',
    'http://localhost:8686/',
  ];
  const discover = ['discover', '--pool', pool.Id, ...redirect];
  await show('What would be written? Nothing is, yet.', directory, cognito.url, [...discover, '--dry-run']);
  await show('Write it.', directory, cognito.url, [...discover, '--yes']);
  await show('Is it right?', directory, cognito.url, ['validate']);
  await show('Does it still say what the account says? (for a schedule in CI)', directory, cognito.url, [
    ...discover,
    '--check',
  ]);
  await show('Why is awsJwkUrl such a strange value?', directory, cognito.url, [
    'explain',
    'jwks-url-not-template',
  ]);

  const right = await readFile(config, 'utf8');
  await writeFile(config, right.replace('userManagement', 'usermanagement'), { mode: 0o600 });
  await show(
    'The slip that opens a server to the world: one letter.',
    directory,
    cognito.url,
    ['validate'],
    1,
  );
  await show('Repair it.', directory, cognito.url, ['validate', '--fix']);

  const written = await readFile(config, 'utf8');
  if (written !== right) throw new Error('the repaired file is not the one that was written');
  say('\n# The file, the secret masked:');
  say(written.replace(/(clientSecret: ")[^"]*(.{4}")/, '$1••••$2'));
} catch (error) {
  say(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  await cognito.close();
  await rm(directory, { recursive: true, force: true });
}
