/** `provision` with the world written by hand: what it takes, asks, refuses and says to do next. */
import { describe, expect, test } from '@jest/globals';
import { hintText } from '../../src/core/text/hint.ts';
import { complete } from '../../src/commands/completion/candidates.ts';
import { COMMAND_GROUPS } from '../../src/commands/index.ts';
import type { OptionValues } from '../../src/commands/options.ts';
import { TEMPLATE_FORMAT_NAMES } from '../../src/commands/provision/formats.ts';
import { run as runProvision } from '../../src/commands/provision/provision.ts';
import { LAYOUT_NAMES } from '../../src/core/config/layouts.ts';
import { ExpectedError } from '../../src/core/errors.ts';
import type { Settings } from '../../src/core/config/settings.ts';
import { Cancelled } from '../../src/core/failures.ts';
import type { Report } from '../../src/report/report.ts';
import { readTemplate } from '../support/deploy.ts';
import {
  CTRL_C,
  ESCAPE,
  fakeFiles,
  fakePorts,
  fakePrompter,
  fakeTerminal,
  type Answer,
  type FakePorts,
} from '../support/fake-ports.ts';

const FILE = 'user_management_config.yml';
const BASE = 'port: 9000\ndata: "./data"\ndatabase: local\n';

/** The one thing that has no default. */
const NAMED: Settings = { domainName: 'my-labels' };

const portsWith = (files: Readonly<Record<string, string>> = {}): FakePorts =>
  fakePorts({ files: fakeFiles(files, ['infra']) });

/** On a terminal, with somebody who answers. */
const withAnswers = (ports: FakePorts, answers: readonly Answer[], columns = 100): FakePorts => ({
  ...ports,
  terminal: fakeTerminal({ interactive: true, columns }),
  prompter: fakePrompter(answers),
});

interface Provisioned {
  readonly report: Report;
  readonly text: string;
  readonly callbacks: readonly unknown[];
  readonly signOuts: readonly unknown[];
}

async function provision(
  ports: FakePorts,
  options: OptionValues = {},
  fields: Settings = NAMED,
): Promise<Provisioned> {
  const report = await runProvision({ args: [], options, fields }, ports);
  if (report.body.kind !== 'document') throw new Error(`no document: ${report.body.kind}`);
  const { text } = report.body;
  if (options.format === 'terraform') return { report, text, callbacks: [], signOuts: [] };
  const { Parameters, Resources } = readTemplate(text);
  const listed = (property: string, parameter: string): readonly unknown[] => {
    const [, ...others] = Resources['AppClient']?.Properties[property] as readonly unknown[];
    return [Parameters[parameter]?.Default, ...others];
  };
  return {
    report,
    text,
    callbacks: listed('CallbackURLs', 'CallbackUrl'),
    signOuts: listed('LogoutURLs', 'SignOutUrl'),
  };
}

async function refusal(
  ports: FakePorts,
  options: OptionValues = {},
  fields: Settings = NAMED,
): Promise<ExpectedError> {
  try {
    await provision(ports, options, fields);
  } catch (error) {
    if (error instanceof ExpectedError) return error;
    throw error;
  }
  throw new Error('nothing went wrong');
}

describe('where the URLs come from', () => {
  test('the port of the base file, with a note that this is for trying out', async () => {
    const ports = portsWith({ 'default_config.yml': BASE });
    const { callbacks, signOuts } = await provision(ports);
    expect([...callbacks, ...signOuts]).toEqual(['http://localhost:9000/auth', 'http://localhost:9000/']);
    expect(ports.terminal.notes.join('\n')).toContain('--redirect-uri');
  });

  test('the packaged default file of the other layout, where the base file is none of it', async () => {
    const { callbacks, signOuts } = await provision(portsWith({ 'default_config.yml': BASE }), {
      layout: 'nested',
    });
    expect([...callbacks, ...signOuts]).toEqual(['http://localhost:8686/callback', 'http://localhost:8686/']);
  });

  test('a base file of the Node server decides for its layout', async () => {
    const { text, callbacks } = await provision(portsWith({ 'default_config.yml': 'http:\n  port: 80\n' }));
    expect(callbacks).toEqual(['http://localhost:80/callback']);
    expect(text).toContain('GenerateSecret: false');
  });

  test('the configuration file, where it has them', async () => {
    const urls = ['https://labels.acme.dev/auth', 'https://labels.acme.dev/bye'] as const;
    const ports = portsWith({ [FILE]: `${BASE}redirectUri: ${urls[0]}\nlogOutUri: ${urls[1]}\n` });
    const { callbacks, signOuts } = await provision(ports);
    expect([...callbacks, ...signOuts]).toEqual(urls);
    expect(ports.terminal.notes).toEqual([]);
    const other = await provision(ports, { redirectUri: ['https://other.acme.dev/auth'] });
    expect([...other.callbacks, ...other.signOuts]).toEqual([
      'https://other.acme.dev/auth',
      'https://other.acme.dev/',
    ]);
  });

  test('flags, several of each, cleaned and without doubles', async () => {
    const { callbacks, signOuts } = await provision(portsWith(), {
      redirectUri: [
        ' "https://labels.acme.dev/auth" ',
        'http://localhost:8686/auth',
        'https://labels.acme.dev/auth',
      ],
    });
    expect(callbacks).toEqual(['https://labels.acme.dev/auth', 'http://localhost:8686/auth']);
    expect(signOuts).toEqual(['https://labels.acme.dev/', 'http://localhost:8686/']);
  });

  test('never the domain of the configuration file, which another pool has', async () => {
    const ports = portsWith({ [FILE]: `${BASE}domainName: taken-already\n` });
    expect((await refusal(ports, {}, {})).message).toContain('--domain-name PREFIX');
  });
});

