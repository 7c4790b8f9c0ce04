// What is taken for a leak must be one: the address to sign in at holds random texts, which begin like a token once in some thousand runs.
import { expect, test } from '@jest/globals';
import { secretsIn } from './running-login.ts';

const SCENE = { secret: 'notarealsecretnotarealsecret' };

test('a token is seen wherever it stands, and a random text that begins like one is none', () => {
  const address =
    'https://h.test/oauth2/authorize?state=abcdeyJhbGciOiJSUzI1NiIs&code_challenge=eyJ0123456789-_abc';
  expect(secretsIn(address, SCENE)).toEqual([]);
  expect(secretsIn('x eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', SCENE)).toEqual(['a token']);
  expect(secretsIn(`"${SCENE.secret}"`, SCENE)).toEqual(['the secret']);
});
