/** Callback and sign-out URL: what Cognito accepts, and what the server does with them. */
import { clip, maskLongRuns, printable } from '../../text/display.ts';
import { oncePerFile, type Facts, type TextValue } from './facts.ts';
import { fieldAt, FIELDS, keyOf, type FieldRow } from '../../config/fields.ts';
import { LAYOUTS, type Layout } from '../../config/layouts.ts';
import { isLoopback, parseUrl } from '../../config/endpoints.ts';
import { derivedValue } from './derived.ts';
import { isGarbled } from './keys.ts';
import { atValue, rule, type KeyArgs, type Rule } from '../rule.ts';

/** A URL field's text, the parsed URL (undefined if invalid), and what is wrong with it. */
interface SeenUrl extends TextValue {
  readonly field: FieldRow;
  readonly url: URL | undefined;
  readonly fault: string | undefined;
}

type SoundUrl = SeenUrl & { readonly url: URL };

/**
 * Each URL is parsed once, since that is slow. Those with spaces or typographic quotes around them are left out: they have their own
 * findings.
 */
const seenUrls = oncePerFile((facts): readonly SeenUrl[] => {
  const seen: SeenUrl[] = [];
  for (const field of FIELDS) {
    const value = field.url === undefined ? undefined : facts.text(field.name);
    if (value === undefined || isGarbled(facts, value.text)) continue;
    const { path, text, entry } = value;
    const url = parseUrl(text);
    seen.push({ field, path, text, entry, url, fault: urlFault(text, url) });
  }
  return seen;
});

/** A text of the file as a URL; undefined if it is not one. */
export const urlOf = (facts: Facts, text: string): URL | undefined =>
  seenUrls(facts).find((seen) => seen.text === text)?.url ?? parseUrl(text);

/** URLs that the server sends to Cognito without encoding, where they are compared byte for byte. */
const registered = oncePerFile((facts) => seenUrls(facts).filter(({ field }) => field.url === 'registered'));

const isSound = (seen: SeenUrl): seen is SoundUrl => seen.url !== undefined && seen.fault === undefined;

const soundUrls = oncePerFile((facts): readonly SoundUrl[] => registered(facts).filter(isSound));

const callbackUrls = (facts: Facts): readonly SoundUrl[] =>
  soundUrls(facts).filter(({ field }) => field.name === 'redirectUri');

