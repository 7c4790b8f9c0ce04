/**
 * SARIF 2.1.0 (OASIS), for code scanning. Repairs without a secret in them are included, so that a reviewer can apply
 * them.
 */
import { printable } from '../core/text/display.ts';
import { positionAt } from '../core/yaml/document.ts';
import type { ConfigDocument } from '../core/yaml/types.ts';
import { applyChanges } from '../core/yaml/edit.ts';
import { keyOrder } from '../core/config/fields.ts';
import type { Finding, Severity } from '../core/rules/finding.ts';
import type { Layout } from '../core/config/layouts.ts';
import { shownLines } from '../core/config/masked-lines.ts';
import { proseFor, ruleFor } from '../core/rules/index.ts';
import { EditError } from '../core/yaml/splices.ts';
import { jsonText } from './json.ts';
import { fingerprints, placeOf, reportedPath, reportedUri, type Run } from './location.ts';
import type { FileReport, ValidationReport } from './report.ts';
import type { Style } from './style.ts';

const LEVEL = { error: 'error', warning: 'warning', info: 'note' } as const satisfies Record<
  Severity,
  string
>;

const PROBLEM = { error: 'error', warning: 'warning', info: 'recommendation' } as const satisfies Record<
  Severity,
  string
>;

/** The root of relative paths, as CodeQL and GitHub name it. */
const ROOT = '%SRCROOT%';

/** Each repair is applied to the whole file; the limits keep that fast for hostile files. */
const MAX_FIXES = 50;
const MAX_FIXED_LENGTH = 32 * 1024;

/** The report as a SARIF log with one run. */
export function reportSarif(body: ValidationReport, _style: Style, run: Run): string {
  const codes = [...new Set(body.files.flatMap(({ findings }) => findings.map(({ code }) => code)))].sort();
  const uris = new Map<string, ArtifactLocation>();
  for (const { file } of body.files) {
    const uri = reportedUri(file, run);
    if (!uris.has(uri)) uris.set(uri, { ...locationOf(uri), index: uris.size });
  }
  return jsonText({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'umconfig', version: run.version, rules: codes.map(sarifRule) } },
        invocations: [invocation(body, run)],
        originalUriBaseIds: {
          [ROOT]: {
            description: {
              text: 'The root of the checkout, or the working directory if there is no checkout.',
            },
          },
        },
        artifacts: [...uris.keys()].map((uri) => ({ location: locationOf(uri), roles: ['analysisTarget'] })),
        results: body.files.flatMap((file) => sarifResults(file, uris, codes, run)),
        columnKind: 'utf16CodeUnits',
      },
    ],
  });
}

function invocation({ failures }: ValidationReport, { exitCode }: Run): unknown {
  return {
    executionSuccessful: failures.length === 0,
    exitCode,
    ...(failures.length === 0
      ? {}
      : {
          toolExecutionNotifications: failures.map((failure) => ({
            level: 'error',
            message: { text: withoutLinks(failure) },
          })),
        }),
  };
}

