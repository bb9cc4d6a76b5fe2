/**
 * The question to a person (rules Z7 to Z10): which program wants what, and the answer.
 *
 *   /oauth/auth ─▶ our page ─▶ asked ─▶ answered ─▶ back to /oauth/auth/<request> ─▶ the program, with a code or a no
 *
 * The request is bound to this browser by a signed cookie, so that nobody can have another person answer theirs.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';
import { errors } from 'oidc-provider';
import type { Ids } from '../kernel/index.ts';
import { type ConsentView, ok, type Result, refuse } from '../protocol/index.ts';
import type { Pool } from '../stores/index.ts';
import { IDENTITY_SCOPES, isApiScope, scopesIn } from './scopes.ts';
import { CLIENT_BY_ID, type ClientRow, PERSON } from './statements.ts';

export interface ConsentDeps {
  provider: Provider;
  db: Pool;
  ids: Ids;
  /** The name of our API. */
  api: string;
}
export interface Exchange {
  req: IncomingMessage;
  res: ServerResponse;
}

const gone = () => refuse('NOT_FOUND', undefined, 'This request is over. Start again from the app.');

async function pending({ provider }: ConsentDeps, { req, res }: Exchange) {
  try {
    return await provider.interactionDetails(req, res);
  } catch (err) {
    // No cookie, a forged one, or its time is over.
    if (err instanceof errors.SessionNotFound) return null;
    throw err;
  }
}

/** What is asked for and registered: more is never granted. */
const asked = (params: Record<string, unknown>, client: ClientRow) =>
  scopesIn(params.scope).filter((scope) => client.scopes.includes(scope));

/** What this browser's person is asked. NOT_FOUND: nothing, or not any more. */
export async function readConsent(deps: ConsentDeps, exchange: Exchange): Promise<Result<ConsentView>> {
  const request = await pending(deps, exchange);
  const client = request && (await deps.db.one<ClientRow>(CLIENT_BY_ID, [request.params.client_id]));
  const owner = client && (await deps.db.one<{ name: string }>(PERSON, [client.owner_id]));
  if (!request || !client || !owner) return gone();
  return ok({
    requestId: request.uid,
    app: { clientId: client.id, name: client.name, owner: owner.name },
    scopes: asked(request.params, client),
    returnsTo: new URL(String(request.params.redirect_uri)).host,
  });
}

/** Where the browser goes with the answer. NOT_FOUND: another request is waiting in this browser, or none. */
export async function answerConsent(
  deps: ConsentDeps,
  exchange: Exchange,
  answer: { accountId: string; requestId: string; allow: boolean },
): Promise<Result<{ redirectTo: string }>> {
  const { provider, db, ids, api } = deps;
  const request = await pending(deps, exchange);
  // Two tabs, two requests: only the one that was read is answered.
  if (!request || request.uid !== answer.requestId) return gone();
  const client = await db.one<ClientRow>(CLIENT_BY_ID, [request.params.client_id]);
  if (!client) return gone();
  const settle = async (result: Parameters<Provider['interactionResult']>[2]) =>
    ok({
      redirectTo: await provider.interactionResult(exchange.req, exchange.res, result, {
        mergeWithLastSubmission: false,
      }),
    });
  if (!answer.allow) return settle({ error: 'access_denied', error_description: 'the person said no' });

  const scopes = asked(request.params, client);
  const grant = new provider.Grant({
    jti: ids.next(),
    accountId: answer.accountId,
    clientId: client.id,
  } as ConstructorParameters<Provider['Grant']>[0]);
  const who = scopes.filter((scope) => IDENTITY_SCOPES.some((known) => known === scope));
  const what = scopes.filter(isApiScope);
  if (who.length > 0) grant.addOIDCScope(who.join(' '));
  // What it asked for beyond its registration is answered with no, or the question would come again.
  const beyond = scopesIn(request.params.scope).filter(
    (scope) => !isApiScope(scope) && !scopes.includes(scope),
  );
  if (beyond.length > 0) grant.rejectOIDCScope(beyond.join(' '));
  if (what.length > 0) grant.addResourceScope(api, what.join(' '));
  const grantId = await grant.save();
  return settle({ login: { accountId: answer.accountId, remember: false }, consent: { grantId } });
}
