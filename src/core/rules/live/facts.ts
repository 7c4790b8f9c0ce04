/**
 * What `doctor` has found out: answers of the public endpoints, and the account if the credentials allow it. Only facts;
 * the rules over them are in this directory, and core/doctor.ts makes the checks.
 */
import type { HttpFailureKind } from '../../failures.ts';
import { onFile, say, type Hint } from '../../text/hint.ts';
import type { AccountFacts } from '../account/facts.ts';
import type { Finding } from '../finding.ts';
import type { Layout } from '../../config/layouts.ts';
import type {
  AuthorizeAnswer,
  DiscoveryDocument,
  JwksDocument,
  LogoutAnswer,
  TokenAnswer,
  Unclear,
} from '../../cognito/oauth-answers.ts';
import { isLoopback } from '../../config/endpoints.ts';

/** A document that may not exist. */
type Published<T> = T | { readonly kind: 'not-there' } | Unclear;

/** One request: its answer, or why it has no answer. */
export type Asked<T> =
  | { readonly kind: 'answered'; readonly answer: T }
  | {
      readonly kind: 'unreachable';
      readonly failure: HttpFailureKind;
      readonly host: string;
      readonly detail: string;
    }
  | { readonly kind: 'not-asked'; readonly why: string; readonly remedy: Hint };

/** The remedy if the file lacks a value that a check needs. */
export const FIX_FILE = say`Fix the file first: ${onFile('validate')}`;

/** The file's values and what follows from them; empty if missing. Never the secret. */
export interface Meant {
  readonly poolId: string;
  readonly region: string;
  readonly issuer: string;
  readonly jwksUrl: string;
  /** The hosted UI's host. */
  readonly host: string;
  readonly tokenEndpoint: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly logOutUri: string;
  readonly isLoginOn: boolean;
}

/** A member of the group `admin`. */
export interface Admin {
  /** The email address; the username of a federated user, or without an address. */
  readonly name: string;
  readonly username: string;
  /** Signs in through an identity provider, which puts them into another group each time. */
  readonly isFederated: boolean;
  /** Other groups: each of them makes this user a worker. */
  readonly otherGroups: readonly string[];
}

/** The account, as far as the credentials show it. */
export type AccountSight =
  | { readonly kind: 'unseen'; readonly why: string; readonly remedy: Hint; readonly isNoSuchPool: boolean }
  | {
      readonly kind: 'seen';
      readonly facts: AccountFacts;
      /** The file's secret is not the one that the account shows. */
      readonly isSecretDifferent: boolean;
      /** How many secrets the token endpoint takes for the client; undefined where that is hidden. */
      readonly secrets: number | undefined;
      /** Identity providers that the client offers and the pool does not have. */
      readonly missingProviders: readonly string[];
      /** Undefined where they are hidden or there is no such group. */
      readonly admins: readonly Admin[] | undefined;
    };

export interface LiveFacts {
  readonly layout: Layout;
  /** What `validate` says of it. */
  readonly fileFindings: readonly Finding[];
  readonly meant: Meant;
  /** The origin of `--endpoint-url`, if an emulator replaces AWS. */
  readonly emulator: string | undefined;
  readonly oidc: Asked<Published<DiscoveryDocument>>;
  readonly jwks: Asked<Published<JwksDocument>>;
  readonly loginPage: Asked<AuthorizeAnswer>;
  readonly authorize: Asked<AuthorizeAnswer>;
  /** The token endpoint's answer to a random code with the file's secret, and with one character of it changed. */
  readonly secret: {
    readonly real: Asked<TokenAnswer>;
    /** Undefined where the layout's server sends no secret. */
    readonly changed: Asked<TokenAnswer> | undefined;
  };
  readonly signOut: Asked<LogoutAnswer>;
  readonly account: AccountSight;
}

/** The public requests. */
export function publicQuestions({
  oidc,
  jwks,
  loginPage,
  authorize,
  secret,
  signOut,
}: LiveFacts): readonly Asked<unknown>[] {
  return [oidc, jwks, loginPage, authorize, secret.real, signOut];
}

/** Every requested address is unreachable, and the account is not visible. */
export function isOffline(facts: LiveFacts): boolean {
  const asked = publicQuestions(facts).filter(({ kind }) => kind !== 'not-asked');
  return (
    asked.length > 0 && asked.every(({ kind }) => kind === 'unreachable') && facts.account.kind === 'unseen'
  );
}

/** The answer, if there is one. */
export function answerOf<T>(asked: Asked<T>): T | undefined {
  return asked.kind === 'answered' ? asked.answer : undefined;
}

/** Why a request failed, for messages. */
export const FAILURE_WORDS: Readonly<Record<HttpFailureKind, string>> = {
  'unknown-host': 'host name not found',
  refused: 'connection refused',
  'cut-off': 'connection closed unexpectedly',
  timeout: 'timed out',
  tls: 'TLS connection failed',
  proxy: 'proxy failed',
  settings: 'unusable proxy or certificate settings',
  'too-large': 'response too large',
  'not-http': 'not an HTTP response',
  io: 'connection failed',
};

/** A token endpoint's refusal by its name; undefined for any other answer. */
export function refusalOf(asked: Asked<TokenAnswer> | undefined): string | undefined {
  const answer = asked === undefined ? undefined : answerOf(asked);
  return answer?.kind === 'refused' ? answer.error : undefined;
}

/** Whether an address is the expected one, or the same path at the emulator. */
export function isSameAddress(found: string, wanted: string, emulator: string | undefined): boolean {
  if (found === wanted) return true;
  if (emulator === undefined || !URL.canParse(found) || !URL.canParse(wanted)) return false;
  const [a, b] = [new URL(found), new URL(wanted)];
  // Emulators often name `localhost` wherever they are asked.
  return (a.origin === emulator || isLoopback(a.hostname)) && a.pathname === b.pathname;
}
