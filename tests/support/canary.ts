/** Canary secrets, and the search for them in every encoding that a program or server may use. */
import type { Random } from '../campaigns/campaign.ts';

/** What Cognito generates, what an account may contain, and what only a file can contain. */
const SHAPES = [
  { alphabet: 'abcdefghijklmnopqrstuvwxyz0123456789', length: 52 },
  { alphabet: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+_', length: 24 },
  { alphabet: 'ABCDEFabcdef0123456789+/=&%#"\'\\<>:,;ü', length: 32 },
] as const;

/** In the format of AWS keys and tokens. */
const OF_AWS = {
  alphabet: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
  length: 40,
} as const;

/** A secret of one of several shapes, or a credential of AWS, which is safe in file formats and headers. */
export function canaryFrom(random: Random, isOfAws = false): string {
  const { alphabet, length } = isOfAws ? OF_AWS : random.pick(SHAPES);
  const letters = Array.from({ length: length - 4 }, () => random.pick(Array.from(alphabet)));
  // A fixed ending: the last four characters may be shown.
  return `${letters.join('')}${Array.from({ length: 4 }, () => random.pick(Array.from('abcdefgh'))).join('')}`;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** The encodings of a secret by name. `clientId` precedes the secret in Basic authentication. */
export function formsOf(secret: string, clientId: string): Readonly<Record<string, string>> {
  return {
    raw: secret,
    JSON: JSON.stringify(secret).slice(1, -1),
    URL: encodeURIComponent(secret),
    form: new URLSearchParams([['', secret]]).toString().slice(1),
    HTML: secret.replace(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`),
    base64: base64(secret),
    base64url: Buffer.from(secret).toString('base64url'),
    'base64(id:secret)': base64(`${clientId}:${secret}`),
  };
}

/** The number of characters that may be visible: the last four of the secret, more in Base64. */
const WINDOW = 10;

/** The encodings of which more than a few characters are in the text. */
export function leaksIn(text: string, secret: string, clientId: string): readonly string[] {
  const idAlone = base64(`${clientId}:`).length;
  return Object.entries(formsOf(secret, clientId))
    .filter(([name, form]) => {
      // The client ID is not secret.
      const from = name === 'base64(id:secret)' ? idAlone : 0;
      for (let at = from; at + WINDOW <= form.length; at += 1) {
        if (text.includes(form.slice(at, at + WINDOW))) return true;
      }
      return false;
    })
    .map(([name]) => name);
}
