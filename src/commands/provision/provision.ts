/** `provision`: infrastructure as code for a user pool that fits the server. Calls nothing; other tools deploy it. */
import { printable, showValue } from '../../core/text/display.ts';
import { onFile, say } from '../../core/text/hint.ts';
import { UsageError } from '../../core/errors.ts';
import { EXIT } from '../../core/exit-codes.ts';
import { fieldNamed } from '../../core/config/fields.ts';
import { LAYOUTS } from '../../core/config/layouts.ts';
import type { Judgement } from '../../core/changes/answers.ts';
import {
  judgeInput,
  likelyCallback,
  likelySignOuts,
  MOST_URLS,
  POOL_NAME,
  type InputField,
  type PoolInputs,
} from '../../core/provision/inputs.ts';
import { renderTemplate } from '../../core/provision/render.ts';
import type { Ports } from '../../ports.ts';
import type { Run, Input } from '../command.ts';
import { outputFile } from '../shared/output-file.ts';
import { fileName, nextSteps, TEMPLATE_FORMATS, templatePath, type TemplateFormat } from './formats.ts';
import { readTarget, type Target } from '../shared/config-file.ts';

export const run: Run = async (input, ports) => {
  const { options, fields } = input;
  const target = await readTarget(options, ports);
  const format = (options.format ?? 'cloudformation') as TemplateFormat;
  const isGuided = ports.terminal.interactive && fields.domainName === undefined;
  const flags = judgeFlags(input, target, isGuided, ports);
  const inputs = isGuided ? await askRest(flags, target, ports) : takeDefaults(flags, target, ports);
  const named = outputFile(options);
  const output = isGuided && options.output === undefined ? await askFile(format, ports) : named;
  if (named !== undefined) await refuseFile(named, ports);
  const template = await ports.files.packaged(templatePath(format, inputs.layout));
  return {
    exitCode: EXIT.ok,
    format: 'text',
    body: { kind: 'document', text: renderTemplate(template, inputs, TEMPLATE_FORMATS[format].syntax) },
    output,
    next: nextSteps(format, { inputs, output, options, columns: ports.terminal.columns }),
  };
};

/** What the command line says, judged; undefined where it says nothing. */
type Flags = Pick<PoolInputs, 'layout' | 'poolName' | 'selfSignUp' | 'region'> & {
  readonly [Name in 'domainPrefix' | 'callbackUrls' | 'signOutUrls']: PoolInputs[Name] | undefined;
};

/** Judges every flag, and misses the one that has no default. Throws UsageError with all that is wrong. */
function judgeFlags({ options, fields }: Input, target: Target, isGuided: boolean, ports: Ports): Flags {
  const faults: string[] = [];
  const judge = (name: InputField, texts: readonly string[] | undefined): readonly string[] | undefined =>
    texts?.map((text) => {
      const { value, fault } = judgeAs(flagOf(name), name, text, target, ports);
      if (fault !== undefined) faults.push(fault);
      return value;
    });
  const { poolName = 'scalabel', region, redirectUri, logOutUri, selfSignUp = false } = options;
  if (!POOL_NAME.test(poolName) || poolName.trim() === '') {
    faults.push(
      `--pool-name ${showValue(poolName)}: a pool has a name of 1 to 128 letters, digits, spaces and + = , . @ - _`,
    );
  }
  for (const [name, urls = []] of [
    ['redirectUri', redirectUri] as const,
    ['logOutUri', logOutUri] as const,
  ]) {
    if (urls.length > MOST_URLS) {
      faults.push(`${flagOf(name)}: an app client takes ${String(MOST_URLS)} at most`);
    }
  }
  const flags: Flags = {
    layout: target.layout,
    poolName,
    selfSignUp,
    region: judge('region', region === undefined ? undefined : [region])?.[0],
    domainPrefix: judge('domainName', fields.domainName === undefined ? undefined : [fields.domainName])?.[0],
    callbackUrls: judge('redirectUri', redirectUri),
    signOutUrls: judge('logOutUri', logOutUri),
  };
  if (flags.domainPrefix === undefined && !isGuided) {
    faults.push('--domain-name PREFIX is missing: of the login pages, and free in the region of the pool');
  }
  refuse(faults);
  return flags;
}

const flagOf = (name: InputField): string => `--${fieldNamed(name).flag?.name ?? name}`;

function refuse(faults: readonly string[]): void {
  if (faults.length === 0) return;
  throw new UsageError(
    ['no pool can be described so:', ...faults.map((fault) => `  ${fault}`)].join('\n'),
    say`${onFile('provision', '--domain-name my-labels --redirect-uri https://labels.acme.dev/auth')}`,
  );
}

/** One value; what only deserves a warning is told at once. `source`: the flag or key that it comes from. */
function judgeAs(
  source: string,
  name: InputField,
  text: string,
  target: Target,
  { terminal }: Ports,
): { readonly value: string; readonly fault: string | undefined } {
  const { value, error, warning } = judgeInput(name, text, target);
  if (warning !== undefined) terminal.note(`Note: ${source}: ${warning.message}. ${warning.hint}`);
  const fault =
    error === undefined ? undefined : `${source} ${showValue(text)}: ${error.message}. ${error.hint}`;
  return { value, fault };
}

