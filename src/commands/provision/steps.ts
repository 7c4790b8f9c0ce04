/** What to do with a template: the commands that deploy it, take it over into the configuration file and make an admin. */
import type { PoolWishes } from '../../core/provision/blueprint.ts';
import { shellWord } from '../../core/text/display.ts';
import type { TemplateFormat } from '../../report/index.ts';
import type { OptionValues } from '../options.ts';

/** What a template is called where nobody says. */
export const FILE_NAMES: Readonly<Record<TemplateFormat, string>> = {
  cloudformation: 'user-pool.yml',
  terraform: 'user-pool.tf',
};

export interface Steps {
  readonly wishes: PoolWishes;
  /** Where the template is written to; undefined for stdout. */
  readonly output: string | undefined;
  /** `config`, `layout` and `profile` go on to the next commands. */
  readonly options: OptionValues;
  readonly columns: number;
}

/** A command, word by word, ready for a shell. */
type Words = readonly string[];

/** The next commands, each broken so that it fits the terminal and can be pasted. */
export function nextSteps(format: TemplateFormat, steps: Steps): string {
  const { output, columns } = steps;
  const file = output ?? FILE_NAMES[format];
  const { deploy, discover, whenTaken } = DEPLOYMENTS[format](file, steps);
  const admin = ['umconfig users add ADDRESS --admin', ...ofAccount(steps), ...ofConfig(steps)];
  const saved = output === undefined ? `With the template in ${file}, next:` : `${file} is written. Next:`;
  return [saved, ...[deploy, discover, admin].flatMap((words) => shellLines(words, columns)), whenTaken].join(
    '\n',
  );
}

interface Deployment {
  readonly deploy: Words;
  readonly discover: Words;
  /** A domain prefix that is not free is what goes wrong first. */
  readonly whenTaken: string;
}

const DEPLOYMENTS: Readonly<Record<TemplateFormat, (file: string, steps: Steps) => Deployment>> = {
  cloudformation: (file, steps) => {
    const region = steps.wishes.region === undefined ? [] : [`--region ${shellWord(steps.wishes.region)}`];
    const stack = stackName(steps.wishes.poolName);
    return {
      // Without a rollback what is made already stays, and a second run makes the rest.
      deploy: [
        'aws cloudformation deploy',
        `--stack-name ${stack}`,
        `--template-file ${shellWord(file)}`,
        '--disable-rollback',
        ...region,
        ...ofAccount(steps),
      ],
      discover: discoverWords(shellWord(steps.wishes.poolName), region, steps),
      whenTaken:
        'Where the domain prefix is taken the first command fails: run it again with --parameter-overrides DomainPrefix=ANOTHER behind it.',
    };
  },
  terraform: (file, steps) => {
    const directory = /^(.*)[/\\]/.exec(file)?.[1];
    const terraform = directory === undefined ? 'terraform' : `terraform -chdir=${shellWord(directory)}`;
    const { profile } = steps.options;
    const asProfile = profile === undefined ? '' : `AWS_PROFILE=${shellWord(profile)} `;
    return {
      deploy: [`${terraform} init &&`, `${asProfile}${terraform} apply`],
      discover: discoverWords(`"$(${terraform} output -raw user_pool_id)"`, [], steps),
      whenTaken:
        'Where the domain prefix is taken the first command fails: change domain_prefix in the file, and apply it again.',
    };
  },
};

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
