/** Tests the schemas in the real yaml-language-server, on files that umconfig wrote and on invalid ones. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Diagnostic, Position } from 'vscode-languageserver-protocol';
import { fieldsOf } from '../../src/core/config/fields.ts';
import { LAYOUT_NAMES, type Layout } from '../../src/core/config/layouts.ts';
import { validate } from '../../src/core/rules/validate.ts';
import { umconfig, type CliResult } from '../support/cli.ts';
import { readRuleFixture, ruleFixtures, template } from '../support/fixtures.ts';
import { startEditor, type Editor } from '../support/language-server.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const SECRET = 'notarealsecretnotarealsecretnotarealsecretnotareal';
const NAME = 'app/config/user_management_config.yml';
const VALUES: Readonly<Record<Layout, readonly string[]>> = {
  flat: ['--redirect-uri', 'http://localhost:8686/auth', '--log-out-uri', 'http://localhost:8686/'],
  nested: ['--redirect-uri', 'http://localhost:8686/callback'],
};

let folder: string;

/** `init --yes` in the folder. */
function init(layout: Layout, ...args: readonly string[]): Promise<CliResult> {
  const common = ['--user-pool-id', 'us-west-2_AbCdEf123', '--client-id', '1a2b3c4d5e6f7g8h9i0j1k2l3m'];
  return umconfig(
    ['init', '--yes', '--layout', layout, '--domain-name', 'labels', ...common, ...VALUES[layout], ...args],
    { cwd: folder, env: layout === 'flat' ? { UMCONFIG_CLIENT_SECRET: SECRET } : {} },
  );
}

const read = (name = NAME): string => readFileSync(join(folder, name), 'utf8');

/** A checkout with umconfig installed. */
function makeFolder(): void {
  folder = mkdtempSync(join(tmpdir(), 'umconfig-editors-'));
  mkdirSync(join(folder, 'app/config'), { recursive: true });
  cpSync(at('schemas'), join(folder, 'node_modules/umconfig/schemas'), { recursive: true });
}

describe('init --schema-comment', () => {
  beforeEach(makeFolder);
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const COMMENT = /^# yaml-language-server: \$schema=(\S+)\n/;

  test.each(LAYOUT_NAMES)('adds only the first line, %s', async (layout) => {
    expect(await init(layout)).toMatchObject({ exitCode: 0 });
    const plain = read();
    expect(plain).not.toContain('yaml-language-server');
    const { exitCode, stdout } = await init(layout, '--schema-comment');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`${NAME} written`);
    const address = `../../node_modules/umconfig/schemas/${layout}.schema.json`;
    expect(read()).toBe(`# yaml-language-server: $schema=${address}\n${plain}`);
    expect((await umconfig(['validate'], { cwd: folder })).exitCode).toBe(0);
  });

  test('changes nothing on a second run, and keeps the line without the flag', async () => {
    await init('flat', '--schema-comment');
    const once = read();
    expect((await init('flat', '--schema-comment')).stdout).toContain('nothing was written');
    expect(read()).toBe(once);
    await init('flat');
    expect(read()).toBe(once);
  });

  test('keeps line endings and the byte order mark', async () => {
    await init('flat');
    const windows = `\ufeff# mine\r\n${read().replaceAll('\n', '\r\n')}`;
    writeFileSync(join(folder, NAME), windows);
    await init('flat', '--schema-comment');
    expect(read()).toBe(
      windows.replace(
        '\ufeff',
        '\ufeff# yaml-language-server: $schema=../../node_modules/umconfig/schemas/flat.schema.json\r\n',
      ),
    );
  });

  test('keeps another path that is already there, unless one is given', async () => {
    await init('flat');
    writeFileSync(
      join(folder, NAME),
      `# mine\n# yaml-language-server: $schema=./other.json # mine too\n${read()}`,
    );
    const before = read();
    await init('flat', '--schema-comment');
    expect(read()).toBe(before);
    await init('flat', '--schema-comment=node_modules/umconfig/schemas/flat.schema.json');
    expect(read()).toBe(
      before.replace('./other.json', '../../node_modules/umconfig/schemas/flat.schema.json'),
    );
  });

  test.each([
    ['app/config/own.json', './own.json'],
    ['own.json', '../../own.json'],
    ['https://schemas.acme.dev/um.json', 'https://schemas.acme.dev/um.json'],
  ])('--schema-comment=%s is relative to the file', async (given, address) => {
    for (const name of ['app/config/own.json', 'own.json']) writeFileSync(join(folder, name), '{}');
    await init('flat', `--schema-comment=${given}`);
    expect(COMMENT.exec(read())?.[1]).toBe(address);
  });

  test.each([
    ['umconfig is not installed', '--schema-comment', 'no umconfig is installed'],
    ['the file is missing', '--schema-comment=nowhere.json', 'no such file'],
    ['the path has spaces', '--schema-comment=with space.json', 'where editors stop reading'],
  ])('if %s, it says what to do and writes nothing', async (_, flag, words) => {
    rmSync(join(folder, 'node_modules'), { recursive: true });
    writeFileSync(join(folder, 'with space.json'), '{}');
    const { exitCode, stderr } = await init('nested', flag);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(words);
    expect(stderr).toContain(
      'umconfig schema --layout nested > app/config/user_management_config.schema.json',
    );
    expect(() => read()).toThrow('ENOENT');
  });
});

