/** SERVER_KEYS and OTHER_KEYS: the rows of the keys that are not about login, in the order of the servers' default files. A new key is a new row. */
import type { Field, Key, ValueSchema } from './field.ts';

const text: ValueSchema = { type: 'string' };
const number: ValueSchema = { type: 'number' };
const port: ValueSchema = { type: 'integer', minimum: 1, maximum: 65535 };
const boolean: ValueSchema = { type: 'boolean' };
/** A key of the first Node servers, which later ones renamed or ignore. */
const oldNodeKey = (path: string, schema: ValueSchema, use: string): Key => ({
  path,
  schema,
  examples: [],
  use: `${use} Only in the Node server until July 2020.`,
  otherwise: 'the Node server of that time uses its default or does not start',
});
/** The Node server accepts it in quotes, too. */
const portOrText: ValueSchema = { ...port, also: { type: 'string', pattern: '^[1-9][0-9]{0,4}$' } };
const nodeSettings = (path: string, use: string): Key => ({
  path,
  schema: { type: 'object' },
  examples: [],
  use,
  otherwise: 'the Node server uses its defaults or does not start',
});

/** The keys before those about login. */
export const SERVER_KEYS = [
  {
    name: 'port',
    title: 'Port',
    flat: {
      path: 'port',
      schema: port,
      examples: [8686],
      use: 'The port that the server listens on. Without it the server listens on a random port. If `redirectUri` is on localhost, its port must be this one.',
      otherwise: 'the Go server does not start',
      without: 'the server listens on a random port',
    },
    nested: {
      path: 'http.port',
      schema: portOrText,
      examples: [8686],
      use: 'The port that the server listens on; default 8686. It overrides the old top-level `port`.',
      otherwise: 'the Node server does not start',
      without: 'the server listens on port 8686',
    },
  },
  {
    name: 'legacyPort',
    title: 'Old key for port',
    nested: {
      path: 'port',
      schema: port,
      examples: [8686],
      use: 'The old key for `http.port`; ignored if `http.port` is set.',
      otherwise: 'the Node server does not start',
    },
  },
  {
    name: 'data',
    title: 'Data',
    aliases: ['dataDir', 'dataDirectory'],
    flat: {
      path: 'data',
      schema: text,
      examples: ['./data', 'us-west-2:my-bucket/scalabel'],
      use: 'Where projects are stored: a directory for `database: local`, `region:bucket/path` for `s3`, a region for `dynamodb`.',
      otherwise: 'the Go server does not start',
      required: 'always',
    },
    nested: {
      path: 'storage.data',
      schema: text,
      examples: ['./local-data/scalabel'],
      use: 'The directory in which the server stores its projects. With `type: s3` it is `region:bucket/path`.',
      otherwise: 'the Node server does not start',
      without: 'the Node server uses the whole checkout as its data directory and stops at start',
    },
  },
  {
    name: 'legacyData',
    title: 'Old key for data',
    nested: {
      path: 'data',
      schema: text,
      examples: ['./local-data/scalabel'],
      use: 'The old key for `storage.data`; ignored if `storage.data` is set.',
      otherwise: 'the Node server does not start',
    },
  },
  {
    name: 'itemDir',
    title: 'Item directory',
    nested: {
      path: 'storage.itemDir',
      schema: text,
      examples: ['./local-data/items'],
      use: 'The directory of images to label, served under `/items` without login. If it is empty, the server never listens.',
      otherwise: 'the Node server never listens',
      without: 'the Node server never listens',
    },
  },
  {
    name: 'legacyItemDir',
    title: 'Old key for item directory',
    nested: {
      path: 'itemDir',
      schema: text,
      examples: ['./local-data/items'],
      use: 'The old key for `storage.itemDir`; ignored if `storage.itemDir` is set.',
      otherwise: 'the Node server never listens',
    },
  },
  {
    name: 'src',
    title: 'Source directory',
    flat: {
      path: 'src',
      schema: text,
      examples: ['.'],
      use: 'The checkout of the server. Everything under `src`/`appSubDir` is served without login.',
      otherwise: 'the Go server does not start',
    },
    nested: oldNodeKey('src', text, 'The checkout of the server; in the default file, but not used.'),
  },
  {
    name: 'appSubDir',
    title: 'App subdirectory',
    flat: {
      path: 'appSubDir',
      schema: text,
      examples: ['app/dist'],
      use: 'The directory of the built pages inside `src`; default `app/dist`. Everything in it is served without login.',
      otherwise: 'the Go server does not start',
    },
  },
  {
    name: 'database',
    title: 'Database',
    flat: {
      path: 'database',
      schema: { type: 'string', enum: ['local', 's3', 'dynamodb'] },
      examples: ['local'],
      use: 'The kind of storage: `local`, `s3` or `dynamodb`.',
      otherwise: 'the Go server panics at start',
      required: 'always',
    },
    nested: {
      path: 'storage.type',
      schema: { type: 'string', enum: ['local', 's3'] },
      examples: ['local'],
      use: 'The kind of storage: `local` (default) or `s3`.',
      otherwise: 'the Node server silently stores everything in local files',
    },
  },
  {
    name: 'legacyDatabase',
    title: 'Old key for database',
    nested: {
      path: 'database',
      schema: { type: 'string', enum: ['local', 's3'] },
      examples: ['local'],
      use: 'The old key for `storage.type`; ignored if `storage.type` is set.',
      otherwise: 'the Node server silently stores everything in local files',
    },
  },
  {
    name: 'modelGateHost',
    title: 'Model gateway host',
    flat: {
      path: 'modelGateHost',
      schema: text,
      examples: ['127.0.0.1'],
      use: 'The host of the model gateway. The server gives it to browsers, so a loopback address works only for a browser on the server itself.',
      otherwise: 'the Go server does not start',
    },
  },
  {
    name: 'modelGatePort',
    title: 'Model gateway port',
    flat: {
      path: 'modelGatePort',
      schema: text,
      examples: ['8001'],
      use: 'The port of the model gateway, as text in quotes. The server gives it to browsers.',
      otherwise: 'the Go server does not start',
    },
  },
] as const satisfies readonly Field[];

