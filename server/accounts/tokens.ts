/**
 * Access tokens: compact JWS, EdDSA, ten minutes (rules A20 to A23). They say who asks; whether the session still lives is
 * asked separately (`liveness.ts`), so that a revoked one is cut off long before its token ends.
 */
import { type Clock, isUuid } from '../kernel/index.ts';
import type { KeyRing } from '../keys/index.ts';
import { LIMITS } from '../limits.ts';
import { ok, type Result, ROLES, type Role, refuse } from '../protocol/index.ts';
import type { Account } from '../transport/index.ts';

const ISSUER = 'holdfast';
const AUDIENCE = 'holdfast';
/** Two of our machines may disagree by this much about the time. */
const SKEW_SECONDS = 30;

export interface VerifiedToken {
  account: Account;
  /** Milliseconds since the epoch. */
  expiresAtMs: number;
}

export interface Tokens {
  issue(account: Account): { accessToken: string; expiresIn: number };
  /** TOKEN_INVALID for anything forged, malformed or made for another purpose; TOKEN_EXPIRED after its time. */
  verify(token: string): Result<VerifiedToken>;
}

type Claims = Record<string, unknown>;

/**
 * Claims of tokens whose signature was checked lately, the longest known forgotten first: the same bytes under the same
 * keys need no second look, which costs as much as all else an API call does. What time changes is read each time.
 */
function createReader(keys: KeyRing): (token: string) => Claims | null {
  const known = new Map<string, Claims>();
  return (token) => {
    const before = known.get(token);
    if (before) return before;
    const claims = keys.readToken('access', token);
    if (!claims) return null;
    if (known.size >= LIMITS.tokensRememberedMax) known.delete(known.keys().next().value as string);
    known.set(token, claims);
    return claims;
  };
}

export function createTokens({ keys, clock }: { keys: KeyRing; clock: Clock }): Tokens {
  const read = createReader(keys);
  return {
    issue(account) {
      const iat = Math.floor(clock.now() / 1000);
      const exp = iat + LIMITS.accessTokenSeconds;
      const claims = {
        iss: ISSUER,
        aud: AUDIENCE,
        sub: account.id,
        sid: account.sessionId,
        role: account.role,
        name: account.name,
      };
      return {
        accessToken: keys.signToken('access', { ...claims, iat, exp }),
        expiresIn: LIMITS.accessTokenSeconds,
      };
    },
    verify(token) {
      const claims = read(token);
      if (!claims) return refuse('TOKEN_INVALID');
      const { iss, aud, sub, sid, role, name, iat, exp } = claims;
      if (iss !== ISSUER || aud !== AUDIENCE || !isUuid(sub) || !isUuid(sid)) return refuse('TOKEN_INVALID');
      if (typeof name !== 'string' || !ROLES.includes(role as Role)) return refuse('TOKEN_INVALID');
      if (typeof iat !== 'number' || typeof exp !== 'number') return refuse('TOKEN_INVALID');
      const now = clock.now() / 1000;
      // A longer life than we ever give, or a birth in the future, was not issued by this program.
      if (iat > now + SKEW_SECONDS || exp - iat > LIMITS.accessTokenSeconds) return refuse('TOKEN_INVALID');
      if (exp <= now) return refuse('TOKEN_EXPIRED');
      return ok({ account: { id: sub, role: role as Role, name, sessionId: sid }, expiresAtMs: exp * 1000 });
    },
  };
}
