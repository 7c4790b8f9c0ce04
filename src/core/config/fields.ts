/**
 * FIELDS: the one table of the file's keys, in the order of the original templates. It drives the wizard, the flags,
 * the JSON Schemas, discovery, `explain` and the README. A new key is a new row here.
 */
import {
  unquote,
  pastedClientId,
  pastedDomainPrefix,
  pastedHost,
  pastedPoolId,
  pastedTokenUrl,
} from './paste.ts';
import type { CheckName } from './checks.ts';
import type { Layout } from './layouts.ts';
import { DOMAIN_PREFIX, JWKS_TEMPLATE, POOL_ID, REGION } from './endpoints.ts';

/** What a JSON Schema can say about one value. */
interface ValueSchema {
  readonly type: 'string' | 'integer' | 'boolean' | 'object' | 'number';
  readonly enum?: readonly (string | boolean)[];
  readonly const?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Where a field sits in one layout and what that layout's server does with it. */
export interface Key {
  /** Dotted path in the file. */
  readonly path: string;
  readonly schema: ValueSchema;
  readonly examples: readonly (string | number | boolean)[];
  /** What the server does with the value: shown by `explain`, in the README and by editors. */
  readonly use: string;
  /** What the server does with a value that is not allowed; ends a message, so it is a clause. */
  readonly otherwise: string;
  /** The finding for a value that the schema refuses, where the field has one of its own. */
  readonly violation?: string;
  /** `always`, or only while login is switched on. */
  readonly required?: 'always' | 'login';
  /** Forgives what people paste. */
  readonly clean?: (pasted: string) => string;
}

interface Field {
  readonly name: string;
  readonly title: string;
  readonly flat?: Key;
  readonly nested?: Key;
  /** Spellings that were seen in guides, templates and the wild, beside those that differ in case or `-` and `_` only. */
  readonly aliases?: readonly string[];
  readonly secret?: true;
  /** Position among the wizard's questions: the order in which the console shows the values. */
  readonly asked?: number;
  /** Filled in from other fields, shown and not asked. */
  readonly derived?: true;
  /** The check of `doctor` that shows where the account says something else. */
  readonly doctor?: CheckName;
  /** The flag's name without dashes, and what stands behind it in the help. */
  readonly flag?: { readonly name: string; readonly value: string };
  /** Where to find the value in the AWS console: today's, and the one that the guide shows. */
  readonly console?: { readonly today: string; readonly guide: string };
}

const text: ValueSchema = { type: 'string' };
/** An empty value is another finding than a malformed one, so each pattern lets it pass. */
const pattern = (rule: RegExp): ValueSchema => ({ type: 'string', pattern: `^$|${rule.source}` });
const port: ValueSchema = { type: 'integer', minimum: 1, maximum: 65535 };
const nodeSettings = (path: string, use: string): Key => ({
  path,
  schema: { type: 'object' },
  examples: [],
  use,
  otherwise: 'the Node server takes its defaults or fails at start',
});

const ROWS = [
  {
    name: 'port',
    title: 'Port',
    flat: {
      path: 'port',
      schema: port,
      examples: [8686],
      use: 'The port that the server listens on. Without it the server takes a random one. With a redirect to localhost it must be the port in `redirectUri`.',
      otherwise: 'the Go server does not start',
    },
    nested: {
      path: 'http.port',
      schema: port,
      examples: [8686],
      use: 'The port that the server listens on, 8686 without it. It beats the old top-level `port`.',
      otherwise: 'the Node server fails at start',
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
  {
    name: 'userManagement',
    title: 'User management',
    asked: 7,
    aliases: ['userManagment', 'user_management', 'usermgmt', 'userAuthentication'],
    flag: { name: 'user-management', value: 'on|off' },
    flat: {
      path: 'userManagement',
      schema: { type: 'string', enum: ['on', 'On', 'ON', 'off', 'Off', 'OFF'] },
      examples: ['on'],
      use: 'The switch. Login is on for exactly `on`, `On` or `ON`; for anything else everybody gets in without login.',
      otherwise: 'login is off and everybody gets in',
      violation: 'login-off',
      required: 'always',
    },
    nested: {
      path: 'user.on',
      schema: { type: 'boolean' },
      examples: [true],
      use: 'The switch: `true` or `false` without quotes. Any text, `"off"` and `"false"` included, switches login on.',
      otherwise: 'login is on',
      violation: 'login-forced-on',
    },
  },
  {
    name: 'region',
    title: 'Region',
    doctor: 'oidc',
    derived: true,
    aliases: ['awsRegion', 'aws_region', 'cognitoRegion'],
    flag: { name: 'region', value: 'REGION' },
    console: { today: 'the part of the user pool id before the last _', guide: 'General settings → Pool Id' },
    flat: {
      path: 'region',
      schema: pattern(REGION),
      examples: ['us-west-2'],
      use: "The pool's region. The server builds the login address, the JWKS URL and the expected issuer from it.",
      otherwise: 'every login fails',
      violation: 'region-format',
      required: 'login',
      clean: unquote,
    },
    nested: {
      path: 'cognito.region',
      schema: pattern(REGION),
      examples: ['us-west-2'],
      use: "The pool's region. The server builds the JWKS URL and the expected issuer from it.",
      otherwise: 'every login fails',
      violation: 'region-format',
      required: 'login',
      clean: unquote,
    },
  },
  {
    name: 'domainName',
    title: 'Cognito domain',
    doctor: 'domain',
    asked: 6,
    aliases: ['domain', 'domainPrefix', 'cognitoDomain', 'userPoolBaseUrl', 'userPoolDomain', 'baseUri'],
    flag: { name: 'domain-name', value: 'PREFIX' },
    console: { today: 'your pool → Branding → Domain', guide: 'Domain name' },
    flat: {
      path: 'domainName',
      schema: pattern(DOMAIN_PREFIX),
      examples: ['scalabel-demo'],
      use: 'The bare prefix of the Cognito domain. Login and logout addresses are `https://<domainName>.auth.<region>.amazoncognito.com/…`, so a custom domain cannot work.',
      otherwise: 'the login address leads nowhere',
      violation: 'domain-not-prefix',
      required: 'login',
      clean: pastedDomainPrefix,
    },
    nested: {
      path: 'cognito.userPoolBaseUri',
      schema: {
        type: 'string',
        pattern:
          '^$|^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+$',
      },
      examples: ['scalabel-demo.auth.us-west-2.amazoncognito.com'],
      use: 'The bare host of the hosted UI, without scheme and path; a custom domain is fine. The server posts the code to it and sends browsers to its login page.',
      otherwise: 'the login address leads nowhere',
      violation: 'base-uri-not-host',
      required: 'login',
      clean: pastedHost,
    },
  },
  {
    name: 'clientId',
    title: 'App client id',
    doctor: 'client',
    asked: 2,
    aliases: ['appClientId', 'client_id', 'userPoolClientId'],
    flag: { name: 'client-id', value: 'ID' },
    console: { today: 'your pool → App clients → your client', guide: 'App clients → App client id' },
    flat: {
      path: 'clientId',
      schema: { type: 'string', pattern: '^$|^[\\w+]{1,128}$' },
      examples: ['1example23456789abcdefghij'],
      use: 'The app client. It must have a secret, allow the code flow, and allow the scopes `openid` and `email`.',
      otherwise: 'the hosted UI refuses the login',
      violation: 'client-id-format',
      required: 'login',
      clean: pastedClientId,
    },
    nested: {
      path: 'cognito.clientId',
      schema: { type: 'string', pattern: '^$|^[\\w+]{1,128}$' },
      examples: ['1example23456789abcdefghij'],
      use: 'The app client. It must have no secret, since the server never sends one.',
      otherwise: 'the hosted UI refuses the login',
      violation: 'client-id-format',
      required: 'login',
      clean: pastedClientId,
    },
  },
  {
    name: 'redirectUri',
    title: 'Callback URL',
    asked: 4,
    aliases: ['redirectUrl', 'callbackUrl', 'callbackUri', 'callback', 'redirect'],
    flag: { name: 'redirect-uri', value: 'URL' },
    console: {
      today: 'your pool → App clients → your client → Login pages → Allowed callback URLs',
      guide: 'App client settings → Callback URL(s)',
    },
    flat: {
      path: 'redirectUri',
      schema: text,
      examples: ['http://localhost:8686/auth'],
      use: 'Where the hosted UI sends people back to. Its path must be exactly `/auth`, and it must be registered in the app client byte for byte.',
      otherwise: 'every login ends in redirect_mismatch or in a page not found',
      violation: 'url-invalid',
      required: 'login',
      clean: unquote,
    },
    nested: {
      path: 'cognito.callbackUri',
      schema: text,
      examples: ['http://localhost:8686/callback'],
      use: 'Where the hosted UI sends people back to. Its path must be exactly `/callback`, and it must be registered in the app client byte for byte.',
      otherwise: 'every login ends in redirect_mismatch or in a page not found',
      violation: 'url-invalid',
      required: 'login',
      clean: unquote,
    },
  },
  {
    name: 'logOutUri',
    title: 'Sign-out URL',
    asked: 5,
    aliases: ['logoutUrl', 'signOutUrl', 'signOutUri', 'logout'],
    flag: { name: 'log-out-uri', value: 'URL' },
    console: {
      today: 'your pool → App clients → your client → Login pages → Allowed sign-out URLs',
      guide: 'App client settings → Sign out URL(s)',
    },
    flat: {
      path: 'logOutUri',
      schema: text,
      examples: ['http://localhost:8686/'],
      use: 'Where people land after signing out. It must be registered in the app client as a sign-out URL byte for byte.',
      otherwise: 'signing out ends on an error page',
      violation: 'url-invalid',
      required: 'login',
      clean: unquote,
    },
  },
  {
    name: 'clientSecret',
    title: 'App client secret',
    asked: 3,
    secret: true,
    aliases: ['secret', 'appClientSecret', 'client_secret', 'userPoolClientSecret'],
    console: {
      today: 'your pool → App clients → your client → Show client secret',
      guide: 'App clients → Show Details',
    },
    flat: {
      path: 'clientSecret',
      schema: text,
      examples: [],
      use: 'Sent with every token request as Basic auth. When it is wrong, people are sent to the login page again and again.',
      otherwise: 'login goes round in an endless loop',
      violation: 'secret-format',
      required: 'login',
      clean: unquote,
    },
  },
  {
    name: 'awsTokenURL',
    title: 'Token URL',
    doctor: 'domain',
    derived: true,
    aliases: ['tokenUrl', 'tokenUri', 'awsTokenUri', 'tokenEndpoint'],
    flag: { name: 'aws-token-url', value: 'URL' },
    console: {
      today: 'your pool → Branding → Domain, with /oauth2/token behind it',
      guide: 'Domain name, with /oauth2/token behind it',
    },
    flat: {
      path: 'awsTokenURL',
      schema: text,
      examples: ['https://scalabel-demo.auth.us-west-2.amazoncognito.com/oauth2/token'],
      use: 'Where the server exchanges the authorization code for tokens: `https://<domainName>.auth.<region>.amazoncognito.com/oauth2/token`.',
      otherwise: 'login goes round in an endless loop',
      violation: 'url-invalid',
      required: 'login',
      clean: pastedTokenUrl,
    },
  },
  {
    name: 'awsJwkUrl',
    title: 'JWKS URL template',
    doctor: 'jwks',
    derived: true,
    aliases: ['jwksUrl', 'jwkUrl', 'awsJwksUrl', 'awsJwkUri', 'jwksUri'],
    console: {
      today: 'not in the console: always the same text',
      guide: 'not in the console: always the same text',
    },
    flat: {
      path: 'awsJwkUrl',
      schema: { type: 'string', enum: ['', JWKS_TEMPLATE] },
      examples: [JWKS_TEMPLATE],
      use: 'A template and not a URL: the server itself puts region and pool id into the two `%v`. With the finished URL in the file every login fails.',
      otherwise: 'every login fails',
      violation: 'jwks-url-not-template',
      required: 'login',
      clean: unquote,
    },
  },
  {
    name: 'userPoolID',
    title: 'User pool id',
    doctor: 'oidc',
    asked: 1,
    aliases: ['poolId', 'userPool', 'user_pool_id', 'cognitoUserPoolId', 'userPoolName'],
    flag: { name: 'user-pool-id', value: 'ID' },
    console: { today: 'User pools → your pool → Overview', guide: 'General settings → Pool Id' },
    flat: {
      path: 'userPoolID',
      schema: pattern(POOL_ID),
      examples: ['us-west-2_Example01'],
      use: 'The user pool. The server compares the `iss` claim of every token with `https://cognito-idp.<region>.amazonaws.com/<userPoolID>`.',
      otherwise: 'every login fails',
      violation: 'pool-id-format',
      required: 'login',
      clean: pastedPoolId,
    },
    nested: {
      path: 'cognito.userPool',
      schema: pattern(POOL_ID),
      examples: ['us-west-2_Example01'],
      use: 'The user pool. The server compares the `iss` claim of every token with `https://cognito-idp.<region>.amazonaws.com/<userPool>`.',
      otherwise: 'every login fails',
      violation: 'pool-id-format',
      required: 'login',
      clean: pastedPoolId,
    },
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

export type FieldName = (typeof ROWS)[number]['name'];

/** A row as code reads it: every optional column present as such. */
export type FieldRow = Field & { readonly name: FieldName };

export const FIELDS: readonly FieldRow[] = ROWS;

/** A row in a layout that has it. */
interface LayoutRow {
  readonly field: FieldRow;
  readonly key: Key;
  /** Of the key's path. */
  readonly segments: readonly string[];
}

// Made once: every rule over every file asks.
const BY_NAME: ReadonlyMap<string, FieldRow> = new Map(FIELDS.map((field) => [field.name, field]));
const OF_LAYOUT: Readonly<Record<Layout, readonly LayoutRow[]>> = {
  flat: rowsOf('flat'),
  nested: rowsOf('nested'),
};
const BY_PATH: Readonly<Record<Layout, ReadonlyMap<string, LayoutRow>>> = {
  flat: new Map(OF_LAYOUT.flat.map((row) => [row.key.path, row])),
  nested: new Map(OF_LAYOUT.nested.map((row) => [row.key.path, row])),
};

const BY_LAYOUT_AND_NAME: Readonly<Record<Layout, ReadonlyMap<FieldName, LayoutRow>>> = {
  flat: new Map(OF_LAYOUT.flat.map((row) => [row.field.name, row])),
  nested: new Map(OF_LAYOUT.nested.map((row) => [row.field.name, row])),
};

function rowsOf(layout: Layout): readonly LayoutRow[] {
  return FIELDS.flatMap((field) => {
    const key = field[layout];
    return key === undefined ? [] : [{ field, key, segments: key.path.split('.') }];
  });
}

/** The row of a field. */
export function fieldNamed(name: FieldName): FieldRow {
  const row = BY_NAME.get(name);
  if (row === undefined) throw new RangeError(`no field is called ${name}`);
  return row;
}

/** The key of a field in a layout; undefined where the layout has none. */
export function keyOf(name: FieldName, layout: Layout): Key | undefined {
  return rowNamed(name, layout)?.key;
}

/** The row of a field in a layout that has it. */
export function rowNamed(name: FieldName, layout: Layout): LayoutRow | undefined {
  return BY_LAYOUT_AND_NAME[layout].get(name);
}

/** The rows that a layout has, in template order, each with its key. */
export function fieldsOf(layout: Layout): readonly LayoutRow[] {
  return OF_LAYOUT[layout];
}

/** The row behind a dotted path of the file. */
export function fieldAt(path: string, layout: Layout): LayoutRow | undefined {
  return BY_PATH[layout].get(path);
}

/** Dotted paths in the order of the original template: decides where a new key goes. */
export function keyOrder(layout: Layout): readonly string[] {
  return fieldsOf(layout).map(({ key }) => key.path);
}

/** What the wizard asks for in a layout, in the console's order. */
export function askedFields(layout: Layout): readonly LayoutRow[] {
  return fieldsOf(layout)
    .filter(({ field }) => field.asked !== undefined)
    .sort((a, b) => (a.field.asked ?? 0) - (b.field.asked ?? 0));
}
