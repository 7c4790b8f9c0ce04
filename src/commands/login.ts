/**
 * `login`: one real sign-in, from the hosted UI to the role. Like both servers it requests no scopes, so the app client's
 * own scopes apply and the tokens are those that the server would get.
 */
import { printable } from '../core/text/display.ts';
import { hintText, onFile, say } from '../core/text/hint.ts';
import { ExpectedError, UsageError } from '../core/errors.ts';
import { EXIT } from '../core/exit-codes.ts';
import { ignoredPage, failedPage, signedInPage } from '../report/login-page.ts';
import { isLoopback } from '../core/config/endpoints.ts';
import { readCallback, readPasted, type Outcome } from '../core/cognito/sign-in.ts';
import type { CallbackAnswer, Listening, Ports } from '../ports.ts';
import { ListenFailure } from '../core/failures.ts';
import type { LoginReport, Report } from '../report/report.ts';
import type { Run, Input } from './command.ts';
import type { OptionValues } from './options.ts';
import { cannotAsk } from './shared/cannot-ask.ts';
import { beginSignIn, concludeSignIn, probe, type SignIn } from './account/sign-in.ts';

const DEFAULT_TIMEOUT = 180;
const LONGEST_TIMEOUT = 24 * 3600;
/** A code, a state and an address of 1024 characters at most. */
const LONGEST_ADDRESS = 8192;

export const run: Run = async ({ options }: Input, ports) => {
  const format = options.format ?? 'text';
  const seconds = timeoutOf(options);
  const signIn = await beginSignIn(options, ports);
  const port = options.paste === true ? undefined : listeningPort(signIn, ports);
  const body = await (port === undefined
    ? byPasting(signIn, options, seconds, ports)
    : byListening(signIn, options, { seconds, port }, ports));
  const isWrong = body.findings.some(({ severity }) => severity === 'error');
  return { exitCode: isWrong ? EXIT.findings : EXIT.ok, format, body } satisfies Report;
};

function timeoutOf({ timeout = String(DEFAULT_TIMEOUT) }: OptionValues): number {
  const seconds = Number(timeout);
  if (/^\d+(?:\.\d+)?$/.test(timeout) && seconds > 0 && seconds <= LONGEST_TIMEOUT) return seconds;
  throw new UsageError(
    `--timeout ${printable(timeout)}: not a valid number of seconds`,
    `Use a number from 1 to ${String(LONGEST_TIMEOUT)}, for example --timeout 300.`,
  );
}

/** The local port of the callback URL; undefined, with a note why, if it is not on this machine. */
function listeningPort({ redirectUri }: SignIn, { terminal }: Ports): number | undefined {
  const { protocol, hostname, port } = new URL(redirectUri);
  if (protocol === 'http:' && isLoopback(hostname)) return port === '' ? 80 : Number(port);
  const why = isLoopback(hostname) ? 'is https, which umconfig cannot serve' : 'is not on this machine';
  terminal.note(
    `The callback URL ${printable(redirectUri)} ${why}, so you have to paste the address (as with --paste).`,
  );
  return undefined;
}

interface Waiting {
  readonly seconds: number;
  readonly port: number;
}

async function byListening(
  signIn: SignIn,
  options: OptionValues,
  { seconds, port }: Waiting,
  ports: Ports,
): Promise<LoginReport> {
  const came = deferred<Outcome>();
  const lastPage = deferred<CallbackAnswer>();
  let isTaken = false;
  const listening = await listen(port, ports, (request) => {
    const meaning = readCallback(request, signIn, isTaken);
    if (meaning.kind === 'ignored') return ignoredPage(meaning.why, options.config);
    isTaken = true;
    came.resolve(meaning);
    return lastPage.promise;
  });
  const timer = ports.clock.timer(seconds * 1000);
  try {
    await probe(signIn, ports);
    await sendToBrowser(signIn, options, ports);
    ports.terminal.progress('Waiting for the sign-in …');
    const outcome = await Promise.race([came.promise, timer.done.then(() => timedOut(seconds))]);
    timer.cancel();
    ports.terminal.progress('Exchanging the code …');
    const report = await concludeSignIn(signIn, outcome, ports);
    lastPage.resolve(pageOf(report));
    return report;
  } catch (error) {
    lastPage.resolve(pageOfFailure(error, options));
    throw error;
  } finally {
    timer.cancel();
    ports.terminal.progress(undefined);
    await listening.close();
  }
}

function timedOut(seconds: number): never {
  throw new ExpectedError(`timed out after ${String(seconds)} seconds without a sign-in`, {
    exitCode: EXIT.world,
    hint: say`Try again; --timeout SECONDS waits longer. If the login page shows an error, run: ${onFile('doctor')}`,
  });
}

