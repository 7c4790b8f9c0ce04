/** Callback and sign-out URL: what Cognito registers, and what the server makes of them. */
import { clip, maskLongRuns, printable } from '../../text/display.ts';
import { oncePerFile, type Facts, type TextValue } from './facts.ts';
import { fieldAt, FIELDS, keyOf, type FieldRow } from '../../config/fields.ts';
import { LAYOUTS, type Layout } from '../../config/layouts.ts';
import { isLoopback, parseUrl } from '../../config/endpoints.ts';
import { derivedValue, isGarbled } from './keys.ts';
import { atValue, rule, type KeyArgs, type Rule } from '../rule.ts';

/** A URL field's text with the URL parsed, undefined for one that is none, and what is wrong with it. */
interface SeenUrl extends TextValue {
  readonly field: FieldRow;
  readonly url: URL | undefined;
  readonly fault: string | undefined;
}

type SoundUrl = SeenUrl & { readonly url: URL };

/**
 * Each looked at once, since nothing else takes as long, but for those with blanks or typographic quotes around them, which have
 * findings of their own.
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

/** A text of the file as a URL; undefined for one that is none. */
export const urlOf = (facts: Facts, text: string): URL | undefined =>
  seenUrls(facts).find((seen) => seen.text === text)?.url ?? parseUrl(text);

/** Those that go into the login and logout addresses unencoded and are compared byte for byte. */
const registered = oncePerFile((facts) => seenUrls(facts).filter(({ field }) => field.url === 'registered'));

const isSound = (seen: SeenUrl): seen is SoundUrl => seen.url !== undefined && seen.fault === undefined;

const soundUrls = oncePerFile((facts): readonly SoundUrl[] => registered(facts).filter(isSound));

const callbackUrls = (facts: Facts): readonly SoundUrl[] =>
  soundUrls(facts).filter(({ field }) => field.name === 'redirectUri');

