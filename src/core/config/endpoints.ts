/**
 * What can be derived from what: region, issuer, JWKS, hosted UI and token URL of a user pool.
 * Sources: the Cognito endpoints of each AWS partition, and what the two servers build from the file.
 */

/** The AWS partition that a region belongs to, by the region's own name. */
export type Partition = 'aws' | 'aws-us-gov' | 'aws-cn' | 'aws-eusc';

export function partitionOf(region: string): Partition {
  if (region.startsWith('cn-')) return 'aws-cn';
  if (region.startsWith('us-gov-')) return 'aws-us-gov';
  if (region.startsWith('eusc-')) return 'aws-eusc';
  return 'aws';
}

/** `[\w-]+_[0-9a-zA-Z]+`, 1 to 55 characters: the service model's rule for a user pool id. */
export const POOL_ID = /^(?=.{1,55}$)[\w-]+_[0-9a-zA-Z]+$/;

/** The form of a region's name: `us-west-2`, `us-gov-east-1`, `eusc-de-east-1`. */
export const REGION = /^[a-z]{2,4}(?:-[a-z]+){1,3}-\d{1,2}$/;

/** The service model's rule for a domain prefix; it also refuses `aws`, `amazon` and `cognito` anywhere in it. */
export const DOMAIN_PREFIX = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
export const RESERVED_IN_PREFIX = ['amazon', 'cognito', 'aws'] as const;

/** The only value of `awsJwkUrl` that works: the flat server fills in region and pool id with `fmt.Sprintf`. */
export const JWKS_TEMPLATE = 'https://cognito-idp.%v.amazonaws.com/%v/.well-known/jwks.json';

/** The region of a user pool: the part of its ID before the last `_`; undefined without one. */
export function regionOfPool(userPoolId: string): string | undefined {
  const cut = userPoolId.lastIndexOf('_');
  const region = cut > 0 ? userPoolId.slice(0, cut) : '';
  return REGION.test(region) ? region : undefined;
}

/** The issuer that both servers compare the `iss` claim with. */
export function issuerOf(region: string, userPoolId: string): string {
  return `https://cognito-idp.${region}.amazonaws.com/${userPoolId}`;
}

/** Where the pool's public keys are: the finished form of JWKS_TEMPLATE. */
export function jwksUrlOf(region: string, userPoolId: string): string {
  return `${issuerOf(region, userPoolId)}/.well-known/jwks.json`;
}

/** The hosted UI's host for a domain prefix; GovCloud pools have theirs under `auth-fips`. */
export function hostedUiHost(prefix: string, region: string): string {
  const service = partitionOf(region) === 'aws-us-gov' ? 'auth-fips' : 'auth';
  return `${prefix}.${service}.${region}.amazoncognito.com`;
}

/** Where the flat server posts the authorization code. */
export function tokenUrlOf(prefix: string, region: string): string {
  return `https://${hostedUiHost(prefix, region)}/oauth2/token`;
}

/** A Cognito domain's host taken apart; undefined for any other host. */
export function parseHostedUiHost(host: string): { prefix: string; region: string } | undefined {
  const match = /^([^.]+)\.auth(?:-fips)?\.([a-z0-9-]+)\.amazoncognito\.com$/i.exec(host);
  const [, prefix, region] = match ?? [];
  return prefix !== undefined && region !== undefined ? { prefix, region } : undefined;
}

/** Hosts for which Cognito takes http callback and sign-out URLs, on any port. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
}

/** Absolute URL or undefined. `URL` trims and repairs a lot, so the caller still compares with the text. */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