function pageOf(report: LoginReport): CallbackAnswer {
  const isUsable = report.findings.every(({ severity }) => severity !== 'error');
  return isUsable
    ? signedInPage(report)
    : failedPage('Cognito accepts this user, but the server does not', 'The terminal shows the reason.');
}

function pageOfFailure(error: unknown, { config }: OptionValues): CallbackAnswer {
  return error instanceof ExpectedError
    ? failedPage(error.message, error.hint === undefined ? undefined : hintText(error.hint, config))
    : failedPage('unexpected error', undefined);
}

async function listen(
  port: number,
  { loopback }: Ports,
  answer: Parameters<Ports['loopback']['listen']>[1],
): Promise<Listening> {
  try {
    return await loopback.listen(port, answer);
  } catch (error) {
    throw error instanceof ListenFailure ? describeListenFailure(error) : error;
  }
}

function describeListenFailure({ kind, port, holder }: ListenFailure): ExpectedError {
  const message = {
    'in-use': `port ${String(port)} is in use${holder === undefined ? '' : ` by ${printable(holder)}`}, but the callback URL needs it`,
    'not-permitted': `permission denied to listen on port ${String(port)}`,
    io: `cannot listen on port ${String(port)}`,
  }[kind];
  const hint =
    kind === 'in-use'
      ? say`Stop the server while you test the sign-in, then run: ${onFile('login')}. Or use --paste, which needs no port.`
      : say`Run this command, which needs no port: ${onFile('login', '--paste')}`;
  return new ExpectedError(message, { exitCode: EXIT.world, hint });
}

/** Prints the address on stderr, and opens it unless `--no-browser` is given. */
async function sendToBrowser(
  signIn: SignIn,
  options: OptionValues,
  { terminal, browser }: Ports,
): Promise<void> {
  const isWanted = options.browser !== false;
  const isOpen = isWanted && (await browser.open(signIn.address));
  if (!isOpen && options.quiet === true) {
    throw new UsageError('no browser was opened, and --quiet hides the address', 'Leave out --quiet.');
  }
  const words = isOpen
    ? 'Opening the login page in your browser. If it does not open, use this address:'
    : `${isWanted ? 'No browser found. ' : ''}Open this address in a browser:`;
  terminal.note(`${words}\n${signIn.address}`);
}

async function byPasting(
  signIn: SignIn,
  options: OptionValues,
  seconds: number,
  ports: Ports,
): Promise<LoginReport> {
  await probe(signIn, ports);
  await sendToBrowser(signIn, options, ports);
  ports.terminal.note(
    `Sign in there, then copy the whole address of the last page (${signIn.redirectUri}?code=…), even if the page does not load. ` +
      'Stop the server at that address first: it would use the code itself.',
  );
  const outcome = await (ports.terminal.interactive
    ? askForAddress(signIn, seconds, ports)
    : readAddress(signIn, seconds, ports));
  return concludeSignIn(signIn, outcome, ports);
}

async function askForAddress(signIn: SignIn, seconds: number, { prompter, clock }: Ports): Promise<Outcome> {
  const read = (answer: string): Outcome | string => readPasted(answer, signIn);
  return withinTime(seconds, clock, async (stop) => {
    const answer = await prompter.text({
      stop,
      message: 'Address of the last page',
      validate: (typed) => {
        const outcome = read(typed);
        return typeof outcome === 'string' ? outcome : true;
      },
      // Until it is used, the code in it is as good as a password.
      shown: () => '(received)',
    });
    return outcomeOf(read(answer));
  });
}

function readAddress(signIn: SignIn, seconds: number, { terminal, clock }: Ports): Promise<Outcome> {
  return withinTime(seconds, clock, async (stop) => {
    const line = await terminal.readLine(LONGEST_ADDRESS, stop);
    if (line === undefined || line.trim() === '') {
      throw cannotAsk(
        ['the address of the last page, on standard input'],
        say`Run ${onFile('login', '--paste')} on a terminal, or write the address to its standard input, as one line.`,
      );
    }
    return outcomeOf(readPasted(line, signIn));
  });
}

/** Waits for an address: `stop` rejects when the time is up. */
async function withinTime<T>(
  seconds: number,
  clock: Ports['clock'],
  wait: (stop: Promise<never>) => Promise<T>,
): Promise<T> {
  const timer = clock.timer(seconds * 1000);
  try {
    return await wait(timer.done.then(() => timedOut(seconds)));
  } finally {
    timer.cancel();
  }
}

function outcomeOf(read: Outcome | string): Outcome {
  if (typeof read !== 'string') return read;
  throw new UsageError(`invalid address: ${printable(read)}`, say`Try again: ${onFile('login', '--paste')}`);
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
