/** `provision`: infrastructure as code for a user pool that fits the server. Calls no service; other tools deploy it. */
import { printable, shellWord, showValue } from '../../core/text/display.ts';
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
import { Cancelled } from '../../core/failures.ts';
import type { Run, Input } from '../command.ts';
import { withWayBack } from '../shared/going-back.ts';
import { outputFile } from '../shared/output-file.ts';
import { fileName, nextSteps, TEMPLATE_FORMATS, templatePath, type TemplateFormat } from './formats.ts';
import { readTarget, type Target } from '../shared/config-file.ts';

export const run: Run = async (input, ports) => {
  const { options, fields } = input;
  const target = await readTarget(options, ports);
  const format = (options.format ?? 'cloudformation') as TemplateFormat;
  const isGuided = ports.terminal.interactive && fields.domainName === undefined;
  const flags = judgeFlags(input, target, isGuided, ports);
  const plan = isGuided
    ? await withWayBack(ports, (asking) => askAll(input, flags, target, asking))
    : { inputs: takeDefaults(flags, target, ports), output: outputFile(options) };
  const { inputs, output } = plan;
  const template = await ports.files.packaged(templatePath(format, inputs.layout));
  const text = renderTemplate(template, inputs, TEMPLATE_FORMATS[format].syntax);
  if (!isGuided && output !== undefined) await mayReplace(output, text, ports);
  return {
    exitCode: EXIT.ok,
    format: 'text',
    body: { kind: 'document', text },
    output,
    next: nextSteps(format, { inputs, output, options, columns: ports.terminal.columns }),
  };
};

/** What the template is made of, and where it goes; undefined for the screen. */
interface TemplatePlan {
  readonly inputs: PoolInputs;
  readonly output: string | undefined;
}

/** What the command line says, checked; undefined where it says nothing. */
type Flags = Pick<PoolInputs, 'layout' | 'poolName' | 'selfSignUp' | 'region'> & {
  readonly [Name in 'domainPrefix' | 'callbackUrls' | 'signOutUrls']: PoolInputs[Name] | undefined;
};

/** Checks every flag, and that the one without a default is there. Throws UsageError with all that is wrong. */
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
      `--pool-name ${showValue(poolName)}: expected 1 to 128 letters, digits, spaces and + = , . @ - _`,
    );
  }
  for (const [name, urls = []] of [
    ['redirectUri', redirectUri] as const,
    ['logOutUri', logOutUri] as const,
  ]) {
    if (urls.length > MOST_URLS) {
      faults.push(`${flagOf(name)}: an app client takes at most ${String(MOST_URLS)}`);
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
    faults.push(
      '--domain-name PREFIX is missing: the prefix of the login pages, not yet in use in the region of the pool',
    );
  }
  refuse(faults);
  return flags;
}

const flagOf = (name: InputField): string => `--${fieldNamed(name).flag?.name ?? name}`;

function refuse(faults: readonly string[]): void {
  if (faults.length === 0) return;
  throw new UsageError(
    ['cannot create the template:', ...faults.map((fault) => `  ${fault}`)].join('\n'),
    say`${onFile('provision', '--domain-name my-labels --redirect-uri https://labels.acme.dev/auth')}`,
  );
}

/** Checks one value; a warning is shown at once. `source`: the flag or key that it comes from. */
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
      `The callback URL is ${value}, for a server on this machine. For another server: --redirect-uri URL`,
    );
  }
  return value;
}

/** Asks for everything that no flag names, and for consent. */
async function askAll({ options }: Input, flags: Flags, target: Target, ports: Ports): Promise<TemplatePlan> {
  const { server, era } = LAYOUTS[target.layout];
  const format = (options.format ?? 'cloudformation') as TemplateFormat;
  ports.terminal.note(
    `Template of a user pool for ${server} (${era}). Nothing is created in AWS: you deploy the template.\nEscape or "back" returns to the previous question, Ctrl-C quits.\n`,
  );
  const named = outputFile(options);
  if (named !== undefined) await refuseFile(named, ports);
  const [domainPrefix = ''] = await ask('domainName', DOMAIN_HELP, undefined, target, ports);
  const callbackUrls =
    flags.callbackUrls ?? (await ask('redirectUri', SEVERAL, likelyCallback(target).url, target, ports));
  const likely = likelySignOuts(callbackUrls, target).join(' ');
  const signOutUrls = flags.signOutUrls ?? (await ask('logOutUri', SEVERAL, likely, target, ports));
  const answers = {
    ...flags,
    domainPrefix,
    callbackUrls: unique(callbackUrls),
    signOutUrls: unique(signOutUrls),
  };
  const output = options.output === undefined ? await askFile(format, ports) : named;
  return review({ inputs: answers, output }, format, target, ports);
}

const DOMAIN_HELP =
  'Prefix of the login pages: https://PREFIX.auth.REGION.amazoncognito.com\nNot yet in use in the region of the pool, for example my-labels.';
const SEVERAL = 'As the browser sees it. Separate several with spaces.';