/** No URL has one of them, and a blank is told of in other words. */
const ODD = /[\s\u0000-\u0020\\"'<>^`{|}]/;

/** What keeps a text from being an address that a browser can be sent to. */
function urlFault(text: string, url: URL | undefined): string | undefined {
  if (ODD.test(text)) return /\s/.test(text) ? 'has a blank in it' : 'has characters that no URL has';
  if (url === undefined || !/^[a-z][a-z0-9+.-]*:\/\//i.test(text))
    return 'is not an absolute URL (https://…)';
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'is neither https nor http';
  if (url.username !== '' || url.password !== '') return 'has a user name in it';
  return text.length > 1024 ? 'is longer than the 1024 characters that Cognito takes' : undefined;
}

/** The path as it is written: `URL` would tidy it up. */
const writtenPath = (text: string): string => /^[^:]+:\/\/[^/?#]*([^?#]*)/.exec(text)?.[1] ?? '';

/** Express takes a path for the same in whatever case, and with a slash at its end. */
const isForgiven = (path: string, layout: Layout): boolean =>
  layout === 'nested' && /^\/callback\/?$/i.test(path);

/** What changes its meaning when it stands unencoded in the query of another address. */
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
    title: 'Not a URL that a browser can be sent to',
    why: 'Callback and sign-out URL are addresses of your server: absolute, http or https, at most 1024 characters. Cognito compares them byte for byte.',
    fix: 'Copy the URL as it is registered: your pool → App clients → your client → Login pages.',
    check: (facts) =>
      seenUrls(facts).flatMap((value) => {
        const { fault: reason } = value;
        if (reason === undefined) return [];
        const row = fieldAt(value.path, facts.layout);
        // Only the token URL follows from others; the other addresses are the app client's.
        const right = derivedValue(facts, value.path) ?? '';
        const hit = atValue(value.entry, {
          reason,
          right,
          otherwise: row?.key.otherwise ?? 'it leads nowhere',
        });
        const isBare = right === `https://${value.text}`;
        return [
          isBare ? { ...hit, changes: [{ op: 'set' as const, path: value.entry.path, value: right }] } : hit,
        ];
      }),
    message: ({ key, reason, otherwise }) => `"${key}" ${reason}: ${otherwise}`,
    hint: ({ key, right }) => {
      if (right !== '') return `Write "${right}".`;
      return key === 'awsTokenURL'
        ? 'Write https://<domainName>.auth.<region>.amazoncognito.com/oauth2/token.'
        : 'Write the whole address as it is registered in the app client.';
    },
  }),
  rule<KeyArgs>({
    code: 'url-fragment',
    severity: 'error',
    title: 'A URL with a fragment',
    why: 'Cognito does not register URLs with a `#`, and in the login address everything behind it is cut off.',
    fix: 'Remove the `#` and what follows it.',
    check: (facts) =>
      registered(facts)
        .filter(({ text }) => text.includes('#'))
        .map(({ entry }) => atValue(entry, {})),
    message: ({ key }) =>
      `"${key}" has a fragment (#…): Cognito does not register such a URL, and the server’s own address is cut off there`,
    hint: () => 'Remove the # and what follows it.',
  }),
  rule<ReasonArgs>({
    code: 'url-unencoded',
    severity: 'error',
    title: 'A URL that changes when it is not encoded',
    why: 'The server puts the URL into the login and logout addresses as it is. A query, `&`, `%`, `+` or a letter outside ASCII arrives at Cognito as something else, and it answers redirect_mismatch.',
    fix: 'Use a plain address without a query.',
    check: (facts) =>
      soundUrls(facts).flatMap(({ text, entry }) => {
        const reason = unsafeUnencoded(text);
        return reason === undefined ? [] : [atValue(entry, { reason })];
      }),
    message: ({ key, reason }) =>
      `"${key}" ${reason}: the server puts it into the login address unencoded, so Cognito sees another URL`,
    hint: () => 'Use a plain address without a query or special characters.',
  }),
  rule<KeyArgs>({
    code: 'redirect-insecure',
    severity: 'error',
    title: 'An http URL that is not on this machine',
    why: 'Cognito takes http for `localhost`, `127.0.0.1` and `[::1]` only; everything else must be https.',
    fix: 'Use https, or localhost while trying things out.',
    check: (facts) =>
      soundUrls(facts)
        .filter(({ url }) => url.protocol === 'http:' && !isLoopback(url.hostname))
        .map(({ entry }) => atValue(entry, {})),
    message: ({ key }) =>
      `"${key}" is http on a public host: Cognito takes http for localhost only, so it cannot be registered and Cognito refuses it`,
    hint: () => 'Use https://, in the file and in the app client.',
  }),
  rule<PathArgs>({
    code: 'redirect-path',
    severity: 'error',
    title: 'The callback URL has the wrong path',
    why: 'The Go server receives the code at exactly `/auth`, the Node server at exactly `/callback`. Anything else, `/auth/` too, is a static file, and every login ends in a page not found.',
    fix: 'Use the right path, in the file and among the callback URLs of the app client.',
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
              ? 'it may be forgiven there, and Cognito still compares every character'
              : 'every login ends in a page not found',
          }),
        );
    },
    message: ({ path, right, server, otherwise }) =>
      `the callback's path is "${path}", and ${server} receives logins at exactly "${right}": ${otherwise}`,
    hint: ({ right }) =>
      `End the URL in ${right}, in the file and among the callback URLs of the app client.`,
  }),
  rule<KeyArgs & { readonly port: string; readonly right: string; readonly setting: string }>({
    code: 'redirect-port',
    severity: 'warning',
    title: 'The callback URL names another port than the server’s',
    why: 'The browser must reach the server on the port of the callback URL. On localhost that is the port that the server listens on, unless Docker (`-p 3000:8686`) or a tunnel (`ssh -L`) maps another one to it. Without `port` the Go server takes a random one.',
    fix: 'Make the two ports the same, and register the URL in the app client. Where a port is mapped, nothing has to change.',
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
    message: ({ port, right }) =>
      right === 'random'
        ? `the callback is on port ${port}, and without "port" the server listens on a random one`
        : `the callback is on port ${port}, and the server listens on ${right}: browsers reach it only where Docker or a tunnel maps one to the other`,
    hint: ({ right, port, setting }) =>
      right === 'random'
        ? `Add ${setting}: ${port}.`
        : `Use port ${right} in the URL and in the app client, or set ${setting}: ${port}.`,
  }),
];

const portOf = (url: URL): string => url.port || (url.protocol === 'https:' ? '443' : '80');
