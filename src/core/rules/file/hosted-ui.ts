/** The addresses of the hosted UI and what is fetched from Cognito: domain, token URL and JWKS URL. */
import type { Facts } from './facts.ts';
import { pastedDomainPrefix, pastedHost } from '../../config/paste.ts';
import {
  DOMAIN_PREFIX,
  hostedUiHost,
  JWKS_TEMPLATE,
  parseHostedUiHost,
  REGION,
  regionOfPool,
  RESERVED_IN_PREFIX,
  tokenUrlOf,
} from '../../config/endpoints.ts';
import { plainText, set } from './cognito.ts';
import { derivedValue } from './derived.ts';
import { atValue, rule, type KeyArgs, type Rule } from '../rule.ts';
import { urlOf } from './urls.ts';

type ReasonArgs = KeyArgs & { readonly reason: string };

export const HOSTED_UI_RULES: readonly Rule<Facts>[] = [
  rule<ReasonArgs>({
    code: 'domain-not-prefix',
    severity: 'error',
    title: 'Invalid Cognito domain prefix',
    why: 'The Go server builds `https://<domainName>.auth.<region>.amazoncognito.com/…` from it.',
    fix: 'Write only the part before `.auth.`: `scalabel-demo` for `https://scalabel-demo.auth.us-west-2.amazoncognito.com`. In the AWS console: your pool → Branding → Domain. If the user pool has only a custom domain, add a Cognito domain.',
    layouts: ['flat'],
    check: (facts) => {
      const domain = plainText(facts, 'domainName');
      if (domain === undefined) return [];
      const reason = prefixFault(domain.text);
      if (reason === undefined) return [];
      const prefix = pastedDomainPrefix(domain.text);
      const hit = atValue(domain.entry, { reason });
      return [prefixFault(prefix) === undefined ? { ...hit, ...set(domain, prefix) } : hit];
    },
    message: ({ name, reason }) => `${name} ${reason}, so the login address does not exist`,
    hint: () =>
      'Write only the part before .auth. of the Cognito domain: your pool → Branding → Domain. If the user pool has only a custom domain, add a Cognito domain.',
  }),
  rule<ReasonArgs & { readonly example: string }>({
    code: 'base-uri-not-host',
    severity: 'error',
    title: 'Invalid host of the hosted UI',
    why: 'The Node server puts `https://` before the value and `/login` or `/oauth2/token` after it.',
    fix: 'Write only the host name: `scalabel-demo.auth.us-west-2.amazoncognito.com`, or your custom domain. In the AWS console: your pool → Branding → Domain.',
    layouts: ['nested'],
    check: (facts) => {
      const base = plainText(facts, 'domainName');
      if (base === undefined) return [];
      const isHost = (text: string): boolean =>
        /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]+$/i.test(text);
      if (isHost(base.text)) return [];
      const host = pastedHost(base.text);
      const region = facts.text('region')?.text ?? '';
      const isPrefix = DOMAIN_PREFIX.test(base.text) && REGION.test(region);
      const hit = atValue(base.entry, {
        reason: base.text.includes('/') ? 'has a scheme or a path in it' : 'is not a complete host name',
        example: isHost(host) ? host : isPrefix ? hostedUiHost(base.text, region) : '',
      });
      return [isHost(host) ? { ...hit, ...set(base, host) } : hit];
    },
    message: ({ name, reason }) => `${name} ${reason}, so the login address does not exist`,
    hint: ({ example }) =>
      example === ''
        ? 'Write only the host name, without https:// and without a slash: your pool → Branding → Domain.'
        : `Write "${example}".`,
  }),
  rule<KeyArgs & { readonly written: string; readonly right: string }>({
    code: 'domain-region-mismatch',
    severity: 'error',
    title: 'The hosted UI is in a different region than the user pool',
    why: 'A Cognito domain is in the region of its user pool. The same prefix in another region belongs to a different user pool, or does not exist.',
    fix: 'Copy the domain from the AWS console: your pool → Branding → Domain.',
    layouts: ['nested'],
    check: (facts) => {
      const base = plainText(facts, 'domainName');
      const right = regionOfPool(plainText(facts, 'userPoolID')?.text ?? '');
      const written = parseHostedUiHost(base?.text ?? '')?.region;
      if (base === undefined || right === undefined || written === undefined || written === right) return [];
      return [atValue(base.entry, { written, right })];
    },
    message: ({ name, written, right }) =>
      `${name} is in "${written}", but the user pool is in "${right}": people get the login page of a different user pool`,
    hint: ({ right }) =>
      `Copy the domain that ends in ${right}.amazoncognito.com: your pool → Branding → Domain.`,
  }),
  rule<ReasonArgs & { readonly right: string }>({
    code: 'token-url-mismatch',
    severity: 'error',
    title: 'The token URL does not match the Cognito domain',
    why: 'The server posts the authorization code to the token URL. If that fails, it redirects to the login page again and again (ERR_TOO_MANY_REDIRECTS).',
    fix: 'Use `https://<domainName>.auth.<region>.amazoncognito.com/oauth2/token`. `umconfig validate --fix` does that where it is safe.',
    layouts: ['flat'],
    check: (facts) => {
      const url = plainText(facts, 'awsTokenURL');
      const right = derivedValue(facts, 'awsTokenURL');
      if (url === undefined || url.text === right) return [];
      const parsed = urlOf(facts, url.text);
      if (!/^https?:$/.test(parsed?.protocol ?? '')) return [];
      const isCognito = parseHostedUiHost(parsed?.hostname ?? '') !== undefined;
      const reason = tokenUrlFault(facts, url.text, right, isCognito);
      if (reason === undefined) return [];
      const hit = atValue(url.entry, {
        reason,
        right: right ?? 'https://<domainName>.auth.<region>.amazoncognito.com/oauth2/token',
      });
      if (right === undefined || !isCognito)
        return [isCustom(url.text) ? { ...hit, severity: 'warning' } : hit];
      return [{ ...hit, ...set(url, right) }];
    },
    message: ({ name, reason }) => `${name} ${reason} login keeps redirecting (ERR_TOO_MANY_REDIRECTS)`,
    hint: ({ right }) => `Write "${right}".`,
  }),
  rule<ReasonArgs>({
    code: 'jwks-url-not-template',
    severity: 'error',
    title: 'The JWKS URL is not the template',
    why: 'The server calls `fmt.Sprintf(awsJwkUrl, region, userPoolID)`. A complete URL gets `%!(EXTRA …)` at its end, the download fails silently, and every login ends at `/` with `crypto/rsa: verification error` in the server’s log.',
    fix: `Write exactly \`${JWKS_TEMPLATE}\`, or run \`umconfig validate --fix\`.`,
    layouts: ['flat'],
    check: (facts) => {
      const url = plainText(facts, 'awsJwkUrl');
      if (url === undefined || url.text === JWKS_TEMPLATE) return [];
      const isFinished = !url.text.includes('%');
      return [
        {
          ...atValue(url.entry, {
            reason: isFinished ? 'is a complete URL instead of the template' : 'is not the template',
          }),
          ...set(url, JWKS_TEMPLATE),
        },
      ];
    },
    message: ({ name, reason }) =>
      `${name} ${reason}, so the server cannot download the keys and every login fails`,
    hint: () => `Write exactly "${JWKS_TEMPLATE}"; the server fills in the two %v.`,
  }),
];

