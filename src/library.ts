/**
 * The library: what `umconfig validate` is made of, for programs. Pure functions over text and tables; it reads no file,
 * opens no socket, and knows nothing of the command line. What is not named here may change in any release.
 */
export { repair, validate } from './core/validate.ts';
export type { Repaired, ValidateOptions, Validation } from './core/validate.ts';
export { positionAt, serialize } from './core/document.ts';
export type { ConfigDocument, Span } from './core/document.ts';
export { proseOf, RULES } from './core/rules.ts';
export type { RuleRow } from './core/rules.ts';
export type { Finding, Prose, Severity } from './core/finding.ts';
export { FIELDS } from './core/fields.ts';
export type { FieldName, FieldRow, Key } from './core/fields.ts';
export { LAYOUTS } from './core/layouts.ts';
export type { Layout, LayoutRow } from './core/layouts.ts';
export { deriveUrls, readSettings } from './core/plan.ts';
export type { DerivedUrls, Settings } from './core/plan.ts';
export { schemaOf } from './core/schema.ts';
export type { JsonSchema } from './core/schema.ts';
