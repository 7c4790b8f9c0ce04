/** `doctor`: checks the file against live Cognito. No sign-in is needed. */
import { judgeChecks, type CheckResult } from '../core/doctor.ts';
import { EXIT } from '../core/exit-codes.ts';
import type { LiveFacts } from '../core/rules/live/facts.ts';
import type { Layout } from '../core/config/layouts.ts';
import { deriveUrls, readSettings, type Settings } from '../core/config/settings.ts';
import { parseUrl } from '../core/config/endpoints.ts';
import { validateDocument } from '../core/rules/validate.ts';
import type { Ports, Terminal } from '../ports.ts';
import type { ChecksReport } from '../report/report.ts';
import type { Run } from './command.ts';
import { seeAccount } from './account/inspect.ts';
import { askPublic, meantBy } from './account/probe.ts';
import type { OptionValues } from './options.ts';
import { requireConfigFile, type ConfigFile } from './shared/config-file.ts';
import { requireEndpoint } from './shared/endpoint.ts';
import { strayDirectories } from './shared/surroundings.ts';

/** Milliseconds for each public question, and for everything together. */
const EACH = 5000;
const ALL = 10_000;

export const run: Run = async ({ options }, ports) => {
  const format = options.format ?? 'text';
  requireEndpoint(options);
  const body = await examine(await requireConfigFile(options, ports), options, ports);
  return { exitCode: exitCodeOf(body.checks), format, body };
};

/** Asks everything in parallel and applies the rules. Rejects with UsageError if the options contradict the file. */
async function examine(target: ConfigFile, options: OptionValues, ports: Ports): Promise<ChecksReport> {
  const { document, layout, path, existing, checkout } = target;
  const settings = readSettings(document, layout);
  const git = (await ports.files.gitFacts([path])).get(path);
  const stray = await strayDirectories(document, layout, path, ports.files);
  const file = { path, mode: existing.mode, git, strayDirectories: stray };
  const { findings: fileFindings } = validateDocument(document, { layout, checkout, file });
  const { endpointUrl } = options;
  const { onDone, end } = countdown(ports.terminal);
  try {
    const [asked, account] = await Promise.all([
      askPublic({ settings, layout, endpointUrl, fileFindings, deadlineMs: EACH, onDone }, ports),
      seeAccount({ settings, document, layout, options, deadlineMs: ALL }, ports).finally(() => {
        onDone('account');
      }),
    ]);
    const facts: LiveFacts = {
      ...asked,
      account,
      layout,
      fileFindings,
      meant: meantBy(settings, layout),
      emulator: endpointUrl === undefined ? undefined : parseUrl(endpointUrl)?.origin,
    };
    return {
      kind: 'checks',
      file: path,
      layout,
      document,
      checks: judgeChecks(facts),
      ...(account.kind === 'seen' ? { aws: account.facts.aws } : {}),
      ...linkForPeople(settings, layout),
    };
  } finally {
    end();
  }
}

/** The Node server does not redirect to the login page, so users need its address. */
function linkForPeople(settings: Settings, layout: Layout): Pick<ChecksReport, 'loginUrl'> {
  const { loginUrl } = deriveUrls(settings, layout);
  const isNeeded = layout === 'nested' && settings.userManagement === 'on';
  return isNeeded && loginUrl !== undefined ? { loginUrl } : {};
}

const QUESTIONS = ['oidc', 'jwks', 'domain', 'authorize', 'secret', 'sign-out', 'account'] as const;

interface Countdown {
  readonly onDone: (name: string) => void;
  /** Answers after this are ignored. */
  readonly end: () => void;
}

/** Shows the number of answers, and which are missing. */
function countdown(terminal: Terminal): Countdown {
  const waiting = new Set<string>(QUESTIONS);
  const say = (): void => {
    const done = QUESTIONS.length - waiting.size;
    const count = `${String(done)} of ${String(QUESTIONS.length)} checks done`;
    terminal.progress(waiting.size === 0 ? undefined : `${count}; waiting for ${[...waiting].join(', ')} …`);
  };
  say();
  return {
    onDone: (name) => {
      if (waiting.delete(name)) say();
    },
    end: () => {
      waiting.clear();
      terminal.progress(undefined);
    },
  };
}

function exitCodeOf(checks: readonly CheckResult[]): number {
  if (checks.some(({ check }) => check === 'network')) return EXIT.world;
  return checks.some(({ status }) => status === 'fail') ? EXIT.findings : EXIT.ok;
}
