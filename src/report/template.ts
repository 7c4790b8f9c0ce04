/** What the templates of a pool have in common, whatever the format. */
import type { Blueprint } from '../core/provision/blueprint.ts';

/** Comments are broken here. */
export const COMMENT_COLUMNS = 88;

/** How every template begins: by this, one that is there already is known. */
export const FIRST_WORDS = 'Written by umconfig provision';

/** The comment at the top; several lines. */
export function headOf({ server, wishes }: Blueprint): string {
  const { server: name, era } = server;
  return [
    `${FIRST_WORDS}: a Cognito user pool for ${name} of Scalabel (${era}, ${wishes.layout} layout).`,
    'What it makes, umconfig discover takes over into the configuration file, and umconfig doctor checks.',
  ].join('\n');
}