const messages = (found: readonly Diagnostic[]): readonly string[] =>
  found.map(({ range, message }) => `${range.start.line + 1}: ${message.replace(/\s+/g, ' ')}`);

/** The position of a text, counted as in the protocol. */
function placeOf(text: string, piece: string): Position {
  const before = text.slice(0, text.indexOf(piece)).split('\n');
  return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
}

/** Faults by layout: what to replace, with what, and the expected message. */
const FAULTS: Readonly<Record<Layout, readonly (readonly [from: RegExp, to: string, says: RegExp])[]>> = {
  flat: [
    [/userManagement:.*/, 'userManagement: "yes"', /Value is not accepted/],
    [/awsJwkUrl *:.*/, 'awsJwkUrl: "https://keys.acme.dev"', /Value is not accepted/],
    [/userPoolID:.*/, 'userPoolID: "labels"', /does not match the pattern/],
    [/clientId:/, 'clientID:', /Property clientID is not allowed/],
    [/port:.*/, 'port: "8686"', /Incorrect type\. Expected "integer"/],
    [/redirectUri:.*\n/, '', /Missing property "redirectUri"/],
  ],
  nested: [
    [/on: true/, 'on: "off"', /Incorrect type\. Expected "boolean"/],
    [/userPool:.*/, 'userPool: "labels"', /does not match the pattern/],
    [/clientId:/, 'clientID:', /Property clientID is not allowed/],
    [/callbackUri:.*\n/, '', /Missing property "callbackUri"/],
  ],
};

