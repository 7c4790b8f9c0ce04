/** The error without a terminal: it lists all missing answers, with the command that needs no questions. */
import { UsageError } from '../../core/errors.ts';
import type { Hint } from '../../core/text/hint.ts';

/** `missing`: every missing answer with its flag. */
export function cannotAsk(missing: readonly string[], hint: Hint): UsageError {
  const list = missing.length === 1 ? ` ${missing.join('')}` : missing.map((one) => `\n  ${one}`).join('');
  return new UsageError(`no terminal to ask on; missing:${list}`, hint);
}
