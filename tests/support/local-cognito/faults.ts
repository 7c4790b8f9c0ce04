/** Faults between a client and AWS, on demand. */
import type { Answer } from './delivery.ts';
import { ServiceFailure } from './service-failure.ts';
import { partitionOf, poolArn } from './state.ts';
import type { CognitoState } from './state.ts';

/** Error responses of the service. */
const REFUSALS = [
  'throttled',
  'access-denied',
  'expired-credentials',
  'unrecognized-client',
  'invalid-signature',
  'internal-error',
] as const;
type Refusal = (typeof REFUSALS)[number];

/** Faults in how an answer is sent. */
export type Mishap =
  | {
      readonly kind:
        | 'hang' // never answers, until one side closes
        | 'reset' // resets the connection instead of answering
        | 'cut-off' // sends half of the announced body, then destroys the connection
        | 'not-json' // an HTML page with status 200, as from a captive portal
        | 'wrong-content-type' // the right body with the content type of HTML
        | 'empty-body' // status 200 and nothing else
        | 'endless-body'; // spaces, as long as the client reads
    }
  /** The right body in chunks of one byte, `everyMs` milliseconds apart (0 by default). */
  | { readonly kind: 'byte-by-byte'; readonly everyMs?: number }
  | { readonly kind: 'redirect'; readonly location: string }
  /** A different answer. */
  | { readonly kind: 'instead'; readonly answer: Answer };

/** A fault, its operation, and how often it strikes. */
export type Fault = {
  /** The operation; `*` for all. */
  readonly operation: string;
  /** The number of affected requests; unlimited by default. */
  readonly times?: number;
} & ({ readonly kind: Refusal } | Mishap | { readonly kind: 'slow'; readonly ms: number });

/** The faults for one request. */
interface Strike {
  /** The delay in milliseconds before anything else. */
  readonly delayMs: number;
  readonly refusal: Refusal | undefined;
  readonly mishap: Mishap | undefined;
}

/** The active faults. */
export interface FaultList {
  /** Adds a fault; returns a function that removes it. */
  inject(fault: Fault): () => void;
  /** The total delay of all `slow` faults for the operation, and the oldest other fault. */
  strike(operation: string): Strike;
}

/** Starts without faults. */
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

/** The caller and action, for error messages that name them. */
export interface RefusedRequest {
  readonly operation: string;
  readonly region: string;
  readonly body: unknown;
}

/** The service's answer to a refused request. */
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
