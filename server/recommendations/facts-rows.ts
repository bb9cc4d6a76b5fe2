/** Events as rows of the ledger, and as facts. */
import type { EventFacts } from './event-facts.ts';

/** Of `e`, an event, and `l`, its listing (or none). */
export const FACTS = `e.id, e.artist, e.type, e.venue_name as venue, e.venue_city as city, e.vendor_id as "vendorId",
  l.from_cents as "fromCents", e.start_at as "startAt", e.created_at as "createdAt"`;

export interface FactsRow extends Omit<EventFacts, 'startsAtMs' | 'listedAtMs' | 'demand'> {
  startAt: Date;
  createdAt: Date;
}

export const factsOf = ({
  id,
  artist,
  type,
  venue,
  city,
  vendorId,
  fromCents,
  startAt,
  createdAt,
}: FactsRow): EventFacts => ({
  id,
  artist,
  type,
  venue,
  city,
  vendorId,
  fromCents,
  startsAtMs: startAt.getTime(),
  listedAtMs: createdAt.getTime(),
});
