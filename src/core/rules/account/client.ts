/** What an app client lacks for the server: secret, flow, scopes, identity provider, registered URLs. */
import type { AppClient } from '../../../ports.ts';
import { shellWord } from '../../text/display.ts';
import { say } from '../../text/hint.ts';
import { allowsCodeFlow, clientFaults, type AccountFacts } from './facts.ts';
import type { Hit } from '../finding.ts';
import { LAYOUTS } from '../../config/layouts.ts';
import { chooseUrl, nearestUrl, urlFault, type UrlField } from './registered-urls.ts';
import { CLIENT_NEEDS } from '../../config/requirements.ts';
import { about, newPoolFor, orProvision, type PoolArgs } from './hit.ts';
import { rule, type Rule } from '../rule.ts';

// The argument types are aliases because an interface has no index signature.

type ClientArgs = PoolArgs & { readonly client: string };
type UrlArgs = ClientArgs & {
  readonly url: string;
  readonly nearest: string;
  readonly difference: string;
  /** Whether the server could use the nearest one. */
  readonly isUsable: boolean;
};

const CLIENTS = 'your pool → App clients → your client';
const LOGIN_PAGES = `${CLIENTS} → Login pages → Edit`;
/** The reason why `aws cognito-idp update-user-pool-client` is never suggested. */
const NOT_BY_UPDATE =
  'Use the console: `aws cognito-idp update-user-pool-client` resets every setting that the command does not name.';

/** Name and ID as messages show them; several app clients can have the same name. */
export const describeClient = ({ id, name }: Pick<AppClient, 'id' | 'name'>): string =>
  name === '' || name === id ? id : `"${name}" (${id})`;

const ofClient = (facts: AccountFacts, judge: (client: AppClient) => boolean): { client: string }[] =>
  facts.client !== undefined && judge(facts.client) ? [{ client: describeClient(facts.client) }] : [];

/** The command that creates an app client for the layout's server. */
function createClient({ layout, port = 8686, pool, region }: AccountFacts): string {
  const { clientSecret, callbackPath } = LAYOUTS[layout];
  const { flow, scopes, provider } = CLIENT_NEEDS;
  const origin = `http://localhost:${String(port)}`;
  return [
    `aws cognito-idp create-user-pool-client --user-pool-id ${shellWord(pool.id)} --region ${shellWord(region)}`,
    '--client-name scalabel',
    clientSecret === 'required' ? '--generate-secret' : '--no-generate-secret',
    `--allowed-o-auth-flows-user-pool-client --allowed-o-auth-flows ${flow} --allowed-o-auth-scopes ${scopes.join(' ')}`,
    `--supported-identity-providers ${provider} --callback-urls ${origin}${callbackPath} --logout-urls ${origin}/`,
  ].join(' ');
}

