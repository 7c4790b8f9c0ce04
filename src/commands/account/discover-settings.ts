/** From the account to settings: finds and reads the user pool and the app client, and asks what is ambiguous. */
import { allowsCodeFlow, clientFaults, type AccountFacts } from '../../core/rules/account/facts.ts';
import { missingFields, configuredPort, settingsFrom } from '../../core/rules/account/discovery.ts';
import { printable } from '../../core/text/display.ts';
import { describeCognitoFailure, type AwsContext } from '../../core/aws-failures.ts';
import { UsageError, WorldError } from '../../core/errors.ts';
import { keyOf, type FieldName } from '../../core/config/fields.ts';
import type { Finding } from '../../core/rules/finding.ts';
import { regionOfPool } from '../../core/config/endpoints.ts';
import { LAYOUTS, type Layout } from '../../core/config/layouts.ts';
import { pastedClientId, unquote } from '../../core/config/paste.ts';
import { readSettings, type Settings } from '../../core/config/settings.ts';
import { chooseUrl, type UrlChoice, type UrlField } from '../../core/rules/account/registered-urls.ts';
import { judgeAccount } from '../../core/rules/account/index.ts';
import { describeClient } from '../../core/rules/account/client.ts';
import type { AppClient, Named, Ports } from '../../ports.ts';
import { CognitoFailure } from '../../core/failures.ts';
import { readPool, withoutGroups, type ClientRequest, type PoolReading } from './read-pool.ts';
import { openPool, type OpenPool } from './open-pool.ts';
import type { OptionValues } from '../options.ts';
import type { Target } from '../shared/config-file.ts';

/** What discovery starts from. */
export interface AccountInput {
  /** `pool`, `client`, `yes`, `check` and the AWS options are read. */
  readonly options: OptionValues;
  /** `redirectUri` and `logOutUri` choose among the registered URLs. */
  readonly fields: Settings;
  readonly target: Pick<Target, 'document' | 'layout'>;
}

export interface FromAccount {
  readonly facts: AccountFacts;
  /** Everything that follows from the account; it overrides the file's settings. */
  readonly settings: Settings;
  /** What the server needs and the account does not have. */
  readonly missing: readonly FieldName[];
  /** What is wrong with the account, or not visible. */
  readonly findings: readonly Finding[];
}

/**
 * Reads the account for one file. Asks on a terminal, unless `--yes`; rejects with UsageError where it would have to
 * ask, WorldError where AWS fails, and Cancelled. Writes nothing.
 */
export async function discoverAccount(input: AccountInput, ports: Ports): Promise<FromAccount> {
  const { options, target } = input;
  const { profile, endpointUrl } = options;
  let context: AwsContext = { region: options.region ?? '', profile, endpointUrl };
  try {
    const configured = readSettings(target.document, target.layout);
    const { userPoolID = '', region: fileRegion = regionOfPool(userPoolID) } = configured;
    const hearRegion = (region: string): void => {
      context = { ...context, region };
    };
    const opened = await openPool(options, ports, hearRegion, fileRegion === '' ? undefined : fileRegion);
    const request = requestedClient(options.client, configured, opened.poolId, target.layout);
    context = { ...context, userPoolId: opened.poolId, clientId: options.client };
    const { hasRoles } = LAYOUTS[target.layout];
    const cognito = hasRoles ? opened.cognito : withoutGroups(opened.cognito);
    const reading = await readPool(cognito, opened.poolId, request, ports.terminal);
    return await chooseAndJudge(input, ports, opened, reading, configured);
  } catch (error) {
    throw error instanceof CognitoFailure ? describeCognitoFailure(error, context) : error;
  }
}

/** The form of IDs from Cognito and its emulators. Names can have the same form, so the list is checked as well. */
const LOOKS_LIKE_ID = /^[0-9a-z]{20,32}$/;

/** The requested app client, else the file's own if it still fits, else any. */
function requestedClient(
  named: string | undefined,
  configured: Settings,
  poolId: string,
  layout: Layout,
): ClientRequest {
  if (named === undefined) {
    const own = configured.userPoolID === poolId ? configured.clientId : undefined;
    return {
      id: own !== undefined && /^[\w+]{1,128}$/.test(own) ? own : undefined,
      accepts: (client) => clientFaults(client, layout).length === 0,
      among: (listed) => listed,
    };
  }
  const id = pastedClientId(named);
  return {
    id: LOOKS_LIKE_ID.test(id) ? id : undefined,
    accepts: () => true,
    among: (listed) => onlyClient(listed, named, id, poolId),
  };
}

/** The app client with that exact name, else with that ID. */
function onlyClient(listed: readonly Named[], named: string, id: string, poolId: string): readonly Named[] {
  const names = new Set([named, unquote(named)]);
  const sameName = listed.filter(({ name }) => names.has(name));
  const found = sameName.length > 0 ? sameName : listed.filter((client) => client.id === id);
  if (found.length === 1) return found;
  const shown = printable(named);
  if (found.length > 1) {
    throw new UsageError(
      `${String(found.length)} app clients are named "${shown}":\n${linesOf(found)}`,
      'Choose one by its ID: --client ID',
    );
  }
  const others = listed.length === 0 ? 'it has no app clients' : `it has:\n${linesOf(listed)}`;
  throw new WorldError(
    `user pool ${printable(poolId)} has no app client "${shown}"; ${others}`,
    'Choose one by its ID or exact name: --client ID',
  );
}

const MOST_LINES = 20;

