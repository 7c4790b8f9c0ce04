/** What may be shown: hostile names made harmless, secrets masked, columns counted as a terminal counts them. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  clip,
  displayWidth,
  maskLongRuns,
  maskSecret,
  printable,
  printableLines,
  shellWord,
  showValue,
} from '../../../src/core/text/display.ts';

const HOSTILE =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|(?!(?<=\p{Extended_Pictographic})[\ufe0e\ufe0f])\p{Default_Ignorable_Code_Point}/u;

describe('hostile names', () => {
  test.each([
    ['C0: clears the screen', '\x1b[2Jevil', '\\u{1b}[2Jevil'],
    ['C0: starts the line again', 'good\revil', 'good\\u{d}evil'],
    ['C0: a new line', 'good\n::error::evil', 'good\\u{a}::error::evil'],
    ['C0: a bell', '\x07', '\\u{7}'],
    ['DEL', '\x7f', '\\u{7f}'],
    ['C1: a control sequence in one byte', '\x9b31m', '\\u{9b}31m'],
    ['bidi: turned around', 'user\u202egpj.exe', 'user\\u{202e}gpj.exe'],
    ['bidi: isolated', '\u2066x\u2069', '\\u{2066}x\\u{2069}'],
    ['an Arabic letter mark', '\u061c', '\\u{61c}'],
    ['zero width', 'pay\u200bpal\ufeff', 'pay\\u{200b}pal\\u{feff}'],
    ['a soft hyphen', 'a\u00adb', 'a\\u{ad}b'],
    ['fillers', '\u115f\u3164\uffa0', '\\u{115f}\\u{3164}\\u{ffa0}'],
    ['variation selectors', 'a\ufe0f\ufe00\u{e0101}', 'a\\u{fe0f}\\u{fe00}\\u{e0101}'],
    ['a joiner', '\u034f', '\\u{34f}'],
    ['the look of an emoji, once', '❤\ufe0f❤\ufe0f\ufe0f', '❤\ufe0f❤\ufe0f\\u{fe0f}'],
    ['tag characters', '\u{e0041}\u{e007f}', '\\u{e0041}\\u{e007f}'],
    ['lone surrogates', '\ud83d!\ude00', '\\u{d83d}!\\u{de00}'],
    ['line separators', '\u2028\u2029', '\\u{2028}\\u{2029}'],
    ['nothing hostile', 'Büro 日本 🙂 “a”', 'Büro 日本 🙂 “a”'],
  ])('%s', (_, name, shown) => {
    expect(printable(name)).toBe(shown);
  });

  test('nothing that hides or moves is left of any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !HOSTILE.test(printable(text))));
  });

  test('lines stay lines', () => {
    expect(printableLines('a\r\nb\tc\n\x1b[0m')).toBe('a\nb\\u{9}c\n\\u{1b}[0m');
  });
});

describe('secrets', () => {
  test.each([
    ['', '••••'],
    ['notareal', '••••'],
    ['notarealsecret0', '••••'],
    ['notarealsecret01', '••••et01'],
    ['notarealsecret\u202e\n01', '••••\\u{202e}\\u{a}01'],
  ])('%j is shown as %j', (secret, shown) => {
    expect(maskSecret(secret)).toBe(shown);
  });

  test('no more than the last four characters are ever shown', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (secret) => {
        expect(maskSecret(secret).replace(/^•+/, '').length).toBeLessThanOrEqual(4);
      }),
    );
  });

  test.each([
    ['notarealsecretnotarealsecretnotarealsecret', '••••cret'],
    ['a=notarealsecretnotarealsecretnotarealsecret&b', '••••cret&b'],
    ['1fakeclientid0000000000000', '1fakeclientid0000000000000'],
    [
      'https://scalabel-demo.auth.us-west-2.amazoncognito.com/oauth2/token',
      'https://scalabel-demo.auth.us-west-2.amazoncognito.com/oauth2/token',
    ],
    ['https://me:notareal@acme.test/', 'https://me:••••@acme.test/'],
  ])('of %s is shown %s', (text, shown) => {
    expect(maskLongRuns(text)).toBe(shown);
  });

  test('a long value is masked before it is cut', () => {
    expect(showValue(`${'a '.repeat(50)}${'notareal'.repeat(6)}`)).not.toContain('notareal');
    expect(showValue('a '.repeat(100)).length).toBeLessThan(130);
  });
});

test.each([
  ['text', '"text"'],
  [true, 'true'],
  [null, 'null'],
  [1e21, '1e+21'],
  [{ a: [1] }, '{"a":[1]}'],
])('the value %j is shown as %s', (value, shown) => {
  expect(showValue(value)).toBe(shown);
});

test.each([
  ['app/config/a.yml', 'app/config/a.yml'],
  ['a b.yml', "'a b.yml'"],
  ["it's", "'it'\\''s'"],
  ['$(rm)', "'$(rm)'"],
  ['a\x1b[2J\n', "'a\\u{1b}[2J\\u{a}'"],
  ['', "''"],
])('%j is the shell word %s', (path, word) => {
  expect(shellWord(path)).toBe(word);
});

test.each([
  ['abc', 3],
  ['é', 1],
  ['e\u0301', 1],
  ['日本', 4],
  ['🙂', 2],
  ['👩‍👩‍👧', 2],
  ['🇩🇪', 2],
  ['ｆｕｌｌ', 8],
  ['한국', 4],
  ['→••••', 5],
  ['', 0],
])('%s takes %d columns', (text, columns) => {
  expect(displayWidth(text)).toBe(columns);
});

test('a clipped text is as long as allowed', () => {
  expect(clip('abc', 3)).toBe('abc');
  expect(clip('abcd', 3)).toBe('abc…');
});
