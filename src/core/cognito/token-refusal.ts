/** Why a token was refused, with the remedy: fix the file, the account, or this machine's clock. */
import { TokenRefused, type TokenFault } from '../failures.ts';
import { showForeign } from '../text/display.ts';
import { onFile, say, type Hint } from '../text/hint.ts';
import { ExpectedError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';

/** What was expected of the token. */
export interface TokenContext {
  readonly issuer: string;
  readonly clientId: string;
  /** Seconds by which this machine's clock is behind the token endpoint's (`Date` header); negative: ahead. */
  readonly clockBehind: number | undefined;
}

interface Words {
  readonly message: string;
  readonly hint: Hint;
  readonly exitCode: number;
}

/** Seconds. A larger difference is a wrong clock, not a slow network. */
const CLOCK_TOLERANCE = 30;

const TAMPERED = say`The token was ignored. Check that no proxy changes the traffic between this machine and Cognito, then run: ${onFile('doctor')}`;

const WORDS: Readonly<Record<TokenFault, (context: TokenContext, actual: string) => Words>> = {
  malformed: () => world('is not a JSON Web Token', TAMPERED),
  keys: () =>
    world(
      'cannot be verified: the JWKS of the user pool is invalid',
      say`Check the JWKS: ${onFile('doctor')}`,
    ),
  algorithm: (_context, actual) => world(`is signed with ${actual}, expected RS256`, TAMPERED),
  extension: (_context, actual) => world(`requires an unsupported extension (crit: ${actual})`, TAMPERED),
  'unknown-key': () => world('is signed with a key that is not in the JWKS of the user pool', TAMPERED),
  signature: () => world('has an invalid signature', TAMPERED),
  expired: (context) => time('has expired', context),
  'not-yet-valid': (context) => time('was issued in the future', context),
  issuer: ({ issuer }, actual) =>
    actual.includes('issuer-cognito-idp.')
      ? file(
          `has the issuer ${actual}: the user pool uses the new issuer type, which neither server supports`,
          'Set the issuer type of the user pool back to ORIGINAL (IssuerConfiguration).',
        )
      : file(
          `has the issuer ${actual}, expected ${issuer}`,
          say`Update user pool ID and region: ${onFile('discover')}`,
        ),
  use: (_context, actual) => world(`has the wrong type: its token_use is ${actual}`, TAMPERED),
  client: ({ clientId }, actual) =>
    file(
      `is for the app client ${actual}, expected ${clientId}`,
      say`Update the app client ID: ${onFile('discover')}`,
    ),
};

const world = (message: string, hint: Hint): Words => ({ message, hint, exitCode: EXIT.world });
const file = (message: string, hint: Hint): Words => ({ message, hint, exitCode: EXIT.findings });

/** Times are compared with this machine's clock, as the server compares them with its own. */
function time(message: string, { clockBehind }: TokenContext): Words {
  if (clockBehind === undefined || Math.abs(clockBehind) <= CLOCK_TOLERANCE) {
    return world(
      `${message}, although it is new and the clock of this machine is right`,
      'Sign in again. If this happens again, the clock of the token endpoint is wrong, so it is not Cognito.',
    );
  }
  const direction = clockBehind > 0 ? 'behind' : 'ahead';
  return world(
    `${message} by the clock of this machine, which is ${duration(Math.abs(clockBehind))} ${direction}`,
    'Set the clock (timedatectl set-ntp true), then sign in again. With this clock the server refuses every login, too.',
  );
}

function duration(seconds: number): string {
  if (seconds < 120) return `${String(Math.round(seconds))} seconds`;
  if (seconds < 7200) return `${String(Math.round(seconds / 60))} minutes`;
  return seconds < 172_800
    ? `${String(Math.round(seconds / 3600))} hours`
    : `${String(Math.round(seconds / 86_400))} days`;
}

/** A refused token as an error: exit 1 if the file is wrong, else 3. */
export function describeTokenRefusal(refused: TokenRefused, context: TokenContext): ExpectedError {
  const actual = refused.actual === undefined ? 'nothing' : showForeign(refused.actual);
  const { message, hint, exitCode } = WORDS[refused.fault](context, actual);
  return new ExpectedError(`sign-in failed: the ${refused.use === 'id' ? 'ID' : 'access'} token ${message}`, {
    exitCode,
    hint,
  });
}