export const CLIENT_RULES: readonly Rule<AccountFacts>[] = [
  rule<
    PoolArgs & {
      readonly count: number;
      readonly nearest: string;
      readonly lacks: string;
      readonly command: string;
      readonly server: string;
      /** See newPoolFor. */
      readonly instead: string;
    },
    AccountFacts
  >({
    code: 'no-fitting-client',
    severity: 'error',
    title: 'No app client fits the server',
    why: 'The Go server needs an app client with a secret and the code flow. The Node server needs one without a secret.',
    fix: 'Create an app client: your pool → App clients → Create app client (Traditional web application for the Go server, Single-page application for the Node server). Or create a new user pool with everything that the server needs: `umconfig provision`.',
    check: (facts) => {
      if (facts.client !== undefined) return [];
      const [nearest] = [...facts.candidates].sort(
        (a, b) => clientFaults(a, facts.layout).length - clientFaults(b, facts.layout).length,
      );
      const args = {
        count: facts.candidates.length,
        nearest: nearest === undefined ? '' : describeClient(nearest),
        lacks: nearest === undefined ? '' : clientFaults(nearest, facts.layout).join(' and '),
        command: createClient(facts),
        server: LAYOUTS[facts.layout].server,
        instead: newPoolFor(facts, 'client'),
      };
      return [about(facts, 'clientId', args)];
    },
    message: ({ count, nearest, lacks, pool, server }) =>
      count === 0
        ? `User pool ${pool} has no app client`
        : `No app client of the user pool fits ${server} (${String(count)} checked); the closest, ${nearest}, ${lacks}`,
    hint: ({ command, instead }) => say`Create one: ${command}${orProvision(instead)}`,
  }),
  rule<ClientArgs & { readonly command: string }, AccountFacts>({
    code: 'client-without-secret',
    severity: 'error',
    doctor: 'client',
    title: 'The app client has no secret',
    why: 'For an app client without a secret, Cognito refuses the secret that the Go server always sends. The server then redirects to the login page again.',
    fix: 'Use an app client with a secret: your pool → App clients → Create app client → Traditional web application.',
    layouts: ['flat'],
    check: (facts) =>
      ofClient(facts, ({ secret }) => secret === undefined).map((args) =>
        about(facts, 'clientSecret', { ...args, command: createClient(facts) }),
      ),
    message: ({ client }) =>
      `The app client ${client} has no secret, but the Go server always sends one, so login keeps redirecting`,
    hint: ({ command }) => `Use another app client with --client, or create one: ${command}`,
  }),
  rule<ClientArgs & { readonly command: string }, AccountFacts>({
    code: 'client-with-secret',
    severity: 'error',
    doctor: 'client',
    title: 'The app client has a secret',
    why: 'Cognito requires the secret of an app client that has one and answers `invalid_client` without it.',
    fix: 'Use an app client without a secret: your pool → App clients → Create app client → Single-page application.',
    layouts: ['nested'],
    check: (facts) =>
      ofClient(facts, ({ secret }) => secret !== undefined).map((args) =>
        about(facts, 'clientId', { ...args, command: createClient(facts) }),
      ),
    message: ({ client }) =>
      `The app client ${client} has a secret, but the Node server never sends one, so every login fails`,
    hint: ({ command }) => `Use another app client with --client, or create one: ${command}`,
  }),
  rule<ClientArgs & { readonly reason: string }, AccountFacts>({
    code: 'code-flow-off',
    severity: 'error',
    doctor: 'client',
    lacks: 'code flow',
    title: 'The app client does not allow the code flow',
    why: 'The server requests an authorization code. Without the code flow the login page answers `unauthorized_client`.',
    fix: `Select Authorization code grant: ${LOGIN_PAGES} → OAuth grant types. ${NOT_BY_UPDATE}`,
    check: (facts) =>
      ofClient(facts, (client) => !allowsCodeFlow(client)).map((args) =>
        about(facts, 'clientId', {
          ...args,
          reason:
            facts.client?.oauthEnabled === false
              ? 'has OAuth switched off (AllowedOAuthFlowsUserPoolClient is false)'
              : 'does not allow the authorization code grant',
        }),
      ),
    message: ({ client, reason }) => `The app client ${client} ${reason}, so every login fails`,
  }),
  rule<ClientArgs & { readonly missing: readonly string[] }, AccountFacts>({
    code: 'scope-missing',
    severity: 'error',
    doctor: 'client',
    title: 'The app client lacks a scope',
    why: 'The server requests no scopes, so it gets those of the app client. Without `openid` there is no ID token; without `email` the ID token has no email address.',
    fix: `Select OpenID and Email: ${LOGIN_PAGES} → OpenID Connect scopes. ${NOT_BY_UPDATE}`,
    check: (facts) => {
      const missing = CLIENT_NEEDS.scopes.filter((scope) => !facts.client?.scopes.includes(scope));
      return ofClient(facts, () => missing.length > 0).map((args) =>
        about(facts, 'clientId', { ...args, missing }),
      );
    },
    message: ({ client, missing }) =>
      `The app client ${client} does not allow the scope${missing.length > 1 ? 's' : ''} ${missing.join(' and ')}, so the server refuses every login`,
  }),
  rule<ClientArgs, AccountFacts>({
    code: 'email-not-readable',
    severity: 'error',
    doctor: 'client',
    title: 'The app client cannot read the email address',
    why: 'The ID token has only attributes that the app client can read, and the Go server requires `email` in it.',
    fix: `Select Read for email: ${CLIENTS} → Attribute permissions → Edit. ${NOT_BY_UPDATE}`,
    check: (facts) =>
      ofClient(
        facts,
        ({ readAttributes = [] }) =>
          readAttributes.length > 0 && !readAttributes.includes(CLIENT_NEEDS.attribute),
      ).map((args) => about(facts, 'clientId', args)),
    message: ({ client }) =>
      `The app client ${client} cannot read the attribute email, so the ID token has no email address and the server refuses it`,
  }),
  rule<ClientArgs, AccountFacts>({
    code: 'no-identity-provider',
    severity: 'warning',
    doctor: 'client',
    title: 'The app client has no identity provider',
    why: 'The login page offers the identity providers of the app client; the user pool itself is one of them.',
    fix: `Select Cognito user pool: ${LOGIN_PAGES} → Identity providers. ${NOT_BY_UPDATE}`,
    check: (facts) =>
      ofClient(facts, ({ identityProviders }) => identityProviders.length === 0).map((args) =>
        about(facts, 'clientId', args),
      ),
    message: ({ client }) =>
      `The app client ${client} has no identity provider, so the login page may have nothing to offer`,
  }),
  rule<UrlArgs, AccountFacts>({
    code: 'callback-not-registered',
    severity: 'error',
    doctor: 'client',
    title: 'The callback URL is not registered',
    why: 'Cognito compares the callback URL with the registered ones character by character: scheme, host, port, path, case and a slash at the end.',
    fix: `Register the URL exactly as it is in the file: ${LOGIN_PAGES} → Allowed callback URLs. ${NOT_BY_UPDATE}`,
    check: (facts) => notRegistered(facts, 'redirectUri'),
    message: (args) => `Callback URL ${notRegisteredWords(args)}, so every login ends in redirect_mismatch`,
    hint: (args) => register(args, 'Allowed callback URLs'),
  }),
  rule<
    ClientArgs & { readonly path: string; readonly port: number; readonly refused: readonly string[] },
    AccountFacts
  >({
    code: 'no-fitting-callback',
    severity: 'error',
    doctor: 'client',
    title: 'No registered callback URL fits the server',
    why: 'The Go server handles the callback at exactly `/auth`, the Node server at exactly `/callback`. On localhost, the browser must reach the server on the port of the URL.',
    fix: `Add the URL of your server with that path: ${LOGIN_PAGES} → Allowed callback URLs. ${NOT_BY_UPDATE}`,
    check: (facts) => {
      const { wanted, layout, port = 8686 } = facts;
      const registered = facts.client?.callbackUrls ?? [];
      if (wanted.redirectUri !== undefined) return [];
      if (chooseUrl(registered, 'redirectUri', facts, {}).fitting.length > 0) return [];
      const refused = registered
        .slice(0, 5)
        .map((url) => `${url}: ${urlFault(url, 'redirectUri', facts) ?? ''}`);
      return ofClient(facts, () => true).map((args) =>
        about(facts, 'redirectUri', { ...args, path: LAYOUTS[layout].callbackPath, port, refused }),
      );
    },
    message: ({ client, refused }) =>
      refused.length === 0
        ? `The app client ${client} has no callback URL`
        : `No callback URL of the app client ${client} fits the server (${refused.join('; ')})`,
    hint: ({ path, port }) =>
      `Add the URL of your server, for example http://localhost:${String(port)}${path}: ${LOGIN_PAGES} → Allowed callback URLs.`,
  }),
  rule<ClientArgs & { readonly port: number; readonly count: number }, AccountFacts>({
    code: 'no-sign-out-url',
    severity: 'error',
    doctor: 'client',
    title: 'No registered sign-out URL fits the server',
    why: 'The server redirects to Cognito’s logout page with `logOutUri`, and Cognito accepts only registered sign-out URLs.',
    fix: `Add a URL of your server: ${LOGIN_PAGES} → Allowed sign-out URLs. ${NOT_BY_UPDATE}`,
    layouts: ['flat'],
    check: (facts) => {
      const registered = facts.client?.signOutUrls ?? [];
      if (facts.wanted.logOutUri !== undefined) return [];
      if (chooseUrl(registered, 'logOutUri', facts, {}).fitting.length > 0) return [];
      return ofClient(facts, () => true).map((args) =>
        about(facts, 'logOutUri', { ...args, port: facts.port ?? 8686, count: registered.length }),
      );
    },
    message: ({ client, count }) =>
      count === 0
        ? `The app client ${client} has no sign-out URL, so signing out ends on an error page`
        : `No sign-out URL of the app client ${client} is a valid URL for the server`,
    hint: ({ port }) =>
      `Add one, for example http://localhost:${String(port)}/: ${LOGIN_PAGES} → Allowed sign-out URLs.`,
  }),
  rule<UrlArgs, AccountFacts>({
    code: 'sign-out-not-registered',
    severity: 'error',
    doctor: 'client',
    title: 'The sign-out URL is not registered',
    why: 'Cognito compares the sign-out URL with the registered ones character by character.',
    fix: `Register the URL exactly as it is in the file: ${LOGIN_PAGES} → Allowed sign-out URLs. ${NOT_BY_UPDATE}`,
    layouts: ['flat'],
    check: (facts) => notRegistered(facts, 'logOutUri'),
    message: (args) => `Sign-out URL ${notRegisteredWords(args)}, so signing out ends on an error page`,
    hint: (args) => register(args, 'Allowed sign-out URLs'),
  }),
];

function notRegistered(facts: AccountFacts, field: UrlField): readonly (Hit & { readonly args: UrlArgs })[] {
  const { client, wanted } = facts;
  const url = wanted[field];
  const registered = (field === 'redirectUri' ? client?.callbackUrls : client?.signOutUrls) ?? [];
  if (client === undefined || url === undefined || registered.includes(url)) return [];
  const nearest = nearestUrl(url, registered);
  const isUsable = nearest !== undefined && urlFault(nearest.url, field, facts) === undefined;
  const args = { url, nearest: nearest?.url ?? '', difference: nearest?.difference ?? '', isUsable };
  return [about(facts, field, { ...args, client: describeClient(client) })];
}

const register = ({ url, nearest, isUsable }: UrlArgs, list: string): string =>
  `${isUsable ? `Change the file to ${nearest}, or register ${url}` : `Register ${url}`}: ${LOGIN_PAGES} → ${list}.`;

const notRegisteredWords = ({ url, client, nearest, difference }: UrlArgs): string =>
  nearest === ''
    ? `${url} is not registered in the app client ${client}, which has no such URL`
    : `${url} is not registered in the app client ${client}; the closest registered URL, ${nearest}, differs in ${difference}`;
