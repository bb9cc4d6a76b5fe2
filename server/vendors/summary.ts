/** All of a vendor's events at a glance (rules V7, V8). */
import { type Static, Type } from 'typebox';
import { DropPhase, TimeSchema, UuidSchema } from '../protocol/index.ts';
import { type Db, sqlFile, statement } from '../stores/index.ts';

const SUMMARY = sqlFile(import.meta.url, 'summary.sql');
const IS_VENDOR = statement(
  'vendors_is_vendor',
  `select id from accounts.users where id = $1 and role in ('vendor', 'operator')`,
);
const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);

export const EventSummary = Type.Object({
  id: UuidSchema,
  title: Type.String(),
  type: Type.String(),
  status: Type.Enum(['draft', 'published', 'canceled', 'ended']),
  startsAt: TimeSchema,
  timeZone: Type.String(),
  venueName: Type.String(),
  currency: Type.String(),
  version: Type.Integer(),
  drop: Nullable(Type.Object({ id: UuidSchema, phase: DropPhase, opensAt: TimeSchema })),
  capacity: Type.Integer(),
  sold: Type.Integer(),
  held: Type.Integer(),
  /** Money taken, less refunds. */
  revenueCents: Type.Integer(),
  /** What affiliates earned of it. */
  commissionCents: Type.Integer(),
});
export type EventSummary = Static<typeof EventSummary>;

/** Currencies are never added up. */
export const SalesTotals = Type.Object({
  currency: Type.String(),
  events: Type.Integer(),
  capacity: Type.Integer(),
  sold: Type.Integer(),
  held: Type.Integer(),
  revenueCents: Type.Integer(),
  commissionCents: Type.Integer(),
});
export type SalesTotals = Static<typeof SalesTotals>;

interface SummaryRow {
  id: string;
  title: string;
  type: string;
  status: EventSummary['status'];
  start_at: Date;
  time_zone: string;
  venue_name: string;
  currency: string;
  version: number;
  drop_id: string | null;
  phase: DropPhase;
  opens_at: Date;
  capacity: number;
  sold: number;
  held: number;
  revenue_cents: number;
  commission_cents: number;
}

const viewOf = (row: SummaryRow): EventSummary => ({
  id: row.id,
  title: row.title,
  type: row.type,
  status: row.status,
  startsAt: row.start_at.toISOString(),
  timeZone: row.time_zone,
  venueName: row.venue_name,
  currency: row.currency,
  version: row.version,
  drop: row.drop_id ? { id: row.drop_id, phase: row.phase, opensAt: row.opens_at.toISOString() } : null,
  capacity: row.capacity,
  sold: row.sold,
  held: row.held,
  revenueCents: row.revenue_cents,
  commissionCents: row.commission_cents,
});

/** Newest first; `limit` null: all. `after`: the last event of the page before. */
export async function summariesOf(
  db: Db,
  vendorId: string,
  limit: number | null = null,
  after: string | null = null,
): Promise<EventSummary[]> {
  return (await db.all<SummaryRow>(SUMMARY, [vendorId, limit, after])).map(viewOf);
}

/** Whether this account may have events at all. */
export const isVendor = async (db: Db, id: string): Promise<boolean> =>
  (await db.one(IS_VENDOR, [id])) !== undefined;

export function totalsOf(events: readonly EventSummary[]): SalesTotals[] {
  const totals = new Map<string, SalesTotals>();
  for (const event of events) {
    const { currency, capacity, sold, held, revenueCents, commissionCents } = event;
    const sum = totals.get(currency) ?? {
      currency,
      events: 0,
      capacity: 0,
      sold: 0,
      held: 0,
      revenueCents: 0,
      commissionCents: 0,
    };
    totals.set(currency, {
      currency,
      events: sum.events + 1,
      capacity: sum.capacity + capacity,
      sold: sum.sold + sold,
      held: sum.held + held,
      revenueCents: sum.revenueCents + revenueCents,
      commissionCents: sum.commissionCents + commissionCents,
    });
  }
  return [...totals.values()].sort((a, b) => a.currency.localeCompare(b.currency));
}
