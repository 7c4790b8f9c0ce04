/** Tests the three built commands that write, where writing is refused, follows a link, or finds files of other processes. */
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
/** The commands that can create a file. */
const MAKERS = WRITERS.filter((writer) => writer !== 'validate --fix');

const run = (
  writer: Writer,
  cwd: string,
  options: Omit<CliOptions, 'cwd' | 'env'> = {},
): Promise<CliResult> => {
  const { args, env } = scene.command(writer, LAYOUT);
  return umconfig(args, { cwd, env, ...options });
};

/** A folder with the file that the command would change, in this mode. */
function folderFor(writer: Writer, mode = 0o600): { readonly cwd: string; readonly before: string } {
  const cwd = scratch();
  const { before } = scene.command(writer, LAYOUT);
  writeFileSync(join(cwd, NAME), before);
  chmodSync(join(cwd, NAME), mode);
  return { cwd, before };
}

/** Asserts a refusal with this exit code and message, and nothing on stdout that looks like success. */
function expectFailed(result: CliResult, exitCode: number, words: string): void {
  expect(result).toMatchObject({ exitCode, stderr: expect.stringContaining(words) as unknown });
  expect(['', '1 failed\n']).toContain(result.stdout);
}

/** Asserts an error of the disk with this message; the file is unchanged and no other file exists. */
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
  test('tightens a loose mode and reports it', async () => {
    const { cwd } = folderFor(writer, 0o664);
    const result = await run(writer, cwd);
    expect(result.stderr).toContain(`${NAME}: changed mode 664 to 660`);
    expectWritten(writer, result, join(cwd, NAME), 0o660);
    expect((await run(writer, cwd)).stderr).not.toContain('changed mode');
  });

  test('writes through a link and keeps the link', async () => {
    const { cwd } = folderFor(writer);
    const elsewhere = scratch();
    symlinkSync(join(cwd, NAME), join(elsewhere, NAME));
    expectWritten(writer, await run(writer, elsewhere), join(cwd, NAME));
    expect(lstatSync(join(elsewhere, NAME)).isSymbolicLink()).toBe(true);
    expect([...drafts(cwd), ...drafts(elsewhere)]).toEqual([]);
  });

  test('refuses a dangling link and does not create its target', async () => {
    const cwd = scratch();
    symlinkSync('elsewhere.yml', join(cwd, NAME));
    expectFailed(await run(writer, cwd), 2, `${NAME}: broken symbolic link`);
    expect(readdirSync(cwd)).toEqual([NAME]);
  });

  test('refuses a folder without write permission', async () => {
    const { cwd, before } = folderFor(writer, 0o666);
    chmodSync(cwd, 0o555);
    const result = await run(writer, cwd, { unprivileged: true });
    chmodSync(cwd, 0o755);
    expectRefused(result, 'permission denied', cwd, before);
    expect(modeOf(join(cwd, NAME))).toBe(0o666);
  });

  test('refuses a read-only file in a writable folder', async () => {
    const { cwd, before } = folderFor(writer, 0o444);
    chmodSync(cwd, 0o777);
    expectRefused(await run(writer, cwd, { unprivileged: true }), 'permission denied', cwd, before);
    expect(modeOf(join(cwd, NAME))).toBe(0o444);
  });
});

const asRoot = isRoot ? describe : describe.skip;

asRoot(`a file of another user${isRoot ? '' : ' (skipped: only root can make one)'}`, () => {
  test.each(WRITERS)('keeps its owner if root writes it: %s', async (writer) => {
    const { cwd } = folderFor(writer);
    chownSync(join(cwd, NAME), NOBODY, NOBODY);
    expectWritten(writer, await run(writer, cwd), join(cwd, NAME));
    expect(statSync(join(cwd, NAME))).toMatchObject({ uid: NOBODY, gid: NOBODY });
  });

  test.each(WRITERS)('changes its owner if it is world-writable: %s', async (writer) => {
    const { cwd } = folderFor(writer, 0o666);
    chmodSync(cwd, 0o777);
    const result = await run(writer, cwd, { unprivileged: true });
    expect(result.stderr).toContain(`${NAME}: changed mode 666`);
    expectWritten(writer, result, join(cwd, NAME));
    expect(statSync(join(cwd, NAME)).uid).toBe(NOBODY);
  });

  test.each(WRITERS)('is refused if only its owner can read it: %s', async (writer) => {
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

  /** Fills every free page. */
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

  test.each(WRITERS)('keeps the file unchanged if it is full: %s', async (writer) => {
    const before = putFile(writer);
    fillUp();
    expectRefused(await run(writer, disk), 'a configuration file is unchanged', disk, before);
  });

  test('can truncate a report if it is full, and the message says so', async () => {
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

  test.each(MAKERS)('gets no new file if it is full: %s', async (writer) => {
    fillUp();
    expectRefused(await run(writer, disk), 'no space left on the disk', disk, undefined);
  });

  test.each(WRITERS)('keeps the file unchanged if it is read-only: %s', async (writer) => {
    const before = putFile(writer);
    remountReadOnly(disk);
    expectRefused(await run(writer, disk), 'the file system is read-only', disk, before);
  });

  test.each(MAKERS)('gets no new file if it is read-only: %s', async (writer) => {
    remountReadOnly(disk);
    expectRefused(await run(writer, disk), 'the file system is read-only', disk, undefined);
  });
});

describe('a temporary file of a killed run', () => {
  test.each([
    ['init', '--yes'],
    ['validate', '--fix'],
    ['validate', '--fix', NAME, 'other.yml'],
  ])('is removed even if nothing is written: %s %s', async (...args) => {
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
    'is kept by a command that must not write: %s %s',
    async (...args) => {
      const { cwd, before } = folderFor('init');
      const leftOver = `.${NAME}.0123456789abcdef-${DEAD_PID}.umconfig-tmp`;
      writeFileSync(join(cwd, leftOver), before);
      expect((await umconfig(args, { cwd })).exitCode).toBe(0);
      expect(drafts(cwd)).toEqual([leftOver]);
    },
  );
});
