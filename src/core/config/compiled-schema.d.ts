/** The validators that scripts/compile-schemas.ts makes of FIELDS; the JavaScript beside this file is not kept in git. */

export interface SchemaError {
  readonly keyword: string;
  readonly schemaPath: string;
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface SchemaValidator {
  (value: unknown): boolean;
  /** Of the last call; null or absent when it was content. */
  errors?: readonly SchemaError[] | null;
}

export const validateFlat: SchemaValidator;
export const validateNested: SchemaValidator;
