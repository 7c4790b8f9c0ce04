/**
 * The inputs of a new user pool, judged by the rules that the configuration file's keys have: what is registered in
 * the pool by this is what the file may hold afterwards.
 */
import { exampleFor, judgeAnswer, type Judgement } from '../changes/answers.ts';
import { configuredPort } from '../rules/account/discovery.ts';
import { parseDocument } from '../yaml/document.ts';
import type { ConfigDocument } from '../yaml/types.ts';
import { applyChanges } from '../yaml/edit.ts';
import { keyOf, keyOrder } from '../config/fields.ts';
import type { Prose } from '../rules/finding.ts';
import type { Layout } from '../config/layouts.ts';
import { readSettings } from '../config/settings.ts';
import { parseUrl } from '../config/endpoints.ts';

/** What a template is filled in with. Every text has been judged already. */
export interface PoolInputs {
  readonly layout: Layout;
  readonly poolName: string;
  /** Of the login pages: `https://PREFIX.auth.REGION.amazoncognito.com`. */
  readonly domainPrefix: string;
  /** One at least, as the browser sees them. */
  readonly callbackUrls: readonly string[];
  /** One at least. */
  readonly signOutUrls: readonly string[];
  /** Whether people may make accounts by themselves. */
  readonly selfSignUp: boolean;
  /** Undefined: whichever the tool that deploys is set up for. */
  readonly region: string | undefined;
}

/** The service model's rule for the name of a user pool and of an app client. */
export const POOL_NAME = /^[\w\s+=,.@-]{1,128}$/;
/** The most callback and sign-out URLs that an app client takes, each. */
export const MOST_URLS = 100;

/** Fields of the file that are settled when the pool is made. */
export type InputField = 'domainName' | 'redirectUri' | 'logOutUri' | 'region';

/** The configuration file that the pool is for, or what that will be made from. */
export interface ServerFile {
  readonly document: ConfigDocument;
  readonly layout: Layout;
}

/** An answer as the template would have it, and what the rules find wrong with it. */
export function judgeInput(name: InputField, pasted: string, file: ServerFile): Judgement {
  // A prefix and a sign-out URL are what they are; only the flat file has keys for them.
  const layout = name === 'domainName' || name === 'logOutUri' ? 'flat' : file.layout;
  const port = configuredPort(file.document, file.layout);
  const path = (keyOf('port', layout)?.path ?? 'port').split('.');
  const changes = port === undefined ? [] : [{ op: 'set' as const, path, value: port }];
  const document = applyChanges(parseDocument(''), changes, keyOrder(layout));
  const judgement = judgeAnswer({ document, layout, base: undefined }, {}, name, pasted);
  if (name !== 'domainName' || judgement.error === undefined) return judgement;
  // The hints of the rules send people to the domain that a pool has already.
  const isCustom = file.layout === 'nested' && judgement.value.includes('.');
  return { ...judgement, error: isCustom ? CUSTOM_DOMAIN : { ...judgement.error, hint: CHOOSE_PREFIX } };
}

const CHOOSE_PREFIX = 'Use lower-case letters, digits and hyphens, for example my-labels.';
const CUSTOM_DOMAIN: Prose = {
  message: 'a custom domain needs a certificate and a DNS record, which the template does not create',
  hint: 'Choose a prefix. You can add a custom domain for the Node server later.',
};

/** The callback URL of the file, else that of a server on this machine. */
export function likelyCallback({ document, layout }: ServerFile): {
  readonly url: string;
  readonly isFromFile: boolean;
} {
  const { redirectUri } = readSettings(document, layout);
  if (redirectUri !== undefined) return { url: redirectUri, isFromFile: true };
  const key = keyOf('redirectUri', layout);
  const example = key === undefined ? undefined : exampleFor(key, { document, layout, base: undefined });
  return { url: example ?? '', isFromFile: false };
}

/** The sign-out URL of the file where it is on the host of a callback URL, else the start page of each of those. */
export function likelySignOuts(
  callbackUrls: readonly string[],
  { document, layout }: ServerFile,
): readonly string[] {
  const origins = callbackUrls.flatMap((url) => parseUrl(url)?.origin ?? []);
  const { logOutUri } = readSettings(document, layout);
  const isOurs = logOutUri !== undefined && origins.includes(parseUrl(logOutUri)?.origin ?? '');
  return isOurs ? [logOutUri] : [...new Set(origins.map((origin) => `${origin}/`))];
}
