/**
 * The user pool that `provision` describes: one row a setting, each with why it is there. What the server needs comes
 * from requirements.ts and layouts.ts, where the rules of `doctor` have it from; how it is written down stands in
 * report/cloudformation.ts and report/terraform.ts.
 */
import { LAYOUTS, type Layout, type LayoutRow } from '../config/layouts.ts';
import { ADMIN_GROUP, CLIENT_NEEDS } from '../config/requirements.ts';
import { DOMAIN_PREFIX } from '../config/endpoints.ts';

/** What a pool is wanted for. Every text has been judged already. */
export interface PoolWishes {
  readonly layout: Layout;
  readonly poolName: string;
  /** Of the login pages: `https://PREFIX.auth.REGION.amazoncognito.com`. */
  readonly domainPrefix: string;
  /** One at least, as the browser sees them. */
  readonly callbackUrls: readonly string[];
  readonly signOutUrls: readonly string[];
  /** Whether people may make accounts by themselves. */
  readonly selfSignUp: boolean;
  /** Undefined: whichever the tool that deploys is set up for. */
  readonly region: string | undefined;
}

/** The service model's rule for the name of a user pool and of an app client. */
export const POOL_NAME = /^[\w\s+=,.@-]{1,128}$/;
/** The most callback and sign-out URLs that an app client takes, each. */
export const MOST_URLS = 100;

type ParameterName = 'poolName' | 'domainPrefix' | 'callbackUrls' | 'signOutUrls';

/** What can be changed from one deployment to the next without touching the template. */
export interface Parameter {
  readonly name: ParameterName;
  /** Its names in the two formats. CloudFormation's lists are not understood everywhere, so there it is the first URL alone. */
  readonly cloudFormation: string;
  readonly terraform: string;
  readonly default: string | readonly string[];
  /** One line without a full stop. */
  readonly what: string;
  /** In the syntax that Java, RE2 and Python share. */
  readonly pattern: string;
  /** What the pattern asks for; ends a sentence that begins with the parameter. */
  readonly must: string;
}

/** A text, number or list; or what only the deployment knows. */
export type Value =
  | string
  | number
  | boolean
  | readonly string[]
  | { readonly parameter: ParameterName }
  | { readonly idOf: ResourceName }
  | { readonly block: readonly Setting[] }
  | { readonly items: readonly (readonly Setting[])[] };

export interface Setting {
  /** The property in CloudFormation; Terraform's argument is the same in snake case, unless it is named. */
  readonly name: string;
  readonly terraform?: string;
  readonly value: Value;
  /** Whole sentences. */
  readonly why?: string;
}

type ResourceName = 'pool' | 'client' | 'domain' | 'group';

export interface Resource {
  readonly name: ResourceName;
  readonly cloudFormation: { readonly id: string; readonly type: string };
  readonly terraform: string;
  readonly why: string;
  /** Holds what nobody can make again, so it outlives the stack. */
  readonly isKept: boolean;
  readonly settings: readonly Setting[];
}

export interface Blueprint {
  readonly wishes: PoolWishes;
  readonly server: LayoutRow;
  readonly parameters: readonly Parameter[];
  readonly resources: readonly Resource[];
}

/** The pool, its app client, its login pages and its group of admins. */
export function blueprintOf(wishes: PoolWishes): Blueprint {
  const { layout } = wishes;
  return {
    wishes,
    server: LAYOUTS[layout],
    parameters: parametersOf(wishes),
    resources: [poolOf(wishes), clientOf(layout), domainOf(layout), groupOf(layout)],
  };
}

function parametersOf(wishes: PoolWishes): readonly Parameter[] {
  const { callbackPath } = LAYOUTS[wishes.layout];
  return [
    {
      name: 'poolName',
      cloudFormation: 'PoolName',
      terraform: 'pool_name',
      default: wishes.poolName,
      what: 'Name of the user pool and of its app client',
      pattern: POOL_NAME.source,
      must: 'be made of letters, digits, blanks and + = , . @ - _ (128 at most)',
    },
    {
      name: 'domainPrefix',
      cloudFormation: 'DomainPrefix',
      terraform: 'domain_prefix',
      default: wishes.domainPrefix,
      what: 'Login pages are at https://PREFIX.auth.REGION.amazoncognito.com',
      pattern: DOMAIN_PREFIX.source,
      must: 'be made of lower-case letters, digits and hyphens (63 at most), without aws, amazon or cognito in it',
    },
    {
      name: 'callbackUrls',
      cloudFormation: 'CallbackUrl',
      terraform: 'callback_urls',
      default: wishes.callbackUrls,
      what: `Where the login page sends people back to: the address of the server, with ${callbackPath}`,
      pattern: `^https?://[^/?#]+${callbackPath}$`,
      must: `end in ${callbackPath}, where the server receives logins`,
    },
    {
      name: 'signOutUrls',
      cloudFormation: 'SignOutUrl',
      terraform: 'sign_out_urls',
      default: wishes.signOutUrls,
      what: 'Where people land after signing out',
      pattern: '^https?://[^?#]+$',
      must: 'be a plain address without a query',
    },
  ];
}

