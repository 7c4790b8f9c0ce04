/** Finds the user pool and its region: by ID, ARN, address or name, or from a list. */
import { printable } from '../../core/text/display.ts';
import { onFile, say } from '../../core/text/hint.ts';
import { UsageError, WorldError } from '../../core/errors.ts';
import { parsePoolReference } from '../../core/config/paste.ts';
import { ruleFor } from '../../core/rules/index.ts';
import { partitionOf, REGION, regionOfPool } from '../../core/config/endpoints.ts';
import type { AwsOptions, Cognito, Named, Ports } from '../../ports.ts';
import type { OptionValues } from '../options.ts';
import { requireEndpoint } from '../shared/endpoint.ts';

/** The region has no user pool. */
export class NoUserPool extends WorldError {
  readonly region: string;

  constructor(region: string) {
    super(
      `no user pool in ${printable(region)} in this account`,
      say`If it is in another region or account, add --region and --profile. To create a user pool: ${onFile('provision')} prints a template.`,
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
 * Opens the user pool. Lists user pools only for a name, or on a terminal without `--pool`. `onRegion` gets the region as
 * soon as it is known, for messages. Rejects with UsageError, WorldError, CognitoFailure and Cancelled.
 */
export async function openPool(
  options: OptionValues,
  ports: Ports,
  onRegion: (region: string) => void,
): Promise<OpenPool> {
  const wanted = options.pool === undefined ? undefined : parsePoolReference(options.pool);
  if (wanted?.kind === 'identity-pool') {
    throw new UsageError(
      '--pool is an identity pool, expected a user pool',
      'Copy the user pool ID (like us-west-2_AbCdEf123) from the AWS console: Cognito → User pools → your pool → Overview.',
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
  const region = await chooseRegion(options, aws, ports, mayAsk);
  onRegion(region);
  const cognito = await ports.aws.cognito({ ...aws, region });
  const pools = await cognito.listUserPools();
  const pool =
    wanted === undefined
      ? await searchPool(pools, region, ports)
      : poolNamed(pools, wanted.name, region, options.pool);
  return { cognito, poolId: pool.id, region: regionOfPool(pool.id) ?? region };
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

async function chooseRegion(
  options: OptionValues,
  aws: AwsOptions,
  { aws: port, prompter }: Ports,
  mayAsk: boolean,
): Promise<string> {
  const known = await port.defaultRegion(aws);
  if (known !== undefined) {
    // Emulators have their own regions.
    if (!REGION.test(known) && (options.endpointUrl === undefined || !/^[a-z0-9-]+$/.test(known))) {
      throw new UsageError(
        `"${printable(known)}" is not an AWS region`,
        'Add a region, for example --region us-west-2',
      );
    }
    return withoutChina(known);
  }
  if (!mayAsk) {
    throw new UsageError(
      options.pool === undefined
        ? 'no AWS region given'
        : `no AWS region given, which the user pool name "${printable(options.pool)}" needs`,
      'Add a region, for example --region us-west-2 (or set AWS_REGION, or the region of the profile). A user pool ID needs none.',
    );
  }
  const answer = await prompter.text({
    message: 'AWS region of the user pool',
    help: 'The part of the user pool ID before the _, for example us-west-2.',
    validate: (text) => REGION.test(text.trim()) || 'Not an AWS region. Example: us-west-2',
  });
  return withoutChina(answer.trim());
}

async function searchPool(pools: readonly Named[], region: string, { prompter }: Ports): Promise<Named> {
  if (pools.length === 0) throw new NoUserPool(region);
  return prompter.search(
    `User pool in ${printable(region)}`,
    pools.map((pool) => ({ name: printable(`${pool.name}  ${pool.id}`), value: pool })),
  );
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
