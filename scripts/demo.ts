/**
 * Shows the program without an AWS account or a network: starts a local Cognito, creates a user pool in it as an admin would in the
 * console, and runs umconfig against it. Exits with 1 at the first unexpected result.
 */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { startLocalCognito } from '../tests/support/local-cognito.ts';
import { signInByScript } from '../tests/support/local-cognito/scripted-browser.ts';

const program = fileURLToPath(new URL('../bin/umconfig.js', import.meta.url));
const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

interface Shown {
  readonly directory: string;
  readonly url: string;
  readonly expected?: number;
  /** Receives stderr while the program runs. */
  readonly onStderr?: (text: string) => void;
}

/** Runs a command line as a user would and shows it. Throws if the exit code differs from the expected one. */
async function show(why: string, args: readonly string[], shown: Shown): Promise<void> {
  const { directory, url, expected = 0, onStderr } = shown;
  say(`\n# ${why}\n$ umconfig ${args.join(' ')}`);
  const child = spawn(process.execPath, [program, ...args], {
    cwd: directory,
    stdio: ['ignore', 'inherit', 'pipe'],
    env: {
      ...process.env,
      AWS_ENDPOINT_URL: url,
      AWS_REGION: 'us-west-2',
      AWS_ACCESS_KEY_ID: 'demo',
      AWS_SECRET_ACCESS_KEY: 'demo',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  });
  child.stderr.on('data', (chunk: Buffer) => {
    process.stderr.write(chunk);
    onStderr?.(chunk.toString());
  });
  const exitCode = await new Promise<number | null>((settle, fail) => {
    child.on('error', fail);
    child.on('close', settle);
  });
  if (exitCode !== expected)
    throw new Error(
      `umconfig ${args.join(' ')} exited with ${String(exitCode)}, expected ${String(expected)}`,
    );
}

/** A free port, so that a server on 8686 is not disturbed. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle));
  const { port } = server.address() as AddressInfo;
  await new Promise((settle) => server.close(settle));
  return port;
}

/** Waits until `login` prints the sign-in URL, then signs in there as a browser would. */
function browserFor(username: string, password: string): (stderr: string) => void {
  let heard = '';
  let isStarted = false;
  return (text) => {
    heard += text;
    const address = /http:\/\/\S+\/oauth2\/authorize\?\S+/.exec(heard)?.[0];
    if (address === undefined || isStarted || !/\s$/.test(heard)) return;
    isStarted = true;
    void signInByScript(address, { username, password }).then(async ({ callback, page }) => {
      if (callback === undefined) throw new Error(`no callback:\n${page}`);
      await (await fetch(callback)).text();
    });
  };
}

const cognito = await startLocalCognito({ region: 'us-west-2' });
const directory = await mkdtemp(join(tmpdir(), 'umconfig-demo-'));
try {
  say(
    `A local Cognito is listening at ${cognito.url}: one user pool, a domain, three app clients, two callback URLs.`,
  );
  const port = await freePort();
  const here = `http://localhost:${String(port)}`;
  const pool = cognito.addPool({ Name: 'labelling' });
  cognito.addDomain(pool.Id, 'labelling-demo');
  cognito.addGroup(pool.Id, 'admin');
  cognito.addUser(pool.Id, { email: 'ada@acme-lab.test', password: 'Correct-horse-1', groups: ['admin'] });
  const client = cognito.addClient(pool.Id, {
    ClientName: 'server',
    CallbackURLs: ['https://labels.acme-lab.test/auth', `${here}/auth`],
    LogoutURLs: ['https://labels.acme-lab.test/', `${here}/`],
  });
  cognito.addClient(pool.Id, { ClientName: 'mobile', ClientSecret: undefined });
  cognito.addClient(pool.Id, { ClientName: 'nightly-job', AllowedOAuthFlows: ['client_credentials'] });

  const config = join(directory, 'app/config/user_management_config.yml');
  await mkdir(join(directory, 'app/config'), { recursive: true });
  const template = await readFile(new URL('../templates/flat/default_config.yml', import.meta.url), 'utf8');
  await writeFile(join(directory, 'app/config/default_config.yml'), template.replace('8686', String(port)));
  const at = { directory, url: cognito.url };
  const discover = [
    'discover',
    '--pool',
    pool.Id,
    '--redirect-uri',
    `${here}/auth`,
    '--log-out-uri',
    `${here}/`,
  ];
  const live = ['--endpoint-url', cognito.url];

  await show('Preview the changes. Nothing is written.', [...discover, '--dry-run'], at);
  await show('Write the file.', [...discover, '--yes'], at);
  await show('Check the file offline.', ['validate'], at);
  await show(
    'Check that the file still matches the account (for a scheduled CI job).',
    [...discover, '--check'],
    at,
  );
  await show('Explain the value of awsJwkUrl.', ['explain', 'jwks-url-not-template'], at);

  const right = await readFile(config, 'utf8');
  await writeFile(config, right.replace('userManagement', 'usermanagement'), { mode: 0o600 });
  await show(
    'One wrong letter switches login off: anyone can use the server without signing in.',
    ['validate'],
    { ...at, expected: 1 },
  );
  await show('Repair the file.', ['validate', '--fix'], at);

  say('\n# In the AWS console, an admin deletes one character of the callback URL.');
  const mend = cognito.misconfigure(client.ClientId, 'callback-one-character-short');
  await show('Nobody can sign in any more. Find out why.', ['doctor', ...live], { ...at, expected: 1 });
  mend();
  await show('The callback URL is corrected in the console. Check again.', ['doctor', ...live], at);
  const onStderr = browserFor('ada@acme-lab.test', 'Correct-horse-1');
  await show('Sign in, here with a script instead of a browser.', ['login', '--no-browser', ...live], {
    ...at,
    onStderr,
  });

  const written = await readFile(config, 'utf8');
  if (written !== right) throw new Error('the repaired file differs from the original');
  say('\n# The file, with the secret masked:');
  say(written.replace(/(clientSecret: ")[^"]*(.{4}")/, '$1••••$2'));
} catch (error) {
  say(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  await cognito.close();
  await rm(directory, { recursive: true, force: true });
}
