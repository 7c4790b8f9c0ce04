/** Checks the structure of the code: imports go one way and never in cycles, and each outside module is imported in one place. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { dirname, join, normalize } from 'node:path';

const SRC = new URL('../src/', import.meta.url);

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'));

interface Import {
  readonly from: string;
  /** A path under src, or the name of a package. */
  readonly to: string;
  readonly isType: boolean;
}

/** All imports and re-exports of a file, dynamic ones too. */
function importsOf(from: string): readonly Import[] {
  const source = readFileSync(new URL(from, SRC), 'utf8');
  const fixed = [...source.matchAll(/^(?:import|export)\s+(type\s)?[^;'"]*?from\s+['"]([^'"]+)['"]/gm)];
  const bare = [...source.matchAll(/(?:^import\s+|\bimport\()()['"]([^'"]+)['"]/gm)];
  return [...fixed, ...bare].map(([, type, target = '']) => ({
    from,
    to: target.startsWith('.') ? normalize(join(dirname(from), target)).replaceAll('\\', '/') : target,
    isType: type !== undefined && type !== '',
  }));
}

const imports = files.flatMap(importsOf);

/** What each part may import besides itself. Type imports count. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'ports.ts': [],
  core: ['ports.ts'],
  report: ['ports.ts', 'core'],
  commands: ['ports.ts', 'core', 'report'],
  adapters: ['ports.ts', 'core/failures.ts', 'core/text'],
  'library.ts': ['core'],
  cli: ['ports.ts', 'core', 'report', 'commands', 'adapters'],
};

/** The rooms of core from lowest to highest: a room imports only lower ones. */
const FLOORS: readonly (readonly string[])[] = [
  ['core/text', 'core/failures.ts'],
  ['core/exit-codes.ts', 'core/yaml'],
  ['core/errors.ts', 'core/credential-failures.ts'],
  ['core/aws-failures.ts'],
  ['core/config'],
  ['core/cognito'],
  ['core/rules'],
  ['core/doctor.ts', 'core/changes', 'core/users'],
  ['core/provision'],
];

const partOf = (file: string): string => file.split('/')[0] ?? file;
const inside = (file: string, part: string): boolean => file === part || file.startsWith(`${part}/`);
const floorOf = (file: string): number =>
  FLOORS.findIndex((rooms) => rooms.some((room) => inside(file, room)));
const roomOf = (file: string): string => file.split('/').slice(0, 2).join('/');
const importersOf = (isWanted: (to: string) => boolean): readonly string[] =>
  [...new Set(imports.filter(({ to }) => isWanted(to)).map(({ from }) => from))].sort();

test('every file belongs to a part', () => {
  expect(files.filter((file) => ALLOWED[partOf(file)] === undefined)).toEqual([]);
  expect(files.length).toBeGreaterThan(20);
});

test('imports go one way', () => {
  const wrong = imports
    .filter(({ to }) => to.endsWith('.ts') || to.endsWith('.js'))
    .filter(({ from, to }) => {
      const own = partOf(from);
      return ![own, ...(ALLOWED[own] ?? [])].some((part) => inside(to, part));
    });
  expect(wrong).toEqual([]);
});

test('in core, a room imports only lower floors', () => {
  const own = imports.filter(({ from, to }) => partOf(from) === 'core' && partOf(to) === 'core');
  expect(own.filter(({ from }) => floorOf(from) < 0)).toEqual([]);
  expect(own.filter(({ from, to }) => roomOf(from) !== roomOf(to) && floorOf(to) >= floorOf(from))).toEqual(
    [],
  );
});

test('core imports ports only as types', () => {
  expect(imports.filter(({ to, isType }) => to === 'ports.ts' && !isType)).toEqual([]);
});

test('only cli imports adapters', () => {
  const outside = importersOf((to) => to.startsWith('adapters/')).filter(
    (file) => !file.startsWith('adapters/'),
  );
  expect(outside.filter((file) => !file.startsWith('cli/'))).toEqual([]);
});

test('imports have no cycles', () => {
  const targets = new Map(files.map((file) => [file, imports.filter(({ from }) => from === file)]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const walk = (file: string, trail: readonly string[]): void => {
    if (trail.includes(file)) {
      cycles.push([...trail.slice(trail.indexOf(file)), file].join(' → '));
      return;
    }
    if (done.has(file)) return;
    for (const { to } of targets.get(file) ?? []) if (targets.has(to)) walk(to, [...trail, file]);
    done.add(file);
  };
  for (const file of files) walk(file, []);
  expect(cycles).toEqual([]);
});

describe('outside modules are imported only by their adapters', () => {
  test.each<[string, (to: string) => boolean, readonly string[]]>([
    [
      'the AWS SDK',
      (to) => to.startsWith('@aws-sdk/') || to.startsWith('@smithy/'),
      ['adapters/aws-client.ts', 'adapters/cognito.ts', 'adapters/credentials.ts', 'adapters/network.ts'],
    ],
    ['the token verifier', (to) => to.startsWith('aws-jwt-verify'), ['adapters/tokens.ts']],
    ['the opener of browsers', (to) => to === 'open', ['adapters/opener.ts']],
    ['inquirer', (to) => to.startsWith('@inquirer/') || to === 'inquirer', ['adapters/prompts.ts']],
    [
      'node:fs',
      (to) => /^(?:node:)?fs(?:\/|$)/.test(to),
      [
        ...[
          'adapters/atomic-write.ts',
          'adapters/aws.ts',
          'adapters/drafts.ts',
          'adapters/file-attributes.ts',
          'adapters/file-failures.ts',
          'adapters/files.ts',
          'adapters/git.ts',
        ],
        ...['adapters/network.ts', 'adapters/port-holder.ts', 'adapters/streams.ts'],
      ],
    ],
  ])('%s', (_, isWanted, keepers) => {
    expect(importersOf(isWanted).filter((file) => !keepers.includes(file))).toEqual([]);
  });

  test('the AWS SDK and inquirer are loaded only when needed', () => {
    const eager = imports.filter(
      ({ to, isType }) => /adapters\/(?:cognito|tokens|prompts)\b/.test(to) && !isType,
    );
    const source = (file: string): string => readFileSync(new URL(file, SRC), 'utf8');
    for (const { from, to } of eager.filter(({ from: file }) => file !== 'adapters/cognito.ts')) {
      expect(source(from)).not.toMatch(new RegExp(`^import (?!type)[^;]*${to.replace(/^.*\//, '')}'`, 'm'));
    }
  });

  test('core and report import no module with side effects', () => {
    const pure = imports.filter(({ from }) =>
      ['core', 'report', 'ports.ts', 'library.ts'].includes(partOf(from)),
    );
    expect(pure.filter(({ to }) => to.startsWith('node:') && to !== 'node:util')).toEqual([]);
  });
});
