/** The only error that operations throw; the server converts it into an AWS JSON error body. */

/** A service error. `name` becomes `__type`; the SDK shows it as `err.name`. */
export class ServiceFailure extends Error {
  override readonly name: string;
  readonly status: number;

  constructor(name: string, message: string, status = 400) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

/** A well-formed parameter with an invalid value. */
export function invalidParameter(message: string): ServiceFailure {
  return new ServiceFailure('InvalidParameterException', message);
}

/** A missing resource, or one in another region: the service does not distinguish them. */
export function notFound(message: string): ServiceFailure {
  return new ServiceFailure('ResourceNotFoundException', message);
}
