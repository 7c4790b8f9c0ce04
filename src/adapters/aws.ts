/** Opens AWS lazily: the SDK costs more to load than everything else together, and most commands never need it. */
import { join } from 'node:path';
import type { Aws } from '../ports.ts';
import type { AwsSetting } from './cognito.ts';

/** The AWS of this machine: its environment, profiles and credential chain. The credentials go to `secrets`. */
export function nodeAws(setting: AwsSetting): Aws {
  return {
    profileFiles,
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

function loadSdk(): Promise<typeof import('./cognito.ts')> {
  // Without it the SDK writes a warning about Node 20 to stderr.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  return import('./cognito.ts');
}
