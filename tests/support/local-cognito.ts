/**
 * A local replacement for Amazon Cognito user pools, so that the demo and the end-to-end tests need no AWS account: the API (AWS JSON 1.1),
 * the hosted UI with its OAuth endpoints, and the OIDC documents, all at one loopback origin. It checks what AWS checks, except signatures:
 * any credentials are accepted.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { answerCall, API_OPERATIONS, failureAnswer, readCall } from './local-cognito/api.ts';
import { deliver, type Answer } from './local-cognito/delivery.ts';
import { PUBLIC_OPERATIONS, publicEndpointAt } from './local-cognito/endpoints.ts';
import { createFaultList, refusalOf, type Fault, type FaultList } from './local-cognito/faults.ts';
import type { Forgery } from './local-cognito/forgeries.ts';
import { createLedger, type Ledger, type RecordedRequest } from './local-cognito/ledger.ts';
import { misconfigure, type Misconfiguration } from './local-cognito/misconfigurations.ts';
import { LONGEST_PAGE } from './local-cognito/paging.ts';
import type { HostedUiRequest } from './local-cognito/sign-in-request.ts';
import * as state from './local-cognito/state.ts';
import type { CognitoState } from './local-cognito/state.ts';
import { addUser, type User, type UserSeed } from './local-cognito/users.ts';

export interface LocalCognitoOptions {
  /** The default region of seeded pools; `us-west-2` by default. */
  readonly region?: string;
  /** Twelve digits. */
  readonly accountId?: string;
  /** The delay of every answer; 0 by default. To count round trips, set a delay: without one, parallel requests may not overlap. */
  readonly latencyMs?: number;
  /** Milliseconds since the epoch, for the dates of codes and tokens; `Date.now` by default. */
  readonly now?: () => number;
  /** The same seed makes the same IDs. */
  readonly seed?: number;
}

export interface LocalCognito {
  /** `http://127.0.0.1:PORT`, for `--endpoint-url`. */
  readonly url: string;
  /** All requests, oldest first. */
  readonly requests: readonly RecordedRequest[];
  /** The maximum number of concurrent requests. */
  readonly maxInFlight: number;
  /** The length of the longest chain of sequential requests, each started after the previous answer. */
  roundTrips(): number;
  /** The whole state; tests may change it. */
  readonly state: CognitoState;
  /** These six add to the state without checks; see `CognitoState` for the shapes. */
  addPool(seed?: state.PoolSeed): state.PoolDescription;
  addClient(poolId: string, seed?: state.ClientSeed): state.ClientDescription;
  addDomain(poolId: string, domain: string, seed?: state.DomainSeed): state.DomainDescription;
  addGroup(poolId: string, name: string, seed?: state.GroupSeed): state.GroupDescription;
  addUser(poolId: string, seed: UserSeed): User;
  addIdentityProvider(
    poolId: string,
    name: string,
    seed?: state.IdentityProviderSeed,
  ): state.IdentityProviderDescription;
  /** Misconfigures the account for this client; returns a function that restores it. */
  misconfigure(clientId: string, kind: Misconfiguration): () => void;
  /** Forges the tokens from now on; returns a function that stops it. */
  forge(forgery: Forgery): () => void;
  /** Injects a fault; returns a function that removes it. Throws for an unknown operation. */
  inject(fault: Fault): () => void;
  /** Stops immediately and destroys open connections. May be called repeatedly. */
  close(): Promise<void>;
}

interface Context {
  readonly state: CognitoState;
  readonly faults: FaultList;
  readonly ledger: Ledger;
  readonly latencyMs: number;
}

/** The request, and how to answer it after applying faults. */
interface Asked {
  readonly operation: string;
  readonly url: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly body: unknown;
  answer(): Answer | Promise<Answer>;
}

/** The operations that a fault may name. A misspelled one would never strike, so it is an error. */
const STRIKABLE = new Set([...API_OPERATIONS, ...PUBLIC_OPERATIONS, '*']);
const LONGEST_BODY = 1024 * 1024;

