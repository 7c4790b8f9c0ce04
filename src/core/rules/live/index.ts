/** What doctor finds wrong by asking the world: issuer, keys, domain and who is an admin. The client's part is in live-client.ts. */
import { printable, showValue, shellWord } from '../../text/display.ts';
import { onFile, say } from '../../text/hint.ts';
import type { Finding, FindingArgs } from '../finding.ts';
import {
  answerOf,
  FAILURE_WORDS,
  isOffline,
  isSameAddress,
  publicQuestions,
  type LiveFacts,
} from './facts.ts';
import { parseHostedUiHost, parseUrl } from '../../config/endpoints.ts';
import { about, seenAccount } from './hit.ts';
import { LIVE_CLIENT_RULES } from './client.ts';
import { GUIDE, judge, rule, type Rule } from '../rule.ts';

// The argument types are aliases because an interface has no index signature.
/* eslint-disable @typescript-eslint/consistent-type-definitions */
type PoolArgs = { readonly pool: string; readonly region: string };
type PairArgs = { readonly found: string; readonly wanted: string };
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
    title: 'Login is switched off in the file',
    why: 'With the switch off the server lets everybody in without a login. What the Cognito keys say is checked all the same.',
    fix: 'Switch it on with `umconfig init --user-management on`.',
    page: GUIDE,
    check: (facts) => (facts.meant.isLoginOn ? [] : [about(facts, 'userManagement', {})]),
    message: () => 'login is switched off in this file: the server lets everybody in',
    hint: () => say`Switch it on: ${onFile('init', '--user-management on')}`,
  }),
  rule<PoolArgs, LiveFacts>({
    code: 'pool-not-found',
    severity: 'error',
    doctor: 'oidc',
    lacks: 'pool',
    follows: ['region-mismatch', 'pool-id-format', 'region-format'],
    title: 'There is no such user pool in this region',
    why: 'The server fetches the keys of the pool and compares the issuer of every token with it. A pool that is in another region, or deleted, has neither.',
    fix: 'Take pool and region from the console: User pools → your pool → Overview; the id names its region before the `_`.',
    check: (facts) => {
      const { oidc, account } = facts;
      const isGone = answerOf(oidc)?.kind === 'not-there';
      const isUndecided = answerOf(oidc)?.kind !== 'document';
      const isUnknown = account.kind === 'unseen' && account.isNoSuchPool;
      return isGone || (isUndecided && isUnknown) ? [about(facts, 'userPoolID', poolArgs(facts))] : [];
    },
    message: ({ pool, region }) =>
      `there is no user pool ${pool} in ${region}: it is in another region, or has been deleted`,
    hint: () =>
      say`User pools → your pool → Overview shows the id, which names its region before the _. Then: ${onFile('discover', '--pool ID')} (if the pool is gone: ${onFile('provision')} prints the template of a new one)`,
  }),
  rule<PairArgs & { readonly name: string; readonly isUpdated: boolean }, LiveFacts>({
    code: 'discovery-differs',
    severity: 'error',
    doctor: 'oidc',
    follows: ['issuer-updated', 'region-mismatch'],
    title: 'The user pool names another issuer or JWKS than the server expects',
    why: 'Both servers build issuer and JWKS URL from region and pool id. Where the pool names others (IssuerConfiguration UPDATED: `issuer-cognito-idp…`), every token is refused.',
    fix: 'Set the issuer of the pool back to ORIGINAL, or use another pool.',
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
      `the user pool's ${name} is ${found}, and the server expects ${wanted}: every login fails${
        isUpdated ? ' (its IssuerConfiguration is UPDATED)' : ''
      }`,
    hint: ({ isUpdated }) =>
      isUpdated
        ? 'Set the issuer type of the user pool back to ORIGINAL, or use another pool.'
        : 'Check region and user pool id; an issuer of the pool’s own does not work with the server.',
  }),
  rule<PairArgs & PoolArgs, LiveFacts>({
    code: 'pool-has-another-domain',
    severity: 'error',
    doctor: 'domain',
    lacks: 'domain',
    follows: ['domain-of-other-pool', 'domain-not-prefix'],
    title: 'The user pool has another domain',
    why: 'People are sent to the login page of the domain in the file. The login page of another pool does not know this app client.',
    fix: 'Take the domain over with `umconfig discover --pool ID`.',
    check: (facts) => {
      const document = answerOf(facts.oidc);
      const found = document?.kind === 'document' ? document.tokenEndpoint : undefined;
      const wanted = facts.meant.tokenEndpoint;
      if (found === undefined || isSameAddress(found, wanted, facts.emulator)) return [];
      const hosts = [hostOf(found), hostOf(wanted)] as const;
      // A pool can have a Cognito domain and a custom one side by side, and names only one of them here.
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
      `the domain of the user pool is ${found}, and the file says ${wanted}: the login page there is not that of the pool`,
    hint: ({ pool }) => say`Take the domain over: ${onFile('discover', `--pool ${pool}`)}`,
  }),
  rule<{ readonly keys: number; readonly url: string }, LiveFacts>({
    code: 'jwks-without-keys',
    severity: 'error',
    doctor: 'jwks',
    needs: ['pool'],
    title: 'The JWKS has no key for RS256',
    why: 'The server checks the signature of every token with these keys. Without one every login fails.',
    fix: 'Open the JWKS URL in a browser; if it has no keys, the user pool is broken: use another one.',
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
          ? 'there is no JWKS'
          : keys === 0
            ? 'the JWKS holds no key at all'
            : `none of the keys in the JWKS (${String(keys)}) is for RS256`;
      return `${what}: no token can be verified, and every login fails`;
    },
    hint: ({ url }) => `Look at it: curl ${url}`,
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
    title: 'There is no login page at the domain',
    why: 'The server sends people to the login page of the domain. A domain that has been deleted, or is misspelt, has none.',
    fix: `Look up the domain: ${BRANDING}, or make it: \`aws cognito-idp create-user-pool-domain --user-pool-id ID --domain PREFIX\`.`,
    check: (facts) => {
      const { loginPage, meant } = facts;
      const isNowhere = loginPage.kind === 'unreachable' && loginPage.failure === 'unknown-host';
      // Without a network no host is known.
      const isNetworkThere = publicQuestions(facts).some(({ kind }) => kind === 'answered');
      return answerOf(loginPage)?.kind === 'not-there' || (isNowhere && isNetworkThere)
        ? [about(facts, 'domainName', { ...poolArgs(facts), host: meant.host })]
        : [];
    },
    message: ({ host }) =>
      `there is no login page at ${host}: the domain does not exist, or has been deleted`,
    hint: ({ pool }) =>
      say`Look it up, or make it anew: ${BRANDING}. Then: ${onFile('discover', `--pool ${pool}`)}`,
  }),
  rule<{ readonly host: string }, LiveFacts>({
    code: 'login-pages-unavailable',
    severity: 'error',
    doctor: 'domain',
    lacks: 'login page',
    title: 'The login page says "Login pages unavailable"',
    why: 'The domain uses managed login, and the app client has no branding style: there is no page to show.',
    fix: 'Your pool → Branding → Managed login → Create a style for the app client; or set the domain back to the classic hosted UI.',
    check: (facts) => {
      const isUnavailable = [facts.loginPage, facts.authorize].some(
        (asked) => answerOf(asked)?.kind === 'pages-unavailable',
      );
      return isUnavailable ? [about(facts, 'domainName', { host: facts.meant.host })] : [];
    },
    message: ({ host }) =>
      `the login page at ${host} says "Login pages unavailable": the app client has no managed login style`,
    hint: () => 'Your pool → Branding → Managed login → Create a style, and choose the app client.',
  }),
];

