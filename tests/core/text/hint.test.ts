/** Hints: commands in them name the file at hand, and every command that is suggested exists. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { COMMANDS } from '../../../src/commands/index.ts';
import { ACCOUNT_RULES } from '../../../src/core/rules/account/index.ts';
import { FILE_RULES } from '../../../src/core/rules/index.ts';
import { LIVE_RULES } from '../../../src/core/rules/live/index.ts';
import { SIGN_IN_RULES } from '../../../src/core/rules/live/sign-in.ts';
import { hintText, onFile, say } from '../../../src/core/text/hint.ts';

test('a command names the file after its own name, quoted for the shell', () => {
  const hint = say`First ${onFile('validate')}, then ${onFile('users add', 'EMAIL --yes')}.`;
  expect(hintText(hint)).toBe('First umconfig validate, then umconfig users add EMAIL --yes.');
  expect(hintText(hint, "an's.yml")).toBe(
    "First umconfig validate --config 'an'\\''s.yml', then umconfig users add --config 'an'\\''s.yml' EMAIL --yes.",
  );
});

test('text from a file or AWS is never treated as a command', () => {
  const name = 'umconfig validate';
  expect(hintText(say`Rename ${name}: ${onFile('init')}`, 'a.yml')).toBe(
    'Rename umconfig validate: umconfig init --config a.yml',
  );
});

test('a hint can contain another one', () => {
  const inner = say`run ${onFile('doctor')}`;
  expect(hintText(say`Or ${inner}, or ${'nothing'}.`, 'a.yml')).toBe(
    'Or run umconfig doctor --config a.yml, or nothing.',
  );
});

const SRC = new URL('../../../src/', import.meta.url);
const lines = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => /^(?:core|commands)[\\/].*\.ts$/.test(name))
  .flatMap((name) => readFileSync(new URL(name.replaceAll('\\', '/'), SRC), 'utf8').split('\n'));

test('every command that is suggested is in the table', () => {
  const suggested = lines.flatMap((line) => [...line.matchAll(/onFile\('([^']*)'/g)].map(([, name]) => name));
  const names: readonly string[] = COMMANDS.map(({ name }) => name);
  expect(suggested.length).toBeGreaterThan(20);
  expect(suggested.filter((name = '') => !names.includes(name))).toEqual([]);
});

const fileCommands = COMMANDS.filter(({ options }) => options.includes('layout')).map(({ name }) => name);
const onAFile = new RegExp(`\\bumconfig (?:${fileCommands.join('|')})\\b(?! --config\\b)`);

test('a fix that is also the hint names its commands on the file as data', () => {
  const rows = [...FILE_RULES, ...ACCOUNT_RULES, ...LIVE_RULES, ...SIGN_IN_RULES];
  const asText = rows.filter(
    ({ hint, fix }) => hint === undefined && typeof fix === 'string' && onAFile.test(fix),
  );
  expect(asText.map(({ code }) => code)).toEqual([]);
});

test('no hint names a command on the file as text', () => {
  // What lists and help print is the same for every file; the steps after `provision` name theirs themselves.
  const isFixed = (line: string): boolean =>
    /^\s*(?:\/?\*|fix: |'umconfig |description: |question: |const admin = )/.test(line) ||
    line.includes('command: ') ||
    line.includes('FIRST_WORDS = ') ||
    line.includes('has not written it');
  expect(
    lines.filter((line) => onAFile.test(line) && !line.includes('umconfig schema') && !isFixed(line)),
  ).toEqual([]);
});
