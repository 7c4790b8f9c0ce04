/** No report may hold a secret, wherever in a file it stands and however broken the file is. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseDocument } from '../../../src/core/yaml/document.ts';
import type { ConfigDocument } from '../../../src/core/yaml/types.ts';
import { shownLines, type ShownLine } from '../../../src/core/config/masked-lines.ts';
import { diffDocuments } from '../../../src/core/changes/plan.ts';
import { maskSettings, readSettings } from '../../../src/core/config/settings.ts';
import { repair, validate } from '../../../src/core/rules/validate.ts';
import { FORMATS } from '../../../src/report/index.ts';
import type { ValidationReport } from '../../../src/report/report.ts';
import { makeStyle } from '../../../src/report/style.ts';
import { summaryMarkdown } from '../../../src/report/summary.ts';
import { expectedWords, goodFile, type Telling } from '../../support/fixtures.ts';
import { mutationOf } from '../../support/mutations.ts';
import { anySecret, cognitoSecret } from '../../support/settings.ts';
import { report, reportText } from '../../support/reports.ts';

const FLAT = goodFile('flat');
const NESTED = goodFile('nested');
const FAKE = 'notarealsecretnotarealsecretnotarealsecretnotareal';

/** The flat file with other lines in the place of the secret's own. */
const withLine = (line: string): string => FLAT.replace(`clientSecret: "${FAKE}"`, () => line);
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Where a secret of any shape may stand. */
const PLACES: Readonly<Record<string, (secret: string) => string>> = {
  'in double quotes': (secret) => withLine(`clientSecret: ${JSON.stringify(secret)}`),
  'in single quotes': (secret) => withLine(`clientSecret: '${secret.replaceAll("'", "''")}'`),
  'without quotes': (secret) => withLine(`clientSecret: ${secret}`),
  'in typographic quotes': (secret) => withLine(`clientSecret: “${secret}”`),
  'in a block': (secret) => withLine(`clientSecret: |\n    ${secret}`),
  'folded in a block': (secret) => withLine(`clientSecret: >-\n    ${secret}\n    ${secret}`),
  'below its key': (secret) => withLine(`clientSecret:\n    ${JSON.stringify(secret)}`),
  'over two lines': (secret) => withLine(`clientSecret: "${secret.slice(0, 12)}\n    ${secret.slice(12)}"`),
  'in a list': (secret) => withLine(`clientSecret:\n    - ${JSON.stringify(secret)}`),
  'in a mapping': (secret) => withLine(`clientSecret:\n    value: ${JSON.stringify(secret)}`),
  'with a tag': (secret) => withLine(`clientSecret: !secret ${secret}`),
  'with an anchor': (secret) => withLine(`clientSecret: &key ${JSON.stringify(secret)}`),
  'misspelt in case': (secret) => withLine(`clientsecret: ${JSON.stringify(secret)}`),
  'misspelt by two letters': (secret) => withLine(`clientSecert: ${JSON.stringify(secret)}`),
  'in snake case': (secret) => withLine(`client_secret: ${JSON.stringify(secret)}`),
  'by its other name': (secret) => withLine(`appClientSecret: ${JSON.stringify(secret)}`),
  'in a line that is commented out': (secret) => withLine(`# clientSecret: ${secret}`),
  'in a comment behind its copy': (secret) => withLine(`clientSecret: ${JSON.stringify(secret)} # ${secret}`),
  'commented behind another key': (secret) => FLAT.replace('src: "."', () => `src: "." # secret: ${secret}`),
  'behind an open quote': (secret) => withLine(`clientSecret: "${secret.replaceAll('"', '')}`),
  'behind an open quote, on the next line': (secret) =>
    withLine(`clientSecret: "\n${secret.replaceAll('"', '')}`),
  'behind a tab': (secret) => withLine(`\tclientSecret: ${JSON.stringify(secret)}`),
  'in a file broken above': (secret) => `port: "1\n${withLine(`clientSecret: ${JSON.stringify(secret)}`)}`,
  'in a broken file, misspelt': (secret) =>
    `port: "1\n${withLine(`clientSecert: ${JSON.stringify(secret)}`)}`,
  'in a broken file, in a block': (secret) => `port: "1\n${withLine(`clientSecret: |\n    ${secret}`)}`,
  'below the end marker': (secret) => `${withLine('')}clientSecret: ${JSON.stringify(secret)}\n`,
  'in a second document': (secret) => `port: 1\n---\nclientSecret: ${JSON.stringify(secret)}\n`,
  'in a flow mapping': (secret) => `{port: 1, clientSecret: ${JSON.stringify(secret)}}\n`,
  'in JSON': (secret) => `${JSON.stringify({ port: 1, clientSecret: secret })}\n`,
  twice: (secret) =>
    withLine(`clientSecret: ${JSON.stringify(secret)}`).replace(
      '...\n',
      () => `clientSecret: ${JSON.stringify(secret)}\n`,
    ),
  'in a list at the top': (secret) => `- clientSecret: ${JSON.stringify(secret)}\n`,
  'in braces, without a space behind the colon': (secret) => `{port: 1, clientSecret:'${secret}'}\n`,
  'in braces, misspelt and without a space': (secret) => `{clientSecert:"${secret}", port: 1}\n`,
  'in braces below a key': (secret) =>
    `cognito: {region: x, client_secret : ${JSON.stringify(secret)}, on: 1}\n`,
  'in braces below a key, without a space': (secret) => `port: 1\ncognito: {clientSecret:${secret}}\n`,
  'behind an equals sign': (secret) => withLine(`clientSecret=${secret}`),
  'behind a complex key': (secret) => withLine(`? clientSecret\n: ${JSON.stringify(secret)}`),
  'behind an escaped key': (secret) => withLine(`"client\\u0053ecret": ${JSON.stringify(secret)}`),
  'with a # in it': (secret) => withLine(`clientSecret: notareal # ${secret}`),
  'in a comment behind another': (secret) => withLine(`clientSecret: "notareal" # was: ${secret}`),
  'in a comment behind one on the next line': (secret) => withLine(`clientSecret:\n  "notareal" # ${secret}`),
  'in comments below its key': (secret) => withLine(`clientSecret: "notareal"\n  # older\n  # ${secret}`),
  'in a block that is commented out': (secret) => withLine(`# clientSecret: |\n#   ${secret}`),
  'below a key that is commented out': (secret) => withLine(`#clientSecret:\n#    ${secret}`),
  'in the nested layout': (secret) => `${NESTED}    clientSecret: ${JSON.stringify(secret)}\n`,
};

