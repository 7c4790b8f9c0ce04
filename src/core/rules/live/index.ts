/** What `doctor` finds by asking Cognito: issuer, keys, domain and admins. The rules about the app client are in client.ts. */
import { printable, showValue, shellWord } from '../../text/display.ts';
import { onFile, say } from '../../text/hint.ts';
import type { Finding, FindingArgs } from '../finding.ts';
import {
  answerOf,
  FAILURE_WORDS,
  isOffline,
  isSameAddress,
  publicQuestions,
  type Admin,
  type LiveFacts,
} from './facts.ts';
import { parseHostedUiHost, parseUrl } from '../../config/endpoints.ts';
import { FEDERATED_REMEDY, leaveGroup } from '../../cognito/sign-in.ts';
import { createLoginStyle } from '../../cognito/oauth-errors.ts';
import { about, seenAccount } from './hit.ts';
import { LIVE_CLIENT_RULES } from './client.ts';
import { GUIDE, judge, rule, type Rule } from '../rule.ts';

// The argument types are aliases because an interface has no index signature.
/* eslint-disable @typescript-eslint/consistent-type-definitions */
type PoolArgs = { readonly pool: string; readonly region: string };
type PairArgs = { readonly found: string; readonly wanted: string };
type WhoArgs = { readonly who: readonly string[]; readonly more: number };
/* eslint-enable @typescript-eslint/consistent-type-definitions */

const BRANDING = 'your pool → Branding → Domain';

const poolArgs = ({ meant }: LiveFacts): PoolArgs => ({
  pool: shellWord(meant.poolId),
  region: shellWord(meant.region),
});

const DISCOVERY_RULES: readonly Rule<LiveFacts>[] = [
  rule<FindingArgs, LiveFacts>({
    code: 'login-not-on',
    severity: 'warning',
    doctor: 'file',
    title: 'Login is off in the file',
    why: 'The Cognito settings are checked even if login is off.',
    fix: say`Switch it on: ${onFile('init', '--user-management on')}`,
    page: GUIDE,
    check: (facts) => (facts.meant.isLoginOn ? [] : [about(facts, 'userManagement', {})]),
    message: () => 'Login is off in this file: anyone can use the server without signing in',
  }),
  rule<PoolArgs, LiveFacts>({
    code: 'pool-not-found',
    severity: 'error',
    doctor: 'oidc',
    lacks: 'pool',
    follows: ['region-mismatch', 'pool-id-format', 'region-format'],
    title: 'User pool not found in this region',
    why: 'The server downloads the keys of the user pool and compares its issuer with every token.',
    fix: 'Copy user pool ID and region from the AWS console: User pools → your pool → Overview. The ID begins with its region.',
    check: (facts) => {
      const { oidc, account } = facts;
      const isGone = answerOf(oidc)?.kind === 'not-there';
      const isUndecided = answerOf(oidc)?.kind !== 'document';
      const isUnknown = account.kind === 'unseen' && account.isNoSuchPool;
      return isGone || (isUndecided && isUnknown) ? [about(facts, 'userPoolID', poolArgs(facts))] : [];
    },
    message: ({ pool, region }) =>
      `User pool ${pool} not found in ${region}: it is in another region, or it was deleted`,
    hint: () =>
      say`Copy the user pool ID from User pools → your pool → Overview, then run: ${onFile('discover', '--pool ID')} (if the pool was deleted, ${onFile('provision')} prints a template for a new one)`,
  }),
  rule<PairArgs & { readonly name: string; readonly isUpdated: boolean }, LiveFacts>({
    code: 'discovery-differs',
    severity: 'error',
    doctor: 'oidc',
    follows: ['issuer-updated', 'region-mismatch'],
    title: 'The user pool has a different issuer or JWKS URL than the server expects',
    why: 'Both servers build the issuer and the JWKS URL from region and user pool ID. A user pool with IssuerConfiguration UPDATED has other ones (`issuer-cognito-idp…`).',
    fix: 'Set the issuer type of the user pool back to ORIGINAL, or use another user pool.',
    check: (facts) => {
      const document = answerOf(facts.oidc);
      if (document?.kind !== 'document') return [];
      const { issuer, jwksUrl } = facts.meant;
      const differs = [
        ['issuer', document.issuer, issuer],
        ['jwks_uri', document.jwksUri ?? jwksUrl, jwksUrl],
      ].find(([, found = '', wanted = '']) => !isSameAddress(found, wanted, facts.emulator));
      if (differs === undefined) return [];
      const [name = '', found = '', wanted = ''] = differs;
      const isUpdated = found.startsWith('https://issuer-cognito-idp.');
      return [
        about(facts, 'userPoolID', { name, found: showValue(found), wanted: showValue(wanted), isUpdated }),
      ];
    },
    message: ({ name, found, wanted, isUpdated }) =>
      `The user pool’s ${name} is ${found}, expected ${wanted}, so every login fails${isUpdated ? ' (its IssuerConfiguration is UPDATED)' : ''}`,
    hint: ({ isUpdated }) =>
      isUpdated
        ? 'Set the issuer type of the user pool back to ORIGINAL, or use another user pool.'
        : 'Check region and user pool ID. The server does not support other issuers.',
  }),
  rule<PairArgs & PoolArgs, LiveFacts>({
    code: 'pool-has-another-domain',
    severity: 'error',
    doctor: 'domain',
    lacks: 'domain',
    follows: ['domain-of-other-pool', 'domain-not-prefix'],
    title: 'The user pool has a different domain',
    why: 'The server redirects to the login page of the domain in the file, and the login page of another user pool does not know this app client.',
    fix: 'Update the file: `umconfig discover --pool ID`.',
    check: (facts) => {
      const document = answerOf(facts.oidc);
      const found = document?.kind === 'document' ? document.tokenEndpoint : undefined;
      const wanted = facts.meant.tokenEndpoint;
      if (found === undefined || isSameAddress(found, wanted, facts.emulator)) return [];
      const hosts = [hostOf(found), hostOf(wanted)] as const;
      // A user pool can have a Cognito domain and a custom one, and names only one of them here.
      const isComparable =
        hosts.every((host) => host !== '') &&
        hosts[0] !== hosts[1] &&
        (parseHostedUiHost(hosts[0]) === undefined) === (parseHostedUiHost(hosts[1]) === undefined);
      if (!isComparable) return [];
      return [
        about(facts, 'domainName', {
          ...poolArgs(facts),
          found: showValue(hosts[0]),
          wanted: showValue(hosts[1]),
        }),
      ];
    },
    message: ({ found, wanted }) =>
      `The user pool’s domain is ${found}, but the file has ${wanted}, which is not this user pool’s login page`,
    hint: ({ pool }) => say`Update the file: ${onFile('discover', `--pool ${pool}`)}`,
  }),
  rule<{ readonly keys: number; readonly url: string }, LiveFacts>({
    code: 'jwks-without-keys',
    severity: 'error',
    doctor: 'jwks',
    needs: ['pool'],
    title: 'The JWKS has no RS256 key',
    why: 'The server needs an RS256 key to verify the signature of a token.',
    fix: 'Open the JWKS URL in a browser. If it has no keys, the user pool is broken: use another one.',
    check: (facts) => {
      const jwks = answerOf(facts.jwks);
      const url = facts.meant.jwksUrl;
      if (jwks?.kind === 'not-there') return [about(facts, 'awsJwkUrl', { keys: -1, url })];
      return jwks?.kind === 'document' && jwks.rs256 === 0
        ? [about(facts, 'awsJwkUrl', { keys: jwks.keys, url })]
        : [];
    },
    message: ({ keys }) => {
      const what =
        keys < 0
          ? 'JWKS not found'
          : keys === 0
            ? 'the JWKS has no keys'
            : `the JWKS has ${String(keys)} keys, but no RS256 key`;
      return `${what}, so no token can be verified and every login fails`;
    },
    hint: ({ url }) => `Check it: curl ${url}`,
  }),
];

