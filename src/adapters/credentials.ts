/**
 * Where the credentials come from, as the AWS CLI decides it, and the SDK's provider for them. The SDK's default chain goes on to other sources
 * after a profile that fails, so it is used only where no profile names a source. Source: botocore, credentials.py and session.py.
 */
import { exec } from 'node:child_process';
import type { CognitoIdentityProviderClientConfig } from '@aws-sdk/client-cognito-identity-provider';
import { fromEnv } from '@aws-sdk/credential-provider-env';
import { fromIni } from '@aws-sdk/credential-provider-ini';
import { externalDataInterceptor, loadSharedConfigFiles } from '@smithy/core/config';
import type { CredentialSource } from '../ports.ts';
import { profileName } from './network.ts';

/** The requested profile does not exist. */
export class ProfileNotFound extends Error {
  override readonly name = 'ProfileNotFound';
  readonly source: CredentialSource;
  /** The profiles that exist. */
  readonly profiles: readonly string[];

  constructor(profile: string, profiles: readonly string[]) {
    super(`profile ${profile} not found`);
    this.source = { kind: 'machine', profile };
    this.profiles = profiles;
  }
}

type Section = Readonly<Record<string, string | undefined>>;

/** The settings of all profiles, by name. */
async function readProfiles(): Promise<ReadonlyMap<string, Section>> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles().catch(() => ({
    configFile: {},
    credentialsFile: {},
  }));
  const sections = new Map<string, Section>();
  for (const [name, section] of [...Object.entries(configFile), ...Object.entries(credentialsFile)]) {
    // The SDK also lists `[sso-session NAME]` and `[services NAME]`.
    if (!/^(?:sso-session|services)\./.test(name))
      sections.set(name, { ...sections.get(name), ...(section as Section) });
  }
  return sections;
}

/** Each kind with the setting of the profile that shows it, in the SDK's order. */
const KINDS: readonly (readonly [kind: CredentialSource['kind'], shown: (section: Section) => boolean])[] = [
  ['web-identity', ({ web_identity_token_file: file }) => file !== undefined],
  ['role', ({ role_arn: role }) => role !== undefined],
  ['keys', ({ aws_access_key_id: id }) => id !== undefined],
  ['process', ({ credential_process: command }) => command !== undefined],
  ['sso', (section) => Object.keys(section).some((name) => name.startsWith('sso_'))],
  ['login', ({ login_session: session }) => session !== undefined],
];

/** Where the credentials come from. Rejects with ProfileNotFound. */
export async function sourceOf(profile: string | undefined): Promise<CredentialSource> {
  const profiles = await readProfiles();
  const name = profileName(profile);
  // The AWS CLI requires the profile even if it takes the keys from the environment.
  if (name !== undefined && !profiles.has(name)) throw new ProfileNotFound(name, [...profiles.keys()]);
  if (profile === undefined && hasKeys()) return { kind: 'environment' };
  const section = profiles.get(name ?? 'default') ?? {};
  const kind = KINDS.find(([, shown]) => shown(section))?.[0];
  if (kind !== undefined) return { kind, profile: name ?? 'default' };
  const isToken = (process.env['AWS_WEB_IDENTITY_TOKEN_FILE'] ?? '') !== '';
  return { kind: isToken ? 'web-identity' : 'machine', profile: name };
}

/** With keys in the environment AWS_PROFILE names only the region: so the AWS CLI; the SDK takes the keys of the profile. */
function hasKeys(): boolean {
  const { AWS_ACCESS_KEY_ID: id = '', AWS_SECRET_ACCESS_KEY: key = '' } = process.env;
  return id !== '' && key !== '';
}

/** The settings of the SDK's client for a source. `requestHandler` is for the requests to STS and SSO. */
export function credentialConfig(
  { kind, profile }: CredentialSource,
  requestHandler: object,
  mfaCode: ((serial: string) => Promise<string>) | undefined,
): Pick<CognitoIdentityProviderClientConfig, 'credentials'> {
  if (kind === 'environment') return { credentials: fromEnv() };
  const isOfToken = kind === 'web-identity' && (process.env['AWS_WEB_IDENTITY_TOKEN_FILE'] ?? '') !== '';
  if (profile === undefined || kind === 'machine' || isOfToken) return {};
  externalDataInterceptor.interceptToken('exec', runCredentialProcess);
  return {
    credentials: fromIni({
      profile,
      parentClientConfig: { requestHandler },
      ...(mfaCode === undefined ? {} : { mfaCodeProvider: mfaCode }),
    }),
  };
}

/** Runs a credential_process. The SDK drops its exit code, so the message of the error has it. */
function runCredentialProcess(
  command: string,
  done: (error: Error | null, output?: { readonly stdout: string; readonly stderr: string }) => void,
): void {
  exec(command, (error, stdout, stderr) => {
    if (error === null) {
      done(null, { stdout, stderr });
      return;
    }
    const said = stderr.split(/\r?\n/).find((line) => line.trim() !== '');
    const end =
      error.code === undefined
        ? `was ended by ${error.signal ?? 'a signal'}`
        : `failed with exit code ${String(error.code)}`;
    done(new Error(`credential_process ${end}${said === undefined ? '' : `: ${said.trim()}`}`));
  });
}