function poolOf({ selfSignUp }: PoolWishes): Resource {
  return {
    name: 'pool',
    cloudFormation: { id: 'UserPool', type: 'AWS::Cognito::UserPool' },
    terraform: 'aws_cognito_user_pool',
    why:
      'The people. Its issuer stays the original one, which is the default: both servers refuse the tokens of the updated one. ' +
      'Invitations go out by the mail of Cognito itself, about 50 a day; for more of them, add an email configuration with SES.',
    isKept: true,
    settings: [
      { name: 'UserPoolName', terraform: 'name', value: { parameter: 'poolName' } },
      {
        name: 'UsernameAttributes',
        value: [CLIENT_NEEDS.attribute],
        why: 'People sign in with their email address, so everybody has one, and the server knows people by it. Cannot be changed later.',
      },
      {
        name: 'UsernameConfiguration',
        value: { block: [{ name: 'CaseSensitive', value: false }] },
        why: 'Ada@acme.org and ada@acme.org are one person. Cannot be changed later.',
      },
      {
        name: 'AutoVerifiedAttributes',
        value: [CLIENT_NEEDS.attribute],
        why: 'Cognito sends passwords only to an address that has been verified.',
      },
      {
        name: 'AdminCreateUserConfig',
        value: { block: [{ name: 'AllowAdminCreateUserOnly', value: !selfSignUp }] },
        why: selfSignUp
          ? 'Whoever finds the login page can sign up, and gets in.'
          : 'Only admins make accounts. Otherwise whoever finds the login page could sign up, and get in.',
      },
      {
        name: 'AccountRecoverySetting',
        value: {
          block: [
            {
              name: 'RecoveryMechanisms',
              terraform: 'recovery_mechanism',
              value: {
                items: [
                  [
                    { name: 'Name', value: 'verified_email' },
                    { name: 'Priority', value: 1 },
                  ],
                ],
              },
            },
          ],
        },
        why: 'Who has forgotten the password gets a code by mail.',
      },
      {
        name: 'MfaConfiguration',
        value: 'OFF',
        why: 'A password is enough. A second factor can be asked for later, with the same people.',
      },
      {
        name: 'DeletionProtection',
        value: 'ACTIVE',
        why: 'With the pool all accounts would be gone. To delete it, set this to INACTIVE first.',
      },
    ],
  };
}

/** How long tokens live, by what each server does with them. */
const LIFETIMES: Readonly<
  Record<Layout, { readonly refreshDays: number; readonly whyTokens: string; readonly whyRefresh: string }>
> = {
  flat: {
    refreshDays: 1,
    whyTokens: 'In minutes. The Go server looks at these tokens once, when somebody signs in.',
    whyRefresh: 'In days. The Go server never gives this token back to Cognito, so the shortest will do.',
  },
  nested: {
    refreshDays: 7,
    whyTokens:
      'In minutes. The pages send the access token with every request and fetch a new one when it has expired: for so long somebody who has been disabled still gets in.',
    whyRefresh:
      'In days. For so long nobody has to sign in again. Not rotated: the pages go on using the first one.',
  },
};

const SECRET_WHY = {
  required: 'The Go server sends a client secret with every token request.',
  forbidden:
    'The Node server never sends a client secret. For a client that has one Cognito refuses every login.',
} as const satisfies Record<LayoutRow['clientSecret'], string>;