const hostOf = (url: string): string => parseUrl(url)?.hostname ?? '';

const DOMAIN_RULES: readonly Rule<LiveFacts>[] = [
  rule<PoolArgs & { readonly host: string }, LiveFacts>({
    code: 'domain-not-found',
    severity: 'error',
    doctor: 'domain',
    lacks: 'domain',
    needs: ['pool', 'domain'],
    follows: ['domain-not-prefix', 'base-uri-not-host'],
    title: 'No login page at the domain',
    why: 'The server redirects to the login page of the domain in the file.',
    fix: `Check the domain: ${BRANDING}. Or create it: \`aws cognito-idp create-user-pool-domain --user-pool-id ID --domain PREFIX\`.`,
    check: (facts) => {
      const { loginPage, meant } = facts;
      const isNowhere = loginPage.kind === 'unreachable' && loginPage.failure === 'unknown-host';
      // Without a network every host is unknown.
      const isNetworkThere = publicQuestions(facts).some(({ kind }) => kind === 'answered');
      return answerOf(loginPage)?.kind === 'not-there' || (isNowhere && isNetworkThere)
        ? [about(facts, 'domainName', { ...poolArgs(facts), host: meant.host })]
        : [];
    },
    message: ({ host }) =>
      `No login page at ${host}: the domain does not exist, is misspelled, or was deleted`,
    hint: ({ pool }) =>
      say`Check or create the domain in the AWS console: ${BRANDING}. Then run: ${onFile('discover', `--pool ${pool}`)}`,
  }),
  rule<{ readonly host: string; readonly command: string }, LiveFacts>({
    code: 'login-pages-unavailable',
    severity: 'error',
    doctor: 'domain',
    lacks: 'login page',
    title: 'The login page says "Login pages unavailable"',
    why: 'The domain uses managed login, and only an app client with a style has a login page.',
    fix: `Create a style for the app client: your pool → Branding → Managed login, or \`${createLoginStyle('ID', 'CLIENT', 'REGION')}\`.`,
    check: (facts) => {
      const isUnavailable = [facts.loginPage, facts.authorize].some(
        (asked) => answerOf(asked)?.kind === 'pages-unavailable',
      );
      const { poolId, clientId, region, host } = facts.meant;
      const command = createLoginStyle(poolId, clientId, region);
      return isUnavailable ? [about(facts, 'domainName', { host, command })] : [];
    },
    message: ({ host }) =>
      `The login page at ${host} says "Login pages unavailable": the app client has no managed login style`,
    hint: ({ command }) => `Create one: ${command}`,
  }),
];

