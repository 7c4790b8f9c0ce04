/** The three commands that write, as built, where writing is refused, goes somewhere else, or finds what others left. */
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { isRoot, NOBODY, umconfig, type CliOptions, type CliResult } from '../support/cli.ts';
import {
  DEAD_PID,
  drafts,
  modeOf,
  mountTinyDisk,
  NAME,
  remountReadOnly,
  removeScratch,
  scratch,
  text,
  unmount,
  whyNoTinyDisk,
} from '../support/files-scratch.ts';
import { startWritingScene, WRITERS, type Writer, type WritingScene } from '../support/writing-commands.ts';

let scene: WritingScene;
beforeAll(async () => {
  scene = await startWritingScene();
});
afterAll(() => scene.close());
afterEach(removeScratch);

const LAYOUT = 'flat';
/** Those that make a file where there is none. */
const MAKERS = WRITERS.filter((writer) => writer !== 'validate --fix');

const run = (
  writer: Writer,
  cwd: string,
  options: Omit<CliOptions, 'cwd' | 'env'> = {},
): Promise<CliResult> => {
  const { args, env } = scene.command(writer, LAYOUT);
  return umconfig(args, { cwd, env, ...options });
};

/** A folder with the file that the command would change, of this mode. */
function folderFor(writer: Writer, mode = 0o600): { readonly cwd: string; readonly before: string } {
  const cwd = scratch();
  const { before } = scene.command(writer, LAYOUT);
  writeFileSync(join(cwd, NAME), before);
  chmodSync(join(cwd, NAME), mode);
  return { cwd, before };
}

/** Refused, with this exit code and these words, and nothing on stdout that could be taken for a good end. */
function expectFailed(result: CliResult, exitCode: number, words: string): void {
  expect(result).toMatchObject({ exitCode, stderr: expect.stringContaining(words) as unknown });
  expect(['', '1 failed\n']).toContain(result.stdout);
}

/** Refused by the disk, in these words; the file is as it was, and nothing is beside it. */
function expectRefused(
  result: CliResult,
  words: string,
  directory: string,
  before: string | undefined,
): void {
  expectFailed(result, 3, words);
  expect(existsSync(join(directory, NAME)) ? text(join(directory, NAME)) : undefined).toBe(before);
  expect(drafts(directory)).toEqual([]);
}

function expectWritten(writer: Writer, { exitCode, stderr }: CliResult, path: string, mode = 0o600): void {
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(text(path)).not.toBe(scene.command(writer, LAYOUT).before);
  expect(modeOf(path)).toBe(mode);
}

describe.each(WRITERS)('%s', (writer) => {
  test('tightens a looser mode, and says so', async () => {
    const { cwd } = folderFor(writer, 0o664);
    const result = await run(writer, cwd);
    expect(result.stderr).toContain(`${NAME}: changed mode 664 to 660`);
    expectWritten(writer, result, join(cwd, NAME), 0o660);
    expect((await run(writer, cwd)).stderr).not.toContain('changed mode');
  });

  test('goes through a link, which stays one', async () => {
    const { cwd } = folderFor(writer);
    const elsewhere = scratch();
    symlinkSync(join(cwd, NAME), join(elsewhere, NAME));
    expectWritten(writer, await run(writer, elsewhere), join(cwd, NAME));
    expect(lstatSync(join(elsewhere, NAME)).isSymbolicLink()).toBe(true);
    expect([...drafts(cwd), ...drafts(elsewhere)]).toEqual([]);
  });

  test('refuses a dangling link, and makes nothing where it points to', async () => {
    const cwd = scratch();
    symlinkSync('elsewhere.yml', join(cwd, NAME));
    expectFailed(await run(writer, cwd), 2, `${NAME}: broken symbolic link`);
    expect(readdirSync(cwd)).toEqual([NAME]);
  });

  test('refuses a folder that may not be written to', async () => {
    const { cwd, before } = folderFor(writer, 0o666);
    chmodSync(cwd, 0o555);
    const result = await run(writer, cwd, { unprivileged: true });
    chmodSync(cwd, 0o755);
    expectRefused(result, 'permission denied', cwd, before);
    expect(modeOf(join(cwd, NAME))).toBe(0o666);
  });

  test('refuses a file that may not be written to, although its folder would let it be replaced', async () => {
    const { cwd, before } = folderFor(writer, 0o444);
    chmodSync(cwd, 0o777);
    expectRefused(await run(writer, cwd, { unprivileged: true }), 'permission denied', cwd, before);
    expect(modeOf(join(cwd, NAME))).toBe(0o444);
  });
});

const asRoot = isRoot ? describe : describe.skip;

