/** Completion in the shells themselves: keys are typed at a prompt, and what the line became is run and read back. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../src/commands/index.ts';
import { cleanEnvironment, PROGRAM, umconfig } from '../support/cli.ts';
import { KEY, startInPty, type PtySession } from '../support/pty.ts';

/** How each shell is started with nothing of the machine's own settings, and told to load the script. */
const SHELLS = {
  bash: {
    args: ['--norc', '--noprofile', '-i'],
    load: 'source <(umconfig completion bash)',
  },
  zsh: {
    args: ['-f', '-i'],
    load: 'autoload -Uz compinit; compinit -D -u; source <(umconfig completion zsh)',
  },
  fish: {
    args: ['--no-config', '-i'],
    load: 'umconfig completion fish | source',
  },
} as const;

type Shell = keyof typeof SHELLS;

const isInstalled = (shell: string): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0;

/** Names that do something where a shell evaluates them. All begin differently. */
const HOSTILE = [
  'A$(touch pwned)',
  'B`touch pwned`',
  'C;touch pwned',
  "D'; touch pwned; '",
  'E\\$(touch pwned)',
  'F&touch pwned|',
  'G h',
  'H*?{x,y}',
  'I"$(touch pwned)"',
  'J:k=l#m!n',
];

let home: string;
let session: PtySession | undefined;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'umconfig-completion-'));
  mkdirSync(join(home, '.aws'));
  mkdirSync(join(home, 'bin'));
  mkdirSync(join(home, 'work'));
  // The real program answers the shell; anything else is printed as it arrived.
  const shim = `#!/bin/sh\n[ "$1" = completion ] && exec '${process.execPath}' '${PROGRAM}' "$@"\nprintf 'ARGS'; printf '<%s>' "$@"; echo ENDED\n`;
  writeFileSync(join(home, 'bin/umconfig'), shim);
  chmodSync(join(home, 'bin/umconfig'), 0o755);
  const config = [
    '[default]',
    'region = us-west-2',
    '[profile devel]',
    '[profile "prod two"]',
    '[sso-session corp]',
  ];
  writeFileSync(join(home, '.aws/config'), config.join('\n'));
  writeFileSync(join(home, '.aws/credentials'), '[keys]\naws_access_key_id = AKIAFAKE\n');
  writeFileSync(join(home, 'work/labels.yml'), 'port: 8686\n');
  // Without it readline asks before long lists and pages them.
  writeFileSync(
    join(home, '.inputrc'),
    'set show-all-if-ambiguous on\nset completion-query-items 0\nset page-completions off\nset bell-style none\nset enable-bracketed-paste off\n',
  );
});
afterEach(async () => {
  session?.kill('SIGKILL');
  await session?.exit;
  session = undefined;
  rmSync(home, { recursive: true, force: true });
});

/** The shell at its prompt, with completion loaded. */
async function start(
  shell: Shell,
  env: Readonly<Record<string, string>> = {},
  load: string = SHELLS[shell].load,
): Promise<PtySession> {
  const { args } = SHELLS[shell];
  session = startInPty(args, {
    program: shell,
    cwd: join(home, 'work'),
    columns: 160,
    env: {
      ...cleanEnvironment(home),
      PATH: `${join(home, 'bin')}:${process.env['PATH'] ?? ''}`,
      INPUTRC: join(home, '.inputrc'),
      ...env,
    },
  });
  session.send(`${load}; echo rea""dy\r`);
  await session.shows('ready');
  return session;
}

/** What the program is called with after these keys and Enter. */
async function completes(shell: PtySession, keys: string, line: string): Promise<void> {
  shell.send(`${keys}\r`);
  await shell.shows('>ENDED');
  expect(/.*ARGS(.*)ENDED/s.exec(shell.raw())?.[1]).toBe(line);
}

