/**
 * REPORTERS: the table of output formats, for each kind of report. A new format is a file in this directory and a row here. The files
 * are imported on demand, because a run needs only one.
 */
import type { Run } from './location.ts';
import type { PeopleReport, ReportBody } from './report.ts';
import type { Style } from './style.ts';

/** A report as text with a final line feed. */
export type Reporter<Body> = (body: Body, style: Style, run: Run) => string;

type Loader<Body> = () => Promise<Reporter<Body>>;

type Kind = ReportBody['kind'];
type BodyOf = { readonly [K in Kind]: Extract<ReportBody, { readonly kind: K }> };
/** Every kind of report as text and as JSON, some in other formats too. */
type Reporters = {
  readonly [K in Kind]: Readonly<
    Record<'text' | 'json', Loader<BodyOf[K]>> & Record<string, Loader<BodyOf[K]>>
  >;
};

const asItIs = ({ text }: BodyOf['document']): string => text;

export const REPORTERS = {
  validation: {
    text: async () => (await import('./text.ts')).validationText,
    json: async () => (await import('./json.ts')).validationJson,
    sarif: async () => (await import('./sarif.ts')).reportSarif,
    github: async () => (await import('./github.ts')).reportGithub,
    junit: async () => (await import('./junit.ts')).reportJunit,
    gitlab: async () => (await import('./gitlab.ts')).reportGitlab,
  },
  change: {
    text: async () => (await import('./change.ts')).changeText,
    json: async () => (await import('./change.ts')).changeJson,
  },
  checks: {
    text: async () => (await import('./doctor.ts')).checksText,
    json: async () => (await import('./doctor.ts')).checksJson,
  },
  login: {
    text: async () => (await import('./login.ts')).loginText,
    json: async () => (await import('./login.ts')).loginJson,
  },
  'people-change': {
    text: async () => (await import('./users.ts')).peopleChangeText,
    json: async () => (await import('./users.ts')).peopleChangeJson,
  },
  document: {
    text: () => Promise.resolve(asItIs),
    json: () => Promise.resolve(asItIs),
  },
} as const satisfies Reporters;

/** The formats of `validate`. */
export type Format = keyof typeof REPORTERS.validation;

export const FORMATS = Object.keys(REPORTERS.validation) as readonly Format[];

/** The formats that every kind of report has. */
export const RESULT_FORMATS = ['text', 'json'] as const;

/** The reporter of a kind of report. Throws RangeError for a format that the kind does not have, which the options refuse. */
export async function reporterOf<K extends Kind>(
  kind: K,
  format: string,
  reporters: Reporters = REPORTERS,
): Promise<Reporter<BodyOf[K]>> {
  const load = reporters[kind][format];
  if (load === undefined) throw new RangeError(`no report of the kind ${kind} has the format ${format}`);
  return load();
}

type Streamer = (body: PeopleReport, style: Style) => AsyncIterable<string>;

/** What is found out page by page, as text that comes in parts; its formats have the same names. */
export const STREAMERS = {
  text: async () => (await import('./users.ts')).peopleText,
  json: async () => (await import('./users.ts')).peopleJson,
} as const satisfies Record<'text' | 'json', () => Promise<Streamer>>;
