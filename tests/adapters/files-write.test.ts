// Writing on the real disk: what is refused, what a write leaves behind, and what a disk that gives out does to it.
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { nodeFiles } from '../../src/adapters/files.ts';
import { isRoot } from '../support/cli.ts';
import {
  bindMount,
  bytesOf,
  drafts,
  failureOf,
  LIMIT,
  makeFifo,
  modeOf,
  mountTinyDisk,
  NAME,
  remountReadOnly,
  removeScratch,
  runChild,
  scratch,
  text,
  unmount,
  unmountFile,
  whyNoTinyDisk,
} from '../support/files-scratch.ts';

afterEach(removeScratch);

describe('write', () => {
  test.each([
    ['0', 0],
    ['077', 0o077],
    ['0777', 0o777],
  ])('a new file is private under umask %s', async (_, umask) => {
    const cwd = scratch();
    const before = process.umask(umask);
    try {
      expect(await nodeFiles(cwd).write(NAME, bytesOf('new'), undefined)).toEqual({
        tightenedFrom: undefined,
        mode: 0o600,
      });
    } finally {
      process.umask(before);
    }
    expect(text(join(cwd, NAME))).toBe('new');
    expect(modeOf(join(cwd, NAME))).toBe(0o600);
    expect(drafts(cwd)).toEqual([]);
  });

  test.each([
    ['0644', 0o644, 0o644, 0o640],
    ['0640', 0o640, undefined, 0o640],
    ['0660', 0o660, undefined, 0o660],
    ['0601', 0o601, 0o601, 0o600],
    ['0600', 0o600, undefined, 0o600],
    ['0700', 0o700, undefined, 0o600],
  ])(
    'an existing file of mode %s keeps what its group may, others get nothing, and that is told',
    async (_, mode, tightenedFrom, now) => {
      const cwd = scratch();
      writeFileSync(join(cwd, NAME), 'old');
      chmodSync(join(cwd, NAME), mode);
      const files = nodeFiles(cwd);
      expect(await files.write(NAME, bytesOf('new'), await files.read(NAME, LIMIT))).toEqual({
        tightenedFrom,
        mode: now,
      });
      expect(modeOf(join(cwd, NAME))).toBe(now);
      expect(text(join(cwd, NAME))).toBe('new');
    },
  );

  test('goes through links to where they point, and they stay links', async () => {
    const cwd = scratch();
    mkdirSync(join(cwd, 'real'));
    writeFileSync(join(cwd, 'real', NAME), 'old');
    symlinkSync(join('real', NAME), join(cwd, 'inner.yml'));
    symlinkSync('inner.yml', join(cwd, 'outer.yml'));
    const files = nodeFiles(cwd);
    await files.write('outer.yml', bytesOf('new'), await files.read('outer.yml', LIMIT));
    expect(text(join(cwd, 'real', NAME))).toBe('new');
    expect(readlinkSync(join(cwd, 'outer.yml'))).toBe('inner.yml');
    expect(readlinkSync(join(cwd, 'inner.yml'))).toBe(join('real', NAME));
    expect([...drafts(cwd), ...drafts(join(cwd, 'real'))]).toEqual([]);
  });

  test('a new file below a linked directory', async () => {
    const cwd = scratch();
    mkdirSync(join(cwd, 'real'));
    symlinkSync('real', join(cwd, 'link'));
    await nodeFiles(cwd).write(join('link', NAME), bytesOf('new'), undefined);
    expect(text(join(cwd, 'real', NAME))).toBe('new');
  });

  test('refuses what is not a file of its own', async () => {
    const cwd = scratch();
    mkdirSync(join(cwd, 'directory'));
    writeFileSync(join(cwd, 'file'), '');
    symlinkSync('nowhere', join(cwd, 'dangling'));
    symlinkSync('loop', join(cwd, 'loop'));
    makeFifo(join(cwd, 'fifo'));
    const seen = async (path: string): Promise<unknown> =>
      failureOf(nodeFiles(cwd).write(path, bytesOf('new'), undefined));
    expect(await seen('directory')).toMatchObject({ kind: 'directory', path: 'directory' });
    expect(await seen('dangling')).toMatchObject({ kind: 'dangling-link', path: 'dangling' });
    expect(await seen('loop')).toMatchObject({ kind: 'dangling-link', path: 'loop' });
    expect(await seen('fifo')).toMatchObject({ kind: 'not-a-file', path: 'fifo' });
    expect(await seen('app/config/a.yml')).toEqual({ kind: 'missing', path: 'app/config', detail: 'ENOENT' });
    expect(await seen('file/a.yml')).toMatchObject({ kind: 'missing', path: 'file' });
    expect(existsSync(join(cwd, 'nowhere'))).toBe(false);
    expect(drafts(cwd)).toEqual([]);
  });

  test('refuses to write over anything but what was read', async () => {
    const cwd = scratch();
    const path = join(cwd, NAME);
    const files = nodeFiles(cwd);
    const refused = { kind: 'changed-on-disk', path: NAME };
    writeFileSync(path, 'old');
    const snapshot = await files.read(NAME, LIMIT);
    for (const other of ['OLD', 'older', 'ol', '']) {
      writeFileSync(path, other);
      expect(await failureOf(files.write(NAME, bytesOf('new'), snapshot))).toMatchObject(refused);
      expect(text(path)).toBe(other);
    }
    expect(await failureOf(files.write(NAME, bytesOf('new'), undefined))).toMatchObject(refused);
    unlinkSync(path);
    expect(await failureOf(files.write(NAME, bytesOf('new'), snapshot))).toMatchObject(refused);
    expect(existsSync(path)).toBe(false);
    expect(drafts(cwd)).toEqual([]);
  });

  test('a file that was read only in part is never replaced', async () => {
    const cwd = scratch();
    writeFileSync(join(cwd, NAME), 'x'.repeat(50));
    const files = nodeFiles(cwd);
    const part = await files.read(NAME, 10);
    expect(await failureOf(files.write(NAME, bytesOf('new'), part))).toMatchObject({
      kind: 'changed-on-disk',
    });
    expect(text(join(cwd, NAME))).toHaveLength(50);
  });

  test('another hard link keeps the old bytes', async () => {
    const cwd = scratch();
    writeFileSync(join(cwd, NAME), 'old');
    linkSync(join(cwd, NAME), join(cwd, 'twin'));
    const files = nodeFiles(cwd);
    await files.write(NAME, bytesOf('new'), await files.read(NAME, LIMIT));
    expect(text(join(cwd, 'twin'))).toBe('old');
  });

  test.each(['', 'x'])('a name as long as the file system allows, after "%s"', async (shift) => {
    const cwd = scratch();
    const long = `${shift}${'ü'.repeat(125)}.yml`;
    await nodeFiles(cwd).write(long, bytesOf('new'), undefined);
    expect(text(join(cwd, long))).toBe('new');
    expect(drafts(cwd)).toEqual([]);
  });

  test('a directory without write permission', async () => {
    const cwd = scratch();
    writeFileSync(join(cwd, NAME), 'old');
    chmodSync(join(cwd, NAME), 0o666);
    chmodSync(cwd, 0o555);
    const failure = await runChild(cwd, ['write-once', NAME, 'new'], { unprivileged: true });
    chmodSync(cwd, 0o755);
    expect(failure).toEqual({ kind: 'not-permitted', path: '.', detail: 'EACCES' });
    expect(text(join(cwd, NAME))).toBe('old');
    expect(drafts(cwd)).toEqual([]);
  });

  test('a file without write permission, although its directory would let it be replaced', async () => {
    const cwd = scratch();
    chmodSync(cwd, 0o777);
    writeFileSync(join(cwd, NAME), 'old');
    chmodSync(join(cwd, NAME), 0o444);
    const failure = await runChild(cwd, ['write-once', NAME, 'new'], { unprivileged: true });
    expect(failure).toEqual({ kind: 'not-permitted', path: NAME, detail: 'EACCES' });
    expect(text(join(cwd, NAME))).toBe('old');
  });

  const asRoot = isRoot ? test : test.skip;
  const unlessRoot = isRoot ? '' : ' (skipped: not running as root)';

  asRoot(`root leaves a file with its owner${unlessRoot}`, async () => {
    const cwd = scratch();
    writeFileSync(join(cwd, NAME), 'old');
    chownSync(join(cwd, NAME), 12_345, 23_456);
    const files = nodeFiles(cwd);
    await files.write(NAME, bytesOf('new'), await files.read(NAME, LIMIT));
    expect(statSync(join(cwd, NAME))).toMatchObject({ uid: 12_345, gid: 23_456 });
    expect(modeOf(join(cwd, NAME))).toBe(0o640);
  });

  const python = (script: string, ...args: readonly string[]) =>
    spawnSync('python3', ['-c', script, ...args], { encoding: 'utf8' });
  const hasAttributes = (): boolean => {
    const cwd = scratch();
    writeFileSync(join(cwd, NAME), '');
    return python('import os,sys; os.setxattr(sys.argv[1],"user.note",b"x")', join(cwd, NAME)).status === 0;
  };
  const inLinux = process.platform === 'linux' && hasAttributes();

  (inLinux ? test : test.skip)(
    `extended attributes are kept${inLinux ? '' : ' (needs Linux, python3 and a file system that has them)'}`,
    async () => {
      const cwd = scratch();
      const path = join(cwd, NAME);
      writeFileSync(path, 'old');
      python('import os,sys; os.setxattr(sys.argv[1],"user.note",b"kept")', path);
      const files = nodeFiles(cwd);
      await files.write(NAME, bytesOf('new'), await files.read(NAME, LIMIT));
      expect(text(path)).toBe('new');
      expect(python('import os,sys; print(os.getxattr(sys.argv[1],"user.note"))', path).stdout).toBe(
        "b'kept'\n",
      );
    },
  );

  asRoot(`anyone else goes on where the owner cannot be kept${unlessRoot}`, async () => {
    const cwd = scratch();
    chmodSync(cwd, 0o777);
    writeFileSync(join(cwd, NAME), 'old');
    chmodSync(join(cwd, NAME), 0o666);
    expect(await runChild(cwd, ['write-once', NAME, 'new'], { unprivileged: true })).toEqual({});
    expect(text(join(cwd, NAME))).toBe('new');
    expect(statSync(join(cwd, NAME)).uid).not.toBe(0);
  });
});

