/** Masks the secrets of one run in any text: AWS and others may return what they were sent, in any form. */
import { maskSecret, MASK, printable } from './display.ts';

/** Remembers secrets and takes them out of texts. */
export interface KnownSecrets {
  /** From now on `mask` knows it. Texts of fewer than 8 characters would mask ordinary words, and are not kept. */
  readonly keep: (secret: string | undefined) => void;
  /** The text with every secret masked, in all its forms. */
  readonly mask: (text: string) => string;
}

/** A form of a secret, and what is shown instead. */
interface Form {
  readonly text: string;
  readonly shown: string;
}

interface Wanted {
  readonly form: Form;
  readonly pattern: RegExp;
}

const SHORTEST = 8;
/** Maximum characters of a secret. A longer text is not a secret, and searching for it would be slow. */
const LONGEST = 8192;

/** Nothing is known yet. */
export function knownSecrets(): KnownSecrets {
  const known = new Set<string>();
  let wanted: readonly Wanted[] = [];
  return {
    keep: (secret = '') => {
      if (secret.length < SHORTEST || known.has(secret)) return;
      known.add(secret);
      // The longer ones first, since a shorter one may be a part of them.
      wanted = [...formsOf([...known])]
        .sort((a, b) => b.text.length - a.text.length)
        // Hosts and addresses come back in other letters.
        .map((form) => ({ form, pattern: new RegExp(escaped(form.text), 'gi') }));
    },
    mask: (text) => wanted.reduce(withoutForm, text),
  };
}

/** All forms in which the secrets may occur in a text; texts that are too short are ignored. */
export function formsOf(secrets: readonly string[]): readonly Form[] {
  // Other characters than these could break the form that the text is in, JSON for example.
  const shownFor = (secret: string): string =>
    /^[\w+-]{4}$/.test(secret.slice(-4)) ? maskSecret(secret) : MASK;
  return [...new Set(secrets)]
    .filter(({ length }) => length >= SHORTEST && length <= LONGEST)
    .flatMap((secret) => {
      // As it is, and as a word of a shell.
      const words = [secret, secret.replaceAll("'", "'\\''")];
      const plain = [
        ...words,
        ...words.map(inJson),
        printable(secret),
        encodeURIComponent(secret.replace(/\p{Cs}/gu, '\ufffd')),
        new URLSearchParams([['', secret]]).toString().slice(1),
      ];
      const whole = [...plain, ...plain.flatMap(inMarkup)];
      return [
        // The text may be repeated in JSON.
        ...[...new Set([...whole, ...whole.map(inJson)])].map((text) => ({
          text,
          shown: shownFor(secret),
        })),
        ...[...new Set(base64Forms(secret))].map((text) => ({ text, shown: MASK })),
      ];
    });
}

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

/** How pages and XML write it. */
const inMarkup = (text: string): readonly string[] => [
  text.replace(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`),
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
];

/** The Base64 forms of the secret inside a longer text, for example after an ID and a colon. */
function base64Forms(secret: string): readonly string[] {
  const bytes = new TextEncoder().encode(secret);
  return [0, 1, 2].flatMap((before) => {
    const padded = new Uint8Array(before + bytes.length);
    padded.set(bytes, before);
    // What the neighbours on either side have a part in is left out.
    const whole = btoa(String.fromCharCode(...padded));
    const end = Math.floor((padded.length * 8) / 6);
    const form = whole.slice(Math.ceil((before * 8) / 6), end);
    return [form, form.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

function withoutForm(text: string, { pattern, form }: Wanted): string {
  const masked = text.replace(pattern, () => form.shown);
  return masked.includes(CUT) ? withoutBeginning(masked, form.text) : masked;
}

const CUT = '…';
/** A beginning that is no longer than this tells nothing. */
const BEGINNING = 4;

function withoutBeginning(text: string, form: string): string {
  const [last = '', ...parts] = text.split(CUT).reverse();
  const cut = parts.reverse().map((part) => {
    for (let length = Math.min(form.length, part.length); length > BEGINNING; length -= 1) {
      if (part.endsWith(form.slice(0, length))) return `${part.slice(0, -length)}${MASK}`;
    }
    return part;
  });
  return [...cut, last].join(CUT);
}
