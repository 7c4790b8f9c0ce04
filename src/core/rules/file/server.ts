/** What the server needs besides Cognito. */
import { onFile, say } from '../../text/hint.ts';
import type { Facts } from './facts.ts';
import type { Entry } from '../../yaml/types.ts';
import type { Hit } from '../finding.ts';
import { isLoopback, REGION } from '../../config/endpoints.ts';
import { textOf } from '../../config/go-switch.ts';
import { holdsPlaceholder } from './cognito.ts';
import { secretEntry } from './file-safety.ts';
import { atKey, atValue, keyArgs, rule, type KeyArgs, type Rule } from '../rule.ts';
import { urlOf } from './urls.ts';

const storage = (facts: Facts): unknown => (facts.field('database') ?? facts.field('legacyDatabase'))?.parsed;
const dataEntry = (facts: Facts): Entry | undefined => facts.field('data') ?? facts.field('legacyData');

/** A path's segments with `.` and `..` resolved; a leading `..` stays. */
function segments(path: string): readonly string[] {
  const result: string[] = path.startsWith('/') ? ['/'] : [];
  for (const part of path.split(/[/\\]+/)) {
    if (part === '' || part === '.') continue;
    const last = result.at(-1);
    // Above the root is the root again.
    if (part === '..' && last === '/') continue;
    if (part === '..' && last !== undefined && last !== '..') result.pop();
    else result.push(part);
  }
  return result;
}

/** Whether `path` is `directory` or is inside it. False for a relative and an absolute path, which cannot be compared. */
function isWithin(path: string, directory: string): boolean {
  // Fast path: everything inside a directory has its name in the path.
  const name = /[^/\\]*$/.exec(directory)?.[0] ?? '';
  if (name !== '.' && name !== '..' && !path.includes(name)) return false;
  const outer = segments(directory);
  const inner = segments(path);
  const isComparable = (inner[0] === '/') === (outer[0] === '/');
  return isComparable && outer.every((part, at) => inner[at] === part) && inner[outer.length] !== '..';
}

/** The directory that the server serves without login, as messages show it. */
function publicDirectory(facts: Facts): string | undefined {
  if (facts.layout === 'nested') return facts.text('itemDir')?.text ?? facts.text('legacyItemDir')?.text;
  const src = facts.text('src')?.text ?? '.';
  return `${src}/${facts.text('appSubDir')?.text ?? 'app/dist'}`;
}

/** The file's path as seen from the checkout with `app/config`, in which the server runs. */
function pathInCheckout(path: string): string {
  const at = path.replaceAll('\\', '/').lastIndexOf('app/config/');
  return at >= 0 ? path.slice(at) : path;
}

