/** Runs the AWS SDK in Jest's process with the given variables and without the machine's AWS settings. */
import { isNativeError } from 'node:util/types';

/** In Jest, Node's own errors come from another realm. Without this the SDK does not see them as errors and loses their codes. */
function errorsOfEveryRealm(): () => void {
  Object.defineProperty(Error, Symbol.hasInstance, {
    configurable: true,
    value(this: unknown, thing: unknown): boolean {
      if (this === Error)
        return isNativeError(thing) || Object.prototype.isPrototypeOf.call(Error.prototype, Object(thing));
      return Function.prototype[Symbol.hasInstance].call(this, thing);
    },
  });
  return () => {
    Reflect.deleteProperty(Error, Symbol.hasInstance);
  };
}

const NOTHING_ELSE = {
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
};

/** Runs the work with these environment variables, then restores the old ones. */
export async function withAwsEnvironment<T>(
  env: Readonly<Record<string, string>>,
  work: () => Promise<T>,
): Promise<T> {
  const before = { ...process.env };
  const restore = errorsOfEveryRealm();
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('AWS_')) Reflect.deleteProperty(process.env, name);
  }
  const given = { ...NOTHING_ELSE, ...env };
  Object.assign(process.env, given);
  try {
    return await work();
  } finally {
    restore();
    for (const name of Object.keys(given)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, before);
  }
}