describe('what is refused', () => {
  test('all of it at once, each by its flag and in the words of the rules for the file', async () => {
    const ports = portsWith();
    const error = await refusal(
      ports,
      {
        redirectUri: [
          'http://labels.acme.dev/auth',
          'https://labels.acme.dev/auth/',
          'https://labels.acme.dev/auth#top',
          'https://example.com/auth',
          'https://labels.acme.dev/auth?a=b',
          'https://me:secret@labels.acme.dev/auth',
        ],
        logOutUri: ['nowhere', ''],
        region: 'cn-north-1',
        poolName: 'a/b',
      },
      { domainName: 'my-aws-labels' },
    );
    expect(error.exitCode).toBe(2);
    const lines = error.message.split('\n');
    for (const [flag, words] of [
      ['--domain-name "my-aws-labels"', 'contains "aws"'],
      ['--redirect-uri "http://labels.acme.dev/auth"', 'must be https'],
      ['--redirect-uri "https://labels.acme.dev/auth/"', 'the path /auth'],
      ['--redirect-uri "https://labels.acme.dev/auth#top"', 'fragment'],
      ['--redirect-uri "https://example.com/auth"', 'placeholder'],
      ['--redirect-uri "https://labels.acme.dev/auth?a=b"', 'has a query'],
      ['--redirect-uri', 'has a user name in it'],
      ['--log-out-uri "nowhere"', 'not an absolute URL'],
      ['--log-out-uri ""', 'is empty'],
      ['--region "cn-north-1"', 'China'],
      ['--pool-name "a/b"', 'letters, digits'],
    ] as const) {
      expect(lines.filter((line) => line.includes(flag) && line.includes(words))).toHaveLength(1);
    }
    expect(error.message).not.toContain('secret@');
  });

  test.each([
    ['us-gov-west-1', 'flat', 'GovCloud'],
    ['us-gov-west-1', 'nested', undefined],
    ['eusc-de-east-1', 'flat', 'Sovereign'],
    ['eusc-de-east-1', 'nested', 'Sovereign'],
    ['us-west', 'flat', 'not an AWS region'],
    ['eu-central-1', 'flat', undefined],
  ] as const)('a pool in %s for the %s layout: %s', async (region, layout, words) => {
    const options = { region, layout };
    if (words === undefined) {
      expect((await provision(portsWith(), options)).report.next).toContain(`--region ${region}`);
    } else {
      expect((await refusal(portsWith(), options)).message).toContain(words);
    }
  });

  test.each([
    ['flat', 'login.acme.dev', 'custom domain'],
    ['nested', 'login.acme.dev', 'a certificate and a DNS record'],
    ['flat', 'My-Labels', 'lower-case letters'],
    ['flat', '', 'is empty'],
  ] as const)('for the %s layout the domain "%s"', async (layout, domain, words) => {
    const { message } = await refusal(portsWith(), { layout }, { domainName: domain });
    expect(message).toContain(words);
    // The pool is new: there is no domain of it to look up.
    expect(message).not.toContain('Branding');
  });

  test('a callback URL of the file that cannot work, by its file and with the flag that helps', async () => {
    const ports = portsWith({ [FILE]: `${BASE}redirectUri: https://labels.acme.dev/auth/\n` });
    const { message } = await refusal(ports);
    expect(message).toContain(`${FILE}, callback URL "https://labels.acme.dev/auth/"`);
    expect(message).toContain('--redirect-uri URL');
  });

  test('more URLs than an app client takes', async () => {
    const redirectUri = Array.from({ length: 101 }, (_one, at) => `https://a${String(at)}.acme.dev/auth`);
    expect((await refusal(portsWith(), { redirectUri })).message).toContain(
      '--redirect-uri: an app client takes at most 100',
    );
  });

  test('to overwrite any file that is not a template, with another name for the template', async () => {
    const ports = portsWith({ [FILE]: BASE, 'main.tf': 'resource "x" "y" {}\n', empty: '' });
    for (const output of [FILE, 'main.tf', 'empty']) {
      const error = await refusal(ports, { output });
      expect(error.exitCode).toBe(2);
      expect(hintText(error.hint ?? '')).toMatch(/--output \S+-2/);
    }
  });
});

