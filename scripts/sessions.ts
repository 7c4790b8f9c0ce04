/** Runs the built program for the terminal sessions in the documentation. Their output becomes text or a picture. */
import { execFileSync } from 'node:child_process';
import { chmod, copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inTemporaryDirectory, PROGRAM, umconfig } from '../tests/support/cli.ts';
import { KEY, startInPty, type PtySession } from '../tests/support/pty.ts';
import { pictureOf } from './picture.ts';

const EXAMPLE = fileURLToPath(new URL('../docs/examples/user_management_config.yml', import.meta.url));
const NAME = 'app/config/user_management_config.yml';
const COLUMNS = 80;
const ROWS = 200;

async function checkout(directory: string): Promise<void> {
  await mkdir(join(directory, 'app/config'), { recursive: true });
  const template = new URL('../templates/flat/default_config.yml', import.meta.url);
  await copyFile(fileURLToPath(template), join(directory, 'app/config/default_config.yml'));
}

/** A failing `validate`, as a picture. */
export function validatePicture(): Promise<string> {
  return inTemporaryDirectory(async (directory) => {
    await checkout(directory);
    await copyFile(EXAMPLE, join(directory, NAME));
    await chmod(join(directory, NAME), 0o600);
    const session = startInPty([PROGRAM, 'validate'], { cwd: directory, columns: COLUMNS, rows: ROWS });
    await session.exit;
    return picture('umconfig validate', session, 'umconfig validate reports three errors');
  });
}

const picture = (command: string, session: PtySession, title: string): Promise<string> =>
  pictureOf(`$ ${command}\r\n${session.raw()}`, COLUMNS, title);

/** A user pool for a server on the web: the next steps, and part of the template. */
export function provisionSession(): Promise<string> {
  return inTemporaryDirectory(async (directory) => {
    await checkout(directory);
    const args = ['--domain-name', 'my-labels', '--redirect-uri', 'https://labels.acme.dev/auth'];
    const file = 'user-pool.yml';
    const { stderr } = await umconfig(['provision', ...args, '--output', file], { cwd: directory });
    const part = '/^  UserPool:/,/AllowAdmin/p';
    const shown = execFileSync('sed', ['-n', part, file], { cwd: directory, encoding: 'utf8' });
    return `$ umconfig provision ${args.join(' ')} --output ${file}\n${stderr}$ sed -n '${part}' ${file}\n${shown}`;
  });
}

/** A text on the screen, and the keys typed when it appears. */
const ANSWERS: readonly (readonly [sees: string, types: string])[] = [
  ['Example: us-west-2_Example01', `us-west-2_Labelling${KEY.enter}`],
  ['Example: 1example', `4k0t3mcl13nt1d00000000000a${KEY.enter}`],
  ['Show client secret', `notarealsecretnotarealsecretnotarealsecretnotareal${KEY.enter}`],
  ['Allowed callback URLs', KEY.enter],
  ['Allowed sign-out URLs', KEY.enter],
  ['Example: scalabel-demo', `https://labelling.auth.us-west-2.amazoncognito.com${KEY.enter}`],
  ['Is this right?', KEY.enter],
  ['umconfig doctor', `n${KEY.enter}`],
];

async function answer(session: PtySession): Promise<void> {
  for (const [sees, types] of ANSWERS) {
    await session.shows(sees);
    session.send(types);
  }
}

/** A first `init` with typed answers, as a picture of the final screen. */
export function initPicture(): Promise<string> {
  return inTemporaryDirectory(async (directory) => {
    await checkout(directory);
    const session = startInPty([PROGRAM, 'init'], { cwd: directory, columns: COLUMNS, rows: ROWS });
    await answer(session);
    const { exitCode } = await session.exit;
    if (exitCode !== 0) throw new Error(`init exited with ${String(exitCode)}:\n${session.raw()}`);
    return picture('umconfig init', session, 'umconfig init asks for each value and writes the file');
  });
}