const MANY = 10;

const adminsOf = (facts: LiveFacts): readonly Admin[] => seenAccount(facts)?.admins ?? [];

/** The users that a message names, with their other groups. */
function whoArgs(admins: readonly Admin[]): WhoArgs {
  const who = admins
    .slice(0, MANY)
    .map(({ name, otherGroups }) =>
      otherGroups.length === 0 ? name : `${name} (also in ${otherGroups.join(', ')})`,
    );
  return { who, more: admins.length - who.length };
}

const namesIn = (who: readonly string[], more: number): string =>
  `${who.join('; ')}${more > 0 ? ` and ${String(more)} more` : ''}`;

const ADMIN_RULES: readonly Rule<LiveFacts>[] = [
  rule<PoolArgs, LiveFacts>({
    code: 'no-admins',
    severity: 'warning',
    doctor: 'group',
    layouts: ['flat'],
    title: 'The group `admin` is empty',
    why: 'The Go server makes a user an admin if `admin` is their only group. Only admins can create projects.',
    fix: say`Add an admin: ${onFile('users grant', 'EMAIL')} (${onFile('users list')} shows the users)`,
    check: (facts) =>
      seenAccount(facts)?.admins?.length === 0 ? [about(facts, 'userPoolID', poolArgs(facts))] : [],
    message: () => 'The group admin is empty, so nobody can create projects',
  }),
  rule<WhoArgs & { readonly command: string }, LiveFacts>({
    code: 'admin-in-second-group',
    severity: 'warning',
    doctor: 'group',
    layouts: ['flat'],
    title: 'A member of `admin` is also in another group',
    why: 'The Go server makes a user an admin only if `admin` is their only group.',
    fix: 'Remove the user from the other group: `aws cognito-idp admin-remove-user-from-group --user-pool-id ID --username NAME --group-name OTHER`. `umconfig users list --role admin` shows the admins.',
    check: (facts) => {
      const torn = adminsOf(facts).filter(
        ({ otherGroups, isFederated }) => otherGroups.length > 0 && !isFederated,
      );
      const [first] = torn;
      if (first === undefined) return [];
      const { poolId, region } = facts.meant;
      const command = leaveGroup(poolId, first.username, first.otherGroups[0] ?? '', region);
      return [about(facts, 'userPoolID', { ...whoArgs(torn), command })];
    },
    message: ({ who, more }) =>
      `In the group admin, but only a worker because of another group: ${namesIn(who, more)}`,
    hint: ({ command }) => `Remove them from each other group: ${command}`,
  }),
  rule<WhoArgs, LiveFacts>({
    code: 'federated-admin',
    severity: 'warning',
    doctor: 'group',
    layouts: ['flat'],
    title: 'A member of `admin` signs in through an identity provider',
    why: 'At every sign-in through an identity provider Cognito adds the user to the group of the provider (`POOLID_PROVIDER`). The Go server makes a user an admin only if `admin` is their only group, so removing them from the other group does not last.',
    fix: FEDERATED_REMEDY,
    check: (facts) => {
      const federated = adminsOf(facts).filter(({ isFederated }) => isFederated);
      return federated.length === 0 ? [] : [about(facts, 'userPoolID', whoArgs(federated))];
    },
    message: ({ who, more }) =>
      `In the group admin, but only a worker because they sign in through an identity provider, which adds another group each time: ${namesIn(who, more)}`,
  }),
  rule<{ readonly why: readonly string[] }, LiveFacts>({
    code: 'no-network',
    severity: 'error',
    doctor: 'network',
    title: 'No network connection',
    why: 'Neither the public endpoints nor the account can be reached, which proves nothing about the file. A misspelled region looks the same, and so does a network that requires a proxy (HTTPS_PROXY).',
    fix: say`Check the network, then try again. Without a network: ${onFile('validate')}`,
    check: (facts) => {
      if (!isOffline(facts)) return [];
      const why = publicQuestions(facts).flatMap((asked) =>
        asked.kind === 'unreachable'
          ? [`${asked.host}: ${FAILURE_WORDS[asked.failure]} (${printable(asked.detail)})`]
          : [],
      );
      return [{ path: '', args: { why: [...new Set(why)] } }];
    },
    message: ({ why }) => `No network connection: ${why.join('; ')}`,
  }),
];

/** The rules of `doctor` beyond those over the file and the account. */
export const LIVE_RULES: readonly Rule<LiveFacts>[] = [
  ...DISCOVERY_RULES,
  ...DOMAIN_RULES,
  ...LIVE_CLIENT_RULES,
  ...ADMIN_RULES,
];

/** Every finding about Cognito's answers that applies to the layout. */
export const judgeLive = (facts: LiveFacts): readonly Finding[] => judge(LIVE_RULES, facts);
