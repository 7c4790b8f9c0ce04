/** What the account shows about the file's user pool and app client, if the credentials allow it. Never a reason to fail. */
import { differences, configuredPort, settingsFrom } from '../../core/rules/account/discovery.ts';
import type { AccountFacts, HiddenFact } from '../../core/rules/account/facts.ts';
import type { ConfigDocument } from '../../core/yaml/types.ts';
import { describeCognitoFailure, type AwsContext } from '../../core/aws-failures.ts';
import type { Hint } from '../../core/text/hint.ts';
import { keyOf } from '../../core/config/fields.ts';
import { LAYOUTS, type Layout } from '../../core/config/layouts.ts';
import { FIX_FILE, type AccountSight, type Admin } from '../../core/rules/live/facts.ts';
import type { Settings } from '../../core/config/settings.ts';
import { ADMIN_GROUP, CLIENT_NEEDS } from '../../core/config/requirements.ts';
import { POOL_ID } from '../../core/config/endpoints.ts';
import { isInProviderGroup } from '../../core/cognito/sign-in.ts';
import { isFederated } from '../../core/users/plan.ts';
import type { Cognito, Named, PoolUser, Ports } from '../../ports.ts';
import { CognitoFailure } from '../../core/failures.ts';
import {
  limitTo,
  MOST_AT_ONCE,
  orUnseen,
  readPool,
  withoutGroups,
  type PoolReading,
  type Seen,
} from './read-pool.ts';
import { openPool } from './open-pool.ts';
import type { OptionValues } from '../options.ts';

export interface AccountQuestion {
  readonly settings: Settings;
  readonly document: ConfigDocument;
  readonly layout: Layout;
  /** The AWS options are read. */
  readonly options: OptionValues;
  /** Milliseconds for all of it. */
  readonly deadlineMs: number;
}

/** Reads the account within the deadline. Rejects only with UsageError. */
export async function seeAccount(question: AccountQuestion, ports: Ports): Promise<AccountSight> {
  const { settings, options, deadlineMs } = question;
  const { userPoolID: poolId = '', clientId } = settings;
  if (!POOL_ID.test(poolId)) {
    return unseen('the user pool ID is missing or invalid in the file', FIX_FILE);
  }
  const { profile, endpointUrl } = options;
  const timer = ports.clock.timer(deadlineMs);
  const late = timer.done.then(() =>
    unseen('the request to the account timed out', 'Check the network, then try again.'),
  );
  let context: AwsContext = { region: '', profile, endpointUrl, userPoolId: poolId };
  try {
    return await Promise.race([
      readAccount(question, poolId, ports, (region) => {
        context = { ...context, region };
      }),
      late,
    ]);
  } catch (error) {
    if (!(error instanceof CognitoFailure)) throw error;
    const isAboutClient = error.operation === 'DescribeUserPoolClient';
    const { message, hint = '' } = describeCognitoFailure(error, {
      ...context,
      clientId: isAboutClient ? clientId : undefined,
    });
    const isNoSuchPool =
      error.errorName === 'ResourceNotFoundException' && error.operation === 'DescribeUserPool';
    return { kind: 'unseen', why: message, remedy: hint, isNoSuchPool };
  } finally {
    timer.cancel();
  }
}

const unseen = (why: string, remedy: Hint): AccountSight => ({
  kind: 'unseen',
  why,
  remedy,
  isNoSuchPool: false,
});

/** A request that may fail, with the message for its failure. */
type Unseen = <T>(action: string, reading: Promise<T>) => Promise<Seen<T>>;

interface Asking {
  readonly cognito: Cognito;
  readonly poolId: string;
  readonly unseenAs: Unseen;
}

/** Only the file's app client is read. Without it, the user pool is read anyway. */
const NO_OTHER_CLIENTS: Pick<Cognito, 'listAppClients'> = { listAppClients: () => Promise.resolve([]) };

