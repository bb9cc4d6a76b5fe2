/** Letting go, running out and extending: the ledger first, then what the gate is owed (rules H10–H12). */
import { type HoldView, ok, type Result, refuse } from '../protocol/index.ts';
import { type Ledger, statement } from '../stores/index.ts';
import type { Credits } from './credits.ts';
import { loadHold } from './view.ts';

const END = statement(
  'end_holds',
  'select hold_id as "holdId", user_id as "userId" from ticketing.end_holds($1, $2, $3, $4)',
);
// One look into an index per drop; a hold lives a day at most, so older ends have none.
const LAPSED = statement(
  'drops_with_lapsed_holds',
  `select d.id as drop_id from ticketing.drops d
    where (d.ended_at is null or d.ended_at > now() - interval '2 days')
      and exists (select 1 from ticketing.holds h
                   where h.drop_id = d.id and h.status = 'active'
                     and h.expires_at <= case when d.phase = 'canceled' then 'infinity' else coalesce(d.paused_at, now()) end)`,
);
const EXTEND = statement(
  'extend_hold',
  `update ticketing.holds h set expires_at = h.expires_at + make_interval(secs => d.extend_seconds), extended = true
     from ticketing.drops d
    where h.id = $1 and d.id = h.drop_id and d.extend_seconds is not null and not h.extended
      and h.status = 'active' and h.expires_at > coalesce(d.paused_at, now())
   returning h.id, h.expires_at`,
);
const EXTEND_ITEMS = statement(
  'extend_items',
  'update ticketing.ticket_holds set expires_at = $2 where hold_id = $1',
);

const SWEEP_MAX = 500;

export interface Ended {
  holdId: string;
  userId: string;
  dropId: string;
}

export interface Release {
  /** Lets go of one's own active hold. A hold that ended already answers HOLD_EXPIRED, another fan's NOT_FOUND. */
  release(userId: string, holdId: string): Promise<Result<{ holdId: string; status: 'released' }>>;
  /** Once per hold, where the drop allows it. */
  extend(userId: string, holdId: string): Promise<Result<HoldView>>;
  /** Expires what has run out, everywhere; returns the holds that ended. */
  sweep(): Promise<Ended[]>;
}

export function createRelease(deps: { ledger: Ledger; credits: Credits }): Release {
  const { ledger, credits } = deps;

  async function own(userId: string, holdId: string) {
    const row = await loadHold(ledger.reads, holdId);
    return row && row.userId === userId && row.rawStatus !== 'void' ? row : undefined;
  }

  return {
    async release(userId, holdId) {
      const row = await own(userId, holdId);
      if (!row) return refuse('NOT_FOUND');
      if (row.rawStatus === 'paying') return refuse('HOLD_PAYING');
      const { dropId } = row.view;
      const ended = await ledger.holds.all<{ holdId: string }>(END, [dropId, [holdId], 'released', 1]);
      if (ended.length === 0) {
        // Somebody was quicker: the sweep, a payment, or this fan's other tab.
        const now = await own(userId, holdId);
        if (now?.rawStatus === 'paying' || now?.rawStatus === 'completed') return refuse('HOLD_PAYING');
        if (now?.rawStatus === 'released') return ok({ holdId, status: 'released' });
        return refuse('HOLD_EXPIRED');
      }
      await credits.relay(dropId);
      return ok({ holdId, status: 'released' });
    },

    async extend(userId, holdId) {
      const row = await own(userId, holdId);
      if (!row) return refuse('NOT_FOUND');
      if (!row.live) return refuse('HOLD_EXPIRED');
      const extended = await ledger.holds.transaction(async (tx) => {
        const hit = await tx.one<{ id: string; expires_at: Date }>(EXTEND, [holdId]);
        if (hit) await tx.all(EXTEND_ITEMS, [holdId, hit.expires_at]);
        return hit;
      });
      const now = await own(userId, holdId);
      if (!now) return refuse('NOT_FOUND');
      if (extended) return ok(now.view);
      if (!now.live) return refuse('HOLD_EXPIRED');
      if (now.rawStatus === 'paying') return refuse('HOLD_PAYING');
      return refuse(now.view.extended ? 'ALREADY_EXTENDED' : 'NOT_EXTENDABLE');
    },

    async sweep() {
      const ended: Ended[] = [];
      for (const { drop_id: dropId } of await ledger.reads.all<{ drop_id: string }>(LAPSED)) {
        for (;;) {
          const some = await ledger.holds.all<Omit<Ended, 'dropId'>>(END, [
            dropId,
            null,
            'expired',
            SWEEP_MAX,
          ]);
          ended.push(...some.map((e) => ({ ...e, dropId })));
          if (some.length < SWEEP_MAX) break;
        }
        await credits.relay(dropId);
      }
      return ended;
    },
  };
}
