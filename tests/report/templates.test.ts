/** The templates of `provision`, read by parsers that know nothing of it, and held to AWS's own schema. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  blueprintOf,
  type Blueprint,
  type PoolWishes,
  type Setting,
} from '../../src/core/provision/blueprint.ts';
import { scalarSource } from '../../src/core/yaml/splices.ts';
import { TEMPLATE_FORMATS, TEMPLATES, type TemplateFormat } from '../../src/report/index.ts';
import { quoted } from '../../src/report/terraform.ts';
import { parse as parseYaml } from 'yaml';
import { schemaComplaints } from '../support/cloudformation-schema.ts';
import {
  deployCloudFormation,
  deployTerraform,
  readConfiguration,
  readTemplate,
  type Template,
} from '../support/deploy.ts';
import { startLocalCognito } from '../support/local-cognito.ts';
import { connectTo, loadSdk } from '../support/local-cognito/sdk.ts';

const LAYOUTS = ['flat', 'nested'] as const;

function wishes(given: Partial<PoolWishes> = {}): PoolWishes {
  const path = given.layout === 'nested' ? '/callback' : '/auth';
  return {
    layout: 'flat',
    poolName: 'scalabel',
    domainPrefix: 'my-labels',
    callbackUrls: [`http://localhost:8686${path}`, `https://labels.acme.dev${path}`],
    signOutUrls: ['http://localhost:8686/'],
    selfSignUp: false,
    region: undefined,
    ...given,
  };
}

const WRITERS = { cloudformation: await TEMPLATES.cloudformation(), terraform: await TEMPLATES.terraform() };

const text = (format: TemplateFormat, given: Partial<PoolWishes> = {}): string =>
  WRITERS[format](blueprintOf(wishes(given)));

const template = (given: Partial<PoolWishes> = {}): Template => readTemplate(text('cloudformation', given));

const EACH = TEMPLATE_FORMATS.flatMap((format) => LAYOUTS.map((layout) => [format, layout] as const));

describe('CloudFormation, held to the schema that AWS publishes', () => {
  test.each(LAYOUTS.flatMap((layout) => [false, true].map((selfSignUp) => [layout, selfSignUp] as const)))(
    '%s layout, self sign-up %s: nothing against it',
    async (layout, selfSignUp) => {
      expect(await schemaComplaints(template({ layout, selfSignUp }))).toEqual([]);
    },
  );

  test.each<[string, (text: string) => string, string]>([
    [
      'a property misspelt',
      (right) => right.replace('UsernameAttributes:', 'UserNameAttributes:'),
      'UserNameAttributes',
    ],
    [
      'a property missing',
      (right) => right.replace(/Domain:\n\s+Ref: DomainPrefix/, ''),
      'Domain is missing',
    ],
    ['a text for a number', (right) => right.replace('Validity: 60', 'Validity: "60"'), 'no whole number'],
    ['a text for a list', (right) => right.replace(/Flows:\n\s+- "code"/, 'Flows: "code"'), 'no list'],
    ['OFF without quotes', (right) => right.replace('"OFF"', 'OFF'), 'no text'],
    [
      'a value that there is not',
      (right) => right.replace('"ENABLED"', '"ON"'),
      'not one of ENABLED, LEGACY',
    ],
    ['a type that there is not', (right) => right.replace('::UserPoolGroup', '::Group'), 'no type'],
  ])('and the check sees %s', async (_what, spoil, words) => {
    const right = text('cloudformation');
    const wrong = spoil(right);
    expect(wrong).not.toBe(right);
    expect((await schemaComplaints(readTemplate(wrong))).join('\n')).toContain(words);
  });

  test('the people outlive the stack', () => {
    const { UserPool, ...others } = template().Resources;
    expect(UserPool).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
    for (const other of Object.values(others)) expect(other).not.toHaveProperty('DeletionPolicy');
  });

  test.each(LAYOUTS)('every parameter takes its own default, and no trailing slash (%s)', (layout) => {
    const { Parameters } = template({ layout });
    for (const { Type, Default, AllowedPattern } of Object.values(Parameters)) {
      expect(Type).toBe('String');
      expect(Default).toMatch(new RegExp(AllowedPattern));
    }
    const { CallbackUrl } = Parameters;
    expect(`${CallbackUrl?.Default ?? ''}/`).not.toMatch(new RegExp(CallbackUrl?.AllowedPattern ?? ''));
  });

  test('nothing but references to names: every reader and every emulator can follow', () => {
    const whole = text('cloudformation');
    expect(whole).not.toMatch(/Fn::|^\s*[^#]*:\s*!|Conditions:|CommaDelimitedList|AWS::NoValue/m);
    expect(parseYaml(whole, { version: '1.1' })).toEqual(parseYaml(whole, { version: '1.2' }));
  });
});

describe('Terraform', () => {
  test('the provider is one that knows every argument, and its region the one that was given', async () => {
    const parsed = (await readConfiguration(
      text('terraform', { region: 'eu-central-1' }),
    )) as unknown as Record<string, unknown>;
    expect(parsed).toMatchObject({
      terraform: [{ required_providers: [{ aws: { source: 'hashicorp/aws', version: '>= 5.95' } }] }],
      provider: { aws: [{ region: 'eu-central-1' }] },
    });
    expect(await readConfiguration(text('terraform'))).not.toHaveProperty('provider');
  });

  test('the people outlive a careless plan', async () => {
    const { resource } = await readConfiguration(text('terraform'));
    expect(resource['aws_cognito_user_pool']?.['pool']?.[0]).toMatchObject({
      lifecycle: [{ prevent_destroy: true }],
    });
  });

  test('the parser refuses what is none', async () => {
    await expect(readConfiguration(text('terraform').slice(0, -2))).rejects.toThrow(/Unclosed/);
  });
});

describe('both formats', () => {
  test('make the same pool', async () => {
    for (const layout of LAYOUTS) {
      const made = await Promise.all(TEMPLATE_FORMATS.map((format) => deployed(format, layout)));
      expect(made[0]).toEqual(made[1]);
    }
  });

  test.each(TEMPLATE_FORMATS)('%s: with what the servers need, closed and protected', async (format) => {
    const { pool, client, groups, domain } = await deployed(format, 'flat');
    expect(pool).toMatchObject({
      Name: 'scalabel',
      UsernameAttributes: ['email'],
      UsernameConfiguration: { CaseSensitive: false },
      AutoVerifiedAttributes: ['email'],
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_email', Priority: 1 }] },
      MfaConfiguration: 'OFF',
      DeletionProtection: 'ACTIVE',
      IssuerConfiguration: undefined,
    });
    expect(pool).not.toHaveProperty('AliasAttributes');
    expect(client).toMatchObject({
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'email'],
      SupportedIdentityProviders: ['COGNITO'],
      CallbackURLs: ['http://localhost:8686/auth', 'https://labels.acme.dev/auth'],
      LogoutURLs: ['http://localhost:8686/'],
      PreventUserExistenceErrors: 'ENABLED',
      EnableTokenRevocation: true,
      AccessTokenValidity: 60,
      IdTokenValidity: 60,
      RefreshTokenValidity: 1,
      TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes', RefreshToken: 'days' },
    });
    // The pages of the Node server go on using the first refresh token, and all attributes may be read by default.
    for (const absent of ['RefreshTokenRotation', 'ReadAttributes'])
      expect(client).not.toHaveProperty(absent);
    expect(groups).toEqual(['admin']);
    expect(domain).toMatchObject({ Domain: 'my-labels', ManagedLoginVersion: 1 });
  });

  test.each(TEMPLATE_FORMATS)('%s: a secret for the Go server, none for the Node server', async (format) => {
    expect((await deployed(format, 'flat')).hasSecret).toBe(true);
    expect((await deployed(format, 'nested')).hasSecret).toBe(false);
  });

  test.each(EACH)('say why each setting is there (%s, %s layout)', (format, layout) => {
    const blueprint = blueprintOf(wishes({ layout }));
    const said = comments(WRITERS[format](blueprint));
    for (const { name, why } of allSettings(blueprint)) {
      if (why === undefined) expect(SELF_EVIDENT).toContain(name);
      else expect(said).toContain(why);
    }
  });

  test.each(EACH)('hand out no secret, and are plain text (%s, %s layout)', (format, layout) => {
    const whole = text(format, { layout });
    expect(whole).not.toMatch(/ClientSecret|client_secret/);
    expect(whole).toMatch(/^[\n\x20-\x7e]*\n$/);
    expect(whole).not.toMatch(/ $/m);
  });

  test('read every text back as it was, whatever it is made of', async () => {
    const part = fc.constantFrom(
      '$',
      '%',
      '{',
      '}',
      '"',
      "'",
      '\\',
      '#',
      ':',
      '!',
      '&',
      '*',
      '-',
      '\n',
      '\r',
      '\t',
      ' ',
      'a',
      'ü',
      '\u0007',
      '\u2028',
    );
    const hostile = fc.array(fc.string({ unit: part, maxLength: 12 }), { minLength: 20, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(hostile, async (texts) => {
        const yaml = texts.map((one) => `- ${scalarSource(one)}`).join('\n');
        expect(parseYaml(yaml, { version: '1.1' })).toEqual(texts);
        const hcl = await readConfiguration(`locals {\n  all = [${texts.map(quoted).join(', ')}]\n}\n`);
        const { locals } = hcl as unknown as {
          readonly locals: readonly [{ readonly all: readonly string[] }];
        };
        // hcl2json leaves the escapes of templates as they are.
        expect(locals[0].all.map((one) => one.replace(/([$%])\1(?=\{)/g, '$1'))).toEqual(texts);
      }),
      { numRuns: 20 },
    );
  });

  test('keep a hostile name inside its quotes', async () => {
    const poolName = '"}\n${file("/etc/passwd")} %{ if true } {{resolve:ssm:x}} \\';
    expect(template({ poolName }).Parameters['PoolName']?.Default).toBe(poolName);
    const { variable } = await readConfiguration(text('terraform', { poolName }));
    expect(variable['pool_name']?.[0]?.default).toBe(poolName.replace(/[$%](?=\{)/g, '$&$&'));
  });
});

const SELF_EVIDENT = [
  'UserPoolId',
  'UserPoolName',
  'ClientName',
  'IdTokenValidity',
  'TokenValidityUnits',
  'Description',
];

const allSettings = ({ resources }: Blueprint): readonly Setting[] =>
  resources.flatMap(({ settings }) => settings);

/** All comments, as one line of prose. */
const comments = (whole: string): string =>
  whole
    .split('\n')
    .filter((line) => line.trimStart().startsWith('#'))
    .map((line) => line.trimStart().slice(2))
    .join(' ');