function clientOf(layout: Layout): Resource {
  const { clientSecret, callbackPath } = LAYOUTS[layout];
  const { flow, scopes, provider } = CLIENT_NEEDS;
  const { refreshDays, whyTokens, whyRefresh } = LIFETIMES[layout];
  return {
    name: 'client',
    cloudFormation: { id: 'AppClient', type: 'AWS::Cognito::UserPoolClient' },
    terraform: 'aws_cognito_user_pool_client',
    why: 'What the server shows itself to Cognito as.',
    isKept: false,
    settings: [
      { name: 'UserPoolId', value: { idOf: 'pool' } },
      { name: 'ClientName', terraform: 'name', value: { parameter: 'poolName' } },
      { name: 'GenerateSecret', value: clientSecret === 'required', why: SECRET_WHY[clientSecret] },
      {
        name: 'AllowedOAuthFlowsUserPoolClient',
        value: true,
        why: 'Without it there are no login pages for this client, whatever stands below.',
      },
      {
        name: 'AllowedOAuthFlows',
        value: [flow],
        why: 'The server asks for an authorization code and for nothing else.',
      },
      {
        name: 'AllowedOAuthScopes',
        value: scopes,
        why: 'Without openid there is no id token, and without email there is no address in it. The server asks for no scope itself, so it gets these.',
      },
      {
        name: 'SupportedIdentityProviders',
        value: [provider],
        why: 'The people of this pool. Without any the login page has nothing to offer.',
      },
      {
        name: 'CallbackURLs',
        value: { parameter: 'callbackUrls' },
        why: `Cognito compares every character with the configuration file, and the server receives logins at ${callbackPath} only.`,
      },
      {
        name: 'LogoutURLs',
        value: { parameter: 'signOutUrls' },
        why: 'Where people may be sent after signing out; every character counts here, too.',
      },
      {
        name: 'ExplicitAuthFlows',
        value: ['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH'],
        why: 'The defaults without the one for Lambda functions: none in which a program hands over a password as it is.',
      },
      {
        name: 'PreventUserExistenceErrors',
        value: 'ENABLED',
        why: 'A wrong address and a wrong password get the same answer, so nobody finds out who has an account.',
      },
      {
        name: 'EnableTokenRevocation',
        value: true,
        why: 'A refresh token that has been stolen can be made worthless.',
      },
      { name: 'AccessTokenValidity', value: 60, why: whyTokens },
      { name: 'IdTokenValidity', value: 60 },
      { name: 'RefreshTokenValidity', value: refreshDays, why: whyRefresh },
      {
        name: 'TokenValidityUnits',
        value: {
          block: [
            { name: 'AccessToken', value: 'minutes' },
            { name: 'IdToken', value: 'minutes' },
            { name: 'RefreshToken', value: 'days' },
          ],
        },
      },
    ],
  };
}

function domainOf(layout: Layout): Resource {
  return {
    name: 'domain',
    cloudFormation: { id: 'LoginPages', type: 'AWS::Cognito::UserPoolDomain' },
    terraform: 'aws_cognito_user_pool_domain',
    why: LAYOUTS[layout].customDomain
      ? 'The login pages.'
      : 'The login pages. The Go server can use no other domain than one of Cognito itself.',
    isKept: false,
    settings: [
      { name: 'UserPoolId', value: { idOf: 'pool' } },
      {
        name: 'Domain',
        value: { parameter: 'domainPrefix' },
        why: 'Has to be free in its region. Where somebody else has it, this fails: deploy again with another one.',
      },
      {
        name: 'ManagedLoginVersion',
        value: 1,
        why: 'The classic hosted UI. Version 2 shows "Login pages unavailable" until it is given a style.',
      },
    ],
  };
}

const GROUP_WHY = {
  flat: 'Whoever is in this group, and in no other, is an admin to the Go server. Everybody else is a worker.',
  nested: 'The Node server knows no roles. The group says who would be an admin if it did.',
} as const satisfies Record<Layout, string>;

function groupOf(layout: Layout): Resource {
  return {
    name: 'group',
    cloudFormation: { id: 'AdminGroup', type: 'AWS::Cognito::UserPoolGroup' },
    terraform: 'aws_cognito_user_group',
    why: GROUP_WHY[layout],
    isKept: false,
    settings: [
      { name: 'UserPoolId', value: { idOf: 'pool' } },
      { name: 'GroupName', terraform: 'name', value: ADMIN_GROUP, why: 'Exactly so, in lower case.' },
      { name: 'Description', value: 'Admins of the Scalabel server' },
    ],
  };
}
