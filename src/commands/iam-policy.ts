/** `iam-policy`: the policy to give to whoever runs `discover` or `doctor`. */
import { EXIT, UsageError } from '../core/errors.ts';
import { parsePoolReference } from '../core/paste.ts';
import { readPolicy } from '../core/policy.ts';
import type { Command } from './command.ts';

export const iamPolicyCommand: Command = {
  name: 'iam-policy',
  summary: 'Print the least-privilege policy that discover and doctor need',
  options: ['pool'],
  examples: [
    { command: 'umconfig iam-policy --pool us-west-2_AbCdEf123', what: 'rights on one pool only' },
    { command: 'umconfig iam-policy > umconfig-policy.json', what: 'rights on every pool' },
  ],
  run: ({ options }) => {
    const reference = options.pool === undefined ? undefined : parsePoolReference(options.pool);
    if (reference !== undefined && reference.kind !== 'id') {
      throw new UsageError(
        '--pool needs a pool id, an ARN or a console address here',
        'umconfig iam-policy --pool us-west-2_AbCdEf123',
      );
    }
    const text = `${JSON.stringify(readPolicy(reference?.id), undefined, 2)}\n`;
    return Promise.resolve({ exitCode: EXIT.ok, format: 'text', body: { kind: 'document', text } });
  },
};
