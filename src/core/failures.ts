/** Failures of files, AWS, network and tokens, as the adapters report them. `errors.ts` and `aws-failures.ts` turn them into messages. */
import type { CredentialSource } from '../ports.ts';

/** Why a file could not be read or written; `describeFileFailure` in core/errors.ts turns it into a message. */
export type FileFailureKind =
  | 'missing'
  | 'directory'
  | 'dangling-link'
  | 'not-a-file' // a socket, a device, a FIFO
  | 'not-permitted'
  | 'not-replaceable' // a mount point cannot be renamed over
  | 'read-only'
  | 'disk-full'
  | 'changed-on-disk'
  | 'io';

/** A file operation that failed for a reason that the user can act on. `detail` is the system's error code (ENOSPC …). */
export class FileFailure extends Error {
  override readonly name = 'FileFailure';
  readonly kind: FileFailureKind;
  readonly path: string;
  readonly detail: string;

  constructor(kind: FileFailureKind, path: string, detail: string) {
    super(`${kind}: ${path} (${detail})`);
    this.kind = kind;
    this.path = path;
    this.detail = detail;
  }
}

/** The user pressed Ctrl-C, or the process was told to stop, while a prompt was open. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
  readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP';

  constructor(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP') {
    super(`cancelled by ${signal}`);
    this.signal = signal;
  }
}

/** The user wants to return to the previous question. */
export class WentBack extends Error {
  override readonly name = 'WentBack';
}

/** What the adapter knows of a failed call besides the error itself. */
export interface FailureOrigin {
  /** Where the credentials come from; undefined if that is not known. */
  readonly source?: CredentialSource | undefined;
  /** The profiles that exist, if the requested one does not. */
  readonly profiles?: readonly string[] | undefined;
  /** The address that a setting names instead of that of AWS, and the setting. */
  readonly endpoint?: { readonly url: string; readonly setting: string } | undefined;
}

/** One failed call to Cognito. `name` is the SDK's error name, `code` the system's (ECONNREFUSED …). */
export class CognitoFailure extends Error {
  override readonly name = 'CognitoFailure';
  readonly operation: string;
  readonly errorName: string;
  readonly code: string | undefined;
  readonly attempts: number;
  readonly origin: FailureOrigin;

  constructor(
    operation: string,
    error: FailureOrigin & {
      readonly name: string;
      readonly code?: string | undefined;
      readonly message: string;
      readonly attempts: number;
    },
  ) {
    super(error.message);
    const { name, code, attempts, source, profiles, endpoint } = error;
    this.operation = operation;
    this.errorName = name;
    this.code = code;
    this.attempts = attempts;
    this.origin = { source, profiles, endpoint };
  }
}

/** Why an HTTP request failed. */
export type HttpFailureKind =
  | 'unknown-host'
  | 'refused'
  | 'cut-off'
  | 'timeout'
  | 'tls'
  | 'proxy' // it cannot be reached, or does not connect to the host
  | 'settings' // of the proxy or of the certificates, which cannot be used
  | 'too-large'
  | 'not-http' // the response is not HTTP
  | 'io';

/** A request without a complete response. `detail` is the system's error code; never a body. */
export class HttpFailure extends Error {
  override readonly name = 'HttpFailure';
  readonly kind: HttpFailureKind;
  readonly host: string;
  readonly detail: string;

  constructor(kind: HttpFailureKind, host: string, detail: string) {
    super(`${kind}: ${host} (${detail})`);
    this.kind = kind;
    this.host = host;
    this.detail = detail;
  }
}

/** Why listening on the callback port failed. */
export class ListenFailure extends Error {
  override readonly name = 'ListenFailure';
  readonly port: number;
  readonly kind: 'in-use' | 'not-permitted' | 'io';
  /** The program that listens there, if known. */
  readonly holder: string | undefined;

  constructor(port: number, kind: 'in-use' | 'not-permitted' | 'io', holder: string | undefined) {
    super(`cannot listen on port ${String(port)}: ${kind}`);
    this.port = port;
    this.kind = kind;
    this.holder = holder;
  }
}

/** What is wrong with a token; the first thing found. */
export type TokenFault =
  | 'malformed'
  | 'keys' // the JWKS itself cannot be used
  | 'algorithm'
  | 'extension' // its header `crit` requires one
  | 'unknown-key'
  | 'signature'
  | 'expired'
  | 'not-yet-valid'
  | 'issuer'
  | 'use'
  | 'client';

/** A token that was refused. Never contains the token or its signature. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
  readonly fault: TokenFault;
  readonly use: 'id' | 'access';
  /** The value in the token, if another one was expected. */
  readonly actual: string | undefined;

  constructor(fault: TokenFault, use: 'id' | 'access', actual?: string) {
    super(`${use} token: ${fault}`);
    this.fault = fault;
    this.use = use;
    this.actual = actual;
  }
}
