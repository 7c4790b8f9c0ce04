/** What is said before a configuration file is written, and where it cannot be replaced; the disk itself is in tests/adapters. */
import { describe, expect, test } from '@jest/globals';
import { putFile } from '../../src/commands/shared/put-file.ts';
import { FileFailure } from '../../src/core/failures.ts';
import { MAX_FILE_BYTES } from '../../src/core/rules/file/yaml.ts';
import { parseDocument } from '../../src/core/yaml/document.ts';
import { fakeFiles, fakePorts, fakePrompter, fakeTerminal, type Answer } from '../support/fake-ports.ts';

const FILE = 'c.yml';
const BUSY = new FileFailure('not-replaceable', FILE, 'EBUSY');

function scene({ interactive = true, answers = [] as readonly Answer[] } = {}) {
  const files = fakeFiles({ [FILE]: 'port: 1\n' });
  const terminal = fakeTerminal({ interactive });
  const prompter = fakePrompter(answers);
  const ports = fakePorts({ files, terminal, prompter });
  const put = async (text = 'port: 2\n') =>
    putFile(FILE, parseDocument(text), await files.readIfThere(FILE, MAX_FILE_BYTES), ports);
  return { files, terminal, prompter, put };
}

describe('a file that could not be read again is not written', () => {
  test.each([
    ['too many bytes', `# ${'x'.repeat(MAX_FILE_BYTES)}\nport: 1\n`],
    ['too many words', `port: 1\n${'# x\n'.repeat(6_000)}`],
  ])('%s', async (_, text) => {
    const { files, put } = scene();
    await expect(put(text)).rejects.toMatchObject({ exitCode: 1 });
    expect(files.written).toEqual([]);
  });

  test('one of exactly the allowed size is', async () => {
    const { files, put } = scene();
    const lines = `port: 1\n${`# ${'x'.repeat(10_000)}\n`.repeat(26)}`;
    await put(lines + `# ${'x'.repeat(MAX_FILE_BYTES - lines.length - 3)}\n`);
    expect(files.contents.get(FILE)).toHaveLength(MAX_FILE_BYTES);
  });
});

test('hard links are named before the file is replaced', async () => {
  const { files, terminal, put } = scene();
  files.links = 2;
  await put();
  expect(terminal.notes.join('\n')).toContain('2 hard links');
});

describe('a file that cannot be replaced', () => {
  test('is written in place after a yes', async () => {
    const { files, put } = scene({ answers: [true] });
    files.failNextWrite(BUSY);
    await put();
    expect(files.inPlace).toEqual([FILE]);
    expect(files.contents.get(FILE)).toBe('port: 2\n');
  });

  test.each([
    ['after a no', scene({ answers: [false] })],
    ['without a terminal', scene({ interactive: false })],
  ])('is left alone %s', async (_, { files, put }) => {
    files.failNextWrite(BUSY);
    await expect(put()).rejects.toMatchObject({ exitCode: 3 });
    expect(files.written).toEqual([]);
  });

  test('any other failure passes', async () => {
    const { files, put } = scene();
    files.failNextWrite(new FileFailure('read-only', FILE, 'EROFS'));
    await expect(put()).rejects.toMatchObject({ kind: 'read-only' });
  });
});

test('a new file in a directory that does not exist is refused with the command that creates it', async () => {
  const files = fakeFiles({});
  files.failNextWrite(new FileFailure('missing', 'my data', 'ENOENT'));
  const put = putFile('my data/c.yml', parseDocument('port: 1\n'), undefined, fakePorts({ files }));
  await expect(put).rejects.toMatchObject({ exitCode: 2, hint: "Create it: mkdir -p 'my data'" });
});
