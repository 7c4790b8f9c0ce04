/**
 * Runs the Files adapter in a separate process, for tests that kill it, run it as another user, or need several writers. Arguments:
 * scenario, file, text. Prints a JSON outcome if the scenario ends.
 */
import { FileFailure } from '../../src/core/failures.ts';
import { nodeFiles } from '../../src/adapters/files.ts';

const LIMIT = 1_000_000;
const files = nodeFiles(process.cwd());

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

async function writeOnce(file: string, text: string): Promise<void> {
  await files.write(file, bytesOf(text), await files.readIfThere(file, LIMIT));
}

/** Writes two contents alternately until killed. */
async function writeForever(file: string, size: string): Promise<void> {
  const contents = ['a', 'b'].map((letter) => bytesOf(letter.repeat(Number(size))));
  process.stdout.write('started\n');
  for (;;) {
    for (const content of contents) await files.write(file, content, await files.readIfThere(file, LIMIT));
  }
}

async function appendLine(file: string, line: string): Promise<void> {
  for (;;) {
    const before = await files.read(file, LIMIT);
    try {
      await files.write(file, bytesOf(`${new TextDecoder().decode(before.bytes)}${line}\n`), before);
      return;
    } catch (error) {
      if (!(error instanceof FileFailure) || error.kind !== 'changed-on-disk') throw error;
    }
  }
}

/** Adds lines one by one; on a conflict it reads the file again and retries. */
async function appendLines(file: string, lines: string): Promise<void> {
  for (const line of lines.split(',')) await appendLine(file, line);
}

const SCENARIOS: Readonly<Record<string, (file: string, text: string) => Promise<unknown>>> = {
  'write-once': writeOnce,
  'write-forever': writeForever,
  'append-lines': appendLines,
  read: (file) => files.read(file, LIMIT),
  'make-directory': (path) => files.makeDirectory(path),
  glob: (pattern) => files.glob(pattern),
};

const [scenario = '', file = '', text = ''] = process.argv.slice(2);
try {
  const result = await SCENARIOS[scenario]?.(file, text);
  process.stdout.write(JSON.stringify({ result }));
} catch (error) {
  if (!(error instanceof FileFailure)) throw error;
  process.stdout.write(JSON.stringify({ kind: error.kind, path: error.path, detail: error.detail }));
}
