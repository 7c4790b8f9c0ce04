/** LOGIN_KEYS: the rows of the keys about login, in the order of the servers' default files. A new key is a new row. */
import {
  DOMAIN_PREFIX,
  hostedUiHost,
  JWKS_TEMPLATE,
  POOL_ID,
  REGION,
  regionOfPool,
  tokenUrlOf,
} from './endpoints.ts';
import type { Field, FieldValues, ValueSchema } from './field.ts';
import {
  unquote,
  pastedClientId,
  pastedDomainPrefix,
  pastedHost,
  pastedPoolId,
  pastedTokenUrl,
} from './paste.ts';

const text: ValueSchema = { type: 'string' };
/** Every pattern accepts an empty value, which has its own finding. */
const pattern = (rule: RegExp): ValueSchema => ({ type: 'string', pattern: `^$|${rule.source}` });

/** The user pool ID begins with its region. */
function regionOf({ userPoolID = '', region }: FieldValues): string | undefined {
  return regionOfPool(userPoolID) ?? region;
}

/** The domain's prefix and region; undefined if the domain is already a host, or one of them is missing. */
function domainOf(values: FieldValues): readonly [prefix: string, region: string] | undefined {
  const { domainName = '' } = values;
  const region = regionOf(values);
  return domainName === '' || domainName.includes('.') || region === undefined
    ? undefined
    : [domainName, region];
}

function hostOf(values: FieldValues): string | undefined {
  const domain = domainOf(values);
  return domain === undefined ? undefined : hostedUiHost(...domain);
}

/** An existing one is kept. */
function tokenUrl(values: FieldValues): string | undefined {
  const domain = domainOf(values);
  return domain === undefined ? undefined : (values['awsTokenURL'] ?? tokenUrlOf(...domain));
}

