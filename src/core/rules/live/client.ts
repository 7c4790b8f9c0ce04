/** What the hosted UI and the token endpoint have against the app client of the file, found without any user. */
import { shellWord, showValue } from '../../text/display.ts';
import { hintText, onFile, say } from '../../text/hint.ts';
import type { FindingArgs } from '../finding.ts';
import { answerOf, refusalOf, type LiveFacts } from './facts.ts';
import { explainOAuthError, type AuthorizeAnswer } from '../../cognito/oauth-answers.ts';
import { about, seenAccount } from './hit.ts';
import { rule, type Rule } from '../rule.ts';

// The argument types are aliases because an interface has no index signature.
/* eslint-disable @typescript-eslint/consistent-type-definitions */
type PoolArgs = { readonly pool: string };
type FixArgs = { readonly cause: string; readonly fix: string };
/* eslint-enable @typescript-eslint/consistent-type-definitions */

const CLIENTS = 'your pool → App clients → your client';
const LOGIN_PAGES = `${CLIENTS} → Login pages → Edit`;

const authorizeSays = (facts: LiveFacts, kind: AuthorizeAnswer['kind']): boolean =>
  answerOf(facts.authorize)?.kind === kind;

const poolOf = ({ meant }: LiveFacts): PoolArgs => ({ pool: shellWord(meant.poolId) });

function explained({ layout }: LiveFacts, error: string): FixArgs {
  const { cause, fix } = explainOAuthError(error, '', layout);
  return { cause, fix: hintText(fix) };
}

