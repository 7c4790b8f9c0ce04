/**
 * The pages that the browser shows after the redirect from the hosted UI. No script, nothing from other hosts, and
 * all input is escaped: anyone can choose the query of the callback.
 */
import type { CallbackAnswer } from '../ports.ts';
import { capital, printable } from '../core/text/display.ts';
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

/** The user that the last page names. */
export interface SignedIn {
  readonly email: string | undefined;
  readonly role: Role | undefined;
}

/** The last page of a successful sign-in. */
export function signedInPage({ email, role }: SignedIn): CallbackAnswer {
  const who = email === undefined ? '' : ` as ${email}`;
  const as =
    role === undefined ? '' : ` On the server you are ${role === 'admin' ? 'an admin' : 'a worker'}.`;
  return page(200, 'Sign-in successful', [
    `You are signed in${who}.${as}`,
    'You can close this tab and go back to the terminal.',
  ]);
}

/** The last page of a failed sign-in; the terminal says more. */
export function failedPage(cause: string, fix: string | undefined): CallbackAnswer {
  return page(400, 'Sign-in failed', [
    `${capital(cause)}.`,
    ...(fix === undefined ? [] : [fix]),
    'You can close this tab. The terminal shows the same message.',
  ]);
}

const WAITING =
  'umconfig is still waiting. Finish the sign-in in the other tab, or open the address in the terminal again.';

const IGNORED: Readonly<
  Record<Ignored, { readonly status: number; readonly title: string; readonly words: Hint }>
> = {
  method: { status: 405, title: 'Method not allowed', words: 'Open this address in a browser.' },
  host: {
    status: 400,
    title: 'Wrong address',
    words: 'This is not the callback URL of the configuration file.',
  },
  path: {
    status: 404,
    title: 'Not found',
    words: 'Only the callback URL of the configuration file exists here.',
  },
  bare: {
    status: 400,
    title: 'No code in the address',
    words: say`If the address above ends in #error=…, the hosted UI refused the sign-in for that reason. Run: ${onFile('doctor')}`,
  },
  state: { status: 400, title: 'This address is from another sign-in', words: WAITING },
  ambiguous: { status: 400, title: 'Invalid address', words: WAITING },
  head: { status: 200, title: '', words: '' },
  again: {
    status: 400,
    title: 'This sign-in is finished',
    words: 'The address was already used. You can close this tab.',
  },
};

/** The answer to a request that is ignored. */
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
