/** `--endpoint-url`: another address for AWS, judged here for every command that takes it. */
import { UsageError } from '../../core/errors.ts';
import type { OptionValues } from '../options.ts';

/** Throws UsageError for anything but an http or https URL with a host. */
export function requireEndpoint({ endpointUrl }: OptionValues): void {
  if (endpointUrl === undefined) return;
  if (/^https?:\/\/[^/]/i.test(endpointUrl) && URL.canParse(endpointUrl)) return;
  throw new UsageError('--endpoint-url must be an http or https URL', '--endpoint-url http://127.0.0.1:9229');
}
