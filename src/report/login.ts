/** The report of `login`: the user and the role on the server, as text and as JSON. Never a token. */
import { capital, printable } from '../core/text/display.ts';
import { LAYOUTS } from '../core/config/layouts.ts';
import { jsonFinding, jsonText } from './json.ts';
import type { LoginReport } from './report.ts';
import type { Style } from './style.ts';
import { findingBlocks } from './text.ts';
import { wrap } from '../core/text/wrap.ts';

/** The result in lines, then each finding as it is shown everywhere. */
export function loginText(body: LoginReport, style: Style): string {
  const { paint } = style;
  const findings = findingBlocks(body, body.findings, style);
  const isUsable = body.findings.every(({ severity }) => severity !== 'error');
  const { server } = LAYOUTS[body.layout];
  const who =
    body.email === undefined
      ? 'Signed in (the ID token has no email address)'
      : `Signed in as ${printable(body.email)}`;
  const rows = [
    ['role', body.role ?? 'none'],
    ['because', body.reason],
    ['groups', body.groups.length === 0 ? 'none' : body.groups.join(', ')],
    ['file', body.file],
  ] as const;
  const verdict = isUsable
    ? paint.green(`${capital(server)} accepts this user.`)
    : paint.red(`${capital(server)} refuses this user:`);
  return [
    paint.bold(who),
    ...rows.flatMap(([name, value]) => wrap(printable(value), style.columns, `  ${name.padEnd(9)}`)),
    ...wrap(verdict, style.columns, ''),
    ...(findings.length > 0 ? ['', ...findings] : []),
  ]
    .join('\n')
    .replace(/\n*$/, '\n');
}

/** The same for scripts; `version: 1`. */
export function loginJson(body: LoginReport): string {
  const { file, layout, email, role, reason, groups, findings, document, config } = body;
  return jsonText({
    version: 1,
    file,
    layout,
    email: email === undefined ? null : printable(email),
    role: role ?? null,
    reason,
    groups: groups.map(printable),
    findings: findings.map((finding) => jsonFinding(finding, document, config)),
  });
}
