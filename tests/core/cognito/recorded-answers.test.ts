/** Recorded answers of Cognito: what kind of answer each is, and that its own words are shown. */
import { describe, expect, test } from '@jest/globals';
import { readAuthorizeAnswer, readTokenAnswer } from '../../../src/core/cognito/oauth-answers.ts';
import { explainRefusal, refusalText } from '../../../src/core/cognito/oauth-errors.ts';
import { SECRET } from '../../support/account.ts';
import { HOSTED_UI_ANSWERS, TOKEN_ANSWERS } from '../../support/recorded-answers.ts';

const ORIGIN = 'https://demo.auth.us-west-2.amazoncognito.com';
const CALLBACK = 'http://localhost:8686/auth';
const ASKED = { requestUrl: `${ORIGIN}/oauth2/authorize`, redirectUri: CALLBACK };

describe('the hosted UI', () => {
  test.each(HOSTED_UI_ANSWERS)('$at: $error: $description', (recorded) => {
    const { at, error, description = '', kind, exitCode } = recorded;
    const query = new URLSearchParams({
      error,
      ...(description === '' ? {} : { error_description: description }),
    });
    const location = `${at === 'callback' ? CALLBACK : '/error'}?${query.toString()}`;
    const read = readAuthorizeAnswer({ status: 302, headers: { location }, body: '' }, ASKED);
    expect(read).toMatchObject({ kind });
    const refusal = { at, error, description: description.trim() };
    if ('refusal' in read) expect(read.refusal).toEqual(refusal);
    expect(refusalText(refusal)).toBe(description === '' ? error : `${error}: ${description.trim()}`);
    expect(explainRefusal(refusal, 'flat').isPassing === true).toBe(exitCode === 3);
  });

  test('an error at the callback URL is never an unknown app client', () => {
    for (const error of ['invalid_request', 'server_error', 'Client does not exist']) {
      const location = `${CALLBACK}?${new URLSearchParams({ error }).toString()}`;
      const read = readAuthorizeAnswer({ status: 302, headers: { location }, body: '' }, ASKED);
      expect(read.kind).toBe('refused');
    }
  });
});

describe('the token endpoint', () => {
  test.each(TOKEN_ANSWERS)('%j', (body) => {
    const description = 'error_description' in body ? body.error_description : '';
    const answer = { status: 400, headers: {}, body: JSON.stringify(body) };
    expect(readTokenAnswer(answer)).toEqual({ kind: 'refused', error: body.error, description });
  });

  test('an unauthorized client may also have another callback URL', () => {
    const refusal = { error: 'unauthorized_client', description: '' };
    expect(explainRefusal({ at: 'token endpoint', ...refusal }, 'flat').cause).toContain('redirect_uri');
    expect(explainRefusal({ at: 'callback', ...refusal }, 'flat').cause).not.toContain('redirect_uri');
  });
});

test('words that are not known are shown harmlessly, masked and clipped', () => {
  const refusal = {
    at: 'callback',
    error: 'te\u001b[2Japot',
    description: `it says ${SECRET} ${'x y '.repeat(200)}`,
  } as const;
  const shown = refusalText(refusal);
  expect(shown).toContain('te\\u{1b}[2Japot');
  expect(shown).not.toContain(SECRET);
  expect(shown.length).toBeLessThan(230);
});

test.each(['constructor', '__proto__', 'toString'])('%s is a word like any other', (error) => {
  expect(explainRefusal({ at: 'callback', error, description: '' }, 'flat').isPassing).toBeUndefined();
});
