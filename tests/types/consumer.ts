// A program that uses the library. It is compiled against the packed package and never run.
import {
  deriveUrls,
  FIELDS,
  LAYOUTS,
  positionAt,
  proseOf,
  readSettings,
  repair,
  RULES,
  schemaOf,
  serialize,
  validate,
  type ConfigDocument,
  type DerivedUrls,
  type FieldName,
  type FieldRow,
  type Finding,
  type JsonSchema,
  type Key,
  type Layout,
  type Prose,
  type Repaired,
  type RuleRow,
  type Settings,
  type Severity,
  type Span,
  type ValidateOptions,
  type Validation,
} from 'umconfig';

const options: ValidateOptions = { layout: 'nested' };
const checked: Validation = validate(new Uint8Array(), options);
const document: ConfigDocument = checked.document;
const layout: Layout = checked.layout;
const mended: Repaired = repair(document, options, (finding) => finding.severity === 'error');
export const text: string = serialize(mended.document);

export function describe(finding: Finding): readonly [Severity, Prose, number | undefined] {
  const span: Span | undefined = finding.span;
  const line: number | undefined = span && positionAt(document, span.start).line;
  return [finding.severity, proseOf(finding), line];
}

const settings: Settings = { userPoolID: 'us-west-2_AbCdEf123', domainName: 'labels' };
export const urls: DerivedUrls = deriveUrls({ ...readSettings(document, layout), ...settings }, layout);
export const issuer: string | undefined = urls.issuer;

const row: FieldRow | undefined = FIELDS.find(({ name }) => name === 'clientId');
export const key: Key | undefined = row?.flat;
export const names: readonly FieldName[] = FIELDS.map(({ name }) => name);
export const rules: readonly RuleRow[] = RULES.filter(({ code }) => code === 'login-off');
export const schema: JsonSchema = schemaOf('flat');
export const callback: string = LAYOUTS.flat.callbackPath;

// These must not compile; if they did, the types would be `any`.
// @ts-expect-error no such field
export const noField: FieldName = 'clientSecrets';
// @ts-expect-error no such layout
schemaOf('round');
// @ts-expect-error a path is neither a text nor a number
validate(1);
// @ts-expect-error findings are read-only
checked.findings.push();
// @ts-expect-error no such setting
deriveUrls({ poolId: '' }, 'flat');
