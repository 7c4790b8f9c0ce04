/**
 * The three commands that write the configuration file, ready to run as built, without a terminal, in either layout; and the moment of
 * writing, for tests that interfere with it.
 */
import type { Layout } from '../../src/core/config/layouts.ts';
import type { Running } from './cli.ts';
import { drafts } from './files-scratch.ts';
import { goodFile, template } from './fixtures.ts';
import { startLocalCognito } from './local-cognito.ts';

export const WRITERS = ['init', 'discover', 'validate --fix'] as const;
export type Writer = (typeof WRITERS)[number];

export interface WritingCommand {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** A file that the command changes. `init` without values does not change it. */
  readonly before: string;
  /** The `default_config.yml` from which the command can create a file; undefined if it needs an existing file. */
  readonly base: string | undefined;
}

export interface WritingScene {
  command(writer: Writer, layout: Layout): WritingCommand;
  close(): Promise<void>;
}

const OLD_CLIENT = '0fakeclientid0000000000000';
const JWKS_URL = 'https://cognito-idp.us-west-2.amazonaws.com/us-west-2_FakePool1/.well-known/jwks.json';
const FLAGS: Readonly<Record<Layout, readonly string[]>> = {
  flat: ['--redirect-uri', 'http://localhost:8686/auth', '--log-out-uri', 'http://localhost:8686/'],
  nested: ['--redirect-uri', 'http://localhost:8686/callback'],
};
/** A misspelled key of each layout, for `--fix` to repair. */
const MISSPELT: Readonly<Record<Layout, readonly [right: string, wrong: string]>> = {
  flat: ['userManagement:', 'usermanagement:'],
  nested: ['userPool:', 'userpool:'],
};

/** Starts the local Cognito for `discover`; the caller closes it. */
export async function startWritingScene(): Promise<WritingScene> {
  const cognito = await startLocalCognito();
  const poolId = cognito.addPool({ Name: 'people' }).Id;
  cognito.addClient(poolId, { ClientName: 'web', CallbackURLs: ['http://localhost:8686/auth'] });
  cognito.addClient(poolId, {
    ClientName: 'pages',
    ClientSecret: undefined,
    CallbackURLs: ['http://localhost:8686/callback'],
  });
  cognito.addDomain(poolId, 'scalabel-demo');
  cognito.addGroup(poolId, 'admin');
  const command = (writer: Writer, layout: Layout): WritingCommand => {
    const good = goodFile(layout);
    const [right, wrong] = MISSPELT[layout];
    const other = good
      .replace(/(clientId: ").*"/, `$1${OLD_CLIENT}"`)
      .replace(/(awsJwkUrl: ".*")/, `$1 # ${JWKS_URL}`);
    switch (writer) {
      case 'init':
        return {
          args: ['init', '--yes', '--layout', layout, '--user-pool-id', 'us-west-2_FakePool1']
            .concat('--client-id', '1fakeclientid0000000000000', '--domain-name', 'scalabel-demo')
            .concat(FLAGS[layout]),
          env: layout === 'flat' ? { UMCONFIG_CLIENT_SECRET: 'notarealsecret'.repeat(3) } : {},
          before: other,
          base: template(layout),
        };
      case 'discover':
        return {
          args: ['discover', '--yes', '--layout', layout, '--pool', poolId],
          env: {
            AWS_ACCESS_KEY_ID: 'AKIAFAKE',
            AWS_SECRET_ACCESS_KEY: 'notarealsecret',
            AWS_ENDPOINT_URL: cognito.url,
          },
          before: other,
          base: template(layout),
        };
      case 'validate --fix':
        return { args: ['validate', '--fix'], env: {}, before: good.replace(right, wrong), base: undefined };
    }
  };
  return { command, close: () => cognito.close() };
}

/** Whether a temporary file is complete and waits to be renamed. */
export const isReady = (name: string): boolean => name.endsWith('.ready.umconfig-tmp');

/**
 * Waits until the run has a temporary file in this directory or has ended; with `ready` until the file waits to be renamed, then stops the
 * run (SIGSTOP).
 */
export async function seeDraft(
  { child }: Running,
  directory: string,
  wanted: 'any' | 'ready',
): Promise<void> {
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
  while (!isOver() && drafts(directory).length === 0) await new Promise((resolve) => setImmediate(resolve));
  if (wanted === 'any') return;
  // It waits for a tenth of a millisecond, so the run continues only for moments.
  for (;;) {
    child.kill('SIGSTOP');
    const names = drafts(directory);
    if (names.length === 0 || names.some(isReady)) return;
    child.kill('SIGCONT');
    spin(0.05);
  }
}

/** Waits more precisely than a timer. */
export function spin(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}
