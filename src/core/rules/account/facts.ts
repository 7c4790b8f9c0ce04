/**
 * What is known about an account: one user pool and one app client, as far as the server needs them. The rules over these
 * facts are in index.ts and client.ts, for both `discover` and `doctor`.
 */
import type { AwsInUse, AppClient, PoolDomain, UserPool } from '../../../ports.ts';
import type { Span } from '../../yaml/types.ts';
import type { FieldName } from '../../config/fields.ts';
import { LAYOUTS, type Layout } from '../../config/layouts.ts';
import { CLIENT_NEEDS } from '../../config/requirements.ts';
import { hostedUiHost } from '../../config/endpoints.ts';

/** The result of DescribeUserPoolDomain for a domain of the user pool. */
export interface DomainFact {
  /** A prefix, or a custom domain. */
  readonly domain: string;
  /** Undefined: Cognito knows no such domain. `hidden`: it could not be asked. */
  readonly description: PoolDomain | undefined | 'hidden';
}

/** Something that is not visible; login may still work. */
export interface HiddenFact {
  /** The operation, as IAM names it without the service. */
  readonly action: string;
  /** `unknown`: the server does not support the call; `failed`: another error, given in `why`. */
  readonly reason: 'denied' | 'unknown' | 'failed';
  readonly why?: string;
}

/** A key whose value differs from the account. */
export interface Difference {
  readonly name: FieldName;
  readonly path: string;
  readonly span: Span | undefined;
  /** Undefined where the key is missing or holds no text. */
  readonly inFile: string | undefined;
  readonly inAccount: string;
}

/** What the account rules judge: one user pool and one app client, as far as a file's server cares. */
export interface AccountFacts {
  /** Undefined if the adapter does not know where the credentials come from. */
  readonly aws?: AwsInUse | undefined;
  readonly layout: Layout;
  readonly region: string;
  readonly pool: UserPool;
  /** The app client that the file is for; undefined when none fits. */
  readonly client: AppClient | undefined;
  /** App clients that were looked at where none was named. */
  readonly candidates: readonly AppClient[];
  readonly domains: readonly DomainFact[];
  /** Undefined where they could not be seen. */
  readonly groups: readonly string[] | undefined;
  readonly hidden: readonly HiddenFact[];
  /** The domain that the file names already, in the file's own form. */
  readonly configuredDomain: string | undefined;
  /** The port that the server listens on, where the file has one. */
  readonly port: number | undefined;
  /** URLs that must be registered: those that were asked for. */
  readonly wanted: { readonly redirectUri?: string | undefined; readonly logOutUri?: string | undefined };
  /** How the file differs from the account. */
  readonly differences: readonly Difference[];
}

/** Why an app client does not fit the layout's server; empty if it fits. */
export function clientFaults(client: AppClient, layout: Layout): readonly string[] {
  const hasSecret = client.secret !== undefined;
  if (LAYOUTS[layout].clientSecret === 'forbidden') return hasSecret ? ['has a secret'] : [];
  return [
    ...(hasSecret ? [] : ['has no secret']),
    ...(allowsCodeFlow(client) ? [] : ['does not allow the code flow']),
  ];
}

/** Whether the hosted UI issues authorization codes for the app client. */
export function allowsCodeFlow(client: AppClient): boolean {
  return client.oauthEnabled && client.flows.includes(CLIENT_NEEDS.flow);
}

/** The domain that the file is to name: a prefix or a custom host; undefined when the pool has none that works. */
export function usedDomain(facts: AccountFacts): DomainFact | undefined {
  const { pool, layout, region, domains, configuredDomain } = facts;
  const fact = (domain: string | undefined): DomainFact | undefined =>
    domains.find((candidate) => candidate.domain === domain);
  const prefix = fact(pool.domain);
  const custom = fact(pool.customDomain);
  if (!LAYOUTS[layout].customDomain) return prefix;
  if (prefix !== undefined && configuredDomain === hostedUiHost(prefix.domain, region)) return prefix;
  if (custom !== undefined && configuredDomain === custom.domain) return custom;
  return custom !== undefined && (prefix === undefined || isActive(custom)) ? custom : prefix;
}

const isActive = ({ description }: DomainFact): boolean =>
  typeof description === 'object' && description.status === 'ACTIVE';
