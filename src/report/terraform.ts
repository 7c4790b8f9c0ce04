/** A pool as a Terraform configuration, in the form that `terraform fmt` leaves alone. */
import type { Blueprint, Parameter, Resource, Setting, Value } from '../core/provision/blueprint.ts';
import { COMMENT_COLUMNS, headOf } from './template.ts';
import { wrap } from '../core/text/wrap.ts';

/** The configuration as text with a final line feed. */
export function terraformText(blueprint: Blueprint): string {
  const { parameters, resources, wishes } = blueprint;
  const blocks = [
    [...comment(headOf(blueprint), ''), ...REQUIREMENTS],
    ...(wishes.region === undefined
      ? []
      : [block('provider "aws"', [line('region', quoted(wishes.region))])]),
    ...parameters.map(variable),
    ...resources.map((resource) => resourceBlock(resource, blueprint)),
    ...outputs(blueprint),
  ];
  return blocks.map((lines) => `${lines.join('\n')}\n`).join('\n');
}

/** The versions: `managed_login_version` came with 5.95 of the provider (hashicorp/terraform-provider-aws, changelog). */
const REQUIREMENTS: readonly string[] = [
  'terraform {',
  '  required_providers {',
  '    aws = {',
  '      source  = "hashicorp/aws"',
  '      version = ">= 5.95"',
  '    }',
  '  }',
  '}',
];

function comment(text: string, indent: string): readonly string[] {
  return text.split('\n').flatMap((one) => wrap(one, COMMENT_COLUMNS, `${indent}# `, `${indent}# `));
}

/** One argument; `=` is lined up afterwards. */
const line = (name: string, expression: string): string => `${name} = ${expression}`;

/** A block with what stands in it, two columns further in, and the equal signs of neighbouring lines below each other. */
function block(head: string, inner: readonly string[]): readonly string[] {
  return [`${head} {`, ...aligned(inner).map((one) => (one === '' ? '' : `  ${one}`)), '}'];
}

const ARGUMENT = /^([a-z_]+) = /;

function aligned(lines: readonly string[]): readonly string[] {
  return lines.map((text, at) => {
    const name = ARGUMENT.exec(text)?.[1];
    if (name === undefined) return text;
    const width = Math.max(...neighbours(lines, at).map((one) => ARGUMENT.exec(one)?.[1]?.length ?? 0));
    return `${name.padEnd(width)}${text.slice(name.length)}`;
  });
}

/** The unbroken run of arguments around a line. */
function neighbours(lines: readonly string[], at: number): readonly string[] {
  const isArgument = (index: number): boolean => ARGUMENT.test(lines[index] ?? '');
  let [from, to] = [at, at];
  while (isArgument(from - 1)) from -= 1;
  while (isArgument(to + 1)) to += 1;
  return lines.slice(from, to + 1);
}

/** Characters that a quoted template of HCL takes for something else. */
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** A text as HCL reads it back: `${` and `%{` would begin an expression. */
export function quoted(text: string): string {
  const escaped = text
    .replace(/["\\\n\r\t]/g, (character) => ESCAPES[character] ?? '')
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, hexadecimal)
    .replace(/[$%](?=\{)/g, '$&$&');
  return `"${escaped}"`;
}

const hexadecimal = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

const listOf = (texts: readonly string[]): string => `[${texts.map(quoted).join(', ')}]`;

function variable(parameter: Parameter): readonly string[] {
  const { terraform, what, pattern, must } = parameter;
  const isList = typeof parameter.default !== 'string';
  const matches = (name: string): string => `can(regex(${quoted(pattern)}, ${name}))`;
  const condition = isList
    ? `alltrue([for url in var.${terraform} : ${matches('url')}])`
    : matches(`var.${terraform}`);
  return block(`variable ${quoted(terraform)}`, [
    line('type', isList ? 'list(string)' : 'string'),
    line('description', quoted(what)),
    line('default', isList ? listOf(parameter.default) : quoted(parameter.default)),
    '',
    ...block('validation', [
      line('condition', condition),
      line('error_message', quoted(`${isList ? 'Every one' : 'It'} must ${must}.`)),
    ]),
  ]);
}

function resourceBlock(resource: Resource, blueprint: Blueprint): readonly string[] {
  const { name, terraform, why, isKept, settings } = resource;
  const secret =
    name === 'client' && blueprint.server.clientSecret === 'required'
      ? ' Terraform keeps its secret in the state: keep that in a backend which is encrypted and which only admins can read.'
      : '';
  const kept = [
    '',
    ...comment('A plan that would delete it, or replace it by an empty one, fails.', ''),
    ...block('lifecycle', [line('prevent_destroy', 'true')]),
  ];
  return [
    ...comment(`${why}${secret}`, ''),
    ...block(`resource ${quoted(terraform)} ${quoted(name)}`, [
      ...settings.flatMap((setting, at) => settingLines(setting, at === 0, blueprint)),
      ...(isKept ? kept : []),
    ]),
  ];
}

/** Whatever has a comment, or a block, stands apart from what comes before it. */
function settingLines(setting: Setting, isFirst: boolean, blueprint: Blueprint): readonly string[] {
  const { why, value } = setting;
  const isBlock = typeof value === 'object' && ('block' in value || 'items' in value);
  return [
    ...((why !== undefined || isBlock) && !isFirst ? [''] : []),
    ...(why === undefined ? [] : comment(why, '')),
    ...valueLines(setting.terraform ?? snakeCase(setting.name), value, blueprint),
  ];
}

function valueLines(name: string, value: Value, blueprint: Blueprint): readonly string[] {
  if (typeof value === 'string') return [line(name, quoted(value))];
  if (typeof value !== 'object') return [line(name, String(value))];
  if ('parameter' in value) return [line(name, `var.${variableOf(value.parameter, blueprint)}`)];
  if ('idOf' in value) return [line(name, idOf(value.idOf, blueprint))];
  if ('block' in value) return block(name, blockLines(value.block, blueprint));
  if ('items' in value)
    return value.items.flatMap((settings) => block(name, blockLines(settings, blueprint)));
  return [line(name, listOf(value))];
}

const blockLines = (settings: readonly Setting[], blueprint: Blueprint): readonly string[] =>
  settings.flatMap((setting, at) => settingLines(setting, at === 0, blueprint));

function variableOf(name: Parameter['name'], { parameters }: Blueprint): string {
  return parameters.find((parameter) => parameter.name === name)?.terraform ?? '';
}

function idOf(name: Resource['name'], { resources }: Blueprint): string {
  const resource = resources.find((one) => one.name === name);
  return `${resource?.terraform ?? ''}.${name}.id`;
}

/** `AllowedOAuthFlows` is `allowed_oauth_flows`, `CallbackURLs` is `callback_urls`. */
const snakeCase = (name: string): string => name.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();

function outputs(blueprint: Blueprint): readonly (readonly string[])[] {
  const output = (name: string, what: string, resource: Resource['name']): readonly string[] =>
    block(`output ${quoted(name)}`, [
      line('description', quoted(what)),
      line('value', idOf(resource, blueprint)),
    ]);
  return [
    output('user_pool_id', 'For umconfig discover --pool', 'pool'),
    output('client_id', 'For umconfig discover --client', 'client'),
  ];
}
