/** What an account lacks for the server: pool, domain, groups, and how the file differs from them. */
import { showValue } from '../../text/display.ts';
import { onFile, say } from '../../text/hint.ts';
import { fieldNamed } from '../../config/fields.ts';
import type { Finding, Hit } from '../finding.ts';
import { usedDomain, type AccountFacts } from './facts.ts';
import { ADMIN_GROUP } from '../../config/requirements.ts';
import { about, newPoolFor, orProvision, type PoolArgs } from './hit.ts';
import { CLIENT_RULES } from './client.ts';
import { judge, rule, type Rule } from '../rule.ts';

// The argument types are aliases because an interface has no index signature.

type DomainArgs = PoolArgs & { readonly domain: string };
/** `instead`: see newPoolFor. */
type LackArgs = PoolArgs & { readonly instead: string };

const BRANDING = 'your pool → Branding → Domain';

const createDomain = ({ pool, region }: PoolArgs): string =>
  `Make one: ${BRANDING} → Actions → Create Cognito domain, or aws cognito-idp create-user-pool-domain --user-pool-id ${pool} --domain PREFIX --region ${region}`;

/** Everything that can be said about an account. `doctor` and `discover` judge the same facts by it. */
export const ACCOUNT_RULES: readonly Rule<AccountFacts>[] = [
  rule<LackArgs, AccountFacts>({
    code: 'pool-without-domain',
    severity: 'error',
    doctor: 'domain',
    lacks: 'domain',
    title: 'The user pool has no domain',
    why: 'The login page is served under the domain of the user pool. Without one there is nowhere to send people to.',
    fix: `${BRANDING} → Actions → Create Cognito domain, or \`aws cognito-idp create-user-pool-domain --user-pool-id ID --domain PREFIX\`. Or a new pool with all that the server needs: \`umconfig provision\`.`,
    check: (facts) =>
      facts.pool.domain === undefined && facts.pool.customDomain === undefined
        ? [about(facts, 'domainName', { instead: newPoolFor(facts, 'domain') })]
        : [],
    message: ({ pool }) => `the user pool ${pool} has no domain, so it has no login page`,
    hint: (args) => say`${createDomain(args)}${orProvision(args.instead)}`,
  }),
  rule<DomainArgs & LackArgs, AccountFacts>({
    code: 'custom-domain-only',
    severity: 'error',
    doctor: 'domain',
    lacks: 'domain',
    title: 'The user pool has only a custom domain',
    why: 'The Go server builds `https://<domainName>.auth.<region>.amazoncognito.com/…` itself, so a custom domain cannot work with it. A pool can have a Cognito domain beside it.',
    fix: `${BRANDING} → Actions → Create Cognito domain, or \`aws cognito-idp create-user-pool-domain --user-pool-id ID --domain PREFIX\`.`,
    layouts: ['flat'],
    check: (facts) =>
      facts.pool.domain === undefined && facts.pool.customDomain !== undefined
        ? [
            about(facts, 'domainName', {
              domain: facts.pool.customDomain,
              instead: newPoolFor(facts, 'domain'),
            }),
          ]
        : [],
    message: ({ pool, domain }) =>
      `the user pool ${pool} has only the custom domain ${domain}, and the Go server can only use a Cognito domain`,
    hint: (args) => say`The two can stand side by side. ${createDomain(args)}${orProvision(args.instead)}`,
  }),
  rule<DomainArgs & { readonly status: string }, AccountFacts>({
    code: 'domain-not-active',
    severity: 'error',
    doctor: 'domain',
    lacks: 'domain',
    title: 'The domain does not work yet, or no longer',
    why: 'A domain is served only while its status is ACTIVE. A new custom domain takes up to an hour; a failed one never gets there.',
    fix: `Wait, or look at the status: ${BRANDING}, or \`aws cognito-idp describe-user-pool-domain --domain DOMAIN\`.`,
    check: (facts) => {
      const used = usedDomain(facts);
      if (used === undefined || used.description === 'hidden' || used.description?.status === 'ACTIVE')
        return [];
      const { domain, description } = used;
      const hit = about(facts, 'domainName', { domain, status: description?.status ?? 'unknown' });
      return [description?.status === undefined ? { ...hit, severity: 'warning' } : hit];
    },
    message: ({ domain, status }) => `the domain ${domain} has the status ${status}; only ACTIVE works`,
    hint: ({ domain, region }) =>
      `Wait, or look: aws cognito-idp describe-user-pool-domain --domain ${domain} --region ${region}`,
  }),
  rule<DomainArgs & { readonly owner: string }, AccountFacts>({
    code: 'domain-of-other-pool',
    severity: 'error',
    doctor: 'domain',
    lacks: 'domain',
    title: 'The domain belongs to another user pool',
    why: 'The login page of another pool does not know this app client, so every login ends on an error page.',
    fix: `Give the pool a domain of its own: ${BRANDING}.`,
    check: (facts) => {
      const { domain, description } = usedDomain(facts) ?? {};
      const owner = typeof description === 'object' ? description.userPoolId : undefined;
      return domain === undefined || owner === undefined || owner === facts.pool.id
        ? []
        : [about(facts, 'domainName', { domain, owner })];
    },
    message: ({ domain, owner, pool }) =>
      `the domain ${domain} belongs to the user pool ${owner} and not to ${pool}: every login ends on an error page`,
    hint: createDomain,
  }),
  rule<PoolArgs, AccountFacts>({
    code: 'issuer-updated',
    severity: 'error',
    doctor: 'oidc',
    title: 'The user pool has the new kind of issuer',
    why: 'With IssuerConfiguration UPDATED the tokens name `https://issuer-cognito-idp.…` as their issuer, and both servers expect `https://cognito-idp.…`, so every login fails.',
    fix: 'Set the issuer of the pool back to ORIGINAL, or use another pool.',
    check: (facts) => (facts.pool.issuerType === 'UPDATED' ? [about(facts, 'userPoolID', {})] : []),
    message: ({ pool }) =>
      `the tokens of the user pool ${pool} name another issuer (issuer-cognito-idp…) than the server expects: every login fails`,
    hint: () => 'Set the issuer type of the user pool back to ORIGINAL, or use another pool.',
  }),
  ...CLIENT_RULES,
  rule<LackArgs, AccountFacts>({
    code: 'no-admin-group',
    severity: 'warning',
    doctor: 'group',
    layouts: ['flat'],
    title: 'The user pool has no group admin',
    why: 'Somebody is an admin exactly when `admin` is their only group; everyone else is a worker. Without the group nobody can make projects.',
    fix: 'Your pool → User management → Groups → Create group, named `admin`, or `aws cognito-idp create-group --user-pool-id ID --group-name admin`. Or a new pool with all that the server needs: `umconfig provision`.',
    check: (facts) =>
      facts.groups === undefined || facts.groups.includes(ADMIN_GROUP)
        ? []
        : [about(facts, 'userPoolID', { instead: newPoolFor(facts, 'group') })],
    message: ({ pool }) =>
      `the user pool ${pool} has no group "admin", so everybody is a worker and nobody an admin`,
    hint: ({ pool, region, instead }) =>
      say`Make it: aws cognito-idp create-group --user-pool-id ${pool} --group-name admin --region ${region}${orProvision(instead)}`,
  }),
  rule<
    PoolArgs & {
      readonly action: string;
      readonly reason: string;
      readonly what: string;
      readonly why: string;
    },
    AccountFacts
  >({
    code: 'not-visible',
    severity: 'info',
    title: 'Something could not be seen',
    why: 'The credentials may read the pool but not everything around it. What could not be seen is not checked; the values in the file are right all the same.',
    fix: 'Give whoever runs this the missing action: `umconfig iam-policy --pool ID` prints the policy.',
    check: (facts) =>
      facts.hidden.map(({ action, reason, why = '' }) =>
        about(facts, 'userPoolID', { action, reason, why, what: WHAT[action] ?? action }),
      ),
    message: ({ what, action, reason, why }) =>
      ({
        denied: `${what} could not be seen: the credentials lack cognito-idp:${action}`,
        failed: `${what} could not be seen: ${why}`,
      })[reason] ?? `${what} could not be seen: the server at this address does not know ${action}`,
    hint: ({ pool, reason }) =>
      reason === 'denied'
        ? `umconfig iam-policy --pool ${pool} prints the policy that is needed.`
        : 'Nothing to do: it was not checked.',
  }),
  rule<
    PoolArgs & { readonly key: string; readonly inFile: string; readonly inAccount: string },
    AccountFacts
  >({
    code: 'differs-from-account',
    severity: 'error',
    doctor: 'of the key',
    title: 'The file says something else than the account',
    why: 'Pool, app client or domain have changed since the file was written, or the file was changed by hand. Login works only with the values of the account.',
    fix: 'Take the values over: `umconfig discover --pool ID --client ID`.',
    check: (facts) =>
      facts.differences.map(({ name, path, span, inFile, inAccount }) => {
        const isSecret = fieldNamed(name).secret === true;
        const shown = (text: string): string => (isSecret ? 'differs' : showValue(text));
        const args = {
          key: path,
          inFile: inFile === undefined || inFile === '' ? 'missing' : shown(inFile),
          inAccount: shown(inAccount),
        };
        const hit: Hit & { readonly args: PoolArgs & typeof args } = { ...about(facts, name, args), path };
        return span === undefined ? hit : { ...hit, span };
      }),
    message: ({ key, inFile, inAccount }) => {
      if (inAccount === 'differs') {
        return inFile === 'missing'
          ? `"${key}" is missing; the account has it`
          : `"${key}" differs from the account's`;
      }
      return `"${key}" is ${inFile} here and ${inAccount} in the account`;
    },
    hint: ({ pool }) => say`Take over what the account says: ${onFile('discover', `--pool ${pool}`)}`,
  }),
];

/** What each action would have shown. */
const WHAT: Readonly<Record<string, string>> = {
  DescribeUserPoolDomain: 'the state of the domain',
  ListGroups: 'the groups of the user pool, admin among them,',
  ListUsersInGroup: 'who is in the group admin',
  AdminListGroupsForUser: 'the other groups of those who are in the group admin',
  ListUserPoolClientSecrets: 'whether the app client has a second secret',
  ListIdentityProviders: 'the identity providers of the user pool',
};

/** Every finding about an account that applies to its layout. */
export const judgeAccount = (facts: AccountFacts): readonly Finding[] => judge(ACCOUNT_RULES, facts);
