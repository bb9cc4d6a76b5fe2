/** A vendor's live figures (rules V1 to V6): one snapshot of the ledger, with the version it belongs to. */
import { type DropPhase, ok, type Result, refuse, type SalesView, type TierView } from '../protocol/index.ts';
import { type Db, sqlFile, statement } from '../stores/index.ts';
import type { Account } from '../transport/index.ts';

const SALES = sqlFile(import.meta.url, 'sales.sql');
const VERSION = sqlFile(import.meta.url, 'version.sql');
const VENDOR = statement('sales_vendor', 'select vendor_id from events.events where id = $1');

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
  /** Its vendor, or an operator. */
  maySee(account: Account, eventId: string): Promise<boolean>;
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
  const vendorOf = async (eventId: string) =>
    (await db.one<{ vendor_id: string }>(VENDOR, [eventId]))?.vendor_id;
  return {
    async maySee(account, eventId) {
      const vendorId = await vendorOf(eventId);
      return vendorId !== undefined && (account.role === 'operator' || account.id === vendorId);
    },
    async salesOf(eventId, minutes = RECENT_MINUTES) {
      const row = await db.one<SalesRow>(SALES, [eventId, minutes]);
      if (row) return ok(viewOf(eventId, row));
      return (await vendorOf(eventId))
        ? refuse('INVALID_STATE', {}, 'A draft has no sale yet.')
        : refuse('NOT_FOUND');
    },
    async salesVersion(eventId) {
      return (await db.one<{ version: number }>(VERSION, [eventId]))?.version ?? 0;
    },
  };
}
