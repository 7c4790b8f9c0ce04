/** A forward proxy on the loopback interface, as in company networks: CONNECT for https, absolute URLs for http. */
import { createServer, request, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';

export interface ForwardProxy {
  /** Host and port. */
  readonly address: string;
  /** Method and target of each request. */
  readonly asked: string[];
  /** The answer to send instead of forwarding. */
  refuse(status: number | undefined): void;
  close(): Promise<void>;
}

/** `user`: the required `name:password`. */
export async function startForwardProxy({ user }: { readonly user?: string } = {}): Promise<ForwardProxy> {
  const asked: string[] = [];
  let status: number | undefined;
  const wanted = user === undefined ? undefined : `Basic ${Buffer.from(user).toString('base64')}`;
  const refusal = (given: string | undefined): number | undefined =>
    wanted !== undefined && given !== wanted ? 407 : status;
  const server = createServer((incoming, answer) => {
    asked.push(`${incoming.method ?? ''} ${incoming.url ?? ''}`);
    const refused = refusal(incoming.headers['proxy-authorization']);
    if (refused !== undefined) {
      answer.writeHead(refused).end('refused');
      return;
    }
    const { method, url = '', headers } = incoming;
    const onward = request(url, { method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 500, response.headers);
      response.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    incoming.pipe(onward);
  });
  server.on('connect', (incoming, socket) => {
    asked.push(`CONNECT ${incoming.url ?? ''}`);
    const refused = refusal(incoming.headers['proxy-authorization']);
    if (refused !== undefined) {
      socket.end(`HTTP/1.1 ${String(refused)} Refused\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const { hostname, port } = new URL(`http://${incoming.url ?? ''}`);
    const onward = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    const destroy = (): void => {
      onward.destroy();
      socket.destroy();
    };
    onward.on('error', destroy);
    socket.on('error', destroy);
  });
  await listen(server);
  return {
    address: `127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    asked,
    refuse: (wantedStatus) => {
      status = wantedStatus;
    },
    close: () =>
      new Promise((settle) => {
        server.close(() => {
          settle();
        });
        server.closeAllConnections();
      }),
  };
}

const listen = (server: Server): Promise<void> =>
  new Promise((settle) => server.listen(0, '127.0.0.1', settle));
