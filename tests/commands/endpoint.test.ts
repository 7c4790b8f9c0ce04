/** Another address for AWS: of the option, else of the variables that the AWS CLI reads. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { nodeEnvironment } from '../../src/adapters/process.ts';
import { withEndpoint } from '../../src/commands/shared/endpoint.ts';

const saved = { ...process.env };
afterEach(() => {
  process.env = { ...saved };
});

const OWN = 'AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER';

describe('the address of AWS', () => {
  test.each<[Record<string, string>, string | undefined, string | undefined]>([
    [{}, undefined, undefined],
    [{ AWS_ENDPOINT_URL: 'http://all' }, undefined, 'http://all'],
    [{ AWS_ENDPOINT_URL: 'http://all', [OWN]: 'http://own' }, undefined, 'http://own'],
    [{ AWS_ENDPOINT_URL: 'http://all', [OWN]: '' }, undefined, 'http://all'],
    [{ AWS_ENDPOINT_URL: '' }, undefined, undefined],
    [{ AWS_ENDPOINT_URL: 'http://all' }, 'http://option', 'http://option'],
    [{ AWS_ENDPOINT_URL: 'http://all', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }, undefined, undefined],
  ])('%j and --endpoint-url %s', (environment, option, expected) => {
    for (const name of ['AWS_ENDPOINT_URL', OWN, 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS']) {
      Reflect.deleteProperty(process.env, name);
    }
    Object.assign(process.env, environment);
    const options = option === undefined ? {} : { endpointUrl: option };
    expect(withEndpoint(options, nodeEnvironment()).endpointUrl).toBe(expected);
  });
});
