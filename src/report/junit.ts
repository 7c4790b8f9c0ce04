/** JUnit XML, for CI systems that show tests: a suite per file, a case per finding. Only what Jenkins’ schema (junit-10.xsd) allows. */
import { printable, withoutUnsafe } from '../core/text/display.ts';
import type { Finding } from '../core/rules/finding.ts';
import { proseFor } from '../core/rules/index.ts';
import { placeOf, reportedPath, type Run } from './location.ts';
import type { FileReport, ValidationReport } from './report.ts';
import type { Style } from './style.ts';

/** Errors and warnings are failures; infos pass, and so does a file without findings. */
export function reportJunit(body: ValidationReport, _style: Style, run: Run): string {
  const suites = [...body.files.map((file) => fileSuite(file, run)), ...body.failures.map(failureSuite)];
  const total = (of: (suite: Suite) => number): number => suites.reduce((sum, suite) => sum + of(suite), 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({
      name: 'umconfig',
      tests: total(({ cases }) => cases.length),
      failures: total(({ failures }) => failures),
      errors: total(({ errors }) => errors),
    })}>`,
    ...suites.flatMap(({ name, cases, failures, errors }) => [
      `  <testsuite${attributes({ name, tests: cases.length, failures, errors })}>`,
      ...cases.map((one) => `    ${one}`),
      '  </testsuite>',
    ]),
    '</testsuites>',
    '',
  ].join('\n');
}

interface Suite {
  readonly name: string;
  readonly cases: readonly string[];
  readonly failures: number;
  readonly errors: number;
}

function fileSuite(file: FileReport, run: Run): Suite {
  const name = reportedPath(file.file, run);
  if (file.findings.length === 0) {
    return { name, cases: [`${testcase(name, 'valid')}/>`], failures: 0, errors: 0 };
  }
  const { findings } = file;
  const shown = { document: file.document, config: file.config, file: name };
  // CI systems merge cases of the same name.
  const seen = new Map<string, number>();
  const named = findings.map((finding) => {
    const title = `${finding.code}${finding.path === '' ? '' : ` (${printable(finding.path)})`}`;
    const count = (seen.get(title) ?? 0) + 1;
    seen.set(title, count);
    return { finding, title: count === 1 ? title : `${title} ${String(count)}` };
  });
  return {
    name,
    cases: named.map(({ finding, title }) => findingCase(finding, title, shown)),
    failures: findings.filter(({ severity }) => severity !== 'info').length,
    errors: 0,
  };
}

/** A file that could not be read or written. */
function failureSuite(failure: string): Suite {
  const [name = ''] = failure.split(': ', 1);
  const body = `<error${attributes({ message: failure })}/>`;
  return {
    name,
    cases: [`${testcase(name, 'readable')}>${body}</testcase>`],
    failures: 0,
    errors: 1,
  };
}

type Shown = Pick<FileReport, 'document' | 'config' | 'file'>;

function findingCase(finding: Finding, name: string, { document, config, file }: Shown): string {
  const { message, hint } = proseFor(finding, config);
  const place = placeOf(finding, document);
  const where = place === undefined ? file : `${file}:${String(place.line)}:${String(place.column)}`;
  const text = [where, message, hint].map(printable).join('\n');
  const body =
    finding.severity === 'info'
      ? `<system-out>${escapeLines(text)}</system-out>`
      : `<failure${attributes({ type: finding.severity, message: printable(message) })}>${escapeLines(text)}</failure>`;
  return `${testcase(file, name)}>${body}</testcase>`;
}

const testcase = (classname: string, name: string): string => `<testcase${attributes({ classname, name })}`;

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
    .join('');

/** Not allowed in XML 1.0, not even as a reference. */
const NOT_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** For text of several lines. */
const escapeLines = (text: string): string => text.split('\n').map(escapeXml).join('\n');

/**
 * For text and for attributes in double quotes. Unprintable characters become references, and so do `[` after `##` and
 * `::` at the start of a line, which GitHub's log would read as commands.
 */
function escapeXml(text: string): string {
  const known = text
    .replace(NOT_XML, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('##[', '##&#91;')
    .replace(/^(\s*):(?=:)/gm, '$1&#58;');
  return withoutUnsafe(known, (character) => `&#${String(character.codePointAt(0))};`);
}
