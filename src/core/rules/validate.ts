/** Bytes → text → document → schema and rules → sorted findings; and the repairs that are safe to make. */
import { parseDocument } from '../yaml/document.ts';
import type { ConfigDocument } from '../yaml/types.ts';
import { applyChanges } from '../yaml/edit.ts';
import { factsOf, type Facts, type FactsOptions } from './file/facts.ts';
import { keyOrder } from '../config/fields.ts';
import { compareFindings, type Finding, type FindingArgs } from './finding.ts';
import { recogniseLayout, type Layout } from '../config/layouts.ts';
import { secretsIn } from '../config/masked-lines.ts';
import { FILE_RULES, ruleFor } from './index.ts';
import { meantRoot } from './file/keys.ts';
import { judge, type Rule } from './rule.ts';
import { MAX_FILE_BYTES, sourceHit, YAML_RULES, type SourceCode } from './file/yaml.ts';
import { knownSecrets } from '../text/secrets.ts';
import { EditError } from '../yaml/splices.ts';

export interface ValidateOptions extends FactsOptions {
  /** Include notes that do not depend on the file. */
  readonly notes?: boolean;
}

export interface Validation {
  readonly layout: Layout;
  readonly document: ConfigDocument;
  /** Sorted by position. */
  readonly findings: readonly Finding[];
}

/** Checks a file's bytes or text. Never throws. */
export function validate(source: Uint8Array | string, options: ValidateOptions = {}): Validation {
  const decoded = typeof source === 'string' ? { text: source } : decode(source);
  if ('code' in decoded) {
    const { code, args } = decoded;
    const document = parseDocument('');
    const finding: Finding = { ...sourceHit(args), code, severity: 'error', args };
    return { layout: options.layout ?? 'flat', document, findings: [finding] };
  }
  return validateDocument(parseDocument(decoded.text), options);
}

/** Checks a parsed document. */
export function validateDocument(
  document: ConfigDocument,
  options: ValidateOptions = {},
  rules: readonly Rule<Facts>[] = FILE_RULES,
): Validation {
  const isReadable =
    document.entries.length > 0 &&
    !document.problems.some(({ code }) => ruleFor(code)?.isUnreadable === true);
  const facts = isReadable ? readFacts(document, options) : unreadable(document, options);
  // If the values cannot be read, only the YAML findings are reported.
  const told = options.notes === true ? rules : rules.filter(({ isNote }) => isNote !== true);
  const findings = onePerFault(judge(isReadable ? told : YAML_RULES, facts));
  return {
    layout: facts.layout,
    document,
    findings: withoutSecrets(findings, document).sort(compareFindings),
  };
}

/** Drops findings about the spelling of an entry that has an error anyway. */
function onePerFault(findings: readonly Finding[]): readonly Finding[] {
  const isAmbiguous = ({ code }: Finding): boolean => ruleFor(code)?.isAmbiguous === true;
  if (!findings.some(isAmbiguous)) return findings;
  const errors = findings.filter((finding) => finding.severity === 'error' && !isAmbiguous(finding));
  const wrong = new Set(errors.map(({ path }) => path));
  return findings.filter(
    (finding) => !isAmbiguous(finding) || finding.path === '' || !wrong.has(finding.path),
  );
}

/** The findings with the file's secrets masked, which may occur at other keys, too. */
function withoutSecrets(findings: readonly Finding[], document: ConfigDocument): Finding[] {
  if (findings.length === 0) return [];
  const secrets = knownSecrets();
  for (const secret of secretsIn(document)) secrets.keep(secret);
  const masked = (value: FindingArgs[string]): FindingArgs[string] => {
    if (typeof value === 'object') return value.map(secrets.mask);
    return typeof value === 'string' ? secrets.mask(value) : value;
  };
  return findings.map((finding) => ({
    ...finding,
    path: secrets.mask(finding.path),
    args: Object.fromEntries(Object.entries(finding.args).map(([name, value]) => [name, masked(value)])),
  }));
}

function readFacts(document: ConfigDocument, options: ValidateOptions): Facts {
  const facts = factsOf(document, options);
  const meant = meantRoot(facts);
  return meant === undefined ? facts : factsOf(document, options, meant);
}

/** Facts of a file whose values cannot be read. */
function unreadable(document: ConfigDocument, options: ValidateOptions): Facts {
  const layout = options.layout ?? recogniseLayout(document);
  const empty = factsOf(parseDocument(''), { ...options, layout });
  return { ...empty, document: { ...document, entries: [] } };
}

type Decoded =
  { readonly text: string } | { readonly code: SourceCode; readonly args: { readonly detail: string } };

/** Made once: that takes longer than to decode a configuration. */
let decoder: InstanceType<typeof TextDecoder> | undefined;

/** The text of a file's bytes, or what keeps it from being one. */
export function decode(bytes: Uint8Array): Decoded {
  if (bytes.length > MAX_FILE_BYTES) {
    return { code: 'file-too-large', args: { detail: `larger than ${MAX_FILE_BYTES / 1024} KB` } };
  }
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return { code: 'not-text', args: { detail: 'UTF-16' } };
  }
  if (bytes.includes(0)) return { code: 'not-text', args: { detail: 'NUL bytes' } };
  try {
    decoder ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return { text: decoder.decode(bytes) };
  } catch {
    return { code: 'not-text', args: { detail: 'invalid bytes' } };
  }
}

export interface Repaired {
  readonly document: ConfigDocument;
  /** The findings that were repaired, in the order in which it was done. */
  readonly repaired: readonly Finding[];
}

/**
 * Entries that are read again and again at most: two hundred repairs of the largest file that there is a use for, seconds of the largest
 * that can be read. What is left then is still found, and repaired by the next run.
 */
const MAX_READ_AGAIN = 5_000;

/** Makes every safe repair that is wanted, one at a time, until none is left. Other bytes stay as they are. */
export function repair(
  document: ConfigDocument,
  options: ValidateOptions = {},
  isWanted: (finding: Finding) => boolean = () => true,
): Repaired {
  const repaired: Finding[] = [];
  const refused = new Set<string>();
  let current = document;
  let { findings, layout } = validateDocument(current, options);
  for (let left = MAX_READ_AGAIN; left > 0; left -= 1 + current.entries.length) {
    const next = findings.find(
      (finding) => finding.changes !== undefined && !refused.has(idOf(finding)) && isWanted(finding),
    );
    if (next?.changes === undefined) break;
    try {
      const changed = applyChanges(current, next.changes, keyOrder(layout));
      if (changed.text === current.text) {
        refused.add(idOf(next));
        continue;
      }
      repaired.push(next);
      current = changed;
      ({ findings, layout } = validateDocument(current, options));
    } catch (error) {
      if (!(error instanceof EditError)) throw error;
      refused.add(idOf(next));
    }
  }
  return { document: current, repaired };
}

const idOf = ({ code, path }: Finding): string => `${code} ${path}`;