/** Where only a secret as Cognito makes them can be told from other text. */
const COGNITO_PLACES: Readonly<Record<string, (secret: string) => string>> = {
  'swapped with the id': (secret) =>
    FLAT.replace('1fakeclientid0000000000000', () => secret).replace(FAKE, '1fakeclientid0000000000000'),
  'as the id too': (secret) => FLAT.replace('1fakeclientid0000000000000', () => secret),
  'in a query': (secret) =>
    FLAT.replace('/oauth2/token', () => `/oauth2/token?client_secret=${encodeURIComponent(secret)}`),
  'as a password in an address': (secret) =>
    FLAT.replace('http://localhost:8686/auth', () => `https://id:${secret}@a.test/auth`),
  'without a blank in a flow mapping': (secret) => `{port: 1, clientSecret:${secret}}\n`,
  'as base64': (secret) => withLine(`clientSecret: ${JSON.stringify(secret)} # Basic ${base64(secret)}`),
  'as base64 with the id': (secret) =>
    FLAT.replace('src:', () => `# Basic ${base64(`1fakeclientid0000000000000:${secret}`)}\nsrc:`),
  'as the only word of a comment': (secret) => `# ${secret}\n${FLAT}`,
  'as a key': (secret) => `${secret}: 1\n`,
  'as an unknown key’s value': (secret) => `colour: ${secret}\n`,
  'as the switch': (secret) => `userManagement: ${secret}\n`,
  'as the domain': (secret) => FLAT.replace('"scalabel-demo"', () => `"x.${secret}"`),
  'in a path': (secret) => FLAT.replace('8686/auth"', () => `8686/auth/${secret}"`),
  'behind much else': (secret) => `userManagement: "${'a '.repeat(54)}${secret}"\n`,
};

