/** The process itself: arguments, environment variables, colours, the clock, and the end. */
import { isAbsolute } from 'node:path';
import { inGitHubActions, isTerminal } from './streams.ts';
import type { Timer, Ci, Clock, Environment, Random } from '../ports.ts';

export type ColorLevel = 0 | 1 | 2 | 3;
type Output = 'stdout' | 'stderr';

/** Arguments without node and the script. */
export function commandLine(): readonly string[] {
  return process.argv.slice(2);
}

/**
 * The variables that umconfig itself reads. An empty one counts as absent. The secret is taken out of the environment, so
 * that no other program gets it, not even the one that an AWS profile names for its credentials.
 */
export function nodeEnvironment(): Environment {
  const { UMCONFIG_CLIENT_SECRET: clientSecret = '' } = process.env;
  delete process.env['UMCONFIG_CLIENT_SECRET'];
  return {
    clientSecret: clientSecret === '' ? undefined : clientSecret,
    endpointUrl: endpointUrl(),
    ci: ci(),
  };
}

/** The service's own variable comes first, as for the SDK. Source: "Service-specific endpoints" of the AWS SDKs reference guide. */
function endpointUrl(): string | undefined {
  const {
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: own,
    AWS_ENDPOINT_URL: general,
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: ignore,
  } = process.env;
  if (ignore?.toLowerCase() === 'true') return undefined;
  return [own, general].find((url = '') => url !== '');
}

/** GitHub Actions and GitLab CI, by the variables that each documents. */
function ci(): Ci | undefined {
  const { env } = process;
  if (inGitHubActions()) {
    return {
      workspace: absolute(env['GITHUB_WORKSPACE']),
      stepSummary: absolute(env['GITHUB_STEP_SUMMARY']),
    };
  }
  return env['GITLAB_CI'] === 'true'
    ? { workspace: absolute(env['CI_PROJECT_DIR']), stepSummary: undefined }
    : undefined;
}

const absolute = (path = ''): string | undefined => (isAbsolute(path) ? path : undefined);

/** The colours of a stream: `--color` beats FORCE_COLOR, which beats NO_COLOR, which beats what the terminal can. */
export function colorLevel(stream: Output, wanted: string | undefined): ColorLevel {
  const detected = detectedLevel(stream);
  if (wanted === 'never') return 0;
  if (wanted === 'always') return detected === 0 ? 1 : detected;
  const { NO_COLOR = '', FORCE_COLOR, TERM } = process.env;
  if (FORCE_COLOR !== undefined)
    return ['0', 'false'].includes(FORCE_COLOR) ? 0 : detected === 0 ? 1 : detected;
  if (NO_COLOR !== '' || TERM === 'dumb' || !isTerminal(stream)) return 0;
  return detected;
}

/** What Node makes of the terminal and of FORCE_COLOR: bits a colour, as chalk's levels. */
function detectedLevel(stream: Output): ColorLevel {
  if (!isTerminal(stream)) return 0;
  const bits = process[stream].getColorDepth();
  return bits >= 24 ? 3 : bits >= 8 ? 2 : bits >= 4 ? 1 : 0;
}

/** Ends the process at once; for after a signal, when calls may still be under way. */
export function endProcess(exitCode: number, signal: NodeJS.Signals): never {
  if (signal === 'SIGHUP') {
    // Dies of the signal: to give back a terminal that is gone makes Node abort on the way out.
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  }
  process.exit(exitCode);
}

export const systemClock: Clock = { now: () => Date.now(), timer, turn };

let isLongWork = false;

async function turn(): Promise<void> {
  if (!isLongWork) {
    isLongWork = true;
    // Work that takes turns makes much garbage and keeps little. Left to grow, the space for new objects takes a third more
    // memory for thousands of files, and saves no time. Loaded late: node:v8 takes a tenth of a short run.
    const { setFlagsFromString } = await import('node:v8');
    setFlagsFromString('--semi-space-growth-factor=1');
  }
  return new Promise((settle) => {
    setImmediate(settle);
  });
}

function timer(milliseconds: number): Timer {
  let ring: () => void = () => undefined;
  const done = new Promise<void>((resolve) => {
    ring = resolve;
  });
  const timer = setTimeout(ring, milliseconds);
  return {
    done,
    cancel: () => {
      clearTimeout(timer);
    },
  };
}

export const systemRandom: Random = { bytes: (count) => crypto.getRandomValues(new Uint8Array(count)) };
