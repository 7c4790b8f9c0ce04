/** Tests completion in real shells: keys are typed at a prompt, and the completed line is run and read back. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../src/commands/index.ts';
import { cleanEnvironment, PROGRAM, umconfig } from '../support/cli.ts';
import { KEY, startInPty, type PtySession } from '../support/pty.ts';

/** Starts each shell without the machine's settings and with the script loaded. */
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

/** Profile names that run something if a shell evaluates them. Each begins with a different letter. */
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
  // Completion calls the real program; any other call prints its arguments.
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
  // Otherwise readline asks before it prints long lists, and pages them.
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

/** A shell at its prompt, with completion loaded. */
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

/** The arguments that the program receives after these keys and Enter. */
async function completes(shell: PtySession, keys: string, line: string): Promise<void> {
  shell.send(`${keys}\r`);
  await shell.shows('>ENDED');
  expect(/.*ARGS(.*)ENDED/s.exec(shell.raw())?.[1]).toBe(line);
}

describe.each(Object.keys(SHELLS) as readonly Shell[])('%s', (name) => {
  const inShell = isInstalled(name) ? test : test.skip;
  const title = isInstalled(name) ? '' : ` (skipped: ${name} is not installed)`;

  inShell(`completes commands, options, values, codes, keys and files${title}`, async () => {
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

  inShell(`completes no file for other values${title}`, async () => {
    const shell = await start(name);
    await completes(shell, 'umconfig validate --format labe\t', '<validate><--format><labe>');
    await completes(shell, 'umconfig iam-policy --pool labe\t', '<iam-policy><--pool><labe>');
  });

  inShell(`lists all commands${title}`, async () => {
    const shell = await start(name);
    shell.send('umconfig \t\t');
    for (const { name: command } of COMMANDS) await shell.shows(command.replace(/ .*/, ''));
  });

  inShell(`completes commands of two words${title}`, async () => {
    const shell = await start(name);
    await completes(shell, 'umconfig use\t im\t lab\t', '<users><import><labels.yml>');
    await completes(shell, 'umconfig users list --role ad\t', '<users><list><--role><admin>');
  });

  inShell(
    `completes profiles of the default AWS files and of those that variables name${title}`,
    async () => {
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
    },
  );

  inShell(`inserts hostile profile names literally and runs nothing in them${title}`, async () => {
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

  inShell(`does not run text on the command line${title}`, async () => {
    const shell = await start(name);
    shell.send(`umconfig validate '$(touch pwned)' "$(touch pwned)" lab\t`);
    await shell.shows('labels.yml');
    expect(existsSync(join(home, 'work/pwned'))).toBe(false);
  });

  inShell(`passes the shell’s syntax check${title}`, async () => {
    const { stdout } = await umconfig(['completion', name], { cwd: home });
    writeFileSync(join(home, 'script'), stdout);
    execFileSync(name, ['-n', join(home, 'script')]);
  });
});

const hasZsh = isInstalled('zsh');
const zshTitle = `zsh finds the script in $fpath${hasZsh ? '' : ' (skipped: zsh is not installed)'}`;

(hasZsh ? test : test.skip)(zshTitle, async () => {
  const { stdout } = await umconfig(['completion', 'zsh'], { cwd: home });
  writeFileSync(join(home, '_umconfig'), stdout);
  const shell = await start('zsh', {}, 'fpath=(~ $fpath); autoload -Uz compinit; compinit -D -u');
  await completes(shell, 'umconfig disc\t', '<discover>');
  await completes(shell, 'umconfig explain jwks-url-n\t', '<explain><jwks-url-not-template>');
});

describe('the command', () => {
  test('reports an unknown shell as wrong usage', async () => {
    const { exitCode, stderr } = await umconfig(['completion', 'tcsh'], { cwd: home });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('bash, zsh, fish');
  });

  test('ignores profile files that cannot be read', async () => {
    rmSync(join(home, '.aws/credentials'));
    mkdirSync(join(home, '.aws/credentials'));
    const asked = ['completion', 'fish', '--', 'discover', '--profile', ''];
    expect(await umconfig(asked, { cwd: home })).toMatchObject({
      exitCode: 0,
      stdout: ':candidates\ndefault\ndevel\nprod two\n',
      stderr: '',
    });
  });

  test('omits names with control characters and never reads secrets', async () => {
    writeFileSync(
      join(home, '.aws/credentials'),
      '[a\u0007b]\n[c\u202ed]\n[ok]\naws_secret_access_key = [notarealsecret]\n',
    );
    const { stdout } = await umconfig(['completion', 'bash', '--', 'discover', '--profile', ''], {
      cwd: home,
    });
    expect(stdout.split('\n')).toEqual([':candidates', 'default', 'devel', 'ok', 'prod\\ two', '']);
  });

  test('offers bash only names that need no quotes inside an open quote', async () => {
    const asked = (word: string): Promise<string> =>
      umconfig(['completion', 'bash', '--', 'discover', '--profile', word], { cwd: home }).then(
        ({ stdout }) => stdout,
      );
    expect(await asked('"d')).toBe(':candidates\ndefault\ndevel\n');
    expect(await asked('"p')).toBe(':candidates\n');
    expect(await asked('prod\\ t')).toBe(':candidates\nprod\\ two\n');
  });

  test('offers and accepts only the formats of the command', async () => {
    const offered = async (...words: readonly string[]): Promise<string> =>
      (await umconfig(['completion', 'bash', '--', ...words, '--format', ''], { cwd: home })).stdout;
    expect(await offered('validate')).toContain('\nsarif\n');
    for (const name of ['discover', 'doctor', 'login', 'users list', 'users import']) {
      expect(await offered(...name.split(' '))).toBe(':candidates\ntext\njson\n');
    }
    const { exitCode, stderr } = await umconfig(['doctor', '--format', 'sarif'], { cwd: home });
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining('text, json') });
  });

  test('does not offer hidden options or those already on the line', async () => {
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
