/** REPORTERS: the table of output formats. A new format is a file beside this one and a row here. */
import { reportJson } from './json.ts';
import type { ReportBody } from './report.ts';
import type { Style } from './style.ts';
import { reportText } from './text.ts';

type Reporter = (body: ReportBody, style: Style) => string;

export const REPORTERS = { text: reportText, json: reportJson } as const satisfies Record<string, Reporter>;

export type Format = keyof typeof REPORTERS;

export const FORMATS = Object.keys(REPORTERS) as readonly Format[];
