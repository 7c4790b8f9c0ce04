/** `iam-policy`: the policies to give to whoever runs `discover`, `doctor` or `users`. */
import { UsageError } from '../core/errors.ts';
import { EXIT } from '../core/exit-codes.ts';
import { parsePoolReference } from '../core/config/paste.ts';
import { readPolicy, usersPolicy } from '../core/cognito/iam-policy.ts';
import type { Run } from './command.ts';

export const run: Run = ({ options }) => {
  const reference = options.pool === undefined ? undefined : parsePoolReference(options.pool);
  if (reference !== undefined && reference.kind !== 'id') {
    throw new UsageError(
      '--pool needs a pool id, an ARN or a console address here',
      'umconfig iam-policy --pool us-west-2_AbCdEf123',
    );
  }
  const policy = options.users === true ? usersPolicy : readPolicy;
  const text = `${JSON.stringify(policy(reference?.id), undefined, 2)}\n`;
  return Promise.resolve({ exitCode: EXIT.ok, format: 'text', body: { kind: 'document', text } });
};
