/**
 * The authorization server's memory in Postgres (rules Z30 to Z33). What a holder presents is kept as its hash: the payload is
 * stored without it and gets it back when somebody presents it.
 *
 *   kept ─▶ consumed (a code, a refresh token: once, whoever comes first) ─▶ purged after its time
 *     └──── dropped with its grant
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import { isUuid } from '../kernel/index.ts';
import type { Pool } from '../stores/index.ts';
import { isApiScope } from './scopes.ts';
import {
  CLIENT_BY_ID,
  type ClientRow,
  CONSUME,
  DROP,
  DROP_GRANT,
  FIND,
  GRANT_OF,
  KEEP,
  PURGE,
} from './statements.ts';

/** What of our API a program may ask for, in its description to the library. */
export const API_SCOPES_FIELD = 'api_scopes';

export const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();
const idOf = (value: unknown): string | null => (isUuid(value) ? value : null);

/** Whether a program's secret is the one of which a hash is kept. */
export function isSecretOf(keptHex: string, given: string): boolean {
  const kept = Buffer.from(keptHex, 'hex');
  const asked = hashOf(given);
  return kept.length === asked.length && timingSafeEqual(kept, asked);
}

/** A program as the authorization server wants it described. Its secret is a hash, compared by `isSecretOf`. */
export function metadataOf(row: ClientRow): AdapterPayload {
  const who = row.scopes.filter((scope) => !isApiScope(scope));
  return {
    client_id: row.id,
    client_name: row.name,
    redirect_uris: row.redirect_uris,
    response_types: row.redirect_uris.length > 0 ? ['code'] : [],
    grant_types: [
      ...(row.redirect_uris.length > 0 ? ['authorization_code', 'refresh_token'] : []),
      ...(row.own_name ? ['client_credentials'] : []),
    ],
    // None means all to the library: what was not registered is refused at consent (consent.ts).
    ...(who.length > 0 ? { scope: who.join(' ') } : {}),
    [API_SCOPES_FIELD]: row.scopes.filter(isApiScope).join(' '),
    token_endpoint_auth_method: row.secret_hash ? 'client_secret_basic' : 'none',
    ...(row.secret_hash ? { client_secret: row.secret_hash.toString('hex') } : {}),
  };
}

/** One kind of thing: `AuthorizationCode`, `RefreshToken`, `Grant`, `Interaction`… */
export function createArtifacts(db: Pool, kind: string): Adapter {
  return {
    async upsert(id, payload, expiresIn) {
      const { jti: _presented, ...kept } = payload;
      const grantId = kind === 'Grant' ? id : payload.grantId;
      const ids = [idOf(grantId), idOf(payload.clientId), idOf(payload.accountId)];
      await db.all(KEEP, [kind, hashOf(id), JSON.stringify(kept), ...ids, expiresIn ?? 0]);
    },
    async find(id) {
      if (kind === 'Client') {
        const client = isUuid(id) ? await db.one<ClientRow>(CLIENT_BY_ID, [id]) : undefined;
        return client && metadataOf(client);
      }
      const row = await db.one<{ payload: AdapterPayload; consumed: number | null }>(FIND, [
        kind,
        hashOf(id),
      ]);
      if (!row) return undefined;
      return { ...row.payload, jti: id, ...(row.consumed === null ? {} : { consumed: row.consumed }) };
    },
    // Device codes are switched off, and sessions last for one request: neither is ever looked for.
    findByUserCode: async () => undefined,
    findByUid: async () => undefined,
    async consume(id) {
      if (await db.one(CONSUME, [kind, hashOf(id)])) return;
      // Somebody was quicker between our reading and our writing: the same theft as coming late.
      const twice = await db.one<{ grant_id: string | null }>(GRANT_OF, [kind, hashOf(id)]);
      if (twice?.grant_id) await db.all(DROP_GRANT, [twice.grant_id]);
      throw new errors.InvalidGrant('used twice');
    },
    async destroy(id) {
      await db.all(DROP, [kind, hashOf(id)]);
    },
    async revokeByGrantId(grantId) {
      if (isUuid(grantId)) await db.all(DROP_GRANT, [grantId]);
    },
  };
}

/** Deletes what is over; returns how many. */
export const purgeArtifacts = async (db: Pool, max: number): Promise<number> =>
  (await db.all(PURGE, [max])).length;
