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
  /** What the server does with a value that is not allowed; ends a message, so it is a clause. */
  readonly otherwise: string;
  /** What the server does without the key, where that is not what the key's other columns tell (see withoutKey). A clause, too. */
  readonly without?: string;
  /** A rule of its own judges the value, so `invalid-value` leaves it alone. */
  readonly ownRule?: true;
  /** `always`, or only while login is switched on. */
  readonly required?: 'always' | 'login';
  /** Forgives what people paste. */
  readonly clean?: (pasted: string) => string;
}

/** Values by the names of their fields; the names come from the rows, which cannot know them yet. */
export type FieldValues = Readonly<Partial<Record<string, string>>>;

/** What an account says of the values in a file. Undefined: it has none, or none that the layout's server can use. */
export interface AccountValues {
  readonly poolId: string;
  readonly region: string;
  /** A prefix, or a host of the customer's own. */
  readonly domain: string | undefined;
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  readonly redirectUri: string | undefined;
  readonly logOutUri: string | undefined;
  /** Only one of the customer's own: the usual one follows from the domain. */
  readonly tokenUrl: string | undefined;
}

export interface Field {
  readonly name: string;
  readonly title: string;
  readonly flat?: Key;
  readonly nested?: Key;
  /** Spellings that were seen in guides, templates and the wild, beside those that differ in case or `-` and `_` only. */
  readonly aliases?: readonly string[];
  readonly secret?: true;
  /** Position among the wizard's questions: the order in which the console shows the values. */
  readonly asked?: number;
  /** Filled in from other fields, shown and not asked. */
  readonly derived?: true;
  /** The value as far as it follows from others, or an answer made whole by them. */
  readonly derive?: (values: FieldValues, layout: Layout) => string | undefined;
  /** What the account has for it, where discovery fills it in. */
  readonly account?: (account: AccountValues) => string | undefined;
  /** A file that has it has been filled in by somebody, and is no fresh template. */
  readonly marksFilledIn?: true;
  /** A URL: one that is registered in the app client and stands unencoded in the login address, or one that the server calls. */
  readonly url?: 'registered' | 'called';
  /** The check of `doctor` that shows where the account says something else. */
  readonly doctor?: CheckName;
  /** The flag's name without dashes, and what stands behind it in the help. */
  readonly flag?: { readonly name: string; readonly value: string };
  /** Where to find the value in the AWS console: today's, and the one that the guide shows. */
  readonly console?: { readonly today: string; readonly guide: string };
}