test('a template of its own is written again, in every format and for either server', async () => {
  for (const format of TEMPLATE_FORMAT_NAMES) {
    for (const layout of LAYOUT_NAMES) {
      const { text } = await provision(portsWith(), { format, layout });
      const ports = portsWith({ pool: text });
      expect((await provision(ports, { format, output: 'pool' })).report.output).toBe('pool');
    }
  }
});

describe('on a terminal', () => {
  test('asks for what no flag says, and where to write it', async () => {
    const ports = withAnswers(portsWith(), [
      'aws',
      'https://acme-labels.auth.us-west-2.amazoncognito.com',
      'https://labels.acme.dev/auth/',
      'https://labels.acme.dev/auth  http://localhost:8686/auth',
      '',
      'infra/pool.yml',
      'write',
    ]);
    const { report, text, callbacks, signOuts } = await provision(ports, {}, {});
    expect(ports.prompter.asked.map(({ message }) => message)).toEqual([
      'Cognito domain',
      'Callback URL',
      'Sign-out URL',
      'Write it to',
      expect.stringContaining('scalabel'),
    ]);
    expect(ports.prompter.asked.map(({ refusals }) => refusals.length)).toEqual([1, 1, 0, 0, 0]);
    expect(text).toContain('Default: "acme-labels"');
    expect(callbacks).toEqual(['https://labels.acme.dev/auth', 'http://localhost:8686/auth']);
    expect(signOuts).toEqual(['https://labels.acme.dev/', 'http://localhost:8686/']);
    expect(report.output).toBe('infra/pool.yml');
    expect(report.next).toContain('--template-file infra/pool.yml');
  });

  test('suggests a free name, and asks again where the file is not a template or its directory is missing', async () => {
    const ports = withAnswers(portsWith({ 'user-pool.yml': 'mine: 1\n' }), [
      ...['my-labels', '', ''],
      ...['user-pool.yml', 'nowhere/new.yml', ''],
      'write',
    ]);
    const { report } = await provision(ports, {}, {});
    expect(report.output).toBe('user-pool-2.yml');
    expect(ports.terminal.notes.filter((note) => note.startsWith('  '))).toHaveLength(2);
  });

  test('overwrites a template only with consent, in the review or by its own question', async () => {
    const { text } = await provision(portsWith());
    const guided = withAnswers(portsWith({ 'user-pool.yml': text }), [
      'other',
      '',
      '',
      'user-pool.yml',
      'Overwrite',
    ]);
    expect((await provision(guided, {}, {})).report.output).toBe('user-pool.yml');
    for (const answer of [false, true]) {
      const flagged = withAnswers(portsWith({ 'user-pool.yml': text }), [answer]);
      const run = provision(flagged, { output: 'user-pool.yml' }, { domainName: 'other' });
      if (answer) expect((await run).report.output).toBe('user-pool.yml');
      else await expect(run).rejects.toThrow(Cancelled);
    }
    const same = withAnswers(portsWith({ 'user-pool.yml': text }), []);
    expect((await provision(same, { output: 'user-pool.yml' })).report.output).toBe('user-pool.yml');
  });

  test('the review changes any answer, and Cancel in it ends it', async () => {
    const ports = withAnswers(portsWith(), [
      ...['my-labels', '', '', ''],
      ...[
        'Change domain',
        'other',
        'Change callback',
        'https://labels.acme.dev/auth',
        'Change file',
        '-',
        'write',
      ],
    ]);
    const { text, callbacks, report } = await provision(ports, {}, {});
    expect(text).toContain('Default: "other"');
    expect([callbacks, report.output]).toEqual([['https://labels.acme.dev/auth'], undefined]);
    const cancelled = withAnswers(portsWith(), ['my-labels', '', '', '', 'Cancel']);
    await expect(provision(cancelled, {}, {})).rejects.toThrow(Cancelled);
  });

  test('Escape returns to the previous question', async () => {
    const ports = withAnswers(portsWith(), ['wrong', ESCAPE, 'my-labels', '', '', '-', 'write']);
    expect((await provision(ports, {}, {})).text).toContain('Default: "my-labels"');
  });

  test('suggests what would be taken without one', async () => {
    const ports = withAnswers(portsWith({ 'default_config.yml': BASE }), ['my-labels', '', '', '-', 'write']);
    const { report, callbacks } = await provision(ports, { format: 'cloudformation' }, {});
    expect(ports.prompter.asked.slice(0, -1).map((question) => question.default)).toEqual([
      undefined,
      'http://localhost:9000/auth',
      'http://localhost:9000/',
      'user-pool.yml',
    ]);
    expect(callbacks).toEqual(['http://localhost:9000/auth']);
    expect(report.output).toBeUndefined();
  });

  test('asks for no file where --output - names the screen', async () => {
    const ports = withAnswers(portsWith(), ['my-labels', '', '', 'write']);
    const { report } = await provision(ports, { output: '-' }, {});
    expect(report.output).toBeUndefined();
    expect(report.next).toContain('--template-file user-pool.yml');
  });

  test('asks nothing where the only answer without a default is given', async () => {
    const ports = withAnswers(portsWith(), []);
    expect((await provision(ports)).report.output).toBeUndefined();
  });

  test('finds fault with flags before it asks', async () => {
    const ports = withAnswers(portsWith(), []);
    expect((await refusal(ports, { region: 'cn-north-1' }, {})).message).toContain('China');
  });

  test('Ctrl-C at each question ends it', async () => {
    for (const before of [[], ['my-labels'], ['my-labels', ''], ['my-labels', '', '']]) {
      const ports = withAnswers(portsWith(), [...before, CTRL_C]);
      await expect(provision(ports, {}, {})).rejects.toThrow(Cancelled);
    }
  });
});

