/** `init`: the first-install wizard, on a terminal and without one. */
import {
  cleanAnswer,
  completeAnswers,
  hasCognitoValues,
  missingAnswers,
  startingAnswers,
} from '../../core/changes/answers.ts';
import { printable } from '../../core/text/display.ts';
import { onFile, say } from '../../core/text/hint.ts';
import { UsageError } from '../../core/errors.ts';
import { EXIT } from '../../core/exit-codes.ts';
import { fieldNamed, keyOf, type FieldName, type FieldRow } from '../../core/config/fields.ts';
import type { Finding } from '../../core/rules/finding.ts';
import { LAYOUTS, recogniseLayout, type Layout } from '../../core/config/layouts.ts';
import type { Settings } from '../../core/config/settings.ts';
import { validateDocument } from '../../core/rules/validate.ts';
import type { Ports } from '../../ports.ts';
import { Cancelled } from '../../core/failures.ts';
import type { Report } from '../../report/report.ts';
import type { Run, Input } from '../command.ts';
import { run as runDoctor } from '../doctor.ts';
import { discoverAccount, type AccountInput } from '../account/discover-settings.ts';
import { run as runLogin } from '../login.ts';
import { run as runProvision } from '../provision/provision.ts';
import { FLAG_FIELDS } from '../options.ts';
import { schemaAddress } from './schema-comment.ts';
import { chooseServer } from './which-server.ts';
import { cannotAsk } from '../shared/cannot-ask.ts';
import { readTarget, type Target } from '../shared/config-file.ts';
import { walkThrough, type PoolWanted } from './wizard.ts';
import { prepare, reportOf, startable, write, type Prepared } from '../shared/write-config.ts';

/** Cognito's secrets have 64 characters at most. */
const MAX_SECRET_BYTES = 1024;
const SECRET_SOURCES = '--client-secret-stdin or UMCONFIG_CLIENT_SECRET';

export const run: Run = async (given, ports) => {
  refuseSecretArgument(given);
  const isAsking = ports.terminal.interactive && !isUnattended(given, ports);
  const input = isAsking ? { ...given, options: await chooseServer(given.options, ports) } : given;
  const found = await readTarget(input.options, ports);
  refuseOtherLayout(found);
  const target = await withSchemaComment(found, input, ports);
  const answers = await givenAnswers(input, target.layout, ports);
  return isUnattended(input, ports)
    ? unattended(input, target, answers, ports)
    : attended(input, target, answers, ports);
};

async function withSchemaComment(target: Target, { options }: Input, { files }: Ports): Promise<Target> {
  const { schemaComment } = options;
  if (schemaComment === undefined) return target;
  return { ...target, schemaAddress: await schemaAddress(schemaComment, target, files) };
}

/** With `--yes`, or where there is nothing to confirm and nobody to ask. */
function isUnattended({ options }: Input, { terminal }: Ports): boolean {
  return options.yes === true || (options.dryRun === true && !terminal.interactive);
}

function refuseSecretArgument({ options }: Input): void {
  if (options.clientSecret === undefined) return;
  throw new UsageError(
    'a secret on the command line can be read by every process on this machine and stays in the shell’s history',
    say`Give it by ${SECRET_SOURCES}, or type it at the prompt of ${onFile('init')}. If it was the real one, renew it in AWS.`,
  );
}

/** `--layout` says how to read a file, and cannot make one for one server of a file for the other. */
function refuseOtherLayout({ document, layout, path, base }: Target): void {
  const recognised = recogniseLayout(document);
  if (recognised === layout) return;
  const { findings } = validateDocument(document, { layout });
  if (!findings.some(({ code }) => code === 'mixed-layouts')) return;
  throw new UsageError(
    `${printable(base ?? path)} is for ${LAYOUTS[recognised].server}, and --layout ${layout} is for ${LAYOUTS[layout].server}: no server reads a mixture`,
    `Make another file: umconfig init --config FILE --layout ${layout}`,
  );
}

