/** Checks the documentation: files in backticks and links within the repository exist, and the CI workflow is valid. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { validateWorkflow } from '@action-validator/core';
import { expect, test } from '@jest/globals';
import { globSync } from 'tinyglobby';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const PAGES = globSync(['*.md', 'docs/**/*.md', '.github/*.md'], { cwd: ROOT, dot: true }).sort();

const isThere = (path: string): boolean => existsSync(join(ROOT, path));

/** Names with capital placeholders are not files: `src/report/FORMAT.ts`. */
const NAMED = /`((?:src|scripts|tests|docs|schemas|templates)\/[\w./-]+)`/g;
const LINKED = /\]\((?!https?:|#)([^)#]+)/g;

test.each(PAGES)('%s names only existing files', (page) => {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const named = [...text.matchAll(NAMED)].map(([, path = '']) => path);
  const linked = [...text.replace(/`[^`]*`/g, '').matchAll(LINKED)].map(([, path = '']) =>
    join(dirname(page), path),
  );
  const paths = [...named, ...linked].filter((path) => !/\/[A-Z]+\./.test(path));
  expect(paths.filter((path) => !isThere(path))).toEqual([]);
});

test('the CI workflow is valid', () => {
  const text = readFileSync(join(ROOT, '.github/workflows/ci.yml'), 'utf8');
  expect(validateWorkflow(text)).toEqual({ actionType: 'workflow', errors: [] });
});