export const LIVE_CLIENT_RULES: readonly Rule<LiveFacts>[] = [
  rule<{ readonly client: string; readonly pool: string }, LiveFacts>({
    code: 'client-not-found',
    severity: 'error',
    doctor: 'client',
    lacks: 'client',
    follows: ['secret-and-id-swapped', 'client-id-format'],
    title: 'The user pool has no such app client',
    why: 'The login page of the pool does not know the app client id of the file: it is misspelt, or the client has been deleted.',
    fix: 'Take the app client over with `umconfig discover --pool ID`.',
    check: (facts) => {
      const account = seenAccount(facts);
      if (account === undefined || account.facts.client !== undefined || facts.meant.clientId === '')
        return [];
      const args = { client: showValue(facts.meant.clientId), pool: shellWord(facts.meant.poolId) };
      return [about(facts, 'clientId', args)];
    },
    message: ({ client, pool }) => `the user pool ${pool} has no app client ${client}`,
    hint: ({ pool }) => say`Take over one that fits: ${onFile('discover', `--pool ${pool}`)}`,
  }),
  rule<{ readonly names: readonly string[] }, LiveFacts>({
    code: 'provider-not-found',
    severity: 'warning',
    doctor: 'client',
    title: 'The app client offers an identity provider that the pool does not have',
    why: 'The login page offers the identity providers of the app client. One that the pool does not have leads to an error page.',
    fix: `${LOGIN_PAGES} → Identity providers: choose those that the pool has.`,
    check: (facts) => {
      const names = seenAccount(facts)?.missingProviders ?? [];
      return names.length === 0 ? [] : [about(facts, 'clientId', { names: names.map(showValue) })];
    },
    message: ({ names }) =>
      `the app client offers identity providers that the pool does not have: ${names.join(', ')}`,
    hint: () => `${LOGIN_PAGES} → Identity providers.`,
  }),
  rule<PoolArgs, LiveFacts>({
    code: 'client-unknown',
    severity: 'error',
    doctor: 'authorize',
    lacks: 'client',
    needs: ['domain', 'client'],
    follows: ['secret-and-id-swapped', 'client-id-format'],
    title: 'The login page does not know the app client',
    why: 'Cognito answers a sign-in with an unknown app client id with `invalid_request`: the id is misspelt, the client deleted, or the domain that of another pool.',
    fix: 'Compare the id with the console: your pool → App clients; or take it over with `umconfig discover --pool ID`.',
    check: (facts) =>
      authorizeSays(facts, 'invalid-request') ? [about(facts, 'clientId', poolOf(facts))] : [],
    message: () =>
      'the login page answers invalid_request: it does not know the app client id of the file (misspelt, deleted, or of another pool)',
    hint: ({ pool }) =>
      say`Compare the id with the console: your pool → App clients. Or: ${onFile('discover', `--pool ${pool}`)}`,
  }),
  rule<{ readonly url: string }, LiveFacts>({
    code: 'callback-refused',
    severity: 'error',
    doctor: 'authorize',
    follows: ['callback-not-registered', 'no-fitting-callback', 'redirect-path', 'redirect-port'],
    title: 'The login page refuses the callback URL',
    why: 'Cognito compares the callback URL byte for byte with those registered in the app client, and answers `redirect_mismatch` to any other.',
    fix: `${LOGIN_PAGES} → Allowed callback URLs: scheme, host, port, path, case and the slash at the end all count.`,
    check: (facts) =>
      authorizeSays(facts, 'redirect-mismatch')
        ? [about(facts, 'redirectUri', { url: facts.meant.redirectUri })]
        : [],
    message: ({ url }) =>
      `the login page answers redirect_mismatch: the callback URL ${url} is not registered in the app client`,
    hint: () =>
      `It is compared byte for byte (scheme, host, port, path, case, slash at the end): ${LOGIN_PAGES} → Allowed callback URLs.`,
  }),
  rule<FixArgs, LiveFacts>({
    code: 'code-flow-refused',
    severity: 'error',
    doctor: 'authorize',
    lacks: 'code flow',
    needs: ['code flow'],
    title: 'The login page refuses the code flow',
    why: 'The server asks for an authorization code. Where the app client does not allow that, Cognito answers `unauthorized_client`.',
    fix: `${LOGIN_PAGES} → OAuth grant types: Authorization code grant.`,
    check: (facts) =>
      authorizeSays(facts, 'unauthorized-client')
        ? [about(facts, 'clientId', explained(facts, 'unauthorized_client'))]
        : [],
    message: ({ cause }) => `the login page answers unauthorized_client: ${cause}`,
    hint: ({ fix }) => fix,
  }),
  rule<FixArgs, LiveFacts>({
    code: 'scope-refused',
    severity: 'error',
    doctor: 'authorize',
    follows: ['scope-missing'],
    title: 'The login page refuses the scopes openid and email',
    why: 'Without `openid` there is no id token, without `email` no email address in it, and the server refuses both.',
    fix: `${LOGIN_PAGES} → OpenID Connect scopes: OpenID and Email.`,
    check: (facts) =>
      authorizeSays(facts, 'invalid-scope')
        ? [about(facts, 'clientId', explained(facts, 'invalid_scope'))]
        : [],
    message: ({ cause }) => `the login page answers invalid_scope: ${cause} (one of them is missing)`,
    hint: ({ fix }) => fix,
  }),
  rule<PoolArgs, LiveFacts>({
    code: 'secret-refused',
    severity: 'error',
    doctor: 'secret',
    needs: ['client'],
    follows: ['client-without-secret', 'secret-and-id-swapped', 'secret-format'],
    title: 'The token endpoint refuses the client secret',
    why: 'The server sends id and secret of the app client with every token request. Where they are wrong Cognito answers `invalid_client`, and people are sent to the login page again and again.',
    fix: `Take the secret over again with \`umconfig discover --pool ID\`, or copy it: ${CLIENTS} → Show client secret.`,
    layouts: ['flat'],
    check: (facts) =>
      refusalOf(facts.secret.real) === 'invalid_client' ? [about(facts, 'clientSecret', poolOf(facts))] : [],
    message: () =>
      'the token endpoint answers invalid_client: the client secret of the file is wrong, and login goes round in a loop',
    hint: ({ pool }) =>
      say`Take it over again: ${onFile('discover', `--pool ${pool}`)}. Or copy it: ${CLIENTS} → Show client secret.`,
  }),
  rule<FindingArgs, LiveFacts>({
    code: 'client-wants-secret',
    severity: 'error',
    doctor: 'secret',
    needs: ['client'],
    follows: ['client-with-secret'],
    title: 'The token endpoint wants a client secret',
    why: 'The Node server never sends a secret. For an app client that has one Cognito answers `invalid_client`, and no login gets through.',
    fix: 'Use an app client without a secret: your pool → App clients → Create app client → Single-page application.',
    layouts: ['nested'],
    check: (facts) =>
      refusalOf(facts.secret.real) === 'invalid_client' ? [about(facts, 'clientId', {})] : [],
    message: () =>
      'the token endpoint answers invalid_client without a secret: the app client has one, or does not exist',
    hint: () =>
      'Use an app client without a secret: your pool → App clients → Create app client → Single-page application.',
  }),
  rule<PoolArgs & { readonly isDifferent: boolean; readonly count: number }, LiveFacts>({
    code: 'second-secret',
    severity: 'warning',
    doctor: 'secret',
    title: 'The app client has a second secret',
    why: 'An app client may have two secrets while one replaces the other. The list of them never shows their values, so only the token endpoint can tell which of them still work.',
    fix: 'When the rotation is over, take the remaining secret over with `umconfig discover --pool ID`, then delete the other.',
    layouts: ['flat'],
    check: (facts) => {
      const account = seenAccount(facts);
      if (account === undefined || refusalOf(facts.secret.real) === 'invalid_client') return [];
      const { isSecretDifferent: isDifferent, secrets: count = 1 } = account;
      return isDifferent || count > 1
        ? [about(facts, 'clientSecret', { ...poolOf(facts), isDifferent, count })]
        : [];
    },
    message: ({ isDifferent, count }) =>
      isDifferent
        ? 'the client secret of the file is another one than the account shows; a client may have two'
        : `the app client has ${String(count)} secrets: the file holds one of them`,
    hint: ({ pool }) =>
      say`Before one of them is deleted, make sure that the file holds the other: ${onFile('discover', `--pool ${pool}`)}`,
  }),
  rule<{ readonly url: string; readonly error: string }, LiveFacts>({
    code: 'sign-out-refused',
    severity: 'error',
    doctor: 'sign-out',
    needs: ['client'],
    follows: ['sign-out-not-registered', 'no-sign-out-url'],
    title: 'The sign-out URL is refused',
    why: 'Cognito compares the sign-out URL byte for byte with those registered in the app client. With another one signing out ends on an error page.',
    fix: `${LOGIN_PAGES} → Allowed sign-out URLs.`,
    layouts: ['flat'],
    check: (facts) => {
      const answer = answerOf(facts.signOut);
      return answer?.kind === 'refused'
        ? [about(facts, 'logOutUri', { url: facts.meant.logOutUri, error: answer.error })]
        : [];
    },
    message: ({ url, error }) =>
      `the sign-out URL ${url} is refused (${error}): it is not registered in the app client`,
    hint: () => `It is compared byte for byte: ${LOGIN_PAGES} → Allowed sign-out URLs.`,
  }),
];
