/**
 * Fills in the template of a user pool (`templates/pool/`). A placeholder is a quoted string, `"{{poolName}}"`, so that
 * a template is valid YAML or HCL before it is filled in, and editors and linters can read it. It is replaced together
 * with its quotes: by a quoted string, by `true` or `false`, or by the items of a list, with commas between them.
 *
 * Two more rules: a line that is nothing but `- "{{list}}"` is repeated for each item, and a paragraph (the lines between
 * two empty lines) is left out if it has a placeholder for an input that was not given. Values are never searched for
 * placeholders.
 */
import { scalarSource } from '../yaml/splices.ts';
import type { PoolInputs } from './inputs.ts';

/** The languages of the templates. */
export type Syntax = 'yaml' | 'hcl';

const QUOTES = { yaml: scalarSource, hcl: hclString } as const satisfies Record<
  Syntax,
  (text: string) => string
>;

type Value = string | boolean | readonly string[];

/** What a template can hold. CloudFormation has a parameter for the first URL only, so lists come in two parts, too. */
function valuesOf(inputs: PoolInputs): Readonly<Record<string, Value | undefined>> {
  const { poolName, domainPrefix, region, callbackUrls, signOutUrls, selfSignUp } = inputs;
  const [firstCallbackUrl = '', ...otherCallbackUrls] = callbackUrls;
  const [firstSignOutUrl = '', ...otherSignOutUrls] = signOutUrls;
  return {
    poolName,
    domainPrefix,
    region,
    callbackUrls,
    firstCallbackUrl,
    otherCallbackUrls,
    signOutUrls,
    firstSignOutUrl,
    otherSignOutUrls,
    onlyAdminsCreateUsers: !selfSignUp,
  };
}

const PLACEHOLDER = /"\{\{(\w+)\}\}"/g;
const LIST_ITEM = /^( *- )"\{\{(\w+)\}\}"$/;

/** The template with all placeholders filled in. Throws an Error for one that is unknown or malformed: that is a bug. */
export function renderTemplate(template: string, inputs: PoolInputs, syntax: Syntax): string {
  const stray = /^.*\{\{.*$/m.exec(template.replace(PLACEHOLDER, ''))?.[0];
  if (stray !== undefined) throw new Error(`not a placeholder: ${stray.trim()}`);
  const sources = sourcesOf(inputs, syntax);
  const sourceOf = (name: string): readonly string[] | undefined => {
    if (!sources.has(name)) throw new Error(`unknown placeholder: ${name}`);
    return sources.get(name);
  };
  const isGiven = (paragraph: string): boolean =>
    [...paragraph.matchAll(PLACEHOLDER)].every(([, name = '']) => sourceOf(name) !== undefined);
  const fillLine = (line: string): readonly string[] => {
    const [, dash, item] = LIST_ITEM.exec(line) ?? [];
    if (dash !== undefined && item !== undefined) return (sourceOf(item) ?? []).map((one) => dash + one);
    return [line.replace(PLACEHOLDER, (_whole, name: string) => (sourceOf(name) ?? []).join(', '))];
  };
  return template
    .split('\n\n')
    .filter(isGiven)
    .map((paragraph) => paragraph.split('\n').flatMap(fillLine).join('\n'))
    .join('\n\n');
}

/** The source text of each value, item by item; undefined for an input that was not given. */
function sourcesOf(inputs: PoolInputs, syntax: Syntax): ReadonlyMap<string, readonly string[] | undefined> {
  const source = (value: Value): readonly string[] => {
    if (typeof value === 'boolean') return [String(value)];
    return (typeof value === 'string' ? [value] : value).map(QUOTES[syntax]);
  };
  return new Map(
    Object.entries(valuesOf(inputs)).map(([name, value]) => [
      name,
      value === undefined ? undefined : source(value),
    ]),
  );
}

/** Characters that mean something else in a quoted string of HCL. */
const HCL_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** A quoted string of HCL, in which `${` and `%{` do not begin an expression (HCL's syntax specification, "Template Expressions"). */
export function hclString(text: string): string {
  const escaped = text
    .replace(/["\\\n\r\t]/g, (character) => HCL_ESCAPES[character] ?? '')
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, hexadecimal)
    .replace(/[$%](?=\{)/g, '$&$&');
  return `"${escaped}"`;
}

const hexadecimal = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
