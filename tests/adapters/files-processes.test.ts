// Several processes at one file: killed ones leave nothing that stays or blocks, and no update is ever lost.
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { nodeFiles } from '../../src/adapters/files.ts';
import {
  bytesOf,
  DEAD_PID,
  drafts,
  NAME,
  outcome,
  removeScratch,
  scratch,
  startChild,
  text,
  until,
} from '../support/files-scratch.ts';

afterEach(removeScratch);

describe('left-overs of killed runs', () => {
  const draft = (pid: number, options: { name?: string; ready?: boolean; digit?: string } = {}): string => {
    const { name = NAME, ready = false, digit = '0' } = options;
    return `.${name}.${digit.repeat(16)}-${pid}${ready ? '.ready' : ''}.umconfig-tmp`;
  };

  test('go with the next write; whatever is not ours stays', async () => {
    const cwd = scratch();
    const ours = [
      draft(DEAD_PID),
      draft(DEAD_PID, { ready: true }),
      draft(process.pid, { digit: '1' }),
      draft(process.pid, { digit: '1', ready: true }),
    ];
    const foreign = [
      draft(process.ppid),
      draft(DEAD_PID, { name: 'other.yml' }),
      draft(DEAD_PID, { digit: 'G' }),
      `.${NAME}.backup.umconfig-tmp`,
      `.${NAME}.0000000000000000-12.umconfig-tmp.bak`,
      `x.${NAME}.0000000000000000-12.umconfig-tmp`,
      `.${NAME}.swp`,
      `${NAME}~`,
    ];
    for (const name of [...ours, ...foreign]) writeFileSync(join(cwd, name), '');
    const directory = draft(DEAD_PID, { digit: '2', ready: true });
    const link = draft(DEAD_PID, { digit: '3' });
    mkdirSync(join(cwd, directory));
    symlinkSync(`${NAME}~`, join(cwd, link));

    await nodeFiles(cwd).write(NAME, bytesOf('new'), undefined);
    expect(ours.filter((name) => existsSync(join(cwd, name)))).toEqual([]);
    expect([...foreign, directory, link].filter((name) => !existsSync(join(cwd, name)))).toEqual([]);
  });

  test('go after an hour even when their process id is in use again', async () => {
    const cwd = scratch();
    const old = join(cwd, draft(process.ppid));
    writeFileSync(old, '');
    const longAgo = Date.now() / 1000 - 3_700;
    utimesSync(old, longAgo, longAgo);
    await nodeFiles(cwd).write(NAME, bytesOf('new'), undefined);
    expect(existsSync(old)).toBe(false);
  });
});

/** Somebody else's turn on the file: a writer waits, its draft written and its target resolved, until it ends. */
describe('what happens while a writer waits for its turn', () => {
  async function duringTurn(cwd: string, path: string, meanwhile: (draft: string) => void): Promise<unknown> {
    const turn = join(cwd, `.${NAME}.0000000000000000-${process.pid}.ready.umconfig-tmp`);
    writeFileSync(turn, '');
    const child = startChild(cwd, ['write-once', path, 'new']);
    const result = outcome(child);
    const own = new RegExp(`-${child.pid ?? 0}(\\.ready)?\\.umconfig-tmp$`);
    meanwhile(await until(() => drafts(cwd).find((name) => own.test(name))));
    rmSync(turn);
    return result;
  }

  const CHANGED = { kind: 'changed-on-disk' };

  test('nothing: it writes', async () => {
    const cwd = scratch();
    writeFileSync(join(cwd, NAME), 'old');
    expect(await duringTurn(cwd, NAME, () => undefined)).toEqual({});
    expect(text(join(cwd, NAME))).toBe('new');
    expect(drafts(cwd)).toEqual([]);
  });

  test('the link is turned to another file with the same bytes', async () => {
    const cwd = scratch();
    writeFileSync(join(cwd, NAME), 'old');
    writeFileSync(join(cwd, 'b.yml'), 'old');
    symlinkSync(NAME, join(cwd, 'link.yml'));
    const result = await duringTurn(cwd, 'link.yml', () => {
      symlinkSync('b.yml', join(cwd, 'link.new'));
      renameSync(join(cwd, 'link.new'), join(cwd, 'link.yml'));
    });
    expect(result).toMatchObject(CHANGED);
    expect(readlinkSync(join(cwd, 'link.yml'))).toBe('b.yml');
    expect([NAME, 'b.yml'].map((name) => text(join(cwd, name)))).toEqual(['old', 'old']);
    expect(drafts(cwd)).toEqual([]);
  });

  test('the file becomes a link', async () => {
    const cwd = scratch();
    writeFileSync(join(cwd, NAME), 'old');
    writeFileSync(join(cwd, 'victim'), 'old');
    const result = await duringTurn(cwd, NAME, () => {
      unlinkSync(join(cwd, NAME));
      symlinkSync('victim', join(cwd, NAME));
    });
    expect(result).toMatchObject(CHANGED);
    expect(text(join(cwd, 'victim'))).toBe('old');
    expect(lstatSync(join(cwd, NAME)).isSymbolicLink()).toBe(true);
  });

  test('its draft is taken away, as from a writer that was stopped for too long', async () => {
    const cwd = scratch();
    writeFileSync(join(cwd, NAME), 'old');
    const result = await duringTurn(cwd, NAME, (draft) => {
      const stem = join(cwd, draft.replace(/(\.ready)?\.umconfig-tmp$/, ''));
      // It changes between its two names meanwhile.
      while (drafts(cwd).length > 1) {
        rmSync(`${stem}.umconfig-tmp`, { force: true });
        rmSync(`${stem}.ready.umconfig-tmp`, { force: true });
      }
    });
    expect(result).toMatchObject(CHANGED);
    expect(text(join(cwd, NAME))).toBe('old');
  });
});