describe('a file that is mounted by itself, as Docker does', () => {
  const reason = whyNoTinyDisk();
  const onMount = reason === undefined ? test : test.skip;

  onMount(
    `is not replaced, and keeps its inode when written in place${reason === undefined ? '' : ` (skipped: ${reason})`}`,
    async () => {
      const cwd = scratch();
      const source = join(cwd, 'source.yml');
      writeFileSync(source, 'a much longer old text');
      writeFileSync(join(cwd, NAME), '');
      bindMount(source, join(cwd, NAME));
      try {
        const files = nodeFiles(cwd);
        const snapshot = await files.read(NAME, LIMIT);
        const write = (inPlace: boolean) => files.write(NAME, bytesOf('new'), snapshot, { inPlace });
        expect(await failureOf(write(false))).toEqual({
          kind: 'not-replaceable',
          path: NAME,
          detail: 'EBUSY',
        });
        expect(text(source)).toBe('a much longer old text');
        expect(drafts(cwd)).toEqual([]);
        expect(await write(true)).toEqual({ tightenedFrom: 0o644, mode: 0o640 });
        expect(text(source)).toBe('new');
        expect(modeOf(source)).toBe(0o640);
        expect(await failureOf(write(true))).toMatchObject({ kind: 'changed-on-disk' });
      } finally {
        unmountFile(join(cwd, NAME));
      }
    },
  );
});

