/** From settings to a file: what was meant is what both servers read, and nothing else has changed. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseDocument, serialize } from '../../../src/core/yaml/document.ts';
import { fieldsOf, type FieldName } from '../../../src/core/config/fields.ts';
import type { Layout } from '../../../src/core/config/layouts.ts';
import { diffDocuments, planEdits } from '../../../src/core/changes/plan.ts';
import {
  completeSettings,
  deriveUrls,
  isCustomTokenUrl,
  maskSettings,
  type DerivedUrls,
  readSettings,
  type Settings,
} from '../../../src/core/config/settings.ts';
import { validateDocument } from '../../../src/core/rules/validate.ts';
import { contractFixtures, goodFile, readContractFixture, template } from '../../support/fixtures.ts';
import { readAsGoServer, readAsNodeServer } from '../../support/server-contract.ts';
import { settingsFor } from '../../support/settings.ts';

const LAYOUTS = ['flat', 'nested'] as const;

/** Files that a user starts from: the default file, and every good one in whatever style. */
const basesOf = (layout: 'flat' | 'nested'): readonly string[] => [
  template(layout),
  template(layout).replaceAll('\n', '\r\n'),
  `\ufeff${template(layout)}`,
  ...contractFixtures
    .filter((fixture) => fixture.layout === layout && fixture.file.includes('/good'))
    .map(({ file }) => readContractFixture(file).toString()),
];

/** The settings by the fields that a layout has. */
function fieldsIn(layout: 'flat' | 'nested', settings: Settings): Settings {
  const names: readonly string[] = fieldsOf(layout).map(({ field }) => field.name);
  return Object.fromEntries(Object.entries(settings).filter(([name]) => names.includes(name)));
}

/** The lines without those that hold one of the keys. */
function linesWithout(text: string, keys: readonly string[]): readonly string[] {
  return text
    .split('\n')
    .filter((line) => !keys.some((key) => new RegExp(`^\\s*["']?${key}["']?\\s*:`).test(line)));
}

