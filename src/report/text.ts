/** The text report: each finding with its message, its line and a caret, and what to do. */
import { displayWidth, printable } from '../core/text/display.ts';
import { positionAt } from '../core/yaml/document.ts';
import type { ConfigDocument } from '../core/yaml/types.ts';
import type { Finding, Severity } from '../core/rules/finding.ts';
import { shownLines, type ShownLines } from '../core/config/masked-lines.ts';
import { proseFor } from '../core/rules/index.ts';
import { countFindings, countsText } from './count.ts';
import type { FileReport, ValidationReport } from './report.ts';
import type { Style } from './style.ts';
import { clipAround, wrap } from '../core/text/wrap.ts';

const COLOUR = { error: 'red', warning: 'yellow', info: 'blue' } as const satisfies Record<Severity, string>;

/** The report as text with a final line feed. */
export function validationText(body: ValidationReport, style: Style): string {
  const blocks = body.files.flatMap((file) => fileBlocks(file, style));
  return [...blocks, summary(body, style)].filter((block) => block !== '').join('\n');
}

function fileBlocks(file: FileReport, style: Style): readonly string[] {
  const repaired = file.repaired.map(({ code, path }) => {
    const where = path === '' ? '' : ` (${printable(path)})`;
    const rest = wrap(`${printable(file.file)}: ${code}${where}`, style.columns, ' '.repeat(6)).join('\n');
    return `${style.paint.green('fixed')} ${rest.trimStart()}\n`;
  });
  const shown = style.quiet ? file.findings.filter(({ severity }) => severity !== 'info') : file.findings;
  const changes = repaired.length > 0 ? [repaired.join('')] : [];
  if (shown.length === 0) return changes;
  return [...changes, ...findingBlocks(file, shown, style)];
}

/** The file around a finding. */
interface Around extends Pick<FileReport, 'file' | 'document' | 'config'> {
  readonly lines: ShownLines;
}

/** Findings of a report about one file, each as a block. */
export function findingBlocks(
  { file, document, config }: Pick<FileReport, 'file' | 'document' | 'config'>,
  findings: readonly Finding[],
  style: Style,
): readonly string[] {
  const around = { file, document, config, lines: shownLines(document) };
  return findings.map((finding) => findingBlock(finding, around, style));
}

/** One finding: place, severity and code, message, the line with a caret, hint. */
export function findingBlock(
  finding: Finding,
  { file, document, lines, config }: Around,
  style: Style,
): string {
  const { paint } = style;
  const { message, hint } = proseFor(finding, config);
  const place = finding.span === undefined ? undefined : positionAt(document, finding.span.start);
  const where =
    place === undefined
      ? printable(file)
      : `${printable(file)}:${String(place.line)}:${String(place.column)}`;
  const kind = `${paint[COLOUR[finding.severity]](finding.severity)} ${paint.dim(finding.code)}`;
  const isNarrow = displayWidth(`${where} ${finding.severity} ${finding.code}`) > style.columns;
  return [
    ...(isNarrow ? [paint.bold(where), `  ${kind}`] : [`${paint.bold(where)} ${kind}`]),
    ...wrap(printable(message), style.columns, '  '),
    ...excerpt(finding, document, lines, style),
    ...(style.quiet
      ? []
      : wrap(printable(hint), style.columns, '  → ', '    ').map((line) => paint.cyan(line))),
    '',
  ].join('\n');
}

/** Maximum characters of a line. In a longer one a caret does not help, and drawing it is slow. */
const MAX_EXCERPT = 16_384;

function excerpt(
  finding: Finding,
  document: ConfigDocument,
  lines: ShownLines,
  style: Style,
): readonly string[] {
  // The position at which parsing stopped is not useful.
  if (finding.span === undefined || finding.code === 'file-too-large') return [];
  const start = positionAt(document, finding.span.start);
  const end = positionAt(document, finding.span.end);
  const lineEnd = document.text.indexOf('\n', finding.span.start);
  const length = (lineEnd < 0 ? document.text.length : lineEnd) - finding.span.start + start.column;
  if (length > MAX_EXCERPT) return [];
  const line = lines.line(start.line - 1);
  // A missing key has no line of its own; a missing value has.
  const isAbsent =
    finding.span.start === finding.span.end && /\S/.test(document.text[finding.span.start] ?? '');
  if (line === undefined || isAbsent || (line.text.trim() === '' && start.column === end.column)) return [];
  const gutter = `${String(start.line).padStart(5)} | `;
  const from = line.column(start.column - 1);
  const to = end.line === start.line ? line.column(end.column - 1) : line.text.length;
  const shown = clipAround(line.text, from, to, Math.max(20, style.columns - gutter.length - 1));
  const caret = style.paint[COLOUR[finding.severity]]('^'.repeat(shown.width));
  return [
    `${style.paint.dim(gutter)}${shown.text}`,
    `${style.paint.dim(`${' '.repeat(5)} | `)}${' '.repeat(shown.before)}${caret}`,
  ];
}

function summary(body: ValidationReport, style: Style): string {
  const { errors, warnings, fixable } = countFindings(body.files);
  if (style.quiet && errors + warnings === 0) return '';
  const counts = countsText(body);
  const text = errors + warnings + body.failures.length === 0 ? style.paint.green(counts) : counts;
  const offer = fixable > 0 ? `(${String(fixable)} fixable with --fix)` : '';
  const gap = offer === '' ? '' : displayWidth(`${counts} ${offer}`) > style.columns ? '\n' : ' ';
  return `${text}${gap}${style.paint.dim(offer)}\n${byCode(body, style)}`;
}

/** The number of findings per code, the most frequent first, for several files. */
function byCode({ files }: ValidationReport, style: Style): string {
  const shown = files.map(({ findings }) =>
    style.quiet ? findings.filter(({ severity }) => severity !== 'info') : findings,
  );
  if (shown.filter((findings) => findings.length > 0).length < 2) return '';
  const counts = new Map<string, number>();
  for (const { code } of shown.flat()) counts.set(code, (counts.get(code) ?? 0) + 1);
  const sorted = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const list = sorted.map(([code, count]) => `${code} ${String(count)}`).join(', ');
  return `${wrap(list, style.columns, '  ')
    .map((line) => style.paint.dim(line))
    .join('\n')}\n`;
}
