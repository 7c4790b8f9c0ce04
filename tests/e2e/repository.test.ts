/** Tests what `validate` reports for a file with a secret in real git repositories of every kind, and outside of any. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { umconfig } from '../support/cli.ts';
import { git, removeScratch, scratch } from '../support/files-scratch.ts';
import { goodFile } from '../support/fixtures.ts';

const FILE = 'user_management_config.yml';

afterAll(removeScratch);

function put(directory: string, mode = 0o600): string {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, FILE), goodFile('flat'));
  chmodSync(join(directory, FILE), mode);
  return directory;
}

function repository(): string {
  const top = scratch();
  git(top, 'init', '--quiet');
  writeFileSync(join(top, 'README'), '');
  return top;
}

function commit(top: string): void {
  git(top, 'add', '--all');
  git(top, 'commit', '--quiet', '--message', 'x');
}

/** Where the file is, as git sees it. */
const FIXTURES: readonly (readonly [string, boolean, () => string])[] = [
  [
    'tracked',
    true,
    () => {
      const top = put(repository());
      commit(top);
      return top;
    },
  ],
  [
    'ignored',
    false,
    () => {
      const top = put(repository());
      writeFileSync(join(top, '.gitignore'), `${FILE}\n`);
      commit(top);
      return top;
    },
  ],
  [
    'untracked and not ignored',
    true,
    () => {
      const top = repository();
      commit(top);
      return put(top);
    },
  ],
  [
    'tracked in a submodule',
    true,
    () => {
      const inner = put(repository());
      commit(inner);
      const top = repository();
      git(top, 'submodule', '--quiet', 'add', inner, 'sub');
      chmodSync(join(top, 'sub', FILE), 0o600);
      return join(top, 'sub');
    },
  ],
  [
    'tracked in a worktree',
    true,
    () => {
      const top = put(repository());
      commit(top);
      const tree = join(scratch(), 'tree');
      git(top, 'worktree', 'add', '--quiet', tree);
      chmodSync(join(tree, FILE), 0o600);
      return tree;
    },
  ],
  ['outside a repository', false, () => put(scratch())],
];

const codesIn = async (cwd: string): Promise<readonly string[]> => {
  const { stdout } = await umconfig(['validate', '--format', 'json'], { cwd });
  const { files } = JSON.parse(stdout) as { files: readonly { findings: readonly { code: string }[] }[] };
  return files.flatMap(({ findings }) => findings.map(({ code }) => code)).sort();
};

describe('a file with a secret', () => {
  test.each(FIXTURES)('%s', async (_place, isTold, make) => {
    const directory = make();
    const tracked = isTold ? ['tracked-by-git'] : [];
    expect(await codesIn(directory)).toEqual(tracked);
    chmodSync(join(directory, FILE), 0o644);
    expect(await codesIn(directory)).toEqual(['file-mode', ...tracked]);
  });
});
