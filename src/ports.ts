/**
 * The outside world as small interfaces, so that the whole program can be tested with hand-written fakes.
 * Types only: `core` and `commands` see the world through it, `adapters` implement it. How it fails is in core/failures.ts.
 */

/** What was read, and enough to notice later that somebody else has changed the file meanwhile. */
export interface FileSnapshot {
  readonly path: string;
  /** At most `maxBytes + 1` bytes: one more than asked for means that the file is larger. */
  readonly bytes: Uint8Array;
  /** Permission bits (0o600 …); undefined where the platform has none. */
  readonly mode: number | undefined;
  /** How many names the file has; 1 where that is not known. */
  readonly links?: number;
}

/** What git has of a file in a repository. */
export interface GitFacts {
  /** It is in the index. */
  readonly isTracked: boolean;
  /** It is not, and `git add .` leaves it out. */
  readonly isIgnored: boolean;
  /** Its text in the last commit; undefined where that does not have it. */
  readonly committed: string | undefined;
  /** Its text in the index, which the next commit takes. */
  readonly staged: string | undefined;
}

export interface WriteResult {
  /** The permission bits that the file had when they were looser and have been tightened. */
  readonly tightenedFrom: number | undefined;
  /** The permission bits that it has now; undefined where the platform has none. */
  readonly mode?: number;
}

export interface Files {
  readonly cwd: string;
  /** Reads a regular file, following links. Throws FileFailure. */
  read(path: string, maxBytes: number): Promise<FileSnapshot>;
  /** Like `read`, but `undefined` where nothing is there (a dangling link still throws). */
  readIfThere(path: string, maxBytes: number): Promise<FileSnapshot | undefined>;
  /**
   * Puts `bytes` at `path` whole or not at all, without rights for others, following an existing link. `expected` is what the caller
   * last read there (`undefined`: nothing); anything else on disk is refused as `changed-on-disk`. Throws FileFailure,
   * `not-replaceable` where only `inPlace` is left: the same file gets other bytes, and is incomplete if that is interrupted.
   */
  write(
    path: string,
    bytes: Uint8Array,
    expected: FileSnapshot | undefined,
    options?: { readonly inPlace: boolean },
  ): Promise<WriteResult>;
  /** Removes the temporary files that killed runs have left beside these files, as `write` does. Never rejects. */
  sweep(paths: readonly string[]): Promise<void>;
  /** Writes a report, with the permissions that new files usually have. Throws FileFailure. */
  writeReport(path: string, text: string): Promise<void>;
  /**
   * Adds text at the end of a regular file, which is made where there is none. False, and nothing is written, when the
   * file would get larger than `maxBytes`. Throws FileFailure.
   */
  append(path: string, text: string, maxBytes: number): Promise<boolean>;
  /** The text of a file of this package: `templates/…`. */
  packaged(path: string): Promise<string>;
  isDirectory(path: string): Promise<boolean>;
  /** What two names of one file have in common, links followed; 0 is standard input. Undefined where there is no file. */
  identity(path: string | 0): Promise<string | undefined>;
  /** Makes a directory with its parents; false when it was there already. Throws FileFailure. */
  makeDirectory(path: string): Promise<boolean>;
  /** Files that match one path or glob, sorted, without `node_modules` and `.git`; empty when nothing does. */
  glob(pattern: string): Promise<readonly string[]>;
  /** What git has of each of the paths; nothing of those in no repository, and where there is no git. */
  gitFacts(paths: readonly string[]): Promise<ReadonlyMap<string, GitFacts>>;
  /** The names of the directories in a directory; empty where it cannot be read. */
  directoriesIn(path: string): Promise<readonly string[]>;
}

export interface Choice<T> {
  readonly name: string;
  readonly value: T;
  readonly description?: string;
}

