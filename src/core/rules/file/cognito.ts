/** User pool, region, app client and its secret. */
import { showValue } from '../../text/display.ts';
import { onFile, say } from '../../text/hint.ts';
import { oncePerFile, remembering, type Facts, type TextValue } from './facts.ts';
import { FIELDS, type FieldName } from '../../config/fields.ts';
import type { Hit } from '../finding.ts';
import { parsePoolReference, type PoolReference } from '../../config/paste.ts';
import { partitionOf, POOL_ID, REGION, regionOfPool } from '../../config/endpoints.ts';
import { derivedValue } from './derived.ts';
import { isGarbled } from './keys.ts';
import { atValue, rule, type KeyArgs, type Rule } from '../rule.ts';

type ValueArgs = KeyArgs & { readonly value: string };
type ReasonArgs = KeyArgs & { readonly reason: string };

/** A field's text, unless another finding already says that it is garbled or a placeholder. */
export function plainText(facts: Facts, name: FieldName): TextValue | undefined {
  return plainTexts(facts)(name);
}

const plainTexts = oncePerFile((facts) =>
  remembering((name: FieldName): TextValue | undefined => {
    const value = facts.text(name);
    return value === undefined || isGarbled(facts, value.text) || holdsPlaceholder(facts, name)
      ? undefined
      : value;
  }),
);

/** Whether the field's value is a placeholder. */
export const holdsPlaceholder = (facts: Facts, name: FieldName): boolean => placeholders(facts)(name);

const placeholders = oncePerFile((facts) =>
  remembering((name: FieldName): boolean => {
    const value = facts.text(name);
    return value !== undefined && isPlaceholder(facts, name, value.text);
  }),
);

/** The repair that replaces a value. */
export const set = (value: TextValue, to: string): Pick<Hit, 'changes'> => ({
  changes: [{ op: 'set', path: value.entry.path, value: to }],
});

/** For lower-case text, as are the two below: patterns without `i` take V8 half the time to prepare. */
const PLACEHOLDER =
  /^(?:x{3,}|\.{3,}|\u2026|\?+|todo|tbd|fixme|change[-_ ]?me|replace[-_ ]?me|placeholder|example|your[-_ ](?:\w|-)*(?:pool|client|domain|region|secret|prefix|id|app)(?:\w|-)*)$|<[^>]*>|\{\{.*\}\}|\$\{.*\}|\/\/(?:[^/]*\.)?(?:your-?domain|example)\.[a-z]+|_(?:x{5,}|example\w*)$/;
