/** The pages of the hosted UI. They contain no script and no external resource, and escape all input. */
import type { Answer } from './delivery.ts';

/** The contents of the sign-in page. */
export interface SignInPage {
  /** The query of the page, for the form's action. */
  readonly query: string;
  /** Why the last attempt failed. */
  readonly error?: string | undefined;
  /** The submitted username. */
  readonly username?: string | undefined;
  /** A temporary password must be replaced. */
  readonly newPassword?: boolean | undefined;
  /** Whether users of the pool may sign in. */
  readonly passwords: boolean;
  /** The names of other identity providers and their sign-in URLs. */
  readonly providers: readonly { readonly name: string; readonly address: string }[];
}

/** The form, or a message if this client allows no sign-in. */
export function signInPage({
  query,
  error,
  username = '',
  newPassword,
  passwords,
  providers,
}: SignInPage): Answer {
  const field = (name: string, label: string, type: string, autocomplete: string, value = ''): string =>
    `<label>${label} <input name="${name}" type="${type}" autocomplete="${autocomplete}" value="${escaped(value)}" required></label>`;
  const form = `<form method="post" action="/login?${escaped(query)}">
${field('username', 'Username', 'text', 'username', username)}
${field('password', 'Password', 'password', 'current-password')}
${newPassword ? field('new_password', 'New password', 'password', 'new-password') : ''}
<button type="submit">Sign in</button>
</form>`;
  const links = providers.map(
    ({ name, address }) => `<p><a href="${escaped(address)}">Continue with ${escaped(name)}</a></p>`,
  );
  const nothing =
    !passwords && providers.length === 0
      ? '<p role="alert">Login option is not available. Please try another one</p>'
      : '';
  return page(
    200,
    'Signin',
    `<h1>Sign in with your username and password</h1>
${error === undefined ? '' : `<p role="alert">${escaped(error)}</p>`}
${nothing}${passwords ? form : ''}${links.join('\n')}`,
  );
}

/** What managed login (version 2) shows for a client without a branding style. */
export function unavailablePage(status: number): Answer {
  return page(
    status,
    'Login pages unavailable',
    '<h1>Login pages unavailable</h1><p>Please contact an administrator.</p>',
  );
}

/** `/error`, with the message from its query. */
export function errorPage(error: string, description: string): Answer {
  return page(
    400,
    'Error',
    `<h1>An error was encountered with the requested page.</h1><p>${escaped(error)}</p><p>${escaped(description)}</p>`,
  );
}

/** The answer where no hosted UI exists. On AWS the host would not have an address. */
export function noSuchPage(): Answer {
  return page(404, 'Not found', '<h1>404 Not Found</h1>');
}

function page(status: number, title: string, body: string): Answer {
  return {
    status,
    headers: {
      'content-type': 'text/html;charset=UTF-8',
      'cache-control': 'no-cache, no-store, max-age=0, must-revalidate',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
    },
    body: `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title><style>body{font-family:sans-serif;max-width:24rem;margin:2rem auto;padding:0 1rem}label,input,button{display:block;margin:.5rem 0;font-size:1rem}input{width:100%;box-sizing:border-box}</style></head>
<body>${body}</body></html>`,
  };
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