describe.each(LAYOUT_NAMES)('yaml-language-server, %s', (layout) => {
  let editor: Editor;
  let good: string;
  const file = (): string => join(folder, NAME);

  beforeAll(async () => {
    makeFolder();
    await init(layout, '--schema-comment');
    good = read();
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    editor = await startEditor(folder, {});
  });
  afterEach(() => editor.close());

  test('reports no problem in the file that init wrote', async () => {
    expect(messages(await editor.open(file(), good))).toEqual([]);
  });

  test.each(FAULTS[layout])('marks %s → %s', async (from, to, says) => {
    const bad = good.replace(from, to);
    expect(bad).not.toBe(good);
    expect(messages(await editor.open(file(), bad))).toContainEqual(expect.stringMatching(says));
  });

  test('offers every key of the layout with its description', async () => {
    const [comment = ''] = good.split('\n');
    const text = `${comment}\n\n`;
    await editor.open(file(), text);
    const offered = await editor.completionsAt(file(), { line: 1, character: 0 });
    const keys = [...new Set(fieldsOf(layout).map(({ key }) => key.path.split('.')[0]))];
    expect(offered.map(({ label }) => label)).toEqual(expect.arrayContaining(keys));
    if (layout === 'flat') {
      const [pool] = offered.filter(({ label }) => label === 'userPoolID');
      expect(JSON.stringify(pool?.documentation)).toContain('compares the iss claim');
    }
  });

  test('offers the values of the switch', async () => {
    const [comment = ''] = good.split('\n');
    const text = `${comment}\n${layout === 'flat' ? 'userManagement: ' : 'user:\n  on: '}`;
    await editor.open(file(), text);
    const line = text.split('\n').length - 1;
    const offered = await editor.completionsAt(file(), {
      line,
      character: text.split('\n')[line]?.length ?? 0,
    });
    const labels = offered.map(({ label }) => label.replaceAll('"', ''));
    expect(labels).toEqual(expect.arrayContaining(layout === 'flat' ? ['on', 'off'] : ['true', 'false']));
  });

  test('shows on hover how the server uses a key and where to find its value', async () => {
    await editor.open(file(), good);
    const hover = await editor.hoverAt(file(), placeOf(good, layout === 'flat' ? 'userPoolID' : 'userPool:'));
    expect(hover).toContain('User pool ID');
    expect(hover).toContain('compares the iss claim');
    expect(hover).toContain('User pools → your pool → Overview');
  });

  test('descriptions have no Markdown that is shown literally and no tags that editors drop', () => {
    const schema = readFileSync(at(`schemas/${layout}.schema.json`), 'utf8');
    const descriptions = [...schema.matchAll(/"description": "(.*?)",?$/gm)].map(([, text]) => text);
    expect(descriptions.length).toBeGreaterThanOrEqual(fieldsOf(layout).length);
    expect(descriptions.filter((text) => /[`<>]/.test(text ?? ''))).toEqual([]);
  });
});

describe('yaml-language-server on every valid file of the tests', () => {
  let editor: Editor;

  beforeAll(async () => {
    makeFolder();
    const schemas = LAYOUT_NAMES.map((layout) => [at(`schemas/${layout}.schema.json`), [`*.${layout}.yml`]]);
    editor = await startEditor(folder, { 'yaml.schemas': Object.fromEntries(schemas) as unknown });
  });
  afterAll(async () => {
    await editor.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const files = [
    ...ruleFixtures().map(({ name }) => [name, readRuleFixture(name)] as const),
    ...LAYOUT_NAMES.map((layout) => [`the template, ${layout}`, Buffer.from(template(layout))] as const),
  ].map(([name, bytes]) => ({ name, bytes, ...validate(bytes) }));

  test.each(files.filter(({ findings }) => findings.every(({ severity }) => severity === 'info')))(
    'reports no problem in $name',
    async ({ name, bytes, layout }) => {
      const path = join(folder, `${name.replace(/\W/g, '-')}.${layout}.yml`);
      expect(messages(await editor.open(path, bytes.toString('utf8')))).toEqual([]);
    },
  );
});

describe('the setting for VS Code in docs/editors.md', () => {
  const [, json = '{}'] =
    /```json\n(\{\n {2}"yaml\.schemas"[\s\S]*?)```/.exec(readFileSync(at('docs/editors.md'), 'utf8')) ?? [];
  let editor: Editor;

  beforeAll(async () => {
    makeFolder();
    editor = await startEditor(folder, JSON.parse(json) as Record<string, unknown>);
  });
  afterAll(async () => {
    await editor.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('applies to the configuration file without a comment in it', async () => {
    const found = await editor.open(join(folder, NAME), 'userManagment: "on"\n');
    expect(messages(found)).toContainEqual(expect.stringContaining('Property userManagment is not allowed'));
  });

  test('applies to no other file', async () => {
    expect(
      await editor.open(join(folder, 'app/config/default_config.yaml'), 'userManagment: "on"\n'),
    ).toEqual([]);
  });
});
