/**
 * The callback address on this machine, for as long as one sign-in takes. It listens on 127.0.0.1 and ::1 by name
 * (`listen(port)` alone would open it to the network), and everything that a client may draw out is bounded.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { AnswerCallback, Loopback } from '../ports.ts';
import { ListenFailure } from '../core/failures.ts';
import { holderOf } from './port-holder.ts';

const ADDRESSES = ['127.0.0.1', '::1'] as const;

const LIMITS = {
  /** Bytes of all headers, the request line included: twice what Cognito may send. */
  maxHeaderSize: 16 * 1024,
  headersTimeout: 5_000,
  requestTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
  keepAliveTimeout: 1,
} as const;

/** Connections that may be open without having asked for anything. A browser opens a handful. */
const MOST_SILENT = 32;

/** Milliseconds that an answer under way may still take when everything is closed. */
const LAST_WORDS = 1_000;

/** The `Loopback` port. */
export function nodeLoopback(): Loopback {
  return {
    listen: async (port, answer) => {
      const { createServer } = await import('node:http');
      const answering = new Set<ServerResponse>();
      const silent = new Set<Socket>();
      const make = (): Server => {
        const server = createServer(LIMITS, (request, response) => {
          silent.delete(request.socket);
          answering.add(response);
          response.on('close', () => answering.delete(response));
          void serve(request, response, answer);
        });
        return server.on('connection', (socket) => {
          admit(socket, silent);
          // Further requests on a connection that ends with the first one are never answered, and their responses never closed.
          socket.once('close', () => {
            for (const response of answering) if (response.req.socket === socket) answering.delete(response);
          });
        });
      };
      const servers = await listenOnAll(port, make);
      return { close: () => closeAll(servers, answering) };
    },
  };
}

/**
 * Accepts every connection and closes the one that has been silent for longest. With a fixed limit, any page or program
 * that keeps connections open could block the answer of the sign-in.
 */
function admit(socket: Socket, silent: Set<Socket>): void {
  silent.add(socket);
  socket.once('close', () => silent.delete(socket));
  const [longest] = silent;
  if (silent.size > MOST_SILENT) longest?.destroy();
}

/** One server an address. A machine may lack one of the two families, and then has nothing to listen on there. */
async function listenOnAll(port: number, make: () => Server): Promise<readonly Server[]> {
  const tried = await Promise.all(
    ADDRESSES.map(async (host) => {
      const server = make();
      return { server, error: await listenOn(server, port, host) };
    }),
  );
  const servers = tried.flatMap(({ server, error }) => (error === undefined ? [server] : []));
  const errors = tried.flatMap(({ error }) => error ?? []);
  const fatal = errors.find(({ code }) => code !== 'EADDRNOTAVAIL' && code !== 'EAFNOSUPPORT');
  if (fatal === undefined && servers.length > 0) return servers;
  for (const server of servers) server.close();
  throw await failureOf(port, fatal ?? errors[0]);
}

function listenOn(server: Server, port: number, host: string): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    server.once('error', resolve);
    server.listen({ port, host, ipv6Only: true }, () => {
      server.off('error', resolve);
      resolve(undefined);
    });
  });
}

async function failureOf(port: number, error: NodeJS.ErrnoException | undefined): Promise<ListenFailure> {
  if (error?.code === 'EADDRINUSE') return new ListenFailure(port, 'in-use', await holderOf(port));
  return new ListenFailure(port, error?.code === 'EACCES' ? 'not-permitted' : 'io', undefined);
}

/** Never rejects: what a client sends, or its going away, must not end the process. */
async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  answer: AnswerCallback,
): Promise<void> {
  response.on('error', () => undefined);
  try {
    const { method = '', url = '', headers } = request;
    const { status, headers: own, html } = await answer({ method, target: url, host: headers.host });
    // The request's body is not read.
    response.writeHead(status, { ...own, 'content-length': Buffer.byteLength(html), connection: 'close' });
    response.end(method === 'HEAD' ? undefined : html);
  } catch {
    response.destroy();
  }
}

async function closeAll(servers: readonly Server[], answering: ReadonlySet<ServerResponse>): Promise<void> {
  const closed = servers.map(
    (server) =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeIdleConnections();
      }),
  );
  const destroy = (): void => {
    for (const server of servers) server.closeAllConnections();
  };
  const said = [...answering].map((response) => new Promise((resolve) => response.once('close', resolve)));
  let timer: NodeJS.Timeout | undefined;
  const isLate = new Promise((resolve) => (timer = setTimeout(resolve, LAST_WORDS)));
  await Promise.race([Promise.all(said), isLate]);
  clearTimeout(timer);
  destroy();
  await Promise.all(closed);
}
