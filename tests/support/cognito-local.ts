/** Starts cognito-local, a third-party emulator, as a second opinion on our own local Cognito. */
import { spawn } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export interface CognitoLocal {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts it with its data in a directory. Resolves when it listens, rejects if it ends before that. */
export async function startCognitoLocal(directory: string): Promise<CognitoLocal> {
  const start = join(dirname(createRequire(import.meta.url).resolve('cognito-local')), 'bin/start.js');
  const port = String(await freePort());
  const child = spawn(process.execPath, [start], {
    cwd: directory,
    env: { PATH: process.env['PATH'] ?? '', HOME: directory, HOST: '127.0.0.1', PORT: port },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve();
    });
  });
  await new Promise<void>((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('running on')) resolve();
    });
    child.once('error', reject);
    child.once('close', () => {
      reject(new Error(`cognito-local exited: ${said}`));
    });
  });
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      child.kill();
      return ended;
    },
  };
}

/** It reads its port from the environment and cannot pick a free one. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}
