/** The accounts slice put together: what other slices and edges may ask of it. */
import type { Config } from '../config.ts';
import type { Clock, Ids, Logger } from '../kernel/index.ts';
import type { KeyRing, PublicJwk } from '../keys/index.ts';
import { ok, type ProfileView, type Result, refuse, type SessionView } from '../protocol/index.ts';
import type { Db, Ledger, Redis } from '../stores/index.ts';
import { type Account, createRateLimiter, type RateLimiter } from '../transport/index.ts';
import { admit, type Vouched } from './admit.ts';
import { changePassword } from './change-password.ts';
import { type Cookies, createCookies } from './cookies.ts';
import type { Client } from './device.ts';
import { createHasher, type Hasher } from './hasher.ts';
import { createLetters, type Letters } from './letters.ts';
import { createLiveness } from './liveness.ts';
import { type LoginAttempt, login } from './login.ts';
import { type EnsuredOperator, ensureOperator } from './operator.ts';
import { createPasskeyDesk, type PasskeyDesk } from './passkey-desk.ts';
import { type Changed, changeProfile, type ProfileChange, readProfile } from './profile.ts';
import type { Owner } from './prove.ts';
import { type Registration, register } from './register.ts';
import { forgot, resetPassword, sendReset } from './reset-password.ts';
import { endOtherSessions, endSession, listSessions, type Whose } from './session-list.ts';
import { createSessions, type OpenedSession } from './sessions.ts';
import { USER_BY_ID, type UserRow } from './statements.ts';
import { createThrottle } from './throttle.ts';
import { createTokens, type VerifiedToken } from './tokens.ts';
import { askAgain, verifyEmail } from './verify-email.ts';
import { type UserView, userView } from './view.ts';

export interface AccountsDeps {
  config: Pick<Config, 'production' | 'exempt' | 'adminEmail' | 'adminPassword' | 'origins' | 'port'>;
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
  login(attempt: LoginAttempt): Promise<Result<SignedIn>>;
  /** A session for an account that proved itself by other means than a password (or needs none: load tools, tests). */
  signInAs(userId: string, client?: Client): Promise<Result<SignedIn>>;
  /** An account for somebody another provider vouches for; `within` runs in the transaction that makes it. EMAIL_TAKEN. */
  admit(person: Vouched, within: (tx: Db, userId: string) => Promise<void>): Promise<Result<{ id: string }>>;
  refresh(refreshToken: string, client?: Client): Promise<Result<SignedIn>>;
  /** Ends the session of either; quiet when there is none. */
  logout(which: { sessionId?: string | undefined; refreshToken?: string | undefined }): Promise<void>;
  me(userId: string): Promise<Result<UserView>>;
  profile: {
    read(userId: string): Promise<Result<ProfileView>>;
    /** `ifMatch`: what the editor had read. A new password ends all other sessions; a new address waits to be confirmed. */
    change(owner: Owner, change: ProfileChange, ifMatch?: string): Promise<Result<ProfileView>>;
  };
  email: {
    /** By the secret of a link. */
    verify(secret: string): Promise<Result<{ email: string }>>;
    askAgain(userId: string): Promise<Result<{ email: string }>>;
  };
  password: {
    change(owner: Owner, passwords: { current: string; next: string }): Promise<Result<null>>;
    /** The same answer and work whether there is such an account or not. */
    forgot(asked: { email: string; address: string }): Promise<Result<null>>;
    /** By the secret of a link; ends every session of the account. */
    reset(given: { secret: string; password: string }): Promise<Result<null>>;
  };
  sessions: {
    list(whose: Whose): Promise<SessionView[]>;
    end(userId: string, sessionId: string): Promise<Result<null>>;
    endOthers(whose: Whose): Promise<void>;
  };
  readonly passkeys: PasskeyDesk<SignedIn>;
  /** Mails with links in them, for what other slices write to people about. */
  readonly letters: Letters;
  /** Where a letter's mail leads to; null: nowhere any more. */
  linkOf(letterId: string): Promise<string | null>;
  /** For the worker, by outbox topic. */
  readonly jobs: Record<string, (payload: unknown) => Promise<void>>;
  /** Signature, purpose, issuer, time: no store is asked. */
  verifyAccessToken(token: string): Result<VerifiedToken>;
  /** `verifyAccessToken`, and the session lives, and the role is still the account's. @throws when the ledger is away */
  authenticate(token: string): Promise<Result<VerifiedToken>>;
  /** While the ledger cannot be asked: `verifyAccessToken`, and this process does not know the session to be over. */
  authenticateUnasked(token: string): Result<VerifiedToken>;
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
  // Where none is configured (development) the pages are on this machine.
  const pages = config.origins[0] ?? `http://localhost:${config.port}`;
  const letters = createLetters({ db, keys, pages });
  const tokens = createTokens({ keys, clock });
  const liveness = createLiveness(db, clock);

