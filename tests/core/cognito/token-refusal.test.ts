/** A refused token in words: what is wrong, where it is to be mended, and the exit code that tells file from world. */
import { describe, expect, test } from '@jest/globals';
import { hintText } from '../../../src/core/text/hint.ts';
import { describeTokenRefusal, type TokenContext } from '../../../src/core/cognito/token-refusal.ts';
import { TokenRefused, type TokenFault } from '../../../src/core/failures.ts';

const CONTEXT: TokenContext = { issuer: 'https://pool.test/x', clientId: 'wanted', clockBehind: undefined };

const refusal = (fault: TokenFault, actual?: string, context: Partial<TokenContext> = {}) =>
  describeTokenRefusal(new TokenRefused(fault, 'id', actual), { ...CONTEXT, ...context });

describe('a refused token', () => {
  test.each<[TokenFault, string | undefined, exitCode: number, message: RegExp, hint: RegExp]>([
    ['malformed', undefined, 3, /^the sign-in is refused: the id token is no JSON Web Token$/, /proxy/],
    ['keys', undefined, 3, /cannot be checked: the JWKS/, /umconfig doctor/],
    ['algorithm', 'HS256', 3, /is signed with HS256, and the servers take RS256 only/, /proxy/],
    ['algorithm', undefined, 3, /is signed with nothing/, /proxy/],
    ['unknown-key', undefined, 3, /with a key that is not in the JWKS/, /proxy/],
    ['signature', undefined, 3, /has a wrong signature/, /proxy/],
    [
      'issuer',
      'https://other.test',
      1,
      /comes from https:\/\/other\.test and not from https:\/\/pool\.test\/x/,
      /umconfig discover/,
    ],
    [
      'issuer',
      'https://issuer-cognito-idp.eu-west-1.amazonaws.com/x',
      1,
      /the new form of issuer/,
      /IssuerConfiguration/,
    ],
    ['use', 'access', 3, /is of another kind: its token_use is access/, /proxy/],
    ['client', 'other', 1, /is for the app client other and not for wanted/, /umconfig discover/],
  ])('%s (%s): exit %i', (fault, actual, exitCode, message, hint) => {
    const error = refusal(fault, actual);
    expect(error).toMatchObject({ exitCode, message: expect.stringMatching(message) as unknown });
    expect(hintText(error.hint ?? '')).toMatch(hint);
  });

  test('says which token it is, and repeats nothing that could act or be secret', () => {
    const long = 'notarealsecretnotarealsecretnotarealsecret';
    const { message } = describeTokenRefusal(
      new TokenRefused('client', 'access', `\u001b[2J ${long}`),
      CONTEXT,
    );
    expect(message).toContain('the access token is for the app client \\u{1b}[2J');
    expect(message).not.toContain(long);
  });
});

describe('the clock', () => {
  test.each<[seconds: number | undefined, words: RegExp]>([
    [undefined, /although it is new and the clock of this machine is right/],
    [0, /is right/],
    [30, /is right/],
    [-30, /is right/],
    [31, /by the clock of this machine, which is 31 seconds behind/],
    [-119, /119 seconds ahead/],
    [120, /2 minutes behind/],
    [-7199, /120 minutes ahead/],
    [7200, /2 hours behind/],
    [172_799, /48 hours behind/],
    [-172_800, /2 days ahead/],
  ])('%s seconds behind', (clockBehind, words) => {
    const expired = refusal('expired', undefined, { clockBehind });
    expect(expired).toMatchObject({ exitCode: 3, message: expect.stringMatching(/ has expired/) as unknown });
    expect(expired.message).toMatch(words);
    expect(hintText(expired.hint ?? '')).toMatch(
      expired.message.includes('is right') ? /Sign in again/ : /timedatectl/,
    );
    expect(refusal('not-yet-valid', undefined, { clockBehind }).message).toMatch(/ was issued in the future/);
  });
});
