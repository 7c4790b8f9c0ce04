/** Why a token was not believed, in words, with the remedy: file, account, or this machine's clock. */
import { TokenRefused, type TokenFault } from '../failures.ts';
import { clip, maskLongRuns, printable } from '../text/display.ts';
import { onFile, say, type Hint } from '../text/hint.ts';
import { ExpectedError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';

/** What the token was held against. */
export interface TokenContext {
  readonly issuer: string;
  readonly clientId: string;
  /** Seconds that this machine's clock is behind the token endpoint's (`Date`); negative: ahead. Undefined: not known. */
  readonly clockBehind: number | undefined;
}

interface Words {
  readonly message: string;
  readonly hint: Hint;
  readonly exitCode: number;
}

/** From here on a clock is wrong, and not merely a network slow. */
const CLOCK_TOLERANCE = 30;

const TAMPERED = say`Nothing was believed of it. Check that no proxy stands between this machine and Cognito, and run ${onFile('doctor')}.`;

const WORDS: Readonly<Record<TokenFault, (context: TokenContext, actual: string) => Words>> = {
  malformed: () => world('is no JSON Web Token', TAMPERED),
  keys: () =>
    world(
      'cannot be checked: the JWKS of the user pool cannot be used',
      say`Run ${onFile('doctor')}: it checks the JWKS.`,
    ),
  algorithm: (_context, actual) =>
    world(`is signed with ${actual}, and the servers take RS256 only`, TAMPERED),
  'unknown-key': () => world('is signed with a key that is not in the JWKS of the user pool', TAMPERED),
  signature: () => world('has a wrong signature', TAMPERED),
  expired: (context) => time('has expired', context),
  'not-yet-valid': (context) => time('was issued in the future', context),
  issuer: ({ issuer }, actual) =>
    actual.includes('issuer-cognito-idp.')
      ? file(
          `comes from ${actual}: the user pool has been set to the new form of issuer, which neither server knows`,
          'Set the issuer of the user pool back to the original one (IssuerConfiguration).',
        )
      : file(
          `comes from ${actual} and not from ${issuer}`,
          say`Correct the user pool id and the region: ${onFile('discover')}.`,
        ),
  use: (_context, actual) => world(`is of another kind: its token_use is ${actual}`, TAMPERED),
  client: ({ clientId }, actual) =>
    file(
      `is for the app client ${actual} and not for ${clientId}`,
      say`Correct the app client id: ${onFile('discover')}.`,
    ),
};

const world = (message: string, hint: Hint): Words => ({ message, hint, exitCode: EXIT.world });
const file = (message: string, hint: Hint): Words => ({ message, hint, exitCode: EXIT.findings });

/** Times are judged by this machine's clock, as the server judges them by its own. */
function time(message: string, { clockBehind }: TokenContext): Words {
  if (clockBehind === undefined || Math.abs(clockBehind) <= CLOCK_TOLERANCE) {
    return world(
      `${message}, although it is new and the clock of this machine is right`,
      'The clock of the server that issued it may be wrong. Sign in again; if it stays so, Cognito is not what answers.',
    );
  }
  const direction = clockBehind > 0 ? 'behind' : 'ahead';
  return world(
    `${message} by the clock of this machine, which is ${duration(Math.abs(clockBehind))} ${direction}`,
    'Set the clock (timedatectl set-ntp true), then sign in again. A server with such a clock lets nobody in either.',
  );
}

function duration(seconds: number): string {
  if (seconds < 120) return `${String(Math.round(seconds))} seconds`;
  if (seconds < 7200) return `${String(Math.round(seconds / 60))} minutes`;
  return seconds < 172_800
    ? `${String(Math.round(seconds / 3600))} hours`
    : `${String(Math.round(seconds / 86_400))} days`;
}

/** A refused token as an error: exit 1 where the file is wrong, 3 where the world is. */
export function describeTokenRefusal(refused: TokenRefused, context: TokenContext): ExpectedError {
  const actual = refused.actual === undefined ? 'nothing' : printable(clip(maskLongRuns(refused.actual)));
  const { message, hint, exitCode } = WORDS[refused.fault](context, actual);
  return new ExpectedError(`the sign-in is refused: the ${refused.use} token ${message}`, { exitCode, hint });
}