/** The keys after those about login, which only some servers have. */
export const OTHER_KEYS = [
  {
    name: 'sync',
    title: 'Session synchronisation',
    flat: {
      path: 'sync',
      schema: boolean,
      examples: [false],
      use: 'Session synchronisation through a Node process. Only in the Go server since October 2019.',
      otherwise: 'the Go server does not start',
    },
    nested: oldNodeKey('sync', boolean, 'Session synchronisation; `mode.sync` now.'),
  },
  {
    name: 'syncHost',
    title: 'Synchronisation host',
    flat: {
      path: 'syncHost',
      schema: text,
      examples: ['http://localhost'],
      use: 'The host of the process for session synchronisation. Only in the Go server since October 2019.',
      otherwise: 'the Go server does not start',
    },
  },
  {
    name: 'syncPort',
    title: 'Synchronisation port',
    flat: {
      path: 'syncPort',
      schema: port,
      examples: [3000],
      use: 'The port of the process for session synchronisation. Only in the Go server since October 2019.',
      otherwise: 'the Go server does not start',
    },
  },
  {
    name: 'autosave',
    title: 'Old key for autosave',
    nested: oldNodeKey('autosave', boolean, 'Whether work is saved automatically; `mode.autosave` now.'),
  },
  {
    name: 'redisPort',
    title: 'Old key for Redis port',
    nested: oldNodeKey('redisPort', port, 'The port of Redis; `redis.port` now.'),
  },
  {
    name: 'redisTimeout',
    title: 'Old key for Redis timeout',
    nested: oldNodeKey('redisTimeout', number, 'Seconds until Redis deletes a value.'),
  },
  {
    name: 'timeForWrite',
    title: 'Old key for Redis write-back time',
    nested: oldNodeKey(
      'timeForWrite',
      number,
      'Seconds until work is written to disk; `redis.writebackTime` now.',
    ),
  },
  {
    name: 'numActionsForWrite',
    title: 'Old key for Redis write-back count',
    nested: oldNodeKey(
      'numActionsForWrite',
      number,
      'Actions until work is written to disk; `redis.writebackCount` now.',
    ),
  },
  {
    name: 'bots',
    title: 'Old key for bot',
    nested: oldNodeKey('bots', boolean, 'Whether models assist; `bot.on` now.'),
  },
  {
    name: 'botHost',
    title: 'Old key for bot host',
    nested: oldNodeKey('botHost', text, 'The host of the model server; `bot.host` now.'),
  },
  {
    name: 'botPort',
    title: 'Old key for bot port',
    nested: oldNodeKey('botPort', port, 'The port of the model server; `bot.port` now.'),
  },
  {
    name: 'mode',
    title: 'Mode',
    nested: nodeSettings(
      'mode',
      'Session synchronisation, autosave, developer and demo mode of the Node server.',
    ),
  },
  {
    name: 'redis',
    title: 'Redis',
    nested: nodeSettings('redis', "The Node server's Redis port and how often it writes back."),
  },
  { name: 'bot', title: 'Bot', nested: nodeSettings('bot', "The Node server's model assistance.") },
] as const satisfies readonly Field[];