export const SERVER_RULES: readonly Rule<Facts>[] = [
  rule<KeyArgs>({
    code: 'random-port',
    severity: 'warning',
    title: 'Missing port',
    why: 'Without `port` the Go server listens on a different port after every start, so the callback URL cannot be right.',
    fix: 'Add `port: 8686`.',
    layouts: ['flat'],
    check: (facts) => {
      const port = facts.field('port');
      const start = facts.document.entries[0]?.key.start ?? 0;
      if (port === undefined) return [{ path: 'port', span: { start, end: start }, args: keyArgs('port') }];
      return port.kind === 'missing' || port.parsed === null ? [atKey(port, {})] : [];
    },
    message: ({ name }) => `${name} is missing, so the server listens on a random port`,
  }),
  rule<KeyArgs & { readonly otherwise: string }>({
    code: 's3-data-format',
    severity: 'error',
    title: '`data` is not an S3 location',
    why: 'With `s3` storage `data` has the form `region:bucket/path`.',
    fix: 'Write the region, the bucket and the path: `data: "us-west-2:my-bucket/scalabel"`.',
    check: (facts) => {
      const data = dataEntry(facts);
      if (storage(facts) !== 's3' || data === undefined || typeof data.parsed !== 'string') return [];
      if (/^[^:]+:[^:/]+/.test(data.parsed)) return [];
      const goServer = data.parsed.includes(':')
        ? 'the Go server reads the part before the colon as the region, and its calls to AWS fail'
        : 'the Go server panics at start';
      const otherwise =
        facts.layout === 'flat' ? goServer : 'the Node server silently stores everything in local files';
      return [atValue(data, { otherwise })];
    },
    message: ({ name, otherwise }) =>
      `${name} must be region:bucket/path for S3 storage, otherwise ${otherwise}`,
    hint: () => 'Write region:bucket/path, for example "us-west-2:my-bucket/scalabel".',
  }),
  rule<KeyArgs>({
    code: 'dynamodb-data-format',
    severity: 'error',
    title: '`data` is not an AWS region',
    why: 'With `dynamodb` storage `data` is the region of the table.',
    fix: 'Write the region of the table, for example `data: "us-west-2"`.',
    layouts: ['flat'],
    check: (facts) => {
      const data = dataEntry(facts);
      if (storage(facts) !== 'dynamodb' || data === undefined || typeof data.parsed !== 'string') return [];
      return REGION.test(data.parsed) ? [] : [atValue(data, {})];
    },
    message: ({ name }) =>
      `${name} must be an AWS region for DynamoDB storage, otherwise the server’s calls to AWS fail`,
  }),
  rule<KeyArgs & { readonly state: string }>({
    code: 'item-dir-empty',
    severity: 'error',
    title: 'No item directory',
    why: 'The server needs a directory of images to label. Without `storage.itemDir` it starts, but never listens on its port.',
    fix: 'Name a directory, for example `itemDir: "./local-data/items"`.',
    layouts: ['nested'],
    check: (facts) => {
      const entry = facts.field('itemDir') ?? facts.field('legacyItemDir');
      if (entry !== undefined)
        return entry.parsed === '' || entry.parsed === null ? [atValue(entry, { state: 'empty' })] : [];
      const parent = facts.entry('storage');
      const span = parent?.key ?? { start: 0, end: 0 };
      return [{ path: 'storage.itemDir', span, args: { ...keyArgs('storage.itemDir'), state: 'missing' } }];
    },
    message: ({ name, state }) => `${name} is ${state}, so the Node server never listens`,
  }),
  rule<KeyArgs & { readonly instead: string }>({
    code: 'shadowed-key',
    severity: 'warning',
    title: 'An old key has no effect',
    why: 'The Node server reads the old keys `port`, `data`, `itemDir` and `database` only if `http.port` and `storage` do not set the same value.',
    fix: 'Remove the line.',
    layouts: ['nested'],
    check: (facts) =>
      (
        [
          ['legacyPort', 'port'],
          ['legacyData', 'data'],
          ['legacyItemDir', 'itemDir'],
          ['legacyDatabase', 'database'],
        ] as const
      ).flatMap(([old, now]) => {
        const entry = facts.field(old);
        const instead = facts.field(now);
        return entry === undefined || instead === undefined
          ? []
          : [atKey(entry, { instead: instead.path.join('.') })];
      }),
    message: ({ key, instead }) => `"${key}" has no effect, because \`${instead}\` is set`,
  }),
  rule<KeyArgs>({
    code: 'model-gate-loopback',
    severity: 'warning',
    title: 'The model gateway has a loopback address',
    why: 'The server gives `modelGateHost` to browsers. A browser on another machine looks for the gateway on itself.',
    fix: 'Set the host name that browsers can reach. If no model is used, change nothing.',
    layouts: ['flat'],
    check: (facts) => {
      const host = facts.text('modelGateHost');
      const address = facts.text('redirectUri')?.text ?? '';
      const callback = holdsPlaceholder(facts, 'redirectUri') ? undefined : urlOf(facts, address);
      if (host === undefined || callback?.protocol !== 'https:' || isLoopback(callback.hostname)) return [];
      return isLoopback(host.text) || host.text === '::1' ? [atValue(host.entry, {})] : [];
    },
    message: ({ name }) =>
      `${name} is a loopback address, but the callback URL is public: browsers on other machines cannot reach the model gateway`,
  }),
  rule<KeyArgs & { readonly what: string; readonly directory: string }>({
    code: 'public-data-dir',
    severity: 'error',
    risk: 7.5,
    title: 'Data or configuration in a public directory',
    why: 'The Go server serves everything under `src`/`appSubDir` without login, the Node server everything under `storage.itemDir`.',
    fix: 'Move data and configuration out of that directory.',
    check: (facts) => {
      const directory = publicDirectory(facts);
      if (directory === undefined) return [];
      const data = dataEntry(facts);
      const isLocal = (storage(facts) ?? 'local') === 'local';
      const hits = [];
      if (
        isLocal &&
        data !== undefined &&
        typeof data.parsed === 'string' &&
        isWithin(data.parsed, directory)
      ) {
        hits.push(atValue(data, { what: 'projects', directory }));
      }
      const secret = secretEntry(facts);
      if (
        facts.file !== undefined &&
        secret !== undefined &&
        isWithin(pathInCheckout(facts.file.path), directory)
      ) {
        hits.push(atValue(secret, { what: 'this file and its client secret', directory }));
      }
      return hits;
    },
    message: ({ what, directory }) =>
      `Everything in ${JSON.stringify(directory)} is served without login, including ${what}`,
  }),
  rule<KeyArgs & { readonly data: string; readonly items: string }>({
    code: 'data-above-items',
    severity: 'error',
    title: 'The data directory contains the item directory, or is the whole checkout',
    why: 'The Node server treats every directory in `storage.data` except `projects` and `users` as a project of an old version and stops at start.',
    fix: 'Use a separate directory: `data: "./local-data/scalabel"` beside `itemDir: "./local-data/items"`.',
    layouts: ['nested'],
    check: (facts) => {
      const data = dataEntry(facts);
      const items = publicDirectory(facts);
      const isLocal = (storage(facts) ?? 'local') === 'local';
      if (!isLocal || typeof data?.parsed !== 'string' || data.parsed === '') return [];
      const isAbove = items !== undefined && isWithin(items, data.parsed) && !isWithin(data.parsed, items);
      return segments(data.parsed).length === 0 || isAbove
        ? [atValue(data, { data: data.parsed, items: items ?? '' })]
        : [];
    },
    message: ({ data }) =>
      `The Node server stops at start ("Detected legacy project names"): it treats each directory in ${JSON.stringify(data)} as an old project`,
    hint: ({ items }) =>
      `Use a separate directory, for example "./local-data/scalabel"${items === '' ? '' : `, that does not contain ${JSON.stringify(items)}`}.`,
  }),
  rule<KeyArgs & { readonly data: string; readonly names: readonly string[] }>({
    code: 'data-stops-restart',
    severity: 'error',
    title: 'The data directory keeps the Node server from starting again',
    why: 'With login on, the Node server writes `userData.json` into a directory beside `projects` when somebody opens a task. At the next start it treats that directory as a project of an old version and stops. The command that it suggests does not help.',
    fix: 'Before each start, move every directory except `projects` and `users` out of the data directory.',
    layouts: ['nested'],
    check: (facts) => {
      const data = dataEntry(facts);
      const names = facts.file?.strayDirectories ?? [];
      return data === undefined || names.length === 0
        ? []
        : [atValue(data, { data: textOf(data), names: [...names] })];
    },
    message: ({ data, names }) =>
      `The Node server does not start ("Detected legacy project names"): ${JSON.stringify(data)} contains ${listed(names)}, which it treats as ${names.length === 1 ? 'an old project' : 'old projects'}`,
    hint: ({ data }) =>
      `Stop the server, move every directory except projects and users out of ${data}, and start it again.`,
  }),
  rule<KeyArgs>({
    code: 's3-credentials',
    severity: 'info',
    isNote: true,
    title: 'S3 storage needs AWS credentials for the server',
    why: 'With `s3` storage the server calls S3. Without credentials the Go server stops with a panic and the Node server with CredentialsError.',
    fix: 'Give the server’s process AWS credentials: an IAM role of the machine, or `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY` in its environment.',
    check: (facts) => {
      const entry = facts.field('database') ?? facts.field('legacyDatabase');
      return entry?.parsed === 's3' ? [atValue(entry, {})] : [];
    },
    message: () =>
      'S3 storage needs AWS credentials in the server’s own environment; without them the server stops at start',
  }),
  rule<KeyArgs>({
    code: 'login-not-everything',
    severity: 'info',
    isNote: true,
    risk: 7.5,
    title: 'Login does not protect everything on the Node server',
    why: 'Measured on the servers of August 2020 and of today: socket.io answers `register` without a token with the whole state of a task; pages and `/items` are public. Only the API calls of the pages are checked.',
    fix: 'Let only people whom you trust reach the port: use a reverse proxy with its own sign-in, a firewall or a VPN.',
    layouts: ['nested'],
    check: (facts) => notedAtSwitch(facts),
    message: () =>
      'Login protects only the API of the Node server: anyone who can reach the port can read pages, /items and the task data of socket.io',
  }),
  rule<KeyArgs>({
    code: 'login-redirect-broken',
    severity: 'info',
    isNote: true,
    title: 'The Node server does not redirect to the login page',
    why: 'The server’s error handler, which should answer 401 with the login address, is never called. This is a bug in the server; the file is correct.',
    fix: say`Give people the login address, which ${onFile('doctor')} prints at the end.`,
    layouts: ['nested'],
    check: (facts) => notedAtSwitch(facts),
    message: () =>
      'Since September 2020 the Node server does not redirect to the login page: people who are not signed in see an empty page',
  }),
];

/** A note on the switch, if login is on. */
function notedAtSwitch(facts: Facts): readonly (Hit & { readonly args: KeyArgs })[] {
  const entry = facts.field('userManagement');
  return entry !== undefined && Boolean(entry.parsed) ? [atValue(entry, {})] : [];
}

/** Up to three names, and the number of the others. */
function listed(names: readonly string[]): string {
  const first = names.slice(0, 3).map((name) => JSON.stringify(name));
  const more = names.length - first.length;
  return more > 0 ? `${first.join(', ')} and ${more} more` : first.join(' and ');
}
