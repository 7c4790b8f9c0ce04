/** Finds the user pool and its region: by ID, ARN, address or name, or from a list. */
import { printable } from '../../core/text/display.ts';
import { onFile, say } from '../../core/text/hint.ts';
import { UsageError, WorldError } from '../../core/errors.ts';
import { parsePoolReference } from '../../core/config/paste.ts';
import { ruleFor } from '../../core/rules/index.ts';
import { partitionOf, REGION, regionOfPool } from '../../core/config/endpoints.ts';
import type { AwsOptions, Cognito, Named, Ports } from '../../ports.ts';
import { CognitoFailure } from '../../core/failures.ts';
import type { OptionValues } from '../options.ts';
import { requireEndpoint } from '../shared/endpoint.ts';

/** The region has no user pool: the first one is not created yet, or is in another region or account. */
export class NoUserPool extends WorldError {
  readonly region: string;

  constructor(region: string) {
    super(
      `no user pools in ${printable(region)} in this account`,
      say`Name another region or account with --region and --profile, or create a user pool with the template of ${onFile('provision')}.`,
    );
    this.region = region;
  }
}

export interface OpenPool {
  readonly cognito: Cognito;
  readonly poolId: string;
  readonly region: string;
}

/**
 * Opens the user pool. Lists user pools only for a name, or on a terminal without `--pool`; `fileRegion` is then the
 * region to look in, unless an option names one. `onRegion` gets the region as soon as it is known, for messages. Rejects
 * with UsageError, WorldError, CognitoFailure and Cancelled.
 */
export async function openPool(
  options: OptionValues,
  ports: Ports,
  onRegion: (region: string) => void,
  fileRegion?: string,
): Promise<OpenPool> {
  const wanted = options.pool === undefined ? undefined : parsePoolReference(options.pool);
  if (wanted?.kind === 'identity-pool') {
    throw new UsageError(
      '--pool names an identity pool, but login needs a user pool',
      'In the AWS console: Cognito → User pools → your pool → Overview → User pool ID, for example us-west-2_AbCdEf123.',
    );
  }
  const aws = awsOptions(options);
  if (wanted?.kind === 'id') {
    const region = regionOf(wanted.id, options.region);
    onRegion(region);
    return { cognito: await ports.aws.cognito({ ...aws, region }), poolId: wanted.id, region };
  }
  const mayAsk = ports.terminal.interactive && options.yes !== true;
  if (wanted === undefined && !mayAsk)
    throw new UsageError(
      'no user pool given',
      'Add --pool POOL: an ID, an ARN, a console address or a name.',
    );
  const known = options.region ?? fileRegion ?? (await ports.aws.defaultRegion(aws));
  for (let region = await checkedRegion(known, options, ports, mayAsk); ; region = await askRegion(ports)) {
    onRegion(region);
    const cognito = await ports.aws.cognito({ ...aws, region });
    const pools = await listedPools(cognito, options, ports);
    const pool =
      wanted === undefined
        ? await searchPool(pools, region, ports)
        : poolNamed(pools ?? [], wanted.name, region, options.pool);
    if (pool !== undefined) return { cognito, poolId: pool.id, region: regionOfPool(pool.id) ?? region };
  }
}

/** Undefined if AWS has no such region and another one can be asked for. */
async function listedPools(
  cognito: Cognito,
  { pool, endpointUrl }: OptionValues,
  { terminal }: Ports,
): Promise<readonly Named[] | undefined> {
  try {
    return await cognito.listUserPools();
  } catch (error) {
    const isUnknown = error instanceof CognitoFailure && error.code === 'ENOTFOUND';
    if (!isUnknown || pool !== undefined || endpointUrl !== undefined) throw error;
    terminal.note(`Cannot reach Cognito in ${printable(cognito.region)}: check the name of the region.`);
    return undefined;
  }
}

