/** Recommendations: events that somebody may like, learned from what people look at and buy. RULES.md says what holds here. */
import type { BreakerPart, Breakers } from '../breakers/index.ts';
import type { Clock, Ids, Logger, Uuid } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import type { EventView, RecommendationsView } from '../protocol/index.ts';
import { type Ledger, statement } from '../stores/index.ts';
import type { Account, Chore } from '../transport/index.ts';
import { personOf } from '../transport/index.ts';
import { createLooks } from './looks.ts';
import { newestModel } from './models.ts';
import { createPicker, type Picked, pickFor, popularFor } from './pick.ts';
import { createStages } from './stage.ts';
import { createTrainer, type Trainer } from './trainer.ts';

export { recommendationRoutes } from './routes.ts';
export type { Picked };

export interface RecommendationsDeps {
  ledger: Pick<Ledger, 'reads'>;
  clock: Clock;
  ids: Ids;
  log: Logger;
  breakers: Pick<Breakers, 'of'>;
  /** Events as their pages show them, in the order asked for; hidden ones are left out. */
  show(eventIds: readonly Uuid[]): Promise<readonly EventView[]>;
}

export interface Recommendations {
  /** One account's events, the best first: upcoming, not bought yet, with a reason each. */
  of(userId: Uuid, limit: number): Promise<RecommendationsView>;
  /**
   * For each of these accounts at most `n` events, the best first; what sells for all of them when the model cannot be used.
   * For mails and notifications: takes about a millisecond per account, between which others are answered.
   */
  suggest(userIds: readonly Uuid[], n: number): Promise<Map<Uuid, Picked[]>>;
  /** Somebody looked at an event. Returns at once; nothing is kept of whoever switched that off. */
  see(account: Account, eventId: Uuid): void;
  /** Writes gathered looks now. */
  flush(): Promise<void>;
  /** Reads model and events to come anew, instead of within half a minute. */
  refresh(): Promise<void>;
  trainer: Trainer;
  /** For the worker. */
  chores: readonly Chore[];
  breaker: BreakerPart;
  stop(): Promise<void>;
}

const PURGE_VIEWS = statement(
  'recommendations_purge_views',
  `with gone as (delete from recommendations.views where ctid = any (array(
     select ctid from recommendations.views where at < now() - make_interval(secs => $1) order by at limit $2)) returning 1)
   select count(*)::int as n from gone`,
);
const PROBE = statement('recommendations_probe', 'select 1 from recommendations.views limit 1');

async function purgeViews(ledger: Pick<Ledger, 'reads'>): Promise<{ done: number; more: boolean }> {
  const row = await ledger.reads.one<{ n: number }>(PURGE_VIEWS, [
    LIMITS.keepViewsSeconds,
    LIMITS.purgeBatchMax,
  ]);
  const done = row?.n ?? 0;
  return { done, more: done === LIMITS.purgeBatchMax };
}

export function createRecommendations(deps: RecommendationsDeps): Recommendations {
  const { ledger, clock, log, show } = deps;
  const db = ledger.reads;
  const looks = createLooks(deps);
  const stages = createStages({ db, clock, log });
  const trainer = createTrainer(deps);
  const breaker = deps.breakers.of({
    name: 'recommendations',
    label: 'our recommender',
    timeoutMs: LIMITS.recommendMs,
    probe: async () => {
      await Promise.all([newestModel(db), db.all(PROBE)]);
      await stages.now();
    },
  });
  const picking = { db, clock, log, stages, breaker };
  const pick = createPicker(picking);
  async function suggest(userIds: readonly Uuid[], n: number): Promise<Map<Uuid, Picked[]>> {
    try {
      return await pickFor(picking, userIds, n);
    } catch (err) {
      log.warn({ err, accounts: userIds.length }, 'nothing could be picked for many: what sells instead');
      const picked = new Map<Uuid, Picked[]>();
      for (const userId of userIds) picked.set(userId, await popularFor(db, userId, n));
      return picked;
    }
  }
  return {
    async of(userId, limit) {
      const { picked, fallback } = await pick(userId, limit);
      const why = new Map(picked.map((one) => [one.eventId, one.why]));
      const events = await show(picked.map(({ eventId }) => eventId));
      const items = events.flatMap((event) => {
        const reason = why.get(event.id);
        return reason && event.status === 'published' ? [{ event, why: reason }] : [];
      });
      return { items, fallback };
    },
    suggest,
    // Another program, or a colleague in a vendor's name, is not a person looking around; its person is.
    see: (account, eventId) => looks.see(personOf(account), eventId),
    flush: looks.flush,
    async refresh() {
      await stages.refresh();
    },
    trainer,
    chores: [
      {
        name: 'recommendations',
        everyMs: LIMITS.trainEveryMs,
        shared: true,
        work: async () => ({ done: (await trainer.train()) === null ? 0 : 1 }),
      },
      {
        name: 'views',
        everyMs: LIMITS.purgeViewsEveryMs,
        shared: true,
        work: () => purgeViews(ledger),
      },
    ],
    breaker,
    async stop() {
      await Promise.all([looks.stop(), trainer.stop()]);
    },
  };
}
