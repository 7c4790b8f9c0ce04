/**
 * Runs tests against one fault after another in one process. Jest would load every test file and module again for each fault, which took 15
 * s per fault. The tests are the same, run with Jest's own `describe`, `test` and `expect`.
 */
import { createRequire } from 'node:module';
import type { MutantCoverage } from '@stryker-mutator/api/core';
import { expect } from 'expect';
import * as circus from 'jest-circus';
import { bundleTests, TEST_GLOBALS, type Scope, type Seeded, type TestFile } from './faults.ts';

/** The maximum runs of a property, always the same ones. Few faults need more, and each survivor costs all of them. */
const PROPERTY_RUNS = 5;
const TEST_TIMEOUT_MS = 60_000;
/** Code that runs this many times more often than without the fault is considered endless. */
const ENDLESS = 100;

/** The name for what a test file runs at load time. */
const LOADING = '(loading)';

/** The result of running all tests without a fault. */
export interface Survey {
  /** Every test as `<file> <full name>`. */
  readonly tests: readonly string[];
  /** Processor time of each test in milliseconds, counting included. */
  readonly times: readonly number[];
  /** The indexes in `tests` of the tests that reach each fault, by fault ID. */
  readonly reach: ReadonlyMap<string, readonly number[]>;
  /** How often all tests reach each fault. */
  readonly hits: ReadonlyMap<string, number>;
}

export interface Killer {
  readonly test: string;
  readonly how: 'failed' | 'endless' | 'ended';
}

interface Ran {
  /** Processor time in milliseconds by test. */
  readonly times: ReadonlyMap<string, number>;
  readonly failed: string | undefined;
}

const idOf = (file: string, name: string): string => `${file} ${name}`;
/** The file of a test. */
export const fileOf = (test: string): string => test.slice(0, test.indexOf(' '));

/** The variable that tells the seeded code which fault is active and counts what is reached. Stryker defines its names. */
const context: {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  mutantCoverage?: MutantCoverage | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
} = {};
Object.assign(globalThis, { __stryker__: context, [TEST_GLOBALS]: { ...circus, expect } });

/** Runs all tests without a fault. Throws if one fails. */
export async function survey(scope: Scope, seeded: Seeded): Promise<Survey> {
  const times = new Map<string, number>();
  const hits = new Map<string, number>();
  const reach = new Map<string, Set<string>>();
  for (const testFile of await bundleTests(scope, seeded, true)) {
    const counted: MutantCoverage = { static: {}, perTest: {} };
    context.mutantCoverage = counted;
    const ran = await runFile(testFile, () => true);
    if (ran.failed !== undefined) throw new Error(`${ran.failed} fails without a fault`);
    for (const [test, time] of ran.times) times.set(test, time);
    for (const [test, faults] of Object.entries(counted.perTest)) {
      // Each test reaches what loading its file reaches.
      const reaching = test === idOf(testFile.file, LOADING) ? [...ran.times.keys()] : [test];
      for (const [fault, count] of Object.entries(faults)) {
        hits.set(fault, (hits.get(fault) ?? 0) + count);
        const known = reach.get(fault) ?? new Set();
        for (const each of reaching) known.add(each);
        reach.set(fault, known);
      }
    }
  }
  context.mutantCoverage = undefined;
  const tests = [...times.keys()];
  const placeOf = new Map(tests.map((test, at) => [test, at]));
  const places = (known: ReadonlySet<string>): readonly number[] =>
    [...known].flatMap((test) => placeOf.get(test) ?? []);
  return {
    tests,
    times: [...times.values()],
    hits,
    reach: new Map([...reach].map(([fault, known]) => [fault, places(known)])),
  };
}

/** Activates a fault and runs the tests, file by file in the given order, until one fails. `hits` is as in the survey. */
export async function tryFault(
  files: ReadonlyMap<string, TestFile>,
  fault: string,
  tests: readonly string[],
  hits: number,
): Promise<Killer | undefined> {
  const wanted = new Set(tests);
  for (const name of new Set(tests.map(fileOf))) {
    const testFile = files.get(name);
    if (testFile === undefined) continue;
    Object.assign(context, { activeMutant: fault, hitCount: 0, hitLimit: hits * ENDLESS });
    const { failed } = await runFile(testFile, (test) => wanted.has(test));
    const isEndless = (context.hitCount ?? 0) > hits * ENDLESS;
    Object.assign(context, { activeMutant: undefined, hitCount: undefined, hitLimit: undefined });
    if (failed !== undefined) return { test: failed, how: isEndless ? 'endless' : 'failed' };
  }
  return undefined;
}

/** Loads a test file again and runs some of its tests until one fails. */
async function runFile({ file, script }: TestFile, isWanted: (test: string) => boolean): Promise<Ran> {
  const times = new Map<string, number>();
  let failed: string | undefined;
  let start = process.cpuUsage();
  const watch = (event: circus.Event): void => {
    if (event.name === 'test_start') {
      const test = idOf(file, fullNameOf(event.test));
      if (failed !== undefined || !isWanted(test)) event.test.mode = 'skip';
      context.currentTestId = test;
      start = process.cpuUsage();
    } else if (event.name === 'test_done') {
      const test = idOf(file, fullNameOf(event.test));
      const { user, system } = process.cpuUsage(start);
      times.set(test, (user + system) / 1000);
      if (event.test.errors.length > 0) failed ??= test;
      context.currentTestId = undefined;
    }
  };
  circus.resetState();
  circus.getState().testTimeout = TEST_TIMEOUT_MS;
  circus.addEventHandler(watch);
  context.currentTestId = idOf(file, LOADING);
  try {
    const load = script.runInThisContext() as (load: (name: string) => unknown) => void;
    load(requireForTests);
    await circus.run();
  } catch {
    failed ??= idOf(file, LOADING);
  } finally {
    circus.removeEventHandler(watch);
    context.currentTestId = undefined;
  }
  return { times, failed };
}

interface Named {
  readonly name: string;
  readonly parent?: Named | undefined;
}

/** The names of the blocks around a test, and its own. */
const fullNameOf = ({ name, parent }: Named): string =>
  parent?.parent === undefined ? name : `${fullNameOf(parent)} ${name}`;

const load = createRequire(import.meta.url);
const fastCheck = load('fast-check') as typeof import('fast-check');

const brief = {
  ...fastCheck,
  assert: (
    property: Parameters<typeof fastCheck.assert>[0],
    parameters?: { readonly numRuns?: number },
  ): unknown =>
    fastCheck.assert(property, {
      ...parameters,
      seed: 1,
      endOnFailure: true,
      numRuns: Math.min(parameters?.numRuns ?? PROPERTY_RUNS, PROPERTY_RUNS),
    }),
};

const requireForTests = (name: string): unknown =>
  name === 'fast-check' ? { ...brief, __esModule: true, default: brief } : load(name);
