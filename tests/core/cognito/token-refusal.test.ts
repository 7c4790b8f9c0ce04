/** The exit code of a refused token: 1 if the file is wrong, else 3. The words are in tests/fixtures/words/tokens.json. */
import { describe, expect, test } from '@jest/globals';
import { describeTokenRefusal, type TokenContext } from '../../../src/core/cognito/token-refusal.ts';
import { TokenRefused, type TokenFault } from '../../../src/core/failures.ts';

const CONTEXT: TokenContext = { issuer: 'https://pool.test/x', clientId: 'wanted', clockBehind: undefined };

const refusal = (fault: TokenFault, actual?: string) =>
  describeTokenRefusal(new TokenRefused(fault, 'id', actual), CONTEXT);

describe('a refused token', () => {
  test.each<[TokenFault, string | undefined, exitCode: number]>([
    ['malformed', undefined, 3],
    ['keys', undefined, 3],
    ['algorithm', 'HS256', 3],
    ['algorithm', undefined, 3],
    ['unknown-key', undefined, 3],
    ['signature', undefined, 3],
    ['issuer', 'https://other.test', 1],
    ['issuer', 'https://issuer-cognito-idp.eu-west-1.amazonaws.com/x', 1],
    ['use', 'access', 3],
    ['client', 'other', 1],
  ])('%s (%s): exit %i', (fault, actual, exitCode) => {
    expect(refusal(fault, actual).exitCode).toBe(exitCode);
  });

  test('names the token, and repeats nothing harmful or secret', () => {
    const long = 'notarealsecretnotarealsecretnotarealsecret';
    const { message } = describeTokenRefusal(
      new TokenRefused('client', 'access', `\u001b[2J ${long}`),
      CONTEXT,
    );
    expect(message).toContain('access token');
    expect(message).toContain('\\u{1b}[2J');
    expect(message).not.toContain(long);
  });
});