/** Without questions: the URLs of the configuration file, or of this machine, where no flag names others. */
function takeDefaults(flags: Flags, target: Target, ports: Ports): PoolInputs {
  const callbackUrls = flags.callbackUrls ?? [defaultCallback(target, ports)];
  return {
    ...flags,
    // Missing, it would have been refused.
    domainPrefix: flags.domainPrefix ?? '',
    callbackUrls: unique(callbackUrls),
    signOutUrls: unique(flags.signOutUrls ?? likelySignOuts(callbackUrls, target)),
  };
}

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)];

function defaultCallback(target: Target, ports: Ports): string {
  const { url, isFromFile } = likelyCallback(target);
  const source = isFromFile ? `${printable(target.path)}, callback URL` : 'the callback URL of this machine';
  const { value, fault } = judgeAs(source, 'redirectUri', url, target, ports);
  if (fault !== undefined) refuse([`${fault} Or name another: --redirect-uri URL.`]);
  if (!isFromFile) {
    ports.terminal.note(
      `The callback URL is ${value}, to try it out on this machine; --redirect-uri names that of your server.`,
    );
  }
  return value;
}

async function askRest(flags: Flags, target: Target, ports: Ports): Promise<PoolInputs> {
  const { server, era } = LAYOUTS[target.layout];
  ports.terminal.note(
    `A user pool for ${server} (${era}). Nothing is called; you deploy the template yourself.\n`,
  );
  const [domainPrefix = ''] = await ask('domainName', DOMAIN_HELP, undefined, target, ports);
  const callbackUrls =
    flags.callbackUrls ?? (await ask('redirectUri', SEVERAL, likelyCallback(target).url, target, ports));
  const likely = likelySignOuts(callbackUrls, target).join(' ');
  const signOutUrls = flags.signOutUrls ?? (await ask('logOutUri', SEVERAL, likely, target, ports));
  return { ...flags, domainPrefix, callbackUrls: unique(callbackUrls), signOutUrls: unique(signOutUrls) };
}

const DOMAIN_HELP =
  'Login pages will be at https://PREFIX.auth.REGION.amazoncognito.com.\nIt has to be free in the region of the pool: my-labels, for example.';
const SEVERAL = 'As the browser sees it. Separate several with spaces.';

/** Asks until the rules have nothing against the answer; a URL question takes several of them. */
async function ask(
  name: InputField,
  help: string,
  byDefault: string | undefined,
  target: Target,
  { prompter }: Ports,
): Promise<readonly string[]> {
  const parts = (typed: string): readonly string[] =>
    name === 'domainName' ? [typed] : typed.split(/[\s,]+/).filter((part) => part !== '');
  const judgements = (typed: string): readonly Judgement[] => {
    const texts = parts(typed);
    return (texts.length === 0 ? [''] : texts).map((text) => judgeInput(name, text, target));
  };
  const answer = await prompter.text({
    message: fieldNamed(name).title,
    help,
    ...(byDefault === undefined ? {} : { default: byDefault }),
    validate: (typed) => {
      const error = judgements(typed).find((judgement) => judgement.error !== undefined)?.error;
      return error === undefined ? true : `${error.message}. ${error.hint}`;
    },
    shown: (typed) =>
      judgements(typed)
        .map(({ value }) => value)
        .join(' '),
  });
  return judgements(answer).map(({ value }) => value);
}

/** Where to write it; undefined for the screen. */
async function askFile(format: TemplateFormat, ports: Ports): Promise<string | undefined> {
  for (;;) {
    const answer = await ports.prompter.text({
      message: 'Write it to',
      help: 'A file name, or - for the screen.',
      default: fileName(format),
      validate: (typed) => typed.trim() !== '' || 'Name a file, or - for the screen.',
    });
    const path = answer.trim();
    if (path === '-') return undefined;
    const fault = await fileFault(path, ports);
    if (fault === undefined) return path;
    ports.terminal.note(`  ${fault}`);
  }
}

/** How every template begins: by this, one that is there already is known. */
const FIRST_WORDS = '# Written by umconfig provision';

/** Why a file cannot be written to. One of somebody else's, the configuration file above all, is not gone over. */
async function fileFault(path: string, { files }: Ports): Promise<string | undefined> {
  const directory = /^(.+)[/\\]/.exec(path)?.[1];
  if (directory !== undefined && !(await files.isDirectory(directory))) {
    return `${printable(path)}: there is no directory ${printable(directory)}`;
  }
  const there = await files.readIfThere(path, FIRST_WORDS.length);
  if (there === undefined || new TextDecoder().decode(there.bytes).startsWith(FIRST_WORDS)) return undefined;
  return `${printable(path)}: there is such a file, and umconfig provision has not written it; it is left as it is`;
}

async function refuseFile(path: string, ports: Ports): Promise<void> {
  const fault = await fileFault(path, ports);
  if (fault !== undefined) throw new UsageError(fault, 'Name another file with --output.');
}
