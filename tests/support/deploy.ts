/**
 * Deploys the templates of `provision` as CloudFormation and Terraform would: parses them with independent parsers, resolves references,
 * and makes the calls of each resource through the real SDK. It refuses anything unknown.
 */
import { createRequire } from 'node:module';
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import { parse as parseYaml } from 'yaml';

type Json = Readonly<Record<string, unknown>>;

/** HashiCorp's parser, built for WebAssembly. Its types would add browser types to the whole program. */
const { parse: parseHcl } = createRequire(import.meta.url)('@cdktn/hcl2json') as {
  readonly parse: (name: string, text: string) => Promise<unknown>;
};

/** The result of a deployment: its outputs by name. */
export type Outputs = Readonly<Record<string, unknown>>;

/** A resource with unresolved references, and the call that creates it. */
interface Planned {
  readonly name: string;
  readonly properties: unknown;
  /** Resolves a reference to it. */
  readonly create: (input: Json) => Promise<string | undefined>;
}

/** Creates the resources one after another, each after those it refers to. Returns the value of each name. */
async function createAll(
  planned: readonly Planned[],
  resolve: (value: unknown, known: ReadonlyMap<string, unknown>) => unknown,
  parameters: ReadonlyMap<string, unknown>,
): Promise<ReadonlyMap<string, unknown>> {
  const known = new Map(parameters);
  let left = planned;
  while (left.length > 0) {
    const waiting: Planned[] = [];
    for (const resource of left) {
      const input = resolve(resource.properties, known);
      if (input === undefined) waiting.push(resource);
      else known.set(resource.name, await resource.create(input as Json));
    }
    if (waiting.length === left.length) {
      throw new Error(`unresolved references: ${waiting.map(({ name }) => name).join(', ')}`);
    }
    left = waiting;
  }
  return known;
}

/** The value with `fill` applied to each part, deepest first; undefined if `fill` returns undefined for one. */
function mapDeep(value: unknown, fill: (part: unknown) => unknown): unknown {
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value.map((item) => mapDeep(item, fill));
    return items.includes(undefined) ? undefined : items;
  }
  if (typeof value !== 'object' || value === null) return fill(value);
  const filled = fill(value);
  if (filled !== value) return filled;
  const entries = Object.entries(value).map(([key, item]) => [key, mapDeep(item, fill)] as const);
  return entries.some(([, item]) => item === undefined) ? undefined : Object.fromEntries(entries);
}

/** The call for each CloudFormation type. Properties are the API's parameters unless renamed here. */
const TYPES: Readonly<
  Record<string, (sdk: CognitoIdentityProvider, properties: Json) => Promise<string | undefined>>
> = {
  'AWS::Cognito::UserPool': async (sdk, { UserPoolName, ...rest }) =>
    (await sdk.createUserPool({ ...rest, PoolName: UserPoolName as string })).UserPool?.Id,
  'AWS::Cognito::UserPoolClient': async (sdk, properties) =>
    (
      await sdk.createUserPoolClient(
        properties as unknown as Parameters<CognitoIdentityProvider['createUserPoolClient']>[0],
      )
    ).UserPoolClient?.ClientId,
  'AWS::Cognito::UserPoolDomain': async (sdk, { Domain, UserPoolId, ManagedLoginVersion }) => {
    await sdk.createUserPoolDomain({
      Domain: Domain as string,
      UserPoolId: UserPoolId as string,
      ManagedLoginVersion: ManagedLoginVersion as number,
    });
    return Domain as string;
  },
  'AWS::Cognito::UserPoolGroup': async (sdk, { GroupName, UserPoolId, Description }) => {
    await sdk.createGroup({
      GroupName: GroupName as string,
      UserPoolId: UserPoolId as string,
      Description: Description as string,
    });
    return GroupName as string;
  },
};

/** The parts of a CloudFormation template, as any YAML parser reads them. */
export interface Template {
  readonly Parameters: Readonly<
    Record<string, { readonly Type: string; readonly Default: string; readonly AllowedPattern: string }>
  >;
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties: Json } & Readonly<Record<string, unknown>>>
  >;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
}

/** Parses a template with a plain YAML parser, which rejects unknown tags. */
export function readTemplate(text: string): Template {
  return parseYaml(text, { strict: true, version: '1.1' }) as Template;
}

/** Deploys a CloudFormation template; `overrides` are parameter values. */
export async function deployCloudFormation(
  text: string,
  sdk: CognitoIdentityProvider,
  overrides: Readonly<Record<string, string>> = {},
): Promise<Outputs> {
  const template = readTemplate(text);
  const parameters = new Map(
    Object.entries(template.Parameters).map(([name, { Default, AllowedPattern }]) => {
      const value = overrides[name] ?? Default;
      if (!new RegExp(AllowedPattern).test(value)) throw new Error(`invalid value for ${name}: ${value}`);
      return [name, value];
    }),
  );
  const resolve = (value: unknown, known: ReadonlyMap<string, unknown>): unknown =>
    mapDeep(value, (part) => (isRef(part) ? known.get(part.Ref) : part));
  const planned = Object.entries(template.Resources).map(([name, { Type, Properties }]): Planned => {
    const create = TYPES[Type];
    if (create === undefined) throw new Error(`unknown resource type: ${Type}`);
    return { name, properties: Properties, create: (input) => create(sdk, input) };
  });
  const known = await createAll(planned, resolve, parameters);
  return Object.fromEntries(
    Object.entries(template.Outputs).map(([name, { Value }]) => [name, resolve(Value, known)]),
  );
}

function isRef(value: unknown): value is { readonly Ref: string } {
  return typeof value === 'object' && value !== null && 'Ref' in value;
}

