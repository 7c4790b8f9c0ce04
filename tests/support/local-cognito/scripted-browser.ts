/** The browser's part of a sign-in: follows the hosted UI to its form, fills it in, and stops at the callback. */

/** The final redirect of the hosted UI, or its last page if it did not redirect. */
export interface SignInOutcome {
  /** The callback with the code or an error; undefined if the browser is still at the hosted UI. */
  readonly callback: URL | undefined;
  readonly page: string;
}

/**
 * Opens an authorize URL and signs in. It never opens the callback, which is up to the caller. Rejects if an answer is neither a redirect
 * nor a page with a form.
 */
export async function signInByScript(
  authorizeUrl: string | URL,
  fields: Readonly<Record<'username' | 'password', string>> & { readonly new_password?: string },
): Promise<SignInOutcome> {
  const { origin } = new URL(authorizeUrl);
  const form = await open(authorizeUrl, origin);
  if (form.callback) return form;
  const [, action] = /<form method="post" action="([^"]*)">/.exec(form.page) ?? [];
  if (action === undefined) return form;
  return open(new URL(unescaped(action), origin), origin, {
    method: 'POST',
    body: new URLSearchParams(fields),
  });
}

/** The redirect limit of browsers. */
const MOST_REDIRECTS = 20;

async function open(
  address: string | URL,
  origin: string,
  init: RequestInit = {},
  redirects = 0,
): Promise<SignInOutcome> {
  if (redirects > MOST_REDIRECTS) throw new Error('too many redirects in the hosted UI');
  const response = await fetch(address, { ...init, redirect: 'manual' });
  const page = await response.text();
  const location = response.headers.get('location');
  if (response.status !== 302 || location === null) return { callback: undefined, page };
  const next = new URL(location, address);
  return next.origin === origin ? open(next, origin, {}, redirects + 1) : { callback: next, page };
}

function unescaped(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}
