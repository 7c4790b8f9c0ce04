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
import { derivedValue } from './keys.ts';
import { atValue, rule, type KeyArgs, type Rule } from '../rule.ts';
import { urlOf } from './urls.ts';

type ReasonArgs = KeyArgs & { readonly reason: string };

export const HOSTED_UI_RULES: readonly Rule<Facts>[] = [
  rule<ReasonArgs>({
    code: 'domain-not-prefix',
    severity: 'error',
    title: 'Not the bare prefix of a Cognito domain',
    why: 'The Go server builds `https://<domainName>.auth.<region>.amazoncognito.com/…` itself, so a whole URL, a host or a custom domain leads nowhere.',
    fix: 'Write the prefix alone: `scalabel-demo` for `https://scalabel-demo.auth.us-west-2.amazoncognito.com`. A pool with nothing but a custom domain needs a Cognito domain beside it.',
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
    message: ({ key, reason }) => `"${key}" ${reason}: the login address leads nowhere`,
    hint: () =>
      'Write the part before .auth. of the Cognito domain: your pool → Branding → Domain. A pool with a custom domain can have one beside it.',
  }),
  rule<ReasonArgs & { readonly example: string }>({
    code: 'base-uri-not-host',
    severity: 'error',
    title: 'Not the bare host of the hosted UI',
    why: 'The Node server puts `https://` before the value and `/login` or `/oauth2/token` behind it.',
    fix: 'Write the host alone: `scalabel-demo.auth.us-west-2.amazoncognito.com`, or your custom domain.',
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
        reason: base.text.includes('/') ? 'has a scheme or a path' : 'is not a full host name',
        example: isHost(host) ? host : isPrefix ? hostedUiHost(base.text, region) : '',
      });
      return [isHost(host) ? { ...hit, ...set(base, host) } : hit];
    },
    message: ({ key, reason }) => `"${key}" ${reason}: the login address leads nowhere`,
    hint: ({ example }) =>
      example === ''
        ? 'Write the bare host, without https:// and without a slash: your pool → Branding → Domain.'
        : `Write "${example}".`,
  }),
  rule<KeyArgs & { readonly written: string; readonly right: string }>({
    code: 'domain-region-mismatch',
    severity: 'error',
    title: 'The hosted UI is in another region than the pool',
    why: 'A Cognito domain stands in the region of its pool. The same prefix in another region belongs to somebody else’s pool, or to nobody.',
    fix: 'Copy the domain from your pool → Branding → Domain.',
    layouts: ['nested'],
    check: (facts) => {
      const base = plainText(facts, 'domainName');
      const right = regionOfPool(plainText(facts, 'userPoolID')?.text ?? '');
      const written = parseHostedUiHost(base?.text ?? '')?.region;
      if (base === undefined || right === undefined || written === undefined || written === right) return [];
      return [atValue(base.entry, { written, right })];
    },
    message: ({ key, written, right }) =>
      `"${key}" is in "${written}" and the user pool in "${right}": people are sent to the login page of another pool`,
    hint: ({ right }) =>
      `Copy the domain again, it ends in ${right}.amazoncognito.com: your pool → Branding → Domain.`,
  }),
  rule<ReasonArgs & { readonly right: string }>({
    code: 'token-url-mismatch',
    severity: 'error',
    title: 'The token URL is not that of the domain',
    why: 'The server posts the authorization code there. When that fails it sends people to the login page again: an endless loop.',
    fix: 'Use `https://<domainName>.auth.<region>.amazoncognito.com/oauth2/token`; `umconfig validate --fix` does it.',
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
    message: ({ reason }) => `the token URL ${reason} login goes round in an endless loop`,
    hint: ({ right }) => `Write "${right}".`,
  }),
  rule<ReasonArgs>({
    code: 'jwks-url-not-template',
    severity: 'error',
    title: 'The JWKS URL is not the template',
    why: 'The server itself fills in region and pool id with `fmt.Sprintf(awsJwkUrl, region, userPoolID)`. A finished URL gets `%!(EXTRA …)` behind it, the download fails silently, and every login ends back at `/` with `crypto/rsa: verification error` in the log.',
    fix: `Write exactly \`${JWKS_TEMPLATE}\`; \`umconfig validate --fix\` does it.`,
    layouts: ['flat'],
    check: (facts) => {
      const url = plainText(facts, 'awsJwkUrl');
      if (url === undefined || url.text === JWKS_TEMPLATE) return [];
      const isFinished = !url.text.includes('%');
      return [
        {
          ...atValue(url.entry, {
            reason: isFinished ? 'is a finished URL where the template belongs' : 'is not the template',
          }),
          ...set(url, JWKS_TEMPLATE),
        },
      ];
    },
    message: ({ reason }) =>
      `"awsJwkUrl" ${reason}: the server fills in region and pool id itself, cannot fetch the keys, and every login fails`,
    hint: () => `Write exactly "${JWKS_TEMPLATE}", with the two %v.`,
  }),
];

/** What is wrong with a domain prefix. */
function prefixFault(text: string): string | undefined {
  if (/[/:]/.test(text)) return 'is an address and not the bare prefix';
  if (text.includes('.')) {
    return parseHostedUiHost(text) === undefined
      ? 'is a custom domain, and the Go server can only use a Cognito domain'
      : 'is a whole host and not the bare prefix';
  }
  if (!DOMAIN_PREFIX.test(text)) return 'is not made of lower-case letters, digits and hyphens, 63 at most';
  const word = RESERVED_IN_PREFIX.find((reserved) => text.includes(reserved));
  return word === undefined ? undefined : `contains "${word}", which Cognito does not allow`;
}

/** An address that can serve tokens, on whatever host. */
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
  if (!isCognito) return 'is on another host than the domain: unless tokens are served there,';
  // With a wrong region both are wrong in the same way, and the region has a finding of its own.
  const asWritten = tokenUrlOf(facts.text('domainName')?.text ?? '', facts.text('region')?.text ?? '');
  return text === asWritten ? undefined : 'is not that of the domain and region:';
}
