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
import { proseOf } from '../../core/rules/index.ts';
import { schemaAddress } from './schema-comment.ts';
import { chooseServer } from './which-server.ts';
import { cannotAsk } from '../shared/cannot-ask.ts';
import { withWayBack } from '../shared/going-back.ts';
import { readTarget, type Target } from '../shared/config-file.ts';
import { walkThrough, type PoolWanted, type Walk } from './wizard.ts';
import {
  prepare,
  prepareSchemaComment,
  reportOf,
  startable,
  write,
  type Prepared,
} from '../shared/write-config.ts';

/** Cognito's secrets have 64 characters at most. */
const MAX_SECRET_BYTES = 1024;
const SECRET_SOURCES = '--client-secret-stdin or UMCONFIG_CLIENT_SECRET';

export const run: Run = async (input, ports) => {
  const { options } = input;
  refuseSecretArgument(input);
  if (isSchemaCommentAlone(input)) {
    const target = await readTarget(options, ports);
    if (target.existing !== undefined) return addSchemaComment(input, target, ports);
  }
  if (ports.terminal.interactive && !isUnattended(input, ports)) return attended(input, ports);
  const { target, given } = await begin(input, ports);
  if (isUnattended(input, ports)) return unattended(input, target, given, ports);
  throw missingError(missingAnswers({ ...startingAnswers(target), ...given }, target.layout), target, input);
};

/** What a run starts from. */
interface Start {
  readonly target: Target;
  /** The values of flags, environment and standard input. */
  readonly given: Settings;
}

async function begin(input: Input, ports: Ports): Promise<Start> {
  const { options } = input;
  const found = await readTarget(options, ports);
  refuseOtherLayout(found);
  const target = await withSchemaAddress(found, options, ports);
  return { target, given: await givenAnswers(input, target.layout, ports) };
}

async function withSchemaAddress(
  target: Target,
  { schemaComment }: Input['options'],
  { files }: Ports,
): Promise<Target> {
  if (schemaComment === undefined) return target;
  return { ...target, schemaAddress: await schemaAddress(schemaComment, target, files) };
}

/** Without any value to write, `--schema-comment` is not about the rest of the file. */
function isSchemaCommentAlone({ options, fields }: Input): boolean {
  const { schemaComment, clientSecretStdin } = options;
  return schemaComment !== undefined && clientSecretStdin !== true && Object.keys(fields).length === 0;
}

async function addSchemaComment({ options }: Input, found: Target, ports: Ports): Promise<Report> {
  const target = await withSchemaAddress(found, options, ports);
  return finish({ ...options, dataDir: false }, prepareSchemaComment(target), ports);
}

/** With `--yes`, or where nothing needs a consent and there is no terminal. */
function isUnattended({ options }: Input, { terminal }: Ports): boolean {
  return options.yes === true || (options.dryRun === true && !terminal.interactive);
}

function refuseSecretArgument({ options }: Input): void {
  if (options.clientSecret === undefined) return;
  throw new UsageError(
    'a secret on the command line is visible to every process on this machine and stays in the shell history',
    say`Use ${SECRET_SOURCES}, or type it at the prompt of ${onFile('init')}. If it was the real secret, replace it in AWS.`,
  );
}

/** `--layout` says how to read a file; it does not convert a file for one server to the other. */
function refuseOtherLayout({ document, layout, path, base }: Target): void {
  const recognised = recogniseLayout(document);
  if (recognised === layout) return;
  const { findings } = validateDocument(document, { layout });
  if (!findings.some(({ code }) => code === 'mixed-layouts')) return;
  throw new UsageError(
    `${printable(base ?? path)} is for ${LAYOUTS[recognised].server}, but --layout ${layout} is for ${LAYOUTS[layout].server}`,
    `Create another file: umconfig init --config FILE --layout ${layout}`,
  );
}

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
      `Leave it out, or choose the other server: --layout ${layout === 'flat' ? 'nested' : 'flat'}`,
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
    throw new UsageError('the client secret was given twice', `Use only one of ${SECRET_SOURCES}.`);
  if (terminal.interactive)
    throw new UsageError(
      '--client-secret-stdin needs a pipe or a file, but standard input is the terminal',
      'Pipe the secret in, or leave the flag out and type it at the prompt, which does not show it.',
    );
  const bytes = await terminal.readStdin(MAX_SECRET_BYTES);
  if (bytes.length > MAX_SECRET_BYTES)
    throw new UsageError('standard input holds more than a client secret', 'Pipe in only the secret.');
  const secret = cleanAnswer('clientSecret', layout, new TextDecoder().decode(bytes).replace(/\r?\n$/, ''));
  secrets.keep(secret);
  return secret;
}

