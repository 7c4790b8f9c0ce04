/** HTTP agents for everything that is asked of AWS and of the hosted UI: through the proxy of the environment, with the CA bundle of AWS. */
import { Agent as HttpAgent, type AgentOptions, type ClientRequest } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import { Agent, type AgentConnectOpts } from 'agent-base';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { proxyFor, type Proxy } from './proxy.ts';

/** The proxy could not be reached, or did not connect to the host. */
export class ProxyFailure extends Error {
  override readonly name = 'ProxyFailure';
  readonly code = 'EPROXY';
}

export interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

/** Agents that choose the proxy for each request. `ca`: certificates instead of those that Node trusts. */
export function environmentAgents(ca: string | undefined, keepAlive: boolean): Agents {
  const options = { keepAlive, ...(ca === undefined ? {} : { ca }) };
  // Both kinds of request can go through it; the type of https.Agent has nothing that http.Agent has not.
  const agent = new EnvironmentAgent(options) as unknown as HttpsAgent;
  return { http: agent, https: agent };
}

class EnvironmentAgent extends Agent {
  readonly #direct: Agents;
  readonly #options: AgentOptions;
  readonly #byProxy = new Map<string, HttpAgent>();

  constructor(options: AgentOptions) {
    super(options);
    this.#options = options;
    this.#direct = { http: new HttpAgent(options), https: new HttpsAgent(options) };
  }

  override connect(_request: ClientRequest, options: AgentConnectOpts): HttpAgent {
    const { host = 'localhost', port, secureEndpoint } = options as typeof options & { host?: string };
    const name = host.includes(':') ? `[${host}]` : host;
    const target = new URL(`${secureEndpoint ? 'https' : 'http'}://${name}:${String(port)}`);
    const proxy = proxyFor(target, process.env);
    if (proxy === undefined) return secureEndpoint ? this.#direct.https : this.#direct.http;
    const key = `${target.protocol}${proxy.url.href}`;
    const known = this.#byProxy.get(key);
    if (known !== undefined) return known;
    const agent = secureEndpoint ? new Tunnel(proxy, this.#options) : new Forwarder(proxy, this.#options);
    this.#byProxy.set(key, agent);
    return agent;
  }
}

const headersFor = ({ authorization }: Proxy): { readonly headers: Record<string, string> } => ({
  headers: authorization === undefined ? {} : { 'Proxy-Authorization': authorization },
});

/** Names the proxy in what goes wrong on the way to it. */
function through({ url }: Proxy, error: unknown): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  return new ProxyFailure(`the proxy ${url.host} cannot be reached (${code ?? message})`);
}

/** Without a name to send, TLS in a tunnel would compare the certificate with the proxy's. */
function forAddress(options: AgentConnectOpts): AgentConnectOpts {
  const { host = '' } = options as { readonly host?: string };
  if (!options.secureEndpoint || isIP(host) === 0) return options;
  return { ...options, checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate) };
}

class Tunnel extends HttpsProxyAgent<string> {
  readonly #proxy: Proxy;

  constructor(proxy: Proxy, options: AgentOptions) {
    super(proxy.url.href, { ...options, ...headersFor(proxy) });
    this.#proxy = proxy;
  }

  override async connect(
    request: ClientRequest,
    options: AgentConnectOpts,
  ): ReturnType<HttpsProxyAgent<string>['connect']> {
    let status: number | undefined;
    request.once('proxyConnect', ({ statusCode }: { readonly statusCode: number }) => {
      status = statusCode;
    });
    const socket = await super.connect(request, forAddress(options) as never).catch((error: unknown) => {
      throw status === undefined ? through(this.#proxy, error) : error;
    });
    if (status === 200) return socket;
    socket.destroy();
    throw new ProxyFailure(`the proxy ${this.#proxy.url.host} answered ${String(status)}`);
  }
}

class Forwarder extends HttpProxyAgent<string> {
  readonly #proxy: Proxy;

  constructor(proxy: Proxy, options: AgentOptions) {
    // On a connection that is used again, a request would not name its host.
    super(proxy.url.href, { ...options, ...headersFor(proxy), keepAlive: false });
    this.#proxy = proxy;
  }

  override connect(
    request: ClientRequest,
    options: AgentConnectOpts,
  ): ReturnType<HttpProxyAgent<string>['connect']> {
    return super.connect(request as never, options).catch((error: unknown) => {
      throw through(this.#proxy, error);
    });
  }
}
