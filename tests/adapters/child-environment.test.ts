/** What other programs get of the environment. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { childEnvironment, withChildEnvironment } from '../../src/adapters/child-environment.ts';
import { nodeEnvironment } from '../../src/adapters/process.ts';

const SECRETS = {
  AWS_SECRET_ACCESS_KEY: 'a',
  AWS_SESSION_TOKEN: 'b',
  AWS_PROFILE: 'c',
  UMCONFIG_CLIENT_SECRET: 'd',
  GITHUB_TOKEN: 'e',
  DB_PASSWORD: 'f',
  SERVICE_API_KEY: 'g',
};
const HARMLESS = { DISPLAY: ':1', XDG_ACTIVATION_TOKEN: 'h', DBUS_SESSION_BUS_ADDRESS: 'i' };

beforeEach(() => {
  Object.assign(process.env, SECRETS, HARMLESS);
});
afterEach(() => {
  for (const name of Object.keys({ ...SECRETS, ...HARMLESS })) Reflect.deleteProperty(process.env, name);
});

test('nothing that is secret, and all that a window needs', () => {
  const given = childEnvironment();
  expect(Object.keys(given).filter((name) => name in SECRETS)).toEqual([]);
  expect(given).toMatchObject({ ...HARMLESS, PATH: process.env['PATH'] });
});

test('what is withheld meanwhile is there again afterwards, also after a failure', async () => {
  const seen = await withChildEnvironment(() => Promise.resolve(process.env['AWS_SECRET_ACCESS_KEY']));
  expect(seen).toBeUndefined();
  await expect(withChildEnvironment(() => Promise.reject(new Error('no browser')))).rejects.toThrow();
  expect(process.env).toMatchObject({ ...SECRETS, ...HARMLESS });
});

test('the client secret is taken out of the environment as it is read', () => {
  expect(nodeEnvironment().clientSecret).toBe('d');
  expect(process.env['UMCONFIG_CLIENT_SECRET']).toBeUndefined();
});
