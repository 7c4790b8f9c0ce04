/** What every finding about an account has: the pool, the region, and the key of the file that it concerns. */
import { shellWord } from '../display.ts';
import type { AccountFacts } from '../account.ts';
import { keyOf, type FieldName } from '../fields.ts';
import type { FindingArgs, Hit } from '../finding.ts';

/** The pool's id and region, ready to stand in a shell command. */
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- an interface has no index signature
export type PoolArgs = { readonly pool: string; readonly region: string };

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
