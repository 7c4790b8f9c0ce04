/** A report whose suggested commands work on the file that it is about. Before the formats, so that all of them agree. */
import { forConfig, withConfig } from '../core/rules/commands.ts';
import type { ReportBody } from './report.ts';

/** `config`: the file that was named on the command line, if any. */
export function completed(body: ReportBody, config: string | undefined): ReportBody {
  switch (body.kind) {
    case 'change':
    case 'login':
      return { ...body, findings: forConfig(body.findings, config) };
    case 'checks': {
      const checks = body.checks.map((check) => ({
        ...check,
        hint: withConfig(check.hint, config),
        findings: forConfig(check.findings, config),
      }));
      return { ...body, checks };
    }
    case 'people-change': {
      const people = body.people.map((person) => {
        const { trouble } = person;
        if (trouble === undefined) return person;
        return { ...person, trouble: { ...trouble, remedy: withConfig(trouble.remedy, config) } };
      });
      return { ...body, people, notes: body.notes.map((note) => withConfig(note, config)) };
    }
    case 'validation': // is about several files, and has named each
    case 'document':
      return body;
  }
}
