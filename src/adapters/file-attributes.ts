/**
 * ACLs and extended attributes of a file that is about to be replaced. Node cannot read them, so the copying program of the system does,
 * on Linux. It gets open files and no names: whoever swaps a name meanwhile changes nothing.
 */
import { closeSync, constants, fstatSync, openSync, type Stats } from 'node:fs';
import { childEnvironment } from './child-environment.ts';

const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const DEADLINE_MS = 5_000;

/**
 * Gives the open file the ACL and the extended attributes of the one at `path`, and its mode, which belongs to the ACL. Without the GNU
 * program, or where the file system keeps no attributes, nothing is done.
 */
export function keepAttributes(path: string, { dev, ino }: Stats, descriptor: number): void {
  if (process.platform !== 'linux') return;
  let source: number | undefined;
  try {
    source = openSync(path, READ);
    const found = fstatSync(source);
    if (found.dev !== dev || found.ino !== ino) return;
    // Loaded here: child processes cost a good part of what starting Node does, and most runs write nothing.
    const { spawnSync } = process.getBuiltinModule('node:child_process');
    spawnSync(
      'cp',
      ['--attributes-only', '--preserve=mode,xattr', '--', '/proc/self/fd/3', '/proc/self/fd/4'],
      {
        env: childEnvironment(),
        stdio: ['ignore', 'ignore', 'ignore', source, descriptor],
        timeout: DEADLINE_MS,
      },
    );
  } catch {
    // They are a courtesy; the write itself tells what is wrong with the file.
  } finally {
    if (source !== undefined) closeSync(source);
  }
}
