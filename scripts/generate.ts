/**
 * Writes what is made from tables: the JSON Schemas, the manual page, the page of the campaigns' results, and the README's generated
 * parts (keys, finding codes, policy, help, terminal sessions, which are really run). `--check` writes nothing and fails where a file
 * is out of date.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { format } from 'prettier';
import { LAYOUT_NAMES } from '../src/core/config/layouts.ts';
import { readPolicy, usersPolicy } from '../src/core/cognito/iam-policy.ts';
import { schemaOf } from '../src/core/config/schema.ts';
import { manPage } from './man-page.ts';
import { reliabilityPage } from './reliability.ts';
import { codeTable, keyTable } from './tables.ts';
import { initSession, provisionSession, validateSession } from './sessions.ts';

const root = new URL('..', import.meta.url);

const fenced = (language: string, text: string): string => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;

/** The generated parts of the README, by the name in their markers. */
async function readmeParts(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['keys', keyTable()],
    ['codes', codeTable()],
    ['policy', fenced('json', JSON.stringify(readPolicy('us-west-2_AbCdEf123'), undefined, 2))],
    ['users-policy', fenced('json', JSON.stringify(usersPolicy('us-west-2_AbCdEf123'), undefined, 2))],
    ['validate', fenced('console', await validateSession())],
    ['provision', fenced('console', await provisionSession())],
    ['init', fenced('console', await initSession())],
  ]);
}

async function readme(): Promise<string> {
  let text = await readFile(new URL('README.md', root), 'utf8');
  for (const [name, part] of await readmeParts()) {
    const marked = new RegExp(`(<!-- begin ${name} -->\\n)[\\s\\S]*?(<!-- end ${name} -->)`);
    if (!marked.test(text)) throw new Error(`README.md has no part called ${name}`);
    text = text.replace(marked, (_all, begin: string, end: string) => `${begin}\n${part}\n\n${end}`);
  }
  return text;
}

const files = new Map<string, string>();
for (const layout of LAYOUT_NAMES) {
  files.set(
    `schemas/${layout}.schema.json`,
    await format(JSON.stringify(schemaOf(layout)), { parser: 'json', printWidth: 110 }),
  );
}
files.set('man/umconfig.1', manPage());
files.set('docs/reliability.md', await reliabilityPage());
files.set('README.md', await readme());

const isCheck = process.argv.includes('--check');
const stale: string[] = [];
for (const [name, text] of files) {
  const url = new URL(name, root);
  const now = await readFile(url, 'utf8').catch(() => '');
  if (now === text) continue;
  stale.push(name);
  if (!isCheck) await writeFile(url, text);
}
if (stale.length > 0) {
  process.stdout.write(
    `${isCheck ? 'out of date, run npm run generate:' : 'written:'} ${stale.join(', ')}\n`,
  );
  if (isCheck) process.exitCode = 1;
}