/** The values of flags, environment and standard input. */
async function givenAnswers(
  { fields, options }: Input,
  layout: Layout,
  ports: Pick<Ports, 'environment' | 'terminal' | 'secrets'>,
): Promise<Settings> {
  const names = FLAG_FIELDS.filter((name) => fields[name] !== undefined);
  const foreign = names.filter((name) => keyOf(name, layout) === undefined);
  if (foreign.length > 0) {
    throw new UsageError(
      `${LAYOUTS[layout].server} has no key for ${foreign.map(flagOf).join(', ')}`,
      `Leave it out, or choose the other server with --layout ${layout === 'flat' ? 'nested' : 'flat'}.`,
    );
  }
  const secret = await givenSecret(options, layout, ports);
  return Object.fromEntries([
    ...names.map((name) => [name, cleanAnswer(name, layout, fields[name] ?? '')] as const),
    ...(secret === undefined ? [] : [['clientSecret', secret] as const]),
  ]);
}

async function givenSecret(
  { clientSecretStdin }: Input['options'],
  layout: Layout,
  { environment, terminal, secrets }: Pick<Ports, 'environment' | 'terminal' | 'secrets'>,
): Promise<string | undefined> {
  const isForbidden = LAYOUTS[layout].clientSecret === 'forbidden';
  if (clientSecretStdin !== true) {
    const { clientSecret } = environment;
    return clientSecret === undefined || isForbidden
      ? undefined
      : cleanAnswer('clientSecret', layout, clientSecret);
  }
  if (isForbidden)
    throw new UsageError(
      `${LAYOUTS[layout].server} never sends a secret`,
      'Leave --client-secret-stdin out.',
    );
  if (environment.clientSecret !== undefined)
    throw new UsageError('the client secret comes from two sides', `Use only one of ${SECRET_SOURCES}.`);
  if (terminal.interactive)
    throw new UsageError(
      '--client-secret-stdin needs a pipe or a file, and standard input is the terminal',
      'Pipe the secret in, or leave the flag out: the prompt does not show what you type.',
    );
  const bytes = await terminal.readStdin(MAX_SECRET_BYTES);
  if (bytes.length > MAX_SECRET_BYTES)
    throw new UsageError('standard input holds more than a client secret', 'Pipe in the secret alone.');
  const secret = cleanAnswer('clientSecret', layout, new TextDecoder().decode(bytes).replace(/\r?\n$/, ''));
  secrets.keep(secret);
  return secret;
}

/**
 * Who runs init wants login on; only a file that was filled in and switched off keeps being off.
 * Without questions a file without Cognito values stays off unless some are given.
 */
function switchFor(target: Target, given: Settings, isAsked: boolean): 'on' | 'off' {
  if (given.userManagement !== undefined) return given.userManagement === 'off' ? 'off' : 'on';
  const now = startingAnswers(target);
  if (now.userManagement !== 'off') return 'on';
  return !hasCognitoValues(now) && (isAsked || hasCognitoValues(given)) ? 'on' : 'off';
}

async function unattended(input: Input, target: Target, given: Settings, ports: Ports): Promise<Report> {
  const { region, awsTokenURL } = given;
  const answers = {
    ...startingAnswers(target),
    ...given,
    userManagement: switchFor(target, given, false),
  };
  // What is given is judged as it was given, although it may contradict the rest.
  const settings: Settings = {
    ...completeAnswers(answers, target.layout),
    ...(region === undefined ? {} : { region }),
    ...(awsTokenURL === undefined ? {} : { awsTokenURL }),
  };
  const missing = missingAnswers(settings, target.layout);
  if (missing.length > 0) throw missingError(missing, target, input);
  const prepared = prepare(target, settings);
  const faults = newErrors(prepared, Object.keys(given) as FieldName[]);
  if (faults.length > 0) return reportOf({ ...prepared.report, mode: 'refused' }, 'text');
  return finish(input, prepared, ports);
}

/** Errors at the values that were given, and those that the file did not have before. */
function newErrors({ report, target, plan }: Prepared, given: readonly FieldName[]): readonly Finding[] {
  const { layout } = target;
  const id = ({ code, path }: Finding): string => `${code} ${path}`;
  const known = new Set(validateDocument(plan.before, { layout }).findings.map(id));
  const paths = new Set(given.map((name) => keyOf(name, layout)?.path));
  return report.findings.filter(
    (finding) => finding.severity === 'error' && (paths.has(finding.path) || !known.has(id(finding))),
  );
}

