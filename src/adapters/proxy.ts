/**
 * The proxy of the environment for each request, as curl and the AWS CLI choose it. Node and the AWS SDK know none of these variables;
 * the tunnel itself is the work of https-proxy-agent and http-proxy-agent.
 */
import { BlockList, isIP } from 'node:net';

export interface Proxy {
  /** Without user name and password. */
  readonly url: URL;
  /** The value of `Proxy-Authorization`, for a proxy with a user name. */
  readonly authorization: string | undefined;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** A proxy variable that holds no address of an HTTP proxy. */
class UnusableProxy extends Error {
  override readonly name = 'UnusableProxy';
  readonly code = 'EPROXY';
}

/** The value of a variable; lower case comes first, and is an answer even if it is empty. */
const valueOf = (name: string, env: Variables): string => (env[name] ?? env[name.toUpperCase()] ?? '').trim();

const VARIABLES = ['https_proxy', 'http_proxy'];

/** Whether any variable names a proxy. */
export const hasProxy = (env: Variables): boolean => VARIABLES.some((name) => valueOf(name, env) !== '');

/** The proxy for an address; undefined for a direct connection. Throws UnusableProxy. */
export function proxyFor(target: URL, env: Variables): Proxy | undefined {
  const name = `${target.protocol.slice(0, -1)}_proxy`;
  const text = valueOf(name, env);
  if (text === '' || isExempt(target, valueOf('no_proxy', env))) return undefined;
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(address)) throw new UnusableProxy(`${name.toUpperCase()} is not a URL`);
  const url = new URL(address);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new UnusableProxy(
      `${name.toUpperCase()} names a ${url.protocol.slice(0, -1)} proxy, and only http and https proxies are supported`,
    );
  const { username, password } = url;
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  url.username = '';
  url.password = '';
  const authorization = username === '' ? undefined : `Basic ${Buffer.from(user).toString('base64')}`;
  return { url, authorization };
}

/** The password in a proxy variable, as written and decoded. */
export function proxySecrets(env: Variables): readonly string[] {
  return VARIABLES.flatMap((name) => {
    const [, password = ''] = /^(?:[a-z]+:\/\/)?[^/@:]*:([^/@]*)@/i.exec(valueOf(name, env)) ?? [];
    return password === '' ? [] : [password, decoded(password)];
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * NO_PROXY: names with their subdomains (a leading dot or `*.` changes nothing), addresses, CIDR ranges, each with or without a port;
 * `*` is everything.
 */
function isExempt(target: URL, noProxy: string): boolean {
  const host = target.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const port = target.port || (target.protocol === 'https:' ? '443' : '80');
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => entry === '*' || isMeant(entry, host, port));
}

function isMeant(entry: string, host: string, port: string): boolean {
  const [, range = '', bits = ''] = /^\[?([\da-f.:]+)\]?\/(\d+)$/.exec(entry) ?? [];
  if (bits !== '') return isInRange(host, range, Number(bits));
  if (isIP(entry) !== 0) return entry === host;
  const [, name = entry, onlyPort] = /^(.*?):(\d+)$/.exec(entry) ?? [];
  if (onlyPort !== undefined && onlyPort !== port) return false;
  const bare = name
    .replace(/^\[|\]$/g, '')
    .replace(/^\*?\./, '')
    .replace(/\.$/, '');
  return host === bare || (isIP(host) === 0 && bare !== '' && host.endsWith(`.${bare}`));
}

function isInRange(host: string, range: string, bits: number): boolean {
  const [kind, rangeKind] = [isIP(host), isIP(range)];
  if (kind === 0 || kind !== rangeKind || bits > (kind === 6 ? 128 : 32)) return false;
  const family = kind === 6 ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(range, bits, family);
  return list.check(host, family);
}
