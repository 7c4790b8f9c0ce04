/** A running `umconfig login` as built, with its callback address open. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cleanEnvironment, PROGRAM } from './cli.ts';
import { signInByScript } from './local-cognito/scripted-browser.ts';
import { FILE, PASSWORD, type Scene } from './sign-in-scene.ts';

export interface RunningLogin {
  readonly child: ChildProcess;
  /** The authorize URL, as soon as stderr shows it. */
  readonly address: Promise<string>;
  readonly ended: Promise<{ readonly exitCode: number | null; readonly signal: string | null }>;
  readonly stdout: () => string;
  readonly stderr: () => string;
}

/** Starts `umconfig login …args` with the scene's file in `cwd`. */
export async function startLogin(
  from: Scene,
  cwd: string,
  args: readonly string[] = ['--no-browser'],
): Promise<RunningLogin> {
  await writeFile(join(cwd, FILE), from.text, { mode: 0o600 });
  const child = spawn(
    process.execPath,
    [PROGRAM, 'login', '--endpoint-url', from.cognito.url, '--debug', ...args],
    {
      cwd,
      env: cleanEnvironment(cwd),
    },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  const ended = once(child, 'close').then(([exitCode, signal]) => ({
    exitCode: exitCode as number | null,
    signal: signal as string | null,
  }));
  const address = new Promise<string>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
      // It listens before it prints the URL, and prints `Waiting` last.
      const [, found] = /^(http:\S+\/oauth2\/authorize\S+)$/m.exec(stderr) ?? [];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() => {
      reject(new Error(`no address in:\n${stderr}`));
    });
  });
  address.catch(() => undefined);
  return { child, address, ended, stdout: () => stdout, stderr: () => stderr };
}

export async function callbackFor({ address }: RunningLogin, who: string): Promise<URL> {
  const { callback, page } = await signInByScript(await address, { username: who, password: PASSWORD });
  if (callback === undefined) throw new Error(`no redirect from the login page:\n${page}`);
  return callback;
}

/** The parts of a token that no one else could have created: 40 characters of its payload, of its signature, or of a refresh token. */
function tellingPartsOf(token: string): readonly string[] {
  const [, ...parts] = token.split('.');
  return parts.map((part) => part.slice(0, 40)).filter(({ length }) => length === 40);
}

/** Whether a token from the local Cognito is in a text. Searched literally: a random text may look like a token. */
export const holdsToken = (text: string, { cognito }: Pick<Scene, 'cognito'>): boolean =>
  cognito.state.handedOut.flatMap(tellingPartsOf).some((part) => text.includes(part));

/**
 * The secrets that were shown although they must not be: tokens, the password, the secret, and the code. Returns descriptions, never the
 * values.
 */
export function secretsIn(
  shown: string,
  scene: Pick<Scene, 'cognito' | 'clientId' | 'secret'>,
  callback?: URL,
): readonly string[] {
  const { clientId, secret } = scene;
  const code = callback?.searchParams.get('code') ?? '';
  const basic = Buffer.from(`${clientId}:${secret}`).toString('base64');
  const found: readonly (readonly [what: string, isThere: boolean])[] = [
    ['a token', holdsToken(shown, scene)],
    ['the password', shown.includes(PASSWORD)],
    ['an Authorization header', secret !== '' && shown.includes(basic)],
    ['the secret', secret !== '' && shown.includes(secret)],
    ['the code', code !== '' && shown.includes(code)],
  ];
  return found.flatMap(([what, isThere]) => (isThere ? what : []));
}