/** Shows what no question has shown, and asks until it is right. */
async function review(
  plan: TemplatePlan,
  format: TemplateFormat,
  target: Target,
  ports: Ports,
): Promise<TemplatePlan> {
  const { prompter } = ports;
  let { inputs, output } = plan;
  for (;;) {
    const { domainPrefix, callbackUrls, signOutUrls, poolName, region, selfSignUp } = inputs;
    const isThere = output !== undefined && (await ports.files.readIfThere(output, 0)) !== undefined;
    const place = output === undefined ? 'the screen' : printable(output);
    const change = (name: string, value: string): string => `Change ${name}: ${value}`;
    const next = await prompter.select(
      `Write the template? User pool ${poolName}, ${selfSignUp ? 'anyone can sign up' : 'only admins add users'}${region === undefined ? '' : `, in ${region}`}`,
      [
        { name: `${isThere ? 'Overwrite' : 'Yes: write to'} ${place}`, value: 'write' },
        { name: 'Cancel: write nothing', value: 'cancel' },
        { name: change('domain prefix', domainPrefix), value: 'domainName' },
        { name: change('callback URL', callbackUrls.join(' ')), value: 'redirectUri' },
        { name: change('sign-out URL', signOutUrls.join(' ')), value: 'logOutUri' },
        { name: change('file', place), value: 'file' },
      ] as const,
    );
    if (next === 'write') return { inputs, output };
    if (next === 'cancel') {
      ports.terminal.note('Nothing was written.');
      throw new Cancelled('SIGINT');
    }
    if (next === 'file') output = await askFile(format, ports);
    else inputs = await changed(next, inputs, target, ports);
  }
}

async function changed(
  name: 'domainName' | 'redirectUri' | 'logOutUri',
  inputs: PoolInputs,
  target: Target,
  ports: Ports,
): Promise<PoolInputs> {
  const { domainPrefix, callbackUrls, signOutUrls } = inputs;
  if (name === 'domainName') {
    const [prefix = ''] = await ask(name, DOMAIN_HELP, domainPrefix, target, ports);
    return { ...inputs, domainPrefix: prefix };
  }
  const now = name === 'redirectUri' ? callbackUrls : signOutUrls;
  const urls = unique(await ask(name, SEVERAL, now.join(' '), target, ports));
  return name === 'redirectUri' ? { ...inputs, callbackUrls: urls } : { ...inputs, signOutUrls: urls };
}

/** Asks until the rules accept the answer; a URL question takes several URLs. */
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
      default: await freeName(fileName(format), ports),
      validate: (typed) => typed.trim() !== '' || 'Name a file, or - for the screen.',
    });
    const path = answer.trim();
    if (path === '-') return undefined;
    const fault = await fileFault(path, ports);
    if (fault === undefined) return path;
    ports.terminal.note(`  ${fault}.`);
  }
}

/** The name, with a number where such files are there already. */
async function freeName(name: string, { files }: Ports): Promise<string> {
  const [stem = '', ending = ''] = name.split('.');
  for (let at = 1; ; at += 1) {
    const free = at === 1 ? name : `${stem}-${String(at)}.${ending}`;
    if (!(await files.isDirectory(free)) && (await files.readIfThere(free, 0)) === undefined) return free;
  }
}

/** The first line of every template, by which an existing one is recognised. */
const FIRST_WORDS = '# Written by umconfig provision';

/** Why a file cannot be written. One that umconfig has not written, above all the configuration file, is not overwritten. */
async function fileFault(path: string, { files }: Ports): Promise<string | undefined> {
  const directory = /^(.+)[/\\]/.exec(path)?.[1];
  if (directory !== undefined && !(await files.isDirectory(directory))) {
    return `${printable(path)}: no directory ${printable(directory)}`;
  }
  const there = await files.readIfThere(path, FIRST_WORDS.length);
  if (there === undefined || new TextDecoder().decode(there.bytes).startsWith(FIRST_WORDS)) return undefined;
  return `${printable(path)} exists and is not a user pool template, so it is not overwritten`;
}

async function refuseFile(path: string, ports: Ports): Promise<void> {
  const fault = await fileFault(path, ports);
  if (fault === undefined) return;
  const [, stem = '', ending = ''] = /^(.*?)(\.[^./\\]*)?$/.exec(path) ?? [];
  throw new UsageError(fault, `Name another file: --output ${shellWord(`${stem}-2${ending}`)}`);
}

/** A template of an earlier run is overwritten with consent on a terminal, and by a script that names it. */
async function mayReplace(path: string, text: string, ports: Ports): Promise<void> {
  await refuseFile(path, ports);
  const { files, prompter, terminal } = ports;
  if (!terminal.interactive) return;
  const bytes = Buffer.from(text);
  const there = await files.readIfThere(path, bytes.length);
  if (there === undefined || bytes.equals(there.bytes)) return;
  if (await prompter.confirm(`Overwrite ${printable(path)}?`, false)) return;
  terminal.note('Nothing was written.');
  throw new Cancelled('SIGINT');
}
