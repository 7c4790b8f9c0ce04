/** The templates of `provision`, read by parsers that know nothing of it, and held to AWS's own schema. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import {
  TEMPLATE_FORMAT_NAMES,
  TEMPLATE_FORMATS,
  templatePath,
  type TemplateFormat,
} from '../../../src/commands/provision/formats.ts';
import { DOMAIN_PREFIX } from '../../../src/core/config/endpoints.ts';
import { LAYOUTS as SERVERS } from '../../../src/core/config/layouts.ts';
import { POOL_NAME, type PoolInputs } from '../../../src/core/provision/inputs.ts';
import { hclString, renderTemplate } from '../../../src/core/provision/render.ts';
import { scalarSource } from '../../../src/core/yaml/splices.ts';
import { parse as parseYaml } from 'yaml';
import { schemaComplaints } from '../../support/cloudformation-schema.ts';
import {
  deployCloudFormation,
  deployTerraform,
  readConfiguration,
  readTemplate,
  type Template,
} from '../../support/deploy.ts';
import { startLocalCognito } from '../../support/local-cognito.ts';
import { connectTo, loadSdk } from '../../support/local-cognito/sdk.ts';

const LAYOUTS = ['flat', 'nested'] as const;

function inputs(given: Partial<PoolInputs> = {}): PoolInputs {
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

type Layout = PoolInputs['layout'];

/** As it is packaged, with its placeholders. */
const source = (format: TemplateFormat, layout: Layout): string =>
  readFileSync(new URL(`../../../${templatePath(format, layout)}`, import.meta.url), 'utf8');

function text(format: TemplateFormat, given: Partial<PoolInputs> = {}): string {
  const all = inputs(given);
  return renderTemplate(source(format, all.layout), all, TEMPLATE_FORMATS[format].syntax);
}

const template = (given: Partial<PoolInputs> = {}): Template => readTemplate(text('cloudformation', given));

const EACH = TEMPLATE_FORMAT_NAMES.flatMap((format) => LAYOUTS.map((layout) => [format, layout] as const));

describe('the packaged files', () => {
  test.each(EACH)('are read by parsers before they are filled in (%s, %s layout)', async (format, layout) => {
    const read = { yaml: readTemplate, hcl: readConfiguration }[TEMPLATE_FORMATS[format].syntax];
    expect(JSON.stringify(await read(source(format, layout)))).toContain('"{{poolName}}"');
  });

  test.each(EACH)('have a placeholder for each input (%s, %s layout)', (format, layout) => {
    const found = [...source(format, layout).matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name);
    expect(found.sort()).toEqual(
      {
        cloudformation: [
          ...['domainPrefix', 'firstCallbackUrl', 'firstSignOutUrl', 'onlyAdminsCreateUsers'],
          ...['otherCallbackUrls', 'otherSignOutUrls', 'poolName'],
        ],
        terraform: [
          ...['callbackUrls', 'domainPrefix', 'onlyAdminsCreateUsers', 'poolName', 'region', 'signOutUrls'],
        ],
      }[format],
    );
  });

  test.each(EACH)('take what the rules of the file take (%s, %s layout)', (format, layout) => {
    const quote = { yaml: scalarSource, hcl: hclString }[TEMPLATE_FORMATS[format].syntax];
    const { callbackPath } = SERVERS[layout];
    for (const pattern of [POOL_NAME.source, DOMAIN_PREFIX.source, `^https?://[^/?#]+${callbackPath}$`]) {
      expect(source(format, layout)).toContain(quote(pattern));
    }
  });
});

