/**
 * REPORTERS: the table of output formats. A new format is a file beside this one and a row here. The files are imported
 * when they are asked for: a run needs one of them.
 */
import type { Run } from './location.ts';
import type { PeopleReport, ReportBody } from './report.ts';
import type { Style } from './style.ts';

/** A report as text with a final line feed. */
export type Reporter = (body: ReportBody, style: Style, run: Run) => string;

export const REPORTERS = {
  text: async () => (await import('./text.ts')).reportText,
  json: async () => (await import('./json.ts')).reportJson,
  sarif: async () => (await import('./sarif.ts')).reportSarif,
  github: async () => (await import('./github.ts')).reportGithub,
  junit: async () => (await import('./junit.ts')).reportJunit,
  gitlab: async () => (await import('./gitlab.ts')).reportGitlab,
} as const satisfies Record<string, () => Promise<Reporter>>;

type Streamer = (body: PeopleReport, style: Style) => AsyncIterable<string>;

/** What is found out page by page, as text that comes in parts; its formats have the same names. */
export const STREAMERS = {
  text: async () => (await import('./users.ts')).peopleText,
  json: async () => (await import('./users.ts')).peopleJson,
} as const satisfies Partial<Record<Format, () => Promise<Streamer>>>;

export type Format = keyof typeof REPORTERS;

export const FORMATS = Object.keys(REPORTERS) as readonly Format[];
