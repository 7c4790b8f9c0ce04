/** The real SDK's client for the local Cognito. */
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import type { LocalCognito } from '../local-cognito.ts';

type Sdk = typeof import('@aws-sdk/client-cognito-identity-provider');

/** Loads the SDK without its warning about the Node version. */
export function loadSdk(): Promise<Sdk> {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  return import('@aws-sdk/client-cognito-identity-provider');
}

/** A client with fake credentials; one attempt per call by default. */
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

/** The error of a call that must fail; rejects if it succeeds. */
export async function failureOf(call: Promise<unknown>): Promise<Error> {
  return call.then(
    () => Promise.reject(new Error('the call succeeded')),
    (error: unknown) => error as Error,
  );
}
