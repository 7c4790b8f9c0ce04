/** `explain`: symptoms and error messages lead to their causes, and what is not known to the nearest topics. */
import { describe, expect, test } from '@jest/globals';
import { explain } from '../../src/commands/explain.ts';
import { UsageError } from '../../src/core/errors.ts';
import { RULES } from '../../src/core/rules/index.ts';
import { phrasesOf, SYMPTOMS } from '../../src/core/rules/symptoms.ts';

const WIDTH = { columns: 80 };

describe('a symptom', () => {
  test.each([
    ['redirect_mismatch', 'callback-not-registered'],
    ['blank page', 'login-redirect-broken'],
    ['endless loop', 'secret-refused'],
    ['ERR_TOO_MANY_REDIRECTS', 'token-url-mismatch'],
    ['back at /', 'jwks-url-not-template'],
    ['invalid_client', 'secret-refused'],
    ['Login pages unavailable', 'login-pages-unavailable'],
    ['An error was encountered with the requested page: redirect_mismatch', 'callback-not-registered'],
    ['panic: Unknown database ""', 'wrong-server'],
  ])('%s leads to %s', (topic, code) => {
    expect(explain(topic, WIDTH)).toMatch(new RegExp(`^ {2}${code} `, 'm'));
  });

  test('that is no fault of the file has no finding', () => {
    expect(explain('ERR_EMPTY_RESPONSE', WIDTH)).toMatch(/^ERR_EMPTY_RESPONSE\n/);
  });

  test.each(SYMPTOMS.flatMap((symptom) => phrasesOf(symptom).map((phrase) => [phrase, symptom.name])))(
    '%s finds %s',
    (phrase, name) => {
      expect(explain(phrase, WIDTH)).toMatch(new RegExp(`^${name}$`, 'm'));
    },
  );

  test('names only codes that exist', () => {
    const codes = new Set(RULES.map(({ code }) => code));
    expect(SYMPTOMS.flatMap((symptom) => symptom.codes).filter((code) => !codes.has(code))).toEqual([]);
  });
});

test.each([
  ['redirectur', 'redirectUri'],
  ['jwks-url', 'jwks-url-not-template'],
  ['the scope thing', 'scope-missing'],
  ['zzzz', ''],
])('"%s" is not known, and the three nearest topics are offered', (topic, nearest) => {
  const refusal = (): string => explain(topic, WIDTH);
  expect(refusal).toThrow(UsageError);
  let hint: unknown;
  try {
    refusal();
  } catch (error) {
    ({ hint } = error as UsageError);
  }
  expect(hint).toMatch(new RegExp(`umconfig explain ${nearest}`));
  expect(String(hint).split('umconfig explain ')).toHaveLength(4);
});
