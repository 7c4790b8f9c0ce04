/** Tests the library: what an import loads, its types for consumers, and the examples in docs/library.md. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import * as library from '../../src/library.ts';
import { cleanEnvironment } from '../support/cli.ts';
import { installPacked, type Packed } from '../support/packed.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const TSC = at('node_modules/typescript/bin/tsc');

/** The code blocks of docs/library.md. */
const EXAMPLES: readonly string[] = [
  ...readFileSync(at('docs/library.md'), 'utf8').matchAll(/```js\n([\s\S]*?)```/g),
].map(([, code = '']) => code);

let directory: string;
let packed: Packed;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'umconfig-library-'));
  packed = installPacked(directory);
  copyFileSync(
    at('docs/examples/user_management_config.yml'),
    join(packed.project, 'user_management_config.yml'),
  );
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** Runs a module in the project; returns its output. */
function runInProject(code: string): string {
  writeFileSync(join(packed.project, 'example.js'), code);
  return execFileSync(process.execPath, ['example.js'], {
    cwd: packed.project,
    env: cleanEnvironment(packed.project),
    encoding: 'utf8',
  });
}

describe('importing the library', () => {
  test('loads no package of the command line', async () => {
    const { metafile } = await build({
      entryPoints: [at('src/library.ts')],
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'node',
      outdir: directory,
    });
    const packages = Object.keys(metafile.inputs).flatMap(
      (path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
    );
    expect([...new Set(packages)].sort()).toEqual(['fastest-levenshtein', 'yaml']);
    expect(Object.keys(metafile.inputs).filter((path) => /src\/(?!core|library|ports)/.test(path))).toEqual(
      [],
    );
  });

  test('imports only node:util, and contains no code of those packages', () => {
    const built = readFileSync(at('dist/library.js'), 'utf8');
    const imported = [...built.matchAll(/\b(?:from|import)\s*\(?\s*["']([^"']+)["']/g)].map(
      ([, name]) => name,
    );
    expect(imported).toEqual(['node:util']);
    const bundled = readdirSync(at('dist')).filter((name) => name.endsWith('.cjs'));
    const program = bundled.map((name) => readFileSync(at(`dist/${name}`), 'utf8')).join('');
    for (const mark of ['commander.helpDisplayed', 'CognitoIdentityProvider', 'toggleMask']) {
      expect(program).toContain(mark);
      expect(built).not.toContain(mark);
    }
  });

  test('does not affect the process, and exports the same as the source', () => {
    const seen = JSON.parse(
      runInProject(`
        const before = new Set([...process.eventNames(), ...Object.keys(globalThis)]);
        const library = await import('umconfig');
        const after = [...process.eventNames(), ...Object.keys(globalThis)];
        console.log(JSON.stringify([Object.keys(library).sort(), after.filter((name) => !before.has(name))]));
      `),
    ) as unknown;
    expect(seen).toEqual([Object.keys(library).sort(), []]);
  });
});

describe('types', () => {
  const compile = (source: string, options: readonly string[]): { status: number | null; said: string } => {
    const project = join(packed.project, 'types');
    mkdirSync(project, { recursive: true });
    writeFileSync(join(project, 'package.json'), '{"type": "module"}');
    writeFileSync(join(project, 'consumer.ts'), source);
    const strict = ['--noEmit', '--strict', '--target', 'es2022', '--lib', 'es2022'];
    const { status, stdout } = spawnSync(
      process.execPath,
      [TSC, ...strict, ...options, join(project, 'consumer.ts')],
      { cwd: project, encoding: 'utf8' },
    );
    return { status, said: stdout };
  };
  const RESOLUTIONS = [
    ['node16', ['--module', 'node16', '--moduleResolution', 'node16']],
    ['nodenext', ['--module', 'nodenext', '--moduleResolution', 'nodenext']],
    ['bundler', ['--module', 'esnext', '--moduleResolution', 'bundler']],
    ['strictest', ['--module', 'nodenext', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess']],
  ] as const;

  test.each(RESOLUTIONS)('a consumer compiles with %s, and incorrect uses do not', (_, options) => {
    const source = readFileSync(at('tests/types/consumer.ts'), 'utf8');
    expect(compile(source, options)).toEqual({ status: 0, said: '' });
  });

  test('the type test can fail', () => {
    const options = RESOLUTIONS[0][1];
    expect(compile("import { noSuch } from 'umconfig'; noSuch;", options).said).toContain('TS2305');
  });

  test('the declarations contain no source specifier', () => {
    const types = join(packed.project, 'node_modules/umconfig/dist');
    const files = readdirSync(types, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.d.ts'),
    );
    expect(files).toContain('library.d.ts');
    for (const name of files) {
      expect(readFileSync(join(types, name), 'utf8')).not.toMatch(/(?:from |import\()['"]\.[^'"]*\.ts['"]/);
    }
  });
});

describe('the examples in docs/library.md', () => {
  test('are three', () => {
    expect(EXAMPLES).toHaveLength(3);
  });

  test.each(EXAMPLES.map((code, index) => [index + 1, code] as const))(
    'example %i prints its documented output',
    (_, code) => {
      const promised = [...code.matchAll(/^\/\/ → (.*)$/gm)].map(([, line]) => line);
      expect(promised.length).toBeGreaterThan(0);
      expect(runInProject(code).trimEnd().split('\n')).toEqual(promised);
    },
  );
});

describe('the results', () => {
  test('are the same as of the command line', () => {
    const { findings } = library.validate(readFileSync(at('docs/examples/user_management_config.yml')));
    expect(findings.map(({ code }) => code)).toEqual([
      'misspelt-key',
      'redirect-path',
      'jwks-url-not-template',
    ]);
  });

  test('never contain the secret in messages', () => {
    const text = readFileSync(at('docs/examples/user_management_config.yml'), 'utf8');
    const secret = /clientSecret: "(.*)"/.exec(text)?.[1] ?? '';
    expect(secret).not.toBe('');
    const { findings } = library.validate(text.replace(secret, `${secret} `));
    expect(findings.map(({ code }) => code)).toContain('stray-whitespace');
    const words = findings.map((finding) => JSON.stringify([finding.args, library.proseOf(finding)]));
    expect(words.join('\n')).not.toContain(secret);
  });
});
