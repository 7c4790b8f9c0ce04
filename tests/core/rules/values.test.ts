/**
 * What a right file is told when one thing in it is odd: each case with its findings, in tests/fixtures/words/values.json
 * (`npm test -- -u` writes it anew, for a person to read).
 */
import { describe, expect, test } from '@jest/globals';
import { parseDocument, positionAt } from '../../../src/core/yaml/document.ts';
import type { ConfigDocument } from '../../../src/core/yaml/types.ts';
import type { FileFacts } from '../../../src/core/rules/file/facts.ts';
import type { GitFacts } from '../../../src/ports.ts';
import type { Finding } from '../../../src/core/rules/finding.ts';
import type { Layout } from '../../../src/core/config/layouts.ts';
import { proseOf } from '../../../src/core/rules/index.ts';
import { repair, validateDocument } from '../../../src/core/rules/validate.ts';
import { expectedWords, goodFile, type Telling } from '../../support/fixtures.ts';

/** Sources of a value, or whole lines, by the key whose value or line they replace. */
type Odd = Readonly<Record<string, readonly string[]>>;

const PLACEHOLDERS = [
  ...[
    'xxx',
    'XX',
    '...',
    '…',
    '???',
    'TODO',
    'tbd',
    'fixme',
    'todo list',
    'change-me',
    'changeme',
    'replace me',
  ],
  ...[
    'replace_me',
    'placeholder',
    'example',
    'my-example',
    'your-pool',
    'your_client-id',
    'your domain',
    'yourself',
  ],
  ...[
    'your-app',
    'your-region',
    'your-secret',
    'your-prefix-here',
    '<domain>',
    '<>',
    '{{ domain }}',
    '${DOMAIN}',
  ],
];
const ADDRESSES = [
  ...['https://example.com/auth', 'https://labels.example.com/auth', 'https://www.example.org/auth'],
  ...['https://your.example.net/auth', 'https://my.example.net/auth', 'https://a.b.example.com:8443/auth'],
  ...['https://notexample.com/auth', 'https://example.community/auth', 'https://your-domain.dev/auth'],
  ...['https://yourdomain.io/auth', 'https://x.yourdomain.io/auth', 'https://example.dev/auth'],
];
const POOLS = [
  ...[
    'us-west-2_XXXXXXXXX',
    'us-west-2_xxxx',
    'us-west-2_Example1',
    'us-west-2_aaaaaa',
    'us-west-2_aaaaa',
    'aaaaaa',
  ],
  ...[
    'us-west-2:12345678-1234-1234-1234-123456789012',
    'us-west-2',
    'people',
    'us-west-2_Fake-Pool',
    'US-WEST-2_Fake',
  ],
  ...['arn:aws:cognito-idp:us-west-2:123456789012:userpool/us-west-2_FakePool1'],
  ...['https://us-west-2.console.aws.amazon.com/cognito/v2/idp/user-pools/us-west-2_FakePool1/info'],
  ...['cn-north-1_FakePool1', 'us-gov-west-1_FakePool1', 'eusc-de-east-1_FakePool1', 'eu-west-1_FakePool1'],
  ...[`us-west-2_${'a1'.repeat(22)}b`, `us-west-2_${'a1'.repeat(23)}`, 'us-a-b-c-d-2_FakePool1'],
];
const REGIONS = [
  ...[
    'us-west-2a',
    'us-west',
    'US-WEST-2',
    'us-west-22',
    'us-west-222',
    'us-gov-west-1',
    'cn-north-1',
    'eusc-de-east-1',
  ],
  ...[
    'us-wset-2',
    'eu-west-1',
    'u-west-2',
    'uswes-west-2',
    'us-a-b-c-2',
    'us-a-b-c-d-2',
    '"us-west-2 "',
    '“us-west-2”',
  ],
];
const CLIENTS = [
  ...[
    '1fakeclient-0',
    '1fake_client+0',
    'a'.repeat(6),
    'ab'.repeat(64),
    `${'ab'.repeat(64)}c`,
    `${'ab'.repeat(19)}c`,
  ],
  ...['ab'.repeat(20), 'ab'.repeat(32), `${'ab'.repeat(32)}c`, '"1fake client"', 'example-client'],
];
const CALLBACKS = [
  ...[
    'http://localhost:8687/auth',
    'http://localhost/auth',
    'https://localhost/auth',
    'http://[::1]:8686/auth',
  ],
  ...[
    'http://127.0.0.1:8686/auth',
    'http://127.0.0.2:8686/auth',
    'https://acme.dev',
    'https://acme.dev/auth/',
  ],
  ...[
    'https://acme.dev/AUTH',
    'https://acme.dev/auth?x=1',
    'https://acme.dev/auth#x',
    'https://acme.dev/auth?x=1#y',
  ],
  ...[
    'https://acme.dev/auth&x',
    'https://acme.dev/a+uth',
    'https://acme.dev/%61uth',
    'https://acme.dev/auth;x',
  ],
  ...[
    'https://acme.dev/auth,x',
    'https://acme.dev/auth=',
    'https://ácme.dev/auth',
    '"https://acme.dev/au th"',
  ],
  ...['https://acme.dev/a{b}', 'https://acme.dev/a|b', "https://acme.dev/a'b", 'https://me@acme.dev/auth'],
  ...[
    'https://me:notareal@acme.dev/auth',
    'https://:notareal@acme.dev/auth',
    'ftp://acme.dev/auth',
    'acme.dev/auth',
  ],
  ...[
    'javascript:alert(1)',
    'https:/acme.dev/auth',
    'https://',
    '//acme.dev/auth',
    'HTTPS://acme.dev/auth',
    '/auth',
  ],
  ...[`https://acme.dev/${'a'.repeat(1007)}`, `https://acme.dev/${'a'.repeat(1008)}`],
];