/**
 * Whoever runs init wants login on, except where the file is filled in and login is switched off. Without questions, a
 * file without Cognito values stays off unless some are given.
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
  refuseWrongValues(prepared, given);
  if (hasNewErrors(prepared)) return reportOf({ ...prepared.report, mode: 'refused' }, 'text');
  return finish(input.options, prepared, ports);
}

/** A value that was given and is wrong is a mistake on the command line, not in the file. */
function refuseWrongValues({ report, target }: Prepared, given: Settings): void {
  const wrong = (Object.keys(given) as FieldName[]).flatMap((name) => {
    const path = keyOf(name, target.layout)?.path;
    const finding = report.findings.find((one) => one.severity === 'error' && one.path === path);
    return finding === undefined ? [] : [{ source: sourceOf(name), ...proseOf(finding) }];
  });
  const [first] = wrong;
  if (first === undefined) return;
  const lines = wrong.map(({ source, message }) => `${source}: ${printable(message)}`);
  throw new UsageError(lines.join('\n'), first.hint);
}

/** Errors that the file did not have before. */
function hasNewErrors({ report, target: { layout }, plan }: Prepared): boolean {
  const id = ({ code, path }: Finding): string => `${code} ${path}`;
  const known = new Set(validateDocument(plan.before, { layout }).findings.map(id));
  return report.findings.some((finding) => finding.severity === 'error' && !known.has(id(finding)));
}

async function attended(given: Input, ports: Ports): Promise<Report> {
  try {
    const { input, walked } = await withWayBack(ports, async (asking) => {
      const input = { ...given, options: await chooseServer(given.options, asking) };
      const walk = walkFrom(input, await begin(input, asking), asking);
      return { input, walked: await walkThrough(await walk, asking) };
    });
    if ('templateFormat' in walked) return await provision(walked, input, ports);
    const { prepared, findings } = walked;
    return withOffers(await finish(input.options, prepared, ports, findings), input, ports);
  } catch (error) {
    if (error instanceof Cancelled) ports.terminal.note('Nothing was written.');
    throw error;
  }
}

async function walkFrom(input: Input, { target, given }: Start, ports: Ports): Promise<Walk> {
  const { profile, dryRun } = input.options;
  const now = startingAnswers(target);
  return {
    target,
    answers: { ...now, ...given, userManagement: switchFor(target, given, true) },
    dryRun: dryRun === true,
    isReview: given.userManagement === 'off' || (target.existing !== undefined && hasCognitoValues(now)),
    hasCredentials: await ports.aws.hasCredentials(profile === undefined ? {} : { profile }),
    discover: (region) => discoverAccount(accountInput(input, target, given, region), ports),
  };
}

/** The template of a user pool, where there is none yet for the file to name. */
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

/** Offers to check the file that was just written: first without a sign-in, then with one. */
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
      question: 'Check it against live Cognito now (umconfig doctor)?',
      run: () => runDoctor(input, ports),
    },
    {
      question: 'Test a sign-in in the browser (umconfig login)?',
      run: () => runLogin(input, ports),
    },
  ];
  return { ...report, offers };
}

/** Flags that name a pool or a client replace the questions for them; `--region` is also where to look for pools. */
function accountInput(
  { options, fields }: Input,
  target: Target,
  given: Settings,
  otherRegion: string | undefined,
): AccountInput {
  const { userPoolID: pool, clientId: client, region = otherRegion } = given;
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

/** `reviewed`: the findings that were shown before somebody agreed. */
async function finish(
  options: Input['options'],
  prepared: Prepared,
  ports: Ports,
  reviewed?: readonly Finding[],
): Promise<Report> {
  if (options.dryRun === true) return reportOf(prepared.report, 'text');
  const written = await write(prepared, ports, { dataDir: options.dataDir !== false });
  const body = startable(written, written.findings);
  return reportOf(reviewed === undefined ? body : { ...body, reviewed }, 'text');
}

const flagOf = (name: FieldName): string => `--${fieldNamed(name).flag?.name ?? name}`;
const sourceOf = (name: FieldName): string => (name === 'clientSecret' ? 'client secret' : flagOf(name));

function missingError(missing: readonly FieldRow[], { path }: Target, { options }: Input): UsageError {
  const lines = missing.map(({ title, flag, secret }) =>
    secret === true ? `${title}: ${SECRET_SOURCES}` : `${title}: --${flag?.name ?? ''} ${flag?.value ?? ''}`,
  );
  const hint =
    'Where to find a value: umconfig explain KEY. With --user-management off none of them is needed.';
  if (options.yes !== true) return cannotAsk([...lines, 'consent to write the file: --yes'], hint);
  return new UsageError(
    [`${printable(path)}: missing answers`, ...lines.map((line) => `  ${line}`)].join('\n'),
    hint,
  );
}
