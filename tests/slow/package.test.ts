/** Tests the tarball that is published: it is installed into an empty project, and every command is run there. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../src/commands/index.ts';
import { optionRowsOf } from '../../src/commands/options.ts';
import { RULES } from '../../src/core/rules/index.ts';
import { cleanEnvironment } from '../support/cli.ts';
import { installPacked, type Packed } from '../support/packed.ts';

/** The maximum compressed size. */
const MAX_TARBALL_BYTES = 1_000_000;
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SECRET = 'notarealsecretnotarealsecretnotarealsecretnotareal';
const NAME = 'user_management_config.yml';

let directory: string;
let packed: Packed;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'umconfig-package-'));
  packed = installPacked(directory);
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

interface Ran {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the installed program through the link that npm made. */
function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Ran {
  const { status, stdout, stderr } = spawnSync(join(packed.project, 'node_modules/.bin/umconfig'), args, {
    cwd: packed.project,
    env: cleanEnvironment(directory, env),
    encoding: 'utf8',
    input: '',
  });
  return { exitCode: status, stdout, stderr };
}

const installed = (path: string): string => join(packed.project, 'node_modules/umconfig', path);

describe('the tarball', () => {
  test('contains only the files that are used', () => {
    const { files } = packed;
    expect([...new Set(files.map((path) => path.split('/')[0]))].sort()).toEqual(
      [
        'CHANGELOG.md',
        'LICENSE',
        'README.md',
        'bin',
        'completions',
        'dist',
        'man',
        'package.json',
        'schemas',
        'templates',
      ].sort(),
    );
    expect(files.filter((path) => /(?:\.test\.|\.map$|(?<!\.d)\.ts$|\.npmrc|\.env)/.test(path))).toEqual([]);
    for (const path of [
      'man/umconfig.1',
      'schemas/flat.schema.json',
      'schemas/nested.schema.json',
      'templates/flat/default_config.yml',
      'templates/nested/default_config.yml',
      'templates/pool/flat.tf',
      'templates/pool/flat.yml',
      'templates/pool/nested.tf',
      'templates/pool/nested.yml',
      'dist/THIRD-PARTY-LICENSES.txt',
      'dist/sbom.cdx.json',
    ])
      expect(files).toContain(path);
  });

  test('is a small download', () => {
    expect(packed.size).toBeLessThan(MAX_TARBALL_BYTES);
  });

  test('installs no other package and runs no script', () => {
    expect(packed.said).toMatch(/added 1 package\b/);
    expect(readdirSync(join(packed.project, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(
      ['umconfig'],
    );
    expect(existsSync(installed('src'))).toBe(false);
  });

  test('has a package.json without the entries for a checkout', () => {
    const fields = (path: string): Record<string, unknown> =>
      JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    const rest = fields(join(ROOT, 'package.json'));
    for (const name of ['scripts', 'devDependencies', 'overrides']) Reflect.deleteProperty(rest, name);
    expect(fields(installed('package.json'))).toEqual(rest);
    expect(Object.keys(rest)).toEqual([
      ...['name', 'version', 'description', 'license', 'type', 'keywords'],
      ...['bin', 'man', 'exports', 'files', 'engines'],
    ]);
  });

  test('has a manual page for man', () => {
    const { man } = JSON.parse(readFileSync(installed('package.json'), 'utf8')) as { man: readonly string[] };
    expect(man.map((path) => existsSync(installed(path)))).toEqual([true]);
  });

  const hasMandoc = spawnSync('mandoc', ['-h']).error === undefined;
  (hasMandoc ? test : test.skip)(
    `has a manual page that passes mandoc’s lint${hasMandoc ? '' : ' (skipped: mandoc is not installed)'}`,
    () => {
      const page = installed('man/umconfig.1');
      const { stdout } = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning', page], { encoding: 'utf8' });
      expect(stdout).toBe('');
      const shown = execFileSync('mandoc', ['-T', 'ascii', '-O', 'width=200', page], { encoding: 'utf8' })
        .replace(/.\u0008/g, '')
        .replace(/\s+/g, ' ');
      for (const command of COMMANDS) {
        expect(shown).toContain(`umconfig ${command.name} [options]`);
        for (const { flags, hidden } of optionRowsOf(command))
          if (hidden !== true) expect(shown).toContain(flags);
        for (const { command: line } of command.examples) {
          expect(shown).toContain(line.replace(/\s+/g, ' '));
        }
      }
      expect(shown).not.toMatch(/\\e|\\&|\\\(cq/);
    },
  );

  test('exports its schemas', () => {
    const code = `
      import { createRequire } from 'node:module';
      const require = createRequire(import.meta.url);
      console.log(require('umconfig/schemas/nested.schema.json').title, require('umconfig/package.json').name);
      try { require.resolve('umconfig/dist/cli.cjs') } catch ({ code }) { console.log(code) }`;
    const said = execFileSync(process.execPath, ['--input-type=module', '-e', code], {
      cwd: packed.project,
      encoding: 'utf8',
    });
    expect(said).toBe(
      'Scalabel user management configuration, nested layout umconfig\nERR_PACKAGE_PATH_NOT_EXPORTED\n',
    );
  });
});

describe('every command, installed', () => {
  test.each(COMMANDS.map(({ name }) => name))('%s --help', (name) => {
    const { exitCode, stdout, stderr } = run([...name.split(' '), '--help']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain(`Usage: umconfig ${name}`);
  });

  test('--version prints the version of the package', () => {
    const { version } = JSON.parse(readFileSync(installed('package.json'), 'utf8')) as { version: string };
    expect(run(['--version'])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' });
  });

  test.each([
    ['flat', '/auth', ['--log-out-uri', 'http://localhost:8686/'], { UMCONFIG_CLIENT_SECRET: SECRET }],
    ['nested', '/callback', [], {}],
  ] as const)('init makes a valid file of the %s layout', (layout, path, args, env) => {
    const config = `${layout}_${NAME}`;
    const values = ['--user-pool-id', 'us-west-2_AbCdEf123', '--client-id', '1a2b3c4d5e6f7g8h9i0j1k2l3m'];
    const urls = ['--domain-name', 'labels', '--redirect-uri', `http://localhost:8686${path}`, ...args];
    const made = run(['init', '--yes', '--layout', layout, '--config', config, ...values, ...urls], env);
    expect(made).toMatchObject({ exitCode: 0 });
    expect(made.stdout + made.stderr).not.toContain(SECRET);
    expect(run(['validate', '--strict', config])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('1 file checked, no problems') as unknown,
      stderr: '',
    });
  });

  test('explain knows every code', () => {
    for (const { code } of [RULES[0], RULES.at(-1)].flatMap((row) => row ?? [])) {
      expect(run(['explain', code])).toMatchObject({ exitCode: 0, stderr: '' });
    }
    const { stdout } = run(['explain']);
    for (const { code } of RULES) expect(stdout).toContain(code);
  });

  test.each(['flat', 'nested'])('schema prints the packaged schema, %s', (layout) => {
    const { stdout } = run(['schema', '--layout', layout]);
    const packaged = readFileSync(installed(`schemas/${layout}.schema.json`), 'utf8');
    expect(JSON.parse(stdout)).toEqual(JSON.parse(packaged));
  });

  test('iam-policy prints a policy', () => {
    const { exitCode, stdout } = run(['iam-policy', '--pool', 'us-west-2_AbCdEf123']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ Version: '2012-10-17' });
  });

  test.each(['bash', 'zsh', 'fish'])('completion %s prints a script', (shell) => {
    const { exitCode, stdout, stderr } = run(['completion', shell]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('umconfig');
  });

  test.each([
    ['doctor', 3, 'ECONNREFUSED', ['--endpoint-url', 'http://127.0.0.1:9']],
    ['login', 3, 'ECONNREFUSED', ['--no-browser', '--endpoint-url', 'http://127.0.0.1:9']],
    ['users list', 3, 'no AWS credentials', []],
    ['users add', 3, 'no AWS credentials', ['ann@acme.dev', '--yes']],
  ] as const)('%s reaches the network', (name, code, words, args) => {
    const values = ['--user-pool-id', 'us-west-2_AbCdEf123', '--client-id', '1a2b3c4d5e6f7g8h9i0j1k2l3m'];
    const urls = ['--redirect-uri', 'http://localhost:8686/auth', '--log-out-uri', 'http://localhost:8686/'];
    const config = ['--config', 'network.yml'];
    const init = ['init', '--yes', '--domain-name', 'labels', ...config, ...values, ...urls];
    expect(run(init, { UMCONFIG_CLIENT_SECRET: SECRET }).exitCode).toBe(0);
    const { exitCode, stdout, stderr } = run([...name.split(' '), ...args, ...config]);
    expect((stdout + stderr).replace(/\s+/g, ' ')).toContain(words);
    expect(exitCode).toBe(code);
  });

  test('discover loads the AWS SDK and reports missing credentials', () => {
    expect(run(['discover'])).toMatchObject({ exitCode: 2 });
    const { exitCode, stderr } = run(['discover', '--pool', 'us-west-2_AbCdEf123', '--yes']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('no AWS credentials');
  });
});
