/** Reads generated files and edits with the servers' own YAML readers: all read the same in every file that validate accepts. */
import { parseDocument, serialize } from '../../src/core/yaml/document.ts';
import type { ConfigDocument } from '../../src/core/yaml/types.ts';
import { applyChanges, type Change } from '../../src/core/yaml/edit.ts';
import { EditError } from '../../src/core/yaml/splices.ts';
import { fieldsOf, keyOrder } from '../../src/core/config/fields.ts';
import { recogniseLayout } from '../../src/core/config/layouts.ts';
import { planEdits } from '../../src/core/changes/plan.ts';
import { repair } from '../../src/core/rules/validate.ts';
import { generatedFile, insideFile } from '../support/generated-files.ts';
import {
  disagreement,
  isPlain,
  nodeReadings,
  startGoReader,
  type GoReader,
} from '../support/yaml-readers.ts';
import { isDeepStrictEqual } from 'node:util';
import { runTrials, type Campaign, type Random, type Trial } from './campaign.ts';

const COUNTS = [
  'files',
  'files that validate accepts',
  'files generated within the subset',
  'of them accepted',
  'files that validate refuses although all readers agree',
  'edits',
  'impossible edits',
  'edits with an accepted result',
] as const;
type Count = (typeof COUNTS)[number];

/** The minimum share of generated files of the subset that must be accepted. */
const LEAST = 0.95;
/** One of this many trials is an edit, the others are files. */
const EDITS = 6;

export const readers: Campaign = {
  name: 'readers',
  title: 'The servers’ own YAML readers',
  shows:
    'yaml.v2 and js-yaml 3 and 4 read generated files and edits. All of them read the same in every file that `validate` accepts, and read the intended values in files that `--fix` or an edit wrote.',
  trials: { short: 1_200, long: 60_000 },
  minutes: 15,
  run: async (task) => {
    const go = startGoReader();
    try {
      const reader = typeof go === 'string' ? undefined : go;
      const outcome = await runTrials(task, COUNTS, (given) =>
        given.seed % EDITS === 0 ? tryEdit(given, reader) : tryFile(given, reader),
      );
      const { counts, failures } = outcome;
      const made = counts['files generated within the subset'] ?? 0;
      const accepted = counts['of them accepted'] ?? 0;
      const few =
        accepted < LEAST * made ? [`--seed ${task.seed}: only ${accepted} of ${made} accepted`] : [];
      return { ...outcome, failures: [...failures, ...few], remarks: typeof go === 'string' ? [go] : [] };
    } finally {
      if (typeof go !== 'string') go.stop();
    }
  },
};

async function tryFile({ random, count, fail }: Trial<Count>, go: GoReader | undefined): Promise<void> {
  const { text, isInside } = generatedFile(random);
  const document = parseDocument(text);
  const plain = isPlain(text);
  count('files');
  if (isInside) count('files generated within the subset');
  const found = disagreement(document, await go?.read(text));
  if (plain && isInside) count('of them accepted');
  if (plain) count('files that validate accepts');
  if (plain && found !== undefined) fail(`${JSON.stringify(text)}: ${found}`);
  if (!plain && found === undefined) count('files that validate refuses although all readers agree');
}

async function tryEdit({ random, count, fail }: Trial<Count>, go: GoReader | undefined): Promise<void> {
  const text = random.below(2) === 0 ? insideFile(random) : generatedFile(random).text;
  const before = parseDocument(text);
  count('edits');
  const after = edited(before, random);
  if (after === undefined) {
    count('impossible edits');
    return;
  }
  const written = serialize(after);
  // A file without keys has nothing to read.
  if (after.entries.length === 0) return;
  const plain = isPlain(written);
  if (isPlain(text) && !plain)
    fail(`${JSON.stringify(text)} is plain, but ${JSON.stringify(written)} is not`);
  if (!plain) return;
  count('edits with an accepted result');
  const found = disagreement(parseDocument(written), await go?.read(written));
  if (found !== undefined) fail(`${JSON.stringify(text)} became ${JSON.stringify(written)}: ${found}`);
}

/** The document after an edit that a command makes; undefined if the edit is impossible. Throws if another value changes. */
function edited(before: ConfigDocument, random: Random): ConfigDocument | undefined {
  const layout = recogniseLayout(before);
  const value = random.pick([
    '',
    'a',
    'on',
    '1',
    '010',
    '~',
    ' # ',
    'it\'s \\ "\n\t\r\b\f\0',
    '\u2028\u00a0\ufeff\x85é\u{1f600}',
    '2001-01-01',
    '<<',
  ]);
  try {
    switch (random.below(4)) {
      case 0:
        return repair(before).document;
      case 1: {
        const wanted = fieldsOf(layout).filter(
          ({ key }) => key.schema.type !== 'integer' && random.below(2) === 0,
        );
        const settings = Object.fromEntries(
          wanted.map(({ field }) => [field.name, field.name === 'userManagement' ? 'on' : value]),
        );
        return planEdits(before, layout, settings).after;
      }
      case 2:
        return madePlain(before);
      default: {
        const paths = [
          ...before.entries.map(({ path }) => path),
          ...keyOrder(layout).map((key) => key.split('.')),
        ];
        const path = random.pick(paths);
        const change = random.pick<Change>([
          { op: 'set', path, value: random.pick([value, 8686, true, false, null]) },
          { op: 'set', path, value, comment: { text: value, replaces: /x/ } },
          { op: 'rename', path, to: random.pick(['port', 'on', 'a b', '1', 'null', '<<']) },
          { op: 'remove', path },
        ]);
        return applyChanges(before, [change], keyOrder(layout));
      }
    }
  } catch (error) {
    if (!(error instanceof EditError)) throw error;
    return undefined;
  }
}

/** Checks the repair of a file that is not plain: each Node server's reader that accepts it reads the same before and after. */
function madePlain(before: ConfigDocument): ConfigDocument {
  const { document } = repair(before, {}, ({ code }) => code === 'yaml-not-portable');
  const [old, now] = [nodeReadings(serialize(before)), nodeReadings(serialize(document))];
  for (const [name, { value, error }] of Object.entries(old)) {
    if (error === undefined && !isDeepStrictEqual(value, now[name]?.value))
      throw new Error(
        `${name}: ${JSON.stringify(serialize(before))} differs from ${JSON.stringify(serialize(document))}`,
      );
  }
  return document;
}
