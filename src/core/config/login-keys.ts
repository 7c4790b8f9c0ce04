/** LOGIN_KEYS: the rows of the keys that decide about login, in the order of the original templates. A new key is a new row. */
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
/** An empty value is another finding than a malformed one, so each pattern lets it pass. */
const pattern = (rule: RegExp): ValueSchema => ({ type: 'string', pattern: `^$|${rule.source}` });

/** A pool's id names its region. */
function regionOf({ userPoolID = '', region }: FieldValues): string | undefined {
  return regionOfPool(userPoolID) ?? region;
}

/** The domain's prefix and region; undefined where the domain is a host already, or something is missing. */
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

/** One that is there already stays. */
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
      use: 'The switch: `on` or `off` without quotes, which both Go servers read. Until 1 October 2019 login is on for exactly `on`, `On` or `ON`, and anything else, `true` too, leaves it off. Since 2 October 2019 `true` and `yes` are on as well, and the server does not start with a value in quotes.',
      otherwise: 'login is off and anyone can use the server',
      ownRule: true,
      required: 'always',
    },
    nested: {
      path: 'user.on',
      schema: { type: 'boolean' },
      examples: [true],
      use: 'The switch: `true` or `false` without quotes. Any text, `"off"` and `"false"` included, switches login on.',
      otherwise: 'login is on',
      without: 'login is off and anyone can use the server',
    },
  },
  {
    name: 'oldUserManagement',
    title: 'User management (old spelling)',
    nested: {
      path: 'userManagement',
      schema: { type: 'boolean' },
      examples: [true],
      use: 'The switch of the Node server of 24 April to 26 July 2020. Later ones read `user.on` alone; with both, the file serves all of them.',
      otherwise: 'the Node server of that time takes any text for on',
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
    console: { today: 'the part of the user pool id before the last _', guide: 'General settings → Pool Id' },
    flat: {
      path: 'region',
      schema: pattern(REGION),
      examples: ['us-west-2'],
      use: "The pool's region. The server builds the login address, the JWKS URL and the expected issuer from it.",
      otherwise: 'every login fails',
      ownRule: true,
      required: 'login',
      clean: unquote,
    },
    nested: {
      path: 'cognito.region',
      schema: pattern(REGION),
      examples: ['us-west-2'],
      use: "The pool's region. The server builds the JWKS URL and the expected issuer from it.",
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
      use: 'The bare prefix of the Cognito domain. Login and logout addresses are `https://<domainName>.auth.<region>.amazoncognito.com/…`, so a custom domain cannot work.',
      otherwise: 'the login address leads nowhere',
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
      use: 'The bare host of the hosted UI, without scheme and path; a custom domain is fine. The server posts the code to it and sends browsers to its login page.',
      otherwise: 'the login address leads nowhere',
      ownRule: true,
      required: 'login',
      clean: pastedHost,
    },
  },
  {
    name: 'clientId',
    title: 'App client id',
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
      use: 'The app client. It must have a secret, allow the code flow, and allow the scopes `openid` and `email`.',
      otherwise: 'the hosted UI refuses the login',
      ownRule: true,
      required: 'login',
      clean: pastedClientId,
    },
    nested: {
      path: 'cognito.clientId',
      schema: { type: 'string', pattern: '^$|^[\\w+]{1,128}$' },
      examples: ['1example23456789abcdefghij'],
      use: 'The app client. It must have no secret, since the server never sends one.',
      otherwise: 'the hosted UI refuses the login',
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
      use: 'Where the hosted UI sends people back to. Its path must be exactly `/auth`, and it must be registered in the app client byte for byte.',
      otherwise: 'every login ends in redirect_mismatch or in a page not found',
      required: 'login',
      clean: unquote,
    },
    nested: {
      path: 'cognito.callbackUri',
      schema: text,
      examples: ['http://localhost:8686/callback'],
      use: 'Where the hosted UI sends people back to. Its path must be exactly `/callback`, and it must be registered in the app client byte for byte.',
      otherwise: 'every login ends in redirect_mismatch or in a page not found',
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
      use: 'Where people land after signing out. It must be registered in the app client as a sign-out URL byte for byte.',
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
      use: 'Sent with every token request as Basic auth. When it is wrong, people are sent to the login page again and again.',
      otherwise: 'login goes round in an endless loop',
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
      today: 'your pool → Branding → Domain, with /oauth2/token behind it',
      guide: 'Domain name, with /oauth2/token behind it',
    },
    flat: {
      path: 'awsTokenURL',
      schema: text,
      examples: ['https://scalabel-demo.auth.us-west-2.amazoncognito.com/oauth2/token'],
      use: 'Where the server exchanges the authorization code for tokens: `https://<domainName>.auth.<region>.amazoncognito.com/oauth2/token`.',
      otherwise: 'login goes round in an endless loop',
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
      use: 'A template and not a URL: the server itself puts region and pool id into the two `%v`. With the finished URL in the file every login fails.',
      otherwise: 'every login fails',
      ownRule: true,
      required: 'login',
      clean: unquote,
    },
  },
  {
    name: 'userPoolID',
    title: 'User pool id',
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
      use: 'The user pool. The server compares the `iss` claim of every token with `https://cognito-idp.<region>.amazonaws.com/<userPoolID>`.',
      otherwise: 'every login fails',
      ownRule: true,
      required: 'login',
      clean: pastedPoolId,
    },
    nested: {
      path: 'cognito.userPool',
      schema: pattern(POOL_ID),
      examples: ['us-west-2_Example01'],
      use: 'The user pool. The server compares the `iss` claim of every token with `https://cognito-idp.<region>.amazonaws.com/<userPool>`.',
      otherwise: 'every login fails',
      ownRule: true,
      required: 'login',
      clean: pastedPoolId,
    },
  },
] as const satisfies readonly Field[];
