/** Which account, credentials and region a command uses, so that a wrong account is noticed at once. */
import { printable } from '../../core/text/display.ts';
import type { AwsInUse, Cognito, CredentialSource, Terminal, UserPool } from '../../ports.ts';

/** `environment`, `profile NAME`, `profile NAME (sso)` … */
function sourceWords({ kind, profile }: CredentialSource): string {
  const named = profile === undefined ? '' : `profile ${printable(profile)}`;
  if (kind === 'keys') return named;
  if (named !== '' && kind !== 'machine') return `${named} (${kind})`;
  if (kind === 'web-identity') return 'web identity token';
  return kind === 'machine' ? 'role of this machine or container' : kind;
}

/** Undefined if the adapter does not know where the credentials come from. */
export function awsInUse(
  { source, region }: Pick<Cognito, 'source' | 'region'>,
  pool?: UserPool,
): AwsInUse | undefined {
  if (source === undefined) return undefined;
  return { account: pool?.accountId, source: sourceWords(source), region };
}

/** One line on stderr. */
export function noteAws(inUse: AwsInUse | undefined, terminal: Pick<Terminal, 'note'>): void {
  if (inUse === undefined) return;
  const { account, source, region } = inUse;
  const known = account === undefined ? 'AWS' : `AWS account ${printable(account)}`;
  terminal.note(`Using ${known} (credentials: ${source}), region ${printable(region)}`);
}
