/** The README's terminal sessions: the built program is really run, and what it showed is what stands there. */
import { execFileSync } from 'node:child_process';
import { chmod, copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inTemporaryDirectory, PROGRAM, umconfig } from '../tests/support/cli.ts';
import { KEY, screenOf, startInPty, type PtySession } from '../tests/support/pty.ts';

const EXAMPLE = fileURLToPath(new URL('../docs/examples/user_management_config.yml', import.meta.url));
const NAME = 'app/config/user_management_config.yml';
const COLUMNS = 110;

async function checkout(directory: string): Promise<void> {
  await mkdir(join(directory, 'app/config'), { recursive: true });
  const template = new URL('../templates/flat/default_config.yml', import.meta.url);
  await copyFile(fileURLToPath(template), join(directory, 'app/config/default_config.yml'));
}

/** A failing `validate`, its repair, and what is left. */
export function validateSession(): Promise<string> {
  return inTemporaryDirectory(async (directory) => {
    await checkout(directory);
    await copyFile(EXAMPLE, join(directory, NAME));
    await chmod(join(directory, NAME), 0o600);
    const { stdout } = await umconfig(['validate'], { cwd: directory });
    const fixed = await umconfig(['validate', '--fix'], { cwd: directory });
    return `$ umconfig validate\n${stdout}$ umconfig validate --fix\n${fixed.stdout}`;
  });
}

/** A pool for a server on the web, what there is to do next, and a part of what was written. */
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

/** What is on the screen, and what is typed then. */
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

/** A first `init`, typed by hand, as it stands on the screen at its end. */
export function initSession(): Promise<string> {
  return inTemporaryDirectory(async (directory) => {
    await checkout(directory);
    const session = startInPty([PROGRAM, 'init', '--color', 'never'], {
      cwd: directory,
      columns: COLUMNS,
      rows: 200,
    });
    await answer(session);
    const { exitCode } = await session.exit;
    if (exitCode !== 0) throw new Error(`init ended with ${String(exitCode)}:\n${session.raw()}`);
    const lines = await screenOf(session.raw(), COLUMNS, 200);
    return `$ umconfig init\n${lines.join('\n').trim()}\n`;
  });
}