test('a hard link is seen before it is replaced, and kept by a write in place', async () => {
  const cwd = scratch();
  writeFileSync(join(cwd, NAME), 'old');
  linkSync(join(cwd, NAME), join(cwd, 'other'));
  const files = nodeFiles(cwd);
  const snapshot = await files.read(NAME, LIMIT);
  expect(snapshot.links).toBe(2);
  await files.write(NAME, bytesOf('new'), snapshot, { inPlace: true });
  expect(text(join(cwd, 'other'))).toBe('new');
  expect(statSync(join(cwd, NAME)).nlink).toBe(2);
});

describe('write on a disk that gives out', () => {
  const reason = whyNoTinyDisk();
  const onDisk = reason === undefined ? test : test.skip;

  onDisk(
    `full, then read-only: the old bytes stay${reason === undefined ? '' : ` (skipped: ${reason})`}`,
    async () => {
      const path = mountTinyDisk();
      try {
        const files = nodeFiles(path);
        const full = { kind: 'disk-full', path: NAME, detail: 'ENOSPC' };
        const tooMuch = bytesOf('x'.repeat(20_000));
        expect(await failureOf(files.write(NAME, tooMuch, undefined))).toEqual(full);
        expect(existsSync(join(path, NAME))).toBe(false);

        await files.write(NAME, bytesOf('old'), undefined);
        const snapshot = await files.read(NAME, LIMIT);
        expect(await failureOf(files.write(NAME, tooMuch, snapshot))).toEqual(full);
        expect(text(join(path, NAME))).toBe('old');
        expect(drafts(path)).toEqual([]);

        remountReadOnly(path);
        expect(await failureOf(files.write(NAME, bytesOf('new'), snapshot))).toMatchObject({
          kind: 'read-only',
        });
        expect(await failureOf(files.write('other', bytesOf('new'), undefined))).toMatchObject({
          kind: 'read-only',
        });
        expect(await failureOf(files.makeDirectory('data'))).toMatchObject({ kind: 'read-only' });
        expect(text(join(path, NAME))).toBe('old');
      } finally {
        unmount(path);
      }
    },
  );
});