/** Eight characters in a row of the secret in any of its forms: nobody may see so many. */
function windows(secret: string): readonly string[] {
  const forms = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), base64(secret)];
  return forms.flatMap((form) => Array.from({ length: form.length - 7 }, (_, at) => form.slice(at, at + 8)));
}

const RUN = { version: '0.0.0', exitCode: 1, cwd: '/work', workspace: undefined };
const style = (columns: number) => makeStyle(0, columns);

function linesOf(document: ConfigDocument): readonly ShownLine[] {
  const lines = shownLines(document);
  return Array.from({ length: lines.length }, (_, at) => lines.line(at)).filter((line) => line !== undefined);
}

/** All that is ever shown of a file. */
function everythingShown(text: string): string {
  const { document, findings, layout } = validate(text);
  const { document: after, repaired } = repair(document);
  const shown = (of: ConfigDocument): string =>
    linesOf(of)
      .map((line) => line.text)
      .join('\n');
  const diff = [...diffDocuments(document, after), ...diffDocuments(after, parseDocument(FLAT))];
  const validation: ValidationReport = {
    kind: 'validation',
    files: [{ file: 'a.yml', layout, document, findings, repaired }],
    failures: [],
  };
  const settings = maskSettings(readSettings(document, layout));
  return [
    shown(document),
    shown(after),
    ...diff.map((line) => line.text),
    reportText(validation, style(80)),
    reportText(validation, style(40)),
    ...FORMATS.map((format) => report(format, validation, RUN)),
    summaryMarkdown(validation, RUN),
    settings.clientSecret ?? '',
    settings.clientId ?? '',
  ].join('\n');
}

function expectHidden(secret: string, text: string): void {
  const shown = everythingShown(text);
  const seen = windows(secret).find((part) => shown.includes(part));
  if (seen !== undefined)
    throw new Error(`${JSON.stringify(seen)} of ${JSON.stringify(secret)} is in\n${shown}`);
}

