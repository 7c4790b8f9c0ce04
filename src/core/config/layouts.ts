/**
 * The two layouts of the file, the server that reads each, and what that server needs. The keys of each layout are in the fields' rows;
 * how servers of one layout read the switch differently is in go-switch.ts.
 */
import type { ConfigDocument } from '../yaml/types.ts';

export type Layout = 'flat' | 'nested';

export interface LayoutRow {
  /** The server that reads it, as messages call it. */
  readonly server: string;
  readonly era: string;
  /** The only path at which the server receives the authorization code. */
  readonly callbackPath: string;
  /** Whether the server sends a client secret with its token request. */
  readonly clientSecret: 'required' | 'forbidden';
  /** Whether the server tells admins from workers, by the groups of the user pool. */
  readonly hasRoles: boolean;
  /** Whether the hosted UI may be on a domain of the customer's own. */
  readonly customDomain: boolean;
  /** Packaged copy of the server's own default file. */
  readonly template: string;
  /** The path, from the top of the checkout, of the file that the server's own instructions start it with. */
  readonly usualFile: string;
  /** The one directory that those instructions mount into the container. */
  readonly mounted: string;
}

/** Source: the public code of both servers; see the server contract in docs/decisions. */
export const LAYOUTS: Readonly<Record<Layout, LayoutRow>> = {
  flat: {
    server: 'the Go server',
    era: '22 June 2019 to 31 July 2020',
    callbackPath: '/auth',
    clientSecret: 'required',
    hasRoles: true,
    customDomain: false,
    template: 'templates/flat/default_config.yml',
    usualFile: 'data/config.yml',
    mounted: 'data',
  },
  nested: {
    server: 'the Node server',
    era: '24 April 2020 to today',
    callbackPath: '/callback',
    clientSecret: 'forbidden',
    hasRoles: false,
    customDomain: true,
    template: 'templates/nested/default_config.yml',
    usualFile: 'local-data/scalabel/config.yml',
    mounted: 'local-data',
  },
};

export const LAYOUT_NAMES = ['flat', 'nested'] as const satisfies readonly Layout[];

/** Keys that, as mappings, only the nested layout has. */
export const NESTED_MARKS: readonly string[] = ['http', 'storage', 'user', 'cognito'];
/** Only Node servers read it at the top level, even if the rest of the file is flat. */
const NODE_MARK = 'itemDir';

/** The layout that a file's own keys tell; undefined where they tell neither. */
function layoutShownBy(document: ConfigDocument): Layout | undefined {
  const top = document.entries.filter(({ path }) => path.length === 1);
  const isNested = top.some(({ path: [name = ''], kind }) =>
    name === NODE_MARK ? true : NESTED_MARKS.includes(name) && kind === 'mapping',
  );
  if (isNested) return 'nested';
  return top.length > 0 ? 'flat' : undefined;
}

/** The layout that a file's own keys tell; flat, the one of the guide, wherever nothing says otherwise. */
export function recogniseLayout(document: ConfigDocument): Layout {
  return layoutShownBy(document) ?? 'flat';
}
