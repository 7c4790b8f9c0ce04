/**
 * Tokens checked with aws-jwt-verify; nothing else imports it, and it is loaded with the first token. What it leaves
 * open is closed here: a token without `exp` passes it, `iat` and `crit` are not looked at, and any algorithm of a key without `alg` will do.
 */
import { JwtVerifier } from 'aws-jwt-verify';
import { validateCognitoJwtFields } from 'aws-jwt-verify/cognito-verifier';
import {
  CognitoJwtInvalidClientIdError,
  CognitoJwtInvalidTokenUseError,
  FailedAssertionError,
  JwksValidationError,
  JwkInvalidKtyError,
  JwkInvalidUseError,
  JwkValidationError,
  JwtExpiredError,
  JwtInvalidIssuerError,
  JwtInvalidSignatureAlgorithmError,
  JwtInvalidSignatureError,
  JwtNotBeforeError,
  JwtParseError,
  JwtWithoutValidKidError,
  KidNotFoundInJwksError,
} from 'aws-jwt-verify/error';
import { assertIsJwks, type Jwks } from 'aws-jwt-verify/jwk';
import type { Claims, Clock, TokenCheck } from '../ports.ts';
import { TokenRefused, type TokenFault } from '../core/failures.ts';

/** Seconds by which a token may come from the future, since two clocks are never quite the same. */
const LEEWAY = 5;

type Constructor = abstract new (...given: never[]) => Error;

/** The first row that fits decides. */
const FAULTS: readonly (readonly [Constructor, TokenFault])[] = [
  [JwksValidationError, 'keys'],
  [JwkValidationError, 'keys'],
  [JwkInvalidKtyError, 'keys'],
  [JwkInvalidUseError, 'keys'],
  [JwtInvalidSignatureAlgorithmError, 'algorithm'],
  [JwtWithoutValidKidError, 'unknown-key'],
  [KidNotFoundInJwksError, 'unknown-key'],
  [JwtInvalidSignatureError, 'signature'],
  [JwtExpiredError, 'expired'],
  [JwtNotBeforeError, 'not-yet-valid'],
  [JwtInvalidIssuerError, 'issuer'],
  [CognitoJwtInvalidTokenUseError, 'use'],
  [CognitoJwtInvalidClientIdError, 'client'],
  [JwtParseError, 'malformed'],
];

/** See `TokenVerifier`. Expiry is judged by the machine's own clock, which `clock` has to be. */
export function verifyToken({ token, use, issuer, clientId, jwks }: TokenCheck, clock: Clock): Claims {
  try {
    const keys = jwks as Jwks;
    assertIsJwks(keys);
    const verifier = JwtVerifier.create({
      issuer,
      // An access token of Cognito has none; the client is checked below.
      audience: null,
      customJwtCheck: ({ header, payload }) => {
        if (header.alg !== 'RS256') throw new TokenRefused('algorithm', use, header.alg);
        // RFC 7515, 4.1.11: extensions that have to be understood, and none is. The library does not look at it.
        if ('crit' in header) throw new TokenRefused('extension', use, JSON.stringify(header['crit']));
        validateCognitoJwtFields(payload, { tokenUse: use, clientId });
        if (typeof payload.exp !== 'number') throw new TokenRefused('expired', use);
        if (typeof payload.iat !== 'number' || payload.iat > clock.now() / 1000 + LEEWAY) {
          throw new TokenRefused('not-yet-valid', use);
        }
      },
    });
    verifier.cacheJwks(keys);
    // The other way of calling it downloads keys by itself when it misses one.
    return verifier.verifySync(token);
  } catch (error) {
    throw refusalOf(error, use);
  }
}

function refusalOf(error: unknown, use: TokenCheck['use']): TokenRefused {
  if (error instanceof TokenRefused) return error;
  const fault = FAULTS.find(([kind]) => error instanceof kind)?.[1] ?? 'malformed';
  const actual: unknown = error instanceof FailedAssertionError ? error.failedAssertion.actual : undefined;
  const words = [actual].flat().filter((word) => typeof word === 'string' && word !== '');
  return new TokenRefused(fault, use, words.length === 0 ? undefined : words.join(', '));
}
