/** The accounts slice put together: what other slices and edges may ask of it. */
import type { Config } from '../config.ts';
import type { Clock, Ids, Logger } from '../kernel/index.ts';
import type { KeyRing, PublicJwk } from '../keys/index.ts';
import { ok, type Result, refuse } from '../protocol/index.ts';
import type { Ledger, Redis } from '../stores/index.ts';
import { type Account, createRateLimiter, type RateLimiter } from '../transport/index.ts';
import { type Cookies, createCookies } from './cookies.ts';
import { createHasher, type Hasher } from './hasher.ts';
import { createLiveness } from './liveness.ts';
import { login } from './login.ts';
import { type EnsuredOperator, ensureOperator } from './operator.ts';
import { changeProfile, type ProfileChange } from './profile.ts';
import { type Registration, register } from './register.ts';
import { createSessions, type OpenedSession } from './sessions.ts';
import { USER_BY_ID, type UserRow } from './statements.ts';
import { createThrottle } from './throttle.ts';
import { createTokens, type VerifiedToken } from './tokens.ts';
import { type UserView, userView } from './view.ts';

export interface AccountsDeps {
  config: Pick<Config, 'production' | 'exempt' | 'adminEmail' | 'adminPassword'>;
  clock: Clock;
  ids: Ids;
  log: Logger;
  ledger: Ledger;
  /** For log-in throttling; undefined: this process counts alone. */
  gate: Redis | undefined;
  keys: KeyRing;
  /** Given by tests that count argon2's runs or shrink its queue. */
  hasher?: Hasher;
  limiter?: RateLimiter;
}

export interface SignedIn {
  accessToken: string;
  refreshToken: string;
  /** Seconds until the access token ends. */
  expiresIn: number;
  user: UserView;
}

export interface Accounts {
  register(registration: Registration, address?: string): Promise<Result<UserView>>;
  login(attempt: { email: string; password: string; address: string }): Promise<Result<SignedIn>>;
  /** A session for an account that proved itself by other means than a password (or needs none: load tools, tests). */
  signInAs(userId: string): Promise<Result<SignedIn>>;
  refresh(refreshToken: string): Promise<Result<SignedIn>>;
  /** Ends the session of either; quiet when there is none. */
  logout(which: { sessionId?: string | undefined; refreshToken?: string | undefined }): Promise<void>;
  me(userId: string): Promise<Result<UserView>>;
  /** Name and password of one's own account; a new password ends all other sessions. */
  changeProfile(
    who: { userId: string; sessionId: string; address: string },
    change: ProfileChange,
  ): Promise<Result<UserView>>;
  /** Signature, purpose, issuer, time: no store is asked. */
  verifyAccessToken(token: string): Result<VerifiedToken>;
  /** `verifyAccessToken`, and the session lives, and the role is still the account's. @throws when the ledger is away */
  authenticate(token: string): Promise<Result<VerifiedToken>>;
  /** Cached for LIMITS.sessionCacheMs. @throws when the ledger is away */
  isSessionLive(sessionId: string): Promise<boolean>;
  /** Those of many that live, uncached, in one statement. @throws when the ledger is away */
  liveSessions(sessionIds: readonly string[]): Promise<Set<string>>;
  revokeSessions(userId: string, reason: string): Promise<void>;
  /** A token for an account and session that exist. */
  issueAccessToken(account: Account): { accessToken: string; expiresIn: number };
  /** @throws Error with the remedy */
  ensureOperator(): Promise<EnsuredOperator>;
  /** For the worker: deletes sessions that ended long ago. */
  tidySessions(max?: number): Promise<number>;
  publicJwks(): { keys: PublicJwk[] };
  readonly cookies: Cookies;
  readonly limiter: RateLimiter;
}

export function createAccounts(deps: AccountsDeps): Accounts {
  const { clock, ids, log, keys, config } = deps;
  // Never the read pool: a replica may lag behind a log-out.
  const db = deps.ledger.payments;
  const hasher = deps.hasher ?? createHasher();
  const limiter = deps.limiter ?? createRateLimiter({ redis: deps.gate, clock, log });
  const throttle = createThrottle(limiter, config.exempt);
  const sessions = createSessions({ db, ids, keys });
  const tokens = createTokens({ keys, clock });
  const liveness = createLiveness(db, clock);

  const signedIn = ({ sessionId, refreshToken, user }: OpenedSession): SignedIn => ({
    ...tokens.issue({ id: user.id, role: user.role, name: user.name, sessionId }),
    refreshToken,
    user: userView(user),
  });

  return {
    async register(registration, address) {
      if (address !== undefined) {
        const allowed = await throttle.registration(address);
        if (!allowed.ok) return allowed;
      }
      const made = await register({ db, ids, hasher }, registration);
      return made.ok ? ok(userView({ ...made.value, createdAt: made.value.created_at })) : made;
    },
    async login(attempt) {
      const opened = await login({ db, hasher, sessions, throttle }, attempt);
      return opened.ok ? ok(signedIn(opened.value)) : opened;
    },
    async signInAs(userId) {
      const row = await db.one<UserRow>(USER_BY_ID, [userId]);
      if (!row || row.disabled_at) return refuse('NOT_FOUND');
      return ok(signedIn(await sessions.open({ ...row, createdAt: row.created_at })));
    },
    async refresh(refreshToken) {
      const opened = await sessions.refresh(refreshToken);
      if (!opened.ok && opened.error.code === 'REFRESH_REUSED')
        log.warn('a spent refresh token came back: session revoked');
      return opened.ok ? ok(signedIn(opened.value)) : opened;
    },
    async logout({ sessionId, refreshToken }) {
      if (sessionId) {
        await sessions.revoke(sessionId, 'logout');
        liveness.forget(sessionId);
      }
      if (refreshToken) {
        const ended = await sessions.revokeByToken(refreshToken, 'logout');
        if (ended) liveness.forget(ended);
      }
    },
    async me(userId) {
      const row = await db.one<UserRow>(USER_BY_ID, [userId]);
      return row ? ok(userView({ ...row, createdAt: row.created_at })) : refuse('NOT_FOUND');
    },
    async changeProfile(who, change) {
      const changed = await changeProfile({ db, hasher, throttle }, who, change);
      if (!changed.ok) return changed;
      for (const id of changed.value.endedSessions) liveness.forget(id);
      return ok(userView({ ...changed.value.user, createdAt: changed.value.user.created_at }));
    },
    verifyAccessToken: tokens.verify,
    async authenticate(token) {
      const verified = tokens.verify(token);
      if (!verified.ok) return verified;
      const { account } = verified.value;
      const role = await liveness.roleOf(account.sessionId);
      if (role === null) return refuse('TOKEN_EXPIRED');
      return role === account.role ? verified : refuse('TOKEN_INVALID');
    },
    isSessionLive: async (sessionId) => (await liveness.roleOf(sessionId)) !== null,
    liveSessions: liveness.liveAmong,
    async revokeSessions(userId, reason) {
      for (const id of await sessions.revokeAll(userId, reason)) liveness.forget(id);
    },
    issueAccessToken: tokens.issue,
    ensureOperator: () =>
      ensureOperator({ db, ids, hasher }, { email: config.adminEmail, password: config.adminPassword }),
    tidySessions: sessions.tidy,
    publicJwks: keys.publicJwks,
    cookies: createCookies(config),
    limiter,
  };
}
