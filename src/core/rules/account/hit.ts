/** What every finding about an account has: the pool, the region, and the key of the file that it concerns. */
import { shellWord } from '../../text/display.ts';
import { onFile, say, type Hint } from '../../text/hint.ts';
import type { AccountFacts } from './facts.ts';
import { keyOf, type FieldName } from '../../config/fields.ts';
import type { FindingArgs, Hit } from '../finding.ts';
import { LAYOUTS, type Layout } from '../../config/layouts.ts';
import { ADMIN_GROUP } from '../../config/requirements.ts';

/** The pool's id and region, ready to stand in a shell command. */
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- an interface has no index signature
export type PoolArgs = { readonly pool: string; readonly region: string };

/** Parts of a user pool that no login works without, or nobody is an admin without. */
type Part = 'domain' | 'client' | 'group';

const PARTS: readonly Part[] = ['domain', 'client', 'group'];

/** The layout of a new pool that would have everything, at the first part that is missing; empty at the others, since one mention will do. */
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

/** The way to such a pool, for the end of a hint. */
export const orProvision = (layout: string): Hint =>
  layout === ''
    ? ''
    : say` (or make a new pool with all that the server needs: ${onFile('provision', `--layout ${layout}`)})`;

/** A hit that concerns a field's key; the account itself has no place in the file. */
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