asRoot(`a file that belongs to somebody else${isRoot ? '' : ' (skipped: only root can make one)'}`, () => {
  test.each(WRITERS)('stays theirs when root writes it: %s', async (writer) => {
    const { cwd } = folderFor(writer);
    chownSync(join(cwd, NAME), NOBODY, NOBODY);
    expectWritten(writer, await run(writer, cwd), join(cwd, NAME));
    expect(statSync(join(cwd, NAME))).toMatchObject({ uid: NOBODY, gid: NOBODY });
  });

  test.each(WRITERS)('that anybody may write to becomes the writer’s own: %s', async (writer) => {
    const { cwd } = folderFor(writer, 0o666);
    chmodSync(cwd, 0o777);
    const result = await run(writer, cwd, { unprivileged: true });
    expect(result.stderr).toContain(`${NAME}: changed mode 666`);
    expectWritten(writer, result, join(cwd, NAME));
    expect(statSync(join(cwd, NAME)).uid).toBe(NOBODY);
  });

  test.each(WRITERS)('that only they may read is refused: %s', async (writer) => {
    const { cwd, before } = folderFor(writer);
    chmodSync(cwd, 0o777);
    expectRefused(await run(writer, cwd, { unprivileged: true }), 'permission denied', cwd, before);
  });
});

const reason = whyNoTinyDisk();
const onDisk = reason === undefined ? describe : describe.skip;

onDisk(`a disk of 16 KB${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  let disk: string;
  beforeEach(() => {
    disk = mountTinyDisk();
  });
  afterEach(() => {
    unmount(disk);
  });

  /** Leaves no page of it free. */
  function fillUp(): void {
    expect(() => {
      for (let page = 0; ; page += 1) writeFileSync(join(disk, `ballast${page}`), 'x');
    }).toThrow('ENOSPC');
  }

  const putFile = (writer: Writer): string => {
    const { before } = scene.command(writer, LAYOUT);
    writeFileSync(join(disk, NAME), before, { mode: 0o600 });
    return before;
  };

  test.each(WRITERS)('that is full leaves the file as it was: %s', async (writer) => {
    const before = putFile(writer);
    fillUp();
    expectRefused(await run(writer, disk), 'a configuration file is unchanged', disk, before);
  });

  test('that is full may cut a report off, and no word says otherwise', async () => {
    putFile('validate --fix');
    fillUp();
    const report = join(disk, 'ballast0');
    const args = ['validate', NAME, '--format', 'sarif', '--output', 'ballast0'];
    const { exitCode, stderr } = await umconfig(args, { cwd: disk });
    expect(exitCode).toBe(3);
    expect(stderr).toContain('a report may be incomplete');
    expect(stderr).not.toContain('the file is as it was');
    expect(text(report)).not.toMatch(/^x?$/);
  });

  test.each(MAKERS)('that is full gets no new file: %s', async (writer) => {
    fillUp();
    expectRefused(await run(writer, disk), 'no space left on the disk', disk, undefined);
  });

  test.each(WRITERS)('that is read-only: %s', async (writer) => {
    const before = putFile(writer);
    remountReadOnly(disk);
    expectRefused(await run(writer, disk), 'the file system is read-only', disk, before);
  });

  test.each(MAKERS)('that is read-only gets no new file: %s', async (writer) => {
    remountReadOnly(disk);
    expectRefused(await run(writer, disk), 'the file system is read-only', disk, undefined);
  });
});

describe('what a killed run has left', () => {
  test.each([
    ['init', '--yes'],
    ['validate', '--fix'],
    ['validate', '--fix', NAME, 'other.yml'],
  ])('goes although nothing is to be written: %s %s', async (...args) => {
    const { cwd, before } = folderFor('init');
    const leftOver = `.${NAME}.0123456789abcdef-${DEAD_PID}.umconfig-tmp`;
    writeFileSync(join(cwd, 'other.yml'), before, { mode: 0o600 });
    writeFileSync(join(cwd, leftOver), before);
    const result = await umconfig(args, { cwd });
    expect(result.exitCode).toBe(0);
    expect(text(join(cwd, NAME))).toBe(before);
    expect(drafts(cwd)).toEqual([]);
  });

  test.each([['validate'], ['init', '--dry-run']])(
    'stays when nothing may be written: %s %s',
    async (...args) => {
      const { cwd, before } = folderFor('init');
      const leftOver = `.${NAME}.0123456789abcdef-${DEAD_PID}.umconfig-tmp`;
      writeFileSync(join(cwd, leftOver), before);
      expect((await umconfig(args, { cwd })).exitCode).toBe(0);
      expect(drafts(cwd)).toEqual([leftOver]);
    },
  );
});
