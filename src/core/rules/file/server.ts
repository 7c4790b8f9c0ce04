/** What the server needs beside Cognito, and how safely the file itself is kept. */
import { shellWord } from '../../text/display.ts';
import type { Facts, InGit } from './facts.ts';
import type { Entry } from '../../yaml/types.ts';
import type { Hit } from '../finding.ts';
import { isLoopback, REGION } from '../../config/endpoints.ts';
import { textOf } from '../../config/go-switch.ts';
import { holdsPlaceholder } from './cognito.ts';
import { atKey, atValue, rule, type KeyArgs, type Rule } from '../rule.ts';
import { urlOf } from './urls.ts';

type FileArgs = KeyArgs & { readonly file: string };

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

/** Whether `path` is `directory` or lies below it. Of a relative and an absolute one that cannot be told, so it is not said. */
function isWithin(path: string, directory: string): boolean {
  // Spares most paths being taken apart: what lies below a directory names it.
  const name = /[^/\\]*$/.exec(directory)?.[0] ?? '';
  if (name !== '.' && name !== '..' && !path.includes(name)) return false;
  const outer = segments(directory);
  const inner = segments(path);
  const isComparable = (inner[0] === '/') === (outer[0] === '/');
  return isComparable && outer.every((part, at) => inner[at] === part) && inner[outer.length] !== '..';
}

/** The directory that the server gives to anybody, and how messages call it. */
function publicDirectory(facts: Facts): string | undefined {
  if (facts.layout === 'nested') return facts.text('itemDir')?.text ?? facts.text('legacyItemDir')?.text;
  const src = facts.text('src')?.text ?? '.';
  return `${src}/${facts.text('appSubDir')?.text ?? 'app/dist'}`;
}

/** The file's path as the server sees it, which runs in the checkout that holds `app/config`. */
function pathInCheckout(path: string): string {
  const at = path.replaceAll('\\', '/').lastIndexOf('app/config/');
  return at >= 0 ? path.slice(at) : path;
}

/** Where the secret stands, if there is one: what makes the file worth protecting. */
const secretEntry = (facts: Facts): Entry | undefined => facts.text('clientSecret')?.entry;

