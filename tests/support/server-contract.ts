/**
 * An oracle that shares no code with `src`: it reads a file as each Scalabel server does, so that tests can prove how a file affects the
 * real server. It was compared with yaml.v2 2.4.0 and js-yaml 3.14.0 and 4.1.0. It does not model: `*`, `[n]`, `%#x`, `% x` and `%#q` in a
 * Go format; `!!timestamp` and `!!binary`; an empty key without `?`; U+2028 inside quotes; a quoted text that continues in the key's own
 * column; tabs as indentation. The real parsers accept some of the latter; the oracle says "does not start".
 */
import { Buffer } from 'node:buffer';
import { stringify as formEncode } from 'node:querystring';
import { isAlias, isMap, isScalar, isSeq, parseAllDocuments, visit } from 'yaml';
import type { Document, Node, Scalar, YAMLMap } from 'yaml';

/** An HTTP request that a server would send. */
interface TokenRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const GO_SETTINGS = [
  'region',
  'domainName',
  'clientId',
  'clientSecret',
  'redirectUri',
  'logOutUri',
  'awsTokenURL',
  'awsJwkUrl',
  'userPoolID',
] as const;
const GO_TEXTS = ['data', 'src', 'appSubDir', 'database', 'modelGateHost', 'modelGatePort'] as const;
const NODE_SETTINGS = ['region', 'userPool', 'clientId', 'userPoolBaseUri', 'callbackUri'] as const;

/** How the Go server reads a file. If the server does not start, the values are those read before it failed. */
export interface GoServerView extends Readonly<Record<(typeof GO_TEXTS)[number], string>> {
  /** Whether it listens, provided that AWS and the disk work. */
  readonly starts: boolean;
  readonly why?: string;
  readonly loginOn: boolean;
  /** 0: the system picks a random port. */
  readonly port: number;
  /** '' if absent or null, as in the Go struct. */
  readonly settings: Readonly<Record<(typeof GO_SETTINGS)[number], string>>;
  /** The Location headers of the redirects to login and logout. */
  readonly loginUrl: string;
  readonly logoutUrl: string;
  /** The URL that the server downloads: `fmt.Sprintf(awsJwkUrl, region, userPoolID)`. */
  readonly jwksUrl: string;
  readonly issuer: string;
  /** For the code `CODE`. */
  readonly tokenRequest: TokenRequest;
  /** Whether the path of `redirectUri` reaches the login handler, which is registered for exactly `/auth`. */
  readonly redirectPathServed: boolean;
}

/** How the Node server reads a file. If the server does not start, the values are the defaults. */
export interface NodeServerView {
  /** Whether it reads and checks its configuration and opens its storage successfully. */
  readonly starts: boolean;
  readonly why?: string;
  /** Whether `user.on` is truthy after merging the defaults. */
  readonly loginOn: boolean;
  readonly loginOffReason?: string;
  /** Undefined if `http.port` is not a TCP port: a socket path, or an error when listening. 0: a random port. */
  readonly port: number | undefined;
  /** `effectiveType` is what the storage silently falls back to. */
  readonly storage: {
    readonly type: unknown;
    readonly effectiveType: 'local' | 's3';
    readonly data: unknown;
    readonly itemDir: unknown;
  };
  /** As inserted into URLs; '' if absent or null. */
  readonly settings: Readonly<Record<(typeof NODE_SETTINGS)[number], string>>;
  readonly loginUrl: string;
  readonly jwksUrl: string;
  readonly issuer: string;
  /** For the code `CODE`; never with a secret. */
  readonly tokenRequest: TokenRequest;
  /** Whether it starts listening: `storage.itemDir` must be a non-empty string, and the port valid. */
  readonly listens: boolean;
  /** Whether the path of `callbackUri` reaches the callback route. Express ignores case and a trailing slash. */
  readonly callbackPathServed: boolean;
}

/** Stops reading a file, with the reason why the server would not start. */
class Refusal extends Error {}

const padded = (text: string, flags: string, width: string, precision?: string): string => {
  const runes = Array.from(text);
  const kept = precision === undefined ? runes : runes.slice(0, Number(precision));
  const padding = Math.max(0, Number(width) - kept.length);
  if (flags.includes('-')) return kept.join('') + ' '.repeat(padding);
  return (flags.includes('0') ? '0' : ' ').repeat(padding) + kept.join('');
};