const EXAMPLE_HOST = /(?:^|[./@])example\.(?:com|org|net)(?:$|[:/?#])/;
/** With a subdomain of one's own before it: perhaps a rehearsal, so only a warning. */
const EXAMPLE_SUBDOMAIN = /\/\/(?!www\.|your|my)[\w-]+\.(?:[\w-]+\.)*example\.(?:com|org|net)(?:$|[:/?#])/i;
const EXAMPLE_ID = /example|^(?:[\w-]+_)?(.)\1{5,}$/;

/** Every match of the first two patterns begins with dots or contains one of these. Most files contain neither, so the patterns need not run. */
const HINTS: readonly string[] = [
  ...['xxx', '\u2026', '?', '<', '{', 'your', 'example', 'placeholder', 'change', 'replace'],
  ...['todo', 'tbd', 'fixme'],
];

const hasHint = oncePerFile(({ document }) => {
  const text = document.text.toLowerCase();
  // An escape sequence may hide any of them.
  return text.includes('\\') || HINTS.some((hint) => text.includes(hint));
});

/** Text that guides, templates and our own examples use in place of the real value. */
function isPlaceholder(facts: Facts, name: FieldName, text: string): boolean {
  const small = text.toLowerCase();
  if ((hasHint(facts) || small.startsWith('...')) && (PLACEHOLDER.test(small) || EXAMPLE_HOST.test(small))) {
    return true;
  }
  return (name === 'userPoolID' || name === 'clientId') && EXAMPLE_ID.test(small);
}

/** As long as an app client secret, and longer than the app client IDs that Cognito creates. */
const looksLikeSecret = (text: string): boolean => /^[\w+]{40,64}$/.test(text);
const looksLikeClientId = (text: string): boolean => /^[0-9a-z]{20,32}$/.test(text);

function swapped(facts: Facts): readonly [TextValue, TextValue] | undefined {
  const id = facts.text('clientId');
  const secret = facts.text('clientSecret');
  if (id === undefined || secret === undefined) return undefined;
  return looksLikeSecret(id.text) && looksLikeClientId(secret.text) ? [id, secret] : undefined;
}

/** The region of the user pool, else that of the file, and the value that names it. */
function fileRegion(facts: Facts): { region: string; at: TextValue } | undefined {
  const pool = facts.text('userPoolID');
  const fromPool = pool === undefined ? undefined : regionOfPool(pool.text);
  if (pool !== undefined && fromPool !== undefined) return { region: fromPool, at: pool };
  const region = facts.text('region');
  return region === undefined ? undefined : { region: region.text, at: region };
}

/** `us-west-2_AbCdEf123`, in any region. */
const isPoolId = (text: string): boolean => POOL_ID.test(text) && regionOfPool(text) !== undefined;

function poolReason(text: string, reference: PoolReference): string {
  if (reference.kind === 'identity-pool') return 'is an identity pool ID, not a user pool ID';
  if (text.length > 55 && reference.kind === 'id' && reference.id === text) {
    return 'is longer than 55 characters';
  }
  return reference.kind === 'id' && isPoolId(reference.id)
    ? 'has more than the user pool ID in it'
    : 'is not of the form <region>_<ID>';
}

/** Fields whose values come from the AWS console. */
const CONSOLE_FIELDS: readonly FieldName[] = FIELDS.filter((field) => field.console !== undefined).map(
  ({ name }) => name,
);

export const COGNITO_RULES: readonly Rule<Facts>[] = [
  rule<KeyArgs>({
    code: 'placeholder-value',
    severity: 'error',
    title: 'A placeholder instead of a real value',
    why: 'Values such as `example.com`, `your-client-id` or `us-west-2_XXXXXXXXX` come from a guide or a template.',
    fix: 'Replace it with the real value: `umconfig discover` reads it from AWS, `umconfig explain KEY` says where to find it.',
    check: (facts) =>
      CONSOLE_FIELDS.filter((name) => holdsPlaceholder(facts, name)).flatMap((name) => {
        const value = facts.text(name);
        if (value === undefined) return [];
        const hit = atValue(value.entry, {});
        return [EXAMPLE_SUBDOMAIN.test(value.text) ? { ...hit, severity: 'warning' } : hit];
      }),
    message: ({ name }) => `${name} is a placeholder, so login does not work`,
    hint: ({ key }) =>
      say`Replace it with the real value: ${onFile('discover')} reads it from AWS, umconfig explain ${key} says where to find it.`,
  }),
  rule<ReasonArgs>({
    code: 'pool-id-format',
    severity: 'error',
    title: 'Invalid user pool ID',
    why: 'A user pool ID is the region, an underscore, and letters or digits, 55 characters at most. The server compares it with the issuer of every token.',
    fix: 'Copy the user pool ID from the AWS console: User pools → your pool → Overview. It looks like `us-west-2_AbCdEf123`; an ID such as `us-west-2:1234…` is an identity pool.',
    check: (facts) => {
      const pool = plainText(facts, 'userPoolID');
      if (pool === undefined || isPoolId(pool.text)) return [];
      const reference = parsePoolReference(pool.text);
      const hit = atValue(pool.entry, { reason: poolReason(pool.text, reference) });
      return [
        reference.kind === 'id' && isPoolId(reference.id) ? { ...hit, ...set(pool, reference.id) } : hit,
      ];
    },
    message: ({ name, reason }) => `${name} ${reason}, so every login fails`,
  }),
  rule<ValueArgs & { readonly right: string }>({
    code: 'region-format',
    severity: 'error',
    title: 'Invalid AWS region',
    why: 'The server builds the login address, the JWKS URL and the expected issuer from the region.',
    fix: 'Write the part of the user pool ID before the last `_`, for example `us-west-2`.',
    check: (facts) => {
      const region = plainText(facts, 'region');
      if (region === undefined || REGION.test(region.text)) return [];
      const right = derivedValue(facts, region.path);
      const hit = atValue(region.entry, { value: showValue(region.text), right: right ?? '' });
      return [right === undefined ? hit : { ...hit, ...set(region, right) }];
    },
    message: ({ name, value }) => `${name} is ${value}, which is not an AWS region, so every login fails`,
    hint: ({ right }) =>
      right === ''
        ? 'Write the part of the user pool ID before the last _, for example us-west-2.'
        : `Write "${right}", as in the user pool ID.`,
  }),
  rule<ValueArgs & { readonly right: string }>({
    code: 'region-mismatch',
    severity: 'error',
    title: 'The region is not the region of the user pool',
    why: 'The server builds the expected issuer from region and user pool ID and compares it with every token.',
    fix: 'Write the part of the user pool ID before the last `_`, or run `umconfig validate --fix`.',
    check: (facts) => {
      const region = plainText(facts, 'region');
      const right = regionOfPool(plainText(facts, 'userPoolID')?.text ?? '');
      if (region === undefined || right === undefined || !REGION.test(region.text) || region.text === right)
        return [];
      return [{ ...atValue(region.entry, { value: region.text, right }), ...set(region, right) }];
    },
    message: ({ name, value, right }) =>
      `${name} is "${value}", but the user pool is in "${right}", so every login fails`,
    hint: ({ right }) => `Write "${right}".`,
  }),
  rule<ValueArgs>({
    code: 'china-region',
    severity: 'error',
    isRegionUnusable: true,
    title: 'A region in China',
    why: 'Amazon Cognito user pools are not available in `cn-north-1` and `cn-northwest-1`.',
    fix: 'Use a user pool in another region.',
    check: (facts) => regionHit(facts, 'aws-cn'),
    message: ({ value }) =>
      `The region "${value}" is in China, where Cognito has no user pools, so every login fails`,
  }),
  rule<ValueArgs>({
    code: 'govcloud-flat',
    severity: 'error',
    isRegionUnusable: true,
    title: 'A GovCloud user pool in the flat layout',
    why: 'The hosted UI of a GovCloud user pool is under `.auth-fips.`; the Go server always redirects to `.auth.`.',
    fix: 'Use a user pool in a commercial region, or the Node server with the nested layout, which names the whole host.',
    layouts: ['flat'],
    check: (facts) => regionHit(facts, 'aws-us-gov'),
    message: ({ value }) =>
      `The region "${value}" is in GovCloud, which the Go server does not support: its login address does not exist there`,
  }),
  rule<ValueArgs>({
    code: 'sovereign-cloud-region',
    severity: 'error',
    isRegionUnusable: true,
    title: 'A region of the European Sovereign Cloud',
    why: 'The issuer of a user pool there is under `amazonaws.eu`. Both servers expect `amazonaws.com`.',
    fix: 'Use a user pool in another region.',
    check: (facts) => regionHit(facts, 'aws-eusc'),
    message: ({ value }) =>
      `The region "${value}" is in the European Sovereign Cloud, which the server does not support, so every login fails`,
  }),
  rule<ReasonArgs>({
    code: 'client-id-format',
    severity: 'error',
    title: 'Invalid app client ID',
    why: 'An app client ID is one word of letters and digits; Cognito creates IDs of 26 characters.',
    fix: 'Copy the client ID from the AWS console: your pool → App clients → your client.',
    check: (facts) => {
      const id = plainText(facts, 'clientId');
      if (id === undefined || swapped(facts) !== undefined) return [];
      if (!/^[\w+]{1,128}$/.test(id.text))
        return [atValue(id.entry, { reason: 'has characters other than letters, digits, _ and +' })];
      return looksLikeSecret(id.text) ? [atValue(id.entry, { reason: 'looks like a client secret' })] : [];
    },
    message: ({ name, reason }) => `${name} ${reason}, so the login page refuses it`,
  }),
  rule<ReasonArgs>({
    code: 'secret-format',
    severity: 'warning',
    title: 'The app client secret looks wrong',
    why: 'Cognito creates secrets of 24 to 64 letters and digits. In YAML an unquoted ` #` starts a comment and cuts the value off. With a wrong secret the server keeps redirecting to the login page.',
    fix: 'Copy the whole secret from the AWS console (your pool → App clients → your client → Show client secret) and put it in quotes.',
    layouts: ['flat'],
    check: (facts) => {
      const secret = plainText(facts, 'clientSecret');
      if (secret === undefined || swapped(facts) !== undefined) return [];
      if (secret.text === facts.text('clientId')?.text) {
        return [
          { ...atValue(secret.entry, { reason: 'is the same as the app client ID' }), severity: 'error' },
        ];
      }
      if (/^[\w+]{24,64}$/.test(secret.text)) return [];
      if (/\s/.test(secret.text)) {
        return [
          {
            ...atValue(secret.entry, { reason: 'has a space in it' }),
            severity: 'error',
          },
        ];
      }
      const { document } = facts;
      const cut =
        secret.entry.style === 'plain' && document.text.slice(secret.entry.value.end).startsWith(' #');
      const length = `is ${String(secret.text.length)} characters long, expected 24 to 64`;
      const reason = /^[\w+]*$/.test(secret.text)
        ? length
        : 'has characters that Cognito does not use in secrets';
      return [atValue(secret.entry, { reason: cut ? 'is cut off by the # after it' : reason })];
    },
    message: ({ name, reason }) => `${name} ${reason}: if it is wrong, login keeps redirecting`,
  }),
  rule<KeyArgs>({
    code: 'secret-and-id-swapped',
    severity: 'error',
    title: 'App client ID and secret are swapped',
    why: 'The client ID is the shorter value and the secret the longer one. The server puts the client ID into the address of the login page.',
    fix: say`Swap the two values, or run: ${onFile('validate', '--fix')}`,
    layouts: ['flat'],
    check: (facts) => {
      const pair = swapped(facts);
      if (pair === undefined) return [];
      const [id, secret] = pair;
      const changes = [
        { op: 'set' as const, path: id.entry.path, value: secret.text },
        { op: 'set' as const, path: secret.entry.path, value: id.text },
      ];
      return [{ ...atValue(id.entry, {}), changes }];
    },
    message: () =>
      'App client ID and app client secret are swapped, so the secret is visible in the address of the login page',
  }),
  rule<KeyArgs>({
    code: 'secret-in-log',
    severity: 'info',
    isNote: true,
    title: 'The server prints the client secret to its log',
    why: 'The Go server prints the whole file to its log at every start, client secret included.',
    fix: 'Protect the log like the file itself. If the log has been shared, create a new client secret.',
    page: 'https://cwe.mitre.org/data/definitions/532.html',
    layouts: ['flat'],
    check: (facts) => {
      const secret = plainText(facts, 'clientSecret');
      return secret === undefined ? [] : [atValue(secret.entry, {})];
    },
    message: () => 'the Go server prints this file, client secret included, to its log at every start',
    hint: () => 'Protect that log like the file itself (mode 600), and keep it out of tickets and chats.',
  }),
];

function regionHit(
  facts: Facts,
  partition: ReturnType<typeof partitionOf>,
): readonly (Hit & { readonly args: ValueArgs })[] {
  const found = fileRegion(facts);
  return found !== undefined && REGION.test(found.region) && partitionOf(found.region) === partition
    ? [atValue(found.at.entry, { value: found.region })]
    : [];
}
