/** Lists listening sockets from the kernel's table. Only on Linux. */
import { readFile, readdir, readlink } from 'node:fs/promises';

export const hasSocketTable = process.platform === 'linux';

/** 127.0.0.1 and ::1 in the kernel's notation. */
export const LOOPBACK = { ipv4: '0100007F', ipv6: '00000000000000000000000001000000' } as const;

interface Listener {
  readonly address: string;
  readonly port: number;
  readonly inode: string;
}

const LISTEN = '0A';

async function listeners(): Promise<readonly Listener[]> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => '')),
  );
  return tables
    .flatMap((table) => table.split('\n').map((line) => line.trim().split(/\s+/)))
    .filter(([, , , state]) => state === LISTEN)
    .map(([, local = '', , , , , , , , inode = '']) => {
      const [address = '', port = ''] = local.split(':');
      return { address, port: Number.parseInt(port, 16), inode };
    });
}

/** The addresses on which any process listens on this port, sorted. */
export async function listeningOn(port: number): Promise<readonly string[]> {
  return (await listeners())
    .filter((listener) => listener.port === port)
    .map(({ address }) => address)
    .sort();
}

/** All addresses and ports on which this process listens. */
export async function listeningOf(pid: number): Promise<readonly Pick<Listener, 'address' | 'port'>[]> {
  const descriptors = await readdir(`/proc/${pid}/fd`);
  const links = await Promise.all(
    descriptors.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => '')),
  );
  return (await listeners()).filter(({ inode }) => links.includes(`socket:[${inode}]`));
}
