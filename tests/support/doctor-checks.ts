/** Shared by the tests of `doctor` in this process and as built: a scene without faults, and the checks read from JSON. */
import { PEOPLE, startScene, type Scene } from './sign-in-scene.ts';

export const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'AKIAFAKE', AWS_SECRET_ACCESS_KEY: 'notarealsecret' };

/** A scene in which every member of the admin group is an admin. */
export async function startWithAdmins(layout: Scene['layout']): Promise<Scene> {
  const started = await startScene(layout);
  started.cognito.state.pools.get(started.poolId)?.users.get(PEOPLE.both)?.groups.delete('annotators');
  return started;
}

interface Check {
  readonly check: string;
  readonly status: string;
  readonly code?: string;
  readonly follows?: string;
  readonly message: string;
}

interface Checks {
  readonly checks: readonly Check[];
  /** Every check that does not pass. */
  readonly troubles: readonly string[];
}

/** A run of `doctor --format json` with its checks. */
export function withChecks<Result extends { readonly stdout: string }>(result: Result): Result & Checks {
  const { checks } = JSON.parse(result.stdout) as { readonly checks: readonly Check[] };
  const troubles = checks
    .filter(({ status }) => status !== 'pass')
    .map(({ check, status, code = '', follows }) =>
      `${check} ${status} ${code}${follows === undefined ? '' : ` (${follows})`}`
        .replace('  ', ' ')
        .trimEnd(),
    );
  return { ...result, checks, troubles };
}