describe.each(Object.keys(SHELLS) as readonly Shell[])('%s', (name) => {
  const inShell = isInstalled(name) ? test : test.skip;
  const title = isInstalled(name) ? '' : ` (skipped: ${name} is not installed)`;

  inShell(`commands, options, values, codes, keys and files${title}`, async () => {
    const shell = await start(name);
    await completes(shell, 'umconfig disc\t', '<discover>');
    await completes(shell, 'umconfig discover --dry\t', '<discover><--dry-run>');
    await completes(shell, 'umconfig init --user-man\t of\t', '<init><--user-management><off>');
    await completes(shell, 'umconfig validate --layout ne\t', '<validate><--layout><nested>');
    await completes(shell, 'umconfig validate --layout=ne\t', '<validate><--layout=nested>');
    await completes(shell, 'umconfig --color nev\t', '<--color><never>');
    await completes(shell, 'umconfig explain jwks-url-n\t', '<explain><jwks-url-not-template>');
    await completes(shell, 'umconfig explain cognito.callb\t', '<explain><cognito.callbackUri>');
    await completes(shell, 'umconfig help iam\t', '<help><iam-policy>');
    await completes(shell, 'umconfig validate lab\t', '<validate><labels.yml>');
    await completes(shell, 'umconfig validate --config lab\t', '<validate><--config><labels.yml>');
    await completes(shell, 'umconfig validate --config=lab\t', '<validate><--config=labels.yml>');
  });

  inShell(`no file where none fits${title}`, async () => {
    const shell = await start(name);
    await completes(shell, 'umconfig validate --format labe\t', '<validate><--format><labe>');
    await completes(shell, 'umconfig iam-policy --pool labe\t', '<iam-policy><--pool><labe>');
  });

  inShell(`all commands are listed${title}`, async () => {
    const shell = await start(name);
    shell.send('umconfig \t\t');
    for (const { name: command } of COMMANDS) await shell.shows(command.replace(/ .*/, ''));
  });

  inShell(`commands of two words${title}`, async () => {
    const shell = await start(name);
    await completes(shell, 'umconfig use\t im\t lab\t', '<users><import><labels.yml>');
    await completes(shell, 'umconfig users list --role ad\t', '<users><list><--role><admin>');
  });

  inShell(`profiles of the AWS files, by their usual places and by the variables${title}`, async () => {
    let shell = await start(name);
    await completes(shell, 'umconfig discover --profile dev\t', '<discover><--profile><devel>');
    await completes(shell, 'umconfig discover --profile=ke\t', '<discover><--profile=keys>');
    await completes(shell, 'umconfig discover --profile pro\t', '<discover><--profile><prod two>');
    await completes(shell, 'umconfig discover --profile cor\t', '<discover><--profile><cor>');
    shell.kill('SIGKILL');
    writeFileSync(join(home, 'elsewhere'), '[profile else]\n[profile other]\n');
    shell = await start(name, { AWS_CONFIG_FILE: join(home, 'elsewhere') });
    await completes(shell, 'umconfig discover --profile els\t', '<discover><--profile><else>');
    await completes(shell, 'umconfig discover --profile dev\t', '<discover><--profile><dev>');
  });

  inShell(`hostile profile names are inserted as they are, and nothing in them runs${title}`, async () => {
    writeFileSync(join(home, '.aws/credentials'), HOSTILE.map((profile) => `[${profile}]\n`).join(''));
    const shell = await start(name);
    for (const profile of HOSTILE) {
      const [typed = ''] = profile;
      await completes(shell, `umconfig discover --profile ${typed}\t`, `<discover><--profile><${profile}>`);
      await completes(shell, `umconfig discover --profile=${typed}\t`, `<discover><--profile=${profile}>`);
    }
    shell.send('umconfig discover --profile \t\t');
    await shell.shows('touch');
    shell.send(KEY.ctrlU);
    await completes(shell, ' umconfig explain nothing', '<explain><nothing>');
    expect(existsSync(join(home, 'work/pwned'))).toBe(false);
  });

  inShell(`what stands on the line is not run either${title}`, async () => {
    const shell = await start(name);
    shell.send(`umconfig validate '$(touch pwned)' "$(touch pwned)" lab\t`);
    await shell.shows('labels.yml');
    expect(existsSync(join(home, 'work/pwned'))).toBe(false);
  });

  inShell(`the script is sound to the shell’s own check${title}`, async () => {
    const { stdout } = await umconfig(['completion', name], { cwd: home });
    writeFileSync(join(home, 'script'), stdout);
    execFileSync(name, ['-n', join(home, 'script')]);
  });
});

