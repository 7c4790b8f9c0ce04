/**
 * A local stand-in for the Amazon Cognito user pools API (AWS JSON 1.1 over HTTP on the loopback), so that the demo and
 * the end-to-end tests need no AWS account. It checks what AWS checks, except signatures: any credentials will do.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { CLIENT_OPERATIONS } from './local-cognito/clients.ts';
import { deliver, type Answer } from './local-cognito/delivery.ts';
import { createFaultList, refusalOf, type Fault, type FaultList } from './local-cognito/faults.ts';
import { GROUP_OPERATIONS } from './local-cognito/groups.ts';
import { createLedger, type Ledger, type RecordedRequest } from './local-cognito/ledger.ts';
import { LONGEST_PAGE } from './local-cognito/paging.ts';
import { POOL_OPERATIONS } from './local-cognito/pools.ts';
import { documentAt, publicDocument, type DocumentRequest } from './local-cognito/public-documents.ts';
import { ServiceFailure } from './local-cognito/service-failure.ts';
import * as state from './local-cognito/state.ts';
import type { CognitoState } from './local-cognito/state.ts';

export interface LocalCognitoOptions {
  /** Where pools are seeded unless they name another region; `us-west-2` unless told. */
  readonly region?: string;
  /** Twelve digits. */
  readonly accountId?: string;
  /** How long every answer takes. Zero unless told; to count round trips, give it some: at zero, parallel requests may not overlap. */
  readonly latencyMs?: number;
  /** Two stand-ins with the same seed make the same ids. */
  readonly seed?: number;
}

export interface LocalCognito {
  /** `http://127.0.0.1:PORT`, for `--endpoint-url`. */
  readonly url: string;
  /** All requests so far, oldest first. */
  readonly requests: readonly RecordedRequest[];
  /** The most requests that were ever under way at once. */
  readonly maxInFlight: number;
  /** The longest chain of requests of which each began only after the one before had been answered. */
  roundTrips(): number;
  /** Everything that it knows; tests may change it. */
  readonly state: CognitoState;
  /** These four put things in without any check; see `CognitoState` for the shapes. */
  addPool(seed?: state.PoolSeed): state.PoolDescription;
  addClient(poolId: string, seed?: state.ClientSeed): state.ClientDescription;
  addDomain(poolId: string, domain: string, seed?: state.DomainSeed): state.DomainDescription;
  addGroup(poolId: string, name: string, seed?: state.GroupSeed): state.GroupDescription;
  /** From now on something goes wrong; gives what ends it. Throws for an operation that there is not. */
  inject(fault: Fault): () => void;
  /** Stops at once: open connections are destroyed. May be called again. */
  close(): Promise<void>;
}

interface Context {
  readonly state: CognitoState;
  readonly faults: FaultList;
  readonly ledger: Ledger;
  readonly latencyMs: number;
}

interface Caller {
  readonly region: string;
  readonly accessKeyId: string;
}

/** What a request asks for, before anything about it is checked. */
interface Asked extends Caller {
  readonly operation: string;
  readonly body: unknown;
  readonly document: DocumentRequest | undefined;
  /** What was wrong with it already; answered only after the faults had their turn. */
  readonly failure: ServiceFailure | undefined;
}

const OPERATIONS = new Map(Object.entries({ ...POOL_OPERATIONS, ...CLIENT_OPERATIONS, ...GROUP_OPERATIONS }));
/** What a fault may name: a misspelt operation would be a fault that never strikes. */
const STRIKABLE = new Set([...OPERATIONS.keys(), 'OpenIdConfiguration', 'Jwks', '*']);
const TARGET_PREFIX = 'AWSCognitoIdentityProviderService.';
const LONGEST_BODY = 1024 * 1024;
const NOBODY: Caller = { region: '', accessKeyId: '' };

/** Starts a stand-in on a free port of 127.0.0.1. */
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

