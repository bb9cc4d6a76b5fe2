/** Programs and who answers for them (rules Z1 to Z6). */
import { randomBytes } from 'node:crypto';
import type { Ids } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { type AppView, type NewAppView, ok, type Result, refuse } from '../protocol/index.ts';
import type { Pool } from '../stores/index.ts';
import { hashOf } from './artifacts.ts';
import { redirectUriProblem } from './redirect-uri.ts';
import { OWN_NAME_SCOPES, type Scope } from './scopes.ts';
import {
  ADD_CLIENT,
  CLIENTS_OF,
  type ClientRow,
  COUNT_CLIENTS,
  LOCK_OWNER,
  REMOVE_CLIENT,
} from './statements.ts';

export interface NewClient {
  name: string;
  redirectUris: readonly string[];
  scopes: readonly Scope[];
  kind: 'public' | 'confidential';
  ownName: boolean;
}

export interface ClientsDeps {
  db: Pool;
  ids: Ids;
}

const viewOf = (row: ClientRow): AppView => ({
  clientId: row.id,
  name: row.name,
  redirectUris: row.redirect_uris,
  scopes: row.scopes,
  kind: row.secret_hash ? 'confidential' : 'public',
  ownName: row.own_name,
  createdAt: row.created_at.toISOString(),
});

const wrong = (field: string, problem: string) =>
  refuse('INVALID_REQUEST', { field, problem }, `${field} ${problem}`);

/** What is wrong with a registration, if anything. */
function refusalOf({ redirectUris, scopes, kind, ownName }: NewClient) {
  for (const [at, uri] of redirectUris.entries()) {
    const problem = redirectUriProblem(uri);
    if (problem) return wrong(`redirectUris.${at}`, problem);
  }
  if (ownName && kind === 'public') return wrong('ownName', 'needs a secret');
  if (!ownName && redirectUris.length === 0) return wrong('redirectUris', 'must have one');
  const foreign = scopes.find((scope) => !OWN_NAME_SCOPES.includes(scope));
  if (redirectUris.length === 0 && foreign)
    return wrong('scopes', `${foreign} is somebody’s to allow, and there is no address to come back to`);
  return null;
}

/** The program with its secret, told this once. INVALID_REQUEST with the field, or LIMIT_REACHED. */
export async function registerClient(
  { db, ids }: ClientsDeps,
  ownerId: string,
  wanted: NewClient,
): Promise<Result<NewAppView>> {
  const refused = refusalOf(wanted);
  if (refused) return refused;
  const clientSecret = wanted.kind === 'public' ? null : `hfs_${randomBytes(32).toString('base64url')}`;
  return db.transaction(async (tx) => {
    if (!(await tx.one(LOCK_OWNER, [ownerId]))) return refuse('NOT_FOUND');
    const counted = await tx.one<{ clients: number }>(COUNT_CLIENTS, [ownerId]);
    if ((counted?.clients ?? 0) >= LIMITS.oauthClientsPerOwner)
      return refuse(
        'INVALID_STATE',
        { limit: LIMITS.oauthClientsPerOwner },
        'You have as many apps as one may have.',
      );
    const row = await tx.one<ClientRow>(ADD_CLIENT, [
      ids.next(),
      ownerId,
      wanted.name,
      [...new Set(wanted.redirectUris)],
      [...new Set(wanted.scopes)],
      clientSecret && hashOf(clientSecret),
      wanted.ownName,
    ]);
    return ok({ ...viewOf(row as ClientRow), clientSecret });
  });
}

export const listClients = async (db: Pool, ownerId: string): Promise<AppView[]> =>
  (await db.all<ClientRow>(CLIENTS_OF, [ownerId])).map(viewOf);

/** With it goes all that it was given (on delete cascade). */
export async function removeClient(db: Pool, ownerId: string, clientId: string): Promise<Result<null>> {
  return (await db.one(REMOVE_CLIENT, [clientId, ownerId])) ? ok(null) : refuse('NOT_FOUND');
}
