/** Sends an answer, or what a fault turns it into. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Mishap } from './faults.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Sends the answer. `answered` is called just before the last byte, so that it precedes the client's next action. Rejects if the client
 * disconnects.
 */
export async function deliver(
  response: ServerResponse,
  answer: Answer,
  mishap: Mishap | undefined,
  answered: () => void,
): Promise<void> {
  const sendWhole = (status: number, headers: Answer['headers'], body: string): void => {
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
    answered();
    response.end(body);
  };
  switch (mishap?.kind) {
    case undefined:
      sendWhole(answer.status, answer.headers, answer.body);
      return;
    case 'wrong-content-type':
      sendWhole(answer.status, { ...answer.headers, 'content-type': 'text/html' }, answer.body);
      return;
    case 'not-json':
      sendWhole(
        200,
        { ...answer.headers, 'content-type': 'text/html' },
        '<!doctype html><title>Sign in</title>',
      );
      return;
    case 'empty-body':
      sendWhole(200, answer.headers, '');
      return;
    case 'redirect':
      sendWhole(301, { location: mishap.location }, '');
      return;
    case 'instead':
      sendWhole(mishap.answer.status, mishap.answer.headers, mishap.answer.body);
      return;
    case 'hang':
      if (!response.destroyed) await once(response, 'close');
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'cut-off':
      // One byte more than the body, so that an empty body is cut off too.
      response.writeHead(answer.status, {
        ...answer.headers,
        'content-length': Buffer.byteLength(answer.body) + 1,
      });
      response.flushHeaders();
      response.write(answer.body.slice(0, answer.body.length / 2));
      response.socket?.destroySoon();
      return;
    case 'endless-body':
      response.writeHead(answer.status, answer.headers);
      await pipeline(Readable.from(endlessSpaces()), response);
      return;
    case 'byte-by-byte':
      response.writeHead(answer.status, answer.headers);
      await sendByteByByte(response, Buffer.from(answer.body), mishap.everyMs);
      answered();
      response.end();
  }
}

function* endlessSpaces(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(64 * 1024, ' ');
}

async function sendByteByByte(response: ServerResponse, bytes: Buffer, everyMs?: number): Promise<void> {
  for (let at = 0; at < bytes.length && !response.destroyed; at += 1) {
    response.write(bytes.subarray(at, at + 1));
    await (everyMs === undefined ? setImmediate() : setTimeout(everyMs, undefined, { ref: false }));
  }
}
