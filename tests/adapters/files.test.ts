// Reading, directories and globs on the real disk.
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { nodeFiles } from '../../src/adapters/files.ts';
import { isRoot } from '../support/cli.ts';
import {
  bytesOf,
  failureOf,
  LIMIT,
  makeFifo,
  modeOf,
  removeScratch,
  runChild,
  scratch,
  text,
} from '../support/files-scratch.ts';

afterEach(removeScratch);

describe('read', () => {
  test('gives bytes, mode and the path as typed', async () => {
    const cwd = scratch();
    writeFileSync(join(cwd, 'a.yml'), 'port: 8686\n', { mode: 0o640 });
    const snapshot = await nodeFiles(cwd).read('a.yml', LIMIT);
    expect(snapshot).toEqual({ path: 'a.yml', bytes: bytesOf('port: 8686\n'), mode: 0o640, links: 1 });
  });

  test('follows links', async () => {
    const cwd = scratch();
    writeFileSync(join(cwd, 'real.yml'), 'x');
    symlinkSync('real.yml', join(cwd, 'link.yml'));
    expect((await nodeFiles(cwd).read('link.yml', LIMIT)).bytes).toEqual(bytesOf('x'));
  });

  test.each([
    ['shorter than the limit', 9, 9],
    ['exactly the limit', 10, 10],
    ['one more', 11, 11],
    ['far more', 5_000, 11],
  ])('a file %s: at most one byte over it', async (_, size, read) => {
    const cwd = scratch();
    writeFileSync(join(cwd, 'a'), 'x'.repeat(size));
    expect((await nodeFiles(cwd).read('a', 10)).bytes).toHaveLength(read);
  });

  test('says what is in the way', async () => {
    const cwd = scratch();
    mkdirSync(join(cwd, 'directory'));
    writeFileSync(join(cwd, 'file'), '');
    symlinkSync('nowhere', join(cwd, 'dangling'));
    symlinkSync('loop', join(cwd, 'loop'));
    makeFifo(join(cwd, 'fifo'));
    const files = nodeFiles(cwd);
    const seen = async (path: string): Promise<unknown> => failureOf(files.read(path, LIMIT));
    expect(await seen('directory')).toEqual({ kind: 'directory', path: 'directory', detail: 'EISDIR' });
    expect(await seen('dangling')).toEqual({ kind: 'dangling-link', path: 'dangling', detail: 'ENOENT' });
    expect(await seen('loop')).toEqual({ kind: 'dangling-link', path: 'loop', detail: 'ELOOP' });
    expect(await seen('fifo')).toEqual({ kind: 'not-a-file', path: 'fifo', detail: 'FIFO' });
    expect(await seen('/dev/null')).toEqual({ kind: 'not-a-file', path: '/dev/null', detail: 'device' });
    expect(await seen('absent')).toEqual({ kind: 'missing', path: 'absent', detail: 'ENOENT' });
    expect(await seen('file/below')).toMatchObject({ kind: 'missing', path: 'file/below' });
    expect(await seen('x'.repeat(300))).toMatchObject({ kind: 'io', detail: 'ENAMETOOLONG' });
  });

  test('refuses a socket', async () => {
    const cwd = scratch();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(cwd, 's'), resolve));
    try {
      expect(await failureOf(nodeFiles(cwd).read('s', LIMIT))).toMatchObject({
        kind: 'not-a-file',
        detail: 'socket',
      });
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  test('what the user may not read is not permitted', async () => {
    const cwd = scratch();
    chmodSync(cwd, 0o755);
    writeFileSync(join(cwd, 'a'), '', { mode: 0o600 });
    chmodSync(join(cwd, 'a'), isRoot ? 0o600 : 0);
    const failure = await runChild(cwd, ['read', 'a'], { unprivileged: true });
    expect(failure).toEqual({ kind: 'not-permitted', path: 'a', detail: 'EACCES' });
  });

  test('readIfThere: undefined only where nothing is there', async () => {
    const cwd = scratch();
    symlinkSync('nowhere', join(cwd, 'dangling'));
    const files = nodeFiles(cwd);
    expect(await files.readIfThere('absent', LIMIT)).toBeUndefined();
    expect(await files.readIfThere('absent/below', LIMIT)).toBeUndefined();
    expect(await failureOf(files.readIfThere('dangling', LIMIT))).toMatchObject({ kind: 'dangling-link' });
    writeFileSync(join(cwd, 'a'), '');
    expect(await files.readIfThere('a', LIMIT)).toMatchObject({ path: 'a' });
    expect(await files.readIfThere('a/below', LIMIT)).toBeUndefined();
  });
});

describe('writeReport', () => {
  test('a new file with usual permissions, or over what is there', async () => {
    const cwd = scratch();
    const before = process.umask(0o022);
    try {
      await nodeFiles(cwd).writeReport('report.json', 'a longer first report\n');
    } finally {
      process.umask(before);
    }
    expect(modeOf(join(cwd, 'report.json'))).toBe(0o644);
    await nodeFiles(cwd).writeReport('report.json', '{}\n');
    expect(text(join(cwd, 'report.json'))).toBe('{}\n');
  });

  test('says what is in the way', async () => {
    const cwd = scratch();
    mkdirSync(join(cwd, 'd'));
    const seen = async (path: string): Promise<unknown> => failureOf(nodeFiles(cwd).writeReport(path, ''));
    expect(await seen('d')).toMatchObject({ kind: 'directory', path: 'd' });
    expect(await seen('no/such/report')).toMatchObject({ kind: 'missing', path: 'no/such' });
  });
});

describe('packaged', () => {
  test('gives a file of the package, wherever the user is', async () => {
    const files = nodeFiles(scratch());
    expect(await files.packaged('package.json')).toContain('"name": "umconfig"');
    expect(await failureOf(files.packaged('absent'))).toMatchObject({ kind: 'missing', path: 'absent' });
  });
});

describe('directories', () => {
  test('isDirectory follows links and never throws', async () => {
    const cwd = scratch();
    mkdirSync(join(cwd, 'd'));
    writeFileSync(join(cwd, 'f'), '');
    symlinkSync('d', join(cwd, 'link'));
    symlinkSync('loop', join(cwd, 'loop'));
    const files = nodeFiles(cwd);
    const seen = await Promise.all(
      ['d', 'link', 'f', 'loop', 'absent', 'f/x'].map((path) => files.isDirectory(path)),
    );
    expect(seen).toEqual([true, true, false, false, false, false]);
  });

  test('makeDirectory makes parents, and tells what is in the way', async () => {
    const cwd = scratch();
    writeFileSync(join(cwd, 'f'), '');
    symlinkSync('nowhere', join(cwd, 'dangling'));
    const files = nodeFiles(cwd);
    expect(await files.makeDirectory('a/b/c')).toBe(true);
    expect(await files.makeDirectory('a/b/c')).toBe(false);
    symlinkSync('a', join(cwd, 'link'));
    expect(await files.makeDirectory('link')).toBe(false);
    expect(await failureOf(files.makeDirectory('f'))).toEqual({ kind: 'io', path: 'f', detail: 'EEXIST' });
    expect(await failureOf(files.makeDirectory('f/below'))).toMatchObject({ kind: 'io', path: 'f' });
    expect(await failureOf(files.makeDirectory('dangling'))).toMatchObject({
      kind: 'dangling-link',
      path: 'dangling',
    });
    expect(existsSync(join(cwd, 'nowhere'))).toBe(false);
  });

  test('makeDirectory where the user may not', async () => {
    const cwd = scratch();
    chmodSync(cwd, 0o555);
    const failure = await runChild(cwd, ['make-directory', 'data'], { unprivileged: true });
    chmodSync(cwd, 0o755);
    expect(failure).toEqual({ kind: 'not-permitted', path: 'data', detail: 'EACCES' });
  });
});

describe('glob', () => {
  function tree(...paths: readonly string[]): string {
    const cwd = scratch();
    for (const path of paths) {
      mkdirSync(join(cwd, path, '..'), { recursive: true });
      writeFileSync(join(cwd, path), '');
    }
    return cwd;
  }

  test('dotfiles too, without node_modules and .git, sorted', async () => {
    const cwd = tree(
      'b.yml',
      'a.yml',
      '.dot.yml',
      'd/.h/c.yml',
      'node_modules/x.yml',
      'd/node_modules/y.yml',
      '.git/z.yml',
    );
    expect(await nodeFiles(cwd).glob('**/*.yml')).toEqual(['.dot.yml', 'a.yml', 'b.yml', 'd/.h/c.yml']);
  });

  test.each(['[x].yml', '(1).yml', '{a,b}.yml', '!not.yml', '@(x).yml', 'a*.yml'])(
    'a file that is really named %s is meant as such',
    async (name) => {
      const cwd = tree(name, 'x.yml', 'a.yml', 'not.yml');
      expect(await nodeFiles(cwd).glob(name)).toEqual([name]);
    },
  );

  test('such a name is a pattern where no file has it', async () => {
    const cwd = tree('x.yml', 'y.yml', 'z.yml');
    const files = nodeFiles(cwd);
    expect(await files.glob('[xy].yml')).toEqual(['x.yml', 'y.yml']);
    expect(await files.glob('{z,x}.yml')).toEqual(['x.yml', 'z.yml']);
    expect(await files.glob('!(x).yml')).toEqual(['y.yml', 'z.yml']);
  });

  test('a directory name with special characters on the way', async () => {
    const cwd = join(tree('we[i]rd (1)/a.yml'), 'we[i]rd (1)');
    expect(await nodeFiles(cwd).glob('*.yml')).toEqual(['a.yml']);
    expect(await nodeFiles(join(cwd, '..')).glob('we[i]rd (1)/*.yml')).toEqual(['we[i]rd (1)/a.yml']);
  });

  test('what is named is never dropped, so that reading tells what it is', async () => {
    const cwd = tree('d/x.yml');
    makeFifo(join(cwd, 'fifo'));
    symlinkSync('nowhere', join(cwd, 'dangling'));
    const files = nodeFiles(cwd);
    for (const name of ['fifo', 'd', 'dangling']) expect(await files.glob(name)).toEqual([name]);
  });

  test('nothing for what is not there', async () => {
    const cwd = tree('d/x.yml');
    const files = nodeFiles(cwd);
    for (const pattern of ['absent.yml', 'absent/*.yml', '*.yml', 'd/x.yml/*', 'd/x.yml/y.yml']) {
      expect([pattern, await files.glob(pattern)]).toEqual([pattern, []]);
    }
  });

  test('paths as the user would type them', async () => {
    const top = tree('a.yml', 'here/b.yml');
    const files = nodeFiles(join(top, 'here'));
    expect(await files.glob('../*.yml')).toEqual(['../a.yml']);
    expect(await files.glob(`${top}/*/*.yml`)).toEqual([`${top}/here/b.yml`]);
    expect(await files.glob('../*/*.yml')).toEqual(['../here/b.yml']);
    expect(await files.glob('./*.yml')).toEqual(['./b.yml']);
    expect(await files.glob('./b.yml')).toEqual(['./b.yml']);
  });

  test('links to files count, links to directories are followed, loops end', async () => {
    const cwd = tree('real/a.yml');
    symlinkSync('real', join(cwd, 'linked'));
    symlinkSync('real/a.yml', join(cwd, 'b.yml'));
    symlinkSync('..', join(cwd, 'real', 'up'));
    const found = await nodeFiles(cwd).glob('**/*.yml');
    expect(found).toEqual(expect.arrayContaining(['b.yml', 'linked/a.yml', 'real/a.yml']));
  });

  test('a directory that may not be searched is passed over', async () => {
    const cwd = tree('closed/a.yml', 'open/b.yml');
    chmodSync(cwd, 0o755);
    chmodSync(join(cwd, 'closed'), 0);
    const found = await runChild(cwd, ['glob', '**/*.yml'], { unprivileged: true });
    chmodSync(join(cwd, 'closed'), 0o755);
    expect(found).toEqual({ result: ['open/b.yml'] });
  });
});
