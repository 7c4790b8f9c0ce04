/** The real SDK's client, pointed at a stand-in. */
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import type { LocalCognito } from '../local-cognito.ts';

type Sdk = typeof import('@aws-sdk/client-cognito-identity-provider');

/** Loads the SDK, without its warning about the version of Node. */
export function loadSdk(): Promise<Sdk> {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  return import('@aws-sdk/client-cognito-identity-provider');
}

/** A client with made-up credentials; one attempt a call unless told. */
export function connectTo(
  sdk: Sdk,
  cognito: LocalCognito,
  options: { readonly region?: string; readonly maxAttempts?: number } = {},
): CognitoIdentityProvider {
  return new sdk.CognitoIdentityProvider({
    endpoint: cognito.url,
    region: cognito.state.region,
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIAFAKE', secretAccessKey: 'notarealsecret' },
    ...options,
  });
}

/** The error of a call that has to fail; rejects when it goes through. */
export async function failureOf(call: Promise<unknown>): Promise<Error> {
  return call.then(
    () => Promise.reject(new Error('the call went through')),
    (error: unknown) => error as Error,
  );
}