/** An argument of Terraform's provider: the API's parameter, or a block with its own arguments. */
type Argument = string | { readonly to: string; readonly block: Arguments; readonly isList?: true };
type Arguments = Readonly<Record<string, Argument>>;

/** Source: the documentation of the provider's four resources (hashicorp/aws 5.95 and later). */
const RESOURCES: Readonly<Record<string, { readonly type: string; readonly arguments: Arguments }>> = {
  aws_cognito_user_pool: {
    type: 'AWS::Cognito::UserPool',
    arguments: {
      name: 'UserPoolName',
      username_attributes: 'UsernameAttributes',
      username_configuration: { to: 'UsernameConfiguration', block: { case_sensitive: 'CaseSensitive' } },
      auto_verified_attributes: 'AutoVerifiedAttributes',
      admin_create_user_config: {
        to: 'AdminCreateUserConfig',
        block: { allow_admin_create_user_only: 'AllowAdminCreateUserOnly' },
      },
      account_recovery_setting: {
        to: 'AccountRecoverySetting',
        block: {
          recovery_mechanism: {
            to: 'RecoveryMechanisms',
            isList: true,
            block: { name: 'Name', priority: 'Priority' },
          },
        },
      },
      mfa_configuration: 'MfaConfiguration',
      deletion_protection: 'DeletionProtection',
    },
  },
  aws_cognito_user_pool_client: {
    type: 'AWS::Cognito::UserPoolClient',
    arguments: {
      user_pool_id: 'UserPoolId',
      name: 'ClientName',
      generate_secret: 'GenerateSecret',
      allowed_oauth_flows_user_pool_client: 'AllowedOAuthFlowsUserPoolClient',
      allowed_oauth_flows: 'AllowedOAuthFlows',
      allowed_oauth_scopes: 'AllowedOAuthScopes',
      supported_identity_providers: 'SupportedIdentityProviders',
      callback_urls: 'CallbackURLs',
      logout_urls: 'LogoutURLs',
      explicit_auth_flows: 'ExplicitAuthFlows',
      prevent_user_existence_errors: 'PreventUserExistenceErrors',
      enable_token_revocation: 'EnableTokenRevocation',
      access_token_validity: 'AccessTokenValidity',
      id_token_validity: 'IdTokenValidity',
      refresh_token_validity: 'RefreshTokenValidity',
      token_validity_units: {
        to: 'TokenValidityUnits',
        block: { access_token: 'AccessToken', id_token: 'IdToken', refresh_token: 'RefreshToken' },
      },
    },
  },
  aws_cognito_user_pool_domain: {
    type: 'AWS::Cognito::UserPoolDomain',
    arguments: {
      user_pool_id: 'UserPoolId',
      domain: 'Domain',
      managed_login_version: 'ManagedLoginVersion',
    },
  },
  aws_cognito_user_group: {
    type: 'AWS::Cognito::UserPoolGroup',
    arguments: { user_pool_id: 'UserPoolId', name: 'GroupName', description: 'Description' },
  },
};

/** Arguments of Terraform itself that no provider sees. */
const META = new Set(['lifecycle']);

/** The parts of a Terraform configuration as hcl2json returns them: every block is a list. */
export interface Configuration {
  readonly variable: Readonly<Record<string, readonly { readonly default: unknown }[]>>;
  readonly resource: Readonly<Record<string, Readonly<Record<string, readonly Json[]>>>>;
  readonly output: Readonly<Record<string, readonly { readonly value: string }[]>>;
  readonly provider?: Readonly<Record<string, readonly Json[]>>;
}

/** Parses a configuration with HashiCorp's parser; rejects with its errors. */
export async function readConfiguration(text: string): Promise<Configuration> {
  return (await parseHcl('pool.tf', text)) as Configuration;
}

/** Deploys a Terraform configuration; `overrides` are variable values. */
export async function deployTerraform(
  text: string,
  sdk: CognitoIdentityProvider,
  overrides: Readonly<Record<string, unknown>> = {},
): Promise<Outputs> {
  const { variable, resource, output } = await readConfiguration(text);
  const variables = new Map(
    Object.entries(variable).map(([name, [declared]]) => [
      `var.${name}`,
      overrides[name] ?? declared?.default,
    ]),
  );
  const resolve = (value: unknown, known: ReadonlyMap<string, unknown>): unknown =>
    mapDeep(value, (part) => {
      const reference = typeof part === 'string' ? /^\$\{([\w.]+)\}$/.exec(part)?.[1] : undefined;
      return reference === undefined ? part : known.get(reference);
    });
  const planned = Object.entries(resource).flatMap(([type, named]) =>
    Object.entries(named).map(([name, [body = {}]]): Planned => {
      const row = RESOURCES[type];
      const create = row === undefined ? undefined : TYPES[row.type];
      if (row === undefined || create === undefined) throw new Error(`unknown resource: ${type}`);
      return {
        name: `${type}.${name}.id`,
        properties: body,
        create: (input) => create(sdk, toApi(input, row.arguments)),
      };
    }),
  );
  const known = await createAll(planned, resolve, variables);
  return Object.fromEntries(
    Object.entries(output).map(([name, [declared]]) => [name, resolve(declared?.value, known)]),
  );
}

function toApi(body: Json, known: Arguments): Json {
  return Object.fromEntries(
    Object.entries(body)
      .filter(([name]) => !META.has(name))
      .map(([name, value]) => {
        const argument = known[name];
        if (argument === undefined) throw new Error(`unknown argument: ${name}`);
        if (typeof argument === 'string') return [argument, value];
        const blocks = (value as readonly Json[]).map((block) => toApi(block, argument.block));
        return [argument.to, argument.isList === true ? blocks : blocks[0]];
      }),
  );
}
