/**
 * TEMPLATE_FORMATS: what `provision --format` takes, one row each, with the commands that deploy it. A new format is
 * a row here and its two files `templates/pool/LAYOUT.ENDING`. Nothing heavy is imported: every run reads the names.
 */
import type { PoolInputs } from '../../core/provision/inputs.ts';
import type { Syntax } from '../../core/provision/render.ts';
import type { Layout } from '../../core/config/layouts.ts';
import { shellWord } from '../../core/text/display.ts';

interface FormatRow {
  /** What deploys it, by its own name. */
  readonly tool: string;
  /** Of its files, without the dot: `templates/pool/flat.yml`, `user-pool.yml`. */
  readonly ending: string;
  /** How values are quoted in it. JSON is quoted like YAML. */
  readonly syntax: Syntax;
  readonly deployment: (file: string, steps: Steps) => Deployment;
}

export const TEMPLATE_FORMATS = {
  cloudformation: {
    tool: 'CloudFormation',
    ending: 'yml',
    syntax: 'yaml',
    deployment: withCloudFormation,
  },
  terraform: {
    tool: 'Terraform',
    ending: 'tf',
    syntax: 'hcl',
    deployment: withTerraform,
  },
} as const satisfies Readonly<Record<string, FormatRow>>;

export type TemplateFormat = keyof typeof TEMPLATE_FORMATS;

export const TEMPLATE_FORMAT_NAMES = Object.keys(TEMPLATE_FORMATS) as readonly TemplateFormat[];

/** The packaged template, for `files.packaged`. */
export const templatePath = (format: TemplateFormat, layout: Layout): string =>
  `templates/pool/${layout}.${TEMPLATE_FORMATS[format].ending}`;

/** The default file name of a template. */
export const fileName = (format: TemplateFormat): string => `user-pool.${TEMPLATE_FORMATS[format].ending}`;

export interface Steps {
  readonly inputs: PoolInputs;
  /** Where the template is written to; undefined for stdout. */
  readonly output: string | undefined;
  /** Options that go on to the next commands. */
  readonly options: {
    readonly config?: string;
    readonly layout?: string;
    readonly profile?: string;
  };
  readonly columns: number;
}

/** A command, word by word, ready for a shell. */
type Words = readonly string[];

interface Deployment {
  readonly deploy: Words;
  readonly discover: Words;
  /** What to do where the domain prefix is in use, the most frequent failure. */
  readonly whenTaken: string;
}

/**
 * The commands that deploy a template, copy what it made into the configuration file and add an admin. Each is broken
 * so that it fits the terminal and can be pasted.
 */
export function nextSteps(format: TemplateFormat, steps: Steps): string {
  const { output, columns } = steps;
  const file = output ?? fileName(format);
  const { deploy, discover, whenTaken } = TEMPLATE_FORMATS[format].deployment(file, steps);
  const admin = ['umconfig users add ADDRESS --admin', ...ofAccount(steps), ...ofConfig(steps)];
  const saved =
    output === undefined ? `Save the template as ${file}, then run:` : `${file} written. Next, run:`;
  return [saved, ...[deploy, discover, admin].flatMap((words) => shellLines(words, columns)), whenTaken].join(
    '\n',
  );
}

function withCloudFormation(file: string, steps: Steps): Deployment {
  const { region: name, poolName } = steps.inputs;
  const region = name === undefined ? [] : [`--region ${shellWord(name)}`];
  return {
    // Without a rollback, a second run keeps what exists and creates the rest.
    deploy: [
      'aws cloudformation deploy',
      `--stack-name ${stackName(poolName)}`,
      `--template-file ${shellWord(file)}`,
      '--disable-rollback',
      ...region,
      ...ofAccount(steps),
    ],
    discover: discoverWords(shellWord(poolName), region, steps),
    whenTaken:
      'If the domain prefix is in use, the first command fails: run it again with --parameter-overrides DomainPrefix=ANOTHER at the end.',
  };
}

function withTerraform(file: string, steps: Steps): Deployment {
  const directory = /^(.*)[/\\]/.exec(file)?.[1];
  const terraform = directory === undefined ? 'terraform' : `terraform -chdir=${shellWord(directory)}`;
  const { profile } = steps.options;
  const asProfile = profile === undefined ? '' : `AWS_PROFILE=${shellWord(profile)} `;
  return {
    deploy: [`${terraform} init &&`, `${asProfile}${terraform} apply`],
    discover: discoverWords(`"$(${terraform} output -raw user_pool_id)"`, [], steps),
    whenTaken:
      'If the domain prefix is in use, the first command fails: change domain_prefix in the file and apply it again.',
  };
}

const discoverWords = (pool: string, region: Words, steps: Steps): Words => [
  'umconfig discover',
  `--pool ${pool}`,
  ...region,
  ...ofAccount(steps),
  ...ofConfig(steps),
  ...(steps.options.layout === undefined ? [] : [`--layout ${steps.options.layout}`]),
];

const ofAccount = ({ options: { profile } }: Steps): Words =>
  profile === undefined ? [] : [`--profile ${shellWord(profile)}`];

/** Which file the other commands are to work on. */
const ofConfig = ({ options: { config } }: Steps): Words =>
  config === undefined ? [] : [`--config ${shellWord(config)}`];

/** Letters, digits and hyphens, beginning with a letter: CloudFormation's rule for the name of a stack. */
function stackName(poolName: string): string {
  const plain = poolName.replace(/[^A-Za-z0-9]+/g, '-').replace(/^[^A-Za-z]+|-+$/g, '');
  return `${plain === '' ? 'scalabel' : plain}-users`;
}

const INDENT = 4;

/** One command on as many lines as it takes. */
function shellLines(words: Words, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line !== '' && INDENT + line.length + word.length + 3 > columns) {
      lines.push(`${line} \\`);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((text, at) => `${' '.repeat(at === 0 ? 2 : INDENT)}${text}`);
}