const hasZsh = isInstalled('zsh');
const zshTitle = `zsh finds it in $fpath, too${hasZsh ? '' : ' (skipped: zsh is not installed)'}`;

(hasZsh ? test : test.skip)(zshTitle, async () => {
  const { stdout } = await umconfig(['completion', 'zsh'], { cwd: home });
  writeFileSync(join(home, '_umconfig'), stdout);
  const shell = await start('zsh', {}, 'fpath=(~ $fpath); autoload -Uz compinit; compinit -D -u');
  await completes(shell, 'umconfig disc\t', '<discover>');
  await completes(shell, 'umconfig explain jwks-url-n\t', '<explain><jwks-url-not-template>');
});

describe('the command', () => {
  test('an unknown shell is wrong usage', async () => {
    const { exitCode, stderr } = await umconfig(['completion', 'tcsh'], { cwd: home });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('bash, zsh, fish');
  });

  test('profile files that cannot be read are no profiles', async () => {
    rmSync(join(home, '.aws/credentials'));
    mkdirSync(join(home, '.aws/credentials'));
    const asked = ['completion', 'fish', '--', 'discover', '--profile', ''];
    expect(await umconfig(asked, { cwd: home })).toMatchObject({
      exitCode: 0,
      stdout: ':candidates\ndefault\ndevel\nprod two\n',
      stderr: '',
    });
  });

  test('names with control characters are left out, and secrets are never read', async () => {
    writeFileSync(
      join(home, '.aws/credentials'),
      '[a\u0007b]\n[c\u202ed]\n[ok]\naws_secret_access_key = [notarealsecret]\n',
    );
    const { stdout } = await umconfig(['completion', 'bash', '--', 'discover', '--profile', ''], {
      cwd: home,
    });
    expect(stdout.split('\n')).toEqual([':candidates', 'default', 'devel', 'ok', 'prod\\ two', '']);
  });

  test('in an open quote bash is offered only what needs none', async () => {
    const asked = (word: string): Promise<string> =>
      umconfig(['completion', 'bash', '--', 'discover', '--profile', word], { cwd: home }).then(
        ({ stdout }) => stdout,
      );
    expect(await asked('"d')).toBe(':candidates\ndefault\ndevel\n');
    expect(await asked('"p')).toBe(':candidates\n');
    expect(await asked('prod\\ t')).toBe(':candidates\nprod\\ two\n');
  });

  test('a command offers the formats that it has, and takes no other', async () => {
    const offered = async (...words: readonly string[]): Promise<string> =>
      (await umconfig(['completion', 'bash', '--', ...words, '--format', ''], { cwd: home })).stdout;
    expect(await offered('validate')).toContain('\nsarif\n');
    for (const name of ['discover', 'doctor', 'login', 'users list', 'users import']) {
      expect(await offered(...name.split(' '))).toBe(':candidates\ntext\njson\n');
    }
    const { exitCode, stderr } = await umconfig(['doctor', '--format', 'sarif'], { cwd: home });
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining('text, json') });
  });

  test('options that are on the line already, and hidden ones, are not offered', async () => {
    const asked = async (...words: readonly string[]): Promise<readonly string[]> =>
      (await umconfig(['completion', 'bash', '--', ...words], { cwd: home })).stdout
        .trimEnd()
        .split('\n')
        .slice(1);
    const options = await asked('init', '--dry-run', '--layout=flat', '-y', '--');
    expect(options).toContain('--from');
    expect(options.filter((name) => /^--(?:dry-run|layout|yes|client-secret)$/.test(name))).toEqual([]);
    expect(await asked('validate', '--', '--')).toEqual([]);
  });
});
