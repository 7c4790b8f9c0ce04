/** The reports as people and scripts see them: widths, carets, masks, and the shape of the JSON. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { displayWidth } from '../../src/core/text/display.ts';
import { validate } from '../../src/core/rules/validate.ts';
import type { ReportBody, ValidationReport } from '../../src/report/report.ts';
import { makeStyle } from '../../src/report/style.ts';
import { clipAround, wrap } from '../../src/core/text/wrap.ts';
import {
  contractFixtures,
  goodFile,
  readContractFixture,
  readRuleFixture,
  ruleFixtures,
} from '../support/fixtures.ts';
import { mutatedFile } from '../support/mutations.ts';
import { reportJson, reportText } from '../support/reports.ts';

const FILE = 'app/config/user_management_config.yml';

function validation(text: string | Uint8Array, layout?: 'flat' | 'nested'): ValidationReport {
  const checked = validate(text, { layout });
  return { kind: 'validation', files: [{ file: FILE, ...checked, repaired: [] }], failures: [] };
}

const asText = (body: ReportBody, columns = 80, quiet = false): string =>
  reportText(body, makeStyle(0, columns, quiet));

/** The source line of the first finding with a code, and the line of carets below it. */
function pointedAt(code: string, text: string, columns = 80): { line: string; caret: string } {
  const lines = asText(validation(text, 'flat'), columns).split('\n');
  const from = lines.findIndex((line) => line.endsWith(` ${code}`));
  const at = lines.findIndex((line, index) => index > from && /^ {5} \| *\^+$/.test(line));
  return { line: lines[at - 1] ?? '', caret: lines[at] ?? '' };
}

describe('the caret', () => {
  const under = (code: string, text: string, columns?: number): string => {
    const { line, caret } = pointedAt(code, text, columns);
    const before = caret.indexOf('^');
    const cells = Array.from(new Intl.Segmenter('en').segment(line), ({ segment }) => segment);
    let at = 0;
    return cells
      .filter((cell) => {
        const start = at;
        at += displayWidth(cell);
        return start >= before && start < caret.length;
      })
      .join('');
  };

  test.each([
    ['a key', 'misspelt-key', 'usermanagement: "on"\n', 'usermanagement'],
    ['a value', 'login-off', 'userManagement: true\n', 'true'],
    ['after a tab', 'login-off', 'userManagement:\ttrue\n', 'true'],
    ['after wide characters', 'login-off', '{data: "日本🙂", userManagement: true}\n', 'true'],
    ['after a combining accent', 'login-off', '{data: "e\u0301", userManagement: true}\n', 'true'],
    ['after an invisible character', 'login-off', '{data: "\u200b", userManagement: true}\n', 'true'],
    [
      'after a masked secret',
      'login-off',
      '{clientSecret: "notarealsecretnotareal0001", userManagement: true}\n',
      '•',
    ],
    [
      'a masked secret',
      'secret-format',
      'clientSecret: "notarealsecret notareal0001"\nuserManagement: on\n',
      '••••',
    ],
  ])('%s', (_, code, text, marked) => {
    expect(under(code, text)).toBe(marked);
  });

  test('a missing key has no caret, an empty value has one', () => {
    expect(asText(validation('data: d\ndatabase: local\n', 'flat'))).not.toContain('^');
    expect(pointedAt('empty-value', 'data: d\ndatabase: local\nuserManagement:\n').caret).toBe(
      `      | ${' '.repeat(15)}^`,
    );
  });

  test.each([40, 80])('stays under the value on a line that is cut to %d columns', (columns) => {
    for (const filler of ['x ', '日', 'e\u0301 ']) {
      const long = filler.repeat(300);
      const onLeft = `{data: "${long}", userManagement: true}\n`;
      const onRight = `{userManagement: true, data: "${long}"}\n`;
      const onBoth = `{data: "${long}", userManagement: true, src: "${long}"}\n`;
      for (const [text, cut] of [
        [onLeft, /\| …[^…]*$/],
        [onRight, /\| [^…]*…$/],
        [onBoth, /\| …[^…]*…$/],
      ] as const) {
        expect(under('login-off', text, columns)).toBe('true');
        const { line } = pointedAt('login-off', text, columns);
        expect(line).toMatch(cut);
        expect(displayWidth(line)).toBeLessThanOrEqual(columns);
      }
    }
  });

  test('never points beyond the line that is shown', () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 200 });
    fc.assert(
      fc.property(
        line,
        fc.nat(200),
        fc.nat(200),
        fc.integer({ min: 20, max: 80 }),
        (text, from, length, room) => {
          const start = Math.min(from, text.length);
          const {
            text: shown,
            before,
            width,
          } = clipAround(text, start, Math.min(start + length, text.length), room);
          expect(displayWidth(shown)).toBeLessThanOrEqual(room);
          expect(width).toBeGreaterThanOrEqual(1);
          expect(before + width).toBeLessThanOrEqual(Math.max(room, displayWidth(shown)) + 1);
        },
      ),
    );
  });
});

