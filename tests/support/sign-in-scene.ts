/** Everything that a sign-in needs: a local Cognito with users, and a matching file of either layout. */
import { createServer, type AddressInfo } from 'node:net';
import type { Layout } from '../../src/core/config/layouts.ts';
import { startLocalCognito, type LocalCognito, type LocalCognitoOptions } from './local-cognito.ts';

export const FILE = 'user_management_config.yml';
export const PASSWORD = 'notarealpassword';

/** An admin, a user without a group, and an admin who is in a second group. */
export const PEOPLE = {
  admin: 'ann@labels.test',
  worker: 'wim@labels.test',
  both: 'bea@labels.test',
} as const;

export interface Scene {
  readonly cognito: LocalCognito;
  readonly layout: Layout;
  readonly port: number;
  readonly poolId: string;
  readonly clientId: string;
  /** Empty in the nested layout. */
  readonly secret: string;
  readonly redirectUri: string;
  /** The configuration file. */
  readonly text: string;
}

export interface SceneOptions extends LocalCognitoOptions {
  /** A free port by default. */
  readonly redirectUri?: string;
}

/** A loopback port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}

/** Starts the local Cognito; the caller closes it. */
export async function startScene(layout: Layout, options: SceneOptions = {}): Promise<Scene> {
  const cognito = await startLocalCognito(options);
  const port = await freePort();
  const { redirectUri = `http://localhost:${String(port)}${layout === 'flat' ? '/auth' : '/callback'}` } =
    options;
  const poolId = cognito.addPool({ Name: 'people' }).Id;
  const logOutUri = `http://localhost:${String(port)}/`;
  const client = cognito.addClient(poolId, {
    ClientName: 'scalabel',
    CallbackURLs: [redirectUri],
    LogoutURLs: [logOutUri],
    ...(layout === 'flat' ? {} : { ClientSecret: undefined }),
  });
  cognito.addDomain(poolId, 'scalabel-demo');
  for (const group of ['admin', 'annotators']) cognito.addGroup(poolId, group);
  cognito.addUser(poolId, { email: PEOPLE.admin, password: PASSWORD, groups: ['admin'] });
  cognito.addUser(poolId, { email: PEOPLE.worker, password: PASSWORD });
  cognito.addUser(poolId, { email: PEOPLE.both, password: PASSWORD, groups: ['admin', 'annotators'] });
  const secret = client.ClientSecret ?? '';
  const values = { poolId, clientId: client.ClientId, secret, redirectUri, logOutUri, port };
  return { cognito, layout, ...values, text: layout === 'flat' ? flatFile(values) : nestedFile(values) };
}

type Values = Pick<Scene, 'poolId' | 'clientId' | 'secret' | 'redirectUri' | 'port'> & {
  readonly logOutUri: string;
};

const HOST = 'scalabel-demo.auth.us-west-2.amazoncognito.com';

function flatFile({ poolId, clientId, secret, redirectUri, logOutUri, port }: Values): string {
  return `port: ${String(port)}
data: "./data"
src: "."
database: "local"
modelGateHost: "127.0.0.1"
modelGatePort: "8001"
userManagement: on
region: "us-west-2"
domainName: "scalabel-demo"
clientId: "${clientId}"
redirectUri: "${redirectUri}"
logOutUri: "${logOutUri}"
clientSecret: "${secret}"
awsTokenURL: "https://${HOST}/oauth2/token"
awsJwkUrl: "https://cognito-idp.%v.amazonaws.com/%v/.well-known/jwks.json"
userPoolID: "${poolId}"
`;
}

function nestedFile({ poolId, clientId, redirectUri, port }: Values): string {
  return `http:
    port: ${String(port)}
storage:
    data: "./local-data/scalabel"
    itemDir: "./local-data/items"
    type: "local"
user:
    on: true
cognito:
    region: "us-west-2"
    userPool: "${poolId}"
    clientId: "${clientId}"
    userPoolBaseUri: "${HOST}"
    callbackUri: "${redirectUri}"
`;
}