const FLAT: Odd = {
  port: [
    '0',
    '1',
    '65535',
    '65536',
    '-1',
    '80.5',
    '"8686"',
    '" 8686 "',
    '"eighty"',
    '"08686"',
    'true',
    '[8686]',
    '{a: 1}',
    '""',
    'null',
    '',
  ],
  data: [
    '1',
    'true',
    '""',
    '" "',
    '" ./data"',
    '[a]',
    './app/dist/data',
    'app/dist',
    'app/distant',
    './app/../app/dist/x',
    '../app/dist',
    'app\\dist\\x',
    '/app/dist/x',
    '/../app/dist/x',
    '',
  ],
  database: ['s3', 'S3', 'dynamodb', 'redis', '""', 'null', '1', '" local"'],
  modelGateHost: ['localhost', '"::1"', '1', '""'],
  modelGatePort: ['8001', '8001.5', 'true', '""', '[8001]'],
  userManagement: [
    ...[
      'on',
      'On',
      'ON',
      'oN',
      '"on "',
      '“on”',
      'yes',
      'true',
      'True',
      '"true"',
      'y',
      '1',
      'enable',
      'enabled',
      '"!on!"',
    ],
    ...[
      'off',
      'Off',
      'OFF',
      'no',
      'n',
      'false',
      '0',
      'disable',
      'disabled',
      'perhaps',
      '""',
      'null',
      '[on]',
      '{on: true}',
      '',
    ],
  ],
  region: REGIONS,
  domainName: [
    ...PLACEHOLDERS,
    ...[
      'Scalabel',
      'scala_bel',
      '-scalabel',
      'scalabel-',
      'a',
      'a'.repeat(63),
      'a'.repeat(64),
      'my-aws',
      'amazonas',
      'cognito1',
    ],
    ...[
      'https://scalabel-demo.auth.us-west-2.amazoncognito.com/',
      'scalabel-demo.auth.us-west-2.amazoncognito.com',
    ],
    ...[
      'login.acme.dev',
      'https://login.acme.dev',
      'scalabel-demo:443',
      '1',
      'true',
      '“scalabel-demo”',
      '"“scalabel”demo"',
    ],
  ],
  clientId: CLIENTS,
  redirectUri: [...ADDRESSES, ...CALLBACKS],
  logOutUri: [
    ...[
      'http://localhost:3000/',
      'http://acme.dev/',
      'https://acme.dev/?x=1',
      'https://acme.dev/#x',
      'acme.dev',
      '""',
      '1',
    ],
    ...['"https://acme.dev/ "', '"https://acme.dev /"', 'https://acme.dev/callback/'],
  ],
  clientSecret: [
    ...[
      'a'.repeat(23),
      'ab'.repeat(12),
      'ab'.repeat(32),
      `${'ab'.repeat(32)}c`,
      'notareal#secret',
      'notareal #secret',
      '"notareal #secret"',
    ],
    ...[
      '1fakeclientid0000000000000',
      '"notareal secret"',
      '"notareal\\tsecret"',
      '12345678901234567890123456',
      '"a+b_cdefghijklmnopqrstuv"',
      'your-client-secret',
      '""',
    ],
  ],
  awsTokenURL: [
    ...[
      'https://scalabel-demo.auth.us-west-2.amazoncognito.com/oauth2/token/',
      'https://scalabel-demo.auth.us-west-2.amazoncognito.com',
    ],
    ...[
      'http://scalabel-demo.auth.us-west-2.amazoncognito.com/oauth2/token',
      'scalabel-demo.auth.us-west-2.amazoncognito.com/oauth2/token',
    ],
    ...[
      'https://other.auth.us-west-2.amazoncognito.com/oauth2/token',
      'https://login.acme.dev/oauth2/token',
      'https://login.acme.dev/token',
    ],
    ...[
      'http://login.acme.dev/oauth2/token',
      'https://login.acme.dev/oauth2/token?x=1',
      'ftp://login.acme.dev/oauth2/token',
      'hhttps://login.acme.dev/oauth2/token',
      '“https://a”',
      '""',
    ],
  ],
  awsJwkUrl: [
    ...[
      'https://cognito-idp.us-west-2.amazonaws.com/us-west-2_FakePool1/.well-known/jwks.json',
      '"https://cognito-idp.%s.amazonaws.com/%s"',
    ],
    ...['""', 'null', '1', '"https://cognito-idp.%v.amazonaws.com/%v/.well-known/jwks.json "', '[a]'],
  ],
  userPoolID: [...POOLS, '""', '1', '“us-west-2_FakePool1”'],
};

