/** Validates `--endpoint-url`, another address for AWS, for all commands. */
import { UsageError } from '../../core/errors.ts';
import type { OptionValues } from '../options.ts';

/** Throws UsageError unless it is an http or https URL with a host. */
export function requireEndpoint({ endpointUrl }: OptionValues): void {
  if (endpointUrl === undefined) return;
  if (/^https?:\/\/[^/]/i.test(endpointUrl) && URL.canParse(endpointUrl)) return;
  throw new UsageError(
    'invalid --endpoint-url: expected an http or https URL',
    'Example: --endpoint-url http://127.0.0.1:9229',
  );
}