export interface TextQuestion {
  readonly message: string;
  readonly default?: string;
  /** True when the answer will do, else what is wrong with it. */
  validate(answer: string): true | string;
  /** Shown between the message and the answer, dimmed; may hold line feeds. */
  readonly help?: string;
  /** How an accepted answer is shown, where it is not taken as it was typed. */
  readonly shown?: (answer: string) => string;
  /** The question is closed, and rejects as this does, when it rejects. */
  readonly stop?: Promise<never>;
}

/** Questions on a terminal. Every method rejects with Cancelled on Ctrl-C, SIGTERM, SIGHUP and end of input. */
export interface Prompter {
  text(question: TextQuestion): Promise<string>;
  /** Masked; an empty answer is allowed when `validate` allows it. */
  secret(question: Omit<TextQuestion, 'default'>): Promise<string>;
  confirm(message: string, byDefault: boolean): Promise<boolean>;
  select<T>(message: string, choices: readonly Choice<T>[]): Promise<T>;
  /** A select with a search line, for long lists. */
  search<T>(message: string, choices: readonly Choice<T>[]): Promise<T>;
  /** The same questions, which reject with WentBack on Escape and, where text is typed, on the word "back". */
  withBack(): Prompter;
}

/** DescribeUserPool, as far as the server and its people care. Names are those of the service model. */
export interface UserPool {
  readonly id: string;
  readonly name: string;
  /** The AWS account, from the ARN. */
  readonly accountId?: string | undefined;
  /** The prefix of the Cognito domain. */
  readonly domain: string | undefined;
  /** A host of the customer's own. */
  readonly customDomain: string | undefined;
  /** IssuerConfiguration.Type; `UPDATED` breaks both servers. */
  readonly issuerType: string | undefined;
  /** The attributes used as username: then a username is an email address or a phone number. */
  readonly usernameAttributes: readonly string[];
  /** Further attributes for sign-in: then a username must not look like an email address. */
  readonly aliasAttributes: readonly string[];
  /** COGNITO_DEFAULT sends 50 emails a day, DEVELOPER is the account's own SES. */
  readonly emailSender: string | undefined;
  /** How long the temporary password of an invitation is valid. */
  readonly invitationDays: number;
  /** Cognito's estimate, which lags behind. */
  readonly estimatedUsers: number | undefined;
}

/** DescribeUserPoolClient, as far as the server cares. */
export interface AppClient {
  readonly id: string;
  readonly name: string;
  readonly secret: string | undefined;
  readonly callbackUrls: readonly string[];
  readonly signOutUrls: readonly string[];
  readonly defaultRedirectUri: string | undefined;
  readonly flows: readonly string[];
  /** AllowedOAuthFlowsUserPoolClient: without it the hosted UI serves nothing for this client. */
  readonly oauthEnabled: boolean;
  readonly scopes: readonly string[];
  readonly identityProviders: readonly string[];
  /** Undefined: all standard attributes may be read. */
  readonly readAttributes: readonly string[] | undefined;
}

/** DescribeUserPoolDomain. */
export interface PoolDomain {
  readonly domain: string;
  readonly userPoolId: string | undefined;
  readonly status: string | undefined;
}

export interface Named {
  readonly id: string;
  readonly name: string;
}

/** One person of a pool. */
export interface PoolUser {
  /** What every operation takes; a UUID where people sign in with their email address. */
  readonly username: string;
  readonly email: string | undefined;
  /** UserStatusType of the service model: CONFIRMED, FORCE_CHANGE_PASSWORD … */
  readonly status: string | undefined;
  readonly enabled: boolean;
  /** When the user was changed or invited last, in milliseconds since 1970; undefined where an emulator does not say. */
  readonly modified?: number | undefined;
}

/** A user to create. */
interface NewUser {
  readonly username: string;
  readonly email: string;
  /** Whether Cognito sends the invitation with the temporary password, which only it and the person ever see. */
  readonly invite: boolean;
}

