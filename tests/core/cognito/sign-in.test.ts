/** The pure half of a sign-in: what may end the wait, what a pasted address is, what each server makes of tokens. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  decideRole,
  isSame,
  readCallback,
  readPasted,
  readReply,
  replyFault,
  type Expected,
  type Meaning,
} from '../../../src/core/cognito/sign-in.ts';
import type { CallbackRequest } from '../../../src/ports.ts';

const STATE = 'q7Jm0Vd8s2LwYxN4bTzRkE1hUoPcA6gFiMn9vQeXyZ3';
const HOSTED_UI = 'https://scalabel-demo.auth.us-west-2.amazoncognito.com';
const ADDRESS = `${HOSTED_UI}/oauth2/authorize?x=1`;
const EXPECTED: Expected = { redirectUri: 'http://localhost:8686/auth', state: STATE, address: ADDRESS };
const CODE = '11111111-2222-4333-8444-555555555555';
const GOOD = `/auth?code=${CODE}&state=${STATE}`;

const request = (target: string, changed: Partial<CallbackRequest> = {}): CallbackRequest => ({
  method: 'GET',
  target,
  host: 'localhost:8686',
  ...changed,
});

const why = (meaning: Meaning): string => (meaning.kind === 'ignored' ? meaning.why : meaning.kind);

describe('a request to the callback address', () => {
  test('with this sign-in’s state and a code ends the wait', () => {
    expect(readCallback(request(GOOD), EXPECTED, false)).toEqual({ kind: 'code', code: CODE });
    const reordered = `/auth?x=1&state=${STATE}&code=${CODE}`;
    expect(readCallback(request(reordered, { host: 'LOCALHOST:8686' }), EXPECTED, false).kind).toBe('code');
  });

  test('with this sign-in’s state and an error ends the wait, too', () => {
    const target = `/auth?error=invalid_request&error_description=invalid_scope&state=${STATE}`;
    expect(readCallback(request(target), EXPECTED, false)).toEqual({
      kind: 'refused',
      refusal: { at: 'callback', error: 'invalid_request', description: 'invalid_scope' },
    });
  });

  test.each<[name: string, expected: string, target: string, changed?: Partial<CallbackRequest>]>([
    ['another method', 'method', GOOD, { method: 'POST' }],
    ['a method of its own', 'method', GOOD, { method: 'get' }],
    ['OPTIONS', 'method', GOOD, { method: 'OPTIONS' }],
    ['a look at the headers', 'head', GOOD, { method: 'HEAD' }],
    ['no Host', 'host', GOOD, { host: undefined }],
    ['another host (DNS rebinding)', 'host', GOOD, { host: 'evil.test:8686' }],
    ['another port', 'host', GOOD, { host: 'localhost:8687' }],
    ['no port', 'host', GOOD, { host: 'localhost' }],
    ['the same machine by another name', 'host', GOOD, { host: '127.0.0.1:8686' }],
    ['a name that begins alike', 'host', GOOD, { host: 'localhost:8686.evil.test' }],
    ['the root', 'path', `/?code=${CODE}&state=${STATE}`],
    ['a slash too many', 'path', `/auth/?code=${CODE}&state=${STATE}`],
    ['another case', 'path', `/AUTH?code=${CODE}&state=${STATE}`],
    ['an encoded path', 'path', `/%61uth?code=${CODE}&state=${STATE}`],
    ['a way round', 'path', `/x/../auth?code=${CODE}&state=${STATE}`],
    ['two slashes', 'path', `//auth?code=${CODE}&state=${STATE}`],
    ['a whole address', 'path', `http://localhost:8686${GOOD}`],
    ['an icon', 'path', '/favicon.ico'],
    ['nothing behind the path', 'bare', '/auth'],
    ['other fields only', 'bare', '/auth?Code=1&STATE=2'],
    ['no state', 'state', `/auth?code=${CODE}`],
    ['an empty state', 'state', `/auth?code=${CODE}&state=`],
    ['another state', 'state', `/auth?code=${CODE}&state=${STATE.slice(1)}x`],
    ['a state in another case', 'state', `/auth?code=${CODE}&state=${STATE.toLowerCase()}`],
    ['the beginning of the state', 'state', `/auth?code=${CODE}&state=${STATE.slice(0, -1)}`],
    ['more than the state', 'state', `/auth?code=${CODE}&state=${STATE}x`],
    ['the state twice', 'state', `${GOOD}&state=${STATE}`],
    ['the state and another', 'state', `/auth?state=x&code=${CODE}&state=${STATE}`],
    ['a bare error', 'state', '/auth?error=access_denied'],
    ['an error with another state', 'state', '/auth?error=access_denied&state=x'],
    ['a state alone', 'ambiguous', `/auth?state=${STATE}`],
    ['two codes', 'ambiguous', `${GOOD}&code=another`],
    ['a code and an error', 'ambiguous', `${GOOD}&error=access_denied`],
    ['an empty code', 'ambiguous', `/auth?code=&state=${STATE}`],
    ['a code with a line feed', 'ambiguous', `/auth?code=a%0d%0ab&state=${STATE}`],
    ['a code without end', 'ambiguous', `/auth?code=${'a'.repeat(2049)}&state=${STATE}`],
  ])('is ignored: %s', (_name, expected, target, changed = {}) => {
    expect(why(readCallback(request(target, changed), EXPECTED, false))).toBe(expected);
  });

  test('is ignored once the answer is here', () => {
    expect(why(readCallback(request(GOOD), EXPECTED, true))).toBe('again');
  });

  test('never ends the wait without the state, whatever it holds', () => {
    fc.assert(
      fc.property(fc.webQueryParameters(), fc.boolean(), (query, isTaken) => {
        const meaning = readCallback(request(`/auth?code=${CODE}&${query}`), EXPECTED, isTaken);
        expect(meaning.kind).toBe('ignored');
      }),
    );
  });

  test('never makes the reader throw', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.option(fc.string(), { nil: undefined }),
        fc.string(),
        (target, host, method) => {
          expect(readCallback({ target, host, method }, EXPECTED, false).kind).toBe('ignored');
        },
      ),
    );
  });
});

test('two texts are the same exactly when they are', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      expect(isSame(a, b)).toBe(a === b);
      expect(isSame(a, a)).toBe(true);
      expect(isSame(`${a}${b}`, a)).toBe(b === '');
    }),
  );
  expect(isSame('', 'x')).toBe(false);
  expect(isSame('\0', '')).toBe(false);
});

describe('a pasted address', () => {
  const URI = 'https://labels.example.test/auth';
  const expected: Expected = { redirectUri: URI, state: STATE, address: ADDRESS };
  const end = `${URI}?code=${CODE}&state=${STATE}`;

  test.each([
    ['as it is', end],
    ['with blanks and a line feed', `  ${end}\n`],
    ['in quotes', `“${end}”`],
    ['with a fragment', `${end}#`],
    ['with the host in capitals', end.replace('labels.example', 'Labels.Example')],
  ])('is taken: %s', (_name, pasted) => {
    expect(readPasted(pasted, expected)).toEqual({ kind: 'code', code: CODE });
  });

  test('may carry an error behind the #, where the browser alone sees it', () => {
    expect(readPasted(`${URI}#error=unauthorized_client&state=${STATE}`, expected)).toEqual({
      kind: 'refused',
      refusal: { at: 'callback', error: 'unauthorized_client', description: '' },
    });
  });

  test('may carry an error without the state', () => {
    expect(readPasted(`${URI}#error_description=Bad+token+response&error=invalid_request`, expected)).toEqual(
      {
        kind: 'refused',
        refusal: { at: 'callback', error: 'invalid_request', description: 'Bad token response' },
      },
    );
  });

  test('of the hosted UI’s error page ends the sign-in, and of another host’s does not', () => {
    const page = '/error?error=Client+does+not+exist';
    expect(readPasted(`${HOSTED_UI}${page}`, expected)).toEqual({
      kind: 'refused',
      refusal: { at: 'error page', error: 'Client does not exist', description: '' },
    });
    expect(typeof readPasted(`https://evil.test${page}`, expected)).toBe('string');
  });

  test.each([
    ['nothing', ''],
    ['the code alone', CODE],
    ['the login page', `${HOSTED_UI}/login?x=1`],
    ['another path', end.replace('/auth', '/')],
    ['another scheme', end.replace('https', 'http')],
    ['no query', URI],
    ['another sign-in', end.replace(STATE, 'x')],
    ['two codes', `${end}&code=2`],
  ])('is refused: %s', (_name, pasted) => {
    const read = readPasted(pasted, expected);
    expect(read).not.toContain(STATE);
    expect(read).toMatchSnapshot();
  });
});

describe('the role', () => {
  test.each<[name: string, groups: unknown, role: string]>([
    ['admin alone', ['admin'], 'admin'],
    ['no groups', undefined, 'worker'],
    ['an empty list', [], 'worker'],
    ['admin and another', ['admin', 'team'], 'worker'],
    ['another and admin', ['team', 'admin'], 'worker'],
    ['another', ['team'], 'worker'],
    ['another case', ['Admin'], 'worker'],
    ['the text of the list', '[admin]', 'admin'],
    ['a text', 'admin', 'worker'],
    ['a list in a list', [['admin']], 'worker'],
    ['admin twice', ['admin', 'admin'], 'worker'],
  ])('of the Go server: %s', (_name, groups, role) => {
    const claims = groups === undefined ? {} : { 'cognito:groups': groups };
    const decision = decideRole('flat', claims);
    expect(decision.role).toBe(role);
    expect(decision.reason).toMatchSnapshot();
  });

  test('names as groups only what is a name', () => {
    expect(decideRole('flat', { 'cognito:groups': ['team', 5, null, ['admin']] }).groups).toEqual(['team']);
  });

  test('of the Node server is undefined for all groups', () => {
    expect(decideRole('nested', { 'cognito:groups': ['admin'] })).toMatchObject({
      role: undefined,
      groups: ['admin'],
    });
    expect(decideRole('nested', {}).reason).toMatchSnapshot();
  });
});

describe('the reply of the token endpoint', () => {
  const TOKENS = { id_token: 'i.d.t', access_token: 'a.c.t', refresh_token: 'r.t', token_type: 'Bearer' };
  const fault = (layout: 'flat' | 'nested', body: string): unknown => {
    const reply = readReply(body);
    return reply === undefined ? 'unreadable' : replyFault(layout, body, reply);
  };
  const { id_token, access_token, refresh_token, token_type } = TOKENS;

  test.each<[name: string, flat: string | undefined, nested: string | undefined, body: string]>([
    ['as Cognito sends it', undefined, undefined, JSON.stringify({ ...TOKENS, expires_in: 3600 })],
    [
      'the type first',
      'order',
      undefined,
      JSON.stringify({ token_type, id_token, access_token, refresh_token }),
    ],
    [
      'access first',
      'order',
      undefined,
      JSON.stringify({ access_token, id_token, refresh_token, token_type }),
    ],
    [
      'refresh before access',
      'order',
      undefined,
      JSON.stringify({ id_token, refresh_token, access_token, token_type }),
    ],
    [
      'refresh third, and access last',
      'order',
      undefined,
      JSON.stringify({ id_token, expires_in: 3600, refresh_token, token_type, access_token }),
    ],
    [
      'access second, and id last',
      'order',
      undefined,
      JSON.stringify({ token_type, access_token, refresh_token, id_token }),
    ],
    [
      'nothing for the refresh token',
      'order',
      'missing',
      JSON.stringify({ id_token, access_token, 'no colon, here': true, token_type }),
    ],
    ['with blanks', 'order', undefined, JSON.stringify(TOKENS, undefined, 1)],
    [
      'no refresh token',
      'order',
      'missing',
      JSON.stringify({ id_token, access_token, token_type, expires_in: 3600 }),
    ],
    ['two parts', 'too-few-parts', 'missing', JSON.stringify({ id_token, access_token })],
    ['no id token', 'order', 'missing', JSON.stringify({ access_token, refresh_token, token_type })],
    ['no type', 'order', 'missing', JSON.stringify({ id_token, access_token, refresh_token })],
    ['a text', 'unreadable', 'unreadable', '"id,access,refresh"'],
    ['a list', 'unreadable', 'unreadable', '[1,2,3]'],
    ['no JSON', 'unreadable', 'unreadable', '<html>,,,'],
  ])('%s', (_name, flat, nested, body) => {
    expect([fault('flat', body), fault('nested', body)]).toEqual([flat, nested]);
  });

  test('without a colon gives the Go server no token', () => {
    const [idToken, accessToken, refreshToken, tokenType] = ['i', 'a', 'r', 'Bearer'];
    expect(replyFault('flat', 'i,a,r', { idToken, accessToken, refreshToken, tokenType })).toBe('order');
  });

  test('is cut by the Go server only as Go cuts it', () => {
    fc.assert(
      fc.property(fc.string(), (body) => {
        const reply = {
          idToken: undefined,
          accessToken: undefined,
          refreshToken: undefined,
          tokenType: undefined,
        };
        expect(replyFault('flat', body, reply)).toBe(body.split(',').length < 3 ? 'too-few-parts' : 'order');
      }),
    );
  });
});