function awsOptions(options: OptionValues): AwsOptions {
  requireEndpoint(options);
  const { profile, region, endpointUrl } = options;
  return {
    ...(profile === undefined ? {} : { profile }),
    ...(region === undefined ? {} : { region }),
    ...(endpointUrl === undefined ? {} : { endpointUrl }),
  };
}

/** The user pool's region. A different `--region` is refused: the pool would seem to be missing. */
function regionOf(poolId: string, asked: string | undefined): string {
  const region = regionOfPool(poolId) ?? poolId.slice(0, poolId.lastIndexOf('_'));
  if (asked !== undefined && asked !== region) {
    throw new UsageError(
      `--region ${printable(asked)} is not the region of user pool ${printable(poolId)}, which is in ${printable(region)}`,
      'Leave out --region: the user pool ID begins with its region.',
    );
  }
  return withoutChina(region);
}

/** Cognito has no endpoint in China, so a call would fail with an obscure error. */
function withoutChina(region: string): string {
  if (partitionOf(region) !== 'aws-cn') return region;
  throw new UsageError(
    `Cognito has no user pools in China: ${printable(region)}`,
    ruleFor('china-region')?.fix,
  );
}

async function checkedRegion(
  known: string | undefined,
  options: OptionValues,
  ports: Ports,
  mayAsk: boolean,
): Promise<string> {
  if (known !== undefined) {
    // Emulators have their own regions.
    const isRegion = REGION.test(known) || (options.endpointUrl !== undefined && /^[a-z0-9-]+$/.test(known));
    if (isRegion) return withoutChina(known);
    if (!mayAsk || options.pool !== undefined)
      throw new UsageError(
        `"${printable(known)}" is not an AWS region`,
        'Add a region, for example --region us-west-2',
      );
    ports.terminal.note(`"${printable(known)}" is not an AWS region.`);
  } else if (!mayAsk) {
    throw new UsageError(
      options.pool === undefined
        ? 'no AWS region given'
        : `no AWS region given, which the user pool name "${printable(options.pool)}" needs`,
      'Add a region, for example --region us-west-2 (or set AWS_REGION, or the region of the profile). A user pool ID needs none.',
    );
  }
  return askRegion(ports);
}

/** Asks in which region the user pool is. */
export async function askRegion({ prompter }: Ports): Promise<string> {
  const answer = await prompter.text({
    message: 'AWS region of the user pool',
    help: 'The part of the user pool ID before the _, for example us-west-2.',
    validate: (text) => REGION.test(text.trim()) || 'Not an AWS region. Example: us-west-2',
  });
  return withoutChina(answer.trim());
}

/** Undefined: it is in another region. */
async function searchPool(
  pools: readonly Named[] | undefined,
  region: string,
  { prompter }: Ports,
): Promise<Named | undefined> {
  if (pools === undefined) return undefined;
  if (pools.length === 0) throw new NoUserPool(region);
  return prompter.search<Named | undefined>(`User pool in ${printable(region)}`, [
    ...pools.map((pool) => ({ name: printable(`${pool.name}  ${pool.id}`), value: pool })),
    { name: 'Look in another region', value: undefined },
  ]);
}

/** The user pool with that exact name, else with that ID: IDs of emulators have no region. */
function poolNamed(pools: readonly Named[], name: string, region: string, typed: string | undefined): Named {
  const sameName = pools.filter((pool) => pool.name === name || pool.name === typed);
  const [found, ...others] = sameName.length > 0 ? sameName : pools.filter(({ id }) => id === name);
  if (pools.length === 0) throw new NoUserPool(region);
  if (found === undefined) {
    throw new WorldError(
      `no user pool named "${printable(name)}" in ${printable(region)} in this account`,
      'Check --region and --profile: aws cognito-idp list-user-pools --max-results 60',
    );
  }
  if (others.length === 0) return found;
  const lines = [found, ...others].map(({ id }) => `  ${printable(id)}`);
  throw new UsageError(
    `${String(lines.length)} user pools are named "${printable(name)}":\n${lines.join('\n')}`,
    'Choose one by its ID: --pool ID',
  );
}
