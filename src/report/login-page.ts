/**
 * The pages that the browser shows when it comes back from the hosted UI. No script, nothing from elsewhere, and
 * everything that came from outside is escaped: the query of the callback is anybody's.
 */
import type { CallbackAnswer } from '../ports.ts';
import { printable } from '../core/text/display.ts';
import type { Ignored, Role } from '../core/cognito/sign-in.ts';
import { hintText, onFile, say, type Hint } from '../core/text/hint.ts';

const STYLE =
  'body{margin:0;padding:12vh 1.5rem 2rem;font:1.0625rem/1.5 system-ui,sans-serif;color:#1b1f24;background:#fff}' +
  'main{max-width:34rem;margin:0 auto}h1{font-size:1.5rem;line-height:1.25;margin:0 0 1rem}p{margin:0 0 .75rem;overflow-wrap:anywhere}' +
  '@media(prefers-color-scheme:dark){body{color:#e6e8eb;background:#16191d}}';

/** SHA-256 of STYLE, which is the only style that the page may have. */
const STYLE_HASH = 'ejlIWaeEdVFdifFYDJ2mPdBRLomIug5Zr/5FN8rBLJU=';

const HEADERS: CallbackAnswer['headers'] = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  // The address holds the code.
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** What the last page says of who signed in. */
export interface SignedIn {
  readonly email: string | undefined;
  readonly role: Role | undefined;
}

/** The last page of a sign-in that worked. */
export function signedInPage({ email, role }: SignedIn): CallbackAnswer {
  const who = email === undefined ? '' : ` as ${email}`;
  const as =
    role === undefined ? '' : ` The server would make you ${role === 'admin' ? 'an admin' : 'a worker'}.`;
  return page(200, 'The sign-in worked', [
    `You are signed in${who}.${as}`,
    'You can close this tab and go back to the terminal.',
  ]);
}

/** The last page of a sign-in that did not; the terminal says the rest. */
export function failedPage(cause: string, fix: string | undefined): CallbackAnswer {
  return page(400, 'The sign-in did not work', [
    `Here is why: ${cause}.`,
    ...(fix === undefined ? [] : [fix]),
    'You can close this tab. The terminal says the same.',
  ]);
}

const WAITING =
  'umconfig is still waiting for the sign-in. Finish it in the other tab, or begin again with the address in the terminal.';

const IGNORED: Readonly<
  Record<Ignored, { readonly status: number; readonly title: string; readonly words: Hint }>
> = {
  method: { status: 405, title: 'Not allowed', words: 'This address can only be opened.' },
  host: {
    status: 400,
    title: 'Wrong address',
    words: 'This is not the callback URL of the configuration file.',
  },
  path: {
    status: 404,
    title: 'There is nothing here',
    words: 'Only the callback URL of the configuration file is answered here.',
  },
  bare: {
    status: 400,
    title: 'There is no code in this address',
    words: say`If the address above ends in #error=…, that is why the hosted UI refused the sign-in: run ${onFile('doctor')}.`,
  },
  state: { status: 400, title: 'This belongs to another sign-in', words: WAITING },
  ambiguous: { status: 400, title: 'This address cannot be read', words: WAITING },
  head: { status: 200, title: '', words: '' },
  again: {
    status: 400,
    title: 'This sign-in is over',
    words: 'It was answered once already. You can close this tab.',
  },
};

/** The answer to a request that changes nothing. */
export function ignoredPage(why: Ignored, config?: string): CallbackAnswer {
  const { status, title, words } = IGNORED[why];
  const answer = page(status, title, [hintText(words, config)]);
  return why === 'method' ? { ...answer, headers: { ...answer.headers, allow: 'GET, HEAD' } } : answer;
}

function page(status: number, title: string, paragraphs: readonly string[]): CallbackAnswer {
  return {
    status,
    headers: HEADERS,
    html: `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} · umconfig</title><style>${STYLE}</style></head>
<body><main><h1>${escaped(title)}</h1>${paragraphs.map((text) => `<p>${escaped(text)}</p>`).join('')}</main></body></html>
`,
  };
}

function escaped(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);
}
