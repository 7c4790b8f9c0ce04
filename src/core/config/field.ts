/** The columns of FIELDS: what a row says about one key of the file. The rows are in server-keys.ts and login-keys.ts. */
import type { CheckName } from './checks.ts';
import type { Layout } from './layouts.ts';

/** What a JSON Schema can say about one value. */
export interface ValueSchema {
  readonly type: 'string' | 'integer' | 'boolean' | 'object' | 'number';
  /** A value of another kind, which the server takes as well. */
  readonly also?: ValueSchema;
  readonly enum?: readonly (string | boolean)[];
  readonly const?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Where a field sits in one layout and what that layout's server does with it. */
export interface Key {
  /** Dotted path in the file. */
  readonly path: string;
  readonly schema: ValueSchema;
  readonly examples: readonly (string | number | boolean)[];
  /** What the server does with the value: shown by `explain`, in docs/keys.md and by editors. */
  readonly use: string;
  /** What the server does with an unsupported value; a clause for the end of a message, after "so". */
  readonly otherwise: string;
  /** What the server does without the key, if that does not follow from the other columns (see withoutKey). Also a clause. */
  readonly without?: string;
  /** The value has its own rule, so `invalid-value` skips it. */
  readonly ownRule?: true;
  /** `always`, or only if login is on. */
  readonly required?: 'always' | 'login';
  /** Cleans up a pasted value. */
  readonly clean?: (pasted: string) => string;
}

/** Values by field name. */
export type FieldValues = Readonly<Partial<Record<string, string>>>;

/** The account's values for a file. Undefined: no value, or none that the layout's server can use. */
export interface AccountValues {
  readonly poolId: string;
  readonly region: string;
  /** A prefix, or a custom domain. */
  readonly domain: string | undefined;
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  readonly redirectUri: string | undefined;
  readonly logOutUri: string | undefined;
  /** Only a custom one: the usual one follows from the domain. */
  readonly tokenUrl: string | undefined;
}

export interface Field {
  readonly name: string;
  readonly title: string;
  readonly flat?: Key;
  readonly nested?: Key;
  /** Known wrong spellings, apart from those that differ only in case, `-` or `_`. */
  readonly aliases?: readonly string[];
  readonly secret?: true;
  /** Position among the wizard's questions, in the order of the AWS console. */
  readonly asked?: number;
  /** Filled in from other fields; shown, not asked. */
  readonly derived?: true;
  /** The value derived from other fields, or an answer completed by them. */
  readonly derive?: (values: FieldValues, layout: Layout) => string | undefined;
  /** The account's value, if discovery fills it in. */
  readonly account?: (account: AccountValues) => string | undefined;
  /** A file with a value for it is not a fresh template. */
  readonly marksFilledIn?: true;
  /** A URL: registered in the app client and sent to Cognito without encoding, or called by the server. */
  readonly url?: 'registered' | 'called';
  /** The check of `doctor` that shows a difference from the account. */
  readonly doctor?: CheckName;
  /** The flag's name without dashes, and its placeholder in the help. */
  readonly flag?: { readonly name: string; readonly value: string };
  /** Where to find the value in the AWS console: today, and in the console that the guide shows. */
  readonly console?: { readonly today: string; readonly guide: string };
}