interface Made {
  readonly pool: object | undefined;
  readonly client: object | undefined;
  readonly hasSecret: boolean;
  readonly groups: readonly string[];
  readonly domain: object | undefined;
}

/** What a stand-in for Cognito holds after the deployment, without ids, dates and the secret itself. */
async function deployed(format: TemplateFormat, layout: 'flat' | 'nested'): Promise<Made> {
  const cognito = await startLocalCognito();
  const sdk = connectTo(await loadSdk(), cognito);
  try {
    const deploy = format === 'cloudformation' ? deployCloudFormation : deployTerraform;
    const outputs = await deploy(text(format, { layout }), sdk);
    const pool = [...cognito.state.pools.values()][0];
    const client = [...(pool?.clients.values() ?? [])][0];
    expect(new Set(Object.values(outputs))).toEqual(new Set([pool?.description.Id, client?.ClientId]));
    return {
      pool: withoutIdentity(pool?.description),
      client: withoutIdentity(client),
      hasSecret: client?.ClientSecret !== undefined,
      groups: [...(pool?.groups.keys() ?? [])],
      domain: withoutIdentity(cognito.state.domains.get('my-labels')),
    };
  } finally {
    sdk.destroy();
    await cognito.close();
  }
}

const IDENTITY = new Set([
  'Id',
  'Arn',
  'UserPoolId',
  'ClientId',
  'ClientSecret',
  'CreationDate',
  'LastModifiedDate',
  'CloudFrontDistribution',
]);

const withoutIdentity = (described: object | undefined): object =>
  Object.fromEntries(Object.entries(described ?? {}).filter(([name]) => !IDENTITY.has(name)));