async function attended(input: Input, target: Target, given: Settings, ports: Ports): Promise<Report> {
  const answers = {
    ...startingAnswers(target),
    ...given,
    userManagement: switchFor(target, given, true),
  };
  if (!ports.terminal.interactive) throw missingError(missingAnswers(answers, target.layout), target, input);
  try {
    const walked = await walkThrough(
      {
        target,
        answers,
        dryRun: input.options.dryRun === true,
        isOff: given.userManagement === 'off',
        discover: () => discoverAccount(accountInput(input, target, given), ports),
      },
      ports,
    );
    if ('templateFormat' in walked) return await provision(walked, input, ports);
    return withOffers(await finish(input, walked, ports), input, ports);
  } catch (error) {
    if (error instanceof Cancelled) ports.terminal.note('Nothing was written.');
    throw error;
  }
}

/** The template of a pool instead of a file that has none to name. */
function provision(
  { templateFormat, region }: PoolWanted,
  { options, fields: { redirectUri, logOutUri } }: Input,
  ports: Ports,
): Promise<Report> {
  return runProvision(
    {
      args: [],
      options: {
        ...options,
        format: templateFormat,
        region,
        ...(redirectUri === undefined ? {} : { redirectUri: [redirectUri] }),
        ...(logOutUri === undefined ? {} : { logOutUri: [logOutUri] }),
      },
      fields: {},
    },
    ports,
  );
}

/** A file that was just written can be proved at once: first without a user, then with one. */
function withOffers(report: Report, { options }: Input, ports: Ports): Report {
  const { body, exitCode } = report;
  if (body.kind !== 'change' || !body.written || exitCode !== EXIT.ok) return report;
  if (body.settings.userManagement !== 'on') return report;
  const { profile, endpointUrl } = options;
  const input: Input = {
    args: [],
    options: {
      config: body.file,
      ...(profile === undefined ? {} : { profile }),
      ...(endpointUrl === undefined ? {} : { endpointUrl }),
    },
    fields: {},
  };
  const offers = [
    {
      question: 'Ask Cognito now whether it is all true (umconfig doctor)?',
      run: () => runDoctor(input, ports),
    },
    {
      question: 'Try a real sign-in in the browser (umconfig login)?',
      run: () => runLogin(input, ports),
    },
  ];
  return { ...report, offers };
}

/** Flags that name a pool or a client spare the questions for them; `--region` is where to look for pools, too. */
function accountInput({ options, fields }: Input, target: Target, given: Settings): AccountInput {
  const { userPoolID: pool, clientId: client, region } = given;
  return {
    options: {
      ...options,
      ...(pool === undefined ? {} : { pool }),
      ...(client === undefined ? {} : { client }),
      ...(region === undefined ? {} : { region }),
    },
    fields,
    target,
  };
}

async function finish({ options }: Input, prepared: Prepared, ports: Ports): Promise<Report> {
  if (options.dryRun === true) return reportOf(prepared.report, 'text');
  const written = await write(prepared, ports, { dataDir: options.dataDir !== false });
  return reportOf(startable(written, written.findings), 'text');
}

const flagOf = (name: FieldName): string => `--${fieldNamed(name).flag?.name ?? name}`;

function missingError(missing: readonly FieldRow[], { path }: Target, { options }: Input): UsageError {
  const lines = missing.map(({ title, flag, secret }) =>
    secret === true ? `${title}: ${SECRET_SOURCES}` : `${title}: --${flag?.name ?? ''} ${flag?.value ?? ''}`,
  );
  const hint = 'umconfig explain KEY says where to find a value; --user-management off needs none of them.';
  if (options.yes !== true) return cannotAsk([...lines, 'that it may be written: --yes'], hint);
  return new UsageError(
    [`${printable(path)}: answers are missing`, ...lines.map((line) => `  ${line}`)].join('\n'),
    hint,
  );
}
