/** What can go wrong between a client and AWS, on demand. */
import type { Answer } from './delivery.ts';
import { ServiceFailure } from './service-failure.ts';
import { partitionOf, poolArn } from './state.ts';
import type { CognitoState } from './state.ts';

/** Answers of the service that say no. */
const REFUSALS = [
  'throttled',
  'access-denied',
  'expired-credentials',
  'unrecognized-client',
  'invalid-signature',
  'internal-error',
] as const;
type Refusal = (typeof REFUSALS)[number];

/** How an answer is sent, where it is not simply sent. */
export type Mishap =
  | {
      readonly kind:
        | 'hang' // never answers, until the client or the stand-in closes
        | 'reset' // the connection is reset instead of an answer
        | 'cut-off' // half of the announced body, then the connection is destroyed
        | 'not-json' // an HTML page, such as a captive portal's, with status 200
        | 'wrong-content-type' // the right body, said to be HTML
        | 'empty-body' // status 200 and nothing else
        | 'endless-body'; // spaces for as long as the client reads
    }
  /** The right body, one byte a chunk, and `everyMs` milliseconds between them (none unless told). */
  | { readonly kind: 'byte-by-byte'; readonly everyMs?: number }
  | { readonly kind: 'redirect'; readonly location: string }
  /** Another answer altogether. */
  | { readonly kind: 'instead'; readonly answer: Answer };

/** Something that goes wrong, for whom and how often. */
export type Fault = {
  /** The operation that it strikes; `*` is every one. */
  readonly operation: string;
  /** How many requests it strikes; without it, every one until it is undone. */
  readonly times?: number;
} & ({ readonly kind: Refusal } | Mishap | { readonly kind: 'slow'; readonly ms: number });

/** What strikes one request. */
interface Strike {
  /** Milliseconds to wait before anything else. */
  readonly delayMs: number;
  readonly refusal: Refusal | undefined;
  readonly mishap: Mishap | undefined;
}

/** The faults in force. */
export interface FaultList {
  /** Adds a fault; gives what takes it away again. */
  inject(fault: Fault): () => void;
  /** All `slow` faults for the operation together, and the oldest of the others. */
  strike(operation: string): Strike;
}

/** No faults yet. */
export function createFaultList(): FaultList {
  const faults = new Set<{ readonly fault: Fault; left: number }>();
  return {
    inject(fault) {
      const entry = { fault, left: fault.times ?? Infinity };
      if (entry.left > 0) faults.add(entry);
      return () => {
        faults.delete(entry);
      };
    },
    strike(operation) {
      let delayMs = 0;
      let struck: Exclude<Fault, { kind: 'slow' }> | undefined;
      for (const entry of faults) {
        const { fault } = entry;
        if (fault.operation !== '*' && fault.operation !== operation) continue;
        if (fault.kind === 'slow') delayMs += fault.ms;
        else if (struck) continue;
        else struck = fault;
        entry.left -= 1;
        if (entry.left === 0) faults.delete(entry);
      }
      if (!struck) return { delayMs, refusal: undefined, mishap: undefined };
      return isRefusal(struck)
        ? { delayMs, refusal: struck.kind, mishap: undefined }
        : { delayMs, refusal: undefined, mishap: struck };
    },
  };
}

function isRefusal<F extends Fault>(fault: F): fault is Extract<F, { readonly kind: Refusal }> {
  return (REFUSALS as readonly string[]).includes(fault.kind);
}

/** Who asked for what, for the refusals that name it. */
export interface RefusedRequest {
  readonly operation: string;
  readonly region: string;
  readonly body: unknown;
}

/** The service's answer to a request that it refuses. */
export function refusalOf(kind: Refusal, state: CognitoState, request: RefusedRequest): ServiceFailure {
  switch (kind) {
    case 'throttled':
      return new ServiceFailure('TooManyRequestsException', 'Too many requests');
    case 'access-denied':
      return new ServiceFailure('AccessDeniedException', accessDenied(state, request));
    case 'expired-credentials':
      return new ServiceFailure('ExpiredTokenException', 'The security token of this request has expired');
    case 'unrecognized-client':
      return new ServiceFailure(
        'UnrecognizedClientException',
        'The security token of this request is invalid.',
      );
    case 'invalid-signature':
      return new ServiceFailure(
        'InvalidSignatureException',
        'The signature of this request does not match the one that was calculated here. Check the secret access key and the signing method.',
      );
    case 'internal-error':
      return new ServiceFailure('InternalErrorException', 'Something went wrong inside the service', 500);
  }
}

function accessDenied(state: CognitoState, { operation, region, body }: RefusedRequest): string {
  const user = `arn:${partitionOf(region)}:iam::${state.accountId}:user/umconfig`;
  const action = `cognito-idp:${operation}`;
  const poolId = (body as { readonly UserPoolId?: unknown } | null | undefined)?.UserPoolId;
  const resource = typeof poolId === 'string' ? poolArn(region, state.accountId, poolId) : '*';
  return `User: ${user} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
}