async function readAccount(
  { settings, document, layout, options }: AccountQuestion,
  poolId: string,
  ports: Ports,
  onRegion: (region: string) => void,
): Promise<AccountSight> {
  const opened = await openPool({ ...options, pool: poolId, yes: true }, ports, onRegion);
  const { region } = opened;
  const cognito = LAYOUTS[layout].hasRoles ? opened.cognito : withoutGroups(opened.cognito);
  const { clientId = '' } = settings;
  const { profile, endpointUrl } = options;
  const unseenAs: Unseen = (action, reading) =>
    orUnseen(
      action,
      reading,
      (failure) =>
        describeCognitoFailure(failure, { region, profile, endpointUrl, userPoolId: poolId }).message,
    );
  const request = {
    id: clientId === '' ? undefined : clientId,
    accepts: () => true,
    among: (listed: readonly Named[]) => listed,
  };
  const [reading, members, secrets] = await Promise.all([
    readPool({ ...cognito, ...NO_OTHER_CLIENTS }, poolId, request, ports.terminal),
    unseenAs('ListUsersInGroup', orEmpty(cognito.listUsersInGroup(poolId, ADMIN_GROUP))),
    unseenAs(
      'ListUserPoolClientSecrets',
      orEmpty(clientId === '' ? Promise.resolve([]) : cognito.listClientSecrets(poolId, clientId)),
    ),
  ]);
  const [client] = reading.clients;
  const [admins, providers] = await Promise.all([
    adminsAmong(members, reading, { cognito, poolId, unseenAs }),
    foreignProviders(client?.identityProviders ?? [], { cognito, poolId, unseenAs }),
  ]);
  const hidden = [members, secrets, admins, providers].flatMap((part) => part.hidden ?? []);
  const facts = accountFacts(reading, { settings, document, layout }, region, hidden);
  return {
    kind: 'seen',
    facts,
    isSecretDifferent:
      client?.secret !== undefined &&
      settings.clientSecret !== undefined &&
      client.secret !== settings.clientSecret,
    secrets: secrets.value?.length,
    missingProviders: (client?.identityProviders ?? []).filter(
      (name) => name !== CLIENT_NEEDS.provider && providers.value?.includes(name) === false,
    ),
    admins: admins.value,
  };
}

function accountFacts(
  reading: PoolReading,
  { settings, document, layout }: Pick<AccountQuestion, 'settings' | 'document' | 'layout'>,
  region: string,
  hidden: readonly HiddenFact[],
): AccountFacts {
  const { redirectUri, logOutUri } = settings;
  const facts: AccountFacts = {
    ...reading,
    hidden: [...reading.hidden, ...hidden],
    layout,
    region,
    client: reading.clients[0],
    candidates: reading.clients,
    configuredDomain: settings.domainName,
    port: configuredPort(document, layout),
    wanted: { redirectUri, logOutUri: keyOf('logOutUri', layout) === undefined ? undefined : logOutUri },
    differences: [],
  };
  const account = settingsFrom(facts, { redirectUri: undefined, logOutUri: undefined }, settings);
  // The token endpoint decides which secret is right: an app client may have two, and the account shows one.
  const drift = differences(document, layout, account).filter(({ name }) => name !== 'clientSecret');
  return { ...facts, differences: drift };
}

/** A missing group or app client has no members or secrets; that it is missing is another finding. */
async function orEmpty<T>(list: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await list;
  } catch (error) {
    if (error instanceof CognitoFailure && NOT_THERE.has(error.errorName)) return [];
    throw error;
  }
}

const NOT_THERE: ReadonlySet<string> = new Set([
  'ResourceNotFoundException',
  'InvalidParameterException',
  'UserNotFoundException',
]);

/** The members of `admin` with their other groups. Without other groups in the pool no request is needed. */
async function adminsAmong(
  members: Seen<readonly PoolUser[]>,
  { groups }: PoolReading,
  { cognito, poolId, unseenAs }: Asking,
): Promise<Seen<readonly Admin[]>> {
  if (members.value === undefined || groups?.includes(ADMIN_GROUP) === false) return {};
  const isOnlyGroup = groups?.every((group) => group === ADMIN_GROUP) === true;
  const limited = limitTo(MOST_AT_ONCE);
  return unseenAs(
    'AdminListGroupsForUser',
    Promise.all(
      members.value.map(async (user) => {
        const { username, email } = user;
        const all = isOnlyGroup
          ? []
          : await limited(() => orEmpty(cognito.listGroupsForUser(poolId, username)));
        const otherGroups = all.filter((group) => group !== ADMIN_GROUP);
        const isForeign = isFederated(user) || isInProviderGroup(otherGroups);
        const name = isForeign ? username : (email ?? username);
        return { name, username, isFederated: isForeign, otherGroups };
      }),
    ),
  );
}

/** The user pool's identity providers, if the app client has any besides the user pool itself. */
function foreignProviders(
  offered: readonly string[],
  { cognito, poolId, unseenAs }: Asking,
): Promise<Seen<readonly string[]>> {
  if (offered.every((name) => name === CLIENT_NEEDS.provider)) return Promise.resolve({});
  return unseenAs('ListIdentityProviders', cognito.listIdentityProviders(poolId));
}
