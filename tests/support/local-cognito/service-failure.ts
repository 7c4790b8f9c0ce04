/** The one kind of error that operations throw; the server turns it into an AWS JSON error body. */

/** An error of the service. `name` goes into `__type`; the SDK shows it as `err.name`. */
export class ServiceFailure extends Error {
  override readonly name: string;
  readonly status: number;

  constructor(name: string, message: string, status = 400) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

/** A parameter that has the right form and a wrong meaning. */
export function invalidParameter(message: string): ServiceFailure {
  return new ServiceFailure('InvalidParameterException', message);
}

/** Something that is not there, or not in this region: the service does not tell the two apart. */
export function notFound(message: string): ServiceFailure {
  return new ServiceFailure('ResourceNotFoundException', message);
}