const NESTED: Odd = {
  'http.port': ['0', '65536', '"8686"', '1.5', 'null', '""', 'true', '{a: 1}'],
  'storage.data': [
    '1',
    'null',
    '""',
    './local-data/items/x',
    './local-data/items',
    'local-data/itemsets',
    '[a]',
  ],
  'storage.itemDir': ['""', 'null', '1', './local-data'],
  'storage.type': ['s3', 'dynamodb', 'redis', 'null', '""', '1'],
  'user.on': [
    'false',
    'null',
    '"true"',
    '"on"',
    'yes',
    '"off"',
    '"false"',
    '1',
    '0',
    '""',
    '[]',
    '{a: 1}',
    '0.5',
  ],
  'cognito.region': [
    'us-west-2a',
    'eu-west-1',
    'cn-north-1',
    'us-gov-west-1',
    'eusc-de-east-1',
    '1',
    'null',
    '""',
  ],
  'cognito.userPool': [
    'people',
    'us-gov-west-1_FakePool1',
    'cn-north-1_Fake1',
    'null',
    'eu-west-1_FakePool1',
    '"us-west-2_FakePool1 "',
  ],
  'cognito.clientId': ['ab'.repeat(20), '"1 fake"', 'null', '1'],
  'cognito.userPoolBaseUri': [
    ...[
      'scalabel-demo',
      'Scalabel',
      'https://login.acme.dev/',
      'login.acme.dev/',
      'login.acme.dev',
      'a.b',
      'ab.c',
      '-a.acme.dev',
      'a-.acme.dev',
    ],
    ...[
      'x.auth.eu-west-1.amazoncognito.com',
      'x.auth-fips.us-west-2.amazoncognito.com',
      'login.acme.dev:443',
      'me@acme.dev',
      '"acme .dev"',
    ],
    ...[`${'a.'.repeat(125)}dev`, `${'a.'.repeat(126)}de`],
  ],
  'cognito.callbackUri': [
    ...[
      'http://localhost:8687/callback',
      'http://localhost/callback',
      'https://acme.dev/callback/',
      'https://acme.dev/CallBack',
    ],
    ...[
      'https://acme.dev/auth',
      'https://acme.dev/callbacks',
      'http://acme.dev/callback',
      'https://acme.dev/callback?x=1',
      'null',
    ],
  ],
};

