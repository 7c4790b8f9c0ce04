/** Opens AWS lazily: the SDK costs more to load than everything else together, and most commands never need it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Aws, AwsOptions } from '../ports.ts';
import type { AwsSetting } from './aws-client.ts';

/** The AWS of this machine: its environment, profiles and credential chain. The credentials go to `secrets`. */
export function nodeAws(setting: AwsSetting): Aws {
  return {
    profileFiles,
    hasCredentials,
    defaultRegion: async (options) => (await loadSdk()).defaultRegion(options),
    cognito: async (options) => (await loadSdk()).openCognito(options, setting),
  };
}

async function profileFiles(): ReturnType<Aws['profileFiles']> {
  const { homedir } = await import('node:os');
  const { AWS_CONFIG_FILE: config = '', AWS_SHARED_CREDENTIALS_FILE: credentials = '' } = process.env;
  return {
    config: config === '' ? join(homedir(), '.aws', 'config') : config,
    credentials: credentials === '' ? join(homedir(), '.aws', 'credentials') : credentials,
  };
}

/** Variables of the AWS SDKs that each name a source of credentials. */
const SOURCES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
];
/** Settings of a profile that do the same. */
const PROFILE_SOURCES =
  /^(?:aws_access_key_id|credential_process|login_session|role_arn|sso_\w+|web_identity_token_file)\s*=/;

async function hasCredentials({ profile }: AwsOptions): Promise<boolean> {
  const { env } = process;
  if (profile === undefined && SOURCES.some((name) => (env[name] ?? '') !== '')) return true;
  const { AWS_PROFILE = '', AWS_DEFAULT_PROFILE = '' } = env;
  const name = profile ?? [AWS_DEFAULT_PROFILE, AWS_PROFILE, 'default'].find((one) => one !== '');
  const { config, credentials } = await profileFiles();
  const texts = await Promise.all(
    [config, credentials].map((path) => readFile(path, 'utf8').catch(() => '')),
  );
  return texts.some((text) => {
    let heading = '';
    return text.split(/\r?\n/).some((line) => {
      heading = /^\s*\[\s*(?:profile\s+)?["']?(.+?)["']?\s*\]/.exec(line)?.[1] ?? heading;
      return heading === name && PROFILE_SOURCES.test(line);
    });
  });
}

function loadSdk(): Promise<typeof import('./cognito.ts')> {
  // Without it the SDK writes a warning about Node 20 to stderr.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  return import('./cognito.ts');
}
