/** SERVER_KEYS and OTHER_KEYS: the rows of the keys that have nothing to do with login. A new key is a new row, where the template has it. */
import type { Field, Key, ValueSchema } from './field.ts';

const text: ValueSchema = { type: 'string' };
const number: ValueSchema = { type: 'number' };
const port: ValueSchema = { type: 'integer', minimum: 1, maximum: 65535 };
const boolean: ValueSchema = { type: 'boolean' };
/** A key of the Node server's first months, which a later one has elsewhere or ignores. */
const oldNodeKey = (path: string, schema: ValueSchema, use: string): Key => ({
  path,
  schema,
  examples: [],
  use: `${use} Read by the Node server until July 2020.`,
  otherwise: 'the Node server of that time takes its default or fails at start',
});
/** Quotes around it change nothing for the Node server. */
const portOrText: ValueSchema = { ...port, also: { type: 'string', pattern: '^[1-9][0-9]{0,4}$' } };
const nodeSettings = (path: string, use: string): Key => ({
  path,
  schema: { type: 'object' },
  examples: [],
  use,
  otherwise: 'the Node server takes its defaults or fails at start',
});

/** Before those of login, in the order of the original templates. */
export const SERVER_KEYS = [
  {
    name: 'port',
    title: 'Port',
    flat: {
      path: 'port',
      schema: port,
      examples: [8686],
      use: 'The port that the server listens on. Without it the server takes a random one. With a redirect to localhost it must be the port in `redirectUri`.',
      otherwise: 'the Go server does not start',
      without: 'the server listens on a random port',
    },
    nested: {
      path: 'http.port',
      schema: portOrText,
      examples: [8686],
      use: 'The port that the server listens on, 8686 without it. It beats the old top-level `port`.',
      otherwise: 'the Node server fails at start',
      without: 'the server listens on port 8686',
    },
  },
  {
    name: 'legacyPort',
    title: 'Port (old spelling)',
    nested: {
      path: 'port',
      schema: port,
      examples: [8686],
      use: 'The old place of `http.port`; read only where `http.port` is missing.',
      otherwise: 'the Node server fails at start',
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
      use: 'Where projects are kept: a directory for `database: local`, `region:bucket/path` for `s3`, a region for `dynamodb`.',
      otherwise: 'the Go server does not start',
      required: 'always',
    },
    nested: {
      path: 'storage.data',
      schema: text,
      examples: ['./local-data/scalabel'],
      use: 'Where the server keeps its projects. For `type: s3` it is `region:bucket/path`.',
      otherwise: 'the Node server fails at start',
      without: 'the Node server takes the whole checkout for its data, and stops at the first other folder',
    },
  },
  {
    name: 'legacyData',
    title: 'Data (old spelling)',
    nested: {
      path: 'data',
      schema: text,
      examples: ['./local-data/scalabel'],
      use: 'The old place of `storage.data`; read only where `storage.data` is missing.',
      otherwise: 'the Node server fails at start',
    },
  },
  {
    name: 'itemDir',
    title: 'Items',
    nested: {
      path: 'storage.itemDir',
      schema: text,
      examples: ['./local-data/items'],
      use: 'The directory of images to label, served under `/items` without login. Left empty, the server never listens.',
      otherwise: 'the Node server never listens',
      without: 'the Node server never listens',
    },
  },
  {
    name: 'legacyItemDir',
    title: 'Items (old spelling)',
    nested: {
      path: 'itemDir',
      schema: text,
      examples: ['./local-data/items'],
      use: 'The old place of `storage.itemDir`; read only where `storage.itemDir` is missing.',
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
    nested: oldNodeKey('src', text, 'The checkout of the server; in the default file, and used for nothing.'),
  },
  {
    name: 'appSubDir',
    title: 'App subdirectory',
    flat: {
      path: 'appSubDir',
      schema: text,
      examples: ['app/dist'],
      use: 'Where the built pages are under `src`; `app/dist` without it. Everything below is served without login.',
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
      use: 'The kind of storage: `local` or `s3`; `local` without it.',
      otherwise: 'the Node server silently keeps everything in local files',
    },
  },
  {
    name: 'legacyDatabase',
    title: 'Database (old spelling)',
    nested: {
      path: 'database',
      schema: { type: 'string', enum: ['local', 's3'] },
      examples: ['local'],
      use: 'The old place of `storage.type`; read only where `storage.type` is missing.',
      otherwise: 'the Node server silently keeps everything in local files',
    },
  },
  {
    name: 'modelGateHost',
    title: 'Model gateway host',
    flat: {
      path: 'modelGateHost',
      schema: text,
      examples: ['127.0.0.1'],
      use: 'The host of the model gateway. It is handed to browsers, so loopback only works on the server itself.',
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
      use: 'The port of the model gateway, as a quoted string; handed to browsers.',
      otherwise: 'the Go server does not start',
    },
  },
] as const satisfies readonly Field[];

/** After those of login: what has nothing to do with it, and which one server or another had for a time. */
export const OTHER_KEYS = [
  {
    name: 'sync',
    title: 'Session synchronisation',
    flat: {
      path: 'sync',
      schema: boolean,
      examples: [false],
      use: 'Session synchronisation through a Node process. Only the Go server since October 2019 has it.',
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
      use: 'Where the process for session synchronisation is. Only the Go server since October 2019 has it.',
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
      use: 'The port of the process for session synchronisation. Only the Go server since October 2019 has it.',
      otherwise: 'the Go server does not start',
    },
  },
  {
    name: 'autosave',
    title: 'Autosave (old spelling)',
    nested: oldNodeKey('autosave', boolean, 'Whether work is saved by itself; `mode.autosave` now.'),
  },
  {
    name: 'redisPort',
    title: 'Redis port (old spelling)',
    nested: oldNodeKey('redisPort', port, 'The port of Redis; `redis.port` now.'),
  },
  {
    name: 'redisTimeout',
    title: 'Redis timeout (old spelling)',
    nested: oldNodeKey('redisTimeout', number, 'Seconds until Redis forgets a value.'),
  },
  {
    name: 'timeForWrite',
    title: 'Time for write (old spelling)',
    nested: oldNodeKey(
      'timeForWrite',
      number,
      'Seconds until work is written to disk; `redis.writebackTime` now.',
    ),
  },
  {
    name: 'numActionsForWrite',
    title: 'Actions for write (old spelling)',
    nested: oldNodeKey(
      'numActionsForWrite',
      number,
      'Actions until work is written to disk; `redis.writebackCount` now.',
    ),
  },
  {
    name: 'bots',
    title: 'Bots (old spelling)',
    nested: oldNodeKey('bots', boolean, 'Whether models assist; `bot.on` now.'),
  },
  {
    name: 'botHost',
    title: 'Bot host (old spelling)',
    nested: oldNodeKey('botHost', text, 'The host of the model server; `bot.host` now.'),
  },
  {
    name: 'botPort',
    title: 'Bot port (old spelling)',
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
