/** What the hosted UI and the token endpoint refuse about the app client of the file; no user is needed. */
import { shellWord, showValue } from '../../text/display.ts';
import { hintText, onFile, say } from '../../text/hint.ts';
import { answerOf, refusalOf, type LiveFacts } from './facts.ts';
import type { AuthorizeAnswer } from '../../cognito/oauth-answers.ts';
import { explainRefusal, refusalText, type Refusal } from '../../cognito/oauth-errors.ts';
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

function explained({ layout }: LiveFacts, refusal: Refusal): FixArgs {
  const { cause, fix } = explainRefusal(refusal, layout);
  return { cause, fix: hintText(fix) };
}

const atLoginPage = (error: string): Refusal => ({ at: 'error page', error, description: '' });

export const LIVE_CLIENT_RULES: readonly Rule<LiveFacts>[] = [
  rule<{ readonly client: string; readonly pool: string }, LiveFacts>({
    code: 'client-not-found',
    severity: 'error',
    doctor: 'client',
    lacks: 'client',
    follows: ['secret-and-id-swapped', 'client-id-format'],
    title: 'App client not found in the user pool',
    why: 'The login page refuses an app client that the user pool does not have.',
    fix: 'Choose an app client: `umconfig discover --pool ID`.',
    check: (facts) => {
      const account = seenAccount(facts);
      if (account === undefined || account.facts.client !== undefined || facts.meant.clientId === '')
        return [];
      const args = { client: showValue(facts.meant.clientId), pool: shellWord(facts.meant.poolId) };
      return [about(facts, 'clientId', args)];
    },
    message: ({ client, pool }) =>
      `User pool ${pool} has no app client ${client}: the ID is misspelled, or the app client was deleted`,
    hint: ({ pool }) => say`Choose one: ${onFile('discover', `--pool ${pool}`)}`,
  }),
  rule<{ readonly names: readonly string[] }, LiveFacts>({
    code: 'provider-not-found',
    severity: 'warning',
    doctor: 'client',
    title: 'The app client has an identity provider that the user pool does not have',
    why: 'The login page offers all identity providers of the app client. One that the user pool does not have leads to an error page.',
    fix: `Select only identity providers that the user pool has: ${LOGIN_PAGES} → Identity providers.`,
    check: (facts) => {
      const names = seenAccount(facts)?.missingProviders ?? [];
      return names.length === 0 ? [] : [about(facts, 'clientId', { names: names.map(showValue) })];
    },
    message: ({ names }) =>
      `The app client has identity providers that the user pool does not have: ${names.join(', ')}`,
  }),
  rule<PoolArgs & { readonly said: string }, LiveFacts>({
    code: 'client-unknown',
    severity: 'error',
    doctor: 'authorize',
    lacks: 'client',
    needs: ['domain', 'client'],
    follows: ['secret-and-id-swapped', 'client-id-format'],
    title: 'The login page does not know the app client',
    why: 'Cognito answers `invalid_request` or `Client does not exist` to an unknown app client ID.',
    fix: 'Compare the ID with the AWS console (your pool → App clients), or update the file: `umconfig discover --pool ID`.',
    check: (facts) => {
      const answer = answerOf(facts.authorize);
      if (answer?.kind !== 'unknown-client') return [];
      return [about(facts, 'clientId', { ...poolOf(facts), said: refusalText(answer.refusal) })];
    },
    message: ({ said }) =>
      `The login page answers ${said}: the app client ID is misspelled, was deleted, or belongs to another user pool`,
    hint: ({ pool }) =>
      say`Compare the ID with the AWS console: your pool → App clients. Or update the file: ${onFile('discover', `--pool ${pool}`)}`,
  }),
  rule<FixArgs & { readonly said: string }, LiveFacts>({
    code: 'sign-in-refused',
    severity: 'error',
    doctor: 'authorize',
    title: 'The login page refuses the sign-in',
    why: 'Cognito redirects to an error instead of the login page, so no user can sign in.',
    fix: 'Follow the hint of `umconfig doctor`, which depends on what Cognito answers.',
    check: (facts) => {
      const answer = answerOf(facts.authorize);
      if (answer?.kind !== 'refused') return [];
      const said = refusalText(answer.refusal);
      return [about(facts, 'clientId', { ...explained(facts, answer.refusal), said })];
    },
    message: ({ said, cause }) =>
      `The login page answers ${said === '' ? 'an error without a reason' : said}: ${cause}`,
    hint: ({ fix }) => fix,
  }),
  rule<{ readonly url: string }, LiveFacts>({
    code: 'callback-refused',
    severity: 'error',
    doctor: 'authorize',
    follows: ['callback-not-registered', 'no-fitting-callback', 'redirect-path', 'redirect-port'],
    title: 'The login page refuses the callback URL',
    why: 'Cognito compares the callback URL with the registered ones character by character and answers `redirect_mismatch` if none is equal.',
    fix: `Register the URL exactly as it is in the file (scheme, host, port, path, case, slash at the end): ${LOGIN_PAGES} → Allowed callback URLs.`,
    check: (facts) =>
      authorizeSays(facts, 'redirect-mismatch')
        ? [about(facts, 'redirectUri', { url: facts.meant.redirectUri })]
        : [],
    message: ({ url }) =>
      `The login page answers redirect_mismatch: callback URL ${url} is not registered in the app client`,
  }),
  rule<FixArgs, LiveFacts>({
    code: 'code-flow-refused',
    severity: 'error',
    doctor: 'authorize',
    lacks: 'code flow',
    needs: ['code flow'],
    title: 'The login page refuses the code flow',
    why: 'The server requests an authorization code.',
    fix: `Select Authorization code grant: ${LOGIN_PAGES} → OAuth grant types.`,
    check: (facts) =>
      authorizeSays(facts, 'unauthorized-client')
        ? [about(facts, 'clientId', explained(facts, atLoginPage('unauthorized_client')))]
        : [],
    message: ({ cause }) => `The login page answers unauthorized_client: ${cause}`,
    hint: ({ fix }) => fix,
  }),
  rule<FixArgs, LiveFacts>({
    code: 'scope-refused',
    severity: 'error',
    doctor: 'authorize',
    follows: ['scope-missing'],
    title: 'The login page refuses the scopes openid and email',
    why: 'Without `openid` there is no ID token; without `email` the ID token has no email address. The server needs both.',
    fix: `Select OpenID and Email: ${LOGIN_PAGES} → OpenID Connect scopes.`,
    check: (facts) =>
      authorizeSays(facts, 'invalid-scope')
        ? [about(facts, 'clientId', explained(facts, atLoginPage('invalid_scope')))]
        : [],
    message: ({ cause }) => `The login page answers invalid_scope: ${cause}`,
    hint: ({ fix }) => fix,
  }),
  rule<PoolArgs, LiveFacts>({
    code: 'secret-refused',
    severity: 'error',
    doctor: 'secret',
    needs: ['client'],
    follows: ['client-without-secret', 'secret-and-id-swapped', 'secret-format'],
    title: 'The token endpoint refuses the client secret',
    why: 'The server sends app client ID and secret with every token request. If Cognito refuses them, the server redirects to the login page again.',
    fix: `Update the secret: \`umconfig discover --pool ID\`, or copy it from ${CLIENTS} → Show client secret.`,
    layouts: ['flat'],
    check: (facts) =>
      refusalOf(facts.secret.real) === 'invalid_client' ? [about(facts, 'clientSecret', poolOf(facts))] : [],
    message: () =>
      'The token endpoint answers invalid_client: the client secret in the file is wrong, so login keeps redirecting',
    hint: ({ pool }) =>
      say`Update it: ${onFile('discover', `--pool ${pool}`)}. Or copy it: ${CLIENTS} → Show client secret.`,
  }),
  rule<{ readonly isCertain: boolean }, LiveFacts>({
    code: 'client-wants-secret',
    severity: 'error',
    doctor: 'secret',
    needs: ['client'],
    follows: ['client-with-secret'],
    title: 'The token endpoint requires a client secret',
    why: 'The Node server never sends a secret, so every login of an app client with a secret fails.',
    fix: 'Use an app client without a secret: your pool → App clients → Create app client → Single-page application.',
    layouts: ['nested'],
    check: (facts) => {
      const answer = answerOf(facts.secret.real);
      if (answer?.kind !== 'refused' || answer.error !== 'invalid_client') return [];
      return [about(facts, 'clientId', { isCertain: answer.description === 'invalid_client_secret' })];
    },
    message: ({ isCertain }) =>
      isCertain
        ? 'The token endpoint answers invalid_client_secret: the app client has a secret'
        : 'The token endpoint answers invalid_client: the app client has a secret, or it does not exist',
  }),
  rule<PoolArgs & { readonly isDifferent: boolean; readonly count: number }, LiveFacts>({
    code: 'second-secret',
    severity: 'warning',
    doctor: 'secret',
    title: 'The app client has two secrets',
    why: 'An app client can have two secrets while the old one is replaced by the new one. Only the token endpoint shows which of them still work.',
    fix: 'After the rotation, update the file with `umconfig discover --pool ID`, then delete the other secret.',
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
        ? 'The client secret in the file differs from the one in the account; an app client can have two'
        : `The app client has ${String(count)} secrets, and the file has one of them`,
    hint: ({ pool }) =>
      say`Before you delete one of them, make sure that the file has the other: ${onFile('discover', `--pool ${pool}`)}`,
  }),
  rule<{ readonly url: string; readonly error: string }, LiveFacts>({
    code: 'sign-out-refused',
    severity: 'error',
    doctor: 'sign-out',
    needs: ['client'],
    follows: ['sign-out-not-registered', 'no-sign-out-url'],
    title: 'Cognito refuses the sign-out URL',
    why: 'Cognito compares the sign-out URL with the registered ones character by character; any other URL ends on an error page.',
    fix: `Register the URL exactly as it is in the file: ${LOGIN_PAGES} → Allowed sign-out URLs.`,
    layouts: ['flat'],
    check: (facts) => {
      const answer = answerOf(facts.signOut);
      return answer?.kind === 'refused'
        ? [about(facts, 'logOutUri', { url: facts.meant.logOutUri, error: answer.error })]
        : [];
    },
    message: ({ url, error }) =>
      `Cognito refuses the sign-out URL ${url} (${error}): it is not registered in the app client`,
  }),
];
