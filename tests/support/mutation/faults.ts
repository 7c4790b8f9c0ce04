/**
 * Faults in src/core, made with Stryker's mutators, and the tests that run against them, bundled with the seeded code. One program contains
 * all faults, of which one at a time is active.
 */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import type { Logger } from '@stryker-mutator/api/logging';
import { Instrumenter } from '@stryker-mutator/instrumenter';
import { build, type Plugin } from 'esbuild';
import { globSync } from 'tinyglobby';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Globs relative to the project root. */
export interface Scope {
  /** The files with faults. */
  readonly subjects: readonly string[];
  /** The tests. None may start a process, because the fault is not in that process. */
  readonly tests: readonly string[];
}

/** Loaded once, so that only this project's own code is loaded again for each fault. */
const PACKAGES = [
  'fast-check',
  'yaml',
  'ajv',
  'ajv-*',
  'aws-jwt-verify',
  '@aws-sdk/*',
  '@aws-cdk/*',
  'csv-parse',
  'diff',
];

/** The global variable that replaces the package `@jest/globals`. */
export const TEST_GLOBALS = 'testGlobals';

/** One fault. */
export interface Fault {
  readonly id: string;
  /** A path relative to the project root. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** Stryker's name for the mutator. */
  readonly kind: string;
  readonly before: string;
  readonly after: string;
}

export interface Seeded {
  readonly faults: readonly Fault[];
  /** The seeded source by path. */
  readonly sources: ReadonlyMap<string, string>;
}

/** Seeds every fault that Stryker knows, without writing files. */
export async function seedFaults({ subjects }: Scope): Promise<Seeded> {
  const files = globSync([...subjects], { cwd: ROOT })
    .sort()
    .map((file) => ({ name: file, content: readFileSync(`${ROOT}${file}`, 'utf8'), mutate: true }));
  const text = new Map(files.map(({ name, content }) => [name, content]));
  const instrumenter = new Instrumenter(SILENT);
  const seeded = await instrumenter.instrument(files, { plugins: null, excludedMutations: [], ignorers: [] });
  const faults = seeded.mutants.map(
    ({ id, fileName, location: { start, end }, mutatorName, replacement }) => ({
      id,
      file: fileName,
      line: start.line + 1,
      column: start.column + 1,
      kind: mutatorName,
      before: between(text.get(fileName) ?? '', start, end),
      after: replacement,
    }),
  );
  return { faults, sources: new Map(seeded.files.map(({ name, content }) => [name, content])) };
}

interface Place {
  /** Both from 0. */
  readonly line: number;
  readonly column: number;
}

function between(text: string, start: Place, end: Place): string {
  const lines = text.split('\n').slice(start.line, end.line + 1);
  const last = (lines.at(-1) ?? '').slice(0, end.column);
  return [...lines.slice(0, -1), last].join('\n').slice(start.column);
}

/** Messages. A test for each would only repeat it; one test checks that none is empty. */
export const isProse = ({ kind, before }: Fault): boolean =>
  kind === 'StringLiteral' && /\S\s+\S/.test(before);

export interface TestFile {
  /** A path relative to the project root. */
  readonly file: string;
  /** Returns a function that takes `require` and runs the file. */
  readonly script: Script;
}

/** Stryker's calls that count which test reaches which fault. They take most of the time. */
const COUNTING = /(?<!function )stryCov_9fa48\([^)]*\)/g;

/** Bundles each test file with the seeded code, with or without the counting calls. */
export async function bundleTests(
  { tests }: Scope,
  seeded: Seeded,
  isCounting: boolean,
): Promise<readonly TestFile[]> {
  const sources = isCounting
    ? seeded.sources
    : new Map([...seeded.sources].map(([file, text]) => [file, text.replace(COUNTING, '0')]));
  const entries = globSync([...tests], { cwd: ROOT }).sort();
  const { outputFiles } = await build({
    entryPoints: entries,
    absWorkingDir: ROOT,
    outbase: ROOT,
    outdir: ROOT,
    outExtension: { '.js': '.ts' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.17',
    external: PACKAGES,
    // A script has no dynamic import; use `require` instead.
    supported: { 'dynamic-import': false },
    plugins: [seams(sources)],
    write: false,
    logLevel: 'error',
  });
  return outputFiles.map(({ path, text }) => ({
    file: relative(ROOT, path),
    script: new Script(`(function (require) { const module = { exports: {} }; ${text}\n})`, {
      filename: path,
    }),
  }));
}

const seams = (sources: ReadonlyMap<string, string>): Plugin => ({
  name: 'seams',
  setup: (bundle) => {
    bundle.onResolve({ filter: /^@jest\/globals$/ }, ({ path }) => ({ path, namespace: 'globals' }));
    bundle.onLoad({ filter: /.*/, namespace: 'globals' }, () => ({
      contents: `module.exports = globalThis.${TEST_GLOBALS};`,
    }));
    bundle.onLoad({ filter: /\/(?:src|tests)\/.*\.ts$/ }, ({ path }) => {
      const text = sources.get(relative(ROOT, path)) ?? readFileSync(path, 'utf8');
      const here = JSON.stringify(pathToFileURL(path).href);
      return { loader: 'ts', contents: text.replaceAll('import.meta.url', here) };
    });
  },
});

const nothing = (): void => undefined;
const no = (): boolean => false;
const SILENT: Logger = {
  isTraceEnabled: no,
  isDebugEnabled: no,
  isInfoEnabled: no,
  isWarnEnabled: no,
  isErrorEnabled: no,
  isFatalEnabled: no,
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  fatal: nothing,
};
