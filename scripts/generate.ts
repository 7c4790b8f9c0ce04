/**
 * Writes the files generated from tables: the JSON Schemas, the manual page, docs/reliability.md, and the generated parts of README.md and
 * docs/ (keys, finding codes, symptoms, IAM policies, the import diagram, and terminal sessions, which are run). `--check` writes nothing
 * and fails if a file is out of date.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { format } from 'prettier';
import { LAYOUT_NAMES } from '../src/core/config/layouts.ts';
import { readPolicy, usersPolicy } from '../src/core/cognito/iam-policy.ts';
import { schemaOf } from '../src/core/config/schema.ts';
import { importDiagram } from './import-diagram.ts';
import { manPage } from './man-page.ts';
import { withParts } from './marked-parts.ts';
import { reliabilityPage } from './reliability.ts';
import { initPicture, provisionSession, validatePicture } from './sessions.ts';
import { codeTable, keyTable, symptomTable } from './tables.ts';

const root = new URL('..', import.meta.url);

const fenced = (language: string, text: string): string => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;

/** The pages with generated parts: by file, then by marker name. */
async function pageParts(): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>> {
  const policy = (value: object): string => fenced('json', JSON.stringify(value, undefined, 2));
  return {
    'README.md': { symptoms: symptomTable() },
    'docs/architecture.md': { rooms: fenced('mermaid', await importDiagram()) },
    'docs/findings.md': { codes: codeTable() },
    'docs/iam.md': {
      policy: policy(readPolicy('us-west-2_AbCdEf123')),
      'users-policy': policy(usersPolicy('us-west-2_AbCdEf123')),
    },
    'docs/keys.md': { keys: keyTable() },
    'docs/user-pool.md': { provision: fenced('console', await provisionSession()) },
  };
}

const files = new Map<string, string>();
for (const layout of LAYOUT_NAMES) {
  files.set(
    `schemas/${layout}.schema.json`,
    await format(JSON.stringify(schemaOf(layout)), { parser: 'json', printWidth: 110 }),
  );
}
files.set('man/umconfig.1', manPage());
files.set('docs/images/init.svg', await initPicture());
files.set('docs/images/validate.svg', await validatePicture());
files.set('docs/reliability.md', await reliabilityPage());
for (const [page, parts] of Object.entries(await pageParts())) {
  files.set(page, await withParts(new URL(page, root), parts));
}

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
