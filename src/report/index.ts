/**
 * REPORTERS and TEMPLATES: the tables of output formats, of a report and of a user pool. A new format is a file beside this one and a row
 * here. The files are imported when they are asked for: a run needs one of them.
 */
import type { Blueprint } from '../core/provision/blueprint.ts';
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

/** A pool as text that another tool deploys, with a final line feed. */
type Template = (blueprint: Blueprint) => string;

export const TEMPLATES = {
  cloudformation: async () => (await import('./cloudformation.ts')).cloudFormationText,
  terraform: async () => (await import('./terraform.ts')).terraformText,
} as const satisfies Record<string, () => Promise<Template>>;

export type TemplateFormat = keyof typeof TEMPLATES;

export const TEMPLATE_FORMATS = Object.keys(TEMPLATES) as readonly TemplateFormat[];
