/** Sales per minute as a chart wants them: one point per minute, without gaps, from the first to now. */
import type { SalesView } from '../../server/protocol/views.ts';

const MINUTE_MS = 60_000;
const LAST_MINUTES = 15;

export type Span = 'last' | 'whole';

export interface Series {
  /** Start of each minute, epoch seconds. */
  minutes: number[];
  tickets: number[];
}

/** A minute nobody bought in is a zero, not a gap one's eye would bridge. */
export function seriesOf(perMinute: SalesView['perMinute'], asOf: string, span: Span): Series {
  const sold = new Map<number, number>();
  for (const row of perMinute) {
    const at = Math.floor(Date.parse(row.minute) / MINUTE_MS) * MINUTE_MS;
    sold.set(at, (sold.get(at) ?? 0) + row.tickets);
  }
  const last = Math.floor(Date.parse(asOf) / MINUTE_MS) * MINUTE_MS;
  const first =
    span === 'last' ? last - LAST_MINUTES * MINUTE_MS : Math.min(last - MINUTE_MS, ...sold.keys());
  const series: Series = { minutes: [], tickets: [] };
  for (let at = first; at <= last; at += MINUTE_MS) {
    series.minutes.push(at / 1000);
    series.tickets.push(sold.get(at) ?? 0);
  }
  return series;
}

export const total = (series: Series): number => series.tickets.reduce((sum, tickets) => sum + tickets, 0);

type Minutes = SalesView['perMinute'];

/** A tick carries the last quarter of an hour, a look-up the whole drop: the later word on a minute counts. */
export function mergeMinutes(older: Minutes, newer: Minutes): Minutes {
  const merged = new Map(older.map((row) => [row.minute, row]));
  for (const row of newer) merged.set(row.minute, row);
  return [...merged.values()].sort((a, b) => Date.parse(a.minute) - Date.parse(b.minute));
}

const isNewer = (next: SalesView, known: SalesView): boolean =>
  next.ledgerVersion === known.ledgerVersion
    ? Date.parse(next.asOf) >= Date.parse(known.asOf)
    : next.ledgerVersion > known.ledgerVersion;

/** Of two sets of figures the later counts, whichever way they came; the ledger's version never goes back. */
export function newerSales(known: SalesView | null, next: SalesView): SalesView {
  if (!known || known.eventId !== next.eventId) return next;
  const [older, newer] = isNewer(next, known) ? [known, next] : [next, known];
  return { ...newer, perMinute: mergeMinutes(older.perMinute, newer.perMinute) };
}
