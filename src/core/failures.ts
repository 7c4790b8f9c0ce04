/** How the outside world fails, as the adapters report it. `errors.ts` turns these into words. */

/** Why a file could not be read or written; `describeFileFailure` in core/errors.ts turns it into words. */
export type FileFailureKind =
  | 'missing'
  | 'directory'
  | 'dangling-link'
  | 'not-a-file' // a socket, a device, a FIFO
  | 'not-permitted'
  | 'not-replaceable' // a mount point, so that nothing can be renamed over it
  | 'read-only'
  | 'disk-full'
  | 'changed-on-disk'
  | 'io';

/** A file operation that failed for a reason the user can do something about. `detail` is the system's own word (ENOSPC …). */
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

/** One call to Cognito that failed. `name` is the SDK's error name, `code` the system's (ECONNREFUSED …). */
export class CognitoFailure extends Error {
  override readonly name = 'CognitoFailure';
  readonly operation: string;
  readonly errorName: string;
  readonly code: string | undefined;
  readonly attempts: number;

  constructor(
    operation: string,
    error: {
      readonly name: string;
      readonly code?: string | undefined;
      readonly message: string;
      readonly attempts: number;
    },
  ) {
    super(error.message);
    this.operation = operation;
    this.errorName = error.name;
    this.code = error.code;
    this.attempts = error.attempts;
  }
}

/** Why an address could not be asked. */
export type HttpFailureKind =
  | 'unknown-host'
  | 'refused'
  | 'cut-off'
  | 'timeout'
  | 'tls'
  | 'proxy' // it cannot be reached, or does not connect to the host
  | 'settings' // of the proxy or of the certificates, which cannot be used
  | 'too-large'
  | 'not-http' // what came is no HTTP answer
  | 'io';

/** A request that got no whole answer. `detail` is the system's own word; never a body. */
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

/** Why the callback address cannot be listened on. */
export class ListenFailure extends Error {
  override readonly name = 'ListenFailure';
  readonly port: number;
  readonly kind: 'in-use' | 'not-permitted' | 'io';
  /** What is listening there, where the system tells. */
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
  | 'unknown-key'
  | 'signature'
  | 'expired'
  | 'not-yet-valid'
  | 'issuer'
  | 'use'
  | 'client';

/** A token that must not be believed. Never holds the token or its signature. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
  readonly fault: TokenFault;
  readonly use: 'id' | 'access';
  /** What the token says instead of what was wanted, where there is such a thing. */
  readonly actual: string | undefined;

  constructor(fault: TokenFault, use: 'id' | 'access', actual?: string) {
    super(`${use} token: ${fault}`);
    this.fault = fault;
    this.use = use;
    this.actual = actual;
  }
}