/** Secrets that have nothing in common with the file, or what is seen proves nothing. */
const apart = (secret: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.noShrink(secret.filter((text) => !windows(text).some((part) => `${FLAT}${NESTED}`.includes(part))));

describe('a secret of any shape', () => {
  test.each(Object.entries(PLACES))('%s', (_, place) => {
    fc.assert(
      fc.property(apart(anySecret), (secret) => {
        expectHidden(secret, place(secret));
      }),
      { numRuns: 4 },
    );
  });
});

describe('a secret of Cognito', () => {
  test.each(Object.entries({ ...PLACES, ...COGNITO_PLACES }))('%s', (_, place) => {
    fc.assert(
      fc.property(apart(cognitoSecret), (secret) => {
        expectHidden(secret, place(secret));
      }),
      { numRuns: 3 },
    );
  });

  test('in a file with random damage', () => {
    const file = apart(cognitoSecret).chain((secret) =>
      mutationOf(fc.constantFrom(...Object.values(PLACES).map((place) => place(secret)))).map((text) => ({
        secret,
        text,
      })),
    );
    fc.assert(
      fc.property(file, ({ secret, text }) => {
        // Damage within the secret leaves halves that look like any other word.
        if (text.includes(secret)) expectHidden(secret, text);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a line', () => {
  test.each([
    ['clientSecret: "notarealsecretnotareal0001"', 'clientSecret: "••••0001"'],
    ["clientSecret: 'short'", "clientSecret: '••••'"],
    ['clientSecret: ""', 'clientSecret: ""'],
    ['clientSecret:', 'clientSecret:'],
    ['clientSecret: notarealsecretnotareal0001 # mine', 'clientSecret: ••••'],
    ['region: "us-west-2" # the region', 'region: "us-west-2" # the region'],
    ['redirectUri: "https://private.acme.test/auth"', 'redirectUri: "https://private.acme.test/auth"'],
    ['logOutUri: "https://me:notareal@acme.test/"', 'logOutUri: "https://me:••••@acme.test/"'],
    [
      'awsTokenURL: "https://a.auth.us-west-2.amazoncognito.com/oauth2/token"',
      'awsTokenURL: "https://a.auth.us-west-2.amazoncognito.com/oauth2/token"',
    ],
    ['src:\t"."', 'src:⇥"."'],
    ['data: "\u202e\u200b"', 'data: "\\u{202e}\\u{200b}"'],
  ])('%s', (source, shown) => {
    expect(linesOf(parseDocument(`${source}\n`))[0]?.text).toBe(shown);
  });

  const SECRET = 'notareal/key"00010001';
  test.each([
    ['as it is', SECRET, '••••'],
    ['as JSON', 'notareal/key\\"00010001', '••••'],
    ['in a URL', 'notareal%2Fkey%2200010001', '••••0001'],
    ['in base64', btoa(SECRET).replace(/=+$/, ''), '••••'],
  ])('with a copy of the secret %s, in a comment elsewhere', (_, copy, shown) => {
    const text = `# was (${copy}) once\nclientSecret: ${JSON.stringify(SECRET)}\n# is (${copy}) now\n`;
    const [before = '', , after = ''] = linesOf(parseDocument(text)).map((line) => line.text);
    for (const line of [before, after]) {
      expect(line).not.toContain(copy);
      expect(line).toContain(shown);
    }
  });

  test('a secret as long as a file may be is masked', () => {
    const [line] = linesOf(parseDocument(`clientSecret: ${'a'.repeat(250_000)}`));
    expect(line?.text).toBe('clientSecret: ••••aaaa');
    expect(line?.column(250_000)).toBe('clientSecret: '.length);
  });

  test('a line of what could be a quarter of a million keys is read once', () => {
    const start = performance.now();
    expect(linesOf(parseDocument(`# ${'a-'.repeat(130_000)}`))[0]?.text).toContain('a-a-a-');
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  test('a short secret masks no words elsewhere', () => {
    const lines = linesOf(parseDocument('# made of letters\nclientSecret: "letters"\n'));
    expect(lines[0]?.text).toBe('# made of letters');
    expect(lines[1]?.text).toBe('clientSecret: "••••"');
  });

  test.each([
    ['clientSecret: "notarealsecretnotareal0001"  ', '  ', '  '],
    ['clientSecret: "notarealsecretnotareal0001"', '"', '"'],
    ['clientSecret: "notarealsecretnotareal0001" # x', '#', ''],
    ['src:\t"." # here', '# here', '# here'],
    ['data: "🙂日本" # here', '# here', '# here'],
    ['data: "\u202e" # here', '# here', '# here'],
  ])('knows where the columns of %j went', (source, from, to) => {
    const [line] = linesOf(parseDocument(`${source}\n`));
    const column = line?.column(source.indexOf(from)) ?? -1;
    expect(line?.text.slice(column, column + to.length)).toBe(to);
  });

  test('knows its own end, and nothing behind it', () => {
    const [line] = linesOf(parseDocument('clientSecret: "notarealsecretnotareal0001" \n'));
    expect(line?.text).toBe('clientSecret: "••••0001" ');
    expect([0, 14, 15, 40, 41, 42, 43, 99].map((column) => line?.column(column))).toEqual([
      0, 14, 15, 15, 23, 24, 25, 25,
    ]);
  });

  test('is one also where the file begins with a line end', () => {
    expect(linesOf(parseDocument('\nport: 1\n')).map(({ text }) => text)).toEqual(['', 'port: 1', '']);
  });

  test('one for each of the file, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const document = parseDocument(text);
        return shownLines(document).length === document.text.split('\n').length;
      }),
    );
  });
});

/** Texts of which some is secret; as they are shown, they stand in tests/fixtures/words/masking.json. */
const TEXTS = [
  'clientSecret: notareal01\n# notareal01 x\n',
  'clientSecret: notareal\n# notareal x\n',
  'clientSecret: notarea\n# notarea x\n',
  'clientSecret: abc#def # note\n',
  'clientSecret: abc #def\n',
  'clientSecret: "abc" #def\n',
  'clientSecret: "abc" # def\n',
  'clientSecret: #def\nport: 1\n',
  'clientSecret: "abc"\n  #def" x\nport: 1\n',
  'clientSecret: abc \r\n\t#def\r\nport: 1\r\n',
  'clientSecret:\n  #def\n#port: 1\n',
  'clientSecret: "abc"\n  # def\n',
  'clientSecret: "abc"\n#port: 1\n',
  '  clientSecret: "abc"\n  #port: 1\n  src: x\n',
  'clientSecret: ~ #def\n',
  'clientSecret: |  # c\n  notareal\n  again\nport: 1\n',
  'clientSecret:\n  - notarealone\n  - notarealtwo\nport: 1\n',
  'clientSecret: {a: notareal}\nport: 1\n',
  'clientSecret: [\n  notareal, notareal2\n]\nport: 1\n',
  'a: "open\nclientSecret: notareal\n  more\nport: 1\n# clientSecret: x\nsrc: y\n',
  'a: "open\nclientSecret:\n  notareal\n---\nport: 1\n',
  'a: "open\nclientSecret: |\nnotareal\nport: 1\n',
  'a: "open\n{clientSecret: x,\n}\nport: 1\n',
  'a: "open\n  clientSecret: x\n  }\nport: 1\n',
  'a: "open\nclientSecret: x\n\n],\nport: 1\n',
  'a: "open\nclientSecret: x\n- y\n...\nport: 1\n',
  'a: "open\nclientSecret: x\n"port": 1\n',
  "a: \"open\nclientSecret: x\n'a.b-c' : 1\n",
  'a: "open\nclientSecret: x\na b: 1\n',
  'a: "open\nclientSecret: x\n#c\nport: 1\n',
  'a: "open\nclientSecret: x\n--- y\n',
  'a: "open\nclientSecret: x\n---y\n',
  'a: 1\n...\nclientSecret: notareal\nport: 2\n',
  'a: 1\n---\nclientSecret: notareal\n',
  'clientSecret: x\na: 1\n...\nb: secret\n',
  '- clientSecret: notareal\n- b\n',
  'port: 1 # secret = notareal\n',
  'port: 1 # the secret notareal\n',
  'port: 1 # password: notareal\n',
  'port: 1 # clientSecert: notareal, x\n',
  'port: 1 # client_secret=notareal\n',
  'port: 1 # "clientSecert" : notareal\n',
  'port: 1 # clientId: x clientSecert: y\n',
  'port: 1 # a private matter\n',
  'port: "a # secret: b" # secret: c\n',
  'port: a#secret: b\n',
  '#secret: b\n',
  '  # secret: b\n',
  'port:# secret: b\n',
  'token: notareal\n',
  'accessToken: notareal\n',
  'tokenUrl: x\n',
  'awsTokenURL: x # token: y\n',
  'passwd: notareal\n',
  'privateKey: x\n',
  'secrets: x\nclientsecret: y\nclientSecre: z\n',
  "a: 'notarealsecretnotarealsecretnotarealsecret00'\n",
  'colour: x=notarealkeynotarealkeynotarealkeynotareal00;y\n',
  'colour: "a notarealkeynotarealkeynotarealkeynotareal00 b"\n',
  "colour: '" + 'ab0+'.repeat(9) + "abc'\n",
  "colour: '" + 'ab0_'.repeat(10) + "'\n",
  'logOutUri: https://me:notareal@acme.dev/?a=b\n',
  'clientSecret: "  notarealsecret01  "\n',
  "clientSecret: 'it''s'\n",
  'clientSecret: "a\\"b"\n',
  'clientSecret: 12345678901234567890\n',
  'clientSecret: true\n',
  'clientSecret: null\n',
  'clientSecret: "notareal\r\n  secret"\r\nport: 1\r\n',
  '\tclientSecret: x\n',
  'clientSecret: \u{1f642}\u{1f642}\u{1f642}\u{1f642}\n# \u{1f642}\u{1f642}\u{1f642}\u{1f642}\n',
];

describe('a text as it is shown', () => {
  const cases = Object.fromEntries(
    TEXTS.map((text): [string, Telling] => [
      text,
      () => linesOf(parseDocument(text)).map((line) => line.text),
    ]),
  );
  const expected = expectedWords('masking', cases);

  test.each(Object.entries(cases))('%j', (text, tell) => {
    expect(tell()).toEqual(expected[text]);
  });
});
