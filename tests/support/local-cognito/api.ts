/** The AWS JSON 1.1 protocol: the checks of a request before its operation, and the format of the answers. */
import type { IncomingHttpHeaders } from 'node:http';
import { CLIENT_OPERATIONS } from './clients.ts';
import type { Answer } from './delivery.ts';
import { GROUP_OPERATIONS } from './groups.ts';
import { IDENTITY_PROVIDER_OPERATIONS } from './identity-providers.ts';
import { POOL_OPERATIONS } from './pools.ts';
import { ServiceFailure } from './service-failure.ts';
import type { CognitoState } from './state.ts';
import { USER_OPERATIONS } from './user-operations.ts';

const OPERATIONS = new Map(
  Object.entries({
    ...POOL_OPERATIONS,
    ...CLIENT_OPERATIONS,
    ...GROUP_OPERATIONS,
    ...USER_OPERATIONS,
    ...IDENTITY_PROVIDER_OPERATIONS,
  }),
);

/** The names of all operations. */
export const API_OPERATIONS: readonly string[] = [...OPERATIONS.keys()];

const TARGET_PREFIX = 'AWSCognitoIdentityProviderService.';

/** A received request. `text` is undefined if the body was too long. */
export interface ApiRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string | undefined;
}

/** The caller; empty strings if unknown. */
interface Caller {
  readonly region: string;
  readonly accessKeyId: string;
}

/** A parsed request, before it is checked. */
export interface ApiCall extends Caller {
  readonly operation: string;
  readonly body: unknown;
  /** The errors so far, returned after applying faults. */
  readonly failure: ServiceFailure | undefined;
}

/** `unknown` if the request names no operation. */
function operationOf({ 'x-amz-target': target }: IncomingHttpHeaders): string {
  const named =
    typeof target === 'string' && target.startsWith(TARGET_PREFIX) ? target.slice(TARGET_PREFIX.length) : '';
  return OPERATIONS.has(named) ? named : 'unknown';
}

/** The caller from the SigV4 credential scope; undefined without one for this service. */
function callerOf({ authorization }: IncomingHttpHeaders): Caller | undefined {
  const scope =
    /^AWS4-HMAC-SHA256 Credential=([\w-]+)\/\d{8}\/([a-z0-9-]+)\/cognito-idp\/aws4_request, ?SignedHeaders=[\w;-]+, ?Signature=[0-9a-f]{64}$/;
  const [, accessKeyId, region] = scope.exec(authorization ?? '') ?? [];
  return accessKeyId !== undefined && region !== undefined ? { region, accessKeyId } : undefined;
}

/** Parses an API request. */
export function readCall(request: ApiRequest): ApiCall {
  const operation = operationOf(request.headers);
  const caller = callerOf(request.headers);
  const body = request.text === undefined ? undefined : parseJson(request.text);
  const failure = brokenRequest(request, operation, caller, body);
  return { operation, ...(caller ?? { region: '', accessKeyId: '' }), body, failure };
}

/** Errors that do not depend on the operation, in the service's order. */
function brokenRequest(
  { method, url, headers, text }: ApiRequest,
  operation: string,
  caller: Caller | undefined,
  body: unknown,
): ServiceFailure | undefined {
  if (text === undefined) {
    return new ServiceFailure('RequestEntityTooLargeException', 'The body is too large', 413);
  }
  if (method !== 'POST' || url !== '/') {
    return new ServiceFailure('UnknownOperationException', `Nothing is served here at ${method} ${url}`, 404);
  }
  if (operation === 'unknown' || !/^application\/x-amz-json-1\.1\b/.test(headers['content-type'] ?? '')) {
    return new ServiceFailure('UnknownOperationException', 'No such operation');
  }
  if (!caller)
    return new ServiceFailure('MissingAuthenticationTokenException', 'Missing Authentication Token');
  if (body === undefined) return new ServiceFailure('SerializationException', 'The body is not JSON');
  return undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Runs the operation. Throws ServiceFailure. */
export function answerCall(state: CognitoState, call: ApiCall): Answer {
  if (call.failure) throw call.failure;
  const operation = OPERATIONS.get(call.operation);
  return answerWith(200, operation?.({ state, region: call.region, body: call.body }));
}

/** Formats an error; one that is not a ServiceFailure becomes an internal error. */
export function failureAnswer(error: unknown): Answer {
  const { name, message, status } =
    error instanceof ServiceFailure
      ? error
      : new ServiceFailure('InternalErrorException', error instanceof Error ? error.message : 'unknown', 500);
  return answerWith(
    status,
    { __type: name, message },
    // The rest of a too long body must not be parsed as the next request.
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
