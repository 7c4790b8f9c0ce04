/** What of this process's environment other programs get: nothing that is secret, whoever put it there. */

/** The names of what stays here. A browser needs the token with which a window system lets it come to the front. */
const SECRET_NAME =
  /^(?:AWS_|UMCONFIG_)|SECRET|PASSW|CREDENTIAL|PRIVATE_?KEY|API_?KEY|(?<!ACTIVATION_)TOKEN/i;

/** This process's environment without what is secret. */
export function childEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value === undefined || SECRET_NAME.test(name) ? [] : [[name, value]],
    ),
  );
}

/** Runs work that starts a program with this process's own environment, and keeps from it what is secret meanwhile. */
export async function withChildEnvironment<T>(work: () => Promise<T>): Promise<T> {
  const whole = { ...process.env };
  const kept = childEnvironment();
  const withheld = Object.keys(whole).filter((name) => !(name in kept));
  for (const name of withheld) Reflect.deleteProperty(process.env, name);
  try {
    return await work();
  } finally {
    for (const name of withheld) process.env[name] = whole[name];
  }
}
