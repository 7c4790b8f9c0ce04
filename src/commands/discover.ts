/** `discover`: fills in the file from a live account, or compares it with one. */
import { differences } from '../core/rules/account/discovery.ts';
import { printable } from '../core/text/display.ts';
import { onFile, say } from '../core/text/hint.ts';
import { UsageError } from '../core/errors.ts';
import { fieldsOf } from '../core/config/fields.ts';
import { compareFindings, type Finding } from '../core/rules/finding.ts';
import { shownLines } from '../core/config/masked-lines.ts';
import { judgeAccount } from '../core/rules/account/index.ts';
import { validateDocument } from '../core/rules/validate.ts';
import { ruleFor } from '../core/rules/index.ts';
import type { Ports } from '../ports.ts';
import { Cancelled } from '../core/failures.ts';
import { plural } from '../report/count.ts';
import type { ChangeReport } from '../report/report.ts';
import { makeStyle } from '../report/style.ts';
import { changedText } from '../report/change.ts';
import { findingBlock } from '../report/text.ts';
import type { Run, Input } from './command.ts';
import { discoverAccount, type FromAccount } from './account/discover-settings.ts';
import type { OptionValues } from './options.ts';
import { askRegion, NoUserPool } from './account/open-pool.ts';
import { cannotAsk } from './shared/cannot-ask.ts';
import { withWayBack } from './shared/going-back.ts';
import { readTarget, requireConfigFile, type Target } from './shared/config-file.ts';
import { prepare, reportOf, startable, write } from './shared/write-config.ts';

export const run: Run = async (input, ports) => {
  const { options } = input;
  const format = options.format ?? 'text';
  requireAnswers(options, ports);
  const target = await (options.check === true ? requireConfigFile : readTarget)(options, ports);
  const outcome = await withWayBack(ports, async (asking) =>
    agreed(input, asking, target, await fromAccount(input, target, asking)),
  );
  return reportOf('write' in outcome ? await outcome.write(ports) : outcome, format);
};

/** Where the region has no user pool, somebody at the terminal names another. */
async function fromAccount(input: Input, target: Target, ports: Ports): Promise<FromAccount> {
  const { options, fields } = input;
  try {
    return await discoverAccount({ options, fields, target }, ports);
  } catch (error) {
    const mayAsk = ports.terminal.interactive && options.yes !== true;
    if (!(error instanceof NoUserPool) || !mayAsk || options.pool !== undefined) throw error;
    ports.terminal.note(`${error.message.replace(/^n/, 'N')}.`);
    const region = await askRegion(ports);
    return fromAccount({ ...input, options: { ...options, region } }, target, ports);
  }
}

/** Everything that would be asked and cannot be, in one message. */
function requireAnswers({ pool, yes, dryRun, check }: OptionValues, { terminal }: Ports): void {
  if (terminal.interactive) return;
  const missing = [
    ...(pool === undefined ? ['--pool POOL (id, ARN, console address or exact name)'] : []),
    ...(yes === true || dryRun === true || check === true
      ? []
      : ['--yes (write without asking), --dry-run or --check']),
  ];
  if (missing.length === 0) return;
  throw cannotAsk(missing, say`${onFile('discover', '--pool us-west-2_AbCdEf123 --yes')}`);
}

/** A change that nobody objects to. */
interface Agreed {
  readonly write: (ports: Ports) => Promise<ChangeReport>;
}

/**
 * What discovery leads to: a change to be written, or a report without one. Findings of severity error that leave every value known (a scope that is missing, a domain
 * that is not active yet) do not keep the file from being written, since its values are right; the exit code is 1 all
 * the same.
 */
async function agreed(
  { options }: Input,
  ports: Ports,
  target: Target,
  found: FromAccount,
): Promise<ChangeReport | Agreed> {
  if (options.check === true) return checked(target, found);
  const prepared = prepare(target, found.settings);
  const planned = withAccount(prepared.report, found);
  const useless = planned.findings.filter(({ code }) => ruleFor(code)?.isRegionUnusable === true);
  if ((found.missing.length > 0 || useless.length > 0) && options.partial !== true) {
    // What the file itself lacks follows from what the account lacks, which is said already.
    const findings = [...useless, ...found.findings].sort(compareFindings);
    return { ...planned, mode: 'refused', changed: [], diff: [], findings };
  }
  if (options.dryRun === true) return planned;
  const reviewed = await confirm(planned, options, ports);
  return {
    write: async (world) => ({
      ...withAccount(await write(prepared, world, { dataDir: false }), found),
      ...(reviewed === undefined ? {} : { reviewed }),
    }),
  };
}

/** The file's own findings and the account's. */
function withAccount(report: ChangeReport, { facts, findings, settings }: FromAccount): ChangeReport {
  const paths = new Map(fieldsOf(report.layout).map(({ field, key }) => [key.path, field.name]));
  // A value that the account itself has is no placeholder, whatever it looks like.
  const isConfirmed = ({ code, path }: Finding): boolean => {
    const name = paths.get(path);
    return code === 'placeholder-value' && name !== undefined && settings[name] !== undefined;
  };
  const own = report.findings.filter((finding) => !isConfirmed(finding));
  return { ...startable(report, own), aws: facts.aws, findings: [...own, ...findings].sort(compareFindings) };
}

/** The file as it is, compared with the account. Of its own findings only those count that put its values in doubt. */
function checked(target: Target, { facts, settings }: FromAccount): ChangeReport {
  const { report } = prepare(target, settings);
  const { document, layout } = target;
  const drift = differences(document, layout, settings);
  const doubts = validateDocument(document, { layout }).findings.filter(
    ({ code }) => ruleFor(code)?.isAmbiguous === true,
  );
  return {
    ...report,
    document,
    mode: 'check',
    aws: facts.aws,
    changed: drift.map(({ path }) => path),
    diff: [],
    findings: [...doubts, ...judgeAccount({ ...facts, differences: drift })].sort(compareFindings),
  };
}

/** Shows the changed keys and what is wrong, and asks once. Returns the findings that were shown; undefined where nothing was asked. */
async function confirm(
  planned: ChangeReport,
  options: OptionValues,
  ports: Ports,
): Promise<readonly Finding[] | undefined> {
  const { diff, document, file, findings, changed } = planned;
  const isSame = diff.every(({ mark }) => mark === ' ');
  if (options.yes === true || !ports.terminal.interactive || isSame) return undefined;
  if (options.quiet === true) {
    throw new UsageError(
      '--quiet hides the changes that need your consent',
      'Leave --quiet out, or write without asking: --yes.',
    );
  }
  const style = makeStyle(0, ports.terminal.columns);
  const shown = { file, document, lines: shownLines(document), config: options.config };
  const grave = findings.filter(({ severity }) => severity !== 'info');
  const blocks = grave.map((finding) => findingBlock(finding, shown, style));
  ports.terminal.note([changedText(planned, style), ...blocks].join('\n'));
  const question = `Write ${printable(file)} (${plural(changed.length, 'key')} changed)?`;
  if (await ports.prompter.confirm(question, true)) return grave;
  ports.terminal.note('Nothing was written.');
  // A no is like Ctrl-C.
  throw new Cancelled('SIGINT');
}