/** The reads of user pools and of what belongs to them. */
export interface CognitoPools {
  listUserPools(): Promise<readonly Named[]>;
  describeUserPool(poolId: string): Promise<UserPool>;
  listAppClients(poolId: string): Promise<readonly Named[]>;
  describeAppClient(poolId: string, clientId: string): Promise<AppClient>;
  /** Undefined when Cognito knows no such domain. */
  describeDomain(domain: string): Promise<PoolDomain | undefined>;
  listGroups(poolId: string): Promise<readonly string[]>;
  listUsersInGroup(poolId: string, group: string): Promise<readonly PoolUser[]>;
  listGroupsForUser(poolId: string, username: string): Promise<readonly string[]>;
  /** Ids of the secrets that the token endpoint takes for the client: one or two, or none. */
  listClientSecrets(poolId: string, clientId: string): Promise<readonly string[]>;
  /** Names of the user pool's identity providers, without `COGNITO` itself. */
  listIdentityProviders(poolId: string): Promise<readonly string[]>;
}

/** The people of a user pool. The only operations that write to an account. */
export interface CognitoPeople {
  /** Page by page as they come. What was made a moment ago may be missing. */
  listUsers(poolId: string): AsyncIterable<readonly PoolUser[]>;
  /** Those whose email address is exactly that one. */
  listUsersWithEmail(poolId: string, email: string): Promise<readonly PoolUser[]>;
  /** Undefined if the user does not exist. */
  getUser(poolId: string, username: string): Promise<PoolUser | undefined>;
  createGroup(poolId: string, group: string): Promise<void>;
  createUser(poolId: string, user: NewUser): Promise<PoolUser>;
  /** Sends the invitation again, with a new temporary password. */
  inviteAgain(poolId: string, username: string): Promise<void>;
  addToGroup(poolId: string, username: string, group: string): Promise<void>;
  removeFromGroup(poolId: string, username: string, group: string): Promise<void>;
  enableUser(poolId: string, username: string): Promise<void>;
  disableUser(poolId: string, username: string): Promise<void>;
  deleteUser(poolId: string, username: string): Promise<void>;
}

/** The Cognito control plane in one region. Lists are paged to their end. Every method rejects with CognitoFailure. */
export interface Cognito extends CognitoPools, CognitoPeople {
  readonly region: string;
  readonly source?: CredentialSource;
}

/** Where credentials come from. */
export interface CredentialSource {
  /** `keys`, `role`, `sso`, `login` and `process` are settings of a profile; `machine` is a container or a virtual machine. */
  readonly kind: 'environment' | 'keys' | 'role' | 'sso' | 'login' | 'process' | 'web-identity' | 'machine';
  /** The AWS profile; undefined if they do not come from one. */
  readonly profile?: string | undefined;
}

/** Which account, credentials and region were used. */
export interface AwsInUse {
  /** Twelve digits; undefined if the user pool was not read. */
  readonly account: string | undefined;
  /** In words: `environment`, `profile NAME`, `profile NAME (sso)` … */
  readonly source: string;
  readonly region: string;
}

export interface AwsOptions {
  readonly profile?: string;
  readonly region?: string;
  readonly endpointUrl?: string;
}

/** Opens the Cognito API lazily: the SDK is loaded on the first call. */
export interface Aws {
  /** Where the AWS CLI keeps its profiles; nothing need be there. Opens nothing. */
  profileFiles(): Promise<{ readonly config: string; readonly credentials: string }>;
  /** Whether environment or profile name credentials. Asks nobody, so those of a virtual machine are not seen. */
  hasCredentials(options: AwsOptions): Promise<boolean>;
  /** The region that the options, the environment or the profile name; undefined when none does. */
  defaultRegion(options: AwsOptions): Promise<string | undefined>;
  cognito(options: AwsOptions & { readonly region: string }): Promise<Cognito>;
}