describe.each(LAYOUTS)('a plan for the %s layout', (layout) => {
  const base = fc.constantFrom(...basesOf(layout));

  test('makes the file say what was meant, once', () => {
    fc.assert(
      fc.property(base, settingsFor(layout), (text, settings) => {
        const before = parseDocument(text);
        const { after, changed } = planEdits(before, layout, settings);
        expect(readSettings(after, layout)).toMatchObject(fieldsIn(layout, settings));
        const second = planEdits(after, layout, settings);
        expect(serialize(second.after)).toBe(serialize(after));
        expect(second.changed).toEqual([]);
        expect(
          validateDocument(after, { layout }).findings.filter(({ severity }) => severity === 'error'),
        ).toEqual([]);
        const paths = fieldsOf(layout).map(({ key }) => key.path);
        expect(changed).toEqual(paths.filter((path) => changed.includes(path)));
      }),
      { numRuns: 20 },
    );
  });

  test('keeps every other line byte for byte', () => {
    fc.assert(
      fc.property(base, settingsFor(layout), (text, settings) => {
        if (text.includes('{')) return; // a flow mapping is one line
        const { after } = planEdits(parseDocument(text), layout, settings);
        const keys = fieldsOf(layout)
          .filter(({ field }) => settings[field.name] !== undefined)
          .flatMap(({ key }) => key.path.split('.'));
        const own = (source: string): readonly string[] => linesWithout(source, keys);
        expect(own(serialize(after))).toEqual(own(text));
      }),
      { numRuns: 20 },
    );
  });

  test('is what the server then reads', () => {
    fc.assert(
      fc.property(base, settingsFor(layout), (text, settings) => {
        const written = serialize(planEdits(parseDocument(text), layout, settings).after);
        const { jwksUrl, loginUrl, issuer } = deriveUrls(settings, layout);
        const query = (address: string): readonly string[][] => [...new URL(address).searchParams].sort();
        if (layout === 'flat') {
          const seen = readAsGoServer(written);
          expect(seen).toMatchObject({
            starts: true,
            loginOn: true,
            jwksUrl,
            issuer,
            redirectPathServed: true,
          });
          expect({ userManagement: 'on', ...seen.settings }).toEqual(settings);
          expect(seen.loginUrl).toBe(loginUrl);
          expect(seen.tokenRequest.url).toBe(settings.awsTokenURL);
        } else {
          const seen = readAsNodeServer(written);
          expect(seen).toMatchObject({ starts: true, listens: seen.listens, loginOn: true, jwksUrl, issuer });
          expect(seen.settings).toEqual({
            region: settings.region,
            userPool: settings.userPoolID,
            clientId: settings.clientId,
            userPoolBaseUri: settings.domainName,
            callbackUri: settings.redirectUri,
          });
          expect(query(seen.loginUrl)).toEqual(query(loginUrl ?? ''));
          expect(seen.callbackPathServed).toBe(true);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('of the file’s own settings changes nothing', () => {
    const text = goodFile(layout);
    const document = parseDocument(text);
    const settings = readSettings(document, layout);
    const { after, changed } = planEdits(document, layout, { ...settings, userManagement: 'on' });
    expect(changed).toEqual([]);
    const comment = layout === 'flat' ? /^awsJwkUrl: "[^"]*" # https:\S+jwks\.json$/m : /$/;
    expect(after.text).toMatch(comment);
    expect(linesWithout(after.text, ['awsJwkUrl'])).toEqual(linesWithout(text, ['awsJwkUrl']));
  });

  test('turns login off again', () => {
    const { after } = planEdits(parseDocument(goodFile(layout)), layout, { userManagement: 'off' });
    expect(readSettings(after, layout).userManagement).toBe('off');
    const seen = layout === 'flat' ? readAsGoServer(after.text) : readAsNodeServer(after.text);
    expect([seen.starts, seen.loginOn]).toEqual([true, false]);
  });
});

test('a text of any kind arrives as it is', () => {
  const names = [
    'domainName',
    'redirectUri',
    'logOutUri',
    'clientSecret',
    'data',
  ] as const satisfies readonly FieldName[];
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.string({ unit: 'grapheme', minLength: 1 }), (name, value) => {
      const { after } = planEdits(parseDocument(goodFile('flat')), 'flat', { [name]: value });
      expect(readSettings(after, 'flat')[name]).toBe(value);
      const seen = readAsGoServer(after.text);
      expect(name === 'data' ? seen.data : seen.settings[name]).toBe(value);
    }),
  );
});

test('on the way errors are repaired, and what merely looks unusual is left alone', () => {
  const text = goodFile('flat').replace('"./data"', '1').replace('userManagement: on', 'usermanagement: yes');
  const { after, repaired, changed } = planEdits(parseDocument(text), 'flat', { region: 'us-west-2' });
  expect(repaired.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
    'error misspelt-key',
    'error login-off',
  ]);
  expect(after.text).toContain('\ndata: 1\n');
  expect(changed).toEqual(['userManagement']);
});

test.each([
  ['clientId', '12345', '"12345"'],
  ['data', 'true', '"true"'],
  ['data', '12', '12'],
] as const)('%s: %s, set to the text that it looks like, is %s then', (name, source, expected) => {
  const text = goodFile('flat').replace(new RegExp(`^${name}: .*$`, 'm'), `${name}: ${source}`);
  const { after } = planEdits(parseDocument(text), 'flat', { [name]: source });
  expect(after.text).toContain(`\n${name}: ${expected}\n`);
});

test('what is changed is told with the paths of the layout, in the order of its template', () => {
  const { changed } = planEdits(parseDocument(goodFile('nested')), 'nested', {
    clientId: '2fakeclientid0000000000000',
    region: 'us-west-2',
    port: '9000',
  });
  expect(changed).toEqual(['http.port', 'cognito.clientId']);
});

test('an empty file becomes a whole one', () => {
  const [settings] = fc.sample(settingsFor('flat'), 1);
  if (settings === undefined) throw new Error('no sample');
  const { after } = planEdits(parseDocument(''), 'flat', {
    ...settings,
    port: '8686',
    data: './data',
    database: 'local',
  });
  expect(readAsGoServer(after.text)).toMatchObject({ starts: true, loginOn: true, port: 8686 });
});

describe('reading settings', () => {
  test.each<[string, 'flat' | 'nested', Settings]>([
    ['', 'flat', { userManagement: 'off' }],
    // On for the later Go server.
    ['userManagement: true\nregion: ""\n', 'flat', { userManagement: 'on' }],
    ['userManagement: "true"\n', 'flat', { userManagement: 'off' }],
    ['userManagement: {on: true}\nclientSecret: [a]\n', 'flat', { userManagement: 'off' }],
    ['userManagement: ON\nport: 80\n', 'flat', { userManagement: 'on', port: '80' }],
    ['user: {on: "no"}\n', 'nested', { userManagement: 'on' }],
    ['user: on\ncognito:\n', 'nested', { userManagement: 'off' }],
  ])('%j, %s', (text, layout, settings) => {
    expect(readSettings(parseDocument(text), layout)).toEqual(settings);
  });
});

describe('what follows from the settings', () => {
  test.each<[Settings, 'flat' | 'nested', Settings]>([
    [
      { userPoolID: 'eu-west-1_Ab1', domainName: 'demo' },
      'flat',
      { region: 'eu-west-1', awsTokenURL: 'https://demo.auth.eu-west-1.amazoncognito.com/oauth2/token' },
    ],
    [
      { userPoolID: 'eu-west-1_Ab1', domainName: 'demo' },
      'nested',
      { domainName: 'demo.auth.eu-west-1.amazoncognito.com' },
    ],
    [
      { userPoolID: 'us-gov-west-1_Ab1', domainName: 'demo' },
      'nested',
      { domainName: 'demo.auth-fips.us-gov-west-1.amazoncognito.com' },
    ],
    [
      { userPoolID: 'eu-west-1_Ab1', domainName: 'login.acme.test' },
      'nested',
      { domainName: 'login.acme.test' },
    ],
    [{ userPoolID: 'nonsense', region: 'eu-west-1' }, 'flat', { region: 'eu-west-1' }],
    [{ userPoolID: 'eu-west-1_Ab1', region: 'us-east-1' }, 'flat', { region: 'eu-west-1' }],
  ])('%j, %s', (settings, layout, completed) => {
    expect(completeSettings(settings, layout)).toMatchObject(completed);
  });

  test('a token URL that was given stays', () => {
    const given = {
      userPoolID: 'eu-west-1_Ab1',
      domainName: 'demo',
      awsTokenURL: 'https://a.test/oauth2/token',
    };
    expect(completeSettings(given, 'flat').awsTokenURL).toBe(given.awsTokenURL);
    expect(isCustomTokenUrl(given)).toBe(true);
    expect(isCustomTokenUrl(completeSettings({ ...given, awsTokenURL: '' }, 'flat'))).toBe(false);
  });

  const cognito = { region: 'eu-west-1', domainName: 'demo' };
  test.each<[Settings, boolean]>([
    [{ awsTokenURL: 'https://a.test/oauth2/token' }, true],
    [{ ...cognito, awsTokenURL: 'https://a.test/oauth2/token' }, true],
    [{ ...cognito, awsTokenURL: 'https://demo.auth.eu-west-1.amazoncognito.com/oauth2/token' }, false],
    [{ ...cognito, awsTokenURL: 'https://old.auth.us-east-1.amazoncognito.com/oauth2/token' }, false],
    [{ ...cognito, awsTokenURL: 'nonsense' }, false],
    [{ ...cognito, awsTokenURL: '' }, false],
    [cognito, false],
  ])('%j: a token URL of the customer’s own: %s', (settings, isCustom) => {
    expect(isCustomTokenUrl(settings)).toBe(isCustom);
  });

  const login = { clientId: 'id', redirectUri: 'http://localhost/auth' };
  const query = 'response_type=code&client_id=id&redirect_uri=http://localhost/auth';
  const pool = {
    issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A',
    jwksUrl: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A/.well-known/jwks.json',
  };
  test.each<[Settings, Layout, DerivedUrls]>([
    [{ userPoolID: 'eu-west-1_A' }, 'flat', pool],
    [
      { region: 'eu-west-1', domainName: 'demo', ...login },
      'flat',
      {
        hostedUi: 'https://demo.auth.eu-west-1.amazoncognito.com',
        loginUrl: `https://demo.auth.eu-west-1.amazoncognito.com/login?${query}`,
      },
    ],
    [
      { userPoolID: 'eu-west-1_A', domainName: 'a.test', ...login },
      'flat',
      { ...pool, hostedUi: 'https://a.test', loginUrl: `https://a.test/login?${query}` },
    ],
    [{ region: 'eu-west-1', domainName: 'demo' }, 'nested', { hostedUi: 'https://demo' }],
    [{ region: 'eu-west-1', domainName: 'a.test', clientId: 'id' }, 'nested', { hostedUi: 'https://a.test' }],
    [
      { region: 'eu-west-1', domainName: 'a.test', redirectUri: 'x' },
      'nested',
      { hostedUi: 'https://a.test' },
    ],
    [{ region: 'eu-west-1', ...login }, 'flat', {}],
  ])('%j, %s: the addresses', (settings, layout, derived) => {
    expect(deriveUrls(settings, layout)).toEqual(derived);
  });

  test('without a region nothing follows', () => {
    expect(deriveUrls({ userPoolID: 'nonsense', domainName: 'demo' }, 'flat')).toEqual({});
  });
});

describe('the diff', () => {
  test('of equal files has no marks', () => {
    const document = parseDocument(goodFile('flat'));
    expect(diffDocuments(document, document).filter(({ mark }) => mark !== ' ')).toEqual([]);
  });

  test('shows old and new line, the secret as changed and masked', () => {
    const before = parseDocument('port: 1\nclientSecret: "notarealsecretnotarealsecret0001"\n');
    const after = parseDocument('port: 2\nclientSecret: "notarealsecretnotarealsecret0002"\n');
    expect(diffDocuments(before, after).map(({ mark, text }) => `${mark}${text}`)).toEqual([
      '-port: 1',
      '-clientSecret: "••••0001"',
      '+port: 2',
      '+clientSecret: "••••0002"',
    ]);
  });

  test('has the lines around a change, and none behind the last line feed', () => {
    const before = parseDocument('a: 1\n\nb: 2\nc: 3\n');
    const after = parseDocument('a: 1\n\nc: 3\nd: 4\n');
    expect(diffDocuments(before, after)).toEqual([
      { mark: ' ', text: 'a: 1' },
      { mark: ' ', text: '' },
      { mark: '-', text: 'b: 2' },
      { mark: ' ', text: 'c: 3' },
      { mark: '+', text: 'd: 4' },
    ]);
  });

  test('has the last line, with or without a line feed behind it', () => {
    const lines = (before: string, after: string): readonly string[] =>
      diffDocuments(parseDocument(before), parseDocument(after)).map(({ mark, text }) => `${mark}${text}`);
    expect(lines('a: 1\nb: 2', 'a: 2\nb: 2')).toEqual(['-a: 1', '+a: 2', ' b: 2']);
    expect(lines('a: 1\n', 'a: 1')).toEqual([' a: 1', '-']);
    expect(lines('a: 1', 'a: 1\n')).toEqual([' a: 1', '+']);
  });

  test('settings are shown with the secret masked, and a secret that stands for the id', () => {
    const secret = 'notarealsecretnotarealsecretnotarealsecretnotareal';
    expect(maskSettings({ clientId: secret, region: 'us-west-2', domainName: secret })).toEqual({
      clientId: '••••real',
      region: 'us-west-2',
      domainName: secret,
    });
  });

  test('settings are shown with the secret masked', () => {
    const settings = { clientSecret: 'notarealsecretnotarealsecret0001', region: 'us-west-2' };
    expect(maskSettings(settings)).toEqual({ clientSecret: '••••0001', region: 'us-west-2' });
    expect(maskSettings({ clientSecret: '' })).toEqual({ clientSecret: '' });
  });
});
