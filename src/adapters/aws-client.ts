/** The settings of an SDK client, as the AWS CLI reads them, and what each of its requests adds to errors and to --debug. */
import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import type {
  CognitoIdentityProviderClient,
  CognitoIdentityProviderClientConfig,
} from '@aws-sdk/client-cognito-identity-provider';
import type { AwsOptions, CredentialSource, Secrets } from '../ports.ts';
import type { FailureOrigin } from '../core/failures.ts';
import type { Agents } from './agents.ts';
import { collect, systemCode, type Progress, type SdkError } from './aws-calls.ts';
import { credentialConfig, sourceOf } from './credentials.ts';
import { logExchange, type ExchangeLog } from './exchanges.ts';
import { agentsFor, certificateIssuer, profileName } from './network.ts';

const CONNECTION_TIMEOUT = 3000;

/** What the SDK needs of the program. */
export interface AwsSetting {
  readonly secrets: Secrets;
  /** Asks for the code of an MFA device, by its serial number; undefined where nothing can be asked. */
  readonly mfaCode: ((serial: string) => Promise<string>) | undefined;
  /** Shows what a long list is waiting for; undefined when it is there. */
  readonly progress?: Progress;
  /** Where each request is written for --debug. */
  readonly log?: ExchangeLog | undefined;
}
interface ClientSettings {
  readonly config: CognitoIdentityProviderClientConfig;
  readonly source: CredentialSource;
}

/** The settings of a client. Rejects with ProfileNotFound, and if the CA bundle cannot be read. */
export async function settingsOf(
  { profile, region, endpointUrl }: AwsOptions,
  mfaCode?: AwsSetting['mfaCode'],
): Promise<ClientSettings> {
  readAsTheCommandLine(profile);
  const source = await sourceOf(profile);
  const agents = await agentsFor(profile, true);
  const requestHandler = { connectionTimeout: CONNECTION_TIMEOUT, ...handlerAgents(agents) };
  const config = {
    ...(profile === undefined ? {} : { profile }),
    ...(region === undefined ? {} : { region }),
    ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl }),
    ...credentialConfig(source, requestHandler, mfaCode),
    requestHandler,
    streamCollector: collect,
  };
  return { config, source };
}

/** Where a request went, as far as messages need it. */
interface Target {
  readonly protocol?: string;
  readonly hostname?: string;
  readonly port?: number;
}

const addressOf = ({ protocol = 'https:', hostname = '', port }: Target): string =>
  `${protocol}//${hostname}${port === undefined ? '' : `:${String(port)}`}`;

/** Adds to an error where the credentials and the address come from, and who issued a refused certificate: a company's own authority, as a rule. */
export function addOrigin({ middlewareStack }: CognitoIdentityProviderClient, origin: FailureOrigin): void {
  middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        const url = addressOf(args.request as Target);
        const setting = endpointSetting(url);
        Object.assign(error as object, origin, setting === undefined ? {} : { endpoint: { url, setting } });
        if (CERTIFICATE.test(systemCode(error as SdkError) ?? '')) {
          const issuer = await certificateIssuer(new URL(url), (await agentsFor(undefined, false))?.https);
          Object.assign(error as object, { issuer });
        }
        throw error;
      }
    },
    { step: 'finalizeRequest' },
  );
}

/** Writes each request, retries included, for --debug. */
export function logExchanges({ middlewareStack }: CognitoIdentityProviderClient, log: ExchangeLog): void {
  middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const startedAt = log.now();
        const operation = commandName?.replace(/Command$/, '');
        const about = { method: 'POST', url: addressOf(args.request as Target), operation, startedAt };
        try {
          const result = await next(args);
          const { httpStatusCode: status, requestId } = result.output.$metadata;
          logExchange(log, { ...about, status, requestId });
          return result;
        } catch (error) {
          const { name, message } = error instanceof Error ? error : new Error(String(error));
          const { httpStatusCode: status, requestId } = (error as SdkError).$metadata ?? {};
          logExchange(log, { ...about, status, requestId, error: `${name}: ${message}` });
          throw error;
        }
      },
    { step: 'finalizeRequest' },
  );
}

/** What names an address that is not one of AWS; undefined for those. */
function endpointSetting(url: string): string | undefined {
  if (/\.(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu)$/.test(url)) return undefined;
  const names = ['AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER', 'AWS_ENDPOINT_URL'];
  return names.find((name) => (process.env[name] ?? '') !== '') ?? 'endpoint_url of the AWS profile';
}

const CERTIFICATE = /SELF_SIGNED|^UNABLE_TO_|^INVALID_CA$/;

const handlerAgents = (
  agents: Agents | undefined,
): { readonly httpAgent?: HttpAgent; readonly httpsAgent?: HttpsAgent } =>
  agents === undefined ? {} : { httpAgent: agents.http, httpsAgent: agents.https };

/**
 * What the AWS CLI reads and the SDK does not, in the variables that the SDK reads: AWS_DEFAULT_PROFILE, which comes before AWS_PROFILE,
 * and AWS_DEFAULT_REGION. Source: botocore, configprovider.py and session.py.
 */
function readAsTheCommandLine(profile: string | undefined): void {
  const { env } = process;
  // The SDK takes region and credentials from a profile that it is given, but its endpoint only from this one.
  setOrRemove('AWS_PROFILE', profileName(profile));
  // It takes an empty one for a region, and then looks at no profile.
  setOrRemove(
    'AWS_REGION',
    [env['AWS_REGION'], env['AWS_DEFAULT_REGION']].find((each) => (each ?? '') !== ''),
  );
}

function setOrRemove(name: string, value: string | undefined): void {
  if (value === undefined) Reflect.deleteProperty(process.env, name);
  else process.env[name] = value;
}
