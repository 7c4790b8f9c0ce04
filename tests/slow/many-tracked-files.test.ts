/** Tests the query for tracked files with more paths than fit on one command line. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { nodeFiles } from '../../src/adapters/files.ts';
import { git, removeScratch, scratch } from '../support/files-scratch.ts';

afterEach(removeScratch);

test('asks git about more paths than fit on one command line', async () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `${'long-'.repeat(45)}${index}`);
  const top = scratch();
  git(top, 'init', '--quiet');
  writeFileSync(join(top, 'a'), '');
  git(top, 'add', 'a');
  git(top, 'commit', '--quiet', '--message', 'x');
  const index = names.map((name) => `100644 ${'1'.repeat(40)}\t${name}\n`).join('');
  execFileSync('git', ['update-index', '--index-info'], { cwd: top, input: index });
  const found = await nodeFiles(top, 600_000).gitFacts([...names, 'absent']);
  expect([...found.values()].filter(({ isTracked }) => isTracked)).toHaveLength(names.length);
});
