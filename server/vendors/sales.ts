/** A vendor's live figures (rules V1 to V6): one snapshot of the ledger, with the version it belongs to. */
import { type DropPhase, ok, type Result, refuse, type SalesView, type TierView } from '../protocol/index.ts';
import { type Db, sqlFile, statement } from '../stores/index.ts';
import type { Account } from '../transport/index.ts';

const SALES = sqlFile(import.meta.url, 'sales.sql');
const VERSION = sqlFile(import.meta.url, 'version.sql');
const EXISTS = statement('sales_event_exists', 'select from events.events where id = $1');
const WATCHERS = statement(
  'sales_watchers',
  `select w.n::int from unnest($1::uuid[], $2::uuid[]) with ordinality w (user_id, event_id, n)
     join events.events e on e.id = w.event_id
    where e.vendor_id = w.user_id
       or exists (select from accounts.team_members m join accounts.users v on v.id = m.vendor_id
                   where m.vendor_id = e.vendor_id and m.user_id = w.user_id and 'sales' = any (m.rights) and v.disabled_at is null)`,
);

/** What a tick carries: a quarter of an hour. */
export const RECENT_MINUTES = 15;
/** The longest sale shown minute by minute: a day. */
export const MINUTES_MAX = 1440;
const MINUTE_MS = 60_000;

interface Minute {
  minute: string;
  tickets: number;
  revenueCents: number;
}

interface SalesRow {
  currency: string;
  drop_id: string;
  phase: DropPhase;
  has_line: boolean;
  max_turns: number;
  as_of: Date;
  serving: number;
  joined: number;
  called: number;
  claimed: number;
  waiting: number;
  turns_in_use: number;
  held: number;
  paid: number;
  revenue_cents: number;
  revenue_last_minute_cents: number;
  per_minute: number | null;
  minutes: Minute[];
  tiers: TierView[];
  ledger_version: number;
}

export interface Sales {
  /** Its vendor, a member of the vendor's team with the right, or an operator. */
  maySee(account: Account, eventId: string): Promise<boolean>;
  /** The same of many at once, in one statement, in the order asked. */
  mayStillSee(watching: readonly { account: Account; eventId: string }[]): Promise<boolean[]>;
  /**
   * The event's figures, with sales per minute for the last `minutes`. Refuses NOT_FOUND, and INVALID_STATE for a draft,
   * which has no sale yet.
   */
  salesOf(eventId: string, minutes?: number): Promise<Result<SalesView>>;
  /** Rises with every figure that moves; cheap. 0 for an event nobody knows. */
  salesVersion(eventId: string): Promise<number>;
}

/** Every minute from the first one with a sale (of the last `RECENT_MINUTES` at least) to this one; quiet ones are zero. */
function eachMinute(found: readonly Minute[], asOf: Date): Minute[] {
  const known = new Map(found.map((m) => [new Date(m.minute).getTime(), m]));
  const last = Math.floor(asOf.getTime() / MINUTE_MS) * MINUTE_MS;
  const first = Math.min(last - (RECENT_MINUTES - 1) * MINUTE_MS, ...known.keys());
  const minutes: Minute[] = [];
  for (let at = first; at <= last; at += MINUTE_MS) {
    const { tickets = 0, revenueCents = 0 } = known.get(at) ?? {};
    minutes.push({ minute: new Date(at).toISOString(), tickets, revenueCents });
  }
  return minutes;
}

function viewOf(eventId: string, row: SalesRow): SalesView {
  const sum = (of: (tier: TierView) => number) => row.tiers.reduce((n, tier) => n + of(tier), 0);
  // Without a line, who came is who held: nobody queued, was called or claimed.
  const came = row.has_line ? row : { joined: row.held, called: row.held, claimed: row.held };
  return {
    eventId,
    dropId: row.drop_id,
    phase: row.phase,
    ledgerVersion: row.ledger_version,
    asOf: row.as_of.toISOString(),
    currency: row.currency,
    capacity: sum((tier) => tier.quantity),
    sold: sum((tier) => tier.sold),
    held: sum((tier) => tier.held),
    revenueCents: row.revenue_cents,
    revenueLastMinuteCents: row.revenue_last_minute_cents,
    lineLength: row.waiting,
    serving: row.serving,
    ratePerMinute: row.per_minute,
    turnsInUse: row.turns_in_use,
    maxTurns: row.max_turns,
    funnel: {
      joined: came.joined,
      called: came.called,
      claimed: came.claimed,
      held: row.held,
      paid: row.paid,
    },
    tiers: row.tiers,
    perMinute: eachMinute(row.minutes, row.as_of),
  };
}

export function createSales(db: Db): Sales {
  const exists = async (eventId: string) => (await db.one(EXISTS, [eventId])) !== undefined;

  async function mayStillSee(watching: readonly { account: Account; eventId: string }[]): Promise<boolean[]> {
    if (watching.length === 0) return [];
    const rows = await db.all<{ n: number }>(WATCHERS, [
      watching.map(({ account }) => account.id),
      watching.map(({ eventId }) => eventId),
    ]);
    const allowed = new Set(rows.map((row) => row.n));
    return watching.map(({ account }, at) => account.role === 'operator' || allowed.has(at + 1));
  }

  return {
    async maySee(account, eventId) {
      if (account.role === 'operator') return exists(eventId);
      return (await mayStillSee([{ account, eventId }])).includes(true);
    },
    mayStillSee,
    async salesOf(eventId, minutes = RECENT_MINUTES) {
      const row = await db.one<SalesRow>(SALES, [eventId, minutes]);
      if (row) return ok(viewOf(eventId, row));
      return (await exists(eventId))
        ? refuse('INVALID_STATE', {}, 'A draft has no sale yet.')
        : refuse('NOT_FOUND');
    },
    async salesVersion(eventId) {
      return (await db.one<{ version: number }>(VERSION, [eventId]))?.version ?? 0;
    },
  };
}
