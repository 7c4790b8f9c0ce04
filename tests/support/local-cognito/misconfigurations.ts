/** Typical mistakes in an account, one at a time, which `doctor` must find and name. */
import { addClient, newSecret } from './state.ts';
import type { ClientSettings, CognitoState, Pool } from './state.ts';

/** Each changes the account (never the file) for the given client. */
export type Misconfiguration =
  | 'wrong-secret' // the client gets a new secret
  | 'callback-one-character-short' // removes the last character of every registered callback URL
  | 'sign-out-one-character-short'
  | 'code-flow-off' // leaves only the implicit flow
  | 'oauth-off' // AllowedOAuthFlowsUserPoolClient
  | 'openid-scope-missing'
  | 'email-scope-missing'
  | 'email-unreadable' // ReadAttributes without `email`
  | 'client-deleted'
  | 'domain-deleted'
  | 'login-pages-unavailable' // managed login without a branding style
  | 'issuer-changed' // IssuerConfiguration is UPDATED
  | 'jwks-empty'
  | 'admin-group-missing'
  | 'pool-in-another-region'; // the same pool with an ID of another region, and removed from this one

/** Applies it; returns a function that restores the account. Throws for an unknown client. */
export function misconfigure(state: CognitoState, clientId: string, kind: Misconfiguration): () => void {
  const found = [...state.pools].find(([, { clients }]) => clients.has(clientId));
  if (!found) throw new Error(`unknown app client ${clientId}`);
  const [poolId, pool] = found;
  const restore = remember(state, pool);
  MISCONFIGURE[kind]({ state, poolId, pool, clientId });
  return restore;
}

interface Place {
  readonly state: CognitoState;
  readonly poolId: string;
  readonly pool: Pool;
  readonly clientId: string;
}

const MISCONFIGURE: Readonly<Record<Misconfiguration, (place: Place) => void>> = {
  'wrong-secret': (place) => {
    changeClient(place, () => ({ ClientSecret: newSecret(place.state), SecondSecret: undefined }));
  },
  'callback-one-character-short': (place) => {
    changeClient(place, ({ CallbackURLs }) => ({ CallbackURLs: CallbackURLs?.map(withoutLast) }));
  },
  'sign-out-one-character-short': (place) => {
    changeClient(place, ({ LogoutURLs }) => ({ LogoutURLs: LogoutURLs?.map(withoutLast) }));
  },
  'code-flow-off': (place) => {
    changeClient(place, () => ({ AllowedOAuthFlows: ['implicit'] }));
  },
  'oauth-off': (place) => {
    changeClient(place, () => ({ AllowedOAuthFlowsUserPoolClient: false }));
  },
  'openid-scope-missing': (place) => {
    changeClient(place, (client) => ({ AllowedOAuthScopes: without(client.AllowedOAuthScopes, 'openid') }));
  },
  'email-scope-missing': (place) => {
    changeClient(place, (client) => ({ AllowedOAuthScopes: without(client.AllowedOAuthScopes, 'email') }));
  },
  'email-unreadable': (place) => {
    changeClient(place, () => ({ ReadAttributes: ['name'] }));
  },
  'client-deleted': ({ pool, clientId }) => {
    pool.clients.delete(clientId);
  },
  'domain-deleted': ({ state, poolId }) => {
    deleteDomains(state, poolId);
  },
  'login-pages-unavailable': ({ state, poolId, pool, clientId }) => {
    pool.brandedClients.delete(clientId);
    for (const [name, domain] of state.domains) {
      if (domain.UserPoolId === poolId) state.domains.set(name, { ...domain, ManagedLoginVersion: 2 });
    }
  },
  'issuer-changed': ({ state, poolId, pool }) => {
    const description = { ...pool.description, IssuerConfiguration: { Type: 'UPDATED' } };
    state.pools.set(poolId, { ...pool, description });
  },
  'jwks-empty': ({ pool }) => {
    pool.jwksEmpty = true;
  },
  'admin-group-missing': ({ pool }) => {
    pool.groups.delete('admin');
  },
  'pool-in-another-region': movePool,
};

function changeClient({ pool, clientId }: Place, change: (client: ClientSettings) => ClientSettings): void {
  const client = pool.clients.get(clientId);
  if (client) pool.clients.set(clientId, { ...client, ...change(client) });
}

/** Its domains go with it: their hosts then have no address. */
function movePool({ state, poolId, pool }: Place): void {
  const region = pool.region === 'eu-central-1' ? 'ap-southeast-2' : 'eu-central-1';
  const movedId = poolId.replace(/^.*_/, `${region}_`);
  const Arn = pool.description.Arn.replace(`:${pool.region}:`, `:${region}:`).replace(poolId, movedId);
  deleteDomains(state, poolId);
  state.pools.delete(poolId);
  state.pools.set(movedId, {
    ...pool,
    region,
    description: { ...pool.description, Id: movedId, Arn },
    clients: new Map(),
  });
  for (const client of pool.clients.values()) addClient(state, movedId, client);
}

function deleteDomains(state: CognitoState, poolId: string): void {
  for (const [name, { UserPoolId }] of state.domains) {
    if (UserPoolId === poolId) state.domains.delete(name);
  }
}

/** A copy of everything that a misconfiguration may change. Restoring it also undoes other changes made since. */
function remember(state: CognitoState, pool: Pool): () => void {
  const pools = new Map(state.pools);
  const domains = new Map(state.domains);
  const { clients, groups, brandedClients, jwksEmpty } = pool;
  const held = [new Map(clients), new Map(groups), new Set(brandedClients)] as const;
  return () => {
    refill(state.pools, pools);
    refill(state.domains, domains);
    refill(clients, held[0]);
    refill(groups, held[1]);
    for (const id of held[2]) brandedClients.add(id);
    pool.jwksEmpty = jwksEmpty;
  };
}

function refill<K, V>(map: Map<K, V>, from: ReadonlyMap<K, V>): void {
  map.clear();
  for (const [key, value] of from) map.set(key, value);
}

function withoutLast(url: string): string {
  return url.slice(0, -1);
}

function without(list: readonly string[] | undefined, name: string): readonly string[] | undefined {
  return list?.filter((other) => other !== name);
}