function linesOf(clients: readonly Named[]): string {
  const lines = clients.slice(0, MOST_LINES).map(({ id, name }) => `  ${printable(id)}  ${printable(name)}`);
  const more = clients.length - lines.length;
  return [...lines, ...(more > 0 ? [`  … and ${String(more)} more`] : [])].join('\n');
}

/** Chooses app client and URLs, and applies the rules. */
async function chooseAndJudge(
  { options, fields, target }: AccountInput,
  ports: Ports,
  { region }: OpenPool,
  reading: PoolReading,
  configured: Settings,
): Promise<FromAccount> {
  const { layout, document } = target;
  const mayAsk = ports.terminal.interactive && options.yes !== true;
  const client =
    options.client === undefined
      ? await pickClient(reading.clients, configured, layout, mayAsk, ports)
      : reading.clients[0];
  const facts: AccountFacts = {
    ...reading,
    layout,
    region,
    client,
    candidates: reading.clients,
    configuredDomain: configured.domainName,
    port: configuredPort(document, layout),
    wanted: {
      redirectUri: pasted(fields.redirectUri),
      logOutUri: keyOf('logOutUri', layout) === undefined ? undefined : pasted(fields.logOutUri),
    },
    differences: [],
  };
  // A file whose URL is not registered differs from the account, whichever of the registered ones is meant.
  const unsettled = options.check === true ? 'suggestion' : mayAsk ? 'ask' : 'refuse';
  const urls = await pickUrls(facts, configured, unsettled, ports);
  const settings = settingsFrom(facts, urls, configured);
  return { facts, settings, missing: missingFields(settings, layout), findings: judgeAccount(facts) };
}

const pasted = (url: string | undefined): string | undefined =>
  url === undefined ? undefined : unquote(url);

/** The only app client that fits, or the file's own among several, or the user's choice; undefined if none fits. */
async function pickClient(
  clients: readonly AppClient[],
  configured: Settings,
  layout: Layout,
  mayAsk: boolean,
  { prompter }: Ports,
): Promise<AppClient | undefined> {
  const rows = clients.map((client) => ({ client, faults: clientFaults(client, layout) }));
  const fitting = rows.filter(({ faults }) => faults.length === 0).map(({ client }) => client);
  const own = fitting.find(({ id }) => id === configured.clientId);
  if (own !== undefined || fitting.length < 2) return own ?? fitting[0];
  // If several fit, those that can sign in at once come first.
  const rank = ({ client, faults }: (typeof rows)[number]): number =>
    faults.length * 2 + (allowsCodeFlow(client) ? 0 : 1);
  const words = rows
    .sort((a, b) => rank(a) - rank(b))
    .map(({ client, faults }) => ({
      name: printable(`${describeClient(client)}: ${fitWords(client, faults)}`),
      value: client,
    }));
  if (mayAsk) {
    const question = `App client for ${LAYOUTS[layout].server}`;
    return words.length > 8 ? prompter.search(question, words) : prompter.select(question, words);
  }
  const lines = words.slice(0, Math.max(fitting.length, MOST_LINES)).map(({ name }) => `  ${name}`);
  throw new UsageError(
    `${String(fitting.length)} app clients fit ${LAYOUTS[layout].server}:\n${lines.join('\n')}`,
    'Choose one: --client ID',
  );
}

function fitWords(client: AppClient, faults: readonly string[]): string {
  if (faults.length > 0) return faults.join(' and ');
  return allowsCodeFlow(client) ? 'fits' : 'fits if you allow the code flow';
}

const URL_WORDS = {
  redirectUri: { many: 'callback URLs', question: 'Callback URL', flag: '--redirect-uri' },
  logOutUri: { many: 'sign-out URLs', question: 'Sign-out URL', flag: '--log-out-uri' },
} as const satisfies Record<UrlField, object>;

/** The URLs for the file. If several fit, one is suggested, asked for, or refused with a list. */
async function pickUrls(
  facts: AccountFacts,
  configured: Settings,
  unsettled: 'suggestion' | 'ask' | 'refuse',
  { prompter }: Ports,
): Promise<Record<UrlField, string | undefined>> {
  const { client, wanted, layout } = facts;
  const open: string[] = [];
  const pick = async (field: UrlField, { settled, fitting }: UrlChoice): Promise<string | undefined> => {
    const { question, many, flag } = URL_WORDS[field];
    if (settled !== undefined || wanted[field] !== undefined || fitting.length === 0) return settled;
    if (unsettled === 'suggestion') return fitting[0];
    if (unsettled === 'ask') {
      return prompter.select(
        question,
        fitting.map((url) => ({ name: printable(url), value: url })),
      );
    }
    open.push(
      `several ${many} fit; choose one with ${flag}:`,
      ...fitting.map((url) => `  ${printable(url)}`),
    );
    return undefined;
  };
  const redirectUri = await pick(
    'redirectUri',
    chooseUrl(client?.callbackUrls ?? [], 'redirectUri', facts, {
      wanted: wanted.redirectUri,
      configured: configured.redirectUri,
      byDefault: client?.defaultRedirectUri,
    }),
  );
  const logOutUri =
    keyOf('logOutUri', layout) === undefined
      ? undefined
      : await pick(
          'logOutUri',
          chooseUrl(client?.signOutUrls ?? [], 'logOutUri', facts, {
            wanted: wanted.logOutUri,
            configured: configured.logOutUri,
            near: redirectUri,
          }),
        );
  const flags = Object.entries(URL_WORDS).filter(([, { many }]) => open.some((line) => line.includes(many)));
  if (open.length > 0)
    throw new UsageError(
      open.join('\n'),
      `Run it again with ${flags.map(([, { flag }]) => `${flag} URL`).join(' ')}`,
    );
  return { redirectUri, logOutUri };
}