/** Further lines, behind the others; of the nested file's last mapping, where they are indented. */
const FLAT_LINES = [
  ...[
    'colour: red',
    'Port: 1',
    'clientid: x',
    'clientIdd: x',
    'clientIdddd: x',
    'dataDir: x',
    'secret: x',
    'tokenUrl: x',
    'pool: x',
    'regions: x',
  ],
  ...[
    'usermanagement: off',
    'userManagment: on',
    'user-management: {on: true}',
    'http: {port: 1}',
    'user: on',
    'cognito:',
    'storage: []',
  ],
  ...[
    'mode: {}',
    'region: us-west-2',
    '"": x',
    '? [a]\n: b',
    'src: app',
    'src: ""',
    'src: "/srv/x"',
    'appSubDir: data',
    'appSubDir: dist/..',
  ],
  ...[
    'modelGateHost:',
    'itemDir: x',
    'data:',
    '"client secret": notarealsecret',
    'userPool: x',
    'jwksUrl: x',
    'callbackUri: x',
    'redirectURL: x',
  ],
];
const NESTED_LINES = [
  ...[
    'port: 1',
    'data: x',
    'itemDir: y',
    'database: s3',
    'userManagement: on',
    'clientId: x',
    'redis: {}',
    'bot: 1',
    'mode: []',
    'colour: red',
  ],
  ...[
    'User: {on: true}',
    'users: on',
    'storages: {}',
    '    clientSecret: notarealsecret',
    '    appClientSecret: x',
    '    client_secret: x',
    '    secret: x',
  ],
  ...[
    '    redirectUri: x',
    '    userPoolID: x',
    '    domainName: x',
    '    Region: x',
    '    colour: red',
    '    logOutUri: x',
    'clientSecret: notarealsecret',
  ],
];

