/**
 * A pool as a CloudFormation template. YAML, for the sake of the comments, and plain: no short forms (`!Ref`), which
 * only readers made for CloudFormation know, and no conditions or lists of parameters, which not every emulator does.
 */
import type { Blueprint, Parameter, Resource, Setting, Value } from '../core/provision/blueprint.ts';
import { scalarSource } from '../core/yaml/splices.ts';
import { COMMENT_COLUMNS, headOf } from './template.ts';
import { wrap } from '../core/text/wrap.ts';

/** The template as text with a final line feed. */
export function cloudFormationText(blueprint: Blueprint): string {
  const { parameters, resources, server, wishes } = blueprint;
  const lines = [
    ...comment(headOf(blueprint), ''),
    `AWSTemplateFormatVersion: ${scalarSource('2010-09-09')}`,
    `Description: ${scalarSource(`Sign-in for ${server.server} of Scalabel (${wishes.layout} layout)`)}`,
    '',
    '# Another deployment can have others: --parameter-overrides DomainPrefix=...',
    'Parameters:',
    ...parameters.flatMap(parameterLines),
    '',
    'Resources:',
    ...resources.flatMap((resource, at) => [
      ...(at === 0 ? [] : ['']),
      ...resourceLines(resource, blueprint),
    ]),
    '',
    ...outputLines(blueprint),
  ];
  return `${lines.join('\n')}\n`;
}

function comment(text: string, indent: string): readonly string[] {
  return text.split('\n').flatMap((line) => wrap(line, COMMENT_COLUMNS, `${indent}# `, `${indent}# `));
}

function parameterLines(parameter: Parameter): readonly string[] {
  const { cloudFormation, what, pattern, must } = parameter;
  const isList = typeof parameter.default !== 'string';
  const byDefault = isList ? (parameter.default[0] ?? '') : parameter.default;
  return [
    `  ${cloudFormation}:`,
    '    Type: String',
    `    Default: ${scalarSource(byDefault)}`,
    `    Description: ${scalarSource(what)}`,
    `    AllowedPattern: ${scalarSource(pattern)}`,
    `    ConstraintDescription: ${scalarSource(`must ${must}`)}`,
  ];
}

function resourceLines(resource: Resource, blueprint: Blueprint): readonly string[] {
  const { cloudFormation, why, isKept, settings } = resource;
  return [
    ...comment(why, '  '),
    `  ${cloudFormation.id}:`,
    `    Type: ${cloudFormation.type}`,
    ...(isKept
      ? [
          ...comment('Stays when the stack is deleted, or when a change would replace it.', '    '),
          '    DeletionPolicy: Retain',
          '    UpdateReplacePolicy: Retain',
        ]
      : []),
    '    Properties:',
    ...settings.flatMap((setting) => settingLines(setting, '      ', blueprint)),
  ];
}

function settingLines(
  { name, value, why }: Setting,
  indent: string,
  blueprint: Blueprint,
): readonly string[] {
  return [
    ...(why === undefined ? [] : comment(why, indent)),
    ...valueLines(`${indent}${name}:`, value, indent, blueprint),
  ];
}

/** A key with its value: on its line, or below it and two columns further in. */
function valueLines(key: string, value: Value, indent: string, blueprint: Blueprint): readonly string[] {
  const deeper = `${indent}  `;
  if (typeof value !== 'object') return [`${key} ${scalarSource(value)}`];
  if ('parameter' in value) return parameterReference(key, value.parameter, deeper, blueprint);
  if ('idOf' in value) return [key, `${deeper}Ref: ${idOf(value.idOf, blueprint)}`];
  if ('block' in value) {
    return [key, ...value.block.flatMap((setting) => settingLines(setting, deeper, blueprint))];
  }
  if ('items' in value) {
    return [key, ...value.items.flatMap((settings) => itemLines(settings, deeper, blueprint))];
  }
  return [key, ...value.map((item) => `${deeper}- ${scalarSource(item)}`)];
}

/** The parameter; for a list, a list that begins with it. */
function parameterReference(
  key: string,
  name: Parameter['name'],
  indent: string,
  { parameters }: Blueprint,
): readonly string[] {
  const parameter = parameters.find((one) => one.name === name);
  const reference = `Ref: ${parameter?.cloudFormation ?? ''}`;
  if (parameter === undefined || typeof parameter.default === 'string') return [key, `${indent}${reference}`];
  const [, ...others] = parameter.default;
  return [key, `${indent}- ${reference}`, ...others.map((url) => `${indent}- ${scalarSource(url)}`)];
}

/** A mapping in a list: its first line begins with the dash. */
function itemLines(settings: readonly Setting[], indent: string, blueprint: Blueprint): readonly string[] {
  return settings
    .flatMap((setting) => settingLines(setting, `${indent}  `, blueprint))
    .map((line, at) => (at === 0 ? `${indent}- ${line.trimStart()}` : line));
}

function idOf(name: Resource['name'], { resources }: Blueprint): string {
  return resources.find((resource) => resource.name === name)?.cloudFormation.id ?? '';
}

function outputLines(blueprint: Blueprint): readonly string[] {
  const output = (name: string, what: string, resource: Resource['name']): readonly string[] => [
    `  ${name}:`,
    `    Description: ${scalarSource(what)}`,
    '    Value:',
    `      Ref: ${idOf(resource, blueprint)}`,
  ];
  const secret =
    blueprint.server.clientSecret === 'required'
      ? comment(
          'Not the client secret: outputs are shown to everybody who may look at the stack. umconfig discover reads it from Cognito.',
          '',
        )
      : [];
  return [
    ...secret,
    'Outputs:',
    ...output('UserPoolId', 'For umconfig discover --pool', 'pool'),
    ...output('ClientId', 'For umconfig discover --client', 'client'),
  ];
}
