/** What a vendor took, by event, tier, day, channel or affiliate, as JSON or as a table for a spreadsheet (rules V9, V10, V46). */
import { stringify } from 'csv-stringify/sync';
import { type Static, Type } from 'typebox';
import { LIMITS } from '../limits.ts';
import { UuidSchema } from '../protocol/index.ts';
import { type Db, sqlFile } from '../stores/index.ts';

const REPORT = sqlFile(import.meta.url, 'report.sql');
const Time = Type.String({ format: 'date-time', maxLength: 40 });

export const ReportQuery = Type.Object(
  {
    by: Type.Optional(Type.Enum(['event', 'tier', 'day', 'channel', 'affiliate'])),
    /** Orders paid from here on, and before there. */
    from: Type.Optional(Time),
    to: Type.Optional(Time),
    eventId: Type.Optional(UuidSchema),
    format: Type.Optional(Type.Enum(['json', 'csv'])),
  },
  { additionalProperties: false },
);
export type ReportQuery = Static<typeof ReportQuery>;

const Nullable = Type.Union([Type.String(), Type.Null()]);

/** What a row is not gathered by is null. Money in minor units of the row's currency. */
export const ReportRow = Type.Object({
  eventId: Nullable,
  event: Nullable,
  tierId: Nullable,
  tier: Nullable,
  /** `2026-11-21`, where the event is. */
  day: Nullable,
  /** The channel of a code or of kept seats; else `direct`. */
  channel: Nullable,
  /** By whose link it came; null beside a null id: by nobody's. */
  affiliateId: Nullable,
  affiliate: Nullable,
  currency: Type.String(),
  orders: Type.Integer(),
  tickets: Type.Integer(),
  refundedTickets: Type.Integer(),
  discountCents: Type.Integer(),
  feesCents: Type.Integer(),
  taxCents: Type.Integer(),
  /** Charged, fees and tax included. */
  grossCents: Type.Integer(),
  /** Given back, and taken back by banks. */
  refundedCents: Type.Integer(),
  netCents: Type.Integer(),
  /** What affiliates earned of it; by tier it stands with an order's first. */
  commissionCents: Type.Integer(),
});
export type ReportRow = Static<typeof ReportRow>;

const COLUMNS: Record<keyof ReportRow, string> = {
  eventId: 'event_id',
  event: 'event',
  tierId: 'tier_id',
  tier: 'tier',
  day: 'day',
  channel: 'channel',
  affiliateId: 'affiliate_id',
  affiliate: 'affiliate',
  currency: 'currency',
  orders: 'orders',
  tickets: 'tickets',
  refundedTickets: 'refunded_tickets',
  discountCents: 'discount_cents',
  feesCents: 'fees_cents',
  taxCents: 'tax_cents',
  grossCents: 'gross_cents',
  refundedCents: 'refunded_cents',
  netCents: 'net_cents',
  commissionCents: 'commission_cents',
};
const FIELDS = Object.entries(COLUMNS) as [keyof ReportRow, string][];

export interface Report {
  rows: ReportRow[];
  /** There are more rows than are shown: ask for a shorter time. */
  truncated: boolean;
}

export async function reportOf(db: Db, vendorId: string, query: ReportQuery): Promise<Report> {
  const found = await db.all<Record<string, unknown>>(REPORT, [
    vendorId,
    query.from ?? null,
    query.to ?? null,
    query.eventId ?? null,
    query.by ?? 'event',
    LIMITS.reportRowsMax + 1,
  ]);
  const rows = found
    .slice(0, LIMITS.reportRowsMax)
    .map((row) => Object.fromEntries(FIELDS.map(([field, column]) => [field, row[column]])) as ReportRow);
  return { rows, truncated: found.length > LIMITS.reportRowsMax };
}

/** Cells that a spreadsheet would take for a formula are written as text: titles are anybody's words. */
export function csvOf(rows: readonly ReportRow[]): string {
  const columns = FIELDS.map(([field, column]) => ({ key: field, header: column }));
  return stringify([...rows], { header: true, columns, escape_formulas: true, record_delimiter: 'windows' });
}
