/** What every finding about an account has: user pool, region, and the key of the file that it is about. */
import { shellWord } from '../../text/display.ts';
import { onFile, say, type Hint } from '../../text/hint.ts';
import type { AccountFacts } from './facts.ts';
import { keyOf, type FieldName } from '../../config/fields.ts';
import type { FindingArgs, Hit } from '../finding.ts';
import { LAYOUTS, type Layout } from '../../config/layouts.ts';
import { ADMIN_GROUP } from '../../config/requirements.ts';

/** User pool ID and region, quoted for a shell command. */
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- an interface has no index signature
export type PoolArgs = { readonly pool: string; readonly region: string };

/** Parts of a user pool that login or admins need. */
type Part = 'domain' | 'client' | 'group';

const PARTS: readonly Part[] = ['domain', 'client', 'group'];

/** The layout for `provision`, at the first missing part only: one mention of a new user pool is enough. */
export function newPoolFor(facts: AccountFacts, part: Part): Layout | '' {
  const { pool, layout, client, groups } = facts;
  const isThere: Readonly<Record<Part, boolean>> = {
    domain: pool.domain !== undefined || (LAYOUTS[layout].customDomain && pool.customDomain !== undefined),
    client: client !== undefined,
    group: !LAYOUTS[layout].hasRoles || groups?.includes(ADMIN_GROUP) !== false,
  };
  const first = PARTS.find((one) => !isThere[one]);
  return part === first ? layout : '';
}

/** The suggestion of a new user pool, for the end of a hint. */
export const orProvision = (layout: string): Hint =>
  layout === ''
    ? ''
    : say` (or create a new user pool with everything that the server needs: ${onFile('provision', `--layout ${layout}`)})`;

/** A hit about a field's key; the account itself has no position in the file. */
export function about<A extends FindingArgs>(
  { layout, pool, region }: AccountFacts,
  name: FieldName,
  args: A,
): Hit & { readonly args: A & PoolArgs } {
  return {
    path: keyOf(name, layout)?.path ?? '',
    args: { ...args, pool: shellWord(pool.id), region: shellWord(region) },
  };
}