export const LOGIN_KEYS = [
  {
    name: 'userManagement',
    title: 'User management',
    account: () => 'on',
    asked: 7,
    aliases: ['userManagment', 'user_management', 'usermgmt', 'userAuthentication'],
    flag: { name: 'user-management', value: 'on|off' },
    flat: {
      path: 'userManagement',
      schema: {
        type: 'string',
        enum: ['on', 'On', 'ON', 'off', 'Off', 'OFF'],
        also: { type: 'boolean' },
      },
      examples: ['on'],
      use: 'The login switch: `on` or `off` without quotes, which both Go servers read. Until 1 October 2019 login is on for exactly `on`, `On` or `ON`, and off for anything else, even `true`. Since 2 October 2019 `true` and `yes` are on as well, and the server does not start if the value is in quotes.',
      otherwise: 'login is off: anyone can use the server without signing in',
      ownRule: true,
      required: 'always',
    },
    nested: {
      path: 'user.on',
      schema: { type: 'boolean' },
      examples: [true],
      use: 'The login switch: `true` or `false` without quotes. Any text, even `"off"` or `"false"`, switches login on.',
      otherwise: 'login is on',
      without: 'login is off: anyone can use the server without signing in',
    },
  },
  {
    name: 'oldUserManagement',
    title: 'Old key for user management',
    nested: {
      path: 'userManagement',
      schema: { type: 'boolean' },
      examples: [true],
      use: 'The login switch of the Node server of 24 April to 26 July 2020. Later servers read only `user.on`. A file with both keys works with all of them.',
      otherwise: 'the Node server of that time reads any text as on',
      ownRule: true,
    },
  },
  {
    name: 'region',
    title: 'Region',
    derive: regionOf,
    account: ({ region }) => region,
    doctor: 'oidc',
    derived: true,
    aliases: ['awsRegion', 'aws_region', 'cognitoRegion'],
    flag: { name: 'region', value: 'REGION' },
    console: { today: 'the part of the user pool ID before the last _', guide: 'General settings → Pool Id' },
    flat: {
      path: 'region',
      schema: pattern(REGION),
      examples: ['us-west-2'],
      use: 'The region of the user pool. The server builds the login address, the JWKS URL and the expected issuer from it.',
      otherwise: 'every login fails',
      ownRule: true,
      required: 'login',
      clean: unquote,
    },
    nested: {
      path: 'cognito.region',
      schema: pattern(REGION),
      examples: ['us-west-2'],
      use: 'The region of the user pool. The server builds the JWKS URL and the expected issuer from it.',
      otherwise: 'every login fails',
      ownRule: true,
      required: 'login',
      clean: unquote,
    },
  },
  {
    name: 'domainName',
    title: 'Cognito domain',
    marksFilledIn: true,
    derive: (values, layout) => (layout === 'nested' ? hostOf(values) : undefined),
    account: ({ domain }) => domain,
    doctor: 'domain',
    asked: 6,
    aliases: ['domain', 'domainPrefix', 'cognitoDomain', 'userPoolBaseUrl', 'userPoolDomain', 'baseUri'],
    flag: { name: 'domain-name', value: 'PREFIX' },
    console: { today: 'your pool → Branding → Domain', guide: 'Domain name' },
    flat: {
      path: 'domainName',
      schema: pattern(DOMAIN_PREFIX),
      examples: ['scalabel-demo'],
      use: 'The prefix of the Cognito domain. The server builds the login and logout addresses from it: `https://<domainName>.auth.<region>.amazoncognito.com/…`. A custom domain does not work.',
      otherwise: 'the login address does not exist',
      ownRule: true,
      required: 'login',
      clean: pastedDomainPrefix,
    },
    nested: {
      path: 'cognito.userPoolBaseUri',
      schema: {
        type: 'string',
        pattern:
          '^$|^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+$',
      },
      examples: ['scalabel-demo.auth.us-west-2.amazoncognito.com'],
      use: 'The host name of the hosted UI, without `https://` and path; a custom domain works. The server posts the code to this host and redirects to its login page.',
      otherwise: 'the login address does not exist',
      ownRule: true,
      required: 'login',
      clean: pastedHost,
    },
  },
  {
    name: 'clientId',
    title: 'App client ID',
    marksFilledIn: true,
    account: ({ clientId }) => clientId,
    doctor: 'client',
    asked: 2,
    aliases: ['appClientId', 'client_id', 'userPoolClientId'],
    flag: { name: 'client-id', value: 'ID' },
    console: { today: 'your pool → App clients → your client', guide: 'App clients → App client id' },
    flat: {
      path: 'clientId',
      schema: { type: 'string', pattern: '^$|^[\\w+]{1,128}$' },
      examples: ['1example23456789abcdefghij'],
      use: 'The ID of the app client. The app client needs a secret, the code flow, and the scopes `openid` and `email`.',
      otherwise: 'the login page refuses the app client',
      ownRule: true,
      required: 'login',
      clean: pastedClientId,
    },
    nested: {
      path: 'cognito.clientId',
      schema: { type: 'string', pattern: '^$|^[\\w+]{1,128}$' },
      examples: ['1example23456789abcdefghij'],
      use: 'The ID of the app client. The app client must not have a secret, because the server never sends one.',
      otherwise: 'the login page refuses the app client',
      ownRule: true,
      required: 'login',
      clean: pastedClientId,
    },
  },
  {
    name: 'redirectUri',
    title: 'Callback URL',
    marksFilledIn: true,
    url: 'registered',
    account: ({ redirectUri }) => redirectUri,
    asked: 4,
    aliases: ['redirectUrl', 'callbackUrl', 'callbackUri', 'callback', 'redirect'],
    flag: { name: 'redirect-uri', value: 'URL' },
    console: {
      today: 'your pool → App clients → your client → Login pages → Allowed callback URLs',
      guide: 'App client settings → Callback URL(s)',
    },
    flat: {
      path: 'redirectUri',
      schema: text,
      examples: ['http://localhost:8686/auth'],
      use: 'The URL that the hosted UI redirects to after sign-in. Its path must be exactly `/auth`, and it must be registered in the app client, character by character the same.',
      otherwise: 'every login ends in redirect_mismatch or 404 Not Found',
      required: 'login',
      clean: unquote,
    },
    nested: {
      path: 'cognito.callbackUri',
      schema: text,
      examples: ['http://localhost:8686/callback'],
      use: 'The URL that the hosted UI redirects to after sign-in. Its path must be exactly `/callback`, and it must be registered in the app client, character by character the same.',
      otherwise: 'every login ends in redirect_mismatch or 404 Not Found',
      required: 'login',
      clean: unquote,
    },
  },
  {
    name: 'logOutUri',
    title: 'Sign-out URL',
    url: 'registered',
    account: ({ logOutUri }) => logOutUri,
    asked: 5,
    aliases: ['logoutUrl', 'signOutUrl', 'signOutUri', 'logout'],
    flag: { name: 'log-out-uri', value: 'URL' },
    console: {
      today: 'your pool → App clients → your client → Login pages → Allowed sign-out URLs',
      guide: 'App client settings → Sign out URL(s)',
    },
    flat: {
      path: 'logOutUri',
      schema: text,
      examples: ['http://localhost:8686/'],
      use: 'The URL that the hosted UI redirects to after signing out. It must be registered in the app client as a sign-out URL, character by character the same.',
      otherwise: 'signing out ends on an error page',
      required: 'login',
      clean: unquote,
    },
  },
  {
    name: 'clientSecret',
    title: 'App client secret',
    account: ({ clientSecret }) => clientSecret,
    asked: 3,
    secret: true,
    aliases: ['secret', 'appClientSecret', 'client_secret', 'userPoolClientSecret'],
    console: {
      today: 'your pool → App clients → your client → Show client secret',
      guide: 'App clients → Show Details',
    },
    flat: {
      path: 'clientSecret',
      schema: text,
      examples: [],
      use: 'The server sends it with every token request (Basic auth). If it is wrong, the server redirects to the login page again and again (ERR_TOO_MANY_REDIRECTS).',
      otherwise: 'login keeps redirecting (ERR_TOO_MANY_REDIRECTS)',
      required: 'login',
      clean: unquote,
    },
  },
  {
    name: 'awsTokenURL',
    title: 'Token URL',
    url: 'called',
    derive: tokenUrl,
    account: (account) => account.tokenUrl,
    doctor: 'domain',
    derived: true,
    aliases: ['tokenUrl', 'tokenUri', 'awsTokenUri', 'tokenEndpoint'],
    flag: { name: 'aws-token-url', value: 'URL' },
    console: {
      today: 'your pool → Branding → Domain, with /oauth2/token at the end',
      guide: 'Domain name, with /oauth2/token at the end',
    },
    flat: {
      path: 'awsTokenURL',
      schema: text,
      examples: ['https://scalabel-demo.auth.us-west-2.amazoncognito.com/oauth2/token'],
      use: 'The token endpoint, where the server exchanges the authorization code for tokens: `https://<domainName>.auth.<region>.amazoncognito.com/oauth2/token`.',
      otherwise: 'login keeps redirecting (ERR_TOO_MANY_REDIRECTS)',
      required: 'login',
      clean: pastedTokenUrl,
    },
  },
  {
    name: 'awsJwkUrl',
    title: 'JWKS URL template',
    derive: () => JWKS_TEMPLATE,
    doctor: 'jwks',
    derived: true,
    aliases: ['jwksUrl', 'jwkUrl', 'awsJwksUrl', 'awsJwkUri', 'jwksUri'],
    console: {
      today: 'not in the console: always the same text',
      guide: 'not in the console: always the same text',
    },
    flat: {
      path: 'awsJwkUrl',
      schema: { type: 'string', enum: ['', JWKS_TEMPLATE] },
      examples: [JWKS_TEMPLATE],
      use: 'A template, not a URL: the server replaces the two `%v` with region and user pool ID. With the complete URL in the file every login fails.',
      otherwise: 'every login fails',
      ownRule: true,
      required: 'login',
      clean: unquote,
    },
  },
  {
    name: 'userPoolID',
    title: 'User pool ID',
    marksFilledIn: true,
    account: ({ poolId }) => poolId,
    doctor: 'oidc',
    asked: 1,
    aliases: ['poolId', 'userPool', 'user_pool_id', 'cognitoUserPoolId', 'userPoolName'],
    flag: { name: 'user-pool-id', value: 'ID' },
    console: { today: 'User pools → your pool → Overview', guide: 'General settings → Pool Id' },
    flat: {
      path: 'userPoolID',
      schema: pattern(POOL_ID),
      examples: ['us-west-2_Example01'],
      use: 'The ID of the user pool. The server compares the `iss` claim of every token with `https://cognito-idp.<region>.amazonaws.com/<userPoolID>`.',
      otherwise: 'every login fails',
      ownRule: true,
      required: 'login',
      clean: pastedPoolId,
    },
    nested: {
      path: 'cognito.userPool',
      schema: pattern(POOL_ID),
      examples: ['us-west-2_Example01'],
      use: 'The ID of the user pool. The server compares the `iss` claim of every token with `https://cognito-idp.<region>.amazonaws.com/<userPool>`.',
      otherwise: 'every login fails',
      ownRule: true,
      required: 'login',
      clean: pastedPoolId,
    },
  },
] as const satisfies readonly Field[];