function sarifRule(code: string): unknown {
  const row = ruleFor(code);
  if (row === undefined) throw new RangeError(`no rule has the code ${code}`);
  const { title, why, fix, page, severity, risk } = row;
  return {
    id: code,
    name: code.replace(/(?:^|-)([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase()),
    shortDescription: { text: sentence(plain(title)) },
    fullDescription: { text: sentence(plain(why)) },
    helpUri: page,
    help: {
      text: `${sentence(plain(why))} ${sentence(plain(fix))}\nMore: ${page}`,
      markdown: `${sentence(why)}\n\n${sentence(fix)}\n\nMore: [${new URL(page).host}](${page}), \`umconfig explain ${code}\``,
    },
    defaultConfiguration: { level: LEVEL[severity] },
    // Code scanning sorts and filters by these; a risk makes a security alert.
    properties: {
      precision: severity === 'error' ? 'very-high' : 'high',
      'problem.severity': PROBLEM[severity],
      ...(risk === undefined
        ? { tags: ['correctness'] }
        : { tags: ['security'], 'security-severity': risk.toFixed(1) }),
    },
  };
}

const plain = (text: string): string => text.replaceAll('`', '');
const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
/** In a message `[text](target)` is a link; text from a file must not become one. */
const withoutLinks = (text: string): string => printable(text).replaceAll('](', '] (');

interface ArtifactLocation {
  readonly uri: string;
  readonly uriBaseId?: string;
  readonly index: number;
}

/** A file outside the root has an absolute URI. */
const locationOf = (uri: string): Omit<ArtifactLocation, 'index'> =>
  uri.startsWith('file:') ? { uri } : { uri, uriBaseId: ROOT };

function sarifResults(
  file: FileReport,
  artifacts: ReadonlyMap<string, ArtifactLocation>,
  codes: readonly string[],
  run: Run,
): readonly unknown[] {
  if (file.findings.length === 0) return [];
  const { document, findings, layout, config } = file;
  const path = reportedPath(file.file, run);
  const artifactLocation = artifacts.get(reportedUri(file.file, run));
  const prints = fingerprints(path, findings);
  let fixesLeft = document.text.length > MAX_FIXED_LENGTH ? 0 : MAX_FIXES;
  return findings.map((finding, index) => {
    const fix =
      finding.changes === undefined || fixesLeft-- <= 0 ? undefined : fixOf(finding, document, layout);
    const { message, hint } = proseFor(finding, config);
    const place = placeOf(finding, document);
    return {
      ruleId: finding.code,
      ruleIndex: codes.indexOf(finding.code),
      level: LEVEL[finding.severity],
      message: { text: `${sentence(withoutLinks(message))} ${sentence(withoutLinks(hint))}` },
      locations: [
        {
          physicalLocation: {
            artifactLocation,
            // Code scanning refuses a result without a line.
            region:
              place === undefined
                ? { startLine: 1 }
                : {
                    startLine: place.line,
                    startColumn: place.column,
                    endLine: place.endLine,
                    endColumn: place.endColumn,
                  },
          },
          ...(finding.path === ''
            ? {}
            : { logicalLocations: [{ fullyQualifiedName: printable(finding.path), kind: 'member' }] }),
        },
      ],
      partialFingerprints: { 'umconfig/v1': prints[index] },
      ...(fix === undefined
        ? {}
        : {
            fixes: [
              {
                description: { text: sentence(withoutLinks(hint)) },
                artifactChanges: [{ artifactLocation, replacements: [fix] }],
              },
            ],
          }),
    };
  });
}

/** The lines that a repair changes; undefined if one of them has a secret in it. */
function fixOf(finding: Finding, document: ConfigDocument, layout: Layout): unknown {
  let repaired: ConfigDocument;
  try {
    repaired = applyChanges(document, finding.changes ?? [], keyOrder(layout));
  } catch (error) {
    if (error instanceof EditError) return undefined;
    throw error;
  }
  const before = linesOf(document.text);
  const after = linesOf(repaired.text);
  const most = Math.min(before.length, after.length);
  let same = 0;
  while (same < most && before[same] === after[same]) same += 1;
  let tail = 0;
  while (tail < most - same && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const inserted = after.slice(same, after.length - tail);
  const shown = shownLines(repaired);
  const isHarmless = inserted.every((line, at) => shown.line(same + at)?.text === line.replace(/\r?\n$/, ''));
  if (!isHarmless) return undefined;
  const length = (lines: readonly string[]): number => lines.join('').length;
  const start = positionAt(document, length(before.slice(0, same)));
  const end = positionAt(document, length(before.slice(0, before.length - tail)));
  return {
    deletedRegion: {
      startLine: start.line,
      startColumn: start.column,
      endLine: end.line,
      endColumn: end.column,
    },
    insertedContent: { text: inserted.join('') },
  };
}

/** Lines with their ends. */
const linesOf = (text: string): readonly string[] => text.split(/(?<=\n)/);
