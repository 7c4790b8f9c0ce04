/** `discover`: fills the file from a live account, or holds it against one. */
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
import { diffText, settingsText } from '../report/change.ts';
import { findingBlock } from '../report/text.ts';
import type { Run, Input } from './command.ts';
import { discoverAccount, type FromAccount } from './account/discover-settings.ts';
import type { OptionValues } from './options.ts';
import { cannotAsk } from './shared/cannot-ask.ts';
import { readTarget, requireConfigFile, type Target } from './shared/config-file.ts';
import { prepare, reportOf, startable, write } from './shared/write-config.ts';

export const run: Run = async (input, ports) => {
  const { options } = input;
  const format = options.format ?? 'text';
  requireAnswers(options, ports);
  const target = await (options.check === true ? requireConfigFile : readTarget)(options, ports);
  const found = await discoverAccount({ options, fields: input.fields, target }, ports);
  return reportOf(await outcome(input, ports, target, found), format);
};

/** Everything that would have to be asked and cannot be, in one message. */
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

/**
 * What discovery leads to. Findings of severity error that leave every value known (a scope that is missing, a domain
 * that is not active yet) do not keep the file from being written, since its values are right; the exit code is 1 all
 * the same.
 */
async function outcome(
  { options }: Input,
  ports: Ports,
  target: Target,
  found: FromAccount,
): Promise<ChangeReport> {
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
  await confirm(planned, options, ports);
  return withAccount(await write(prepared, ports, { dataDir: false }), found);
}

/** The file's own findings and the account's. */
function withAccount(report: ChangeReport, { findings, settings }: FromAccount): ChangeReport {
  const paths = new Map(fieldsOf(report.layout).map(({ field, key }) => [key.path, field.name]));
  // A value that the account itself has is no placeholder, whatever it looks like.
  const isConfirmed = ({ code, path }: Finding): boolean => {
    const name = paths.get(path);
    return code === 'placeholder-value' && name !== undefined && settings[name] !== undefined;
  };
  const own = report.findings.filter((finding) => !isConfirmed(finding));
  return { ...startable(report, own), findings: [...own, ...findings].sort(compareFindings) };
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
    changed: drift.map(({ path }) => path),
    diff: [],
    findings: [...doubts, ...judgeAccount({ ...facts, differences: drift })].sort(compareFindings),
  };
}

/** Shows what will be written and what is wrong, and asks once. A no is like Ctrl-C: nothing has happened. */
async function confirm(planned: ChangeReport, options: OptionValues, ports: Ports): Promise<void> {
  const { diff, document, file, findings, changed } = planned;
  const isSame = diff.every(({ mark }) => mark === ' ');
  if (options.yes === true || !ports.terminal.interactive || isSame) return;
  if (options.quiet === true) {
    throw new UsageError(
      '--quiet hides what would be written, so nobody can agree to it',
      'Leave --quiet out, or write without asking: --yes.',
    );
  }
  const style = makeStyle(0, ports.terminal.columns);
  const shown = { file, document, lines: shownLines(document), config: options.config };
  const blocks = findings
    .filter(({ severity }) => severity !== 'info')
    .map((finding) => findingBlock(finding, shown, style));
  ports.terminal.note([diffText(diff, style), settingsText(planned, style), ...blocks].join('\n'));
  if (
    await ports.prompter.confirm(`Write ${printable(file)} (${plural(changed.length, 'key')} changed)?`, true)
  ) {
    return;
  }
  ports.terminal.note('nothing was written');
  throw new Cancelled('SIGINT');
}
