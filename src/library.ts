/**
 * The library: what `umconfig validate` is made of, for programs. Pure functions over text and tables; it reads no file,
 * opens no socket, and knows nothing of the command line. What is not named here may change in any release.
 */
export { repair, validate } from './core/rules/validate.ts';
export type { Repaired, ValidateOptions, Validation } from './core/rules/validate.ts';
export { positionAt, serialize } from './core/yaml/document.ts';
export type { ConfigDocument, Span } from './core/yaml/types.ts';
export { proseOf, RULES } from './core/rules/index.ts';
export type { RuleRow } from './core/rules/index.ts';
export type { Finding, Prose, Severity } from './core/rules/finding.ts';
export { FIELDS } from './core/config/fields.ts';
export type { FieldName, FieldRow, Key } from './core/config/fields.ts';
export { LAYOUTS } from './core/config/layouts.ts';
export type { Layout, LayoutRow } from './core/config/layouts.ts';
export { deriveUrls, readSettings } from './core/config/settings.ts';
export type { DerivedUrls, Settings } from './core/config/settings.ts';
export { schemaOf } from './core/config/schema.ts';
export type { JsonSchema } from './core/config/schema.ts';
