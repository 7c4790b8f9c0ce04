/**
 * What tests read from files: rule fixtures (tests/fixtures/rules/<code>[.<variant>].{good,bad}.yml), the words of each surface, and real
 * files.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const RULES = new URL('../fixtures/rules/', import.meta.url);
const CONTRACT = new URL('../fixtures/contract/', import.meta.url);
const TEMPLATES = new URL('../../templates/', import.meta.url);

export interface RuleFixture {
  readonly name: string;
  readonly code: string;
  readonly isGood: boolean;
}

/** All fixtures of the rules. The folder may contain only these and the expectations of the bad ones. */
export function ruleFixtures(): readonly RuleFixture[] {
  return readdirSync(RULES)
    .filter((name) => !name.endsWith('.bad.json'))
    .map((name) => {
      const [, code, kind] = /^([a-z0-9-]+)(?:\.[a-z0-9-]+)*\.(good|bad)\.yml$/.exec(name) ?? [];
      if (code === undefined) throw new Error(`invalid fixture name: ${name}`);
      return { name, code, isGood: kind === 'good' };
    });
}

export const readRuleFixture = (name: string): Buffer => readFileSync(new URL(name, RULES));

/** True if Jest runs with `-u` (`npm test -- -u`): expectations are rewritten, to be reviewed as a diff. */
function isUpdating(): boolean {
  // Scripts import this file too; only Jest has the global.
  const { expect } = globalThis as {
    readonly expect?: {
      getState(): { readonly snapshotState?: { readonly _updateSnapshot?: string } };
    };
  };
  return expect?.getState().snapshotState?._updateSnapshot === 'all';
}

/** The expected contents of the file; with `-u`, the current ones. */
function expected<T>(file: URL, actual: () => T): T {
  if (isUpdating()) writeFileSync(file, `${JSON.stringify(actual(), undefined, 2)}\n`);
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}

/** The expected findings of a bad fixture, without words, which are in tests/fixtures/words/rules.json. */
export const expectedFindings = (name: string, actual: readonly unknown[]): readonly unknown[] =>
  expected(new URL(name.replace(/\.yml$/, '.json'), RULES), () => actual);

/** The names of the expectations in the folder. */
export const expectationNames = (): readonly string[] =>
  readdirSync(RULES).filter((name) => name.endsWith('.bad.json'));

const WORDS = new URL('../fixtures/words/', import.meta.url);

/** The words of a case, one line each. */
export type Telling = () => readonly string[];

/** The words of one surface by case. No other test knows words: after a rewording, `npm test -- -u` changes only these files. */
export const expectedWords = (
  surface: string,
  cases: Readonly<Record<string, Telling>>,
): Readonly<Record<string, readonly string[]>> =>
  expected(new URL(`${surface}.json`, WORDS), () =>
    Object.fromEntries(Object.entries(cases).map(([title, tell]) => [title, tell()])),
  );

export interface ContractFixture {
  readonly file: string;
  readonly layout: 'flat' | 'nested';
  readonly login: 'on' | 'off' | 'does-not-start' | 'forced-on';
  /** Codes of the errors and warnings. */
  readonly expect: readonly string[];
  readonly note: string;
}

export const readContractFixture = (file: string): Buffer => readFileSync(new URL(file, CONTRACT));

export const contractFixtures: readonly ContractFixture[] = (
  JSON.parse(readContractFixture('index.json').toString()) as { readonly files: readonly ContractFixture[] }
).files;

/** The packaged default file of a layout. */
export const template = (layout: 'flat' | 'nested'): string =>
  readFileSync(new URL(`${layout}/default_config.yml`, TEMPLATES), 'utf8');

/** A valid, filled-in file of the layout. */
export const goodFile = (layout: 'flat' | 'nested'): string =>
  readContractFixture(`${layout}/good.yml`).toString();

/** Valid and invalid real files of both layouts, which properties mutate. */
export const realFiles: readonly string[] = [
  template('flat'),
  template('nested'),
  ...contractFixtures.map(({ file }) => readContractFixture(file).toString('utf8')),
  ...ruleFixtures().map(({ name }) => readRuleFixture(name).toString('utf8')),
];
