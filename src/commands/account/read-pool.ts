/** The calls to Cognito that the facts of one pool take: as few as possible, and side by side where they can be. */
import type { DomainFact, HiddenFact } from '../../core/rules/account/facts.ts';
import type { AppClient, AwsInUse, Cognito, Named, Terminal, UserPool } from '../../ports.ts';
import { CognitoFailure } from '../../core/failures.ts';
import { awsInUse, noteAws } from './aws-in-use.ts';

/** Maximum parallel calls: AWS allows five per second for each user pool and operation. */
export const MOST_AT_ONCE = 5;

/** The requested app client, as far as it is known before reading. */
export interface ClientRequest {
  /** A possible ID: it is described at once. The list is read only if that fails or the client is not accepted. */
  readonly id: string | undefined;
  readonly accepts: (client: AppClient) => boolean;
  /** Which of the listed clients to describe. */
  readonly among: (listed: readonly Named[]) => readonly Named[];
}

/** A server without roles does not read groups, and neither do the checks for it. */
export const withoutGroups = (cognito: Cognito): Cognito => ({
  ...cognito,
  listGroups: () => Promise.resolve([]),
  listUsersInGroup: () => Promise.resolve([]),
});

/** What was read about one user pool. */
export interface PoolReading {
  readonly pool: UserPool;
  readonly aws: AwsInUse | undefined;
  readonly domains: readonly DomainFact[];
  /** Undefined if not visible. */
  readonly groups: readonly string[] | undefined;
  readonly hidden: readonly HiddenFact[];
  /** The requested client alone, or those of the list that might be it. */
  readonly clients: readonly AppClient[];
}

/**
 * Reads a user pool in two rounds of parallel calls: user pool, groups and the app client (or the list), then the domains
 * and the listed app clients. Rejects with CognitoFailure, the pool's own first.
 */
export async function readPool(
  cognito: Cognito,
  poolId: string,
  request: ClientRequest,
  terminal: Terminal,
): Promise<PoolReading> {
  const firstRound = [
    cognito.describeUserPool(poolId),
    firstLook(cognito, poolId, request),
    orHidden('ListGroups', cognito.listGroups(poolId)),
  ] as const;
  await Promise.allSettled(firstRound);
  const [pool, look, groups] = await Promise.all(firstRound);
  const aws = awsInUse(cognito, pool);
  noteAws(aws, terminal);
  const limited = limitTo(MOST_AT_ONCE);
  const domains = [pool.domain, pool.customDomain].flatMap((domain) =>
    domain === undefined ? [] : [limited(() => readDomain(cognito, domain))],
  );
  const listed = look.listed.map(
    ({ id }) =>
      () =>
        limited(() => cognito.describeAppClient(poolId, id)),
  );
  const [domainFacts, clients] = await Promise.all([Promise.all(domains), counted(listed, terminal)]);
  const hidden = [groups, ...domainFacts].flatMap((part) => part.hidden ?? []);
  return {
    pool,
    aws,
    domains: domainFacts.map(({ fact }) => fact),
    groups: groups.value,
    hidden: hidden.filter(({ action }, at) => hidden.findIndex((other) => other.action === action) === at),
    clients: [...look.described, ...clients],
  };
}

interface FirstLook {
  readonly described: readonly AppClient[];
  readonly listed: readonly Named[];
}

async function firstLook(cognito: Cognito, poolId: string, request: ClientRequest): Promise<FirstLook> {
  let missing: CognitoFailure | undefined;
  if (request.id !== undefined) {
    try {
      const client = await cognito.describeAppClient(poolId, request.id);
      if (request.accepts(client)) return { described: [client], listed: [] };
    } catch (error) {
      if (!isFailure(error, NOT_THERE)) throw error;
      missing = error;
    }
  }
  try {
    return { described: [], listed: request.among(await cognito.listAppClients(poolId)) };
  } catch (error) {
    // If the list is not visible, the missing client is the error.
    throw missing !== undefined && isFailure(error, HIDDEN) ? missing : error;
  }
}

/** InvalidParameterException: the text is not an app client ID at all. */
const NOT_THERE = /^(?:ResourceNotFoundException|InvalidParameterException)$/;
const DENIED = /^(?:AccessDeniedException|NotAuthorizedException)$/;
/** Denied, or not known to an emulator. */
const HIDDEN = new RegExp(`${DENIED.source}|Unsupported|NotImplemented|UnknownOperation|InvalidAction`);

function isFailure(error: unknown, names: RegExp): error is CognitoFailure {
  return error instanceof CognitoFailure && names.test(error.errorName);
}

/** A value, or why it is not visible. */
export interface Seen<T> {
  readonly value?: T;
  readonly hidden?: HiddenFact;
}

/** For what login does not need: a denied or unsupported call is not an error, any other failure is. */
async function orHidden<T>(action: string, reading: Promise<T>): Promise<Seen<T>> {
  try {
    return { value: await reading };
  } catch (error) {
    if (!isFailure(error, HIDDEN)) throw error;
    return { hidden: { action, reason: DENIED.test(error.errorName) ? 'denied' : 'unknown' } };
  }
}

/** For what nothing else depends on: no failure is an error; `words` makes the message. */
export async function orUnseen<T>(
  action: string,
  reading: Promise<T>,
  words: (failure: CognitoFailure) => string,
): Promise<Seen<T>> {
  try {
    return await orHidden(action, reading);
  } catch (error) {
    if (!(error instanceof CognitoFailure)) throw error;
    return { hidden: { action, reason: 'failed', why: words(error) } };
  }
}

async function readDomain(
  cognito: Cognito,
  domain: string,
): Promise<{ readonly fact: DomainFact; readonly hidden?: HiddenFact }> {
  const { value, hidden } = await orHidden('DescribeUserPoolDomain', cognito.describeDomain(domain));
  return hidden === undefined
    ? { fact: { domain, description: value } }
    : { fact: { domain, description: 'hidden' }, hidden };
}

/** Describes every app client, with a progress line. */
async function counted(
  calls: readonly (() => Promise<AppClient>)[],
  terminal: Terminal,
): Promise<readonly AppClient[]> {
  if (calls.length < 2) return Promise.all(calls.map((call) => call()));
  let done = 0;
  const say = (): void => {
    terminal.progress(`Reading app clients: ${String(done)} of ${String(calls.length)} …`);
  };
  say();
  try {
    return await Promise.all(
      calls.map(async (call) => {
        const client = await call();
        done += 1;
        say();
        return client;
      }),
    );
  } finally {
    terminal.progress(undefined);
  }
}

export type Limit = <T>(call: () => Promise<T>) => Promise<T>;

/** Runs at most `most` calls at once. After a failure the waiting calls never run, because the result is decided. */
export function limitTo(most: number): Limit {
  let free = most;
  const waiting: (() => void)[] = [];
  return async (call) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await call();
    } catch (error) {
      waiting.length = 0;
      throw error;
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
