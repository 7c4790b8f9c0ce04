/** User pool, region, app client and its secret. */
import { showValue } from '../../text/display.ts';
import { oncePerFile, remembering, type Facts, type TextValue } from './facts.ts';
import { FIELDS, type FieldName } from '../../config/fields.ts';
import type { Hit } from '../finding.ts';
import { parsePoolReference, type PoolReference } from '../../config/paste.ts';
import { partitionOf, POOL_ID, REGION, regionOfPool } from '../../config/endpoints.ts';
import { derivedValue, isGarbled } from './keys.ts';
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

/** Whether a placeholder stands where the field's value belongs. */
export const holdsPlaceholder = (facts: Facts, name: FieldName): boolean => placeholders(facts)(name);

const placeholders = oncePerFile((facts) =>
  remembering((name: FieldName): boolean => {
    const value = facts.text(name);
    return value !== undefined && isPlaceholder(facts, name, value.text);
  }),
);

/** The repair that puts another text in a value's place. */
export const set = (value: TextValue, to: string): Pick<Hit, 'changes'> => ({
  changes: [{ op: 'set', path: value.entry.path, value: to }],
});

/** Of texts in small letters, as the two below: to look for both sizes takes V8 twice as long to prepare. */
const PLACEHOLDER =
  /^(?:x{3,}|\.{3,}|\u2026|\?+|todo|tbd|fixme|change[-_ ]?me|replace[-_ ]?me|placeholder|example|your[-_ ](?:\w|-)*(?:pool|client|domain|region|secret|prefix|id|app)(?:\w|-)*)$|<[^>]*>|\{\{.*\}\}|\$\{.*\}|\/\/(?:[^/]*\.)?(?:your-?domain|example)\.[a-z]+|_(?:x{5,}|example\w*)$/;