  const own = { db, ids, hasher, throttle, letters };
  const forget = (sessionIds: readonly string[]): void => sessionIds.forEach(liveness.forget);
  const changed = (result: Result<Changed>): Result<ProfileView> => {
    if (!result.ok) return result;
    forget(result.value.endedSessions);
    return ok(result.value.profile);
  };
  /** Sessions that ended are over at once in this process. */
  const ended = (result: Result<readonly string[]>): Result<null> => {
    if (!result.ok) return result;
    forget(result.value);
    return ok(null);
  };

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
      const made = await register(own, registration);
      return made.ok ? ok(userView({ ...made.value, createdAt: made.value.created_at })) : made;
    },
    async login(attempt) {
      const opened = await login({ db, hasher, sessions, throttle }, attempt);
      return opened.ok ? ok(signedIn(opened.value)) : opened;
    },
    async signInAs(userId, client) {
      const row = await db.one<UserRow>(USER_BY_ID, [userId]);
      if (!row || row.disabled_at) return refuse('NOT_FOUND');
      return ok(signedIn(await sessions.open({ ...row, createdAt: row.created_at }, client)));
    },
    admit: (person, within) => admit(own, person, within),
    async refresh(refreshToken, client) {
      const opened = await sessions.refresh(refreshToken, client);
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
    profile: {
      read: (userId) => readProfile(db, userId),
      change: async (owner, change, ifMatch) => changed(await changeProfile(own, owner, change, ifMatch)),
    },
    email: {
      verify: (secret) => verifyEmail(own, secret),
      askAgain: (userId) => askAgain(own, userId),
    },
    password: {
      change: async (owner, passwords) => ended(await changePassword(own, owner, passwords)),
      forgot: (asked) => forgot(own, asked),
      reset: async (given) => ended(await resetPassword(own, given)),
    },
    sessions: {
      list: (whose) => listSessions(db, whose),
      async end(userId, sessionId) {
        const one = await endSession(db, userId, sessionId);
        if (one.ok) liveness.forget(sessionId);
        return one;
      },
      endOthers: async (whose) => forget(await endOtherSessions(db, whose)),
    },
    passkeys: createPasskeyDesk({ ...own, log, sessions, origins: config.origins }, signedIn),
    letters,
    linkOf: letters.linkOf,
    jobs: { 'account.forgot': (payload) => sendReset(own, payload) },
    verifyAccessToken: tokens.verify,
    async authenticate(token) {
      const verified = tokens.verify(token);
      if (!verified.ok) return verified;
      const { account } = verified.value;
      const role = await liveness.roleOf(account.sessionId);
      if (role === null) return refuse('TOKEN_EXPIRED');
      return role === account.role ? verified : refuse('TOKEN_INVALID');
    },
    authenticateUnasked(token) {
      const verified = tokens.verify(token);
      if (!verified.ok || !liveness.knownOver(verified.value.account.sessionId)) return verified;
      return refuse('TOKEN_EXPIRED');
    },
    isSessionLive: async (sessionId) => (await liveness.roleOf(sessionId)) !== null,
    liveSessions: liveness.liveAmong,
    async revokeSessions(userId, reason) {
      forget(await sessions.revokeAll(userId, reason));
    },
    issueAccessToken: tokens.issue,
    ensureOperator: () => ensureOperator(own, { email: config.adminEmail, password: config.adminPassword }),
    tidySessions: sessions.tidy,
    publicJwks: keys.publicJwks,
    cookies: createCookies(config),
    limiter,
  };
}
