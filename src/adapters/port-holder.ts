/** Which process listens on a port, where the system tells: on Linux, from /proc, for processes that may be looked at. */
import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { clip, maskLongRuns, printable } from '../core/text/display.ts';

const LISTENING = '0A';

/** `node main.js (process 4711)`; undefined where it cannot be told. Never rejects. */
export async function holderOf(port: number): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined;
  const inodes = (await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(readLines)))
    .flat()
    .flatMap((line) => listenerOn(port, line));
  if (inodes.length === 0) return undefined;
  const wanted = new Set(inodes.map((inode) => `socket:[${inode}]`));
  for (const id of (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))) {
    if (await holds(id, wanted)) return describe(id);
  }
  return undefined;
}

/** A row of /proc/net/tcp: number, local address and port in hexadecimal, the other side, state, …, inode. */
function listenerOn(port: number, line: string): readonly string[] {
  const [, local = '', , state, , , , , , inode = '0'] = line.trim().split(/\s+/);
  const isWanted = state === LISTENING && Number.parseInt(local.split(':')[1] ?? '', 16) === port;
  return isWanted && inode !== '0' ? [inode] : [];
}

async function readLines(path: string): Promise<readonly string[]> {
  return (await readFile(path, 'utf8').catch(() => '')).split('\n');
}

async function holds(id: string, sockets: ReadonlySet<string>): Promise<boolean> {
  const directory = `/proc/${id}/fd`;
  const names = await readdir(directory).catch(() => []);
  const links = await Promise.all(names.map((name) => readlink(`${directory}/${name}`).catch(() => '')));
  return links.some((link) => sockets.has(link));
}

/** The program and the script that it runs; further arguments may be anything, secrets too. */
async function describe(id: string): Promise<string> {
  const [program = '', script = ''] = (await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')).split(
    '\0',
  );
  const words = [program, ...(/^[^-=]*\.[cm]?[jt]s$|^[^-=]*\.py$/.test(script) ? [script] : [])];
  const name = words.map((word) => basename(word)).join(' ');
  return `${printable(clip(maskLongRuns(name), 60))} (process ${id})`;
}
