/** The files that the tests of the rules are found in: tests/fixtures/rules/<code>[.<variant>].{good,bad}.yml. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const RULES = new URL('../fixtures/rules/', import.meta.url);
const CONTRACT = new URL('../fixtures/contract/', import.meta.url);
const TEMPLATES = new URL('../../templates/', import.meta.url);

export interface RuleFixture {
  readonly name: string;
  readonly code: string;
  readonly isGood: boolean;
}

/** Every fixture of a rule; the folder may hold nothing else but the expectations of the bad ones. */
export function ruleFixtures(): readonly RuleFixture[] {
  return readdirSync(RULES)
    .filter((name) => !name.endsWith('.bad.json'))
    .map((name) => {
      const [, code, kind] = /^([a-z0-9-]+)(?:\.[a-z0-9-]+)*\.(good|bad)\.yml$/.exec(name) ?? [];
      if (code === undefined) throw new Error(`${name} is not the name of a fixture`);
      return { name, code, isGood: kind === 'good' };
    });
}

export const readRuleFixture = (name: string): Buffer => readFileSync(new URL(name, RULES));

/** The findings that a bad fixture is expected to have; undefined where none were written down. */
export function expectedFindings(name: string): unknown {
  const file = new URL(name.replace(/\.yml$/, '.json'), RULES);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** Writes the expectation anew. Each is read by a person before it is kept. */
export function writeExpectedFindings(name: string, findings: unknown): void {
  writeFileSync(
    new URL(name.replace(/\.yml$/, '.json'), RULES),
    `${JSON.stringify(findings, undefined, 2)}\n`,
  );
}

/** The names of the expectations in the folder. */
export const expectationNames = (): readonly string[] =>
  readdirSync(RULES).filter((name) => name.endsWith('.bad.json'));

const WORDS = new URL('../fixtures/words/', import.meta.url);

/** What is said of something, a line each. */
export type Telling = () => readonly string[];

/** What is expected to be said of each of many cases; with `UPDATE_EXPECTED=1` what is said now, which is written down. */
export function expectedWords(
  name: string,
  cases: Readonly<Record<string, Telling>>,
): Readonly<Record<string, readonly string[]>> {
  const file = new URL(`${name}.json`, WORDS);
  if (process.env['UPDATE_EXPECTED'] === '1') {
    const said = Object.fromEntries(Object.entries(cases).map(([title, tell]) => [title, tell()]));
    writeFileSync(file, `${JSON.stringify(said, undefined, 2)}\n`);
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, readonly string[]>;
}

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

/** The filled-in file of a layout, right in every way. */
export const goodFile = (layout: 'flat' | 'nested'): string =>
  readContractFixture(`${layout}/good.yml`).toString();

/** Real files of both layouts, right and wrong: what properties mutate. */
export const realFiles: readonly string[] = [
  template('flat'),
  template('nested'),
  ...contractFixtures.map(({ file }) => readContractFixture(file).toString('utf8')),
  ...ruleFixtures().map(({ name }) => readRuleFixture(name).toString('utf8')),
];
