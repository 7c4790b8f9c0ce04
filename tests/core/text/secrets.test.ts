/** What is known as a secret is in no text any more, whatever form it came back in. */
import { describe, expect, test } from '@jest/globals';
import { knownSecrets } from '../../../src/core/text/secrets.ts';
import { randomFrom } from '../../campaigns/campaign.ts';
import { canaryFrom, formsOf, leaksIn } from '../../support/canary.ts';

const SECRET = 'notarealsecret0123456789+/abcd';

const masked = (text: string, ...secrets: readonly string[]): string => {
  const known = knownSecrets();
  for (const secret of secrets) known.keep(secret);
  return known.mask(text);
};

describe('a known secret', () => {
  test('goes, but for its last four characters', () => {
    expect(masked(`"${SECRET}" and ${SECRET}`, SECRET)).toBe('"••••abcd" and ••••abcd');
  });

  test('of any shape goes in every form, also behind an id in Base64', () => {
    for (let seed = 0; seed < 300; seed += 1) {
      const secret = canaryFrom(randomFrom(seed));
      const id = 'i'.repeat(20 + (seed % 4));
      const text = Object.values(formsOf(secret, id)).join(' ');
      expect(leaksIn(text, secret, id)).not.toEqual([]);
      expect(leaksIn(masked(text, secret), secret, id)).toEqual([]);
    }
  });

  test('goes from JSON in JSON, and from a command in JSON', () => {
    const secret = `it's"a\\secret`;
    const json = JSON.stringify(secret);
    const command = JSON.stringify(`'${secret.replaceAll("'", "'\\''")}'`);
    const page = secret.replaceAll('"', '&#34;').replaceAll("'", '&#39;');
    for (const text of [json, JSON.stringify(json), command, JSON.stringify(command), JSON.stringify(page)]) {
      expect(leaksIn(masked(text, secret), secret, '')).toEqual([]);
    }
  });

  test('goes from a page, however its signs are written there', () => {
    for (const page of [
      'x a&amp;notareal&lt;secret&gt;&quot;abcd y',
      'x a&#38;notareal&#60;secret&#62;&#34;abcd y',
    ]) {
      expect(masked(page, 'a&notareal<secret>"abcd')).toBe('x ••••abcd y');
    }
  });

  test('goes in other letters, as a host name has them', () => {
    expect(masked('https://notarealsecretabcd.example', 'NotARealSecretAbcd')).toBe(
      'https://••••Abcd.example',
    );
  });

  test('goes where it was clipped', () => {
    expect(masked(`x ${SECRET.slice(0, 9)}… y ${SECRET.slice(0, 5)}…`, SECRET)).toBe('x ••••… y ••••…');
    expect(masked('nota… real…', SECRET)).toBe('nota… real…');
  });

  test('goes whole where another one is a part of it', () => {
    const longer = `${SECRET}${SECRET}wxyz`;
    expect(masked(longer, SECRET, longer)).toBe('••••wxyz');
  });

  test('leaves JSON and XML as sound as they were', () => {
    for (const secret of [`${SECRET}"`, `${SECRET}\\`, `${SECRET}<b>`]) {
      const json = masked(JSON.stringify({ secret }), secret);
      expect(JSON.parse(json)).toEqual({ secret: '••••' });
    }
  });

  test('is taken literally', () => {
    expect(masked('a.*b.*c.*d aXXbXXcXXd $&', 'a.*b.*c.*d')).toBe('•••• aXXbXXcXXd $&');
  });
});

test('what is too short to be one stays', () => {
  expect(masked('on and off', 'on', '', 'and off')).toBe('on and off');
});