/** Starts the local Cognito on a free port of 127.0.0.1. */
export async function startLocalCognito(options: LocalCognitoOptions = {}): Promise<LocalCognito> {
  const context: Context = {
    state: emptyState(options),
    faults: createFaultList(),
    ledger: createLedger(),
    latencyMs: options.latencyMs ?? 0,
  };
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    void serve(context, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return asLocalCognito(context, server);
}

function emptyState({ region, accountId, seed, now }: LocalCognitoOptions): CognitoState {
  return {
    region: region ?? 'us-west-2',
    accountId: accountId ?? '123456789012',
    pools: new Map(),
    domains: new Map(),
    seed: seed ?? 1,
    made: 0,
    unknownDomain: 'empty',
    pageSize: LONGEST_PAGE,
    now: now ?? Date.now,
    hostedUi: {
      invalidScope: 'error_description',
      unauthorizedClientField: 'error',
      unauthorizedClientPart: 'query',
      unavailableStatus: 403,
      locations: 'relative',
    },
    codes: new Map(),
    handedOut: [],
    forgery: undefined,
  };
}

function asLocalCognito(context: Context, server: Server): LocalCognito {
  const { state: held, ledger, faults } = context;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: ledger.requests,
    get maxInFlight() {
      return ledger.maxInFlight;
    },
    roundTrips: () => ledger.roundTrips(),
    state: held,
    addPool: (seed) => state.addPool(held, seed),
    addClient: (poolId, seed) => state.addClient(held, poolId, seed),
    addDomain: (poolId, domain, seed) => state.addDomain(held, poolId, domain, seed),
    addGroup: (poolId, name, seed) => state.addGroup(held, poolId, name, seed),
    addUser: (poolId, seed) => addUser(held, poolId, seed),
    addIdentityProvider: (poolId, name, seed) => state.addIdentityProvider(held, poolId, name, seed),
    misconfigure: (clientId, kind) => misconfigure(held, clientId, kind),
    forge(forgery) {
      held.forgery = forgery;
      return () => {
        held.forgery = undefined;
      };
    },
    inject(fault) {
      if (!STRIKABLE.has(fault.operation)) throw new Error(`unknown operation: ${fault.operation}`);
      return faults.inject(fault);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** Never rejects: no request or disconnect may end the process. */
async function serve(context: Context, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const entry = context.ledger.start();
  response.on('close', () => {
    entry.end();
  });
  // Without a listener, writing to a disconnected client would throw.
  response.on('error', () => undefined);
  try {
    const asked = await readRequest(context.state, request);
    entry.describe(asked);
    const strike = context.faults.strike(asked.operation);
    // Unreferenced, so that a delayed answer does not keep the process alive after closing.
    await setTimeout(context.latencyMs + strike.delayMs, undefined, { ref: false });
    const failure = strike.refusal && refusalOf(strike.refusal, context.state, asked);
    const answer = failure ? failureAnswer(failure) : await answerTo(asked);
    await deliver(response, answer, strike.mishap, () => {
      entry.end();
    });
  } catch {
    response.destroy();
  }
}

async function readRequest(held: CognitoState, request: IncomingMessage): Promise<Asked> {
  const { method = '', url = '', headers } = request;
  const endpoint = publicEndpointAt(method, url);
  const text = await readBody(request);
  if (!endpoint || text === undefined) {
    const call = readCall({ method, url, headers, text });
    return { ...call, url, answer: () => answerCall(held, call) };
  }
  const form = new URLSearchParams(text);
  const hostedUiRequest: HostedUiRequest = {
    query: url.split('?').slice(1).join('?'),
    form,
    host: headers.host ?? '',
    contentType: headers['content-type'] ?? '',
    authorization: headers.authorization ?? '',
  };
  return {
    operation: endpoint.operation,
    url,
    region: '',
    accessKeyId: '',
    body: method === 'POST' ? Object.fromEntries(form) : undefined,
    answer: () => endpoint.answer(held, hostedUiRequest),
  };
}

/** Undefined if it is too long. Rejects if the client disconnects. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  // The connection must outlive the loop, because it still carries the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LONGEST_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function answerTo(asked: Asked): Promise<Answer> {
  try {
    return await asked.answer();
  } catch (error) {
    return failureAnswer(error);
  }
}
