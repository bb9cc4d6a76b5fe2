/**
 * Access tokens that other programs bring to our API (rules Z15 to Z19): JWTs of our authorization server, for our API and
 * nothing else. Whether what they stand on is still there (program, grant, account) is asked of the ledger, at most once every
 * few seconds for each; so taking it back works long before the token ends.
 */
import { type Clock, isUuid } from '../kernel/index.ts';
import type { KeyRing } from '../keys/index.ts';
import { LIMITS } from '../limits.ts';
import { ok, type Result, refuse } from '../protocol/index.ts';
import type { Db } from '../stores/index.ts';
import type { Account, AskingApp } from '../transport/index.ts';
import { STANDING_OF_CLIENT, STANDING_OF_GRANT, type StandingRow } from './statements.ts';

export interface AppTokensDeps {
  db: Db;
  keys: KeyRing;
  clock: Clock;
  issuer: string;
  api: string;
}

export interface AppTokens {
  /** Null: no token of this kind. TOKEN_INVALID, or TOKEN_EXPIRED: out of time, or taken back. */
  authenticate(token: string): Promise<Result<{ account: Account; app: AskingApp }> | null>;
}

/** RFC 9068. */
const TYP = 'at+jwt';
const SKEW_SECONDS = 30;

interface Claims {
  clientId: string;
  subject: string;
  /** The grant; null: in the program's own name. */
  grantId: string | null;
  scopes: ReadonlySet<string>;
  exp: number;
}

function isOfThisKind(token: string): boolean {
  try {
    const header: unknown = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
    return (header as { typ?: unknown } | null)?.typ === TYP;
  } catch {
    // Not JSON: some other token, or none.
    return false;
  }
}

export function createAppTokens({ db, keys, clock, issuer, api }: AppTokensDeps): AppTokens {
  const cache = new Map<string, { standing: StandingRow | null; until: number }>();

  function read(token: string): Result<Claims> {
    const claims = keys.readToken('oauth', token, TYP);
    if (!claims) return refuse('TOKEN_INVALID');
    const { iss, aud, sub, client_id: clientId, gid = null, scope, iat, exp } = claims;
    if (iss !== issuer || aud !== api || !isUuid(clientId) || !isUuid(sub)) return refuse('TOKEN_INVALID');
    if (gid !== null && !isUuid(gid)) return refuse('TOKEN_INVALID');
    // Without a grant it speaks for the program alone.
    if (gid === null && sub !== clientId) return refuse('TOKEN_INVALID');
    if (typeof iat !== 'number' || typeof exp !== 'number') return refuse('TOKEN_INVALID');
    const now = clock.now() / 1000;
    if (iat > now + SKEW_SECONDS || exp - iat > LIMITS.accessTokenSeconds) return refuse('TOKEN_INVALID');
    if (exp <= now) return refuse('TOKEN_EXPIRED');
    const scopes = new Set(typeof scope === 'string' ? scope.split(' ') : []);
    return ok({ clientId, subject: sub, grantId: gid, scopes, exp });
  }

  async function standingOf({ clientId, grantId }: Claims): Promise<StandingRow | null> {
    const key = grantId ?? clientId;
    const known = cache.get(key);
    if (known && clock.now() < known.until) return known.standing;
    // Counted from before the question: what the answer misses is at most this old.
    const until = clock.now() + LIMITS.oauthStandingCacheMs;
    const found = grantId
      ? await db.one<StandingRow>(STANDING_OF_GRANT, [grantId, clientId])
      : await db.one<StandingRow>(STANDING_OF_CLIENT, [clientId]);
    if (cache.size >= LIMITS.oauthStandingCacheMax) cache.clear();
    cache.set(key, { standing: found ?? null, until });
    return found ?? null;
  }

  return {
    async authenticate(token) {
      if (!isOfThisKind(token)) return null;
      const claims = read(token);
      if (!claims.ok) return claims;
      const standing = await standingOf(claims.value);
      if (!standing) return refuse('TOKEN_EXPIRED');
      const { clientId, subject, grantId, scopes } = claims.value;
      if (grantId && standing.user_id !== subject) return refuse('TOKEN_INVALID');
      const { user_id: id, role, name } = standing;
      return ok({ account: { id, role, name, sessionId: grantId ?? clientId }, app: { clientId, scopes } });
    },
  };
}