export const SERVER_RULES: readonly Rule<Facts>[] = [
  rule<KeyArgs>({
    code: 'random-port',
    severity: 'warning',
    title: 'The port is missing',
    why: 'Without `port` the Go server listens on a random one, so nobody finds it, and the callback URL cannot name it.',
    fix: 'Add `port: 8686`.',
    layouts: ['flat'],
    check: (facts) => {
      const port = facts.field('port');
      const start = facts.document.entries[0]?.key.start ?? 0;
      if (port === undefined) return [{ path: 'port', span: { start, end: start }, args: { key: 'port' } }];
      return port.kind === 'missing' || port.parsed === null ? [atKey(port, {})] : [];
    },
    message: () => '"port" is missing: the server listens on a random port',
    hint: () => 'Add port: 8686.',
  }),
  rule<KeyArgs & { readonly otherwise: string }>({
    code: 's3-data-format',
    severity: 'error',
    title: '`data` does not name an S3 bucket',
    why: 'With `s3` storage `data` is `region:bucket/path`; without the colon the Go server panics at start.',
    fix: 'Write `data: "us-west-2:my-bucket/scalabel"`.',
    check: (facts) => {
      const data = dataEntry(facts);
      if (storage(facts) !== 's3' || data === undefined || typeof data.parsed !== 'string') return [];
      if (/^[^:]+:[^:/]+/.test(data.parsed)) return [];
      const goServer = data.parsed.includes(':')
        ? 'the Go server takes what is before the colon for the region, and its calls to AWS fail'
        : 'the Go server panics at start';
      const otherwise =
        facts.layout === 'flat' ? goServer : 'the Node server silently keeps everything in local files';
      return [atValue(data, { otherwise })];
    },
    message: ({ key, otherwise }) => `"${key}" must be region:bucket/path for S3 storage: ${otherwise}`,
    hint: () => 'Write region:bucket/path, "us-west-2:my-bucket/scalabel" for example.',
  }),
  rule<KeyArgs>({
    code: 'dynamodb-data-format',
    severity: 'error',
    title: '`data` does not name a region',
    why: 'With `dynamodb` storage `data` is the region of the table.',
    fix: 'Write the region: `data: "us-west-2"`.',
    layouts: ['flat'],
    check: (facts) => {
      const data = dataEntry(facts);
      if (storage(facts) !== 'dynamodb' || data === undefined || typeof data.parsed !== 'string') return [];
      return REGION.test(data.parsed) ? [] : [atValue(data, {})];
    },
    message: ({ key }) =>
      `"${key}" must be a region for DynamoDB storage: the server takes it for one, and its calls to AWS fail`,
    hint: () => 'Write the region of the table, "us-west-2" for example.',
  }),
  rule<KeyArgs & { readonly state: string }>({
    code: 'item-dir-empty',
    severity: 'error',
    title: 'The item directory is empty',
    why: 'With `storage.itemDir` empty the Node server starts, but never listens.',
    fix: 'Name a directory: `itemDir: "./local-data/items"`.',
    layouts: ['nested'],
    check: (facts) => {
      const entry = facts.field('itemDir') ?? facts.field('legacyItemDir');
      if (entry !== undefined)
        return entry.parsed === '' || entry.parsed === null ? [atValue(entry, { state: 'empty' })] : [];
      const parent = facts.entry('storage');
      const span = parent?.key ?? { start: 0, end: 0 };
      return [{ path: 'storage.itemDir', span, args: { key: 'storage.itemDir', state: 'missing' } }];
    },
    message: ({ key, state }) => `"${key}" is ${state}: the Node server never listens`,
    hint: () => 'Name a directory, "./local-data/items" for example.',
  }),
  rule<KeyArgs & { readonly instead: string }>({
    code: 'shadowed-key',
    severity: 'warning',
    title: 'An old key has no effect beside the new one',
    why: 'The Node server reads the old `port`, `data`, `itemDir` and `database` only where `http.port` and `storage` do not say otherwise.',
    fix: 'Remove the old key.',
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
    message: ({ key, instead }) => `"${key}" has no effect: ${instead} is set and beats it`,
    hint: () => 'Remove the line.',
  }),
  rule<KeyArgs>({
    code: 'model-gate-loopback',
    severity: 'warning',
    title: 'Browsers are sent to a model gateway on their own machine',
    why: 'The server hands `modelGateHost` to browsers. With a public callback URL these run elsewhere, so loopback is not the server.',
    fix: 'Name the host as browsers see it, or leave it if no model is used.',
    layouts: ['flat'],
    check: (facts) => {
      const host = facts.text('modelGateHost');
      const address = facts.text('redirectUri')?.text ?? '';
      const callback = holdsPlaceholder(facts, 'redirectUri') ? undefined : urlOf(facts, address);
      if (host === undefined || callback?.protocol !== 'https:' || isLoopback(callback.hostname)) return [];
      return isLoopback(host.text) || host.text === '::1' ? [atValue(host.entry, {})] : [];
    },
    message: () =>
      'browsers are handed a loopback address for the model gateway, while the callback URL is public',
    hint: () => 'Name the host as browsers see it; leave it if you use no model.',
  }),
  rule<KeyArgs & { readonly what: string; readonly directory: string }>({
    code: 'public-data-dir',
    severity: 'error',
    risk: 7.5,
    title: 'Data or configuration in a directory that is served without login',
    why: 'Everything under `src`/`appSubDir` (Go server) and under `storage.itemDir` (Node server) is given to anybody who asks, secret and projects included.',
    fix: 'Keep data and configuration outside that directory.',
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
        hits.push(atValue(secret, { what: 'this file with its secret', directory }));
      }
      return hits;
    },
    message: ({ what, directory }) =>
      `everything in ${JSON.stringify(directory)} is served without login, ${what} too`,
    hint: () => 'Keep data and configuration outside that directory.',
  }),
  rule<KeyArgs & { readonly data: string; readonly items: string }>({
    code: 'data-above-items',
    severity: 'error',
    title: 'The data directory holds the item directory, or is the whole checkout',
    why: 'The Node server takes every directory in `storage.data` other than `projects` and `users` for a project of an old version, and stops at start: "Detected legacy project names". With `.`, or with a parent of `storage.itemDir`, it finds some at once.',
    fix: 'Name a directory of its own: `data: "./local-data/scalabel"` beside `itemDir: "./local-data/items"`.',
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
      `the Node server takes each directory in ${JSON.stringify(data)} for an old project and stops at start ("Detected legacy project names")`,
    hint: ({ items }) =>
      `Name a directory of its own, "./local-data/scalabel" for example${items === '' ? '' : `, that does not hold ${JSON.stringify(items)}`}.`,
  }),
  rule<KeyArgs & { readonly data: string; readonly names: readonly string[] }>({
    code: 'data-stops-restart',
    severity: 'error',
    title: 'The Node server does not start again with this data directory',
    why: 'With login on, the Node server writes `userData.json` into a directory beside `projects` as soon as somebody has opened a task. At the next start it takes that directory for a project of an old version and stops: "Detected legacy project names". The command that it suggests does not help.',
    fix: 'Move every directory but `projects` and `users` out of the data directory before each start.',
    layouts: ['nested'],
    check: (facts) => {
      const data = dataEntry(facts);
      const names = facts.file?.strayDirectories ?? [];
      return data === undefined || names.length === 0
        ? []
        : [atValue(data, { data: textOf(data), names: [...names] })];
    },
    message: ({ data, names }) =>
      `the Node server does not start: ${JSON.stringify(data)} holds ${listed(names)}, which it takes for ${names.length === 1 ? 'a project' : 'projects'} of an old version`,
    hint: ({ data }) =>
      `Stop the server, move every directory but projects and users out of ${data}, and start it again.`,
  }),
  rule<KeyArgs>({
    code: 's3-credentials',
    severity: 'info',
    isNote: true,
    title: 'S3 storage needs AWS credentials of the server',
    why: 'With `s3` storage the server itself calls S3. Without credentials in its environment it stops at start: the Go server with a panic, the Node server with CredentialsError.',
    fix: 'Give the server AWS credentials: a role of the machine, or `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY` in its environment.',
    check: (facts) => {
      const entry = facts.field('database') ?? facts.field('legacyDatabase');
      return entry?.parsed === 's3' ? [atValue(entry, {})] : [];
    },
    message: () => 'with S3 storage the server stops at start where it has no AWS credentials of its own',
    hint: () => 'Give the server’s process a role, or credentials in its environment.',
  }),
  rule<KeyArgs>({
    code: 'login-not-everything',
    severity: 'info',
    isNote: true,
    risk: 7.5,
    title: 'Login does not protect everything on the Node server',
    why: 'Measured on the servers of August 2020 and today: socket.io answers `register` without any token with the whole state of a task, and pages and `/items` are public. The check is in the API calls of the pages only.',
    fix: 'Do not let strangers reach the port: put a reverse proxy with a sign-in of its own before it, or a firewall or VPN.',
    layouts: ['nested'],
    check: (facts) => notedAtSwitch(facts),
    message: () =>
      'login on the Node server protects its API only: pages, /items and the task data of socket.io are open to anyone who can reach the port',
    hint: () =>
      'Let only people whom you trust reach the port: a reverse proxy with its own sign-in, a firewall or a VPN.',
  }),
  rule<KeyArgs>({
    code: 'login-redirect-broken',
    severity: 'info',
    isNote: true,
    title: 'The Node server does not send people to the login page',
    why: 'Since September 2020 the error handler that should answer a 401 with the login address is never called, so people who are not signed in see an empty page. This is a fault of the server, not of the file.',
    fix: 'Give people the login address, which `umconfig init`, `discover` and `doctor` print at their end.',
    layouts: ['nested'],
    check: (facts) => notedAtSwitch(facts),
    message: () =>
      'since September 2020 the Node server does not send people to the login page: who is not signed in sees an empty page',
    hint: () => 'Give people the login address.',
  }),
  rule<FileArgs & { readonly mode: string }>({
    code: 'file-mode',
    severity: 'warning',
    risk: 5.5,
    title: 'Other users of the machine can read the secret',
    why: 'The file holds the client secret, and its permissions let every user of the machine read or change it. A group may read it: that is how a service user does.',
    fix: 'Run `chmod o-rwx` on it. What umconfig writes has no rights for others.',
    check: (facts) => {
      const secret = secretEntry(facts);
      const { mode, path } = facts.file ?? {};
      if (secret === undefined || mode === undefined || path === undefined || (mode & 0o007) === 0) return [];
      return [atValue(secret, { file: path, mode: (mode & 0o777).toString(8) })];
    },
    message: ({ mode }) =>
      `the file holds a secret and has mode ${mode}: every user of this machine can read it`,
    hint: ({ file }) => `Run: chmod o-rwx ${shellWord(file)}`,
  }),
  rule<FileArgs & { readonly state: GitState }>({
    code: 'tracked-by-git',
    severity: 'warning',
    risk: 7.5,
    page: 'https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/removing-sensitive-data-from-a-repository',
    title: 'The secret is in git, or can get there with the next commit',
    why: 'Whoever can read the repository, now or later, has a client secret that was committed, and removing the file later does not remove it from the history. A Go checkout tracks this file with empty values, so `git commit -a` takes the filled-in one.',
    fix: 'Before a commit: `git update-index --skip-worktree FILE`, or a place that git ignores (`--config data/config.yml`). After it: `git rm --cached FILE`, add it to `.gitignore`, and make a new secret in the app client.',
    check: (facts) => {
      const secret = facts.text('clientSecret');
      const state = secret === undefined ? undefined : gitState(facts.file?.git, secret.text);
      return secret === undefined || state === undefined
        ? []
        : [atValue(secret.entry, { file: facts.file?.path ?? '', state })];
    },
    message: ({ state }) =>
      ({
        committed: 'the client secret was committed to git: everyone with the repository has it',
        staged: 'the client secret is in the index of git, and the next commit takes it',
        tracked:
          'git tracks this file: the client secret is not committed yet, and `git commit -a` would do it',
        untracked: 'git does not ignore this file: `git add .` would add the client secret',
      })[state],
    hint: ({ file, state }) =>
      ({
        committed: `Run: git rm --cached ${shellWord(file)}, add it to .gitignore, and make a new secret in the app client.`,
        staged: `Run: git restore --staged ${shellWord(file)}`,
        tracked: `Do not commit it. Run: git update-index --skip-worktree ${shellWord(file)}`,
        untracked: `Do not commit it. Add ${file} to .gitignore, or keep it in a directory that git ignores.`,
      })[state],
  }),
];

type GitState = 'committed' | 'staged' | 'tracked' | 'untracked';

/** How near the secret is to the repository; undefined where git leaves the file alone. */
function gitState(git: InGit | undefined, secret: string): GitState | undefined {
  if (git === undefined) return undefined;
  if (git.committed?.includes(secret) === true) return 'committed';
  if (git.staged?.includes(secret) === true) return 'staged';
  if (git.isTracked) return 'tracked';
  return git.isIgnored ? undefined : 'untracked';
}

/** Where login is on: what is to be said of it whatever the file holds. */
function notedAtSwitch(facts: Facts): readonly (Hit & { readonly args: KeyArgs })[] {
  const entry = facts.field('userManagement');
  return entry !== undefined && Boolean(entry.parsed) ? [atValue(entry, {})] : [];
}

/** A few names, and how many more there are. */
function listed(names: readonly string[]): string {
  const first = names.slice(0, 3).map((name) => JSON.stringify(name));
  const more = names.length - first.length;
  return more > 0 ? `${first.join(', ')} and ${more} more` : first.join(' and ');
}
