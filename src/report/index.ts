/** REPORTERS and TEMPLATES: the tables of output formats, of a report and of a user pool. A new format is a file beside this one and a row here. */
import type { Blueprint } from '../core/blueprint.ts';
import { cloudFormationText } from './cloudformation.ts';
import { reportGithub } from './github.ts';
import { reportGitlab } from './gitlab.ts';
import { reportJson } from './json.ts';
import { reportJunit } from './junit.ts';
import type { Run } from './location.ts';
import { peopleJson, peopleText } from './people.ts';
import type { PeopleReport, ReportBody } from './report.ts';
import { reportSarif } from './sarif.ts';
import type { Style } from './style.ts';
import { terraformText } from './terraform.ts';
import { reportText } from './text.ts';

/** A report as text with a final line feed. */
export type Reporter = (body: ReportBody, style: Style, run: Run) => string;

export const REPORTERS = {
  text: reportText,
  json: reportJson,
  sarif: reportSarif,
  github: reportGithub,
  junit: reportJunit,
  gitlab: reportGitlab,
} as const satisfies Record<string, Reporter>;

/** What is found out page by page, as text that comes in parts; its formats have the same names. */
export const STREAMERS = {
  text: peopleText,
  json: peopleJson,
} as const satisfies Partial<Record<Format, (body: PeopleReport, style: Style) => AsyncIterable<string>>>;

export type Format = keyof typeof REPORTERS;

export const FORMATS = Object.keys(REPORTERS) as readonly Format[];

/** A pool as text that another tool deploys, with a final line feed. */
type Template = (blueprint: Blueprint) => string;

export const TEMPLATES = {
  cloudformation: cloudFormationText,
  terraform: terraformText,
} as const satisfies Record<string, Template>;

export type TemplateFormat = keyof typeof TEMPLATES;

export const TEMPLATE_FORMATS = Object.keys(TEMPLATES) as readonly TemplateFormat[];