/** Not allowed in a URL; spaces get their own message. */
const ODD = /[\s\u0000-\u0020\\"'<>^`{|}]/;

/** Why a browser cannot open the text as a URL. */
function urlFault(text: string, url: URL | undefined): string | undefined {
  if (ODD.test(text))
    return /\s/.test(text) ? 'has a space in it' : 'has characters that are not allowed in a URL';
  if (url === undefined || !/^[a-z][a-z0-9+.-]*:\/\//i.test(text))
    return 'is not an absolute URL (https://…)';
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'is not http or https';
  if (url.username !== '' || url.password !== '') return 'has a user name in it';
  return text.length > 1024 ? 'is longer than 1024 characters' : undefined;
}

/** The path as written: `URL` would normalise it. */
const writtenPath = (text: string): string => /^[^:]+:\/\/[^/?#]*([^?#]*)/.exec(text)?.[1] ?? '';

/** Express ignores the case of a path and a slash at its end. */
const isForgiven = (path: string, layout: Layout): boolean =>
  layout === 'nested' && /^\/callback\/?$/i.test(path);

/** What would need encoding inside the query of another URL. */
function unsafeUnencoded(text: string): string | undefined {
  if (text.includes('?')) return 'has a query';
  const found = /[&+%=;,]|[^\u0021-\u007e]/u.exec(text.split('#')[0] ?? '')?.[0];
  return found === undefined ? undefined : `contains ${printable(found)}`;
}

type ReasonArgs = KeyArgs & { readonly reason: string };
type PathArgs = KeyArgs & {
  readonly path: string;
  readonly right: string;
  readonly server: string;
  readonly otherwise: string;
};

export const URL_RULES: readonly Rule<Facts>[] = [
  rule<ReasonArgs & { readonly right: string; readonly otherwise: string }>({
    code: 'url-invalid',
    severity: 'error',
    title: 'Invalid URL',
    why: 'The callback and sign-out URLs are addresses of your server: absolute, http or https, at most 1024 characters. Cognito compares them character by character.',
    fix: 'Copy the URL from the AWS console: your pool → App clients → your client → Login pages.',
    check: (facts) =>
      seenUrls(facts).flatMap((value) => {
        const { fault: reason } = value;
        if (reason === undefined) return [];
        const row = fieldAt(value.path, facts.layout);
        // Only the token URL can be derived; the other URLs are registered in the app client.
        const right = derivedValue(facts, value.path) ?? '';
        const hit = atValue(value.entry, {
          reason,
          right,
          otherwise: row?.key.otherwise ?? 'login does not work',
        });
        const isBare = right === `https://${value.text}`;
        return [
          isBare ? { ...hit, changes: [{ op: 'set' as const, path: value.entry.path, value: right }] } : hit,
        ];
      }),
    message: ({ name, reason, otherwise }) => `${name} ${reason}, so ${otherwise}`,
    hint: ({ key, right }) => {
      if (right !== '') return `Write "${right}".`;
      return key === 'awsTokenURL'
        ? 'Write https://<domainName>.auth.<region>.amazoncognito.com/oauth2/token.'
        : 'Write the whole URL as it is registered in the app client.';
    },
  }),
  rule<KeyArgs>({
    code: 'url-fragment',
    severity: 'error',
    title: 'A URL with a fragment (`#`)',
    why: 'Cognito does not accept a callback or sign-out URL with a `#`, and a browser does not send the part after it.',
    fix: 'Remove the `#` and everything after it.',
    check: (facts) =>
      registered(facts)
        .filter(({ text }) => text.includes('#'))
        .map(({ entry }) => atValue(entry, {})),
    message: ({ name }) => `${name} has a fragment (#…), so it cannot be registered in Cognito`,
  }),
  rule<ReasonArgs>({
    code: 'url-unencoded',
    severity: 'error',
    title: 'A URL that needs encoding',
    why: 'The server puts the URL into the login and logout addresses without encoding it. Cognito then reads a query, `&`, `%`, `+` or a non-ASCII letter as something else and answers `redirect_mismatch`.',
    fix: 'Use a URL without a query and without special characters.',
    check: (facts) =>
      soundUrls(facts).flatMap(({ text, entry }) => {
        const reason = unsafeUnencoded(text);
        return reason === undefined ? [] : [atValue(entry, { reason })];
      }),
    message: ({ name, reason }) =>
      `${name} ${reason}: the server does not encode it, so Cognito receives a different URL`,
  }),
  rule<KeyArgs>({
    code: 'redirect-insecure',
    severity: 'error',
    title: 'An http URL on a public host',
    why: 'Cognito accepts http only for `localhost`, `127.0.0.1` and `[::1]`.',
    fix: 'Use https, in the file and in the app client.',
    check: (facts) =>
      soundUrls(facts)
        .filter(({ url }) => url.protocol === 'http:' && !isLoopback(url.hostname))
        .map(({ entry }) => atValue(entry, {})),
    message: ({ name }) =>
      `${name} must be https: Cognito accepts http only for localhost, so this URL cannot be registered`,
  }),
  rule<PathArgs>({
    code: 'redirect-path',
    severity: 'error',
    title: 'Wrong path in the callback URL',
    why: 'The Go server handles the callback at exactly `/auth`, the Node server at exactly `/callback`. Any other path, even `/auth/`, is served as a static file.',
    fix: 'Use that path in the file and in the app client’s allowed callback URLs.',
    check: (facts) => {
      const { callbackPath: right, server } = LAYOUTS[facts.layout];
      return callbackUrls(facts)
        .filter(({ text }) => writtenPath(text) !== right)
        .map(({ text, entry }) =>
          atValue(entry, {
            path: printable(clip(maskLongRuns(writtenPath(text)))),
            right,
            server,
            otherwise: isForgiven(writtenPath(text), facts.layout)
              ? 'the server may accept it, but Cognito compares every character'
              : 'every login ends in 404 Not Found',
          }),
        );
    },
    message: ({ name, path, right, server, otherwise }) =>
      `${name} must have the path ${right} for ${server}, found "${path}": ${otherwise}`,
    hint: ({ right }) =>
      `End the URL in ${right}, in the file and in the app client’s allowed callback URLs.`,
  }),
  rule<KeyArgs & { readonly port: string; readonly right: string; readonly setting: string }>({
    code: 'redirect-port',
    severity: 'warning',
    title: 'The callback URL has a different port than the server',
    why: 'The browser must reach the server on the port in the callback URL. On localhost that is the port the server listens on, unless Docker (`-p 3000:8686`) or an SSH tunnel (`ssh -L`) maps a different one. Without `port` the Go server listens on a random port.',
    fix: 'Use the same port in both, and register the URL in the app client. If Docker or a tunnel maps the port, change nothing.',
    check: (facts) => {
      const listening = facts.field('port') ?? facts.field('legacyPort');
      const configured = listening?.parsed ?? (facts.layout === 'nested' ? 8686 : 'random');
      if (configured !== 'random' && !Number.isInteger(configured)) return [];
      const right = typeof configured === 'number' ? String(configured) : 'random';
      return callbackUrls(facts)
        .filter(({ url }) => isLoopback(url.hostname) && portOf(url) !== right)
        .map(({ url, entry }) =>
          atValue(entry, {
            port: portOf(url),
            right,
            setting: listening?.path.join('.') ?? keyOf('port', facts.layout)?.path ?? 'port',
          }),
        );
    },
    message: ({ name, port, right }) =>
      right === 'random'
        ? `${name} has port ${port}, but without \`port\` the server listens on a random port`
        : `${name} has port ${port}, but the server listens on ${right}: this works only if Docker or a tunnel maps the port`,
    hint: ({ right, port, setting }) =>
      right === 'random'
        ? `Add ${setting}: ${port}.`
        : `Use port ${right} in the URL and in the app client, or set ${setting}: ${port}. If the port is mapped, change nothing.`,
  }),
];

const portOf = (url: URL): string => url.port || (url.protocol === 'https:' ? '443' : '80');
