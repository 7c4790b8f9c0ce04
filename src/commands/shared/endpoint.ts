/** `--endpoint-url`, another address for AWS, for all commands. */
import { UsageError } from '../../core/errors.ts';
import type { Environment } from '../../ports.ts';
import type { OptionValues } from '../options.ts';

/**
 * The options with the address that the environment names, unless an option does: the SDK reads it itself, but the requests to the
 * hosted UI and the messages need it too.
 */
export function withEndpoint(options: OptionValues, { endpointUrl }: Environment): OptionValues {
  return options.endpointUrl === undefined && endpointUrl !== undefined
    ? { ...options, endpointUrl }
    : options;
}

/** Throws UsageError unless it is an http or https URL with a host. */
export function requireEndpoint({ endpointUrl }: OptionValues): void {
  if (endpointUrl === undefined) return;
  if (/^https?:\/\/[^/]/i.test(endpointUrl) && URL.canParse(endpointUrl)) return;
  throw new UsageError(
    'invalid --endpoint-url or AWS_ENDPOINT_URL: expected an http or https URL',
    'Example: --endpoint-url http://127.0.0.1:9229',
  );
}
