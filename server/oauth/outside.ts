/**
 * Log-in by an account elsewhere (rules Z40 to Z47).
 *
 *   leave ─ state, nonce, verifier in a signed cookie ─▶ the provider ─▶ come back ─┬▶ known there: logged in
 *                                                                                  ├▶ new, address proven there and free here: an account
 *                                                                                  └▶ an account here has that address: its owner logs in
 *                                                                                     first, and ties the two on the account's page
 */
import type { Accounts, SignedIn } from '../accounts/index.ts';
import { type Clock, isUuid, type Logger } from '../kernel/index.ts';
import type { KeyRing } from '../keys/index.ts';
import { LIMITS } from '../limits.ts';
import { ok, type Result, refuse } from '../protocol/index.ts';
import type { Pool } from '../stores/index.ts';
import { hashOf } from './artifacts.ts';
import { IDENTITY, IS_TIED, SPEND_STATE, TIE, UNTIE } from './identities.ts';
import {
  createOutsideProvider,
  type Kept,
  type OutsidePerson,
  type OutsideProvider,
  type OutsideSettings,
} from './outside-provider.ts';

/** Why somebody who came back is not in: words of the page's. */
export type OutsideProblem = 'over' | 'refused' | 'unverified' | 'taken' | 'others' | 'away';

export interface Away extends Kept {
  /** Where to go afterwards, within our pages. */
  to: string;
  /** Whose account is to be tied; null: somebody logs in. */
  tieTo: string | null;
}

export type Came =
  | { how: 'in'; to: string; session: SignedIn }
  | { how: 'tied'; to: string }
  | { how: 'not'; to: string; problem: OutsideProblem };

export interface OutsideDeps {
  settings: OutsideSettings | undefined;
  db: Pool;
  keys: KeyRing;
  clock: Clock;
  log: Logger;
  accounts: Pick<Accounts, 'signInAs' | 'admit' | 'cookies'>;
  pages: string;
}

export interface Outside {
  name: string | null;
  isTied(userId: string): Promise<boolean>;
  /** Where the browser goes, and the cookie it takes along. NOT_AVAILABLE, or TEMPORARILY_UNAVAILABLE. */
  leave(how: { to: string; tieTo: string | null }): Promise<Result<{ url: string; ticket: string }>>;
  /** @param account who is logged in in this browser */
  comeBack(given: {
    path: string;
    ticket: string | undefined;
    account: string | null;
    client: { userAgent: string | undefined; address: string };
  }): Promise<Came & { tying: boolean }>;
  untie(userId: string): Promise<Result<null>>;
  readonly cookies: Accounts['cookies'];
  /** Whether cookies may be for https alone. */
  readonly secure: boolean;
}

export const OUTSIDE_CALLBACK = '/login/outside/callback';
const PURPOSE = 'outside log-in';

/** A path of ours, and nothing that a browser would read as another host. */
export const safePath = (to: unknown): string =>
  typeof to === 'string' && /^\/(?![/\\])[^\\\p{Cc}]*$/u.test(to) && to.length <= 500 ? to : '/';

export function createOutside(deps: OutsideDeps): Outside {
  const { settings, db, keys, clock, log, accounts, pages } = deps;
  const provider = settings && createOutsideProvider(settings, pages + OUTSIDE_CALLBACK);
  const issuer = settings?.issuer ?? '';

  function write(away: Away): string {
    const exp = Math.floor(clock.now() / 1000) + LIMITS.outsideLoginSeconds;
    return keys.signToken('oauth', { ...away, for: PURPOSE, exp });
  }
  function read(ticket: string | undefined): Away | null {
    const claims = ticket === undefined ? null : keys.readToken('oauth', ticket);
    if (claims?.for !== PURPOSE || typeof claims.exp !== 'number' || claims.exp <= clock.now() / 1000)
      return null;
    const { state, nonce, verifier, tieTo } = claims;
    if (typeof state !== 'string' || typeof nonce !== 'string' || typeof verifier !== 'string') return null;
    return { state, nonce, verifier, to: safePath(claims.to), tieTo: isUuid(tieTo) ? tieTo : null };
  }

  async function tie(person: OutsidePerson, away: Away, account: string | null): Promise<Came> {
    // Somebody else logged in meanwhile, or nobody is: an account is tied by its owner or not at all.
    if (away.tieTo !== account) return { how: 'not', to: away.to, problem: 'over' };
    const tied = await db.one<{ user_id: string }>(TIE, [issuer, person.subject, account, person.email]);
    return tied ? { how: 'tied', to: away.to } : { how: 'not', to: away.to, problem: 'others' };
  }

  async function enter(
    person: OutsidePerson,
    to: string,
    client: { userAgent: string | undefined; address: string },
  ): Promise<Came> {
    const known = await db.one<{ user_id: string }>(IDENTITY, [issuer, person.subject]);
    let userId = known?.user_id;
    if (!userId) {
      if (!person.email || !person.emailVerified) return { how: 'not', to, problem: 'unverified' };
      const { email } = person;
      const made = await accounts.admit({ email, name: person.name ?? '' }, async (tx, id) => {
        await tx.all(TIE, [issuer, person.subject, id, email]);
      });
      if (!made.ok) return { how: 'not', to, problem: made.error.code === 'EMAIL_TAKEN' ? 'taken' : 'away' };
      userId = made.value.id;
    }
    const session = await accounts.signInAs(userId, client);
    return session.ok ? { how: 'in', to, session: session.value } : { how: 'not', to, problem: 'refused' };
  }

  /** What comes of somebody who came back with a ticket of ours. */
  async function settle(
    there: OutsideProvider,
    away: Away,
    { path, account, client }: Omit<Parameters<Outside['comeBack']>[0], 'ticket'>,
  ): Promise<Came> {
    // Once, in whatever browser: what came back before comes to nothing.
    const fresh = await db.one(SPEND_STATE, [hashOf(away.state), LIMITS.outsideLoginSeconds]);
    if (!fresh) return { how: 'not', to: away.to, problem: 'over' };
    let person: OutsidePerson;
    try {
      person = await there.comeBack(new URL(path, pages), away);
    } catch (err) {
      // The library's words name what did not fit, and hold neither code nor token.
      log.warn({ err: (err as Error).message }, 'outside log-in refused');
      return { how: 'not', to: away.to, problem: 'refused' };
    }
    if (away.tieTo === null) return enter(person, away.to, client);
    if (!person.email || !person.emailVerified) return { how: 'not', to: away.to, problem: 'unverified' };
    return tie(person, away, account);
  }

  return {
    name: settings?.name ?? null,
    cookies: accounts.cookies,
    secure: pages.startsWith('https:') || new URL(pages).hostname === 'localhost',
    isTied: async (userId) => (await db.one(IS_TIED, [issuer, userId])) !== undefined,
    async leave({ to, tieTo }) {
      if (!provider) return refuse('NOT_AVAILABLE');
      try {
        const { url, kept } = await provider.leave();
        return ok({ url, ticket: write({ ...kept, to: safePath(to), tieTo }) });
      } catch (err) {
        log.warn({ err: (err as Error).message }, 'outside provider does not answer');
        return refuse('TEMPORARILY_UNAVAILABLE', { retryAfterMs: 5_000 });
      }
    },
    async comeBack(given) {
      const away = read(given.ticket);
      if (!provider || !away) return { how: 'not', to: '/', problem: 'over', tying: false };
      return { ...(await settle(provider, away, given)), tying: away.tieTo !== null };
    },
    async untie(userId) {
      return (await db.one(UNTIE, [issuer, userId])) ? ok(null) : refuse('NOT_FOUND');
    },
  };
}
