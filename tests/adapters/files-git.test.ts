// What git has of files, asked of real repositories; none of them may make the question run a program.
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { nodeFiles } from '../../src/adapters/files.ts';
import { git, removeScratch, scratch, text } from '../support/files-scratch.ts';

afterEach(removeScratch);

describe('gitFacts', () => {
  function repository(...tracked: readonly string[]): string {
    const top = scratch();
    git(top, 'init', '--quiet');
    for (const path of tracked) {
      mkdirSync(join(top, path, '..'), { recursive: true });
      writeFileSync(join(top, path), '');
    }
    git(top, '--literal-pathspecs', 'add', '--', ...tracked);
    git(top, 'commit', '--quiet', '--message', 'x');
    return top;
  }

  async function tracked(cwd: string, ...paths: readonly string[]): Promise<readonly string[]> {
    const facts = await nodeFiles(cwd).gitFacts(paths);
    return [...facts].flatMap(([path, { isTracked }]) => (isTracked ? [path] : [])).sort();
  }

  test('tracked, ignored, untracked, deleted, from below the top', async () => {
    const top = repository('app/a.yml', 'app/gone.yml', '.gitignore');
    writeFileSync(join(top, '.gitignore'), 'ignored.yml\n');
    for (const name of ['ignored.yml', 'new.yml']) writeFileSync(join(top, 'app', name), '');
    rmSync(join(top, 'app', 'gone.yml'));
    const absolute = join(top, 'app', 'a.yml');
    expect(
      await tracked(join(top, 'app'), 'a.yml', './a.yml', absolute, 'ignored.yml', 'new.yml', 'gone.yml'),
    ).toEqual(['a.yml', './a.yml', absolute, 'gone.yml'].sort());
  });

  test('committed, staged, and ignored', async () => {
    const top = repository('a.yml', '.gitignore');
    writeFileSync(join(top, '.gitignore'), 'ignored.yml\n');
    writeFileSync(join(top, 'a.yml'), 'first: ü\n');
    git(top, 'add', 'a.yml');
    git(top, 'commit', '--quiet', '--message', 'y');
    writeFileSync(join(top, 'a.yml'), 'second: "x"\n\n');
    git(top, 'add', 'a.yml');
    for (const name of ['ignored.yml', 'new.yml', 'a.yml']) writeFileSync(join(top, name), 'third\n');
    expect(await nodeFiles(top).gitFacts(['new.yml', 'a.yml', 'ignored.yml'])).toEqual(
      new Map([
        ['a.yml', { isTracked: true, isIgnored: false, committed: 'first: ü\n', staged: 'second: "x"\n\n' }],
        ['ignored.yml', { isTracked: false, isIgnored: true, committed: undefined, staged: undefined }],
        ['new.yml', { isTracked: false, isIgnored: false, committed: undefined, staged: undefined }],
      ]),
    );
  });

  test('before the first commit', async () => {
    const top = scratch();
    git(top, 'init', '--quiet');
    writeFileSync(join(top, 'a.yml'), 'x\n');
    git(top, 'add', 'a.yml');
    expect((await nodeFiles(top).gitFacts(['a.yml'])).get('a.yml')).toEqual({
      isTracked: true,
      isIgnored: false,
      committed: undefined,
      staged: 'x\n',
    });
  });

  test('staged is tracked', async () => {
    const top = repository('a');
    writeFileSync(join(top, 'b'), '');
    git(top, 'add', 'b');
    expect(await tracked(top, 'b')).toEqual(['b']);
  });

  test('names are never patterns', async () => {
    const top = repository('x.yml', '[y].yml', 'ümlaut "q".yml', 'two\nlines.yml');
    for (const name of ['[x].yml', ':(no-such-magic)x.yml', '*.yml']) writeFileSync(join(top, name), '');
    const there = ['[y].yml', 'ümlaut "q".yml', 'two\nlines.yml'];
    expect(await tracked(top, '[x].yml', ':(no-such-magic)x.yml', '*.yml', ...there)).toEqual(
      [...there].sort(),
    );
  });

  test('submodule and worktree, where .git is a file', async () => {
    const inner = repository('in.yml');
    const top = repository('out.yml');
    git(top, 'submodule', '--quiet', 'add', inner, 'sub');
    const tree = join(scratch(), 'tree');
    git(top, 'worktree', 'add', '--quiet', tree);
    writeFileSync(join(top, 'sub', 'new.yml'), '');
    writeFileSync(join(tree, 'new.yml'), '');
    expect(await tracked(top, 'out.yml', 'sub/in.yml', 'sub/new.yml')).toEqual(['out.yml', 'sub/in.yml']);
    expect(await tracked(tree, 'out.yml', 'new.yml')).toEqual(['out.yml']);
    expect(await tracked(scratch(), join(top, 'sub/in.yml'), join(tree, 'out.yml'))).toHaveLength(2);
  });

  test('the place behind the links decides', async () => {
    const top = repository('app/a.yml');
    const outside = scratch();
    symlinkSync(join(top, 'app'), join(outside, 'app'));
    symlinkSync(join(top, 'app', 'a.yml'), join(outside, 'direct.yml'));
    writeFileSync(join(outside, 'kept-out.yml'), '');
    symlinkSync(join(outside, 'kept-out.yml'), join(top, 'link.yml'));
    git(top, 'add', 'link.yml');
    expect(await tracked(outside, 'app/a.yml', 'app/b.yml', 'direct.yml')).toEqual([
      'app/a.yml',
      'direct.yml',
    ]);
    expect(await tracked(top, 'link.yml')).toEqual([]);
  });

  test('no repository, a broken one, no such path, no path at all', async () => {
    const cwd = scratch();
    writeFileSync(join(cwd, 'a'), '');
    expect(await tracked(cwd, 'a', 'no/such/path')).toEqual([]);
    expect(await tracked(cwd)).toEqual([]);
    writeFileSync(join(cwd, '.git'), 'gitdir: /nowhere\n');
    expect(await tracked(cwd, 'a')).toEqual([]);
  });

  test.each([
    ['version 4, which shortens names', ['update-index', '--index-version', '4']],
    ['a split one', ['update-index', '--split-index']],
    ['a sparse one', ['sparse-checkout', 'set', '--cone', '--sparse-index', 'other']],
  ])('an index of another kind: %s', async (_, change) => {
    const top = repository('app/config.yml', 'app/confit.yml', 'other/a.yml');
    git(top, ...change);
    expect(readFileSync(join(top, '.git', 'index')).includes('confit.yml')).toBe(false);
    // The sparse checkout has taken the files away.
    mkdirSync(join(top, 'app'), { recursive: true });
    expect(await tracked(top, 'app/config.yml', 'app/confit.yml', 'app/new.yml')).toEqual([
      'app/config.yml',
      'app/confit.yml',
    ]);
  });

  describe('with another environment', () => {
    const { PATH } = process.env;
    afterEach(() => {
      process.env['PATH'] = PATH;
      for (const name of ['GIT_DIR', 'GIT_INDEX_FILE', 'GIT_GLOB_PATHSPECS', 'UMCONFIG_CLIENT_SECRET']) {
        Reflect.deleteProperty(process.env, name);
      }
    });

    function stubGit(script: string): void {
      const bin = scratch();
      writeFileSync(join(bin, 'git'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      process.env['PATH'] = `${bin}${delimiter}${PATH ?? ''}`;
    }

    test('git on no path', async () => {
      const top = repository('a');
      process.env['PATH'] = scratch();
      expect(await tracked(top, 'a')).toEqual([]);
    });

    test('variables that point git elsewhere are not handed on', async () => {
      const top = repository('a');
      Object.assign(process.env, {
        GIT_DIR: '/nowhere',
        GIT_INDEX_FILE: '/nowhere',
        GIT_GLOB_PATHSPECS: '1',
      });
      expect(await tracked(top, 'a')).toEqual(['a']);
    });

    test('nor is a secret', async () => {
      const top = repository('a');
      const seen = join(scratch(), 'env');
      process.env['UMCONFIG_CLIENT_SECRET'] = 'notarealsecret';
      stubGit(`env > '${seen}'`);
      expect(await tracked(top, 'a')).toEqual([]);
      expect(text(seen)).toContain('GIT_OPTIONAL_LOCKS=0');
      expect(text(seen)).not.toContain('notarealsecret');
    });

    test('a repository cannot make it run programs', async () => {
      const top = repository('a');
      const ran = join(scratch(), 'ran');
      const monitor = join(top, 'monitor.sh');
      writeFileSync(monitor, `#!/bin/sh\ntouch '${ran}'\n`, { mode: 0o755 });
      git(top, 'config', 'core.fsmonitor', monitor);
      git(top, 'status');
      expect(existsSync(ran)).toBe(true);
      rmSync(ran);
      expect(await tracked(top, 'a')).toEqual(['a']);
      expect(existsSync(ran)).toBe(false);
    });

    test('one that hangs is given up on', async () => {
      const top = repository('a');
      stubGit('exec sleep 600');
      expect(await nodeFiles(top, 200).gitFacts(['a'])).toEqual(new Map());
    });

    test('where no repository is, git is not even started', async () => {
      const cwd = scratch();
      const ran = join(scratch(), 'ran');
      writeFileSync(join(cwd, 'a'), '');
      stubGit(`touch '${ran}'`);
      expect(await tracked(cwd, 'a')).toEqual([]);
      expect(existsSync(ran)).toBe(false);
    });
  });
});
