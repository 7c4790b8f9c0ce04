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
/** `aws cognito-idp update-user-pool-client` is not offered as a fix anywhere, for this reason. */
const NOT_BY_UPDATE =
  'Do it in the console: `aws cognito-idp update-user-pool-client` puts back to its default whatever it is not told.';

/** A name and an id as messages show them; a name alone may stand for several clients. */
export const describeClient = ({ id, name }: Pick<AppClient, 'id' | 'name'>): string =>
  name === '' || name === id ? id : `"${name}" (${id})`;

const ofClient = (facts: AccountFacts, judge: (client: AppClient) => boolean): { client: string }[] =>
  facts.client !== undefined && judge(facts.client) ? [{ client: describeClient(facts.client) }] : [];

/** The command that makes an app client as the layout needs it. */
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
    why: 'The Go server always sends a client secret and needs the code flow; the Node server never sends a secret, so its client must not have one.',
    fix: 'Make an app client for the server: your pool → App clients → Create app client (Traditional web application for the Go server, Single-page application for the Node server). Or a new pool with all that the server needs: `umconfig provision`.',
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
        ? `the user pool ${pool} has no app client`
        : `none of the pool's app clients (${String(count)}) fits ${server}: the nearest, ${nearest}, ${lacks}`,
    hint: ({ command, instead }) => say`Make one: ${command}${orProvision(instead)}`,
  }),
  rule<ClientArgs & { readonly command: string }, AccountFacts>({
    code: 'client-without-secret',
    severity: 'error',
    doctor: 'client',
    title: 'The app client has no secret',
    why: 'The Go server sends Basic auth with every token request. For a client without a secret Cognito answers invalid_client, and people are sent to the login page again and again.',
    fix: 'Use an app client with a secret: your pool → App clients → Create app client → Traditional web application.',
    layouts: ['flat'],
    check: (facts) =>
      ofClient(facts, ({ secret }) => secret === undefined).map((args) =>
        about(facts, 'clientSecret', { ...args, command: createClient(facts) }),
      ),
    message: ({ client }) =>
      `the app client ${client} has no secret, and the Go server always sends one: login goes round in a loop`,
    hint: ({ command }) => `Use another one with --client, or make one: ${command}`,
  }),
  rule<ClientArgs & { readonly command: string }, AccountFacts>({
    code: 'client-with-secret',
    severity: 'error',
    doctor: 'client',
    title: 'The app client has a secret',
    why: 'The Node server never sends a secret. For a client that has one Cognito answers invalid_client, and no login gets through.',
    fix: 'Use an app client without a secret: your pool → App clients → Create app client → Single-page application.',
    layouts: ['nested'],
    check: (facts) =>
      ofClient(facts, ({ secret }) => secret !== undefined).map((args) =>
        about(facts, 'clientId', { ...args, command: createClient(facts) }),
      ),
    message: ({ client }) =>
      `the app client ${client} has a secret, and the Node server never sends one: no login gets through`,
    hint: ({ command }) => `Use another one with --client, or make one: ${command}`,
  }),
  rule<ClientArgs & { readonly reason: string }, AccountFacts>({
    code: 'code-flow-off',
    severity: 'error',
    doctor: 'client',
    lacks: 'code flow',
    title: 'The app client does not allow the code flow',
    why: 'The server asks for an authorization code. Where the flow is not allowed the login page answers unauthorized_client.',
    fix: `${LOGIN_PAGES} → OAuth grant types: Authorization code grant. ${NOT_BY_UPDATE}`,
    check: (facts) =>
      ofClient(facts, (client) => !allowsCodeFlow(client)).map((args) =>
        about(facts, 'clientId', {
          ...args,
          reason:
            facts.client?.oauthEnabled === false
              ? 'has the login pages switched off (AllowedOAuthFlowsUserPoolClient is false)'
              : 'does not allow the authorization code grant',
        }),
      ),
    message: ({ client, reason }) => `the app client ${client} ${reason}: no login gets through`,
    hint: () => `${LOGIN_PAGES} → OAuth grant types: Authorization code grant.`,
  }),
  rule<ClientArgs & { readonly missing: readonly string[] }, AccountFacts>({
    code: 'scope-missing',
    severity: 'error',
    doctor: 'client',
    title: 'A scope is missing in the app client',
    why: 'The server asks for no scope, so the client’s own apply. Without `openid` there is no id token, without `email` the id token has no email address, and the server refuses it.',
    fix: `${LOGIN_PAGES} → OpenID Connect scopes: OpenID and Email. ${NOT_BY_UPDATE}`,
    check: (facts) => {
      const missing = CLIENT_NEEDS.scopes.filter((scope) => !facts.client?.scopes.includes(scope));
      return ofClient(facts, () => missing.length > 0).map((args) =>
        about(facts, 'clientId', { ...args, missing }),
      );
    },
    message: ({ client, missing }) =>
      `the app client ${client} does not allow the scope${missing.length > 1 ? 's' : ''} ${missing.join(' and ')}: the server refuses every login`,
    hint: () => `${LOGIN_PAGES} → OpenID Connect scopes: OpenID and Email.`,
  }),
  rule<ClientArgs, AccountFacts>({
    code: 'email-not-readable',
    severity: 'error',
    doctor: 'client',
    title: 'The app client may not read the email address',
    why: 'An attribute that the client may not read is not in the id token, and the server refuses an id token without `email`.',
    fix: `${CLIENTS} → Attribute permissions → Edit: Read for email. ${NOT_BY_UPDATE}`,
    check: (facts) =>
      ofClient(
        facts,
        ({ readAttributes = [] }) =>
          readAttributes.length > 0 && !readAttributes.includes(CLIENT_NEEDS.attribute),
      ).map((args) => about(facts, 'clientId', args)),
    message: ({ client }) =>
      `the app client ${client} may not read the attribute email, so the id token has none and the server refuses it`,
    hint: () => `${CLIENTS} → Attribute permissions → Edit: Read for email.`,
  }),
  rule<ClientArgs, AccountFacts>({
    code: 'no-identity-provider',
    severity: 'warning',
    doctor: 'client',
    title: 'The app client has no identity provider',
    why: 'The login page offers the providers of the app client. With none, not even the user pool itself, it has nothing to offer.',
    fix: `${LOGIN_PAGES} → Identity providers: Cognito user pool. ${NOT_BY_UPDATE}`,
    check: (facts) =>
      ofClient(facts, ({ identityProviders }) => identityProviders.length === 0).map((args) =>
        about(facts, 'clientId', args),
      ),
    message: ({ client }) =>
      `the app client ${client} has no identity provider, so the login page may have nothing to offer`,
    hint: () => `${LOGIN_PAGES} → Identity providers: Cognito user pool.`,
  }),
  rule<UrlArgs, AccountFacts>({
    code: 'callback-not-registered',
    severity: 'error',
    doctor: 'client',
    title: 'The callback URL is not registered',
    why: 'Cognito compares the callback URL byte for byte with those of the app client: scheme, host, port, path, upper and lower case, and the slash at the end. With another one the login page answers redirect_mismatch.',
    fix: `${LOGIN_PAGES} → Allowed callback URLs. ${NOT_BY_UPDATE}`,
    check: (facts) => notRegistered(facts, 'redirectUri'),
    message: (args) => `the callback URL ${notRegisteredWords(args)}: every login ends in redirect_mismatch`,
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
    why: 'The Go server receives the code at exactly `/auth`, the Node server at exactly `/callback`, and on localhost the port must be the one that the server listens on.',
    fix: `${LOGIN_PAGES} → Allowed callback URLs: add the address of your server with that path. ${NOT_BY_UPDATE}`,
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
        ? `the app client ${client} has no callback URL`
        : `no callback URL of the app client ${client} fits the server (${refused.join('; ')})`,
    hint: ({ path, port }) =>
      `Add the address of your server, http://localhost:${String(port)}${path} to try it out: ${LOGIN_PAGES} → Allowed callback URLs.`,
  }),
  rule<ClientArgs & { readonly port: number; readonly count: number }, AccountFacts>({
    code: 'no-sign-out-url',
    severity: 'error',
    doctor: 'client',
    title: 'No registered sign-out URL fits the server',
    why: 'The server sends people to Cognito’s logout page with `logOutUri`. Where that is not registered as a sign-out URL, signing out ends on an error page.',
    fix: `${LOGIN_PAGES} → Allowed sign-out URLs: add an address of your server. ${NOT_BY_UPDATE}`,
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
        ? `the app client ${client} has no sign-out URL: signing out ends on an error page`
        : `the app client ${client} has no sign-out URL that a browser can be sent to`,
    hint: ({ port }) =>
      `Add one, http://localhost:${String(port)}/ to try it out: ${LOGIN_PAGES} → Allowed sign-out URLs.`,
  }),
  rule<UrlArgs, AccountFacts>({
    code: 'sign-out-not-registered',
    severity: 'error',
    doctor: 'client',
    title: 'The sign-out URL is not registered',
    why: 'Cognito compares the sign-out URL byte for byte with those of the app client. With another one signing out ends on an error page.',
    fix: `${LOGIN_PAGES} → Allowed sign-out URLs. ${NOT_BY_UPDATE}`,
    layouts: ['flat'],
    check: (facts) => notRegistered(facts, 'logOutUri'),
    message: (args) => `the sign-out URL ${notRegisteredWords(args)}: signing out ends on an error page`,
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
  `${isUsable ? `Write ${nearest} into the file, or register ${url}` : `Register ${url}`}: ${LOGIN_PAGES} → ${list}.`;

const notRegisteredWords = ({ url, client, nearest, difference }: UrlArgs): string =>
  nearest === ''
    ? `${url} is not registered in the app client ${client}, which has none`
    : `${url} is not registered in the app client ${client}; the nearest there is ${nearest}, which differs in ${difference}`;
