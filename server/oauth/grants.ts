/** Programs that a person let in, and putting them out again (rules Z11, Z12). */
import { type ConnectedAppView, ok, type Result, refuse } from '../protocol/index.ts';
import type { Pool } from '../stores/index.ts';
import { scopesIn } from './scopes.ts';
import { GRANTS_OF, REVOKE_GRANTS } from './statements.ts';

interface GrantRow {
  client_id: string;
  name: string;
  owner_name: string;
  payload: { openid?: { scope?: string }; resources?: Record<string, string> };
  created_at: Date;
}

/** One entry for each program, whatever number of times it was let in. */
export async function listGrants(db: Pool, accountId: string): Promise<ConnectedAppView[]> {
  const apps = new Map<string, ConnectedAppView>();
  for (const { client_id: clientId, name, owner_name: owner, payload, created_at } of await db.all<GrantRow>(
    GRANTS_OF,
    [accountId],
  )) {
    const scopes = scopesIn([payload.openid?.scope, ...Object.values(payload.resources ?? {})].join(' '));
    const known = apps.get(clientId);
    apps.set(clientId, {
      clientId,
      name,
      owner,
      scopes: [...new Set([...(known?.scopes ?? []), ...scopes])],
      // Rows come newest first: the last one seen is when it began.
      since: created_at.toISOString(),
    });
  }
  return [...apps.values()];
}

/** Every grant to it, with every code and token. */
export async function revokeGrants(db: Pool, accountId: string, clientId: string): Promise<Result<null>> {
  return (await db.all(REVOKE_GRANTS, [accountId, clientId])).length > 0 ? ok(null) : refuse('NOT_FOUND');
}
