/** Which user pool is meant: by id, ARN, address or name, or picked from a list; and in which region it is. */
import { printable } from '../../core/text/display.ts';
import { onFile, say } from '../../core/text/hint.ts';
import { UsageError, WorldError } from '../../core/errors.ts';
import { parsePoolReference } from '../../core/config/paste.ts';
import { ruleFor } from '../../core/rules/index.ts';
import { partitionOf, REGION, regionOfPool } from '../../core/config/endpoints.ts';
import type { AwsOptions, Cognito, Named, Ports } from '../../ports.ts';
import type { OptionValues } from '../options.ts';
import { requireEndpoint } from '../shared/endpoint.ts';

/** There is nothing to choose from: the first pool is still to be made, or is somewhere else. */
export class NoUserPool extends WorldError {
  readonly region: string;

  constructor(region: string) {
    super(
      `there is no user pool in ${printable(region)} in this account`,
      say`If it is elsewhere, name the place with --region and --profile. If there is none yet: ${onFile('provision')} prints a template that makes one which fits.`,
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
 * Finds the pool. Lists only for a name or on a terminal without `--pool`. `onRegion` hears the region as soon as it
 * is known, for messages. Rejects with UsageError, WorldError, CognitoFailure and Cancelled.
 */
export async function openPool(
  options: OptionValues,
  ports: Ports,
  onRegion: (region: string) => void,
): Promise<OpenPool> {
  const wanted = options.pool === undefined ? undefined : parsePoolReference(options.pool);
  if (wanted?.kind === 'identity-pool') {
    throw new UsageError(
      '--pool names an identity pool, and login needs a user pool',
      'In the AWS console: Cognito → User pools → your pool → Overview → User pool ID, us-west-2_AbCdEf123 for example.',
    );
  }
  const aws = awsOptions(options);
  if (wanted?.kind === 'id') {
    const region = regionOf(wanted.id, options.region);
    onRegion(region);
    return { cognito: await ports.aws.cognito({ ...aws, region }), poolId: wanted.id, region };
  }
  const mayAsk = ports.terminal.interactive && options.yes !== true;
  if (wanted === undefined && !mayAsk) throw new UsageError('no user pool is named', 'Name it: --pool POOL');
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

/** The pool's own region; another one on the command line is a mistake that would look like a missing pool. */
function regionOf(poolId: string, asked: string | undefined): string {
  const region = regionOfPool(poolId) ?? poolId.slice(0, poolId.lastIndexOf('_'));
  if (asked !== undefined && asked !== region) {
    throw new UsageError(
      `--region ${printable(asked)} is not the region of the user pool ${printable(poolId)}, which is ${printable(region)}`,
      'Leave --region out: a pool id names its region.',
    );
  }
  return withoutChina(region);
}

/** Cognito has no endpoint there, so a call would only fail in an obscure way. */
function withoutChina(region: string): string {
  if (partitionOf(region) !== 'aws-cn') return region;
  const row = ruleFor('china-region');
  throw new UsageError(`${printable(region)}: ${row?.why ?? ''}`, row?.fix);
}

async function chooseRegion(
  options: OptionValues,
  aws: AwsOptions,
  { aws: port, prompter }: Ports,
  mayAsk: boolean,
): Promise<string> {
  const known = await port.defaultRegion(aws);
  if (known !== undefined) {
    // Emulators have regions of their own.
    if (!REGION.test(known) && (options.endpointUrl === undefined || !/^[a-z0-9-]+$/.test(known))) {
      throw new UsageError(`"${printable(known)}" is not an AWS region`, 'Name one: --region us-west-2');
    }
    return withoutChina(known);
  }
  if (!mayAsk) {
    throw new UsageError(
      options.pool === undefined
        ? 'no AWS region is named'
        : `"${printable(options.pool)}" is the name of a pool and not an id, and no AWS region is named`,
      'Name the region: --region us-west-2 (or AWS_REGION, or the region of the profile); a pool id names its own.',
    );
  }
  const answer = await prompter.text({
    message: 'AWS region of the user pool',
    help: 'The part of the pool id before the _, us-west-2 for example.',
    validate: (text) => REGION.test(text.trim()) || 'That is not an AWS region: us-west-2, for example.',
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

/** The pool of that exact name, else of that id: emulators have ids that name no region. */
function poolNamed(pools: readonly Named[], name: string, region: string, typed: string | undefined): Named {
  const sameName = pools.filter((pool) => pool.name === name || pool.name === typed);
  const [found, ...others] = sameName.length > 0 ? sameName : pools.filter(({ id }) => id === name);
  if (pools.length === 0) throw new NoUserPool(region);
  if (found === undefined) {
    throw new WorldError(
      `there is no user pool called "${printable(name)}" in ${printable(region)} in this account`,
      'Check --region and --profile: aws cognito-idp list-user-pools --max-results 60',
    );
  }
  if (others.length === 0) return found;
  const lines = [found, ...others].map(({ id }) => `  ${printable(id)}`);
  throw new UsageError(
    `${String(lines.length)} user pools are called "${printable(name)}":\n${lines.join('\n')}`,
    'Name one by its id: --pool ID',
  );
}
