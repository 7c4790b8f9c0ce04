/**
 * Tests the oracle against the results of the real parsers (`measured.json`), and the contract fixtures against the oracle. Other tests
 * rely on both.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { goSprintf, readAsGoServer, readAsNodeServer } from './server-contract.ts';

interface Fixture {
  readonly file: string;
  readonly layout: 'flat' | 'nested';
  readonly login: 'on' | 'off' | 'does-not-start' | 'forced-on';
  readonly expect: readonly string[];
  readonly note: string;
}
interface Table<T> {
  readonly template: string;
  readonly rows: readonly (readonly [string, T | null])[];
}
interface Measured {
  readonly goSprintf: {
    readonly args: readonly string[];
    readonly rows: readonly (readonly [string, string])[];
  };
  readonly goText: Table<string>;
  readonly goPort: Table<number>;
  readonly nodeOn: Table<boolean>;
  readonly nodeLoginUrl: Table<string>;
  readonly files: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const ROOT = new URL('../fixtures/contract/', import.meta.url);
const read = (file: string): Buffer => readFileSync(new URL(file, ROOT));
const { files } = JSON.parse(read('index.json').toString()) as { readonly files: readonly Fixture[] };
const measured = JSON.parse(read('measured.json').toString()) as Measured;
const view = ({ layout, file }: Fixture) =>
  layout === 'flat' ? readAsGoServer(read(file)) : readAsNodeServer(read(file));
const GOOD = read('flat/good.yml').toString();
const filled = (template: string, scalar: string): string => template.replace('{}', () => scalar);

describe('the oracle agrees with the measurements', () => {
  test.each(measured.goSprintf.rows)('fmt.Sprintf of %j', (format, result) => {
    expect(goSprintf(format, ...measured.goSprintf.args)).toBe(result);
  });

  test.each(measured.goText.rows)('yaml.v2 decodes %j into a text', (scalar, value) => {
    const { starts, settings } = readAsGoServer(filled(measured.goText.template, scalar));
    expect(starts ? settings.clientSecret : null).toBe(value);
  });

  test.each(measured.goPort.rows)('yaml.v2 decodes %j into an integer', (scalar, value) => {
    const { starts, port } = readAsGoServer(filled(measured.goPort.template, scalar));
    expect(starts ? port : null).toBe(value);
  });

  test.each(measured.nodeOn.rows)('js-yaml decodes %j into the login switch', (scalar, value) => {
    const { starts, loginOn } = readAsNodeServer(filled(measured.nodeOn.template, scalar));
    expect(starts ? loginOn : null).toBe(value);
  });

  test.each(measured.nodeLoginUrl.rows)('js-yaml decodes %j into a URL', (scalar, value) => {
    const { starts, loginUrl } = readAsNodeServer(filled(measured.nodeLoginUrl.template, scalar));
    expect(starts ? loginUrl : null).toBe(value);
  });

  test.each(files)('$file: $note', (fixture) => {
    const { starts, ...rest } = measured.files[fixture.file] ?? {};
    const seen = view(fixture);
    // The parser accepts a path that is not a string; the storage fails when it is opened.
    if (seen.why?.endsWith('is no path') !== true) expect(seen.starts).toBe(starts);
    if (seen.starts) expect(seen).toMatchObject(rest);
  });
});

describe('the contract fixtures', () => {
  test('the index lists every file once', () => {
    const onDisk = ['flat', 'nested'].flatMap((folder) =>
      readdirSync(new URL(folder, ROOT)).map((name) => `${folder}/${name}`),
    );
    expect(files.map(({ file }) => file).sort()).toEqual(onDisk.sort());
  });

  test.each(files)('$file is $login', (fixture) => {
    const { starts, loginOn } = view(fixture);
    const expected = fixture.login === 'forced-on' ? 'on' : fixture.login;
    expect(starts ? (loginOn ? 'on' : 'off') : 'does-not-start').toBe(expected);
  });
});

describe('the Go server with the filled-in template', () => {
  const good = readAsGoServer(GOOD);

  test('redirects users to the hosted UI and back', () => {
    expect(good).toMatchObject({
      starts: true,
      loginOn: true,
      port: 8686,
      appSubDir: 'app/dist',
      loginUrl:
        'https://scalabel-demo.auth.us-west-2.amazoncognito.com/login?response_type=code' +
        '&client_id=1fakeclientid0000000000000&redirect_uri=http://localhost:8686/auth',
      logoutUrl:
        'https://scalabel-demo.auth.us-west-2.amazoncognito.com/logout' +
        '?client_id=1fakeclientid0000000000000&logout_uri=http://localhost:8686/',
      jwksUrl: 'https://cognito-idp.us-west-2.amazonaws.com/us-west-2_FakePool1/.well-known/jwks.json',
      issuer: 'https://cognito-idp.us-west-2.amazonaws.com/us-west-2_FakePool1',
      redirectPathServed: true,
    });
  });

  test('sends the secret as Basic auth, and the form sorted by key', () => {
    const { url, headers, body } = good.tokenRequest;
    expect(url).toBe('https://scalabel-demo.auth.us-west-2.amazoncognito.com/oauth2/token');
    const sent = Buffer.from((headers['Authorization'] ?? '').replace('Basic ', ''), 'base64url').toString();
    expect(sent).toBe('1fakeclientid0000000000000:notarealsecretnotarealsecretnotarealsecretnotareal');
    expect(body).toBe(
      'client_id=1fakeclientid0000000000000&code=CODE&grant_type=authorization_code' +
        '&redirect_uri=http%3A%2F%2Flocalhost%3A8686%2Fauth',
    );
  });

  test('leaves login off for every quoted text except three spellings', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (value) => {
        const { loginOn } = readAsGoServer(
          GOOD.replace('userManagement: on', () => `userManagement: ${JSON.stringify(value)}`),
        );
        return loginOn === ['on', 'On', 'ON'].includes(value);
      }),
    );
  });

  test('reads a quoted text literally', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const single = `'${value.replaceAll("'", "''")}'`;
        const { settings } = readAsGoServer(GOOD.replace('"scalabel-demo"', () => single));
        return settings.domainName === value;
      }),
    );
  });
});

describe('the Node server with the filled-in template', () => {
  const good = readAsNodeServer(read('nested/good.yml'));

  test('redirects users to the hosted UI, and sends no secret', () => {
    expect(good).toMatchObject({
      starts: true,
      listens: true,
      loginOn: true,
      port: 8686,
      storage: { effectiveType: 'local', itemDir: './local-data/items' },
      loginUrl:
        'https://scalabel-demo.auth.us-west-2.amazoncognito.com/login' +
        '?client_id=1fakeclientid0000000000000&response_type=code&redirect_uri=http://localhost:8686/callback',
      jwksUrl: 'https://cognito-idp.us-west-2.amazonaws.com/us-west-2_FakePool1/.well-known/jwks.json',
      tokenRequest: {
        url: 'https://scalabel-demo.auth.us-west-2.amazoncognito.com/oauth2/token',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        body:
          'grant_type=authorization_code&client_id=1fakeclientid0000000000000' +
          '&redirect_uri=http%3A%2F%2Flocalhost%3A8686%2Fcallback&code=CODE',
      },
      callbackPathServed: true,
    });
  });

  test.each(['item-dir-empty', 'item-dir-missing', 'storage-missing', 'port-too-big'])(
    '%s never listens',
    (name) => {
      expect(readAsNodeServer(read(`nested/${name}.yml`))).toMatchObject({ starts: true, listens: false });
    },
  );

  test.each(['storage-unknown', 'storage-dynamodb', 'storage-s3-path'])(
    '%s falls back to local files',
    (name) => {
      expect(readAsNodeServer(read(`nested/${name}.yml`)).storage.effectiveType).toBe('local');
    },
  );

  test('says why login is off', () => {
    const reason = (text: string): string | undefined => readAsNodeServer(text).loginOffReason;
    expect(reason('http: {port: 1}\n')).toBe('there is no user mapping');
    expect(reason('user: true\n')).toBe('user has no key on');
    expect(reason('user: {on: false}\n')).toBe('user.on is false, which is falsy');
    expect(reason('user: {on: true}\ncognito: {}\n')).toBeUndefined();
  });

  test('reads a leading 0 as octal with the parser of its first year', () => {
    const file = 'port: 010\n';
    expect([readAsNodeServer(file, 3).port, readAsNodeServer(file, 4).port]).toEqual([8, 10]);
  });
});

test.each([
  ['flat', '/auth', true],
  ['flat', '/auth/', false],
  ['flat', '/Auth', false],
  ['flat', '/%61uth', true],
  ['flat', '/callback', false],
  ['nested', '/callback', true],
  ['nested', '/callback/', true],
  ['nested', '/Callback', true],
  ['nested', '/%63allback', false],
  ['nested', '/auth', false],
])('the %s server accepts the callback %s: %s', (layout, path, served) => {
  const address = `http://localhost:8686${path}`;
  const seen =
    layout === 'flat'
      ? readAsGoServer(`redirectUri: ${address}\n`).redirectPathServed
      : readAsNodeServer(`cognito: {callbackUri: '${address}'}\n`).callbackPathServed;
  expect(seen).toBe(served);
});
