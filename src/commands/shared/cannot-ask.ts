/** Without a terminal nothing is asked: what is missing is said in one error, with the command that needs no questions. */
import { UsageError } from '../../core/errors.ts';
import type { Hint } from '../../core/text/hint.ts';

/** `missing`: everything that would have to be asked, each with the flag that gives it. */
export function cannotAsk(missing: readonly string[], hint: Hint): UsageError {
  const list = missing.length === 1 ? ` ${missing.join('')}` : missing.map((one) => `\n  ${one}`).join('');
  return new UsageError(`nothing can be asked here, since there is no terminal; missing:${list}`, hint);
}
