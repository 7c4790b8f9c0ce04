/**
 * Checks a template against the resource schemas that AWS publishes (CloudFormation's registry, as packaged by the CDK) and against the
 * enumerations of the service model, which those schemas lack.
 */
import { loadAwsServiceSpec } from '@aws-cdk/aws-service-spec';
import type { Template } from './deploy.ts';
import { loadSdk } from './local-cognito/sdk.ts';

type Database = Awaited<ReturnType<typeof loadAwsServiceSpec>>;
type Resource = ReturnType<ReturnType<Database['lookup']>['only']>;
type Properties = Extract<Resource, { readonly properties: unknown }>['properties'];
type PropertyType = Properties[string]['type'];
type Enums = ReadonlyMap<string, readonly string[]>;

/** All schema errors of the template: unknown types, names and values, and missing properties. */
export async function schemaComplaints({ Resources }: Template): Promise<readonly string[]> {
  const known = await load();
  return Object.entries(Resources).flatMap(([name, { Type, Properties: given }]) => {
    const found = known.database.lookup('resource', 'cloudFormationType', 'equals', Type);
    if (found.length !== 1) return [`${name}: unknown type ${Type}`];
    return aboutMapping(given, found.only().properties, name, known);
  });
}

interface Known {
  readonly database: Database;
  readonly enums: Enums;
}

let loaded: Promise<Known> | undefined;

/** It contains every service, so it is unpacked once. */
function load(): Promise<Known> {
  loaded ??= Promise.all([loadAwsServiceSpec(), enumerations()]).then(([database, enums]) => ({
    database,
    enums,
  }));
  return loaded;
}

function aboutMapping(value: unknown, properties: Properties, path: string, known: Known): readonly string[] {
  if (!isMapping(value)) return [`${path} is not a mapping`];
  const missing = Object.entries(properties)
    .filter(([name, { required }]) => required === true && !(name in value))
    .map(([name]) => `${path}.${name} is missing`);
  const present = Object.entries(value).flatMap(([name, item]) => {
    const property = properties[name];
    return property === undefined
      ? [`${path}.${name}: unknown property`]
      : aboutValue(item, property.type, `${path}.${name}`, known);
  });
  return [...missing, ...present];
}

function aboutValue(value: unknown, type: PropertyType, path: string, known: Known): readonly string[] {
  if (type.type === 'string') {
    if (isMapping(value) && 'Ref' in value) return [];
    const property = path.split('.').at(-1) ?? '';
    return typeof value === 'string'
      ? aboutText(value, path, type.allowedValues ?? known.enums.get(property))
      : [`${path} is not a string`];
  }
  if (type.type === 'integer') return Number.isInteger(value) ? [] : [`${path} is not an integer`];
  if (type.type === 'boolean') return typeof value === 'boolean' ? [] : [`${path} is not a boolean`];
  if (type.type === 'array') {
    if (!Array.isArray(value)) return [`${path} is not a list`];
    return value.flatMap((item: unknown) => aboutValue(item, type.element, path, known));
  }
  if (type.type === 'ref') {
    const { properties } = known.database.get('typeDefinition', type.reference.$ref);
    return aboutMapping(value, properties, path, known);
  }
  return [`${path}: unsupported type ${type.type}`];
}

function aboutText(text: string, path: string, allowed: readonly string[] | undefined): readonly string[] {
  return allowed === undefined || allowed.includes(text)
    ? []
    : [`${path} is ${text}, not one of ${allowed.join(', ')}`];
}

const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The service model's enumerations by property. */
async function enumerations(): Promise<Enums> {
  const sdk = await loadSdk();
  const rows: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
    ['UsernameAttributes', sdk.UsernameAttributeType],
    ['AutoVerifiedAttributes', sdk.VerifiedAttributeType],
    ['Name', sdk.RecoveryOptionNameType],
    ['MfaConfiguration', sdk.UserPoolMfaType],
    ['DeletionProtection', sdk.DeletionProtectionType],
    ['AllowedOAuthFlows', sdk.OAuthFlowType],
    ['ExplicitAuthFlows', sdk.ExplicitAuthFlowsType],
    ['PreventUserExistenceErrors', sdk.PreventUserExistenceErrorTypes],
    ['AccessToken', sdk.TimeUnitsType],
    ['IdToken', sdk.TimeUnitsType],
    ['RefreshToken', sdk.TimeUnitsType],
  ];
  return new Map(rows.map(([name, values]) => [name, Object.values(values)]));
}
