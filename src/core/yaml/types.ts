/** What a YAML file holds, with the exact place of every key and value, so that findings can point at them and edits leave every other byte alone. */

/** Where an entry is: the keys from the root down, `['cognito', 'region']`. */
export type Path = readonly string[];

/** UTF-16 offsets into `ConfigDocument.text`; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type Scalar = string | number | boolean | null;
export type Value = Scalar | readonly Value[] | { readonly [key: string]: Value };

export type SyntaxCode =
  | 'yaml-syntax'
  | 'yaml-duplicate-key'
  | 'yaml-multiple-documents'
  | 'yaml-after-end-marker'
  | 'yaml-alias'
  | 'yaml-directive'
  | 'yaml-tag'
  | 'not-a-mapping'
  | 'file-too-large';

/** One reason why the server and umconfig could read the file differently, or not at all. */
export interface SyntaxProblem {
  readonly code: SyntaxCode;
  readonly span: Span;
  readonly path: Path;
  /** Plain words; never more of the file than a key's name, for its values may be secret. */
  readonly detail: string;
  /** The other place that it is about: the first of two equal keys. */
  readonly related?: Span;
}

/** One `key: value` of a mapping, at any depth; mappings inside sequences are not listed. */
export interface Entry {
  readonly path: Path;
  readonly key: Span;
  /** The source of the value with its quotes; zero-width just after the colon when the value is missing. */
  readonly value: Span;
  readonly parsed: Value;
  readonly kind: 'scalar' | 'mapping' | 'sequence' | 'missing';
  readonly style: 'plain' | 'single' | 'double' | 'block' | 'flow' | undefined;
}

export interface ConfigDocument {
  /** Without the byte order mark. */
  readonly text: string;
  readonly bom: boolean;
  /** What most lines of the file end with; `\n` for a file of one line. */
  readonly eol: '\n' | '\r\n';
  /** In the order of their position. */
  readonly problems: readonly SyntaxProblem[];
  /** `{}` when it cannot be read; has no prototype, so `toString` is there only if the file says so. */
  readonly root: Readonly<Record<string, Value>>;
  /** In the order of the document. */
  readonly entries: readonly Entry[];
}