/** What is wrong with a domain prefix. */
function prefixFault(text: string): string | undefined {
  if (/[/:]/.test(text)) return 'is a URL, not only the prefix';
  if (text.includes('.')) {
    return parseHostedUiHost(text) === undefined
      ? 'is a custom domain, which the Go server does not support'
      : 'is a host name, not only the prefix';
  }
  if (!DOMAIN_PREFIX.test(text))
    return 'has characters other than lower-case letters, digits and hyphens, or more than 63 of them';
  const word = RESERVED_IN_PREFIX.find((reserved) => text.includes(reserved));
  return word === undefined ? undefined : `contains "${word}", which Cognito does not allow`;
}

/** A possible token endpoint on any host. */
const isCustom = (text: string): boolean => /^https:\/\/[^/]+\/oauth2\/token$/i.test(text);

function tokenUrlFault(
  facts: Facts,
  text: string,
  right: string | undefined,
  isCognito: boolean,
): string | undefined {
  const path = /^https?:\/\/[^/]*(.*)$/i.exec(text)?.[1];
  if (path !== '/oauth2/token') return 'does not end in /oauth2/token:';
  if (text.startsWith('http:')) return 'is not https:';
  if (right === undefined) return undefined;
  if (!isCognito) return 'is not on the host of the Cognito domain: unless tokens are served there,';
  // A wrong region makes both wrong in the same way, and has its own finding.
  const asWritten = tokenUrlOf(facts.text('domainName')?.text ?? '', facts.text('region')?.text ?? '');
  return text === asWritten ? undefined : 'does not match domain and region:';
}
