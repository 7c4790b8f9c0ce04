/**
 * The two generations of the server and what each of them needs. Everything that differs between them, apart from
 * where a field sits (that is in the field's row), stands here.
 */
import type { ConfigDocument, Scalar } from '../yaml/types.ts';

export type Layout = 'flat' | 'nested';

export interface LayoutRow {
  /** The server that reads it, as messages call it. */
  readonly server: string;
  readonly era: string;
  /** The only path at which the server receives the authorization code. */
  readonly callbackPath: string;
  /** Whether the server sends a client secret with its token request. */
  readonly clientSecret: 'required' | 'forbidden';
  /** Whether the hosted UI may be on a domain of the customer's own. */
  readonly customDomain: boolean;
  /** Values of the switch that turn login on and off. */
  readonly on: Scalar;
  readonly off: Scalar;
  /** Packaged copy of the server's own default file. */
  readonly template: string;
  /** How the server is started, as one shell word list before the configuration file's path. */
  readonly launch: string;
}

/** Source: the public code of both servers; see the server contract in docs/decisions. */
export const LAYOUTS: Readonly<Record<Layout, LayoutRow>> = {
  flat: {
    server: 'the Go server',
    era: '2019 to July 2020',
    callbackPath: '/auth',
    clientSecret: 'required',
    customDomain: false,
    on: 'on',
    off: 'off',
    template: 'templates/flat/default_config.yml',
    launch: './bin/scalabel --config',
  },
  nested: {
    server: 'the Node server',
    era: 'August 2020 to today',
    callbackPath: '/callback',
    clientSecret: 'forbidden',
    customDomain: true,
    on: true,
    off: false,
    template: 'templates/nested/default_config.yml',
    launch: 'node app/dist/main.js --config',
  },
};

export const LAYOUT_NAMES = ['flat', 'nested'] as const satisfies readonly Layout[];

/** Keys that, as mappings, only the nested layout has. */
export const NESTED_MARKS: readonly string[] = ['http', 'storage', 'user', 'cognito'];

/** The layout that a file's own keys tell; flat wherever nothing says otherwise. */
export function recogniseLayout(document: ConfigDocument): Layout {
  const nested = document.entries.some(
    (entry) =>
      entry.path.length === 1 && NESTED_MARKS.includes(entry.path[0] ?? '') && entry.kind === 'mapping',
  );
  return nested ? 'nested' : 'flat';
}