describe('what to do next', () => {
  const nextOf = async (options: OptionValues, columns = 200): Promise<string> => {
    const ports = { ...portsWith(), terminal: fakeTerminal({ columns }) };
    return (await provision(ports, options)).report.next ?? '';
  };

  test('for CloudFormation, ready to be pasted', async () => {
    const next = await nextOf({
      region: 'eu-central-1',
      config: 'my config.yml',
      layout: 'nested',
      profile: 'labels',
      poolName: 'Ada + labels',
    });
    expect(next.split('\n').slice(1, 4)).toEqual([
      '  aws cloudformation deploy --stack-name Ada-labels-users --template-file user-pool.yml --disable-rollback --region eu-central-1 --profile labels',
      "  umconfig discover --pool 'Ada + labels' --region eu-central-1 --profile labels --config 'my config.yml' --layout nested",
      "  umconfig users add ADDRESS --admin --profile labels --config 'my config.yml'",
    ]);
    expect(next).toContain('--parameter-overrides DomainPrefix=ANOTHER');
  });

  test('for Terraform, where the file is', async () => {
    expect((await nextOf({ format: 'terraform' })).split('\n').slice(1, 3)).toEqual([
      '  terraform init && terraform apply',
      '  umconfig discover --pool "$(terraform output -raw user_pool_id)"',
    ]);
    const there = { format: 'terraform', output: 'infra/pool.tf', profile: 'labels' };
    expect((await nextOf(there)).split('\n').slice(1, 3)).toEqual([
      '  terraform -chdir=infra init && AWS_PROFILE=labels terraform -chdir=infra apply',
      '  umconfig discover --pool "$(terraform -chdir=infra output -raw user_pool_id)" --profile labels',
    ]);
  });

  test('broken so that it fits and can still be pasted', async () => {
    const next = await nextOf({ region: 'us-west-2' }, 40);
    const commands = next.split('\n').slice(1, -1);
    for (const line of commands) expect(line.length).toBeLessThanOrEqual(40);
    expect(
      commands
        .join('\n')
        .replace(/ \\\n */g, ' ')
        .split('\n')[0],
    ).toBe(
      '  aws cloudformation deploy --stack-name scalabel-users --template-file user-pool.yml --disable-rollback --region us-west-2',
    );
  });
});

test('the Tab key offers what may be given several times once more, and nothing else', async () => {
  const line = ['provision', '--redirect-uri', 'a', '--pool-name', 'b', '--'];
  const { wanted } = await complete(line, COMMAND_GROUPS);
  const flags = Array.isArray(wanted) ? wanted.map(({ value }: { readonly value: string }) => value) : [];
  expect(flags).toContain('--redirect-uri');
  expect(flags).not.toContain('--pool-name');
});
