/** What every finding of doctor has: the key of the file that it concerns. */
import { keyOf, type FieldName } from '../../config/fields.ts';
import type { FindingArgs, Hit } from '../finding.ts';
import type { AccountSight, LiveFacts } from './facts.ts';

/** A hit that concerns a field's key; what was seen live has no place in the file. */
export function about<A extends FindingArgs>(
  { layout }: LiveFacts,
  name: FieldName,
  args: A,
): Hit & { readonly args: A } {
  return { path: keyOf(name, layout)?.path ?? '', args };
}

/** The account where it could be seen. */
export function seenAccount({ account }: LiveFacts): (AccountSight & { readonly kind: 'seen' }) | undefined {
  return account.kind === 'seen' ? account : undefined;
}
