/** What every finding of `doctor` has: the key of the file that it is about. */
import { keyOf, type FieldName } from '../../config/fields.ts';
import type { FindingArgs, Hit } from '../finding.ts';
import type { AccountSight, LiveFacts } from './facts.ts';

/** A hit about a field's key; an answer of Cognito has no position in the file. */
export function about<A extends FindingArgs>(
  { layout }: LiveFacts,
  name: FieldName,
  args: A,
): Hit & { readonly args: A } {
  return { path: keyOf(name, layout)?.path ?? '', args };
}

/** The account, if it was visible. */
export function seenAccount({ account }: LiveFacts): (AccountSight & { readonly kind: 'seen' }) | undefined {
  return account.kind === 'seen' ? account : undefined;
}