describe('filling in', () => {
  const fill = (template: string, given: Partial<PoolInputs> = {}): string =>
    renderTemplate(template, inputs(given), 'yaml');

  test.each([
    ['unknown', 'a: "{{poolname}}"\n'],
    ['from the prototype', 'a: "{{toString}}"\n'],
    ['without quotes', 'a: {{poolName}}\n'],
    ['with blanks', 'a: "{{ poolName }}"\n'],
    ['inside other text', 'a: "the {{poolName}}"\n'],
    ['not closed', 'a: "{{poolName}"\n'],
    ['in a comment', '# {{poolName}}\n'],
  ])('a placeholder that is %s is a bug', (_what, template) => {
    expect(() => fill(template)).toThrow(/placeholder/);
  });

  test('a paragraph for what was not given is left out, and nothing else', () => {
    const template = 'a: 1\n\nb:\n  c: "{{region}}"\n  d: 2\n\ne: "{{poolName}}"\n';
    expect(fill(template)).toBe('a: 1\n\ne: "scalabel"\n');
    expect(fill(template, { region: 'x' })).toBe('a: 1\n\nb:\n  c: "x"\n  d: 2\n\ne: "scalabel"\n');
  });

  test('a list fills its brackets, or as many lines as it has items', () => {
    const template = 'a: ["{{callbackUrls}}"]\nb:\n  - 1\n  - "{{callbackUrls}}"\n';
    expect(fill(template, { callbackUrls: ['x', 'y'] })).toBe('a: ["x", "y"]\nb:\n  - 1\n  - "x"\n  - "y"\n');
    expect(fill(template, { callbackUrls: [] })).toBe('a: []\nb:\n  - 1\n');
  });

  test.each(TEMPLATE_FORMAT_NAMES)('a value is never filled in itself (%s)', (format) => {
    const hostile = ['{{region}}', '"{{domainPrefix}}"', '$& $1 $$', '- "{{callbackUrls}}"\n\n"{{region}}"'];
    for (const poolName of hostile) {
      const filled = text(format, { poolName });
      const quote = { yaml: scalarSource, hcl: hclString }[TEMPLATE_FORMATS[format].syntax];
      expect(filled).toBe(text(format, { poolName: 'NAME' }).replace('"NAME"', () => quote(poolName)));
    }
  });
});

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
    ['a text for a number', (right) => right.replace('Validity: 60', 'Validity: "60"'), 'not an integer'],
    ['a text for a list', (right) => right.replace(/Flows:\n\s+- "code"/, 'Flows: "code"'), 'not a list'],
    ['OFF without quotes', (right) => right.replace('"OFF"', 'OFF'), 'not a string'],
    [
      'a value that there is not',
      (right) => right.replace('"ENABLED"', '"ON"'),
      'not one of ENABLED, LEGACY',
    ],
    ['a type that there is not', (right) => right.replace('::UserPoolGroup', '::Group'), 'unknown type'],
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
      const made = await Promise.all(TEMPLATE_FORMAT_NAMES.map((format) => deployed(format, layout)));
      expect(made[0]).toEqual(made[1]);
    }
  });

  test.each(TEMPLATE_FORMAT_NAMES)('%s: with what the servers need, closed and protected', async (format) => {
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

  test.each(TEMPLATE_FORMAT_NAMES)(
    '%s: a secret for the Go server, none for the Node server',
    async (format) => {
      expect((await deployed(format, 'flat')).hasSecret).toBe(true);
      expect((await deployed(format, 'nested')).hasSecret).toBe(false);
    },
  );

  test.each(EACH)('say why each setting is there (%s, %s layout)', (format, layout) => {
    expect(settingsWithoutComment(format, text(format, { layout }))).toEqual(SELF_EVIDENT[format]);
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
        const hcl = await readConfiguration(`locals {\n  all = [${texts.map(hclString).join(', ')}]\n}\n`);
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

/** In the order in which they stand in the template. */
const SELF_EVIDENT = {
  cloudformation: [
    ...['UserPoolName', 'UserPoolId', 'ClientName', 'IdTokenValidity', 'TokenValidityUnits'],
    ...['UserPoolId', 'UserPoolId', 'Description'],
  ],
  terraform: [
    ...['name', 'user_pool_id', 'name', 'id_token_validity', 'token_validity_units'],
    ...['user_pool_id', 'user_pool_id', 'description'],
  ],
} as const satisfies Record<TemplateFormat, readonly string[]>;

/** How the line of a resource, or of a setting of its own, begins. */
const BEGINNINGS = {
  cloudformation: /^(?: {2}| {6})(\w+):/,
  terraform: /^(?:resource "| {2})(\w+)/,
} as const satisfies Record<TemplateFormat, RegExp>;

/** Names of resources and of their settings that no comment stands above. */
function settingsWithoutComment(format: TemplateFormat, whole: string): readonly string[] {
  const lines = whole.split('\n');
  const first = lines.findIndex((line) => /^(?:Resources:|resource )/.test(line));
  const last = lines.findIndex((line) => /^(?:Outputs:|output )/.test(line));
  return lines.flatMap((line, at) => {
    const name = BEGINNINGS[format].exec(line)?.[1];
    const isCommented = /^ *# /.test(lines[at - 1] ?? '');
    return at < first || at > last || name === undefined || isCommented ? [] : [name];
  });
}

interface Made {
  readonly pool: object | undefined;
  readonly client: object | undefined;
  readonly hasSecret: boolean;
  readonly groups: readonly string[];
  readonly domain: object | undefined;
}

/** What a stand-in for Cognito holds after the deployment, without ids, dates and the secret itself. */
async function deployed(format: TemplateFormat, layout: Layout): Promise<Made> {
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