describe('lines', () => {
  const bodies: readonly (readonly [string, ValidationReport])[] = [
    ...contractFixtures.map(({ file }) => [file, validation(readContractFixture(file))] as const),
    ...ruleFixtures().map(({ name }) => [name, validation(readRuleFixture(name))] as const),
  ];

  test.each([40, 80])('fit into %d columns unless one word does not', (columns) => {
    for (const [name, body] of bodies) {
      for (const line of asText(body, columns).split('\n')) {
        const words = line.trimStart().replace(/^→ /, '').split(' ');
        const isOneWord = words.length === 1 || /^\S+ *$/.test(line.trimStart().replace(/^→ /, ''));
        if (!isOneWord && displayWidth(line) > columns) {
          throw new Error(`${name}: ${String(displayWidth(line))} columns: ${line}`);
        }
      }
    }
  });

  test('are broken at blanks and lose nothing', () => {
    fc.assert(
      fc.property(fc.lorem({ maxCount: 40 }), fc.integer({ min: 20, max: 110 }), (text, columns) => {
        const lines = wrap(text, columns, '  ');
        expect(lines.map((line) => line.trim()).join(' ')).toBe(text);
        for (const line of lines)
          if (line.trim().includes(' ')) expect(line.length).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

test('a finding says where, what, and what to do', () => {
  const body = validation(goodFile('flat').replace('userManagement: on', 'userManagement: “on”'));
  expect(asText(body)).toMatchSnapshot();
});

test('a correct file has no problems; with --quiet there is no output', () => {
  expect(asText(validation(goodFile('flat')))).toBe('1 file checked, no problems\n');
  expect(asText(validation(goodFile('flat')), 80, true)).toBe('');
});

test('a file that could not be read is counted as failed', () => {
  const failures = ['a.yml: not permitted (EACCES)'];
  expect(asText({ kind: 'validation', files: [], failures })).toBe('1 failed\n');
  expect(asText({ ...validation(goodFile('flat')), failures })).toBe(
    '1 file checked, no problems; 1 failed\n',
  );
});

test('quiet leaves out hints and what is no fault', () => {
  const text = asText(validation(goodFile('nested').replace('on: true', 'on: "true"')), 80, true);
  expect(text).toContain('login-forced-on');
  expect(text).not.toMatch(/→|login-redirect-broken/);
});

describe('JSON', () => {
  test('has the public shape', () => {
    const parsed: unknown = JSON.parse(
      reportJson(
        validation(goodFile('flat').replace('https://cognito-idp.%v.amazonaws.com/%v', 'https://a.test')),
      ),
    );
    expect(parsed).toEqual({
      version: 1,
      files: [
        {
          file: FILE,
          layout: 'flat',
          findings: [
            {
              code: 'jwks-url-not-template',
              severity: 'error',
              path: 'awsJwkUrl',
              line: 16,
              column: 12,
              endLine: 16,
              endColumn: 50,
              message: expect.stringContaining('every login fails'),
              hint: expect.stringContaining('%v'),
              fixable: true,
            },
          ],
        },
      ],
      summary: { files: 1, errors: 1, warnings: 0 },
    });
  });

  test('is the same bytes for the same input, whatever it is, and so is the text', () => {
    fc.assert(
      fc.property(mutatedFile, (text) => {
        expect(reportJson(validation(text))).toBe(reportJson(validation(text)));
        expect(asText(validation(text), 40)).toBe(asText(validation(text), 40));
      }),
      { numRuns: 20 },
    );
  });

  test('nothing in text or JSON can move the cursor', () => {
    fc.assert(
      fc.property(mutatedFile, (text) => {
        const shown = asText(validation(text)) + reportJson(validation(text));
        expect(shown.replaceAll('\n', '')).not.toMatch(
          /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/,
        );
      }),
      { numRuns: 50 },
    );
  });
});