const EXAMPLE_HOST = /(?:^|[./@])example\.(?:com|org|net)(?:$|[:/?#])/;
/** Somebody has put a name of their own before it: a rehearsal, perhaps, and not left over. */
const EXAMPLE_SUBDOMAIN = /\/\/(?!www\.|your|my)[\w-]+\.(?:[\w-]+\.)*example\.(?:com|org|net)(?:$|[:/?#])/i;
const EXAMPLE_ID = /example|^(?:[\w-]+_)?(.)\1{5,}$/;

/** What the first two of these patterns find begins with dots, or has one of these in it. Most files have none, and need no pattern. */
const HINTS: readonly string[] = [
  ...['xxx', '\u2026', '?', '<', '{', 'your', 'example', 'placeholder', 'change', 'replace'],
  ...['todo', 'tbd', 'fixme'],
];

const hasHint = oncePerFile(({ document }) => {
  const text = document.text.toLowerCase();
  // An escape may spell anything.
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

/** As long as app client secrets are, and longer than any app client id that Cognito makes. */
const looksLikeSecret = (text: string): boolean => /^[\w+]{40,64}$/.test(text);
const looksLikeClientId = (text: string): boolean => /^[0-9a-z]{20,32}$/.test(text);

function swapped(facts: Facts): readonly [TextValue, TextValue] | undefined {
  const id = facts.text('clientId');
  const secret = facts.text('clientSecret');
  if (id === undefined || secret === undefined) return undefined;
  return looksLikeSecret(id.text) && looksLikeClientId(secret.text) ? [id, secret] : undefined;
}

/** The pool's region, the file's, and where to point. */
function fileRegion(facts: Facts): { region: string; at: TextValue } | undefined {
  const pool = facts.text('userPoolID');
  const fromPool = pool === undefined ? undefined : regionOfPool(pool.text);
  if (pool !== undefined && fromPool !== undefined) return { region: fromPool, at: pool };
  const region = facts.text('region');
  return region === undefined ? undefined : { region: region.text, at: region };
}

/** `us-west-2_AbCdEf123`, in whatever region. */
const isPoolId = (text: string): boolean => POOL_ID.test(text) && regionOfPool(text) !== undefined;

function poolReason(text: string, reference: PoolReference): string {
  if (reference.kind === 'identity-pool') return 'is an identity pool, and login needs a user pool';
  if (text.length > 55 && reference.kind === 'id' && reference.id === text) {
    return 'is longer than the 55 characters of a user pool id';
  }
  return reference.kind === 'id' && isPoolId(reference.id)
    ? 'holds more than the pool id'
    : 'is not of the form <region>_<id>';
}

/** Fields whose values come from the AWS console. */
const CONSOLE_FIELDS: readonly FieldName[] = FIELDS.filter((field) => field.console !== undefined).map(
  ({ name }) => name,
);

export const COGNITO_RULES: readonly Rule<Facts>[] = [
  rule<KeyArgs>({
    code: 'placeholder-value',
    severity: 'error',
    title: 'A placeholder stands where a real value belongs',
    why: 'Values such as `example.com`, `your-client-id` or `us-west-2_XXXXXXXXX` come from a guide or a template. Login cannot work with them.',
    fix: 'Put in the real value: `umconfig explain KEY` says where to find it, `umconfig discover` fetches it.',
    check: (facts) =>
      CONSOLE_FIELDS.filter((name) => holdsPlaceholder(facts, name)).flatMap((name) => {
        const value = facts.text(name);
        if (value === undefined) return [];
        const hit = atValue(value.entry, {});
        return [EXAMPLE_SUBDOMAIN.test(value.text) ? { ...hit, severity: 'warning' } : hit];
      }),
    message: ({ key }) => `"${key}" still holds a placeholder: login cannot work with it`,
    hint: ({ key }) => `Put in the real value; umconfig explain ${key} says where to find it.`,
  }),
  rule<ReasonArgs>({
    code: 'pool-id-format',
    severity: 'error',
    title: 'Not a user pool id',
    why: 'A user pool id is the region, an underscore and letters or digits: `us-west-2_AbCdEf123`, 55 characters at most. The server compares it with every token.',
    fix: 'Copy the id from User pools → your pool → Overview. An id such as `us-west-2:1234…` is an identity pool, which is something else.',
    check: (facts) => {
      const pool = plainText(facts, 'userPoolID');
      if (pool === undefined || isPoolId(pool.text)) return [];
      const reference = parsePoolReference(pool.text);
      const hit = atValue(pool.entry, { reason: poolReason(pool.text, reference) });
      return [
        reference.kind === 'id' && isPoolId(reference.id) ? { ...hit, ...set(pool, reference.id) } : hit,
      ];
    },
    message: ({ key, reason }) => `"${key}" ${reason}: every login fails`,
    hint: () => 'In the AWS console: User pools → your pool → Overview → User pool ID.',
  }),
  rule<ValueArgs & { readonly right: string }>({
    code: 'region-format',
    severity: 'error',
    title: 'Not an AWS region',
    why: 'The region is a part of every address that the server builds; it is the part of the pool id before the last `_`.',
    fix: 'Write the region as in the pool id: `us-west-2`.',
    check: (facts) => {
      const region = plainText(facts, 'region');
      if (region === undefined || REGION.test(region.text)) return [];
      const right = derivedValue(facts, region.path);
      const hit = atValue(region.entry, { value: showValue(region.text), right: right ?? '' });
      return [right === undefined ? hit : { ...hit, ...set(region, right) }];
    },
    message: ({ value }) =>
      `${value} is not an AWS region: every address that the server builds from it is wrong`,
    hint: ({ right }) =>
      right === ''
        ? 'Write the part of the user pool id before the last _, us-west-2 for example.'
        : `Write "${right}", as in the user pool id.`,
  }),
  rule<ValueArgs & { readonly right: string }>({
    code: 'region-mismatch',
    severity: 'error',
    title: 'The region is not the pool’s',
    why: 'The server compares the issuer of every token with one made from region and pool id, so with another region every login fails.',
    fix: 'Use the part of the pool id before the last `_`; `umconfig validate --fix` does it.',
    check: (facts) => {
      const region = plainText(facts, 'region');
      const right = regionOfPool(plainText(facts, 'userPoolID')?.text ?? '');
      if (region === undefined || right === undefined || !REGION.test(region.text) || region.text === right)
        return [];
      return [{ ...atValue(region.entry, { value: region.text, right }), ...set(region, right) }];
    },
    message: ({ value, right }) =>
      `region "${value}" is not that of the user pool, which is in "${right}": every token has another issuer than the server expects, so every login fails`,
    hint: ({ right }) => `Write "${right}".`,
  }),
  rule<ValueArgs>({
    code: 'china-region',
    severity: 'error',
    isRegionUnusable: true,
    title: 'A region in China',
    why: 'Amazon Cognito has no user pools in the regions of China.',
    fix: 'Use a user pool in another region.',
    check: (facts) => regionHit(facts, 'aws-cn'),
    message: ({ value }) => `"${value}" is in China, where Cognito has no user pools: every login fails`,
    hint: () => 'Use a user pool in another region.',
  }),
  rule<ValueArgs>({
    code: 'govcloud-flat',
    severity: 'error',
    isRegionUnusable: true,
    title: 'A GovCloud pool in the flat layout',
    why: 'GovCloud pools have their hosted UI under `.auth-fips.`, and the Go server always sends people to `.auth.`.',
    fix: 'Use a pool in a commercial region, or the Node server, whose layout names the whole host.',
    layouts: ['flat'],
    check: (facts) => regionHit(facts, 'aws-us-gov'),
    message: ({ value }) =>
      `"${value}" is in GovCloud, with login pages under .auth-fips. where the Go server sends people to .auth.: the login address leads nowhere`,
    hint: () => 'Use a pool in a commercial region, or the Node server with the nested layout.',
  }),
  rule<ValueArgs>({
    code: 'sovereign-cloud-region',
    severity: 'error',
    isRegionUnusable: true,
    title: 'A region of the European Sovereign Cloud',
    why: 'Pools there have an issuer under `amazonaws.eu`, and both servers expect one under `amazonaws.com`.',
    fix: 'Use a user pool in another region.',
    check: (facts) => regionHit(facts, 'aws-eusc'),
    message: ({ value }) =>
      `"${value}" is in the European Sovereign Cloud, whose issuer is under amazonaws.eu; the server expects amazonaws.com, so every login fails`,
    hint: () => 'Use a user pool in another region.',
  }),
  rule<ReasonArgs>({
    code: 'client-id-format',
    severity: 'error',
    title: 'Not an app client id',
    why: 'An app client id is a run of letters and digits, 26 of them as Cognito makes it. The hosted UI refuses anything else.',
    fix: 'Copy the id from your pool → App clients → your client.',
    check: (facts) => {
      const id = plainText(facts, 'clientId');
      if (id === undefined || swapped(facts) !== undefined) return [];
      if (!/^[\w+]{1,128}$/.test(id.text))
        return [atValue(id.entry, { reason: 'holds something else than letters, digits, _ and +' })];
      return looksLikeSecret(id.text) ? [atValue(id.entry, { reason: 'looks like a client secret' })] : [];
    },
    message: ({ key, reason }) => `"${key}" ${reason}: the hosted UI refuses the login`,
    hint: () => 'In the AWS console: your pool → App clients → your client → Client ID.',
  }),
  rule<ReasonArgs>({
    code: 'secret-format',
    severity: 'warning',
    title: 'The app client secret looks unusual',
    why: 'A secret that Cognito makes is 24 to 64 letters and digits. In YAML an unquoted ` #` cuts a value off, and then every login goes round in a loop. A secret with a blank in it is certainly wrong.',
    fix: 'Copy the whole secret from your pool → App clients → your client → Show client secret, and quote it.',
    layouts: ['flat'],
    check: (facts) => {
      const secret = plainText(facts, 'clientSecret');
      if (secret === undefined || swapped(facts) !== undefined) return [];
      if (secret.text === facts.text('clientId')?.text) {
        return [{ ...atValue(secret.entry, { reason: 'is the client id once more' }), severity: 'error' }];
      }
      if (/^[\w+]{24,64}$/.test(secret.text)) return [];
      if (/\s/.test(secret.text)) {
        return [
          {
            ...atValue(secret.entry, { reason: 'has a blank in it' }),
            severity: 'error',
          },
        ];
      }
      const { document } = facts;
      const cut =
        secret.entry.style === 'plain' && document.text.slice(secret.entry.value.end).startsWith(' #');
      const length = `is ${String(secret.text.length)} characters long; Cognito's have 24 to 64`;
      const reason = /^[\w+]*$/.test(secret.text) ? length : 'has characters that Cognito never uses in one';
      return [atValue(secret.entry, { reason: cut ? 'is cut off by the # behind it' : reason })];
    },
    message: ({ reason }) =>
      `the client secret ${reason}: with a wrong one login goes round in an endless loop`,
    hint: () =>
      'Copy it again from your pool → App clients → your client → Show client secret, and quote it.',
  }),
  rule<KeyArgs>({
    code: 'secret-and-id-swapped',
    severity: 'error',
    title: 'App client id and secret are swapped',
    why: 'The id is the short one, the secret the long one. Swapped, the secret goes into the address of the login page for everybody to see.',
    fix: 'Swap the two; `umconfig validate --fix` does it.',
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
      'client id and client secret are swapped: the secret would be shown in the address of the login page',
    hint: () => 'Swap the two values; the id is the shorter one.',
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