export interface Terminal {
  /** Both stdin and stdout are terminals: only then may anything be asked. */
  readonly interactive: boolean;
  readonly columns: number;
  readStdin(maxBytes: number): Promise<Uint8Array>;
  /**
   * The first line of standard input, without its end, or as much of it as `maxBytes`; undefined where there is none.
   * Rejects when `stop` does. Nothing can be read afterwards.
   */
  readLine(maxBytes: number, stop: Promise<never>): Promise<string | undefined>;
  /** Progress, notes and warnings; goes to stderr at once. */
  note(text: string): void;
  /** A line on stderr, on a terminal only, which the next one replaces; `undefined` clears it. */
  progress(text: string | undefined): void;
}

/** Environment variables that umconfig itself reads. */
export interface Environment {
  readonly clientSecret: string | undefined;
  /** The address that the AWS CLI would send requests to instead of AWS. */
  readonly endpointUrl?: string | undefined;
  /** Absent where no CI system runs it. */
  readonly ci?: Ci | undefined;
}

/** What a CI system tells its jobs. */
export interface Ci {
  /** The root of the checkout; absolute. */
  readonly workspace: string | undefined;
  /** The file that GitHub Actions shows as the step's summary. */
  readonly stepSummary: string | undefined;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds for the whole exchange, from the look-up of the host to the last byte. */
  readonly deadlineMs: number;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One exchange at a time: redirects are never followed, cookies never kept, bodies bounded. Rejects with HttpFailure. */
export interface Http {
  send(request: HttpRequest): Promise<HttpAnswer>;
}

/** Something that happens later, unless it is called off. Until then it keeps the process alive. */
export interface Timer {
  readonly done: Promise<void>;
  cancel(): void;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Done after that many milliseconds. */
  timer(milliseconds: number): Timer;
  /** Comes back when what has happened meanwhile has been heard: Ctrl-C, above all. */
  turn(): Promise<void>;
}

export interface Random {
  /** Cryptographically random bytes. */
  bytes(count: number): Uint8Array;
}

export interface Browser {
  /** Opens an address in the user's browser; false without a browser. */
  open(url: string): Promise<boolean>;
}

/** What the browser asked the callback address for. */
export interface CallbackRequest {
  readonly method: string;
  /** Path and query as they came. */
  readonly target: string;
  readonly host: string | undefined;
}

export interface CallbackAnswer {
  readonly status: number;
  /** Beside those that every answer has. */
  readonly headers: Readonly<Record<string, string>>;
  readonly html: string;
}

export interface Listening {
  /** Takes no more connections, sends the answers that are under way, and destroys what is left. */
  close(): Promise<void>;
}

export type AnswerCallback = (request: CallbackRequest) => CallbackAnswer | Promise<CallbackAnswer>;

export interface Loopback {
  /** Answers requests on 127.0.0.1 and ::1, never on another address. Rejects with ListenFailure. */
  listen(port: number, answer: AnswerCallback): Promise<Listening>;
}

/** What a token has to be. */
export interface TokenCheck {
  readonly token: string;
  readonly use: 'id' | 'access';
  /** The only issuer that will do. */
  readonly issuer: string;
  readonly clientId: string;
  /** The pool's public keys: the JWKS as it was downloaded, parsed. */
  readonly jwks: unknown;
}

export type Claims = Readonly<Record<string, unknown>>;

interface TokenVerifier {
  /** The claims of a token whose signature, key, times, issuer, use and client are right. Rejects with TokenRefused. */
  verify(check: TokenCheck): Promise<Claims>;
}

/** Who keeps secrets off everything that is shown or written. */
export interface Secrets {
  /** To be called with every secret as soon as it is known; nothing shows it from then on. */
  readonly keep: (secret: string | undefined) => void;
}

export interface Ports {
  readonly secrets: Secrets;
  readonly files: Files;
  readonly prompter: Prompter;
  readonly aws: Aws;
  readonly terminal: Terminal;
  readonly environment: Environment;
  /** Aborted, with a Cancelled as its reason, when the program is told to stop. */
  readonly stop: AbortSignal;
  readonly http: Http;
  readonly clock: Clock;
  readonly random: Random;
  readonly browser: Browser;
  readonly loopback: Loopback;
  readonly tokens: TokenVerifier;
}