/** Files that differ in more than one line. */
const FILES: Readonly<Record<string, readonly [Layout, string]>> = {
  'flat: nothing but the switch': ['flat', 'userManagement: on\n'],
  'flat: nothing but a misspelt switch': ['flat', 'usermanagement: on\n'],
  'flat: a misspelt switch without a value': ['flat', 'usermanagement:\n'],
  'flat: a misspelt switch that is off': ['flat', 'usermanagement: off\n'],
  'flat: a misspelt switch beside one that is off': ['flat', 'userManagement: off\nusermanagement: on\n'],
  'flat: a misspelt switch beside an empty one': ['flat', 'userManagement: ""\nusermanagement: on\n'],
  'flat: a misspelt storage that there is': ['flat', goodFile('flat').replace('database', 'Database')],
  'flat: a misspelt storage that there is not': [
    'flat',
    goodFile('flat').replace('database: "local"', 'Database: "redis"'),
  ],
  'flat: a misspelt port': ['flat', goodFile('flat').replace('port', 'Port')],
  'flat: a misspelt port that is none': ['flat', goodFile('flat').replace('port: 8686', 'Port: "8686"')],
  'flat: a misspelt region that is a list': [
    'flat',
    goodFile('flat').replace('region: "us-west-2"', 'Region: [us-west-2]'),
  ],
  'flat: a misspelt region that is a mapping': [
    'flat',
    goodFile('flat').replace('region: "us-west-2"', 'Region: {name: us-west-2}'),
  ],
  'flat: a token URL of another domain, without a region': [
    'flat',
    goodFile('flat')
      .replace(/region.*\n/, '')
      .replace(/(awsTokenURL: "https:..)[^.]+/, '$1other'),
  ],
  'flat: a misspelt region beside an empty one': [
    'flat',
    goodFile('flat').replace('region: "us-west-2"', 'region: ""\nRegion: "us-west-2"'),
  ],
  'flat: a misspelt region beside the same': [
    'flat',
    goodFile('flat').replace('src: "."', 'Region: "us-west-2"'),
  ],
  'flat: a misspelt region beside another': [
    'flat',
    goodFile('flat').replace('src: "."', 'Region: "eu-west-1"'),
  ],
  'flat: a misspelt region beside an empty one, without a value': [
    'flat',
    goodFile('flat').replace('region: "us-west-2"', 'region: ""\nRegion:'),
  ],
  'nested: a misspelt mapping': ['nested', goodFile('nested').replace('storage:', 'Storage:')],
  'nested: a misspelt mapping that is a word': [
    'nested',
    `${goodFile('nested').replace(/http:\n.*\n/, '')}Http: x\n`,
  ],
  'nested: a misspelt item directory': ['nested', goodFile('nested').replace('itemDir:', 'itemdir:')],
  'nested: a misspelt storage': ['nested', goodFile('nested').replace('type:', 'Type:')],
  'flat: data in the directory that is served, with a slash at its end': [
    'flat',
    goodFile('flat').replace('"./data"', '"./app/dist/x"').replace('...', 'appSubDir: "app/dist/"'),
  ],
  'flat: storage in s3 and no data': [
    'flat',
    goodFile('flat')
      .replace(/data: .*\n/, '')
      .replace('"local"', 's3'),
  ],
  'flat: storage in dynamodb and no data': [
    'flat',
    goodFile('flat')
      .replace(/data: .*\n/, '')
      .replace('"local"', 'dynamodb'),
  ],
  'nested: storage in s3 and no data': [
    'nested',
    goodFile('nested')
      .replace(/ *data: .*\n/, '')
      .replace('"local"', 's3'),
  ],
  'flat: nothing that matters': ['flat', 'colour: red\n'],
  'flat: no data, no port': ['flat', 'userManagement: off\n'],
  'nested: nothing but the switch': ['nested', 'user: {on: true}\n'],
  'nested: a word for the switch': ['nested', 'user: on\n'],
  'nested: another word for the switch': ['nested', 'user: "off"\ncognito: {}\n'],
  'nested: a number for the switch': ['nested', 'user: 1\n'],
  'nested: no switch': ['nested', 'user: {}\ncognito: {region: us-west-2}\n'],
  'nested: a misspelt switch': ['nested', 'user: {On: true}\ncognito:\n'],
  'nested: a misspelt mapping of the switch': ['nested', 'User: {on: true}\n'],
  'nested: a misspelt mapping of the switch that is off': ['nested', 'User: {on: false}\ncognito: {}\n'],
  'nested: the switch without cognito’s values': [
    'nested',
    'user: {on: true}\ncognito:\nstorage: {data: x}\n',
  ],
  'nested: cognito is a list': ['nested', 'user: {on: true}\ncognito: [a]\n'],
  'nested: cognito is a word': ['nested', 'cognito: us-west-2\n'],
  'nested: a misspelt mapping of the switch beside one that is off': [
    'nested',
    'user: {on: false}\nUser: {on: true}\n',
  ],
  'nested: a prefix for the whole host, without a region': [
    'nested',
    goodFile('nested')
      .replace(/ *region: .*\n/, '')
      .replace(/(userPoolBaseUri): .*/, '$1: "scalabel-demo"'),
  ],
  'nested: http is a number': ['nested', 'http: 8686\nuser: {on: false}\n'],
  'nested: everything in the old place': [
    'nested',
    'port: 1\ndata: x\nitemDir: y\ndatabase: s3\nuser: {on: false}\n',
  ],
  'nested: everything in both places': [
    'nested',
    `${goodFile('nested')}port: 1\ndata: x\nitemDir: y\ndatabase: s3\n`,
  ],
  'flat: id and secret swapped': [
    'flat',
    goodFile('flat')
      .replace('1fakeclientid0000000000000', 'notarealsecretnotarealsecretnotarealsecret0')
      .replace('notarealsecretnotarealsecretnotarealsecretnotareal', '1fakeclientid0000000000000'),
  ],
  'flat: id as long as a secret, and a secret that is short': [
    'flat',
    goodFile('flat')
      .replace('1fakeclientid0000000000000', 'notarealsecretnotarealsecretnotarealsecret0')
      .replace('notarealsecretnotarealsecretnotarealsecretnotareal', 'Short'),
  ],
  'flat: without a pool': [
    'flat',
    goodFile('flat')
      .replace(/userPoolID.*\n/, '')
      .replace('us-west-2"', 'us-wset-2"'),
  ],
  'flat: in China, without a pool': [
    'flat',
    goodFile('flat')
      .replace(/userPoolID.*\n/, '')
      .replace('us-west-2"', 'cn-north-1"'),
  ],
  'flat: a pool that names no region': [
    'flat',
    goodFile('flat').replace('us-west-2_FakePool1', 'people_1').replace('us-west-2"', 'us-gov-west-1"'),
  ],
  'flat: without domain and token URL': [
    'flat',
    goodFile('flat')
      .replace(/domainName.*\n/, '')
      .replace(/awsTokenURL.*\n/, ''),
  ],
  'flat: without token URL, JWKS URL and region': [
    'flat',
    goodFile('flat')
      .replace(/awsTokenURL.*\n/, '')
      .replace(/awsJwkUrl.*\n/, '')
      .replace(/region.*\n/, ''),
  ],
  'flat: without token URL, in GovCloud': [
    'flat',
    goodFile('flat')
      .replace(/awsTokenURL.*\n/, '')
      .replaceAll('us-west-2', 'us-gov-west-1'),
  ],
  'flat: without token URL, with a domain that may not be': [
    'flat',
    goodFile('flat')
      .replace(/awsTokenURL.*\n/, '')
      .replace('"scalabel-demo"', '"my-aws"'),
  ],
  'flat: a region of its own, and a token URL that fits it': [
    'flat',
    goodFile('flat')
      .replace('region: "us-west-2"', 'region: "eu-west-1"')
      .replace('auth.us-west-2', 'auth.eu-west-1'),
  ],
  'flat: a public callback and a model gateway on loopback': [
    'flat',
    goodFile('flat').replace('http://localhost:8686/auth', 'https://acme.dev/auth'),
  ],
  'flat: a public callback and a model gateway that is named': [
    'flat',
    goodFile('flat')
      .replace('http://localhost:8686/auth', 'https://acme.dev/auth')
      .replace('127.0.0.1', 'models.acme.dev'),
  ],
  'flat: a callback that is left over, and a model gateway on loopback': [
    'flat',
    goodFile('flat').replace('http://localhost:8686/auth', 'https://example.com/auth'),
  ],
  'flat: no port and a callback on this machine': ['flat', goodFile('flat').replace(/port.*\n/, '')],
  'flat: a port that is none and a callback on this machine': [
    'flat',
    goodFile('flat').replace('port: 8686', 'port: 8686.5'),
  ],
  'nested: no port and a callback on this machine': [
    'nested',
    goodFile('nested')
      .replace(/http:\n.*\n/, '')
      .replace('localhost:8686', 'localhost:9000'),
  ],
  'nested: the old port and a callback on this machine': [
    'nested',
    goodFile('nested').replace(/http:\n.*\n/, 'port: 9000\n'),
  ],
  ...Object.fromEntries<readonly [Layout, string]>(
    ['s3', 'dynamodb'].flatMap((database) =>
      [
        'us-west-2:bucket',
        'us-west-2:bucket/path',
        ':bucket',
        'us-west-2:',
        'us-west-2:/path',
        'bucket',
        'us-west-2',
        '""',
      ].flatMap((data) => [
        [
          `flat: data ${data} in ${database}`,
          ['flat', goodFile('flat').replace('"./data"', data).replace('"local"', database)] as const,
        ],
        [
          `nested: data ${data} in ${database}`,
          [
            'nested',
            goodFile('nested').replace('"./local-data/scalabel"', data).replace('"local"', database),
          ] as const,
        ],
      ]),
    ),
  ),
};

/** A file in a repository. */
const inGit = (git: Partial<GitFacts>): FileFacts => ({
  path: "it's.yml",
  mode: 0o600,
  git: { isTracked: true, isIgnored: false, committed: undefined, staged: undefined, ...git },
});

/** Where a file may lie, and who may read it. */
const PLACES: Readonly<Record<string, readonly [string, FileFacts]>> = {
  'mode 640': [goodFile('flat'), { path: 'a.yml', mode: 0o640 }],
  'mode 604': [goodFile('flat'), { path: "it's.yml", mode: 0o100604 }],
  'mode 700': [goodFile('flat'), { path: 'a.yml', mode: 0o700 }],
  'no mode': [goodFile('flat'), { path: 'a.yml', mode: undefined }],
  'committed to git': [goodFile('flat'), inGit({ committed: goodFile('flat') })],
  'added to git': [goodFile('flat'), inGit({ committed: 'userManagement: off', staged: goodFile('flat') })],
  'tracked by git': [goodFile('flat'), inGit({ committed: 'userManagement: off' })],
  'not ignored by git': [goodFile('flat'), inGit({ isTracked: false })],
  'ignored by git': [goodFile('flat'), inGit({ isTracked: false, isIgnored: true })],
  'a data directory that stops the server': [
    goodFile('nested'),
    { path: 'a.yml', mode: 0o600, strayDirectories: ['a', 'b', 'c', 'd'] },
  ],
  'kept in git, without a secret': [
    goodFile('flat').replace(/clientSecret.*\n/, ''),
    { ...inGit({ committed: goodFile('flat') }), path: 'a.yml', mode: 0o644 },
  ],
  'in the directory that is served': [goodFile('flat'), { path: '/srv/x/app/dist/a.yml', mode: 0o600 }],
  'in the configuration directory': [
    goodFile('flat').replace('src: "."', 'src: "app"\nappSubDir: "config"'),
    { path: '/srv/scalabel/app/config/a.yml', mode: 0o600 },
  ],
  'in the configuration directory on Windows': [
    goodFile('flat').replace('src: "."', 'src: "app"\nappSubDir: "config"'),
    { path: 'C:\\scalabel\\app\\config\\a.yml', mode: undefined },
  ],
  'in the directory that is served, at its root': [
    goodFile('flat').replace('src: "."', 'src: "/srv"\nappSubDir: "."'),
    { path: '/srv/a.yml', mode: 0o600 },
  ],
};

/** A text without the line of a key. */
const without = (text: string, key: string): string => text.replace(new RegExp(`^ *${key}: .*\\n`, 'm'), '');

/** The keys of the good files, by the names that stand there. */
const KEYS: readonly (readonly [Layout, string])[] = (['flat', 'nested'] as const).flatMap((layout) =>
  [...goodFile(layout).matchAll(/^ *(\w+): ./gm)].map(([, key = '']) => [layout, key] as const),
);

/** A good file with another value of a key. */
function varied(layout: Layout, path: string, source: string): string {
  const key = path.split('.').at(-1) ?? path;
  const line = new RegExp(`^( *)${key}: .*$`, 'm');
  return goodFile(layout).replace(line, (_line, indent: string) => `${indent}${key}: ${source}`.trimEnd());
}

/** `error code key 3:5-3:9: message → hint (set key "value")`. */
function inWords(document: ConfigDocument, finding: Finding): string {
  const { severity, code, path, span, changes = [] } = finding;
  const { message, hint } = proseOf(finding);
  const at = (offset: number): string => {
    const { line, column } = positionAt(document, offset);
    return `${String(line)}:${String(column)}`;
  };
  const place = span === undefined ? '' : ` ${at(span.start)}-${at(span.end)}`;
  const repairs = changes.map(({ op, path: to, ...rest }) =>
    [op, to.join('.'), ...Object.values(rest).map((value) => JSON.stringify(value))].join(' '),
  );
  return `${severity} ${code} ${path}${place}: ${message} → ${hint}${repairs.length === 0 ? '' : ` (${repairs.join('; ')})`}`;
}

function told(layout: Layout, text: string, file?: FileFacts): readonly string[] {
  const { document, findings } = validateDocument(parseDocument(text), { layout, file });
  const { repaired } = repair(document, { layout, file });
  const words = findings
    .filter(({ code }) => code !== 'login-redirect-broken')
    .map((finding) => inWords(document, finding));
  return repaired.length === 0
    ? words
    : [...words, `repaired: ${repaired.map(({ code, path }) => `${code} ${path}`).join(', ')}`];
}

const aCase = (name: string, layout: Layout, text: string, file?: FileFacts): readonly [string, Telling] => [
  name,
  () => told(layout, text, file),
];

const CASES: Readonly<Record<string, Telling>> = Object.fromEntries([
  ...(
    [
      ['flat', FLAT],
      ['nested', NESTED],
    ] as const
  ).flatMap(([layout, odd]) =>
    Object.entries(odd).flatMap(([path, sources]) =>
      sources.map((source) => aCase(`${layout} ${path}: ${source}`, layout, varied(layout, path, source))),
    ),
  ),
  ...FLAT_LINES.map((line) => aCase(`flat + ${line}`, 'flat', goodFile('flat').replace('...', line))),
  ...NESTED_LINES.map((line) => aCase(`nested + ${line}`, 'nested', `${goodFile('nested')}${line}\n`)),
  ...KEYS.map(([layout, key]) => aCase(`${layout} without ${key}`, layout, without(goodFile(layout), key))),
  ...Object.entries(FILES).map(([name, [layout, text]]) => aCase(name, layout, text)),
  ...Object.entries(PLACES).map(([name, [text, file]]) => aCase(name, 'flat', text, file)),
]);

describe('what is said of', () => {
  const expected = expectedWords('values', CASES);

  test.each(Object.entries(CASES))('%s', (name, tell) => {
    expect(tell()).toEqual(expected[name]);
  });

  test('nothing else', () => {
    expect(Object.keys(expected)).toEqual(Object.keys(CASES));
  });
});