const MANY = 10;

const ADMIN_RULES: readonly Rule<LiveFacts>[] = [
  rule<PoolArgs, LiveFacts>({
    code: 'no-admins',
    severity: 'warning',
    doctor: 'group',
    title: 'Nobody is in the group admin',
    why: 'Somebody is an admin exactly when `admin` is their only group. With an empty group nobody can make projects.',
    fix: '`umconfig users grant EMAIL`; `umconfig users list` shows who there is.',
    check: (facts) =>
      seenAccount(facts)?.admins?.length === 0 ? [about(facts, 'userPoolID', poolArgs(facts))] : [],
    message: () => 'nobody is in the group admin, so nobody is an admin',
    hint: () =>
      say`Put somebody in: ${onFile('users grant', 'EMAIL')}. ${onFile('users list')} shows who there is.`,
  }),
  rule<PoolArgs & { readonly who: readonly string[]; readonly more: number }, LiveFacts>({
    code: 'admin-in-second-group',
    severity: 'warning',
    doctor: 'group',
    title: 'A member of admin is in a second group',
    why: 'The server takes somebody for an admin exactly when the groups are `[admin]` and nothing else. In a second group an admin becomes a worker.',
    fix: '`aws cognito-idp admin-remove-user-from-group --user-pool-id ID --username NAME --group-name OTHER`; `umconfig users list --role admin` shows who is an admin then.',
    check: (facts) => {
      const torn = (seenAccount(facts)?.admins ?? []).filter(({ otherGroups }) => otherGroups.length > 0);
      if (torn.length === 0) return [];
      const who = torn
        .slice(0, MANY)
        .map(({ name, otherGroups }) => `${name} (also in ${otherGroups.join(', ')})`);
      return [about(facts, 'userPoolID', { ...poolArgs(facts), who, more: torn.length - who.length })];
    },
    message: ({ who, more }) =>
      `in the group admin, and a worker all the same: ${who.join('; ')}${more > 0 ? ` and ${String(more)} more` : ''}`,
    hint: ({ pool, region }) =>
      `Leave admin as the only group: aws cognito-idp admin-remove-user-from-group --user-pool-id ${pool} --username NAME --group-name OTHER --region ${region}`,
  }),
  rule<FindingArgs, LiveFacts>({
    code: 'secret-in-log',
    severity: 'warning',
    doctor: 'log',
    title: 'The server prints the secret to its log',
    why: 'At start the Go server prints the whole file to its log, the app client secret included.',
    fix: 'Keep the log of the server as closed as the file itself, and make a new secret where the log has been shared.',
    page: 'https://cwe.mitre.org/data/definitions/532.html',
    layouts: ['flat'],
    check: (facts) => [about(facts, 'clientSecret', {})],
    message: () => 'the Go server prints this file, client secret included, to its log at every start',
    hint: () => 'Keep that log as closed as the file itself (mode 600), and out of tickets and chats.',
  }),
  rule<{ readonly why: readonly string[] }, LiveFacts>({
    code: 'no-network',
    severity: 'error',
    doctor: 'network',
    title: 'Nothing could be reached',
    why: 'Not one of the addresses that follow from the file answers, and the account could not be seen either. That says nothing about the file.',
    fix: 'Check the network; a proxy is not used for these checks. A misspelt region looks the same: `umconfig validate` finds it.',
    check: (facts) => {
      if (!isOffline(facts)) return [];
      const why = publicQuestions(facts).flatMap((asked) =>
        asked.kind === 'unreachable'
          ? [`${asked.host}: ${FAILURE_WORDS[asked.failure]} (${printable(asked.detail)})`]
          : [],
      );
      return [{ path: '', args: { why: [...new Set(why)] } }];
    },
    message: ({ why }) => `no network: nothing could be reached (${why.join('; ')})`,
    hint: () => say`Check the network and run it again. What needs no network: ${onFile('validate')}`,
  }),
];

/** Everything that doctor can find beyond the file's and the account's own rules. */
export const LIVE_RULES: readonly Rule<LiveFacts>[] = [
  ...DISCOVERY_RULES,
  ...DOMAIN_RULES,
  ...LIVE_CLIENT_RULES,
  ...ADMIN_RULES,
];

/** Every finding about what was seen live that applies to the layout. */
export const judgeLive = (facts: LiveFacts): readonly Finding[] => judge(LIVE_RULES, facts);
