/** What an account lacks for the server: user pool, domain, groups; and how the file differs from the account. */
import { showValue } from '../../text/display.ts';
import { onFile, say } from '../../text/hint.ts';
import { fieldNamed } from '../../config/fields.ts';
import type { Finding, Hit } from '../finding.ts';
import { usedDomain, type AccountFacts } from './facts.ts';
import { ADMIN_GROUP } from '../../config/requirements.ts';
import { about, newPoolFor, orProvision, type PoolArgs } from './hit.ts';
import { CLIENT_RULES } from './client.ts';
import { judge, keyArgs, rule, type KeyArgs, type Rule } from '../rule.ts';

// The argument types are aliases because an interface has no index signature.

type DomainArgs = PoolArgs & { readonly domain: string };
/** `instead`: see newPoolFor. */
type LackArgs = PoolArgs & { readonly instead: string };

const BRANDING = 'your pool → Branding → Domain';

const createDomain = ({ pool, region }: PoolArgs): string =>
  `Create one: ${BRANDING} → Actions → Create Cognito domain, or aws cognito-idp create-user-pool-domain --user-pool-id ${pool} --domain PREFIX --region ${region}`;

/** All rules over an account, for `doctor` and `discover`. */
export const ACCOUNT_RULES: readonly Rule<AccountFacts>[] = [
  rule<LackArgs, AccountFacts>({
    code: 'pool-without-domain',
    severity: 'error',
    doctor: 'domain',
    lacks: 'domain',
    title: 'The user pool has no domain',
    why: 'The login page is served on the domain of the user pool.',
    fix: `Create one: ${BRANDING} → Actions → Create Cognito domain, or \`aws cognito-idp create-user-pool-domain --user-pool-id ID --domain PREFIX\`. Or create a new user pool with everything that the server needs: \`umconfig provision\`.`,
    check: (facts) =>
      facts.pool.domain === undefined && facts.pool.customDomain === undefined
        ? [about(facts, 'domainName', { instead: newPoolFor(facts, 'domain') })]
        : [],
    message: ({ pool }) => `User pool ${pool} has no domain, so it has no login page`,
    hint: (args) => say`${createDomain(args)}${orProvision(args.instead)}`,
  }),
  rule<DomainArgs & LackArgs, AccountFacts>({
    code: 'custom-domain-only',
    severity: 'error',
    doctor: 'domain',
    lacks: 'domain',
    title: 'The user pool has only a custom domain',
    why: 'The Go server builds `https://<domainName>.auth.<region>.amazoncognito.com/…` itself. A user pool can have a Cognito domain in addition to a custom one.',
    fix: `Create one: ${BRANDING} → Actions → Create Cognito domain, or \`aws cognito-idp create-user-pool-domain --user-pool-id ID --domain PREFIX\`.`,
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
      `User pool ${pool} has only the custom domain ${domain}, which the Go server does not support`,
    hint: (args) =>
      say`Add a Cognito domain; the custom one can stay. ${createDomain(args)}${orProvision(args.instead)}`,
  }),
  rule<DomainArgs & { readonly status: string }, AccountFacts>({
    code: 'domain-not-active',
    severity: 'error',
    doctor: 'domain',
    lacks: 'domain',
    title: 'The domain is not active',
    why: 'A new custom domain takes up to an hour to become ACTIVE. A failed one never does.',
    fix: `Wait, or check the status: ${BRANDING}, or \`aws cognito-idp describe-user-pool-domain --domain DOMAIN\`.`,
    check: (facts) => {
      const used = usedDomain(facts);
      if (used === undefined || used.description === 'hidden' || used.description?.status === 'ACTIVE')
        return [];
      const { domain, description } = used;
      const hit = about(facts, 'domainName', { domain, status: description?.status ?? 'unknown' });
      return [description?.status === undefined ? { ...hit, severity: 'warning' } : hit];
    },
    message: ({ domain, status }) =>
      `The domain ${domain} has the status ${status}, so it has no login page until the status is ACTIVE`,
    hint: ({ domain, region }) =>
      `Wait, or check the status: aws cognito-idp describe-user-pool-domain --domain ${domain} --region ${region}`,
  }),
  rule<DomainArgs & { readonly owner: string }, AccountFacts>({
    code: 'domain-of-other-pool',
    severity: 'error',
    doctor: 'domain',
    lacks: 'domain',
    title: 'The domain belongs to another user pool',
    why: 'The login page of another user pool does not know this app client.',
    fix: `Create a domain for this user pool: ${BRANDING} → Actions → Create Cognito domain.`,
    check: (facts) => {
      const { domain, description } = usedDomain(facts) ?? {};
      const owner = typeof description === 'object' ? description.userPoolId : undefined;
      return domain === undefined || owner === undefined || owner === facts.pool.id
        ? []
        : [about(facts, 'domainName', { domain, owner })];
    },
    message: ({ domain, owner, pool }) =>
      `The domain ${domain} belongs to user pool ${owner}, not to ${pool}, so every login ends on an error page`,
    hint: createDomain,
  }),
  rule<PoolArgs, AccountFacts>({
    code: 'issuer-updated',
    severity: 'error',
    doctor: 'oidc',
    title: 'The user pool has the new issuer type',
    why: 'With IssuerConfiguration UPDATED, tokens have the issuer `https://issuer-cognito-idp.…`. Both servers expect `https://cognito-idp.…`.',
    fix: 'Set the issuer type of the user pool back to ORIGINAL, or use another user pool.',
    check: (facts) => (facts.pool.issuerType === 'UPDATED' ? [about(facts, 'userPoolID', {})] : []),
    message: ({ pool }) =>
      `Tokens of user pool ${pool} have the issuer issuer-cognito-idp…, which the server does not accept, so every login fails`,
  }),
  ...CLIENT_RULES,
  rule<LackArgs, AccountFacts>({
    code: 'no-admin-group',
    severity: 'warning',
    doctor: 'group',
    layouts: ['flat'],
    title: 'The user pool has no group `admin`',
    why: 'The Go server makes a user an admin if `admin` is their only group. Only admins can create projects.',
    fix: 'Create it: your pool → User management → Groups → Create group, or `aws cognito-idp create-group --user-pool-id ID --group-name admin`. Or create a new user pool with everything that the server needs: `umconfig provision`.',
    check: (facts) =>
      facts.groups === undefined || facts.groups.includes(ADMIN_GROUP)
        ? []
        : [about(facts, 'userPoolID', { instead: newPoolFor(facts, 'group') })],
    message: ({ pool }) =>
      `User pool ${pool} has no group "admin", so every user is a worker and nobody can create projects`,
    hint: ({ pool, region, instead }) =>
      say`Create it: aws cognito-idp create-group --user-pool-id ${pool} --group-name admin --region ${region}${orProvision(instead)}`,
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
    title: 'Part of the account is not visible',
    why: 'The credentials can read the user pool, but not everything about it. What is not visible was not checked.',
    fix: 'Allow the missing action: `umconfig iam-policy --pool ID` prints the policy.',
    check: (facts) =>
      facts.hidden.map(({ action, reason, why = '' }) =>
        about(facts, 'userPoolID', { action, reason, why, what: WHAT[action] ?? action }),
      ),
    message: ({ what, action, reason, why }) =>
      ({
        denied: `Cannot read ${what}: the credentials lack cognito-idp:${action}`,
        failed: `Cannot read ${what}: ${why}`,
      })[reason] ?? `Cannot read ${what}: the server at this address does not support ${action}`,
    hint: ({ pool, reason }) =>
      reason === 'denied'
        ? `Allow it: umconfig iam-policy --pool ${pool} prints the policy.`
        : 'Nothing to do: this was not checked.',
  }),
  rule<PoolArgs & KeyArgs & { readonly inFile: string; readonly inAccount: string }, AccountFacts>({
    code: 'differs-from-account',
    severity: 'error',
    doctor: 'of the key',
    title: 'The file differs from the account',
    why: 'The user pool, the app client or the domain has changed since the file was written, or the file was edited. Login works only with the account’s values.',
    fix: 'Update the file: `umconfig discover --pool ID --client ID`.',
    check: (facts) =>
      facts.differences.map(({ name, path, span, inFile, inAccount }) => {
        const isSecret = fieldNamed(name).secret === true;
        const shown = (text: string): string => (isSecret ? 'differs' : showValue(text));
        const args = {
          ...keyArgs(path),
          inFile: inFile === undefined || inFile === '' ? 'missing' : shown(inFile),
          inAccount: shown(inAccount),
        };
        const hit: Hit & { readonly args: PoolArgs & typeof args } = { ...about(facts, name, args), path };
        return span === undefined ? hit : { ...hit, span };
      }),
    message: ({ name, inFile, inAccount }) => {
      if (inAccount === 'differs') {
        return inFile === 'missing'
          ? `${name} is missing; the account has it`
          : `${name} differs from the account`;
      }
      return `${name} is ${inFile} in the file and ${inAccount} in the account`;
    },
    hint: ({ pool }) => say`Update the file: ${onFile('discover', `--pool ${pool}`)}`,
  }),
];

/** What each action reads. */
const WHAT: Readonly<Record<string, string>> = {
  DescribeUserPoolDomain: 'the status of the domain',
  ListGroups: 'the groups of the user pool',
  ListUsersInGroup: 'the members of the group admin',
  AdminListGroupsForUser: 'the other groups of the admins',
  ListUserPoolClientSecrets: 'the number of secrets of the app client',
  ListIdentityProviders: 'the identity providers of the user pool',
};

/** Every finding about an account that applies to its layout. */
export const judgeAccount = (facts: AccountFacts): readonly Finding[] => judge(ACCOUNT_RULES, facts);