/** Go's `fmt.Sprintf` with only string arguments, as the server uses it. */
export function goSprintf(format: string, ...args: string[]): string {
  const left = [...args];
  const out = format.replace(
    /%([-+# 0]*)(\d*)(?:\.(?=[^])(\d*))?([^]?)/gu,
    (_, flags: string, width: string, precision: string | undefined, verb: string) => {
      if (verb === '') return '%!(NOVERB)';
      if (verb === '%') return '%';
      const arg = left.shift();
      if (arg === undefined) return `%!${verb}(MISSING)`;
      const pad = (text: string): string => padded(text, flags, width, precision);
      if (verb === 's' || (verb === 'v' && !flags.includes('#'))) return pad(arg);
      if (verb === 'x') return pad(Buffer.from(arg).toString('hex'));
      if (verb === 'X') return pad(Buffer.from(arg).toString('hex').toUpperCase());
      if (verb === 'q' || verb === 'v')
        return padded(JSON.stringify(padded(arg, '', '', precision)), flags, width);
      if (verb === 'T') return pad('string');
      return `%!${verb}(string=${pad(arg)})`;
    },
  );
  if (left.length === 0) return out;
  return `${out}%!(EXTRA ${left.map((arg) => `string=${arg}`).join(', ')})`;
}

const PARSED_AS_TEXT = {
  schema: 'failsafe',
  version: '1.1',
  uniqueKeys: false,
  resolveKnownTags: false,
  logLevel: 'silent',
  prettyErrors: false,
} as const;
const NULLS = ['', '~', 'null', 'Null', 'NULL'];

/** Only the `yaml` package rejects a comment directly after a closing quote. */
const problemOf = (doc: Document, end = Infinity): string | undefined =>
  doc.errors.find((error) => error.pos[0] < end && !error.message.startsWith('Comments must be separated'))
    ?.message;

const isMergeKey = (key: unknown): boolean =>
  isScalar(key) && key.type === 'PLAIN' && key.source === '<<' && key.tag === undefined;

function resolved(node: unknown, doc: Document): Node | undefined {
  if (!isAlias(node)) return isScalar(node) || isMap(node) || isSeq(node) ? node : undefined;
  const target = node.resolve(doc);
  if (target === undefined) throw new Refusal(`unknown anchor '${node.source}' referenced`);
  return target;
}

const coreTag = (node: Scalar): string | undefined => node.tag?.replace(/^(tag:yaml\.org,2002:|!!)/, '!!');

// ---- the Go server -------------------------------------------------------------------------------------------------

/** libyaml decodes UTF-16 by its BOM, treats three more characters as line breaks, and rejects control characters. */
function goText(file: string | Uint8Array): string {
  let text = file;
  if (typeof text !== 'string') {
    const encoding =
      text[0] === 0xff && text[1] === 0xfe
        ? 'utf-16le'
        : text[0] === 0xfe && text[1] === 0xff
          ? 'utf-16be'
          : 'utf-8';
    try {
      text = new TextDecoder(encoding, { fatal: true }).decode(text);
    } catch {
      throw new Refusal('invalid UTF-8');
    }
  }
  text = text.replace(/^\uFEFF/, '');
  if (/[^\t\n\r\x20-\x7e\x85\xa0-\ufffd]/.test(text)) throw new Refusal('control characters are not allowed');
  const directives = /^(?:(?:[ \t]*(?:#.*)?\r?\n)*%.*\r?\n)+/.exec(text)?.[0] ?? '';
  if (/^%(?!TAG[ \t]|YAML[ \t]+1\.1\s)/m.test(directives))
    throw new Refusal('found incompatible YAML document');
  return text.replace(/\r\n?|[\x85\u2028\u2029]/g, '\n');
}

type GoKind = 'null' | 'bool' | 'int' | 'float' | 'str';

/** The type that yaml.v2 gives a plain scalar; `value` is set for numbers. */
function goResolve(text: string): { readonly kind: GoKind; readonly value?: number } {
  if (NULLS.includes(text)) return { kind: 'null' };
  if (/^(?:[yYnN]|yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/.test(text))
    return { kind: 'bool' };
  if (/^[-+]?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$/.test(text)) return { kind: 'float', value: NaN };
  if (!/^[-+.0-9]/.test(text)) return { kind: 'str' };
  const digits = text.startsWith('.') ? text : text.replaceAll('_', '');
  const sign = digits.startsWith('-') ? -1 : 1;
  const bare = digits.replace(/^[-+]/, '');
  if (/^0[xX][0-9a-fA-F]+$|^0[bB][01]+$|^0[oO][0-7]+$|^[1-9][0-9]*$|^0$/.test(bare))
    return { kind: 'int', value: sign * Number(bare) };
  if (/^0[0-7]+$/.test(bare)) return { kind: 'int', value: sign * parseInt(bare, 8) };
  if (/^(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(bare))
    return { kind: 'float', value: sign * Number(bare) };
  return { kind: 'str' };
}

function goScalar(node: Node | undefined): {
  readonly text: string;
  readonly kind: GoKind;
  readonly value?: number;
} {
  if (node === undefined) return { text: '', kind: 'null' };
  if (!isScalar(node)) throw new Refusal(`cannot unmarshal !!${isMap(node) ? 'map' : 'seq'}`);
  const text = node.source ?? '';
  const tag = coreTag(node);
  if (tag === undefined) return node.type === 'PLAIN' ? { text, ...goResolve(text) } : { text, kind: 'str' };
  const found = goResolve(text);
  if (!['!!null', '!!bool', '!!int', '!!float'].includes(tag)) return { text, kind: 'str' };
  if (tag === `!!${found.kind}` || (tag === '!!float' && found.kind === 'int')) return { text, ...found };
  throw new Refusal(`cannot decode !!${found.kind} as a ${tag}`);
}

/** A string field keeps the original text of a boolean or number. */
function goString(node: Node | undefined): string {
  const scalar = goScalar(node);
  return scalar.kind === 'null' ? '' : scalar.text;
}

function goInt(node: Node | undefined): number {
  const { kind, value } = goScalar(node);
  if (kind === 'null') return 0;
  if (value === undefined || Number.isNaN(value)) throw new Refusal(`cannot unmarshal !!${kind} into int`);
  return Math.trunc(value) + 0;
}

/** Later keys win, and a merge counts at its position. */
function fillEnv(map: YAMLMap, doc: Document, env: Map<string, string | number>): void {
  for (const { key, value } of map.items) {
    const node = resolved(value, doc);
    if (isMergeKey(key)) {
      const sources = isSeq(node) ? node.items.map((item) => resolved(item, doc)).reverse() : [node];
      for (const source of sources) {
        if (!isMap(source)) throw new Refusal('map merge requires map or sequence of maps as the value');
        fillEnv(source, doc, env);
      }
      continue;
    }
    const name = goString(resolved(key, doc));
    if (name === 'port') env.set(name, goInt(node));
    else if (name === 'userManagement' || [...GO_TEXTS, ...GO_SETTINGS].some((known) => known === name)) {
      env.set(name, goString(node));
    }
  }
}

/** What the `yaml` package accepts and libyaml does not: `\/` in double quotes, and a tab at the start of a line. */
function refuseLikeLibyaml(doc: Document.Parsed, text: string): void {
  const tabsAllowed: (readonly [number, number])[] = [];
  visit(doc, {
    Value(_, node) {
      const [start, end] = node.range ?? [0, 0];
      const quoted = isScalar(node) && node.type !== 'PLAIN';
      if (quoted || (!isScalar(node) && node.flow)) tabsAllowed.push([start, end]);
      if (
        isScalar(node) &&
        node.type === 'QUOTE_DOUBLE' &&
        /(?<!\\)(?:\\\\)*\\\//.test(text.slice(start, end))
      ) {
        throw new Refusal('found unknown escape character');
      }
    },
  });
  for (const { index } of text.slice(0, doc.range[2]).matchAll(/^ *\t/gm)) {
    if (!tabsAllowed.some(([start, end]) => start < index && index < end)) {
      throw new Refusal('found character that cannot start any token');
    }
  }
}

function goEnv(file: string | Uint8Array, env: Map<string, string | number>): void {
  const text = goText(file);
  const documents = parseAllDocuments(text, PARSED_AS_TEXT);
  const doc = Array.isArray(documents) ? documents[0] : undefined;
  if (doc === undefined) return;
  // It never reads past the end of the first document.
  const from = doc.contents?.range[1] ?? 0;
  const marker = text.slice(from).search(/^(?:---|\.\.\.)(?=\s|$)/m);
  const problem = problemOf(doc, marker < 0 ? Infinity : from + marker);
  if (problem !== undefined) throw new Refusal(problem);
  refuseLikeLibyaml(doc, text);
  const root = resolved(doc.contents, doc);
  if (isMap(root)) fillEnv(root, doc, env);
  else if (goScalar(root).kind === 'null') throw new Refusal('panic: nil pointer, the document is null');
  else throw new Refusal('cannot unmarshal the document into main.Env');
}

function whyGoStops(database: string, data: string, port: number): string | undefined {
  if (!['local', 's3', 'dynamodb'].includes(database)) return `panic: Unknown database ${database}`;
  if (database === 's3' && !data.includes(':')) return 'panic: index out of range, s3 data without a colon';
  if (database === 'local' && data === '') return 'panic: mkdir : no such file or directory';
  return port < 0 || port > 65535 ? `listen tcp: address ${port}: invalid port` : undefined;
}

const pathOf = (address: string): string => (URL.canParse(address) ? new URL(address).pathname : '');
/** A path as Go's router sees it. */
const decoded = (path: string): string =>
  path.replace(/%[0-7][0-9a-fA-F]/g, (found) => String.fromCharCode(parseInt(found.slice(1), 16)));
/** `http.Redirect` escapes only non-ASCII characters; a header cannot contain a line break. */
const location = (address: string): string =>
  address.replace(/[^\x00-\x7f]+/g, (found) =>
    [...Buffer.from(found)].map((byte) => `%${byte.toString(16)}`).join(''),
  );
const goQueryEscape = (text: string): string =>
  encodeURIComponent(text)
    .replace(/[!'()*]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');

/** How the Go server (2019 to July 2020) reads the file. Never throws. */
export function readAsGoServer(file: string | Uint8Array): GoServerView {
  const env = new Map<string, string | number>();
  let why: string | undefined;
  try {
    goEnv(file, env);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    why = error.message;
  }
  const text = (key: string): string => String(env.get(key) ?? '');
  const all = <K extends string>(keys: readonly K[]): Record<K, string> =>
    Object.fromEntries(keys.map((key) => [key, text(key)])) as Record<K, string>;
  const settings = all(GO_SETTINGS);
  const {
    region,
    domainName,
    clientId,
    clientSecret,
    redirectUri,
    logOutUri,
    awsTokenURL,
    awsJwkUrl,
    userPoolID,
  } = settings;
  const port = Number(env.get('port') ?? 0);
  const hostedUi = `https://${domainName}.auth.${region}.amazoncognito.com`;
  const basic = Buffer.from(`${clientId}:${clientSecret}`)
    .toString('base64')
    .replaceAll('+', '-')
    .replaceAll('/', '_');
  why ??= whyGoStops(text('database'), text('data'), port);
  return {
    starts: why === undefined,
    ...(why === undefined ? {} : { why }),
    loginOn: ['on', 'On', 'ON'].includes(text('userManagement')),
    port,
    ...all(GO_TEXTS),
    appSubDir: text('appSubDir') || 'app/dist',
    settings,
    loginUrl: location(
      `${hostedUi}/login?response_type=code&client_id=${clientId}&redirect_uri=${redirectUri}`,
    ),
    logoutUrl: location(`${hostedUi}/logout?client_id=${clientId}&logout_uri=${logOutUri}`),
    jwksUrl: goSprintf(awsJwkUrl, region, userPoolID),
    issuer: `https://cognito-idp.${region}.amazonaws.com/${userPoolID}`,
    tokenRequest: {
      url: awsTokenURL,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Authorization: `Basic ${basic}` },
      body: `client_id=${goQueryEscape(clientId)}&code=CODE&grant_type=authorization_code&redirect_uri=${goQueryEscape(redirectUri)}`,
    },
    redirectPathServed: decoded(pathOf(redirectUri)) === '/auth',
  };
}

// ---- the Node server -----------------------------------------------------------------------------------------------

type JsYaml = 3 | 4;

/** Version 3 (August 2020) reads octals without `o` and sexagesimal numbers, version 4 (since 2021) does not. */
function jsNumber(text: string, version: JsYaml): number | undefined {
  if (text.endsWith('_')) return undefined;
  const digits = text.replaceAll('_', '');
  const sign = digits.startsWith('-') ? -1 : 1;
  const bare = digits.replace(/^[-+]/, '');
  if (/^[-+]?0(?:b[01_]+|x[0-9a-fA-F_]+)$/.test(text)) return sign * Number(bare);
  if (version === 4 && /^[-+]?0o[0-7_]+$/.test(text)) return sign * Number(bare);
  if (version === 3 && /^[-+]?0[0-7_]+$/.test(text)) return sign * parseInt(bare, 8);
  if (version === 3 && /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/.test(text)) {
    return sign * bare.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  }
  if (/^[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?$|^\.[0-9_]+(?:[eE][-+]?[0-9]+)?$/.test(text)) {
    return version === 3 && /^0[0-9]/.test(bare) ? undefined : sign * parseFloat(bare);
  }
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(text)) return sign * Infinity;
  return /^\.(?:nan|NaN|NAN)$/.test(text) ? NaN : undefined;
}

function jsPlain(text: string, version: JsYaml): unknown {
  if (NULLS.includes(text)) return null;
  if (/^(?:true|True|TRUE)$/.test(text)) return true;
  if (/^(?:false|False|FALSE)$/.test(text)) return false;
  if (/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return new Date(text);
  return jsNumber(text, version) ?? text;
}

function jsScalar(node: Scalar, version: JsYaml): unknown {
  const text = node.source ?? '';
  const tag = coreTag(node);
  if (tag === undefined) return node.type === 'PLAIN' ? jsPlain(text, version) : text;
  if (tag === '!' && node.type === 'PLAIN' && text === '') return null;
  if (tag === '!' || tag === '!!str') return text;
  const value = jsPlain(text, version);
  const types: Record<string, boolean> = {
    '!!null': value === null && text !== '',
    '!!bool': typeof value === 'boolean',
    '!!int': Number.isInteger(value),
    '!!float': typeof value === 'number',
  };
  if (types[tag] !== true) throw new Refusal(`cannot resolve a node with ${tag} explicit tag`);
  return value;
}

type Plain = Record<string, unknown>;
const asText = (value: unknown): string => String(value);
const spread = (value: unknown): Plain => ({ ...(value as object | null) });

function jsMap(map: YAMLMap, doc: Document, version: JsYaml): Plain {
  const own = new Map<string, unknown>();
  const merged = new Map<string, unknown>();
  for (const { key, value } of map.items) {
    const node = resolved(value, doc);
    if (isMergeKey(key)) {
      for (const source of isSeq(node) ? node.items.map((item) => resolved(item, doc)) : [node]) {
        if (!isMap(source))
          throw new Refusal('cannot merge mappings; the provided source object is unacceptable');
        for (const [name, inner] of Object.entries(jsMap(source, doc, version))) {
          if (!merged.has(name)) merged.set(name, inner);
        }
      }
      continue;
    }
    const name = String(toJs(resolved(key, doc), doc, version));
    if (own.has(name)) throw new Refusal(`duplicated mapping key ${name}`);
    own.set(name, toJs(node, doc, version));
  }
  return Object.fromEntries([...merged, ...own]);
}

function toJs(node: Node | undefined, doc: Document, version: JsYaml): unknown {
  if (isMap(node)) return jsMap(node, doc, version);
  if (isSeq(node)) return node.items.map((item) => toJs(resolved(item, doc), doc, version));
  return isScalar(node) ? jsScalar(node, version) : null;
}

function jsLoad(file: string | Uint8Array, version: JsYaml): unknown {
  const raw = typeof file === 'string' ? file : new TextDecoder('utf-8', { ignoreBOM: true }).decode(file);
  const text = raw.replace(/^\uFEFF/, '');
  if (/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/.test(text)) {
    throw new Refusal('the stream contains non-printable characters');
  }
  const documents = parseAllDocuments(text.replace(/\r\n?/g, '\n'), PARSED_AS_TEXT);
  if (!Array.isArray(documents) || documents[0] === undefined) throw new Refusal('the file holds nothing');
  if (documents.length > 1) throw new Refusal('expected a single document in the stream, but found more');
  const [doc] = documents;
  const problem = problemOf(doc);
  if (problem !== undefined) throw new Refusal(problem);
  return toJs(resolved(doc.contents, doc), doc, version);
}

const NODE_DEFAULTS: Readonly<Record<string, Plain>> = {
  http: { port: 8686 },
  storage: { type: 'local', data: './', itemDir: '' },
  user: { on: false },
};

/** Nested keys override the old flat keys, and both override the defaults. */
function nodeConfig(loaded: unknown): Plain {
  if (typeof loaded !== 'object' || loaded === null) throw new Refusal('TypeError: the file is no mapping');
  const user = loaded as Plain;
  const old = (key: string, as: string): Plain => (user[key] === undefined ? {} : { [as]: user[key] });
  const storage = { ...old('data', 'data'), ...old('itemDir', 'itemDir'), ...old('database', 'type') };
  return {
    http: { ...NODE_DEFAULTS['http'], ...old('port', 'port'), ...spread(user['http']) },
    storage: { ...NODE_DEFAULTS['storage'], ...storage, ...spread(user['storage']) },
    user: { ...NODE_DEFAULTS['user'], ...spread(user['user']) },
    cognito: user['cognito'],
  };
}

/** The server checks only that the keys exist, not their values. */
function refuseUnusable(user: Plain, cognito: unknown, storage: Plain): void {
  const { type, data, itemDir } = storage;
  if (type === 'local' && typeof itemDir !== 'string')
    throw new Refusal('TypeError: storage.itemDir is no path');
  if (user['on']) {
    if (cognito === undefined) throw new Refusal('Cognito setting missed in config');
    const missing = NODE_SETTINGS.find(
      (key) => cognito === null || !Object.hasOwn(Object(cognito) as object, key),
    );
    if (missing !== undefined) throw new Refusal(`${missing} missed in config`);
  }
  if (typeof data !== 'string') throw new Refusal('TypeError: storage.data is no path');
}

/** `server.listen(port)`: digits in quotes are also a port; any other text is a socket path. */
function listeningPort(port: unknown): number | undefined {
  if (port === null || port === undefined) return 0;
  if (typeof port !== 'number' && (typeof port !== 'string' || port.trim() === '')) return undefined;
  const number = Number(port);
  return Number.isInteger(number) && number >= 0 && number <= 65535 ? number : undefined;
}

const loginOffReason = (user: unknown, on: unknown): string => {
  if (user === undefined || user === null) return 'there is no user mapping';
  if (typeof user !== 'object' || !Object.hasOwn(user, 'on')) return 'user has no key on';
  return `user.on is ${String(on)}, which is falsy`;
};

/** How the Node server (since August 2020) reads the file; `jsYaml` 3 is its YAML parser of the first year. Never throws. */
export function readAsNodeServer(file: string | Uint8Array, jsYaml: JsYaml = 4): NodeServerView {
  let why: string | undefined;
  let config = nodeConfig({});
  let given: unknown;
  try {
    const loaded = jsLoad(file, jsYaml);
    config = nodeConfig(loaded);
    given = (loaded as Plain)['user'];
    refuseUnusable(spread(config['user']), config['cognito'], spread(config['storage']));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    why = error.message;
  }
  const { type, data, itemDir } = spread(config['storage']);
  const on = spread(config['user'])['on'];
  const cognito = spread(config['cognito']);
  const { region, userPool, clientId, userPoolBaseUri, callbackUri } = cognito;
  const configuredPort = spread(config['http'])['port'];
  const port = listeningPort(configuredPort);
  const isSocketPath = typeof configuredPort === 'string' && Number.isNaN(Number(configuredPort));
  const issuer = `https://cognito-idp.${String(region)}.amazonaws.com/${String(userPool)}`;
  const s3 = type === 's3' && typeof data === 'string' && /^[^:]*:[^:]*\//.test(data);
  return {
    starts: why === undefined,
    ...(why === undefined ? {} : { why }),
    loginOn: Boolean(on),
    ...(on ? {} : { loginOffReason: loginOffReason(given, on) }),
    port,
    storage: { type, effectiveType: s3 ? 's3' : 'local', data, itemDir },
    settings: Object.fromEntries(
      NODE_SETTINGS.map((key) => [key, asText(cognito[key] ?? '')]),
    ) as NodeServerView['settings'],
    loginUrl: `https://${String(userPoolBaseUri)}/login?client_id=${String(clientId)}&response_type=code&redirect_uri=${String(callbackUri)}`,
    jwksUrl: `${issuer}/.well-known/jwks.json`,
    issuer,
    tokenRequest: {
      url: `https://${asText(userPoolBaseUri ?? 'localhost')}/oauth2/token`,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: formEncode({
        grant_type: 'authorization_code',
        client_id: asText(clientId ?? ''),
        redirect_uri: asText(callbackUri ?? ''),
        code: 'CODE',
      }),
    },
    listens:
      why === undefined &&
      typeof itemDir === 'string' &&
      itemDir !== '' &&
      (port !== undefined || isSocketPath),
    callbackPathServed: /^\/callback\/*$/i.test(pathOf(String(callbackUri))),
  };
}
