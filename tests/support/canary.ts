/** Secrets that are looked for wherever they must not be, in every form that a program or a server may give them. */
import type { Random } from '../campaigns/campaign.ts';

/** What Cognito makes, what an account may have been given, and what nothing but a file can hold. */
const SHAPES = [
  { alphabet: 'abcdefghijklmnopqrstuvwxyz0123456789', length: 52 },
  { alphabet: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+_', length: 24 },
  { alphabet: 'ABCDEFabcdef0123456789+/=&%#"\'\\<>:,;ü', length: 32 },
] as const;

/** As AWS makes its keys and tokens. */
const OF_AWS = {
  alphabet: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
  length: 40,
} as const;

/** A secret of one of several shapes; or one of AWS itself, which no file format or header takes for anything else. */
export function canaryFrom(random: Random, isOfAws = false): string {
  const { alphabet, length } = isOfAws ? OF_AWS : random.pick(SHAPES);
  const letters = Array.from({ length: length - 4 }, () => random.pick(Array.from(alphabet)));
  // Ends as a secret does, since its last four characters may be shown.
  return `${letters.join('')}${Array.from({ length: 4 }, () => random.pick(Array.from('abcdefgh'))).join('')}`;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Name of a form → the text in it. `clientId` is what stands before the secret in Basic authentication. */
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

/** Characters of a form that may be seen: four of the secret are shown to tell it by, and Base64 makes more of them. */
const WINDOW = 10;

/** The forms in which any part of the secret of more than a few characters is in the text. */
export function leaksIn(text: string, secret: string, clientId: string): readonly string[] {
  const idAlone = base64(`${clientId}:`).length;
  return Object.entries(formsOf(secret, clientId))
    .filter(([name, form]) => {
      // Of the id nothing is secret.
      const from = name === 'base64(id:secret)' ? idAlone : 0;
      for (let at = from; at + WINDOW <= form.length; at += 1) {
        if (text.includes(form.slice(at, at + WINDOW))) return true;
      }
      return false;
    })
    .map(([name]) => name);
}
