/** `POST /oauth2/token`: exchanges a code for tokens, and refuses as Cognito does. */
import { createHash } from 'node:crypto';
import type { Answer } from './delivery.ts';
import { redeemCode } from './grants.ts';
import type { CodeGrant } from './grants.ts';
import { clientAtHostedUi, isAnswer, mayUseCodes } from './sign-in-request.ts';
import type { HostedUiRequest } from './sign-in-request.ts';
import { secretsOf } from './state.ts';
import type { ClientDescription, CognitoState } from './state.ts';
import { issueTokens } from './tokens.ts';

/** Checks in Cognito's order: the form, the client, the grant type, the flow, the code. */
export async function token(state: CognitoState, request: HostedUiRequest): Promise<Answer> {
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(request.contentType)) {
    // AWS's answer to an unknown content type.
    return { status: 405, headers: {}, body: '' };
  }
  const { form } = request;
  const basic = basicCredentials(request.authorization);
  const clientId = basic?.clientId ?? form.get('client_id') ?? '';
  const grantType = form.get('grant_type');
  if (clientId === '' || grantType === null) return refusal('invalid_request');
  const found = clientAtHostedUi(state, clientId);
  if (!found) return refusal('invalid_client');
  if (isAnswer(found)) return found;
  const { pool, client } = found;
  if (!isAuthenticated(client, form, basic)) return refusal('invalid_client');
  if (grantType !== 'authorization_code') return refusal('unsupported_grant_type');
  if (!mayUseCodes(client)) return refusal('unauthorized_client');
  const code = form.get('code');
  const redirectUri = form.get('redirect_uri');
  if (code === null || redirectUri === null) return refusal('invalid_request');
  const grant = redeemCode(state, code, clientId);
  const user = grant && pool.users.get(grant.username);
  if (!grant || !user?.enabled) return refusal('invalid_grant');
  if (grant.redirectUri !== redirectUri || !isVerified(grant, form.get('code_verifier'))) {
    return refusal('invalid_grant');
  }
  return json(200, await issueTokens(state, { pool, client, user, grant }));
}

interface BasicCredentials {
  /** Undefined if the header is malformed. */
  readonly clientId: string | undefined;
  readonly secret: string;
}

/** Undefined without Basic authentication. */
function basicCredentials(authorization: string): BasicCredentials | undefined {
  const [, encoded] = /^Basic +(.*)$/i.exec(authorization) ?? [];
  if (encoded === undefined) return undefined;
  const [, clientId, secret = ''] =
    /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  return { clientId, secret };
}

/** A client with a secret must send it in exactly one place; one without a secret must not send any. */
function isAuthenticated(
  client: ClientDescription,
  form: URLSearchParams,
  basic: BasicCredentials | undefined,
): boolean {
  const shown = basic?.secret ?? form.get('client_secret') ?? undefined;
  const secrets = secretsOf(client);
  if (
    basic &&
    (basic.clientId === undefined || (form.get('client_id') ?? basic.clientId) !== basic.clientId)
  ) {
    return false;
  }
  return shown === undefined ? secrets.length === 0 : secrets.includes(shown);
}

function isVerified({ challenge }: CodeGrant, verifier: string | null): boolean {
  if (challenge === undefined || verifier === null) return challenge === undefined && verifier === null;
  return createHash('sha256').update(verifier).digest('base64url') === challenge;
}

function refusal(error: string): Answer {
  return json(400, { error });
}

function json(status: number, body: object): Answer {
  return {
    status,
    headers: {
      'content-type': 'application/json;charset=UTF-8',
      'cache-control': 'no-cache, no-store, max-age=0, must-revalidate',
      pragma: 'no-cache',
    },
    body: JSON.stringify(body),
  };
}