function emptyState({ region, accountId, seed }: LocalCognitoOptions): CognitoState {
  return {
    region: region ?? 'us-west-2',
    accountId: accountId ?? '123456789012',
    pools: new Map(),
    domains: new Map(),
    seed: seed ?? 1,
    made: 0,
    unknownDomain: 'empty',
    pageSize: LONGEST_PAGE,
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
    inject(fault) {
      if (!STRIKABLE.has(fault.operation)) throw new Error(`no operation is called ${fault.operation}`);
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

/** Never rejects: what a client sends, or its going away, must not end the process. */
async function serve(context: Context, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const entry = context.ledger.start();
  response.on('close', () => {
    entry.end();
  });
  // Writing to a client that has gone away is an event here, and without a listener an exception.
  response.on('error', () => undefined);
  try {
    const asked = await readRequest(request);
    entry.describe(asked);
    const strike = context.faults.strike(asked.operation);
    // Not held by the event loop: once closed, nothing waits for an answer that nobody can get.
    await setTimeout(context.latencyMs + strike.delayMs, undefined, { ref: false });
    const failure = strike.refusal && refusalOf(strike.refusal, context.state, asked);
    const answer = failure ? failureAnswer(failure) : await answerTo(context.state, asked);
    await deliver(response, answer, strike.mishap, () => {
      entry.end();
    });
  } catch {
    response.destroy();
  }
}

async function readRequest(request: IncomingMessage): Promise<Asked> {
  const caller = callerOf(request.headers.authorization);
  const document = request.method === 'GET' ? documentAt(request.url ?? '') : undefined;
  const target = request.headers['x-amz-target'];
  const named =
    typeof target === 'string' && target.startsWith(TARGET_PREFIX) ? target.slice(TARGET_PREFIX.length) : '';
  const operation = document?.operation ?? (OPERATIONS.has(named) ? named : 'unknown');
  const asked = { operation, ...(caller ?? NOBODY), document };
  const text = await readBody(request);
  if (document) return { ...asked, body: undefined, failure: undefined };
  const body = text === undefined ? undefined : parseJson(text);
  return { ...asked, body, failure: brokenRequest(request, operation, caller, text, body) };
}

/** What is wrong with a request whatever its operation, in the order in which the service looks. */
function brokenRequest(
  request: IncomingMessage,
  operation: string,
  caller: Caller | undefined,
  text: string | undefined,
  body: unknown,
): ServiceFailure | undefined {
  const { method = '', url = '' } = request;
  if (method !== 'POST' || url !== '/') {
    return new ServiceFailure('UnknownOperationException', `Nothing is served here at ${method} ${url}`, 404);
  }
  if (text === undefined) {
    return new ServiceFailure('RequestEntityTooLargeException', 'The body is too large', 413);
  }
  if (
    operation === 'unknown' ||
    !/^application\/x-amz-json-1\.1\b/.test(request.headers['content-type'] ?? '')
  ) {
    return new ServiceFailure('UnknownOperationException', 'No such operation');
  }
  if (!caller)
    return new ServiceFailure('MissingAuthenticationTokenException', 'Missing Authentication Token');
  if (body === undefined) return new ServiceFailure('SerializationException', 'The body is not JSON');
  return undefined;
}

/** The SigV4 credential scope; undefined where there is none for this service. */
function callerOf(authorization: string | undefined): Caller | undefined {
  const scope =
    /^AWS4-HMAC-SHA256 Credential=([\w-]+)\/\d{8}\/([a-z0-9-]+)\/cognito-idp\/aws4_request, ?SignedHeaders=[\w;-]+, ?Signature=[0-9a-f]{64}$/;
  const [, accessKeyId, region] = scope.exec(authorization ?? '') ?? [];
  return accessKeyId !== undefined && region !== undefined ? { region, accessKeyId } : undefined;
}

/** Undefined where it is longer than allowed. Rejects when the client goes away. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  // The connection has to outlive the loop: it still carries the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LONGEST_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

async function answerTo(held: CognitoState, asked: Asked): Promise<Answer> {
  try {
    if (asked.failure) throw asked.failure;
    if (asked.document) {
      return answerWith(200, await publicDocument(held, asked.document), {
        'content-type': 'application/json',
      });
    }
    const operation = OPERATIONS.get(asked.operation);
    return answerWith(200, operation?.({ state: held, region: asked.region, body: asked.body }));
  } catch (error) {
    return failureAnswer(
      error instanceof ServiceFailure
        ? error
        : new ServiceFailure(
            'InternalErrorException',
            error instanceof Error ? error.message : 'unknown',
            500,
          ),
    );
  }
}

function failureAnswer({ name, message, status }: ServiceFailure): Answer {
  return answerWith(
    status,
    { __type: name, message },
    // What is left of a body that was too long must not be taken for the next request.
    { 'x-amzn-errortype': `${name}:`, ...(status === 413 && { connection: 'close' }) },
  );
}

function answerWith(status: number, body: object | undefined, headers: Answer['headers'] = {}): Answer {
  return {
    status,
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amzn-requestid': crypto.randomUUID(),
      ...headers,
    },
    body: body === undefined ? '' : JSON.stringify(body),
  };
}
