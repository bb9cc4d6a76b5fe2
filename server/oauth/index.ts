/** Other programs in an account's name, and log-in by an account elsewhere. RULES.md says what holds here. */
import type { FastifyInstance } from 'fastify';
import type { Clock, Ids, Logger } from '../kernel/index.ts';
import type { KeyRing } from '../keys/index.ts';
import { LIMITS } from '../limits.ts';
import type { AppView, ConnectedAppView, ConsentView, NewAppView, Result } from '../protocol/index.ts';
import type { Pool } from '../stores/index.ts';
import type { Chore } from '../transport/index.ts';
import { type AppTokens, createAppTokens } from './app-tokens.ts';
import { purgeArtifacts } from './artifacts.ts';
import { listClients, type NewClient, registerClient, removeClient } from './clients.ts';
import { answerConsent, type Exchange, readConsent } from './consent.ts';
import { listGrants, revokeGrants } from './grants.ts';
import { mountProvider } from './mount.ts';
import { createOutside, type OutsideDeps } from './outside.ts';
import { apiOf, createProvider, issuerOf } from './provider.ts';
import { oauthRoutes } from './routes.ts';
import { outsideRoutes } from './routes-outside.ts';
import { scopeOf } from './scopes.ts';

export type { AppTokens } from './app-tokens.ts';
export { scopeOf } from './scopes.ts';

export interface OAuthDeps {
  db: Pool;
  keys: KeyRing;
  clock: Clock;
  ids: Ids;
  log: Logger;
  accounts: OutsideDeps['accounts'];
  /** The provider elsewhere by which people may log in; undefined: none. */
  outside: OutsideDeps['settings'];
  /** Where the pages are: `https://tickets.example`. */
  pages: string;
}

/** What the HTTP edge asks of a request with another program's token. */
export interface AppDoor extends AppTokens {
  /** The scope a route takes; null: it is closed to other programs. */
  scopeOf(method: string, url: string): string | null;
}

export interface OAuth {
  /** The authorization server's name. */
  issuer: string;
  clients: {
    register(ownerId: string, wanted: NewClient): Promise<Result<NewAppView>>;
    list(ownerId: string): Promise<AppView[]>;
    remove(ownerId: string, clientId: string): Promise<Result<null>>;
  };
  consent: {
    read(exchange: Exchange): Promise<Result<ConsentView>>;
    answer(
      exchange: Exchange,
      answer: { accountId: string; requestId: string; allow: boolean },
    ): Promise<Result<{ redirectTo: string }>>;
  };
  grants: {
    list(accountId: string): Promise<ConnectedAppView[]>;
    revoke(accountId: string, clientId: string): Promise<Result<null>>;
  };
  door: AppDoor;
  routes(app: FastifyInstance): Promise<void>;
  /** Deletes what is over; returns how many. */
  purge(): Promise<number>;
}

export function createOAuth(deps: OAuthDeps): OAuth {
  const { db, keys, clock, ids, log, pages } = deps;
  const provider = createProvider({ db, keys, log, pages });
  const issuer = issuerOf(pages);
  const api = apiOf(pages);
  const outside = createOutside({ ...deps, settings: deps.outside });
  const asking = { provider, db, ids, api };
  const oauth: OAuth = {
    issuer,
    clients: {
      register: (ownerId, wanted) => registerClient({ db, ids }, ownerId, wanted),
      list: (ownerId) => listClients(db, ownerId),
      remove: (ownerId, clientId) => removeClient(db, ownerId, clientId),
    },
    consent: {
      read: (exchange) => readConsent(asking, exchange),
      answer: (exchange, answer) => answerConsent(asking, exchange, answer),
    },
    grants: {
      list: (accountId) => listGrants(db, accountId),
      revoke: (accountId, clientId) => revokeGrants(db, accountId, clientId),
    },
    door: { ...createAppTokens({ db, keys, clock, issuer, api }), scopeOf },
    async routes(app) {
      oauthRoutes(app, oauth);
      outsideRoutes(app, outside);
      await mountProvider(app, provider);
    },
    purge: () => purgeArtifacts(db, LIMITS.oauthPurgeMax),
  };
  return oauth;
}

/** For the worker: what is over goes. */
export const oauthChore = (oauth: OAuth): Chore => ({
  name: 'oauth',
  everyMs: LIMITS.oauthPurgeEveryMs,
  shared: true,
  async work() {
    const done = await oauth.purge();
    return { done, more: done === LIMITS.oauthPurgeMax };
  },
});
